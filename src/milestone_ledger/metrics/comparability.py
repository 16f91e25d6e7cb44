"""
Where figures of several programmes cannot be set against each other, and why.

Programmes promise different things, so nothing here says which did better: only what a reader must know
before looking from one figure to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from enum import StrEnum
from itertools import combinations

from attrs import frozen

from milestone_ledger.metrics.inputs import NumberRange
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.wilson import wilson

LONG_UNHEARD = 31
"""
Reports come once a month at the least: last documents further apart than so many days know different times.
"""


class Obstacle(StrEnum):
    """
    What stands between figures of several programmes.
    """

    NOTHING_DUE = "nothing_due"
    FEW_DUE = "few_due"
    COVERAGE_APART = "coverage_apart"
    SHARES_OVERLAP = "shares_overlap"
    SHARES_APART = "shares_apart"
    HEARD_APART = "heard_apart"


@frozen(kw_only=True)
class Told:
    """
    How the promises of one programme stand, and the last day on which a document spoke of it.
    """

    ledger: str
    figures: Reliability
    last: date | None


@frozen(kw_only=True)
class Caution:
    """
    One obstacle, and the programmes, one or two, that it concerns.
    """

    obstacle: Obstacle
    ledgers: tuple[str, ...]


def cautions(told: Sequence[Told]) -> tuple[Caution, ...]:
    """
    What must be known before figures are looked at side by side, of each programme, then of each two.

    Shares of promises of which something is due are set against each other where there are enough: coverage
    lies apart if no 95% Wilson interval has a value in common with the other, reliability if that of no way
    to fill in what the evidence leaves open has.
    It can't tell hard promises from easy ones, so even shares that lie apart are no ranking.
    """
    return (*_of_one(told), *_of_two(told))


def _of_one(told: Sequence[Told]) -> Iterator[Caution]:
    for each in told:
        if not each.figures.settled:
            yield Caution(obstacle=Obstacle.NOTHING_DUE, ledgers=(each.ledger,))
        elif each.figures.share.is_small:
            yield Caution(obstacle=Obstacle.FEW_DUE, ledgers=(each.ledger,))


def _of_two(told: Sequence[Told]) -> Iterator[Caution]:
    for one, other in combinations(told, 2):
        pair = (one.ledger, other.ledger)
        if not (one.figures.share.is_small or other.figures.share.is_small):
            if not _meet(_coverage(one.figures), _coverage(other.figures)):
                yield Caution(obstacle=Obstacle.COVERAGE_APART, ledgers=pair)
            meet = _meet(one.figures.share.interval(), other.figures.share.interval())
            yield Caution(obstacle=Obstacle.SHARES_OVERLAP if meet else Obstacle.SHARES_APART, ledgers=pair)
        if one.last and other.last and abs((one.last - other.last).days) > LONG_UNHEARD:
            yield Caution(obstacle=Obstacle.HEARD_APART, ledgers=pair)


def _coverage(figures: Reliability) -> NumberRange | None:
    return wilson(figures.decided, figures.settled)


def _meet(one: NumberRange | None, other: NumberRange | None) -> bool:
    """
    Whether two ranges have a value in common; what is not known may be any.
    """
    if one is None or other is None:
        return True
    lows = [end for end in (one.lo, other.lo) if end is not None]
    highs = [end for end in (one.hi, other.hi) if end is not None]
    return max(lows, default=0.0) <= min(highs, default=1.0)
