"""
What a few statements change: of milestones, of promises, of verdicts.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.ledger.changes import Move, PromiseAct
from milestone_ledger.ledger.difference import compare, earlier
from milestone_ledger.testing.recording import recorded
from milestone_ledger.testing.walk import programme
from property.views import view

DAYS = (date(2019, 1, 5), date(2019, 3, 10), date(2019, 4, 20))
PLAN, SPRING, LATER = (
    on.SourceRegistered(source=name, title=name, published=UncertainDate.on(day), kind=on.SourceKind.REPORT)
    for name, day in zip(("方案", "三月", "四月"), DAYS, strict=True)
)
ROAD = on.ProjectRegistered(project="路", name="路", domain="交通/道路")
SCHOOLS = on.ProjectRegistered(project="学校", name="4所学校", domain="教育", size=4)
MEMBER = on.ProjectRegistered(project="一校", name="一校", domain="教育", member_of="学校")
REACHED = on.MilestoneAchieved(
    source="三月", locator="1", project="路", milestone="started", occurred=UncertainDate.by(DAYS[1])
)
PENDING = on.MilestonePending(
    source="三月", locator="2", project="路", milestone="started", on=date(2019, 2, 1)
)
PROMISE = on.PromiseMade(
    source="方案",
    locator="一",
    project="路",
    milestone="started",
    deadline=UncertainDate.parse("2019-03-31"),
)


def history(*events):
    start = [on.ProgrammeDefined(programme("drawn")), PLAN, SPRING, LATER, ROAD, SCHOOLS, MEMBER]
    return recorded(start, list(events)) if events else recorded(start)


def between(first, second, *events):
    """
    What changed from one of the three days to another, each as published by then.
    """
    past = history(*events)
    return compare(*(view(past, as_of=DAYS[n], published_by=DAYS[n]) for n in (first, second)))


def moves(changes):
    return {(row.project, row.milestone): (row.move, row.is_direct) for row in changes.milestones}


def test_what_follows_from_a_statement_is_not_said_directly():
    changes = between(0, 1, attrs.evolve(REACHED, milestone="completed"))

    assert moves(changes) == {
        ("路", "initiated"): (Move.REACHED, False),
        ("路", "started"): (Move.REACHED, False),
        ("路", "structure_complete"): (Move.REACHED, False),
        ("路", "completed"): (Move.REACHED, True),
    }


def test_still_not_reached_then_reached_then_known_more_closely():
    later = attrs.evolve(PENDING, source="四月", on=date(2019, 3, 1))

    assert moves(between(0, 1, PENDING))["路", "started"] == (Move.PENDING, True)
    assert moves(between(0, 1, PENDING, REACHED))["路", "started"] == (Move.REACHED, True)
    assert moves(between(1, 2, PENDING, REACHED, later))["路", "started"] == (Move.NARROWED, True)
    sooner = attrs.evolve(REACHED, source="四月", occurred=UncertainDate.by(date(2019, 2, 9)))
    (row,) = [r for r in between(1, 2, REACHED, sooner).milestones if r.milestone == "started"]
    assert (row.move, row.before.hi, row.after.hi) == (Move.NARROWED, DAYS[1], date(2019, 2, 9))


def test_what_is_taken_back_loosens_and_names_the_retraction():
    target = len(list(history()))
    taken_back = on.EntryRetracted(target=target, source="四月", locator="更正", note="有误")
    past = recorded([entry.event for entry in history()], [REACHED], [taken_back])
    changes = compare(*(view(past, as_of=day, published_by=day) for day in DAYS[1:]))
    (row,) = [row for row in changes.milestones if row.milestone == "started"]

    assert (row.move, row.is_direct, row.after.hi) == (Move.LOOSENED, True, None)
    assert [entry.event for entry in row.entries] == [taken_back]
    assert [(pair.entry.event, pair.by.event) for pair in changes.retracted] == [(REACHED, taken_back)]


@pytest.mark.parametrize(
    ("statement", "move", "certain", "possible"),
    [
        (attrs.evolve(REACHED, project="学校", quantity=2), Move.REACHED, (0, 2), (4, 4)),
        (
            on.MilestonePending(
                source="三月", locator="3", project="学校", milestone="started", on=DAYS[1], quantity=1
            ),
            Move.PENDING,
            (0, 0),
            (4, 1),
        ),
        (attrs.evolve(REACHED, project="一校"), Move.REACHED, (0, 1), (4, 4)),
    ],
)
def test_a_batch_tells_how_many(statement, move, certain, possible):
    (row,) = [
        row
        for row in between(0, 1, statement).milestones
        if (row.project, row.milestone) == ("学校", "started")
    ]

    assert (row.move, row.certain, row.possible) == (move, certain, possible)
    assert row.is_direct is (statement.project == "学校")
    assert [entry.event for entry in row.entries] == [statement]


def test_a_member_that_joins_changes_its_batch_by_what_is_said_of_it():
    """
    No statement is new, only the registration: the row rests on what was said before.
    """
    alone = attrs.evolve(MEMBER, member_of=None)
    begun = [on.ProgrammeDefined(programme("drawn")), PLAN, SPRING, LATER, ROAD, SCHOOLS, alone]
    past = recorded(
        begun, [attrs.evolve(REACHED, project="一校")], [on.ProjectAmended(project="一校", member_of="学校")]
    )
    before, after = (view(past, as_of=DAYS[2], recorded_by=position) for position in (8, 9))
    (row,) = [row for row in compare(before, after).milestones if row.milestone == "started"]

    assert (row.project, row.move, row.is_direct) == ("学校", Move.REACHED, False)
    assert [entry.event.project for entry in row.entries] == ["一校"]


def test_promises_are_made_confirmed_moved_and_withdrawn():
    again = attrs.evolve(PROMISE, source="三月")
    moved = attrs.evolve(PROMISE, source="三月", locator="二", deadline=UncertainDate.parse("2019-12-31"))
    effort = attrs.evolve(PROMISE, milestone=None, deadline=None, firmness=on.Firmness.EFFORT)
    withdrawn = on.PromiseWithdrawn(source="三月", locator="三", project="路", milestone="completed")
    other = attrs.evolve(PROMISE, milestone="completed", deadline=UncertainDate.parse("2020"))
    events = [PROMISE, again, moved, effort, attrs.evolve(effort, source="三月"), other, withdrawn]
    first, second = between(0, 0, *events), between(0, 1, *events)
    made = compare(
        view(history(), as_of=DAYS[0]), view(history(*events), as_of=DAYS[0], published_by=DAYS[0])
    )

    assert not first.promises
    assert [row.act for row in made.promises] == [PromiseAct.MADE] * 3
    assert [(row.act, row.milestone) for row in second.promises] == [
        (PromiseAct.CONFIRMED, "started"),
        (PromiseAct.MOVED, "started"),
        (PromiseAct.CONFIRMED, None),
        (PromiseAct.WITHDRAWN, "completed"),
    ]
    revision = second.promises[1].revision
    assert (revision.moved.lo, revision.notice.lo) == (275, 21)


def test_a_verdict_names_what_turned_it_or_nothing_if_the_days_did():
    late = attrs.evolve(PENDING, source="四月", on=date(2019, 4, 1))
    (due,) = between(1, 2, PROMISE).verdicts
    (broken,) = between(1, 2, PROMISE, late).verdicts

    assert (due.before, due.after, due.because) == (Verdict.NOT_DUE, Verdict.UNVERIFIED, ())
    assert [entry.event for entry in due.entries] == [PROMISE]
    assert (broken.before, broken.after) == (Verdict.NOT_DUE, Verdict.OVERDUE)
    assert [entry.event for entry in broken.because] == [late]


def test_a_new_promise_has_no_verdict_before():
    made = attrs.evolve(PROMISE, source="三月")
    (row,) = between(0, 1, made).verdicts

    assert (row.before, row.after) == (None, Verdict.NOT_DUE)
    assert [entry.event for entry in row.because] == [made]


def test_an_earlier_look_keeps_everything_but_the_days():
    seen = view(history(PROMISE), as_of=DAYS[2], recorded_by=8, grace=3)
    before = earlier(seen, DAYS[0])

    assert (before.as_of, before.viewpoint.published_by) == (DAYS[0], DAYS[0])
    assert (before.grace, before.viewpoint.recorded_by, before.history) == (3, 8, seen.history)


def test_a_promise_of_what_was_reached_before_it_postpones_nothing():
    """
    What was reached by the day of its document may have been reached with it.
    """
    anew = attrs.evolve(PROMISE, source="四月", deadline=UncertainDate.parse("2019-12-31"))
    kept, elsewhere = (
        between(1, 2, PROMISE, evidence, anew).promises
        for evidence in (REACHED, attrs.evolve(REACHED, source="四月", occurred=UncertainDate.by(DAYS[2])))
    )

    assert [(row.act, row.after_achievement) for row in kept] == [(PromiseAct.MOVED, True)]
    assert [(row.act, row.after_achievement) for row in elsewhere] == [(PromiseAct.MOVED, False)]
    effort = attrs.evolve(anew, firmness=on.Firmness.EFFORT)
    assert not any(row.after_achievement for row in between(1, 2, PROMISE, REACHED, effort).promises)
