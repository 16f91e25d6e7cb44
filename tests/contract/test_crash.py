"""
Writers and servers that die at any moment lose nothing that was acknowledged, and leave nothing half.

Faults 17 and 20; law 25. Nothing is simulated: processes are killed with SIGKILL.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from attrs import field, frozen
from sqlalchemy import make_url

import crash_writer
from crash_writer import STAGES, key, request
from milestone_ledger.store.append import append
from milestone_ledger.store.clock import utc_now
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import commits, ledgers, read_entries
from milestone_ledger.store.verify import Outcome, verify
from mortal_server import MortalServer
from store_samples import begin

# How many commits every ledger here begins with, before those of the writer.
BEGUN = 2
# What the URL of each adds. The small cache makes SQLite write to the file long before the commit.
SQLITE = {"delete": "", "spill": "?cache_size=10", "wal": "?journal_mode=WAL&cache_size=10"}
VICTIMS = ("client", "backend", "server")
# The longest that a stage of a request takes, or a little more, in seconds.
LONGEST = 0.02


@frozen
class Place:
    """
    A database, and who dies there: the writer (``client``), or the process or all processes that serve it.
    """

    url: str
    victim: str = "client"
    server: MortalServer | None = None

    def has_journal(self):
        """
        Whether an SQLite journal with something in it stands beside the file.
        """
        path = make_url(self.url).database
        journals = [Path(f"{path}-journal"), Path(f"{path}-wal")]
        return self.server is None and any(one.exists() and one.stat().st_size for one in journals)

    def backends(self):
        """
        The processes that serve this database.
        """
        return [] if self.server is None else self.server.pids_of(make_url(self.url).database)

    def strike(self, writer, backends):
        """
        Kill the victim; ``backends`` serve the writer.
        """
        if self.victim == "client":
            writer.kill()
        elif self.victim == "server":
            self.server.kill()
            self.server.start()
        for pid in backends if self.victim == "backend" else ():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture
def place(request):
    """
    A fresh database: on SQLite as its settings say, on PostgreSQL with the victim named.
    """
    if request.param in SQLITE:
        return Place(request.getfixturevalue("sqlite_url") + SQLITE[request.param])
    server = request.getfixturevalue("mortal_server")
    return Place(request.getfixturevalue("mortal_url"), request.param, server)


@frozen
class Run:
    """
    What a writer told until it was dead.
    """

    lines: list[list[str]] = field(factory=list)

    @property
    def acknowledged(self):
        """
        The commit of each request, by its number, as text.
        """
        return {int(number): commit for word, number, *commit in self.lines if word == "ack"}

    @property
    def failed(self):
        """
        The stage that each failed request was in, when it first failed, and the type of that error.
        """
        stage, failed = None, {}
        for word, number, *rest in self.lines:
            if word == "failed":
                failed.setdefault(int(number), (stage, *rest))
            stage = word if word in STAGES else None
        return failed

    @property
    def last_stage(self):
        """
        The stage in which it died; ``None`` between two requests.
        """
        word = self.lines[-1][0]
        return word if word in STAGES else None


def run_and_strike(place, ledger, *aims, delay=None):
    """
    Let a writer append, and strike whenever it tells one of ``aims``, and after that ``delay``.

    Without ``delay`` it stands still there. If it is not the victim, it lives on until it has acknowledged
    the request after the last aim; then it dies too.
    """
    holds = aims if delay is None else ()
    writer = subprocess.Popen(
        [sys.executable, crash_writer.__file__, place.url, ledger, *holds],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(60, writer.kill)
    watchdog.start()
    run = Run()

    def follow_until(aim):
        for line in writer.stdout:
            run.lines.append(line.split())
            if ":".join(run.lines[-1][:2]) == aim:
                return
        pytest.fail(f"the writer ended by itself: {run.lines[-5:]}")

    try:
        follow_until("begin:0")
        backends = place.backends()
        for aim in aims:
            follow_until(aim)
            if holds:
                backends = place.backends()
            else:
                time.sleep(delay)
            place.strike(writer, backends)
            if holds and place.victim != "client":
                writer.stdin.write("\n")
                writer.stdin.flush()
        if place.victim != "client":
            follow_until(f"ack:{number_of(aims[-1]) + 1}")
    finally:
        watchdog.cancel()
        writer.kill()
        run.lines.extend(line.split() for line in writer.stdout)
        writer.wait()
        writer.stdin.close()
        writer.stdout.close()
    return run


def number_of(aim):
    return int(aim.partition(":")[2])


def check(place, ledger, run):
    """
    Whole commits, every acknowledged one exactly once, nothing amiss, and the next can be appended.

    Returns:
        How many requests are there.
    """
    while place.backends():  # one that serves a dead client goes on until it notices
        time.sleep(0.001)
    engine = open_engine(place.url)
    try:
        with reading(engine) as conn:
            stored = commits(conn, ledger)
            entries = read_entries(conn, ledger)
        assert [commit.no for commit in stored] == list(range(len(stored)))
        assert [entry.seq for entry in entries] == list(range(stored[-1].size_after))
        appended = stored[BEGUN:]
        for number, commit in enumerate(appended):
            of_commit = entries[commit.first_seq : commit.size_after]
            assert [entry.event for entry in of_commit] == request(number)
        assert {
            number: [str(commit.no), str(commit.first_seq), str(commit.size_after), commit.root.hex()]
            for number, commit in enumerate(appended)
            if number in run.acknowledged
        } == run.acknowledged
        assert len(appended) - len(run.acknowledged) in {0, 1}
        assert_sound(engine, ledger)

        for number in (len(run.acknowledged), len(run.acknowledged) + 1):
            again = append(
                engine,
                ledger,
                request(number),
                actor="another",
                clock=utc_now,
                idempotency_key=key(number),
            )
            assert again.no == BEGUN + number
            assert again.actor == ("writer" if number < len(appended) else "another")
        assert_sound(engine, ledger)
        return len(appended)
    finally:
        engine.dispose()


def assert_sound(engine, ledger):
    found = verify(engine, ledger)
    assert (found.outcome, found.findings) == (Outcome.CONSISTENT_UNANCHORED, ())


def begun(place, ledger):
    engine = open_engine(place.url)
    begin(engine, ledger, clock=utc_now)
    engine.dispose()


@pytest.mark.parametrize(
    ("place", "stage"),
    [
        *(("delete", stage) for stage in STAGES),
        *(("spill", stage) for stage in ("close", "commit")),
        ("wal", "commit"),
        *(("client", stage) for stage in ("close", "commit", "done")),
    ],
    indirect=["place"],
)
def test_a_writer_that_dies_at_a_stage_of_an_append_leaves_all_or_nothing(place, stage):
    """
    The third request is a large one, and it dies on it.
    """
    begun(place, "回天")
    run = run_and_strike(place, "回天", f"{stage}:2")

    assert run.last_stage == stage
    if place.server is None:
        assert place.has_journal() is (stage in {"close", "commit"})
    assert check(place, "回天", run) == 2 + (stage == "done")


@pytest.mark.parametrize(
    ("place", "stages"), [("backend", STAGES[:-1]), ("server", ("close", "commit"))], indirect=["place"]
)
def test_a_writer_outlives_its_server_and_records_each_request_once(place, stages):
    """
    Every third request is a large one, and its server dies on it, each time at another stage.
    """
    begun(place, "回天")
    recoveries = place.server.recoveries()
    run = run_and_strike(place, "回天", *(f"{stage}:{2 + 3 * n}" for n, stage in enumerate(stages)))

    assert place.server.recoveries() >= recoveries + len(stages)
    assert run.failed == {
        2 + 3 * n: (stage, "CommitInDoubtError" if stage == "commit" else "DatabaseUnavailableError")
        for n, stage in enumerate(stages)
    }
    assert check(place, "回天", run) >= 3 * len(stages) + 1


def strike_at_random(place, rounds):
    """
    Strike as often as told, each time at another moment and in a ledger of its own.

    Returns:
        How often each kind of moment was hit.
    """
    moments = Counter(deaths=rounds)
    for number in range(rounds):
        ledger = f"run-{number:03}"
        begun(place, ledger)
        chance = random.Random(number)  # noqa: S311 (spreads the blows, guards nothing)
        aim = f"{chance.choice(STAGES)}:{chance.randrange(1, 6)}"
        run = run_and_strike(place, ledger, aim, delay=chance.uniform(0, LONGEST))
        stages = [run.last_stage] if place.victim == "client" else [stage for stage, _ in run.failed.values()]
        moments.update(f"in {stage}" for stage in STAGES if stage in stages)
        moments["mid-transaction"] += not {*STAGES[:-1]}.isdisjoint(stages)
        moments["with a journal"] += place.has_journal()
        moments["acknowledged"] += len(run.acknowledged)
        moments["done, not acknowledged"] += check(place, ledger, run) - len(run.acknowledged)
    engine = open_engine(place.url)
    with reading(engine) as conn:
        every = ledgers(conn)
    assert len(every) == rounds
    for ledger in every:
        assert_sound(engine, ledger)
    engine.dispose()
    return moments


@pytest.mark.parametrize("place", ["delete", "wal", "client"], indirect=True)
def test_deaths_at_random_moments_lose_nothing(place):
    strike_at_random(place, 2)


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("place", "rounds"),
    [*((name, 200) for name in (*SQLITE, "client", "backend")), ("server", 50)],
    indirect=["place"],
)
def test_hundreds_of_deaths_at_random_moments_lose_nothing(place, rounds, record_property):
    moments = strike_at_random(place, rounds)
    for moment, times in sorted(moments.items()):
        record_property(moment, times)

    assert moments["mid-transaction"] >= rounds / 10
    if place.victim != "server":  # which takes too long to die to be hit there often
        assert moments["in commit"] > 0
    if place.server is None:
        assert moments["with a journal"] > 0
