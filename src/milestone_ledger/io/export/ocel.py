"""
The ledger as an object-centric event log (OCEL 2.0, JSON) for process mining.

Objects are projects, batches, promise chains, responsible units and documents. Events are the live
statements and the retractions. Each says in ``time_basis`` whether its time is the very day on which it
happened or, as of most, the day on which it was published; both stand for midnight.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Final

import attrs

from milestone_ledger.codec import kind_of
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import (
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    EntryRetracted,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    PromiseMade,
    PromiseWithdrawn,
    Scope,
    StatementNoted,
    TotalReported,
    project_of,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.registry import Project
from milestone_ledger.io.export.exchange import LAST_SECOND, Exchange, json_bytes, moment, unit_name
from milestone_ledger.io.export.losses import LossKind, losses
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View

_LOST: Final = (LossKind.EMPTY, LossKind.RECORDING, LossKind.RETRACTED, LossKind.UNCERTAIN_DATE)
# The time of what an object always was, as the standard has it.
_ALWAYS: Final = "1970-01-01T00:00:00Z"
_EVENTS: Final = (
    PromiseMade,
    PromiseWithdrawn,
    MilestoneAchieved,
    MilestonePending,
    StatementNoted,
    ActivityChanged,
    BlockerRaised,
    BlockerCleared,
    IndicatorTargeted,
    IndicatorObserved,
    TotalReported,
    EntryRetracted,
)
_SITE: Final = ("name", "domain", "delivery")
_OBJECTS: Final[dict[str, dict[str, str]]] = {
    "project": dict.fromkeys(_SITE, "string"),
    "batch": {**dict.fromkeys(_SITE, "string"), "size": "integer", "measure": "string"},
    "promise": {
        "milestone": "string",
        "quantity": "integer",
        "firmness": "string",
        "deadline_earliest": "string",
        "deadline": "string",
        "verdict": "string",
        "current_verdict": "string",
    },
    "unit": {},
    "source": {
        "title": "string",
        "number": "string",
        "issuer": "string",
        "kind": "string",
        "published": "string",
    },
}
# What an event says by its relations to objects, and not by attributes.
_RELATED: Final = {"project", "source", "responsible"}


def ocel(view: View) -> Exchange:
    """
    All that is live, with the objects that it speaks of; equal views give equal bytes.
    """
    log = _Log(view)
    told = {
        "objectTypes": [
            {"name": name, "attributes": [{"name": part, "type": kind} for part, kind in parts.items()]}
            for name, parts in _OBJECTS.items()
        ],
        "eventTypes": [{"name": kind_of(event), "attributes": list(_declared(event))} for event in _EVENTS],
        "objects": list(log.objects()),
        "events": list(log.events()),
    }
    return Exchange(content=json_bytes(told), losses=losses(view, _LOST))


def _declared(event: type[Any]) -> Iterator[dict[str, str]]:
    yield {"name": "time_basis", "type": "string"}
    for field in attrs.fields(event):
        if field.name not in _RELATED:
            kind = {"quantity": "integer", "count": "integer", "target": "integer", "contested": "boolean"}
            yield {"name": field.name, "type": kind.get(field.name, "string")}


def _value(value: Any) -> str | int | bool | None:
    """
    A value as an attribute holds it; ``None`` if there is nothing to hold.
    """
    match value:
        case bool() | int():
            return value
        case Enum():
            return str(value.value)
        case date():
            return value.isoformat()
        case UncertainDate() | Decimal():
            return str(value)
        case Scope():
            return "；".join((*value.plans, *value.domains, *value.deliveries)) or None
        case tuple():
            return "；".join(value) or None
    return value or None


class _Log:
    """
    Objects and events of one view.
    """

    def __init__(self, view: View) -> None:
        self._view = view
        self._states = [state for state in view.promises() if not state.chain.is_effort]
        self._entries = [entry for entry in view.live if entry.published_on and type(entry.event) in _EVENTS]
        projects = view.registry.projects
        named = [other for name in view.listed for other in _others(projects[name])]
        self._projects = [name for name in projects if name in {*view.listed, *named}]
        # Which promises a statement makes, withdraws or decides.
        self._bearing: defaultdict[int, dict[tuple[str, str], None]] = defaultdict(dict)
        for state in self._states:
            chain, name = state.chain, _promise_id(state)
            for qualifier, entries in (
                ("promises", chain.promises),
                ("withdraws", chain.withdrawals),
                ("decides", state.baseline.entries[1:]),
            ):
                for entry in entries:
                    self._bearing[entry.seq][name, qualifier] = None

    # ── objects ──────────────────────────────────────────────────────────────────────────────────

    def objects(self) -> Iterator[dict[str, Any]]:
        """
        Every object, by type and in the order of the ledger.
        """
        view = self._view
        for name in self._projects:
            project = view.registry.projects[name]
            kind = "project" if project.size == 1 else "batch"
            told = {part: getattr(project, part) for part in _OBJECTS[kind]}
            yield _object(f"project:{name}", kind, _constant(told), self._project_relations(project))
        for state in self._states:
            relations = [(f"project:{state.chain.project}", "of")]
            relations += [(f"unit:{unit_name(view, u)}", "responsible") for u in state.chain.responsible]
            yield _object(_promise_id(state), "promise", self._course(state), relations)
        for unit in dict.fromkeys(unit for entry in self._entries for unit in self._units(entry)):
            yield _object(f"unit:{unit}", "unit", [], [])
        cited = {getattr(entry.event, "source", None) for entry in self._entries}
        for name, source in view.registry.sources.items():
            if name in cited:
                told = {part: _value(getattr(source, part)) for part in _OBJECTS["source"]}
                yield _object(f"source:{name}", "source", _constant(told), [])

    def _project_relations(self, project: Project) -> Iterator[tuple[str, str]]:
        if project.member_of is not None:
            yield f"project:{project.member_of}", "member_of"
        for relation in project.related:
            yield f"project:{relation.project}", relation.kind.value

    def _course(self, state: PromiseState) -> Iterator[tuple[str, str, Any]]:
        """
        What a promise was from when on: its deadline from each promise, its verdicts on the view's day.
        """
        chain, view = state.chain, self._view
        yield from _constant({"milestone": chain.milestone, "quantity": chain.quantity})
        for entry in chain.promises:
            event = entry.event
            if isinstance(event, PromiseMade) and event.deadline is not None and entry.published_on:
                time = moment(view, entry.published_on)
                yield "firmness", time, event.firmness.value
                yield "deadline_earliest", time, _value(event.deadline.earliest)
                yield "deadline", time, _value(event.deadline.latest)
        time = moment(view, view.as_of, LAST_SECOND)
        yield "verdict", time, state.baseline.verdict.value
        yield "current_verdict", time, state.current.verdict.value

    # ── events ───────────────────────────────────────────────────────────────────────────────────

    def events(self) -> Iterator[dict[str, Any]]:
        """
        Every event, by its day.
        """
        days = {entry.seq: _day(entry) for entry in self._entries}
        for entry in sorted(self._entries, key=lambda entry: (days[entry.seq][0], entry.seq)):
            day, basis = days[entry.seq]
            parts = {
                field.name: _value(getattr(entry.event, field.name))
                for field in attrs.fields(type(entry.event))
                if field.name not in _RELATED
            }
            yield {
                "id": str(entry.seq),
                "type": kind_of(entry.event),
                "time": moment(self._view, day),
                "attributes": _attributes({"time_basis": basis, **parts}),
                "relationships": _relationships(self._relations(entry)),
            }

    def _relations(self, entry: Entry) -> Iterator[tuple[str, str]]:
        event, target = entry.event, entry
        if isinstance(event, EntryRetracted):
            target = self._view.history.get(event.target) or entry
        project = project_of(target.event)
        if project in self._projects:
            yield f"project:{project}", "about"
        source = getattr(event, "source", None)
        if source in self._view.registry.sources:
            yield f"source:{source}", "stated_in"
        for unit in self._units(entry):
            yield f"unit:{unit}", "responsible"
        yield from self._bearing.get(entry.seq, ())

    def _units(self, entry: Entry) -> list[str]:
        return [unit_name(self._view, unit) for unit in getattr(entry.event, "responsible", ())]


def _others(project: Project) -> Iterator[str]:
    if project.member_of is not None:
        yield project.member_of
    yield from (relation.project for relation in project.related)


def _promise_id(state: PromiseState) -> str:
    chain = state.chain
    key = [chain.project, chain.milestone, chain.quantity, chain.segment]
    return f"promise:{json.dumps(key, ensure_ascii=False)}"


def _day(entry: Entry) -> tuple[date, str]:
    """
    The day of an event, and whether it happened or was published then.
    """
    match entry.event:
        case MilestoneAchieved(occurred=days) if days.is_exact and days.latest is not None:
            return days.latest, "occurred"
        case ActivityChanged(on=day) | BlockerCleared(on=day):
            return day, "occurred"
    return entry.published_on or date.min, "published"


def _constant(parts: dict[str, Any]) -> list[tuple[str, str, Any]]:
    return [(name, _ALWAYS, value) for name, value in parts.items()]


def _object(
    name: str, kind: str, parts: Iterable[tuple[str, str, Any]], relations: Iterable[tuple[str, str]]
) -> dict[str, Any]:
    # Of two promises of one day the later in the chain is in force.
    told = {(part, time): value for part, time, value in parts if value not in (None, "")}
    return {
        "id": name,
        "type": kind,
        "attributes": [{"name": part, "time": time, "value": value} for (part, time), value in told.items()],
        "relationships": _relationships(relations),
    }


def _attributes(parts: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in parts.items() if value is not None]


def _relationships(relations: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"objectId": name, "qualifier": qualifier} for name, qualifier in dict.fromkeys(relations)]
