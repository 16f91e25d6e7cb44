"""
How a verb is said: firmly or with hope, of the past, of the present, in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from milestone_ledger.domain.events import Firmness
from milestone_ledger.domain.wording.outcomes import Words
from milestone_ledger.domain.wording.table import language

_UNDER_WAY = ("it is under way: that does not settle the milestone", "正在进行，不能据以认定节点")
_DOUBTED = ("the words put it in doubt: decide what they say", "说法存疑：请判断")
_SHARE = ("this is a share, and no milestone", "这是完成的比例，不是节点")
_PRESUPPOSED = (
    "the words presuppose it and do not say that it was or will be reached",
    "只是以此为前提，没有说已经或将要做到",
)
_SHARES = re.compile(r"[0-9一二三四五六七八九]+(?:\.[0-9]+)?(?:%|成(?![立为功果员本就都]))|百分之|过半")
_AMOUNT = re.compile(r"[0-9.,]+[余多]?[万亿]?")
_WEAKEST = tuple(Firmness)


def guard(row: Mapping[str, Any]) -> str:
    """
    The pattern of what must not follow the words of ``row``.
    """
    return f"(?!{'|'.join(map(re.escape, row['not_before']))})" if row.get("not_before") else ""


@cache
def firmness_words() -> tuple[tuple[re.Pattern[str], Firmness], ...]:
    """
    The words that say how firm a promise is.
    """
    return tuple(
        (
            re.compile(
                "".join(f"(?<!{re.escape(other)})" for other in row.get("not_after", ()))
                + f"(?:{'|'.join(map(re.escape, sorted(row['words'], key=len, reverse=True)))})"
                + guard(row)
            ),
            Firmness(row["value"]),
        )
        for row in language().document["firmness"]
    )


@cache
def sign(name: str) -> re.Pattern[str]:
    """
    The words of one of the ``signs`` of the language file.
    """
    signs = language().document["signs"]
    words = "|".join(map(re.escape, sorted(signs[name], key=len, reverse=True)))
    return re.compile(f"(?:{words})" + guard({"not_before": signs.get(f"{name}_not_before", ())}))


def tone_spans(text: str) -> Iterator[tuple[int, int]]:
    """
    Where in ``text`` the words of firmness and the signs stand.
    """
    words = [each for each, _ in firmness_words()]
    words += [sign(name) for name in ("past", "negated", "ongoing", "doubted", "partial", "nearly")]
    for each in words:
        for match in each.finditer(text):
            yield match.span()


def has_tone(text: str) -> bool:
    """
    Whether words before a verb say how it is meant; if not, those before the last verb still do.
    """
    return firmness_in(text) is not None or any(
        sign(name).search(text) for name in ("past", "negated", "ongoing", "doubted")
    )


def firmness_in(text: str) -> Firmness | None:
    """
    The weakest of the words of firmness; ``None`` if there are none.
    """
    said = [value for words, value in firmness_words() if words.search(text)]
    return max(said, key=_WEAKEST.index, default=None)


def doubt_of(masked: str, start: int, end: int, tone: str) -> Words | None:
    """
    Why the verb from ``start`` to ``end`` settles nothing; ``None`` if it may.
    """
    if sign("doubted").search(tone):
        return _DOUBTED
    if sign("ongoing").search(tone):
        return _UNDER_WAY
    if _SHARES.search(masked):
        return _SHARE
    is_presupposed = sign("conditional").match(masked, end) and not sign("past").search(tone)
    if is_presupposed or masked[:start].endswith(tuple(language().document["signs"]["conditional_ahead"])):
        return _PRESUPPOSED
    return None


def is_ended(masked: str, end: int) -> bool:
    """
    Whether what follows a verb puts it in the past (建成了).
    """
    return bool(sign("past_behind").match(masked, end))


def is_portion(masked: str) -> bool:
    """
    Whether a clause speaks of a part: 部分路段, or one that begins with 一期.
    """
    return bool(sign("partial").search(masked) or sign("portion").match(masked))


def is_partly(masked: str, end: int) -> bool:
    """
    Whether a clause that tells of the past stops short of the whole: 基本完工, 建成3公里.
    """
    if is_portion(masked) or sign("nearly").search(masked):
        return True
    amount = _AMOUNT.match(masked, end)
    return bool(amount and sign("extent").match(masked, amount.end()))
