"""
Appending: one transaction that decides and records, all or nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import chain, tee
from typing import Any
from zoneinfo import ZoneInfo

from attrs import field, frozen
from attrs.validators import optional
from sqlalchemy import Connection, Engine

from milestone_ledger.auditor import leaf_hash
from milestone_ledger.codec import RequestDigest, asked_part, encode, encode_event
from milestone_ledger.domain import values
from milestone_ledger.domain.draft import Draft
from milestone_ledger.domain.events import Event
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.rules import drafted
from milestone_ledger.errors import (
    ClockError,
    ConcurrentAppendError,
    DatabaseUnavailableError,
    FuturePublicationError,
    GuardsMissingError,
    IdempotencyConflictError,
    InvalidValueError,
    RefusedEntriesError,
    RuleError,
    TamperedLedgerError,
)
from milestone_ledger.store.asking import Answer, ask, one_trip
from milestone_ledger.store.bonds import Bonds, bonds_of
from milestone_ledger.store.bulk import Row, insert_rows
from milestone_ledger.store.clock import Clock, utc_now
from milestone_ledger.store.connect import shown_url
from milestone_ledger.store.engine import writing
from milestone_ledger.store.failures import retrying
from milestone_ledger.store.guards import guard_question, missing_from
from milestone_ledger.store.identity import refresh_index
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.read import Commit
from milestone_ledger.store.scope import scope_question, scoped_history, suggest_names
from milestone_ledger.store.staying import is_as_left, may_stay
from milestone_ledger.store.tables import (
    COMMIT_COLUMNS,
    index_values,
    instant_of,
    instant_text,
    ledger_commit,
    ledger_event,
)

# How far the clock may stand behind the last commit (other machines' clocks differ a little), and how far
# beyond it: a commit stamped by a clock in 2099 would bind all later ones.
BEHIND = timedelta(minutes=10)
AHEAD = timedelta(days=3653)
# What a first commit may be stamped with, as there is nothing yet to compare the clock with.
FIRST_COMMIT = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC))

_TICK = timedelta(microseconds=1)

_COMMITS = (
    "SELECT ledger, no, first_seq, size_after, root, recorded_at, actor, frontier, digest FROM ledger_commit "
)
_LAST = _COMMITS + "WHERE ledger = ? AND no >= 0 ORDER BY no DESC LIMIT 1"
_DONE = _COMMITS + "WHERE ledger = ? AND idempotency_key = ?"


@frozen(kw_only=True)
class Append:
    """
    A request to append; its digest tells whether a key comes back with the same content.

    ``written`` is the canonical data of each event.
    """

    ledger: str = field(validator=values.name)
    actor: str = field(validator=values.name)
    events: tuple[Event, ...]
    idempotency_key: str | None = field(default=None, validator=optional(values.name))
    expected_size: int | None = field(default=None, validator=optional(values.whole_number(0)))
    written: tuple[bytes, ...] = field(init=False, repr=False)
    digest: bytes = field(init=False)

    def __attrs_post_init__(self) -> None:
        if not self.events:
            raise InvalidValueError(
                "append", (), ("give at least one event: a commit records something", "至少应有一条记录")
            )
        written = tuple(map(encode_event, self.events))
        request = RequestDigest(self.idempotency_key)
        for event, data in zip(self.events, written, strict=True):
            request.add(asked_part(event, data))
        object.__setattr__(self, "written", written)
        object.__setattr__(self, "digest", request.digest())


def append(
    engine: Engine,
    ledger: str,
    events: Iterable[Event],
    *,
    actor: str,
    clock: Clock = utc_now,
    idempotency_key: str | None = None,
    expected_size: int | None = None,
) -> Commit:
    """
    Record ``events`` as one commit of ``ledger``: all or nothing.

    A ledger begins with its first commit, which defines the programme. With an ``idempotency_key``, the
    same request can be sent again: it is recorded once, and the commit that did is answered.

    It takes some 0.7 kB of memory for each event while it lasts, 90 MB for 120,000, and the cache of SQLite.

    Raises:
        InvalidValueError: If there are no events, or a name is none.
        IdempotencyConflictError: If the key was used for other events.
        ConcurrentAppendError: If the ledger does not hold ``expected_size`` entries.
        RuleError: If ``decide`` refuses, or a source is published after today.
        ClockError: If the clock is far behind the last commit, or far beyond it.
        GuardsMissingError: If the database no longer protects the log.
        UnsafeSettingsError: If the database could lose what it acknowledges.
        DatabaseUnavailableError: If it is locked, full, read-only or gone.
    """
    request = Append(
        ledger=ledger,
        actor=actor,
        events=tuple(events),
        idempotency_key=idempotency_key,
        expected_size=expected_size,
    )

    def attempt() -> Commit:
        with writing(engine, ledger) as conn:
            return _append(conn, request, clock, bonds_of(engine, ledger))

    return retrying(attempt)


def _append(conn: Connection, request: Append, clock: Clock, bonds: Bonds) -> Commit:
    # Nobody can have taken the guards away from a file that is as the last append left it.
    about_guards = () if is_as_left(conn) else (guard_question(conn),)
    about_key = () if request.idempotency_key is None else ((_DONE, request.ledger, request.idempotency_key),)
    last_found, scope, roots, registrations, *others = ask(
        conn,
        (_LAST, request.ledger),
        scope_question(conn, request.ledger, request.events),
        *bonds.questions(request.ledger),
        *about_guards,
        *about_key,
    )
    if about_key and (done := others.pop()):
        return _done_before(request, *done)
    last, frontier = _last(request.ledger, last_found)
    if request.expected_size not in {None, frontier.size}:
        raise ConcurrentAppendError(request.ledger, request.expected_size or 0, frontier.size)
    if about_guards and (missing := missing_from(conn, *others)):
        raise GuardsMissingError(missing)
    may_stay(conn)
    if last is not None:
        bonds.catch_up(conn, last, roots, registrations)
    history = scoped_history(conn, request.ledger, request.events, scope, size=frontier.size, bonds=bonds)
    try:
        draft = drafted(history, request.events)
    except RuleError as error:
        suggest_names(conn, request.ledger, error)
        raise
    now = _checked_instant(clock(), last)
    _refuse_future(draft, now)
    commit_no = 0 if last is None else last.no + 1
    recorded_at = now if last is None else max(now, last.recorded_at + _TICK)
    # One by one, as they are written: the memory that they take does not grow with the commit.
    stamped = (
        Entry(
            ledger=request.ledger,
            seq=entry.seq,
            commit_no=commit_no,
            recorded_at=recorded_at,
            actor=request.actor,
            published_on=entry.published_on,
            event=entry.event,
        )
        for entry in draft.new
    )
    entries, encoded = tee(stamped)
    with one_trip(conn, len(request.written[0])) if len(request.written) == 1 else nullcontext():
        commit = insert(
            conn,
            entries,
            frontier,
            idempotency_key=request.idempotency_key,
            digest=request.digest,
            bodies=map(encode, encoded, request.written),
        )
    if draft.registered:
        refresh_index(conn, request.ledger, draft.registry, draft.registered)
    return commit


def last_commit(conn: Connection, ledger: str) -> tuple[Commit | None, Frontier]:
    """
    The last commit of ``ledger`` and its Merkle frontier; of a new ledger, none and that of nothing.

    Raises:
        TamperedLedgerError: If the frontier is not that of the root.
    """
    return _last(ledger, *ask(conn, (_LAST, ledger)))


def _last(ledger: str, found: Answer) -> tuple[Commit | None, Frontier]:
    if not found:
        return None, Frontier()
    (row,) = found
    last, text = _commit(row), row[-2]
    try:
        frontier = Frontier.from_text(text)
    except InvalidValueError as error:
        raise TamperedLedgerError(ledger, None, f"commit {last.no}: {error}") from error
    if (frontier.size, frontier.root()) != (last.size_after, last.root):
        raise TamperedLedgerError(ledger, None, f"the frontier of commit {last.no} is not that of its root")
    return last, frontier


def insert(
    conn: Connection,
    entries: Iterable[Entry],
    frontier: Frontier,
    *,
    idempotency_key: str | None,
    digest: bytes,
    bodies: Iterable[bytes],
) -> Commit:
    """
    Write entries that are decided and stamped, then the commit that closes over them.

    ``bodies`` are theirs, perhaps written by an older version of the package; few of both are held at a time.

    Raises:
        DatabaseUnavailableError: If the database took them, and did not keep them.
    """
    rest = iter(entries)
    first = next(rest)
    leaves: list[bytes] = []

    def rows() -> Iterator[Row]:
        for entry, body in zip(chain((first,), rest), bodies, strict=True):
            leaf = leaf_hash(body)
            leaves.append(leaf)
            yield (*index_values(entry), body, leaf)

    insert_rows(conn, ledger_event, rows())
    frontier = frontier.extend(leaves)
    commit = Commit(
        ledger=first.ledger,
        no=first.commit_no,
        first_seq=first.seq,
        size_after=frontier.size,
        root=frontier.root(),
        recorded_at=first.recorded_at,
        actor=first.actor,
    )
    closing = {
        "ledger": commit.ledger,
        "no": commit.no,
        "first_seq": commit.first_seq,
        "size_after": commit.size_after,
        "root": commit.root,
        "frontier": frontier.to_text(),
        "recorded_at": instant_text(commit.recorded_at),
        "actor": commit.actor,
        "idempotency_key": idempotency_key,
        "digest": digest,
    }
    insert_rows(conn, ledger_commit, [tuple(closing[name] for name in COMMIT_COLUMNS)])
    _require_kept(conn, commit, leaves)
    return commit


def _require_kept(conn: Connection, commit: Commit, leaves: list[bytes]) -> None:
    """
    Read back what was written: a foreign trigger, rule or policy may have swallowed it without a word.
    """
    roots, stored = ask(
        conn,
        ("SELECT root FROM ledger_commit WHERE ledger = ? AND no = ?", commit.ledger, commit.no),
        (
            "SELECT leaf FROM ledger_event WHERE ledger = ? AND seq >= ? ORDER BY seq",
            commit.ledger,
            commit.first_seq,
        ),
    )
    if roots != [(commit.root,)] or [leaf for (leaf,) in stored] != leaves:
        raise DatabaseUnavailableError(
            shown_url(conn.engine.url),
            (
                "it did not keep what was written; look for triggers, rules or policies that are not ours",
                "写入的内容未被保留；请检查是否有外来的触发器、规则或策略",
            ),
        )


def _done_before(request: Append, row: tuple[Any, ...]) -> Commit:
    """
    The commit in ``row``, if it recorded this request, whose key it has.
    """
    done = _commit(row)
    if row[-1] != request.digest:
        raise IdempotencyConflictError(request.ledger, str(request.idempotency_key), done.no)
    return done


def _commit(row: tuple[Any, ...]) -> Commit:
    ledger, no, first_seq, size_after, root, recorded_at, actor, *_ = row
    return Commit(
        ledger=ledger,
        no=no,
        first_seq=first_seq,
        size_after=size_after,
        root=root,
        recorded_at=instant_of(recorded_at),
        actor=actor,
    )


def _checked_instant(now: datetime, last: Commit | None) -> datetime:
    """
    The instant in UTC, if the clock can be believed.
    """
    if not isinstance(now, datetime) or now.utcoffset() is None:
        raise InvalidValueError(
            "clock",
            now,
            ("it must tell an aware datetime, such as datetime.now(UTC)", "时钟应给出带时区的时刻"),
        )
    now = now.astimezone(UTC)
    earliest, latest = FIRST_COMMIT
    is_likely = earliest <= now <= latest if last is None else -BEHIND <= now - last.recorded_at <= AHEAD
    if not is_likely:
        raise ClockError(instant_text(now), "—" if last is None else instant_text(last.recorded_at))
    return now


def _refuse_future(draft: Draft, now: datetime) -> None:
    """
    Refuse what claims to be published after today, in the time zone of the programme.
    """
    programme = draft.registry.programme
    assert programme is not None  # noqa: S101 (nothing is decided on without one)
    today = now.astimezone(ZoneInfo(programme.time_zone)).date()
    refused = [
        FuturePublicationError(
            seq=entry.seq,
            project=getattr(entry.event, "project", None),
            milestone=getattr(entry.event, "milestone", None),
            published_on=entry.published_on.isoformat(),
            today=today.isoformat(),
            source=str(getattr(entry.event, "source", None)),
        )
        for entry in draft.new
        if entry.published_on is not None and entry.published_on > today
    ]
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise RefusedEntriesError(refused)
