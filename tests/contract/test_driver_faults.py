"""
Whichever call of the driver fails, and however: a typed error that is true, and a retry records once.

Faults 19 and 20; laws 19 and 20.
"""

from __future__ import annotations

import itertools
from contextlib import suppress
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from faulty_driver import FaultyDriver
from milestone_ledger import Ledger
from milestone_ledger.errors import (
    CommitInDoubtError,
    DatabaseUnavailableError,
    ForeignDatabaseError,
    LedgerError,
)
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import read_entries
from milestone_ledger.store.verify import Outcome, verify
from milestone_ledger.testing.clock import Clock
from store_samples import BEGINNING, begin, project, source, started

BEGUN = len(BEGINNING)
# Every call is struck by an error; the other blows fall on some, next to every kind of call.
STEP = 3
# How many calls it takes to connect, at most; these are struck first.
CONNECTING = 15
EVERY_KIND = {"connect", "cursor", "execute", "executemany", "fetchall", "commit", "rollback", "close"}


@pytest.fixture
def driver(monkeypatch):
    """
    Both drivers, to be struck; whole again afterwards.
    """
    driver = FaultyDriver(monkeypatch)
    yield driver
    driver.close()


@pytest.fixture
def url(request):
    """
    A fresh database on the backend named.
    """
    return request.getfixturevalue(f"{request.param}_url")


@pytest.mark.parametrize(
    ("url", "moment", "blow", "step"),
    [
        ("sqlite", "before", "error", 1),
        ("sqlite", "after", "error", 1),
        ("sqlite", "before", "interruption", STEP),
        ("postgresql", "before", "error", 1),
        ("postgresql", "after", "error", 1),
        ("postgresql", "before", "interruption", STEP),
        ("postgresql", "before", "cut", STEP),
    ],
    indirect=["url"],
)
def test_an_append_struck_at_any_call_tells_the_truth_and_a_retry_records_once(
    url, driver, moment, blow, step
):
    """
    Each in a ledger of its own, or the calls would grow with the ledger; up to the first that isn't struck.
    """
    engine = open_engine(url)
    events = [source("快报"), project("安立路"), started("安立路", cite="快报")]
    clock, struck = Clock(), []
    for number in itertools.count(1 - CONNECTING, step):
        ledger = f"run-{number + CONNECTING:03}"
        append(engine, ledger, BEGINNING, actor="clerk", clock=clock)
        if number < 1:
            engine.dispose()  # or the connection would be there already
        answer = error = None
        driver.arm(number if number > 0 else number + CONNECTING, moment, blow)
        try:
            answer = append(engine, ledger, events, actor="a", clock=clock, idempotency_key="k")
        except (LedgerError, KeyboardInterrupt) as raised:
            error = raised
        stroke = driver.disarm()
        if stroke is None:
            break
        struck.append(stroke)

        with reading(engine) as conn:
            there = len(read_entries(conn, ledger)) - BEGUN
        if answer is not None:
            assert there == len(events)
        elif type(error) is DatabaseUnavailableError:  # "nothing was recorded"
            assert there == 0
        else:
            assert there in {0, len(events)}
            assert isinstance(error, CommitInDoubtError if blow != "interruption" else KeyboardInterrupt)
        again = append(engine, ledger, events, actor="a", clock=clock, idempotency_key="k")
        assert answer in {None, again}
        assert (again.no, again.first_seq, again.size_after) == (1, BEGUN, BEGUN + len(events))
        with reading(engine) as conn:
            assert [entry.event for entry in read_entries(conn, ledger, after=BEGUN - 1)] == events

    assert error is None
    assert verify(engine, ledger).outcome is Outcome.CONSISTENT_UNANCHORED
    assert len(struck) > 60 / step
    assert step > 1 or set(struck) >= EVERY_KIND
    engine.dispose()


def everything_of(url):
    """
    What a reader may ask, from opening on.
    """
    with Ledger.open(url, ledger="huitian") as ledger:
        last = ledger.size - 1
        view = ledger.at(as_of=date(2019, 12, 31), recorded_by=last)
        return view.projects(), view.counts(), view.findings(), ledger.verify(), list(ledger.follow())


@pytest.mark.parametrize(
    ("url", "blow", "step"),
    [("sqlite", "error", 1), ("postgresql", "error", 1), ("postgresql", "cut", STEP)],
    indirect=["url"],
)
def test_a_reader_struck_at_any_call_gets_the_right_answer_or_a_typed_error(url, driver, blow, step):
    engine = open_engine(url)
    begin(engine, "huitian")
    engine.dispose()
    right, refused = everything_of(url), 0
    for number in itertools.count(1, step):
        answer = None
        driver.arm(number, "before", blow)
        try:
            answer = everything_of(url)
        except DatabaseUnavailableError as error:
            refused += not isinstance(error, CommitInDoubtError)
        if driver.disarm() is None:
            break
        assert answer is None or answer == right

    assert answer == right
    assert refused > 20
    assert everything_of(url) == right


def test_an_interruption_does_not_end_a_database_in_memory(driver):
    """
    Up to COMMIT; one that falls into the rollback after it does, as the connection is then given up.
    """
    engine = open_engine("sqlite://")
    clock = begin(engine, "回天")
    for number in itertools.count(1):
        driver.arm(number, "before", "interruption")
        with pytest.raises(KeyboardInterrupt):
            append(engine, "回天", [project("安立路")], actor="a", clock=clock)
        stroke = driver.disarm()
        with reading(engine) as conn:
            assert len(read_entries(conn, "回天")) == 4
        if stroke == "commit":
            break
    assert append(engine, "回天", [project("安立路")], actor="a", clock=clock).first_seq == 4
    engine.dispose()


def emptied(url):
    """
    Take away all that a database holds.
    """
    if url.startswith("sqlite"):
        Path(make_url(url).database).unlink()
    else:
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute("DROP SCHEMA public CASCADE")
            raw.execute("CREATE SCHEMA public")


def test_a_creation_struck_at_a_call_makes_the_whole_database_or_nothing(empty_url, driver):
    for number in itertools.count(1, 2 * STEP):
        driver.arm(number, "before", "error")
        with suppress(DatabaseUnavailableError):
            open_engine(empty_url, create=True).dispose()
        if driver.disarm() is None:
            break
        try:
            engine = open_engine(empty_url)
        except ForeignDatabaseError as error:
            assert "empty" in str(error)  # noqa: PT017 (a whole database raises nothing)
        except DatabaseUnavailableError as error:
            assert "no such file" in str(error)  # noqa: PT017 (as above)
        else:
            begin(engine)
            engine.dispose()
            emptied(empty_url)
    assert number > 50
    engine = open_engine(empty_url)
    begin(engine)
    engine.dispose()
