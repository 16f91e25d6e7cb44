"""
The evidence of one ledger kept in memory as columns, for sliders and simulations: any day in milliseconds.

It is read once, and grows with ``seq > last``, because a log only grows; a log that is another, because a
backup was put in place, is read anew. What was known by a publication day is one assignment per column: each
change of a bound is noted in the order of publication, and the last one by that day holds. What was true on a
status day is then one comparison. Batches and their members, which are few, are folded by ``domain.bounds``.

This module needs numpy (extra ``analytics``); ``standings`` answers the same without it, more slowly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import compress

import numpy as np
from attrs import frozen
from sqlalchemy import Connection, Engine, select

from milestone_ledger.domain.bounds import Ladder
from milestone_ledger.domain.dates import civil_day
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.state import Count, numbers_of
from milestone_ledger.query.portfolio import ACHIEVED, ACTIVITY, PENDING, of_kinds
from milestone_ledger.query.publication import Publication, Said
from milestone_ledger.query.standings import (
    STATEMENTS,
    Grouping,
    Identity,
    batches_and_members,
    group_of,
    who_is_who,
)
from milestone_ledger.query.tracks import NEVER, Flags, Numbers, Spans, Track
from milestone_ledger.store.engine import reading
from milestone_ledger.store.read import Commit, holds, newest
from milestone_ledger.store.tables import day_number, ledger_event

# The publication day that hindsight looks from.
_LAST_DAY = 99991231
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
    """

    projects: tuple[str, ...]
    milestones: tuple[str, ...]
    lo: Numbers
    hi: Numbers


@frozen(eq=False)
class _Seen:
    """
    What was known by one publication day.
    """

    lo: Numbers
    hi: Numbers
    expected: Flags
    counted: Flags
    ladders: tuple[tuple[str, str, Ladder], ...]
    """Of batches and members, by project and milestone, where they count by themselves and are expected."""
    whole: tuple[tuple[str, str, Ladder], ...]
    """The same of all batches and members."""


class Kept:
    """
    One ledger's evidence; not for several threads at once.

    Takes about 120 bytes for each statement, and 60 for each milestone of each project.
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
        project, seq, kind, milestone, quantity, earliest, latest, whole, contested, published = self._rows.T
        until = _corrected(seq, self._retractions)
        for name in identities:
            self._names.setdefault(name, len(self._names))
        grouped = batches_and_members(identities)
        self._projects = tuple(self._names)
        self._identities = identities
        apart = np.array([name in grouped or name not in identities for name in self._projects], dtype=bool)
        held = until > published
        plain = held & ~apart[project]
        segment = project * milestones + milestone
        is_whole, uncontested = whole == 1, contested == 0
        proof = plain & uncontested & (milestone >= 0) & (kind == 0) & is_whole
        not_yet = plain & uncontested & (milestone >= 0) & (earliest > 0)
        not_yet &= (kind == 1) | ((kind == 0) & is_whole)
        count = len(self._projects)
        cells = count * milestones
        by_milestone, by_project = Spans(segment, published, until), Spans(project, published, until)
        names_one, ones = plain & (milestone >= 0), np.ones_like(seq)
        self._tracks = {
            "hi": Track.of(by_milestone.where(proof), latest[proof], count=cells, start=NEVER),
            "lo": Track.of(by_milestone.where(not_yet), earliest[not_yet], count=cells, start=0),
            "named": Track.of(by_milestone.where(names_one), ones[names_one], count=cells, start=0),
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
        others = [name for name in self._projects if name in grouped]
        said: dict[str, list[Said]] = {name: [] for name in others}
        ids = programme.milestone_ids
        for at in np.flatnonzero(held & apart[project]):
            name = self._projects[project[at]]
            if name in said:
                said[name].append(
                    Said(
                        milestone=None if milestone[at] < 0 else ids[milestone[at]],
                        quantity=None if quantity[at] < 0 else int(quantity[at]),
                        earliest=int(earliest[at]) or None,
                        latest=None if latest[at] == NEVER else int(latest[at]),
                        counts=bool(kind[at] < 2 and not contested[at]),  # noqa: PLR2004 (neither of both)
                        published=int(published[at]),
                        corrected=None if until[at] == NEVER else int(until[at]),
                    )
                )
        self._others = Publication(
            programme=programme, identities=identities, plain={}, excluded={}, other=said
        )
        self._last: tuple[int, _Seen] | None = None
        self._groups: dict[Grouping | None, tuple[list[str], Numbers]] = {}

    def bounds(self, *, published_by: date | None = None) -> KeptBounds:
        """
        The bounds of the whole of every project, as published by a day; ``None`` is hindsight.
        """
        seen = self._seen(published_by)
        lo, hi = seen.lo.copy(), seen.hi.copy()
        place = {milestone: at for at, milestone in enumerate(self._programme.milestone_ids)}
        for project, milestone, ladder in seen.whole:
            at = self._names[project], place[milestone]
            lo[at] = day_number(ladder.lo(ladder.whole)) or 0
            hi[at] = day_number(ladder.hi(ladder.whole)) or NEVER
        registered = [name in self._identities for name in self._projects]
        projects = tuple(compress(self._projects, registered))
        return KeptBounds(projects, self._programme.milestone_ids, lo[registered], hi[registered])

    def counts(
        self, *, as_of: date, published_by: date | None = None, by: Grouping | None = None
    ) -> list[Count]:
        """
        What ``Standings.counts`` answers.

        Raises:
            InvalidValueError: If a day is no plain ``date``, or ``by`` no grouping.
        """
        day = day_number(civil_day(as_of, "kept(as_of)")) or 0
        seen = self._seen(published_by)
        groups, group_at = self._grouped(by)
        numbers: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
        present = set(np.unique(group_at[seen.counted]).tolist())
        for place, milestone in enumerate(self._programme.milestone_ids):
            expected = seen.expected[:, place]
            columns = (
                expected & (seen.hi[:, place] <= day),
                expected & (seen.lo[:, place] <= day),
                expected,
            )
            sums = [np.bincount(group_at[flags], minlength=len(groups)) for flags in columns]
            for at in present:
                numbers[groups[at], milestone][:3] = [int(total[at]) for total in sums]
        for project, milestone, ladder in seen.ladders:
            row = numbers[group_of(self._identities[project], by), milestone]
            for at, amount in enumerate(numbers_of(ladder, as_of)):
                row[at] += amount
        return [
            Count.of(group, milestone, [numbers[group, milestone]])
            for group in sorted({group for group, _ in numbers} | self._present(seen, by))
            for milestone in self._programme.milestone_ids
        ]

    def _present(self, seen: _Seen, by: Grouping | None) -> set[str]:
        return {group_of(self._identities[project], by) for project, _, _ in seen.ladders}

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

    def _seen(self, published_by: date | None) -> _Seen:
        if published_by is not None:
            civil_day(published_by, "kept(published_by)")
        bound = _LAST_DAY if published_by is None else day_number(published_by) or 0
        if self._last is None or self._last[0] != bound:
            self._last = (bound, self._see(bound))
        return self._last[1]

    def _see(self, bound: int) -> _Seen:
        ids = self._programme.milestone_ids
        shape = (len(self._projects), len(ids))
        own_lo, own_hi = (self._tracks[name].at(bound).reshape(shape) for name in ("lo", "hi"))
        said = self._tracks["said"].at(bound) > 0
        place = {milestone: at for at, milestone in enumerate(ids)}
        before = [[place[m] for m in self._programme.before(milestone)] for milestone in ids]
        after = [[place[m] for m in self._programme.after(milestone)] for milestone in ids]
        named = self._tracks["named"].at(bound).reshape(shape) > 0
        families = [self._others.view(family, self._ledger, bound) for family in self._others.families()]
        return _Seen(
            lo=np.stack([own_lo[:, some].max(axis=1) for some in before], axis=1),
            hi=np.stack([own_hi[:, some].min(axis=1) for some in after], axis=1),
            expected=(self._static | named) & said[:, None],
            counted=said,
            ladders=tuple(
                (project, milestone, ladder)
                for seen in families
                for project, _ in seen.counted()
                for milestone, ladder in seen.ladders[project].items()
                if seen.is_expected(project, milestone)
            ),
            whole=tuple(
                (project, milestone, ladder)
                for seen in families
                for project, ladders in seen.ladders.items()
                for milestone, ladder in ladders.items()
            ),
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
