"""
Values held once and named by their number: what keeps a page of many days small.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import date
from typing import Any

from milestone_ledger.reports.table import safe

_EPOCH = date(1970, 1, 1).toordinal()


def day_number(day: date | None) -> int | None:
    """
    Days since 1970-01-01, negative before; ``None`` stays open.
    """
    return None if day is None else day.toordinal() - _EPOCH


def day_numbers(days: Iterable[date | None]) -> tuple[int | None, ...]:
    """
    Each day as ``day_number`` gives it.
    """
    return tuple(map(day_number, days))


class Pool:
    """
    Values in the order in which they were first asked for.
    """

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}

    def number(self, value: Hashable) -> int:
        """
        The number of ``value``, from 0; a new one if it is new.
        """
        return self._numbers.setdefault(value, len(self._numbers))

    def values(self) -> list[Any]:
        """
        Every value, by its number.
        """
        return list(self._numbers)


class Texts(Pool):
    """
    What people read, in Chinese and English; a text that is the same in both is held as one.
    """

    def text(self, chinese: str, english: str | None = None) -> int:
        """
        The number of a text; without ``english`` it reads alike in both languages.

        Control and direction marks are made visible, so that no name can change how its line reads.
        """
        zh, en = safe(chinese), safe(chinese if english is None else english)
        return self.number(zh if zh == en else (zh, en))
