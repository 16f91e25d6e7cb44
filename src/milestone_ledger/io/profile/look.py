"""
What a sheet looks like: titles, headers of one row or several, projects, sections, totals, notes below.

Nothing here reads what a cell says of a project. What a row is, if that is not plain, is left open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import StrEnum

from attrs import frozen

from milestone_ledger.domain.registry import name_key
from milestone_ledger.io.profile.spots import Spot, Spots
from milestone_ledger.io.profile.words import Role, header_key, recognise, vocabulary
from milestone_ledger.io.workbook import Grid

# The headers stand among the first rows that are not blank.
_WITHIN = 30
# So many known headers make a row one of headers, and none of them is longer.
_FEWEST, _LONGEST = 2, 30
_MOST_HEADER_ROWS = 4
_NUMERAL = "一二三四五六七八九十"
_FIRST_LEVEL = re.compile(rf"(?:第?[{_NUMERAL}]+[、.．，]?)")
_MARKED = re.compile(
    rf"\s*(?:(?P<first>[{_NUMERAL}]+[、.．，])|(?P<second>[（(][{_NUMERAL}]+[)）]、?))\s*(?P<title>\S.*)",
    re.DOTALL,
)
_COUNTED = re.compile(r"[（(]?(?:共|计)?\s*[0-9]+\s*[个项件]?(?:项目)?[)）]?$")


class LineKind(StrEnum):
    """
    What a row below the headers is; ``ODD`` is for a person to say.
    """

    PROJECT = "project"
    SECTION = "section"
    TOTAL = "total"
    NOTE = "note"
    HEADERS = "headers"
    ODD = "odd"


@frozen
class Heading:
    """
    A column that has a header or holds anything: its header from top to bottom, as one ``name``.

    ``cells`` are those that the header is made of, ``parts`` their texts; ``column`` is counted from 1.
    """

    column: int
    name: str
    parts: tuple[str, ...]
    cells: tuple[Spot, ...]


@frozen(eq=False)
class Line:
    """
    A row below the headers; ``title`` and ``level`` are those of a section.
    """

    number: int
    kind: LineKind
    cells: Mapping[int, Spot]
    is_hidden: bool = False
    title: str = ""
    level: int = 1

    @property
    def spots(self) -> tuple[Spot, ...]:
        """
        The cells from left to right, each once.
        """
        return tuple(dict.fromkeys(spot for _, spot in sorted(self.cells.items())))


@frozen(eq=False)
class Look:
    """
    A sheet as it looks: what stands above its headers, its columns, and the rows below.
    """

    grid: Grid
    spots: Spots
    titles: tuple[Spot, ...]
    headings: tuple[Heading, ...]
    header_rows: tuple[int, int]
    lines: tuple[Line, ...]

    @property
    def hidden_lines(self) -> tuple[Line, ...]:
        """
        The rows of projects that are hidden.
        """
        return tuple(line for line in self.lines if line.is_hidden and line.kind is LineKind.PROJECT)


def look(grid: Grid, known: Collection[str] = (), rows: tuple[int, int] | None = None) -> Look | None:
    """
    What ``grid`` looks like; ``None`` if no row of it looks like headers.

    ``known`` are further headers that a profile names; ``rows`` are the header rows if a person says so.

    Raises:
        InvalidValueError: If merged cells span more than any table has.
    """
    spots = Spots.of(grid)
    keys = frozenset(header_key(part) for name in known for part in name.split("/") if part)
    found = rows or _header_rows(spots, keys)
    if found is None:
        return None
    first, last = found
    titles = tuple(spot for number in spots.filled() if number < first for spot in spots.distinct(number))
    headings = tuple(_headings(spots, first, last))
    reader = _Lines(spots, headings, last)
    return Look(
        grid=grid,
        spots=spots,
        titles=titles,
        headings=headings,
        header_rows=found,
        lines=tuple(reader.read()),
    )


def role_of_heading(heading: Heading) -> Role | None:
    """
    What the lowest part of a header that says anything says its column holds.
    """
    for part in reversed(heading.parts):
        if (found := recognise(part)) is not None:
            return found.role
    return None


def _header_rows(spots: Spots, known: frozenset[str]) -> tuple[int, int] | None:
    top = [number for _, number in zip(range(_WITHIN), spots.filled(), strict=False)]
    scores = {number: _score(spots.distinct(number), known) for number in top}
    best = max(top, key=lambda number: (scores[number], -number), default=None)
    if best is None or scores[best] < _FEWEST:
        return None
    first = last = best
    is_growing = True
    while is_growing and last - first < _MOST_HEADER_ROWS:
        spans = [spots.spans[spot] for spot in _within(spots, first, last) if spot in spots.spans]
        upper = min([first, *(top for top, _, _, _ in spans)])
        lower = max([last, *(bottom for _, _, bottom, _ in spans)])
        if lower == last and _is_parted(spots, first, last, known):
            lower = next((number for number in spots.filled() if number > last), last)
        if upper == first and _is_grouped(spots, first):
            upper = max((number for number in spots.filled() if number < first), default=first)
        is_growing = (upper, lower) != (first, last)
        first, last = upper, lower
    return first, last


def _score(cells: Sequence[Spot], known: frozenset[str]) -> int:
    return sum(1 for spot in cells if len(spot.text) <= _LONGEST and _is_known(header_key(spot.text), known))


def _is_known(key: str, known: frozenset[str]) -> bool:
    return key in known or recognise(key) is not None or key.endswith(vocabulary().day_words)


def _within(spots: Spots, first: int, last: int) -> Iterator[Spot]:
    for number in spots.filled():
        if first <= number <= last:
            yield from spots.distinct(number)


def _is_parted(spots: Spots, first: int, last: int, known: frozenset[str]) -> bool:
    """
    Whether the row below goes on with the headers: it parts a group, and names nothing else.
    """
    below = next((number for number in spots.filled() if number > last), None)
    if below is None:
        return False
    cells = [spot for spot in spots.distinct(below) if spot.row == below]
    groups = [
        (left, right)
        for top, left, bottom, right in (
            spots.spans[s] for s in _within(spots, first, last) if s in spots.spans
        )
        if bottom == last and right > left and top >= first
    ]
    if groups:
        return all(any(left <= spot.column <= right for left, right in groups) for spot in cells)
    above = spots.row(last)
    if any(_names_projects(spot.text) and column in spots.row(below) for column, spot in above.items()):
        return False
    blank_above = [spot for spot in cells if spot.column not in above]
    return bool(blank_above) and all(
        len(spot.text) <= _LONGEST and _is_part(spot.text, known) for spot in cells
    )


def _names_projects(text: str) -> bool:
    found = recognise(text)
    return found is not None and found.role is Role.NAME


def _is_part(text: str, known: frozenset[str]) -> bool:
    key = header_key(text)
    is_period = re.search(r"季度|半年|[0-9一二三四五六七八九十]+月|全年|[0-9]{4}年", key) is not None
    return _is_known(key, known) or (is_period and len(key) <= _LONGEST // 2)


def _is_grouped(spots: Spots, first: int) -> bool:
    """
    Whether the row above holds a header over some of the columns, and not a title over all.
    """
    above = max((number for number in spots.filled() if number < first), default=None)
    if above is None:
        return False
    columns = spots.row(first).keys()
    return any(
        recognise(spot.text) is not None and 1 < right - left + 1 < len(columns) and bottom == above
        for spot in spots.distinct(above)
        if spot in spots.spans
        for _, left, bottom, right in [spots.spans[spot]]
    )


def _headings(spots: Spots, first: int, last: int) -> Iterator[Heading]:
    header_rows = [number for number in spots.filled() if first <= number <= last]
    filled = {column for row, column in spots.own if row >= first}
    below = {column for row, column in spots.own if row > last}
    seen: dict[str, int] = {}
    group: dict[int, Spot] = {}
    for column in sorted(filled):
        cells: list[Spot] = []
        for place, number in enumerate(header_rows):
            spot = spots.row(number).get(column)
            is_last = place == len(header_rows) - 1
            if (
                spot is None
                and not is_last
                and number in group
                and _stands_open(spots, header_rows, place, column)
            ):
                spot = group[number]
            if spot is not None:
                group[number] = spot
                if spot not in cells:
                    cells.append(spot)
            else:
                group.pop(number, None)
        has_own = any(spot.column == column for spot in cells)
        if not has_own and column not in below:
            continue
        parts = tuple(_flat(spot.text) for spot in cells)
        name = "/".join(part.replace("/", "／") for part in dict.fromkeys(parts)) or "无表头"
        seen[name] = seen.get(name, 0) + 1
        yield Heading(column, name if seen[name] == 1 else f"{name}#{seen[name]}", parts, tuple(cells))


def _stands_open(spots: Spots, header_rows: Sequence[int], place: int, column: int) -> bool:
    """
    Whether a header row that is blank here has a header below, which only its group to the left can lead.
    """
    own_below = any(column in spots.row(number) for number in header_rows[place + 1 :])
    left = max((other for other in spots.row(header_rows[place]) if other < column), default=None)
    if not own_below or left is None:
        return False
    return any(left in spots.row(number) for number in header_rows[place + 1 :])


def _flat(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip()


class _Lines:
    """
    Tells the rows below the headers apart.
    """

    def __init__(self, spots: Spots, headings: Sequence[Heading], last: int) -> None:
        self._spots = spots
        self._headers = {heading.column: {name_key(part) for part in heading.parts} for heading in headings}
        self._rows = [number for number in spots.filled() if number > last]
        roles = [(heading.column, role_of_heading(heading)) for heading in headings]
        self._leading = [
            column for column, role in roles if role in (Role.NUMBER, Role.DOMAIN, Role.NAME)
        ] or [heading.column for heading in headings[:2]]
        self._is_numbered = any(role is Role.NUMBER for _, role in roles)

    def read(self) -> Iterator[Line]:
        """
        Every row, from top to bottom; what follows the last project and begins like a note is one.
        """
        lines = [self._line(number) for number in self._rows]
        last = max((place for place, line in enumerate(lines) if line.kind is LineKind.PROJECT), default=-1)
        is_below = False
        for place, line in enumerate(lines):
            is_below = is_below or (place > last and line.kind is LineKind.NOTE)
            if line.kind is LineKind.NOTE and place < last:
                yield Line(line.number, LineKind.ODD, line.cells, line.is_hidden)
            elif is_below and line.kind is not LineKind.TOTAL:
                yield Line(line.number, LineKind.NOTE, line.cells, line.is_hidden)
            else:
                yield line

    def _line(self, number: int) -> Line:
        cells = self._spots.row(number)
        is_hidden = number in self._spots.hidden_rows
        own = [spot for spot in self._spots.distinct(number) if spot.row == number]
        kind, title, level = self._kind(own, cells)
        return Line(number, kind, cells, is_hidden, title, level)

    def _kind(self, own: Sequence[Spot], cells: Mapping[int, Spot]) -> tuple[LineKind, str, int]:
        texts = [spot.text for spot in own]
        repeated = [name_key(spot.text) in self._headers.get(spot.column, ()) for spot in own]
        if all(repeated) or _counts_columns(texts):
            return LineKind.HEADERS, "", 1
        if sum(repeated) >= _FEWEST:
            return LineKind.ODD, "", 1  # headers of another table, perhaps
        first = name_key(texts[0])
        if any(first.startswith(word) for word in vocabulary().totals) and len(first) <= _LONGEST:
            return LineKind.TOTAL, "", 1
        if (section := self._section(own)) is not None:
            return LineKind.SECTION, *section
        if len(cells) > 1 and len(set(cells.values())) > 1:
            return LineKind.PROJECT, "", 1
        if any(first.startswith(word) for word in vocabulary().notes):
            return LineKind.NOTE, "", 1
        return LineKind.ODD, "", 1

    def _section(self, own: Sequence[Spot]) -> tuple[str, int] | None:
        """
        The title and level of a section: 一、教育类, （一）幼儿园, or 一 beside 教育类.
        """
        texts = [spot.text.strip() for spot in own]
        match texts:
            case [alone]:
                marked = _MARKED.fullmatch(alone)
                if marked is not None and own[0].column in self._leading:
                    return _bare(marked["title"]), 1 if marked["first"] else 2
                if own[0].column in self._leading and alone.endswith(vocabulary().sections):
                    return _bare(alone), 1
            case [number, title, *rest] if (
                self._is_numbered
                and {spot.column for spot in own[:2]} <= set(self._leading)
                and all(_COUNTED.fullmatch(text) for text in rest)
            ):
                if _FIRST_LEVEL.fullmatch(number):
                    return _bare(title), 1
                if re.fullmatch(rf"[（(][{_NUMERAL}]+[)）]", number):
                    return _bare(title), 2
        return None


def _counts_columns(texts: Sequence[str]) -> bool:
    """
    Whether a row numbers the columns: 1, 2, 3 …, perhaps behind 甲, 乙.
    """
    numbers = [text for text in texts if text not in ("甲", "乙", "丙")]
    return len(numbers) > _FEWEST and numbers == [str(place) for place in range(1, len(numbers) + 1)]


def _bare(title: str) -> str:
    """
    The title of a section without the count behind it.
    """
    return _COUNTED.sub("", title.strip()).strip() or title.strip()
