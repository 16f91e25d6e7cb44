"""
The laws of intake for workbooks: nothing but acceptance or ``IntakeError`` (30), and what a folder says (31).
"""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from milestone_ledger.domain.history import History
from milestone_ledger.domain.rules import decide
from milestone_ledger.errors import IntakeError, WorkbookError
from milestone_ledger.io.intake import plan, read_folder
from milestone_ledger.io.intake.annotate import annotated, marks_of
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.io.intake.workbook import parse_workbook
from milestone_ledger.io.workbook import read_grids
from milestone_ledger.testing.recording import record
from strategies.folders import HEADS, PROGRAMME, TODAY, folders, write
from workbooks import edited, made

DEFINED = parse_programme(PROGRAMME.encode())


def book_of(sheets):
    """
    The sheets as a workbook.
    """
    return made({name: [HEADS[name].split(","), *rows] for name, rows in sheets.items()})


def read(data):
    return parse_workbook(data, "台账.xlsx", DEFINED)


def read_as_folder(sheets):
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), sheets)
        return read_folder(Path(folder))


def events(tables, history=None, **options):
    return plan(tables, History() if history is None else history, today=TODAY, **options).events


@given(folders())
def test_a_workbook_says_what_a_folder_says_and_twice_is_once(sheets):
    """
    All that holds of folders holds of workbooks: their rows are the same, and each knows its cell.
    """
    tables, folder = read(book_of(sheets)), read_as_folder(sheets)
    made_of = plan(tables, History(), today=TODAY)

    assert made_of.events == events(folder)
    assert [place and place.row.number for place in made_of.places] == [
        place and place.row.number for place in plan(folder, History(), today=TODAY).places
    ]
    history = record(History(), made_of.events)
    assert plan(tables, history).is_empty
    assert plan(folder, history).is_empty


@given(folders(), st.data())
def test_a_later_workbook_adds_its_differences_only(sheets, data):
    earlier = sheets | {
        name: [row for row in sheets[name] if data.draw(st.booleans())] for name in ("承诺", "进展")
    }
    history = record(History(), events(read(book_of(earlier))))
    by_book = plan(read(book_of(sheets)), history, reason="随之更正")
    by_folder = plan(read_as_folder(sheets), history, reason="随之更正")

    assert by_book.events == by_folder.events
    assert [change for note in by_book.changed for change in note.changes] == [
        change for note in by_folder.changed for change in note.changes
    ]
    assert len(by_book.added) == sum(len(sheets[name]) - len(earlier[name]) for name in ("承诺", "进展"))


def _merge_runs(sheet, column):
    """
    Merge what stands several times below each other, as offices do.
    """
    top = 2
    for row in range(3, sheet.max_row + 2):
        value = sheet.cell(top, column).value
        if row <= sheet.max_row and value is not None and sheet.cell(row, column).value == value:
            continue
        if row - top > 1:
            letter = get_column_letter(column)
            sheet.merge_cells(f"{letter}{top}:{letter}{row - 1}")
        top = row


@given(folders(), st.data())
def test_however_an_office_makes_up_its_sheets_they_say_the_same(sheets, data):
    """
    Titles above, merged runs, gaps, hidden rows, a second header, an example, a sum, other sheets.
    """

    def make_up(book):
        for sheet in book.worksheets:
            merged = data.draw(st.integers(1, sheet.max_column))
            _merge_runs(sheet, merged)
            if data.draw(st.booleans()):
                sheet.row_dimensions[data.draw(st.integers(1, sheet.max_row))].hidden = True
            if data.draw(st.booleans()):
                bottom = sheet.max_row + data.draw(st.integers(2, 4))
                sheet.cell(bottom, 1).value = data.draw(st.sampled_from(["合计", " 小 计", "示例1"]))
                if sheet.cell(bottom, 1).value == "示例1":
                    sheet.cell(bottom, 2).value = "随便"
                    sheet.cell(bottom + 1, 1).value = None
            if data.draw(st.booleans()):
                for column in range(1, sheet.max_column + 1):
                    sheet.cell(sheet.max_row if column > 1 else sheet.max_row + 3, column).value = sheet.cell(
                        1, column
                    ).value
        book.create_sheet("通讯录")["B7"] = "13800000000"

    tables = read(edited(book_of(sheets), make_up))

    assert events(tables) == events(read_as_folder(sheets))
    assert tables.faults == ()


@given(folders(), st.integers(0, 3), st.integers(0, 3))
def test_title_rows_and_blank_columns_change_nothing(sheets, titles, indent):
    """
    Rows stand lower and columns further to the right; errors would say so.
    """
    above = [["回天地区台账"], [], ["单位：个"]][:titles]
    moved = {
        name: [*above, *([""] * indent + list(row) for row in (HEADS[name].split(","), *rows))]
        for name, rows in sheets.items()
    }
    tables = read(made(moved))

    assert events(tables) == events(read_as_folder(sheets))
    for table in tables.tables.values():
        assert table.header_row == titles + 1
        assert min(table.positions.values()) == indent + 1


def spoilt(draw, content):
    """
    ``content`` with a few of its bytes changed.
    """
    content = bytearray(content)
    for _ in range(draw(st.integers(1, 4))):
        start, length = draw(st.integers(0, len(content))), draw(st.integers(0, 20))
        content[start : start + length] = draw(
            st.binary(max_size=4) | st.sampled_from([b"<", b"</c>", b"&lt;", b'"', b"1", b"<!--", b"&#0;"])
        )
    return bytes(content)


def outcome(work):
    """
    What ``work`` gives, or the error of intake that it raises; no other.
    """
    try:
        return work(), None
    except (IntakeError, WorkbookError) as error:
        return None, error


def _accepted_or_refused(data):
    """
    Either every cell that the workbook holds is read, and its rows can be recorded, or all of it is refused.
    """
    cells, error = outcome(
        lambda: sum(len(row.cells) for grid in read_grids(data, "台账.xlsx") for row in grid.rows)
    )
    if error is not None:
        assert str(error).startswith("台账.xlsx: ")
        assert error.explain("zh").startswith("台账.xlsx：")
        return
    assert cells == _values(data)
    tables, error = outcome(lambda: read(data))
    if error is None:
        found, error = outcome(lambda: plan(tables, History(), reason="x", today=TODAY))
    if error is not None:
        assert all(fault.explain("zh") and str(fault) for fault in error.exceptions)
        marks = marks_of(error.exceptions, (), "zh")
        outcome(lambda: annotated(data, "台账.xlsx", marks, "zh"))
        return
    notes = (*found.added, *found.changed, *found.retracted, *found.found_again)
    rows = Counter((table.name, row.number) for table in tables.tables.values() for row in table.rows)
    assert Counter((note.file, note.row) for note in notes if note.row) == rows
    decide(History(), found.events)


def _values(data):
    """
    How many cells that are not blank the parts of the sheets hold, counted without reading them.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/sheet" in name]
    return sum(len(re.findall(rb"<v>[^<]*[^<\s][^<]*</v>|<is>", sheet)) for sheet in sheets)


@given(st.binary(max_size=300))
def test_any_bytes_are_no_workbook(content):
    _accepted_or_refused(content)
    _accepted_or_refused(b"PK\x03\x04" + content)


@given(folders(), st.data())
def test_a_workbook_with_any_bytes_changed_is_accepted_or_refused(sheets, data):
    _accepted_or_refused(spoilt(data.draw, book_of(sheets)))


@given(folders(), st.data())
def test_a_workbook_with_any_part_changed_is_accepted_or_refused(sheets, data):
    """
    The archive is sound, and so are its checksums; what one of its parts says is not.
    """
    source = io.BytesIO(book_of(sheets))
    out = io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        victim = data.draw(st.sampled_from(names))
        for name in names:
            content = old.read(name)
            if name != victim:
                new.writestr(name, content)
            elif data.draw(st.booleans()):
                new.writestr(name, spoilt(data.draw, content))
    _accepted_or_refused(out.getvalue())


ODD = st.sampled_from(
    [float("1e300"), -1, 0.5, 60, True, "=1+1", "#REF!", "\u200b", "２０１９", "2019.8.14", "作废", " "]
)


@settings(max_examples=30)
@given(folders(), st.data())
def test_a_workbook_with_any_cells_changed_is_accepted_or_refused(sheets, data):
    def spoil(book):
        for _ in range(data.draw(st.integers(1, 5))):
            sheet = data.draw(st.sampled_from(book.worksheets))
            cell = sheet.cell(data.draw(st.integers(1, sheet.max_row)), data.draw(st.integers(1, 12)))
            cell.value = data.draw(ODD)
            cell.number_format = data.draw(
                st.sampled_from(["General", "yyyy-mm-dd", 'm"月"d"日"', "h:mm", '0"所"'])
            )

    content = edited(book_of(sheets), spoil)
    found, error = outcome(lambda: plan(read(content), History(), reason="x", today=TODAY))
    if error is None:
        decide(History(), found.events)
        return
    marks = marks_of(error.exceptions, (), "zh")
    marked = openpyxl.load_workbook(io.BytesIO(annotated(content, "台账.xlsx", marks, "zh")))
    for fault in error.exceptions:
        assert fault.explain("zh")
        assert not fault.cell or marked[fault.tab][fault.cell].comment is not None
