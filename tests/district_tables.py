"""
Tables as districts keep them: a year's plan, a month's progress, and one that nobody has tidied.
"""

from __future__ import annotations

import io
import json
import re

import xlsxwriter
from attrs import evolve, field, frozen

from milestone_ledger.io.workbook import Area, Cell, Grid, GridRow

PROGRAMME = """\
id = "district"
title = { zh = "某区重点工程", en = "Works of a district" }
domains = [{ path = "教育/中小学" }, { path = "教育/幼儿园" }, { path = "市政/道路" }]
units = [
  { name = "区教委", former = ["区教育局"] }, { name = "区住建委" }, { name = "区交通局" },
  { name = "区财政局" }, { name = "霍营街道" },
]

[[lifecycles]]
delivery = "new_build"
label = { zh = "新建", en = "new build" }
milestones = ["initiated", "started", "structure_complete", "completed", "handed_over", "in_use"]
"""


@frozen
class Sheet:
    """
    Cells by (row, column), merged areas (top, left, bottom, right), and what is hidden; all from 1.
    """

    cells: dict
    merged: tuple = ()
    hidden_rows: frozenset = frozenset()
    hidden_columns: frozenset = frozenset()
    name: str = field(default="Sheet1")

    def moved(self, row=lambda number: number, column=lambda number: number):
        """
        The sheet with each row and column at another place; a merged area grows with what it spans.
        """
        return evolve(
            self,
            cells={(row(r), column(c)): value for (r, c), value in self.cells.items()},
            merged=tuple((row(t), column(le), row(b), column(r)) for t, le, b, r in self.merged),
            hidden_rows=frozenset(map(row, self.hidden_rows)),
            hidden_columns=frozenset(map(column, self.hidden_columns)),
        )


def sheet(rows, merged="", **options):
    """
    A sheet of rows from A1 on, with areas such as ``A1:J1 B3:B5``.
    """
    cells = {
        (r, c): value
        for r, row in enumerate(rows, start=1)
        for c, value in enumerate(row, start=1)
        if value not in ("", None)
    }
    return Sheet(cells, tuple(map(area, merged.split())), **options)


def area(text):
    match = re.fullmatch("([A-Z])([0-9]+):([A-Z])([0-9]+)", text)
    return int(match[2]), ord(match[1]) - 64, int(match[4]), ord(match[3]) - 64


def saved(*sheets):
    """
    The workbook as bytes.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for each in sheets:
            page = book.add_worksheet(each.name)
            for top, left, bottom, right in each.merged:
                if (top, left) != (bottom, right):
                    page.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
            for (row, column), value in each.cells.items():
                page.write(row - 1, column - 1, value)
            for row in each.hidden_rows:
                page.set_row(row - 1, None, None, {"hidden": True})
            for column in each.hidden_columns:
                page.set_column(column - 1, column - 1, None, None, {"hidden": True})
    return stream.getvalue()


def answered(text, answers):
    """
    The profile with its blanks filled: by key, or by "header key" for what is asked of a column.
    """
    lines, header = [], ""
    for line in text.splitlines():
        match = re.match(r'(?P<key>"(?:[^"\\]|\\.)*"|\w+) = ""', line)
        if named := re.match("header = (.*)", line):
            header = json.loads(named[1])
        key = match and (json.loads(match["key"]) if match["key"].startswith('"') else match["key"])
        value = answers.get(f"{header} {key}", answers.get(key)) if match else None
        lines.append(line if value is None else f"{match['key']} = {json.dumps(value, ensure_ascii=False)}")
    return "\n".join(lines) + "\n"


ANNUAL = sheet(
    [
        ["某区2022年度重点工程建设计划"],
        ["填报单位：区发展改革委", *[""] * 8, "单位：万元"],
        [
            "序号",
            "项目名称",
            "建设内容及规模",
            "总投资\n（万元）",
            "进度计划",
            "",
            "",
            "",
            "责任单位",
            "配合单位",
            "备注",
        ],
        ["", "", "", "", "一季度", "二季度", "三季度", "四季度"],
        ["一、中小学"],
        [
            1,
            "霍营\n中心小学",
            "新建教学楼",
            "12,000",
            "取得立项批复",
            "",
            "开工建设",
            "",
            "区教委",
            "区住建委\n霍营街道",
        ],
        [
            2,
            "回南小学",
            "改扩建",
            8000,
            "完成基础施工",
            "全部力争年底前完工",
            "",
            "",
            "区教育局",
            "",
            "已开工",
        ],
        ["二、道路（2项）"],
        [1, "朱辛庄路", "", 3000, "开工", "国庆前通车", "", "", "区交通局、区住建委"],
        [2, "回南北路", "", 500, "持续推进", "", "", "", "区交通局"],
        ["合计", "", "", 23500],
        [],
        ["注：1.本表按季调度。"],
        ["2.投资以批复为准。"],
    ],
    "A1:K1 E3:H3 A3:A4 B3:B4 C3:C4 D3:D4 I3:I4 J3:J4 K3:K4 A5:K5 A8:K8 F7:H7 E10:H10 A13:K13",
    hidden_rows=frozenset({10}),
    name="任务表",
)
ANNUAL_ANSWERS = {
    "issuer": "某区人民政府",
    "number": "某政发〔2022〕3号",
    "published_on": "2022-02-18",
    "kind": "计划",
    "delivery": "无",
    "deadline": "2022年底",
    "hidden": "读",
    "中小学": "教育/中小学",
    "道路": "市政/道路",
    "完成基础施工": "动态",
    "国庆前通车": "明确 投用 2022-09-30",
    "已开工": "达到 开工",
}

MONTHLY = sheet(
    [
        ["2022年重点项目推进情况月报"],
        ["序号", "领域", "项目名称", "形象进度", "存在问题", "下一步工作安排", "牵头单位"],
        [
            "1",
            "教育/中小学",
            "霍营中心小学",
            "主体结构已封顶，计划年底前完工",
            "无",
            "10月底前完成竣工验收",
            "区教委",
        ],
        ["2", "", "", "地下车库：停工", "资金未到位", "尽快复工", "区教委"],
        ["3", "", "回南小学", "√", "", "", "区教委"],
        [
            "4",
            "市政/道路",
            "朱辛庄路",
            "2022年6月已开工，形象进度35%",
            "",
            "12月底前完成3座桥梁建设",
            "区交通局",
        ],
        ["5", "", "回南北路一期", "尚未开工", "征地未完成", "", "区交通局"],
    ],
    "A1:G1 B3:B5 C3:C4 B6:B7",
)
MONTHLY_ANSWERS = {
    "issuer": "无",
    "number": "无",
    "published_on": "2022-08-31",
    "kind": "通报",
    "delivery": "无",
    "deadline": "无",
    "地下车库:停工": "动态",
    "尽快复工": "动态",
    "√": "不用",
    "12月底前完成3座桥梁建设": "动态",
    "回南北路一期": "回南北路",
}

SLOPPY = sheet(
    [
        [
            "序号",
            "项目",
            "年度目标任务",
            "进展情况及存在问题",
            "完成时限",
            "开工时间",
            "牵头",
            "督办意见",
            "电话",
        ],
        ["", "", "", "", "", "", "", "", ""],
        ["１", "霍营中心小学 ", "完工", "已完工", "2022.6.30", "2021-03", "区教育局", "", "8888"],
        ["２", "定福幼儿园", "开工；主体结构封顶", "尚未开工", "国庆前", "", "区教委/霍营街道", "加快", ""],
        ["小计"],
        ["3", "朱辛庄路", "", "", "年底前", "2022年9月", "区交通局", "", ""],
        ["", "", "6月完成一期建设，12月完成二期建设", "", "", "", "区交通局", "", ""],
        ["4", "定福幼儿园", "投入使用", "", "2023年", "", "区教委", "", ""],
        ["以下为调度事项"],
        ["5", "回南小学", "取得立项批复", "正在办理前期手续", "", "", "区规划局", "", ""],
        ["制表人：张三"],
    ]
)
SLOPPY_ANSWERS = {
    "title": "某区2022年重点项目台账",
    "issuer": "无",
    "number": "无",
    "published_on": "2022-03-01",
    "kind": "其他",
    "domain": "教育/幼儿园",
    "delivery": "新建",
    "deadline": "无",
    "进展情况及存在问题 role": "进展",
    "开工时间 role": "达到",
    "督办意见 role": "不用",
    "国庆前": "2022-09-30",
    "年底前": "明确 投用 2022-12-31",
    "2022年9月": "计划 开工 2022-09",
    "B7": "朱辛庄路",
    "A7": "朱辛庄路",
    "C7": "朱辛庄路",
    "定福幼儿园": "同一项目",
    "6月完成一期建设": "动态",
    "12月完成二期建设": "动态",
    "以下为调度事项": "不用",
    "正在办理前期手续": "未达到 立项",
    "区教委/霍营街道": "区教委；霍营街道",
    "区规划局": "无",
}


def grid(table):
    """
    The sheet as a reader gives it, without the detour of a file.
    """
    rows = {}
    for (row, column), value in sorted(table.cells.items()):
        rows.setdefault(row, {})[column] = Cell(str(value))
    return Grid(
        name=table.name,
        rows=tuple(GridRow(number, cells, number in table.hidden_rows) for number, cells in rows.items()),
        merged=tuple(Area(*each) for each in table.merged),
        hidden_columns=table.hidden_columns,
    )
