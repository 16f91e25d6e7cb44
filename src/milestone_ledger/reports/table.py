"""
Tables for a terminal, in which a Chinese character takes two columns.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from milestone_ledger.display import width, wrap

_GAP = "  "
_LEAST = 10
# Marks that turn or hide text would let a name change how its line reads.
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}


def safe(text: str) -> str:
    """
    ``text`` on one line, with control and direction marks shown as escapes.
    """
    if text.isprintable():  # so it holds none of them
        return text
    return "".join(
        char if unicodedata.category(char) not in _UNSEEN else f"\\u{ord(char):04x}" for char in text
    )


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Iterable[int] = (),
    columns: int | None = None,
) -> str:
    """
    Lay out a table.

    Args:
        header: The name of each column.
        rows: One text per column; control and direction marks are shown as escapes.
        numbers: Which columns are aligned to the right.
        columns: The width to keep within by wrapping the widest columns; ``None`` is any.
    """
    cells = [[safe(cell) for cell in row] for row in (header, *rows)]
    widths = [max(width(row[place]) for row in cells) for place in range(len(header))]
    if columns is not None:
        _narrow(widths, columns - len(_GAP) * (len(header) - 1))
    right = set(numbers)
    lines: list[str] = []
    for number, row in enumerate(cells):
        wrapped = [wrap(cell, widths[place]) for place, cell in enumerate(row)]
        for level in range(max(map(len, wrapped))):
            parts = [lines_of[level] if level < len(lines_of) else "" for lines_of in wrapped]
            padded = [
                " " * (widths[place] - width(part)) + part
                if place in right
                else part + " " * (widths[place] - width(part))
                for place, part in enumerate(parts)
            ]
            lines.append(_GAP.join(padded).rstrip())
        if number == 0:
            lines.append(_GAP.join("─" * columns_of for columns_of in widths))
    return "\n".join(lines)


def _narrow(widths: list[int], budget: int) -> None:
    """
    Take from the widest column, one at a time, until all fit or none can give more.
    """
    while sum(widths) > budget and max(widths) > _LEAST:
        widths[widths.index(max(widths))] -= 1
