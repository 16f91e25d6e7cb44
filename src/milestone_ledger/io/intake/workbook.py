"""
The six sheets of a workbook: which of its sheets are read, and how what is merged or hidden is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType

import attrs
from attrs import define, field

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import IntakeError, LedgerError, RowError, WorkbookError
from milestone_ledger.io.intake.faults import unreadable
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.intake.programme_file import read_programme
from milestone_ledger.io.intake.tables import HEADER_WITHIN, Origin, Row, Table, Tables, table_of
from milestone_ledger.io.sheets import (
    EXAMPLE_MARK,
    FAULTS_SHEET,
    INSTRUCTIONS_SHEET,
    PROGRAMME_FILE,
    SHEETS,
    WORDS_SHEET,
    Sheet,
)
from milestone_ledger.io.workbook import Area, Cell, Grid, GridRow, column_letters, read_grids
from milestone_ledger.io.workbook.container import LARGEST_WORKBOOK, too_large

SUFFIX = ".xlsx"
_SHEET_NAMES: Mapping[str, Sheet] = {
    name_key(name): sheet for sheet in SHEETS for name in (sheet.zh, sheet.id)
}
_OURS = frozenset(map(name_key, (INSTRUCTIONS_SHEET, WORDS_SHEET, FAULTS_SHEET)))
_TOTALS = frozenset(("合计", "总计", "小计", "共计", "total", "subtotal"))
_SHOWN = 10

_NOT_READ = ("this sheet is none of the six and was not read", "该页不是台账的六张表，未读取")
_HIDDEN_SHEET = ("the sheet is hidden; it is read all the same", "该表已隐藏，仍照读")
# Columns of a table, with room for remarks beside it; going through all of 16,384 would take hours.
_WIDEST = 200
_FAR = (
    f"the cell stands beyond column {_WIDEST}, where no table goes; clear it",
    f"该单元格在第 {_WIDEST} 列之外，不属于任何表；请清除",
)
_BENEATH = (
    "this value stands beneath a merged cell, where nobody sees it; clear it, or unmerge the cells",
    "该值压在合并单元格之下，看不见；请清除，或取消合并",
)

_EXAMPLES = (
    "{count} example rows, which are not taken in: {places}",
    "示例 {count} 行，不导入：第 {places} 行",
)
_TOTAL_ROWS = (
    "{count} rows that add up others, which are not taken in: {places}",
    "合计 {count} 行，不导入：第 {places} 行",
)
_HIDDEN_ROWS = (
    "{count} hidden rows, which are read all the same: {places}",
    "隐藏的 {count} 行仍照读：第 {places} 行",
)
_HIDDEN_COLUMNS = (
    "{count} hidden columns, which are read all the same: {places}",
    "隐藏的 {count} 列仍照读：{places}",
)


def read_workbook(path: Path) -> Tables:
    """
    Everything that a workbook holds: at least one of the six sheets, and the programme if it lies beside it.

    No name from inside the workbook is ever used as a path.

    Raises:
        IntakeError: With everything that is wrong with the workbook as such, all at once.
    """
    faults: list[LedgerError] = []
    programme: Programme | None = None
    beside = path.parent / PROGRAMME_FILE
    if beside.is_file():
        try:
            programme = read_programme(beside)
        except IntakeError as error:
            faults += [fault for fault in error.exceptions if isinstance(fault, RowError)]
    try:
        tables = parse_workbook(workbook_bytes(path), path.name, programme)
    except WorkbookError as error:
        raise IntakeError([*faults, error]) from error
    except IntakeError as error:
        raise IntakeError([*faults, *(f for f in error.exceptions if isinstance(f, RowError))]) from error
    if faults:
        raise IntakeError(faults)
    return tables


def parse_workbook(data: bytes, file: str, programme: Programme | None = None) -> Tables:
    """
    Everything that the workbook ``data`` holds; ``file`` is what errors call it.

    Cells that hold no usable value are left for ``plan`` to refuse, with all else that it finds.

    Raises:
        IntakeError: With everything that is wrong with its sheets as such, all at once.
        WorkbookError: If it is no workbook, or none that may be opened.
    """
    faults: list[RowError] = []
    notes: list[Warned] = []
    unusable: list[RowError] = []
    tables: dict[str, Table] = {}
    for sheet, grid in _find(read_grids(data, file), file, faults, notes).items():
        reader = _GridReader(grid)
        table = table_of(sheet, file, reader.records(), faults, tab=grid.name)
        if table is not None:
            left_out = _left_out(table, notes)
            rows = tuple(row for row in table.rows if row.number not in left_out)
            tables[sheet.id] = attrs.evolve(table, rows=rows)
            _tell_hidden(tables[sheet.id], reader, notes)
            unusable += _merged_faults(table, reader, left_out)
            unusable += _faulty_cells(table, reader, left_out)
        faults += _far_cells(Origin(sheet, file, grid.name), reader)
    if faults:
        raise IntakeError(faults + unusable)
    return Tables(
        tables=MappingProxyType(tables),
        programme=programme,
        folder=file,
        notes=tuple(notes),
        faults=tuple(unusable),
    )


def open_mark(path: Path) -> str | None:
    """
    The name of what a program puts beside a workbook while it holds it open; ``None`` if there is nothing.

    It may have been left behind, and what is not saved is in no file.
    """
    marks = (f"~${path.name}", f".~lock.{path.name}#")
    return next((mark for mark in marks if path.with_name(mark).exists()), None)


def workbook_bytes(path: Path) -> bytes:
    """
    The bytes of a workbook, if there are not too many.

    Raises:
        WorkbookError: If the file cannot be read, or is too large.
    """
    name = path.name or str(path)
    try:
        size = path.stat().st_size
        if size <= LARGEST_WORKBOOK:
            return path.read_bytes()
    except OSError as error:
        raise WorkbookError(file=name, fault=unreadable(error)) from error
    raise WorkbookError(file=name, fault=too_large(size))


def _find(
    grids: tuple[Grid, ...], file: str, faults: list[RowError], notes: list[Warned]
) -> dict[Sheet, Grid]:
    """
    The grid of each sheet; whatever else holds anything is named.
    """
    found: dict[str, tuple[Sheet, Grid]] = {}
    others: list[Grid] = []
    for grid in grids:
        sheet = _SHEET_NAMES.get(name_key(grid.name))
        if sheet is None:
            if name_key(grid.name) not in _OURS and any(True for _ in grid.rows):
                others.append(grid)
        elif sheet.id in found:
            faults.append(Origin(sheet, file, grid.name).error(_twice(sheet, found[sheet.id][1])))
        else:
            found[sheet.id] = (sheet, grid)
            if grid.is_hidden:
                notes.append(Warned(file=file, tab=grid.name, text=_HIDDEN_SHEET))
    if not found:
        faults.append(
            RowError(file=file, row=None, column="", value="", fault=_nothing([g.name for g in grids]))
        )
        return {}
    for grid in others:
        near = nearest_names(name_key(grid.name), _SHEET_NAMES)
        meant = _SHEET_NAMES[near[0]] if near else _of_this_shape(grid)
        if meant is not None and meant.id not in found:
            faults.append(Origin(meant, file, grid.name).error(_misnamed(near[0] if near else meant.zh)))
        else:
            notes.append(Warned(file=file, tab=grid.name, text=_NOT_READ))
    return dict(found[sheet.id] for sheet in SHEETS if sheet.id in found)


def _of_this_shape(grid: Grid) -> Sheet | None:
    """
    The sheet that ``grid`` is, whatever its name, if it has every header that the sheet requires.
    """
    best: tuple[int, Sheet] | None = None
    for row in islice(grid.rows, HEADER_WITHIN):
        keys = {name_key(cell.text) for cell in row.cells.values()}
        for sheet in SHEETS:
            known = {sheet.by_header[key].id for key in keys if key in sheet.by_header}
            is_whole = {column.id for column in sheet.columns if column.required} <= known
            if is_whole and (best is None or len(known) > best[0]):
                best = len(known), sheet
    return None if best is None else best[1]


def _left_out(table: Table, notes: list[Warned]) -> set[int]:
    """
    The rows of examples and totals.
    """
    examples = {row.number for row in table.rows if row.cells.get("id", "").startswith(EXAMPLE_MARK)}
    totals = {row.number for row in table.rows if _is_total(table, row)} - examples
    _note(table, _EXAMPLES, map(str, sorted(examples)), notes)
    _note(table, _TOTAL_ROWS, map(str, sorted(totals)), notes)
    return examples | totals


def _tell_hidden(table: Table, reader: _GridReader, notes: list[Warned]) -> None:
    """
    Say which rows and columns are hidden, and read all the same.
    """
    columns = reader.grid.hidden_columns.intersection(table.positions.values())
    _note(table, _HIDDEN_ROWS, (str(row.number) for row in table.rows if row.number in reader.hidden), notes)
    _note(table, _HIDDEN_COLUMNS, map(column_letters, sorted(columns)), notes)


def _is_total(table: Table, row: Row) -> bool:
    """
    Whether a row adds up those above: its first cell says so, and it lacks what every row must have.
    """
    first = min(row.cells, key=lambda column: table.positions[column])
    required = {column.id for column in table.sheet.columns if column.required}
    return name_key(row.cells[first]) in _TOTALS and not required <= row.cells.keys()


def _merged_faults(table: Table, reader: _GridReader, left_out: set[int]) -> Iterator[RowError]:
    """
    Filled cells that are merged across columns, below the headers: nobody can tell of which column they are.
    """
    origin = Origin(table.sheet, table.file, table.tab)
    for area, cell in reader.across:
        if area.bottom > table.header_row and area.top not in left_out:
            yield origin.error(_across(area), row=area.top, position=area.left, value=cell.text[:40])


def _faulty_cells(table: Table, reader: _GridReader, left_out: set[int]) -> Iterator[RowError]:
    """
    Cells below the headers that have no usable value.
    """
    origin = Origin(table.sheet, table.file, table.tab)
    columns = {position: column for column, position in table.positions.items()}
    for (row, position), cell in reader.faulty.items():
        if row > table.header_row and row not in left_out and position in columns and cell.fault:
            header = table.headers.get(columns[position], "")
            yield origin.error(cell.fault, row=row, position=position, column=header, value=cell.text[:40])


def _far_cells(origin: Origin, reader: _GridReader) -> Iterator[RowError]:
    """
    The first cells that stand too far to the right.
    """
    for (row, position), cell in reader.far.items():
        yield origin.error(_FAR, row=row, position=position, value=cell.text[:40])


@define(eq=False)
class _GridReader:
    """
    The rows of a grid as records, each merged cell said again in every row that it spans.

    Found on the way: ``faulty`` cells, filled cells merged ``across`` columns, ``hidden`` rows, and the first
    cells that stand too ``far`` to the right.
    """

    grid: Grid
    faulty: dict[tuple[int, int], Cell] = field(factory=dict)
    across: list[tuple[Area, Cell]] = field(factory=list)
    hidden: set[int] = field(factory=set)
    far: dict[tuple[int, int], Cell] = field(factory=dict)

    def records(self) -> Iterator[tuple[int, list[str]]]:
        """
        The number of each row that holds anything, and its cells from the first column on.
        """
        beginning: dict[int, list[Area]] = defaultdict(list)
        for area in self.grid.merged:
            beginning[area.top].append(area)
        spanning: dict[int, tuple[int, Cell]] = {}
        for row in self.grid.rows:
            if row.is_hidden:
                self.hidden.add(row.number)
            row = self._near(row)  # noqa: PLW2901 (what is far off is told, and nothing else)
            cells = self._spanned(row, spanning)
            for area in beginning.get(row.number, ()):
                cell = row.cells.get(area.left)
                if cell is not None and area.left == area.right:
                    spanning[area.left] = (area.bottom, cell)
                elif cell is not None:
                    self.across.append((area, cell))
            self.faulty |= {
                (row.number, column): cell for column, cell in row.cells.items() if cell.fault is not None
            }
            width = max(cells, default=0)
            yield row.number, [cells[at].text if at in cells else "" for at in range(1, width + 1)]

    def _near(self, row: GridRow) -> GridRow:
        """
        The row without what stands further to the right than any table goes.
        """
        if max(row.cells) <= _WIDEST:
            return row
        column = max(row.cells)
        if len(self.far) < _SHOWN:
            self.far[row.number, column] = row.cells[column]
        near = {column: cell for column, cell in row.cells.items() if column <= _WIDEST}
        return attrs.evolve(row, cells=near)

    def _spanned(self, row: GridRow, spanning: dict[int, tuple[int, Cell]]) -> Mapping[int, Cell]:
        """
        The cells of a row, with those that are merged from above.
        """
        for column in [column for column, (bottom, _) in spanning.items() if bottom < row.number]:
            del spanning[column]
        if not spanning:
            return row.cells
        self.faulty |= {
            (row.number, column): Cell(row.cells[column].text, _BENEATH)
            for column in spanning
            if column in row.cells
        }
        return {**row.cells, **{column: cell for column, (_, cell) in spanning.items()}}


def _note(table: Table, text: tuple[str, str], places: Iterable[str], notes: list[Warned]) -> None:
    """
    Say how many rows or columns, and where the first of them are; nothing if there are none.
    """
    found = list(places)
    if not found:
        return
    shown = found[:_SHOWN] + (["…"] if len(found) > _SHOWN else [])
    en, zh = text
    said = (
        en.format(count=len(found), places=", ".join(shown)),
        zh.format(count=len(found), places="、".join(shown)),
    )
    notes.append(Warned(file=table.file, tab=table.tab, text=said))


def _across(area: Area) -> tuple[str, str]:
    return (
        f"the cells {area} are merged across columns; unmerge them and write each cell, "
        "or move a remark out of the table",
        f"合并单元格 {area} 横跨多列；请取消合并、逐格填写，说明文字请移出表外",
    )


def _twice(sheet: Sheet, first: Grid) -> tuple[str, str]:
    return (
        f"{first.name!r} is the sheet {sheet.id} already; keep one of the two",
        f"“{first.name}”已是“{sheet.zh}”表；请只留一页",
    )


def _misnamed(near: str) -> tuple[str, str]:
    return (
        f"no sheet has this name; rename it to {near}, or remove it",
        f"没有这个名称的表；请改名为“{near}”，或删去该页",
    )


def _nothing(names: list[str]) -> tuple[str, str]:
    wanted = [f"{sheet.zh} ({sheet.id})" for sheet in SHEETS]
    shown = names[:20]
    return (
        f"no sheets here: looked for {', '.join(wanted)}, found {', '.join(shown)}; rename the sheets, or "
        "read a table of another shape with a profile (milestone-ledger profile FILE.xlsx)",
        f"没有可导入的表：应有 {'、'.join(wanted)}，实有：{'、'.join(shown)}；请改表名，"
        "其他样式的表请先运行 milestone-ledger profile 文件.xlsx",
    )
