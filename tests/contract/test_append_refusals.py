"""
What ``append`` itself refuses, having the clock: which entry, which day, which instant.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from milestone_ledger.domain.events import EntryRetracted, ProjectAmended
from milestone_ledger.errors import (
    ClockError,
    ConcurrentAppendError,
    ContradictionError,
    FuturePublicationError,
    InvalidValueError,
    RefusedEntriesError,
    RetractionError,
)
from milestone_ledger.store.append import AHEAD, BEHIND, FIRST_COMMIT, append, last_commit
from milestone_ledger.store.engine import open_engine, reading
from store_samples import BEGINNING, pending, project, promised, source, started

LEDGER = "回天"
NOW = datetime(2026, 1, 30, 16, 30, tzinfo=UTC)  # already the 31st in Shanghai


@pytest.fixture
def engine(sqlite_url):
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


def at(instant):
    return {"actor": "clerk", "clock": lambda: instant}


def test_every_statement_of_a_document_from_the_future_is_refused(engine):
    """Each by its own number, with what it speaks of; what the programme's day permits is not."""
    append(engine, LEDGER, [*BEGINNING, source("今天", "2026-01-31")], **at(NOW))
    tomorrow = [source("明天", "2026-02-01"), project("安立路"), promised(cite="明天"), promised(cite="今天")]

    with pytest.raises(RefusedEntriesError) as refused:
        append(engine, LEDGER, tomorrow, **at(NOW))

    common = {"published_on": "2026-02-01", "today": "2026-01-31", "source": "明天"}
    assert [attrs.asdict(error) for error in refused.value.exceptions] == [
        {"seq": 4, "project": None, "milestone": None} | common,
        {"seq": 6, "project": "北清路", "milestone": "started"} | common,
    ]
    assert all(isinstance(error, FuturePublicationError) for error in refused.value.exceptions)
    append(engine, LEDGER, tomorrow, **at(NOW + timedelta(days=1)))


def test_a_clock_is_believed_within_bounds(engine):
    """Both bounds included; the refusal says what it told, and what the last commit bears."""
    append(engine, LEDGER, BEGINNING, **at(NOW))

    for wrong, told in (
        (NOW - BEHIND - timedelta(microseconds=1), "2026-01-30T16:19:59.999999Z"),
        (NOW + AHEAD + timedelta(microseconds=1), "2036-01-31T16:30:00.000001Z"),
    ):
        with pytest.raises(ClockError) as refused:
            append(engine, LEDGER, [started()], **at(wrong))
        assert (refused.value.clock, refused.value.last) == (told, "2026-01-30T16:30:00.000000Z")
    behind = append(engine, LEDGER, [started()], **at(NOW - BEHIND))
    assert behind.recorded_at == NOW + timedelta(microseconds=1)
    ahead = append(engine, LEDGER, [started("北清路")], **at(behind.recorded_at + AHEAD))
    assert ahead.recorded_at == behind.recorded_at + AHEAD


@pytest.mark.parametrize("end", [0, 1])
def test_the_first_clock_is_believed_within_this_century(engine, end):
    """There is no commit yet to compare it with."""
    beyond = FIRST_COMMIT[end] + timedelta(microseconds=2 * end - 1)

    with pytest.raises(ClockError) as refused:
        append(engine, LEDGER, [BEGINNING[0]], **at(beyond))
    assert refused.value.last == "—"
    assert append(engine, LEDGER, [BEGINNING[0]], **at(FIRST_COMMIT[end])).recorded_at == FIRST_COMMIT[end]


def test_what_is_no_request_is_named(engine):
    """The part of it that is wrong."""
    for wrong, what in (
        ({"events": []}, "append"),
        ({"actor": " "}, "Append.actor"),
        ({"ledger": ""}, "Append.ledger"),
        ({"idempotency_key": ""}, "Append.idempotency_key"),
        ({"expected_size": -1}, "Append.expected_size"),
        ({"clock": lambda: datetime(2026, 1, 31)}, "clock"),  # noqa: DTZ001 (that is what is wrong)
        ({"clock": lambda: "now"}, "clock"),
    ):
        request = {"ledger": LEDGER, "events": BEGINNING, **at(NOW)} | wrong
        with pytest.raises(InvalidValueError) as refused:
            append(engine, request.pop("ledger"), request.pop("events"), **request)
        assert refused.value.what == what
    with reading(engine) as conn:
        assert last_commit(conn, LEDGER)[0] is None


def test_a_commit_is_answered_as_it_was_recorded(engine):
    """Field by field, now and when the same request comes again; without a key it is another."""
    keyed = {"idempotency_key": "k", "expected_size": 0}
    first = append(engine, LEDGER, BEGINNING, **keyed, **at(NOW))

    assert (first.ledger, first.no, first.first_seq, first.size_after) == (LEDGER, 0, 0, 3)
    assert (first.recorded_at, first.actor) == (NOW, "clerk")
    assert append(engine, LEDGER, BEGINNING, idempotency_key="k", **at(NOW + timedelta(days=9))) == first
    second = append(engine, LEDGER, [started()], expected_size=3, **at(NOW + timedelta(hours=1)))
    assert (second.no, second.first_seq, second.size_after) == (1, 3, 4)
    with reading(engine) as conn:
        last, frontier = last_commit(conn, LEDGER)
    assert last == second
    assert (frontier.size, frontier.root()) == (4, second.root)


def test_a_source_is_not_redated_under_the_statements_of_earlier_commits(engine):
    """What cites it was recorded before, and is looked up for that."""
    append(engine, LEDGER, [*BEGINNING, started()], **at(NOW))
    again = [EntryRetracted(target=1), source(published="2019-08-15")]

    with pytest.raises(RetractionError) as refused:
        append(engine, LEDGER, again, **at(NOW))
    assert refused.value.fault == "redated"
    append(engine, LEDGER, [EntryRetracted(target=1), source()], **at(NOW))


def test_the_batch_that_an_amendment_named_is_looked_at(engine):
    """None of the batch had started, so the member that joined it later had not either."""
    batch = project("道路四条", size=4)
    joins = ProjectAmended(project="北清路", member_of="道路四条")
    append(engine, LEDGER, [*BEGINNING, batch], **at(NOW))
    append(engine, LEDGER, [joins, pending("道路四条", quantity=0)], **at(NOW))

    with pytest.raises(ContradictionError) as refused:
        append(engine, LEDGER, [started(by=date(2019, 8, 1))], **at(NOW))
    assert (refused.value.lower_seq, refused.value.upper_seq) == (5, 6)


def test_a_ledger_that_moved_on_is_told_with_both_sizes(engine):
    """What was expected, and what is there."""
    append(engine, LEDGER, BEGINNING, **at(NOW))
    with pytest.raises(ConcurrentAppendError) as refused:
        append(engine, LEDGER, [started()], expected_size=7, **at(NOW))

    assert attrs.asdict(refused.value) == {"ledger": LEDGER, "expected": 7, "found": 3}
