"""
Civil dates, and dates known only to lie within a range.

All days are civil dates of the programme's time zone; nothing here knows of clocks.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Any, Self

from attrs import Attribute, field, frozen

from milestone_ledger.errors import InvalidValueError

_ONE_DAY = timedelta(1)
_FULL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_RANGE = re.compile(r"\[([0-9-]*)\.\.([0-9-]*)\]")
_PROFILE = (
    "write 2019-08-14, 2019-08, 2019, [2018-07-29..2019-08-14] or [..2020-12-31]",
    "请写 2019-08-14、2019-08、2019、[2018-07-29..2019-08-14] 或 [..2020-12-31]",
)
NO_SUCH_DAY = ("there is no such day; check month and day", "没有这一天；请核对月、日")
_PLAIN_DATE = (
    "give a plain datetime.date (a civil day, not a datetime or a string)",
    "请给出 datetime.date（某一天，不带时刻）",
)


def civil_day(value: object, what: str) -> date:
    """
    Refuse everything but a plain civil date; a ``datetime`` is one to Python, but not here.

    Raises:
        InvalidValueError: With ``what`` as the name of the value.
    """
    if type(value) is not date:
        raise InvalidValueError(what, value, _PLAIN_DATE)
    return value


def add_days(day: date, days: int) -> date:
    """
    ``day`` moved by ``days`` calendar days, held at the first and last day that a date can be.
    """
    ordinal = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(ordinal)


def day_after(day: date) -> date:
    """
    The next calendar day; the last day of the calendar is its own successor.
    """
    return day if day == date.max else day + _ONE_DAY


def day_before(day: date) -> date:
    """
    The previous calendar day; the first day of the calendar is its own predecessor.
    """
    return add_days(day, -1)


def _plain_or_open(_instance: object, attribute: Attribute[Any], value: Any) -> None:
    if value is not None:
        civil_day(value, f"UncertainDate.{attribute.name}")


@frozen(order=True)
class UncertainDate:
    """
    Some day from ``earliest`` to ``latest``, both included; an end that is ``None`` is open.

    The text form is a small profile of EDTF, read by ``parse`` and written by ``str``:

    >>> UncertainDate.parse("2019-08")
    UncertainDate.parse('2019-08')
    >>> UncertainDate.parse("[..2020-12-31]").latest
    datetime.date(2020, 12, 31)

    Raises:
        InvalidValueError: If an end is not a plain date, the ends are reversed, or both are open.
    """

    earliest: date | None = field(validator=_plain_or_open)
    latest: date | None = field(validator=_plain_or_open)

    def __attrs_post_init__(self) -> None:
        if self.earliest is None and self.latest is None:
            raise InvalidValueError(
                "UncertainDate", "[..]", ("at least one end must be known", "至少一端须已知")
            )
        if self.earliest and self.latest and self.earliest > self.latest:
            raise InvalidValueError(
                "UncertainDate",
                f"[{self.earliest}..{self.latest}]",
                ("the first day must not lie after the last", "起始日不得晚于截止日"),
            )

    @classmethod
    def on(cls, day: date) -> Self:
        """
        Exactly ``day``.
        """
        return cls(day, day)

    @classmethod
    def by(cls, day: date) -> Self:
        """
        ``day`` or some day before it.
        """
        return cls(None, day)

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read the text form.

        Raises:
            InvalidValueError: If ``text`` is not in the profile, or names a day that does not exist.
        """
        if match := _RANGE.fullmatch(text):
            first, last = match.groups()
            return cls(_span(first, text)[0] if first else None, _span(last, text)[1] if last else None)
        return cls(*_span(text, text))

    @property
    def is_exact(self) -> bool:
        """
        Whether the day is known.
        """
        return self.earliest == self.latest

    def __str__(self) -> str:
        first, last = self.earliest, self.latest
        if first is not None and last is not None:
            if first == last:
                return first.isoformat()
            if first == first.replace(day=1) and last == _last_day(first.year, first.month):
                return f"{first.year:04}-{first.month:02}"
            if first == date(first.year, 1, 1) and last == date(first.year, 12, 31):
                return f"{first.year:04}"
        return f"[{first.isoformat() if first else ''}..{last.isoformat() if last else ''}]"

    def __repr__(self) -> str:
        return f"UncertainDate.parse({str(self)!r})"


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _span(text: str, whole: str) -> tuple[date, date]:
    """
    First and last day of a year, month or day.
    """
    match = _FULL.fullmatch(text)
    if match is None:
        raise InvalidValueError("UncertainDate", whole, _PROFILE)
    year, month, day = (int(part) if part else None for part in match.groups())
    try:
        if year is None or month is None:
            return date(year or 0, 1, 1), date(year or 0, 12, 31)
        if day is None:
            return date(year, month, 1), _last_day(year, month)
        return date(year, month, day), date(year, month, day)
    except ValueError as error:
        raise InvalidValueError("UncertainDate", whole, NO_SUCH_DAY) from error


def shift(value: UncertainDate, days: int) -> UncertainDate:
    """
    Both ends moved by ``days`` calendar days.
    """
    return UncertainDate(
        None if value.earliest is None else value.earliest + timedelta(days),
        None if value.latest is None else value.latest + timedelta(days),
    )
