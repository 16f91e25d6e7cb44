"""
Where a commit has its instant from.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the instant: an aware ``datetime``."""


def utc_now() -> datetime:
    """
    The instant as this machine's clock has it.
    """
    return datetime.now(UTC)
