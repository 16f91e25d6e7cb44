"""
The sheets of a workbook, row by row, whatever its size.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from attrs import define, field, frozen

from milestone_ledger.io.workbook.book import Book, RunText, SheetPart, read_book
from milestone_ledger.io.workbook.container import Container, open_container
from milestone_ledger.io.workbook.grid import Area, Cell, Grid, GridRow
from milestone_ledger.io.workbook.markup import DoctypeError, MarkupError, fed, main_names
from milestone_ledger.io.workbook.values import Format, day_cell, number_cell

LAST_ROW, LAST_COLUMN = 2**20, 2**14
_MOST_MERGED = 100_000
_ROOT = main_names("worksheet")
_ADDRESS = re.compile(r"\$?([A-Z]{1,3})\$?([1-9][0-9]{0,6})")
_NO_SHEETS = ("the workbook holds no sheet of cells", "工作簿里没有工作表")
_NO_RESULT = (
    "the formula has never been worked out, so there is no value to read; open the workbook, save it, "
    "or put the value in place of the formula",
    "公式没有计算结果，读不到值；请打开工作簿保存一次，或把公式改成数值",
)
_ERROR = (
    "the cell holds an error instead of a value; mend the formula, or write the value",
    "单元格是错误值；请改正公式，或直接填写数值",
)
_ORDER = (
    "the workbook is damaged: rows or cells stand twice or out of order; open it and save it anew as .xlsx",
    "工作簿已损坏：行或单元格重复或错位；请打开后另存为 .xlsx",
)


def read_grids(data: bytes, file: str) -> tuple[Grid, ...]:
    """
    The sheets of the workbook ``data``, in order; ``file`` is what errors call it.

    Everything that could be wrong with the file as such is found before this returns: each sheet is read
    once to its end, and nothing of it kept. Rows are read when they are gone through, and anew each time.

    Raises:
        WorkbookError: If it is no workbook, or none that may be opened.
    """
    container = open_container(data, file)
    book = read_book(container)
    if not book.sheets:
        raise container.refusal(_NO_SHEETS)
    return tuple(_grid(container, book, sheet) for sheet in book.sheets)


def _grid(container: Container, book: Book, sheet: SheetPart) -> Grid:
    rows = _Rows(container, book, sheet.part)
    reader = _SheetReader(container, book)
    for _ in rows.read_by(reader):
        pass
    return Grid(
        name=sheet.name,
        rows=rows,
        merged=tuple(reader.merged),
        hidden_columns=frozenset(reader.hidden),
        is_hidden=sheet.is_hidden,
    )


@frozen(eq=False)
class _Rows:
    """
    The rows of a sheet, read anew each time they are gone through.
    """

    container: Container
    book: Book
    part: str

    def __iter__(self) -> Iterator[GridRow]:
        return self.read_by(_SheetReader(self.container, self.book))

    def read_by(self, reader: _SheetReader) -> Iterator[GridRow]:
        """
        The rows, as ``reader`` finds them.
        """
        try:
            for _ in fed(self.container.chunks(self.part), _ROOT, reader):
                yield from reader.rows
                reader.rows.clear()
        except (MarkupError, DoctypeError) as error:
            raise self.container.refusal() from error


@define(eq=False)
class _SheetReader:
    """
    What the part of a sheet tells: ``rows`` found since they were last taken, and what is merged or hidden.
    """

    container: Container
    book: Book
    rows: list[GridRow] = field(factory=list)
    merged: list[Area] = field(factory=list)
    hidden: set[int] = field(factory=set)
    row: int = 0
    column: int = 0
    is_hidden_row: bool = False
    is_within_row: bool = False
    cells: dict[int, Cell] = field(factory=dict)
    kind: str = ""
    style: Format = field(factory=Format)
    has_formula: bool = False
    has_value: bool = False
    is_value: bool = False
    is_formula: bool = False
    run: RunText = field(init=False)
    formula: RunText = field(init=False)

    _NAMES = main_names("row", "c", "v", "f", "t", "rPh", "is", "mergeCell", "col")

    def __attrs_post_init__(self) -> None:
        self.run = RunText(self.container)
        self.formula = RunText(self.container)

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """
        An element begins.
        """
        kind = self._NAMES.get(name)
        if kind == "c":
            self._begin_cell(attributes)
        elif kind == "v":
            self.is_value = self.has_value = True
        elif kind == "f":
            self.is_formula = self.has_formula = True
        elif kind in ("t", "rPh"):
            self.run.start(kind)
        elif kind == "row":
            self._begin_row(attributes)
        elif kind == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif kind == "col":
            self._hide(attributes)

    def text(self, text: str) -> None:
        """
        A piece of what stands between.
        """
        if self.is_formula:
            self.formula.add(text)
        elif self.is_value or self.run.is_open:
            self.run.add(text)

    def end(self, name: str) -> None:
        """
        An element ends.
        """
        kind = self._NAMES.get(name)
        if kind == "c":
            self._end_cell()
        elif kind == "v":
            self.is_value = False
        elif kind == "f":
            self.is_formula = False
        elif kind in ("t", "rPh"):
            self.run.end(kind)
        elif kind == "row":
            self.is_within_row = False
            if self.cells:
                self.rows.append(GridRow(self.row, self.cells, self.is_hidden_row))
                self.cells = {}

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", str(self.row + 1))
        if not number.isdecimal() or not self.row < int(number) <= LAST_ROW:
            raise self.container.refusal(_ORDER)
        self.row, self.column = int(number), 0
        self.is_within_row = True
        self.is_hidden_row = attributes.get("hidden", "0") in ("1", "true")

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        row, column = self.row, self.column + 1
        if "r" in attributes:
            row, column = self._position(attributes["r"])
        if not self.is_within_row or row != self.row or not self.column < column <= LAST_COLUMN:
            raise self.container.refusal(_ORDER)
        self.column = column
        self.kind = attributes.get("t", "n")
        self.style = self._format(attributes.get("s", "0"))
        self.has_formula = self.has_value = False
        self.run.taken()
        self.formula.taken()

    def _format(self, style: str) -> Format:
        formats = self.book.formats
        if style.isdecimal() and int(style) < len(formats):
            return formats[int(style)]
        if style != "0":  # a workbook without any styles has this one all the same
            raise self.container.refusal()
        return Format()

    def _end_cell(self) -> None:
        cell = self._cell(self.run.taken())
        if cell.fault is not None or cell.text.strip():
            self.cells[self.column] = cell

    def _cell(self, raw: str) -> Cell:
        """
        What a cell holds; empty text if it is blank.
        """
        kind = self.kind
        if kind in ("str", "inlineStr"):
            return Cell(raw) if self.has_value or not self.has_formula else self._unworked()
        if not raw.strip():
            return self._unworked() if self.has_formula else Cell("")
        if kind == "s":
            if not raw.strip().isdecimal() or int(raw) >= len(self.book.texts):
                raise self.container.refusal()
            return Cell(self.book.texts[int(raw)])
        if kind == "e":
            return Cell(raw, _ERROR)
        if kind == "b":
            return Cell("TRUE" if raw.strip() in ("1", "true") else "FALSE")
        if kind == "d":
            return day_cell(raw)
        return number_cell(raw, self.style, is_1904=self.book.is_1904)

    def _unworked(self) -> Cell:
        return Cell(f"={self.formula.taken()}", _NO_RESULT)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        top, left = self._position(first)
        bottom, right = self._position(last or first)
        if top > bottom or left > right or len(self.merged) >= _MOST_MERGED:
            raise self.container.refusal()
        self.merged.append(Area(top, left, bottom, right))

    def _hide(self, attributes: Mapping[str, str]) -> None:
        first, last = attributes.get("min", ""), attributes.get("max", "")
        if attributes.get("hidden", "0") in ("1", "true") and first.isdecimal() and last.isdecimal():
            columns = range(int(first), int(last) + 1)
            if columns.stop > LAST_COLUMN + 1 or not self.hidden.isdisjoint(columns):
                raise self.container.refusal()
            self.hidden.update(columns)

    def _position(self, reference: str) -> tuple[int, int]:
        match = _ADDRESS.fullmatch(reference)
        if match is None:
            raise self.container.refusal()
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - ord("A") + 1
        row = int(match[2])
        if row > LAST_ROW or column > LAST_COLUMN:
            raise self.container.refusal()
        return row, column
