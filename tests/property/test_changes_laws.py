"""
What two views differ by: nothing without a cause, and two steps tell what one step tells.
"""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.ledger.changes import Changes, Move
from milestone_ledger.ledger.difference import chain_key, compare
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies.looking import looking_days
from property.views import view
from strategies.histories import close_histories, histories

LISTS = [
    "listed",
    "milestones",
    "promises",
    "verdicts",
    "activity",
    "blockers",
    "notes",
    "totals",
    "indicators",
    "retracted",
]
SAID = {
    "promises": (on.PromiseMade, on.PromiseWithdrawn),
    "activity": (on.ActivityChanged,),
    "blockers": (on.BlockerRaised, on.BlockerCleared),
    "notes": (on.StatementNoted,),
    "totals": (on.TotalReported,),
    "indicators": (on.IndicatorTargeted, on.IndicatorObserved),
}
pasts = histories(max_commits=8) | close_histories(max_commits=8)


def at_day(history, day):
    """
    The view of that day.
    """
    return view(history, as_of=day, published_by=day)


@st.composite
def views(draw, number):
    """
    So many views of one history, in order: of days as published by then, or of positions from one day.
    """
    history = draw(pasts)
    days = looking_days(history)
    if draw(st.booleans()):
        some = st.lists(st.sampled_from(days), min_size=number, max_size=number, unique=len(days) >= number)
        drawn = draw(some)
        return [at_day(history, day) for day in sorted(drawn)]
    as_of, published_by = draw(st.sampled_from(days)), draw(st.none() | st.sampled_from(days))
    places = st.lists(st.sampled_from(boundaries(history)), min_size=number, max_size=number)
    return [
        view(history, as_of=as_of, published_by=published_by, recorded_by=position)
        for position in sorted(draw(places))
    ]


def verdicts(seen):
    return {chain_key(state): state.baseline.verdict for state in seen.promises()}


def turned(changes: Changes):
    """
    The verdicts that changed, by chain.
    """
    return {chain_key(row.promise): (row.before, row.after) for row in changes.verdicts}


def by_number(entry):
    return entry.seq


@given(views(1))
def test_nothing_changes_between_equal_views(seen):
    (one,) = seen
    changes = compare(one, attrs.evolve(one))

    assert not any(getattr(changes, name) for name in LISTS)


@given(views(3))
def test_two_steps_tell_what_one_step_tells_of_verdicts(seen):
    first, second, third = seen
    net = {}
    for changes in (compare(first, second), compare(second, third)):
        for key, (before, after) in turned(changes).items():
            assert net.get(key, (None, before))[1] is before
            net[key] = net.get(key, (before, None))[0], after

    assert turned(compare(first, third)) == {key: pair for key, pair in net.items() if pair[0] is not pair[1]}


@given(views(2))
def test_the_verdicts_before_and_the_changes_give_those_after(seen):
    before, after = seen
    told = verdicts(before) | {key: pair[1] for key, pair in turned(compare(before, after)).items()}

    assert {key: verdict for key, verdict in told.items() if verdict is not None} == verdicts(after)


@given(views(2))
def test_every_row_names_an_entry_that_one_of_the_views_sees(seen):
    changes = compare(*seen)
    for name in LISTS:
        for row in getattr(changes, name):
            entries = (row.entry, row.by) if name == "retracted" else row.entries
            assert entries
            assert all(any(one.viewpoint.sees(entry) for one in seen) for entry in entries)


@given(views(2))
def test_what_newly_counts_is_told_once_in_its_list(seen):
    before, after = seen
    changes, known = compare(before, after), {entry.seq for entry in before.live}
    in_force = after.as_of if after.viewpoint.published_by is None else after.viewpoint.published_by
    for name, kinds in SAID.items():
        fresh = [e for e in after.live if e.seq not in known and isinstance(e.event, kinds)]
        if name == "promises":
            fresh = [e for e in fresh if e.published_on <= min(after.as_of, in_force)]
        told = [row.entry for row in getattr(changes, name)]
        assert sorted(told, key=by_number) == sorted(fresh, key=by_number)


@given(views(2))
def test_a_milestone_moves_exactly_if_its_bounds_or_counts_do(seen):
    before, after = seen
    before = attrs.evolve(before, as_of=after.as_of)
    states = [
        {
            (state.project.id, m.milestone): (m.bounds.lo, m.bounds.hi, m.certain, m.possible)
            for state in one.projects()
            for m in state.milestones
        }
        for one in (before, after)
    ]
    moved = {(row.project, row.milestone) for row in compare(*seen).milestones}
    listed = set(states[0]) & set(states[1])

    assert moved & listed == {key for key in listed if states[0][key] != states[1][key]}


@given(pasts, st.data())
def test_evidence_alone_never_loosens(history, data):
    if any(isinstance(entry.event, on.EntryRetracted) for entry in history):
        return
    first, second = sorted(data.draw(st.tuples(*[st.sampled_from(looking_days(history))] * 2)))
    changes = compare(at_day(history, first), at_day(history, second))

    assert all(row.move is not Move.LOOSENED for row in changes.milestones)
    assert not changes.retracted


@given(pasts, st.data())
def test_days_alone_only_make_promises_fall_due(history, data):
    first, second = sorted(data.draw(st.tuples(*[st.sampled_from(looking_days(history))] * 2)))
    published = {entry.published_on for entry in history if entry.published_on is not None}
    changes = compare(at_day(history, first), at_day(history, second))
    if any(first < day <= second for day in published):
        return

    assert not any(getattr(changes, name) for name in LISTS if name != "verdicts")
    assert all(row.before is Verdict.NOT_DUE and not row.because for row in changes.verdicts)
