"""
How many units had reached each milestone on every day of a span, from a fixed number of queries.

In hindsight the bounds are asked for once, and one sweep over their days counts. As seen on each day, the
sweep goes over publication days: evidence is never of a later day than its publication, so a milestone is
certain from the day its first proof is published, and a statement that it is still pending can exclude it
only on the very day it is published and speaks of. Nothing is asked again per day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from attrs import frozen
from sqlalchemy import Connection

from milestone_ledger.domain.bounds import Ladder
from milestone_ledger.domain.dates import civil_day
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.state import Count, Numbers, numbers_of
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.query.publication import Publication, publication
from milestone_ledger.query.seen import changes_seen
from milestone_ledger.query.standings import NEVER, Grouping, Identity, day_of, group_of, standings
from milestone_ledger.store.tables import day_number

# The most days that one timeline tells of: a thousand years.
LONGEST = 366_000


@frozen(kw_only=True)
class Series:
    """
    One milestone of one group, day by day: four numbers for each day of the timeline (see ``Count``).
    """

    group: str
    milestone: str
    certain: tuple[int, ...]
    possible: tuple[int, ...]
    registered: tuple[int, ...]
    open_batches: tuple[int, ...]


@frozen(kw_only=True)
class Timeline:
    """
    The counts of every day from ``start`` to ``end``, both included, by group and milestone.
    """

    ledger: str
    start: date
    end: date
    series: tuple[Series, ...]

    def __len__(self) -> int:
        return (self.end - self.start).days + 1

    def days(self) -> Iterator[date]:
        """
        The days, in their order.
        """
        return (self.start + timedelta(number) for number in range(len(self)))

    def on(self, day: date) -> list[Count]:
        """
        The counts at the end of ``day``; groups of which nothing is known yet are left out.

        Raises:
            InvalidValueError: If the timeline does not reach so far.
        """
        if not self.start <= civil_day(day, "timeline(day)") <= self.end:
            raise InvalidValueError(
                "timeline(day)",
                day,
                (f"give a day from {self.start} to {self.end}", f"应在 {self.start} 至 {self.end} 之间"),
            )
        at = (day - self.start).days
        counts = [
            Count.of(
                one.group,
                one.milestone,
                [(one.certain[at], one.possible[at], one.registered[at], one.open_batches[at])],
            )
            for one in self.series
        ]
        known = {count.group for count in counts if count.registered}
        return [count for count in counts if count.group in known]

    def to_dicts(self) -> list[dict[str, Any]]:
        """
        One row per day, group and milestone, for tables of data.
        """
        return [
            {
                "day": day.isoformat(),
                "group": one.group,
                "milestone": one.milestone,
                "certain": one.certain[at],
                "possible": one.possible[at],
                "registered": one.registered[at],
                "open_batches": one.open_batches[at],
            }
            for at, day in enumerate(self.days())
            for one in self.series
        ]


def timeline_in_hindsight(
    conn: Connection,
    ledger: str,
    viewpoint: Viewpoint,
    span: tuple[date, date],
    *,
    by: Grouping | None = None,
) -> Timeline:
    """
    The counts of every day of ``span`` as known from ``viewpoint``.

    Raises:
        InvalidValueError: If the span ends before it starts, or is longer than ``LONGEST`` days.
        NoProgrammeError, UnknownLedgerError: As ``standings``.
    """
    sweep = Sweep(span)
    found = standings(conn, ledger, viewpoint, span[1])
    milestones = found.programme.milestone_ids
    nothing: tuple[None, ...] = (None,) * (2 * len(milestones))
    kinds: defaultdict[tuple[Identity, frozenset[str]], list[str]] = defaultdict(list)
    for project, group in found.counted(by=by):
        if project in found.ladders:
            for milestone, ladder in found.ladders[project].items():
                if found.is_expected(project, milestone):
                    sweep.add_ladder(group, milestone, ladder)
        else:
            kinds[found.identities[project], found.mentioned[project]].append(project)
    alike: defaultdict[tuple[str, frozenset[str]], list[Sequence[Any]]] = defaultdict(list)
    for (identity, mentioned), projects in kinds.items():
        counted = mentioned.union(found.programme.expected(identity.delivery))
        alike[group_of(identity, by), counted].extend(found.rows.get(name, nothing) for name in projects)
    for (group, counted), rows in alike.items():
        columns = list(zip(*rows, strict=False))  # a row without evidence has no status either
        for place, milestone in enumerate(milestones):
            if milestone in counted:
                sweep.add_bounds(group, milestone, columns[2 * place], columns[2 * place + 1])
    return sweep.timeline(ledger, milestones)


def timeline_as_seen(
    conn: Connection,
    ledger: str,
    recorded_by: int | None,
    span: tuple[date, date],
    *,
    by: Grouping | None = None,
) -> Timeline:
    """
    The counts of every day of ``span``, each as published by that very day.

    Raises:
        InvalidValueError: If the span ends before it starts, or is longer than ``LONGEST`` days.
        NoProgrammeError, UnknownLedgerError: As ``standings``.
    """
    sweep = Sweep(span)
    told = publication(conn, ledger, recorded_by)
    _add_plain(sweep, told, by)
    _exclude_plain(sweep, told, by)
    for change in changes_seen(told):
        group = group_of(told.identities[change.project], by)
        add = sweep.add_since if change.lasts else sweep.add_on
        add(group, change.milestone, change.amounts, [(change.day, 1)])
    return sweep.timeline(ledger, told.programme.milestone_ids)


def _add_plain(sweep: Sweep, told: Publication, by: Grouping | None) -> None:
    """
    Projects of which nothing was corrected: they count from one day on, a milestone is certain from another.
    """
    nothing = (None,) * len(told.programme.milestone_ids)
    alike: defaultdict[Identity, list[str]] = defaultdict(list)
    for project in told.plain:
        alike[told.identities[project]].append(project)
    for identity, projects in alike.items():
        group, expected = group_of(identity, by), told.programme.expected(identity.delivery)
        since = Counter(told.plain[project] for project in projects).items()
        proven = zip(*(told.proven.get(project, nothing) for project in projects), strict=True)
        for milestone, days in zip(told.programme.milestone_ids, proven, strict=True):
            if milestone in expected:
                sweep.add_since(group, milestone, (0, 1, 1, 0), since)
                sweep.add_since(group, milestone, (1, 0, 0, 0), Counter(days).items())


def _exclude_plain(sweep: Sweep, told: Publication, by: Grouping | None) -> None:
    """
    What is not possible on the very day that a statement speaks of, for all milestones after its own.
    """
    after = {milestone: told.programme.after(milestone) for milestone in told.programme.milestone_ids}
    excluded: dict[tuple[str, int], frozenset[str]] = {}
    for project, milestone, day in told.excluded:
        others = excluded.setdefault((project, day), after[milestone])
        if others is not after[milestone]:
            excluded[project, day] = others | after[milestone]
    sums: defaultdict[tuple[Identity, frozenset[str]], Counter[int]] = defaultdict(Counter)
    for (project, day), milestones in excluded.items():
        sums[told.identities[project], milestones][day] += 1
    for (identity, milestones), days in sums.items():
        group = group_of(identity, by)
        for milestone in milestones.intersection(told.programme.expected(identity.delivery)):
            sweep.add_on(group, milestone, (0, -1, 0, 0), days.items())


class Sweep:
    """
    Sums that change from day to day: changes are noted on their day, and added up once at the end.
    """

    def __init__(self, span: tuple[date, date]) -> None:
        start, end = (civil_day(day, "timeline") for day in span)
        if not 0 <= (end - start).days < LONGEST:
            raise InvalidValueError(
                "timeline",
                f"{start}..{end}",
                (
                    f"give a first and a later last day, {LONGEST} days at most",
                    f"起止日期应先后有序，最多 {LONGEST} 天",
                ),
            )
        self.start, self.end = start, end
        self.first, self.last = (day_number(day) or 0 for day in (start, end))
        self.length = (end - start).days + 1
        self._changes: dict[tuple[str, str], list[list[int]]] = {}
        self._offsets = {0: 0, NEVER: self.length}

    def offset(self, day: int) -> int:
        """
        The place of a day ``YYYYMMDD``; the first if it lies before the span, beyond the last if after it.
        """
        found = self._offsets.get(day)
        if found is None:
            found = min(max((day_of(day) - self.start).days, 0), self.length)
            self._offsets[day] = found
        return found

    def add_since(
        self, group: str, milestone: str, amounts: Numbers, days: Collection[tuple[int | None, int]]
    ) -> None:
        """
        Add ``amounts`` from each of ``days`` ``YYYYMMDD`` on, so many times as they say; ``None`` is no day.
        """
        for column, amount in zip(self._of(group, milestone), amounts, strict=True):
            if amount:
                for day, times in days:
                    if day is not None:
                        column[self.offset(day)] += amount * times

    def add_on(self, group: str, milestone: str, amounts: Numbers, days: Collection[tuple[int, int]]) -> None:
        """
        Add ``amounts`` on each of ``days`` ``YYYYMMDD`` alone, so many times as they say.
        """
        for column, amount in zip(self._of(group, milestone), amounts, strict=True):
            if amount:
                for day, times in days:
                    if self.first <= day <= self.last:
                        place = self.offset(day)
                        column[place] += amount * times
                        column[place + 1] -= amount * times

    def _of(self, group: str, milestone: str) -> list[list[int]]:
        key = (group, milestone)
        if key not in self._changes:
            self._changes[key] = [[0] * (self.length + 1) for _ in range(4)]
        return self._changes[key]

    def add_bounds(
        self, group: str, milestone: str, los: Sequence[int | None], his: Sequence[int | None]
    ) -> None:
        """
        Named projects that count on every day, by the bounds of their milestone.
        """
        certain, possible, registered, _ = self._of(group, milestone)
        registered[0] += len(los)
        possible[0] += len(los)
        for hi, count in Counter(his).items():
            if hi is not None:
                certain[self.offset(hi)] += count
        for lo, count in Counter(los).items():
            if lo is not None:
                possible[0] -= count
                possible[self.offset(lo)] += count

    def add_ladder(self, group: str, milestone: str, ladder: Ladder) -> None:
        """
        A project that counts on every day as its ladder tells.
        """
        ladder = ladder.tightest()
        places = {(fact.day - self.start).days for fact in (*ladder.upper, *ladder.lower)}
        changes = self._of(group, milestone)
        before = (0, 0, 0, 0)
        for place in [0, *sorted(place for place in places if 0 < place < self.length)]:
            numbers = numbers_of(ladder, self.start + timedelta(place))
            for column, was, now in zip(changes, before, numbers, strict=True):
                column[place] += now - was
            before = numbers

    def timeline(self, ledger: str, milestones: Sequence[str]) -> Timeline:
        """
        The sums.
        """
        order = {milestone: place for place, milestone in enumerate(milestones)}
        series = []
        for group, milestone in sorted(self._changes, key=lambda key: (key[0], order[key[1]])):
            certain, possible, registered, open_batches = (
                tuple(accumulate(changes[:-1])) for changes in self._changes[group, milestone]
            )
            series.append(
                Series(
                    group=group,
                    milestone=milestone,
                    certain=certain,
                    possible=possible,
                    registered=registered,
                    open_batches=open_batches,
                )
            )
        return Timeline(ledger=ledger, start=self.start, end=self.end, series=tuple(series))
