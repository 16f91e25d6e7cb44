"""
What had been said of each project by which day: the ground of timelines as seen on each day.

A statement is in force from its publication until a later document corrects it; one that a clerk took back
was never in force. Evidence is never of a later day than its publication, so what matters of it here is the
day it was published; and a statement that a milestone is still pending excludes it on that day only, if it
speaks of that very day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping, Sequence

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select, true
from sqlalchemy.sql.expression import FromClause

from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.query.portfolio import ACHIEVED, ACTIVITY, PENDING, live, of_kinds
from milestone_ledger.query.standings import (
    NEVER,
    STATEMENTS,
    Identity,
    batches_and_members,
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


def families_of(projects: Collection[str], identities: Mapping[str, Identity]) -> list[list[str]]:
    """
    Each batch with its members, and each project that stands alone.
    """
    families: defaultdict[str, list[str]] = defaultdict(list)
    for project in projects:
        batch = identities[project].member_of
        families[project if batch is None or batch not in projects else batch].append(project)
    return list(families.values())


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
