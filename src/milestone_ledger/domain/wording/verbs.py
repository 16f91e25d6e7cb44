"""
The verbs of the language file: where in a clause they stand, and which milestone they name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any

from attrs import frozen

from milestone_ledger.domain.reading import Reading
from milestone_ledger.domain.wording.outcomes import Words
from milestone_ledger.domain.wording.table import language
from milestone_ledger.domain.wording.tones import firmness_words, guard

_GAP = "~"
# What may follow the object of 完成……: 完成A建设、B移交, 完成移交接收工作, 启动A、B等4个项目.
_TAIL = (
    r"(?:等(?:[0-9]+[个项处所条])?)?(?:前期)?(?:工作|任务|工程|项目)?"
    r"(?=$|[,;、:()“”]|并|和|及|以及)"
)


@frozen
class Verb:
    """
    One row of verbs; where a person has to decide, ``milestone`` is ``None`` and ``possible`` the choices.

    ``proves`` are the milestones that the words show to have been reached, said of the past; if it
    ``needs_past``, a report must say so.
    """

    milestone: str | None
    proves: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    question: Words | None = None
    needs_past: bool = False
    only_after: tuple[str, ...] | None = None


@frozen
class Found:
    """
    A verb in a clause; ``core`` is where its words begin, behind a gap if there is one.
    """

    start: int
    end: int
    core: int
    verb: Verb


@frozen
class _Pattern:
    words: re.Pattern[str]
    core: str  # what must stand in the clause; looking for it first spares most of the matching
    has_gap: bool
    length: int
    rank: int  # rows that decide come before those that ask, where both know the same words
    verb: Verb


@cache
def _shipped() -> tuple[_Pattern, ...]:
    return tuple(_patterns(language().document["verbs"]))


def _patterns(rows: Iterable[Mapping[str, Any]]) -> Iterator[_Pattern]:
    for row in rows:
        milestone = row.get("milestone")
        verb = Verb(
            milestone=milestone,
            proves=tuple(row.get("proves", (milestone,) if milestone else ())),
            possible=tuple(row.get("possible", ())),
            question=(row["en"], row["zh"]) if "zh" in row else None,
            needs_past=row.get("needs_past", False),
            only_after=tuple(row["only_after"]) if "only_after" in row else None,
        )
        behind = guard(row)
        for words in row["words"]:
            lead, gap, core = words.rpartition(_GAP)
            text = f"(?P<core>{re.escape(core)}){behind}"
            if gap:
                text = f"{re.escape(lead)}[^,;]*?{text}{_TAIL}"
            if row.get("final"):
                text += r"(?=$|[,;、()])"
            before = "".join(f"(?<!{re.escape(other)})" for other in row.get("not_after", ()))
            yield _Pattern(re.compile(before + text), core, bool(gap), len(words), milestone is None, verb)


def find_verbs(clause: str, reading: Reading, taken: Iterable[tuple[int, int]] = ()) -> tuple[Found, ...]:
    """
    The verbs of a clause from left to right.

    Those that a programme adds stand back behind the others, and behind the spans ``taken``.
    """
    plain: list[tuple[_Pattern, Found]] = []
    gapped: list[tuple[_Pattern, Found]] = []
    for pattern in _shipped():
        if pattern.core not in clause:
            continue
        for match in pattern.words.finditer(clause):
            found = Found(match.start(), match.end(), match.start("core"), pattern.verb)
            if not _stands_apart(clause, found):
                continue
            (gapped if pattern.has_gap else plain).append((pattern, found))
    # A gap reaches over names, never over another verb or over 加快.
    borders = [(found.start, found.end) for pattern, found in plain if not pattern.rank]
    borders += [match.span() for words, _ in firmness_words() for match in words.finditer(clause)]
    chosen: list[Found] = []
    gapped = [
        (pattern, found)
        for pattern, found in gapped
        if not any(found.start < start and end <= found.core for start, end in borders)
    ]
    ranked = sorted(gapped, key=lambda each: (each[1].start, each[1].end, -each[0].length))
    ranked += sorted(plain, key=lambda each: (each[1].start, -each[0].length, each[0].rank))
    for _, found in sorted(ranked, key=lambda each: each[1].start):
        if all(found.end <= other.start or other.end <= found.start for other in chosen):
            chosen.append(found)
    chosen += _own(clause, reading, [*taken, *((found.start, found.end) for found in chosen)])
    return tuple(sorted(chosen, key=lambda found: found.start))


def _stands_apart(clause: str, found: Found) -> bool:
    """
    Whether a verb that is said of the whole only (完成) is not said of something else.
    """
    if found.verb.only_after is None:
        return True
    whole = tuple(language().document["signs"]["whole"])
    before = clause[: found.start]
    rests = (before.removesuffix(word) for word in found.verb.only_after)
    return any(not rest or rest.endswith(whole) for rest in rests)


def _own(clause: str, reading: Reading, taken: list[tuple[int, int]]) -> Iterator[Found]:
    kept = list(taken)
    for words, verb in _added(reading):
        start = clause.find(words)
        while start >= 0:
            end = start + len(words)
            if all(end <= first or last <= start for first, last in kept):
                kept.append((start, end))
                yield Found(start, end, start, verb)
            start = clause.find(words, start + 1)


@lru_cache(maxsize=64)
def _added(reading: Reading) -> tuple[tuple[str, Verb], ...]:
    """
    The words that a programme adds, the longest first.
    """
    rows = [
        (language().plain(words), Verb(row.milestone, (row.milestone,)))
        for row in reading.verbs
        for words in row.words
    ]
    return tuple(sorted(rows, key=lambda row: (-len(row[0]), row[0])))
