"""
What takes back, and what puts right: slips, published corrections, registrations entered anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.testing.strategies.calendar import START, closed_dates, days, days_between, until
from milestone_ledger.testing.strategies.registrations import programme_of, project_events, source_events
from milestone_ledger.testing.strategies.statements import achieved, pending


def retraction_of(entry: Entry, source: str | None = None) -> on.EntryRetracted:
    """
    The retraction of ``entry``: a clerk's slip, unless ``source`` names the document that corrects it.
    """
    return on.EntryRetracted(target=entry.seq, source=source or getattr(entry.event, "source", None))


def _said(history: History) -> list[tuple[Entry, Any]]:
    return [(entry, event) for entry in history if isinstance(event := entry.event, on.Statement)]


def retraction(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A slip or a published correction, usually with the right event beside it.
    """
    said = _said(history)
    if not said:
        return []
    wrong, event = draw(st.sampled_from(said))
    source = draw(st.sampled_from([None, *sorted(registry.sources)]))
    retracted = retraction_of(wrong, source)
    if draw(st.booleans()):
        return [retracted]
    right = attrs.evolve(event, source=source or event.source)
    match right:
        case on.MilestoneAchieved():
            right = attrs.evolve(right, occurred=UncertainDate.by(until(draw, right.occurred.latest)))
        case on.MilestonePending():
            right = attrs.evolve(right, on=until(draw, right.on))
        case on.PromiseMade(deadline=UncertainDate()):
            right = attrs.evolve(right, deadline=draw(closed_dates()))
        case on.ActivityChanged():
            right = attrs.evolve(right, on=draw(days))
    return [right, retracted] if draw(st.booleans()) else [retracted, right]


def registered_anew(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A project's registration put right: its size, its batch, its delivery mode.
    """
    known = [(entry, event) for entry in history if isinstance(event := entry.event, on.ProjectRegistered)]
    if not known:
        return []
    wrong, event = draw(st.sampled_from(known))
    right = draw(project_events(programme_of(registry), event.project, sorted(registry.projects)))
    events: list[on.Event] = [on.EntryRetracted(target=wrong.seq)]
    return events if draw(st.integers(0, 4)) == 0 else [*events, right]


def source_anew(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A document's registration put right; if its date moves, all that cites it is entered again.
    """
    known = [(entry, event) for entry in history if isinstance(event := entry.event, on.SourceRegistered)]
    wrong, event = draw(st.sampled_from(known))
    right = draw(source_events(event.source))
    if draw(st.booleans()):
        return [on.EntryRetracted(target=wrong.seq), attrs.evolve(right, published=event.published)]
    if draw(st.booleans()):
        latest = event.published_on
        earliest = draw(days_between(0, max(0, (latest - START) // timedelta(1))))
        right = attrs.evolve(right, published=UncertainDate(earliest, latest))
        return [on.EntryRetracted(target=wrong.seq), right]
    citing = [(e, said) for e, said in _said(history) if said.source == right.source and history.is_live(e)]
    slips = [retraction_of(entry) for entry, _ in citing]
    return [on.EntryRetracted(target=wrong.seq), right, *slips, *(said for _, said in citing)]


def identity_retracted(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A registration taken back, with nothing in its place.
    """
    known = [entry for entry in history if isinstance(entry.event, on.Registration)]
    return [on.EntryRetracted(target=draw(st.sampled_from(known)).seq)]


def settlement(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    An older document contradicts what is recorded: the newer entry is entered again, as contested.
    """
    said = [
        (entry, event)
        for entry in history
        if isinstance(event := entry.event, on.Evidence) and history.is_live(entry)
    ]
    if not said:
        return []
    newer, event = draw(st.sampled_from(said))
    older = draw(st.sampled_from([achieved, pending]))(draw, history, registry)
    return [retraction_of(newer), *older, attrs.evolve(event, contested=True, note="两份文件不一致")]
