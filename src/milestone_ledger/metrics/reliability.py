"""
How far promises were kept, and how far the evidence can tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from attrs import frozen

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.metrics.wilson import Share


@frozen(kw_only=True)
class Reliability:
    """
    Numbers of promise chains by verdict, and the two shares that follow.

    All counts are chains, 0 or more. ``kept_early`` of those ``kept`` were so before their deadline.
    """

    kept: int = 0
    kept_early: int = 0
    kept_late: int = 0
    overdue: int = 0
    date_unknown: int = 0
    unverified: int = 0
    not_due: int = 0
    withdrawn: int = 0
    effort: int = 0

    @classmethod
    def of(cls, verdicts: Iterable[Verdict], *, kept_early: int = 0) -> Reliability:
        """
        Count ``verdicts``, of which ``kept_early`` were kept with their deadline still to come.
        """
        counted = Counter(verdicts)
        return cls(**{verdict.value: counted[verdict] for verdict in Verdict}, kept_early=kept_early)

    @property
    def broken(self) -> int:
        """
        Proven late or overdue.
        """
        return self.kept_late + self.overdue

    @property
    def undetermined(self) -> int:
        """
        Due, and neither kept nor broken as far as the evidence says.
        """
        return self.date_unknown + self.unverified

    @property
    def decided(self) -> int:
        """
        Kept or broken: what the evidence can tell.
        """
        return self.kept + self.broken

    @property
    def settled(self) -> int:
        """
        Decided or undetermined: what the shares are taken of.
        """
        return self.decided + self.undetermined

    @property
    def coverage(self) -> float | None:
        """
        The share of settled promises that the evidence can decide (可核率): 1 − undetermined / settled.

        From 0 to 1; ``None`` while nothing is settled. Source: our own.
        It can't tell which way the undetermined ones went.
        """
        return None if not self.settled else 1 - self.undetermined / self.settled

    @property
    def reliability(self) -> tuple[float, float] | None:
        """
        The share of settled promises that were kept (兑现率), as a range.

        From kept / settled to (kept + undetermined) / settled, each from 0 to 1; ``None`` while nothing
        is settled. Source: our own, after the idea of percent plan complete.
        It can't tell how late the others are, nor hard promises from easy ones.
        """
        if not self.settled:
            return None
        return self.kept / self.settled, (self.kept + self.undetermined) / self.settled

    @property
    def share(self) -> Share:
        """
        The same share as counts, which know their Wilson interval: undetermined may be kept or broken.
        """
        return Share(
            hits=(self.kept, self.kept + self.undetermined),
            misses=(self.broken, self.broken + self.undetermined),
            of=(self.settled, self.settled),
        )
