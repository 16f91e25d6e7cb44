"""
Plan against plan: what later plans make of what an earlier one promised.

A later plan that passes over a project proves nothing: it was not mentioned again, as far as plans are
registered, and neither dropped nor cancelled.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from attrs import evolve, frozen

from milestone_ledger.domain.bounds import by_publication
from milestone_ledger.domain.events import PromiseMade, RelationKind, SourceKind, Statement
from milestone_ledger.domain.findings import Subject, uncovered_periods
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Chain, Judgement, Verdict
from milestone_ledger.domain.registry import Registry
from milestone_ledger.metrics.batches import told_twice

# What became of these promises is known: no later plan needs to speak of them.
_CLOSED = (Verdict.KEPT, Verdict.KEPT_LATE, Verdict.WITHDRAWN)


class Sequel(StrEnum):
    """
    What later plans say of a promise; the first that applies.

    ``CARRIED_OVER``: the same project and milestone for a later day (结转). ``CONFIRMED``: for the same day.
    ``BROUGHT_FORWARD``: for an earlier one. ``OTHERWISE``: the project, with another milestone or number, or
    without a date. ``UNDER_RELATED``: a project that is said to be related, its batch or its members.
    ``SETTLED``: nothing, and what became of it is known. ``NOT_MENTIONED``: nothing (未再提).
    """

    CARRIED_OVER = "carried_over"
    CONFIRMED = "confirmed"
    BROUGHT_FORWARD = "brought_forward"
    OTHERWISE = "otherwise"
    UNDER_RELATED = "under_related"
    SETTLED = "settled"
    NOT_MENTIONED = "not_mentioned"


@frozen(kw_only=True)
class FollowedPromise:
    """
    One judged promise of a plan, and its ``sequel`` in later plans.

    ``later`` are the entries of later plans that say so, ``last_mention`` those of the last day on which any
    document spoke of the project, its batch, its members or a related project, both by (``published_on``,
    ``seq``); ``verdict`` is that on the chain's baseline. ``related`` names the projects that ``later``
    speaks of instead. ``counts_with_batch``: the plan promises the same of the batch for the same day.
    """

    project: str
    milestone: str
    quantity: int | None
    promise: Entry
    verdict: Verdict
    sequel: Sequel
    related: tuple[str, ...]
    later: tuple[Entry, ...]
    last_mention: tuple[Entry, ...]
    counts_with_batch: bool = False


@frozen(kw_only=True)
class FollowedPlan:
    """
    A plan that others followed, with every judged promise that it makes, in the order of the projects.

    ``uncovered`` are the periods between the plans' own that no registered plan covers, as ``first..last``.
    """

    plan: str
    later: tuple[str, ...]
    uncovered: tuple[str, ...]
    promises: tuple[FollowedPromise, ...]

    @property
    def counted(self) -> tuple[FollowedPromise, ...]:
        """
        The promises, without those of members that count with their batch.
        """
        return tuple(promise for promise in self.promises if not promise.counts_with_batch)

    @property
    def sequels(self) -> Mapping[Sequel, int]:
        """
        How many promises have each sequel; together they are all that are ``counted``.
        """
        counted = Counter(promise.sequel for promise in self.counted)
        return {sequel: counted[sequel] for sequel in Sequel}


def followed_plans(
    subjects: Sequence[Subject], registry: Registry, *, in_force: date
) -> tuple[FollowedPlan, ...]:
    """
    Every plan that a later one followed, by publication; counts are of judged promises, 0 or more.

    A member counts only where the plan doesn't promise the same of its batch. Only what was published by
    ``in_force`` counts. Where several later plans promise the same, the first tells the sequel.
    Source: our own; the rule is that of the finding 未再提.
    It can't tell what plans say that are not registered, nor what a project became under another name
    that nobody recorded as related.
    """
    plans = sorted(
        (
            source
            for source in registry.sources.values()
            if source.kind is SourceKind.PLAN and source.published_on <= in_force
        ),
        key=lambda source: (source.published_on, source.source),
    )
    periods = [(plan.period.first, plan.period.last) for plan in plans if plan.period]
    uncovered = uncovered_periods(periods)
    reader = _Reader(subjects, registry, in_force)
    found = []
    for plan in plans:
        later = tuple(other.source for other in plans if other.published_on > plan.published_on)
        if later:
            found.append(
                FollowedPlan(
                    plan=plan.source,
                    later=later,
                    uncovered=uncovered,
                    promises=_with_batches(
                        [
                            reader.followed(chain, judgement, promise, frozenset(later))
                            for subject in subjects
                            for chain, judgement in subject.chains
                            if (promise := _promised_in(chain, plan.source)) is not None
                        ],
                        registry,
                    ),
                )
            )
    return tuple(found)


def _with_batches(promises: Sequence[FollowedPromise], registry: Registry) -> tuple[FollowedPromise, ...]:
    """
    The promises of a plan, with those of members marked that it makes of their whole batch too.
    """
    made = {
        (promise.project, (promise.milestone, _deadline(promise.promise)))
        for promise in promises
        if promise.quantity is None
    }
    of_members = {of_member for of_member, _ in told_twice(made, registry)}

    def counts_with_batch(promise: FollowedPromise) -> bool:
        said = promise.project, (promise.milestone, _deadline(promise.promise))
        return promise.quantity is None and said in of_members

    return tuple(evolve(promise, counts_with_batch=counts_with_batch(promise)) for promise in promises)


def _promised_in(chain: Chain, plan: str) -> Entry | None:
    """
    The promise that ``plan`` makes in a judged chain, if any.
    """
    if chain.is_effort:
        return None
    return next((promise for promise in chain.promises if _statement(promise).source == plan), None)


class _Reader:
    """
    What documents say of each project, and of those that stand close to it.
    """

    def __init__(self, subjects: Sequence[Subject], registry: Registry, in_force: date) -> None:
        self._entries = {
            subject.project.id: [entry for entry in subject.entries if _published(entry) <= in_force]
            for subject in subjects
        }
        self._registry = registry
        self._related: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for project in registry.projects.values():
            for relation in project.related:
                if relation.kind is not RelationKind.NOT_SAME:
                    self._related[project.id][relation.project] = None
                    self._related[relation.project][project.id] = None

    def followed(
        self, chain: Chain, judgement: Judgement, promise: Entry, plans: frozenset[str]
    ) -> FollowedPromise:
        """
        What ``plans``, all later than the one that makes ``promise``, say of it.
        """
        own = self._said(chain.project, plans)
        close = self._close(chain.project)
        related = tuple(name for name in close if self._said(name, plans))
        same = sorted(
            (entry for entry in own if _is_same(entry, chain)),
            key=lambda entry: (_published(entry), *_deadline(entry), *_place(entry)),
        )
        later = same or own or [entry for name in related for entry in self._said(name, plans)]
        if same:
            sequel = _moved(promise, same[0])
        elif own:
            sequel = Sequel.OTHERWISE
        elif related:
            sequel = Sequel.UNDER_RELATED
        else:
            sequel = Sequel.SETTLED if judgement.verdict in _CLOSED else Sequel.NOT_MENTIONED
        mentions = [entry for name in (chain.project, *close) for entry in self._entries.get(name, ())]
        last = max(map(_published, mentions))
        assert chain.milestone is not None  # noqa: S101 (judged chains name one)
        return FollowedPromise(
            project=chain.project,
            milestone=chain.milestone,
            quantity=chain.quantity,
            promise=promise,
            verdict=judgement.verdict,
            sequel=sequel,
            related=related if sequel is Sequel.UNDER_RELATED else (),
            later=by_publication(later),
            last_mention=by_publication(entry for entry in mentions if _published(entry) == last),
        )

    def _close(self, project: str) -> tuple[str, ...]:
        """
        The batch and the members of a project, and what it is said to be related to.
        """
        batch = self._registry.projects[project].member_of
        kin = ((batch,) if batch is not None else ()) + self._registry.members(project)
        return tuple(dict.fromkeys((*kin, *self._related[project])))

    def _said(self, project: str, plans: frozenset[str]) -> list[Entry]:
        return [entry for entry in self._entries.get(project, ()) if _statement(entry).source in plans]


def _is_same(entry: Entry, chain: Chain) -> bool:
    event = entry.event
    return (
        isinstance(event, PromiseMade)
        and event.is_judged
        and (event.milestone, event.quantity) == (chain.milestone, chain.quantity)
    )


def _moved(earlier: Entry, later: Entry) -> Sequel:
    before, after = _deadline(earlier), _deadline(later)
    if before == after:
        return Sequel.CONFIRMED
    return Sequel.CARRIED_OVER if after > before else Sequel.BROUGHT_FORWARD


def _deadline(entry: Entry) -> tuple[date, date]:
    """
    The last and the first day that the deadline of a judged promise may mean.
    """
    event = entry.event
    assert isinstance(event, PromiseMade) and event.deadline is not None  # noqa: S101, PT018 (judged promises only)
    first, last = event.deadline.earliest, event.deadline.latest
    assert first is not None and last is not None  # noqa: S101, PT018 (decide refuses open ends)
    return last, first


def _statement(entry: Entry) -> Statement:
    assert isinstance(entry.event, Statement)  # noqa: S101 (only statements speak of a project)
    return entry.event


def _place(entry: Entry) -> tuple[str, str]:
    return _statement(entry).source, _statement(entry).locator


def _published(entry: Entry) -> date:
    return entry.published_on or date.min
