"""
Tables without guards, and connections as bare as the driver gives them: what floors are made of.

They have the columns and unique keys of ``ledger_event`` and ``ledger_commit``, and the connections have the
settings of ours, so that a floor promises as much as we do when the power fails.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.dialects import sqlite

from milestone_ledger.auditor import leaf_hash
from milestone_ledger.codec import encode
from milestone_ledger.domain.history import Entry
from milestone_ledger.store.append import Append
from milestone_ledger.store.connect import SQLITE_SETTINGS
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.tables import (
    COMMIT_COLUMNS,
    EVENT_COLUMNS,
    index_values,
    instant_text,
    metadata,
)

_SQLITE = sqlite.dialect()
_KEYS = {
    "ledger_event": ("PRIMARY KEY (ledger, seq)",),
    "ledger_commit": ("PRIMARY KEY (ledger, no)", "UNIQUE (ledger, idempotency_key)"),
}
EventRow = tuple[Any, ...]
CommitRow = tuple[Any, ...]


def rows_of(
    stamped: Iterable[tuple[Append, list[Entry]]], frontier: Frontier
) -> Iterator[tuple[list[EventRow], CommitRow]]:
    """
    The rows of commits after ``frontier``, ready to be written: floors neither judge nor encode nor hash.
    """
    for request, entries in stamped:
        events = []
        for entry, data in zip(entries, request.written, strict=True):
            body = encode(entry, data)
            events.append((*index_values(entry), body, leaf_hash(body)))
        first = entries[0]
        frontier = frontier.extend(event[-1] for event in events)
        closing = {
            "ledger": first.ledger,
            "no": first.commit_no,
            "first_seq": first.seq,
            "size_after": first.seq + len(events),
            "root": frontier.root(),
            "frontier": frontier.to_text(),
            "recorded_at": instant_text(first.recorded_at),
            "actor": first.actor,
            "idempotency_key": None,
            "digest": request.digest,
        }
        yield events, tuple(closing[name] for name in COMMIT_COLUMNS)


# ── SQLite ──────────────────────────────────────────────────────────────────────────────────────────────────


def sqlite_connection(path: Path) -> sqlite3.Connection:
    """
    A connection with our settings, in autocommit.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    sqlite_settings(connection)
    return connection


def sqlite_settings(connection: sqlite3.Connection) -> None:
    """
    Give a connection our settings.
    """
    for name, value in SQLITE_SETTINGS.items():
        if value is not None:
            connection.execute(f"PRAGMA {name} = {value}")


def sqlite_tables(connection: sqlite3.Connection, source: Path | None = None) -> None:
    """
    Make the bare tables, and fill them with what the database ``source`` holds.
    """
    for table, keys in _KEYS.items():
        columns = ", ".join(
            f"{column.name} {column.type.compile(_SQLITE)}" for column in metadata.tables[table].columns
        )
        connection.execute(f"CREATE TABLE {table} ({columns}, {', '.join(keys)}) STRICT, WITHOUT ROWID")
    if source is not None:
        connection.execute(f"ATTACH '{source}' AS source")
        for table in _KEYS:
            connection.execute(f"INSERT INTO {table} SELECT * FROM source.{table}")
        connection.execute("DETACH source")


def sqlite_insert(table: str) -> str:
    """
    The statement that writes a row.
    """
    marks = ", ".join("?" * len(metadata.tables[table].columns))
    return f"INSERT INTO {table} VALUES ({marks})"


# ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────────────


def postgresql_connection(url: str) -> psycopg.Connection:
    """
    A connection in autocommit that prepares every statement.
    """
    connection = psycopg.connect(url, autocommit=True)
    connection.prepare_threshold = 0
    return connection


def postgresql_tables(connection: psycopg.Connection, *, filled: bool) -> None:
    """
    Make the bare tables in the schema ``bare``, and fill them with what ours hold.
    """
    connection.execute("CREATE SCHEMA bare")
    for table, keys in _KEYS.items():
        connection.execute(f"CREATE TABLE bare.{table} (LIKE {table})")
        for key in keys:
            connection.execute(f"ALTER TABLE bare.{table} ADD {key}")
        if filled:
            connection.execute(f"INSERT INTO bare.{table} SELECT * FROM {table}")
    connection.execute("ANALYZE")


def postgresql_insert(schema: str, only: str | None = None) -> str:
    """
    The statement that writes one entry and its commit in one trip to the server, or a row of one table.
    """
    events, commits = (", ".join(["%s"] * len(columns)) for columns in (EVENT_COLUMNS, COMMIT_COLUMNS))
    event = f"INSERT INTO {schema}.ledger_event VALUES ({events})"
    commit = f"INSERT INTO {schema}.ledger_commit VALUES ({commits})"
    if only is not None:
        return event if only == "ledger_event" else commit
    return f"WITH entry AS ({event}) {commit}"
