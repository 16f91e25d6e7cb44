"""
Those who write, follow and read at the same time miss nothing, and see nothing twice or half.

Faults 20, 22, 23, 27, 28; laws 22, 23.
"""

from __future__ import annotations

import subprocess
import sys
import textwrap
import threading
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import event

import crash_writer
from crash_writer import request
from lossy_line import LossyLine
from milestone_ledger import Ledger
from milestone_ledger.errors import CommitInDoubtError, ConcurrentAppendError, DatabaseUnavailableError
from milestone_ledger.store.append import append
from milestone_ledger.store.clock import utc_now
from milestone_ledger.store.connect import in_style_of
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import commits, entries_of, follow, read_entries
from milestone_ledger.store.verify import Outcome, verify
from store_samples import begin, project

LEDGERS = ("回天", "昌平")
BEGUN = 4


def processes(script, number, *arguments):
    """
    Run ``script`` in so many processes at once; what each of them wrote, line by line.
    """
    tests = str(Path(__file__).parents[1])
    writers = [
        subprocess.Popen(
            [sys.executable, "-X", "utf8", "-c", f"import sys; sys.path.append({tests!r})\n{script}", *each],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for each in ([str(one), *map(str, arguments)] for one in range(number))
    ]
    for writer in writers:
        writer.stdout.readline()  # it is ready
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    outputs = [writer.communicate(timeout=120)[0].splitlines() for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * number
    return outputs


# ── many writers ─────────────────────────────────────────────────────────────────────────────────────

WRITERS, COMMITS = 8, 5
WRITER = textwrap.dedent(
    """
    from store_samples import project
    from milestone_ledger.store.append import append
    from milestone_ledger.store.engine import open_engine

    name, url, count, *ledgers = sys.argv[1:]
    engine = open_engine(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(count)):
        for ledger in ledgers:
            new = [project(f"{name}-{number}-{part}") for part in range((1, 2, 60)[number % 3])]
            commit = append(engine, ledger, new, actor=name, idempotency_key=f"{name}-{number}")
            print(ledger, commit.no, commit.first_seq, commit.size_after, commit.root.hex(), new[0].project)
    """
)


def test_writers_in_processes_lose_nothing(engine, database_url):
    for ledger in LEDGERS:
        begin(engine, ledger)
    outputs = processes(WRITER, WRITERS, database_url, COMMITS, *LEDGERS)

    acknowledged = sorted(line for output in outputs for line in output)
    assert len(acknowledged) == WRITERS * COMMITS * len(LEDGERS)
    stored = []
    for ledger in LEDGERS:
        with reading(engine) as conn:
            entries = read_entries(conn, ledger)
            found = commits(conn, ledger)
        assert [entry.seq for entry in entries] == list(range(len(entries)))
        assert [commit.no for commit in found] == list(range(len(found)))
        stored += [
            f"{ledger} {one.no} {one.first_seq} {one.size_after} {one.root.hex()} "
            f"{entries[one.first_seq].event.project}"
            for one in found[2:]
        ]
        assert verify(engine, ledger).outcome is Outcome.CONSISTENT_UNANCHORED
    assert sorted(stored) == acknowledged


@pytest.mark.parametrize("times", [3])
def test_a_request_sent_by_many_at_once_is_recorded_once(engine, times):
    clock = begin(engine)
    results = []

    def write():
        results.append(
            append(engine, "回天", [project("安立路")], actor="a", clock=clock, idempotency_key="k")
        )

    together(*[write] * times)

    assert len(results) == times
    assert len(set(results)) == 1


def together(*calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


BEGINNER = textwrap.dedent(
    """
    from milestone_ledger import Ledger
    from store_samples import PROGRAMME

    name, url = sys.argv[1:]
    print("ready", flush=True)
    sys.stdin.readline()
    with Ledger.create(url, PROGRAMME, actor=name) as ledger:
        print(ledger.size)
    """
)


def test_a_ledger_begun_by_many_at_once_is_begun_once(empty_url):
    """
    The tables too are made by one of them.
    """
    assert processes(BEGINNER, 4, empty_url) == [["1"]] * 4
    with Ledger.open(empty_url) as ledger:
        assert ledger.verify().outcome is Outcome.CONSISTENT_UNANCHORED


# ── reading, deciding, writing ───────────────────────────────────────────────────────────────────────

COUNTERS, TIMES = 4, 6
COUNTER = textwrap.dedent(
    """
    from milestone_ledger import Ledger
    from milestone_ledger.domain.events import StatementNoted
    from milestone_ledger.errors import ConcurrentAppendError

    name, url, times = sys.argv[1:]
    ledger = Ledger.open(url, actor=name)
    print("ready", flush=True)
    sys.stdin.readline()
    done = 0
    while done < int(times):
        entries = ledger.entries()
        count = int(getattr(entries[-1].event, "note", None) or 0) + 1
        note = StatementNoted(source="报告", locator="1", project="北清路", note=str(count))
        try:
            ledger.append([note], expected_size=len(entries))
            done += 1
        except ConcurrentAppendError:
            print("again")
    """
)


def test_what_was_read_before_is_not_overwritten(engine, database_url):
    """
    Each process adds one to the last number; were an update lost, a number would come twice.
    """
    begin(engine, clock=utc_now)
    processes(COUNTER, COUNTERS, database_url, TIMES)

    with reading(engine) as conn:
        entries = read_entries(conn, "回天", after=BEGUN - 1)
    assert [entry.event.note for entry in entries] == [str(n + 1) for n in range(COUNTERS * TIMES)]


def test_of_two_that_have_read_the_same_one_is_told(database_url):
    barrier, answers = threading.Barrier(2), []

    def count(name):
        with Ledger.open(database_url, actor=name) as ledger:
            size = ledger.size
            barrier.wait(30)
            try:
                answers.append(ledger.append([project(name)], expected_size=size).first_seq)
            except ConcurrentAppendError as error:
                answers.append((error.expected, error.found))

    engine = open_engine(database_url)
    begin(engine, clock=utc_now)
    engine.dispose()
    together(lambda: count("甲"), lambda: count("乙"))

    assert sorted(answers, key=str) == [(BEGUN, BEGUN + 1), BEGUN]


# ── following ────────────────────────────────────────────────────────────────────────────────────────


class Polls:
    """
    How often followers have looked; a slow writer waits for some of them to look while it isn't done.
    """

    def __init__(self):
        self._changed = threading.Condition()
        self._number = 0

    def add(self):
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def wait_for(self, more):
        with self._changed:
            wanted = self._number + more
            assert self._changed.wait_for(lambda: self._number >= wanted, 60)


def by_commit(url, after):
    with Ledger.open(url, ledger="回天") as ledger:
        for commit, entries in ledger.follow(after=after):
            assert [entry.seq for entry in entries] == list(range(commit.first_seq, commit.size_after))
            assert {entry.commit_no for entry in entries} == {commit.no}
            yield from entries


def by_entries(url, after):
    with Ledger.open(url, ledger="回天") as ledger:
        yield from ledger.entries()[after + 1 :]


def by_sql(url, after):
    """
    As at a SQL prompt: the rows beyond the last, in a transaction of its own.
    """
    engine = open_engine(url)
    with engine.connect() as conn:
        statement = "SELECT seq, body FROM ledger_event WHERE ledger = ? AND seq > ? ORDER BY seq"
        yield from entries_of("回天", conn.exec_driver_sql(in_style_of(conn, statement), ("回天", after)))
    engine.dispose()


# So many rows go into one statement of SQLite, and by COPY to PostgreSQL.
MANY = 60


@pytest.mark.parametrize("follower", [by_commit, by_entries, by_sql])
def test_a_follower_sees_exactly_the_log(database_url, follower):
    """
    A slow transaction stays open until it was looked at three times, while fast ones wait behind it.
    """
    engine = open_engine(database_url)
    for ledger in LEDGERS:
        begin(engine, ledger, clock=utc_now)
    polls, seen, ends, done = Polls(), [], [], threading.Event()

    def follow():
        while True:
            is_last = done.is_set()
            seen.extend(follower(database_url, seen[-1].seq if seen else -1))
            ends.append(seen[-1].seq)
            polls.add()
            if is_last:
                return

    def linger(_conn, _cursor, statement, *_):
        if statement.startswith("INSERT INTO ledger_commit"):
            polls.wait_for(3)

    def write(name, *, slow=False):
        own = open_engine(database_url)
        if slow:
            event.listen(own, "before_cursor_execute", linger)
        for number in range(4):
            for ledger in LEDGERS:
                events = [project(f"{name}-{number}-{part}") for part in range(MANY if slow else 1)]
                append(own, ledger, events, actor=name, clock=utc_now)
        own.dispose()

    thread = threading.Thread(target=follow)
    thread.start()
    try:
        together(lambda: write("慢", slow=True), lambda: write("快"), lambda: write("急"))
    finally:
        done.set()
        thread.join()

    with reading(engine) as conn:
        assert seen == read_entries(conn, "回天")
        assert set(ends) <= {commit.size_after - 1 for commit in commits(conn, "回天")}
    assert len(seen) == BEGUN + 4 * (MANY + 1 + 1)
    engine.dispose()


# ── reading while others write ───────────────────────────────────────────────────────────────────────


@contextmanager
def standing_writer(url, *aims):
    """
    A process that appends and stands still at each of ``aims``; gives what lets it go on to the next.
    """
    writer = subprocess.Popen(
        [sys.executable, crash_writer.__file__, url, "回天", *aims],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(60, writer.kill)
    watchdog.start()

    def go_on():
        writer.stdin.write("\n")
        writer.stdin.flush()
        wait()

    def wait():
        aim = next(coming)
        for line in writer.stdout:
            if ":".join(line.split()) == aim:
                return
        pytest.fail(f"the writer never came to {aim}")

    coming = iter(aims)
    try:
        wait()
        yield go_on
    finally:
        watchdog.cancel()
        writer.kill()
        writer.communicate()


def everything_of(url):
    with Ledger.open(url, ledger="回天") as ledger:
        view = ledger.at(as_of=date(2020, 12, 31))
        return ledger.entries(), view.projects(), view.counts(), view.findings(), ledger.verify()


@pytest.fixture
def url(request):
    """
    A fresh database with a ledger, as its name and its settings say.
    """
    backend, _, query = request.param.partition("?")
    url = request.getfixturevalue(f"{backend}_url") + (query and f"?{query}")
    engine = open_engine(url)
    begin(engine, clock=utc_now)
    engine.dispose()
    return url


@pytest.mark.parametrize("url", ["sqlite", "sqlite?journal_mode=WAL", "postgresql"], indirect=True)
def test_readers_see_the_old_state_or_the_new_and_never_half(url):
    """
    Whatever stage a large append has reached in another process.
    """
    with standing_writer(url, "begin:2", "close:2", "commit:2", "begin:3") as go_on:
        old = everything_of(url)
        for _stage in ("close", "commit"):
            go_on()
            assert everything_of(url) == old
        go_on()
        new = everything_of(url)

    assert new[0][: len(old[0])] == old[0]
    assert [entry.event for entry in new[0][len(old[0]) :]] == request(2)


@pytest.mark.parametrize("url", ["sqlite?cache_size=10&busy_timeout=50"], indirect=True)
def test_a_reader_that_cannot_see_either_state_is_told(url):
    """
    A transaction too large for SQLite's cache keeps readers off until it ends.
    """
    with standing_writer(url, "begin:2", "close:2", "begin:3") as go_on:
        old = everything_of(url)
        go_on()
        with pytest.raises(DatabaseUnavailableError, match="locked"):
            everything_of(url)
        go_on()
        assert len(everything_of(url)[0]) == len(old[0]) + len(request(2))


@pytest.mark.parametrize("url", ["sqlite?journal_mode=WAL", "postgresql"], indirect=True)
def test_a_reader_sees_one_state_as_long_as_it_reads(url):
    """
    SQLite without a write-ahead log lets the writer wait instead.
    """
    engine = open_engine(url)
    with reading(engine) as conn:
        assert len(read_entries(conn, "回天")) == BEGUN
        append(engine, "回天", [project("安立路")], actor="a", clock=utc_now)
        assert len(read_entries(conn, "回天")) == BEGUN
    with reading(engine) as conn:
        assert len(read_entries(conn, "回天")) == BEGUN + 1
    engine.dispose()


@pytest.mark.parametrize(("after", "found"), [(-(2**64), 2), (2**64, 0)])
def test_a_follower_may_name_any_number(engine, after, found):
    begin(engine)
    assert len(list(follow(engine, "回天", after=after))) == found


# ── the answer that is lost ──────────────────────────────────────────────────────────────────────────


def test_an_answer_lost_on_the_line_is_in_doubt_and_a_retry_answers_it(postgresql_url):
    line = LossyLine(postgresql_url)
    engine = open_engine(line.url)
    clock = begin(engine)
    line.loses.set()
    with pytest.raises(CommitInDoubtError, match="same idempotency key"):
        append(engine, "回天", [project("安立路")], actor="a", clock=clock, idempotency_key="k")
    line.loses.clear()
    with reading(engine) as conn:
        done = commits(conn, "回天")[-1]
    again = append(engine, "回天", [project("安立路")], actor="a", clock=clock, idempotency_key="k")

    assert (done.no, done.size_after) == (2, BEGUN + 1)
    assert again == done
    engine.dispose()
    line.close()
