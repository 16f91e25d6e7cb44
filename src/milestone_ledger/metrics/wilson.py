"""
Shares of small numbers: counts that may be ranges, with an interval, never a bare number.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from statistics import NormalDist

from attrs import frozen

from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import NumberRange

LEVEL = 0.95
"""
The level of confidence where none is asked for.
"""

SMALL = 10
"""
Fewer cases than this are small numbers: shown as counts with an interval, never as a rate, and never ranked.
"""


class Outcome(StrEnum):
    """
    What a case may turn out to be: a success, a failure, or none of the cases asked about.
    """

    HIT = "hit"
    MISS = "miss"
    OUT = "out"


def between_0_and_1(share: Fraction | float) -> float:
    """
    ``share`` as a number.

    Raises:
        InvalidValueError: Unless it lies between 0 and 1, neither included.
    """
    if not 0 < share < 1:
        raise InvalidValueError("share", share, ("give a share between 0 and 1", "请给出 0 与 1 之间的比例"))
    return float(share)


def normal_quantile(level: float) -> float:
    """
    How many standard deviations on either side hold the share ``level`` of a normal distribution.

    Raises:
        InvalidValueError: Unless 0 < level < 1.
    """
    return NormalDist().inv_cdf((1 + between_0_and_1(level)) / 2)


def wilson(count: int, of: int, *, level: float = LEVEL) -> NumberRange | None:
    """
    The Wilson score interval of the share ``count`` / ``of``.

    With n = of, p = count / n, z the normal quantile: (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n).
    From 0 to 1, exactly 0 and exactly 1 where no case and where every case counts. Source: Wilson 1927.
    It can't tell whether the cases resemble those still to come, nor how far the evidence is one-sided.

    Returns:
        ``None`` if there are no cases.

    Raises:
        InvalidValueError: Unless 0 ≤ count ≤ of, both whole numbers, and 0 < level < 1.
    """
    if type(count) is not int or type(of) is not int or not 0 <= count <= of:
        raise InvalidValueError(
            "wilson",
            f"{count} / {of}",
            ("give whole numbers, 0 ≤ count ≤ of", "请给出整数，且 0 ≤ 个数 ≤ 总数"),
        )
    z = normal_quantile(level)
    if not of:
        return None
    share, square = count / of, z * z
    middle = share + square / (2 * of)
    reach = z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    scale = 1 + square / of
    return NumberRange(
        0.0 if count == 0 else max(0.0, (middle - reach) / scale),
        1.0 if count == of else min(1.0, (middle + reach) / scale),
    )


@frozen(kw_only=True)
class Share:
    """
    A share of counted cases, of each of which the evidence may leave open what it is.

    Each pair is the fewest, for which that is certain, and the most, for which it is possible:
    ``hits`` and ``misses``, and ``of``, how many cases there are at all.
    """

    hits: tuple[int, int]
    misses: tuple[int, int]
    of: tuple[int, int]

    @classmethod
    def of_outcomes(cls, cases: Iterable[frozenset[Outcome]]) -> Share:
        """
        Count cases by all that each may be.
        """
        cases = tuple(cases)

        def counted(outcome: Outcome) -> tuple[int, int]:
            return sum(case == {outcome} for case in cases), sum(outcome in case for case in cases)

        outside = counted(Outcome.OUT)
        return cls(
            hits=counted(Outcome.HIT),
            misses=counted(Outcome.MISS),
            of=(len(cases) - outside[1], len(cases) - outside[0]),
        )

    @property
    def ratio(self) -> NumberRange | None:
        """
        The least and the greatest share that the evidence allows, hits / (hits + misses), from 0 to 1.

        ``None`` if nothing can be a case; else of the worlds that have any.
        """
        if not self.of[1]:
            return None
        (fewest, few), (most, many) = self._least, self._most
        return NumberRange(fewest / few, most / many)

    def interval(self, level: float = LEVEL) -> NumberRange | None:
        """
        From the lower Wilson limit of the least share to the upper limit of the greatest.

        No way to fill in what the evidence leaves open has an interval that reaches further.
        ``None`` as for ``ratio``.
        """
        if not self.of[1]:
            return None
        least, most = wilson(*self._least, level=level), wilson(*self._most, level=level)
        assert least is not None and most is not None  # noqa: S101, PT018 (both have cases)
        return NumberRange(least.lo, most.hi)

    @property
    def is_small(self) -> bool:
        """
        Whether there may be so few cases that the share must not be shown without them, nor be ranked.
        """
        return self.of[0] < SMALL

    @property
    def _least(self) -> tuple[int, int]:
        """
        Hits and cases if everything turns out as badly as it may.

        Cases that are either hits or none stay out, unless no other is left.
        """
        fewest, many = self.hits[0], self.hits[0] + self.misses[1]
        return (fewest, many) if many else (1, 1)

    @property
    def _most(self) -> tuple[int, int]:
        """
        Hits and cases if everything turns out as well as it may.
        """
        most, many = self.hits[1], self.hits[1] + self.misses[0]
        return (most, many) if many else (0, 1)
