"""
Indicators: numbers promised and numbers measured, side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from attrs import frozen

from milestone_ledger.domain.events import IndicatorObserved, IndicatorTargeted
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.locators import locator_key


@frozen(kw_only=True)
class IndicatorState:
    """
    One indicator: same name, measure word and project.

    ``targets`` and ``observations`` are ordered by publication, ties by content. Numbers with different
    measure words are different indicators: 家 isn't 处.
    """

    name: str
    measure: str
    project: str | None
    targets: tuple[Entry, ...]
    observations: tuple[Entry, ...]


def indicators(live: Iterable[Entry]) -> tuple[IndicatorState, ...]:
    """
    Every indicator that a live entry speaks of, in the order of its first publication.
    """
    grouped: dict[tuple[str, str, str | None], list[Entry]] = {}
    ordered = sorted(
        (entry for entry in live if isinstance(entry.event, IndicatorTargeted | IndicatorObserved)),
        key=_key,
    )
    for entry in ordered:
        event = entry.event
        if isinstance(event, IndicatorTargeted | IndicatorObserved):
            grouped.setdefault((event.name, event.measure, event.project), []).append(entry)
    return tuple(
        IndicatorState(
            name=name,
            measure=measure,
            project=project,
            targets=tuple(e for e in entries if isinstance(e.event, IndicatorTargeted)),
            observations=tuple(e for e in entries if isinstance(e.event, IndicatorObserved)),
        )
        for (name, measure, project), entries in grouped.items()
    )


def _key(entry: Entry) -> tuple[object, ...]:
    event = entry.event
    assert isinstance(event, IndicatorTargeted | IndicatorObserved)  # noqa: S101 (sorted after the filter)
    place = (event.source, locator_key(event.locator))
    return entry.published_on or date.min, *place, event.name, event.value, repr(event)
