"""
Sheets as read from files: rows of text by column, before anything is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import RowError, UnknownNameError, place_name
from milestone_ledger.io.guard import unguarded
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.sheets import Column, Sheet
from milestone_ledger.io.workbook.grid import address

LONGEST_CELL = 100_000
# The headers stand among the first rows that are not blank, below title rows if there are any.
HEADER_WITHIN = 10
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Stands for a column that no sheet has: it is refused itself, and what is under it passed over.
_UNKNOWN = "?"
_TWICE = ("this column stands twice; remove one", "该列出现两次；请删去一列")
_STRAY = (
    "the cell stands under no header; name the column, or move it where it belongs; "
    "in a CSV file, quote cells that contain a comma",
    "该单元格上方没有表头；请补上列名，或移到所属的列；CSV 中含逗号的内容请加引号",
)
_NOWHERE: Mapping[str, Any] = MappingProxyType({})


@frozen(eq=False)
class Row:
    """
    One row: its number as a spreadsheet counts (the first line is row 1), and its cells by column id.

    Blank cells are left out.
    ``addresses`` are those of cells that do not stand where the table has their column.
    """

    number: int
    cells: Mapping[str, str]
    addresses: Mapping[str, str] = _NOWHERE


@frozen(eq=False)
class Table:
    """
    One sheet as a file holds it; ``headers`` are the headers as written, by column id.

    Of a sheet of a workbook, ``tab`` is its title there, ``positions`` are its columns by id, counted
    from 1, and ``header_row`` is the row in which the headers stand.
    """

    sheet: Sheet
    file: str
    headers: Mapping[str, str]
    rows: tuple[Row, ...]
    tab: str = ""
    positions: Mapping[str, int] = _NOWHERE
    header_row: int = 0

    @property
    def name(self) -> str:
        """
        The file, and the sheet in it if it is a workbook.
        """
        return place_name(self.file, self.tab, "", None, "zh")


@frozen(kw_only=True, eq=False)
class Tables:
    """
    All that a folder or workbook holds: the programme, if there is one, and its sheets by id.

    ``folder`` is the name of either. ``ignored`` are the names of files that look like sheets and are none;
    ``notes`` say what else was left out, or read though hidden. ``faults`` are cells without a usable value:
    while there are any, ``plan`` refuses them with all else that it finds. ``is_excerpt``: they hold what
    their own documents say, and nothing else of a ledger is missing from them.
    """

    tables: Mapping[str, Table]
    programme: Programme | None = None
    folder: str = ""
    ignored: tuple[str, ...] = field(default=())
    notes: tuple[Warned, ...] = field(default=())
    faults: tuple[RowError, ...] = field(default=(), repr=False)
    is_excerpt: bool = False

    def rows_of(self, sheet: Sheet) -> tuple[Row, ...]:
        """
        The rows of a sheet; none if the folder has no such sheet.
        """
        table = self.tables.get(sheet.id)
        return () if table is None else table.rows


@frozen
class Origin:
    """
    Where a sheet comes from: a file that is a sheet, or the sheet ``tab`` of a workbook.
    """

    sheet: Sheet
    file: str
    tab: str = ""

    def error(
        self,
        fault: tuple[str, str],
        *,
        row: int | None = None,
        position: int | None = None,
        column: str = "",
        value: str = "",
    ) -> RowError:
        """
        What is wrong with the sheet, a row or a cell of it; ``position`` is its column, counted from 1.
        """
        has_address = self.tab and row is not None and position is not None
        return RowError(
            file=self.file,
            row=row,
            column=column,
            value=value,
            fault=fault,
            tab=self.tab,
            cell=address(row or 0, position or 0) if has_address else "",
        )


def table_of(
    sheet: Sheet,
    file: str,
    records: Iterable[tuple[int, Sequence[str]]],
    faults: list[RowError],
    *,
    tab: str = "",
) -> Table | None:
    """
    The table that numbered records make; title rows above its headers are passed over.

    So are rows that say the headers again, in another language or on another page.
    ``tab`` is the title of the sheet if the file is a workbook.
    ``None`` if there are no headers to go by. What is wrong is added to ``faults``.
    """
    origin = Origin(sheet, file, tab)
    filled = (
        (number, cells) for number, record in records if any(cells := [unguarded(cell) for cell in record])
    )
    top = list(islice(filled, HEADER_WITHIN))
    if not top:
        faults.append(_no_headers(origin))
        return None
    start = _header_row(sheet, [cells for _, cells in top])
    headers, columns = _headers(origin, *top[start], faults)
    if not headers:
        return None
    rows: list[Row] = []
    for number, cells in chain(top[start + 1 :], filled):
        if (stray := _stray(columns, cells)) is not None:
            faults.append(origin.error(_STRAY, row=number, position=stray + 1, value=cells[stray][:40]))
            continue
        kept = {column: cell for column, cell in zip(columns, cells, strict=False) if cell and column}
        if _says_the_headers_again(sheet, kept):
            continue
        faults += _cell_faults(origin, number, kept, headers, columns)
        rows.append(Row(number, MappingProxyType(kept)))
    positions = {column: place for place, column in enumerate(columns, start=1) if column}
    return Table(
        sheet,
        file,
        MappingProxyType(headers),
        tuple(rows),
        tab=tab,
        positions=MappingProxyType(positions) if tab else _NOWHERE,
        header_row=top[start][0],
    )


def _stray(columns: Sequence[str], cells: Sequence[str]) -> int | None:
    """
    The position of the first filled cell under no header; ``None`` if there is none.
    """
    strays = (
        place for place, cell in enumerate(cells) if cell and (place >= len(columns) or not columns[place])
    )
    return next(strays, None)


def _says_the_headers_again(sheet: Sheet, cells: Mapping[str, str]) -> bool:
    """
    Whether every required cell of a row, and every other that is filled, holds a header of its column.
    """
    required = {column.id for column in sheet.columns if column.required}
    return required <= cells.keys() and all(
        (column := sheet.by_header.get(name_key(cell))) is not None and column.id == place
        for place, cell in cells.items()
    )


def _header_row(sheet: Sheet, rows: Sequence[Sequence[str]]) -> int:
    """
    Of the first rows with every required header, or of all if none has them, the first with the most headers.
    """
    required = {column.id for column in sheet.columns if column.required}
    known = [
        {sheet.by_header[key].id for cell in row if (key := name_key(cell)) in sheet.by_header}
        for row in rows
    ]
    complete = [place for place, found in enumerate(known) if required <= found]
    return max(complete or range(len(rows)), key=lambda place: len(known[place]))


def _headers(
    origin: Origin, number: int, cells: Sequence[str], faults: list[RowError]
) -> tuple[dict[str, str], list[str]]:
    """
    Headers as written by column id, and the column id at each position (empty where there is no header).
    """
    sheet = origin.sheet
    headers: dict[str, str] = {}
    columns: list[str] = []
    wrong: list[RowError] = []
    for position, cell in enumerate(cells, start=1):
        column = sheet.by_header.get(name_key(cell)) if cell else None
        columns.append(column.id if column else "")
        if column is not None and column.id in headers:
            wrong.append(origin.error(_TWICE, row=number, position=position, column=cell))
        elif column is not None:
            headers[column.id] = cell
        elif cell:
            columns[-1] = _UNKNOWN
            fault = _unknown_header(cell[:40], sheet)
            wrong.append(origin.error(fault, row=number, position=position, value=cell[:40]))
    if not headers:
        faults.append(_no_headers(origin, found=[cell[:20] for cell in cells if cell][:10]))
        return {}, []
    missing = [column for column in sheet.columns if column.required and column.id not in headers]
    faults += wrong
    faults += [origin.error(_missing_header(column), row=number, column=column.zh) for column in missing]
    return headers, columns


def _unknown_header(cell: str, sheet: Sheet) -> tuple[str, str]:
    known = [header for column in sheet.columns for header in column.headers]
    error = UnknownNameError(kind="column", name=cell, suggestions=nearest_names(cell, known)[:1])
    return (
        f"no such column in sheet {sheet.id}{error.words('en')['nearest']}",
        f"“{sheet.zh}”表没有这一列{error.words('zh')['nearest']}",
    )


def _missing_header(column: Column) -> tuple[str, str]:
    return (
        f"the required column {column.zh} ({column.en[0]}) is missing",
        f"缺少必填列“{column.zh}”",
    )


def _no_headers(origin: Origin, found: Sequence[str] = ()) -> RowError:
    columns = [column for column in origin.sheet.columns if not column.is_rare]
    wanted = [column.zh + ("*" if column.required else "") for column in columns]
    empty = ("an empty sheet", "空表") if origin.tab else ("an empty file", "空文件")
    seen_en, seen_zh = (", ".join(found), "、".join(found)) if found else empty
    return origin.error(
        (
            f"no headers: looked for {', '.join(wanted)} (* = required), found {seen_en}",
            f"没有表头：应有 {'、'.join(wanted)}（* 为必填），实为：{seen_zh}",
        )
    )


def _cell_faults(
    origin: Origin, number: int, cells: Mapping[str, str], headers: Mapping[str, str], columns: Sequence[str]
) -> Iterable[RowError]:
    for column, cell in cells.items():
        fault = None
        if len(cell) > LONGEST_CELL:
            fault = (
                f"the cell holds {len(cell)} characters, more than {LONGEST_CELL}; shorten it",
                f"单元格有 {len(cell)} 个字符，超过 {LONGEST_CELL}；请缩短",
            )
        elif _UNSTORABLE.search(cell):
            fault = (
                "remove NUL and lone surrogate characters",
                "请删除 NUL 或残缺的代理字符",
            )
        if fault is not None:
            quoted = _UNSTORABLE.sub("\ufffd", cell[:40])
            position = columns.index(column) + 1
            yield origin.error(
                fault, row=number, position=position, column=headers.get(column, ""), value=quoted
            )
