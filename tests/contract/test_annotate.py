"""
The round of a workbook: refused and marked, mended where it is marked, imported.
"""

from __future__ import annotations

import io
import sys

import openpyxl
import pytest
from openpyxl.comments import Comment

from milestone_ledger import Ledger
from milestone_ledger.cli import main
from milestone_ledger.errors import WorkbookError
from milestone_ledger.io.intake.annotate import Mark, annotated
from workbooks import SHEET, edited, made, part, rewritten

PROGRAMME = """
id = "示范"
title = { zh = "示范", en = "Model" }
[[domains]]
path = "交通/道路"
[[units]]
name = "市交通委"
"""
SHEETS = {
    "依据": [["标题", "发布日", "性质"], ["甲计划", "2019-01-01", "计划"]],
    "项目": [["名称", "领域"], ["北清路", "交通/道路"], ["安立路", "交通/道路"]],
    "承诺": [
        ["依据", "位置", "项目", "节点", "期限", "责任单位"],
        ["甲计划", "一", "北清路", "开工", "2019", "市交通委"],
        ["甲计划", "二", "安立路", "开工", "2019", "市交通委"],
    ],
}
RED, YELLOW = "FFFFC7CE", "FFFFEB9C"


@pytest.fixture
def desk(database_url, tmp_path, capsys):
    """
    A desk with a workbook on it, and a function that imports one; it gives the code and what was said.
    """
    (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
    assert main(["--db", database_url, "init", str(tmp_path / "programme.toml")]) == 0
    (tmp_path / "台账.xlsx").write_bytes(made(SHEETS))

    def run(name="台账.xlsx", *arguments):
        code = main(["--db", database_url, "import", str(tmp_path / name), *map(str, arguments)])
        said = capsys.readouterr()
        return code, said.out + said.err

    run.folder, run.url = tmp_path, database_url
    run()
    return run


def spoil(desk, edit):
    path = desk.folder / "台账.xlsx"
    path.write_bytes(edited(path.read_bytes(), edit))


def marked(desk, *arguments):
    """
    The workbook that comes back.
    """
    code, said = desk("台账.xlsx", "--annotate", desk.folder / "标注.xlsx", *arguments)
    assert "已标注" in said
    return code, openpyxl.load_workbook(desk.folder / "标注.xlsx")


def colours(book):
    return {
        (sheet.title, cell.coordinate): cell.fill.fgColor.rgb
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows()
        for cell in row
        if cell.comment is not None
    }


def faulty(book):
    sheet = book["承诺"]
    sheet["E2"], sheet["D3"] = "2019-02-30", "开公"
    sheet["B2"].comment = Comment("老王填的", "老王")
    sheet["D3"].comment = Comment("待核", "老王")


def test_faults_are_marked_where_they_stand_and_mended_there(desk):
    spoil(desk, faulty)
    code, book = marked(desk, "--yes")

    assert code == 1
    assert colours(book) == {("承诺", "E2"): RED, ("承诺", "D3"): RED, ("承诺", "B2"): "00000000"}
    assert book["承诺"]["E2"].comment.text == "【错误】没有这一天；请核对月、日"
    assert book["承诺"]["D3"].comment.text.startswith(
        "待核\n―― 台账校核 ――\n【错误】未知的节点“开公”；是否为：开工"
    )
    assert book["承诺"]["E3"].value == "2019"

    book["承诺"]["E2"], book["承诺"]["D3"] = "2019", "开工"
    book.save(desk.folder / "改好.xlsx")
    code, said = desk("改好.xlsx", "--yes")
    assert (code, "新增" in said) == (0, True)
    with Ledger.open(desk.url) as ledger:
        assert ledger.size == 6


def test_a_list_names_every_fault_with_a_way_to_its_cell(desk):
    spoil(desk, faulty)
    sheet = marked(desk)[1].worksheets[0]

    assert sheet.title == "问题清单"
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == ["序号", "程度", "表", "单元格", "列", "内容", "问题与改法"]
    assert [row[:6] for row in rows[1:]] == [
        ["1", "错误", "承诺", "E2", "期限", "2019-02-30"],
        ["2", "错误", "承诺", "D3", "节点", "开公"],
    ]
    assert [sheet.cell(row, 4).hyperlink.location for row in (2, 3)] == ["'承诺'!E2", "'承诺'!D3"]


def test_marks_of_an_earlier_round_are_taken_off(desk):
    """
    One of two faults is mended in the marked workbook itself, which is then offered again.
    """
    spoil(desk, faulty)
    _, book = marked(desk)
    book["承诺"]["D3"] = "开工"
    book.save(desk.folder / "台账.xlsx")

    _, again = marked(desk, "--force")

    assert colours(again) == {("承诺", "E2"): RED, ("承诺", "B2"): "00000000", ("承诺", "D3"): "00000000"}
    assert again["承诺"]["D3"].comment.text == "待核"
    assert again["承诺"]["E2"].comment.text == "【错误】没有这一天；请核对月、日"
    assert again.sheetnames.count("问题清单") == 1


def test_what_only_deserves_a_look_is_yellow_and_stops_nothing(desk):
    def edit(book):
        book["项目"]["A2"] = book["承诺"]["C2"] = "北清路\u200b"
        book.create_sheet("备忘")["A1"] = "x"

    spoil(desk, edit)
    code, book = marked(desk, "--yes")

    assert code == 0
    assert colours(book) == {("项目", "A2"): YELLOW, ("承诺", "C2"): YELLOW}
    listed = [[cell.value for cell in row] for row in book.worksheets[0].iter_rows(min_row=2)]
    assert [row[1:4] for row in listed] == [
        ["提示", "备忘", None],
        ["提示", "项目", "A2"],
        ["提示", "承诺", "C2"],
    ]
    with Ledger.open(desk.url) as ledger:
        assert ledger.size == 6


def test_without_faults_nothing_is_written(desk):
    code, said = desk("台账.xlsx", "--annotate", desk.folder / "标注.xlsx")

    assert (code, (desk.folder / "标注.xlsx").exists()) == (0, False)
    assert "已标注" not in said
    assert "表上没有要标注的，未写" in said


def test_marks_of_an_earlier_round_are_not_taken_for_those_of_this_one(desk):
    (desk.folder / "标注.xlsx").write_bytes(b"earlier")

    _, said = desk("台账.xlsx", "--annotate", desk.folder / "标注.xlsx", "--force")

    assert (desk.folder / "标注.xlsx").read_bytes() == b"earlier"
    assert "是以前的，未改动" in said


@pytest.mark.parametrize("name", ["programme.toml", "备份.db", "标注", "标注.xls"])
def test_what_is_no_workbook_is_not_replaced_by_one(desk, name):
    """
    Not even with ``--force``: a slip of the hand must not cost a ledger.
    """
    spoil(desk, faulty)
    (desk.folder / name).write_bytes(b"mine")

    code, said = desk("台账.xlsx", "--annotate", desk.folder / name, "--force")

    assert (code, (desk.folder / name).read_bytes()) == (1, b"mine")
    assert ".xlsx 结尾" in said


def test_nothing_is_overwritten_unasked(desk):
    spoil(desk, faulty)
    (desk.folder / "标注.xlsx").write_bytes(b"mine")

    code, said = desk("台账.xlsx", "--annotate", desk.folder / "标注.xlsx", "--yes")
    assert (code, (desk.folder / "标注.xlsx").read_bytes()) == (1, b"mine")
    assert "--force" in said

    before = (desk.folder / "台账.xlsx").read_bytes()
    code, said = desk("台账.xlsx", "--annotate", desk.folder / "台账.xlsx", "--force")
    assert (code, (desk.folder / "台账.xlsx").read_bytes()) == (1, before)
    assert "不能覆盖原文件" in said


def test_a_folder_cannot_be_marked(desk):
    code, said = desk(".", "--annotate", desk.folder / "标注.xlsx")

    assert code == 1
    assert "只能标注工作簿" in said


def test_a_workbook_that_cannot_be_written_back_still_tells_its_faults(desk):
    """
    What openpyxl does not understand is no reason to keep quiet.
    """
    spoil(desk, faulty)
    path = desk.folder / "台账.xlsx"
    styles = part(path.read_bytes(), "xl/styles.xml").replace(b'fontId="0"', b'fontId="x"')
    path.write_bytes(rewritten(path.read_bytes(), {"xl/styles.xml": styles}))

    code, said = desk("台账.xlsx", "--annotate", desk.folder / "标注.xlsx")

    assert (code, (desk.folder / "标注.xlsx").exists()) == (1, False)
    assert "无法原样写回" in said
    assert "没有这一天" in said


def test_a_reason_that_lacks_is_no_fault_of_the_workbook(desk):
    desk("台账.xlsx", "--yes")
    spoil(desk, lambda book: book["承诺"].__setitem__("E2", "2020"))

    code, said = desk("台账.xlsx", "--annotate", desk.folder / "标注.xlsx")

    assert (code, (desk.folder / "标注.xlsx").exists()) == (1, False)
    assert "--reason" in said


def mark(cell, text="错", **fields):
    return Mark(is_error=True, tab="承诺", cell=cell, text=text, **fields)


def annotate(data, *marks, language="zh"):
    return openpyxl.load_workbook(io.BytesIO(annotated(data, "台账.xlsx", marks, language)))


def test_a_merged_cell_is_marked_at_its_top_left():
    data = edited(made({"承诺": [["x"], ["y"]]}), lambda book: book.active.merge_cells("A1:A2"))

    assert colours(annotate(data, mark("A2"))) == {("承诺", "A1"): RED}


def test_text_stays_text_and_every_character_can_be_held():
    book = annotate(
        made({"承诺": [["x"]]}), mark("A1", text="坏\x00\x07\ud800" + "长" * 40_000, value="=1+1")
    )
    row = book.worksheets[0][2]

    assert (row[5].value, row[5].data_type) == ("=1+1", "s")
    assert row[6].value.startswith("坏\ufffd\ufffd?长")
    assert len(book["承诺"]["A1"].comment.text) == 2_000


def test_several_marks_on_one_cell_are_told_together():
    first, second = mark("A1"), mark("A1", text="又错")
    book = annotate(made({"承诺": [["x"]]}), first, second, first, language="en")

    assert book["承诺"]["A1"].comment.text == "【error】错\n【error】又错"
    assert book.worksheets[0]["B1"].value == "severity"
    assert book.worksheets[0].max_row == 4


def test_every_comment_has_room_for_its_text():
    """
    Sizes of boxes are lost on the way; those of the user's own are made anew as well.
    """

    def note(book):
        book.active["B1"].comment = Comment("这一列照文件写全，不要简写。" * 10, "老王")

    data = edited(made({"承诺": [["x", "y"]]}), note)
    drawing = part(
        annotated(data, "台账.xlsx", [mark("A1")], "zh"), "xl/drawings/commentsDrawing1.vml"
    ).decode()

    assert drawing.count("width:340px") == 2
    assert "height:32px" in drawing
    assert "height:128px" in drawing


def test_marking_needs_an_extra_and_says_which(desk, monkeypatch):
    """
    Reading a workbook, and saying what is wrong with it, needs none.
    """
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    path = desk.folder / "台账.xlsx"
    path.write_bytes(
        made(SHEETS | {"承诺": [*SHEETS["承诺"], ["甲计划", "三", "北清路", "开公", "2019", ""]]})
    )

    code, said = desk("台账.xlsx", "--annotate", desk.folder / "标注.xlsx")

    assert (code, (desk.folder / "标注.xlsx").exists()) == (1, False)
    assert "标注工作簿需要 openpyxl；请运行 pip install openpyxl" in said
    assert "承诺!D4“节点”" in said


def test_a_quote_in_the_name_of_a_sheet_is_no_trouble():
    data = made({"it's": [["x"]]})
    book = annotate(data, Mark(is_error=True, tab="it's", cell="A1", text="错"))

    assert book.worksheets[0]["D2"].hyperlink.location == "'it''s'!A1"


@pytest.mark.parametrize("kind", ["rows", "weight"])
def test_a_large_workbook_is_refused_politely(kind):
    data = made({"承诺": [["x"]]})
    if kind == "rows":
        rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (n, n) for n in range(1, 50_002))
    else:
        rows = b"".join(b'<row r="%d" ht="%d"/>' % (n, n % 97) for n in range(1, 10**6)) + b" " * (40 * 10**6)
    sheet = part(data, SHEET)
    start, end = sheet.index(b"<sheetData>") + 11, sheet.index(b"</sheetData>")
    large = rewritten(data, {SHEET: sheet[:start] + rows + sheet[end:]})

    with pytest.raises(WorkbookError) as caught:
        annotated(large, "台账.xlsx", [mark("A1")], "zh")
    assert "过大" in caught.value.explain("zh")


def test_a_workbook_that_only_we_can_read_is_refused_politely():
    data = made({"承诺": [["x"]]})
    styles = part(data, "xl/styles.xml").replace(b'fontId="0"', b'fontId="x"')

    with pytest.raises(WorkbookError) as caught:
        annotated(rewritten(data, {"xl/styles.xml": styles}), "台账.xlsx", [mark("A1")], "zh")
    assert "无法原样写回" in caught.value.explain("zh")
