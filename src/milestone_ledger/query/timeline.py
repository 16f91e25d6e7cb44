"""
How many units had reached each milestone on every day of a span, from a fixed number of queries.

In hindsight the bounds are asked for once, and one sweep over their days counts. As seen on each day, the
sweep goes over publication days: evidence is never of a later day than its publication, so a milestone is
certain from the day its first proof is published, and a statement that it is still pending can exclude it
only on the very day it is published and speaks of. Nothing is asked again per day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Any

from attrs import frozen
from sqlalchemy import Connection

from milestone_ledger.domain.bounds import Ladder
from milestone_ledger.domain.dates import civil_day, day_after
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.state import Count, numbers_of
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.query.publication import Publication, publication
from milestone_ledger.query.standings import (
    Grouping,
    day_of,
    group_of,
    standings,
)
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
    alike: defaultdict[tuple[str, str | None, frozenset[str]], list[tuple[Any, ...]]] = defaultdict(list)
    for project, group in found.counted(by=by):
        if project in found.ladders:
            for milestone, ladder in found.ladders[project].items():
                if found.is_expected(project, milestone):
                    sweep.add_ladder(group, milestone, ladder)
        else:
            key = (group, found.identities[project].delivery, found.mentioned[project])
            alike[key].append(found.rows.get(project, nothing))
    for (group, delivery, mentioned), rows in alike.items():
        columns = list(zip(*rows, strict=False))  # a row without evidence has no status either
        for place, milestone in enumerate(milestones):
            if milestone in mentioned or milestone in found.programme.expected(delivery):
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
    for project in told.plain:
        _add_plain(sweep, told, group_of(told.identities[project], by), project)
    for family in told.families():
        for first, until, seen in told.views(family, ledger):
            for project, group in seen.counted(by=by):
                for milestone, ladder in seen.ladders[project].items():
                    if seen.is_expected(project, milestone):
                        sweep.add_ladder(group, milestone, ladder, first=first, until=until)
    return sweep.timeline(ledger, told.programme.milestone_ids)


def _add_plain(sweep: Sweep, told: Publication, group: str, project: str) -> None:
    """
    A project of which nothing was corrected: each milestone counts from one day on, is certain from another.
    """
    programme, plain = told.programme, told.plain[project]
    expected = programme.expected(told.identities[project].delivery)
    known: dict[str, int] = {}
    proven = dict(zip(programme.milestone_ids, plain.achieved, strict=True))
    for place, milestone in enumerate(programme.milestone_ids):
        since = plain.mentioned if milestone in expected else plain.named[place]
        if since is None:
            continue
        known[milestone] = since
        sweep.add(group, milestone, Sweep.REGISTERED, 1, first=since)
        sweep.add(group, milestone, Sweep.POSSIBLE, 1, first=since)
        proofs = [day for after in programme.after(milestone) if (day := proven[after]) is not None]
        if proofs:
            sweep.add(group, milestone, Sweep.CERTAIN, 1, first=max(since, min(proofs)))
    excluded = {
        (after, day)
        for milestone, day in told.excluded.get(project, ())
        for after in programme.after(milestone)
    }
    for milestone, day in excluded:
        if known.get(milestone, day + 1) <= day:
            sweep.add(group, milestone, Sweep.POSSIBLE, -1, first=day, until=day_number(_next(day)))


def _next(number: int) -> date:
    return day_after(day_of(number))


class Sweep:
    """
    Sums that change from day to day: changes are noted on their day, and added up once at the end.
    """

    CERTAIN, POSSIBLE, REGISTERED, OPEN = range(4)

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
        self.length = (end - start).days + 1
        self._changes: dict[tuple[str, str], list[list[int]]] = {}
        self._offsets: dict[int | None, int] = {None: 0}

    def offset(self, day: int | None) -> int:
        """
        The place of a day ``YYYYMMDD``; the first if it lies before the span, beyond the last if after it.
        """
        found = self._offsets.get(day)
        if found is None and day is not None:
            found = min(max((day_of(day) - self.start).days, 0), self.length)
            self._offsets[day] = found
        return found or 0

    def add(
        self,
        group: str,
        milestone: str,
        number: int,
        amount: int,
        *,
        first: int | None,
        until: int | None = None,
    ) -> None:
        """
        Add ``amount`` to a number on every day from ``first`` (``None``: always) until before ``until``.
        """
        changes = self._of(group, milestone)[number]
        changes[self.offset(first)] += amount
        if until is not None:
            changes[self.offset(until)] -= amount

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

    def add_ladder(
        self,
        group: str,
        milestone: str,
        ladder: Ladder,
        *,
        first: date | None = None,
        until: date | None = None,
    ) -> None:
        """
        A project as its ladder tells, on every day from ``first`` until before ``until``.
        """
        first = max(first or self.start, self.start)
        until = min(until or date.max, self.end + timedelta(1) if self.end < date.max else date.max)
        if until < first or (until == first and until != date.max):
            return
        days = {fact.day for fact in (*ladder.upper, *ladder.lower) if first < fact.day < until}
        changes = self._of(group, milestone)
        before = (0, 0, 0, 0)
        for day in [first, *sorted(days)]:
            numbers = numbers_of(ladder, day)
            at = (day - self.start).days
            for place, (was, now) in enumerate(zip(before, numbers, strict=True)):
                changes[place][at] += now - was
            before = numbers
        end = min((until - self.start).days, self.length)
        for place, was in enumerate(before):
            changes[place][end] -= was

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
