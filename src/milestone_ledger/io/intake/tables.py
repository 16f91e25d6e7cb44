"""
Sheets as read from files: rows of text by column, before anything is understood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from types import MappingProxyType

from attrs import field, frozen

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import RowError, UnknownNameError
from milestone_ledger.io.guard import unguarded
from milestone_ledger.io.sheets import Sheet

LONGEST_CELL = 100_000
# The headers stand among the first rows that are not blank, below title rows if there are any.
HEADER_WITHIN = 10
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@frozen(eq=False)
class Row:
    """
    One row: its number as a spreadsheet counts (the first line is row 1), and its cells by column id.

    Blank cells are left out.
    """

    number: int
    cells: Mapping[str, str]


@frozen(eq=False)
class Table:
    """
    One sheet as a file holds it; ``headers`` are the headers as written, by column id.
    """

    sheet: Sheet
    file: str
    headers: Mapping[str, str]
    rows: tuple[Row, ...]


@frozen(kw_only=True, eq=False)
class Tables:
    """
    All that a folder holds: the programme, if it has one, and its sheets by id.

    ``ignored`` are the names of files that look like sheets and are none.
    """

    tables: Mapping[str, Table]
    programme: Programme | None = None
    folder: str = ""
    ignored: tuple[str, ...] = field(default=())

    def rows_of(self, sheet: Sheet) -> tuple[Row, ...]:
        """
        The rows of a sheet; none if the folder has no such sheet.
        """
        table = self.tables.get(sheet.id)
        return () if table is None else table.rows


def table_of(
    sheet: Sheet, file: str, records: Iterable[tuple[int, Sequence[str]]], faults: list[RowError]
) -> Table | None:
    """
    The table that numbered records make; title rows above its headers are passed over.

    ``None`` if there are no headers to go by. What is wrong is added to ``faults``.
    """
    filled = (
        (number, cells) for number, record in records if any(cells := [unguarded(cell) for cell in record])
    )
    top = list(islice(filled, HEADER_WITHIN))
    if not top:
        faults.append(_no_headers(sheet, file))
        return None
    start = _header_row(sheet, [cells for _, cells in top])
    headers, columns = _headers(sheet, file, *top[start], faults)
    if not headers:
        return None
    rows: list[Row] = []
    for number, cells in chain(top[start + 1 :], filled):
        if surplus := next((cell for cell in cells[len(columns) :] if cell), None):
            faults.append(
                RowError(
                    file=file,
                    row=number,
                    column="",
                    value=surplus[:40],
                    fault=(
                        f"the row has more cells than the {len(columns)} headers; "
                        "quote cells that contain a comma, or name the column",
                        f"本行单元格多于表头的 {len(columns)} 列；含逗号的内容请加引号，或补上列名",
                    ),
                )
            )
            continue
        kept = {column: cell for column, cell in zip(columns, cells, strict=False) if cell and column}
        faults += _cell_faults(file, number, kept, headers)
        rows.append(Row(number, MappingProxyType(kept)))
    return Table(sheet, file, MappingProxyType(headers), tuple(rows))


def _header_row(sheet: Sheet, rows: Sequence[Sequence[str]]) -> int:
    """
    The first row with every required header; if none has, the first of those with the most headers.
    """
    required = {column.id for column in sheet.columns if column.required}
    known = [
        {sheet.by_header[key].id for cell in row if (key := name_key(cell)) in sheet.by_header}
        for row in rows
    ]
    complete = (place for place, found in enumerate(known) if required <= found)
    return next(complete, max(range(len(rows)), key=lambda place: len(known[place])))


def _headers(
    sheet: Sheet, file: str, number: int, cells: Sequence[str], faults: list[RowError]
) -> tuple[dict[str, str], list[str]]:
    """
    Headers as written by column id, and the column id at each position (empty where there is no header).
    """
    headers: dict[str, str] = {}
    columns: list[str] = []
    unknown: list[RowError] = []
    for cell in cells:
        column = sheet.by_header.get(name_key(cell)) if cell else None
        columns.append(column.id if column else "")
        if column is not None and column.id in headers:
            unknown.append(
                RowError(
                    file=file,
                    row=number,
                    column=cell,
                    value="",
                    fault=("this column stands twice; remove one", "该列出现两次；请删去一列"),
                )
            )
        elif column is not None:
            headers[column.id] = cell
        elif cell:
            error = UnknownNameError(
                kind="column", name=cell[:40], suggestions=_nearest_header(cell[:40], sheet)
            )
            unknown.append(
                RowError(
                    file=file,
                    row=number,
                    column="",
                    value=cell[:40],
                    fault=(
                        f"no such column in sheet {sheet.id}{error.words('en')['nearest']}",
                        f"“{sheet.zh}”表没有这一列{error.words('zh')['nearest']}",
                    ),
                )
            )
    if not headers:
        faults.append(_no_headers(sheet, file, found=[cell[:20] for cell in cells if cell][:10]))
        return {}, []
    faults += unknown
    faults += [
        RowError(
            file=file,
            row=number,
            column=column.zh,
            value="",
            fault=(
                f"the required column {column.zh} ({column.en[0]}) is missing",
                f"缺少必填列“{column.zh}”",
            ),
        )
        for column in sheet.columns
        if column.required and column.id not in headers
    ]
    return headers, columns


def _nearest_header(cell: str, sheet: Sheet) -> tuple[str, ...]:
    known = [header for column in sheet.columns for header in column.headers]
    return nearest_names(cell, known)[:1]


def _no_headers(sheet: Sheet, file: str, found: Sequence[str] = ()) -> RowError:
    wanted = [column.zh + ("*" if column.required else "") for column in sheet.columns if not column.is_rare]
    seen_en, seen_zh = (", ".join(found), "、".join(found)) if found else ("an empty file", "空文件")
    return RowError(
        file=file,
        row=None,
        column="",
        value="",
        fault=(
            f"no headers: looked for {', '.join(wanted)} (* = required), found {seen_en}",
            f"没有表头：应有 {'、'.join(wanted)}（* 为必填），实为：{seen_zh}",
        ),
    )


def _cell_faults(
    file: str, number: int, cells: Mapping[str, str], headers: Mapping[str, str]
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
            yield RowError(file=file, row=number, column=headers[column], value=quoted, fault=fault)
