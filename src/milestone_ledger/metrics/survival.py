"""
How long projects wait for a milestone, where the days are known: Kaplan–Meier and Aalen–Johansen.

Of vague days ``turnbull`` takes account; here they can't be, and those waits are counted as left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from math import exp, log, sqrt

from attrs import frozen

from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import NumberRange, Wait
from milestone_ledger.metrics.slips import DayRange
from milestone_ledger.metrics.wilson import LEVEL, between_0_and_1, normal_quantile


class Ending(StrEnum):
    """
    How a wait ended, or that it was still going on when last seen.
    """

    REACHED = "reached"
    CANCELLED = "cancelled"
    WAITING = "waiting"


@frozen
class Spell:
    """
    A wait that was seen after ``entry`` and until ``exit``, in days from its beginning.

    A spell counts among those at risk on the days of (entry, exit], so also on the day it ends.

    Raises:
        InvalidValueError: Unless ``entry`` is 0 or more and lies before ``exit``.
    """

    entry: int
    exit: int
    ending: Ending

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.entry < self.exit:
            raise InvalidValueError(
                "Spell", f"({self.entry}, {self.exit}]", ("0 ≤ entry < exit", "须 0 ≤ 起 < 止")
            )


@frozen(kw_only=True)
class Spells:
    """
    The waits that can be followed day by day, and how many can't be.

    ``vague``: a day that matters is known only to lie in a range. ``unseen``: nothing is known of any day
    after the listing, or the wait was over by then. The more are left out, the less the rest tells of all.
    """

    spells: tuple[Spell, ...]
    vague: int
    unseen: int


def spells_of(waits: Iterable[Wait]) -> Spells:
    """
    From waits to spells, in days.

    A wait enters when its project is listed, at its beginning if that is later. It ends as reached on a
    known day, as cancelled if nothing proves it reached before, or is last seen waiting on the day before
    the first on which it may have been reached. Pending on day x is so seen waiting on x, and not beyond.
    """
    spells: list[Spell] = []
    vague = unseen = 0
    for wait in waits:
        since, reached = wait.since, wait.reached
        if (
            since.earliest is None
            or not since.is_exact
            or (reached.hi is not None and reached.lo != reached.hi)
        ):
            vague += 1
            continue
        end, ending = _end(wait)
        entry = max(0, (wait.listed - since.earliest).days)
        until = 0 if end is None else (end - since.earliest).days
        if ending is Ending.WAITING:
            until -= 1
        if until <= entry:
            unseen += 1
        else:
            spells.append(Spell(entry, until, ending))
    return Spells(spells=tuple(spells), vague=vague, unseen=unseen)


def _end(wait: Wait) -> tuple[date | None, Ending]:
    """
    The first day on which the wait was over, or may have been.
    """
    if wait.reached.hi is not None and (wait.cancelled is None or wait.reached.hi <= wait.cancelled):
        return wait.reached.hi, Ending.REACHED
    if wait.cancelled is not None:
        return wait.cancelled, Ending.CANCELLED
    return wait.reached.lo, Ending.WAITING


@frozen(kw_only=True)
class SurvivalStep:
    """
    The share still waiting after ``day``, on which some of those ``at_risk`` had reached the milestone.

    ``limits`` are log-log limits of ``waiting``; ``None`` where it is 0, for there they don't exist.
    """

    day: int
    at_risk: int
    reached: int
    waiting: float
    limits: NumberRange | None


@frozen(kw_only=True)
class SurvivalCurve:
    """
    The steps of the share still waiting, by day; before the first it is 1, and it stays until the next.

    ``cases`` spells were followed, to ``last_seen`` at the longest (0 without cases); beyond that day
    the curve says nothing.
    """

    cases: int
    last_seen: int
    steps: tuple[SurvivalStep, ...]

    def quantile(self, share: float) -> DayRange | None:
        """
        All days that may be called the one on which ``share`` had reached it, 0.5 for the median.

        Open above, from the day after the last seen, if fewer have by then. ``None`` without cases.
        ``limits_of`` says how sure that is.

        Raises:
            InvalidValueError: Unless 0 < share < 1.
        """
        rest = 1 - between_0_and_1(share)
        if not self.cases:
            return None
        return DayRange(
            next((step.day for step in self.steps if step.waiting <= rest + _NEARLY), self.last_seen + 1),
            next((step.day for step in self.steps if step.waiting < rest - _NEARLY), None),
        )

    def limits_of(self, share: float) -> DayRange | None:
        """
        The days at which the limits of the curve allow that ``share`` have reached the milestone.

        Open above if the upper limit never falls as low. Source: Brookmeyer and Crowley 1982.
        ``None`` without cases.

        Raises:
            InvalidValueError: Unless 0 < share < 1.
        """
        rest = 1 - between_0_and_1(share)
        if not self.cases:
            return None
        limits = [(step.day, step.limits or NumberRange(0.0, None)) for step in self.steps]
        return DayRange(
            next(
                (day for day, limit in limits if limit.lo is not None and limit.lo <= rest),
                self.last_seen + 1,
            ),
            next((day for day, limit in limits if limit.hi is not None and limit.hi < rest), None),
        )


# Products of floats that should be the same number may differ by this much.
_NEARLY = 1e-12


def _events(spells: Iterable[Spell]) -> Iterator[tuple[int, int, int, int]]:
    """
    The days on which some spell ended for good: day, number at risk, reached, cancelled.
    """
    spells = tuple(spells)
    for day in sorted({spell.exit for spell in spells if spell.ending is not Ending.WAITING}):
        endings = [spell.ending for spell in spells if spell.exit == day]
        at_risk = sum(spell.entry < day <= spell.exit for spell in spells)
        yield day, at_risk, endings.count(Ending.REACHED), endings.count(Ending.CANCELLED)


def kaplan_meier(spells: Iterable[Spell], *, level: float = LEVEL) -> SurvivalCurve:
    """
    The share still waiting: S(t) = Π(1 − d/n) over the days up to t on which d of n at risk reached it.

    From 1 down to 0; t in days from the beginning of the wait. Limits: S^exp(±z·√G / ln S), with
    Greenwood's G = Σ d/(n(n − d)), of S alone and not of the whole curve. Cancelled waits count as seen
    until then. Source: Kaplan and Meier 1958; Greenwood 1926; entry when first listed (left truncation).

    It can't tell what those cancelled would have done (``aalen_johansen`` doesn't ask), nor whether waits
    that nobody reports on resemble the others. While few have entered, one case can bring it to 0.
    Cost: days of events × spells.

    Args:
        spells: In any order.
        level: The level of confidence of the limits, between 0 and 1.

    Raises:
        InvalidValueError: If ``level`` is not so.
    """
    spells, z = tuple(spells), normal_quantile(level)
    waiting, greenwood = 1.0, 0.0
    steps = []
    for day, at_risk, reached, _ in _events(spells):
        if not reached:
            continue
        waiting *= (at_risk - reached) / at_risk
        if reached < at_risk:
            greenwood += reached / (at_risk * (at_risk - reached))
        steps.append(
            SurvivalStep(
                day=day,
                at_risk=at_risk,
                reached=reached,
                waiting=waiting,
                limits=_log_log(waiting, greenwood, z) if waiting else None,
            )
        )
    return SurvivalCurve(
        cases=len(spells), last_seen=max((spell.exit for spell in spells), default=0), steps=tuple(steps)
    )


def _log_log(waiting: float, greenwood: float, z: float) -> NumberRange:
    reach = z * sqrt(greenwood) / -log(waiting)
    return NumberRange(waiting ** exp(reach), waiting ** exp(-reach))


@frozen(kw_only=True)
class IncidenceStep:
    """
    The shares that by the end of ``day`` had reached the milestone, were cancelled, and still waited.

    They sum to 1.
    """

    day: int
    at_risk: int
    reached: float
    cancelled: float
    waiting: float


def aalen_johansen(spells: Iterable[Spell]) -> tuple[IncidenceStep, ...]:
    """
    Shares reached and cancelled by each day: F_k(t) = Σ S(u−)·d_k(u)/n(u) over the days u ≤ t.

    S is the share neither reached nor cancelled, d_k the number that ended in the way k of n at risk; by
    day, before the first of which all are waiting. Source: Aalen and Johansen 1978.
    It can't tell why a project was cancelled, nor which of the waiting will be. Cost as ``kaplan_meier``.
    """
    waiting, reached, cancelled = 1.0, 0.0, 0.0
    steps = []
    for day, at_risk, now_reached, now_cancelled in _events(spells):
        reached += waiting * now_reached / at_risk
        cancelled += waiting * now_cancelled / at_risk
        waiting *= (at_risk - now_reached - now_cancelled) / at_risk
        steps.append(
            IncidenceStep(day=day, at_risk=at_risk, reached=reached, cancelled=cancelled, waiting=waiting)
        )
    return tuple(steps)
