"""
The outside view: when a promise may be expected to be kept, going by what became of others like it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from fractions import Fraction
from math import ceil, floor

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate, add_days
from milestone_ledger.metrics.inputs import Course, Promised
from milestone_ledger.metrics.turnbull import Interval, Spread, turnbull

FEWEST = 8
"""
No outlook is drawn from fewer finished cases, unless asked for.
"""


class Refusal(StrEnum):
    """
    Why there is no outlook.

    ``TOO_FEW``: too few cases are finished. ``TOO_BLANK``: of half or more of them nothing is known.
    ``NO_SPAN``: the deadline may not lie after its promise. ``UNSETTLED``: the estimate has not converged.
    """

    TOO_FEW = "too_few"
    TOO_BLANK = "too_blank"
    NO_SPAN = "no_span"
    UNSETTLED = "unsettled"


@frozen(kw_only=True)
class Outlook:
    """
    The days by which half, and four fifths, of promises like this one would have been kept.

    ``p50`` and ``p80`` are as vague as the cases leave them; ``None`` if refused, or if nothing can be
    said. Where so many lie beyond what was last observed of the cases, the day is open above: not before
    its first, and nobody can tell how much later. Of the cases, ``finished`` were reached at some time and
    ``unfinished`` as far as is known not; ``left_out`` are those whose deadline may not lie after its
    promise. ``ratios`` is what the cases gave, ``None`` if ``refused``.
    """

    promised: Promised
    finished: int
    unfinished: int
    left_out: int
    refused: Refusal | None
    ratios: Spread | None = None
    p50: UncertainDate | None = None
    p80: UncertainDate | None = None


def outlook(promised: Promised, reference: Iterable[Course], *, fewest: int = FEWEST) -> Outlook:
    """
    P50 and P80 of the day on which a promise will be kept: S + (D0 − S)·Q(R).

    S is the day of the promise and D0 its deadline; Q the quantile, by Turnbull's estimate, of the ratios
    R = (A − S)/(D0 − S) of the baselines of ``reference``: 1 is just in time, 2 took twice as long. One
    known not to be reached by the end of day t has R > (t − S)/(D0 − S), any other as wide a range as
    its dates. Fractions of a day are rounded outwards. Source: Flyvbjerg 2006 (reference class forecasting).

    It can't tell what is particular to this promise, not even that it is known to be late by now, nor
    whether ``reference`` resembles it: that is for whoever chooses the cases. Cases of which no document
    says that they were finished may have been. Those of which nothing is known at all change nothing, and
    where they are half or more there is no outlook. No outlook is a deadline.

    Args:
        promised: The promise asked about, usually the baseline.
        reference: Other promises, with what became of them; those without a baseline don't count.
        fewest: Refuse with fewer finished cases, 1 or more.
    """
    baselines = [(course, course.baseline) for course in reference if course.baseline is not None]
    usable = [course for course, baseline in baselines if baseline.first > baseline.published]
    finished = sum(course.reached.hi is not None for course in usable)
    if promised.first <= promised.published:
        refused = Refusal.NO_SPAN
    elif finished < fewest:
        refused = Refusal.TOO_FEW
    elif 2 * sum(course.reached.lo is None and course.reached.hi is None for course in usable) >= len(usable):
        refused = Refusal.TOO_BLANK
    else:
        refused = None
    ratios = None if refused else turnbull(map(ratio, usable))
    if ratios is not None and not ratios.has_converged:
        refused, ratios = Refusal.UNSETTLED, None
    return Outlook(
        promised=promised,
        finished=finished,
        unfinished=len(usable) - finished,
        left_out=len(baselines) - len(usable),
        refused=refused,
        ratios=ratios,
        p50=_expected(promised, ratios, Fraction(1, 2)),
        p80=_expected(promised, ratios, Fraction(4, 5)),
    )


def ratio(course: Course) -> Interval:
    """
    R = (A − S)/(D0 − S), as far as the dates of ``course`` say; its baseline lies after its promise.

    With A in [a1, a2] and D0 in [d1, d2], an early achievement counts by the longest span and a late one
    by the shortest, each where it makes the range widest; open where A is open.
    """
    baseline, reached = course.baseline, course.reached
    assert baseline is not None  # noqa: S101 (asked for by name only where there is one)
    spans = (baseline.first - baseline.published).days, (baseline.last - baseline.published).days

    def ends(day: date) -> list[Fraction]:
        return [Fraction((day - baseline.published).days, span) for span in spans]

    return Interval(
        None if reached.lo is None else min(ends(reached.lo)),
        None if reached.hi is None else max(ends(reached.hi)),
    )


def _expected(promised: Promised, ratios: Spread | None, share: Fraction) -> UncertainDate | None:
    quantile = None if ratios is None else ratios.quantile(share)
    if quantile is None:
        return None
    spans = (promised.first - promised.published).days, (promised.last - promised.published).days
    first = last = None
    if quantile.lo is not None:
        first = add_days(promised.published, floor(min(quantile.lo * span for span in spans)))
    if quantile.hi is not None:
        last = add_days(promised.published, ceil(max(quantile.hi * span for span in spans)))
    # Beyond the calendar an end is open: its last day is none that anything is expected on.
    first, last = (None if first == date.min else first), (None if last == date.max else last)
    return None if first is None and last is None else UncertainDate(first, last)
