from __future__ import annotations

import csv
import shutil
import sys
from datetime import date
from pathlib import Path

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from milestone_ledger.domain.events import MilestoneAchieved
from milestone_ledger.domain.history import History
from milestone_ledger.errors import IntakeError, WorkbookError
from milestone_ledger.io.intake import plan, read_folder, read_workbook
from milestone_ledger.io.sheets import SHEETS
from workbooks import SHEET, bomb, edited, made, part, rewritten, with_rows

EXAMPLE = Path(__file__).parents[2] / "examples" / "huitian"
PROMISES = ["编号", "依据", "位置", "项目", "节点", "期限", "说明"]
ROW = ["", "2018计划", "二(三)11", "北清路", "开工", "2019", ""]


def huitian():
    """
    The example as the sheets of a workbook.
    """
    sheets = {}
    for sheet in SHEETS:
        path = EXAMPLE / f"{sheet.zh}.csv"
        if path.exists():
            with path.open(encoding="utf-8", newline="") as file:
                sheets[sheet.zh] = list(csv.reader(file))
    return sheets


def read(tmp_path, data, name="台账.xlsx"):
    (tmp_path / name).write_bytes(data)
    return read_workbook(tmp_path / name)


def promises(tmp_path, edit=None, rows=(ROW,), head=PROMISES):
    def done(book):
        if edit is not None:
            edit(book["承诺"])

    return read(tmp_path, edited(made({"承诺": [head, *rows]}), done))


def said(tmp_path, *args, **kwargs):
    """
    The place and the reason of each fault.
    """
    try:
        found = promises(tmp_path, *args, **kwargs).faults
    except IntakeError as error:
        found = error.exceptions
    return {(fault.tab, fault.cell): fault.explain("zh") for fault in found}


def notes(tables):
    return [note.explain("zh") for note in tables.notes]


def test_a_workbook_says_what_the_folder_says(tmp_path):
    shutil.copy(EXAMPLE / "programme.toml", tmp_path)
    tables, folder = read(tmp_path, made(huitian())), read_folder(EXAMPLE)

    assert tables.programme == folder.programme
    assert tables.tables.keys() == folder.tables.keys()
    for sheet, table in tables.tables.items():
        assert [(row.number, dict(row.cells)) for row in table.rows] == [
            (row.number, dict(row.cells)) for row in folder.tables[sheet].rows
        ]
    assert plan(tables, History()).events == plan(folder, History()).events
    assert tables.notes == ()


def test_sheets_go_by_either_name_in_any_case_and_width(tmp_path):
    table = read(tmp_path, made({" Ｐromises": [PROMISES, ROW]})).tables["promises"]

    assert table.name == "台账.xlsx  Ｐromises"
    assert table.rows[0].cells["project"] == "北清路"


def test_other_sheets_are_named_and_misspelt_ones_refused(tmp_path):
    good = {
        "承诺": [PROMISES, ROW],
        "通讯录": [["姓名"]],
        "Sheet3": [],
        "填表说明": [["怎么填"]],
        "词表": [["x"]],
    }
    assert notes(read(tmp_path, made(good))) == ["台账.xlsx 通讯录：该页不是台账的六张表，未读取"]

    with pytest.raises(IntakeError) as caught:
        read(tmp_path, made(good | {"progres": [["x"]], "PROMISES": [["x"]]}))
    told = caught.value.explain("zh")
    assert "台账.xlsx progres：没有这个名称的表；请改名为“progress”" in told
    assert "台账.xlsx PROMISES：“承诺”已是“承诺”表" in told


def test_one_of_the_six_sheets_under_another_name_is_refused_rather_than_passed_over(tmp_path):
    """
    Unless the sheet itself is there too: then the other is a copy, and is named.
    """
    progress = [
        ["填表人：张三"],
        ["依据", "位置", "项目", "类别", "节点"],
        ["2019通报", "一", "北清路", "达到", "开工"],
    ]
    sheets = {"承诺": [PROMISES, ROW], "工程情况": progress}

    with pytest.raises(IntakeError) as caught:
        read(tmp_path, made(sheets))

    assert "台账.xlsx 工程情况：没有这个名称的表；请改名为“进展”，或删去该页" in caught.value.explain("zh")
    assert notes(read(tmp_path, made({**sheets, "进展": progress}))) == [
        "台账.xlsx 工程情况：该页不是台账的六张表，未读取"
    ]


def test_wrong_names_say_what_was_looked_for_and_found(tmp_path):
    with pytest.raises(IntakeError) as caught:
        read(tmp_path, made({"Sheet1": [["序号", "项目名称"]]}))

    told = caught.value.explain("zh")
    assert "依据 (sources)" in told
    assert "实有：Sheet1" in told
    assert "profile" in told


@pytest.mark.parametrize("rows", [[], [["承诺一览"]]])
def test_a_sheet_without_headers_says_what_was_looked_for(tmp_path, rows):
    with pytest.raises(IntakeError) as caught:
        read(tmp_path, made({"承诺": rows}))

    assert "台账.xlsx 承诺：没有表头" in caught.value.explain("zh")


def test_a_header_alone_is_an_empty_sheet(tmp_path):
    assert promises(tmp_path, rows=()).tables["promises"].rows == ()


def test_what_is_no_workbook_is_an_error_of_intake(tmp_path):
    for data in (bomb(200), b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        with pytest.raises(IntakeError) as caught:
            read(tmp_path, data)
        assert [type(error) for error in caught.value.exceptions] == [WorkbookError]
        assert "台账.xlsx" in str(caught.value)


@pytest.mark.parametrize("name", ["nowhere.xlsx", "."])
def test_a_file_that_cannot_be_read_says_so(tmp_path, name):
    with pytest.raises(IntakeError) as caught:
        read_workbook(tmp_path / name)

    assert "无法读取" in caught.value.explain("zh")


def test_faults_of_the_programme_beside_are_told_too(tmp_path):
    (tmp_path / "programme.toml").write_text("id = ")

    with pytest.raises(IntakeError) as caught:
        read(tmp_path, made({"承诺": [["x"]]}))

    assert {fault.file for fault in caught.value.exceptions} == {"programme.toml", "台账.xlsx"}


@pytest.mark.parametrize(
    ("value", "code", "reason"),
    [
        ("=1+1", "General", "公式没有计算结果"),
        ("#REF!", "General", "错误值"),
        (60, "yyyy-mm-dd", "没有这一天"),
        (1e300, "General", "只保留 15 位"),
        (43691.5, "yyyy-mm-dd h:mm", "时刻"),
    ],
)
def test_a_cell_without_a_value_is_refused_by_its_address(tmp_path, value, code, reason):
    def edit(sheet):
        sheet["F2"], sheet["F2"].number_format = value, code

    ((place, told),) = said(tmp_path, edit).items()
    assert place == ("承诺", "F2")
    assert told.startswith("台账.xlsx 承诺!F2“期限”")
    assert reason in told


@pytest.mark.parametrize("deadline", ["2026-13-45", "2019-02-30", "+2019", "1_000", "2019年底 前后"])
def test_what_the_plan_refuses_is_named_by_its_address(tmp_path, deadline):
    shutil.copy(EXAMPLE / "programme.toml", tmp_path)
    sheets = huitian()
    sheets["承诺"][5][sheets["承诺"][0].index("期限")] = deadline

    with pytest.raises(IntakeError) as caught:
        plan(read(tmp_path, made(sheets)), History())

    (fault,) = caught.value.exceptions
    assert fault.explain("zh").startswith(f"台账.xlsx 承诺!{fault.cell}“期限” {deadline!r}")
    assert fault.cell.endswith("6")


@pytest.mark.parametrize(
    ("sheet", "column"), [("依据", "发布日"), ("承诺", "期限"), ("进展", "日期"), ("汇总", "截至")]
)
@pytest.mark.parametrize(
    ("serial", "day"),
    [
        ("46276", "2026-09-11"),
        ("32873", None),
        ("32874", "1990-01-01"),
        ("73050", "2099-12-31"),
        ("73051", None),
    ],
)
def test_a_day_as_a_workbook_counts_it_is_recognised(tmp_path, *, sheet, column, serial, day):
    """It is refused all the same: nobody guesses that a number is meant for a day."""
    shutil.copy(EXAMPLE / "programme.toml", tmp_path)
    sheets = huitian()
    sheets[sheet][3][sheets[sheet][0].index(column)] = serial

    with pytest.raises(IntakeError) as caught:
        plan(read(tmp_path, made(sheets)), History())

    fault = next(fault for fault in caught.value.exceptions if fault.value == serial)
    for language, said in (("zh", "看起来是 Excel 的日期序号，应为 "), ("en", "as Excel counts them, ")):
        assert (f"{said}{day}" in fault.explain(language)) == (day is not None)
        assert (said in fault.explain(language)) == (day is not None)


@pytest.mark.parametrize(
    ("written", "day"), [("2019.8.14", "2019-08-14"), ("2019年8月", "2019-08"), ("2019/8/14", "2019-08-14")]
)
def test_days_as_people_write_them_are_read(tmp_path, written, day):
    shutil.copy(EXAMPLE / "programme.toml", tmp_path)
    sources = [["标题", "发布日", "性质"], ["甲通报", "2020-01-01", "通报"]]
    projects = [["名称", "领域"], ["北清路", "交通/道路"]]
    head = ["依据", "位置", "项目", "类别", "节点", "日期"]
    progress = [head, ["甲通报", "一", "北清路", "达到", "开工", written]]
    tables = read(tmp_path, made({"依据": sources, "项目": projects, "进展": progress}))

    (achieved,) = (e for e in plan(tables, History()).events if isinstance(e, MilestoneAchieved))
    assert str(achieved.occurred) == day


def test_days_and_numbers_are_read_as_shown(tmp_path):
    def edit(sheet):
        sheet["F2"], sheet["F2"].number_format = date(2019, 8, 14), 'yyyy"年"m"月"d"日"'
        sheet["F3"], sheet["F3"].number_format = date(2019, 8, 1), 'yyyy"年"m"月"'
        sheet["F4"] = 2019
        sheet["G2"], sheet["G2"].number_format = 0.4853, "0.0%"
        sheet["G3"], sheet["G3"].number_format = 10, '0"所"'
        sheet["G4"] = "=1+1"
        sheet["G4"].data_type = "s"

    rows = promises(tmp_path, edit, rows=[ROW, ROW, ROW]).tables["promises"].rows

    assert [row.cells["deadline"] for row in rows] == ["2019-08-14", "2019-08", "2019"]
    assert [row.cells["note"] for row in rows] == ["48.53%", "10所", "=1+1"]


def test_titles_two_header_rows_blanks_and_totals_are_no_rows(tmp_path):
    """
    A sheet as an office makes it up: titles, merged headers in two rows, gaps, a sum below.
    """

    def edit(sheet):
        sheet.insert_rows(1, 3)
        sheet["A1"], sheet["D3"] = "回天地区承诺一览", "项目与节点"
        sheet.merge_cells("A1:G1")
        sheet.merge_cells("D3:E3")
        for column in "ABCFG":
            sheet[f"{column}3"] = sheet[f"{column}4"].value
            sheet[f"{column}4"] = None
            sheet.merge_cells(f"{column}3:{column}4")
        sheet["A9"], sheet["D9"] = "合计", 2
        sheet.merge_cells("A9:C9")

    tables = promises(tmp_path, edit, rows=[ROW, [], ROW])

    assert [row.number for row in tables.tables["promises"].rows] == [5, 7]
    assert notes(tables) == ["台账.xlsx 承诺：合计 1 行，不导入：第 9 行"]


def test_example_rows_are_not_taken_in_whatever_they_hold(tmp_path):
    def edit(sheet):
        sheet["F2"] = "#REF!"

    rows = [["示例1", *ROW[1:]], ROW]
    tables = promises(tmp_path, edit, rows=rows)

    assert [row.number for row in tables.tables["promises"].rows] == [3]
    assert notes(tables) == ["台账.xlsx 承诺：示例 1 行，不导入：第 2 行"]


def test_a_cell_merged_downwards_holds_for_every_row_that_it_spans(tmp_path):
    def edit(sheet):
        for row in (3, 4):
            sheet.cell(row, 2).value = sheet.cell(row, 4).value = None
        sheet.merge_cells("B2:B4")
        sheet.merge_cells("D2:D3")
        sheet["D4"] = "安立路"
        sheet.merge_cells("C6:C8")

    rows = promises(tmp_path, edit, rows=[ROW, ROW, ROW]).tables["promises"].rows

    assert [row.cells["source"] for row in rows] == ["2018计划"] * 3
    assert [row.cells["project"] for row in rows] == ["北清路", "北清路", "安立路"]
    assert [row.number for row in rows] == [2, 3, 4]


def test_cells_merged_across_columns_are_refused_by_name(tmp_path):
    def edit(sheet):
        sheet.merge_cells("E2:F3")
        sheet.merge_cells("B5:C5")

    told = said(tmp_path, edit)

    assert list(told) == [("承诺", "E2")]
    assert "合并单元格 E2:F3 横跨多列" in told["承诺", "E2"]


def test_a_value_beneath_a_merged_cell_is_refused(tmp_path):
    data = made({"承诺": [PROMISES, ROW, ROW]})
    sheet = part(data, SHEET).replace(
        b"</sheetData>", b'</sheetData><mergeCells count="1"><mergeCell ref="B2:B3"/></mergeCells>'
    )

    (fault,) = read(tmp_path, rewritten(data, {SHEET: sheet})).faults

    assert (fault.cell, fault.column, fault.value) == ("B3", "依据", "2018计划")


def test_what_is_hidden_is_read_and_told(tmp_path):
    def edit(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["F"].hidden = True
        sheet.parent.create_sheet("x")
        sheet.sheet_state = "hidden"

    tables = promises(tmp_path, edit, rows=[ROW, ROW])

    assert len(tables.tables["promises"].rows) == 2
    assert tables.tables["promises"].rows[1].cells["deadline"] == "2019"
    assert notes(tables) == [
        "台账.xlsx 承诺：该表已隐藏，仍照读",
        "台账.xlsx 承诺：隐藏的 1 行仍照读：第 3 行",
        "台账.xlsx 承诺：隐藏的 1 列仍照读：F",
    ]


def test_unknown_missing_and_stray_columns_are_named_by_address(tmp_path):
    def edit(sheet):
        sheet["F1"], sheet["H2"] = "期 限日", "多余"

    told = said(tmp_path, edit, head=[name for name in PROMISES if name != "位置"])

    assert told["承诺", "F1"].startswith("台账.xlsx 承诺!F1 '期 限日'")
    assert "上方没有表头" in told["承诺", "H2"]
    assert "缺少必填列“位置”" in told["承诺", ""]


def test_a_cell_far_from_the_table_is_named(tmp_path):
    def edit(sheet):
        sheet["XFD2"], sheet["GS9"] = "x", "y"

    told = said(tmp_path, edit)

    assert set(told) == {("承诺", "XFD2"), ("承诺", "GS9")}
    assert "第 200 列之外" in told["承诺", "GS9"]


def test_rows_as_wide_as_a_sheet_can_be_take_no_longer(tmp_path):
    """
    Going through every column of every row would take the square of what it should.
    """

    def calls(rows):
        cells = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, rows))
        count = 0

        def one(_frame, _event, _argument):
            nonlocal count
            count += 1

        sys.setprofile(one)
        try:
            with pytest.raises(IntakeError):
                read(tmp_path, with_rows(cells))
        finally:
            sys.setprofile(None)
        return count

    assert calls(400) < 400_000


def test_colours_and_comments_do_not_matter(tmp_path):
    def edit(sheet):
        sheet["F2"].fill = PatternFill("solid", fgColor="FFFF0000")
        sheet["F2"].comment = Comment("看不懂", "台账")

    assert promises(tmp_path, edit).tables["promises"].rows[0].cells["deadline"] == "2019"


@pytest.mark.parametrize("name", ["../../etc/passwd", "..\\台账"])
def test_names_from_inside_are_never_paths(tmp_path, name):
    data = made({"承诺": [PROMISES, ROW], "Q": [["x"]]})
    book = part(data, "xl/workbook.xml").replace(b'name="Q"', f'name="{name}"'.encode())
    tables = read(tmp_path, rewritten(data, {"xl/workbook.xml": book}))

    assert sorted(path.name for path in tmp_path.iterdir()) == ["台账.xlsx"]
    assert notes(tables) == [f"台账.xlsx {name}：该页不是台账的六张表，未读取"]
