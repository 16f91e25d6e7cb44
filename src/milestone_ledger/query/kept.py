"""
The evidence of one ledger kept in memory as columns, for sliders and simulations: any day in milliseconds.

It is read once, and grows with ``seq > last``, because a log only grows; a log that is another, because a
backup was put in place, is read anew. What was known by a publication day is one assignment per column: each
change of a bound, drawn together along the order, is noted in the order of publication, and the last one by
that day holds. What was true on a status day is then one comparison. Batches and their members, which are
few, are folded by ``domain.bounds`` once for each change, when they are read.

This module needs numpy (extra ``analytics``); ``standings`` answers the same without it, more slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import compress

import attrs
import numpy as np
from attrs import frozen
from sqlalchemy import Connection, Engine, select

from milestone_ledger.domain.bounds import Ladder
from milestone_ledger.domain.dates import civil_day
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.state import Count, numbers_of
from milestone_ledger.query.families import Families, Known
from milestone_ledger.query.portfolio import ACHIEVED, ACTIVITY, PENDING, of_kinds
from milestone_ledger.query.publication import Said
from milestone_ledger.query.standings import (
    NEVER,
    STATEMENTS,
    Grouping,
    Identity,
    batches_and_members,
    group_of,
    who_is_who,
)
from milestone_ledger.query.tracks import Flags, Numbers, Spans, Track, changes_of
from milestone_ledger.store.engine import reading
from milestone_ledger.store.read import Commit, holds, newest
from milestone_ledger.store.tables import day_number, ledger_event

# What kinds are as numbers; any other is 2.
_EVIDENCE = {0: ACHIEVED, 1: PENDING}
_COLUMNS = (
    "seq",
    "kind",
    "milestone",
    "quantity",
    "earliest",
    "latest",
    "whole",
    "contested",
    "published_on",
)
# Where the milestone stands in a row that is kept; the project comes before the columns.
_MILESTONE = 1 + _COLUMNS.index("milestone")


@frozen(eq=False)
class KeptBounds:
    """
    The bounds of the whole of every project as arrays of ``YYYYMMDD``: a row each, a column per milestone.

    An open ``lo`` is 0, an open ``hi`` is ``NEVER``. Projects that no live statement speaks of are open too.
    The arrays may not be written to.
    """

    projects: tuple[str, ...]
    milestones: tuple[str, ...]
    lo: Numbers
    hi: Numbers


@frozen(eq=False)
class _Sums:
    """
    What batches, and members whose batch is not spoken of, add to counts.

    Row by row ``amounts`` (``Numbers`` of ``domain.state``) of a project at the milestone of a place, from
    the status day ``day`` on, as published from ``first`` on until before ``until``.
    """

    project: Numbers
    place: Numbers
    first: Numbers
    until: Numbers
    day: Numbers
    amounts: Numbers

    def known(self, published_by: int) -> _Sums:
        """
        Those that were known by a publication day.
        """
        return self._where((self.first <= published_by) & (published_by < self.until))

    def true_by(self, as_of: int) -> _Sums:
        """
        Those that are true by a status day.
        """
        return self._where(self.day <= as_of)

    def _where(self, chosen: Flags) -> _Sums:
        return _Sums(*(column[chosen] for column in attrs.astuple(self, recurse=False)))


class Kept:
    """
    One ledger's evidence; not for several threads at once.

    Takes about 180 bytes for each statement, and 30 for each milestone of each project.
    """

    def __init__(self, engine: Engine, ledger: str) -> None:
        self._engine = engine
        self._ledger = ledger
        self._forget()
        self.refresh()

    def _forget(self) -> None:
        self._last_read: Commit | None = None
        self._ids: tuple[str, ...] = ()
        self._names: dict[str, int] = {}
        self._rows = np.empty((0, len(_COLUMNS) + 1), dtype=np.int64)
        self._retractions = np.empty((0, 2), dtype=np.int64)

    @property
    def size(self) -> int:
        """
        How many entries of the log are taken in.
        """
        return 0 if self._last_read is None else self._last_read.size_after

    def refresh(self) -> bool:
        """
        Take in what was recorded since; whether there was anything.

        Raises:
            NoProgrammeError: If the log did not begin.
            UnknownLedgerError: If there is no such ledger.
        """
        with reading(self._engine) as conn:
            last = newest(conn, self._ledger)
            if last == self._last_read:
                return False
            if self._last_read is not None and not holds(conn, self._last_read):
                self._forget()
            end = last.size_after
            programme, identities = who_is_who(conn, self._ledger, Viewpoint(recorded_by=end))
            places = {milestone: place for place, milestone in enumerate(programme.milestone_ids)}
            rows, retractions = self._read(conn, end, places), self._read_retractions(conn, end)
        # A milestone may have been put between others; -1, for none, finds the last place, and stays -1.
        renumbered = np.array([*map(places.__getitem__, self._ids), -1], dtype=np.int64)
        self._rows[:, _MILESTONE] = renumbered[self._rows[:, _MILESTONE]]
        self._rows = np.concatenate([self._rows, rows])
        self._retractions = np.concatenate([self._retractions, retractions])
        self._programme, self._ids, self._last_read = programme, programme.milestone_ids, last
        self._arrange(identities)
        return True

    def _read(self, conn: Connection, end: int, places: Mapping[str, int]) -> Numbers:
        """
        The statements about projects from the last one taken in to ``end``; names become numbers.
        """
        event = ledger_event
        statement = (
            select(event.c.project, *(event.c[name] for name in _COLUMNS))
            .where(event.c.ledger == self._ledger, event.c.seq >= self.size, event.c.seq < end)
            .where(of_kinds(event, *STATEMENTS), event.c.project.is_not(None))
        )
        kinds = {ACHIEVED: 0, PENDING: 1}
        names = self._names
        rows = [
            (
                names.setdefault(project, len(names)),
                seq,
                kinds.get(kind, 2),
                -1 if kind == ACTIVITY else places.get(milestone, -1),
                -1 if quantity is None else quantity,
                earliest or 0,
                latest or NEVER,
                whole,
                contested,
                published_on,
            )
            for project, seq, kind, milestone, quantity, earliest, latest, whole, contested, published_on in (
                conn.execute(statement)
            )
        ]
        return np.array(rows, dtype=np.int64).reshape(-1, len(_COLUMNS) + 1)

    def _read_retractions(self, conn: Connection, end: int) -> Numbers:
        event = ledger_event
        statement = (
            select(event.c.target_seq, event.c.published_on)
            .where(event.c.ledger == self._ledger, event.c.seq >= self.size, event.c.seq < end)
            .where(event.c.target_seq.is_not(None), event.c.published_on.is_not(None))
        )
        return np.array(conn.execute(statement).all(), dtype=np.int64).reshape(-1, 2)

    def _arrange(self, identities: Mapping[str, Identity]) -> None:
        """
        Put everything in the order of publication.
        """
        programme, milestones = self._programme, len(self._programme.milestone_ids)
        project, seq, kind, milestone, _, earliest, latest, whole, contested, published = self._rows.T
        until = _corrected(seq, self._retractions)
        for name in identities:
            self._names.setdefault(name, len(self._names))
        grouped = batches_and_members(identities)
        self._projects = tuple(self._names)
        self._identities = identities
        apart = np.array([name in grouped or name not in identities for name in self._projects], dtype=bool)
        held = until > published
        plain = held & ~apart[project]
        names_one, uncontested, is_whole = plain & (milestone >= 0), contested == 0, whole == 1
        proof = names_one & uncontested & (kind == 0) & is_whole
        not_yet = names_one & uncontested & (earliest > 0) & ((kind == 1) | ((kind == 0) & is_whole))
        known = list(self._known(np.flatnonzero(held & apart[project]), until))
        self._sums = self._sums_of(known)
        count, ids = len(self._projects), programme.milestone_ids
        place = {step: at for at, step in enumerate(ids)}

        def bounds(rows: Flags, values: Numbers, along: Callable[[str], Iterable[str]], start: int) -> Track:
            """
            What some rows say of every milestone that they bear on; of batches and members, what is known.
            """
            row, step = _spread(rows, milestone, [[place[other] for other in along(one)] for one in ids])
            spans = Spans(project[row] * milestones + step, published[row], until[row])
            of_others = changes_of(
                (one.first, self._names[one.project] * milestones + place[one.milestone], _whole(one, start))
                for one in known
            )
            return Track.of(spans, values[row], count=count * milestones, start=start, others=of_others)

        by_milestone = Spans(project * milestones + milestone, published, until)
        by_project, ones = Spans(project, published, until), np.ones_like(seq)
        named = Track.of(by_milestone.where(names_one), ones[names_one], count=count * milestones, start=0)
        self._tracks = {
            "hi": bounds(proof, latest, programme.before, NEVER),
            "lo": bounds(not_yet, earliest, programme.after, 0),
            "named": named,
            "said": Track.of(by_project.where(plain), ones[plain], count=count, start=0),
        }
        self._static = np.array(
            [
                [m in programme.expected(delivery) for m in programme.milestone_ids]
                for delivery in (
                    identities[name].delivery if name in identities else None for name in self._projects
                )
            ],
            dtype=bool,
        ).reshape(count, milestones)
        self._registered = np.array([name in identities for name in self._projects], dtype=bool)
        self._shown = tuple(compress(self._projects, self._registered))
        self._groups: dict[Grouping | None, tuple[list[str], Numbers]] = {}
        self._last: tuple[int, dict[str, Numbers]] = (0, {})

    def _known(self, rows: Numbers, until: Numbers) -> Iterator[Known]:
        """
        What was known of batches and members, which some rows speak of.
        """
        ids, identities = self._programme.milestone_ids, self._identities
        grouped = batches_and_members(identities)
        said: dict[str, list[Said]] = {name: [] for name in self._projects if name in grouped}
        for row, end in zip(self._rows[rows].tolist(), until[rows].tolist(), strict=True):
            project, _, kind, milestone, quantity, earliest, latest, _, contested, published = row
            name = self._projects[project]
            if name in said:
                said[name].append(
                    Said(
                        milestone=None if milestone < 0 else ids[milestone],
                        quantity=None if quantity < 0 else quantity,
                        earliest=earliest or None,
                        latest=None if latest == NEVER else latest,
                        counts=kind in _EVIDENCE and not contested,
                        published=published,
                        corrected=None if end == NEVER else end,
                    )
                )
        return Families(self._programme, identities, said).known()

    def _sums_of(self, known: Iterable[Known]) -> _Sums:
        place = {milestone: at for at, milestone in enumerate(self._programme.milestone_ids)}
        rows = [
            (self._names[one.project], place[one.milestone], one.first, one.until, day, *amounts)
            for one in known
            if one.counts
            for day, amounts in _steps(one.ladder)
        ]
        columns = np.array(rows, dtype=np.int64).reshape(-1, 9)
        project, place_at, first, until, day = columns[:, :5].T
        return _Sums(project, place_at, first, until, day, columns[:, 5:])

    def bounds(self, *, published_by: date | None = None) -> KeptBounds:
        """
        The bounds of the whole of every project, as published by a day; ``None`` is hindsight.
        """
        bound = self._bound(published_by)
        shape = len(self._projects), len(self._programme.milestone_ids)
        lo, hi = (self._at(name, bound).reshape(shape) for name in ("lo", "hi"))
        if len(self._shown) < len(self._projects):
            lo, hi = lo[self._registered], hi[self._registered]
        return KeptBounds(self._shown, self._programme.milestone_ids, lo, hi)

    def counts(
        self, *, as_of: date, published_by: date | None = None, by: Grouping | None = None
    ) -> list[Count]:
        """
        What ``Standings.counts`` answers.

        Raises:
            InvalidValueError: If a day is no plain ``date``, or ``by`` no grouping.
        """
        day, bound = day_number(civil_day(as_of, "kept(as_of)")) or 0, self._bound(published_by)
        groups, group_at = self._grouped(by)
        shape = len(self._projects), len(self._programme.milestone_ids)
        lo, hi, named = (self._at(name, bound).reshape(shape) for name in ("lo", "hi", "named"))
        said = self._at("said", bound) > 0
        expected = (self._static | (named > 0)) & said[:, None]
        totals = np.zeros((len(groups), shape[1], 4), dtype=np.int64)
        for number, flags in enumerate((expected & (hi <= day), expected & (lo <= day), expected)):
            for place in range(shape[1]):
                totals[:, place, number] = np.bincount(group_at[flags[:, place]], minlength=len(groups))
        others = self._sums.known(bound)
        present = np.union1d(group_at[said], group_at[others.project]).tolist()
        others = others.true_by(day)
        np.add.at(totals, (group_at[others.project], others.place), others.amounts)
        return [
            Count.of(groups[at], milestone, [numbers])
            for at in sorted(present, key=groups.__getitem__)
            for milestone, numbers in zip(self._programme.milestone_ids, totals[at].tolist(), strict=True)
        ]

    def _bound(self, published_by: date | None) -> int:
        if published_by is not None:
            civil_day(published_by, "kept(published_by)")
        return day_number(published_by or date.max) or 0

    def _at(self, name: str, bound: int) -> Numbers:
        """
        A track as published by a day; that of the last day asked for is kept.
        """
        if self._last[0] != bound:
            self._last = bound, {}
        found = self._last[1]
        if name not in found:
            found[name] = self._tracks[name].at(bound)
        return found[name]

    def _grouped(self, by: Grouping | None) -> tuple[list[str], Numbers]:
        """
        The names of all groups, and for each project which it counts in.
        """
        if by not in self._groups:
            names: dict[str, int] = {}
            at = [
                names.setdefault(group_of(identity, by) if identity is not None else "", len(names))
                for identity in map(self._identities.get, self._projects)
            ]
            self._groups[by] = (list(names), np.array(at, dtype=np.int64))
        return self._groups[by]


def _steps(ladder: Ladder) -> Iterator[tuple[int, Iterable[int]]]:
    """
    What a project adds to a count, as changes: from which day ``YYYYMMDD`` on how much more, or less.
    """
    before: Iterable[int] = (0, 0, 0, 0)
    for day in [date.min, *sorted({fact.day for fact in (*ladder.upper, *ladder.lower)})]:
        numbers = numbers_of(ladder, day)
        yield day_number(day) or 0, [now - was for was, now in zip(before, numbers, strict=True)]
        before = numbers


def _whole(known: Known, start: int) -> int:
    """
    The last day of the whole, where an open one is ``NEVER``, or the first, where an open one is 0.
    """
    ladder = known.ladder
    day = ladder.hi(ladder.whole) if start == NEVER else ladder.lo(ladder.whole)
    return day_number(day) or start


def _spread(rows: Flags, milestone: Numbers, along: Sequence[Sequence[int]]) -> tuple[Numbers, Numbers]:
    """
    The places of rows, and of milestones that they bear on: ``along`` tells of each milestone which ones.
    """
    here = [np.flatnonzero(rows & (milestone == at)) for at in range(len(along))]
    steps = [(found, to) for found, others in zip(here, along, strict=True) for to in others]
    return (
        np.concatenate([found for found, _ in steps]),
        np.concatenate([np.full(len(found), to) for found, to in steps]),
    )


def _corrected(seq: Numbers, retractions: Numbers) -> Numbers:
    """
    For each statement the first day on which it no longer holds; ``NEVER`` if it holds for good.
    """
    until = np.full(len(seq), NEVER, dtype=np.int64)
    order = np.argsort(seq)
    at = np.searchsorted(seq, retractions[:, 0], sorter=order)
    known = at < len(seq)
    places = order[at[known]]
    hits = seq[places] == retractions[known, 0]
    np.minimum.at(until, places[hits], retractions[known, 1][hits])
    return until
