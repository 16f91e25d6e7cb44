"""
What a person sees in a cell that holds a number: a day, a month, an amount; or why it is none of them.

A workbook keeps a day as a number, and only the number format tells the two apart. The format also tells how
much of the day was meant: who types 2019年8月 is shown just that, though the cell holds the first of August.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Context, Decimal
from enum import Enum

from attrs import frozen

from milestone_ledger.io.workbook.grid import Cell

# Formats that a workbook names by number only; those of Chinese calendars as Chinese programs show them.
_BUILT_IN: Mapping[int, str] = {
    0: "General",
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    **dict.fromkeys((14, 30), "m-d-yy"),
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47, 55, 56), "h:mm"),
    22: "m/d/yy h:mm",
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    31: 'yyyy"年"m"月"d"日"',
}

_EXACT = 15  # significant digits that a workbook keeps
_LARGEST = Decimal(10) ** _EXACT
_ROUNDED = Context(prec=_EXACT)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_LONGEST_NUMBER = 400  # characters
# Digits without a scale, then a measure word that the format shows and the cell does not hold.
_AMOUNT = re.compile(
    r"(?:\[\$-[0-9A-Fa-f,]+\])?(?:General|(?:[#0?]+,)*[#0?]*0(?:\.[0#?]+)?)(?P<percent>%?)"
    r'(?P<measure>(?:"[^"]*"|\\.|[^\x00-\x7f])*)(?:_.|\s)*',
    re.IGNORECASE,
)
# What a format code holds besides its letters: quoted text, paddings, colours and the halves of the day.
_QUOTED = re.compile(
    r'"[^"]*"|\\.|_.|\*.|AM/PM|A/P|上午/下午|e[+-]|General|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE
)
_MEASURE_MARKS = re.compile(r'"|\\(?=.)')

_ISO_DAY = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:T00:00(?::00(?:\.0+)?)?Z?)?")
_LEAP_THAT_NEVER_WAS = 60  # 1900-02-29, which workbooks count
_MOMENT = 1e-6  # days: what arithmetic leaves behind


class Shown(Enum):
    """
    What a number format makes of a number.
    """

    NUMBER = "number"
    PERCENT = "percent"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    NO_YEAR = "day without its year"
    TIME = "time of day"


@frozen
class Format:
    """
    How a cell shows its number; ``measure`` is what it writes after an amount.
    """

    shown: Shown = Shown.NUMBER
    measure: str = ""


_NO_NUMBER = ("this is no number; write one", "这不是数；请改正")
_TOO_LONG = (
    f"a workbook keeps {_EXACT} digits of a number, so the last of these are lost; write it as text",
    f"表格软件只保留 {_EXACT} 位数字，末尾几位已不可靠；请改为文本格式后重新填写",
)
_NO_DAY = (
    "no such day; write it as 2019-08-14",
    "没有这一天；请写作 2019-08-14",
)
_NO_YEAR = (
    "the cell shows no year, and the program has put in {day} of its own; write the whole day",
    "单元格没有显示年份，表格软件自行补成了 {day}；请写全年月日",
)
_TIME = (
    "a time of day stands with the day; write the day alone",
    "日期里带有时刻；请只写日期",
)


def format_of(code: str) -> Format:
    """
    What a format code means; its first section alone, which is that of positive numbers.
    """
    section = _first_section(code)
    if amount := _AMOUNT.fullmatch(section):
        measure = _MEASURE_MARKS.sub("", amount["measure"])
        return Format(Shown.PERCENT if amount["percent"] else Shown.NUMBER, measure)
    letters = set(_QUOTED.sub("", section).lower())
    if letters & set("ymdhsea"):
        return Format(_calendar(letters))
    return Format(Shown.PERCENT if "%" in letters else Shown.NUMBER)


def built_in_format(number: int) -> Format:
    """
    The format of a number that workbooks do not spell out.
    """
    return format_of(_BUILT_IN.get(number, "General"))


def _first_section(code: str) -> str:
    is_quoted = False
    for place, sign in enumerate(code):
        if sign == '"':
            is_quoted = not is_quoted
        elif sign == ";" and not is_quoted and code[place - 1 : place] != "\\":
            return code[:place]
    return code


def _calendar(letters: set[str]) -> Shown:
    has_year, has_day = bool(letters & set("ye")), "d" in letters
    is_clock = bool(letters & set("hs")) and not (has_year or has_day)
    if is_clock:
        return Shown.TIME
    if not has_year:
        return Shown.NO_YEAR
    if has_day:
        return Shown.DAY
    return Shown.MONTH if "m" in letters else Shown.YEAR


def number_cell(raw: str, shown_as: Format, *, is_1904: bool) -> Cell:
    """
    The cell that holds the number ``raw``, as its workbook writes it.

    ``is_1904`` tells that the workbook counts days from 1904.
    """
    text = raw.strip()
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text) or not math.isfinite(value := float(text)):
        return Cell(raw, _NO_NUMBER)
    if shown_as.shown in (Shown.NUMBER, Shown.PERCENT):
        return _amount(value, shown_as)
    return _day(value, shown_as.shown, is_1904=is_1904)


def day_cell(raw: str) -> Cell:
    """
    The cell that holds a day as text of ISO 8601, as some programs write it.
    """
    match = _ISO_DAY.fullmatch(raw.strip())
    if match is None:
        return Cell(raw, _TIME if "T" in raw else _NO_DAY)
    return Cell(match[1]) if _is_day(match[1]) else Cell(raw, _NO_DAY)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _amount(value: float, shown_as: Format) -> Cell:
    number = _ROUNDED.create_decimal(repr(value))
    if shown_as.shown is Shown.PERCENT:
        number = number.scaleb(2)
    number = number.normalize(_ROUNDED) if number else Decimal(0)
    if abs(number) >= _LARGEST:
        return Cell(f"{value!r}", _TOO_LONG)
    sign = "%" if shown_as.shown is Shown.PERCENT else ""
    return Cell(f"{number:f}{sign}{shown_as.measure}")


def _day(value: float, shown: Shown, *, is_1904: bool) -> Cell:
    serial = round(value)
    as_stored = f"{value:.10g}"
    if shown is Shown.TIME or abs(value - serial) > _MOMENT:
        return Cell(_with_time(value, is_1904=is_1904) or as_stored, _TIME)
    day = day_of(serial, is_1904=is_1904)
    if day is None:
        return Cell("1900-02-29" if serial == _LEAP_THAT_NEVER_WAS else as_stored, _NO_DAY)
    if shown is Shown.NO_YEAR:
        en, zh = _NO_YEAR
        return Cell(f"{day:%m-%d}", (en.format(day=day), zh.format(day=day)))
    return Cell(day.isoformat()[: {Shown.YEAR: 4, Shown.MONTH: 7}.get(shown, 10)])


def day_of(serial: int, *, is_1904: bool = False) -> date | None:
    """
    The day that a workbook counts as ``serial``; ``None`` if there is no such day.

    >>> day_of(46276)
    datetime.date(2026, 9, 11)
    """
    if is_1904:
        start, is_counted = date(1904, 1, 1), serial >= 0
    elif serial < _LEAP_THAT_NEVER_WAS:
        start, is_counted = date(1899, 12, 31), serial > 0
    else:
        start, is_counted = date(1899, 12, 30), serial > _LEAP_THAT_NEVER_WAS
    try:
        return start + timedelta(days=serial) if is_counted else None
    except OverflowError:
        return None


def _with_time(value: float, *, is_1904: bool) -> str:
    day = day_of(math.floor(value), is_1904=is_1904)
    minutes = round((value - math.floor(value)) * 24 * 60)
    clock = f"{minutes // 60:02}:{minutes % 60:02}"
    return clock if day is None else f"{day} {clock}"
