"""
Bounds, counts and states by example: the first and the last day, the smallest and the largest number.
"""

from __future__ import annotations

from datetime import date

import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import Answer, Bounds, Fact, Ladder, fold, fold_group, group_of, opponents
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import HINDSIGHT, History
from milestone_ledger.domain.registry import UNKNOWN_WHOLE, Registry
from milestone_ledger.domain.state import (
    ActivityState,
    activity,
    last_status,
    milestone_states,
    next_expected,
    stage,
)
from milestone_ledger.testing.recording import recorded
from statements import achieved, day, pending, plan, project, slip, source
from statements import activity as changed
from strategies.histories import PROGRAMME

BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("plan", "2018-07-29"),
    source("report", "2019-08-14"),
    source("late", "2020-03-01"),
    project("road"),
    project("new road", delivery="new_build"),
    project("schools", 3),
    project("some", None),
    project("first", member_of="schools"),
    project("second", member_of="schools"),
]
TODAY = day("2019-08-14")
BEFORE, AFTER = day("2019-08-13"), day("2019-08-15")


def ladders(*events):
    history = recorded(BASE, events)
    return fold(Registry.of(history), history, HINDSIGHT)


def states_of(name, *events, as_of):
    history = recorded(BASE, events)
    registry = Registry.of(history)
    return registry.projects[name], milestone_states(fold(registry, history, HINDSIGHT)[name], as_of)


def state_of(name, milestone, *events, as_of):
    _, states = states_of(name, *events, as_of=as_of)
    return next(state for state in states if state.milestone == milestone)


def notes(entries):
    return [entry.event.note for entry in entries]


@pytest.mark.parametrize(
    ("lo", "hi", "as_of", "answer"),
    [
        (None, TODAY, TODAY, Answer.YES),
        (None, TODAY, BEFORE, Answer.REPORTED),
        (TODAY, AFTER, TODAY, Answer.REPORTED),
        (TODAY, AFTER, BEFORE, Answer.NO),
        (TODAY, None, BEFORE, Answer.NO),
        (TODAY, None, TODAY, Answer.UNREPORTED),
        (None, None, TODAY, Answer.UNREPORTED),
    ],
)
def test_the_answer_on_the_day_itself(lo, hi, as_of, answer):
    """Both ends count: reached by the end of the day, or not before it."""
    assert Bounds(lo, hi).answer(as_of) is answer
    assert answer.is_unknown is (answer in {Answer.REPORTED, Answer.UNREPORTED})


def test_counts_on_the_day_itself():
    """Proven by the end of the day; impossible before the day."""
    ladder = Ladder(5, (Fact(2, TODAY, ()),), (Fact(3, TODAY, ()),))

    assert [ladder.certain(as_of) for as_of in (BEFORE, TODAY)] == [0, 2]
    assert [ladder.possible(as_of) for as_of in (BEFORE, TODAY)] == [3, 5]
    assert [ladder.hi(quantity) for quantity in (1, 2, 3)] == [TODAY, TODAY, None]
    assert [ladder.lo(quantity) for quantity in (3, 4, 5)] == [None, TODAY, TODAY]


@pytest.mark.parametrize(
    ("upper", "certain"), [((UNKNOWN_WHOLE,), 1), ((UNKNOWN_WHOLE, 3), 3), ((2, 4), 4), ((), 0)]
)
def test_of_an_unknown_number_one_is_certain(upper, certain):
    """All of them is at least one, and numbers that were named count as they are."""
    ladder = Ladder(UNKNOWN_WHOLE, tuple(Fact(quantity, TODAY, ()) for quantity in upper))

    assert ladder.certain(TODAY) == certain
    assert ladder.possible(TODAY) is None


def test_of_an_unknown_number_any_number_is_possible_until_one_is_named():
    """Not all had it: any number may have; at most four had it: four may."""
    not_all = Ladder(UNKNOWN_WHOLE, (), (Fact(UNKNOWN_WHOLE - 1, AFTER, ()),))
    at_most = Ladder(UNKNOWN_WHOLE, (), (Fact(4, AFTER, ()), Fact(7, AFTER, ())))

    assert not_all.possible(TODAY) is None
    assert at_most.possible(TODAY) == 4


def test_a_contradiction_needs_a_day_between():
    """Reached on the first day on which it can have been is none; a day earlier is."""
    lower = Fact(1, TODAY, ())

    assert list(Ladder(2, (Fact(2, TODAY, ()),), (lower,)).contradictions()) == []
    assert list(Ladder(2, (Fact(1, BEFORE, ()),), (lower,)).contradictions()) == []
    upper = Fact(2, BEFORE, ())
    assert list(Ladder(2, (upper,), (lower,)).contradictions()) == [(2, lower, upper)]


def test_only_what_attains_a_bound_is_named_once_and_in_order():
    """The earlier published first; a looser statement, and the same entry twice, add nothing."""
    found = ladders(
        achieved("road", "started", "[..2019-08-01]", "late", note="later"),
        achieved("road", "completed", "[..2019-08-01]", "report", note="sooner"),
        achieved("road", "started", "[..2019-08-02]", "report", note="looser"),
    )["road"]["started"].bounds()

    assert notes(found.hi_entries) == ["sooner", "later"] == notes(found.entries)
    assert (found.lo, found.lo_entries) == (None, ())


def test_a_batch_is_all_of_its_members_and_its_members_are_some_of_it():
    """Whole and none pass down; each member passes up, one by one, with its witnesses."""
    whole = ladders(achieved("schools", "started", "2019-07", "report", note="all"))
    assert whole["first"]["started"].bounds().hi == day("2019-07-31")
    assert whole["first"]["started"].lo(1) is None
    none = ladders(pending("schools", "started", "2019-08-14", "report", quantity=0))
    assert none["second"]["completed"].bounds().lo == AFTER
    some = ladders(pending("schools", "started", "2019-08-14", "report", quantity=1))
    assert some["second"]["started"].bounds() == Bounds(None, None)

    of_members = ladders(
        achieved("first", "started", "[..2019-08-01]", "report", note="first"),
        achieved("second", "started", "[..2019-08-05]", "report", note="second"),
        pending("second", "started", "2019-08-02", "report", note="not yet"),
    )["schools"]["started"]
    assert [of_members.hi(quantity) for quantity in (1, 2, 3)] == [day("2019-08-01"), day("2019-08-05"), None]
    assert [of_members.lo(quantity) for quantity in (1, 2, 3)] == [None, None, day("2019-08-03")]
    assert notes(of_members.bounds(2).hi_entries) == ["first", "second"]
    assert [of_members.certain(day(f"2019-08-{n:02}")) for n in (1, 4, 5)] == [1, 1, 2]
    assert [of_members.possible(day(f"2019-08-{n:02}")) for n in (2, 3)] == [2, 3]


def test_a_group_is_a_batch_with_its_members():
    """The batch comes first, whoever of the group is asked about."""
    history = recorded(BASE)
    registry = Registry.of(history)

    assert group_of(registry, "second") == group_of(registry, "schools") == ("schools", "first", "second")
    assert group_of(registry, "road") == ("road",)
    assert group_of(registry, "nobody") == ()
    assert set(fold_group(registry, history, ("road", "nobody"), HINDSIGHT)) == {"road"}
    assert fold(Registry(), History(), HINDSIGHT) == {}


def test_opponents_of_a_contested_entry():
    """Each that could not hold together with it, in the order of publication, and never itself."""
    contested = pending("road", "started", "2019-08-14", "report", contested=True, note="doubted")
    history = recorded(
        BASE,
        [
            achieved("road", "completed", "[..2019-08-01]", "late", note="later"),
            achieved("road", "started", "[..2019-07-01]", "report", note="sooner"),
            achieved("new road", "started", "[..2019-07-01]", "report", note="elsewhere"),
            contested,
        ],
    )
    entry = history.get(history.size - 1)

    assert notes(opponents(Registry.of(history), history, HINDSIGHT, entry)) == ["sooner", "later"]


def test_the_numbers_of_a_batch_rest_on_their_entries():
    """The largest number proven, and the smallest that is excluded; nothing else."""
    said = [
        achieved("schools", "started", "[..2019-08-01]", "report", quantity=1, note="at least 1"),
        pending("schools", "started", "2019-08-14", "report", quantity=2, note="at most 2"),
    ]

    def numbers(as_of):
        state = state_of("schools", "started", *said, as_of=as_of)
        return state.certain, state.possible, notes(state.count_entries)

    assert numbers(day("2019-07-31")) == (0, 2, ["at most 2"])
    assert numbers(TODAY) == (1, 2, ["at least 1", "at most 2"])
    assert numbers(AFTER) == (1, 3, ["at least 1"])
    assert notes(state_of("schools", "completed", *said, as_of=TODAY).count_entries) == ["at most 2"]
    assert state_of("schools", "handed_over", *said, as_of=TODAY).count_entries == ()


def test_the_stage_is_the_furthest_reached():
    """One of a known mode; all that nothing reached lies after, if the mode is not known."""

    def of(name, *reached):
        entries = [achieved(name, milestone, "[..2019-08-01]", "report") for milestone in reached]
        found, states = states_of(name, *entries, as_of=TODAY)
        return set(stage(PROGRAMME, found, states)), next_expected(PROGRAMME, found, states)

    assert of("new road") == (set(), "initiated")
    assert of("new road", "started") == ({"started"}, "completed")
    assert of("new road", "completed") == ({"completed"}, "in_use")
    assert of("new road", "completed", "in_use") == ({"in_use"}, None)
    assert of("road", "completed", "handed_over", "trial") == ({"completed", "handed_over", "trial"}, None)
    assert of("road", "structure_complete") == ({"structure_complete"}, None)


def test_a_step_may_be_skipped():
    """In use without completion: what is expected lies after the last step reached, not before it."""
    reached = [achieved("new road", step, "[..2019-08-01]", "report") for step in ("initiated", "completed")]
    found, states = states_of("new road", *reached, as_of=TODAY)

    assert next_expected(PROGRAMME, found, states) == "in_use"


@pytest.mark.parametrize(
    ("changes", "as_of", "expected"),
    [
        ([], TODAY, ActivityState.NO_STOP_KNOWN),
        ([("suspended", "2019-08-14")], BEFORE, ActivityState.NO_STOP_KNOWN),
        ([("suspended", "2019-08-14")], TODAY, ActivityState.SUSPENDED),
        ([("suspended", "2019-08-13"), ("resumed", "2019-08-14")], TODAY, ActivityState.NO_STOP_KNOWN),
        ([("cancelled", "2019-08-13")], TODAY, ActivityState.CANCELLED),
        ([("cancelled", "2019-08-13"), ("reinstated", "2019-08-13")], TODAY, ActivityState.NO_STOP_KNOWN),
        ([("cancelled", "2019-08-13"), ("suspended", "2019-08-13")], TODAY, ActivityState.CANCELLED),
        ([("cancelled", "2019-08-12"), ("suspended", "2019-08-13")], TODAY, ActivityState.SUSPENDED),
    ],
)
@pytest.mark.parametrize("turned_round", [False, True])
def test_the_last_change_of_activity_counts(changes, as_of, expected, turned_round):
    """By the day, its end included; of one day by kind, whatever the order of entry."""
    entries = [changed("new road", change, on_day, "report") for change, on_day in changes]
    history = recorded(BASE, entries[::-1] if turned_round else entries)
    registry = Registry.of(history)
    found = registry.projects["new road"]
    states = milestone_states(fold(registry, history, HINDSIGHT)["new road"], as_of)
    status = last_status(history.of_project("new road"), as_of)

    assert activity(PROGRAMME, found, states, status) is expected


def test_what_is_finished_is_neither_suspended_nor_cancelled():
    """By the last milestone of the mode; of an unknown mode nobody can say."""
    for name, expected in (("new road", ActivityState.FINISHED), ("road", ActivityState.SUSPENDED)):
        history = recorded(
            BASE,
            [
                achieved(name, "in_use", "[..2019-08-01]", "report"),
                changed(name, "suspended", "2019-08-02", "report"),
            ],
        )
        registry = Registry.of(history)
        states = milestone_states(fold(registry, history, HINDSIGHT)[name], TODAY)
        status = last_status(history.of_project(name), TODAY)
        assert activity(PROGRAMME, registry.projects[name], states, status) is expected


def test_what_was_retracted_bounds_nothing():
    """A slip leaves no trace in any view."""
    history = recorded(BASE, [achieved("road", "started", "[..2019-08-01]", "report")])
    history = recorded([entry.event for entry in history], [slip(history.size - 1, "report")])

    assert fold(Registry.of(history), history, HINDSIGHT)["road"]["started"].bounds() == Bounds(None, None)


def test_the_ends_of_the_calendar():
    """The last day has no next; pending on it says that it was never reached before."""
    found = ladders(source("end", "9999-12-31"), pending("road", "started", "9999-12-31", "end"))["road"][
        "started"
    ]

    assert found.lo(1) == date.max
    assert UncertainDate.by(date.max).latest == date.max


def test_a_member_of_several_counts_with_its_units():
    """At least two of its four had, at most three: so of the ten of the batch two had, and nine may have."""
    batch = [project("ten", 10), project("four", 4, member_of="ten"), project("two", 2, member_of="ten")]
    said = [
        achieved("four", "started", "[..2019-08-01]", "report", quantity=2, note="two"),
        pending("four", "started", "2019-08-14", "report", quantity=3, note="not all four"),
        pending("two", "started", "2019-08-10", "report", quantity=0, note="none"),
    ]
    ladder = ladders(*batch, *said)["ten"]["started"]

    assert [ladder.certain(day(f"2019-{when}")) for when in ("07-31", "08-01")] == [0, 2]
    assert [ladder.possible(day(f"2019-08-{when}")) for when in (10, 11, 14, 15)] == [7, 9, 9, 10]
    assert [ladder.lo(quantity) for quantity in (7, 8, 10)] == [None, day("2019-08-11"), day("2019-08-15")]
    assert notes(ladder.bounds(8).lo_entries) == ["not all four", "none"]


def test_the_tightest_ladder_holds_each_fact_that_says_more_once():
    soon, later = Fact(2, TODAY, ()), Fact(2, AFTER, ())
    ladder = Ladder(5, (later, soon, Fact(1, AFTER, ())), (soon, later, Fact(5, AFTER, ())))

    assert ladder.tightest() == Ladder(5, (soon,), (later,))


def test_a_ladder_of_unknown_height_is_as_tight_as_it_is():
    ladder = Ladder(UNKNOWN_WHOLE, (Fact(2, TODAY, ()), Fact(1, AFTER, ())), ())

    assert ladder.tightest() is ladder
