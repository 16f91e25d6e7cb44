"""
The Huitian example end to end: what the texts support, and nothing stronger.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from milestone_ledger import Answer, UncertainDate, Verdict
from milestone_ledger.cli import main
from milestone_ledger.ledger.judging import headline

END = date(2022, 12, 31)


@pytest.fixture(scope="module")
def hindsight(ledger):
    return ledger.at(as_of=END)


def chain(view, project, milestone):
    """
    The first chain of a project for a milestone.
    """
    (state, *_) = [p for p in view.project(project).promises if p.chain.milestone == milestone]
    return state


def places(entries):
    return [(entry.event.source, entry.event.locator) for entry in entries]


@pytest.mark.parametrize(
    ("project", "milestone", "evidence"),
    [
        ("北清路快速化改造工程", "started", [("2019发布会", "二(二是)")]),
        ("中滩110千伏输变电工程", "completed", [("2018进展", "2末段")]),
        ("北郊农场桥", "completed", [("2019发布会", "二(二是)")]),
    ],
)
def test_kept_with_the_statement_that_proves_it(hindsight, project, milestone, evidence):
    """
    Kept, and the verdict names the promise first and then the evidence.
    """
    state = chain(hindsight, project, milestone)

    assert state.baseline.verdict is Verdict.KEPT
    assert state.baseline.entries[0] is state.chain.baseline
    assert places(state.baseline.entries[1:]) == evidence


def test_cycle_path_is_kept_by_what_two_documents_say(hindsight):
    """
    Promised for 2019; in trial use on 14 August, built and in use on 15 August 2019.
    """
    state = chain(hindsight, "回龙观至上地自行车专用路", "completed")
    sources = [entry.event.source for entry in hindsight.project("自行车专用路").statements]

    assert state.baseline.verdict is Verdict.KEPT
    assert sources == sorted(sources, key=[*hindsight.registry.sources].index)
    assert {"2018计划", "2018进展", "2019发布会", "2019昌平"} <= set(sources)


@pytest.mark.parametrize(
    ("project", "milestone"),
    [
        ("安立路快速化改造工程", "started"),
        ("中西医结合医院住院楼", "started"),
        ("农学院110千伏输变电工程", "started"),
        ("歇甲庄110千伏输变电工程", "started"),
    ],
)
def test_undetermined_with_what_would_decide_it(hindsight, project, milestone):
    """
    No document says whether it started in time: not established, and never called late.
    """
    state = chain(hindsight, project, milestone)
    need = state.baseline.need

    assert state.baseline.verdict is Verdict.UNVERIFIED
    assert need is not None
    assert need.milestone == milestone
    assert need.kept_by == need.broken_if_pending_on == state.baseline.deadline.latest


def test_anli_road_bounds_as_in_the_worked_example(ledger, hindsight):
    """
    Pending on 14 August 2019 as seen that day; the statement of the day after moves it by one day.
    """
    that_day = ledger.at(as_of=END, published_by=date(2019, 8, 14)).bounds("安立路快速化改造工程", "started")
    now = hindsight.bounds("安立路快速化改造工程", "started")
    state = chain(hindsight, "安立路快速化改造工程", "started")

    assert (that_day.lo, that_day.hi) == (date(2019, 8, 15), None)
    assert (now.lo, now.hi) == (date(2019, 8, 16), None)
    assert len(state.chain.promises) == 3
    assert state.chain.revisions == ()


def test_beiqing_road_is_kept_although_the_day_is_unknown(hindsight):
    """
    Started by 14 August 2019; the statement of the day after is contested and changes no bound.
    """
    bounds = hindsight.bounds("北清路快速化改造工程", "started")

    assert (bounds.lo, bounds.hi) == (None, date(2019, 8, 14))


def test_bridge_seen_on_the_last_day_of_2018(ledger):
    """
    As published by then, the bridge is started and not more.
    """
    day = date(2018, 12, 31)
    bridge = ledger.at(as_of=day, published_by=day).project("北郊农场桥")

    assert bridge.stage == ("started",)
    assert bridge.milestone("started").answer is Answer.YES
    assert bridge.milestone("completed").answer is Answer.UNREPORTED
    assert chain(ledger.at(as_of=day, published_by=day), "北郊农场桥", "completed").baseline.verdict is (
        Verdict.NOT_DUE
    )


def test_bridge_seen_in_hindsight(ledger):
    """
    Hindsight knows that it was completed later, and not whether by then.
    """
    bridge = ledger.at(as_of=date(2018, 12, 31)).project("回龙观北桥")

    assert bridge.milestone("completed").answer is Answer.REPORTED
    assert bridge.stage == ("started",)


def test_nothing_is_achieved_because_it_was_planned(hindsight):
    """
    The work plan of 2022 is no evidence: no bound rests on it, but for what it says is already built.
    """
    for project in hindsight.projects():
        for state in project.milestones:
            for entry in state.bounds.entries:
                assert entry.event.source != "2022计划" or "已建成" in entry.event.note


def test_no_promise_is_called_broken_without_proof(hindsight):
    """
    Every broken promise rests on a statement that the milestone was still pending after the deadline.
    """
    for state in hindsight.promises():
        if state.baseline.verdict.is_broken:
            chain = state.chain
            assert hindsight.bounds(chain.project, chain.milestone, chain.quantity).lo_entries


def test_every_statement_leads_to_its_place(ledger):
    """
    Every statement cites a registered source and a place in it.
    """
    sources = ledger.registry().sources

    for entry in ledger.entries():
        if hasattr(entry.event, "locator") and entry.event.source is not None:
            assert entry.event.source in sources
            assert entry.event.locator
            assert entry.published_on == sources[entry.event.source].published_on


def test_undated_report_is_known_by_its_latest_day(ledger):
    """
    The report without a date was published on some day of the last two months of 2018.
    """
    source = ledger.registry().sources["2018进展"]

    assert source.published == UncertainDate.parse("[2018-10-31..2018-12-31]")
    assert source.published_on == date(2018, 12, 31)


def test_loading_again_adds_nothing(url, ledger, example):
    """
    The same folder twice is the same ledger.
    """
    size = ledger.size

    assert main(["--db", url, "import", str(example), "--yes"]) == 0
    assert ledger.size == size


def test_promises_of_a_large_ledger_come_without_reading_the_evidence(ledger):
    """
    The columns tell the same headline, and of every chain the same verdict.
    """
    for published_by in (None, date(2019, 8, 14)):
        seen = ledger.at(as_of=END, published_by=published_by).promises()
        found = ledger.promises(as_of=END, published_by=published_by)

        assert headline(found) == headline(seen)
        assert Counter((s.chain.project, s.baseline.verdict, s.current.verdict) for s in found) == Counter(
            (s.chain.project, s.baseline.verdict, s.current.verdict) for s in seen
        )
