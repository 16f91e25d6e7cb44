"""
What must hold of a ledger as a whole, whatever the order in which a commit says it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain as concat
from itertools import takewhile

from milestone_ledger.domain.bounds import Fact, fold_group, group_of
from milestone_ledger.domain.dates import day_after, day_before
from milestone_ledger.domain.draft import Draft, describe, nearest_names
from milestone_ledger.domain.events import (
    EntryRetracted,
    Event,
    Evidence,
    MilestoneAchieved,
    MilestonePending,
    ProjectRegistered,
    Quantified,
    SourceRegistered,
    TotalReported,
    project_of,
)
from milestone_ledger.domain.history import HINDSIGHT, Entry, Viewpoint
from milestone_ledger.errors import (
    ContradictionError,
    DuplicateNameError,
    MembershipError,
    QuantityError,
    RetractionError,
    RuleError,
    UnknownNameError,
)


def faults(draft: Draft) -> Iterator[RuleError]:
    """
    Names, batches, references and quantities that do not fit together.
    """
    yield from _repeated_retractions(draft)
    yield from _source_faults(draft)
    yield from _statement_faults(draft)
    yield from _identity_faults(draft)
    yield from _membership_faults(draft)
    yield from _quantity_faults(draft)


def _repeated_retractions(draft: Draft) -> Iterator[RuleError]:
    """
    A second retraction must reach further back than every one before this commit.
    """
    for entry in draft.retractions:
        assert isinstance(entry.event, EntryRetracted)  # noqa: S101 (collected as such)
        target = entry.event.target
        reach = entry.published_on or date.min
        for other in draft.history.retractions(target):
            other_reach = other.published_on or date.min
            repeats = other_reach <= reach if other.seq < draft.first else other_reach == reach
            if other.seq < entry.seq and repeats:
                yield RetractionError(
                    seq=entry.seq,
                    project=project_of(_event(draft, target)),
                    target=target,
                    fault="already",
                )
                break


def _event(draft: Draft, seq: int) -> Event:
    entry = draft.history.get(seq)
    assert entry is not None  # noqa: S101 (asked for entries at hand only)
    return entry.event


def _source_faults(draft: Draft) -> Iterator[RuleError]:
    """
    Ids that repeat, and registrations taken away from, or redated under, live statements.
    """
    resting: dict[str, list[Entry]] = {source: [] for source in draft.sources}
    # What is wrong with a new statement is said of the statement itself, unless its source is taken away.
    is_all_known = all(source in draft.registry.sources for source in resting)
    statements = draft.old if is_all_known else iter(draft.history)
    for entry in statements if resting else ():
        for source in _grounds(entry.event):
            if source in resting:
                resting[source].append(entry)
    for source, seq in draft.sources.items():
        live = [e for e in draft.registry.source_entries(source) if draft.history.is_live(e)]
        if len(live) > 1:
            yield DuplicateNameError(seq=live[-1].seq, kind="source", name=source, holder=f"#{live[0].seq}")
            continue
        known = draft.registry.sources.get(source)
        if any(
            _loses_ground(entry, source, known) and not _is_slip(draft, entry)
            for entry in resting[source]
            if entry.seq < draft.first or known is None
        ):
            last = draft.registry.source_entries(source)[-1 if not live else 0]
            yield RetractionError(seq=seq, target=last.seq, fault="redated" if live else "referenced")


def _grounds(event: Event) -> tuple[str, ...]:
    """
    The sources that an event rests on: the one it cites, and the plans whose promises a total counts.
    """
    if isinstance(event, SourceRegistered):
        return ()
    cited = getattr(event, "source", None)
    counted = event.scope.plans if isinstance(event, TotalReported) else ()
    return counted if cited is None else (cited, *counted)


def _loses_ground(entry: Entry, source: str, known: SourceRegistered | None) -> bool:
    """
    Whether ``entry`` cannot rest on ``source`` as it is now ``known`` (``None``: not at all).
    """
    event = entry.event
    if known is None:
        return True
    if getattr(event, "source", None) != source:
        return False  # it counts what was promised there, whenever that was published
    if entry.published_on != known.published_on:
        return True
    first_day = known.published.earliest
    return isinstance(event, MilestonePending) and (first_day is None or event.on > first_day)


def _is_slip(draft: Draft, entry: Entry) -> bool:
    """
    Whether no view at all keeps ``entry``: it was retracted from its own publication on.

    Of a retraction: whether its target was.
    """
    target = draft.history.get(entry.event.target) if isinstance(entry.event, EntryRetracted) else None
    return any(
        (retraction.published_on or date.min) <= ((target or entry).published_on or date.min)
        for retraction in draft.history.retractions((target or entry).seq)
    )


def _statement_faults(draft: Draft) -> Iterator[RuleError]:
    """
    Statements about a project whose registration was retracted before.
    """
    for project in draft.history.projects:
        if project in draft.registry.projects or project in draft.registered:
            continue
        for entry in draft.history.of_project(project):
            if entry.seq >= draft.first and not _is_slip(draft, entry):
                yield _unknown_project(draft, entry.seq, project)


def _unknown_project(draft: Draft, seq: int, name: str, *, named_by: str | None = None) -> UnknownNameError:
    suggestions = nearest_names(name, draft.registry.projects)
    return UnknownNameError(seq=seq, project=named_by, kind="project", name=name, suggestions=suggestions)


def _identity_faults(draft: Draft) -> Iterator[RuleError]:
    """
    Ids, names and aliases that repeat, references to nothing, registrations taken away.
    """
    for project, seq in draft.registered.items():
        entries = draft.history.of_project(project)
        live = [e for e in entries if isinstance(e.event, ProjectRegistered) and draft.history.is_live(e)]
        if len(live) > 1:
            yield DuplicateNameError(
                seq=live[-1].seq, project=project, kind="project", name=project, holder=f"#{live[0].seq}"
            )
        known = draft.registry.projects.get(project)
        if known is None:
            yield from _reference_faults(draft, project, seq, entries)
            continue
        for name in known.names:
            others = [holder for holder in draft.registry.holders(name) if holder != project]
            # Of two new holders only the later one is refused.
            if others and draft.registered.get(others[0], -1) < seq:
                yield DuplicateNameError(seq=seq, project=project, kind="name", name=name, holder=others[0])
        others = [relation.project for relation in known.related]
        for other in [*others, *([known.member_of] if known.member_of else [])]:
            if other not in draft.registry.projects:
                yield _unknown_project(draft, seq, other, named_by=project)


def _reference_faults(draft: Draft, project: str, seq: int, entries: Sequence[Entry]) -> Iterator[RuleError]:
    """
    A registration was retracted and nothing registers the project anew.
    """
    registrations = [
        entry
        for entry in entries
        if isinstance(entry.event, ProjectRegistered)
        and all(retraction.seq >= draft.first for retraction in draft.history.retractions(entry.seq))
    ]
    if not registrations:
        yield _unknown_project(draft, seq, project)
        return
    referring = [
        entry
        for entry in entries
        if not isinstance(entry.event, ProjectRegistered) and not _is_slip(draft, entry)
    ]
    related = any(
        project in {relation.project for relation in other.related}
        for other in draft.registry.projects.values()
    )
    if referring or related or draft.registry.members(project):
        yield RetractionError(seq=seq, project=project, target=registrations[-1].seq, fault="referenced")


def _membership_faults(draft: Draft) -> Iterator[RuleError]:
    """
    Batches that nest, that are no batches, or that hold more members than they are.
    """
    for project, seq in draft.registered.items():
        known = draft.registry.projects.get(project)
        if known is None:
            continue
        if known.member_of is not None and (batch := draft.registry.projects.get(known.member_of)):
            if batch.size == 1:
                yield MembershipError(seq=seq, project=project, batch=batch.id, fault="not_a_batch")
            if batch.member_of is not None or draft.registry.members(project):
                yield MembershipError(seq=seq, project=project, batch=batch.id, fault="nested")
        for root in dict.fromkeys((project, known.member_of)):
            batch = draft.registry.projects.get(root or "")
            members = [draft.registry.projects[m] for m in draft.registry.members(root or "")]
            if batch is None or not members:
                continue
            if batch.size is not None and sum(member.size or 1 for member in members) > batch.size:
                yield MembershipError(seq=seq, project=project, batch=batch.id, fault="too_many")
            if root == project and batch.size == 1:
                yield MembershipError(seq=seq, project=project, batch=batch.id, fault="not_a_batch")


def _quantity_faults(draft: Draft) -> Iterator[RuleError]:
    """
    Quantities that the size of their project does not allow.
    """
    resized = (
        entry
        for project in draft.registered
        for entry in takewhile(lambda entry: entry.seq < draft.first, draft.history.of_project(project))
    )
    for entry in concat(draft.new, resized):
        event = entry.event
        if not isinstance(event, Quantified) or event.quantity is None:
            continue
        project = draft.registry.projects.get(event.project)
        if project is None or _is_slip(draft, entry):
            continue
        least = 0 if isinstance(event, MilestonePending) else 1
        most = None if project.size is None else project.size - 1
        if project.size == 1 or event.quantity < least or (most is not None and event.quantity > most):
            seq = entry.seq if entry.seq >= draft.first else draft.registered[event.project]
            yield QuantityError(
                seq=seq,
                project=event.project,
                milestone=event.milestone,
                quantity=event.quantity,
                size=project.size,
                allowed="—" if project.size == 1 else f"{least}..{'' if most is None else most}",
            )


def contradictions(draft: Draft) -> Iterator[RuleError]:
    """
    Evidence under which a milestone would be reached after it was, or by more than there are, in any view.

    Views hold more evidence the later they are published, except where a published correction
    takes some away; so it suffices to look at hindsight and at the day before each correction.
    """
    seen: set[tuple[int, int]] = set()
    crowded: set[str] = set()
    groups = dict.fromkeys(group_of(draft.registry, project) for project in draft.touched)
    for group in groups:
        for viewpoint in () if agrees(draft, group) else _viewpoints(draft, group):
            ladders = fold_group(draft.registry, draft.history, group, viewpoint)
            for project, of_project in ladders.items():
                for milestone, ladder in of_project.items():
                    crowd = next((f for f in ladder.upper if f.quantity > ladder.whole), None)
                    if crowd is not None and project not in crowded:
                        crowded.add(project)
                        yield _too_many(draft, project, crowd)
                    for quantity, lower, upper in ladder.contradictions():
                        pair = (lower.entries[0].seq, upper.entries[0].seq)
                        if pair not in seen:
                            seen.add(pair)
                            whole = None if quantity == ladder.whole else quantity
                            yield _contradiction(
                                draft, project, milestone, quantity=whole, lower=lower, upper=upper
                            )


def agrees(draft: Draft, group: Sequence[str]) -> bool:
    """
    Whether a project that stands alone is plainly free of contradictions, whatever the view.

    It is if all that was ever said of it agrees: no view holds more. ``False`` may mean anything.
    """
    programme = draft.registry.programme
    if programme is None or len(group) != 1:
        return False
    since: dict[str, date] = {}  # the earliest day that its own statements leave to each milestone
    until: dict[str, date] = {}  # and the latest
    for entry in draft.history.of_project(group[0]):
        event = entry.event
        if not isinstance(event, Evidence) or event.contested:
            continue
        if event.quantity is not None:
            return False
        milestone = event.milestone
        if isinstance(event, MilestoneAchieved):
            earliest, latest = event.occurred.earliest, event.occurred.latest
        else:
            earliest, latest = day_after(event.on), None
        if earliest is not None and (milestone not in since or earliest > since[milestone]):
            since[milestone] = earliest
        if latest is not None and (milestone not in until or latest < until[milestone]):
            until[milestone] = latest
    return not any(
        since[earlier] > latest
        for milestone, latest in until.items()
        for earlier in programme.before(milestone) & since.keys()
    )


def _viewpoints(draft: Draft, group: Sequence[str]) -> list[Viewpoint]:
    corrections = {
        retraction.published_on
        for project in group
        for entry in draft.history.of_project(project)
        for retraction in draft.history.retractions(entry.seq)
        if retraction.published_on is not None
    }
    return [HINDSIGHT, *(Viewpoint(published_by=day_before(day)) for day in sorted(corrections))]


def _last_new(draft: Draft, project: str, entries: Iterable[Entry]) -> int:
    """
    The last new one of ``entries``; if none is new, what the commit says last of the project.
    """
    new = [entry.seq for entry in entries if entry.seq >= draft.first]
    return max(new) if new else draft.touched.get(project, max(draft.touched.values()))


def _too_many(draft: Draft, batch: str, crowd: Fact) -> MembershipError:
    """
    More units of the members, some of unknown size, had reached a milestone than the batch has.
    """
    return MembershipError(
        seq=_last_new(draft, batch, crowd.entries),
        project=project_of(crowd.entries[-1].event),
        batch=batch,
        fault="too_many",
    )


def _contradiction(
    draft: Draft, project: str, milestone: str, *, quantity: int | None, lower: Fact, upper: Fact
) -> ContradictionError:
    return ContradictionError(
        seq=_last_new(draft, project, (*lower.entries, *upper.entries)),
        project=project,
        milestone=milestone,
        quantity=quantity,
        lo=lower.day.isoformat(),
        hi=upper.day.isoformat(),
        lower=describe(lower.entries[0]),
        upper=describe(upper.entries[0]),
        lower_seq=lower.entries[0].seq,
        upper_seq=upper.entries[0].seq,
    )
