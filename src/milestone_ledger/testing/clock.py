"""
A clock that moves only when one looks at it, so that two runs stamp alike.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 31, 8, tzinfo=UTC)


class Clock:
    """
    Each look at it is a ``step`` later than the one before, the first a step after ``instant``.
    """

    def __init__(self, instant: datetime = START, step: timedelta = timedelta(seconds=1)) -> None:
        self.instant = instant
        self.step = step

    def __call__(self) -> datetime:
        """
        The instant of this look, in UTC.
        """
        self.instant += self.step
        return self.instant
