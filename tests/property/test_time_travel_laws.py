"""
Law 17 over the facade, that a report depends on nothing but its inputs, and what a history and a thread see.

Laws 14 to 16 stand in the contract that every database keeps.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger import Ledger
from milestone_ledger.domain import events as on
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import refusals
from milestone_ledger.testing.answers import everything
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.recording import commits_of, record
from milestone_ledger.testing.strategies import days
from milestone_ledger.testing.walk import everything_once, programme
from property.views import view as shown
from strategies.histories import histories

ONE_DAY = timedelta(days=1)
bounds = st.none() | days


def entered(commits):
    """
    A ledger in memory that took in these commits.
    """
    (definition,), *others = commits
    ledger = Ledger.create("sqlite://", definition.programme, actor="clerk", clock=Clock())
    for events in others:
        ledger.append(events)
    return ledger


def promised(view):
    """
    The chains in the headline, with the day of their first promise.
    """
    return {
        (chain.project, chain.milestone, chain.quantity, chain.segment): chain.baseline.published_on
        for chain in (state.chain for state in view.promises() if state.in_headline)
    }


@given(data=st.data(), history=histories(max_commits=8), as_of=days, grace=st.integers(0, 5))
def test_a_later_promise_removes_none_from_the_headline(data, history, as_of, grace):
    """
    Nobody improves the headline by promising a batch what its members were promised before.
    """
    registry = Registry.of(history)
    known = [e.event for e in history.live() if isinstance(e.event, on.PromiseMade)]
    if not known or not registry.projects:
        return
    said = data.draw(st.sampled_from(known))
    batch = registry.projects[said.project].member_of
    project = data.draw(st.sampled_from([batch] if batch else sorted(registry.projects)))
    source = data.draw(st.sampled_from(sorted(registry.sources)))
    again = attrs.evolve(said, source=source, project=project, locator="又")
    if refusals(history, [again]):
        return
    grown = record(history, [again])
    day = grown.get(history.size).published_on
    before = promised(shown(history, as_of=as_of, grace=grace))
    after = promised(shown(grown, as_of=as_of, grace=grace))
    assert {key for key, first in before.items() if first < day} <= set(after)


def test_a_history_handed_out_stays_as_it_was():
    with entered([[on.ProgrammeDefined(programme("huitian"))], *everything_once("huitian")[:1]]) as ledger:
        held = ledger.history()
        before = list(held)
        for events in everything_once("huitian")[1:]:
            ledger.append(events)
        assert list(held) == before
        assert ledger.history().size == ledger.size > held.size
        assert ledger.history() is ledger.history()
        for history in (held, ledger.history()):
            with pytest.raises(TypeError, match="sealed"):
                history.add(list(ledger.history())[-1])
        copy = held.copy()
        copy.add(ledger.history().get(held.size))
        assert (copy.size, held.size) == (len(before) + 1, len(before))
        assert isinstance(held.of_project("北清路"), tuple)
        assert isinstance(held.retractions(0), tuple)
        registry = ledger.registry()
        for mapping in (registry.projects, registry.sources):
            with pytest.raises(TypeError):
                mapping["x"] = None


def test_threads_read_one_ledger_while_another_appends(tmp_path):
    commits = everything_once("huitian")
    sizes = {1, *(1 + sum(map(len, commits[:n])) for n in range(1, len(commits) + 1))}
    url = f"sqlite:///{tmp_path / 'threads.db'}"
    is_done = Event()

    def read(ledger):
        seen = []
        while not (last_round := is_done.is_set()) or not seen:
            history = ledger.history()
            entries = list(history)
            assert [entry.seq for entry in entries] == list(range(history.size))
            view = ledger.at(as_of=date(2019, 3, 1))
            assert view.history.size >= view.viewpoint.recorded_by >= history.size
            json.dumps(view.promises().to_dicts())
            seen.append((history, entries))
            if last_round:
                break
        # Every round saw whole commits, no fewer than the one before, and what it holds did not change.
        assert all(list(history) == entries for history, entries in seen)
        return [len(entries) for _, entries in seen]

    with (
        Ledger.create(url, programme("huitian"), actor="clerk", clock=Clock()) as ledger,
        ThreadPoolExecutor(4) as pool,
    ):
        readers = [pool.submit(read, ledger) for _ in range(4)]
        try:
            for events in commits:
                ledger.append(events)
        finally:
            is_done.set()
        for reader in readers:
            found = reader.result(timeout=60)
            assert found == sorted(found)
            assert set(found) <= sizes
        assert ledger.size == max(sizes)


def walked(url, clock):
    """
    A ledger at ``url`` that holds every kind of event.
    """
    ledger = Ledger.create(url, programme("huitian"), actor="clerk", clock=clock)
    for events in everything_once("huitian"):
        ledger.append(events)
    return ledger


COMMANDS = [
    [command, *options, *view]
    for command in (
        ["status", "--by", "unit"],
        ["promises"],
        ["totals"],
        ["indicators"],
        ["findings"],
        ["metrics", "--by", "domain"],
        ["reconcile", "--by", "unit"],
        ["alerts", "--by", "firmness"],
    )
    for options in (["--lang", "zh"], ["--lang", "en"], ["--json"])
    for view in (["--as-of", "2019-03-01"], ["--as-of", "2019-02-01", "--published-by", "2019-02-01"])
]
RUN_ALL = """
import json, sys
from milestone_ledger.cli import main
sys.exit(max(main(argv) for argv in json.loads(sys.argv[1])))
"""
SURROUNDINGS = [
    {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
    {"PYTHONHASHSEED": "1", "LC_ALL": "C.utf8", "TZ": "Pacific/Kiritimati", "COLUMNS": "40"},
    {"PYTHONHASHSEED": "4242", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/Anchorage", "PYTHONUTF8": "0"},
]


def test_reports_depend_on_no_surroundings(tmp_path):
    """
    Law 17: neither hash seed nor locale, time zone nor width of the terminal.
    """
    url = f"sqlite:///{tmp_path / 'walk.db'}"
    walked(url, Clock()).close()
    commands = [[*command, *rest, "--db", url] for command, *rest in COMMANDS]
    commands += [["project", "北清路", "--as-of", "2019-03-01", "--db", url]]
    commands += [["status", "--recorded-by", "9", "--as-of", "2019-03-01", "--db", url]]
    outputs = [
        subprocess.run(
            [sys.executable, "-c", RUN_ALL, json.dumps(commands)],
            env=os.environ | surroundings,
            cwd=Path(__file__).parent,
            capture_output=True,
            check=True,
            timeout=60,
        )
        for surroundings in SURROUNDINGS
    ]
    assert all(output.stderr == b"" for output in outputs)
    assert len(outputs[0].stdout.decode().splitlines()) > 10 * len(commands)
    assert {output.stdout for output in outputs} == {outputs[0].stdout}


FORBIDDEN = {"now", "today", "utcnow", "time", "time_ns", "localtime", "strftime", "setlocale", "getlocale"}


@given(history=histories(max_commits=8), as_of=days, bound=bounds)
def test_reports_ask_neither_clock_nor_locale(history, as_of, bound):
    """
    Law 17: while a report is made, no clock and no locale is asked.
    """
    asked = set()

    def watch(_frame, what, function):
        if what == "c_call" and getattr(function, "__name__", "") in FORBIDDEN:
            asked.add(function.__qualname__)

    with entered(commits_of(history)) as ledger:
        view = ledger.at(as_of=as_of, published_by=bound)
        sys.setprofile(watch)
        try:
            everything(view)
        finally:
            sys.setprofile(None)
    assert asked == set()


def test_the_watch_sees_a_clock():
    seen = []
    sys.setprofile(lambda _frame, what, function: what == "c_call" and seen.append(function.__name__))
    try:
        datetime.now(UTC)
    finally:
        sys.setprofile(None)
    assert FORBIDDEN & set(seen)


@pytest.mark.parametrize("back", [False, True])
def test_reports_do_not_depend_on_when_or_by_whom_they_were_entered(back):
    """
    Law 17: the stamps of a commit are no part of any answer.
    """

    class Elsewhere(Clock):
        def __call__(self):
            return super().__call__() + (timedelta(days=100) if back else timedelta(0))

    with walked("sqlite://", Clock()) as one, walked("sqlite://", Elsewhere()) as other:
        for as_of, bound in ((date(2019, 3, 1), None), (date(2019, 2, 1), date(2019, 2, 1))):
            view = {"as_of": as_of, "published_by": bound}
            assert everything(one.at(**view)) == everything(other.at(**view))
