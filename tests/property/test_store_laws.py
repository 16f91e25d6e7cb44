"""
Laws 18 to 21 on SQLite and PostgreSQL, with every way in which an append can fail in between.
"""

from __future__ import annotations

import itertools
import json
from contextlib import contextmanager
from datetime import date, datetime, timedelta

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event as hook
from sqlalchemy import select

from ledger_walk import commits_of, everything_once, programme
from milestone_ledger import errors as err
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.rules import refusals
from milestone_ledger.store import read
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.tables import instant_of, ledger_commit, ledger_event, ledger_name, ledger_project
from milestone_ledger.store.transfer import dump, load
from milestone_ledger.store.verify import Outcome, verify
from milestone_ledger.testing.recording import record
from milestone_ledger.testing.strategies import legal_commits
from store_samples import START, Clock
from strategies.histories import histories

TABLES = (ledger_commit, ledger_event, ledger_project, ledger_name)
MANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
_names = itertools.count()


def new_name():
    """
    A ledger of its own for each example, in one database: they share nothing (law 24).
    """
    return f"run-{next(_names):06}"  # of one width, as edits are drawn by place


def state(engine, ledger):
    """
    Every row about ``ledger``, by table.
    """
    with engine.connect() as conn:
        return [
            conn.execute(
                select(table).where(table.c.ledger == ledger).order_by(*table.primary_key.columns)
            ).all()
            for table in TABLES
        ]


def assert_numbered(rows):
    """
    Law 18.
    """
    commits, events = rows[:2]
    assert [row.no for row in commits] == list(range(len(commits)))
    assert [row.seq for row in events] == list(range(len(events)))
    ends = [0, *(row.size_after for row in commits)]
    assert [row.first_seq for row in commits] == ends[:-1]
    assert ends == sorted(set(ends))
    assert ends[-1] == len(events)
    assert [row.commit_no for row in events] == [
        row.no for row in commits for _ in range(row.first_seq, row.size_after)
    ]
    instants = [instant_of(row.recorded_at) for row in commits]
    assert all(one < two for one, two in itertools.pairwise(instants))


def is_prefix(old, new):
    """
    Law 19, for the two tables of the log.
    """
    return all(after[: len(before)] == before for before, after in zip(old[:2], new[:2], strict=True))


class BoomError(Exception):
    pass


@contextmanager
def broken_at(engine, number):
    """
    The ``number``-th statement of this engine fails.
    """
    count = itertools.count(1)

    def strike(*_):
        if next(count) == number:
            raise BoomError

    hook.listen(engine, "before_cursor_execute", strike)
    try:
        yield
    finally:
        hook.remove(engine, "before_cursor_execute", strike)


def struck():
    raise KeyboardInterrupt


class Interrupted(list):
    """
    Events that break off while they are read.
    """

    def __iter__(self):
        yield from super().__iter__()
        raise BoomError


NOTE = on.StatementNoted(source="无此文件", locator="一", project="无此项目")
TOMORROW = on.SourceRegistered(
    source="未来",
    title="未来",
    published=UncertainDate.on(date(2027, 1, 1)),
    kind=on.SourceKind.REPORT,
)


def failures(last, size, right, key):
    """
    Requests that must fail, each with its error; ``right`` is a commit that would be legal.
    """
    fail = [
        ({"events": [NOTE]}, err.RuleError),
        ({"events": [*right, NOTE]}, err.RuleError),
        ({"events": [TOMORROW]}, err.FuturePublicationError),
        ({"events": []}, err.InvalidValueError),
        ({"events": Interrupted(right)}, BoomError),
        ({"events": right, "actor": " "}, err.InvalidValueError),
        ({"events": right, "idempotency_key": ""}, err.InvalidValueError),
        ({"events": right, "expected_size": size + 1}, err.ConcurrentAppendError),
        ({"events": right, "expected_size": size - 1}, err.ConcurrentAppendError),
        ({"events": right, "expected_size": True}, err.InvalidValueError),
        ({"events": right, "clock": lambda: last - timedelta(hours=1)}, err.ClockError),
        ({"events": right, "clock": lambda: last + timedelta(days=40_000)}, err.ClockError),
        ({"events": right, "clock": lambda: datetime(2026, 2, 1)}, err.InvalidValueError),  # noqa: DTZ001
        ({"events": right, "clock": lambda: None}, err.InvalidValueError),
        ({"events": right, "clock": struck}, KeyboardInterrupt),
        ({"events": [*right, NOTE], "idempotency_key": "new"}, err.RuleError),
    ]
    if key is not None:
        fail.append(({"events": [*right, NOTE], "idempotency_key": key}, err.IdempotencyConflictError))
    return fail


@MANY
@given(data=st.data(), history=histories(max_commits=5))
def test_whatever_fails_changes_nothing_and_what_succeeds_only_adds(engine, data, history):
    """
    Laws 18 and 19.
    """
    ledger, clock, key = new_name(), Clock(), None
    other = new_name()
    append(engine, other, commits_of(history)[0], actor="clerk", clock=Clock())
    untouched = state(engine, other)
    for number, events in enumerate(commits_of(history)):
        old = state(engine, ledger)
        if number:
            last = instant_of(old[0][-1].recorded_at)
            wrongs = failures(last, len(old[1]), events, key)
            for request, error in data.draw(st.lists(st.sampled_from(wrongs), max_size=3)):
                with pytest.raises(error):
                    append(engine, ledger, **{"actor": "clerk", "clock": clock} | request)
                assert state(engine, ledger) == old
        broken = data.draw(st.integers(1, 12))
        try:
            with broken_at(engine, broken):
                append(engine, ledger, events, actor="clerk", clock=clock)
        except BoomError:
            assert state(engine, ledger) == old
            key = f"key-{number}"
            append(engine, ledger, events, actor="clerk", clock=clock, idempotency_key=key)
        new = state(engine, ledger)
        assert is_prefix(old, new)
        assert len(new[0]) == len(old[0]) + 1
        assert len(new[1]) == len(old[1]) + len(events)
        assert_numbered(new)
    assert state(engine, other) == untouched
    found = verify(engine, ledger)
    assert (found.outcome, found.findings) == (Outcome.CONSISTENT_UNANCHORED, ())


@pytest.mark.parametrize("number", range(1, 40))
def test_an_append_broken_at_any_statement_leaves_nothing(engine, number):
    """
    FAULTS 19: the same request with the same key is then recorded exactly once.
    """
    ledger, clock = new_name(), Clock()
    commits = everything_once(ledger)
    append(engine, ledger, [definition(ledger)], actor="clerk", clock=clock)
    old = state(engine, ledger)
    request = {"actor": "clerk", "clock": clock, "idempotency_key": "k"}
    try:
        with broken_at(engine, number):
            append(engine, ledger, commits[0], **request)
    except BoomError:
        assert state(engine, ledger) == old
    commit = append(engine, ledger, commits[0], **request)
    assert append(engine, ledger, commits[0], **request) == commit
    new = state(engine, ledger)
    assert len(new[0]) == 2
    assert is_prefix(old, new)
    assert_numbered(new)


def definition(ledger):
    return on.ProgrammeDefined(programme(ledger))


@MANY
@given(data=st.data(), history=histories(max_commits=3))
def test_one_key_records_one_request_once(engine, data, history):
    """
    Law 20, whoever sends it again, whenever, with whatever expected size.
    """
    ledger, clock = new_name(), Clock()
    done = {}
    for number, events in enumerate(commits_of(history)):
        key = f"first-{number}"
        done[key] = events, append(engine, ledger, events, actor="clerk", clock=clock, idempotency_key=key)
    for _ in range(data.draw(st.integers(1, 4))):
        old = state(engine, ledger)
        key = data.draw(st.sampled_from([*done, "a", "b"]))
        repeated = data.draw(st.booleans())
        events = (
            done[data.draw(st.sampled_from(list(done)))][0] if repeated else data.draw(legal_commits(history))
        )
        if not events or (key not in done and refusals(history, events)):
            continue
        request = {
            "actor": data.draw(st.sampled_from(["clerk", "other"])),
            "clock": clock,
            "idempotency_key": key,
        }
        if key not in done:
            done[key] = events, append(engine, ledger, events, **request)
            history = record(history, events)
            assert len(state(engine, ledger)[0]) == len(old[0]) + 1
        elif done[key][0] == events:
            again = append(engine, ledger, events, **request, expected_size=0)
            assert again == done[key][1]
            assert state(engine, ledger) == old
        else:
            with pytest.raises(err.IdempotencyConflictError) as caught:
                append(engine, ledger, events, **request)
            assert (caught.value.key, caught.value.commit_no) == (key, done[key][1].no)
            assert state(engine, ledger) == old
    # The same key in another ledger is another key.
    elsewhere = append(
        engine, new_name(), commits_of(history)[0], actor="clerk", clock=Clock(), idempotency_key="first-0"
    )
    assert elsewhere.no == 0


@pytest.fixture
def engines(sqlite_url, postgresql_url):
    """
    One engine on each backend.
    """
    both = [open_engine(sqlite_url), open_engine(postgresql_url)]
    yield both
    for one in both:
        one.dispose()


@MANY
@given(history=histories(max_commits=8), standing=st.sampled_from([0.0, 1e-6, 3.5]))
def test_the_same_requests_give_the_same_bytes_on_both(engines, history, standing):
    """
    Law 21, also with a clock that hardly moves.
    """
    ledger = new_name()
    for engine in engines:
        ticks = itertools.count()
        for number, events in enumerate(commits_of(history)):
            append(
                engine,
                ledger,
                events,
                actor="clerk",
                clock=lambda ticks=ticks: START + timedelta(seconds=standing * next(ticks)),
                idempotency_key=f"k{number}" if number % 2 else None,
            )
    one, other = (state(engine, ledger) for engine in engines)
    assert one == other
    with reading(engines[0]) as here, reading(engines[1]) as there:
        assert list(dump(here, ledger)) == list(dump(there, ledger))


@MANY
@given(history=histories(max_commits=6), back=st.booleans())
def test_a_dump_loaded_elsewhere_is_the_same_ledger(engines, history, back):
    """
    Law 21: every row, leaf and root, the index, and the idempotency keys.
    """
    source, target = reversed(engines) if back else engines
    ledger, clock = new_name(), Clock()
    commits = commits_of(history)
    for number, events in enumerate(commits):
        append(source, ledger, events, actor="clerk", clock=clock, idempotency_key=f"k{number}")
    with reading(source) as conn:
        lines = list(dump(conn, ledger))
    loaded = load(target, iter(lines))
    assert state(target, ledger) == state(source, ledger)
    assert loaded.root == verify(source, ledger).root
    found = verify(target, ledger)
    assert (found.outcome, found.findings, found.root) == (Outcome.CONSISTENT_UNANCHORED, (), loaded.root)
    with reading(target) as conn:
        assert list(dump(conn, ledger)) == lines
        again = History(read.read_entries(conn, ledger))
    assert [entry.event for entry in again] == [event for events in commits for event in events]
    last = len(commits) - 1
    assert append(target, ledger, commits[last], actor="x", clock=clock, idempotency_key=f"k{last}") == loaded
    # It goes on growing as the original does.
    another = attrs.evolve(TOMORROW, published=UncertainDate.on(date(2026, 1, 1)))
    for engine in (source, target):
        append(engine, ledger, [another], actor="clerk", clock=lambda: START + timedelta(hours=1))
    assert state(target, ledger) == state(source, ledger)


@MANY
@given(data=st.data())
def test_a_dump_that_was_touched_is_refused_whole(engines, data):
    """
    Law 21, the other way round: lines missing, doubled, swapped or edited load nothing.
    """
    source, target = engines
    ledger = new_name()
    clock = Clock()
    append(source, ledger, [definition(ledger)], actor="clerk", clock=clock)
    for events in everything_once(ledger)[:3]:
        append(source, ledger, events, actor="clerk", clock=clock)
    with reading(source) as conn:
        lines = list(dump(conn, ledger))
    place = data.draw(st.integers(0, len(lines) - 1))
    what = data.draw(st.sampled_from(["drop", "double", "swap", "cut", "edit"]))
    touched = list(lines)
    if what == "drop":
        del touched[place]
    elif what == "double":
        touched.insert(place, touched[place])
    elif what == "swap":
        touched[place], touched[place - 1] = touched[place - 1], touched[place]
    elif what == "cut":
        touched = touched[:place]
    else:
        line = bytearray(touched[place])
        at = data.draw(st.integers(0, len(line) - 2))
        line[at] ^= 1 << data.draw(st.integers(0, 6))
        touched[place] = bytes(line)
    try:
        load(target, touched)
    except err.LedgerError:
        assert state(target, ledger) == [[], [], [], []]
    else:
        if what == "edit":
            # The digest of a request is under no hash, and hexadecimal may be in capitals.
            assert meant(touched[place]) == meant(lines[place])
            return
        # Cut right after a commit, it is a shorter ledger: only an outside checkpoint could tell.
        assert what in {"cut", "drop", "swap"} or place == len(lines) - 1, (
            f"{what} of line {place} was loaded"
        )
        assert touched == lines[: len(touched)]
        assert b'"closes"' in touched[-1]


def meant(line):
    closing = json.loads(line)
    assert closing.pop("digest")
    return closing | {"root": closing["root"].lower()}
