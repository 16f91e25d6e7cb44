from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from datetime import date, time

import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from milestone_ledger.errors import WorkbookError
from milestone_ledger.io.workbook import Area, Cell, address, read_grids
from workbooks import PEAK, SHEET, bomb, edited, encrypted, made, part, rewritten, with_rows

PLAIN = made({"承诺": [["位置"]]})
DOCTYPE = b'<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'


def rows_of(data):
    return {row.number: dict(row.cells) for grid in read_grids(data, "台账.xlsx") for row in grid.rows}


def cell_of(data):
    ((cell,),) = ([*row.values()] for row in rows_of(data).values())
    return cell


def refusal(data):
    with pytest.raises(WorkbookError) as caught:
        read_grids(data, "台账.xlsx")
    assert caught.value.file == "台账.xlsx"
    return caught.value.explain("zh")


def with_format(value, code):
    def edit(book):
        book.active["A1"].value = value
        book.active["A1"].number_format = code

    return edited(PLAIN, edit)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "空的"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式的工作簿（.xls）"),
        (encrypted(), "打开密码"),
        ("依据,位置\n甲,一\n".encode(), "纯文本"),
        ("依据,位置\n甲,一\n".encode("gb18030"), "纯文本"),
        ("依据,位置\n".encode("utf-16"), "纯文本"),
        (b"\xef\xbb\xbf <html><table></table></html>", "网页"),
        (b'<?xml version="1.0"?><Workbook/>', "XML 文件"),
        (b"%PDF-1.7", "PDF"),
        (b"\x89PNG\r\n\x1a\n\0\0", "这不是工作簿"),
        (PLAIN[: len(PLAIN) // 2], "已损坏"),
        (PLAIN[:200] + b"x" + PLAIN[201:], "已损坏"),
        (rewritten(PLAIN, without=["[Content_Types].xml"]), "没有工作簿"),
        (rewritten(PLAIN, without=["[Content_Types].xml"], parts={"mimetype": "x"}), "OpenDocument"),
        (rewritten(PLAIN, without=["xl/workbook.xml"]), "已损坏"),
        (rewritten(PLAIN, without=[SHEET]), "已损坏"),
        (rewritten(PLAIN, {"xl/vbaProject.bin": b""}), "含有宏"),
        (rewritten(PLAIN, {SHEET: part(PLAIN, SHEET)[:-9]}), "已损坏"),
        (rewritten(PLAIN, {"XL/WORKBOOK.xml": b""}), "已损坏"),
        (rewritten(PLAIN, {f"xl/{n}.bin": b"" for n in range(2001)}), "部件超过"),
        (rewritten(PLAIN, method=zipfile.ZIP_LZMA), "已损坏"),
        (rewritten(PLAIN, {SHEET: DOCTYPE + part(PLAIN, SHEET).partition(b"?>")[2]}), "实体"),
        (rewritten(PLAIN, {"xl/styles.xml": LAUGHS + b"<a>&b;</a>"}), "实体"),
        (rewritten(PLAIN, {"docProps/core.xml": LAUGHS.decode().encode("utf-16")}), "实体"),
        (bomb(200), "不合常理"),
    ],
)
def test_what_is_no_workbook_is_refused_by_name(data, said):
    assert said in refusal(data)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"sheet.main+xml", b"sheet.macroEnabled.main+xml", "含有宏"),
        (b"sheet.main+xml", b"sheet.binary.macro", "二进制"),
        (b"spreadsheetml", b"wordprocessingml", "其他办公文档"),
        (b"spreadsheetml", b"something", "没有工作簿"),
    ],
)
def test_what_its_own_contents_call_something_else_is_refused(old, new, said):
    types = part(PLAIN, "[Content_Types].xml").replace(old, new)

    assert said in refusal(rewritten(PLAIN, {"[Content_Types].xml": types}))


def test_sizes_that_an_archive_declares_are_not_believed():
    """
    A part that says it is small inflates to what it is, and is found out.
    """
    data = bytearray(bomb(200))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        entry = archive.getinfo(SHEET)
    declared = entry.file_size.to_bytes(4, "little")
    assert data.count(declared) == 2
    small = bytes(data).replace(declared, (1000).to_bytes(4, "little"))

    assert any(word in refusal(small) for word in ("已损坏", "不合常理"))


def test_memory_stays_small_whatever_a_file_inflates_to(tmp_path):
    """
    A process that may hold little more than Python itself refuses the bomb, and reads a million blank rows.
    """
    blank = "".join(f'<row r="{n}" ht="15"/>' for n in range(2, 2**20, 16))
    (tmp_path / "bomb.xlsx").write_bytes(bomb(250))
    (tmp_path / "blank.xlsx").write_bytes(with_rows(blank, before='<dimension ref="A1:XFD1048576"/>'))
    script = f"""{PEAK}
import sys
from milestone_ledger.errors import WorkbookError
from milestone_ledger.io.workbook import read_grids
before = peak()
for name in sys.argv[1:]:
    try:
        print([list(grid.rows) for grid in read_grids(open(name, "rb").read(), name)])
    except WorkbookError:
        print("refused")
assert peak() - before < 30
"""
    names = [str(tmp_path / "bomb.xlsx"), str(tmp_path / "blank.xlsx")]
    done = subprocess.run([sys.executable, "-c", script, *names], capture_output=True, check=False, text=True)

    assert done.stderr == ""
    assert done.stdout.split() == ["refused", "[[]]"]


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (date(2019, 8, 14), "yyyy-mm-dd", "2019-08-14"),
        (date(2019, 8, 14), "m/d/yy h:mm", "2019-08-14"),
        (43691, 'yyyy"年"m"月"d"日"', "2019-08-14"),
        (43691, "[$-804]e/m/d;@", "2019-08-14"),
        (43691, '[DBNum1][$-804]yyyy"年"m"月"d"日"', "2019-08-14"),
        (43678, 'yyyy"年"m"月"', "2019-08"),
        (43678, "mmm-yy", "2019-08"),
        (43678, "yyyy", "2019"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (2958465, "yyyy-mm-dd", "9999-12-31"),
        (43691, "General", "43691"),
        (5000, "#,##0", "5000"),
        (5000.0, "0.00", "5000"),
        (0.4853, "0.00%", "48.53%"),
        (0.4853, "0%", "48.53%"),
        (0.1 + 0.2, "General", "0.3"),
        (1e-7, "0.00E+00", "0.0000001"),
        (-0.0, "General", "0"),
        (10, '0"所"', "10所"),
        (1200, '#,##0"个";-#,##0"个"', "1200个"),
        (10, "General\\所", "10所"),
        (12345, '0!.0,"万"', "12345"),
        (12345, '0,"千"', "12345"),
        (5, "[Red]0.0_);(0.0)", "5"),
        ("4140", "@", "4140"),
        ("2019.8.14", "@", "2019.8.14"),
        ("  两端空格\n换行 ", "General", "  两端空格\n换行 "),
        (True, "General", "TRUE"),
    ],
)
def test_a_cell_is_what_a_person_sees(value, code, text):
    assert cell_of(with_format(value, code)) == Cell(text)


@pytest.mark.parametrize(
    ("value", "code", "said"),
    [
        (60, "yyyy-mm-dd", "没有这一天"),
        (0, "yyyy-mm-dd", "没有这一天"),
        (-1, "yyyy-mm-dd", "没有这一天"),
        (2958466, "yyyy-mm-dd", "没有这一天"),
        (43691, 'm"月"d"日"', "没有显示年份，表格软件自行补成了 2019-08-14"),
        (43691.604166666664, "yyyy-mm-dd h:mm", "时刻"),
        (43691.604166666664, "yyyy-mm-dd", "时刻"),
        (time(14, 30), "h:mm", "时刻"),
        (0.5, "[h]:mm", "时刻"),
        (123456789012345678, "0", "只保留 15 位"),
        (1e300, "General", "只保留 15 位"),
        ("=1+1", "General", "公式没有计算结果"),
        ("#REF!", "General", "错误值"),
    ],
)
def test_a_cell_without_a_usable_value_says_so(value, code, said):
    fault = cell_of(with_format(value, code)).fault

    assert fault is not None
    assert said in fault[1]


@pytest.mark.parametrize("raw", ["NaN", "1e400", "INF", "0x10", "1_000", "五", "1" * 500, "- 1"])
def test_what_is_no_number_is_a_fault(raw):
    assert "不是数" in cell_of(with_rows(f'<row><c t="n"><v>{raw}</v></c></row>')).fault[1]


@pytest.mark.parametrize(
    ("xml", "cell"),
    [
        ('<c t="d"><v>2019-08-14</v></c>', Cell("2019-08-14")),
        ('<c t="d"><v>2019-08-14T00:00:00</v></c>', Cell("2019-08-14")),
        ('<c t="str"><f>"a"</f><v>a</v></c>', Cell("a")),
        ("<c><f>1+1</f><v>2</v></c>", Cell("2")),
        ('<c t="inlineStr"><is><r><t>回</t></r><r><t>天</t></r><rPh><t>huí</t></rPh></is></c>', Cell("回天")),
        ('<c t="inlineStr"><is><t>甲_x000D_乙_x005F_x000D_</t></is></c>', Cell("甲\r乙_x000D_")),
        ('<c t="b"><v>0</v></c>', Cell("FALSE")),
    ],
)
def test_cells_as_other_programs_write_them(xml, cell):
    assert cell_of(with_rows(f"<row>{xml}</row>")) == cell


@pytest.mark.parametrize(("raw", "said"), [("2019-02-30", "没有这一天"), ("2019-08-14T14:30:00", "时刻")])
def test_days_written_as_text_by_a_program_are_days(raw, said):
    assert said in cell_of(with_rows(f'<row><c t="d"><v>{raw}</v></c></row>')).fault[1]


def test_days_may_be_counted_from_1904():
    def edit(book):
        book.epoch = CALENDAR_MAC_1904
        book.active["A1"] = date(2019, 8, 14)

    assert cell_of(edited(PLAIN, edit)) == Cell("2019-08-14")


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="2"/>',
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A2"/></row>',
        '<row r="0"/>',
        '<row r="1048577"/>',
        '<row r="1"><c r="XFE1"/></row>',
        '<row r="1"><c r="壹"/></row>',
        '<row><c t="s"><v>99</v></c></row>',
        '<row><c s="99"><v>7</v></c></row>',
        f'<row><c t="str"><v>{"长" * 100_001}</v></c></row>',
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused(rows):
    assert refusal(with_rows(rows))


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml", SHEET, "_rels/.rels"]
)
def test_a_part_that_is_something_else_is_refused(name):
    """
    Were it passed over, what it says of the others would be lost without a word.
    """
    other = part(PLAIN, name).replace(b"http://schemas.openxmlformats.org/", b"http://example.org/")

    assert "已损坏" in refusal(rewritten(PLAIN, {name: other}))


@pytest.mark.parametrize("new", [b"worksheets/nowhere.xml", b'x" TargetMode="External'])
def test_a_sheet_that_is_not_there_is_missed(new):
    relations = part(PLAIN, "xl/_rels/workbook.xml.rels").replace(b"worksheets/sheet1.xml", new)

    assert "已损坏" in refusal(rewritten(PLAIN, {"xl/_rels/workbook.xml.rels": relations}))


def test_a_sheet_of_an_unknown_kind_is_refused():
    relations = part(PLAIN, "xl/_rels/workbook.xml.rels").replace(b"/worksheet", b"/xlMacrosheet")

    assert "已损坏" in refusal(rewritten(PLAIN, {"xl/_rels/workbook.xml.rels": relations}))


def test_a_chart_on_a_tab_of_its_own_is_no_sheet_of_cells():
    relations = part(PLAIN, "xl/_rels/workbook.xml.rels").replace(b'/worksheet"', b'/chartsheet"')

    assert "没有工作表" in refusal(rewritten(PLAIN, {"xl/_rels/workbook.xml.rels": relations}))


def test_a_workbook_may_do_without_styles():
    relations = part(PLAIN, "xl/_rels/workbook.xml.rels").replace(b"/styles", b"/nothing")

    assert cell_of(rewritten(PLAIN, {"xl/_rels/workbook.xml.rels": relations})) == Cell("位置")


@pytest.mark.parametrize("columns", ['min="1" max="3"', 'min="2" max="16385"', 'min="3" max="99999999"'])
def test_columns_that_are_hidden_twice_or_do_not_exist_are_refused(columns):
    """
    Were they gone through as often as they are named, a small file would take hours.
    """
    before = f'<cols><col min="3" max="9" hidden="1"/><col {columns} hidden="1"/></cols>'

    assert "已损坏" in refusal(with_rows("", before=before))


def test_rows_hidden_merged_and_blank_are_told_apart():
    def edit(book):
        sheet = book.active
        sheet.title, sheet["B3"] = "进展", "乙"
        sheet.merge_cells("A5:B7")
        sheet.row_dimensions[3].hidden = True
        sheet.column_dimensions["C"].hidden = True
        book.create_sheet("藏").sheet_state = "hidden"

    shown, hidden = read_grids(edited(PLAIN, edit), "台账.xlsx")

    assert [(row.number, row.is_hidden) for row in shown.rows] == [(1, False), (3, True)]
    assert [row.number for row in shown.rows] == [1, 3]
    assert shown.merged == (Area(5, 1, 7, 2),)
    assert str(shown.merged[0]) == "A5:B7"
    assert shown.hidden_columns == {3}
    assert (shown.is_hidden, hidden.is_hidden, list(hidden.rows)) == (False, True, [])


def test_addresses_are_those_of_a_spreadsheet():
    assert [address(1, column) for column in (1, 26, 27, 702, 703, 16384)] == [
        "A1",
        "Z1",
        "AA1",
        "ZZ1",
        "AAA1",
        "XFD1",
    ]
