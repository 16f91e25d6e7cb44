"""
How documents word their dates: deadlines, and the days on which something happened.

A deadline and a date are read differently: "2019年完成" permits any day of 2019, so its deadline is
2019-12-31 exactly, while something that happened "in 2019" happened on some day of that year.
What can be read in two ways is refused, never guessed.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date

from milestone_ledger.domain.dates import UncertainDate, day_before
from milestone_ledger.errors import InvalidValueError

# Full-width ASCII and the ideographic space, and nothing else: NFKC would also read ² as 2.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}

_YEAR = re.compile(r"([0-9]{4})年?")
_MONTH = re.compile(r"([0-9]{4})(?:-([0-9]{2})|年([0-9]{1,2})月)")
_DAY = re.compile(
    r"([0-9]{4})(?:-([0-9]{1,2})-([0-9]{1,2})|\.([0-9]{1,2})\.([0-9]{1,2})"
    r"|/([0-9]{1,2})/([0-9]{1,2})|年([0-9]{1,2})月([0-9]{1,2})日)"
)
_RANGE = re.compile(r"\[([^\[\]]*)\.\.([^\[\]]*)\]")

# A year as a number or counted from that of the document, and the words that mean the end of a span.
_NAMED = r"(?:(?P<year>[0-9]{4})(?:年|(?=[上下第一二三四]|$))|(?P<ahead>今年|本年|明年))"
_END = "(?:内|[底末]前?)"
_MONTH_OF = rf"{_NAMED}?(?P<month>[0-9]{{1,2}})月"
_AHEAD = {"今年": 0, "本年": 0, "明年": 1}
_LAST_MONTH = {"上": 6, "下": 12, "一": 3, "二": 6, "三": 9, "四": 12}
_LAST_DAY = {"上": 10, "中": 20, "下": None}
_PLANS = {"三": 2020, "四": 2025}

# How deadlines are worded, and the month and day that each ends with; without a day, its last.
_Ends = Callable[[re.Match[str]], tuple[int, int | None]]
_DEADLINES: tuple[tuple[re.Pattern[str], _Ends], ...] = tuple(
    (re.compile(wording), ends)
    for wording, ends in (
        (rf"{_NAMED}(?:年?{_END})?|年{_END}", lambda _: (12, None)),
        (r"(?P<year>[0-9]{4})年(?P<before>前)", lambda _: (12, None)),
        (r"[“\"]?十(?P<plan>[三四])五[”\"]?期?[底末]前?", lambda _: (12, None)),
        (rf"{_NAMED}?(?P<of>[上下])半年{_END}?", lambda match: (_LAST_MONTH[match["of"]], None)),
        (rf"{_NAMED}?第?(?P<of>[一二三四])季度{_END}?", lambda match: (_LAST_MONTH[match["of"]], None)),
        (rf"{_MONTH_OF}(?:{_END}|(?P<before>前))?", lambda match: (int(match["month"]), None)),
        (rf"{_MONTH_OF}(?P<of>[上中下])旬", lambda match: (int(match["month"]), _LAST_DAY[match["of"]])),
        (rf"{_MONTH_OF}(?P<day>[0-9]{{1,2}})日前?", lambda match: (int(match["month"]), int(match["day"]))),
    )
)

_DEADLINE = (
    "write a deadline such as 2019, 2019年底前, 2019年三季度, 2020上半年, 2019-09, 2019年9月底, "
    "2019年9月上旬, 2019-09-30, 2019.9.30, 2020年前 or [2019-12-31..2020-12-31]",
    "期限请写 2019、2019年底前、2019年三季度、2020上半年、2019-09、2019年9月底、2019年9月上旬、"
    "2019-09-30、2019.9.30、2020年前或 [2019-12-31..2020-12-31]",
)
_WHICH_YEAR = (
    "the date of the document does not settle which year this means: write the year, such as 2019年底",
    "按文件的发布日不能断定是哪一年：请写明年份，如 2019年底",
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


def read_deadline(text: str, published: UncertainDate | None = None) -> UncertainDate:
    """
    The last day that the wording of a deadline permits, in a document of the day ``published``.

    A year or a month means its last day; "2020年前" may or may not include 2020, so it is uncertain.

    >>> read_deadline("2019年9月底"), read_deadline("2020年前")
    (UncertainDate.parse('2019-09-30'), UncertainDate.parse('[2019-12-31..2020-12-31]'))
    >>> read_deadline("明年三季度", UncertainDate.parse("2018-07-29"))
    UncertainDate.parse('2019-09-30')

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
    if match := _MONTH.fullmatch(plain):
        return UncertainDate.on(_month(match, text)[1])
    for wording, ends_with in _DEADLINES:
        if match := wording.fullmatch(plain):
            return _last_day(match.groupdict(), *ends_with(match), text, published)
    day = _day(plain, text, _DEADLINE)
    if day is None:
        raise InvalidValueError("deadline", text, _DEADLINE)
    return UncertainDate.on(day)


def _last_day(
    said: Mapping[str, str | None], month: int, day: int | None, text: str, published: UncertainDate | None
) -> UncertainDate:
    """
    The day that a wording ends with; both days that "before" a span can mean.
    """
    first = _date(_year(said, text, published), month, 1, text)
    last = _date(first.year, month, day or monthrange(first.year, month)[1], text)
    is_vague = not (said.get("year") or said.get("ahead") or said.get("plan"))
    if is_vague and published and published.latest and last < published.latest:
        raise InvalidValueError("deadline", text, _WHICH_YEAR)  # 三月底, said in December
    if not said.get("before"):
        return UncertainDate.on(last)
    start = first if "month" in said else first.replace(month=1)
    if start == date.min:
        raise InvalidValueError("deadline", text, _DEADLINE)
    return UncertainDate(day_before(start), last)


def _year(said: Mapping[str, str | None], text: str, published: UncertainDate | None) -> int:
    """
    The year that a deadline names, else that of the document, which must be certain.
    """
    if year := said.get("year"):
        return int(year)
    if plan := said.get("plan"):
        return _PLANS[plan]
    if published is None or published.earliest is None or published.latest is None:
        raise InvalidValueError("deadline", text, _WHICH_YEAR)
    if published.earliest.year != published.latest.year:
        raise InvalidValueError("deadline", text, _WHICH_YEAR)
    return published.latest.year + _AHEAD.get(said.get("ahead") or "", 0)


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
