"""
Append a whole portfolio as one commit, all or nothing: what an import of large folders does.

The events are at hand; judging, encoding, hashing and writing them is what is timed, to the end of the
transaction. Every run begins with a new database. What memory does not hold at once, a million projects, is
written portion by portion, each a commit of its own that is made ready before it is timed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from functools import cache
from itertools import chain
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from eventsourcing.application import Application

from bench import eventsourced, floors
from bench.loading import ACTOR, copy_rows, stamped
from bench.measuring import FLOOR, OURS, PEER, Contest, Contestant, Row
from bench.portfolios import LONG, commits
from bench.stage import Stage
from bench.subjects import programme
from milestone_ledger import Event, Ledger
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.tables import COMMIT_COLUMNS, EVENT_COLUMNS

Rows = tuple[list[floors.EventRow], floors.CommitRow]
Portions = Callable[[], Iterable[Any]]

_SIZES = (10_000, 100_000, 1_000_000)
# Up to so many projects are one commit, and so many entries are one portion of more.
_ONE_COMMIT, _PORTION = 100_000, 1_250_000
_PEERS = 2_000
_WITH_INDEXES = "raw SQL into our tables without guards"


def _portions(size: int) -> Iterator[list[Event]]:
    """
    What is appended to a ledger that is begun: all at once, or portions of what is too much for that.
    """
    portion: list[Event] = []
    for number, events in enumerate(commits(size)):
        portion += events if number else ()
        if size > _ONE_COMMIT and len(portion) >= _PORTION:
            yield portion
            portion = []
    yield portion


def _at_hand(size: int, make: Portions) -> Portions:
    """
    What ``make`` gives: kept where it is one portion, and else made again each time.
    """
    return cache(lambda: list(make())) if size <= _ONE_COMMIT else make


def _in_all(portions: Iterable[Any], write: Callable[[Any], object]) -> float:
    """
    The seconds that it takes to write the portions, but not to make them.
    """
    took = 0.0
    for portion in portions:
        begun = perf_counter()
        write(portion)
        took += perf_counter() - begun
    return took


class _Anew:
    """
    Something that is done in a new database each time: ``make`` gives its URL or path.
    """

    def __init__(self, stage: Stage, make: Callable[[], str]) -> None:
        self._stage = stage
        self._make = make
        self._where: str | None = None

    def before(self) -> None:
        """
        Put a new database in the place of the last one.
        """
        self.close()
        self._where = self._make()
        self.open(self._where)

    def close(self) -> None:
        """
        Remove the database.
        """
        if self._where is not None:
            self.leave()
            self._stage.discard(self._where)
            self._where = None

    def open(self, where: str) -> None:
        """
        Make ready in a new database.
        """
        raise NotImplementedError

    def run(self) -> float:
        """
        Write everything; returns the seconds that it took.
        """
        raise NotImplementedError

    def leave(self) -> None:
        """
        Let go of the database.
        """
        raise NotImplementedError

    def contestant(self, scale: float = 1) -> Contestant:
        """
        This, as one that can be timed.
        """
        return Contestant(run=self.run, before=self.before, scale=scale)


class _Ours(_Anew):
    """
    ``Ledger.append`` of each portion, to a ledger that holds no more than its programme in the beginning.
    """

    _ledger: Ledger

    def __init__(self, stage: Stage, make: Callable[[], str], size: int) -> None:
        super().__init__(stage, make)
        self._portions = _at_hand(size, lambda: _portions(size))

    def open(self, where: str) -> None:
        self._portions()
        self._ledger = Ledger.create(where, programme(), actor=ACTOR)

    def run(self) -> float:
        return _in_all(self._portions(), self._ledger.append)

    def leave(self) -> None:
        self._ledger.close()


class _Floor(_Anew):
    """
    The same rows, ready, into tables that ``connect`` makes or finds.
    """

    def __init__(
        self,
        stage: Stage,
        make: Callable[[], str],
        connect: Callable[[str], Any],
        write: Callable[[Any, Rows], None],
        rows: Portions,
    ) -> None:
        super().__init__(stage, make)
        self._connect = connect
        self._write = write
        self._rows = rows
        self._connection: Any = None

    def open(self, where: str) -> None:
        self._rows()
        self._connection = self._connect(where)

    def run(self) -> float:
        return _in_all(self._rows(), lambda rows: self._write(self._connection, rows))

    def leave(self) -> None:
        self._connection.close()


class _Peer(_Anew):
    """
    New aggregates, with all their events pending, saved at once, or ``portioned`` where that is too much.
    """

    _application: Application[UUID]
    _pending: list[list[eventsourced.Project]]

    def __init__(
        self,
        stage: Stage,
        make: Callable[[], str],
        connect: Callable[[str], Application[UUID]],
        size: int,
        *,
        portioned: bool,
    ) -> None:
        super().__init__(stage, make)
        self._connect = connect
        self._size = size
        self._portioned = portioned

    def open(self, where: str) -> None:
        self._application = self._connect(where)
        entries = chain.from_iterable(entries for _, entries in stamped(commits(self._size)))
        told = eventsourced.told(entries)
        del told[LONG]  # one among so few would count too much
        portions = eventsourced.portions(told) if self._portioned else [list(told)]
        self._pending = [[eventsourced.aggregate(name, told[name]) for name in names] for names in portions]

    def run(self) -> float:
        return _in_all(self._pending, lambda projects: self._application.save(*projects))

    def leave(self) -> None:
        self._application.close()


def _rows(size: int) -> Portions:
    """
    The rows of a portfolio, in the same portions.
    """
    return _at_hand(size, lambda: floors.rows_of(stamped(_portions(size), commit_no=1, seq=1), Frontier()))


@contextmanager
def _contest(
    size: int, ours: _Anew, floor: _Anew, like_ours: _Anew, peer: Callable[[int], _Anew]
) -> Iterator[Contest]:
    few = min(size, _PEERS)
    with closing(ours), closing(floor), closing(like_ours), closing(peer(few)) as alike:
        yield Contest(
            contestants={
                OURS: ours.contestant(),
                FLOOR: floor.contestant(),
                _WITH_INDEXES: like_ours.contestant(),
                PEER: alike.contestant(size / few),
            }
        )


def _on_sqlite(stage: Stage, size: int) -> AbstractContextManager[Contest]:
    def empty() -> str:
        return f"sqlite:///{stage.sqlite_empty()}"

    def bare(path: str) -> Any:
        connection = floors.sqlite_connection(Path(path))
        floors.sqlite_tables(connection)
        return connection

    def like_ours(url: str) -> Any:
        connection = floors.sqlite_connection(Path(url.removeprefix("sqlite:///")))
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        return connection

    def write(connection: Any, rows: Rows) -> None:
        events, commit = rows
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(floors.sqlite_insert("ledger_event"), events)
        connection.execute(floors.sqlite_insert("ledger_commit"), commit)
        connection.execute("COMMIT")

    def no_file() -> str:
        return str(stage.path())

    def connect(path: str) -> Application[UUID]:
        return eventsourced.on_sqlite(Path(path))

    rows = _rows(size)
    return _contest(
        size,
        _Ours(stage, empty, size),
        _Floor(stage, no_file, bare, write, rows),
        _Floor(stage, empty, like_ours, write, rows),
        lambda few: _Peer(stage, no_file, connect, few, portioned=False),
    )


def _on_postgresql(stage: Stage, size: int) -> AbstractContextManager[Contest]:
    empty = stage.postgresql_empty

    def bare(url: str) -> Any:
        connection = floors.postgresql_connection(url)
        floors.postgresql_tables(connection, filled=False)
        connection.execute("SET search_path = bare")
        return connection

    def like_ours(url: str) -> Any:
        connection = floors.postgresql_connection(url)
        for table in ("ledger_event", "ledger_commit"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        return connection

    def write(connection: Any, rows: Rows) -> None:
        events, commit = rows
        with connection.transaction():
            copy_rows(connection, "ledger_event", EVENT_COLUMNS, events)
            copy_rows(connection, "ledger_commit", COMMIT_COLUMNS, [commit])

    rows = _rows(size)
    return _contest(
        size,
        _Ours(stage, empty, size),
        _Floor(stage, empty, bare, write, rows),
        _Floor(stage, empty, like_ours, write, rows),
        lambda few: _Peer(stage, empty, eventsourced.on_postgresql, few, portioned=True),
    )


_NOTE = f"the peer saves {_PEERS:,} projects at most, times what is missing"

ROWS = (
    Row(
        key="append-bulk-sqlite",
        title="bulk append, SQLite",
        floor="raw executemany into tables with the same columns and unique keys",
        peer="eventsourcing: save all new aggregates at once",
        bar=2.5,
        size=10_000,
        sizes=_SIZES,
        prepare=_on_sqlite,
        note=_NOTE,
    ),
    Row(
        key="append-bulk-postgresql",
        title="bulk append, PostgreSQL",
        floor="psycopg binary COPY into tables with the same columns and unique keys",
        peer="eventsourcing: save all new aggregates at once",
        bar=2.5,
        size=10_000,
        sizes=_SIZES,
        prepare=_on_postgresql,
        note=_NOTE,
    ),
)
