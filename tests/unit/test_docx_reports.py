"""
Reports as documents: equal bytes for equal reports, headers that repeat, fonts that need not be there.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import docx as word
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.reports.office.docx import docx
from milestone_ledger.reports.office.shades import SHADES
from milestone_ledger.reports.periodic.content import Column, Group, Report, Section

COLUMNS = (
    Column(key="project", title=("Project", "项目"), width=14),
    Column(key="due", title=("Due", "期限"), kind="day", width=6),
    Column(key="verdict", title=("Verdict", "判定"), kind="verdict", width=8),
    Column(key="count", title=("Count", "件数"), kind="count", width=4),
)
ROW = ("北清路", date(2019, 8, 14), Verdict.UNVERIFIED, 3)


def report(*rows, language="zh", columns=COLUMNS, **parts):
    section = Section(title="交通", columns=columns, rows=rows, **parts)
    return Report(
        language=language,
        title="周报",
        heading=("状态日 2022-12-31",),
        sections=(section,),
        legend=((Verdict.UNVERIFIED, "到期，没有依据"),),
    )


def opened(content):
    return word.Document(io.BytesIO(content))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def test_a_table_has_its_header_and_values():
    document = opened(docx(report(ROW)))
    header, row = document.tables[0].rows

    assert [cell.text for cell in header.cells] == ["项目", "期限", "判定", "件数"]
    assert [cell.text for cell in row.cells] == ["北清路", "2019-08-14", "到期无据", "3"]
    assert [cell.text for cell in document.tables[-1].rows[0].cells] == ["到期无据", "到期，没有依据"]


def test_a_header_repeats_and_no_row_is_split():
    header, row = opened(docx(report(ROW))).tables[0].rows

    assert header._tr.trPr.find(qn("w:tblHeader")) is not None
    assert row._tr.trPr.find(qn("w:tblHeader")) is None
    assert all(one._tr.trPr.find(qn("w:cantSplit")) is not None for one in (header, row))


def test_a_verdict_has_its_colour_beside_its_word():
    document = opened(docx(report(ROW)))
    cell = document.tables[0].rows[1].cells[2]

    assert cell._tc.tcPr.find(qn("w:shd")).get(qn("w:fill")) == SHADES[Verdict.UNVERIFIED]
    assert document.tables[0].rows[1].cells[0]._tc.tcPr.find(qn("w:shd")) is None


@pytest.mark.parametrize(("width", "size"), [(20, (210, 297)), (40, (297, 210))])
def test_a4_upright_unless_a_table_is_too_wide(width, size):
    columns = tuple(Column(key=key, title=(key, key), width=width) for key in "ab")
    page = opened(docx(report(("一", "二"), columns=columns))).sections[0]

    assert (round(page.page_width.mm), round(page.page_height.mm)) == size


def test_columns_fill_the_page_and_no_more():
    document = opened(docx(report(ROW)))
    page = document.sections[0]
    room = page.page_width - page.left_margin - page.right_margin
    for table in document.tables:
        widths = [sum(cell.width for cell in row.cells) for row in table.rows]
        assert all(abs(width - room) < 36_000 for width in widths)  # a tenth of a millimetre


@pytest.mark.parametrize("days", [1, 5, 6, 7, 12])
def test_a_day_stays_on_one_line_while_half_the_page_holds_all_days(days):
    some = tuple(Column(key=str(n), title=("Due", "期限"), kind="day") for n in range(days))
    columns = (*some, Column(key="project", title=("Project", "项目"), width=60))
    row = opened(docx(report((*[date(2019, 8, 14)] * days, "路"), columns=columns))).tables[0].rows[1]
    widths = [cell.width.mm for cell in row.cells]

    assert (min(widths) > 18.9) is (days < 7)
    assert 256.9 < sum(widths) < 257.1


def test_every_style_names_a_font_for_chinese_and_what_stands_in_for_it():
    content = docx(report(ROW))
    styles = opened(content).styles
    named = {
        styles[name].element.rPr.rFonts.get(qn("w:eastAsia"))
        for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Table Head", "Table Text")
    }
    fonts = zipfile.ZipFile(io.BytesIO(content)).read("word/fontTable.xml").decode()

    assert named == {"仿宋", "黑体", "楷体"}
    assert all(f'w:name="{name}"><w:altName' in fonts for name in named)


def test_chinese_is_mainland_chinese_in_every_style():
    languages = list(opened(docx(report(ROW))).styles.element.iter(qn("w:lang")))

    assert languages
    assert {language.get(qn("w:eastAsia")) for language in languages} == {"zh-CN"}


def test_groups_are_headed_and_counted_and_empty_sections_say_so():
    grouped = report(
        ROW, ROW, ROW, groups=(Group(title="交通局", first=0, count=2), Group(title="教委", first=2, count=1))
    )
    document = opened(docx(grouped))

    assert [t for t in texts(document) if t.startswith(("交通局", "教委"))] == ["交通局（2）", "教委（1）"]
    assert [len(table.rows) for table in document.tables[:2]] == [3, 2]
    assert "本期没有。" in texts(opened(docx(report(empty="本期没有。"))))
    assert "没有表的段落。" in texts(opened(docx(report(columns=(), prose=("没有表的段落。",)))))


def test_the_page_is_numbered_in_the_language_of_the_report():
    for language, words in (("zh", "第 1 页，共 1 页"), ("en", "Page 1 of 1")):
        footer = opened(docx(report(ROW, language=language))).sections[0].footer
        fields = [e.text for e in footer._element.iter(qn("w:instrText"))]
        assert words in footer.paragraphs[0].text
        assert fields == ["PAGE", "NUMPAGES"]


def test_no_clock_no_author_no_machine():
    content = docx(report(ROW))
    known = opened(content).core_properties

    assert (known.title, known.author, known.last_modified_by, known.comments) == ("周报", "", "", "")
    assert known.created.year == 1980
    assert known.modified == known.created
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


values = st.one_of(
    st.none(), st.text(), st.integers(), st.decimals(allow_nan=False), st.dates(), st.sampled_from(Verdict)
)


@given(st.lists(st.tuples(*[values] * 4), max_size=3), st.text(), st.sampled_from(["zh", "en"]))
def test_equal_reports_are_equal_bytes_whatever_they_hold(rows, text, language):
    """
    Control characters, marks that turn the line, half a character: shown as escapes, never refused.
    """
    made = [docx(report(*rows, language=language, note=text, prose=(text,), empty=text)) for _ in range(2)]

    assert made[0] == made[1]
    assert len(opened(made[0]).tables) == 1 + bool(rows)


def test_lines_stay_lines_and_marks_become_escapes():
    row = ("一\n二\u202e\x07\ufffe", None, None, Decimal("48.53"))
    cells = opened(docx(report(row))).tables[0].rows[1].cells

    assert cells[0].text == "一\n二\\u202e\\u0007\\ufffe"
    assert [cell.text for cell in cells[1:]] == ["", "", "48.53"]
