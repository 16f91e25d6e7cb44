"""
The order of places in a document: 二(二)3 before 二(二)10, 二 before 三.
"""

from __future__ import annotations

import re

_DIGITS = {"零": 0, "〇": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_OPENING = ("导语", "(导语", "（导语")
_PART = re.compile("[0-9]+|[零〇一二三四五六七八九十]+|[^0-9零〇一二三四五六七八九十]+")


def locator_key(locator: str) -> tuple[tuple[int, int, str], ...]:
    """
    A sort key in which numbers, Arabic or Chinese up to 99, count as numbers, and an opening comes first.

    >>> sorted(["三", "二(十)1", "二(二)10", "二(二)3"], key=locator_key)
    ['二(二)3', '二(二)10', '二(十)1', '三']
    """
    return tuple(_key(part) for part in _PART.findall(locator))


def _key(part: str) -> tuple[int, int, str]:
    if part.isascii() and part.isdigit():
        return 0, int(part), part
    if all(char in _DIGITS or char == "十" for char in part):
        tens, ten, ones = part.rpartition("十")
        if not ten:
            return 0, int("".join(str(_DIGITS[char]) for char in part)), part
        return 0, _number(tens, 1) * 10 + _number(ones, 0), part
    return (-1 if part.startswith(_OPENING) else 1), 0, part


def _number(digits: str, blank: int) -> int:
    return int("".join(str(_DIGITS.get(char, 0)) for char in digits)) if digits else blank
