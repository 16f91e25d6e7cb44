"""
Official totals, set beside what the ledger itself can count.

A total is shown, never added to another, never subtracted, and never evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from attrs import frozen

from milestone_ledger.domain.bounds import Answer, Ladder
from milestone_ledger.domain.events import (
    MilestoneAchieved,
    MilestonePending,
    PromiseMade,
    Scope,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.locators import locator_key
from milestone_ledger.domain.registry import Project, Registry


@frozen(kw_only=True)
class TotalState:
    """
    An official count beside the ledger's own, at the last day that the total can speak of.

    ``registered`` counts the projects in scope. ``certain`` counts those that had reached any of the
    total's milestones, ``reported`` also those that a document says had, if perhaps after that day, and
    ``possible`` those that may have; all are ``None`` for a total without milestones.
    A batch counts its units; of a batch of unknown size at least one is registered, and ``possible`` is
    ``None`` if any number may have.
    ``examples`` are the progress entries at the same place of the same document.
    ``projects`` are the projects counted, ``reached`` those of them and of their members that had, as a
    whole, certainly reached any of the milestones.
    """

    entry: Entry
    on: date
    registered: int
    certain: int | None
    reported: int | None
    possible: int | None
    examples: tuple[Entry, ...]
    projects: tuple[str, ...]
    reached: tuple[str, ...]

    @property
    def itemised(self) -> int:
        """
        How many of the total the ledger can name.
        """
        return self.registered if self.certain is None else self.certain

    @property
    def event(self) -> TotalReported:
        """
        What the document says.
        """
        assert isinstance(self.entry.event, TotalReported)  # noqa: S101 (built of totals only)
        return self.entry.event


def in_scope(project: Project, scope: Scope, plans: Iterable[str]) -> bool:
    """
    Whether a total with ``scope`` counts ``project``, which is promised in the sources ``plans``.
    """
    return (
        (not scope.plans or not set(scope.plans).isdisjoint(plans))
        and (
            not scope.domains
            or any(project.domain == path or project.domain.startswith(path + "/") for path in scope.domains)
        )
        and (not scope.deliveries or project.delivery in scope.deliveries)
    )


def totals(
    live: Iterable[Entry],
    registry: Registry,
    ladders: Mapping[str, Mapping[str, Ladder]],
    listed: Iterable[str],
) -> tuple[TotalState, ...]:
    """
    Every live total, by publication and place, beside the count of the ``listed`` projects in scope.

    A member is counted with its batch alone, where the batch is in scope too.
    """
    live = list(live)
    plans: dict[str, set[str]] = {}
    progress: dict[tuple[str, str], list[Entry]] = {}
    for entry in live:
        event = entry.event
        if isinstance(event, PromiseMade):
            plans.setdefault(event.project, set()).add(event.source)
        elif isinstance(event, MilestoneAchieved | MilestonePending | StatementNoted):
            progress.setdefault((event.source, event.locator), []).append(entry)
    known = [registry.projects[project] for project in listed]
    states = []
    for entry in live:
        event = entry.event
        if not isinstance(event, TotalReported) or event.on.latest is None:
            continue
        counted = {p.id: p for p in known if in_scope(p, event.scope, plans.get(p.id, ()))}
        reached = tuple(
            name
            for name in counted
            if any(ladders[name][m].bounds().answer(event.on.latest) is Answer.YES for m in event.milestones)
        )
        counted = {name: p for name, p in counted.items() if p.member_of not in counted}
        certain, reported, possible, registered = 0, 0, 0, 0
        unbounded = False
        for name, project in counted.items():
            registered += project.size or 1
            least, told, most = _count(project, ladders[name], event, event.on.latest)
            certain += least
            reported += told
            unbounded = unbounded or most is None
            possible += most or 0
        states.append(
            TotalState(
                entry=entry,
                on=event.on.latest,
                registered=registered,
                certain=certain if event.milestones else None,
                reported=reported if event.milestones else None,
                possible=None if unbounded or not event.milestones else possible,
                examples=tuple(progress.get((event.source, event.locator), ())),
                projects=tuple(counted),
                reached=reached,
            )
        )
    return tuple(
        sorted(
            states,
            key=_place,
        )
    )


def _place(state: TotalState) -> tuple[object, ...]:
    """
    The order of totals: by publication and place, ties by content.
    """
    event = state.event
    return state.entry.published_on or date.min, event.source, locator_key(event.locator), repr(event)


def _count(
    project: Project, ladders: Mapping[str, Ladder], total: TotalReported, as_of: date
) -> tuple[int, int, int | None]:
    """
    How many units of a project had reached any of the milestones, are reported to have, and may have.
    """
    if not total.milestones:
        return 0, 0, 0
    # Partial counts at several milestones may be of the same units or of others: the larger is certain.
    least = max(ladders[milestone].certain(as_of) for milestone in total.milestones)
    ever = max(ladders[milestone].certain(date.max) for milestone in total.milestones)
    most = [ladders[milestone].possible(as_of) for milestone in total.milestones]
    if any(number is None for number in most):
        return least, ever, project.size
    possible = min(sum(number or 0 for number in most), project.whole)
    return least, min(ever, possible), possible
