"""
Earned schedule against published numbers, and as a range where counts or deadlines are vague.
"""

from __future__ import annotations

import pytest

from courses import course
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.earned import earned, earned_schedule, month_ends, planned_duration, schedule_of
from milestone_ledger.metrics.inputs import NumberRange
from statements import day

PLANNED = (0, 2, 5, 9, 12, 12, 15)
PLAN = "2018-07-29"
QUARTERS = tuple(map(day, ["2018-12-31", "2019-03-31", "2019-06-30", "2019-09-30", "2019-12-31"]))


def rounded(numbers):
    return numbers and (round(numbers.lo, 3), numbers.hi and round(numbers.hi, 3))


@pytest.mark.parametrize(
    ("achieved", "at", "schedule", "index", "forecast"),
    [
        (4, 3, 1.667, 0.556, 10.8),
        (12, 6, 5, 0.833, 7.2),
        (15, 8, 6, 0.75, 8),
        # More than was planned in all can't lie beyond the end of the plan.
        (16, 8, 6, 0.75, 8),
        (9, 3, 3, 1, 6),
    ],
)
def test_published_numbers(achieved, at, schedule, index, forecast):
    figure = earned_schedule((PLANNED, PLANNED), (achieved, achieved), at)

    assert rounded(figure.schedule) == (schedule, schedule)
    assert rounded(figure.index) == (index, index)
    assert rounded(figure.forecast) == (forecast, forecast)
    assert figure.duration == NumberRange(6, 6)
    assert (figure.planned, figure.at) == (15, at)


def test_counts_that_are_ranges_give_ranges():
    figure = earned_schedule((PLANNED, PLANNED), (4, 12), 6)

    assert figure.achieved == (4, 12)
    assert rounded(figure.schedule) == (1.667, 5)
    assert rounded(figure.index) == (0.278, 0.833)
    assert rounded(figure.forecast) == (7.2, 21.6)


def test_plans_that_are_ranges_give_ranges():
    figure = earned_schedule(((0, 0, 2, 2, 4), (0, 2, 2, 4, 4)), (2, 2), 3)

    assert figure.duration == NumberRange(3, 4)
    assert figure.schedule == NumberRange(2, 3)
    assert rounded(figure.index) == (0.667, 1)
    assert figure.forecast == NumberRange(3, 6)


def test_nothing_achieved_forecasts_nothing():
    nothing = earned_schedule((PLANNED, PLANNED), (0, 0), 3)

    assert nothing.index == NumberRange(0, 0)
    assert nothing.forecast is None


def test_perhaps_nothing_achieved_leaves_the_forecast_open():
    assert earned_schedule((PLANNED, PLANNED), (0, 9), 3).forecast == NumberRange(6, None)


def test_before_any_time_has_gone_there_is_no_index():
    begun = earned_schedule((PLANNED, PLANNED), (2, 2), 0)

    assert begun.schedule == NumberRange(1, 1)
    assert begun.index is None
    assert begun.forecast is None


@pytest.mark.parametrize(
    ("planned", "achieved", "schedule", "duration"),
    [
        # Where the plan stands still, it is met to the end of that.
        ((0, 0, 2), 0, 1, 2),
        ((0, 2, 2, 4), 2, 2, 3),
        # What comes after the last planned milestone is no part of the plan.
        ((0, 2, 2), 2, 1, 1),
        ((0, 0), 0, 0, 0),
        ((0,), 3, 0, 0),
    ],
)
def test_plateaus_and_ends_of_plans(planned, achieved, schedule, duration):
    assert schedule_of(planned, achieved) == schedule
    assert planned_duration(planned) == duration


@pytest.mark.parametrize("planned", [(), (1, 2), (0, 2, 1)])
def test_what_is_no_plan_is_refused(planned):
    with pytest.raises(InvalidValueError):
        schedule_of(planned, 1)


def test_counts_and_times_below_zero_are_refused():
    with pytest.raises(InvalidValueError):
        schedule_of(PLANNED, -1)
    with pytest.raises(InvalidValueError):
        earned_schedule((PLANNED, PLANNED), (1, 1), -1)


def test_courses_are_counted_by_period():
    courses = [
        course("2019-03-31", (PLAN, "2019-03-31")),
        course("2019-09-30", (PLAN, "2019-06-30")),
        course("[2019-08-15..]", (PLAN, "2019-09-30")),
        course("[2019-10-01..]", (PLAN, "2019-12-31"), ("2019-06-01", "2018-12-31")),
        # Never planned, and so nothing to this plan.
        course("2019-03-31"),
    ]

    figure = earned(courses, QUARTERS, as_of=day("2019-09-30"))

    assert figure.achieved == (2, 3)
    assert figure.planned == 4
    assert figure.at == 3
    assert figure.schedule == NumberRange(2, 3)


def test_vague_deadlines_make_the_plan_vague():
    figure = earned(
        [course("2019-01-01", (PLAN, "[2019-03-01..2019-09-30]"))], QUARTERS, as_of=day("2019-06-30")
    )

    assert figure.duration == NumberRange(1, 3)
    assert figure.schedule == NumberRange(1, 3)
    assert figure.forecast == NumberRange(2 / 3, 6)


def test_days_within_a_period_and_past_the_plan_count():
    courses = [course("2019-01-15", (PLAN, "2019-03-31"))]

    within = earned(courses, QUARTERS, as_of=day("2019-05-15"))

    assert within.at == pytest.approx(1 + 45 / 91)
    assert earned(courses, QUARTERS, as_of=QUARTERS[-1]).index == NumberRange(1 / 4, 1 / 4)
    assert earned(courses, QUARTERS, as_of=QUARTERS[0]).at == 0


def test_without_a_plan_nothing_is_earned():
    assert earned([course("2019-03-31")], QUARTERS, as_of=QUARTERS[2]) is None


@pytest.mark.parametrize(
    ("ends", "as_of"),
    [
        ([], "2019-03-31"),
        # Begins with the first deadline, or after it.
        (["2019-02-28", "2019-06-30"], "2019-06-30"),
        (["2019-03-01", "2019-06-30"], "2019-06-30"),
        (["2018-12-31", "2019-03-30"], "2019-03-01"),
        (["2018-12-31", "2019-03-31"], "2019-04-01"),
        (["2018-12-31", "2019-03-31"], "2018-12-30"),
        (["2018-12-31", "2019-03-31", "2019-03-31"], "2019-03-31"),
    ],
)
def test_periods_must_cover_the_plan_and_the_day(ends, as_of):
    courses = [course("", (PLAN, "2019-03-31")), course("", (PLAN, "2019-02-28"))]

    with pytest.raises(InvalidValueError) as caught:
        earned(courses, list(map(day, ends)), as_of=day(as_of))

    assert caught.value.what == "ends"


def test_months_end_where_the_calendar_says():
    ends = month_ends(day("2019-11-29"), day("2020-02-29"))

    assert list(map(str, ends)) == ["2019-11-29", "2019-11-30", "2019-12-31", "2020-01-31", "2020-02-29"]
    assert list(map(str, month_ends(day("2019-11-30"), day("2019-12-01")))) == ["2019-11-30", "2019-12-31"]
    assert month_ends(day("2019-11-30"), day("2019-11-30")) == (day("2019-11-30"),)
