"""
Kaplan–Meier against a published table, and Aalen–Johansen and late entries by hand.
"""

from __future__ import annotations

import pytest

from courses import wait
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.slips import DayRange
from milestone_ledger.metrics.survival import (
    Ending,
    IncidenceStep,
    Spell,
    Spells,
    aalen_johansen,
    kaplan_meier,
    spells_of,
)

REACHED, CANCELLED, WAITING = Ending.REACHED, Ending.CANCELLED, Ending.WAITING


def spells(reached=(), waiting=(), cancelled=()):
    return [
        *(Spell(0, day, REACHED) for day in reached),
        *(Spell(0, day, WAITING) for day in waiting),
        *(Spell(0, day, CANCELLED) for day in cancelled),
    ]


# Remission of leukaemia under 6-MP (Freireich et al. 1963), in weeks.
FREIREICH = spells(
    reached=(6, 6, 6, 7, 10, 13, 16, 22, 23), waiting=(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)
)


def test_the_curve_and_its_limits_are_those_of_the_textbooks():
    curve = kaplan_meier(FREIREICH)

    found = [(step.day, step.at_risk, step.reached, round(step.waiting, 4)) for step in curve.steps]
    assert found == [
        (6, 21, 3, 0.8571),
        (7, 17, 1, 0.8067),
        (10, 15, 1, 0.7529),
        (13, 12, 1, 0.6902),
        (16, 11, 1, 0.6275),
        (22, 7, 1, 0.5378),
        (23, 6, 1, 0.4482),
    ]
    limits = [(round(step.limits.lo, 4), round(step.limits.hi, 4)) for step in curve.steps]
    assert limits == [
        (0.6197, 0.9516),
        (0.5631, 0.9228),
        (0.5032, 0.8894),
        (0.4316, 0.8491),
        (0.3675, 0.8049),
        (0.2678, 0.7468),
        (0.1881, 0.6801),
    ]
    assert (curve.cases, curve.last_seen) == (21, 35)


@pytest.mark.parametrize(
    ("share", "days", "limits"),
    [
        (0.5, DayRange(23, 23), DayRange(13, None)),
        (0.25, DayRange(13, 13), DayRange(6, 22)),
        # Fewer had by the day on which the last was seen.
        (0.8, DayRange(36, None), DayRange(23, None)),
        (0.9, DayRange(36, None), DayRange(36, None)),
    ],
)
def test_quantiles_of_the_curve(share, days, limits):
    curve = kaplan_meier(FREIREICH)

    assert curve.quantile(share) == days
    assert curve.limits_of(share) == limits


def test_a_flat_piece_at_the_quantile_is_a_range():
    curve = kaplan_meier(spells(reached=(5, 10), waiting=(12,) * 2))

    assert curve.quantile(0.25) == DayRange(5, 10)
    assert curve.quantile(0.5) == DayRange(10, None)


def test_where_all_have_reached_it_there_are_no_limits():
    curve = kaplan_meier(spells(reached=(5, 10)))

    assert [step.waiting for step in curve.steps] == [0.5, 0]
    assert curve.steps[1].limits is None
    assert curve.limits_of(0.5) == DayRange(5, None)
    assert curve.limits_of(0.999) == DayRange(10, None)


def test_nothing_has_no_curve():
    curve = kaplan_meier([])

    assert (curve.cases, curve.last_seen, curve.steps) == (0, 0, ())
    assert curve.quantile(0.5) is None
    assert curve.limits_of(0.5) is None


@pytest.mark.parametrize("share", [0, 1])
def test_a_quantile_is_of_a_share(share):
    curve = kaplan_meier([])

    with pytest.raises(InvalidValueError):
        curve.quantile(share)
    with pytest.raises(InvalidValueError):
        curve.limits_of(share)


def test_who_enters_late_is_at_risk_from_then_on():
    curve = kaplan_meier([Spell(0, 5, REACHED), Spell(3, 6, REACHED), Spell(5, 8, REACHED)])

    assert [(step.day, step.at_risk, step.waiting) for step in curve.steps] == [
        (5, 2, 0.5),
        (6, 2, 0.25),
        (8, 1, 0),
    ]


def test_cancelled_waits_are_seen_until_then():
    curve = kaplan_meier(spells(reached=(1, 3), waiting=(4,), cancelled=(2,)))

    assert [(step.day, step.at_risk) for step in curve.steps] == [(1, 4), (3, 2)]


def test_a_wider_level_has_wider_limits():
    usual, sure = kaplan_meier(FREIREICH).steps[0], kaplan_meier(FREIREICH, level=0.99).steps[0]

    assert sure.limits.lo < usual.limits.lo < usual.waiting < usual.limits.hi < sure.limits.hi


def test_cancelled_and_reached_compete():
    steps = aalen_johansen(spells(reached=(1, 3), waiting=(4,), cancelled=(2,)))

    assert steps == (
        IncidenceStep(day=1, at_risk=4, reached=0.25, cancelled=0, waiting=0.75),
        IncidenceStep(day=2, at_risk=3, reached=0.25, cancelled=0.25, waiting=0.5),
        IncidenceStep(day=3, at_risk=2, reached=0.5, cancelled=0.25, waiting=0.25),
    )


def test_on_one_day_some_may_reach_and_others_be_cancelled():
    assert aalen_johansen(spells(reached=(2,), cancelled=(2,), waiting=(2, 5))) == (
        IncidenceStep(day=2, at_risk=4, reached=0.25, cancelled=0.25, waiting=0.5),
    )


@pytest.mark.parametrize(("entry", "end"), [(-1, 3), (3, 3), (4, 3)])
def test_a_spell_lasts(entry, end):
    with pytest.raises(InvalidValueError):
        Spell(entry, end, REACHED)


@pytest.mark.parametrize(
    ("waited", "spell"),
    [
        (wait("2018-01-31"), Spell(0, 30, REACHED)),
        (wait("2018-01-31", listed="2018-01-11"), Spell(10, 30, REACHED)),
        # Listed before it began: seen from the beginning.
        (wait("2018-01-31", listed="2017-01-11"), Spell(0, 30, REACHED)),
        # Pending on the 30th, and not heard of again.
        (wait("[2018-01-31..]"), Spell(0, 29, WAITING)),
        (wait("[2018-01-31..]", cancelled="2018-03-02"), Spell(0, 60, CANCELLED)),
        (wait("2018-01-31", cancelled="2018-01-31"), Spell(0, 30, REACHED)),
        (wait("2018-01-31", cancelled="2018-01-30"), Spell(0, 29, CANCELLED)),
        (wait("", cancelled="2018-01-30"), Spell(0, 29, CANCELLED)),
    ],
)
def test_waits_are_spells(waited, spell):
    assert spells_of([waited]) == Spells(spells=(spell,), vague=0, unseen=0)


@pytest.mark.parametrize(
    ("waited", "vague", "unseen"),
    [
        (wait("[2018-01-11..2018-01-31]"), 1, 0),
        (wait("[..2018-01-31]"), 1, 0),
        (wait("2018-01-31", since="2018-01"), 1, 0),
        (wait("2018-01-31", since="[..2018-01-01]"), 1, 0),
        (wait(""), 0, 1),
        (wait("[2018-01-02..]"), 0, 1),
        # Over when first listed.
        (wait("2018-01-31", listed="2018-01-31"), 0, 1),
        (wait("2017-01-31"), 0, 1),
    ],
)
def test_waits_that_no_one_can_follow_are_counted(waited, vague, unseen):
    assert spells_of([waited]) == Spells(spells=(), vague=vague, unseen=unseen)
