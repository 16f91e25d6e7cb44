"""
The lines of the table, in its order.
"""

from bench.rows import (
    append_bulk,
    append_one,
    command_line,
    kept_columns,
    one_project,
    parquet,
    portfolio,
    timelines,
    verifying,
)

ROWS = (
    *append_one.ROWS,
    *append_bulk.ROWS,
    *one_project.ROWS,
    *portfolio.ROWS,
    *kept_columns.ROWS,
    *parquet.ROWS,
    *timelines.ROWS,
    *verifying.ROWS,
    *command_line.ROWS,
)
