"""
Writing many rows: in their order, each past the guards, by as few statements as the driver allows.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, Table, Text

Row = tuple[Any, ...]

# SQLite makes ready to undo each statement by itself, which costs as much as a row. With more rows the
# gain is small; the widest table then takes 800 parameters, which no build of SQLite refuses.
AT_ONCE = 50
# COPY has to be parsed each time, and INSERT once: so many rows make up for it.
COPIED = 20

_TYPES = "copied_types"
_BINARY = ((BigInteger, "int8"), (Integer, "int4"), (Text, "text"), (LargeBinary, "bytea"))


def insert_rows(conn: Connection, table: Table, rows: Sequence[Row]) -> None:
    """
    Write ``rows``, which have a value for every column of ``table``.
    """
    if conn.dialect.name == "sqlite":
        full = len(rows) - len(rows) % AT_ONCE
        _insert(
            conn, table, AT_ONCE, [tuple(chain(*rows[at : at + AT_ONCE])) for at in range(0, full, AT_ONCE)]
        )
        _insert(conn, table, 1, rows[full:])
    elif len(rows) < COPIED:
        _insert(conn, table, 1, rows)
    else:
        statement = f"COPY {table.name} ({', '.join(table.c.keys())}) FROM STDIN (FORMAT BINARY)"
        conn.exec_driver_sql(statement, list(rows), {_TYPES: [_binary(column.type) for column in table.c]})


def _insert(conn: Connection, table: Table, count: int, parameters: Sequence[Row]) -> None:
    """
    Run the statement that writes ``count`` rows once for each of ``parameters``.
    """
    if parameters:
        mark = "?" if conn.dialect.name == "sqlite" else "%s"
        marks = f"({', '.join([mark] * len(table.c))})"
        columns = ", ".join(table.c.keys())
        statement = f"INSERT INTO {table.name} ({columns}) VALUES {', '.join([marks] * count)}"  # noqa: S608 (our own names)
        conn.exec_driver_sql(statement, list(parameters))


def _binary(kind: object) -> str:
    """
    What PostgreSQL calls the type of a column, which binary COPY must be told.
    """
    return next(name for known, name in _BINARY if isinstance(kind, known))


def copy_rows(cursor: Any, statement: str, rows: Sequence[Row], context: Any) -> bool:
    """
    Send the rows of a COPY in place of SQLAlchemy, which knows no COPY and takes care of all that can fail.

    It listens to ``do_executemany``, and answers whether it did it.
    """
    types = context.execution_options.get(_TYPES)
    if types is None:
        return False
    with cursor.copy(statement) as writer:
        writer.set_types(types)
        for row in rows:
            writer.write_row(row)
    return True
