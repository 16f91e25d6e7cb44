"""
A folder of CSV files and a ``programme.toml``: which files are read, and what is said of the others.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import IntakeError, RowError
from milestone_ledger.io.intake.csv_reader import LARGEST_FILE, read_csv, too_large
from milestone_ledger.io.intake.faults import unreadable
from milestone_ledger.io.intake.programme_file import read_programme
from milestone_ledger.io.intake.tables import Table, Tables
from milestone_ledger.io.sheets import PROGRAMME_FILE, SHEETS, Sheet

_SUFFIX = ".csv"
_SHEET_NAMES: Mapping[str, Sheet] = {name: sheet for sheet in SHEETS for name in (sheet.zh, sheet.id)}


def read_folder(folder: Path, *, encoding: str | None = None) -> Tables:
    """
    Everything that a folder holds: at least one of the six sheets, and the programme if it is there.

    Files are found by listing the folder; no name from inside the data is ever used as a path.
    ``encoding`` is that of files which are neither UTF-8 nor UTF-16 with a byte order mark.

    Raises:
        IntakeError: With everything that is wrong with the files as such, all at once.
    """
    faults: list[RowError] = []
    found, others = _find(folder, faults)
    programme: Programme | None = None
    if (folder / PROGRAMME_FILE).is_file():
        try:
            programme = read_programme(folder / PROGRAMME_FILE)
        except IntakeError as error:
            faults += [fault for fault in error.exceptions if isinstance(fault, RowError)]
    tables: dict[str, Table] = {}
    for sheet in SHEETS:
        if sheet.id not in found:
            continue
        path = found[sheet.id]
        data = _bytes(path, faults)
        table = None if data is None else read_csv(sheet, path.name, data, encoding=encoding, faults=faults)
        if table is not None:
            tables[sheet.id] = table
    if faults:
        raise IntakeError(faults)
    return Tables(
        tables=MappingProxyType(tables), programme=programme, folder=folder.name, ignored=tuple(others)
    )


def sheet_of_file(name: str) -> Sheet | None:
    """
    The sheet that a file of this name holds, in whatever case and width; ``None`` if it is no sheet.
    """
    return _SHEET_NAMES.get(_stem(name))


def _stem(name: str) -> str:
    """
    The name of a CSV file without its ending; empty for other files.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return plain.removesuffix(_SUFFIX) if plain.endswith(_SUFFIX) else ""


def _find(folder: Path, faults: list[RowError]) -> tuple[dict[str, Path], list[str]]:
    """
    The file of each sheet, and the names of CSV files that are no sheets.
    """
    found: dict[str, Path] = {}
    others: list[str] = []
    try:
        files = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~")))
    except OSError as error:
        raise IntakeError([_unreadable(folder, error)]) from error
    for path in files:
        if not _stem(path.name) or not path.is_file():
            continue
        sheet = sheet_of_file(path.name)
        if sheet is None:
            others.append(path.name)
        elif sheet.id in found:
            faults.append(_twice(sheet, found[sheet.id], path))
        else:
            found[sheet.id] = path
    if not found:
        faults.append(_nothing(folder, [path.name for path in files]))
        return found, others
    for other in list(others):
        near = nearest_names(other.casefold().removesuffix(_SUFFIX), _SHEET_NAMES)
        if near and _SHEET_NAMES[near[0]].id not in found:
            others.remove(other)
            faults.append(_misnamed(other, near[0]))
    return found, others


def _bytes(path: Path, faults: list[RowError]) -> bytes | None:
    try:
        size = path.stat().st_size
        if size <= LARGEST_FILE:
            return path.read_bytes()
    except OSError as error:
        faults.append(_unreadable(path, error))
        return None
    faults.append(RowError(file=path.name, row=None, column="", value="", fault=too_large(size)))
    return None


def _unreadable(path: Path, error: OSError) -> RowError:
    return RowError(file=path.name or str(path), row=None, column="", value="", fault=unreadable(error))


def _twice(sheet: Sheet, first: Path, second: Path) -> RowError:
    return RowError(
        file=second.name,
        row=None,
        column="",
        value="",
        fault=(
            f"{first.name} is the sheet {sheet.id} already; keep one of the two",
            f"{first.name} 已是“{sheet.zh}”表；请只留一份",
        ),
    )


def _misnamed(name: str, near: str) -> RowError:
    return RowError(
        file=name,
        row=None,
        column="",
        value="",
        fault=(
            f"no sheet has this name; rename it to {near}.csv, or move it out of the folder",
            f"没有这个名称的表；请改名为 {near}.csv，或移出文件夹",
        ),
    )


def _nothing(folder: Path, names: list[str]) -> RowError:
    wanted = [f"{sheet.zh}.csv ({sheet.id}.csv)" for sheet in SHEETS]
    shown = names[:20]
    return RowError(
        file=folder.name,
        row=None,
        column="",
        value="",
        fault=(
            f"no sheets here: looked for {', '.join(wanted)}, found {', '.join(shown) or 'nothing'}",
            f"没有可导入的表：应有 {'、'.join(wanted)}，实有：{'、'.join(shown) or '无'}",
        ),
    )
