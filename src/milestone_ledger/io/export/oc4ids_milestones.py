"""
The milestones of an OC4IDS project: what was promised and, as far as it is certain, what became of it.

The standard has one due date, one day of achievement and one state as of a day of review. So a state is
that of the last day of which it is certain, and what is no day stands in the description.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import day_before
from milestone_ledger.domain.events import MilestoneAchieved, MilestonePending
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.io.export.exchange import LAST_SECOND, cited, known, moment, promised, quantity_text
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View

_CODES: Final = {"initiated": "projectApproval", "started": "commencement", "completed": "completion"}
_TYPES: Final = {
    "initiated": "approval",
    "completed": "delivery",
    "handed_over": "delivery",
    "in_use": "delivery",
}


def milestones(view: View, state: ProjectState) -> Iterator[dict[str, Any]]:
    """
    A milestone for each promise in force, then for each that evidence names and no promise of the whole does.
    """
    told: set[str] = set()
    for promise in state.promises:
        chain = promise.chain
        if chain.is_effort or chain.milestone is None or promise.current.verdict is Verdict.WITHDRAWN:
            continue
        if chain.quantity is None:
            told.add(chain.milestone)
        yield _milestone(view, state, chain.milestone, promise)
    evidence = [
        e.event for e in state.statements if isinstance(e.event, MilestoneAchieved | MilestonePending)
    ]
    named = {event.milestone for event in evidence if not event.contested} - told
    for milestone in view.programme.milestone_ids:
        if milestone in named:
            yield _milestone(view, state, milestone, None)


def _milestone(
    view: View, state: ProjectState, milestone: str, promise: PromiseState | None
) -> dict[str, Any]:
    project, chain = state.project, None if promise is None else promise.chain
    quantity = None if chain is None else chain.quantity
    bounds = view.bounds(project.id, milestone, quantity)
    label = view.programme.milestone_label(milestone) + quantity_text(view, project.id, quantity)
    name = "/".join(filter(None, (milestone, str(quantity or ""))))
    parts: dict[str, Any] = {
        "id": name if chain is None or chain.segment == 1 else f"{name}#{chain.segment}",
        "title": label,
        "type": _TYPES.get(milestone),
        "description": "\n".join(_told(view, state, milestone, bounds, promise)),
        "code": _CODES.get(milestone, milestone),
    }
    deadline = None if promise is None else promise.current.deadline
    if deadline is not None and deadline.latest is not None:
        parts["dueDate"] = moment(view, deadline.latest, LAST_SECOND)
    day = known_day(view, bounds)
    if day is not None:
        parts["dateMet"] = moment(view, day)
    modified, status = _reviewed(view, state, milestone, bounds)
    if status is None and chain is not None:
        modified, status = chain.current.published_on, "scheduled"
    if status is not None and modified is not None:
        parts |= {"dateModified": moment(view, modified), "status": status}
    return {key: part for key, part in parts.items() if part}


def known_day(view: View, bounds: Bounds) -> date | None:
    """
    The very day on which a milestone was reached, if the evidence tells it and it lies within the view's.
    """
    exact = bounds.hi is not None and bounds.hi == bounds.lo and bounds.hi <= view.as_of
    return bounds.hi if exact else None


def _reviewed(
    view: View, state: ProjectState, milestone: str, bounds: Bounds
) -> tuple[date | None, str | None]:
    """
    How a milestone stood on the last day of which that is certain.
    """
    if bounds.hi is not None and bounds.hi <= view.as_of:
        return bounds.hi, "met"
    certain = state.milestone(milestone).certain
    if certain:
        return view.bounds(state.project.id, milestone, certain).hi, "partiallyMet"
    if bounds.lo is not None and bounds.lo > date.min:
        return min(day_before(bounds.lo), view.as_of), "notMet"
    return None, None


def _told(
    view: View, state: ProjectState, milestone: str, bounds: Bounds, promise: PromiseState | None
) -> Iterator[str]:
    """
    In words: every promise, and what the evidence says, with the places where it stands.
    """
    for entry in () if promise is None else promise.chain.promises:
        yield promised(view, entry)
    if words := known(view, bounds):
        yield words
    one = state.milestone(milestone)
    if state.project.size != 1 and one.certain:
        where = "；".join(cited(view, entry) for entry in one.count_entries)
        yield f"确已达到 {one.certain}{state.project.measure}，依据：{where}"
