"""
Reading the log: ledgers, commits and entries, always within the transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, Engine, Row, select

from milestone_ledger.codec import decode
from milestone_ledger.codec.canonical import LARGEST
from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import (
    InvalidValueError,
    TamperedLedgerError,
    UndecodableEventError,
    UnknownLedgerError,
)
from milestone_ledger.store.engine import reading
from milestone_ledger.store.tables import instant_of, instant_text, ledger_commit, ledger_event


@frozen(kw_only=True)
class Commit:
    """
    One commit: the entries from ``first_seq`` (included) to ``size_after`` (excluded).

    ``root`` is the Merkle root of the ledger up to there. ``recorded_at`` is UTC.
    """

    ledger: str
    no: int
    first_seq: int
    size_after: int
    root: bytes
    recorded_at: datetime
    actor: str


_COMMIT = tuple(
    ledger_commit.c[name]
    for name in ("ledger", "no", "first_seq", "size_after", "root", "recorded_at", "actor")
)


def _of(ledger: str) -> tuple[ColumnElement[bool], ...]:
    """
    The commits of ``ledger``, by their primary key (see ``guards``).
    """
    return ledger_commit.c.ledger == ledger, ledger_commit.c.no >= 0


def commit_of(row: Row[Any]) -> Commit:
    """
    The commit in a row of ``ledger_commit``.
    """
    return Commit(
        ledger=row.ledger,
        no=row.no,
        first_seq=row.first_seq,
        size_after=row.size_after,
        root=row.root,
        recorded_at=instant_of(row.recorded_at),
        actor=row.actor,
    )


def entries_of(
    ledger: str, rows: Iterable[Sequence[Any]], read: Callable[[bytes], Entry] = decode
) -> Iterator[Entry]:
    """
    The entries in rows of ``seq`` and ``body``, as ``read`` decodes them.

    Raises:
        TamperedLedgerError: If a body cannot be read, or is that of another entry.
        UnknownEventKindError: If a newer package wrote it.
    """
    for seq, body in rows:
        try:
            entry = read(body)
        except UndecodableEventError as error:
            raise TamperedLedgerError(ledger, seq, str(error)) from error
        if (entry.ledger, entry.seq) != (ledger, seq):
            raise TamperedLedgerError(
                ledger, seq, f"its body is that of entry {entry.seq} of {entry.ledger!r}"
            )
        yield entry


def ledgers(conn: Connection) -> tuple[str, ...]:
    """
    The names of all ledgers of the database, sorted.
    """
    statement = select(ledger_commit.c.ledger).where(ledger_commit.c.no == 0).order_by(ledger_commit.c.ledger)
    return tuple(conn.execute(statement).scalars())


def commits(conn: Connection, ledger: str) -> tuple[Commit, ...]:
    """
    All commits of ``ledger``, in their order.

    Raises:
        UnknownLedgerError: If there is no such ledger.
    """
    statement = select(*_COMMIT).where(ledger_commit.c.ledger == ledger).order_by(ledger_commit.c.no)
    found = tuple(commit_of(row) for row in conn.execute(statement))
    if not found:
        raise unknown_ledger(conn, ledger)
    return found


def newest(conn: Connection, ledger: str) -> Commit:
    """
    The last commit of ``ledger``.

    Raises:
        UnknownLedgerError: If there is no such ledger.
    """
    statement = select(*_COMMIT).where(*_of(ledger)).order_by(ledger_commit.c.no.desc()).limit(1)
    row = conn.execute(statement).one_or_none()
    if row is None:
        raise unknown_ledger(conn, ledger)
    return commit_of(row)


def holds(conn: Connection, commit: Commit) -> bool:
    """
    Whether the log still has ``commit``; else it is another, because a backup was put in place, say.

    What was read up to that commit stands only as long as it has: its root covers every entry before.
    """
    statement = select(ledger_commit.c.root).where(
        ledger_commit.c.ledger == commit.ledger, ledger_commit.c.no == commit.no
    )
    return conn.execute(statement).scalar() == commit.root


def size(conn: Connection, ledger: str) -> int:
    """
    How many entries ``ledger`` holds.

    Raises:
        UnknownLedgerError: If there is no such ledger.
    """
    statement = (
        select(ledger_commit.c.size_after).where(*_of(ledger)).order_by(ledger_commit.c.no.desc()).limit(1)
    )
    found = conn.execute(statement).scalar()
    if found is None:
        raise unknown_ledger(conn, ledger)
    return int(found)


def read_entries(conn: Connection, ledger: str, *, after: int = -1, until: int | None = None) -> list[Entry]:
    """
    The entries of ``ledger`` with ``after < seq < until``, in order of ``seq``.

    ``until`` is a number of entries, as ``position`` returns it; ``None`` reads to the end.

    Raises:
        UnknownLedgerError: If there is no such ledger.
        TamperedLedgerError: If an entry cannot be read.
    """
    statement = (
        select(ledger_event.c.seq, ledger_event.c.body)
        .where(ledger_event.c.ledger == ledger, ledger_event.c.seq > after)
        .order_by(ledger_event.c.seq)
    )
    if until is not None:
        statement = statement.where(ledger_event.c.seq < until)
    found = list(entries_of(ledger, conn.execute(statement)))
    if not found:
        size(conn, ledger)
    return found


def position(conn: Connection, ledger: str, recorded_by: datetime | int | None = None) -> int:
    """
    How many entries the ledger had taken in by ``recorded_by``: a number of entries, a commit boundary.

    ``recorded_by`` is an instant or a ``seq``, both included, rounded down to a whole commit; ``None``
    takes in everything.

    Raises:
        InvalidValueError: If it is a naive ``datetime``, or neither an instant nor a number.
        UnknownLedgerError: If there is no such ledger.
    """
    whole = size(conn, ledger)
    if recorded_by is None:
        return whole
    if type(recorded_by) is int:
        bound = ledger_commit.c.size_after <= recorded_by + 1
    elif isinstance(recorded_by, datetime) and recorded_by.utcoffset() is not None:
        bound = ledger_commit.c.recorded_at <= comparable_instant(recorded_by)
    else:
        raise InvalidValueError(
            "recorded_by",
            recorded_by,
            ("give a datetime with its time zone, or the seq of an entry", "应为带时区的时刻，或条目序号"),
        )
    statement = (
        select(ledger_commit.c.size_after)
        .where(*_of(ledger), bound)
        .order_by(ledger_commit.c.no.desc())
        .limit(1)
    )
    return int(conn.execute(statement).scalar() or 0)


def comparable_instant(instant: datetime) -> str:
    """
    Text that compares with ``recorded_at``, even at the ends of the calendar, where UTC has no name for it.
    """
    try:
        return instant_text(instant)
    except OverflowError:
        return instant.isoformat()


def follow(engine: Engine, ledger: str, *, after: int = -1) -> Iterator[tuple[Commit, list[Entry]]]:
    """
    Every commit beyond the entry ``after`` with its entries, one by one, until there is no more.

    Call it again with the last ``seq`` to go on: while others write, nothing is missed, nothing comes
    twice, and never half a commit. Each commit is read in a transaction of its own, so that a slow
    reader keeps no writer waiting.

    Raises:
        UnknownLedgerError: If there is no such ledger.
        TamperedLedgerError: If an entry cannot be read.
    """
    after = min(max(after, -1), LARGEST)  # no database holds every number
    while True:
        with reading(engine) as conn:
            statement = (
                select(*_COMMIT)
                .where(ledger_commit.c.ledger == ledger, ledger_commit.c.size_after > after + 1)
                .order_by(ledger_commit.c.no)
                .limit(1)
            )
            row = conn.execute(statement).one_or_none()
            if row is None:
                size(conn, ledger)
                return
            commit = commit_of(row)
            entries = read_entries(conn, ledger, after=after, until=commit.size_after)
        yield commit, entries
        after = commit.size_after - 1


def unknown_ledger(conn: Connection, ledger: str) -> UnknownLedgerError:
    """
    The error for a ledger that is not there, with the names that look like it.
    """
    return UnknownLedgerError(ledger, nearest_names(ledger, ledgers(conn)))
