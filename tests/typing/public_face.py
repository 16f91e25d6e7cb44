"""
Code of a user of the package, which is type-checked against the installed wheel and never run.

No expression here may be ``Any``: what the public face answers has a type of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import assert_never, assert_type

from milestone_ledger import (
    Activity,
    ActivityState,
    Answer,
    Bounds,
    Chain,
    Count,
    DayRange,
    Domain,
    Entry,
    EntryRetracted,
    Finding,
    FindingKind,
    Firmness,
    Judgement,
    Label,
    Ledger,
    LedgerError,
    MilestoneAchieved,
    MilestonePending,
    Need,
    Programme,
    ProjectRegistered,
    ProjectState,
    PromiseMade,
    PromiseState,
    Rows,
    RuleSet,
    SlipSplit,
    SourceKind,
    SourceRegistered,
    UncertainDate,
    Verdict,
    View,
    Viewpoint,
)

DAY = date(2019, 8, 14)
PROGRAMME = Programme(id="roads", title=Label(zh="道路", en="roads"), domains=(Domain(path="交通"),))


def recording(url: str) -> None:
    with Ledger.create(url, PROGRAMME, actor="plan-office") as ledger:
        assert_type(ledger, Ledger)
        when = UncertainDate.parse("2019-08")
        assert_type(when.earliest, date | None)
        commit = ledger.append(
            [
                SourceRegistered(
                    source="2018计划",
                    title="计划",
                    kind=SourceKind.PLAN,
                    published=UncertainDate.parse("2018-07-29"),
                ),
                ProjectRegistered(project="安立路", name="安立路", domain="交通"),
                PromiseMade(
                    source="2018计划",
                    locator="二(二)5",
                    project="安立路",
                    milestone="started",
                    deadline=UncertainDate.parse("2019-12-31"),
                    firmness=Firmness.FIRM,
                ),
                MilestonePending(
                    source="2018计划", locator="二", project="安立路", milestone="started", on=DAY
                ),
            ],
            idempotency_key="2018",
        )
        assert_type(commit.size_after, int)
        assert_type(commit.recorded_at, datetime)
        assert_type(ledger.correct(4, reason="slip").no, int)


def looking(ledger: Ledger) -> None:
    view = ledger.at(as_of=DAY, published_by=DAY, recorded_by=1019)
    assert_type(view, View)
    assert_type(view.viewpoint, Viewpoint)
    assert_type(view.programme, Programme)

    project = view.project("安立路")
    assert_type(project, ProjectState)
    assert_type(project.activity, ActivityState)
    assert_type(project.stage, tuple[str, ...])
    state = project.milestone("started")
    assert_type(state.answer, Answer)
    assert_type(state.bounds, Bounds)
    assert_type(state.bounds.lo, date | None)
    assert_type(state.bounds.hi_entries, tuple[Entry, ...])

    assert_type(view.projects(), Rows[ProjectState])
    assert_type(view.counts(by="domain"), Rows[Count])
    assert_type([count.certain for count in view.counts()], list[int])
    assert_type(view.findings(), Rows[Finding])
    assert_type([finding.kind for finding in view.findings()], list[FindingKind])
    assert_type(view.reliability().coverage, float | None)

    for promise in view.promises():
        assert_type(promise, PromiseState)
        assert_type(promise.chain, Chain)
        assert_type(promise.baseline, Judgement)
        assert_type(promise.baseline.verdict, Verdict)
        assert_type(promise.baseline.need, Need | None)
        assert_type(promise.slip, DayRange | None)
        assert_type(promise.split, SlipSplit | None)


def measuring(view: View, rules: RuleSet) -> None:
    assert_type([light.colour.value for light in view.alerts(rules, by="unit")], list[str])
    assert_type([measures.group for measures in view.metrics(by="domain", since=DAY)], list[str])
    assert_type([total.entry for total in view.totals()], list[Entry])
    assert_type([one.targets for one in view.indicators()], list[tuple[Entry, ...]])
    assert_type([one.raised for one in view.blockers()], list[tuple[Entry, ...]])


def following(ledger: Ledger) -> Iterator[Entry]:
    for commit, entries in ledger.follow(after=-1):
        assert_type(commit.no, int)
        yield from entries
    week = ledger.changes(DAY, date(2019, 8, 20))
    assert_type([row.before for row in week.verdicts], list[Verdict | None])
    timeline = ledger.timeline(DAY, date(2019, 8, 20), as_seen=True)
    assert_type(timeline.days(), Iterator[date])
    assert_type(ledger.bounds_of("安立路", published_by=DAY)["started"], Bounds)


def auditing(ledger: Ledger) -> bool:
    found = ledger.verify(rules=True)
    assert_type(found.size, int)
    return not found.findings


def telling(entry: Entry) -> str:
    """
    Events are one closed union: a match tells them apart.
    """
    match entry.event:
        case MilestoneAchieved(milestone=milestone, occurred=occurred):
            assert_type(occurred, UncertainDate)
            return f"{milestone} {occurred}"
        case EntryRetracted(target=target):
            assert_type(target, int)
            return str(target)
        case _:
            return ""


def answering(answer: Answer) -> bool | None:
    """
    Answers are a closed set: whoever forgets one is told.
    """
    match answer:
        case Answer.YES:
            return True
        case Answer.NO:
            return False
        case Answer.REPORTED | Answer.UNREPORTED:
            return None
        case _:
            assert_never(answer)


def failing(url: str) -> str:
    try:
        Ledger.open(url)
    except LedgerError as error:
        assert_type(error.explain("zh"), str)
        return str(error)
    return Activity.SUSPENDED.value
