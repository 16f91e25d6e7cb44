"""
Writers in several processes lose nothing and acknowledge nothing twice.

FAULTS.md 19, 20, 22, 23, 27; LAWS.md 22, 23.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from milestone_ledger.errors import CommitInDoubtError, DatabaseUnavailableError
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import commits, follow, read_entries, size
from milestone_ledger.store.verify import Outcome, verify
from store_samples import begin, project

LEDGERS = ("回天", "昌平")
WRITERS, COMMITS = 4, 8
WRITER = textwrap.dedent(
    """
    import sys
    from store_samples import project
    from milestone_ledger.store.append import append
    from milestone_ledger.store.engine import open_engine

    url, name, count, *ledgers = sys.argv[1:]
    engine = open_engine(url)
    sys.stdin.readline()
    for number in range(int(count)):
        for ledger in ledgers:
            new = project(f"{name}-{number}")
            commit = append(engine, ledger, [new], actor=name, idempotency_key=f"{name}-{number}")
            print(ledger, commit.no, commit.first_seq, new.project, flush=True)
    """
)


def test_writers_in_processes_lose_nothing(engine, database_url):
    for ledger in LEDGERS:
        begin(engine, ledger)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, database_url, f"w{number}", str(COMMITS), *LEDGERS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUTF8": "1"},
        )
        for number in range(WRITERS)
    ]
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    outputs = [writer.communicate(timeout=120)[0] for writer in writers]

    assert [writer.returncode for writer in writers] == [0] * WRITERS
    acknowledged = [tuple(line.split()) for output in outputs for line in output.splitlines()]
    assert len(acknowledged) == len(set(acknowledged)) == WRITERS * COMMITS * len(LEDGERS)
    with reading(engine) as conn:
        stored = {
            (ledger, str(entry.commit_no), str(entry.seq), entry.event.project)
            for ledger in LEDGERS
            for entry in read_entries(conn, ledger, after=3)
        }
    assert stored == set(acknowledged)
    for ledger in LEDGERS:
        assert verify(engine, ledger).outcome is Outcome.CONSISTENT_UNANCHORED


def test_a_follower_misses_nothing(engine):
    clock = begin(engine)
    writer = threading.Thread(
        target=lambda: [
            append(engine, "回天", [project(f"p{n}"), project(f"q{n}")], actor="w", clock=clock)
            for n in range(10)
        ]
    )
    writer.start()
    seen, last = [], -1
    while len(seen) < 24:
        for commit, entries in follow(engine, "回天", after=last):
            assert entries[-1].seq == commit.size_after - 1
            seen += [entry.seq for entry in entries]
            last = seen[-1]
    writer.join()

    assert seen == list(range(24))


def test_two_that_read_before_either_writes_do_not_overwrite_each_other(engine):
    """
    Both saw the same size; the second is told so, or waits: it never overwrites the first.
    """
    clock = begin(engine)
    results = []

    def write(name):
        results.append(append(engine, "回天", [project(name)], actor=name, clock=clock).first_seq)

    threads = [threading.Thread(target=write, args=(f"t{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == [4, 5, 6, 7]
    with reading(engine) as conn:
        assert [commit.no for commit in commits(conn, "回天")] == list(range(6))


def test_a_database_in_memory_serves_one_thread_after_another():
    """
    It has one connection: a thread that came in between would see, and roll back, what another writes.
    """
    engine = open_engine("sqlite://")
    clock = begin(engine)
    seen = []

    def look():
        with reading(engine) as conn:
            seen.append(size(conn, "回天"))

    other = threading.Thread(target=look)

    def intrude(_conn, _cursor, statement, *_):
        if statement.startswith("INSERT INTO ledger_commit"):
            other.start()
            other.join(0.1)

    event.listen(engine, "before_cursor_execute", intrude)
    append(engine, "回天", [project("安立路")], actor="a", clock=clock)
    other.join()

    assert seen == [5]
    with reading(engine) as conn:
        assert [entry.event.project for entry in read_entries(conn, "回天", after=3)] == ["安立路"]
    engine.dispose()


@pytest.mark.parametrize("times", [3])
def test_a_request_sent_by_many_at_once_is_recorded_once(engine, times):
    clock = begin(engine)
    results = []

    def write():
        results.append(
            append(engine, "回天", [project("安立路")], actor="a", clock=clock, idempotency_key="k")
        )

    threads = [threading.Thread(target=write) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(results) == times
    assert len(set(results)) == 1


@pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute"])
def test_a_fault_at_any_statement_loses_nothing_and_a_retry_records_once(engine, moment):
    clock = begin(engine)
    for fatal in itertools.count():
        calls = itertools.count()

        def strike(*_, calls=calls, fatal=fatal):
            if next(calls) == fatal:
                raise Struck

        new = [project(f"p{fatal}")]
        event.listen(engine, moment, strike)
        try:
            append(engine, "回天", new, actor="a", clock=clock, idempotency_key=f"k{fatal}")
            break
        except Struck:
            pass
        finally:
            event.remove(engine, moment, strike)
        with reading(engine) as conn:
            assert size(conn, "回天") == 4 + fatal
        append(engine, "回天", new, actor="a", clock=clock, idempotency_key=f"k{fatal}")

    assert fatal > 8
    with reading(engine) as conn:
        assert [e.event.project for e in read_entries(conn, "回天", after=3)] == [
            f"p{number}" for number in range(fatal + 1)
        ]
    assert verify(engine, "回天").outcome is Outcome.CONSISTENT_UNANCHORED


class Struck(Exception):  # noqa: N818
    """
    A fault that nobody expects.
    """


def test_a_lost_acknowledgement_is_in_doubt_and_a_retry_answers_it(postgresql_url, monkeypatch):
    engine = open_engine(postgresql_url)
    clock = begin(engine)

    def lose(connection):
        connection.dbapi_connection.commit()
        connection.dbapi_connection.close()
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(engine.dialect, "do_commit", lose)
        with pytest.raises(CommitInDoubtError, match="same idempotency key"):
            append(engine, "回天", [project("安立路")], actor="a", clock=clock, idempotency_key="k")
    again = append(engine, "回天", [project("安立路")], actor="a", clock=clock, idempotency_key="k")

    assert (again.no, again.size_after) == (2, 5)
    engine.dispose()


def test_a_server_that_breaks_off_before_the_commit_recorded_nothing(postgresql_url):
    engine = open_engine(postgresql_url)
    clock = begin(engine)

    def cut(conn, *_):
        with psycopg.connect(postgresql_url, autocommit=True) as other:
            other.execute(
                "SELECT pg_terminate_backend(%s)", [conn.connection.dbapi_connection.info.backend_pid]
            )

    event.listen(engine, "after_cursor_execute", cut)
    with pytest.raises(DatabaseUnavailableError) as caught:
        append(engine, "回天", [project("安立路")], actor="a", clock=clock)
    event.remove(engine, "after_cursor_execute", cut)

    assert not isinstance(caught.value, CommitInDoubtError)
    assert append(engine, "回天", [project("安立路")], actor="a", clock=clock).no == 2
    engine.dispose()
