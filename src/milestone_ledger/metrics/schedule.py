"""
How a plan's deadlines in a window, or up to a day, were met: hit rate, milestone BEI, CEI.

Each course may be counted one way or another as far as its dates leave that open; every figure is the
range of all ways. No window should reach past the day of the view that the courses are taken from.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import day_after
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import Course, NumberRange, Promised
from milestone_ledger.metrics.wilson import SMALL, Outcome, Share

BEHIND = 0.95
"""
A milestone BEI below this is flagged.
"""


def _window(after: date, until: date) -> None:
    if after >= until:
        raise InvalidValueError(
            "window", f"({after}, {until}]", ("it must end after it begins", "窗口的终点须晚于起点")
        )


def _falls_in(promised: Promised, after: date, until: date) -> tuple[bool, bool]:
    """
    Whether a deadline lies in (after, until]: certainly, possibly.
    """
    return (
        after < promised.first and promised.last <= until,
        promised.last > after and promised.first <= until,
    )


def _may_be_by(reached: Bounds, day: date) -> bool:
    return reached.lo is None or reached.lo <= day


def _may_be_after(reached: Bounds, day: date) -> bool:
    return reached.hi is None or reached.hi > day


def hit_rate(courses: Iterable[Course], *, after: date, until: date) -> Share:
    """
    The share met of the deadlines in a window: #{D0 in (after, until], A ≤ D0} / #{D0 in (after, until]}.

    D0 is the baseline deadline, A the day on which the milestone was reached; courses without baseline
    are no cases. Source: the hit and miss count of NDIA's Predictive Measures Guide.
    It can't tell how late a miss is, nor why, nor what a baseline set too far off is worth.

    Raises:
        InvalidValueError: Unless ``after`` lies before ``until``.
    """
    _window(after, until)
    return Share.of_outcomes(_hit(course, after, until) for course in courses)


def _hit(course: Course, after: date, until: date) -> frozenset[Outcome]:
    baseline = course.baseline
    certainly, possibly = (False, False) if baseline is None else _falls_in(baseline, after, until)
    found = set() if certainly else {Outcome.OUT}
    if baseline is not None and possibly:
        if _may_be_by(course.reached, min(baseline.last, until)):
            found.add(Outcome.HIT)
        if _may_be_after(course.reached, max(baseline.first, day_after(after))):
            found.add(Outcome.MISS)
    return frozenset(found)


def current_execution_index(courses: Iterable[Course], *, after: date, until: date) -> Share:
    """
    CEI: of what was forecast for the window at its beginning, the share reached within it.

    #{F reached in (after, until]} / #F, with F the milestones whose deadline last promised by ``after``
    falls in (after, until], and which had not been reached by the end of ``after``.
    Source: NDIA, Predictive Measures Guide. It can't tell what was reached outside the forecast, and
    forgives every delay that was promised anew before the window: read it beside the hit rate.

    Raises:
        InvalidValueError: Unless ``after`` lies before ``until``.
    """
    _window(after, until)
    return Share.of_outcomes(_executed(course, after, until) for course in courses)


def _executed(course: Course, after: date, until: date) -> frozenset[Outcome]:
    current, reached = course.current(after), course.reached
    certainly, possibly = (False, False) if current is None else _falls_in(current, after, until)
    found = set() if certainly and not _may_be_by(reached, after) else {Outcome.OUT}
    if possibly:
        if _may_be_by(reached, until) and _may_be_after(reached, after):
            found.add(Outcome.HIT)
        if _may_be_after(reached, until):
            found.add(Outcome.MISS)
    return frozenset(found)


@frozen(kw_only=True)
class ExecutionIndex:
    """
    Milestones reached by a day against those that should have been: certainly, and possibly.

    ``finished`` are all that were reached, of which ``unplanned`` without a baseline; ``due`` are those
    whose baseline deadline had come. ``index`` is the range of finished / (due + unplanned), 0 or more,
    above 1 where more was reached than due; open above if it may be that nothing was due, and ``None``
    if it was certainly so. ``day`` is included.
    """

    day: date
    finished: tuple[int, int]
    unplanned: tuple[int, int]
    due: tuple[int, int]
    index: NumberRange | None

    @property
    def cases(self) -> tuple[int, int]:
        """
        The fewest and the most milestones that ``index`` may be a share of.
        """
        return self.due[0] + self.unplanned[0], self.due[1] + self.unplanned[1]

    @property
    def is_small(self) -> bool:
        """
        Whether there may be so few cases that neither the index nor a flag may be shown without them.
        """
        return self.cases[0] < SMALL

    @property
    def is_behind(self) -> bool:
        """
        Whether the whole range lies below ``BEHIND``; what is not established raises no flag.
        """
        return self.index is not None and self.index.hi is not None and self.index.hi < BEHIND


def milestone_bei(courses: Iterable[Course], *, by: date) -> ExecutionIndex:
    """
    Milestone BEI: finished / (baselined to finish by the day + finished without baseline).

    Source: the Baseline Execution Index of DAU, which officially counts tasks and leaves milestones out:
    hence the name. Always shown beside the hit rate, for it can't tell whether the milestones reached are
    those that were due: early ones make up for missed ones.
    """
    unplanned: list[tuple[bool, bool]] = []
    planned: list[tuple[bool, bool]] = []
    due: list[tuple[bool, bool]] = []
    for course in courses:
        finished = not _may_be_after(course.reached, by), _may_be_by(course.reached, by)
        if course.baseline is None:
            unplanned.append(finished)
        else:
            planned.append(finished)
            due.append((course.baseline.last <= by, course.baseline.first <= by))
    of_planned, of_unplanned, of_due = _counted(planned), _counted(unplanned), _counted(due)
    return ExecutionIndex(
        day=by,
        finished=(of_planned[0] + of_unplanned[0], of_planned[1] + of_unplanned[1]),
        unplanned=of_unplanned,
        due=of_due,
        index=_index(of_planned, of_unplanned, of_due),
    )


def _counted(cases: Iterable[tuple[bool, bool]]) -> tuple[int, int]:
    certain = possible = 0
    for each in cases:
        certain += each[0]
        possible += each[1]
    return certain, possible


def _index(planned: tuple[int, int], unplanned: tuple[int, int], due: tuple[int, int]) -> NumberRange | None:
    """
    The range over all ways to count; what came without baseline counts above and below, or not at all.
    """
    worst = [(planned[0] + extra, due[1] + extra) for extra in unplanned]
    best = [(planned[1] + extra, due[0] + extra) for extra in unplanned]
    if not due[1] + unplanned[1]:
        return None
    low = min(above / below for above, below in worst if below)
    if any(above and not below for above, below in best):
        return NumberRange(low, None)
    return NumberRange(low, max((above / below for above, below in best if below), default=0.0))
