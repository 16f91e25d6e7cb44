"""
The fate of promises: chains, segments and verdicts (docs/reference/verdicts.md).

A chain holds all judged promises for one (project, milestone, quantity), in the order of their
publication, until a withdrawal closes it; a later promise then opens the next segment.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from enum import StrEnum

from attrs import frozen

from milestone_ledger.domain.bounds import Bounds, by_publication
from milestone_ledger.domain.dates import UncertainDate, add_days
from milestone_ledger.domain.events import (
    Activity,
    ActivityChanged,
    Firmness,
    PromiseMade,
    PromiseWithdrawn,
    Statement,
)
from milestone_ledger.domain.history import Entry


class Verdict(StrEnum):
    """
    What became of a promise by a day.
    """

    EFFORT = "effort"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"
    NOT_DUE = "not_due"
    KEPT_LATE = "kept_late"
    OVERDUE = "overdue"
    DATE_UNKNOWN = "date_unknown"
    UNVERIFIED = "unverified"

    @property
    def is_broken(self) -> bool:
        """
        Proven not to have been reached in time.
        """
        return self in (Verdict.KEPT_LATE, Verdict.OVERDUE)

    @property
    def is_undetermined(self) -> bool:
        """
        Due, and neither kept nor broken as far as the evidence says.
        """
        return self in (Verdict.DATE_UNKNOWN, Verdict.UNVERIFIED)

    @property
    def is_settled(self) -> bool:
        """
        Kept, or due and in force: what counts in the shares of promises (docs/reference/verdicts.md).
        """
        return self is Verdict.KEPT or self.is_broken or self.is_undetermined


@frozen(kw_only=True)
class Need:
    """
    The evidence that would decide an undetermined promise.

    It would be kept if ``milestone`` was reached on or before ``kept_by``, broken if it was still
    pending on ``broken_if_pending_on``.
    """

    milestone: str
    quantity: int | None
    kept_by: date
    broken_if_pending_on: date


@frozen(kw_only=True)
class Judgement:
    """
    A verdict, the deadline that was judged, and the entries that the verdict rests on.

    ``entries`` holds the promise itself first, then the evidence by (``published_on``, ``seq``).
    ``need`` is given if the verdict is undetermined.
    """

    verdict: Verdict
    deadline: UncertainDate | None
    entries: tuple[Entry, ...]
    need: Need | None = None


@frozen(kw_only=True)
class Chain:
    """
    The promises for one project, milestone and quantity within one segment, by publication.

    ``segment`` counts from 1. ``withdrawals`` are all withdrawals of the same project, milestone and
    quantity that are in force. A chain of efforts alone holds promises that are never judged.
    """

    project: str
    milestone: str | None
    quantity: int | None
    segment: int
    promises: tuple[Entry, ...]
    withdrawals: tuple[Entry, ...] = ()

    @property
    def baseline(self) -> Entry:
        """
        The first promise: what the chain is judged by.
        """
        return self.promises[0]

    @property
    def current(self) -> Entry:
        """
        The last promise.
        """
        return self.promises[-1]

    @property
    def revisions(self) -> tuple[Entry, ...]:
        """
        The promises that moved the deadline; the same deadline said again is a confirmation.
        """
        moved = []
        for earlier, later in zip(self.promises, self.promises[1:], strict=False):
            if _promise(earlier).deadline != _promise(later).deadline:
                moved.append(later)
        return tuple(moved)

    @property
    def firmness(self) -> Firmness:
        """
        How firm the baseline is.
        """
        return _promise(self.baseline).firmness

    @property
    def is_effort(self) -> bool:
        """
        Whether it promises nothing that can be judged.
        """
        return not _promise(self.baseline).is_judged

    @property
    def responsible(self) -> tuple[str, ...]:
        """
        The units that the first promise which names any makes responsible, in its order.
        """
        named = (_promise(entry).responsible for entry in self.promises)
        return next((units for units in named if units), ())


def _promise(entry: Entry) -> PromiseMade:
    assert isinstance(entry.event, PromiseMade)  # noqa: S101 (chains are built of promises only)
    return entry.event


def _published(entry: Entry) -> date:
    return entry.published_on or date.min


_FIRMNESS_RANK = {firmness: rank for rank, firmness in enumerate(Firmness)}


def _promise_key(entry: Entry) -> tuple[object, ...]:
    """
    The order of promises: by publication, ties by content and never by ``seq``.
    """
    event = _promise(entry)
    deadline = event.deadline
    ends = (None, None) if deadline is None else (deadline.latest, deadline.earliest)
    return (
        _published(entry),
        *((end or date.max) for end in ends),
        event.source,
        event.locator,
        _FIRMNESS_RANK[event.firmness],
        event.responsible,
        event.ref,
        event.note,
    )


def is_after_achievement(promise: Entry, bounds: Bounds) -> bool:
    """
    Whether ``promise`` was published after its milestone was reached, as ``bounds`` prove.
    """
    return bounds.hi is not None and bounds.hi < _published(promise)


def in_force_by(as_of: date, published_by: date | None) -> date:
    """
    The last publication day of promises and withdrawals that count: the earlier of the two.
    """
    return as_of if published_by is None else min(as_of, published_by)


def chains(acts: Iterable[Entry], *, in_force: date) -> tuple[Chain, ...]:
    """
    Build the chains of one project from its live entries.

    Only what was published by ``in_force`` counts. Ordered by first publication, then milestone,
    quantity and segment; chains of effort after those that can be judged.
    """
    promised: defaultdict[tuple[str | None, int | None, bool], list[Entry]] = defaultdict(list)
    withdrawn: defaultdict[tuple[str, int | None], list[Entry]] = defaultdict(list)
    for entry in acts:
        event = entry.event
        if _published(entry) > in_force:
            continue
        if isinstance(event, PromiseMade):
            promised[event.milestone, event.quantity, event.is_judged].append(entry)
        elif isinstance(event, PromiseWithdrawn):
            withdrawn[event.milestone, event.quantity].append(entry)
    found: list[Chain] = []
    for (milestone, quantity, is_judged), entries in promised.items():
        withdrawals = withdrawn.get((milestone, quantity), []) if milestone and is_judged else []
        closings = sorted({_published(entry) for entry in withdrawals})
        segments: defaultdict[int, list[Entry]] = defaultdict(list)
        for entry in sorted(entries, key=_promise_key):
            # A withdrawal closes what was promised before its own day.
            segments[sum(day <= _published(entry) for day in closings)].append(entry)
        found += [
            Chain(
                project=_promise(members[0]).project,
                milestone=milestone,
                quantity=quantity,
                segment=number,
                promises=tuple(members),
                withdrawals=by_publication(withdrawals),
            )
            for number, members in enumerate(segments.values(), start=1)
        ]
    return tuple(
        sorted(
            found,
            key=lambda c: (
                c.is_effort,
                _promise_key(c.baseline),
                c.milestone or "",
                c.quantity or 0,
                c.segment,
            ),
        )
    )


def status_key(entry: Entry) -> tuple[object, ...]:
    """
    The order of changes of activity: by day, publication and kind, then by content.
    """
    event = entry.event
    assert isinstance(event, ActivityChanged)  # noqa: S101 (only such entries are ordered by it)
    return event.on, _published(entry), event.activity.rank, *_place(entry)


def _place(entry: Entry) -> tuple[str, ...]:
    """
    Where a statement stands and what it adds: breaks ties among statements of one day, as ``seq`` never may.
    """
    event = entry.event
    assert isinstance(event, Statement)  # noqa: S101 (only acts are ordered by it)
    return event.source, event.locator, event.ref, event.note


def _withdrawal(chain: Chain, promise: Entry, statuses: Sequence[Entry], in_force: date) -> Entry | None:
    """
    What took ``promise`` back in time: a withdrawal of it, or the cancellation of its project.
    """
    deadline = _promise(promise).deadline
    first_day = None if deadline is None else deadline.earliest
    if first_day is None:
        return None
    in_time = [
        entry
        for entry in chain.withdrawals
        if _published(promise) < _published(entry) <= in_force and _published(entry) < first_day
    ]
    if in_time:
        return min(in_time, key=lambda entry: (_published(entry), *_place(entry)))
    counting = [
        entry
        for entry in statuses
        if isinstance(entry.event, ActivityChanged)
        and _published(entry) <= in_force
        and (
            entry.event.activity is Activity.REINSTATED
            or (entry.event.activity is Activity.CANCELLED and _published(entry) < first_day)
        )
    ]
    if counting:
        last = max(counting, key=status_key)
        if isinstance(last.event, ActivityChanged) and last.event.activity is Activity.CANCELLED:
            return last
    return None


def judge(
    chain: Chain,
    promise: Entry,
    bounds: Bounds,
    *,
    statuses: Sequence[Entry] = (),
    as_of: date,
    published_by: date | None = None,
    grace: int = 0,
) -> Judgement:
    """
    Judge one promise of ``chain`` at the end of ``as_of``; by the first rule that applies.

    Args:
        chain: The chain that ``promise`` belongs to.
        promise: Which promise of it, usually the baseline or the current one.
        bounds: Of its project and milestone, for the quantity promised.
        statuses: The live ``ActivityChanged`` entries of its project.
        as_of: The status day, included.
        published_by: Of the view, included; ``None`` is hindsight.
        grace: Days after the deadline that still count as in time, 0 or more.
    """
    event = _promise(promise)
    if not event.is_judged or event.deadline is None or event.milestone is None:
        return Judgement(verdict=Verdict.EFFORT, deadline=event.deadline, entries=(promise,))
    first_day, last_day = event.deadline.earliest, event.deadline.latest
    assert first_day is not None and last_day is not None  # noqa: S101, PT018 (decide refuses open ends)
    lo, hi = bounds.lo, bounds.hi
    in_time, late_after = add_days(first_day, grace), add_days(last_day, grace)
    reached = hi is not None and hi <= as_of
    taken_back = _withdrawal(chain, promise, statuses, in_force_by(as_of, published_by))

    def verdict(verdict: Verdict, *entries: Entry, need: Need | None = None) -> Judgement:
        return Judgement(
            verdict=verdict, deadline=event.deadline, entries=(promise, *by_publication(entries)), need=need
        )

    if reached and hi is not None and hi <= in_time:
        return verdict(Verdict.KEPT, *bounds.hi_entries)
    if taken_back is not None:
        return verdict(Verdict.WITHDRAWN, taken_back)
    if as_of < late_after and not reached:
        return verdict(Verdict.NOT_DUE)
    if lo is not None and lo > late_after:
        if reached:
            return verdict(Verdict.KEPT_LATE, *bounds.entries)
        return verdict(Verdict.OVERDUE, *bounds.lo_entries)
    need = Need(
        milestone=event.milestone, quantity=event.quantity, kept_by=in_time, broken_if_pending_on=late_after
    )
    if hi is not None:
        return verdict(Verdict.DATE_UNKNOWN, *bounds.entries, need=need)
    return verdict(Verdict.UNVERIFIED, *bounds.lo_entries, need=need)
