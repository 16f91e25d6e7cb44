"""
A profile for a table that nobody has settled yet, with the reason of each guess; or the rest of one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs
from attrs import frozen

from milestone_ledger.domain.events import SourceKind
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.reading import Reading
from milestone_ledger.domain.wording import read_commitment
from milestone_ledger.domain.wording.deadlines import find_deadlines
from milestone_ledger.domain.wording.table import language
from milestone_ledger.io.profile.look import Heading, Look
from milestone_ledger.io.profile.profile import ColumnUse, Document, Profile
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.profile.words import Role, header_key, recognise, vocabulary

_YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?=年|年度|[^0-9]|$)")
_BARE_YEAR = re.compile("[0-9]{4}年?")
_WHOLE_YEAR = "全年"
# A title has so many characters at the least; beside it stand units and days.
_SHORTEST_TITLE = 5


@frozen(kw_only=True)
class Proposal:
    """
    A profile, and why: a sentence in Chinese for each column by its header, and for keys by their path.

    ``year`` is that of the table, if its titles or headers name but one.
    """

    profile: Profile
    reasons: Mapping[str, str]
    year: int | None


def propose(look: Look, programme: Programme, prior: Profile | None = None) -> Proposal:
    """
    A profile for a table as it looks; what ``prior`` has settled stays.
    """
    year, year_at = _year(look)
    reasons: dict[str, str] = {}
    columns: list[ColumnUse] = []
    for heading in look.headings:
        settled = None if prior is None else prior.use_of(heading.name)
        use, reason = _use(heading, programme, year)
        if use.role is Role.NAME and any(other.role is Role.NAME for other in columns):
            use, reason = attrs.evolve(use, role=None), "已有一列“名称”，这一列是什么请定"
        if settled is not None and settled.role is not None:
            use, reason = settled, reason if use == settled else ""
        columns.append(use)
        reasons[heading.name] = reason
    if any(use.role is Role.DEADLINE and not use.milestone for use in columns):
        # Beside deadlines of their own, goals "of 2022" are due when those say.
        columns = [
            attrs.evolve(use, due=None) if use.due and _BARE_YEAR.fullmatch(use.due) else use
            for use in columns
        ]
    title = _title(look)
    document = Document() if prior is None else prior.document
    if title is not None and not document.title:
        document = attrs.evolve(document, title=title.text)
        reasons["document.title"] = f"取自 {title.address}"
    if year_at is not None:
        reasons["year"] = f"{year_at.address}“{year_at.text}”写的是 {year} 年"
    profile = Profile(sheet=look.grid.name) if prior is None else prior
    return Proposal(
        profile=attrs.evolve(profile, sheet=look.grid.name, document=document, columns=tuple(columns)),
        reasons=MappingProxyType(reasons),
        year=year,
    )


def _title(look: Look) -> Spot | None:
    """
    The first title that is no remark about the table.
    """
    return next(
        (
            spot
            for spot in look.titles
            if len(spot.text) >= _SHORTEST_TITLE and not re.search("[:：]", spot.text)
        ),
        None,
    )


def _year(look: Look) -> tuple[int | None, Spot | None]:
    """
    The year that the titles name, or else the headers; ``None`` if they name none, or several.
    """
    headers = tuple(cell for heading in look.headings for cell in heading.cells)
    for spots in (look.titles, headers):
        found = {int(match[1]): spot for spot in reversed(spots) for match in _YEAR.finditer(spot.text)}
        if len(found) == 1:
            return next(iter(found.items()))
        if found:
            return None, None
    return None, None


def _use(heading: Heading, programme: Programme, year: int | None) -> tuple[ColumnUse, str]:
    """
    What a column may hold, and which cell makes one think so.
    """
    if not heading.parts:
        return ColumnUse(header=heading.name), "这一列没有表头"
    leaf, cell = heading.parts[-1], heading.cells[-1].address
    if (of_one := _of_milestone(heading, programme)) is not None:
        return of_one
    for part, spot in zip(reversed(heading.parts), reversed(heading.cells), strict=True):
        found = recognise(part)
        if found is None:
            continue
        if found.role is None:
            words = "”“".join(found.words)
            return ColumnUse(header=heading.name), f"{spot.address}“{part}”同时含有“{words}”"
        how = "就是" if found.is_exact else "含有"
        reason = (
            f"{spot.address}“{part}”{how}“{found.words[0]}”"
            if not found.is_exact
            else f"{spot.address}“{part}”"
        )
        use = ColumnUse(header=heading.name, role=found.role)
        if found.role is Role.GOAL and (dated := _due(heading, year)) is not None:
            due, at = dated
            reason += f"；{at.address}“{at.text}”是期限" + ("" if due else "，年份不明")
            use = attrs.evolve(use, due=due)
        return use, reason
    return ColumnUse(header=heading.name), f"{cell}“{leaf}”不在已知的表头里"


def _due(heading: Heading, year: int | None) -> tuple[str, Spot] | None:
    """
    The deadline that the header of a goal gives, and the cell that does; empty if its year is not known.

    A year stands for all that is below it in the header; ``year`` for the whole table.
    """
    found: tuple[str, Spot] | None = None
    for part, cell in zip(heading.parts, heading.cells, strict=True):
        plain = language().plain(part)
        for word in vocabulary().goal_words:
            plain = plain.removesuffix(word)
        if plain == _WHOLE_YEAR:
            found = ("" if year is None else f"{year}年", cell)
        elif [words for _, words in find_deadlines(plain, Reading())] == [plain]:
            if named := _YEAR.search(plain):
                year = int(named[1])
            found = (plain if named else "" if year is None else f"{year}年{plain}", cell)
    return found


def _of_milestone(heading: Heading, programme: Programme) -> tuple[ColumnUse, str] | None:
    """
    The use of a column of one milestone's days, or marks; ``None`` if its header names no milestone.
    """
    leaf, cell = heading.parts[-1], heading.cells[-1].address
    known = recognise(leaf)
    if known is not None and known.is_exact:
        return None
    words = vocabulary()
    key = header_key(leaf)
    bare = next((key.removesuffix(word) for word in words.day_words if key.endswith(word)), key)
    step = next((w for w in (*words.planned, *words.actual) if bare.startswith(w)), "")
    named = {
        commitment.milestone
        for commitment in read_commitment(bare.removeprefix(step), said_in=SourceKind.PLAN)
        if commitment.milestone is not None and commitment.question is None
    }
    labels = {milestone.id: milestone.label.zh for milestone in programme.milestones}
    if len(named) != 1 or len(bare) > len("计划主体结构完工") or not named <= labels.keys():
        return None
    milestone = labels[named.pop() or ""]
    about = ColumnUse(header=heading.name, milestone=milestone)
    if step in words.planned:
        return attrs.evolve(about, role=Role.DEADLINE), f"{cell}“{leaf}”：计划“{milestone}”的日子"
    if step in words.actual:
        return attrs.evolve(about, role=Role.REACHED), f"{cell}“{leaf}”：实际“{milestone}”的日子或记号"
    return about, f"{cell}“{leaf}”没有说是计划“{milestone}”（期限），还是已经“{milestone}”（达到）"
