"""
Puts a portfolio into a database without asking whether it may be recorded: it may, and asking takes long.

What is written is, byte for byte, what ``Ledger.append`` writes commit by commit; a test compares both.
PostgreSQL gets a copy of the rows of SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import psycopg
from sqlalchemy import Connection, Engine

from bench.subjects import LEDGER
from milestone_ledger.auditor import leaf_hash
from milestone_ledger.codec import encode
from milestone_ledger.domain.events import Event, ProjectAmended, ProjectRegistered, SourceRegistered
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.store.append import Append, insert
from milestone_ledger.store.connect import in_style_of
from milestone_ledger.store.engine import open_engine, writing
from milestone_ledger.store.guards import repair_guards
from milestone_ledger.store.identity import index_rows
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.tables import metadata

ACTOR = "bench"
# How many commits are written in one transaction.
_AT_ONCE = 200


def instant(commit_no: int) -> datetime:
    """
    When a commit of a portfolio was recorded: after everything in it was published.
    """
    return datetime(2023, 2, 1, tzinfo=UTC) + timedelta(seconds=commit_no)


def stamped(
    commits: Iterable[Sequence[Event]],
    *,
    commit_no: int = 0,
    seq: int = 0,
    published: Mapping[str, date] | None = None,
) -> Iterator[tuple[Append, list[Entry]]]:
    """
    Each commit as it is asked for, with the entries that it becomes.

    The first commit and entry get the given numbers; ``published`` tells of sources registered before.
    """
    known: dict[str | None, date] = {}
    known.update(published or {})
    for number, events in enumerate(commits, commit_no):
        entries = []
        for event in events:
            if isinstance(event, SourceRegistered):
                known[event.source] = event.published_on
            entries.append(
                Entry(
                    ledger=LEDGER,
                    seq=seq,
                    commit_no=number,
                    recorded_at=instant(number),
                    actor=ACTOR,
                    published_on=known.get(getattr(event, "source", None)),
                    event=event,
                )
            )
            seq += 1
        yield Append(ledger=LEDGER, actor=ACTOR, events=tuple(events)), entries


def load(engine: Engine, commits: Iterable[Sequence[Event]]) -> int:
    """
    Write the commits of a portfolio; returns how many entries they hold.
    """
    frontier, identities = Frontier(), list[Entry]()
    made = stamped(commits)
    while part := list(islice(made, _AT_ONCE)):
        with writing(engine, LEDGER) as conn:
            for request, entries in part:
                bodies = list(map(encode, entries, request.written))
                insert(conn, entries, frontier, idempotency_key=None, digest=request.digest, bodies=bodies)
                frontier = frontier.extend(map(leaf_hash, bodies))
                if any(isinstance(entry.event, ProjectRegistered) for entry in entries):
                    # The next office: nothing more is said of who the projects of the last one are.
                    _index(conn, identities)
                    identities = []
                identities += (e for e in entries if isinstance(e.event, ProjectRegistered | ProjectAmended))
    with writing(engine, LEDGER) as conn:
        _index(conn, identities)
    return frontier.size


def _index(conn: Connection, identities: Iterable[Entry]) -> None:
    """
    The index of projects and names, as far as it rests on these registrations and amendments.
    """
    registry = Registry.of(History(identities))
    of_projects, of_names = index_rows(LEDGER, registry, registry.projects)
    for statement, rows in (
        ("INSERT INTO ledger_project VALUES (?, ?, ?, ?, ?, ?)", of_projects),
        ("INSERT INTO ledger_name VALUES (?, ?, ?)", of_names),
    ):
        if rows:
            conn.exec_driver_sql(in_style_of(conn, statement), list(rows))


def copy(path: Path, url: str) -> None:
    """
    Copy every row of a file of SQLite into an empty database on PostgreSQL, and let it gather statistics.

    The guards look at each row and are slow to do so; they are laid aside, and put back.
    """
    engine = open_engine(url, create=True)
    plain = url.replace("postgresql+psycopg://", "postgresql://")
    with closing(sqlite3.connect(path)) as source, psycopg.connect(plain, autocommit=True) as target:
        with target.transaction():
            for table in ("ledger_event", "ledger_commit"):
                target.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            # An entry may come before its commit, whose key is looked at in the end.
            for name, columns in ((name, table.c.keys()) for name, table in metadata.tables.items()):
                rows = source.execute(f"SELECT {', '.join(columns)} FROM {name}")
                copy_rows(target, name, columns, rows)
        with engine.begin() as conn:
            repair_guards(conn)
        target.execute("VACUUM (ANALYZE)")
    engine.dispose()


def copy_rows(
    connection: psycopg.Connection, table: str, columns: Sequence[str], rows: Iterable[tuple[object, ...]]
) -> None:
    """
    Write rows by binary COPY, which must be told the type of each column.
    """
    known = {column.name: column.type for column in metadata.tables[table.rpartition(".")[2]].columns}
    names = {"BIGINT": "int8", "INTEGER": "int4", "TEXT": "text", "BLOB": "bytea"}
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)") as writer,
    ):
        writer.set_types([names[str(known[name])] for name in columns])
        for row in rows:
            writer.write_row(row)
