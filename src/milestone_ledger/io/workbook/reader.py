"""
The sheets of a workbook, row by row, whatever its size.
"""

from __future__ import annotations

from milestone_ledger.io.workbook.grid import Grid


def read_grids(data: bytes, file: str) -> tuple[Grid, ...]:
    """
    The sheets of the workbook ``data``, in order; ``file`` is what errors call it.

    Everything that could be wrong with the file as such is found before this returns.
    Rows are read when they are gone through, and anew each time.

    Raises:
        WorkbookError: If it is no workbook, or none that may be opened.
    """
    raise NotImplementedError
