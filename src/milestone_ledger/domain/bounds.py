"""
When a milestone was reached, as far as the evidence says: bounds, never guesses.

T(m, q) is the day on which the q-th of a project's N units reached milestone m (docs/explanation/bounds.md).
Every live, uncontested statement yields facts of two kinds: "at least k had reached m by this day" and
"at most k had reached m before this day". ``min`` and ``max`` over facts make the fold commutative,
associative and idempotent, so the order of the entries never matters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import StrEnum

import attrs
from attrs import frozen

from milestone_ledger.domain.dates import day_after
from milestone_ledger.domain.events import MilestoneAchieved, MilestonePending
from milestone_ledger.domain.history import Entry, History, Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import UNKNOWN_WHOLE, Registry


class Answer(StrEnum):
    """
    Whether the whole had reached a milestone by the end of a day.

    The two unknowns: ``REPORTED``, it has happened by some later day, whether by this one isn't
    established; ``UNREPORTED``, nothing proves that it ever happened.
    """

    YES = "yes"
    NO = "no"
    REPORTED = "reported"
    UNREPORTED = "unreported"

    @property
    def is_unknown(self) -> bool:
        """
        Whether the evidence leaves the question open.
        """
        return self in (Answer.REPORTED, Answer.UNREPORTED)


@frozen
class Fact:
    """
    A count at a day: at least ``quantity`` units by ``day`` (upper), or at most so many before it (lower).

    ``entries`` are the statements that together say so.
    """

    quantity: int
    day: date
    entries: tuple[Entry, ...]


def by_publication(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """
    Each entry once, by (``published_on``, ``seq``).
    """
    unique = {entry.seq: entry for entry in entries}
    return tuple(sorted(unique.values(), key=lambda entry: (entry.published_on or date.min, entry.seq)))


@frozen
class Bounds:
    """
    The milestone was reached on some day from ``lo`` to ``hi``, both included; ``None`` is open.

    An open ``hi`` means that nothing proves it ever was. ``lo_entries`` and ``hi_entries`` are all the
    statements that attain the bound, by (``published_on``, ``seq``).
    """

    lo: date | None
    hi: date | None
    lo_entries: tuple[Entry, ...] = ()
    hi_entries: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """
        All statements that the bounds rest on, by (``published_on``, ``seq``).
        """
        return by_publication((*self.lo_entries, *self.hi_entries))

    def answer(self, as_of: date) -> Answer:
        """
        Whether the milestone had been reached by the end of ``as_of``.
        """
        if self.hi is not None and self.hi <= as_of:
            return Answer.YES
        if self.lo is not None and self.lo > as_of:
            return Answer.NO
        return Answer.UNREPORTED if self.hi is None else Answer.REPORTED


@frozen
class Ladder:
    """
    All that is known of one project at one milestone, for every quantity.

    ``whole`` is the quantity that means all of it.
    """

    whole: int
    upper: tuple[Fact, ...] = ()
    lower: tuple[Fact, ...] = ()

    def hi(self, quantity: int) -> date | None:
        """
        The last day on which unit ``quantity`` can have reached the milestone; ``None`` if open.
        """
        return min((fact.day for fact in self.upper if fact.quantity >= quantity), default=None)

    def lo(self, quantity: int) -> date | None:
        """
        The first day on which unit ``quantity`` can have reached the milestone; ``None`` if open.
        """
        return max((fact.day for fact in self.lower if fact.quantity < quantity), default=None)

    def bounds(self, quantity: int | None = None) -> Bounds:
        """
        The bounds for ``quantity`` units, or for the whole, with the statements that attain them.
        """
        wanted = self.whole if quantity is None else quantity
        lo, hi = self.lo(wanted), self.hi(wanted)
        return Bounds(lo, hi, self.lo_entries(wanted, lo), self.hi_entries(wanted, hi))

    def lo_entries(self, quantity: int, lo: date | None) -> tuple[Entry, ...]:
        """
        The statements that attain ``lo`` of ``quantity``, by (``published_on``, ``seq``).
        """
        return by_publication(
            e for f in self.lower if f.quantity < quantity and f.day == lo for e in f.entries
        )

    def hi_entries(self, quantity: int, hi: date | None) -> tuple[Entry, ...]:
        """
        The statements that attain ``hi`` of ``quantity``, by (``published_on``, ``seq``).
        """
        return by_publication(
            e for f in self.upper if f.quantity >= quantity and f.day == hi for e in f.entries
        )

    def certain(self, as_of: date) -> int:
        """
        How many units had certainly reached the milestone by the end of ``as_of``.

        Of a whole of unknown size, at least one.
        """
        proven = [fact.quantity for fact in self.upper if fact.day <= as_of]
        numbers = [quantity for quantity in proven if quantity < UNKNOWN_WHOLE]
        return max(numbers + [1 for quantity in proven if quantity == UNKNOWN_WHOLE], default=0)

    def possible(self, as_of: date) -> int | None:
        """
        How many units may have reached it by the end of ``as_of``; ``None`` if any number may.
        """
        most = min((fact.quantity for fact in self.lower if fact.day > as_of), default=self.whole)
        return None if most >= UNKNOWN_WHOLE - 1 else most

    def tightest(self) -> Ladder:
        """
        The same ladder without facts that say nothing more than another does; it names fewer statements.
        """
        if self.whole == UNKNOWN_WHOLE:  # to count to a number, and to an unknown one, are two things
            return self
        upper, most = [], 0
        for fact in sorted(self.upper, key=lambda fact: (fact.day, -fact.quantity)):
            if fact.quantity > most:
                upper.append(fact)
                most = fact.quantity
        lower, least = [], self.whole
        for fact in sorted(self.lower, key=lambda fact: (fact.day, -fact.quantity), reverse=True):
            if fact.quantity < least:
                lower.append(fact)
                least = fact.quantity
        return Ladder(self.whole, tuple(upper), tuple(lower))

    def contradictions(self) -> Iterator[tuple[int, Fact, Fact]]:
        """
        Pairs of a lower and an upper fact that cannot both hold, with the quantity at stake.
        """
        first = min((fact.day for fact in self.upper), default=date.max)
        late = [fact for fact in self.lower if fact.day > first]  # hardly ever any
        for upper in self.upper if late else ():
            for lower in late:
                if lower.quantity < upper.quantity and lower.day > upper.day:
                    yield upper.quantity, lower, upper


Ladders = Mapping[str, Ladder]


@frozen
class Evidence:
    """
    What bounds take of one statement: ``milestone`` achieved by ``latest``, or pending until ``earliest``.

    ``latest`` is ``None`` of a pending statement only, whose ``earliest`` is the day after its ``on``.
    ``quantity`` is ``None`` for the whole.
    """

    milestone: str
    quantity: int | None
    earliest: date | None
    latest: date | None
    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, entry: Entry) -> Evidence | None:
        """
        What ``entry`` says, if it is uncontested evidence.
        """
        match entry.event:
            case MilestoneAchieved(contested=False) as event:
                days = event.occurred
                return cls(event.milestone, event.quantity, days.earliest, days.latest, (entry,))
            case MilestonePending(contested=False) as event:
                return cls(event.milestone, event.quantity, day_after(event.on), None, (entry,))
        return None


def own_ladders(programme: Programme, whole: int, evidence: Iterable[Evidence]) -> dict[str, Ladder]:
    """
    The ladder at every milestone of the programme, from a project's own evidence alone.

    ``whole`` is the quantity that means all of it.
    """
    upper: dict[str, list[Fact]] = {milestone: [] for milestone in programme.milestone_ids}
    lower: dict[str, list[Fact]] = {milestone: [] for milestone in programme.milestone_ids}
    for one in evidence:
        if one.latest is not None:
            fact = Fact(whole if one.quantity is None else one.quantity, one.latest, one.entries)
            for milestone in programme.before(one.milestone):
                upper[milestone].append(fact)
        is_pending, is_whole = one.latest is None, one.quantity is None
        if one.earliest is not None and (is_pending or is_whole):
            fact = Fact(whole - 1 if one.quantity is None else one.quantity, one.earliest, one.entries)
            for milestone in programme.after(one.milestone):
                lower[milestone].append(fact)
    return {
        milestone: Ladder(whole, tuple(upper[milestone]), tuple(lower[milestone]))
        for milestone in programme.milestone_ids
    }


def with_batch(member: Ladder, batch: Ladder) -> Ladder:
    """
    What the batch's own evidence says of a member: all of the batch is each member, none is no member.

    Partial counts say nothing of a particular member.
    """
    return Ladder(
        member.whole,
        member.upper
        + tuple(Fact(member.whole, f.day, f.entries) for f in batch.upper if f.quantity >= batch.whole),
        member.lower + tuple(fact for fact in batch.lower if fact.quantity == 0),
    )


def with_members(batch: Ladder, members: Iterable[Ladder]) -> Ladder:
    """
    What the members' own evidence says of their batch: each unit that certainly had, or had not.

    Units that no member stands for remain possible.
    """
    members = list(members)
    upper, count = list(batch.upper), 0
    entries: tuple[Entry, ...] = ()
    for day, units, witnesses in sorted(
        (step for member in members for step in _reached(member)), key=lambda step: step[0]
    ):
        count += units
        entries = (*entries, *witnesses)
        upper.append(Fact(count, day, entries))
    lower, count, entries = list(batch.lower), 0, ()
    if batch.whole < UNKNOWN_WHOLE:
        for day, units, witnesses in sorted(
            (step for member in members for step in _not_reached(member)),
            key=lambda step: step[0],
            reverse=True,
        ):
            count += units
            entries = (*entries, *witnesses)
            lower.append(Fact(batch.whole - count, day, entries))
    return Ladder(batch.whole, tuple(upper), tuple(lower))


_Step = tuple[date, int, tuple[Entry, ...]]


def _reached(member: Ladder) -> Iterator[_Step]:
    """
    How many more units of a member had reached the milestone by which day, and who says so.
    """
    counted = 0
    for quantity in sorted({fact.quantity for fact in member.upper}):
        # The whole of an unknown number is at least one.
        total = max(counted, 1) if quantity == UNKNOWN_WHOLE else quantity
        hi = member.hi(quantity)
        if hi is not None and total > counted:
            yield hi, total - counted, member.hi_entries(quantity, hi)
            counted = total


def _not_reached(member: Ladder) -> Iterator[_Step]:
    """
    How many units of a member had not reached the milestone before which day, and who says so.
    """
    # Of an unknown number of units only the first is sure to exist.
    whole = 1 if member.whole == UNKNOWN_WHOLE else member.whole
    steps = sorted({fact.quantity for fact in member.lower if fact.quantity < whole})
    for place, quantity in enumerate(steps):
        until = steps[place + 1] if place + 1 < len(steps) else whole
        lo = member.lo(until)
        if lo is not None:
            yield lo, until - quantity, member.lo_entries(until, lo)


def group_of(registry: Registry, project: str) -> tuple[str, ...]:
    """
    The projects whose evidence bears on ``project``: its batch and all members, or its own members.
    """
    known = registry.projects.get(project)
    if known is None:
        return ()
    root = known.member_of if known.member_of in registry.projects else None
    root = project if root is None else root
    return (root, *registry.members(root))


def fold_group(
    registry: Registry, history: History, projects: Iterable[str], viewpoint: Viewpoint
) -> dict[str, dict[str, Ladder]]:
    """
    The ladders of ``projects`` by project and milestone, seen from ``viewpoint``.

    ``projects`` must hold with each project its batch, and with each batch its members (see
    ``group_of``), each once; ``registry`` must be that of the same position.
    """
    programme = registry.programme
    if programme is None:
        return {}
    own = {
        project: own_ladders(
            programme,
            registry.projects[project].whole,
            (
                evidence
                for entry in history.of_project(project)
                if history.is_live(entry, viewpoint) and (evidence := Evidence.of(entry)) is not None
            ),
        )
        for project in projects
        if project in registry.projects
    }
    return drawn_together(
        own, {project: (registry.projects[project].member_of, registry.members(project)) for project in own}
    )


def drawn_together(
    own: Mapping[str, Ladders], kin: Mapping[str, tuple[str | None, Iterable[str]]]
) -> dict[str, dict[str, Ladder]]:
    """
    The ladders of the projects of ``kin`` with what their batch and their members say of them.

    ``kin`` gives each project's batch and members; those without ladders of their own are passed over.
    """
    combined: dict[str, dict[str, Ladder]] = {}
    for project, (batch, members) in kin.items():
        named = [own[member] for member in members if member in own]
        combined[project] = {
            milestone: _combine(ladder, milestone, own.get(batch or ""), named)
            for milestone, ladder in own[project].items()
        }
    return combined


def _combine(ladder: Ladder, milestone: str, batch: Ladders | None, members: list[Ladders]) -> Ladder:
    if batch is not None:
        ladder = with_batch(ladder, batch[milestone])
    if members:
        ladder = with_members(ladder, (member[milestone] for member in members))
    return ladder


def opponents(
    registry: Registry, history: History, viewpoint: Viewpoint, contested: Entry
) -> tuple[Entry, ...]:
    """
    The live entries that could not hold together with a contested one, if it counted.

    They may speak of the project itself, of its batch or of its members.
    """
    event = contested.event
    assert isinstance(event, MilestoneAchieved | MilestonePending)  # noqa: S101 (only these are contested)
    group = group_of(registry, event.project)
    live = sorted(
        (e for project in group for e in history.of_project(project) if history.is_live(e, viewpoint)),
        key=lambda entry: entry.seq,
    )
    counted = attrs.evolve(contested, event=attrs.evolve(event, contested=False))
    trial = History(counted if entry.seq == contested.seq else entry for entry in live)
    found: list[Entry] = []
    for ladders in fold_group(registry, trial, group, Viewpoint()).values():
        for ladder in ladders.values():
            for _, lower, upper in ladder.contradictions():
                entries = (*lower.entries, *upper.entries)
                if any(entry.seq == contested.seq for entry in entries):
                    found += [entry for entry in entries if entry.seq != contested.seq]
    return by_publication(found)


def fold(registry: Registry, history: History, viewpoint: Viewpoint) -> dict[str, dict[str, Ladder]]:
    """
    The ladders of every project of the ledger, by project and milestone.
    """
    return fold_group(registry, history, registry.projects, viewpoint)
