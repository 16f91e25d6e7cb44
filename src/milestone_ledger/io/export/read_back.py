"""
What was written is read again before anyone relies on it: it must give the ledger back, entry by entry.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

import attrs

from milestone_ledger.domain.events import EntryRetracted, Event, ProgrammeDefined
from milestone_ledger.domain.history import History
from milestone_ledger.errors import ExportError, IntakeError, RowError, UnwritableEntryError
from milestone_ledger.io.export.writing import Written, WrittenRow, WrittenSheet
from milestone_ledger.io.intake import Progress, plan
from milestone_ledger.io.intake.tables import Tables
from milestone_ledger.io.sheets import PROGRAMME_FILE

# The headers are the first row.
_FIRST_ROW = 2

_Place = tuple[str, int]


def check(written: Written, read: Callable[[], Tables], progress: Progress | None = None) -> None:
    """
    Make sure that an import into an empty ledger would record what ``written`` stands for, and no more.

    Args:
        written: The ledger as sheets.
        read: Reads the files; each is named by the id of its sheet, or is a workbook of sheets so named.
        progress: Is told how many rows are done, and of how many.

    Raises:
        ExportError: With every entry that is refused; if none is, with every one that would be misread.
    """
    try:
        tables = read()
        planned = plan(tables, History(), progress=progress)
    except IntakeError as error:
        raise ExportError([_refused(written, fault) for fault in _rows_at_fault(error)]) from error
    found: defaultdict[_Place, list[Event]] = defaultdict(list)
    for event, place in zip(planned.events, planned.places, strict=True):
        at = (PROGRAMME_FILE, 0) if place is None else (place.table.sheet.id, place.row.number)
        found[at].append(event)
    if changed := list(_changed(written, found)):
        raise ExportError(changed)


def _rows(sheet: WrittenSheet) -> Iterator[tuple[int, WrittenRow]]:
    return enumerate(sheet.rows, start=_FIRST_ROW)


def _rows_at_fault(error: IntakeError) -> list[RowError]:
    return [fault for fault in error.exceptions if isinstance(fault, RowError)]


def _refused(written: Written, fault: RowError) -> UnwritableEntryError:
    """
    A fault of the reader, told of the entry.
    """
    for sheet in written.sheets:
        if sheet.sheet.id == fault.file or sheet.name == fault.tab:
            row = dict(_rows(sheet)).get(fault.row or 0)
            return UnwritableEntryError(
                seq=None if row is None else row.entry.seq,
                sheet=sheet.name,
                column=fault.column,
                value=fault.value,
                fault=fault.fault,
            )
    return UnwritableEntryError(
        seq=written.definition.seq,
        sheet=PROGRAMME_FILE,
        column=fault.column,
        value=fault.value,
        fault=fault.fault,
    )


def _changed(written: Written, found: Mapping[_Place, list[Event]]) -> Iterator[UnwritableEntryError]:
    """
    Every entry that would be read as another one.
    """
    if found.get((PROGRAMME_FILE, 0)) != [ProgrammeDefined(written.programme)]:
        yield UnwritableEntryError(
            seq=written.definition.seq,
            sheet=PROGRAMME_FILE,
            fault=(
                "the programme would be read as another one: a file can only add to the milestones and the "
                "order that are built in, after them",
                "读回的计划与原定义不同：计划文件只能在自带的节点和顺序之后增补",
            ),
        )
    for sheet in written.sheets:
        for number, row in _rows(sheet):
            said = found.get((sheet.sheet.id, number), [])
            if list(map(_untargeted, said)) != list(map(_untargeted, row.events)):
                yield _misread(sheet, row, said)


def _untargeted(event: Event) -> Event:
    return attrs.evolve(event, target=0) if isinstance(event, EntryRetracted) else event


def _misread(sheet: WrittenSheet, row: WrittenRow, said: list[Event]) -> UnwritableEntryError:
    meant = {field: value for event in row.events for field, value in _fields(event)}
    got = {field: value for event in said for field, value in _fields(event)}
    differ = sorted(field for field in {*meant, *got} if meant.get(field) != got.get(field))
    return UnwritableEntryError(
        seq=row.entry.seq,
        sheet=sheet.name,
        fault=(
            f"it would be read as something else: {', '.join(differ)} cannot be said as recorded",
            f"读回的内容与原记录不同：{'、'.join(differ)} 无法照原样写入",
        ),
    )


def _fields(event: Event) -> Iterator[tuple[str, object]]:
    kind = type(event)
    for field in attrs.fields(kind):
        yield f"{kind.__name__}.{field.name}", getattr(event, field.name)
