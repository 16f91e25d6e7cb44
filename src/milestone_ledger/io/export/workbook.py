"""
A ledger as a workbook of six sheets beside ``programme.toml``: what ``csv_writer`` writes (extra ``excel``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from milestone_ledger.errors import ExportError, UnwritableEntryError
from milestone_ledger.io.export.layout import Layout
from milestone_ledger.io.export.programme_writer import programme_toml
from milestone_ledger.io.export.read_back import check
from milestone_ledger.io.export.writing import Written, WrittenSheet
from milestone_ledger.io.guard import preserved
from milestone_ledger.io.intake import Progress
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.io.intake.workbook import parse_workbook
from milestone_ledger.io.sheets import PROGRAMME_FILE
from milestone_ledger.workbook_file import LONGEST_TEXT, MOST_ROWS, WorkbookFile, units_of

_SHOWN = 40


def workbook_files(written: Written, name: str, progress: Progress | None = None) -> Mapping[str, bytes]:
    """
    The workbook under its ``name``, then the programme; equal for equal ``written``.

    Cells are text, and nothing that a spreadsheet would run. ``progress`` is told how many rows have been
    read back, and of how many.

    Raises:
        ExportError: If reading the workbook would not give the ledger back, or a cell cannot hold what
            stands in it, with the entries at fault.
        WorkbookError: If it is larger than any workbook that would be read.
    """
    if faults := [fault for sheet in written.sheets for fault in _oversized(sheet)]:
        raise ExportError(faults)
    content = _content(written)
    programme = programme_toml(written.programme).encode()
    check(written, lambda: parse_workbook(content, name, parse_programme(programme)), progress)
    return MappingProxyType({name: content, PROGRAMME_FILE: programme})


def _content(written: Written) -> bytes:
    language = written.sheets[0].language
    file = WorkbookFile(written.programme.title.text(language))
    most = max(len(sheet.rows) for sheet in written.sheets)
    layout = Layout(file, written.programme, language, rows=most)
    for sheet in written.sheets:
        _, *rows = sheet.records()
        cells = [[preserved(cell) for cell in row] for row in rows]
        layout.write(sheet.sheet, sheet.columns, cells)
    layout.close()
    return file.content()


def _oversized(sheet: WrittenSheet) -> Iterator[UnwritableEntryError]:
    """
    Every entry with a text that no cell holds, and the first for which there is no row left.
    """
    for number, row in enumerate(sheet.rows, start=1):
        if number == MOST_ROWS:
            yield UnwritableEntryError(seq=row.entry.seq, sheet=sheet.name, fault=_NO_ROW)
        for column in sheet.columns:
            text = row.cells.get(column.id, "")
            if units_of(preserved(text)) > LONGEST_TEXT:
                yield UnwritableEntryError(
                    seq=row.entry.seq,
                    sheet=sheet.name,
                    column=column.header(sheet.language),
                    value=text[:_SHOWN],
                    fault=_TOO_LONG,
                )


_TOO_LONG = (
    f"a cell of a workbook holds {LONGEST_TEXT} characters, and this is longer; export csv instead",
    f"工作簿的单元格最多容纳 {LONGEST_TEXT} 个字符，此处更长；请改用 export csv",
)
_NO_ROW = (
    f"a sheet of a workbook has {MOST_ROWS} rows, and there are more; export csv instead",
    f"工作簿的一张表最多 {MOST_ROWS} 行，此处更多；请改用 export csv",
)
