import codecs

import pytest

from milestone_ledger.errors import IntakeError
from milestone_ledger.io.intake import read_folder
from milestone_ledger.io.intake.csv_reader import read_csv
from milestone_ledger.io.intake.tables import LONGEST_CELL
from milestone_ledger.io.sheets import PROGRESS, SHEETS, SOURCES

TEXT = "编号,标题,发布日,性质\n甲,三年计划,2018-07-29,计划\n"


def read(data, *, sheet=SOURCES, encoding=None):
    faults = []
    table = read_csv(sheet, "依据.csv", data, encoding=encoding, faults=faults)
    return table, faults


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        TEXT.encode("utf-16"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace(",", "\t").encode("utf-16"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\r").encode(),
    ],
)
def test_utf8_and_marked_utf16_are_read(data):
    table, faults = read(data)

    assert faults == []
    assert dict(table.rows[0].cells) == {
        "id": "甲",
        "title": "三年计划",
        "published_on": "2018-07-29",
        "kind": "计划",
    }


@pytest.mark.parametrize("head", ["", "回天三年行动计划\n\n"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_gb18030_is_read_where_it_makes_the_headers(head, delimiter):
    """
    What Chinese editions of office programs save as CSV, without a word about it.
    """
    table, faults = read((head + TEXT).replace(",", delimiter).encode("gb18030"))

    assert faults == []
    assert table.rows[0].cells["title"] == "三年计划"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("id,title,published_on,kind\n甲,三年计划,2018-07-29,计划\n", "gb18030"),
        ("编号,标题,性质\n甲,三年计划,计划\n", "gb18030"),
        ("編號,標題,發布日,性質\n甲,三年計劃,2018-07-29,計劃\n", "big5"),
        ("標題,発行\n", "shift_jis"),
    ],
)
def test_other_encodings_are_asked_for_then_read(text, encoding):
    data = text.encode(encoding)

    assert "--encoding" in str(read(data)[1][0])
    assert all("--encoding" not in str(fault) for fault in read(data, encoding=encoding)[1])


def test_gb18030_with_a_broken_byte_is_asked_for():
    assert "--encoding" in str(read(TEXT.encode("gb18030") + b"\xff\xff")[1][0])


def test_cells_under_no_header_are_refused_and_headers_said_again_passed_over():
    _, between = read("编号,标题,,发布日,性质\n甲,乙,丙,2019,计划\n".encode())
    bilingual, faults = read(("编号,标题,发布日,性质\nid,Title,published_on,kind\n" + TEXT).encode())

    assert [(fault.row, fault.value) for fault in between] == [(2, "丙")]
    assert faults == []
    assert [row.number for row in bilingual.rows] == [4]


def test_the_row_with_the_most_headers_is_the_header():
    table, faults = read("依据,标题,发布日,性质\n编号,标题,发布日,性质\n甲,乙,2019,计划\n".encode())

    assert faults == []
    assert table.header_row == 2


@pytest.mark.parametrize("encoding", ["utf-99", "rot13", "hex", "a\0b", "ascii", "idna", "undefined", ""])
def test_useless_encoding_is_a_fault(encoding):
    table, faults = read(TEXT.encode("gb18030"), encoding=encoding)

    assert table is None
    assert len(faults) == 1


def test_nul_and_lone_surrogates_are_refused_with_their_cell():
    _, faults = read((TEXT + "乙\0,b,2019,计划\n").encode())
    _, lone = read(b"\xff" + "标题".encode(), encoding="utf-7")

    assert [(fault.row, fault.column) for fault in faults] == [(3, "编号")]
    assert lone


def test_rows_are_numbered_as_in_a_spreadsheet():
    table, faults = read('\n,,\n标题,发布日,性质\n"两\r\n行",2019,计划\n\n , \n丙,2019,计划\n'.encode())

    assert faults == []
    assert [row.number for row in table.rows] == [4, 7]
    assert table.rows[0].cells["title"] == "两\n行"


def test_headers_in_either_language_and_any_order():
    table, faults = read("Kind,编号,PUBLISHED_ON, title \n计划,甲,2019,乙\n".encode())

    assert faults == []
    assert dict(table.rows[0].cells) == {"kind": "计划", "id": "甲", "published_on": "2019", "title": "乙"}


def test_unknown_double_and_missing_columns_are_all_named():
    _, faults = read("标 题,标题,发布日期,说明,说明\n".encode())
    said = "\n".join(fault.explain("zh") for fault in faults)

    assert "发布日期" in said
    assert "是否为：发布日" in said
    assert "出现两次" in said
    assert "缺少必填列“性质”" in said


@pytest.mark.parametrize("data", [b"", b"\n\n,,\n", codecs.BOM_UTF8])
def test_an_empty_file_says_what_was_looked_for(data):
    table, faults = read(data)

    assert table is None
    assert "标题*" in faults[0].explain("zh")
    assert "空文件" in faults[0].explain("zh")


def test_a_header_alone_is_an_empty_sheet():
    table, faults = read("标题,发布日,性质".encode())

    assert faults == []
    assert table.rows == ()


@pytest.mark.parametrize(
    "head", ["回天三年行动计划\n", "台账,,,\n\n依据,第1页,,\n单位：昌平区,,,\n", '"多行\n题名"\n']
)
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_title_rows_above_the_header_are_passed_over(head, delimiter):
    table, faults = read((head + TEXT + "乙,b,2019,坏\0\n").replace(",", delimiter).encode())
    line = head.count("\n") - head.count("多行") + 1

    assert [row.number for row in table.rows] == [line + 1, line + 2]
    assert table.rows[0].cells["title"] == "三年计划"
    assert [fault.row for fault in faults] == [line + 2]


@pytest.mark.parametrize(("delimiter", "other"), [(",", "\t"), ("\t", ",")])
def test_what_parts_the_header_parts_the_rows_whatever_a_note_holds(delimiter, other):
    """
    A note full of the other sign tells nothing.
    """
    text = f"标题,发布日,性质,说明\n甲,2019,计划,{'x;' * 9}\n".replace(",", delimiter).replace(";", other)
    table, faults = read(text.encode())

    assert faults == []
    assert table.rows[0].cells["note"] == ("x" + other) * 9 if other == "," else "x" + "\tx" * 8


def test_guard_of_a_cell_is_taken_off():
    table, faults = read((TEXT + '乙,\'=1+1,2019,计划\n丙,"\'"" x\r """,2019,计划\n').encode())

    assert faults == []
    assert [row.cells["title"] for row in table.rows[1:]] == ["=1+1", " x\r "]


def test_header_below_titles_that_lacks_a_column_is_still_taken_for_the_header():
    _, faults = read("台账\n编号,标题,发布日期,性质\n甲,乙,2019,计划\n".encode())

    assert {fault.row for fault in faults} == {2}
    assert "缺少必填列“发布日”" in "\n".join(fault.explain("zh") for fault in faults)


def test_header_is_not_looked_for_far_down():
    _, faults = read(("说明文字\n" * 10 + TEXT).encode())

    assert "没有表头" in faults[0].explain("zh")


def test_headers_of_something_else_are_shown():
    table, faults = read("姓名,电话\n张三,1\n".encode())

    assert table is None
    assert "姓名、电话" in faults[0].explain("zh")


@pytest.mark.parametrize("tail", ['"open', 'a"b"c,"x"y', f'"{"长" * (2 * LONGEST_CELL)}"'])
def test_broken_quotes_stop_the_file(tail):
    table, faults = read((TEXT + tail).encode())

    assert table is None or faults
    assert faults


def test_long_cell_and_surplus_cells_are_refused():
    _, long = read((TEXT + f"乙,{'长' * (LONGEST_CELL + 1)},2019,计划\n").encode())
    _, surplus = read((TEXT + "乙,三,年,2019,计划,x\n").encode())
    _, harmless = read((TEXT + "乙,三年,2019,计划,,,\n丙,四年\n").encode())

    assert [fault.row for fault in long] == [3]
    assert [fault.row for fault in surplus] == [3]
    assert harmless == []


def test_every_sheet_has_its_own_headers_in_both_languages():
    for sheet in SHEETS:
        headers = [header for column in sheet.columns for header in column.headers]
        assert len(set(headers)) == len(headers)
        assert {column.id for column in sheet.columns} >= set(sheet.summary)
    assert "occurred" in {column.id for column in PROGRESS.columns}


def test_folder_without_sheets_says_what_was_looked_for_and_found(tmp_path):
    (tmp_path / "台帐.csv").write_text("x")

    with pytest.raises(IntakeError) as caught:
        read_folder(tmp_path)

    assert "依据.csv (sources.csv)" in str(caught.value)
    assert "台帐.csv" in str(caught.value)


def test_folder_that_is_not_there_or_is_none_says_so_in_either_language(tmp_path):
    (tmp_path / "依据.csv").write_text(TEXT)
    for path, en, zh in (("nowhere", "does not exist", "不存在"), ("依据.csv", "no folder", "不是文件夹")):
        with pytest.raises(IntakeError) as caught:
            read_folder(tmp_path / path)

        assert en in str(caught.value)
        assert zh in caught.value.explain("zh")
        assert "irectory" not in caught.value.explain("zh")


def test_folder_takes_either_name_but_not_both_and_flags_the_rest(tmp_path):
    (tmp_path / "SOURCES.CSV").write_text(TEXT)
    (tmp_path / "~$依据.csv").write_text("x")
    (tmp_path / "电话本.csv").write_text("x")
    assert read_folder(tmp_path).ignored == ("电话本.csv",)

    (tmp_path / "依据.csv").write_text(TEXT)
    with pytest.raises(IntakeError) as caught:
        read_folder(tmp_path)
    assert "keep one of the two" in str(caught.value)


def test_misspelt_sheet_is_not_silently_left_out(tmp_path):
    (tmp_path / "依据.csv").write_text(TEXT)
    (tmp_path / "promise.csv").write_text("x")

    with pytest.raises(IntakeError) as caught:
        read_folder(tmp_path)

    assert "rename it to promises.csv" in str(caught.value)


def test_all_files_report_at_once(tmp_path):
    (tmp_path / "依据.csv").write_text("标题\n")
    (tmp_path / "承诺.csv").write_bytes(b"\xff\xfe\xff")
    (tmp_path / "programme.toml").write_text("id = ")

    with pytest.raises(IntakeError) as caught:
        read_folder(tmp_path)

    assert {"依据.csv", "承诺.csv", "programme.toml"} == {fault.file for fault in caught.value.exceptions}
