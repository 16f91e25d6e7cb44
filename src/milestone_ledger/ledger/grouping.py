"""
What answers of a view may be grouped by, and the groups that a project or a promise counts in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from milestone_ledger.domain.events import Firmness, PromiseMade
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.promises import Chain
from milestone_ledger.domain.registry import Project, Registry
from milestone_ledger.errors import InvalidValueError

Grouping = Literal["domain", "delivery", "unit", "plan"]
Axis = Literal["domain", "unit", "milestone", "delivery", "plan", "firmness"]
"""
What figures about promises may be grouped by.
"""


def check_grouping(by: str) -> None:
    """
    Refuse what is no grouping.

    Raises:
        InvalidValueError: With those that are.
    """
    _check(by, get_args(Grouping))


def check_axis(by: str) -> None:
    """
    Refuse what is no axis.

    Raises:
        InvalidValueError: With those that are.
    """
    _check(by, get_args(Axis))


def _check(by: str, names: tuple[str, ...]) -> None:
    if by not in names:
        allowed = (f"give one of {', '.join(names)}", f"可用：{'、'.join(names)}")
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
    programme: Programme, project: Project, chain: Chain, by: Axis, *, depth: int | None = None
) -> tuple[str, ...]:
    """
    The groups of a promise of ``project``, as of a project; ``depth`` cuts domain paths.
    """
    if by == "milestone":
        return (chain.milestone or "",)
    if by == "firmness":
        return (chain.firmness.value,)
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


def ordered(groups: Iterable[str], by: Axis, programme: Programme, registry: Registry) -> tuple[str, ...]:
    """
    Groups in the order of the programme (plans by publication), others after them by name.
    """
    sources = registry.sources
    known: dict[Axis, Iterable[str]] = {
        "domain": (domain.path for domain in programme.domains),
        "unit": (unit.name for unit in programme.units),
        "milestone": programme.milestone_ids,
        "delivery": programme.deliveries,
        "plan": sorted(sources, key=lambda name: (sources[name].published_on, name)),
        "firmness": (firmness.value for firmness in Firmness),
    }
    places = {name: place for place, name in enumerate(known[by])}
    return tuple(sorted(groups, key=lambda name: (places.get(name, len(places)), not name, name)))
