"""
What the list answers on a day: stage, activity, counts, and the fate of promises.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import attrs

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import Lifecycle
from milestone_ledger.testing.model.log import Line
from milestone_ledger.testing.model.units import Units


@attrs.frozen
class ModelChain:
    """
    A chain of promises by the numbers of its lines, with the verdicts on the first and on the last.
    """

    project: str
    milestone: str | None
    quantity: int | None
    segment: int
    promises: frozenset[int]
    baseline: str
    current: str
    deadline: UncertainDate | None
    after_achievement: bool


@attrs.frozen
class _Judged:
    """
    A promise that can be judged.
    """

    line: Line
    event: on.PromiseMade
    published_on: date
    milestone: str
    first: date
    last: date


def _judged(line: Line) -> _Judged | None:
    event = line.event
    if not isinstance(event, on.PromiseMade) or event.firmness is on.Firmness.EFFORT:
        return None
    deadline, milestone = event.deadline, event.milestone
    if milestone is None or deadline is None or deadline.earliest is None or deadline.latest is None:
        return None
    return _Judged(line, event, _published(line), milestone, deadline.earliest, deadline.latest)


def _published(line: Line) -> date:
    return line.published_on or date.min


class Look(Units):
    """
    The list from one point of view, on the status day ``as_of``, with ``grace`` days for every deadline.
    """

    def __init__(
        self,
        log: Sequence[Line],
        *,
        as_of: date,
        published_by: date | None = None,
        position: int | None = None,
        grace: int = 0,
    ) -> None:
        super().__init__(log, published_by=published_by, position=position)
        self.as_of, self.grace = as_of, timedelta(days=grace)

    @property
    def listed(self) -> list[str]:
        """
        The projects of which anything is said.
        """
        return [project for project in self.projects if self.statements[project]]

    def answer(self, project: str, milestone: str) -> str:
        """
        Whether all of a project had reached a milestone.
        """
        if self.reached(project, milestone, self.size(project), self.as_of):
            return "yes"
        if self.lacked(project, milestone, self.size(project), self.as_of):
            return "no"
        return "unreported" if self.bounds(project, milestone)[1] is None else "reported"

    def stage(self, project: str) -> tuple[str, ...]:
        """
        The furthest milestones certainly reached.
        """
        reached = [step for step in self.steps if self.answer(project, step) == "yes"]
        mode = self._mode(project)
        if mode is not None:
            return tuple([step for step in mode.milestones if step in reached][-1:])
        return tuple(
            step
            for step in reached
            if not any(other != step and self.precedes(step, other) for other in reached)
        )

    def _mode(self, project: str) -> Lifecycle | None:
        lifecycles = () if self.programme is None else self.programme.lifecycles
        modes = [mode for mode in lifecycles if mode.delivery == self.projects[project].delivery]
        return modes[0] if modes else None

    def _statuses(self, project: str) -> list[tuple[Line, on.ActivityChanged]]:
        ranks = list(on.Activity)
        found = [
            (line, line.event)
            for line in self.statements[project]
            if isinstance(line.event, on.ActivityChanged)
        ]
        return sorted(
            found, key=lambda pair: (pair[1].on, _published(pair[0]), ranks.index(pair[1].activity))
        )

    def activity(self, project: str) -> str:
        """
        What goes on at a project.
        """
        mode = self._mode(project)
        if mode is not None and mode.milestones and self.answer(project, mode.milestones[-1]) == "yes":
            return "finished"
        past = [event.activity for _, event in self._statuses(project) if event.on <= self.as_of]
        if past and past[-1] in {on.Activity.CANCELLED, on.Activity.SUSPENDED}:
            return past[-1].value
        return "no_stop_known"

    def counts(self) -> dict[str, tuple[int, int, int, int]]:
        """
        Certain, possible and registered units, and open batches, at each milestone; members with their batch.
        """
        listed = self.listed
        counted = [project for project in listed if self.projects[project].member_of not in listed]
        if not counted:
            return {}
        found = {}
        for step in self.steps:
            expected = [project for project in counted if self._is_expected(project, step)]
            certain = [self.certain(project, step, self.as_of) for project in expected]
            possible = [self.possible(project, step, self.as_of) for project in expected]
            at_least = [max(number, 1) for number in certain]
            sizes = [self.projects[project].size for project in expected]
            found[step] = (
                sum(certain),
                sum(least if most is None else most for least, most in zip(at_least, possible, strict=True)),
                sum(least if size is None else size for least, size in zip(at_least, sizes, strict=True)),
                possible.count(None),
            )
        return found

    def _is_expected(self, project: str, step: str) -> bool:
        mode = self._mode(project)
        said = [getattr(line.event, "milestone", None) for line in self.statements[project]]
        return mode is None or step in mode.milestones or step in said

    # Promises

    @property
    def in_force(self) -> date:
        """
        The last day on which an act must be published to count.
        """
        return self.as_of if self.published_by is None else min(self.as_of, self.published_by)

    def chains(self, project: str) -> Iterator[ModelChain]:
        """
        The chains of a project, those of effort without verdict.
        """
        said = [line for line in self.statements[project] if _published(line) <= self.in_force]
        efforts: defaultdict[tuple[str | None, int | None], list[Line]] = defaultdict(list)
        groups: defaultdict[tuple[str, int | None], list[_Judged]] = defaultdict(list)
        for line in said:
            if (promise := _judged(line)) is not None:
                groups[promise.milestone, promise.event.quantity].append(promise)
            elif isinstance(line.event, on.PromiseMade):
                efforts[line.event.milestone, line.event.quantity].append(line)
        for (milestone, quantity), lines in efforts.items():
            seqs = frozenset(line.seq for line in lines)
            yield ModelChain(
                project, milestone, quantity, 1, seqs, "effort", "effort", None, after_achievement=False
            )
        for (step, quantity), promises in groups.items():
            yield from self._judged_chains(project, step, quantity, promises, said)

    def _judged_chains(
        self, project: str, step: str, quantity: int | None, promises: list[_Judged], said: list[Line]
    ) -> Iterator[ModelChain]:
        days = {_published(line) for line in self._withdrawals(said, step, quantity)}
        segments: defaultdict[frozenset[date], list[_Judged]] = defaultdict(list)
        for one in sorted(
            promises, key=lambda p: (p.published_on, p.last, p.first, p.event.source, p.event.locator)
        ):
            segments[frozenset(day for day in days if day <= one.published_on)].append(one)
        hi = self.bounds(project, step, quantity)[1]
        for number, segment in enumerate(segments.values(), 1):
            yield ModelChain(
                project,
                step,
                quantity,
                number,
                frozenset(one.line.seq for one in segment),
                self._verdict(segment[0], said),
                self._verdict(segment[-1], said),
                segment[0].event.deadline,
                after_achievement=hi is not None and hi < segment[0].published_on,
            )

    @staticmethod
    def _withdrawals(said: list[Line], milestone: str, quantity: int | None) -> list[Line]:
        return [
            line
            for line in said
            if isinstance(line.event, on.PromiseWithdrawn)
            and (line.event.milestone, line.event.quantity) == (milestone, quantity)
        ]

    def _verdict(self, promise: _Judged, said: list[Line]) -> str:
        event, day = promise.event, self.as_of
        in_time, last = promise.first + self.grace, promise.last + self.grace
        lo, hi = self.bounds(event.project, promise.milestone, event.quantity)
        reached = hi is not None and hi <= day
        if reached and hi is not None and hi <= in_time:
            return "kept"
        if any(
            promise.published_on < _published(line) < promise.first
            for line in self._withdrawals(said, promise.milestone, event.quantity)
        ) or self._is_cancelled(event.project, said, promise.first):
            return "withdrawn"
        if day < last and not reached:
            return "not_due"
        if lo is not None and lo > last:
            return "kept_late" if reached else "overdue"
        return "unverified" if hi is None else "date_unknown"

    def _is_cancelled(self, project: str, said: list[Line], first: date) -> bool:
        """
        Whether the last cancellation or reinstatement is a cancellation published before ``first``.

        A cancellation published later has no effect: it neither withdraws nor keeps an earlier one from
        having withdrawn (law 10).
        """
        course = [
            event.activity
            for line, event in self._statuses(project)
            if line in said
            and (
                event.activity is on.Activity.REINSTATED
                or (event.activity is on.Activity.CANCELLED and _published(line) < first)
            )
        ]
        return bool(course) and course[-1] is on.Activity.CANCELLED
