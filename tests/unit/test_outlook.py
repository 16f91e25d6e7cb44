"""
The outside view on cases whose ratios can be worked out by hand.
"""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

from courses import course, promised
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.ledger.rows import plain
from milestone_ledger.metrics import turnbull
from milestone_ledger.metrics.outlook import Refusal, outlook, ratio
from milestone_ledger.metrics.turnbull import Interval

# A hundred days from the promise to the deadline.
SPAN = ("2019-01-01", "2019-04-11")
ASKED = promised("2020-01-01", "2020-04-10")


def took(days):
    """
    A promise of a hundred days that took so many.
    """
    reached = UncertainDate.parse(SPAN[0]).earliest.toordinal() + days
    return course(str(type(ASKED.published).fromordinal(reached)), SPAN)


def when(text):
    return UncertainDate.parse(text)


EIGHT = [took(days) for days in (50, 80, 100, 110, 120, 150, 200, 300)]


def test_half_of_the_cases_had_come_by_p50():
    found = outlook(ASKED, EIGHT)

    assert (found.finished, found.unfinished, found.left_out, found.refused) == (8, 0, 0, None)
    # Between the fourth and the fifth; four fifths are 6.4 of 8, and so the seventh.
    assert found.p50 == when("[2020-04-20..2020-04-30]")
    assert found.p80 == when("2020-07-19")
    assert found.ratios.cases == 8
    assert found.promised == ASKED


def test_unfinished_cases_count_as_longer_than_so_far():
    # Pending on the 150th day: beside the six that took as long or less, so P80 lies beyond.
    found = outlook(ASKED, [*EIGHT, *3 * [course("[2019-06-01..]", SPAN)]])

    assert (found.finished, found.unfinished) == (8, 3)
    assert found.p50 == when("2020-05-30")
    assert found.p80 == when("2020-10-27")


def test_cases_of_which_nothing_is_known_change_nothing():
    found = outlook(ASKED, [*EIGHT, course("", SPAN)])

    assert (found.unfinished, found.ratios.blank) == (1, 1)
    assert found.p50 == outlook(ASKED, EIGHT).p50


def test_cases_half_of_which_are_unknown_are_refused():
    few, many = (outlook(ASKED, [*EIGHT, *number * [course("", SPAN)]]) for number in (7, 8))

    assert few.refused is None
    assert (many.refused, many.finished, many.unfinished) == (Refusal.TOO_BLANK, 8, 8)
    assert (many.ratios, many.p50, many.p80) == (None, None, None)


def test_vague_cases_make_a_vague_day():
    found = outlook(ASKED, 8 * [course("[2019-04-01..2019-05-01]", SPAN)])

    assert found.p50 == found.p80 == when("[2020-03-31..2020-04-30]")


def test_cases_open_below_leave_the_day_open_below():
    assert outlook(ASKED, 8 * [course("[..2019-04-11]", SPAN)]).p50 == when("[..2020-04-10]")


def test_cases_that_say_nothing_give_no_day():
    # They may have come at any time: all day ends are open where the two kinds balance.
    mixed = [*8 * [course("[..2019-04-11]", SPAN)], *8 * [course("[2019-04-12..]", SPAN)]]

    assert outlook(ASKED, mixed).p50 is None


def test_beyond_what_was_last_observed_there_is_no_day():
    # Four of twelve were still pending on the 200th day, after all others: P80 is one of theirs, or later.
    cases = [*8 * [took(100)], *4 * [course("[2019-07-20..]", SPAN)]]

    found = outlook(ASKED, cases)

    assert found.p50 == when("2020-04-10")
    assert (found.p80.earliest, found.p80.latest) == (when("2020-07-19").earliest, None)


def test_the_end_of_the_calendar_is_no_day_to_expect():
    # A promise of one day that took two years, told of one of eighty years.
    cases = 8 * [course("2021-01-01", ("2019-01-01", "2019-01-02"))]

    found = outlook(promised("2020-01-01", "2100-01-01"), cases)

    assert found.p50 == when("[9999-12-31..]")


def test_an_estimate_that_has_not_converged_is_refused(monkeypatch):
    monkeypatch.setattr(turnbull, "ROUNDS", 3)
    days = [*5 * ["[2019-02-20..2019-03-12]"], *("2019-02-20", *5 * ["2019-03-12"])]

    found = outlook(ASKED, [course(day, SPAN) for day in days])

    assert found.refused is Refusal.UNSETTLED
    assert (found.ratios, found.p50, found.p80) == (None, None, None)


def test_a_vague_deadline_makes_a_vague_day():
    vague = promised("2020-01-01", "[2020-04-10..2020-07-19]")

    assert outlook(vague, 8 * [took(150)]).p50 == when("[2020-05-30..2020-10-27]")


def test_parts_of_a_day_are_rounded_outwards():
    # Half as long again as 101 days: the 151st day has passed, the 152nd has begun.
    odd = promised("2020-01-01", "2020-04-11")

    assert outlook(odd, 8 * [took(150)]).p50 == when("[2020-05-31..2020-06-01]")


def test_too_few_finished_cases_are_refused():
    cases = [*EIGHT[:7], course("", SPAN)]

    found = outlook(ASKED, cases)

    assert found.refused is Refusal.TOO_FEW
    assert (found.finished, found.unfinished) == (7, 1)
    assert (found.ratios, found.p50, found.p80) == (None, None, None)
    assert outlook(ASKED, cases, fewest=7).refused is None


@pytest.mark.parametrize("deadline", ["2020-01-01", "2019-12-31", "[2020-01-01..2020-12-31]"])
def test_a_promise_of_no_time_is_refused(deadline):
    found = outlook(promised("2020-01-01", deadline), EIGHT)

    assert found.refused is Refusal.NO_SPAN
    assert found.finished == 8


def test_cases_of_no_time_are_left_out_and_counted():
    cases = [
        course("2019-01-31", ("2019-01-01", "2019-01-01")),
        course("2019-01-31", ("2019-01-01", "[2018-12-31..2019-12-31]")),
        # Without a baseline it is no case at all.
        course("2019-01-31"),
    ]

    found = outlook(ASKED, [*EIGHT, *cases])

    assert (found.finished, found.left_out) == (8, 2)


@pytest.mark.parametrize(
    ("reached", "deadline", "low", "high"),
    [
        ("2019-04-11", "2019-04-11", 1, 1),
        ("[2019-02-20..2019-07-20]", "2019-04-11", Fraction(1, 2), 2),
        ("2019-04-11", "[2019-04-11..2019-07-20]", Fraction(1, 2), 1),
        # Ten days before the promise: the shorter the span, the earlier.
        ("2018-12-22", "[2019-04-11..2019-07-20]", Fraction(-1, 10), Fraction(-1, 20)),
        ("[2019-07-20..]", "2019-04-11", 2, None),
        ("", "2019-04-11", None, None),
    ],
)
def test_ratios_are_ranges(reached, deadline, low, high):
    assert ratio(course(reached, (SPAN[0], deadline))) == Interval(low, high)


def test_an_outlook_can_be_written_down_exactly():
    written = json.loads(json.dumps(plain(outlook(ASKED, 8 * [took(150)]))))

    assert written["p50"] == "2020-05-30"
    assert [mass["within"] for mass in written["ratios"]["masses"]] == [{"lo": "3/2", "hi": "3/2"}]
