"""
One project as OC4IDS tells of it: what is certain in fields, what is not in words, and nothing guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, Final

from milestone_ledger.domain.bounds import Answer
from milestone_ledger.domain.events import (
    IndicatorObserved,
    IndicatorTargeted,
    PromiseMade,
    RelationKind,
    SourceKind,
    Statement,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.indicators import indicators
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.io.export.exchange import (
    LAST_SECOND,
    cited,
    document_name,
    documents_of,
    moment,
    unit_name,
)
from milestone_ledger.io.export.losses import is_uri
from milestone_ledger.io.export.oc4ids_milestones import known_day, milestones
from milestone_ledger.ledger.states import ProjectState
from milestone_ledger.ledger.view import View

# The furthest of these that is certain; of milestones that a programme adds the standard knows nothing.
_STATUS: Final = (
    ("in_use", "maintenance"),
    ("handed_over", "completion"),
    ("completed", "completion"),
    ("structure_complete", "implementation"),
    ("started", "implementation"),
    ("initiated", "preparation"),
)
_DOCUMENTS: Final = {SourceKind.PLAN: "projectPlan", SourceKind.REPORT: "physicalProgressReport"}
_RELATIONS: Final = {RelationKind.PART_OF: "partOf", RelationKind.FOLLOWS_PHASE: "followsPhase"}


def oc4ids_project(view: View, state: ProjectState, named: Callable[[str], str]) -> dict[str, Any]:
    """
    A project of the standard; ``named`` gives the id of a project there.
    """
    project, units = state.project, public_authorities(view, state)
    parts: dict[str, Any] = {
        "id": named(project.id),
        "updated": moment(view, _updated(view, state)),
        "language": "zh",
        "identifiers": [{"id": project.id, "scheme": view.ledger}],
        "publicAuthority": {"id": units[0], "name": units[0]} if len(units) == 1 else None,
        "title": project.name,
        "description": "\n".join(_description(state)),
        "status": _status(state),
        "additionalClassifications": list(_classifications(view, state)),
        "parties": [{"id": unit, "name": unit, "roles": ["publicAuthority"]} for unit in units],
        "forecasts": list(_metrics(view, state, IndicatorTargeted)),
        "metrics": list(_metrics(view, state, IndicatorObserved)),
        "milestones": list(milestones(view, state)),
        "completion": _completion(view, state),
        "documents": list(_documents(view, state)),
        "relatedProjects": list(_related(view, state, named)),
    }
    # The standard has no empty values: what is not known is left out.
    return {name: part for name, part in parts.items() if part}


def public_authorities(view: View, state: ProjectState) -> tuple[str, ...]:
    """
    The units that promises of a project make responsible, by their present names, in their order.
    """
    return tuple(
        dict.fromkeys(
            unit_name(view, unit)
            for entry in state.statements
            if isinstance(entry.event, PromiseMade)
            for unit in entry.event.responsible
        )
    )


def _updated(view: View, state: ProjectState) -> date:
    """
    The last day on which something was published of a project, its batch or its members, or taken back.
    """
    days = [date.min]
    for name in (state.project.id, *state.members, *filter(None, (state.project.member_of,))):
        for entry in view.history.of_project(name):
            if isinstance(entry.event, Statement):
                said = (entry, *view.history.retractions(entry.seq))
                days += [e.published_on for e in said if e.published_on and view.viewpoint.sees(e)]
    return max(days)


def _description(state: ProjectState) -> Iterator[str]:
    project = state.project
    if project.size is None:
        yield f"一批，数目不明（{project.measure}）" if project.measure else "一批，数目不明"
    elif project.size > 1:
        yield f"一批，共 {project.size}{project.measure}"
    if project.aliases:
        yield "又称：" + "；".join(project.aliases)
    if project.note:
        yield project.note


def _status(state: ProjectState) -> str | None:
    if state.activity is ActivityState.CANCELLED:
        return "cancelled"
    reached = {one.milestone for one in state.milestones if one.answer is Answer.YES}
    return next((status for milestone, status in _STATUS if milestone in reached), None)


def _classifications(view: View, state: ProjectState) -> Iterator[dict[str, str]]:
    project = state.project
    yield {"scheme": f"{view.ledger}:domain", "id": project.domain, "description": project.domain}
    if project.delivery:
        label = view.programme.delivery_label(project.delivery)
        yield {"scheme": f"{view.ledger}:delivery", "id": project.delivery, "description": label}


def _completion(view: View, state: ProjectState) -> dict[str, str] | None:
    completed = [one.bounds for one in state.milestones if one.milestone == "completed"]
    day = known_day(view, completed[0]) if completed else None
    return None if day is None else {"endDate": moment(view, day)}


# ── what surrounds it ────────────────────────────────────────────────────────────────────────────


def _documents(view: View, state: ProjectState) -> Iterator[dict[str, str]]:
    for name, citing in documents_of(view, state.statements).items():
        source = view.registry.sources[name]
        places = dict.fromkeys(entry.event.locator for entry in citing if isinstance(entry.event, Statement))
        words = [document_name(source), "引用处：" + "；".join(places)]
        if not source.published.is_exact:
            words.append(f"发布日：{source.published}")
        if source.link and not is_uri(source.link):
            words.append(f"出处：{source.link}")
        if source.sha256:
            words.append(f"SHA-256：{source.sha256}")
        parts = {
            "id": name,
            "documentType": _DOCUMENTS.get(source.kind, ""),
            "title": source.title,
            "description": "\n".join(words),
            "url": source.link if is_uri(source.link) else "",
            "datePublished": moment(view, source.published_on) if source.published.is_exact else "",
            "language": "zh",
            "author": source.issuer,
        }
        yield {key: part for key, part in parts.items() if part}


def _related(view: View, state: ProjectState, named: Callable[[str], str]) -> Iterator[dict[str, str]]:
    relations = [(_RELATIONS[r.kind], r.project) for r in state.project.related if r.kind in _RELATIONS]
    if state.project.member_of is not None:
        relations.insert(0, ("memberOf", state.project.member_of))
    for relationship, other in dict.fromkeys(relations):
        yield {
            "id": f"{relationship}:{other}",
            "scheme": "oc4ids",
            "identifier": named(other),
            "relationship": relationship,
            "title": view.registry.projects[other].name,
        }


def _metrics(
    view: View, state: ProjectState, wanted: type[IndicatorTargeted | IndicatorObserved]
) -> Iterator[dict[str, Any]]:
    """
    The indicators of a project, each with its targets or with its measurements.
    """
    for indicator in indicators(state.statements):
        entries = indicator.targets if wanted is IndicatorTargeted else indicator.observations
        if entries:
            name, measure = indicator.name, indicator.measure
            yield {
                "id": f"{name} ({measure})" if measure else name,
                "title": name,
                "observations": [_observation(view, entry) for entry in entries],
            }


def _observation(view: View, entry: Entry) -> dict[str, Any]:
    event = entry.event
    assert isinstance(event, IndicatorTargeted | IndicatorObserved)  # noqa: S101 (indicators hold no others)
    days = event.deadline if isinstance(event, IndicatorTargeted) else event.occurred
    parts: dict[str, Any] = {
        "id": str(entry.seq),
        "measure": str(event.value),
        "unit": {"name": event.measure} if event.measure else None,
        "notes": f"{event.comparator.value}，{'' if days is None else f'{days}，'}{cited(view, entry)}",
    }
    if days is not None and days.latest is not None:
        parts["period"] = {"endDate": moment(view, days.latest, LAST_SECOND)}
    return {key: part for key, part in parts.items() if part}
