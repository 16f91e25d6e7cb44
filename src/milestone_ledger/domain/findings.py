"""
Findings: what is not refused, but what a person should look at. Values, never exceptions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from difflib import SequenceMatcher
from enum import StrEnum

from attrs import frozen

from milestone_ledger.domain.bounds import Answer, Ladder, by_publication
from milestone_ledger.domain.dates import day_after, day_before
from milestone_ledger.domain.events import (
    Activity,
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    Comparator,
    MilestoneAchieved,
    MilestonePending,
    PromiseMade,
    RelationKind,
    SourceKind,
    StatementNoted,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.promises import Chain, Judgement, Verdict, is_after_achievement, status_key
from milestone_ledger.domain.registry import Project, Registry, name_key
from milestone_ledger.domain.totals import TotalState


class FindingKind(StrEnum):
    """
    What there is to look at.
    """

    PROMISED_AFTER_ACHIEVED = "promised_after_achieved"
    ANSWERED_OTHERWISE = "answered_otherwise"
    WITHDRAWN_AND_PROMISED_ANEW = "withdrawn_and_promised_anew"
    SOURCES_DISAGREE = "sources_disagree"
    CONTESTED_WITHOUT_OPPONENT = "contested_without_opponent"
    RESUMED_WITHOUT_SUSPENSION = "resumed_without_suspension"
    REINSTATED_WITHOUT_CANCELLATION = "reinstated_without_cancellation"
    PROGRESS_AFTER_CANCELLATION = "progress_after_cancellation"
    CLEARED_WITHOUT_BLOCKER = "cleared_without_blocker"
    IN_USE_WITHOUT_HANDOVER = "in_use_without_handover"
    OUTSIDE_LIFECYCLE = "outside_lifecycle"
    NO_RESPONSIBLE_UNIT = "no_responsible_unit"
    TOTAL_NOT_ITEMISED = "total_not_itemised"
    TOTAL_TOO_LOW = "total_too_low"
    NAMES_LOOK_ALIKE = "names_look_alike"
    NOT_MENTIONED_AGAIN = "not_mentioned_again"


@frozen(kw_only=True)
class Finding:
    """
    One thing to look at, with the entries that show it, by (``published_on``, ``seq``).

    ``others`` names what else it concerns: another project, a milestone, an uncovered period.
    """

    kind: FindingKind
    project: str | None = None
    milestone: str | None = None
    others: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()


@frozen(kw_only=True)
class Subject:
    """
    One project as seen from a viewpoint on a day: what the findings about it are drawn from.

    ``entries`` are its live entries; ``chains`` come with the judgement of their baseline.
    """

    project: Project
    entries: Sequence[Entry]
    ladders: Mapping[str, Ladder]
    chains: Sequence[tuple[Chain, Judgement]]


def findings(
    subjects: Sequence[Subject],
    totals: Iterable[TotalState],
    registry: Registry,
    *,
    as_of: date,
    in_force: date,
    opponents_of: Callable[[Entry], tuple[Entry, ...]],
) -> tuple[Finding, ...]:
    """
    Every finding, by kind, then in the order of the projects.

    Plans count if published by ``in_force``; ``opponents_of`` tells what a contested entry disagrees with.
    """
    programme = registry.programme
    if programme is None:
        return ()
    found: list[Finding] = []
    for subject in subjects:
        found += _promise_findings(subject, programme)
        found += _contested_findings(subject, opponents_of)
        found += _activity_findings(subject)
        found += _lifecycle_findings(subject, programme, as_of)
    found += [finding for state in totals for finding in _total_findings(state)]
    found += _look_alikes([subject.project for subject in subjects])
    found += _not_mentioned_again(subjects, registry, in_force)
    order = list(FindingKind)
    return tuple(sorted(found, key=lambda finding: order.index(finding.kind)))


def _promise_findings(subject: Subject, programme: Programme) -> Iterator[Finding]:
    """
    Promises made too late, answered with something else, made anew, or that name nobody.
    """
    name = subject.project.id
    achieved = [
        e for e in subject.entries if isinstance(e.event, MilestoneAchieved) and not e.event.contested
    ]
    seen_segments: dict[tuple[str | None, int | None], Chain] = {}
    for chain, judgement in subject.chains:
        if not chain.responsible:
            yield Finding(
                kind=FindingKind.NO_RESPONSIBLE_UNIT,
                project=name,
                milestone=chain.milestone,
                entries=chain.promises,
            )
        if chain.milestone is None or chain.is_effort:
            continue
        bounds = subject.ladders[chain.milestone].bounds(chain.quantity)
        late = [promise for promise in chain.promises if is_after_achievement(promise, bounds)]
        if late:
            yield Finding(
                kind=FindingKind.PROMISED_AFTER_ACHIEVED,
                project=name,
                milestone=chain.milestone,
                entries=(*late, *bounds.hi_entries),
            )
        key = (chain.milestone, chain.quantity)
        if key in seen_segments:
            yield Finding(
                kind=FindingKind.WITHDRAWN_AND_PROMISED_ANEW,
                project=name,
                milestone=chain.milestone,
                entries=(seen_segments[key].current, *chain.withdrawals, chain.baseline),
            )
        seen_segments[key] = chain
        if judgement.verdict.is_undetermined and bounds.hi is None:
            # Nothing proves this milestone, so what was reported since is about another one.
            # A step before the one promised is honest progress, and no answer is due before the deadline.
            answers = [
                entry
                for entry in achieved
                if _milestone(entry) not in programme.before(chain.milestone)
                and _published(entry) > _due(judgement)
            ]
            if answers:
                yield Finding(
                    kind=FindingKind.ANSWERED_OTHERWISE,
                    project=name,
                    milestone=chain.milestone,
                    others=tuple(dict.fromkeys(_milestone(entry) for entry in answers)),
                    entries=(chain.baseline, *answers),
                )


def _due(judgement: Judgement) -> date:
    deadline = judgement.deadline
    return date.max if deadline is None or deadline.earliest is None else deadline.earliest


def _published(entry: Entry) -> date:
    return entry.published_on or date.min


def _milestone(entry: Entry) -> str:
    return str(getattr(entry.event, "milestone", ""))


def _contested_findings(
    subject: Subject, opponents_of: Callable[[Entry], tuple[Entry, ...]]
) -> Iterator[Finding]:
    """
    Contested entries: with the statements that they disagree with, or without any.
    """
    for entry in subject.entries:
        event = entry.event
        if isinstance(event, MilestoneAchieved | MilestonePending) and event.contested:
            opponents = opponents_of(entry)
            yield Finding(
                kind=FindingKind.SOURCES_DISAGREE if opponents else FindingKind.CONTESTED_WITHOUT_OPPONENT,
                project=subject.project.id,
                milestone=event.milestone,
                entries=(entry, *opponents),
            )


def _activity_findings(subject: Subject) -> Iterator[Finding]:
    """
    Changes of activity that answer no other, and progress after a cancellation.
    """
    statuses = sorted((e for e in subject.entries if isinstance(e.event, ActivityChanged)), key=status_key)
    suspended = cancelled = False
    stops: list[tuple[Entry, date, date]] = []
    for entry in statuses:
        event = entry.event
        if not isinstance(event, ActivityChanged):
            continue
        if event.activity is Activity.RESUMED and not suspended:
            yield _about(subject, FindingKind.RESUMED_WITHOUT_SUSPENSION, entry)
        if event.activity is Activity.REINSTATED and not cancelled:
            yield _about(subject, FindingKind.REINSTATED_WITHOUT_CANCELLATION, entry)
        if event.activity in (Activity.SUSPENDED, Activity.RESUMED):
            suspended = event.activity is Activity.SUSPENDED
        else:
            was_cancelled, cancelled = cancelled, event.activity is Activity.CANCELLED
            if cancelled and not was_cancelled:
                stops.append((entry, event.on, date.max))
            elif was_cancelled and not cancelled:
                stops[-1] = (*stops[-1][:2], event.on)
    for cancellation, first, last in stops:
        after = [e for e in subject.entries if _lies_within(e, first, last)]
        if after:
            yield _about(subject, FindingKind.PROGRESS_AFTER_CANCELLATION, cancellation, *after)
    raised = {e.event.ref for e in subject.entries if isinstance(e.event, BlockerRaised)}
    for entry in subject.entries:
        if isinstance(entry.event, BlockerCleared) and entry.event.ref not in raised:
            yield _about(subject, FindingKind.CLEARED_WITHOUT_BLOCKER, entry)


def _lies_within(entry: Entry, first: date, last: date) -> bool:
    """
    Whether an entry says that something was reached after ``first`` and before ``last``, whatever the day.
    """
    event = entry.event
    if not isinstance(event, MilestoneAchieved) or event.occurred.earliest is None:
        return False
    return event.occurred.earliest > first and (event.occurred.latest or date.max) < last


def _about(subject: Subject, kind: FindingKind, *entries: Entry) -> Finding:
    return Finding(kind=kind, project=subject.project.id, entries=entries)


def _lifecycle_findings(subject: Subject, programme: Programme, as_of: date) -> Iterator[Finding]:
    """
    Milestones that the delivery mode does not expect, and use without evidence of hand-over.
    """
    lifecycle = programme.lifecycle(subject.project.delivery)
    if lifecycle is None:
        return
    outside: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in subject.entries:
        if isinstance(entry.event, MilestoneAchieved | MilestonePending | PromiseMade | StatementNoted):
            milestone = entry.event.milestone
            if milestone is not None and milestone not in lifecycle.milestones:
                outside[milestone].append(entry)
    for milestone, entries in outside.items():
        yield Finding(
            kind=FindingKind.OUTSIDE_LIFECYCLE,
            project=subject.project.id,
            milestone=milestone,
            others=(lifecycle.delivery,),
            entries=tuple(entries),
        )
    if {"in_use", "handed_over"} <= set(lifecycle.milestones):
        in_use = subject.ladders["in_use"].bounds()
        handed_over = subject.ladders["handed_over"].bounds()
        if in_use.answer(as_of) is Answer.YES and handed_over.answer(as_of) is not Answer.YES:
            yield Finding(
                kind=FindingKind.IN_USE_WITHOUT_HANDOVER,
                project=subject.project.id,
                milestone="handed_over",
                entries=in_use.hi_entries,
            )


def _total_findings(state: TotalState) -> Iterator[Finding]:
    """
    A total that names more than the ledger can, or fewer than it is certain of.
    """
    event, kinds = state.event, []
    if event.comparator is not Comparator.AT_MOST and state.itemised < event.count:
        kinds.append(FindingKind.TOTAL_NOT_ITEMISED)
    exact = event.comparator in (Comparator.EXACTLY, Comparator.AT_MOST)
    if exact and state.certain is not None and state.certain > event.count:
        kinds.append(FindingKind.TOTAL_TOO_LOW)
    for kind in kinds:
        yield Finding(kind=kind, others=(event.what,), entries=(state.entry,))


# What became of these promises is known: no later plan needs to speak of them.
_CLOSED = {Verdict.KEPT, Verdict.KEPT_LATE, Verdict.WITHDRAWN}
_ALIKE = 0.8
# Names that begin or end like more than so many others are told apart by what is between.
_COMMON = 100


def _look_alikes(projects: Sequence[Project]) -> Iterator[Finding]:
    """
    Pairs of projects with names that look alike, unless they are said to be related.

    Names are compared within groups that share their first three or last six characters; a beginning or
    end that more than a hundred names share tells nothing and is passed over, so the cost stays linear.
    """
    related = {
        frozenset((project.id, relation.project))
        for project in projects
        for relation in project.related
        if relation.kind is not RelationKind.PERHAPS_SAME
    }
    related |= {frozenset((p.id, p.member_of)) for p in projects if p.member_of is not None}
    groups: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for project in projects:
        key = name_key(project.name)
        for ends in {"^" + key[:3], "$" + key[-6:]}:
            groups[ends][project.id] = key
    seen: set[frozenset[str]] = set()
    for group in groups.values():
        items = list(group.items())
        if len(items) > _COMMON:
            continue
        for place, (one, name) in enumerate(items):
            matcher = SequenceMatcher(None, "", name, autojunk=False)
            for two, other in items[place + 1 :]:
                pair = frozenset((one, two))
                if pair in seen or pair in related:
                    continue
                matcher.set_seq1(other)
                if matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE:
                    seen.add(pair)
                    yield Finding(kind=FindingKind.NAMES_LOOK_ALIKE, project=one, others=(two,))


def _not_mentioned_again(
    subjects: Sequence[Subject], registry: Registry, in_force: date
) -> Iterator[Finding]:
    """
    Promised projects, not known to be finished, that a plan after their last mention passes over (未再提).

    A project is mentioned with its batch and with its members. Says when it last was, and which periods no
    registered plan covers; never that it was dropped or cancelled.
    """
    plans = [
        source
        for source in registry.sources.values()
        if source.kind is SourceKind.PLAN and source.published_on <= in_force
    ]
    gaps = uncovered_periods([(p.period.first, p.period.last) for p in plans if p.period])
    newest = max((plan.published_on for plan in plans), default=date.min)
    mentions = {
        subject.project.id: [entry for entry in subject.entries if _published(entry) <= in_force]
        for subject in subjects
    }
    for subject in subjects:
        verdicts = {judgement.verdict for chain, judgement in subject.chains if not chain.is_effort}
        if not verdicts - _CLOSED:
            continue
        project = subject.project
        related = (project.id, project.member_of or "", *registry.members(project.id))
        mentioned = [entry for name in related for entry in mentions.get(name, ())]
        last_day = max(map(_published, mentioned), default=date.max)
        if newest > last_day:
            yield Finding(
                kind=FindingKind.NOT_MENTIONED_AGAIN,
                project=project.id,
                others=gaps,
                entries=by_publication(entry for entry in mentioned if _published(entry) == last_day),
            )


def uncovered_periods(periods: Iterable[tuple[date, date]]) -> tuple[str, ...]:
    """
    The gaps between periods (both ends included), as ``first..last``, in order.
    """
    gaps: list[str] = []
    reach: date | None = None
    for first, last in sorted(periods):
        if reach is not None and first > day_after(reach):
            gaps.append(f"{day_after(reach)}..{day_before(first)}")
        reach = last if reach is None else max(reach, last)
    return tuple(gaps)
