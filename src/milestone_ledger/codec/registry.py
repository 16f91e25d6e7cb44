"""
The names under which events are stored: class, wire tag and current version, in one frozen table.

A tag is for ever; classes may be renamed and moved freely. A change of a class's fields, of their wire
form or of their defaults (fields equal to their default are not written) is a new version, with a step
in ``codec.upcast`` and a file in ``tests/codec/frozen``.
"""

from __future__ import annotations

from types import MappingProxyType

from attrs import frozen

from milestone_ledger.domain.events import (
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    EntryRetracted,
    Event,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    ProgrammeDefined,
    ProjectAmended,
    ProjectRegistered,
    PromiseMade,
    PromiseWithdrawn,
    SourceRegistered,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.reading import Reading
from milestone_ledger.errors import UndecodableEventError, UnknownEventKindError


@frozen
class Row:
    """
    One kind of event: its wire tag, its class, and its newest version (from 1).
    """

    kind: str
    event_class: type[Event]
    version: int


REGISTRY = (
    Row("programme_defined", ProgrammeDefined, 2),
    Row("source_registered", SourceRegistered, 1),
    Row("project_registered", ProjectRegistered, 1),
    Row("project_amended", ProjectAmended, 1),
    Row("promise_made", PromiseMade, 1),
    Row("promise_withdrawn", PromiseWithdrawn, 1),
    Row("milestone_achieved", MilestoneAchieved, 1),
    Row("milestone_pending", MilestonePending, 1),
    Row("statement_noted", StatementNoted, 1),
    Row("activity_changed", ActivityChanged, 1),
    Row("blocker_raised", BlockerRaised, 1),
    Row("blocker_cleared", BlockerCleared, 1),
    Row("indicator_targeted", IndicatorTargeted, 1),
    Row("indicator_observed", IndicatorObserved, 1),
    Row("total_reported", TotalReported, 1),
    Row("entry_retracted", EntryRetracted, 1),
)
VERSIONS = MappingProxyType({row.kind: row.version for row in REGISTRY})

_BY_KIND = MappingProxyType({row.kind: row for row in REGISTRY})
_KINDS: MappingProxyType[type, str] = MappingProxyType({row.event_class: row.kind for row in REGISTRY})


def row_of(kind: str) -> Row:
    """
    The row of a wire tag.

    Raises:
        UnknownEventKindError: If no event is stored under this tag.
    """
    row = _BY_KIND.get(kind)
    if row is None:
        raise UnknownEventKindError(kind)
    return row


def version_of(event: Event) -> int:
    """
    The version that an event is written at: the newest, unless an older one says all of it.

    So the bytes of what could be said before stay what they were, and an older package reads them.
    """
    if type(event) is ProgrammeDefined and event.programme.reading == Reading():
        return 1
    return VERSIONS[kind_of(event)]


def kind_of(event: Event | type[Event]) -> str:
    """
    The wire tag of an event or of its class.

    Raises:
        UndecodableEventError: If it is not one of the events of ``domain.events``, or a subclass of one.
    """
    kind = _KINDS.get(type(event))
    if kind is None:
        event_class = event if isinstance(event, type) else type(event)
        kind = _KINDS.get(event_class)
        if kind is None:
            raise UndecodableEventError("$.kind", f"{event_class.__name__} is not an event of this package")
    return kind
