"""
A report as a workbook: a sheet for each section, ready to be filtered and to be printed (extra ``excel``).
"""

from __future__ import annotations

from typing import Any, Final

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.office.shades import SHADES
from milestone_ledger.reports.periodic.content import Column, Report, Section, Value, shown
from milestone_ledger.workbook_file import SheetFile, WorkbookFile, breadth, column_width, lines_of

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "page": ("Page &P of &N", "第 &P 页，共 &N 页"),
    "legend": (
        "What the verdicts mean (the colour repeats the word, and adds nothing)",
        "判定说明（颜色只是重复文字，不另有含义）",
    ),
    "only": ("nothing to list", "无"),
}
_HEAD = {"bold": True, "bg_color": "#DCE3EA", "border": 1, "border_color": "#8A8A8A", "valign": "vcenter"}
_CELL = {"border": 1, "border_color": "#BFBFBF"}
_DAY_WIDTH = 11.5
_LEAST_WIDTH = 6.0
_MOST_FROZEN = 12  # lines; above that, a frozen heading would leave no room for rows
_PROSE_WIDTH = 110.0
_TITLE_LINE = 24.0


def xlsx(report: Report) -> bytes:
    """
    The file; equal for equal reports, to the byte.

    A sheet for each section that has rows or sentences, with the heading, the table and what its verdicts
    mean.
    """
    file = WorkbookFile(report.title)
    sections = report.sections or (Section(title=report.title),)
    for section in sections:
        _Sheet(file, report, section).write()
    return file.content()


class _Sheet:
    """
    Writes one section; ``_row`` is the next free row.
    """

    def __init__(self, file: WorkbookFile, report: Report, section: Section) -> None:
        self._report = report
        self._section = section
        self._is_first = section is (report.sections or (section,))[0]
        self._language: Language = report.language
        self._sheet: SheetFile = file.sheet(section.title)
        self._widths = [self._width(place, column) for place, column in enumerate(section.columns)]
        # What stands across the sheet goes on beyond a narrow table.
        missing = _PROSE_WIDTH - sum(self._widths)
        self._across = [*self._widths, *[missing] * (missing > 0)]
        self._row = 0

    def _word(self, key: str) -> str:
        return _WORDS[key][1 if self._language == "zh" else 0]

    def _width(self, place: int, column: Column) -> float:
        """
        Wide enough for what the column holds, up to its usual width; its heading may take two lines.
        """
        texts = [text for row in self._section.rows if (text := shown(row[place], self._language))]
        heading = breadth(column.heading(self._language)) / 2 + 3
        least = max(_DAY_WIDTH if column.kind == "day" and texts else _LEAST_WIDTH, heading)
        return column_width(texts, least=least, most=max(column.width * 2.0 + 1, least))

    def write(self) -> None:
        """
        Write the whole sheet.
        """
        for place, width in enumerate(self._across):
            self._sheet.sheet.set_column(place, place, width)
        self._top()
        header = self._table() if self._section.columns else None
        self._legend()
        self._sheet.sheet.hide_gridlines(2)
        self._sheet.paper(
            header=header, footer=(self._report.title, *self._report.heading), page=self._word("page")
        )

    # ── above the table ──────────────────────────────────────────────────────────────────────────

    def _top(self) -> None:
        report, section = self._report, self._section
        title = report.title if section.title == report.title else f"{report.title}　{section.title}"
        self._band(title, line=_TITLE_LINE, bold=True, font_size=15, font_name="黑体")
        for line in report.heading:
            self._band(line, font_color="#444444")
        if section.note:
            self._band(section.note, italic=True)
        for paragraph in section.prose:
            self._band(paragraph, font_size=11, line=16.0)

    def _band(self, text: str, *, line: float = 14.0, **properties: Any) -> None:
        """
        A line across the whole sheet.
        """
        last = len(self._across) - 1
        scale = properties.get("font_size", 10) / 10
        if last:
            self._sheet.sheet.merge_range(self._row, 0, self._row, last, "")
        self._sheet.value(self._row, 0, text, **properties)
        self._sheet.height(self._row, [(text, sum(self._across) / scale)], line=line)
        self._row += 1

    # ── the table ────────────────────────────────────────────────────────────────────────────────

    def _table(self) -> int:
        """
        The table; returns the row of its headers.
        """
        section, header = self._section, self._row
        headings = [column.heading(self._language) for column in section.columns]
        for place, heading in enumerate(headings):
            self._sheet.text(header, place, heading, **_HEAD)
        self._sheet.height(header, zip(headings, self._widths, strict=True))
        above = sum(lines_of(line, sum(self._across)) for line in (*self._report.heading, *section.prose))
        if above <= _MOST_FROZEN:
            self._sheet.sheet.freeze_panes(header + 1, 1 if len(headings) > 3 else 0)  # noqa: PLR2004
        self._row += 1
        for title, rows in section.grouped():
            if title:
                self._group(f"{title}（{len(rows)}）" if self._language == "zh" else f"{title} ({len(rows)})")
            for row in rows:
                self._cells(row)
        if not section.rows:
            self._band(section.empty or self._word("only"))
        elif not section.groups:
            self._sheet.sheet.autofilter(header, 0, self._row - 1, len(headings) - 1)
        return header

    def _group(self, title: str) -> None:
        form = {**_CELL, "bold": True, "bg_color": "#F0F3F6", "text_wrap": False}
        for place in range(len(self._widths)):
            self._sheet.text(self._row, place, title if place == 0 else "", **form)
        self._sheet.height(self._row, ())
        self._row += 1

    def _cells(self, row: tuple[Value, ...]) -> None:
        for place, (column, value) in enumerate(zip(self._section.columns, row, strict=True)):
            if isinstance(value, Verdict):
                self._sheet.text(self._row, place, label(value, self._language), **_shaded(value))
            elif column.kind in ("number", "count"):
                self._sheet.value(self._row, place, value, **_CELL, align="right", indent=1, text_wrap=False)
            else:
                self._sheet.value(self._row, place, value, **_CELL)
        texts = (shown(value, self._language) for value in row)
        self._sheet.height(self._row, zip(texts, self._widths, strict=True))
        self._row += 1

    # ── below it ─────────────────────────────────────────────────────────────────────────────────

    def _legend(self) -> None:
        """
        What the verdicts mean, each in its colour: of the whole report on its first sheet, else of this one.
        """
        seen = {value for row in self._section.rows for value in row if isinstance(value, Verdict)}
        shades = [
            (verdict, meaning)
            for verdict, meaning in self._report.legend
            if self._is_first or verdict in seen
        ]
        if not shades:
            return
        self._row += 1
        self._band(self._word("legend"), bold=True)
        for verdict, meaning in shades:
            colon = "：" if self._language == "zh" else ": "
            self._band(f"{label(verdict, self._language)}{colon}{meaning}", **_shaded(verdict))


def _shaded(verdict: Verdict) -> dict[str, Any]:
    return {**_CELL, "bg_color": f"#{SHADES[verdict]}"}
