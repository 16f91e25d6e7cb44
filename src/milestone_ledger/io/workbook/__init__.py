"""
An ``.xlsx`` file as grids of cells, read safely; knows nothing of ledgers.
"""

from milestone_ledger.io.workbook.grid import Area, Cell, Grid, GridRow, address, column_letters
from milestone_ledger.io.workbook.reader import read_grids

__all__ = ["Area", "Cell", "Grid", "GridRow", "address", "column_letters", "read_grids"]
