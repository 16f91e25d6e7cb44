"""
How documents word their dates: deadlines, and the days on which something happened.

A deadline and a date are read differently: "2019年完成" permits any day of 2019, so its deadline is
2019-12-31 exactly, while something that happened "in 2019" happened on some day of that year.
What can be read in two ways is refused, never guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.errors import InvalidValueError

# Full-width ASCII and the ideographic space, and nothing else: NFKC would also read ² as 2.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_YEAR = re.compile(r"([0-9]{4})年?")
_YEAR_END = re.compile(r"([0-9]{4})年(?:年?底|年?末)前?")
_BEFORE_YEAR = re.compile(r"([0-9]{4})年前")
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2})|年([0-9]{1,2})月)")
_MONTH_END = re.compile(r"([0-9]{4})年([0-9]{1,2})月(?:底|末)前?")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_RANGE = re.compile(r"\[([^\[\]]*)\.\.([^\[\]]*)\]")

_DEADLINE = (
    "write a deadline such as 2019, 2019年底, 2019-09, 2019年9月底, 2019-09-30, 2019.9.30, 2020年前 "
    "or [2019-12-31..2020-12-31]",
    "期限请写 2019、2019年底、2019-09、2019年9月底、2019-09-30、2019.9.30、2020年前或 "
    "[2019-12-31..2020-12-31]",
)
_OCCURRED = (
    "write a date such as 2019-07-01, 2019.7.1, 2019年7月1日, 2019-07, 2019, [..2018-12-31] "
    "or [2018-07-29..2019-08-14]",
    "日期请写 2019-07-01、2019.7.1、2019年7月1日、2019-07、2019、[..2018-12-31] 或 [2018-07-29..2019-08-14]",
)


def half_width(text: str) -> str:
    """
    ``text`` with full-width ASCII made plain and surrounding white space removed; nothing else changes.
    """
    return text.translate(_HALF_WIDTH).strip()


def read_deadline(text: str) -> UncertainDate:
    """
    The last day that the wording of a deadline permits.

    A year or a month means its last day; "2020年前" may or may not include 2020, so it is uncertain.

    >>> read_deadline("2019年9月底"), read_deadline("2020年前")
    (UncertainDate.parse('2019-09-30'), UncertainDate.parse('[2019-12-31..2020-12-31]'))

    Raises:
        InvalidValueError: If the wording is unknown or ambiguous, or names a day that does not exist.
    """
    plain = half_width(text)
    if match := _RANGE.fullmatch(plain):
        # [2019..2020] could mean first or last days, so both ends must be days.
        ends = [_day(end, text, _DEADLINE) for end in match.groups()]
        if ends[0] is None or ends[1] is None:
            raise InvalidValueError("deadline", text, _DEADLINE)
        return UncertainDate(ends[0], ends[1])
    if match := _BEFORE_YEAR.fullmatch(plain):
        year = int(match[1])
        return UncertainDate(_date(year - 1, 12, 31, text), _date(year, 12, 31, text))
    if match := _YEAR.fullmatch(plain) or _YEAR_END.fullmatch(plain):
        return UncertainDate.on(_date(int(match[1]), 12, 31, text))
    if match := _MONTH.fullmatch(plain) or _MONTH_END.fullmatch(plain):
        return UncertainDate.on(_month(match, text)[1])
    day = _day(plain, text, _DEADLINE)
    if day is None:
        raise InvalidValueError("deadline", text, _DEADLINE)
    return UncertainDate.on(day)


def read_occurred(text: str) -> UncertainDate:
    """
    The days on which something may have happened: a day, or all days of a month or year, or a range.

    >>> read_occurred("2019.7.1"), read_occurred("2019年7月"), read_occurred("[..2018]")
    (UncertainDate.parse('2019-07-01'), UncertainDate.parse('2019-07'), UncertainDate.parse('[..2018-12-31]'))

    Raises:
        InvalidValueError: If the wording is unknown, or names a day that does not exist.
    """
    plain = half_width(text)
    if match := _RANGE.fullmatch(plain):
        first, last = match.groups()
        return UncertainDate(_span(first, text)[0] if first else None, _span(last, text)[1] if last else None)
    return UncertainDate(*_span(plain, text))


def _span(plain: str, text: str) -> tuple[date, date]:
    """
    First and last day of a year, a month or a day.
    """
    if match := _YEAR.fullmatch(plain):
        year = int(match[1])
        return _date(year, 1, 1, text), _date(year, 12, 31, text)
    if match := _MONTH.fullmatch(plain):
        return _month(match, text)
    day = _day(plain, text, _OCCURRED)
    if day is None:
        raise InvalidValueError("date", text, _OCCURRED)
    return day, day


def _month(match: re.Match[str], text: str) -> tuple[date, date]:
    year, month = (int(part) for part in match.groups() if part)
    first = _date(year, month, 1, text)
    return first, first.replace(day=monthrange(year, month)[1])


def _day(plain: str, text: str, demand: tuple[str, str]) -> date | None:
    """
    The day that ``plain`` writes in full; ``None`` if it is empty.
    """
    if not plain:
        return None
    match = _DAY.fullmatch(plain)
    if match is None:
        raise InvalidValueError("date", text, demand)
    year, month, day = (int(part) for part in match.groups() if part)
    return _date(year, month, day, text)


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise InvalidValueError("date", text, ("there is no such day", "没有这一天")) from error
