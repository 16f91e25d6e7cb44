"""
How a ledger looked on every day: each group of projects that bear on each other, worked out by itself.

What a group answers rests on its own entries alone, so it is asked only on the days on which one of them can
change the answer, and every answer is that of a view.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

import attrs
from attrs import frozen

from milestone_ledger.domain.bounds import group_of
from milestone_ledger.domain.dates import UncertainDate, add_days, day_after
from milestone_ledger.domain.events import ActivityChanged, MilestoneAchieved, MilestonePending, PromiseMade
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.ledger.view import View

DUE_WITHIN: Final = 31
"""
How many days ahead a promise counts as due soon, as in the monthly report.
"""


@frozen(kw_only=True)
class Part:
    """
    One group of projects, seen as published by each day on which that changes, and in hindsight.

    ``known`` is ordered by the days, each view from its ``published_by`` on until that of the next.
    ``moments`` are all days on which an answer may turn.
    """

    projects: tuple[str, ...]
    known: tuple[View, ...]
    hindsight: View
    moments: tuple[date, ...]

    def looks_back(self) -> Iterator[View]:
        """
        In hindsight: before all moments, and at each of them.
        """
        if self.moments:
            yield self.hindsight.on(add_days(self.moments[0], -1))
        yield from map(self.hindsight.on, self.moments)

    def is_all_published(self, view: View) -> bool:
        """
        Whether ``view``, one of ``known`` on some day, knows all that was ever published.
        """
        return view.viewpoint == self.known[-1].viewpoint

    def looks_then(self) -> Iterator[View]:
        """
        As known on the day: at each moment since anything was published.
        """
        for view, following in pairwise((*self.known, None)):
            if view is None or view.viewpoint.published_by is None:
                continue
            first = view.viewpoint.published_by
            last = None if following is None else following.viewpoint.published_by
            for moment in self.moments:
                if first <= moment and (last is None or moment < last):
                    yield view.on(moment)


def groups(registry: Registry) -> list[tuple[str, ...]]:
    """
    The projects that bear on each other: a batch with its members, or a project alone.
    """
    found: list[tuple[str, ...]] = []
    seen: set[str] = set()
    for project in registry.projects:
        if project not in seen:
            found.append(group_of(registry, project))
            seen.update(found[-1])
    return found


def part_of(view: View, projects: Sequence[str]) -> Part:
    """
    One group of the projects of ``view``, which looks back on everything.
    """
    entries = [entry for project in projects for entry in view.history.of_project(project)]
    entries += [r for entry in entries for r in view.history.retractions(entry.seq)]
    seen = [entry for entry in entries if view.viewpoint.sees(entry)]
    every = sorted((*view.history.definitions(), *entries), key=lambda entry: entry.seq)
    history = History(every, size=view.history.size).sealed()
    hindsight = attrs.evolve(view, history=history)
    return Part(
        projects=tuple(projects),
        known=tuple(
            attrs.evolve(hindsight, viewpoint=attrs.evolve(view.viewpoint, published_by=day))
            for day in sorted({entry.published_on for entry in seen if entry.published_on is not None})
        ),
        hindsight=hindsight,
        moments=tuple(sorted({day for entry in seen for day in _moments(entry, view.grace) if day})),
    )


def _moments(entry: Entry, grace: int) -> Iterator[date | None]:
    """
    The days from which on an entry may change an answer, and from which on it does so no more.
    """
    yield entry.published_on
    match entry.event:
        case PromiseMade(deadline=UncertainDate(latest=date() as due)):
            yield add_days(due, grace)
            yield add_days(due, -DUE_WITHIN)
        case MilestoneAchieved(occurred=occurred):
            yield occurred.earliest
            yield occurred.latest
        case MilestonePending(on=day):
            yield day_after(day)
        case ActivityChanged(on=day):
            yield day
