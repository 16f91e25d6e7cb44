"""
Asking a database several things at once, as fast as its driver allows.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import Connection, Engine

Question = tuple[Any, ...]
"""A statement in the driver's own SQL, with ``?`` for each value, and then the values."""

Answer = list[tuple[Any, ...]]
"""The rows that were found."""

# How long questions may be, written out, that go to a server in one trip: with more than the line takes in at
# once, both sides could wait for each other for ever.
_ONE_TRIP = 50_000


def ask(conn: Connection, *questions: Question) -> list[Answer]:
    """
    The answers to ``questions``, in their order; from a server in one trip, unless the questions are long.

    SQLAlchemy, which takes longer over a short statement than the database itself, is passed by; only what
    goes wrong is left to it, as it alone knows which connections are to be given up then.
    """
    line: Any = conn.connection
    statement, cursor = "", None
    found: list[Any] = []
    try:
        with one_trip(conn, len(repr(questions))) as trip:
            for statement, *values in questions:
                cursor = line.cursor()
                cursor.execute(in_style_of(conn, statement), values)
                found.append(cursor if trip else cursor.fetchall())
        return [cursor.fetchall() for cursor in found] if trip else found
    except BaseException as error:  # noqa: BLE001 (raised again, as the error that it stands for)
        conn._handle_dbapi_exception(error, statement, None, cursor, None)  # noqa: SLF001 (there is no other door)


def one_trip(conn: Connection, length: int) -> AbstractContextManager[object]:
    """
    What is sent within, ``length`` characters or bytes in all, goes to a server in one trip if it is short.

    The answers are there at the end; what goes wrong is raised there too, or by the next question.
    """
    line: Any = conn.connection
    return line.pipeline() if conn.dialect.name == "postgresql" and length < _ONE_TRIP else nullcontext()


def in_style_of(conn: Connection | Engine, statement: str) -> str:
    """
    The statement with the placeholders of the driver instead of ``?``.
    """
    return statement if conn.dialect.name == "sqlite" else statement.replace("?", "%s")
