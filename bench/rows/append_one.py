"""
Append one event per commit: judged, hashed, closed over by a commit, durable.

The log holds a whole portfolio before; each run appends a true statement about another project.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from typing import Any
from uuid import UUID

from eventsourcing.application import Application

from bench import eventsourced, floors
from bench.loading import ACTOR, stamped
from bench.measuring import EVERYBODY, FLOOR, OURS, PEER, Contest, Contestant, Row
from bench.portfolios import AFTER, LONG, further
from bench.stage import Stage
from bench.subjects import LEDGER
from milestone_ledger import Event, Ledger
from milestone_ledger.store.append import last_commit
from milestone_ledger.store.engine import reading

_SIZES = (10_000, 100_000, 1_000_000)
# So many projects at most are given to the peer, which takes long to fill, and so many statements to all.
_PEERS, _STATEMENTS = 500, 2000
_BARE = "raw SQL into our tables"

RowsOfOne = Iterator[tuple[Any, ...]]


def _statements(size: int) -> list[Event]:
    return list(itertools.islice(further(size), _STATEMENTS))


def _rows(ledger: Ledger, events: list[Event]) -> RowsOfOne:
    """
    What raw SQL writes for each of ``events``, in a commit of its own, after what the ledger holds.
    """
    with reading(ledger.engine) as conn:
        last, frontier = last_commit(conn, LEDGER)
    commit_no = 0 if last is None else last.no + 1
    published = {getattr(event, "source", ""): AFTER for event in events}
    made = stamped([[e] for e in events], commit_no=commit_no, seq=frontier.size, published=published)
    # Not a generator itself: what the ledger holds is to be read now.
    return ((event_row, commit_row) for (event_row,), commit_row in floors.rows_of(made, frontier))


def _ours(ledger: Ledger, events: list[Event]) -> Contestant:
    left = iter(events)
    return Contestant(run=lambda: ledger.append([next(left)]))


def _raw(rows: RowsOfOne, write: Callable[[Any], None]) -> Contestant:
    """
    Write the next of ``rows``.
    """
    following: list[Any] = []
    return Contestant(run=lambda: write(following.pop()), before=lambda: following.append(next(rows)))


def _filled(make: Callable[[], Application[UUID]], size: int) -> eventsourced.Filled:
    return eventsourced.Filled(make, min(size, _PEERS))


def _peer(peer: eventsourced.Filled) -> Contestant:
    """
    Get an aggregate with its dozen events, tell it one more, save it.
    """
    left: list[Iterator[tuple[UUID, eventsourced.Told]]] = []

    def before() -> None:
        if not left:
            _ = peer.application
            dozens = [(peer.ids[name], says[-1]) for name, says in peer.told.items() if name != LONG]
            left.append(itertools.cycle(dozens))

    def run() -> None:
        project_id, saying = next(left[0])
        project: eventsourced.Project = peer.application.repository.get(project_id)
        project.say(**saying)
        peer.application.save(project)

    return Contestant(run=run, before=before)


def _discarded(stage: Stage, *databases: str) -> ExitStack:
    """
    Remove the databases in the end: with a million projects they are too large to be left to the end of all.
    """
    stack = ExitStack()
    for database in databases:
        stack.callback(stage.discard, database)
    return stack


@contextmanager
def _on_sqlite(stage: Stage, size: int) -> Iterator[Contest]:
    events = _statements(size)
    bare, ours = stage.path(), stage.sqlite_copy(size)
    with (
        _discarded(stage, str(bare), str(ours)) as stack,
        Ledger.open(f"sqlite:///{ours}", actor=ACTOR) as ledger,
        closing(floors.sqlite_connection(bare)) as to_bare,
        closing(_filled(lambda: eventsourced.on_sqlite(stage.path()), size)) as peer,
    ):
        floors.sqlite_tables(to_bare, stage.sqlite(size))
        statements = [floors.sqlite_insert("ledger_event"), floors.sqlite_insert("ledger_commit")]

        def write(connection: Any, row: Any) -> None:
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in zip(statements, row, strict=True):
                connection.execute(statement, values)
            connection.execute("COMMIT")

        contestants = {
            OURS: _ours(ledger, events),
            FLOOR: _raw(_rows(ledger, events), partial(write, to_bare)),
            PEER: _peer(peer),
        }
        if size <= EVERYBODY:  # a copy of more is too much for somebody who does not take part
            like_ours = stage.sqlite_copy(size)
            stack.callback(stage.discard, str(like_ours))
            to_ours = stack.enter_context(closing(floors.sqlite_connection(like_ours)))
            to_ours.execute("PRAGMA foreign_keys = ON")
            contestants[_BARE] = _raw(_rows(ledger, events), partial(write, to_ours))
        yield Contest(contestants=contestants, most=len(events))


@contextmanager
def _on_postgresql(stage: Stage, size: int) -> Iterator[Contest]:
    events = _statements(size)
    ours = stage.postgresql_copy(size)
    with (
        _discarded(stage, ours) as stack,
        Ledger.open(ours, actor=ACTOR) as ledger,
        floors.postgresql_connection(ours) as to_bare,  # in a schema of its own
        closing(_filled(lambda: eventsourced.on_postgresql(stage.postgresql_empty()), size)) as peer,
    ):
        floors.postgresql_tables(to_bare, filled=True)
        both = floors.postgresql_insert("bare")
        apart = [
            floors.postgresql_insert("public", only=table) for table in ("ledger_event", "ledger_commit")
        ]

        def at_once(row: Any) -> None:
            to_bare.execute(both, (*row[0], *row[1]))

        def one_by_one(connection: Any, row: Any) -> None:
            with connection.transaction():  # our guards must see the entry before its commit
                for statement, values in zip(apart, row, strict=True):
                    connection.execute(statement, values)

        contestants = {
            OURS: _ours(ledger, events),
            FLOOR: _raw(_rows(ledger, events), at_once),
            PEER: _peer(peer),
        }
        if size <= EVERYBODY:  # a copy of more is too much for somebody who does not take part
            like_ours = stage.postgresql_copy(size)
            stack.callback(stage.discard, like_ours)
            to_ours = stack.enter_context(floors.postgresql_connection(like_ours))
            contestants[_BARE] = _raw(_rows(ledger, events), partial(one_by_one, to_ours))
        yield Contest(contestants=contestants, most=len(events))


ROWS = (
    Row(
        key="append-one-sqlite",
        title="append one event per commit, SQLite",
        floor="raw sqlite3 transaction: the same two rows into tables with the same columns and unique keys",
        peer="eventsourcing: get, one event, save",
        bar=1.8,
        size=10_000,
        sizes=_SIZES,
        prepare=_on_sqlite,
    ),
    Row(
        key="append-one-postgresql",
        title="append one event per commit, PostgreSQL",
        floor="psycopg, autocommit, prepared: both rows in one statement, into such tables",
        peer="eventsourcing: get, one event, save",
        bar=2.5,
        size=10_000,
        sizes=_SIZES,
        prepare=_on_postgresql,
    ),
)
