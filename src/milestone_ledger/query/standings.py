"""
Where every project of a ledger stands on a day, from the index columns alone: no body is decoded.

Named projects come ready from the one statement of ``portfolio``. Batches and their members, which are few,
are folded by ``domain.bounds`` from the same columns. What it answers equals what a view answers, which
decodes every entry and names it; it only names nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any, Literal, Self

from attrs import frozen
from sqlalchemy import Connection, select

from milestone_ledger.domain.bounds import Answer, Bounds, Evidence, Ladder, drawn_together, own_ladders
from milestone_ledger.domain.events import Activity
from milestone_ledger.domain.history import History, Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import UNKNOWN_WHOLE, Registry
from milestone_ledger.domain.state import Count, numbers_of
from milestone_ledger.errors import InvalidValueError, NoProgrammeError
from milestone_ledger.query.naming import Naming
from milestone_ledger.query.portfolio import ACHIEVED, ACTIVITY, PENDING, live, of_kinds, portfolio
from milestone_ledger.store.connect import among
from milestone_ledger.store.read import entries_of, size
from milestone_ledger.store.tables import day_number, ledger_event, ledger_project

# What a view lists a project for: everything that a document says of one.
STATEMENTS = (
    "activity_changed",
    "blocker_cleared",
    "blocker_raised",
    "indicator_observed",
    "indicator_targeted",
    "milestone_achieved",
    "milestone_pending",
    "promise_made",
    "promise_withdrawn",
    "statement_noted",
)
# A day ``YYYYMMDD`` after every other.
NEVER = 99_999_999
# What tells who is who.
_IDENTITIES = ("entry_retracted", "programme_defined", "project_amended", "project_registered")

Grouping = Literal["domain", "delivery"]


@frozen(kw_only=True, cache_hash=True)
class Identity:
    """
    What grouping and folding need to know of a project.
    """

    domain: str
    delivery: str | None
    size: int | None
    member_of: str | None

    @classmethod
    def of(cls, project: Any) -> Self:
        """
        What a project of a registry, or a row of the index of projects, tells of it.
        """
        return cls(
            domain=project.domain,
            delivery=project.delivery,
            size=project.size,
            member_of=project.member_of,
        )

    @property
    def whole(self) -> int:
        """
        The quantity that means all of it; beyond every number if the size is unknown.
        """
        return UNKNOWN_WHOLE if self.size is None else self.size


@frozen(kw_only=True)
class Standings:
    """
    Where the projects of ``ledger`` stand at the end of ``as_of``, as known from ``viewpoint``.

    Made by ``standings``. ``identities`` holds every project registered, ``mentioned`` those that a live
    statement speaks of, each with the milestones that one names. ``rows`` are those of ``portfolio`` by
    project, without partial counts; ``ladders`` are those of batches and their members.
    """

    ledger: str
    as_of: date
    viewpoint: Viewpoint
    programme: Programme
    identities: Mapping[str, Identity]
    mentioned: Mapping[str, frozenset[str]]
    rows: Mapping[str, tuple[Any, ...]]
    ladders: Mapping[str, Mapping[str, Ladder]]

    def bounds(self, project: str, milestone: str) -> Bounds:
        """
        When the whole of ``project`` reached ``milestone``, without the entries that say so.

        Raises:
            KeyError: If there is no such project or milestone.
        """
        if project in self.ladders:
            ladder = self.ladders[project][milestone]
            return Bounds(ladder.lo(ladder.whole), ladder.hi(ladder.whole))
        self.identities[project]
        place = 2 * self.programme.milestone_ids.index(milestone)
        row = self.rows.get(project)
        return (
            Bounds(None, None)
            if row is None
            else Bounds(day_or_none(row[place]), day_or_none(row[place + 1]))
        )

    def answer(self, project: str, milestone: str) -> Answer:
        """
        Whether the whole of ``project`` had reached ``milestone`` by the end of the day.
        """
        return self.bounds(project, milestone).answer(self.as_of)

    def status(self, project: str) -> Activity | None:
        """
        The last change of activity by the end of the day; ``None`` if no statement tells of one.
        """
        row = self.rows.get(project)
        return None if row is None or row[-1] is None else _ACTIVITY[row[-1]]

    def counts(self, *, by: Grouping | None = None) -> list[Count]:
        """
        How many units had reached each milestone, for all mentioned projects, or by group in order of name.
        """
        groups: defaultdict[str, list[str]] = defaultdict(list)
        for project, group in self.counted(by=by):
            groups[group].append(project)
        return [count for group in sorted(groups) for count in self._counts(group, groups[group])]

    def counted(self, *, by: Grouping | None = None) -> Iterator[tuple[str, str]]:
        """
        Each project that counts by itself, not with its batch, and its group.
        """
        for project in self.mentioned:
            identity = self.identities[project]
            if identity.member_of not in self.mentioned:
                yield project, group_of(identity, by)

    def _counts(self, group: str, projects: Iterable[str]) -> Iterator[Count]:
        named = [project for project in projects if project not in self.ladders]
        batches = [project for project in projects if project in self.ladders]
        day = day_number(self.as_of)
        none_known: tuple[None, ...] = (None,) * (2 * len(self.programme.milestone_ids) + 1)
        for place, milestone in enumerate(self.programme.milestone_ids):
            certain = possible = registered = 0
            for project in named:
                if self.is_expected(project, milestone):
                    row = self.rows.get(project, none_known)
                    lo, hi = row[2 * place], row[2 * place + 1]
                    registered += 1
                    certain += hi is not None and hi <= day
                    possible += lo is None or lo <= day
            others = [
                numbers_of(self.ladders[project][milestone], self.as_of)
                for project in batches
                if self.is_expected(project, milestone)
            ]
            yield Count.of(group, milestone, [(certain, possible, registered, 0), *others])

    def is_expected(self, project: str, milestone: str) -> bool:
        """
        Whether ``project`` counts at ``milestone``: its delivery mode expects it, or some statement names it.
        """
        expected = self.programme.expected(self.identities[project].delivery)
        return milestone in expected or milestone in self.mentioned[project]


_ACTIVITY = {activity.rank: activity for activity in Activity}


def group_of(identity: Identity, by: Grouping | None) -> str:
    """
    The group that a project counts in; ``""`` for all in one, and for those that have none.

    Raises:
        InvalidValueError: If ``by`` is no grouping that the columns tell.
    """
    match by:
        case None:
            return ""
        case "domain":
            return identity.domain
        case "delivery":
            return identity.delivery or ""
    raise InvalidValueError("by", by, ("give domain or delivery", "可用：domain、delivery"))


def standings(conn: Connection, ledger: str, viewpoint: Viewpoint, as_of: date) -> Standings:
    """
    Where every project of ``ledger`` stands; ``viewpoint.recorded_by`` must be a commit boundary.

    Raises:
        NoProgrammeError: If the log did not begin by then.
        UnknownLedgerError: If there is no such ledger.
    """
    seen = unbounded(conn, ledger, viewpoint)
    programme, identities = who_is_who(conn, ledger, seen)
    grouped = batches_and_members(identities)
    day = day_number(as_of) or 0
    found = conn.execute(portfolio(programme, ledger, seen, day, partial=False)).all()
    spoken_of = mentions(conn, ledger, programme, seen)
    return Standings(
        ledger=ledger,
        as_of=as_of,
        viewpoint=viewpoint,
        programme=programme,
        identities=identities,
        mentioned={project: named for project, named in spoken_of.items() if project in identities},
        rows={row[0]: row[1:] for row in found},
        ladders=fold_columns(conn, ledger, programme, identities, grouped, viewpoint=seen),
    )


def unbounded(conn: Connection, ledger: str, viewpoint: Viewpoint) -> Viewpoint:
    """
    The same viewpoint; at the end of the log without its position, which no row need be compared with.

    Raises:
        UnknownLedgerError: If there is no such ledger.
    """
    if viewpoint.recorded_by is not None and viewpoint.recorded_by >= size(conn, ledger):
        return Viewpoint(published_by=viewpoint.published_by)
    return viewpoint


def who_is_who(conn: Connection, ledger: str, viewpoint: Viewpoint) -> tuple[Programme, dict[str, Identity]]:
    """
    The programme and the projects at the viewpoint's position of the log.

    At the end of the log the projects come from their index; before it, from the registrations.

    Raises:
        NoProgrammeError: If the log did not begin by then.
        UnknownLedgerError: If there is no such ledger.
    """
    end = size(conn, ledger)
    position = end if viewpoint.recorded_by is None else min(viewpoint.recorded_by, end)
    if position < end:
        registry = registry_at(conn, ledger, position)
        identities = {project.id: Identity.of(project) for project in registry.projects.values()}
    else:
        registry = registry_at(conn, ledger, position, "programme_defined")
        names = ("project", "domain", "delivery", "size", "member_of")
        index = select(*(ledger_project.c[name] for name in names)).where(ledger_project.c.ledger == ledger)
        alike: dict[tuple[Any, ...], Identity] = {}  # of many projects there are few kinds
        identities = {}
        for row in conn.execute(index).all():
            told = row[1:]
            identities[row[0]] = alike.get(told) or alike.setdefault(told, Identity.of(row))
    if registry.programme is None:
        raise NoProgrammeError
    return registry.programme, identities


def registry_at(conn: Connection, ledger: str, position: int, *kinds: str) -> Registry:
    """
    The programme and the projects at a position of the log; only entries of ``kinds`` are read, if given.
    """
    statement = (
        select(ledger_event.c.seq, ledger_event.c.body)
        .where(ledger_event.c.ledger == ledger, of_kinds(ledger_event, *(kinds or _IDENTITIES)))
        .where(ledger_event.c.seq < position)
        .order_by(ledger_event.c.seq)
    )
    return Registry.of(History(entries_of(ledger, conn.execute(statement))))


def batches_and_members(identities: Mapping[str, Identity]) -> set[str]:
    """
    The projects that one row of bounds does not tell all of: batches, and members of batches.
    """
    members = {project for project, identity in identities.items() if identity.member_of in identities}
    batches = {project for project, identity in identities.items() if identity.size != 1}
    return members | batches | {identities[project].member_of or "" for project in members}


def mentions(
    conn: Connection, ledger: str, programme: Programme, viewpoint: Viewpoint
) -> dict[str, frozenset[str]]:
    """
    The projects that live statements speak of, and the milestones that they name.
    """
    event, naming = ledger_event.alias("e"), Naming(programme.milestone_ids)
    statement = (
        select(event.c.project, *naming.columns(event))
        .where(of_kinds(event, *STATEMENTS), event.c.project.is_not(None))
        .where(*live(event, ledger, viewpoint))
        .group_by(event.c.project)
    )
    return {row[0]: naming.named(row[1:]) for row in conn.execute(statement).all()}


def fold_columns(
    conn: Connection,
    ledger: str,
    programme: Programme,
    identities: Mapping[str, Identity],
    projects: Iterable[str],
    *,
    viewpoint: Viewpoint,
) -> dict[str, dict[str, Ladder]]:
    """
    The ladders of ``projects``, which hold with each batch its members, from the index columns.
    """
    wanted = set(projects)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for project in wanted:
        members[identities[project].member_of or ""].append(project)
    evidence: defaultdict[str, list[Evidence]] = defaultdict(list)
    event = ledger_event.alias("e")
    columns = ("project", "milestone", "quantity", "earliest", "latest")
    statement = (
        select(*(event.c[name] for name in columns))
        .where(*live(event, ledger, viewpoint), event.c.contested == 0)
        .where(of_kinds(event, ACHIEVED, PENDING, ACTIVITY), event.c.kind != ACTIVITY)
    )
    if wanted:
        rows = conn.execute(statement.where(among(conn, event.c.project, sorted(wanted)))).all()
        for project, milestone, quantity, earliest, latest in rows:
            evidence[project].append(
                Evidence(milestone, quantity, day_or_none(earliest), day_or_none(latest))
            )
    own = {
        project: own_ladders(programme, identities[project].whole, evidence[project])
        for project in sorted(wanted)
    }
    return drawn_together(own, {p: (identities[p].member_of, members.get(p, ())) for p in own})


@lru_cache(maxsize=1 << 13)  # twenty years, as ``day_number``
def day_of(number: int) -> date:
    """
    The civil day that the index columns write as ``YYYYMMDD``.
    """
    return date(number // 10000, number // 100 % 100, number % 100)


def day_or_none(number: int | None) -> date | None:
    """
    The same; ``None`` stays ``None``.
    """
    return None if number is None else day_of(number)
