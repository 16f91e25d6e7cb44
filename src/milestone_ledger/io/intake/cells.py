"""
What may stand in a cell, and what it means: strict grammars, each refusing with a remedy.

Every reader takes the stripped text of a cell and raises ``InvalidValueError`` if it cannot be read;
none of them guesses. Python's own ``int`` and ``float`` are too kind (``1_000``, ``+5``, ``nan``).
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from attrs import frozen

from milestone_ledger.domain.events import Comparator, Period, RelationKind
from milestone_ledger.domain.wording import half_width, read_occurred
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.io.sheets import RELATION_WORDS, STATUS_WORDS

# Several things in one cell: these only. 、 occurs in names, so it cannot separate.
_SEPARATOR = re.compile("[；;\n]")
_COLON = re.compile("[:：]")

_BEFORE = {
    "≥": Comparator.AT_LEAST,
    ">=": Comparator.AT_LEAST,
    "不少于": Comparator.AT_LEAST,
    "不低于": Comparator.AT_LEAST,
    "至少": Comparator.AT_LEAST,
    "超过": Comparator.AT_LEAST,
    "超": Comparator.AT_LEAST,
    "≤": Comparator.AT_MOST,
    "<=": Comparator.AT_MOST,
    "不超过": Comparator.AT_MOST,
    "至多": Comparator.AT_MOST,
    "≈": Comparator.ABOUT,
    "近": Comparator.ABOUT,
    "约": Comparator.ABOUT,
}
_AFTER = {
    "余": Comparator.AT_LEAST,
    "以上": Comparator.AT_LEAST,
    "以下": Comparator.AT_MOST,
    "以内": Comparator.AT_MOST,
    "左右": Comparator.ABOUT,
}
# A measure word is anything that cannot be taken for a part of the number.
_MEASURE = r"[^\W\d_][^\d\s,，、.+=<>≥≤≈~～_\-]*|[%‰℃°㎡㎥]?"
# What does not count things: scales, which nothing converts, and shares, degrees and areas.
_NO_COUNT = re.compile("[十百千万亿%‰℃°㎡㎥]")
_AMOUNT = re.compile(
    rf"(?P<before>{'|'.join(sorted(_BEFORE, key=len, reverse=True))})? ?"
    r"(?P<number>-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?) ?"
    rf"(?P<scale>[十百千万亿]*)(?P<more>余)?(?P<measure>{_MEASURE})"
)
_TAIL = re.compile(r"(?:以上|以下|以内|左右)$")
_UNKNOWN_SIZE = re.compile(rf"(?:若干(?P<measure>{_MEASURE})|一批)")
_SEPARATED = re.compile(r"[0-9][,，][0-9]{3}")

_NUMBER = (
    "write a number with its measure word, such as 67个, ≥5000个, 5000余个, 近700亩, 10公里以上 or 48.53%",
    "请写数字加量词，如 67个、≥5000个、5000余个、近700亩、10公里以上、48.53%",
)
_NO_THOUSANDS = (
    "write the number without a thousands separator, such as 1200个",
    "数字中不要写千分位分隔符，如 1200个",
)
_WHOLE = ("write a whole number with its measure word, such as 10所", "请写整数加量词，如 10所")
_SIZE = (
    "write how many it stands for, such as 10所; leave it blank for one named project; "
    "write 若干 where the number is not known exactly",
    "请写数量，如 10所；单个项目留空；数量不确切的写“若干”",
)
_PERIOD = ("write 2018..2020, 2022 or 2018-01..2018-06", "覆盖期请写 2018..2020、2022 或 2018-01..2018-06")
_RELATION = (
    "write 部分：X, 前期：X, 疑同：X or 不同：X, several separated by ；",
    "请写 部分：X、前期：X、疑同：X 或 不同：X，多个用；隔开",
)
_STATUS = (
    "leave it blank, or write 存疑 (contested), 作废 (void) or 作废@ and the source that withdraws it; "
    "of what was contested before, 存疑；作废@ and the source",
    "请留空，或写 存疑、作废、作废@依据编号；先存疑后被更正的，写 存疑；作废@依据编号",
)
_NTH = (
    "write 1, 2, 3 … to tell rows apart that are otherwise the same",
    "请写 1、2、3…，以区分其余都相同的行",
)


def pieces(text: str) -> tuple[str, ...]:
    """
    The things that one cell names, separated by ``；`` or line breaks.
    """
    return tuple(piece for part in _SEPARATOR.split(text) if (piece := part.strip()))


@frozen
class Amount:
    """
    A number with its comparator and measure word (empty if none is written).
    """

    comparator: Comparator
    value: Decimal
    measure: str = ""


def read_amount(text: str) -> Amount:
    """
    A number with a measure word, such as ``≥5000个``, ``5000余个``, ``近700亩`` or ``48.53%``.

    万 and 亿 stay in the measure word: nothing is converted.
    """
    plain = half_width(text)
    if _SEPARATED.search(plain):
        raise InvalidValueError("number", text, _NO_THOUSANDS)
    tail = _TAIL.search(plain)
    match = _AMOUNT.fullmatch(plain[: tail.start()].rstrip() if tail else plain)
    # ² and ① are digits too, to some; 百 and 千 are letters to all.
    if match is None or any(unicodedata.category(letter)[0] == "N" for letter in match["measure"]):
        raise InvalidValueError("number", text, _NUMBER)
    said = {_BEFORE[match["before"]]} if match["before"] else set()
    said |= {_AFTER[word] for word in (match["more"], tail and tail[0]) if word}
    if len(said) > 1:
        raise InvalidValueError("number", text, _NUMBER)
    comparator = said.pop() if said else Comparator.EXACTLY
    return Amount(comparator, Decimal(match["number"]), match["scale"] + match["measure"])


@frozen
class Count:
    """
    A whole number with its comparator and measure word.
    """

    comparator: Comparator
    value: int
    measure: str = ""


def read_count(text: str) -> Count:
    """
    A whole number of things, such as ``67个``; never negative, and no share of them.
    """
    amount = read_amount(text)
    if amount.value != amount.value.to_integral_value() or amount.value.is_signed():
        raise InvalidValueError("number", text, _WHOLE)
    if _NO_COUNT.match(amount.measure):
        raise InvalidValueError("number", text, _WHOLE)
    return Count(amount.comparator, int(amount.value), amount.measure)


def read_size(text: str) -> tuple[int | None, str]:
    """
    How many a project stands for, and its measure word; 若干 and 一批 are ``None``, unknown.
    """
    if not text:
        return 1, ""
    match = _UNKNOWN_SIZE.fullmatch(half_width(text))
    if match and not _NO_COUNT.match(match["measure"] or ""):
        return None, match["measure"] or ""
    try:
        count = read_count(text)
    except InvalidValueError as error:
        raise InvalidValueError("size", text, _SIZE) from error
    if count.comparator is not Comparator.EXACTLY or count.value < 1:
        raise InvalidValueError("size", text, _SIZE)
    return count.value, count.measure


def read_period(text: str) -> Period:
    """
    The days that a document covers: ``2018..2020`` or ``2022``.
    """
    first, dots, last = half_width(text).removeprefix("[").removesuffix("]").partition("..")
    try:
        start, end = read_occurred(first), read_occurred(last if dots else first)
    except InvalidValueError as error:
        raise InvalidValueError("period", text, _PERIOD) from error
    if start.earliest is None or end.latest is None:
        raise InvalidValueError("period", text, _PERIOD)
    return Period(start.earliest, end.latest)


def read_relations(text: str) -> tuple[tuple[RelationKind, str], ...]:
    """
    Relations to other projects, each as its kind and the name as written.
    """
    relations = []
    for piece in pieces(text):
        parts = [part.strip() for part in _COLON.split(piece, maxsplit=1)]
        if len(parts) != 2 or not parts[1]:  # noqa: PLR2004 (a word and a name)
            raise InvalidValueError("relation", text, _RELATION)
        word, name = parts
        relations.append((RELATION_WORDS.read(word), name))
    return tuple(relations)


@frozen(kw_only=True)
class Status:
    """
    What 状态 says: contested, void (a clerk's slip), or withdrawn by a later source (as written).

    What was contested may be void or withdrawn too.
    """

    contested: bool = False
    void: bool = False
    corrected_by: str = ""


def read_status(text: str) -> Status:
    """
    Blank, 存疑, 作废, or 作废@ and a source; 存疑 may stand before either of the others, with ；.
    """
    if not text:
        return Status()
    plain = text.replace("＠", "@")
    first, *rest = (part.strip() for part in _SEPARATOR.split(plain, maxsplit=1))
    is_contested = STATUS_WORDS.knows(first) and STATUS_WORDS.read(first) == "contested"
    if is_contested and not rest:
        return Status(contested=True)
    # Nothing else is parted at a ；, which may stand in the name of a source.
    word, at, source = (part.strip() for part in (rest[0] if is_contested else plain).partition("@"))
    try:
        meaning = STATUS_WORDS.read(word)
    except InvalidValueError as error:
        raise InvalidValueError("status", text, _STATUS) from error
    if meaning != "void" or (at and not source):
        raise InvalidValueError("status", text, _STATUS)
    return Status(contested=is_contested, void=not at, corrected_by=source)


def read_nth(text: str) -> int:
    """
    Which of several rows that are otherwise the same: 1, 2, 3 ….
    """
    plain = half_width(text)
    if not re.fullmatch("[1-9][0-9]{0,8}", plain):
        raise InvalidValueError("number", text, _NTH)
    return int(plain)
