"""
Locks that others hold, and deadlocks: tried again a bounded number of times, then a typed error.

Fault 21. The locks are those of real second connections.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress

import psycopg
import pytest
from sqlalchemy import event, make_url

from milestone_ledger.errors import CommitInDoubtError, DatabaseUnavailableError
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.failures import ATTEMPTS
from milestone_ledger.store.read import size
from milestone_ledger.store.verify import Outcome, verify
from store_samples import begin, project

LEDGER = "回天"
NEW = [project("安立路")]


@contextmanager
def counted_attempts(engine):
    """
    The connections that are made: each attempt makes one.
    """
    attempts = []

    def count(conn):
        attempts.append(conn)

    event.listen(engine, "engine_connect", count)
    yield attempts
    event.remove(engine, "engine_connect", count)


def assert_unchanged_then_appended(engine, clock):
    with reading(engine) as conn:
        assert size(conn, LEDGER) == 4
    assert append(engine, LEDGER, NEW, actor="a", clock=clock).first_seq == 4
    assert verify(engine, LEDGER).outcome is Outcome.CONSISTENT_UNANCHORED
    engine.dispose()


def test_a_lock_that_is_never_released_is_tried_for_and_then_reported(database_url, monkeypatch):
    monkeypatch.setattr("milestone_ledger.store.engine.LOCK_TIMEOUT", "20ms")
    is_sqlite = database_url.startswith("sqlite")
    engine = open_engine(f"{database_url}?busy_timeout=20" if is_sqlite else database_url)
    clock = begin(engine)
    with writing(engine, LEDGER), counted_attempts(engine) as attempts:
        with pytest.raises(DatabaseUnavailableError, match="lock") as caught:
            append(engine, LEDGER, NEW, actor="a", clock=clock)
        assert len(attempts) == ATTEMPTS
        assert "：另一个程序正在写入，一直没有放开；请稍后再试；未记入" in caught.value.explain("zh")
        if not is_sqlite:  # where ledgers don't wait for each other
            begin(engine, "昌平")
    assert_unchanged_then_appended(engine, clock)


def test_an_open_commit_holds_up_no_reader_and_no_other_ledger(postgresql_url):
    """
    With all its rows inserted and none committed; whoever had to wait would be refused the lock.
    """
    engine = open_engine(postgresql_url)
    impatient = open_engine(make_url(postgresql_url).update_query_dict({"options": "-c lock_timeout=300ms"}))
    clock = begin(engine)
    begin(engine, "昌平", clock)
    seen = []

    def meanwhile(_):
        assert append(impatient, "昌平", NEW, actor="a", clock=clock).first_seq == 4
        begin(impatient, "怀柔", clock)
        seen.extend(verify(impatient, ledger).size for ledger in (LEDGER, "昌平", "怀柔"))
        with pytest.raises(DatabaseUnavailableError, match="lock"):
            append(impatient, LEDGER, NEW, actor="a", clock=clock)

    event.listen(engine, "commit", meanwhile)
    append(engine, LEDGER, NEW, actor="a", clock=clock)
    event.remove(engine, "commit", meanwhile)

    assert seen == [4, 5, 4]
    assert verify(impatient, LEDGER).size == 5
    impatient.dispose()
    engine.dispose()


def test_a_reader_that_does_not_end_keeps_a_commit_off_and_leaves_no_doubt(sqlite_url):
    """
    COMMIT itself is refused then, and the whole transaction is tried again.
    """
    engine = open_engine(f"{sqlite_url}?busy_timeout=20")
    clock = begin(engine)
    other = sqlite3.connect(make_url(sqlite_url).database, isolation_level=None)
    other.execute("BEGIN")
    other.execute("SELECT * FROM ledger_event").fetchone()
    with (
        counted_attempts(engine) as attempts,
        pytest.raises(DatabaseUnavailableError, match="locked") as caught,
    ):
        append(engine, LEDGER, NEW, actor="a", clock=clock)
    other.close()

    assert not isinstance(caught.value, CommitInDoubtError)
    assert len(attempts) == ATTEMPTS
    assert_unchanged_then_appended(engine, clock)


def lock_key(engine):
    """
    The number that a writer of the ledger locks.
    """
    with writing(engine, LEDGER) as conn:
        high, low = conn.exec_driver_sql(
            "SELECT classid, objid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        ).one()
    return int.from_bytes((high << 32 | low).to_bytes(8, "big"), "big", signed=True)


@contextmanager
def rival(url, key):
    """
    A session that holds the table of the log, and wants the ledger whenever a writer has it: a deadlock.

    Gives what ends it. It looks for no deadlock itself, so it is always the writer who is told.
    """
    conn = psycopg.connect(url)
    conn.execute("SET deadlock_timeout = '1h'")
    conn.execute("LOCK TABLE ledger_event IN EXCLUSIVE MODE")
    loop = f"LOOP PERFORM pg_advisory_lock({key}); PERFORM pg_advisory_unlock({key}); END LOOP;"

    def want():
        with suppress(psycopg.errors.QueryCanceled):
            conn.execute(f"DO $$ BEGIN {loop} END $$")
        conn.close()

    thread = threading.Thread(target=want)
    thread.start()

    def end():
        while thread.is_alive():
            conn.cancel_safe()
            thread.join(0.1)

    try:
        yield end
    finally:
        end()


@pytest.fixture
def engine(postgresql_url):
    """
    An engine whose connections soon look for deadlocks.
    """
    engine = open_engine(f"{postgresql_url}&options=-cdeadlock_timeout%3D100ms")
    yield engine
    engine.dispose()


def test_a_deadlock_is_broken_and_the_append_tried_again(engine, postgresql_url):
    clock = begin(engine)
    with rival(postgresql_url, lock_key(engine)) as end, counted_attempts(engine) as attempts:

        def end_at_the_second(_conn):
            if len(attempts) == 2:
                end()

        event.listen(engine, "engine_connect", end_at_the_second)
        assert append(engine, LEDGER, NEW, actor="a", clock=clock).first_seq == 4
        event.remove(engine, "engine_connect", end_at_the_second)
    assert len(attempts) == 2
    assert verify(engine, LEDGER).outcome is Outcome.CONSISTENT_UNANCHORED


def test_a_deadlock_that_comes_back_each_time_is_reported(engine, postgresql_url):
    clock = begin(engine)
    with (
        rival(postgresql_url, lock_key(engine)),
        counted_attempts(engine) as attempts,
        pytest.raises(DatabaseUnavailableError, match="deadlock") as caught,
    ):
        append(engine, LEDGER, NEW, actor="a", clock=clock)
    assert isinstance(caught.value.__cause__.orig, psycopg.errors.DeadlockDetected)
    assert len(attempts) == ATTEMPTS
    assert_unchanged_then_appended(engine, clock)
