"""
Days that are written in full, and when something happened.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from milestone_ledger.domain.dates import NO_SUCH_DAY, UncertainDate
from milestone_ledger.domain.wording.table import half_width
from milestone_ledger.errors import InvalidValueError

YEAR = re.compile(r"([0-9]{4})年?")
MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2})|年([0-9]{1,2})月)")
DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)
RANGE = re.compile(r"\[([^\[\]]*)\.\.([^\[\]]*)\]")

_OCCURRED = (
    "write a date such as 2019-07-01, 2019.7.1, 2019年7月1日, 2019-07, 2019, [..2018-12-31] "
    "or [2018-07-29..2019-08-14]",
    "日期请写 2019-07-01、2019.7.1、2019年7月1日、2019-07、2019、[..2018-12-31] 或 [2018-07-29..2019-08-14]",
)


def read_occurred(text: str) -> UncertainDate:
    """
    The days on which something may have happened: a day, or all days of a month or year, or a range.

    >>> read_occurred("2019.7.1"), read_occurred("2019年7月"), read_occurred("[..2018]")
    (UncertainDate.parse('2019-07-01'), UncertainDate.parse('2019-07'), UncertainDate.parse('[..2018-12-31]'))

    Raises:
        InvalidValueError: If the wording is unknown, or names a day that does not exist.
    """
    plain = half_width(text)
    if match := RANGE.fullmatch(plain):
        first, last = match.groups()
        return UncertainDate(_span(first, text)[0] if first else None, _span(last, text)[1] if last else None)
    return UncertainDate(*_span(plain, text))


def _span(plain: str, text: str) -> tuple[date, date]:
    """
    First and last day of a year, a month or a day.
    """
    if match := YEAR.fullmatch(plain):
        year = int(match[1])
        return _date(year, 1, 1, text), _date(year, 12, 31, text)
    if match := MONTH.fullmatch(plain):
        year, month = (int(part) for part in match.groups() if part)
        first = _date(year, month, 1, text)
        return first, first.replace(day=monthrange(year, month)[1])
    match = DAY.fullmatch(plain)
    if match is None:
        raise InvalidValueError("date", text, _OCCURRED)
    year, month, day = (int(part) for part in match.groups() if part)
    day_of_match = _date(year, month, day, text)
    return day_of_match, day_of_match


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise InvalidValueError("date", text, NO_SUCH_DAY) from error
