"""
Judging promises: from the acts and the bounds of many projects to what became of every promise.

A view gives the bounds with the entries that they rest on; index columns give the same without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Protocol

import attrs
from attrs import define

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import add_days
from milestone_ledger.domain.events import ActivityChanged, Firmness
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import (
    Chain,
    Judgement,
    Verdict,
    chains,
    in_force_by,
    is_after_achievement,
    judge,
)
from milestone_ledger.ledger.states import MemberVerdict, PromiseState
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.slips import slip, split

_HEADLINE = (Firmness.FIRM, Firmness.PLANNED)


class Promisee(Protocol):
    """
    What judging must know of a project.
    """

    @property
    def size(self) -> int | None:
        """
        How many it stands for; ``None`` if unknown.
        """

    @property
    def member_of(self) -> str | None:
        """
        The batch that it belongs to.
        """


@define(frozen=True, slots=False, eq=False, kw_only=True)
class Judging:
    """
    From where promises are judged, and by what.

    ``projects`` holds every project by id, ``members`` those of a batch, ``bounds`` gives those of a project
    and milestone for so many units (``None`` is the whole).
    """

    as_of: date
    published_by: date | None
    grace: int
    projects: Mapping[str, Promisee]
    members: Callable[[str], Sequence[str]]
    bounds: Callable[[str, str, int | None], Bounds]

    def states(self, statements: Mapping[str, Sequence[Entry]]) -> dict[str, tuple[PromiseState, ...]]:
        """
        Every promise chain by project, efforts included, from the live entries of each.
        """
        in_force = in_force_by(self.as_of, self.published_by)
        statuses = {
            project: [entry for entry in entries if isinstance(entry.event, ActivityChanged)]
            for project, entries in statements.items()
        }
        alone = {
            project: tuple(self._state(chain, statuses) for chain in chains(entries, in_force=in_force))
            for project, entries in statements.items()
        }
        return {
            project: tuple(
                attrs.evolve(state, in_headline=False) if self._is_said_of_batch(state, alone) else state
                for state in states
            )
            for project, states in alone.items()
        }

    def _judge(self, chain: Chain, promise: Entry, bounds: Bounds, statuses: Sequence[Entry]) -> Judgement:
        return judge(
            chain,
            promise,
            bounds,
            statuses=statuses,
            as_of=self.as_of,
            published_by=self.published_by,
            grace=self.grace,
        )

    def _state(self, chain: Chain, statuses: Mapping[str, Sequence[Entry]]) -> PromiseState:
        project = self.projects[chain.project]
        is_effort = chain.is_effort
        bounds = Bounds(None, None)
        if chain.milestone is not None and not is_effort:
            bounds = self.bounds(chain.project, chain.milestone, chain.quantity)
        own = statuses.get(chain.project, ())
        current = baseline = self._judge(chain, chain.baseline, bounds, own)
        if chain.current is not chain.baseline:
            current = self._judge(chain, chain.current, bounds, own)
        deadline = baseline.deadline
        late = is_after_achievement(chain.baseline, bounds)
        members = self._members(chain, statuses)
        return PromiseState(
            chain=chain,
            baseline=baseline,
            current=current,
            after_achievement=late,
            in_headline=chain.firmness in _HEADLINE and not is_effort and not late,
            is_early=baseline.verdict is Verdict.KEPT
            and deadline is not None
            and deadline.latest is not None
            and self.as_of < add_days(deadline.latest, self.grace),
            slip=slip(chain, bounds),
            split=split(chain, bounds),
            members=members,
            unnamed=None
            if project.size is None
            else project.size - sum(member.size or 1 for member in members)
            if members
            else 0,
        )

    def _members(self, chain: Chain, statuses: Mapping[str, Sequence[Entry]]) -> tuple[MemberVerdict, ...]:
        """
        The named members of a batch by what was promised of all of it.
        """
        # A partial promise says nothing of a particular member.
        if chain.milestone is None or chain.is_effort or chain.quantity:
            return ()
        return tuple(
            MemberVerdict(
                project=member,
                size=self.projects[member].size,
                verdict=self._judge(
                    chain,
                    chain.baseline,
                    self.bounds(member, chain.milestone, None),
                    statuses.get(member, ()),
                ).verdict,
            )
            for member in self.members(chain.project)
        )

    def _is_said_of_batch(self, state: PromiseState, alone: Mapping[str, tuple[PromiseState, ...]]) -> bool:
        """
        Whether the batch was promised the same for the same day, no later, so that it counts there.
        """
        batch = self.projects[state.chain.project].member_of
        return state.chain.quantity is None and any(
            other.in_headline
            and other.chain.quantity is None
            and other.chain.milestone == state.chain.milestone
            and other.baseline.deadline == state.baseline.deadline
            and other.baseline.verdict is not Verdict.WITHDRAWN
            and _published(other.chain.baseline) <= _published(state.chain.baseline)
            for other in alone.get(batch or "", ())
        )


def headline(states: Iterable[PromiseState]) -> Reliability:
    """
    How far promises were kept: those of ``states`` that count in headline figures.
    """
    counted = [state for state in states if state.in_headline]
    return Reliability.of(
        (state.baseline.verdict for state in counted), kept_early=sum(state.is_early for state in counted)
    )


def _published(entry: Entry) -> date:
    return entry.published_on or date.min
