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
from typing import Any

from attrs import frozen
from sqlalchemy import ColumnElement, Connection, and_, func, select
from sqlalchemy.sql.expression import FromClause

from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.query.naming import Naming
from milestone_ledger.query.portfolio import ACHIEVED, ACTIVITY, PENDING, live, of_kinds
from milestone_ledger.query.standings import (
    STATEMENTS,
    Identity,
    batches_and_members,
    unbounded,
    who_is_who,
)
from milestone_ledger.store.connect import among
from milestone_ledger.store.tables import ledger_event

# Of these, evidence without a last day says "pending", and only evidence of the whole is marked as such. To
# ask for one kind alone would hide from SQLite that their index is enough.
_EVIDENCE = (ACHIEVED, PENDING, ACTIVITY)
_OTHERS = tuple(kind for kind in STATEMENTS if kind not in _EVIDENCE)


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

    @property
    def proves(self) -> bool:
        """
        Whether it is evidence that a milestone was reached.
        """
        return self.counts and self.latest is not None

    @property
    def excludes(self) -> bool:
        """
        Whether it is evidence that a milestone was still pending on the very day of its publication.
        """
        return self.counts and self.latest is None and (self.earliest or 0) > self.published


@frozen(kw_only=True)
class Publication:
    """
    All of it, for one ledger: ``plain`` projects, what proves and excludes their milestones, and the rest.

    ``plain`` holds of each named project of which nothing was corrected, and no milestone named that its
    delivery mode does not expect, the day ``YYYYMMDD`` when something was first said of it. ``proven`` holds
    for each milestone, in the order of the programme, the first day on which it was proven, by itself or by
    a later one; ``None`` is for what never was, and projects of which nothing was proven are left out.
    ``excluded`` holds plain projects, milestones and the day on which alone a statement excludes them.
    ``other`` holds the statements about batches, members, and all other projects.
    """

    programme: Programme
    identities: Mapping[str, Identity]
    plain: Mapping[str, int]
    proven: Mapping[str, Sequence[int | None]]
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


def changes_by_day(
    said: Mapping[str, Sequence[Said]], family: Iterable[str]
) -> list[tuple[int, list[tuple[str, Said]]]]:
    """
    The statements about a family that come into force on a day, or cease to be, by day.
    """
    changes: defaultdict[int, list[tuple[str, Said]]] = defaultdict(list)
    for project in family:
        for one in said[project]:
            changes[one.published].append((project, one))
            if one.corrected is not None:
                changes[one.corrected].append((project, one))
    return sorted(changes.items())


def counted_at(
    programme: Programme, identity: Identity, said: Sequence[Said], said_of_batch: Sequence[Said]
) -> Collection[str]:
    """
    The milestones that a project counts at by itself: none, unless it is spoken of and its batch is not.
    """
    if not said or said_of_batch:
        return ()
    named = {one.milestone for one in said if one.milestone is not None}
    return named.union(programme.expected(identity.delivery))


def publication(conn: Connection, ledger: str, recorded_by: int | None = None) -> Publication:
    """
    What had been said in ``ledger`` by which day; ``recorded_by`` is a commit boundary, or ``None`` for all.

    Raises:
        NoProgrammeError: If the log did not begin by then.
        UnknownLedgerError: If there is no such ledger.
    """
    viewpoint = unbounded(conn, ledger, Viewpoint(recorded_by=recorded_by))
    programme, identities = who_is_who(conn, ledger, viewpoint)
    log = _Log(conn, ledger, viewpoint)
    retracted = list(log.retractions())
    apart = batches_and_members(identities)
    apart.update(one.project for one in retracted if one.published < one.until)
    plain = {}
    for project, day, named in log.first_said(programme):
        if project in identities and project not in apart:
            if named.issubset(programme.expected(identities[project].delivery)):
                plain[project] = day
            else:
                apart.add(project)
    return Publication(
        programme=programme,
        identities=identities,
        plain=plain,
        proven=log.first_proven(programme),
        excluded=log.excluded(plain),
        other=log.statements(apart & identities.keys(), {one.seq: one.until for one in retracted}),
    )


@frozen
class _Retracted:
    """
    A statement that was retracted: from ``until`` on it does not hold.
    """

    seq: int
    project: str
    published: int
    until: int


class _Log:
    """
    The statements of one ledger that were in force on some day.
    """

    def __init__(self, conn: Connection, ledger: str, viewpoint: Viewpoint) -> None:
        self.conn = conn
        self.ledger = ledger
        self.viewpoint = viewpoint

    def _of(self, table: FromClause) -> Iterable[ColumnElement[bool]]:
        yield table.c.ledger == self.ledger
        if self.viewpoint.recorded_by is not None:
            yield table.c.seq < self.viewpoint.recorded_by

    def retractions(self) -> Iterator[_Retracted]:
        """
        Each retracted statement; a clerk's slip does not hold from its own publication on.
        """
        retraction, target = ledger_event.alias("r"), ledger_event.alias("t")
        columns = (target.c.seq, target.c.project, target.c.published_on)
        statement = (
            select(*columns, func.min(retraction.c.published_on))
            .join(
                target, and_(target.c.ledger == retraction.c.ledger, target.c.seq == retraction.c.target_seq)
            )
            .where(*self._of(retraction), retraction.c.target_seq.is_not(None))
            .where(target.c.project.is_not(None), of_kinds(target, *STATEMENTS))
            .group_by(*columns)
        )
        return (_Retracted(*row) for row in self.conn.execute(statement).all())

    def first_said(self, programme: Programme) -> Iterator[tuple[str, int, frozenset[str]]]:
        """
        When each project was first spoken of, and the milestones that are named of it.
        """
        event, naming = ledger_event.alias("e"), Naming(programme.milestone_ids)
        statement = (
            select(event.c.project, func.min(event.c.published_on), *naming.columns(event))
            .where(of_kinds(event, *STATEMENTS), event.c.project.is_not(None))
            .where(*live(event, self.ledger, self.viewpoint))
            .group_by(event.c.project)
        )
        for row in self.conn.execute(statement).all():
            yield row[0], row[1], naming.named(row[2:])

    def first_proven(self, programme: Programme) -> dict[str, Sequence[int | None]]:
        """
        When each milestone of each project was first proven, by itself or by a later one.
        """
        event = ledger_event.alias("e")
        firsts = (
            func.min(event.c.published_on).filter(event.c.milestone.in_(sorted(programme.after(milestone))))
            for milestone in programme.milestone_ids
        )
        statement = (
            select(event.c.project, *firsts)
            .where(of_kinds(event, *_EVIDENCE), event.c.whole == 1)
            .where(event.c.latest.is_not(None), event.c.contested == 0)
            .where(*live(event, self.ledger, self.viewpoint))
            .group_by(event.c.project)
        )
        return {row[0]: row[1:] for row in self.conn.execute(statement).all()}

    def excluded(self, projects: Container[str]) -> list[tuple[str, str, int]]:
        """
        The milestones of ``projects`` that a statement excludes on the day of its publication.
        """
        event = ledger_event.alias("e")
        statement = (
            select(event.c.project, event.c.milestone, event.c.published_on)
            .where(of_kinds(event, *_EVIDENCE), event.c.earliest > event.c.published_on)
            .where(event.c.latest.is_(None), event.c.contested == 0)
            .where(*live(event, self.ledger, self.viewpoint))
            .distinct()
        )
        return [row for row in self.conn.execute(statement).all() if row[0] in projects]

    def statements(self, projects: Iterable[str], until: Mapping[int, int]) -> dict[str, list[Said]]:
        """
        All that was said of ``projects``, but for what a clerk took back.

        ``until`` tells from which day on retracted statements do not hold.
        """
        wanted = sorted(projects)
        found: dict[str, list[Said]] = {project: [] for project in wanted}
        for project, seq, kind, milestone, published, *evidence in self._rows(wanted) if wanted else ():
            corrected = until.get(seq)
            if corrected is None or published < corrected:
                quantity, earliest, latest, contested = evidence or (None, None, None, 1)
                found[project].append(
                    Said(
                        milestone=None if kind == ACTIVITY else milestone,
                        quantity=quantity,
                        earliest=earliest,
                        latest=latest,
                        counts=kind != ACTIVITY and not contested,
                        published=published,
                        corrected=corrected,
                    )
                )
        return found

    def _rows(self, projects: Sequence[str]) -> Iterator[Sequence[Any]]:
        """
        The rows of all statements about ``projects``; each of two indexes holds what is asked of it.
        """
        event = ledger_event.alias("e")
        names = ("project", "seq", "kind", "milestone", "published_on")
        evidence = ("quantity", "earliest", "latest", "contested")
        for kinds, columns in ((_EVIDENCE, (*names, *evidence)), (_OTHERS, names)):
            yield from self.conn.execute(
                select(*(event.c[name] for name in columns))
                .where(*self._of(event), of_kinds(event, *kinds))
                .where(among(self.conn, event.c.project, projects))
            ).all()
