"""
Hit rate, CEI and milestone BEI on courses that can be counted by hand.
"""

from __future__ import annotations

import pytest

from courses import course
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import NumberRange
from milestone_ledger.metrics.schedule import current_execution_index, hit_rate, milestone_bei
from milestone_ledger.metrics.wilson import Share
from statements import day

PLAN = "2018-07-29"
YEAR = {"after": day("2018-12-31"), "until": day("2019-12-31")}


def exactly(hits, misses):
    return Share(hits=(hits, hits), misses=(misses, misses), of=(hits + misses, hits + misses))


# ---------------------------------------------------------------- hit rate


@pytest.mark.parametrize(
    ("reached", "deadline", "share"),
    [
        ("2019-12-31", "2019-12-31", exactly(1, 0)),
        ("2020-01-01", "2019-12-31", exactly(0, 1)),
        ("[..2019-08-14]", "2019-12-31", exactly(1, 0)),
        ("[2020-01-01..]", "2019-12-31", exactly(0, 1)),
        # Pending in August and not heard of since: not established, and so no miss.
        ("[2019-08-15..]", "2019-12-31", Share(hits=(0, 1), misses=(0, 1), of=(1, 1))),
        ("", "2019-12-31", Share(hits=(0, 1), misses=(0, 1), of=(1, 1))),
        # The window includes its last day and not the day before its first.
        ("2018-01-01", "2018-12-31", exactly(0, 0)),
        ("2018-01-01", "2019-01-01", exactly(1, 0)),
        ("2018-01-01", "2020-01-01", exactly(0, 0)),
        # "2020年前" is due on a day of 2020, or on the last of 2019.
        ("2019-12-31", "[2019-12-31..2020-12-31]", Share(hits=(0, 1), misses=(0, 0), of=(0, 1))),
        ("2020-06-30", "[2019-12-31..2020-12-31]", Share(hits=(0, 0), misses=(0, 1), of=(0, 1))),
        # Within the window only January to June of 2019 may be meant.
        ("2019-03-31", "[2018-06-01..2019-06-30]", Share(hits=(0, 1), misses=(0, 1), of=(0, 1))),
        ("2019-01-01", "[2018-06-01..2019-06-30]", Share(hits=(0, 1), misses=(0, 0), of=(0, 1))),
        ("2019-07-01", "[2018-06-01..2019-06-30]", Share(hits=(0, 0), misses=(0, 1), of=(0, 1))),
    ],
)
def test_the_hit_rate_counts_deadlines_of_the_window(reached, deadline, share):
    assert hit_rate([course(reached, (PLAN, deadline))], **YEAR) == share


def test_the_hit_rate_goes_by_the_baseline():
    moved = course("2019-12-31", (PLAN, "2019-06-30"), ("2019-06-01", "2019-12-31"))

    assert hit_rate([moved, course("2019-12-31")], **YEAR) == exactly(0, 1)


# ---------------------------------------------------------------- CEI


@pytest.mark.parametrize(
    ("reached", "promises", "share"),
    [
        ("2019-12-31", [(PLAN, "2019-06-30")], exactly(1, 0)),
        ("2020-01-01", [(PLAN, "2019-06-30")], exactly(0, 1)),
        # Done by the beginning of the window: no longer forecast.
        ("2018-12-31", [(PLAN, "2019-06-30")], exactly(0, 0)),
        ("2019-01-01", [(PLAN, "2019-06-30")], exactly(1, 0)),
        # The deadline as known then, which a later one doesn't move.
        ("2020-06-30", [(PLAN, "2019-06-30"), ("2019-01-01", "2020-06-30")], exactly(0, 1)),
        ("2019-06-30", [(PLAN, "2020-06-30"), ("2018-12-31", "2019-06-30")], exactly(1, 0)),
        ("2019-06-30", [("2019-01-01", "2019-06-30")], exactly(0, 0)),
        ("2019-06-30", [(PLAN, "2020-01-01")], exactly(0, 0)),
        ("2019-06-30", [(PLAN, "[2019-12-31..2020-12-31]")], Share(hits=(0, 1), misses=(0, 0), of=(0, 1))),
        ("[..2019-08-14]", [(PLAN, "2019-12-31")], Share(hits=(0, 1), misses=(0, 0), of=(0, 1))),
        ("[2019-08-15..]", [(PLAN, "2019-12-31")], Share(hits=(0, 1), misses=(0, 1), of=(1, 1))),
        ("", [(PLAN, "2019-12-31")], Share(hits=(0, 1), misses=(0, 1), of=(0, 1))),
        ("2019-06-30", [], exactly(0, 0)),
    ],
)
def test_the_cei_counts_what_was_forecast_for_the_window(reached, promises, share):
    assert current_execution_index([course(reached, *promises)], **YEAR) == share


@pytest.mark.parametrize("figure", [hit_rate, current_execution_index])
@pytest.mark.parametrize("until", ["2018-12-31", "2018-12-30"])
def test_a_window_has_an_end(figure, until):
    with pytest.raises(InvalidValueError):
        figure([], after=day("2018-12-31"), until=day(until))


# ---------------------------------------------------------------- milestone BEI

BY = day("2019-12-31")


def due(reached):
    return course(reached, (PLAN, "2019-12-31"))


def due_later(reached):
    return course(reached, (PLAN, "2020-01-01"))


def perhaps_due(reached):
    return course(reached, (PLAN, "[2019-12-31..2020-12-31]"))


@pytest.mark.parametrize(
    ("courses", "finished", "unplanned", "counted_due", "index"),
    [
        ([due("2019-12-31"), due("2020-01-01")], (1, 1), (0, 0), (2, 2), (1 / 2, 1 / 2)),
        # An early one makes up for a missed one: beside the hit rate only.
        ([due("2020-01-01"), due_later("2019-06-30")], (1, 1), (0, 0), (1, 1), (1, 1)),
        ([due("2019-06-30"), due_later("2019-06-30")], (2, 2), (0, 0), (1, 1), (2, 2)),
        # One without baseline counts once it is finished, above and below.
        ([due("2020-01-01"), course("2019-06-30")], (1, 1), (1, 1), (1, 1), (1 / 2, 1 / 2)),
        ([due("2020-01-01"), course("2020-01-01")], (0, 0), (0, 0), (1, 1), (0, 0)),
        ([due("2020-01-01"), course("")], (0, 1), (0, 1), (1, 1), (0, 1 / 2)),
        ([due("")], (0, 1), (0, 0), (1, 1), (0, 1)),
        # Above 1, another one finished without baseline brings it nearer to 1.
        ([due("2019-06-30"), due_later("2019-06-30"), course("")], (2, 3), (0, 1), (1, 1), (3 / 2, 2)),
        ([due("2019-06-30"), perhaps_due("2020-06-30")], (1, 1), (0, 0), (1, 2), (1 / 2, 1)),
        # Nothing may have been due of what was finished, or of what wasn't.
        ([perhaps_due("2019-06-30")], (1, 1), (0, 0), (0, 1), (1, None)),
        ([perhaps_due("2020-06-30")], (0, 0), (0, 0), (0, 1), (0, 0)),
    ],
)
def test_milestone_bei(courses, finished, unplanned, counted_due, index):
    figure = milestone_bei(courses, by=BY)

    assert (figure.day, figure.finished, figure.unplanned, figure.due) == (
        BY,
        finished,
        unplanned,
        counted_due,
    )
    assert figure.index == NumberRange(*index)


@pytest.mark.parametrize("courses", [[], [due_later("2019-06-30")], [course("2020-06-30")]])
def test_where_nothing_was_due_there_is_no_index(courses):
    figure = milestone_bei(courses, by=BY)

    assert figure.index is None
    assert not figure.is_behind


@pytest.mark.parametrize(
    ("kept", "missed", "unknown", "is_behind"),
    [(19, 1, 0, False), (18, 1, 0, True), (18, 1, 1, False), (17, 1, 1, True), (0, 1, 0, True)],
)
def test_the_flag_is_raised_only_where_the_whole_range_is_below(kept, missed, unknown, is_behind):
    courses = [*kept * [due("2019-06-30")], *missed * [due("2020-06-30")], *unknown * [due("")]]

    assert milestone_bei(courses, by=BY).is_behind is is_behind


def test_an_open_end_raises_no_flag():
    assert not milestone_bei([*3 * [perhaps_due("2020-06-30")], perhaps_due("2019-06-30")], by=BY).is_behind
