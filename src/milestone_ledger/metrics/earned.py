"""
Earned schedule: how far along its own plan a programme is, in periods of the plan.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise

from attrs import frozen

from milestone_ledger.domain.dates import day_after
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import Course, NumberRange
from milestone_ledger.metrics.wilson import SMALL


@frozen(kw_only=True)
class EarnedSchedule:
    """
    Where on its plan a programme stands, in periods; every range covers all that the evidence allows.

    ``achieved`` and ``planned`` count milestones with a baseline: certainly and possibly reached by the
    day, and planned in all. ``at`` is the time gone (AT), ``duration`` the planned duration (PD).
    ``schedule`` is ES, from 0 to PD; ``index`` SPI(t) = ES / AT, below 1 when behind, ``None`` while no
    time has gone; ``forecast`` is PD / SPI(t), open above where SPI(t) may be 0, ``None`` where it is.
    """

    achieved: tuple[int, int]
    planned: int
    at: float
    duration: NumberRange
    schedule: NumberRange
    index: NumberRange | None
    forecast: NumberRange | None

    @property
    def is_small(self) -> bool:
        """
        Whether so few milestones were planned that the counts alone may be shown.
        """
        return self.planned < SMALL


def planned_duration(planned: Sequence[int]) -> int:
    """
    PD: the first period by the end of which everything is planned to have been reached.

    ``planned`` is as for ``schedule_of``; a plan of nothing lasts 0 periods.
    """
    return list(planned).index(planned[-1])


def schedule_of(planned: Sequence[int], achieved: int) -> Fraction:
    """
    ES = C + (N − P(C)) / (P(C + 1) − P(C)), with C the last period of the plan for which P(C) ≤ N.

    In periods, from 0 to the planned duration, where it stays however much more is achieved.
    Source: Lipke 2003.

    Args:
        planned: P(0), P(1), …: how many milestones are planned to be reached by the end of each period;
            P(0) = 0, and no number is smaller than the one before.
        achieved: N, how many were reached, 0 or more.

    Raises:
        InvalidValueError: If ``planned`` or ``achieved`` is not so.
    """
    if not planned or planned[0] != 0 or any(later < earlier for earlier, later in pairwise(planned)):
        raise InvalidValueError(
            "planned", list(planned), ("cumulative counts from 0, none falling", "累计数须从 0 起且不减")
        )
    if achieved < 0:
        raise InvalidValueError("achieved", achieved, ("a count is 0 or more", "个数不得小于 0"))
    end = planned_duration(planned)
    last = max(period for period in range(end + 1) if planned[period] <= achieved)
    if last == end:
        return Fraction(end)
    return last + Fraction(achieved - planned[last], planned[last + 1] - planned[last])


def earned_schedule(
    planned: tuple[Sequence[int], Sequence[int]], achieved: tuple[int, int], at: float | Fraction
) -> EarnedSchedule:
    """
    ES, SPI(t) = ES / AT and the forecast PD / SPI(t), as ranges.

    ES grows with what was achieved and shrinks with what was planned, so its ends are those of the two.
    The forecast is bounded by those of ES and PD each by itself, and so may be wider than it need be.
    Source: Lipke 2003, 2014. It can't tell milestones apart: many small ones reached early hide a large
    one that is late, and a number of them reached says nothing of their order or worth.

    Args:
        planned: Certainly and possibly planned by the end of each period, both as for ``schedule_of``.
        achieved: Certainly and possibly reached by now.
        at: The periods gone by now, 0 or more, past the end of the plan too.

    Raises:
        InvalidValueError: If an argument is not as said.
    """
    if at < 0:
        raise InvalidValueError("at", at, ("the plan must have begun", "计划须已开始"))
    certainly, possibly = planned
    gone = Fraction(at)
    least, most = schedule_of(possibly, achieved[0]), schedule_of(certainly, achieved[1])
    shortest, longest = planned_duration(possibly), planned_duration(certainly)
    forecast = None
    if gone and most:
        forecast = NumberRange(
            float(shortest * gone / most), float(longest * gone / least) if least else None
        )
    return EarnedSchedule(
        achieved=achieved,
        planned=certainly[-1],
        at=float(gone),
        duration=NumberRange(shortest, longest),
        schedule=NumberRange(float(least), float(most)),
        index=NumberRange(float(least / gone), float(most / gone)) if gone else None,
        forecast=forecast,
    )


def month_ends(start: date, until: date) -> tuple[date, ...]:
    """
    ``start``, then the last day of every month after it, up to the first on or after ``until``.
    """
    ends = [start]
    while ends[-1] < until:
        ends.append(_last_of_month(day_after(ends[-1])))
    return tuple(ends)


def _last_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def earned(courses: Iterable[Course], ends: Sequence[date], *, as_of: date) -> EarnedSchedule | None:
    """
    The earned schedule of ``courses`` at the end of ``as_of``.

    Courses without a baseline were never planned, and are left out. A day within a period counts as that
    part of it which has gone. For the rest see ``earned_schedule``.

    Args:
        courses: What was promised and reached.
        ends: The day on which the plan begins, before every baseline deadline, then the last day of each
            period, in order, up to the last baseline deadline at least, and to ``as_of``.
        as_of: The status day, included.

    Returns:
        ``None`` if nothing was planned.

    Raises:
        InvalidValueError: If ``ends`` are not as said.
    """
    planned = [(course, course.baseline) for course in courses if course.baseline is not None]
    if not planned:
        return None
    first = min(baseline.first for _, baseline in planned)
    last = max(as_of, *(baseline.last for _, baseline in planned))
    rising = all(earlier < later for earlier, later in pairwise(ends))
    if not ends or not rising or not ends[0] < first or not ends[0] <= as_of or ends[-1] < last:
        raise InvalidValueError(
            "ends",
            list(map(str, ends)),
            (
                f"rising days from before {first} and not after {as_of}, up to {last} or later",
                f"日期须递增，始于 {first} 之前且不晚于 {as_of}，止于 {last} 或以后",
            ),
        )
    certainly = [sum(baseline.last <= end for _, baseline in planned) for end in ends]
    possibly = [sum(baseline.first <= end for _, baseline in planned) for end in ends]
    reached = [course.reached for course, _ in planned]
    return earned_schedule(
        (certainly, possibly),
        (
            sum(bounds.hi is not None and bounds.hi <= as_of for bounds in reached),
            sum(bounds.lo is None or bounds.lo <= as_of for bounds in reached),
        ),
        _gone(ends, as_of),
    )


def _gone(ends: Sequence[date], as_of: date) -> Fraction:
    """
    The number of periods from ``ends[0]`` to ``as_of``, the part of the one begun by its days.
    """
    whole = max(place for place, end in enumerate(ends) if end <= as_of)
    if ends[whole] == as_of:
        return Fraction(whole)
    return whole + Fraction((as_of - ends[whole]).days, (ends[whole + 1] - ends[whole]).days)
