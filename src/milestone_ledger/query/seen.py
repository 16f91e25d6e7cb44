"""
What batches, members and corrected projects add to the counts, as seen on each day, in whole numbers.

As seen on a day all evidence is of the past, so the largest quantity in force is certain; only a statement
published on the very day that it speaks of excludes anything, and only on that day. So days are not compared
here, and what equals the ladders of ``domain.bounds`` on each day comes without them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from milestone_ledger.domain.registry import UNKNOWN_WHOLE
from milestone_ledger.domain.state import Numbers
from milestone_ledger.query.publication import Publication, Said, changes_by_day, counted_at, families_of

_NOTHING: Numbers = (0, 0, 0, 0)


@frozen
class Change:
    """
    By how much a count changes that ``project`` belongs to, from ``day`` (``YYYYMMDD``) on.

    ``lasts`` is false for what is so on that day alone.
    """

    project: str
    milestone: str
    day: int
    amounts: Numbers
    lasts: bool = True


def changes_seen(told: Publication) -> Iterator[Change]:
    """
    All changes to what the projects of ``told.other`` add to the counts; each family's in order of days.
    """
    for family in families_of(told.other, told.identities):
        yield from _Family(told, family).changes()


class _Family:
    """
    A batch and its members, or a project that stands alone, from one day to the next.
    """

    def __init__(self, told: Publication, family: Sequence[str]) -> None:
        self._programme = told.programme
        self._identities = {project: told.identities[project] for project in family}
        self._members: defaultdict[str | None, list[str]] = defaultdict(list)
        for project in family:
            self._members[self._identities[project].member_of].append(project)
        self._changes = changes_by_day(told.other, family)
        self._in_force: dict[str, list[Said]] = {project: [] for project in family}
        self._reached = {project: dict.fromkeys(told.programme.milestone_ids, 0) for project in family}
        self._added: dict[str, dict[str, Numbers]] = {project: {} for project in family}

    def changes(self) -> Iterator[Change]:
        """
        What changes on each day, from that day on and on that day alone.
        """
        for day, spoken in self._changes:
            changed: set[str] = set()
            limits: defaultdict[str, dict[str, int]] = defaultdict(dict)
            for project, one in spoken:
                if self._takes_in(project, one, day):
                    changed.update(self._kin(project))
                if one.excludes and one.published == day:
                    self._limit(project, one, limits[project])
            for project in changed:
                before, now = self._added[project], self._numbers(project)
                self._added[project] = now
                for step in {**before, **now}:
                    was, found = before.get(step, _NOTHING), now.get(step, _NOTHING)
                    if was != found:
                        yield Change(project, step, day, _less(found, was))
            for project in {other for one in limits for other in self._kin(one)}:
                yield from self._excluded(project, day, limits)

    def _kin(self, project: str) -> Iterator[str]:
        """
        A project, its members, and its batch: whatever it has a say in.
        """
        yield project
        yield from self._members[project]
        if (batch := self._identities[project].member_of) in self._identities:
            yield batch or ""

    def _takes_in(self, project: str, one: Said, day: int) -> bool:
        """
        Let a statement come into force on ``day``, or cease to be; whether that may change any number.
        """
        in_force = self._in_force[project]
        if one.published == day:
            in_force.append(one)
            is_named = one.milestone is None or one.milestone in self._added[project]
            return self._raises(project, one) or len(in_force) == 1 or not is_named
        in_force.remove(one)
        self._reached[project] = dict.fromkeys(self._programme.milestone_ids, 0)
        for other in in_force:
            self._raises(project, other)
        return True

    def _raises(self, project: str, one: Said) -> bool:
        """
        Count what a statement proves: of a whole of unknown size, at least one; whether that is news.
        """
        if not one.proves:
            return False
        reached, is_news = self._reached[project], False
        units = (self._identities[project].size or 1) if one.quantity is None else one.quantity
        for step in self._programme.before(one.milestone or ""):
            if reached[step] < units:
                reached[step], is_news = units, True
        return is_news

    def _limit(self, project: str, one: Said, limits: dict[str, int]) -> None:
        """
        Note how many units at most a statement leaves possible.
        """
        most = self._identities[project].whole - 1 if one.quantity is None else one.quantity
        for step in self._programme.after(one.milestone or ""):
            limits[step] = min(limits.get(step, most), most)

    def _numbers(self, project: str) -> dict[str, Numbers]:
        """
        What a project adds now, at each milestone that it counts at.
        """
        identity, reached = self._identities[project], self._reached[project]
        batch = self._in_force.get(identity.member_of or "", ())
        members = [self._reached[member] for member in self._members[project]]
        numbers: dict[str, Numbers] = {}
        for step in counted_at(self._programme, identity, self._in_force[project], batch):
            certain = reached[step]
            if members:
                certain = max(certain, sum(member[step] for member in members))
            whole = identity.size or max(certain, 1)
            numbers[step] = certain, whole, whole, int(identity.size is None)
        return numbers

    def _excluded(self, project: str, day: int, limits: Mapping[str, dict[str, int]]) -> Iterator[Change]:
        """
        What ``limits`` of a project and of its members leave impossible on ``day``, where it counts.
        """
        size, own = self._identities[project].size, limits.get(project, {})
        members = [(member, limits[member]) for member in self._members[project] if limits.get(member)]
        if not own and not members:
            return
        for step, (_, possible, _, is_open) in self._added[project].items():
            most = own.get(step, UNKNOWN_WHOLE)
            if size is not None:  # of an unknown number it is not known how many are left
                left = size - sum(self._missed(member, step, limit) for member, limit in members)
                most = min(most, left)
            if most < UNKNOWN_WHOLE - 1 and (most != possible or is_open):
                yield Change(project, step, day, (0, most - possible, 0, -is_open), lasts=False)

    def _missed(self, member: str, step: str, limits: dict[str, int]) -> int:
        """
        How many units of a member had certainly not reached a milestone; of an unknown number, the first.
        """
        whole = self._identities[member].size or 1
        return whole - min(limits.get(step, whole), whole)


def _less(found: Numbers, was: Numbers) -> Numbers:
    return found[0] - was[0], found[1] - was[1], found[2] - was[2], found[3] - was[3]
