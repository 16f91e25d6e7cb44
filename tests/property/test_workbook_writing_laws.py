"""
Law 32 for workbooks: a ledger written out as one and read into an empty one gives equal views.
"""

from __future__ import annotations

import io
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
from hypothesis import event, given
from hypothesis import strategies as st

from milestone_ledger.domain.history import History
from milestone_ledger.domain.rules import refusals
from milestone_ledger.errors import ExportError
from milestone_ledger.io.export.csv_writer import csv_files
from milestone_ledger.io.export.workbook import workbook_files
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.io.intake import plan, read_workbook
from milestone_ledger.testing.recording import record
from property.test_writing_laws import corrections, languages, ledgers, stands, tables_of
from property.views import DAYS_AROUND, publication_views, view, whole_view
from strategies.odd import MILDLY, odd_histories

NAME = "台账.xlsx"


def read(files):
    """
    What the importer reads from a workbook and the programme beside it, through a real folder.
    """
    with TemporaryDirectory() as name:
        for file, content in files.items():
            (Path(name) / file).write_bytes(content)
        return read_workbook(Path(name) / NAME)


def written_and_read(history, language):
    files = workbook_files(write_out(history, language), NAME)
    tables = read(files)
    events = plan(tables, History()).events
    assert refusals(History(), events) == []
    return files, tables, record(History(), events)


@given(ledgers, languages, st.data())
def test_what_is_written_and_read_gives_equal_views(history, language, data):
    _, _, other = written_and_read(history, language)
    for viewpoint in publication_views(history):
        where = {
            "as_of": data.draw(st.sampled_from(DAYS_AROUND)),
            "published_by": viewpoint.published_by,
        }
        one, two = view(history, **where), view(other, **where)
        assert whole_view(one) == whole_view(two)
        assert list(one.registry.projects) == list(two.registry.projects)
        assert dict(one.registry.sources) == dict(two.registry.sources)
        assert one.programme == two.programme
        assert corrections(one) == corrections(two)


@given(ledgers, languages)
def test_written_again_it_is_the_same_to_the_byte(history, language):
    files, tables, other = written_and_read(history, language)

    assert workbook_files(write_out(other, language), NAME) == files
    assert plan(tables, history).is_empty


@given(ledgers, languages)
def test_it_says_what_the_folder_of_csv_files_says(history, language):
    written = write_out(history, language)
    one, two = read(workbook_files(written, NAME)), tables_of(csv_files(written))

    assert one.programme == two.programme
    assert one.tables.keys() == two.tables.keys()
    for sheet, table in one.tables.items():
        assert [dict(row.cells) for row in table.rows] == [dict(row.cells) for row in two.tables[sheet].rows]


# ---------------------------------------------------------------- odd names, odd texts (FAULTS 44, 52)


@given(odd_histories(MILDLY), languages)
def test_what_is_odd_is_written_exactly_and_nothing_runs(history, language):
    try:
        files, tables, other = written_and_read(history, language)
    except ExportError as error:
        faults = error.exceptions
    else:
        faults = ()
    # 示例 begins the rows that show how a sheet is filled in; nothing else may be in the way.
    assert all("示例" in repr(list(history)[fault.seq].event) for fault in faults)
    if faults:
        return
    assert stands(other) == stands(history)
    assert plan(tables, history).is_empty
    for sheet in openpyxl.load_workbook(io.BytesIO(files[NAME])):
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert {cell.data_type for cell in cells} <= {"s"}
        assert not any(cell.hyperlink for cell in cells)


@given(odd_histories(), languages)
def test_what_no_sheet_can_say_is_refused_by_name(history, language):
    """
    All of the ledger is written, or nothing, and each entry at fault is named.
    """
    try:
        files = workbook_files(write_out(history, language), NAME)
    except ExportError as error:
        faults, files = error.exceptions, None
    event("refused" if files is None else "written")
    if files is None:
        assert faults
        for fault in faults:
            assert 0 <= fault.seq < history.size
            assert f"第 {fault.seq} 条" in fault.explain("zh")
        return
    assert stands(record(History(), plan(read(files), History()).events)) == stands(history)
