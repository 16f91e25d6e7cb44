"""
How some number is spread over cases of which only an interval is known: Turnbull's estimate.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import accumulate, pairwise
from math import inf

from attrs import frozen

from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import Wait
from milestone_ledger.metrics.wilson import between_0_and_1

TOLERANCE = 1e-10
"""
The estimate has converged once no share changes by more than this from one round to the next.
"""

ROUNDS = 20_000
"""
An estimate that has not converged within so many rounds on end is given up.
"""

_NEARLY = 1e-7
"""
Two sums of shares that differ by no more are taken to be the same, and a share no greater to be none.
"""

_FIRST_ROUNDS = 100

# A share of less than this part of a case, and still falling, is taken to be sinking.
_SINKING = 0.05

_Runs = Sequence[tuple[tuple[int, int], int]]


@frozen
class Interval:
    """
    Some number from ``lo`` to ``hi``, both included; an end that is ``None`` is open.

    Raises:
        InvalidValueError: If the ends are reversed.
    """

    lo: Fraction | int | None
    hi: Fraction | int | None

    def __attrs_post_init__(self) -> None:
        if self.lo is not None and self.hi is not None and self.lo > self.hi:
            raise InvalidValueError(
                "Interval", f"[{self.lo}..{self.hi}]", ("lo must not lie above hi", "下限不得大于上限")
            )


_UNKNOWN = Interval(None, None)


@frozen
class Mass:
    """
    The share of cases, from 0 to 1, that the estimate places somewhere ``within`` an interval.
    """

    within: Interval
    share: float


@frozen(kw_only=True)
class Spread:
    """
    Turnbull's estimate: ``masses`` from low to high, of ``cases``, with shares that sum to 1.

    Where in its interval a mass lies, the data don't say. Of the ``blank`` cases nothing is known; they
    are not among the ``cases`` and change nothing. ``has_converged`` is false if the rounds ran out.
    """

    cases: int
    blank: int
    masses: tuple[Mass, ...]
    has_converged: bool

    def quantile(self, share: Fraction | float) -> Interval | None:
        """
        All numbers that may be called the quantile of ``share``, such as 0.5 for the median.

        Never a single number where the data leave a range; ``None`` without cases.

        Raises:
            InvalidValueError: Unless 0 < share < 1.
        """
        proper = between_0_and_1(share)
        if not self.masses:
            return None
        sums = list(accumulate(mass.share for mass in self.masses))
        last = len(sums) - 1
        first = next((place for place, below in enumerate(sums) if below >= proper - _NEARLY), last)
        final = next((place for place, below in enumerate(sums) if below > proper + _NEARLY), last)
        return Interval(self.masses[first].within.lo, self.masses[final].within.hi)


def innermost(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """
    From some lower end to some upper end with no end between, from low to high.

    Outside these an estimate of greatest likelihood places nothing. Source: Turnbull 1976.
    """
    ends = {end for each in intervals for end in ((_low(each), False, each.lo), (_high(each), True, each.hi))}
    ordered = sorted(ends, key=lambda end: end[:2])
    return tuple(Interval(one[2], other[2]) for one, other in pairwise(ordered) if not one[1] and other[1])


def turnbull(intervals: Iterable[Interval]) -> Spread:
    """
    The self-consistent estimate: p_j ← (1/n) Σ_i α_ij p_j / Σ_l α_il p_l, from equal shares.

    p_j is the share in the j-th innermost interval, and α_ij 1 if the i-th case contains it, else 0.
    Until no share changes by more than ``TOLERANCE``. Shares from 0 to 1, in no unit; the ends are in the
    unit of ``intervals``, closed, exact numbers being intervals of themselves. With exact and right-censored
    cases alone this is Kaplan–Meier. Source: Turnbull 1976.

    It can't tell where within an interval a mass lies, nor how sure it is: it has no simple interval of
    its own. Where several spreads are equally likely, it is the one that equal shares lead to.
    The order of the cases doesn't matter. Cost: rounds × cases.
    """
    intervals = tuple(intervals)
    known = [each for each in intervals if each != _UNKNOWN]
    places = innermost(known)
    lows, highs = [_low(each) for each in places], [_high(each) for each in places]
    # Every case holds a run of neighbouring innermost intervals; equal runs are counted together.
    runs = sorted(
        Counter((bisect_left(lows, _low(each)), bisect_right(highs, _high(each))) for each in known).items()
    )
    shares, has_converged = _settled(runs, len(places), len(known)) if known else ([], True)
    return Spread(
        cases=len(known),
        blank=len(intervals) - len(known),
        masses=tuple(
            Mass(place, share) for place, share in zip(places, shares, strict=True) if share > _NEARLY
        ),
        has_converged=has_converged,
    )


def intervals_of(waits: Iterable[Wait]) -> tuple[Interval, ...]:
    """
    How many calendar days each project waited, as far as the evidence says.

    With A in [a1, a2] and the wait since a day in [s1, s2] it is [a1 − s2, a2 − s1].
    Two kinds are left out, so that there are fewer intervals than waits: those certainly over when their
    project was first listed, which nobody saw waiting, and those cancelled before anything proves that
    they had reached the milestone, of which it can't be said how long they would have waited.
    Where waits began before their listing, those over by then would have been the short ones: of that
    this estimate takes no account, and ``survival`` does.
    """
    return tuple(
        Interval(
            _days(wait.since.latest, wait.reached.lo),
            _days(wait.since.earliest, wait.reached.hi),
        )
        for wait in waits
        if _may_have_been_seen(wait)
    )


def _may_have_been_seen(wait: Wait) -> bool:
    """
    Whether the wait may have lasted beyond its listing, and wasn't given up as far as is known.
    """
    return wait.cancelled is None if wait.reached.hi is None else wait.reached.hi > wait.listed


def _days(since: date | None, until: date | None) -> int | None:
    return None if since is None or until is None else (until - since).days


def _low(interval: Interval) -> Fraction | float:
    return -inf if interval.lo is None else interval.lo


def _high(interval: Interval) -> Fraction | float:
    return inf if interval.hi is None else interval.hi


def _settled(runs: _Runs, count: int, cases: int) -> tuple[list[float], bool]:
    """
    The shares of ``count`` innermost intervals once they settle, and whether they did.

    A share that the likeliest spread does without may sink ever more slowly. So now and then those
    that sink are left out, and if no weight then rises above 1, the rest is likeliest of all.
    """
    shares = [1 / count] * count
    rounds = _FIRST_ROUNDS
    while rounds <= ROUNDS:
        shares, weights, has_settled = _rounds(runs, shares, cases, rounds)
        if has_settled:
            return shares, True
        kept = [
            0.0 if weight < 1 and share * cases < _SINKING else share
            for share, weight in zip(shares, weights, strict=True)
        ]
        sums = [0.0, *accumulate(kept)]
        if 0.0 in kept and all(sums[start] < sums[stop] for (start, stop), _ in runs):
            kept, weights, has_settled = _rounds(runs, [share / sums[-1] for share in kept], cases, rounds)
            if has_settled and max(weights) <= 1 + _NEARLY:
                return kept, True
        rounds *= 2
    return shares, False


def _rounds(runs: _Runs, shares: list[float], cases: int, most: int) -> tuple[list[float], list[float], bool]:
    """
    The shares after as many rounds as they need to settle, their weights in the last, and if they settled.

    A weight is what a share is multiplied by: Σ_i α_ij / Σ_l α_il p_l, over the number of cases.
    """
    weights: list[float] = []
    for _ in range(most):
        sums = [0.0, *accumulate(shares)]
        steps = [0.0] * (len(shares) + 1)
        for (start, stop), times in runs:
            part = times / (sums[stop] - sums[start])
            steps[start] += part
            steps[stop] -= part
        weights = [weight / cases for weight in accumulate(steps[:-1])]
        renewed = [share * weight for share, weight in zip(shares, weights, strict=True)]
        moved = max(abs(new - old) for new, old in zip(renewed, shares, strict=True))
        shares = renewed
        if moved <= TOLERANCE:
            return shares, weights, True
    return shares, weights, False
