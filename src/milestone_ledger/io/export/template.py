"""
An empty workbook of the six sheets for a programme: lists, examples, instructions (extra ``excel``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from milestone_ledger.domain.programme import Programme
from milestone_ledger.io.export.guidance import INSTRUCTIONS
from milestone_ledger.io.export.layout import Layout
from milestone_ledger.io.sheets import EXAMPLE_MARK, INSTRUCTIONS_SHEET, SHEETS, Column
from milestone_ledger.workbook_file import SheetFile, WorkbookFile

_EXAMPLE: Final[dict[str, Any]] = {"font_color": "#7A7A7A", "italic": True, "bg_color": "#F7F7F7"}
_WIDTH = 96.0
_PLAN, _REPORT, _ROAD = f"{EXAMPLE_MARK}-计划", f"{EXAMPLE_MARK}-通报", "某某路（示例）"
_FIRST = f"{EXAMPLE_MARK}-1"
_NO_DOMAIN = "交通/道路"


def template(programme: Programme) -> bytes:
    """
    The workbook; equal for equal programmes, to the byte.

    Its example rows begin with ``EXAMPLE_MARK`` and are never taken in, so that it can be imported as it is.
    """
    title = programme.title.zh
    file = WorkbookFile(f"{title}台账")
    _instructions(file, programme)
    layout = Layout(file, programme, "zh")
    examples = _examples(programme)
    for sheet in SHEETS:
        columns = [column for column in sheet.columns if not column.is_rare]
        rows = [_cells(example, columns) for example in examples[sheet.id]]
        layout.write(sheet, columns, rows, **_EXAMPLE)
    layout.close()
    return file.content()


def _cells(example: Mapping[str, str], columns: Sequence[Column]) -> list[str]:
    return [example.get(column.id, "") for column in columns]


# ── examples ─────────────────────────────────────────────────────────────────────────────────────────


def _examples(programme: Programme) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """
    Rows by the id of their sheet, in the words of the programme.
    """
    started, completed = (_milestone(programme, step) for step in ("started", "completed"))
    unit = next((unit.name for unit in programme.units), "")
    domain = next((domain.path for domain in programme.domains), _NO_DOMAIN)
    delivery = next((lifecycle.label.zh for lifecycle in programme.lifecycles), "")
    return {
        "sources": (
            {
                "id": _PLAN,
                "title": "某某区2026年重点工程建设计划",
                "issuer": "某某区政府",
                "number": "某政发〔2026〕3号",
                "published_on": "2026-01-15",
                "kind": "计划",
                "period": "2026",
                "note": "示例行，导入时不读，可以删去",
            },
            {
                "id": _REPORT,
                "title": "某某区重点工程进展通报",
                "issuer": "某某区发展改革委",
                "published_on": "2026-08-14",
                "kind": "通报",
            },
        ),
        "projects": ({"id": _FIRST, "name": _ROAD, "domain": domain, "delivery": delivery},),
        "promises": (
            {
                "id": _FIRST,
                "source": _PLAN,
                "locator": "二(三)11",
                "project": _ROAD,
                "milestone": completed,
                "deadline": "2026年底前",
                "responsible": unit,
                "note": "原文：2026年底前完成某某路建设",
            },
        ),
        "progress": (
            {
                "id": _FIRST,
                "source": _REPORT,
                "locator": "第3页",
                "project": _ROAD,
                "kind": "达到",
                "milestone": started,
                "occurred": "2026-06",
                "note": "原文：某某路已于6月开工",
            },
        ),
        "totals": (
            {
                "id": _FIRST,
                "source": _REPORT,
                "locator": "第1页",
                "what": "已开工项目",
                "count": "67个",
                "milestones": started,
                "as_of": "2026-07-31",
            },
        ),
        "indicators": (
            {
                "id": _FIRST,
                "source": _PLAN,
                "locator": "附件1",
                "name": "新增停车位",
                "kind": "目标",
                "value": "≥5000个",
                "day": "2026",
                "responsible": unit,
            },
        ),
    }


def _milestone(programme: Programme, step: str) -> str:
    """
    What a step that is built in is called; where it is not, the programme's first.
    """
    known = step if step in programme.milestone_ids else programme.milestone_ids[0]
    return programme.milestone_label(known)


# ── instructions ─────────────────────────────────────────────────────────────────────────────────────


def _instructions(file: WorkbookFile, programme: Programme) -> None:
    sheet = file.sheet(INSTRUCTIONS_SHEET)
    sheet.sheet.set_column(0, 0, _WIDTH)
    sheet.sheet.hide_gridlines(2)
    sheet.text(0, 0, "填表说明", bold=True, font_size=16, font_name="黑体", align="center")
    sheet.sheet.set_row(0, 30)
    row = 1
    for heading, lines in (*INSTRUCTIONS, ("本计划的用语", tuple(_words(programme)))):
        sheet.text(row, 0, heading, bold=True, font_size=12, bg_color="#E4E9EF", valign="vcenter")
        sheet.sheet.set_row(row, 22)
        row += 1
        for line in lines:
            _line(sheet, row, line)
            row += 1
    sheet.paper(header=None, footer=["填表说明"], page="第 &P 页，共 &N 页")


def _line(sheet: SheetFile, row: int, line: str) -> None:
    sheet.value(row, 0, line, font_size=11)
    sheet.height(row, [(line, _WIDTH / 1.1)], line=16.0)


def _words(programme: Programme) -> Iterator[str]:
    """
    What the programme is called, and the words that its sheets take.
    """
    yield f"计划：{programme.title.zh}（编号 {programme.id}）"
    yield "节点：" + "、".join(milestone.label.zh for milestone in programme.milestones)
    for lifecycle in programme.lifecycles:
        steps = " → ".join(programme.milestone_label(step) for step in lifecycle.milestones)
        yield f"建设方式“{lifecycle.label.zh}”通常经过：{steps}"
    if programme.domains:
        yield "领域：" + "、".join(domain.path for domain in programme.domains)
    if programme.units:
        yield "责任单位：" + "；".join(unit.name for unit in programme.units)
    yield "列表里没有的领域、责任单位、节点，请负责台账的同事先在 programme.toml 里添加，再重新生成本工作簿。"
