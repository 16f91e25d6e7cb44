"""
What a programme adds to the language of documents: its own deadlines and verbs.

The rows are plain words. They are read after those that come with the package, so that they can only
add: what is read without them is read the same with them.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from milestone_ledger.domain import values
from milestone_ledger.errors import InvalidValueError

if TYPE_CHECKING:
    from attrs import Attribute

# 29 February may be the day of a rule.
_LEAP_YEAR = 2000
# One character alone stands in too many words.
_SHORTEST = 2
_BLANK = re.compile(r"\s")


def _phrase(instance: object, attribute: Attribute[Any], value: object) -> None:
    values.name(instance, attribute, value)
    if isinstance(value, str) and (len(value) < _SHORTEST or _BLANK.search(value) or value.isdecimal()):
        raise InvalidValueError(
            f"{type(instance).__name__}.{attribute.name}",
            value,
            (
                "give words of two characters or more, without blanks and not digits alone",
                "应为两个字以上的词语，不含空白，也不能只是数字",
            ),
        )


def _phrases(instance: object, attribute: Attribute[Any], value: object) -> None:
    values.every(_phrase)(instance, attribute, value)
    if not value:
        raise InvalidValueError(
            f"{type(instance).__name__}.{attribute.name}", value, ("give at least one", "至少写一个")
        )


def _refuse(name: str, value: object, en: str, zh: str) -> None:
    raise InvalidValueError(f"DeadlineRow.{name}", value, (en, zh))


def _number(instance: object, attribute: Attribute[Any], value: object) -> None:
    if value is not None:
        values.whole_number(1)(instance, attribute, value)


@frozen
class DeadlineRow:
    """
    What a programme means by words such as 汛期前: a day of the year, or a day.

    Without ``year`` the words are read in the year that stands before them, else in that of the
    document. Without ``day``, the last day of the month is meant. ``effort`` words name no deadline.

    Raises:
        InvalidValueError: If it names no month and is no effort, or both, or there is no such day.
    """

    words: tuple[str, ...] = field(validator=_phrases)
    year: int | None = field(default=None, validator=_number)
    month: int | None = field(default=None, validator=_number)
    day: int | None = field(default=None, validator=_number)
    effort: bool = field(default=False, validator=values.flag)

    def __attrs_post_init__(self) -> None:
        if self.effort:
            if (self.year, self.month, self.day) != (None, None, None):
                _refuse("effort", self.effort, "name no year, month or day", "表示尽力的词语不写年、月、日")
        elif self.month is None:
            _refuse("month", self.month, "give the month, or effort = true", "请写月份，或写 effort = true")
        else:
            year = _LEAP_YEAR if self.year is None else self.year
            try:
                date(year, self.month, 1 if self.day is None else self.day)
            except (ValueError, OverflowError):
                _refuse("day", f"{year}-{self.month}-{self.day}", "there is no such day", "没有这一天")


@frozen
class VerbRow:
    """
    Words that name a milestone in the documents of a programme, such as 揭牌 for ``in_use``.
    """

    words: tuple[str, ...] = field(validator=_phrases)
    milestone: str = field(validator=values.name)


@frozen
class Reading:
    """
    All that a programme adds; each word may stand once.
    """

    deadlines: tuple[DeadlineRow, ...] = field(default=(), validator=values.every(values.member(DeadlineRow)))
    verbs: tuple[VerbRow, ...] = field(default=(), validator=values.every(values.member(VerbRow)))

    def __attrs_post_init__(self) -> None:
        for rows, name in ((self.deadlines, "deadlines"), (self.verbs, "verbs")):
            seen: set[str] = set()
            for word in (word for row in rows for word in row.words):
                if word in seen:
                    raise InvalidValueError(f"Reading.{name}", word, ("each may be named once", "不得重复"))
                seen.add(word)
