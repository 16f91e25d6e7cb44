"""
Wilson's interval against published numbers, and shares of cases that are not established.
"""

from __future__ import annotations

import pytest

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import NumberRange
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.wilson import Outcome, Share, wilson

HIT, MISS, OUT = Outcome.HIT, Outcome.MISS, Outcome.OUT


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        # Newcombe 1998, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1),
    ],
)
def test_intervals_are_those_of_newcombe(count, of, low, high):
    interval = wilson(count, of)

    assert (interval.lo, interval.hi) == pytest.approx((low, high), abs=5e-5)


def test_none_and_all_reach_the_very_end():
    assert wilson(0, 7).lo == 0
    assert wilson(7, 7).hi == 1
    assert wilson(0, 0) is None


def test_a_higher_level_reaches_further():
    usual, sure = wilson(3, 9), wilson(3, 9, level=0.99)

    assert sure.lo < usual.lo < 1 / 3 < usual.hi < sure.hi


@pytest.mark.parametrize(
    ("count", "of", "level"),
    [(-1, 3, 0.95), (4, 3, 0.95), (1.0, 3, 0.95), (1, 3.0, 0.95), (True, 3, 0.95), (1, 3, 0), (1, 3, 1)],
)
def test_what_is_no_count_or_level_is_refused(count, of, level):
    with pytest.raises(InvalidValueError):
        wilson(count, of, level=level)


@pytest.mark.parametrize(
    ("cases", "hits", "misses", "of", "ratio"),
    [
        ([{HIT}, {MISS}, {OUT}], (1, 1), (1, 1), (2, 2), (1 / 2, 1 / 2)),
        ([{HIT}, {HIT, MISS}, {MISS}], (1, 2), (1, 2), (3, 3), (1 / 3, 2 / 3)),
        # Out or missed: the miss may be a case or not.
        ([{HIT}, {MISS, OUT}], (1, 1), (0, 1), (1, 2), (1 / 2, 1)),
        ([{MISS}, {HIT, OUT}], (0, 1), (1, 1), (1, 2), (0, 1 / 2)),
        ([{HIT, MISS, OUT}], (0, 1), (0, 1), (0, 1), (0, 1)),
        # If it is a case at all, then a hit, or a miss.
        ([{HIT, OUT}], (0, 1), (0, 0), (0, 1), (1, 1)),
        ([{MISS, OUT}], (0, 0), (0, 1), (0, 1), (0, 0)),
    ],
)
def test_a_share_covers_all_that_its_cases_may_be(cases, hits, misses, of, ratio):
    share = Share.of_outcomes(map(frozenset, cases))

    assert share == Share(hits=hits, misses=misses, of=of)
    assert share.ratio == NumberRange(*ratio)


@pytest.mark.parametrize("cases", [[], [{OUT}]])
def test_nothing_has_no_share(cases):
    share = Share.of_outcomes(map(frozenset, cases))

    assert share.ratio is None
    assert share.interval() is None


def test_the_interval_of_a_share_reaches_from_the_worst_to_the_best():
    share = Reliability.of([*3 * [Verdict.KEPT], *4 * [Verdict.UNVERIFIED], *2 * [Verdict.OVERDUE]]).share

    assert share == Share(hits=(3, 7), misses=(2, 6), of=(9, 9))
    assert share.interval() == NumberRange(wilson(3, 9).lo, wilson(7, 9).hi)
    assert share.interval(0.8) == NumberRange(wilson(3, 9, level=0.8).lo, wilson(7, 9, level=0.8).hi)


@pytest.mark.parametrize(("certain", "is_small"), [(9, True), (10, False)])
def test_fewer_than_ten_certain_cases_are_small_numbers(certain, is_small):
    share = Share(hits=(0, certain), misses=(0, certain), of=(certain, certain + 5))

    assert share.is_small is is_small
