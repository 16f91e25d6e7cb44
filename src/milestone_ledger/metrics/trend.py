"""
Milestone trend: whether the deadline of a milestone moves away as fast as time passes, and where that ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import ceil, floor

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate, add_days
from milestone_ledger.metrics.inputs import NumberRange, Promised

_Ends = tuple[Fraction, Fraction]


@frozen(kw_only=True)
class Trend:
    """
    How the deadline of one milestone moved from one promise to the next.

    ``points`` are what was promised, by publication. ``slope`` is in days of the deadline per day gone:
    0 holds, 1 slips day for day, below 0 comes nearer. ``arrival`` is where deadline and calendar meet if
    that goes on: before the last promise, if that was of a day already past. Its upper end is open if they
    may never meet; it is ``None`` if they certainly don't, or if the deadlines are too vague to say.
    """

    points: tuple[Promised, ...]
    slope: NumberRange
    arrival: UncertainDate | None

    @property
    def never_arrives(self) -> bool:
        """
        Whether the deadline certainly moves away as fast as time passes, or faster.
        """
        return self.slope.lo is not None and self.slope.lo >= 1


def milestone_trend(promised: Sequence[Promised]) -> Trend | None:
    """
    The slope b of the deadlines promised (D) over the days of promising (K), and the projected arrival.

    b is the Theil–Sen slope: the median of (Dj − Di) / (Kj − Ki) over all pairs with Ki < Kj, of an even
    number of pairs the mean of the middle two. If b < 1, arrival = K + (D − K) / (1 − b), with the last K
    and D. Source: milestone trend analysis as practised with DIN 69901; Sen 1968.

    Where deadlines are uncertain the slope is a range, and each pair is bounded by itself, so the range
    may be wider than it need be; the same deadline said again is the same unknown day, and has not moved.
    It projects promises, not progress: it can't tell what work is done, and two promises make a line
    as readily as twenty, so the number of points belongs beside it.

    Args:
        promised: By publication, confirmations included.

    Returns:
        ``None`` if there are fewer than two points of different days.
    """
    pairs = [(one, other) for one, other in combinations(promised, 2) if one.published < other.published]
    if not pairs:
        return None
    slopes = [_slope(one, other) for one, other in pairs]
    slope = _median([low for low, _ in slopes]), _median([high for _, high in slopes])
    return Trend(
        points=tuple(promised),
        slope=NumberRange(float(slope[0]), float(slope[1])),
        arrival=_arrival(promised[-1], slope),
    )


def _slope(one: Promised, other: Promised) -> _Ends:
    if one.deadline == other.deadline:
        return Fraction(0), Fraction(0)
    gone = (other.published - one.published).days
    return Fraction((other.first - one.last).days, gone), Fraction((other.last - one.first).days, gone)


def _median(numbers: Sequence[Fraction]) -> Fraction:
    ordered = sorted(numbers)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def _arrival(last: Promised, slope: _Ends) -> UncertainDate | None:
    """
    The days that the arrival may fall on: at the ends of slope and deadline, for it is monotone in both.

    As the slope nears 1, the arrival runs off to where the deadline lies as seen from its promise.
    """
    to_go = (last.first - last.published).days, (last.last - last.published).days
    may_run_off = slope[1] >= 1
    if slope[0] >= 1 or (may_run_off and to_go[0] < 0):
        return None
    ends = [days / (1 - each) for days in to_go for each in slope if each < 1]
    return UncertainDate(
        add_days(last.published, floor(min(ends))),
        None if may_run_off else add_days(last.published, ceil(max(ends))),
    )
