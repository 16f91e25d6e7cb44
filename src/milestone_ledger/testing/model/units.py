"""
One unit of one project at one milestone on one day: had it been reached, or surely not?
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from milestone_ledger.domain import events as on
from milestone_ledger.domain.programme import Programme
from milestone_ledger.testing.model.log import Line, identities, live_lines, programme_of

ONE_DAY = timedelta(days=1)
WHOLE = 10**9  # the whole of a project of unknown size
# Of an unknown number, as many units as statements may tell from their neighbours.
_TOLD = 8


class Units:
    """
    What is known of every single unit, from one point of view over a list of lines.

    ``published_by`` is a day, included, or ``None``; ``position`` the number of lines recorded, or ``None``.
    """

    def __init__(
        self, log: Sequence[Line], *, published_by: date | None = None, position: int | None = None
    ) -> None:
        self.log = log if position is None else log[:position]
        self.published_by = published_by
        self.live = live_lines(self.log, published_by)
        self.programme = programme_of(self.log)
        self.projects = identities(live_lines(self.log))
        self.statements: defaultdict[str, list[Line]] = defaultdict(list)
        for line in self.live:
            project: str | None = getattr(line.event, "project", None)
            if isinstance(line.event, on.Statement) and project is not None:
                self.statements[project].append(line)
        self._order: dict[tuple[str, str], bool] = {}

    @property
    def steps(self) -> list[str]:
        """
        The milestones of the programme, in its order.
        """
        return [] if self.programme is None else [step.id for step in self.programme.milestones]

    def precedes(self, first: str, later: str) -> bool:
        """
        Whether ``first`` is ``later``, or must lie before it.
        """
        programme = self.programme
        assert isinstance(programme, Programme)
        if (first, later) not in self._order:
            self._order[first, later] = first == later or any(
                self.precedes(first, earlier) for earlier, after in programme.order if after == later
            )
        return self._order[first, later]

    def size(self, project: str) -> int:
        """
        How many units it has; ``WHOLE`` if nobody knows.
        """
        size = self.projects[project].size
        return WHOLE if size is None else size

    def members(self, batch: str) -> list[str]:
        """
        The projects that belong to a batch.
        """
        return [name for name, known in self.projects.items() if known.member_of == batch]

    def _achieved(self, project: str) -> list[on.MilestoneAchieved]:
        events = (line.event for line in self.statements[project])
        return [event for event in events if isinstance(event, on.MilestoneAchieved) and not event.contested]

    def _pending(self, project: str) -> list[on.MilestonePending]:
        events = (line.event for line in self.statements[project])
        return [event for event in events if isinstance(event, on.MilestonePending) and not event.contested]

    def _proofs(self, project: str, milestone: str, day: date) -> list[on.MilestoneAchieved]:
        """
        What proves that some units had reached ``milestone`` by the end of ``day``.
        """
        return [
            said
            for said in self._achieved(project)
            if self.precedes(milestone, said.milestone)
            and said.occurred.latest is not None
            and said.occurred.latest <= day
        ]

    def own_reached(self, project: str, milestone: str, unit: int, day: date) -> bool:
        """
        Whether the project's own evidence proves that ``unit`` of its units had reached it by ``day``.
        """
        return any(
            unit <= (self.size(project) if said.quantity is None else said.quantity)
            for said in self._proofs(project, milestone, day)
        )

    def own_lacked(self, project: str, milestone: str, unit: int, day: date) -> bool:
        """
        Whether the project's own evidence proves that the ``unit``-th had not reached it by ``day``.
        """
        return any(
            self.precedes(said.milestone, milestone)
            and unit > (self.size(project) - 1 if said.quantity is None else said.quantity)
            and day <= said.on
            for said in self._pending(project)
        ) or any(
            self.precedes(said.milestone, milestone)
            and said.quantity is None
            and unit >= self.size(project)
            and said.occurred.earliest is not None
            and day < said.occurred.earliest
            for said in self._achieved(project)
        )

    def _units(self, project: str) -> Sequence[int]:
        """
        Every unit that a statement could tell from its neighbours.
        """
        if self.size(project) < WHOLE:
            return range(1, self.size(project) + 1)
        return [*range(1, _TOLD), WHOLE]

    def _sure_units(self, project: str) -> Sequence[int]:
        """
        The units that exist for sure: of an unknown number, one.
        """
        return self._units(project) if self.size(project) < WHOLE else [1]

    def _counted(self, project: str, milestone: str, day: date) -> list[int]:
        """
        The numbers of units that are said to have reached it by ``day``.
        """
        proofs = self._proofs(project, milestone, day)
        return [said.quantity for said in proofs if said.quantity is not None]

    def _members_reached(self, batch: str, milestone: str, day: date) -> int:
        total = 0
        for member in self.members(batch):
            proven = [unit for unit in self._units(member) if self.own_reached(member, milestone, unit, day)]
            if WHOLE in proven:
                # All of an unknown number proves each of the first units here, which may not exist.
                proven = [*self._counted(member, milestone, day), 1]
            total += max(proven, default=0)
        return total

    def _members_lacked(self, batch: str, milestone: str, day: date) -> int:
        return sum(
            self.own_lacked(member, milestone, unit, day)
            for member in self.members(batch)
            for unit in self._sure_units(member)
        )

    def reached(self, project: str, milestone: str, unit: int, day: date) -> bool:
        """
        Whether ``unit`` units had certainly reached it by the end of ``day``.
        """
        batch = self.projects[project].member_of
        return (
            self.own_reached(project, milestone, unit, day)
            or (batch is not None and self.own_reached(batch, milestone, self.size(batch), day))
            or (bool(self.members(project)) and unit <= self._members_reached(project, milestone, day))
        )

    def lacked(self, project: str, milestone: str, unit: int, day: date) -> bool:
        """
        Whether the ``unit``-th had certainly not reached it by the end of ``day``.
        """
        batch = self.projects[project].member_of
        return (
            self.own_lacked(project, milestone, unit, day)
            or (batch is not None and self.own_lacked(batch, milestone, 1, day))
            or (
                bool(self.members(project))
                and self.size(project) < WHOLE
                and unit > self.size(project) - self._members_lacked(project, milestone, day)
            )
        )

    def certain(self, project: str, milestone: str, day: date) -> int:
        """
        How many units had certainly reached it by the end of ``day``.
        """
        if self.size(project) < WHOLE:
            return sum(self.reached(project, milestone, unit, day) for unit in self._units(project))
        numbers = self._counted(project, milestone, day)
        if self.members(project):
            numbers.append(self._members_reached(project, milestone, day))
        return max([*numbers, int(self.reached(project, milestone, WHOLE, day))])

    def possible(self, project: str, milestone: str, day: date) -> int | None:
        """
        How many units may have reached it by the end of ``day``; ``None`` if any number may.
        """
        if self.size(project) < WHOLE:
            return self.size(project) - sum(
                self.lacked(project, milestone, unit, day) for unit in self._units(project)
            )
        units = [unit for unit in range(1, _TOLD + 1) if self.lacked(project, milestone, unit, day)]
        return min(units) - 1 if units else None

    def _days(self) -> Iterable[date]:
        """
        Every day on which anything can change, and one beyond each end.
        """
        known: list[date] = []
        for line in self.live:
            ends = [getattr(line.event, "on", None)]
            if (occurred := getattr(line.event, "occurred", None)) is not None:
                ends += [occurred.earliest, occurred.latest]
            known += [end for end in ends if isinstance(end, date)]
        if not known:
            return []
        first, last = min(known) - ONE_DAY, max(known) + ONE_DAY
        return [first + timedelta(n) for n in range((last - first).days + 1)]

    def bounds(
        self, project: str, milestone: str, quantity: int | None = None
    ) -> tuple[date | None, date | None]:
        """
        The first and the last day on which so many units, or all, can have reached it.
        """
        unit = self.size(project) if quantity is None else quantity
        days = list(self._days())
        by = [day for day in days if self.reached(project, milestone, unit, day)]
        not_by = [day for day in days if self.lacked(project, milestone, unit, day)]
        return (not_by[-1] + ONE_DAY if not_by else None), (by[0] if by else None)
