"""
A ledger as a plain list, looked at one day at a time: DESIGN.md §5 and §6 read as naively as possible.

It knows nothing of ladders, facts or folds: every answer asks the live statements about one day, one
milestone and one unit. It is slow, and it shares no code with ``domain.bounds`` or ``domain.promises``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import attrs

from milestone_ledger.domain import events as on
from milestone_ledger.domain.programme import Programme

ONE_DAY = timedelta(days=1)
WHOLE = 10**9  # the whole of a project of unknown size


@attrs.frozen
class Line:
    seq: int
    commit: int
    published_on: date | None
    event: on.Event


class Model:
    """
    A list of lines. What may be recorded is not its business: it is told what was.
    """

    def __init__(self):
        self.log: list[Line] = []
        self.sizes = [0]

    def append(self, events: Sequence[on.Event]) -> None:
        commit = len(self.sizes) - 1
        for event in events:
            self.log.append(Line(len(self.log), commit, self._published_on(event), event))
        self.sizes.append(len(self.log))

    def _published_on(self, event):
        if isinstance(event, on.SourceRegistered):
            return event.published.latest
        source = getattr(event, "source", None)
        if source is None:
            return None
        if isinstance(event, on.EntryRetracted) and self.log[event.target].event.source == source:
            return self.log[event.target].published_on
        return self.sources()[source].published.latest

    def now(self) -> Look:
        return Look(self.log, as_of=date.max)

    def sources(self) -> dict[str, on.SourceRegistered]:
        return {
            line.event.source: line.event
            for line in self.now().live
            if isinstance(line.event, on.SourceRegistered)
        }

    def projects(self) -> dict[str, Known]:
        return self.now().projects

    def programme(self) -> Programme:
        return self.now().programme

    def live(self, *kinds: type) -> list[Line]:
        return [line for line in self.now().live if isinstance(line.event, kinds)]


@attrs.define
class Known:
    """
    A project as its registration and amendments leave it.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    domain: str
    delivery: str | None
    size: int | None
    member_of: str | None
    related: tuple[on.Relation, ...]
    note: str


@attrs.frozen
class ModelChain:
    project: str
    milestone: str | None
    quantity: int | None
    segment: int
    promises: frozenset[int]
    baseline: str
    current: str
    deadline: object
    after_achievement: bool


class Look:
    """
    The list from one point of view.
    """

    def __init__(self, log, *, as_of, published_by=None, position=None, grace=0):
        self.as_of, self.published_by, self.grace = as_of, published_by, grace
        self._order = {}
        self.log = log if position is None else log[:position]
        self.live = [line for line in self.log if self._is_live(line, published_by)]
        timeless = [line for line in self.log if self._is_live(line, None)]
        definitions = [line for line in self.log if isinstance(line.event, on.ProgrammeDefined)]
        self.programme = definitions[-1].event.programme if definitions else None
        self.projects = self._identities(timeless)
        self.statements = defaultdict(list)
        for line in self.live:
            if isinstance(line.event, on.Statement) and getattr(line.event, "project", None) is not None:
                self.statements[line.event.project].append(line)

    def _is_live(self, line, published_by):
        def seen(other):
            return published_by is None or other.published_on is None or other.published_on <= published_by

        return seen(line) and not any(
            isinstance(other.event, on.EntryRetracted) and other.event.target == line.seq and seen(other)
            for other in self.log
        )

    def _identities(self, timeless):
        found = {}
        for line in timeless:
            event = line.event
            if isinstance(event, on.ProjectRegistered):
                found[event.project] = Known(
                    event.project,
                    event.name,
                    event.aliases,
                    event.domain,
                    event.delivery,
                    event.size,
                    event.member_of,
                    event.related,
                    event.note,
                )
            elif isinstance(event, on.ProjectAmended) and event.project in found:
                known = found[event.project]
                for part in ("name", "aliases", "domain", "delivery", "member_of", "related", "note"):
                    value = getattr(event, part)
                    if value is not None:
                        setattr(
                            known, part, None if part in {"delivery", "member_of"} and not value else value
                        )
        return found

    @property
    def listed(self):
        return [project for project in self.projects if self.statements[project]]

    # The order of milestones

    def precedes(self, first, later):
        """
        Whether ``first`` is ``later``, or must lie before it.
        """
        if (first, later) not in self._order:
            self._order[first, later] = first == later or any(
                self.precedes(first, earlier) for earlier, after in self.programme.order if after == later
            )
        return self._order[first, later]

    # One unit of one project at one milestone on one day

    def size(self, project):
        size = self.projects[project].size
        return WHOLE if size is None else size

    def _evidence(self, project, kind):
        return [
            line.event
            for line in self.statements[project]
            if isinstance(line.event, kind) and not line.event.contested
        ]

    def own_reached(self, project, milestone, unit, day):
        """
        Whether the project's own evidence proves that ``unit`` of its units had reached it by ``day``.
        """
        return any(
            self.precedes(milestone, said.milestone)
            and unit <= (self.size(project) if said.quantity is None else said.quantity)
            and said.occurred.latest <= day
            for said in self._evidence(project, on.MilestoneAchieved)
        )

    def own_lacked(self, project, milestone, unit, day):
        """
        Whether the project's own evidence proves that the ``unit``-th had not reached it by ``day``.
        """
        return any(
            self.precedes(said.milestone, milestone)
            and unit > (self.size(project) - 1 if said.quantity is None else said.quantity)
            and day <= said.on
            for said in self._evidence(project, on.MilestonePending)
        ) or any(
            self.precedes(said.milestone, milestone)
            and said.quantity is None
            and unit >= self.size(project)
            and said.occurred.earliest is not None
            and day < said.occurred.earliest
            for said in self._evidence(project, on.MilestoneAchieved)
        )

    def members(self, batch):
        return [name for name, known in self.projects.items() if known.member_of == batch]

    def _units(self, project):
        """
        Every unit that a statement could tell from its neighbours.
        """
        if self.size(project) < WHOLE:
            return range(1, self.size(project) + 1)
        return [*range(1, 8), WHOLE]

    def _sure_units(self, project):
        """
        The units that exist for sure: of an unknown number, one.
        """
        return self._units(project) if self.size(project) < WHOLE else [1]

    def _members_reached(self, batch, milestone, day):
        total = 0
        for member in self.members(batch):
            proven = [unit for unit in self._units(member) if self.own_reached(member, milestone, unit, day)]
            known = [unit for unit in proven if unit < WHOLE]
            whole_of_many = WHOLE in proven
            # All of an unknown number proves each of the first seven here, which may not exist.
            if whole_of_many:
                known = [
                    said.quantity
                    for said in self._evidence(member, on.MilestoneAchieved)
                    if said.quantity is not None
                    and self.precedes(milestone, said.milestone)
                    and said.occurred.latest <= day
                ]
            total += max([*known, 1 if whole_of_many else 0], default=0)
        return total

    def _members_lacked(self, batch, milestone, day):
        return sum(
            self.own_lacked(member, milestone, unit, day)
            for member in self.members(batch)
            for unit in self._sure_units(member)
        )

    def reached(self, project, milestone, unit, day):
        batch = self.projects[project].member_of
        return (
            self.own_reached(project, milestone, unit, day)
            or (batch is not None and self.own_reached(batch, milestone, self.size(batch), day))
            or (bool(self.members(project)) and unit <= self._members_reached(project, milestone, day))
        )

    def lacked(self, project, milestone, unit, day):
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

    # What a view answers

    def certain(self, project, milestone, day=None):
        day = self.as_of if day is None else day
        if self.size(project) < WHOLE:
            return sum(self.reached(project, milestone, unit, day) for unit in self._units(project))
        numbers = [
            said.quantity
            for said in self._evidence(project, on.MilestoneAchieved)
            if said.quantity is not None
            and self.precedes(milestone, said.milestone)
            and said.occurred.latest <= day
        ]
        if self.members(project):
            numbers.append(self._members_reached(project, milestone, day))
        return max([*numbers, int(self.reached(project, milestone, WHOLE, day))])

    def possible(self, project, milestone):
        if self.size(project) < WHOLE:
            return self.size(project) - sum(
                self.lacked(project, milestone, unit, self.as_of) for unit in self._units(project)
            )
        units = [unit for unit in range(1, 9) if self.lacked(project, milestone, unit, self.as_of)]
        return min(units) - 1 if units else None

    def _days(self):
        """
        Every day on which anything can change, and one beyond each end.
        """
        said = [line.event for line in self.live]
        ends = [getattr(event, "on", None) for event in said]
        ends += [
            end
            for event in said
            for value in (getattr(event, "occurred", None),)
            if value is not None
            for end in (value.earliest, value.latest)
        ]
        known = [end for end in ends if isinstance(end, date)]
        if not known:
            return []
        first, last = min(known) - ONE_DAY, max(known) + ONE_DAY
        return [first + timedelta(n) for n in range((last - first).days + 1)]

    def bounds(self, project, milestone, quantity=None):
        unit = self.size(project) if quantity is None else quantity
        days = self._days()
        by = [day for day in days if self.reached(project, milestone, unit, day)]
        not_by = [day for day in days if self.lacked(project, milestone, unit, day)]
        return (not_by[-1] + ONE_DAY if not_by else None), (by[0] if by else None)

    def answer(self, project, milestone):
        if self.reached(project, milestone, self.size(project), self.as_of):
            return "yes"
        if self.lacked(project, milestone, self.size(project), self.as_of):
            return "no"
        return "unreported" if self.bounds(project, milestone)[1] is None else "reported"

    def stage(self, project):
        steps = [step.id for step in self.programme.milestones]
        reached = [step for step in steps if self.answer(project, step) == "yes"]
        mode = self._mode(project)
        if mode is not None:
            return tuple([step for step in mode.milestones if step in reached][-1:])
        return tuple(
            step
            for step in reached
            if not any(other != step and self.precedes(step, other) for other in reached)
        )

    def _mode(self, project):
        modes = [m for m in self.programme.lifecycles if m.delivery == self.projects[project].delivery]
        return modes[0] if modes else None

    def _statuses(self, project, *kinds):
        ranks = list(on.Activity)
        return sorted(
            (
                line
                for line in self.statements[project]
                if isinstance(line.event, on.ActivityChanged) and (not kinds or line.event.activity in kinds)
            ),
            key=lambda line: (line.event.on, line.published_on, ranks.index(line.event.activity)),
        )

    def activity(self, project):
        mode = self._mode(project)
        if mode is not None and mode.milestones and self.answer(project, mode.milestones[-1]) == "yes":
            return "finished"
        past = [line.event.activity for line in self._statuses(project) if line.event.on <= self.as_of]
        if past and past[-1] in {on.Activity.CANCELLED, on.Activity.SUSPENDED}:
            return past[-1].value
        return "no_stop_known"

    def counts(self):
        """
        Certain and possible units at each milestone, members with their batch.
        """
        listed = self.listed
        counted = [project for project in listed if self.projects[project].member_of not in listed]
        if not counted:
            return {}
        found = {}
        for step in (milestone.id for milestone in self.programme.milestones):
            expected = [project for project in counted if self._is_expected(project, step)]
            certain = [self.certain(project, step) for project in expected]
            possible = [self.possible(project, step) for project in expected]
            at_least = [max(number, 1) for number in certain]
            sizes = [self.projects[project].size for project in expected]
            found[step] = (
                sum(certain),
                sum(least if most is None else most for least, most in zip(at_least, possible, strict=True)),
                sum(least if size is None else size for least, size in zip(at_least, sizes, strict=True)),
                possible.count(None),
            )
        return found

    def _is_expected(self, project, step):
        mode = self._mode(project)
        said = [getattr(line.event, "milestone", None) for line in self.statements[project]]
        return mode is None or step in mode.milestones or step in said

    # Promises

    @property
    def in_force(self):
        return self.as_of if self.published_by is None else min(self.as_of, self.published_by)

    def chains(self, project) -> Iterator[ModelChain]:
        said = [line for line in self.statements[project] if line.published_on <= self.in_force]
        groups = defaultdict(list)
        for line in said:
            if isinstance(line.event, on.PromiseMade):
                judged = (
                    line.event.firmness is not on.Firmness.EFFORT
                    and line.event.milestone is not None
                    and line.event.deadline is not None
                )
                groups[line.event.milestone, line.event.quantity, judged].append(line)
        for (milestone, quantity, judged), lines in groups.items():
            if not judged:
                yield ModelChain(
                    project,
                    milestone,
                    quantity,
                    1,
                    frozenset(line.seq for line in lines),
                    "effort",
                    "effort",
                    None,
                    after_achievement=False,
                )
                continue
            days = {w.published_on for w in self._withdrawals(said, milestone, quantity)}
            lines.sort(
                key=lambda line: (
                    line.published_on,
                    line.event.deadline.latest,
                    line.event.deadline.earliest,
                    line.event.source,
                    line.event.locator,
                )
            )
            segments = defaultdict(list)
            for line in lines:
                segments[frozenset(day for day in days if day <= line.published_on)].append(line)
            hi = self.bounds(project, milestone, quantity)[1]
            for number, segment in enumerate(segments.values(), 1):
                yield ModelChain(
                    project,
                    milestone,
                    quantity,
                    number,
                    frozenset(line.seq for line in segment),
                    self.verdict(segment[0], said),
                    self.verdict(segment[-1], said),
                    segment[0].event.deadline,
                    after_achievement=hi is not None and hi < segment[0].published_on,
                )

    @staticmethod
    def _withdrawals(said, milestone, quantity):
        return [
            line
            for line in said
            if isinstance(line.event, on.PromiseWithdrawn)
            and (line.event.milestone, line.event.quantity) == (milestone, quantity)
        ]

    def verdict(self, promise, said):
        event = promise.event
        first = event.deadline.earliest
        day = self.as_of
        in_time, last = event.deadline.earliest + self._grace, event.deadline.latest + self._grace
        lo, hi = self.bounds(event.project, event.milestone, event.quantity)
        reached = hi is not None and hi <= day
        if reached and hi <= in_time:
            return "kept"
        if any(
            promise.published_on < line.published_on < first
            for line in self._withdrawals(said, event.milestone, event.quantity)
        ) or self._is_cancelled(event.project, said, first):
            return "withdrawn"
        if day < last and not reached:
            return "not_due"
        if lo is not None and lo > last:
            return "kept_late" if reached else "overdue"
        return "unverified" if hi is None else "date_unknown"

    @property
    def _grace(self):
        return timedelta(days=self.grace)

    def _is_cancelled(self, project, said, first):
        """
        Whether the last cancellation or reinstatement is a cancellation published before ``first``.

        A cancellation published later has no effect: it neither withdraws nor keeps an earlier one from
        having withdrawn (law 10).
        """
        course = [
            line
            for line in self._statuses(project, on.Activity.CANCELLED, on.Activity.REINSTATED)
            if line in said and (line.event.activity is on.Activity.REINSTATED or line.published_on < first)
        ]
        return bool(course) and course[-1].event.activity is on.Activity.CANCELLED


def assert_agrees(view, look: Look) -> None:
    """
    That a view of the real ledger answers what the model answers.
    """
    assert [entry.seq for entry in view.live] == [line.seq for line in look.live]
    assert [entry.published_on for entry in view.live] == [line.published_on for line in look.live]
    states = view.projects()
    assert sorted(state.project.id for state in states) == sorted(look.listed)
    for state in states:
        project = state.project.id
        known = look.projects[project]
        for part in attrs.fields_dict(Known):
            assert getattr(state.project, part) == getattr(known, part), (project, part)
        assert sorted(state.members) == sorted(look.members(project))
        for step in state.milestones:
            lo, hi = look.bounds(project, step.milestone)
            assert (step.bounds.lo, step.bounds.hi) == (lo, hi), (project, step.milestone)
            assert step.answer == look.answer(project, step.milestone), (project, step.milestone)
            assert step.certain == look.certain(project, step.milestone), (project, step.milestone)
            assert step.possible == look.possible(project, step.milestone), (project, step.milestone)
        assert state.stage == look.stage(project)
        assert state.activity == look.activity(project)
        chains = [
            ModelChain(
                promise.chain.project,
                promise.chain.milestone,
                promise.chain.quantity,
                promise.chain.segment,
                frozenset(entry.seq for entry in promise.chain.promises),
                promise.baseline.verdict.value,
                promise.current.verdict.value,
                None if promise.chain.is_effort else promise.baseline.deadline,
                promise.after_achievement,
            )
            for promise in state.promises
        ]
        assert set(chains) == set(look.chains(project)), (chains, list(look.chains(project)))
        assert len(chains) == len(set(chains))
        for promise in state.promises:
            if not promise.chain.is_effort:
                found = view.bounds(project, promise.chain.milestone, promise.chain.quantity)
                wanted = look.bounds(project, promise.chain.milestone, promise.chain.quantity)
                assert (found.lo, found.hi) == wanted
    counts = {
        row.milestone: (row.certain, row.possible, row.registered, row.open_batches) for row in view.counts()
    }
    assert counts == look.counts(), (counts, look.counts())
