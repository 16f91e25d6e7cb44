"""
A ledger as a folder of six CSV files and ``programme.toml``: a spreadsheet opens it, the importer reads it.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from milestone_ledger.errors import (
    IntakeError,
    OccupiedFolderError,
    RowError,
    UnwritableFileError,
)
from milestone_ledger.errors.system import system_reason
from milestone_ledger.io.export.programme_writer import programme_toml
from milestone_ledger.io.export.read_back import check
from milestone_ledger.io.export.writing import Written, WrittenSheet
from milestone_ledger.io.files import replace
from milestone_ledger.io.guard import guarded
from milestone_ledger.io.intake import Progress
from milestone_ledger.io.intake.csv_reader import LARGEST_FILE, read_csv, too_large
from milestone_ledger.io.intake.folder import sheet_of_file
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.io.intake.tables import Table, Tables
from milestone_ledger.io.sheets import PROGRAMME_FILE


def csv_files(written: Written, progress: Progress | None = None) -> Mapping[str, bytes]:
    """
    The files by name, the sheets in their order and the programme last; equal for equal ``written``.

    The sheets are UTF-8 with a byte order mark, without which Excel takes them for another encoding;
    lines end as RFC 4180 says. No cell is one that a spreadsheet would run.
    ``progress`` is told how many rows have been read back, and of how many.

    Raises:
        ExportError: If reading the files would not give the ledger back, with the entries at fault.
    """
    sheets = {sheet.sheet.id: _csv(sheet) for sheet in written.sheets}
    programme = programme_toml(written.programme).encode()
    check(written, lambda: _read(written, sheets, programme), progress)
    return MappingProxyType(
        {f"{sheet.name}.csv": sheets[sheet.sheet.id] for sheet in written.sheets}
        | {PROGRAMME_FILE: programme}
    )


def _csv(sheet: WrittenSheet) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    for record in sheet.records():
        writer.writerow([guarded(cell) for cell in record])
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _read(written: Written, sheets: Mapping[str, bytes], programme: bytes) -> Tables:
    faults: list[RowError] = []
    tables: dict[str, Table] = {}
    for sheet in written.sheets:
        name, data = sheet.sheet.id, sheets[sheet.sheet.id]
        if len(data) > LARGEST_FILE:
            faults.append(RowError(file=name, row=None, column="", value="", fault=too_large(len(data))))
        elif table := read_csv(sheet.sheet, name, data, faults=faults):
            tables[name] = table
    definition = parse_programme(programme)
    if faults:
        raise IntakeError(faults)
    return Tables(tables=MappingProxyType(tables), programme=definition)


def write_folder(files: Mapping[str, bytes], folder: Path, *, force: bool = False) -> None:
    """
    Write files into a folder, which is made if there is none, as are those within it that files lie in.

    With ``force``, the sheets and the programme that it holds are replaced, in whichever language and
    spelling they are named; everything else in it stays. Every file is whole or not there at all.
    Hidden files don't count as anything.

    Raises:
        OccupiedFolderError: If the folder holds anything, without ``force``.
        UnwritableFileError: If a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        present = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
        if force or not present:
            for name in files:
                (folder / name).parent.mkdir(exist_ok=True)
            stale = [folder / name for name in present if sheet_of_file(name) and name not in files]
            replace({folder / name: content for name, content in files.items()}, stale=stale)
            return
    except OSError as error:
        raise UnwritableFileError(path=str(error.filename or folder), fault=system_reason(error)) from error
    raise OccupiedFolderError(folder=str(folder), found=tuple(present))
