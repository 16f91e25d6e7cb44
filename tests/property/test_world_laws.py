"""
Law 3 against every world there could be: evidence is contradictory if and only if no world satisfies it.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Domain, Label, Milestone, Programme
from milestone_ledger.domain.rules import refusals
from milestone_ledger.errors import ContradictionError, MembershipError
from milestone_ledger.testing.recording import record, recorded
from property.views import ladders, publication_views
from property.worlds import NEVER, day_of, number_of, worlds_of

CHAIN = ("ab", (("a", "b"),))
LONG = ("abc", (("a", "b"), ("b", "c")))
FORK = ("abc", (("a", "b"), ("a", "c")))
JOIN = ("abc", (("a", "c"), ("b", "c")))
# The milestones with their order, and the size; evidence counts no more than two of an unknown number.
ALONE = [
    *((CHAIN, size) for size in (1, 2, 3, None)),
    *((order, size) for order in (LONG, FORK, JOIN) for size in (1, 2)),
]
# The size of the batch and of its members, with the numbers of units that this can mean.
TOGETHER = {
    (2, (1, 1)): [(2, (1, 1))],
    (3, (1,)): [(3, (1,))],
    (3, (2,)): [(3, (2,))],
    (3, (1, 1)): [(3, (1, 1))],
    (3, (1, 2)): [(3, (1, 2))],
    (3, (None,)): [(3, (1,)), (3, (2,)), (3, (3,))],
    (3, (None, 1)): [(3, (1, 1)), (3, (2, 1))],
    (None, (1,)): [(1, (1,)), (2, (1,)), (3, (1,))],
    (None, (2,)): [(2, (2,)), (3, (2,))],
}


def _foundations(milestones, order, days, *projects):
    programme = Programme(
        id="small",
        title=Label("小", "small"),
        milestones=tuple(Milestone(step, Label(step, step)) for step in milestones),
        order=order,
        domains=(Domain("道路"),),
    )
    sources = [
        on.SourceRegistered(
            source=f"s{n}", title=f"文件{n}", published=UncertainDate.on(day_of(n)), kind=on.SourceKind.REPORT
        )
        for n in range(1, days + 1)
    ]
    return recorded([on.ProgrammeDefined(programme), *sources, *projects])


def _project(name, size, batch=None):
    return on.ProjectRegistered(project=name, name=name, domain="道路", size=size, member_of=batch)


@st.composite
def _evidence(draw, milestones, days, project, size):
    """
    A statement about one of the days by a document of that day or a later one.
    """
    latest = draw(st.integers(1, days))
    said = {
        "source": f"s{draw(st.integers(latest, days))}",
        "locator": "1",
        "project": project,
        "milestone": draw(st.sampled_from(milestones)),
    }
    most = 2 if size is None else size - 1
    least = draw(st.sampled_from([0, 1]))
    quantity = draw(st.none() | st.integers(least, most)) if most >= least and size != 1 else None
    if not least:
        return on.MilestonePending(**said, on=day_of(latest), quantity=quantity)
    first = draw(st.none() | st.integers(1, latest).map(day_of)) if quantity is None else None
    return on.MilestoneAchieved(**said, occurred=UncertainDate(first, day_of(latest)), quantity=quantity)


@st.composite
def _attempts(draw, history, milestones, days, sizes):
    """
    One or two statements, or the retraction of one by its own or a later document.
    """
    said = [e for e in history if isinstance(e.event, on.Evidence) and not history.retractions(e.seq)]
    if said and draw(st.integers(0, 3)) == 0:
        target = draw(st.sampled_from(said))
        by = draw(st.integers(number_of(target.published_on), days))
        return [on.EntryRetracted(target=target.seq, source=f"s{by}")]
    one = st.sampled_from(sorted(sizes.items())).flatmap(lambda named: _evidence(milestones, days, *named))
    return draw(st.lists(one, min_size=1, max_size=2))


def _possible(history, viewpoint, variants):
    """
    For each variant of the sizes, the worlds in which all that is live in a view is true.
    """
    live = [e.event for e in history.live(viewpoint) if isinstance(e.event, on.Evidence)]
    possible = []
    for worlds in variants:
        left = worlds.all
        for event in live:
            left &= worlds.holding(event, None if event.project == "p" else event.project)
        possible.append((worlds, left))
    return possible


def _is_contradictory(history, variants):
    return any(
        not any(left for _, left in _possible(history, viewpoint, variants))
        for viewpoint in publication_views(history)
    )


def _assert_bounds(history, variants, *, parts, tight):
    """
    In every world that is left, each unit reached each milestone within its bounds.
    """
    for viewpoint in publication_views(history):
        folded = ladders(history, viewpoint)
        possible = _possible(history, viewpoint, variants)
        for project, of_project in folded.items():
            part = parts[project]
            for milestone, ladder in of_project.items():
                for quantity in (1, 2, 3, None):
                    spans = [
                        worlds.span(left, milestone, quantity or worlds.number(part), part)
                        for worlds, left in possible
                        if left and (quantity or 1) <= worlds.number(part)
                    ]
                    if not spans or (quantity or 1) > ladder.whole:
                        continue
                    first, last = min(s[0] for s in spans), max(s[1] for s in spans)
                    bounds = ladder.bounds(quantity)
                    lo = 0 if bounds.lo is None else number_of(bounds.lo)
                    hi = NEVER if bounds.hi is None else number_of(bounds.hi)
                    where = (viewpoint, project, milestone, quantity)
                    assert lo <= first, where
                    assert last <= hi, where
                    assert not tight or (lo, hi) == (first, last), where


@pytest.mark.parametrize(("order", "size"), ALONE)
@given(data=st.data())
def test_decide_refuses_exactly_what_no_world_satisfies(order, size, data):
    milestones, edges = order
    days = 3 if size is not None else 2
    sizes = (1, 2, 3, 4) if size is None else (size,)
    variants = [worlds_of(milestones, edges, number, days) for number in sizes]
    history = _foundations(milestones, edges, days, _project("p", size))
    for _ in range(data.draw(st.integers(1, 6))):
        events = data.draw(_attempts(history, milestones, days, {"p": size}))
        refused = refusals(history, events)
        grown = record(history, events)
        assert all(isinstance(error, ContradictionError) for error in refused)
        assert bool(refused) == _is_contradictory(grown, variants), events
        history = history if refused else grown
    _assert_bounds(history, variants, parts={"p": None}, tight=True)


@pytest.mark.parametrize(("size", "members"), TOGETHER)
@given(data=st.data())
def test_with_members_decide_refuses_nothing_that_some_world_satisfies(size, members, data):
    milestones, edges = CHAIN
    names = [f"m{place}" for place in range(len(members))]
    variants = [
        worlds_of(milestones, edges, total, 2, tuple(zip(names, numbers, strict=True)))
        for total, numbers in TOGETHER[size, members]
    ]
    batch = [_project(name, number, "p") for name, number in zip(names, members, strict=True)]
    history = _foundations(milestones, edges, 2, _project("p", size), *batch)
    sizes = {"p": size, **dict(zip(names, members, strict=True))}
    for _ in range(data.draw(st.integers(1, 6))):
        events = data.draw(_attempts(history, milestones, 2, sizes))
        refused = refusals(history, events)
        grown = record(history, events)
        assert all(isinstance(error, ContradictionError | MembershipError) for error in refused)
        assert not refused or _is_contradictory(grown, variants), events
        if refused or _is_contradictory(grown, variants):
            continue
        history = grown
    _assert_bounds(history, variants, parts={"p": None} | {name: name for name in names}, tight=False)


def test_a_world_satisfies_what_it_should():
    """
    The enumeration itself, on a case that can be counted by hand.
    """
    worlds = worlds_of("ab", (("a", "b"),), 1, 1)
    # Moments 0, 1, 2 and never: four days for a, and b on the same or a later one.
    assert len(worlds.worlds) == 10
    history = _foundations("ab", (("a", "b"),), 1, _project("p", 1))
    cited = {"source": "s1", "locator": "1", "project": "p"}
    reached = on.MilestoneAchieved(**cited, milestone="b", occurred=UncertainDate.on(day_of(1)))
    assert worlds.span(worlds.holding(reached), "a", 1) == (0, 1)
    assert worlds.span(worlds.holding(reached), "b", 1) == (1, 1)
    grown = record(history, [reached])
    assert [left.bit_count() for _, left in _possible(grown, Viewpoint(), [worlds])] == [2]
