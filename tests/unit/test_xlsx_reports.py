"""
Reports as workbooks: equal bytes for equal reports, text that stays text, and a page that prints.
"""

from __future__ import annotations

import io
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.io.workbook import read_grids
from milestone_ledger.reports.office.shades import SHADES
from milestone_ledger.reports.office.xlsx import xlsx
from milestone_ledger.reports.periodic.content import Column, Group, Report, Section
from milestone_ledger.workbook_file import LONGEST_NAME, LONGEST_TEXT, WorkbookFile, sheet_name, units_of

HEADING = ("台账 huitian　示例计划", "状态日 2022-12-31 · 事后所知 · 记录 9 条")
COLUMNS = (
    Column(key="project", title=("Project", "项目"), width=14),
    Column(key="due", title=("Due", "期限"), kind="day", width=6),
    Column(key="verdict", title=("Verdict", "判定"), kind="verdict", width=8),
    Column(key="count", title=("Count", "件数"), kind="count", width=4),
)


def report(*rows, language="zh", columns=COLUMNS, title="教育/幼儿园", **parts):
    legend = ((Verdict.KEPT, "期限内已达到"), (Verdict.UNVERIFIED, "到期，没有依据"))
    section = Section(title=title, columns=columns, rows=rows, **parts)
    return Report(language=language, title="一账一表", heading=HEADING, sections=(section,), legend=legend)


def opened(content, **options):
    return openpyxl.load_workbook(io.BytesIO(content), **options)


def table_of(sheet, heading="项目"):
    """
    The headers and all rows below them.
    """
    rows = list(sheet.iter_rows())
    start = next(place for place, row in enumerate(rows) if row[0].value == heading)
    return rows[start:]


def test_values_are_what_they_are():
    sheet = opened(xlsx(report(("北清路", date(2019, 8, 14), Verdict.KEPT, 3)))).active
    header, row = table_of(sheet)[:2]

    assert [cell.value for cell in header[:4]] == ["项目", "期限", "判定", "件数"]
    assert row[1].is_date
    assert row[1].value.date() == date(2019, 8, 14)
    assert row[1].number_format == "yyyy-mm-dd"
    assert row[2].value == "按期兑现"
    assert row[2].fill.fgColor.rgb.endswith(SHADES[Verdict.KEPT])
    assert row[3].value == 3


def test_the_page_prints_and_scrolls():
    """
    A4 across, one page wide, the headers on each page and above the rows, filtered, and whose it is.
    """
    sheet = opened(xlsx(report(("路", None, Verdict.UNVERIFIED, 1), ("桥", None, Verdict.KEPT, 2)))).active
    header = table_of(sheet)[0][0].row

    assert sheet.title == "教育幼儿园"
    assert sheet.freeze_panes == f"B{header + 1}"
    assert sheet.auto_filter.ref == f"A{header}:D{header + 2}"
    assert sheet.print_title_rows == f"${header}:${header}"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.page_setup.fitToWidth in (None, 1)  # one is what the format takes for granted
    assert sheet.page_setup.fitToHeight == 0
    assert "2022-12-31" in sheet.oddFooter.left.text
    assert "&P" in sheet.oddFooter.right.text


def test_the_legend_explains_each_colour_in_words():
    texts = [row[0].value for row in opened(xlsx(report(("路", None, Verdict.KEPT, 1)))).active.iter_rows()]

    assert "按期兑现：期限内已达到" in texts
    assert "到期无据：到期，没有依据" in texts


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_rows_say_so(language):
    sheet = opened(xlsx(report(language=language, empty="没有到期的承诺。"))).active
    texts = [row[0].value for row in sheet.iter_rows()]

    assert "没有到期的承诺。" in texts
    assert sheet.auto_filter.ref is None


def test_a_report_without_sections_is_a_workbook_too():
    empty = Report(language="zh", title="周报", heading=HEADING, sections=())

    assert [cell.value for cell in opened(xlsx(empty)).active["A"]] == ["周报", *HEADING]


def test_groups_stand_above_their_rows():
    groups = (Group(title="市交通委", first=0, count=1), Group(title="市教委", first=1, count=1))
    sheet = opened(
        xlsx(report(("路", None, Verdict.KEPT, 1), ("园", None, Verdict.KEPT, 1), groups=groups))
    ).active

    assert [row[0].value for row in table_of(sheet)[1:5]] == ["市交通委（1）", "路", "市教委（1）", "园"]
    assert sheet.auto_filter.ref is None


def test_long_text_gets_a_tall_row_and_no_cell_is_cut_in_silence():
    long, endless = "幼儿园" * 70, "长" * (LONGEST_TEXT + 1)
    sheet = opened(xlsx(report((long, None, None, 1), (endless, None, None, 1)))).active
    _, row, cut = table_of(sheet)[:3]

    width = sheet.column_dimensions["A"].width
    assert row[0].value == long
    assert sheet.row_dimensions[row[0].row].height >= 13 * len(long) * 2 / width
    assert units_of(cut[0].value) <= LONGEST_TEXT
    assert f"全文 {len(endless)} 字" in cut[0].value


def test_numbers_that_a_spreadsheet_would_round_stay_text():
    column = (Column(key="n", title=("n", "数"), kind="number"),)
    numbers = (0, -5, Decimal("48.53"), 10**14, 10**16, Decimal("0.12345678901234567"), Decimal("1E+20"))
    sheet = opened(xlsx(report(*((n,) for n in numbers), columns=column))).active
    found = [row[0].value for row in table_of(sheet, "数")[1 : len(numbers) + 1]]

    assert found == [0, -5, 48.53, 10**14, str(10**16), "0.12345678901234567", "1E+20"]


def test_days_that_programs_count_apart_stay_text():
    sheet = opened(xlsx(report(("路", date(1900, 2, 28), None, 1), ("桥", date.max, None, 1)))).active
    first, second = table_of(sheet)[1:3]

    assert first[1].value == "1900-02-28"
    assert second[1].value.date() == date.max


# ---------------------------------------------------------------- FAULTS 44, 45, 52

ODD = (
    '=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "{=1}", "\t甲", " 甲 ", "甲\n乙", "甲\r乙",
    "甲\x01\x0b乙", "http://example.org", "mailto:a@b", "007", "1e5", "_x000D_", "\ufffe\uffff", "😀",
    "\u202e甲", "</t>", "<r><t>甲</t></r>", "<r></si><si></r>",
)  # fmt: skip


@given(
    st.lists(
        st.sampled_from(ODD) | st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=4
    )
)
def test_text_stays_text_exactly(texts):
    content = xlsx(report(*((text, None, None, 1) for text in texts)))
    (grid,) = read_grids(content, "x.xlsx")
    rows = {row.number: row.cells for row in grid.rows}
    header = next(number for number, cells in rows.items() if 1 in cells and cells[1].text == "项目")

    for place, text in enumerate(texts, start=header + 1):
        held = rows[place][1].text if 1 in rows[place] else ""
        assert held == (text if text.strip() else "")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not any("hyperlink" in name.lower() for name in archive.namelist())
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@given(st.lists(st.text(max_size=40), max_size=6))
def test_names_of_sheets_are_never_paths_and_never_alike(wanted):
    names = []
    for name in wanted:
        names.append(sheet_name(name, {other.casefold() for other in names}))
    for name in names:
        assert 0 < units_of(name) <= LONGEST_NAME
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
    assert len({name.casefold() for name in names}) == len(names)


def test_equal_reports_make_equal_bytes():
    rows = (("路", date(2019, 8, 14), Verdict.KEPT, 3),)

    assert xlsx(report(*rows)) == xlsx(report(*rows))
    assert xlsx(report(*rows)) != xlsx(report(*rows, language="en"))
    with zipfile.ZipFile(io.BytesIO(xlsx(report(*rows)))) as archive:
        assert {item.date_time for item in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01" in archive.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["周报", "状态日 2022-12-31"], "周报 · 状态日 2022-12-31"),
        (["长" * 70, "状态日 2022-12-31"], "长" * 70 + "\n状态日 2022-12-31"),
        (["长" * 300, "状态日"], "状态日"),
        (["A&B", "\x00"], "A&B ·  "),
        (["2018计划"], "2018计划"),
        (["e\u0301" * 300], ""),
    ],
)
def test_the_foot_of_a_page_holds_whole_texts_or_none(texts, told):
    file = WorkbookFile("x")
    sheet = file.sheet("x")
    sheet.paper(header=None, footer=texts, page="&P")

    left = opened(file.content()).active.oddFooter.left
    assert (left.text or "").replace("&&", "&").strip() == told.strip()
    assert left.size == 8
