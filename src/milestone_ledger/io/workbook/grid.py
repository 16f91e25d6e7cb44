"""
What a sheet of a workbook holds: cells as a person sees them, before anything is understood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import frozen

_LETTERS = 26


@frozen
class Cell:
    """
    One cell that is not blank.

    ``text`` is what a person sees: a date as ``2019-08-14``, or ``2019-08`` where the cell shows no day; a
    number without artefacts (``5000``, ``48.53%``); text as it is, trimmed of nothing.
    ``fault`` says in English and Chinese why the cell has no usable value, and how to mend it.
    """

    text: str
    fault: tuple[str, str] | None = None


@frozen(eq=False)
class GridRow:
    """
    A row that holds anything: its number, and its cells by column, both counted from 1.
    """

    number: int
    cells: Mapping[int, Cell]
    is_hidden: bool = False


@frozen
class Area:
    """
    A rectangle of cells, all four edges included, counted from 1.
    """

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        return f"{address(self.top, self.left)}:{address(self.bottom, self.right)}"


@frozen(eq=False)
class Grid:
    """
    A sheet: its title, its rows from top to bottom, and what of it is merged or hidden.

    ``rows`` can be gone through any number of times; they may be read anew each time.
    A merged area holds its value in the cell at its top left alone.
    """

    name: str
    rows: Iterable[GridRow]
    merged: tuple[Area, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    is_hidden: bool = False


def address(row: int, column: int) -> str:
    """
    The name of a cell, both counted from 1.

    >>> address(12, 6), address(1, 28)
    ('F12', 'AB1')
    """
    return f"{column_letters(column)}{row}"


def column_letters(column: int) -> str:
    """
    The name of a column, counted from 1.
    """
    letters = ""
    while column > 0:
        column, letter = divmod(column - 1, _LETTERS)
        letters = chr(ord("A") + letter) + letters
    return letters
