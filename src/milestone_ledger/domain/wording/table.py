"""
The language file, read once: the wordings of deadlines, compiled to patterns.

``zh.toml`` explains its own notation. What a programme adds are plain words (``domain.reading``).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from attrs import frozen

from milestone_ledger.domain.reading import DeadlineRow, Reading

# Full-width ASCII and the ideographic space, and nothing else: NFKC would also read ² as 2.
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_CJK = "\u3007\u4e00-\u9fff"
# White space beside Chinese is the typesetter's; between digits it may part a date from a time.
_TYPESET = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")

_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_NUMBER = r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]"
# 三月内 is left alone: it may be a month or three of them.
_IN_CHINESE = re.compile(
    rf"(?P<year>[{''.join(_DIGITS)}]{{4}})(?=年)"
    rf"|(?<![{''.join(_DIGITS)}十第个])(?P<number>{_NUMBER})(?=月(?!内)|日|号)"
)

_PART = re.compile(r"\{(\w+)\}|\[([^\[\]]*)\]|([^\[\]{}]+)")
_HALVES = {"上": 6, "下": 12}
_QUARTERS = {"一": 3, "二": 6, "三": 9, "四": 12, "1": 3, "2": 6, "3": 9, "4": 12}
_TENS = {"上": 10, "中": 20, "下": None}
_DECEMBER = 12
# How many months "before" may include.
_LENGTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}


def half_width(text: str) -> str:
    """
    ``text`` with full-width ASCII made plain and surrounding white space removed; nothing else changes.
    """
    return text.translate(_HALF_WIDTH).strip()


def set_plainly(text: str) -> str:
    """
    ``text`` in its own words: half-width, without the white space of the typesetter.
    """
    return _TYPESET.sub("", half_width(text))


@frozen
class Said:
    """
    What one wording says: the parts of a deadline, before the year is settled.

    ``year`` is a year, ``ahead`` counts from that of the document, and both ``None`` means that none is
    named. ``before`` is how many months the span has that "before" may include.
    """

    month: int
    day: int | None
    year: int | None = None
    ahead: int | None = None
    before: int | None = None
    first: bool = False


@frozen
class Wording:
    """
    One row of the language file, or what a programme adds to it.

    ``month`` and ``day`` are those of the row; the slots of its words say the rest.
    ``question`` is what a person is asked if the words are known and their meaning is not.
    """

    patterns: tuple[re.Pattern[str], ...]
    year: int | None = None
    month: int | None = None
    day: int | None = None
    before: str | None = None
    first: bool = False
    effort: bool = False
    done: bool = False
    question: tuple[str, str] | None = None
    readings: tuple[tuple[int, int | None], ...] = ()

    def said(self, match: re.Match[str], month: int | None = None, day: int | None = None) -> Said:
        """
        What a match of one of the patterns says; ``month`` and ``day`` are those of a reading.
        """
        parts = match.groupdict()
        month, day = month or self.month, day or self.day
        if of := parts.get("month"):
            month = int(of)
        elif of := parts.get("half"):
            month = _HALVES[of]
        elif of := parts.get("quarter"):
            month = _QUARTERS[of]
        if of := parts.get("ten"):
            day = _TENS[of]
        elif of := parts.get("day"):
            day = int(of)
        year, ahead = parts.get("year"), parts.get("ahead")
        plan = parts.get("plan")
        return Said(
            month=_DECEMBER if month is None else month,
            day=day,
            year=int(year) if year else language().plans[plan] if plan else self.year,
            ahead=language().years[ahead] if ahead else None,
            before=_LENGTHS[self.before] if self.before else None,
            first=self.first,
        )


@frozen
class Language:
    """
    The language file.

    ``certain`` rows decide, ``asked`` rows name a question; ``document`` is the file itself, from which
    its documentation is drawn up.
    """

    document: Mapping[str, Any]
    years: Mapping[str, int]
    plans: Mapping[str, int]
    certain: tuple[Wording, ...]
    asked: tuple[Wording, ...]

    def plain(self, text: str) -> str:
        """
        ``text`` as the table writes it: half-width, simplified, its dates in digits.
        """
        text = set_plainly(text).translate(_simplified())
        for other, same in self.document["same"].items():
            text = text.replace(other, same)
        return _IN_CHINESE.sub(_in_digits, text)


@cache
def _simplified() -> dict[int, int]:
    signs = language().document["simplified"]
    return str.maketrans(signs["traditional"], signs["simplified"])


def _in_digits(match: re.Match[str]) -> str:
    if year := match["year"]:
        return "".join(str(_DIGITS[digit]) for digit in year)
    tens, ten, ones = match["number"].rpartition("十")
    return str((_DIGITS[tens] if tens else 1) * 10 * bool(ten) + (_DIGITS[ones] if ones else 0))


@cache
def language() -> Language:
    """
    The language file of the package.
    """
    document = tomllib.loads(files(__package__).joinpath("zh.toml").read_text("utf-8"))
    slots = _slots(document)
    return Language(
        document=document,
        years=document["years"],
        plans=document["plans"],
        certain=tuple(_wordings(document["deadlines"], slots)),
        asked=tuple(_wordings(document["asks"], slots)),
    )


def _slots(document: Mapping[str, Any]) -> dict[str, str]:
    ahead, plans = "|".join(document["years"]), "|".join(document["plans"])
    return {
        "year": rf"(?:(?P<year>[0-9]{{4}})(?:年|(?=[上下第一二三四]|$))|(?P<ahead>{ahead}))",
        "yyyy": r"(?P<year>[0-9]{4})",
        "end": "(?:内|[底末]前?)",
        "month": r"(?P<month>[0-9]{1,2})",
        "day": r"(?P<day>[0-9]{1,2})",
        "half": f"(?P<half>[{''.join(_HALVES)}])",
        "quarter": f"(?P<quarter>[{''.join(_QUARTERS)}])",
        "ten": f"(?P<ten>[{''.join(_TENS)}])",
        "plan": rf"[“\"]?(?P<plan>{plans})[”\"]?",
    }


def _template(words: str, slots: Mapping[str, str]) -> str:
    """
    The pattern of words in the notation of the language file.
    """
    parts = []
    for slot, maybe, plain in _PART.findall(words):
        if slot:
            parts.append(slots[slot])
        elif maybe:
            parts.append(f"(?:{_template(maybe, slots)})?")
        else:
            parts.append(re.escape(plain))
    return "".join(parts)


def _wordings(rows: Iterable[Mapping[str, Any]], slots: Mapping[str, str]) -> Iterator[Wording]:
    for row in rows:
        yield Wording(
            patterns=tuple(re.compile(_template(words, slots)) for words in row["words"]),
            month=row.get("month"),
            day=row.get("day"),
            before=row.get("before"),
            first=row.get("first", False),
            effort=row.get("effort", False),
            done=row.get("done", False),
            question=(row["en"], row["zh"]) if "zh" in row else None,
            readings=tuple((month, day or None) for month, day in row.get("readings", ())),
        )


@lru_cache(maxsize=64)
def added(reading: Reading) -> tuple[Wording, ...]:
    """
    The deadlines that a programme adds; a year may stand before words that name none.
    """
    return tuple(_added(row) for row in reading.deadlines)


def _added(row: DeadlineRow) -> Wording:
    year = _slots(language().document)["year"]
    lead = "" if row.effort or row.year is not None else f"(?:{year})?"
    return Wording(
        patterns=tuple(re.compile(lead + re.escape(language().plain(words))) for words in row.words),
        year=row.year,
        month=row.month,
        day=row.day,
        effort=row.effort,
    )
