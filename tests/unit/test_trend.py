"""
Milestone trends that can be drawn by hand.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from courses import promised
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.metrics.inputs import NumberRange, Promised
from milestone_ledger.metrics.trend import milestone_trend

START = date(2019, 1, 1)


def after(days):
    return START + timedelta(days)


def points(*pairs):
    """
    Publication and deadline, in days from the start; a deadline of two days is any day between.
    """
    return [
        Promised(after(published), UncertainDate(after(first), after(last)))
        for published, (first, last) in (
            (published, deadline if isinstance(deadline, tuple) else (deadline, deadline))
            for published, deadline in pairs
        )
    ]


def arrival(first, last):
    return UncertainDate(None if first is None else after(first), None if last is None else after(last))


@pytest.mark.parametrize(
    ("pairs", "slope", "first", "last"),
    [
        # Holds; slips half as fast as time passes; comes nearer.
        ([(0, 100), (50, 100)], 0, 100, 100),
        ([(0, 100), (50, 125)], 0.5, 200, 200),
        ([(0, 100), (50, 50)], -1, 50, 50),
        ([(0, 100), (50, 80)], -0.4, 71, 72),
        # Three pairs: 0, 0.5 and 1. One outlier doesn't turn the line.
        ([(0, 100), (50, 100), (100, 150)], 0.5, 200, 200),
        # Six pairs: 0, 0, 0, 1/6, 1/4, 1/2. The mean of the middle two.
        ([(0, 100), (100, 100), (200, 100), (300, 150)], 1 / 12, 136, 137),
        # A deadline already past when it was promised.
        ([(0, 100), (150, 100)], 0, 100, 100),
    ],
)
def test_the_trend_is_the_median_slope(pairs, slope, first, last):
    trend = milestone_trend(points(*pairs))

    assert trend.points == tuple(points(*pairs))
    assert trend.slope == NumberRange(slope, slope)
    assert trend.arrival == arrival(first, last)
    assert not trend.never_arrives


@pytest.mark.parametrize("pairs", [[(0, 100), (50, 150)], [(0, 100), (50, 300)]])
def test_what_slips_day_for_day_never_arrives(pairs):
    trend = milestone_trend(points(*pairs))

    assert trend.never_arrives
    assert trend.arrival is None


@pytest.mark.parametrize("pairs", [[], [(0, 100)], [(0, 100), (0, 150)]])
def test_one_day_of_promising_makes_no_trend(pairs):
    assert milestone_trend(points(*pairs)) is None


def test_two_promises_of_one_day_make_no_slope_between_them():
    assert milestone_trend(points((0, 100), (0, 200), (50, 150))).slope == NumberRange(0, 0)


def test_vague_deadlines_give_a_range():
    trend = milestone_trend(points((0, (90, 100)), (50, (100, 110))))

    assert trend.slope == NumberRange(0, 0.4)
    assert trend.arrival == arrival(100, 150)


def test_a_vague_deadline_said_again_has_not_moved():
    trend = milestone_trend(points((0, (90, 140)), (50, (90, 140))))

    assert trend.slope == NumberRange(0, 0)
    assert trend.arrival == arrival(90, 140)


@pytest.mark.parametrize(
    ("last", "slope", "earliest"),
    [
        ((120, 150), (0.4, 1.2), 50 + 116),
        ((110, 140), (0.2, 1), 50 + 75),
        # Promised for the day itself, or later.
        ((50, 140), (-1, 1), 50),
    ],
)
def test_what_may_never_arrive_is_open(last, slope, earliest):
    trend = milestone_trend(points((0, (90, 100)), (50, last)))

    assert trend.slope == NumberRange(*slope)
    assert trend.arrival == arrival(earliest, None)
    assert not trend.never_arrives


def test_what_may_run_off_either_way_says_nothing():
    trend = milestone_trend(points((0, (0, 60)), (100, (90, 120))))

    assert trend.slope == NumberRange(0.3, 1.2)
    assert trend.arrival is None
    assert not trend.never_arrives


def test_a_day_past_from_which_it_may_run_off_says_nothing():
    trend = milestone_trend(points((0, (0, 60)), (100, (0, 100))))

    assert trend.slope == NumberRange(-0.6, 1)
    assert trend.arrival is None
    assert not trend.never_arrives


def test_arrivals_stay_within_the_calendar():
    trend = milestone_trend([promised("2018-01-01", "9990-01-01"), promised("2028-01-01", "9999-01-01")])

    assert trend.arrival == UncertainDate.on(date.max)
