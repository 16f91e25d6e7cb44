"""
What answers of a view may be grouped by, and the groups that a project or a promise counts in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from milestone_ledger.domain.events import PromiseMade
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.promises import Chain
from milestone_ledger.domain.registry import Project
from milestone_ledger.errors import InvalidValueError

Grouping = Literal["domain", "delivery", "unit", "plan"]


def check_grouping(by: str) -> None:
    """
    Refuse what is no grouping.

    Raises:
        InvalidValueError: With those that are.
    """
    groupings = get_args(Grouping)
    if by not in groupings:
        allowed = (f"give one of {', '.join(groupings)}", f"可用：{'、'.join(groupings)}")
        raise InvalidValueError("by", by, allowed)


def groups_of_project(
    programme: Programme, project: Project, statements: Iterable[Entry], by: Grouping | None
) -> tuple[str, ...]:
    """
    The groups of a project of which ``statements`` speak; one without a name for what no document states.
    """
    if by is None:
        return ("",)
    if by == "domain":
        return (project.domain,)
    if by == "delivery":
        return (project.delivery or "",)
    promises = [entry.event for entry in statements if isinstance(entry.event, PromiseMade)]
    if by == "plan":
        return tuple(dict.fromkeys(promise.source for promise in promises)) or ("",)
    return _units(programme, (unit for promise in promises for unit in promise.responsible))


def groups_of_promise(
    programme: Programme, project: Project, chain: Chain, by: Grouping, *, depth: int | None = None
) -> tuple[str, ...]:
    """
    The groups of a promise of ``project``, as of a project; ``depth`` cuts domain paths.
    """
    if by == "unit":
        return _units(programme, chain.responsible)
    if by == "plan":
        baseline = chain.baseline.event
        return (baseline.source,) if isinstance(baseline, PromiseMade) else ("",)
    (group,) = groups_of_project(programme, project, (), by)
    return ("/".join(group.split("/")[:depth]),)


def _units(programme: Programme, named: Iterable[str]) -> tuple[str, ...]:
    names = programme.unit_names
    return tuple(dict.fromkeys(names.get(unit, unit) for unit in named)) or ("",)
