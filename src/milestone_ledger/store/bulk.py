"""
Writing many rows: in their order, each past the guards, by as few statements as the driver allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, LargeBinary, Table, Text

Row = tuple[Any, ...]

# SQLite makes ready to undo each statement by itself, which costs as much as a row. With more rows the
# gain is small; the widest table then takes 800 parameters, which no build of SQLite refuses.
AT_ONCE = 50
# COPY has to be parsed each time, and INSERT once: so many rows make up for it.
COPIED = 20
# So many rows are held at a time: the memory that they take does not grow with the commit.
AT_A_TIME = 5000

_TYPES = "copied_types"
_BINARY = ((BigInteger, "int8"), (Integer, "int4"), (Text, "text"), (LargeBinary, "bytea"))


def insert_rows(conn: Connection, table: Table, rows: Iterable[Row]) -> None:
    """
    Write ``rows``, which have a value for every column of ``table``, and may be made one by one meanwhile.
    """
    left = iter(rows)
    if conn.dialect.name == "sqlite":
        while portion := list(islice(left, AT_A_TIME)):
            full = len(portion) - len(portion) % AT_ONCE
            starts = range(0, full, AT_ONCE)
            _insert(conn, table, AT_ONCE, [tuple(chain(*portion[at : at + AT_ONCE])) for at in starts])
            _insert(conn, table, 1, portion[full:])
    elif len(first := list(islice(left, COPIED))) < COPIED:
        _insert(conn, table, 1, first)
    else:
        # All in one: the server writes what it has got while the next rows are made.
        statement = f"COPY {table.name} ({', '.join(table.c.keys())}) FROM STDIN (FORMAT BINARY)"
        types = [_binary(column.type) for column in table.c]
        conn.exec_driver_sql(statement, (chain(first, left),), {_TYPES: types})


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


def copy_rows(cursor: Any, statement: str, parameters: Sequence[Any], context: Any) -> bool:
    """
    Send the rows of a COPY in place of SQLAlchemy, which knows no COPY and takes care of all that can fail.

    It listens to ``do_execute``, and answers whether it did it.
    """
    types = context.execution_options.get(_TYPES)
    if types is None:
        return False
    (rows,) = parameters
    with cursor.copy(statement) as writer:
        writer.set_types(types)
        for row in rows:
            writer.write_row(row)
    return True
