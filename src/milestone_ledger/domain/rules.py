"""
What may be recorded: ``decide``, pure, and the same for every order of arrival.

Events of one commit are taken in one by one, so that they may refer to each other; then what concerns the
whole is checked once: names, batches, references to what was retracted, contradictions in any view.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from milestone_ledger.domain import consistency
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.draft import Draft, nearest_names
from milestone_ledger.domain.events import (
    BlockerCleared,
    EntryRetracted,
    Event,
    MilestonePending,
    ProgrammeDefined,
    ProjectAmended,
    ProjectRegistered,
    PromiseMade,
    PromiseWithdrawn,
    SourceRegistered,
    Statement,
    TotalReported,
    project_of,
)
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.programme import Programme, extension_fault
from milestone_ledger.errors import (
    ContestedError,
    DeadlineError,
    FutureEvidenceError,
    NoProgrammeError,
    ProgrammeChangeError,
    RefusedEntriesError,
    RetractionError,
    RetractionFault,
    RuleError,
    UnknownNameError,
)

__all__ = ["decide", "drafted", "nearest_names", "publication_days", "refusals"]


def decide(history: History, events: Sequence[Event]) -> None:
    """
    Refuse ``events`` as the next commit after ``history``, or return.

    ``history`` must be complete for every source, project and entry that the events name, for the
    batches and members of those projects, and for the holders of the names they register.

    Raises:
        RuleError: The one refusal, or a ``RefusedEntriesError`` with all of them.
    """
    drafted(history, events)


def drafted(history: History, events: Sequence[Event]) -> Draft:
    """
    The history as ``events`` would leave it, its new entries without the stamps of the store.

    Raises:
        RuleError: As ``decide``, whose work this is.
    """
    draft, refused = _judged(history, events)
    if len(refused) == 1:
        raise refused[0]
    if refused:
        raise RefusedEntriesError(refused)
    return draft


def refusals(history: History, events: Sequence[Event]) -> list[RuleError]:
    """
    Every reason to refuse ``events``, by the number that the event would have got.

    Contradictions are looked for only among events that are sound otherwise.
    """
    return _judged(history, events)[1]


def _judged(history: History, events: Sequence[Event]) -> tuple[Draft, list[RuleError]]:
    draft = Draft(history)
    refused: list[RuleError] = []
    for event in events:
        entry = draft.draw_up(event)
        refused += _faults(draft, entry)
        draft.take(entry)
    if not any(isinstance(error, NoProgrammeError) for error in refused):
        faulty = {error.seq for error in refused}
        refused += [error for error in consistency.faults(draft) if error.seq not in faulty]
        if not refused:
            refused += consistency.contradictions(draft)
    return draft, sorted(refused, key=lambda error: -1 if error.seq is None else error.seq)


def publication_days(history: History, events: Sequence[Event]) -> tuple[date | None, ...]:
    """
    The publication day of each event: that of its source, which may be registered among ``events``.

    ``None`` for what no document says, and for what cites an unknown source.
    """
    draft = Draft(history)
    days = []
    for event in events:
        entry = draft.draw_up(event)
        draft.take(entry)
        days.append(entry.published_on)
    return tuple(days)


def _faults(draft: Draft, entry: Entry) -> Iterable[RuleError]:
    """
    What is wrong with one event, given what came before it.
    """
    event, programme = entry.event, draft.registry.programme
    if isinstance(event, ProgrammeDefined):
        change = None if programme is None else extension_fault(programme, event.programme)
        return [] if change is None else [ProgrammeChangeError(seq=entry.seq, change=change)]
    if programme is None:
        return [NoProgrammeError(seq=entry.seq)]
    if isinstance(event, EntryRetracted):
        return _retraction_faults(draft, entry, event)
    faults: list[RuleError] = [
        UnknownNameError(
            seq=entry.seq,
            project=None if kind == "project" else project_of(event),
            kind=kind,
            name=name,
            suggestions=nearest_names(name, known),
        )
        for kind, name, known in _unknown_names(draft, event, programme)
    ]
    faults += _date_faults(draft, entry)
    if getattr(event, "contested", False) and not getattr(event, "note", "").strip():
        faults.append(ContestedError(seq=entry.seq, project=project_of(event)))
    return faults


def _unknown_names(
    draft: Draft, event: Event, programme: Programme
) -> Iterator[tuple[str, str, Iterable[str]]]:
    """
    Every name that the event uses and the ledger does not know: what it is meant to name, and what it could.
    """
    history, registry = draft.history, draft.registry
    if isinstance(event, Statement):
        project, milestone = project_of(event), getattr(event, "milestone", None)
        if event.source not in registry.sources:
            yield "source", event.source, registry.sources
        if project is not None and project not in history.projects:
            yield "project", project, registry.projects
        if milestone is not None and milestone not in programme.milestone_ids:
            yield "milestone", milestone, programme.milestone_ids
        for unit in getattr(event, "responsible", ()):
            if unit not in programme.unit_names:
                yield "unit", unit, programme.unit_names
        if isinstance(event, TotalReported):
            yield from _unknown_scope(draft, event, programme)
    elif isinstance(event, ProjectRegistered | ProjectAmended):
        if event.domain is not None and event.domain not in programme.domain_paths:
            yield "domain", event.domain, programme.domain_paths
        if event.delivery and event.delivery not in programme.deliveries:
            yield "delivery", event.delivery, programme.deliveries
        if isinstance(event, ProjectAmended) and event.project not in history.projects:
            yield "project", event.project, registry.projects


def _unknown_scope(
    draft: Draft, event: TotalReported, programme: Programme
) -> Iterator[tuple[str, str, Iterable[str]]]:
    """
    As ``_unknown_names``, of what a total counts.
    """
    domains = {"/".join(p.split("/")[:n]) for p in programme.domain_paths for n in range(1, p.count("/") + 2)}
    for kind, names, known in (
        ("milestone", event.milestones, programme.milestone_ids),
        ("source", event.scope.plans, draft.registry.sources),
        ("delivery", event.scope.deliveries, programme.deliveries),
        ("domain", event.scope.domains, domains),
    ):
        yield from ((kind, name, known) for name in names if name not in known)


def _date_faults(draft: Draft, entry: Entry) -> Iterator[RuleError]:
    """
    Deadlines with an open end, and evidence about days after its own publication.
    """
    event = entry.event
    deadline: UncertainDate | None = getattr(event, "deadline", None)
    if deadline is not None and (deadline.earliest is None or deadline.latest is None):
        yield DeadlineError(
            seq=entry.seq,
            project=project_of(event),
            milestone=getattr(event, "milestone", None),
            deadline=str(deadline),
        )
    source = draft.registry.sources.get(getattr(event, "source", "") or "")
    if source is None:
        return
    occurred: UncertainDate | None = getattr(event, "occurred", None)
    claimed: date | None = None
    limit: date | None = source.published_on
    if occurred is not None:
        claimed = occurred.latest
    elif isinstance(event, TotalReported):
        claimed = event.on.latest
    elif isinstance(event, BlockerCleared):
        claimed = event.on
    elif isinstance(event, MilestonePending):
        # An undated document may have been written on its earliest day, and knows nothing later.
        claimed, limit = event.on, source.published.earliest
    if claimed is not None and (limit is None or claimed > limit):
        yield FutureEvidenceError(
            seq=entry.seq,
            project=project_of(event),
            milestone=getattr(event, "milestone", None),
            day=claimed.isoformat(),
            limit=limit.isoformat() if limit else str(source.published),
            source=source.source,
        )


def _retraction_faults(draft: Draft, entry: Entry, event: EntryRetracted) -> Iterator[RuleError]:
    """
    What cannot be retracted, or not by this source.
    """
    target = draft.history.get(event.target)
    if target is None:
        # Only entries that are asked about are at hand, so numbers offer no suggestions.
        yield UnknownNameError(seq=entry.seq, kind="entry", name=str(event.target))
        return
    fault = _retraction_fault(target, event, entry.published_on)
    if event.source is not None and event.source not in draft.registry.sources:
        yield UnknownNameError(
            seq=entry.seq,
            project=project_of(target.event),
            kind="source",
            name=event.source,
            suggestions=nearest_names(event.source, draft.registry.sources),
        )
    elif fault is not None:
        yield RetractionError(
            seq=entry.seq, project=project_of(target.event), target=event.target, fault=fault
        )


def _retraction_fault(
    target: Entry, event: EntryRetracted, published_on: date | None
) -> RetractionFault | None:
    if isinstance(target.event, ProgrammeDefined | EntryRetracted):
        return "not_retractable"
    is_registration = isinstance(target.event, SourceRegistered | ProjectRegistered | ProjectAmended)
    if is_registration != (event.source is None):
        return "undated"
    if is_registration:
        return None
    if isinstance(target.event, PromiseMade | PromiseWithdrawn) and event.source != target.event.source:
        return "act"
    if published_on is not None and target.published_on is not None and published_on < target.published_on:
        return "too_early"
    return None
