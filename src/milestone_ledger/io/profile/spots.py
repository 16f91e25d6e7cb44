"""
The cells of a grid, each merged one at every place that it spans.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from attrs import field, frozen

from milestone_ledger.errors import InvalidValueError
from milestone_ledger.io.guard import unguarded
from milestone_ledger.io.workbook import Grid, address

# More places than these under merged cells are nobody's table.
_MOST_SPANNED = 2_000_000
_TOO_MANY = (
    f"merged cells span more than {_MOST_SPANNED} cells; unmerge those beyond the table",
    f"合并单元格跨了 {_MOST_SPANNED} 格以上；请取消表外的合并",
)


@frozen(order=True)
class Spot:
    """
    A filled cell where it stands, whatever it spans: row and column, counted from 1, and its text.

    ``fault`` is why it has no usable value, in English and Chinese.
    """

    row: int
    column: int
    text: str = field(order=False)
    fault: tuple[str, str] | None = field(default=None, order=False)

    @property
    def address(self) -> str:
        """
        The name of the cell.
        """
        return address(self.row, self.column)


@frozen(eq=False)
class Spots:
    """
    All cells of a sheet: those of each row by column, with merged ones wherever they reach.

    ``own`` holds each filled cell once; ``beneath`` are those that lie unseen under a merged one.
    """

    rows: Mapping[int, Mapping[int, Spot]]
    own: Mapping[tuple[int, int], Spot]
    beneath: frozenset[Spot]
    hidden_rows: frozenset[int]
    spans: Mapping[Spot, tuple[int, int, int, int]]  # top, left, bottom, right of each merged cell

    @classmethod
    def of(cls, grid: Grid) -> Spots:
        """
        The cells of ``grid``.

        Raises:
            InvalidValueError: If merged cells span more than any table has.
        """
        own: dict[tuple[int, int], Spot] = {}
        hidden: set[int] = set()
        for row in grid.rows:
            if row.is_hidden:
                hidden.add(row.number)
            for column, cell in row.cells.items():
                own[row.number, column] = Spot(row.number, column, unguarded(cell.text), cell.fault)
        rows: dict[int, dict[int, Spot]] = {}
        for (number, column), spot in own.items():
            rows.setdefault(number, {})[column] = spot
        beneath: set[Spot] = set()
        spans: dict[Spot, tuple[int, int, int, int]] = {}
        numbers = sorted(rows)
        columns = sorted({column for _, column in own})
        spanned = 0
        for area in grid.merged:
            origin = own.get((area.top, area.left))
            if origin is None:
                continue
            spans[origin] = (area.top, area.left, area.bottom, area.right)
            for number in numbers[bisect_left(numbers, area.top) : bisect_right(numbers, area.bottom)]:
                for column in columns[bisect_left(columns, area.left) : bisect_right(columns, area.right)]:
                    spanned += 1
                    if spanned > _MOST_SPANNED:
                        raise InvalidValueError("merged cells", grid.name, _TOO_MANY)
                    covered = own.get((number, column))
                    if covered is not None and covered != origin:
                        beneath.add(covered)
                    rows[number][column] = origin
        return cls(
            MappingProxyType(rows),
            MappingProxyType(own),
            frozenset(beneath),
            frozenset(hidden),
            MappingProxyType(spans),
        )

    def row(self, number: int) -> Mapping[int, Spot]:
        """
        The cells of a row by column; none if it is blank.
        """
        return self.rows.get(number, {})

    def distinct(self, number: int) -> tuple[Spot, ...]:
        """
        The cells of a row from left to right, each once.
        """
        return tuple(dict.fromkeys(spot for _, spot in sorted(self.row(number).items())))

    def filled(self) -> Iterator[int]:
        """
        The rows that hold anything of their own, from top to bottom.
        """
        yield from sorted(self.rows)
