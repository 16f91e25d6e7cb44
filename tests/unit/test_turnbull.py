"""
Turnbull's estimate on cases whose answer is known.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from courses import wait
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics import turnbull as module
from milestone_ledger.metrics.turnbull import Interval, innermost, intervals_of, turnbull


def intervals(*pairs):
    return [Interval(*pair) for pair in pairs]


def exact(*numbers):
    return [(number, number) for number in numbers]


def masses(spread):
    return {(mass.within.lo, mass.within.hi): mass.share for mass in spread.masses}


@pytest.mark.parametrize(
    ("cases", "expected"),
    [
        (exact(5, 10), {(5, 5): 1 / 2, (10, 10): 1 / 2}),
        ([(1, 30), (31, 61)], {(1, 30): 1 / 2, (31, 61): 1 / 2}),
        # Closed intervals that touch share the day on which they do.
        ([(1, 30), (30, 61)], {(30, 30): 1}),
        (
            [(0, 90), (101, 120), (121, 180), (201, 260), (301, None), (366, None), (90, 90)],
            {
                (90, 90): 2 / 7,
                (101, 120): 1 / 7,
                (121, 180): 1 / 7,
                (201, 260): 1 / 7,
                (366, None): 2 / 7,
            },
        ),
        # Equal to Kaplan–Meier.
        (
            [*exact(1, 2, 4), (4, None), (6, None)],
            {(1, 1): 0.2, (2, 2): 0.2, (4, 4): 0.3, (6, None): 0.3},
        ),
        ([*5 * [(2, 3)], *exact(2, 3, 3, 3, 3, 3)], {(2, 2): 1 / 6, (3, 3): 5 / 6}),
        ([(None, 3), (1, 2), (5, None)], {(1, 2): 2 / 3, (5, None): 1 / 3}),
        ([(None, 3)], {(None, 3): 1}),
        # Nobody need have come on the 6th, but the rounds alone take forever to say so.
        ([(7, 10), (2, 5), (5, 6), (5, 7), (6, 9), (3, None)], {(5, 5): 1 / 2, (7, 7): 1 / 2}),
        ([(Fraction(1, 3), Fraction(1, 2)), (Fraction(1, 2), 1)], {(Fraction(1, 2), Fraction(1, 2)): 1}),
        ([], {}),
    ],
)
def test_known_estimates(cases, expected):
    spread = turnbull(intervals(*cases))

    assert masses(spread) == pytest.approx(expected, abs=1e-9)
    assert spread.has_converged
    assert spread.cases == len(cases)


def test_a_share_that_sinks_low_is_not_given_up():
    cases = [*21 * [(1, 2), (2, 3)], *20 * exact(1), *22 * exact(3)]

    spread = turnbull(intervals(*cases))

    # A share of less than a twentieth of one case, but the likeliest spread has it.
    assert masses(spread)[2, 2] == pytest.approx(1 / 21 / len(cases), abs=1e-6)
    assert spread.has_converged


def test_cases_of_which_nothing_is_known_are_counted_and_change_nothing():
    spread = turnbull(intervals(*exact(5, 10), (None, None)))

    assert (spread.cases, spread.blank) == (2, 1)
    assert masses(spread) == masses(turnbull(intervals(*exact(5, 10))))


@pytest.mark.parametrize(
    ("cases", "share", "low", "high"),
    [
        # Any number between the two may be called the median.
        (exact(5, 10), 0.5, 5, 10),
        (exact(5, 10), Fraction(1, 3), 5, 5),
        (exact(5, 7, 10), 0.5, 7, 7),
        ([(1, 30), (31, 61)], 0.8, 31, 61),
        ([*exact(1, 2, 4), (4, None), (6, None)], 0.7, 4, None),
        ([(7, 10), (2, 5), (5, 6), (5, 7), (6, 9), (3, None)], 0.5, 5, 7),
        ([*exact(1, 2, 4), (4, None), (6, None)], 0.8, 6, None),
        ([(None, 3), (5, None)], Fraction(1, 4), None, 3),
        ([(None, 3), (5, None)], 0.99999999999, 5, None),
    ],
)
def test_quantiles_are_ranges(cases, share, low, high):
    assert turnbull(intervals(*cases)).quantile(share) == Interval(low, high)


def test_nothing_has_no_quantile():
    assert turnbull([]).quantile(0.5) is None


@pytest.mark.parametrize("share", [0, 1, -0.5, 1.5])
def test_a_quantile_is_of_a_share(share):
    with pytest.raises(InvalidValueError):
        turnbull(intervals(*exact(5, 10))).quantile(share)


def test_innermost_intervals_run_from_a_lower_to_an_upper_end():
    assert innermost(intervals((0, 10), (5, 20), (7, 8), (30, None), (None, 40))) == (
        Interval(7, 8),
        Interval(30, 40),
    )


def test_an_interval_is_not_reversed():
    assert Interval(3, 3).hi == 3
    with pytest.raises(InvalidValueError):
        Interval(3, 2)


def test_rounds_that_run_out_are_admitted(monkeypatch):
    monkeypatch.setattr(module, "ROUNDS", 3)

    assert not turnbull(intervals(*5 * [(2, 3)], *exact(2, 3, 3, 3, 3, 3))).has_converged


@pytest.mark.parametrize(
    ("waited", "expected"),
    [
        (wait("2018-01-31"), [(30, 30)]),
        (wait("[2018-01-11..2018-01-31]"), [(10, 30)]),
        (wait("[..2018-01-31]"), [(None, 30)]),
        (wait("[2018-01-31..]"), [(30, None)]),
        (wait(""), [(None, None)]),
        (wait("2018-01-31", since="2018-01"), [(0, 30)]),
        (wait("2018-01-31", since="[..2018-01-11]"), [(20, None)]),
        (wait("2018-01-31", cancelled="2018-02-01"), [(30, 30)]),
        (wait("[2018-01-31..]", cancelled="2018-02-01"), []),
        # Over when first listed, so nobody saw it wait; a day later, somebody may have.
        (wait("2018-01-11", listed="2018-01-11"), []),
        (wait("[..2018-01-11]", listed="2018-01-11"), []),
        (wait("[..2018-01-12]", listed="2018-01-11"), [(None, 11)]),
    ],
)
def test_waits_are_intervals_of_days(waited, expected):
    assert list(intervals_of([waited])) == intervals(*expected)
