"""
What had been said of each project by which day: the ground of timelines as seen on each day.

A statement is in force from its publication until a later document corrects it; one that a clerk took back
was never in force. Evidence is never of a later day than its publication, so what matters of it here is the
day it was published; and a statement that a milestone is still pending excludes it on that day only, if it
speaks of that very day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select
from sqlalchemy.sql.expression import FromClause

from milestone_ledger.domain.bounds import Evidence, drawn_together, own_ladders
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.query.portfolio import ACHIEVED, ACTIVITY, PENDING, of_kinds
from milestone_ledger.query.standings import (
    STATEMENTS,
    Identity,
    Standings,
    batches_and_members,
    day_of,
    who_is_who,
)
from milestone_ledger.store.connect import among
from milestone_ledger.store.tables import ledger_event


@frozen
class Said:
    """
    One statement about a project, in force from ``published`` on until before ``corrected``, if it was.

    ``counts`` tells uncontested evidence from everything else that may name a milestone. Days are integers
    ``YYYYMMDD``.
    """

    milestone: str | None
    quantity: int | None
    earliest: int | None
    latest: int | None
    counts: bool
    published: int
    corrected: int | None

    def evidence(self) -> Evidence:
        """
        What bounds take of it, if it counts.
        """
        return Evidence(
            self.milestone or "",
            self.quantity,
            None if self.earliest is None else day_of(self.earliest),
            None if self.latest is None else day_of(self.latest),
        )


@frozen
class Plain:
    """
    A named project of which nothing was ever corrected, by the days when things were first published.

    ``mentioned``: any statement at all; ``named`` and ``achieved``, by milestone: a statement that names it,
    and a proof of it, not counting those of later milestones.
    """

    mentioned: int
    named: tuple[int | None, ...]
    achieved: tuple[int | None, ...]


@frozen(kw_only=True)
class Publication:
    """
    All of it, for one ledger: ``plain`` projects, the ``excluded`` days of their milestones, and the rest.

    ``excluded`` holds, by project, milestones and the day on which alone a statement excludes them.
    ``other`` holds the statements about batches, members and whatever was corrected.
    """

    programme: Programme
    identities: Mapping[str, Identity]
    plain: Mapping[str, Plain]
    excluded: Mapping[str, Sequence[tuple[str, int]]]
    other: Mapping[str, Sequence[Said]]

    def families(self) -> Iterator[tuple[str, ...]]:
        """
        The other projects: each batch with its members, and each that stands alone.
        """
        members: defaultdict[str, list[str]] = defaultdict(list)
        for project in self.other:
            batch = self.identities[project].member_of
            members[project if batch is None or batch not in self.other else batch].append(project)
        return map(tuple, members.values())

    def views(self, family: Sequence[str], ledger: str) -> Iterator[tuple[date, date | None, Standings]]:
        """
        A family as published from a day on until before another, between all its changes.
        """
        said = [one for project in family for one in self.other[project]]
        days = sorted({one.published for one in said} | {one.corrected for one in said if one.corrected})
        for day, until in zip_longest(days, days[1:]):
            yield day_of(day), None if until is None else day_of(until), self.view(family, ledger, day)

    def view(self, family: Sequence[str], ledger: str, published_by: int) -> Standings:
        """
        A family as published by a day ``YYYYMMDD``; its status day is the same, its ladders tell all days.
        """
        mentioned: defaultdict[str, set[str]] = defaultdict(set)
        evidence: defaultdict[str, list[Evidence]] = defaultdict(list)
        for project in family:
            for one in self.other[project]:
                if one.published <= published_by and (one.corrected is None or one.corrected > published_by):
                    mentioned[project].update(() if one.milestone is None else (one.milestone,))
                    if one.counts:
                        evidence[project].append(one.evidence())
        own = {
            project: own_ladders(self.programme, self.identities[project].whole, evidence[project])
            for project in family
        }
        kin = {
            project: (self.identities[project].member_of, _members(project, family, self.identities))
            for project in family
        }
        return Standings(
            ledger=ledger,
            as_of=day_of(published_by),
            viewpoint=Viewpoint(published_by=day_of(published_by)),
            programme=self.programme,
            identities=self.identities,
            mentioned={project: frozenset(named) for project, named in mentioned.items()},
            rows={},
            ladders=drawn_together(own, kin),
        )


def _members(batch: str, family: Sequence[str], identities: Mapping[str, Identity]) -> list[str]:
    return [project for project in family if identities[project].member_of == batch]


def publication(conn: Connection, ledger: str, recorded_by: int | None = None) -> Publication:
    """
    What had been said in ``ledger`` by which day; ``recorded_by`` is a commit boundary, or ``None`` for all.

    Raises:
        NoProgrammeError: If the log did not begin by then.
        UnknownLedgerError: If there is no such ledger.
    """
    viewpoint = Viewpoint(recorded_by=recorded_by)
    programme, identities = who_is_who(conn, ledger, viewpoint)
    log = _Log(conn, ledger, recorded_by)
    corrected = log.corrections()
    grouped = batches_and_members(identities)
    apart = grouped | {project for project, _ in corrected.values()}
    plain = {
        project: one
        for project, one in log.plain(programme).items()
        if project in identities and project not in apart
    }
    return Publication(
        programme=programme,
        identities=identities,
        plain=plain,
        excluded=log.excluded(plain),
        other=log.statements(apart & identities.keys(), {seq: day for seq, (_, day) in corrected.items()}),
    )


class _Log:
    """
    The statements of one ledger that were in force on some day.
    """

    def __init__(self, conn: Connection, ledger: str, recorded_by: int | None) -> None:
        self.conn = conn
        self.ledger = ledger
        self.recorded_by = recorded_by

    def _of(self, table: FromClause) -> Iterable[ColumnElement[bool]]:
        yield table.c.ledger == self.ledger
        if self.recorded_by is not None:
            yield table.c.seq < self.recorded_by

    def _in_force(self, event: FromClause) -> Iterable[ColumnElement[bool]]:
        """
        Statements about projects that no clerk took back.
        """
        retraction, target = ledger_event.alias("r"), ledger_event.alias("t")
        taken_back = (
            select(retraction.c.target_seq)
            .join(
                target, and_(target.c.ledger == retraction.c.ledger, target.c.seq == retraction.c.target_seq)
            )
            .where(*self._of(retraction), retraction.c.target_seq.is_not(None))
            .where(retraction.c.published_on <= target.c.published_on)
        )
        yield from self._of(event)
        yield of_kinds(event, *STATEMENTS)
        yield event.c.project.is_not(None)
        yield event.c.seq.not_in(taken_back.scalar_subquery())

    def corrections(self) -> dict[int, tuple[str, int]]:
        """
        Each statement that a later document corrected: its project, and from which day on it does not hold.
        """
        retraction, target = ledger_event.alias("r"), ledger_event.alias("t")
        statement = (
            select(target.c.seq, target.c.project, func.min(retraction.c.published_on))
            .join(
                target, and_(target.c.ledger == retraction.c.ledger, target.c.seq == retraction.c.target_seq)
            )
            .where(*self._of(retraction), retraction.c.target_seq.is_not(None))
            .where(target.c.project.is_not(None), of_kinds(target, *STATEMENTS))
            .group_by(target.c.seq, target.c.project, target.c.published_on)
            .having(func.min(retraction.c.published_on) > target.c.published_on)
        )
        return {seq: (project, day) for seq, project, day in self.conn.execute(statement)}

    def plain(self, programme: Programme) -> dict[str, Plain]:
        """
        When things were first published of each project.
        """
        event = ledger_event.alias("e")
        first = event.c.published_on
        is_proof = and_(event.c.kind == ACHIEVED, event.c.whole == 1, event.c.contested == 0)
        columns: list[ColumnElement[Any]] = [event.c.project, func.min(first)]
        columns += [
            func.min(case((and_(event.c.milestone == milestone, event.c.kind != ACTIVITY), first)))
            for milestone in programme.milestone_ids
        ]
        columns += [
            func.min(case((and_(event.c.milestone == milestone, is_proof), first)))
            for milestone in programme.milestone_ids
        ]
        count = len(programme.milestone_ids)
        return {
            project: Plain(mentioned, tuple(days[:count]), tuple(days[count:]))
            for project, mentioned, *days in self.conn.execute(
                select(*columns).where(*self._in_force(event)).group_by(event.c.project)
            )
        }

    def excluded(self, projects: Mapping[str, Any]) -> dict[str, list[tuple[str, int]]]:
        """
        The milestones of ``projects`` that a statement excludes on the day of its publication.
        """
        event = ledger_event.alias("e")
        statement = (
            select(event.c.project, event.c.milestone, event.c.published_on)
            .where(*self._in_force(event), event.c.contested == 0, _says_not_yet(event))
            .where(event.c.earliest > event.c.published_on)
            .distinct()
        )
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for project, milestone, day in self.conn.execute(statement):
            if project in projects:
                found[project].append((milestone, day))
        return found

    def statements(self, projects: Iterable[str], corrected: Mapping[int, int]) -> dict[str, list[Said]]:
        """
        All that was said of ``projects``.
        """
        event = ledger_event.alias("e")
        names = ("seq", "project", "kind", "milestone", "quantity", "earliest", "latest", "published_on")
        wanted = sorted(projects)
        found: dict[str, list[Said]] = {project: [] for project in wanted}
        statement = (
            select(*(event.c[name] for name in names), event.c.contested)
            .where(*self._in_force(event))
            .where(among(self.conn, event.c.project, wanted))
        )
        for row in self.conn.execute(statement) if wanted else ():
            found[row.project].append(
                Said(
                    milestone=None if row.kind == ACTIVITY else row.milestone,
                    quantity=row.quantity,
                    earliest=row.earliest,
                    latest=row.latest,
                    counts=row.kind in (ACHIEVED, PENDING) and not row.contested,
                    published=row.published_on,
                    corrected=corrected.get(row.seq),
                )
            )
        return found


def _says_not_yet(event: FromClause) -> ColumnElement[bool]:
    """
    Whether a row is evidence that the whole was not reached before its earliest day.
    """
    achieved = and_(event.c.kind == ACHIEVED, event.c.whole == 1)
    return or_(event.c.kind == PENDING, achieved)
