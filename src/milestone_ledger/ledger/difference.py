"""
Comparing two views of one ledger: what changed, and which entries changed it.

Usually two days, each as published by then: what was newly said, and what it did to states. Or two
positions of the log, seen from the same day: what recording did.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from milestone_ledger.domain.bounds import Answer, Ladder, by_publication
from milestone_ledger.domain.events import (
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    EntryRetracted,
    Event,
    IndicatorObserved,
    IndicatorTargeted,
    PromiseWithdrawn,
    Statement,
    StatementNoted,
    TotalReported,
    project_of,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Chain, in_force_by, is_after_achievement
from milestone_ledger.domain.registry import UNKNOWN_WHOLE
from milestone_ledger.domain.state import count_entries
from milestone_ledger.ledger.changes import (
    Changes,
    MilestoneMoved,
    Move,
    Point,
    ProjectListed,
    PromiseAct,
    PromiseSaid,
    Said,
    VerdictChanged,
)
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.ledger.states import PromiseState, Retracted
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.slips import revisions


def earlier(view: View, day: date) -> View:
    """
    The same look on another day, as published by then.
    """
    return attrs.evolve(view, as_of=day, viewpoint=attrs.evolve(view.viewpoint, published_by=day))


ChainKey = tuple[str, str | None, int | None, bool, int]


def compare(before: View, after: View) -> Changes:
    """
    What changed from one view to another of the same ledger.

    Both must be views of one history, or the later one's must continue the earlier one's.
    """
    difference = _Difference(before, after)
    return Changes(
        ledger=after.ledger,
        since=_point(before),
        until=_point(after),
        listed=Rows(difference.listed()),
        milestones=Rows(difference.milestones()),
        promises=Rows(difference.promises()),
        verdicts=Rows(difference.verdicts()),
        activity=Rows(difference.said(ActivityChanged)),
        blockers=Rows(difference.said(BlockerRaised, BlockerCleared)),
        notes=Rows(difference.said(StatementNoted)),
        totals=Rows(difference.said(TotalReported)),
        indicators=Rows(difference.said(IndicatorTargeted, IndicatorObserved)),
        retracted=Rows(difference.retracted()),
    )


def chain_key(state: PromiseState) -> ChainKey:
    """
    What a chain is known by in every view.
    """
    chain = state.chain
    return chain.project, chain.milestone, chain.quantity, chain.is_effort, chain.segment


def _point(view: View) -> Point:
    viewpoint = view.viewpoint
    return Point(as_of=view.as_of, published_by=viewpoint.published_by, recorded_by=viewpoint.recorded_by)


class _Difference:
    """
    Two views, and which entries count in one of them alone.
    """

    def __init__(self, before: View, after: View) -> None:
        self._before, self._after = before, after
        self._old = {entry.seq: entry for entry in before.live}
        self._new = {entry.seq: entry for entry in after.live}

    def _causes(self, before: Iterable[Entry], after: Iterable[Entry]) -> tuple[Entry, ...]:
        """
        What turned an answer that rested on ``before`` into one that rests on ``after``.

        Entries that newly count, and retractions of those that no longer do.
        """
        gone = (entry for entry in before if entry.seq not in self._new)
        return by_publication(
            (
                *(entry for entry in after if entry.seq not in self._old),
                *(retraction for entry in gone for retraction in self._retractions(entry)),
            )
        )

    def _retractions(self, entry: Entry) -> list[Entry]:
        return [
            retraction
            for retraction in self._after.history.retractions(entry.seq)
            if self._after.viewpoint.sees(retraction)
        ]

    def _published(self, *kinds: type[Event]) -> list[Entry]:
        """
        The entries of these kinds that newly count, by publication.
        """
        fresh = (entry for seq, entry in self._new.items() if seq not in self._old)
        return list(by_publication(entry for entry in fresh if isinstance(entry.event, kinds)))

    def said(self, *kinds: type[Event]) -> Iterator[Said]:
        for entry in self._published(*kinds):
            yield Said(project=project_of(entry.event), entry=entry)

    def listed(self) -> Iterator[ProjectListed]:
        known = set(self._before.listed)
        for project in self._after.listed:
            if project not in known:
                entries = (e for e in self._after.history.of_project(project) if e.seq in self._new)
                said = by_publication(entry for entry in entries if isinstance(entry.event, Statement))
                yield ProjectListed(project=project, entries=said)

    def milestones(self) -> Iterator[MilestoneMoved]:
        as_of = self._after.as_of
        for project, ladders in self._after.ladders.items():
            known = self._before.ladders.get(project, {})
            for milestone, ladder in ladders.items():
                old = known.get(milestone, Ladder(ladder.whole))
                move = _move(old, ladder, as_of)
                if move is None:
                    continue
                rests = _rests_on(old, as_of), _rests_on(ladder, as_of)
                # A batch that gets another member may change by its registration alone.
                entries = self._causes(*rests) or rests[1] or rests[0]
                yield MilestoneMoved(
                    project=project,
                    milestone=milestone,
                    move=move,
                    before=old.bounds(),
                    after=ladder.bounds(),
                    certain=(old.certain(as_of), ladder.certain(as_of)),
                    possible=(old.possible(as_of), ladder.possible(as_of)),
                    is_direct=any(self._speaks_of(entry, project, milestone) for entry in entries),
                    entries=entries,
                )

    def _speaks_of(self, entry: Entry, project: str, milestone: str) -> bool:
        event = entry.event
        if isinstance(event, EntryRetracted):
            target = self._after.history.get(event.target)
            return target is not None and self._speaks_of(target, project, milestone)
        return project_of(event) == project and getattr(event, "milestone", None) == milestone

    def promises(self) -> Iterator[PromiseSaid]:
        known = {entry.seq for state in self._before.promises() for entry in state.chain.promises}
        for state in self._after.promises():
            chain = state.chain
            moves = {revision.entry.seq: revision for revision in revisions(chain)}
            for entry in chain.promises:
                if entry.seq not in known:
                    act = PromiseAct.MOVED if entry.seq in moves else PromiseAct.CONFIRMED
                    yield PromiseSaid(
                        project=chain.project,
                        milestone=chain.milestone,
                        quantity=chain.quantity,
                        act=PromiseAct.MADE if entry is chain.baseline else act,
                        entry=entry,
                        responsible=chain.responsible,
                        revision=moves.get(entry.seq),
                        after_achievement=self._is_after_achievement(chain, entry),
                    )
        withdrawn = _withdrawals(self._before)
        for seq, entry in _withdrawals(self._after).items():
            event = entry.event
            if seq not in withdrawn and isinstance(event, PromiseWithdrawn):
                yield PromiseSaid(
                    project=event.project,
                    milestone=event.milestone,
                    quantity=event.quantity,
                    act=PromiseAct.WITHDRAWN,
                    entry=entry,
                )

    def _is_after_achievement(self, chain: Chain, promise: Entry) -> bool:
        if chain.milestone is None or chain.is_effort:
            return False
        bounds = self._after.bounds(chain.project, chain.milestone, chain.quantity)
        return is_after_achievement(promise, bounds)

    def verdicts(self) -> Iterator[VerdictChanged]:
        old = {chain_key(state): state for state in self._before.promises()}
        new = {chain_key(state): state for state in self._after.promises()}
        for key in dict.fromkeys((*new, *old)):
            was, now = old.get(key), new.get(key)
            before = None if was is None else was.baseline.verdict
            after = None if now is None else now.baseline.verdict
            promise = now or was
            if before is after or promise is None:
                continue
            yield VerdictChanged(
                promise=promise,
                before=before,
                after=after,
                because=self._causes(
                    () if was is None else was.baseline.entries, () if now is None else now.baseline.entries
                ),
                entries=promise.baseline.entries,
            )

    def retracted(self) -> Iterator[Retracted]:
        for entry in by_publication(entry for seq, entry in self._old.items() if seq not in self._new):
            seen = self._retractions(entry)
            if seen and isinstance(entry.event, Statement):
                yield Retracted(entry=entry, by=by_publication(seen)[0])


def _withdrawals(view: View) -> dict[int, Entry]:
    """
    The withdrawals in force, by number.
    """
    in_force = in_force_by(view.as_of, view.viewpoint.published_by)
    return {
        entry.seq: entry
        for entry in view.live
        if isinstance(entry.event, PromiseWithdrawn) and (entry.published_on or date.min) <= in_force
    }


def _rests_on(ladder: Ladder, as_of: date) -> tuple[Entry, ...]:
    """
    What the bounds of the whole, and the counts of a day, rest on.
    """
    return by_publication((*ladder.bounds().entries, *count_entries(ladder, as_of)))


def _move(before: Ladder, after: Ladder, as_of: date) -> Move | None:
    """
    What became of the knowledge, as far as the whole and the counts of a day tell; ``None`` if nothing.
    """
    old, new = before.bounds(), after.bounds()
    certain = after.certain(as_of) - before.certain(as_of)
    possible = _or_all(after.possible(as_of)) - _or_all(before.possible(as_of))
    later = (new.hi or date.max) > (old.hi or date.max)
    earlier = (new.lo or date.min) < (old.lo or date.min)
    if (old.lo, old.hi) == (new.lo, new.hi) and not certain and not possible:
        return None
    is_reached = new.answer(as_of) is Answer.YES and old.answer(as_of) is not Answer.YES
    if is_reached or certain > 0:
        return Move.REACHED
    if later or earlier or certain < 0 or possible > 0:
        return Move.LOOSENED
    if new.hi is None:
        return Move.PENDING
    return Move.NARROWED


def _or_all(number: int | None) -> int:
    return UNKNOWN_WHOLE if number is None else number
