"""
What was known of batches and members, from one change of what had been said to the next, as ladders.

Ladders hold for every status day, so kept columns answer any day from any publication day with them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from attrs import frozen

from milestone_ledger.domain.bounds import Evidence, Ladder, Ladders, drawn_together, own_ladders
from milestone_ledger.domain.programme import Programme
from milestone_ledger.query.publication import Said, changes_by_day, counted_at, families_of
from milestone_ledger.query.standings import NEVER, Identity, day_or_none


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


@frozen
class Families:
    """
    Batches and their members, and the statements about each of them.
    """

    programme: Programme
    identities: Mapping[str, Identity]
    said: Mapping[str, Sequence[Said]]

    def known(self) -> Iterator[Known]:
        """
        What was known of all of them, from one change to the next.
        """
        for family in families_of(self.said, self.identities):
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
        kin = {
            project: (self.identities[project].member_of, _members(project, family, self.identities))
            for project in family
        }
        in_force: dict[str, list[Said]] = {project: [] for project in family}
        own = {project: self._own(project, ()) for project in family}
        ladders: dict[str, Ladders] = dict(own)
        for day, changes in changes_by_day(self.said, family):
            for project, one in changes:
                if one.published == day:
                    in_force[project].append(one)
                else:
                    in_force[project].remove(one)
            changed: set[str] = set()
            for project in {project for project, one in changes if one.counts}:
                before, own[project] = own[project], self._own(project, in_force[project])
                changed.update(step for step, ladder in own[project].items() if ladder != before[step])
            part = {project: {step: found[step] for step in changed} for project, found in own.items()}
            spoken_of = {project for project, _ in changes}
            touched = {
                project: (batch, members)
                for project, (batch, members) in kin.items()
                if not spoken_of.isdisjoint((project, batch, *members))
            }
            for project, found in drawn_together(part, touched).items():
                ladders[project] = {**ladders[project], **found}
                identity = self.identities[project]
                said_of_batch = in_force.get(identity.member_of or "", ())
                counted = counted_at(self.programme, identity, in_force[project], said_of_batch)
                yield day, project, ladders[project], counted

    def _own(self, project: str, said: Iterable[Said]) -> dict[str, Ladder]:
        evidence = (_evidence(one) for one in said if one.counts)
        ladders = own_ladders(self.programme, self.identities[project].whole, evidence)
        return {milestone: ladder.tightest() for milestone, ladder in ladders.items()}


def _members(batch: str, family: Sequence[str], identities: Mapping[str, Identity]) -> list[str]:
    return [project for project in family if identities[project].member_of == batch]


def _evidence(one: Said) -> Evidence:
    """
    What bounds take of a statement that counts.
    """
    return Evidence(one.milestone or "", one.quantity, day_or_none(one.earliest), day_or_none(one.latest))
