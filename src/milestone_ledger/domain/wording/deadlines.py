"""
Deadlines as documents word them, read against the date of the document.

A deadline and a date are read differently: "2019年完成" permits any day of 2019, so its deadline is
2019-12-31 exactly, while something that happened "in 2019" happened on some day of that year.
What can be read in two ways is a question, never a guess.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache

from attrs import frozen

from milestone_ledger.domain.dates import NO_SUCH_DAY, UncertainDate, day_before
from milestone_ledger.domain.reading import Reading
from milestone_ledger.domain.wording.days import DAY, MONTH, RANGE
from milestone_ledger.domain.wording.outcomes import Ambiguous, Deadline, NoDeadline, Outcome
from milestone_ledger.domain.wording.table import Said, Wording, added, language
from milestone_ledger.errors import InvalidValueError

_HOW = (
    "write a deadline such as 2019, 2019年底前, 2019年三季度, 2020上半年, 2019-09, 2019年9月底, "
    "2019年9月上旬, 2019-09-30, 2019.9.30, 2020年前 or [2019-12-31..2020-12-31]",
    "期限请写 2019、2019年底前、2019年三季度、2020上半年、2019-09、2019年9月底、2019年9月上旬、"
    "2019-09-30、2019.9.30、2020年前或 [2019-12-31..2020-12-31]",
)
_WHICH_YEAR = (
    "the date of the document does not settle which year this means: write the year, such as 2019年底",
    "按文件的发布日不能断定是哪一年：请写明年份，如 2019年底",
)
_BACKWARDS = (
    "the range ends before it begins: write the year of its end",
    "起止颠倒：请写明截止的年份",
)
_SEVERAL = (
    "this names more than one date: keep a row for each, or write the one that is meant",
    "其中不止一个日期：请分成几行，或只写所指的那一个",
)
_MORE = (
    "this says more than a deadline: write the deadline alone",
    "除期限外还有别的话：请只写期限",
)
_EFFORT = (
    "the words name no deadline: leave it blank; the promise is one of effort",
    "没有写明期限：请留空，力度记为“推进”",
)
_PROGRESS = (
    "this is progress, not a deadline: record it as such",
    "这是进展，不是期限：请记入进展",
)

# What may stand before a deadline and changes nothing: 到2020年 is 2020年.
_LEAD = re.compile("最迟(?:于|在)?|不[迟晚]于|[到至于在]")
_TO = "(?:-+|—+|–+|~+|至|到)"
_END = "(?:内|[底末]前?)?"
_SPANS = tuple(
    re.compile(span)
    for span in (
        rf"(?P<year1>[0-9]{{4}})年?{_TO}(?P<year>[0-9]{{4}})(?:年{_END})?",
        rf"(?:(?P<year1>[0-9]{{4}})年)?(?P<month1>[0-9]{{1,2}})月?{_TO}"
        rf"(?:(?P<year>[0-9]{{4}})年)?(?P<month>[0-9]{{1,2}})月{_END}",
        rf"(?:(?P<year1>[0-9]{{4}})年)?(?P<month1>[0-9]{{1,2}})月(?P<day1>[0-9]{{1,2}})日?{_TO}"
        rf"(?:(?:(?P<year>[0-9]{{4}})年)?(?P<month>[0-9]{{1,2}})月)?(?P<day>[0-9]{{1,2}})日",
    )
)

# A deadline within a sentence: not the tail of a number or of 一年内, not the head of 今年以来 or 2019年后.
_IS_TAIL = re.compile(r"(?<=[0-9.\-/])(?=[0-9])|(?<=[每去前上一二三四五六七八九十几数半全两近多0-9])(?=年)")
_IS_HEAD = re.compile("以来|以后|后|起|来|至今|[0-9]")


@frozen
class Place:
    """
    Where a wording stands: the date of its document, and the year that governs the sentence.
    """

    published: UncertainDate | None
    year: int | None = None


def read_deadline(
    text: str, published: UncertainDate | None = None, reading: Reading | None = None
) -> UncertainDate:
    """
    The last day that the wording of a deadline permits, in a document of the day ``published``.

    A year or a month means its last day; "2020年前" may or may not include 2020, so it is uncertain.
    ``reading`` is what the programme adds.

    >>> read_deadline("2019年9月底"), read_deadline("2020年前")
    (UncertainDate.parse('2019-09-30'), UncertainDate.parse('[2019-12-31..2020-12-31]'))
    >>> read_deadline("明年三季度", UncertainDate.parse("2018-07-29"))
    UncertainDate.parse('2019-09-30')

    Raises:
        InvalidValueError: If the wording is unknown or ambiguous, names no deadline, or names a day
            that does not exist.
    """
    outcome = deadline_outcome(text, published, reading)
    if isinstance(outcome, Deadline):
        return outcome.when
    if isinstance(outcome, NoDeadline):
        raise InvalidValueError("deadline", text, outcome.reason)
    demand = outcome.question
    if demand not in (_HOW, _WHICH_YEAR, NO_SUCH_DAY):
        demand = f"{demand[0]}; {_HOW[0]}", f"{demand[1]}。{_HOW[1]}"
    raise InvalidValueError("deadline", text, demand)


@lru_cache(maxsize=1 << 12)  # a plan gives a thousand works the same few deadlines
def deadline_outcome(
    text: str, published: UncertainDate | None = None, reading: Reading | None = None
) -> Outcome:
    """
    What the wording of a deadline says, in a document of the day ``published``.

    Certain where ``read_deadline`` gives a deadline, and the same one.

    >>> deadline_outcome("尽快").effort
    True
    >>> deadline_outcome("国庆前", UncertainDate.parse("2019-03-01")).readings
    (UncertainDate.parse('2019-09-30'), UncertainDate.parse('2019-10-01'))
    """
    return outcome_at(language().plain(text), Place(published), reading or Reading())


def outcome_at(plain: str, place: Place, reading: Reading) -> Outcome:
    """
    What ``plain`` text (see ``Language.plain``) says of a deadline where it stands.
    """
    bare = _LEAD.sub("", plain, count=1) if _LEAD.match(plain) else plain
    for rows in (None, added(reading), language().asked):
        for text in dict.fromkeys((plain, bare)):
            outcome = _shipped(text, place) if rows is None else _worded(text, rows, place)
            if outcome is not None:
                return outcome
    found = list(find_deadlines(plain, reading))
    if not found:
        return Ambiguous(_HOW)
    read = [outcome_at(said, place, reading) for _, said in found]
    return Ambiguous(_SEVERAL if len(found) > 1 else _MORE, _days(read))


def find_deadlines(
    plain: str, reading: Reading, taken: Iterable[tuple[int, int]] = ()
) -> Iterator[tuple[int, str]]:
    """
    The deadlines within a sentence, from left to right: where each stands, and its words.

    Of two that overlap the earlier is taken, of two that begin together the longer; what a programme
    adds stands back behind what comes with the package, and behind the spans ``taken``.
    """
    shipped = [pattern for row in (*language().certain, *language().asked) for pattern in row.patterns]
    found = list(_apart(_candidates(plain, [*shipped, *_SPANS, DAY, MONTH, RANGE]), []))
    own = [pattern for row in added(reading) for pattern in row.patterns]
    found += _apart(_candidates(plain, own), [*found, *taken])
    for start, end in sorted(found):
        yield start, plain[start:end]


def _candidates(plain: str, patterns: Iterable[re.Pattern[str]]) -> Iterator[tuple[int, int]]:
    for pattern in patterns:
        for match in pattern.finditer(plain):
            start, end = match.span()
            if not _IS_TAIL.match(plain, start) and not _IS_HEAD.match(plain, end):
                yield start, end


def _apart(found: Iterable[tuple[int, int]], taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    kept = list(taken)
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if all(end <= first or last <= start for first, last in kept):
            kept.append((start, end))
            yield start, end


def _days(outcomes: Iterable[Outcome]) -> tuple[UncertainDate, ...]:
    """
    All deadlines that ``outcomes`` may mean, each once.
    """
    days: dict[UncertainDate, None] = {}
    for outcome in outcomes:
        if isinstance(outcome, Deadline):
            days[outcome.when] = None
        elif isinstance(outcome, Ambiguous):
            days.update(dict.fromkeys(outcome.readings))
    return tuple(sorted(days))


def _shipped(plain: str, place: Place) -> Outcome | None:
    """
    What ``plain`` says by the rules of the package; ``None`` if they do not know it.
    """
    if match := RANGE.fullmatch(plain):
        # [2019..2020] could mean first or last days, so both ends must be days.
        ends = [_written(end) for end in match.groups()]
        if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
            return Ambiguous(_HOW)
        return Deadline(UncertainDate(ends[0], ends[1]))
    if match := MONTH.fullmatch(plain):
        year, month = (int(part) for part in match.groups() if part)
        return _settled(Said(month=month, day=None, year=year), place)
    if (outcome := _worded(plain, language().certain, place)) is not None:
        return outcome
    for span in _SPANS:
        if match := span.fullmatch(plain):
            return _spanned(match.groupdict(), place)
    if DAY.fullmatch(plain):
        day = _written(plain)
        return Ambiguous(NO_SUCH_DAY) if day is None else Deadline(UncertainDate.on(day))
    return None


def _worded(plain: str, rows: Iterable[Wording], place: Place) -> Outcome | None:
    """
    What the first of ``rows`` that knows ``plain`` makes of it.
    """
    for row in rows:
        for pattern in row.patterns:
            if match := pattern.fullmatch(plain):
                if row.effort:
                    return NoDeadline(_EFFORT, effort=True)
                if row.done:
                    return NoDeadline(_PROGRESS, effort=False)
                if row.question is None:
                    return _settled(row.said(match), place)
                read = [_settled(row.said(match, *reading), place) for reading in row.readings]
                return Ambiguous(row.question, _days(read))
    return None


def _spanned(said: dict[str, str | None], place: Place) -> Outcome:
    """
    The last day of a span such as 2019年9月-12月.
    """
    part = {name: int(value) for name, value in said.items() if value is not None}
    year, month = part.get("year", part.get("year1")), part.get("month", part.get("month1", 12))
    last = _settled(Said(month=month, day=part.get("day"), year=year), place)
    first = (part.get("year1", year or 0), part.get("month1", 1), part.get("day1", 1))
    if isinstance(last, Deadline) and first > (year or part.get("year1", 0), month, part.get("day", 31)):
        ahead = None if year is None else _ended(year + 1, Said(month=month, day=part.get("day")))
        return Ambiguous(_BACKWARDS, () if ahead is None or "year" in part else (ahead,))
    return last


def _settled(said: Said, place: Place) -> Outcome:
    """
    The deadline that ``said`` means where it stands; a question if its year is not certain.
    """
    is_vague = said.year is None and said.ahead is None and place.year is None
    years = _years(said, place)
    days = tuple(day for year in years if (day := _ended(year, said)) is not None)
    if len(years) != 1:
        return Ambiguous(_WHICH_YEAR, days)
    if not days:
        return Ambiguous(NO_SUCH_DAY)
    published, day = place.published, days[0]
    if is_vague and published and published.latest and day.latest and day.latest < published.latest:
        # 三月底, said in December
        ahead = _ended(years[0] + 1, said)
        return Ambiguous(_WHICH_YEAR, days if ahead is None else (day, ahead))
    return Deadline(day)


def _years(said: Said, place: Place) -> tuple[int, ...]:
    """
    The years that may be meant: that which is named, that which governs, or those of the document.
    """
    if said.year is not None:
        return (said.year,)
    if place.year is not None and said.ahead is None:
        return (place.year,)
    published = place.published
    if published is None or published.earliest is None or published.latest is None:
        return ()
    first, last = published.earliest.year, published.latest.year
    # 明年 after 2019年 may count from there, or from the document.
    counted_from = (first, last) if place.year is None else (place.year, first, last)
    return tuple(year + (said.ahead or 0) for year in dict.fromkeys(counted_from))


def _ended(year: int, said: Said) -> UncertainDate | None:
    """
    The day that a wording ends with in ``year``, both that "before" can mean; ``None`` if there is none.
    """
    try:
        first = date(year, said.month, 1)
        last = first.replace(day=monthrange(year, said.month)[1] if said.day is None else said.day)
        if said.first:
            return UncertainDate(first, last)
        if said.before is None:
            return UncertainDate.on(last)
        start = first.replace(month=said.month - said.before + 1)
    except ValueError:
        return None
    return None if start == date.min else UncertainDate(day_before(start), last)


def _written(plain: str) -> date | None:
    """
    The day that ``plain`` writes in full; ``None`` if it does not, or there is no such day.
    """
    match = DAY.fullmatch(plain)
    if match is None:
        return None
    try:
        return date(*(int(part) for part in match.groups() if part))
    except ValueError:
        return None
