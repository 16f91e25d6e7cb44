"""
What had been said of each project by which day: the ground of timelines as seen on each day.

A statement is in force from its publication until a later document corrects it; one that a clerk took back
was never in force. Evidence is never of a later day than its publication, so what matters of it here is the
day it was published; and a statement that a milestone is still pending excludes it on that day only, if it
speaks of that very day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, true
from sqlalchemy.sql.expression import FromClause

from milestone_ledger.domain.bounds import Evidence, Ladder, Ladders, drawn_together, own_ladders
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.query.portfolio import ACHIEVED, ACTIVITY, PENDING, live, of_kinds
from milestone_ledger.query.standings import (
    NEVER,
    STATEMENTS,
    Identity,
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
class Known:
    """
    What was known of ``project`` at ``milestone``, as published from ``first`` on until before ``until``.

    ``counts``: whether it counts there by itself, not with its batch, because its delivery mode expects the
    milestone or a statement names it. Days are integers ``YYYYMMDD``; ``NEVER`` is for good.
    """

    project: str
    milestone: str
    first: int
    until: int
    ladder: Ladder
    counts: bool


@frozen(kw_only=True)
class Publication:
    """
    All of it, for one ledger: ``plain`` projects, the days that exclude their milestones, and the rest.

    ``plain`` holds of each named project of which nothing was corrected the days ``YYYYMMDD`` when things
    were first published: any statement at all; then by milestone, one that names it; then by milestone, a
    proof of it, not counting those of later milestones. ``NEVER`` is for what never was.
    ``excluded`` holds projects, milestones and the day on which alone a statement excludes them.
    ``other`` holds the statements about batches, members and whatever was corrected.
    """

    programme: Programme
    identities: Mapping[str, Identity]
    plain: Mapping[str, Sequence[int]]
    excluded: Sequence[tuple[str, str, int]]
    other: Mapping[str, Sequence[Said]]

    def known(self) -> Iterator[Known]:
        """
        What was known of the other projects, from one change to the next.
        """
        families: defaultdict[str, list[str]] = defaultdict(list)
        for project in self.other:
            batch = self.identities[project].member_of
            families[project if batch is None or batch not in self.other else batch].append(project)
        for family in families.values():
            yield from self._of_family(family)

    def _of_family(self, family: Sequence[str]) -> Iterator[Known]:
        """
        The same of a batch and its members, or of a project that stands alone.
        """
        last: dict[tuple[str, str], tuple[int, Ladder, bool]] = {}
        for day, project, ladders, counted in self._turns(family):
            for milestone, ladder in ladders.items():
                counts = milestone in counted
                first, known, counted_too = last.get((project, milestone), (day, ladder, counts))
                if first < day and (counted_too, known) != (counts, ladder):
                    yield Known(project, milestone, first, day, known, counted_too)
                    first = day
                last[project, milestone] = first, ladder, counts
        for (project, milestone), (first, known, counted_too) in last.items():
            yield Known(project, milestone, first, NEVER, known, counted_too)

    def _turns(self, family: Sequence[str]) -> Iterator[tuple[int, str, Ladders, Collection[str]]]:
        """
        The ladders of each project that something changes for, and what it counts at, from a day on, by day.
        """
        changes: defaultdict[int, list[tuple[str, Said]]] = defaultdict(list)
        for project in family:
            for one in self.other[project]:
                changes[one.published].append((project, one))
                if one.corrected is not None:
                    changes[one.corrected].append((project, one))
        kin = {
            project: (self.identities[project].member_of, _members(project, family, self.identities))
            for project in family
        }
        in_force: dict[str, list[Said]] = {project: [] for project in family}
        own = {project: self._own(project, ()) for project in family}
        ladders: dict[str, Ladders] = dict(own)
        for day in sorted(changes):
            for project, one in changes[day]:
                if one.published == day:
                    in_force[project].append(one)
                else:
                    in_force[project].remove(one)
            changed: set[str] = set()
            for project in {project for project, one in changes[day] if one.counts}:
                before, own[project] = own[project], self._own(project, in_force[project])
                changed.update(step for step, ladder in own[project].items() if ladder != before[step])
            part = {project: {step: found[step] for step in changed} for project, found in own.items()}
            spoken_of = {project for project, _ in changes[day]}
            touched = {
                project: (batch, members)
                for project, (batch, members) in kin.items()
                if not spoken_of.isdisjoint((project, batch, *members))
            }
            for project, found in drawn_together(part, touched).items():
                ladders[project] = {**ladders[project], **found}
                yield day, project, ladders[project], self._counted(project, in_force)

    def _own(self, project: str, said: Iterable[Said]) -> dict[str, Ladder]:
        evidence = (one.evidence() for one in said if one.counts)
        ladders = own_ladders(self.programme, self.identities[project].whole, evidence)
        return {milestone: ladder.tightest() for milestone, ladder in ladders.items()}

    def _counted(self, project: str, in_force: Mapping[str, Sequence[Said]]) -> Collection[str]:
        """
        The milestones that a project counts at by itself: none, unless it is spoken of and its batch is not.
        """
        identity = self.identities[project]
        if not in_force[project] or in_force.get(identity.member_of or ""):
            return ()
        return {
            *self.programme.expected(identity.delivery),
            *(one.milestone or "" for one in in_force[project]),
        }


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
    proven, never = log.first_proven(programme), (NEVER,) * len(programme.milestone_ids)
    plain = {
        project: (*days, *proven.get(project, never))
        for project, days in log.first_said(programme).items()
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

    def _never_retracted(self, event: FromClause, *kinds: str) -> Iterable[ColumnElement[bool]]:
        """
        Statements of ``kinds`` that nothing retracted: of plain projects, all that were ever in force.
        """
        yield from live(event, self.ledger, Viewpoint(recorded_by=self.recorded_by))
        yield of_kinds(event, *kinds)
        yield event.c.project.is_not(None)

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

    def first_said(self, programme: Programme) -> dict[str, tuple[int, ...]]:
        """
        When each project was first spoken of, and each of its milestones first named.
        """
        event = ledger_event.alias("e")
        names = [
            and_(event.c.milestone == step, event.c.kind != ACTIVITY) for step in programme.milestone_ids
        ]
        return self._first(event, [true(), *names], *self._never_retracted(event, *STATEMENTS))

    def first_proven(self, programme: Programme) -> dict[str, tuple[int, ...]]:
        """
        When each milestone of each project was first proven.
        """
        event = ledger_event.alias("e")
        return self._first(
            event,
            [event.c.milestone == step for step in programme.milestone_ids],
            *self._never_retracted(event, ACHIEVED, PENDING, ACTIVITY),
            event.c.kind == ACHIEVED,
            event.c.whole == 1,
            event.c.contested == 0,
        )

    def _first(
        self, event: FromClause, which: Sequence[ColumnElement[bool]], *conditions: ColumnElement[bool]
    ) -> dict[str, tuple[int, ...]]:
        """
        By project, the first day on which any statement of each of ``which`` was published.
        """
        firsts = [func.min(case((one, event.c.published_on), else_=NEVER)) for one in which]
        found = self.conn.execute(
            select(event.c.project, *firsts).where(*conditions).group_by(event.c.project)
        ).all()
        return {project: tuple(days) for project, *days in found}

    def excluded(self, projects: Container[str]) -> list[tuple[str, str, int]]:
        """
        The milestones of ``projects`` that a statement excludes on the day of its publication.
        """
        event = ledger_event.alias("e")
        statement = (
            select(event.c.project, event.c.milestone, event.c.published_on)
            .where(*self._never_retracted(event, ACHIEVED, PENDING, ACTIVITY), event.c.contested == 0)
            .where(_says_not_yet(event))
            .where(event.c.earliest > event.c.published_on)
            .distinct()
        )
        return [
            (project, milestone, day)
            for project, milestone, day in self.conn.execute(statement).all()
            if project in projects
        ]

    def statements(self, projects: Iterable[str], corrected: Mapping[int, int]) -> dict[str, list[Said]]:
        """
        All that was said of ``projects``, but for what a clerk took back.
        """
        event, retraction, target = (ledger_event.alias(name) for name in "ert")
        taken_back = (
            select(retraction.c.target_seq)
            .join(
                target, and_(target.c.ledger == retraction.c.ledger, target.c.seq == retraction.c.target_seq)
            )
            .where(*self._of(retraction), retraction.c.target_seq.is_not(None))
            .where(retraction.c.published_on <= target.c.published_on)
        )
        names = ("seq", "project", "kind", "milestone", "quantity", "earliest", "latest", "published_on")
        wanted = sorted(projects)
        found: dict[str, list[Said]] = {project: [] for project in wanted}
        statement = (
            select(*(event.c[name] for name in names), event.c.contested)
            .where(*self._of(event), of_kinds(event, *STATEMENTS))
            .where(among(self.conn, event.c.project, wanted))
            .where(event.c.seq.not_in(taken_back.scalar_subquery()))
        )
        for row in self.conn.execute(statement).all() if wanted else ():
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
