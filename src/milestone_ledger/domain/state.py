"""
The state of a project on a day: stage, activity, counts, and the fate of its promises.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Self

from attrs import frozen

from milestone_ledger.domain.bounds import Answer, Bounds, Ladder, by_publication
from milestone_ledger.domain.events import Activity, ActivityChanged
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.promises import status_key
from milestone_ledger.domain.registry import UNKNOWN_WHOLE, Project


class ActivityState(StrEnum):
    """
    What goes on at a project; ``NO_STOP_KNOWN`` is silence, not a claim that work goes on.
    """

    FINISHED = "finished"
    CANCELLED = "cancelled"
    SUSPENDED = "suspended"
    NO_STOP_KNOWN = "no_stop_known"


@frozen(kw_only=True)
class MilestoneState:
    """
    One milestone of one project on a day.

    ``certain`` and ``possible`` count units of a batch that had, and that may have, reached it by the
    end of the day (``possible`` is ``None`` if any number may), as ``count_entries`` say. ``answer`` and
    ``bounds`` speak of the whole.

    ``is_expected``: the delivery mode expects the milestone, or a statement names it. Where it is not, the
    rest only follows from other milestones: a road that is complete needs no main structure.
    """

    milestone: str
    answer: Answer
    bounds: Bounds
    certain: int
    possible: int | None
    count_entries: tuple[Entry, ...] = ()
    is_expected: bool = True


@frozen(kw_only=True)
class Count:
    """
    How many projects of a group had reached a milestone: certainly, and possibly.

    Named projects count one, batches their units; members are counted with their batch alone.
    A project counts at a milestone that its delivery mode expects, or that some statement about it names;
    at any, if no document states the mode. ``registered`` is the number of all such units.
    A batch of unknown size counts in it, and in ``possible``, as the units it certainly has, at least one;
    ``open_batches`` says of how many batches any number more may have reached the milestone.
    """

    group: str
    milestone: str
    certain: int
    possible: int
    registered: int
    open_batches: int

    @classmethod
    def of(cls, group: str, milestone: str, numbers: Iterable[Sequence[int]]) -> Self:
        """
        The sum of what projects add, each as ``numbers_of`` tells.
        """
        certain, possible, registered, open_batches = map(sum, zip((0, 0, 0, 0), *numbers, strict=True))
        return cls(
            group=group,
            milestone=milestone,
            certain=certain,
            possible=possible,
            registered=registered,
            open_batches=open_batches,
        )


Numbers = tuple[int, int, int, int]
"""
Units of one project or of several: certain, possible, registered, and how many batches are open.
"""


def numbers_of(ladder: Ladder, as_of: date) -> Numbers:
    """
    What one project adds to a ``Count`` on ``as_of``.
    """
    least, most = ladder.certain(as_of), ladder.possible(as_of)
    whole = max(least, 1) if ladder.whole == UNKNOWN_WHOLE else ladder.whole
    return least, max(least, 1) if most is None else most, whole, int(most is None)


def milestone_states(
    ladders: Mapping[str, Ladder], as_of: date, expected: Container[str] | None = None
) -> tuple[MilestoneState, ...]:
    """
    Every milestone of the programme at the end of ``as_of``, in the order of its definition.

    ``expected`` are those that the project comes to; ``None`` is all.
    """
    states = []
    for milestone, ladder in ladders.items():
        bounds = ladder.bounds()
        states.append(
            MilestoneState(
                milestone=milestone,
                answer=bounds.answer(as_of),
                bounds=bounds,
                certain=ladder.certain(as_of),
                possible=ladder.possible(as_of),
                count_entries=count_entries(ladder, as_of),
                is_expected=expected is None or milestone in expected,
            )
        )
    return tuple(states)


def count_entries(ladder: Ladder, as_of: date) -> tuple[Entry, ...]:
    """
    The statements that the numbers of a batch rest on, by (``published_on``, ``seq``).
    """
    certain, possible = ladder.certain(as_of), ladder.possible(as_of)
    entries: list[Entry] = []
    if certain:
        entries += ladder.bounds(certain).hi_entries
    if possible is not None and possible < ladder.whole:
        entries += ladder.bounds(possible + 1).lo_entries
    return by_publication(entries)


def stage(programme: Programme, project: Project, states: Iterable[MilestoneState]) -> tuple[str, ...]:
    """
    The furthest milestones certainly reached: one if the delivery mode is known.

    Of a known mode, the last of its lifecycle; otherwise all that no other reached one lies after.
    """
    reached = [state.milestone for state in states if state.answer is Answer.YES]
    lifecycle = programme.lifecycle(project.delivery)
    if lifecycle is not None:
        steps = [step for step in lifecycle.milestones if step in reached]
        return tuple(steps[-1:])
    return tuple(
        step
        for step in reached
        if not any(other != step and step in programme.before(other) for other in reached)
    )


def next_expected(programme: Programme, project: Project, states: Iterable[MilestoneState]) -> str | None:
    """
    The first milestone after the stage, in the usual sequence of the mode; ``None`` if none is known.
    """
    lifecycle = programme.lifecycle(project.delivery)
    if lifecycle is None:
        return None
    reached = {state.milestone for state in states if state.answer is Answer.YES}
    last = max((place for place, step in enumerate(lifecycle.milestones) if step in reached), default=-1)
    return next(iter(lifecycle.milestones[last + 1 :]), None)


def last_status(statuses: Iterable[Entry], as_of: date) -> Entry | None:
    """
    The last change of activity by the end of ``as_of``, by ``status_key``.
    """
    past = [e for e in statuses if isinstance(e.event, ActivityChanged) and e.event.on <= as_of]
    return max(past, key=status_key, default=None)


def activity(
    programme: Programme, project: Project, states: Iterable[MilestoneState], status: Entry | None
) -> ActivityState:
    """
    Finished if the last milestone of the mode is reached, else what the last status says.

    Of an unknown mode the last milestone is unknown too, so nothing counts as finished.
    """
    reached = {state.milestone for state in states if state.answer is Answer.YES}
    lifecycle = programme.lifecycle(project.delivery)
    last = {lifecycle.milestones[-1]} if lifecycle is not None and lifecycle.milestones else set()
    if last & reached:
        return ActivityState.FINISHED
    if status is not None and isinstance(status.event, ActivityChanged):
        if status.event.activity is Activity.CANCELLED:
            return ActivityState.CANCELLED
        if status.event.activity is Activity.SUSPENDED:
            return ActivityState.SUSPENDED
    return ActivityState.NO_STOP_KNOWN
