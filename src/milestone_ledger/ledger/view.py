"""
The ledger as seen from somewhere: the state of every project and promise on a day, with its evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Self

import attrs
from attrs import define

from milestone_ledger.domain.bounds import Bounds, Ladder, fold, opponents
from milestone_ledger.domain.draft import nearest_names, project_named
from milestone_ledger.domain.events import Statement, project_of
from milestone_ledger.domain.history import Entry, History, Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.promises import in_force_by
from milestone_ledger.domain.registry import Project, Registry
from milestone_ledger.domain.state import (
    Count,
    activity,
    last_status,
    milestone_states,
    next_expected,
    numbers_of,
    stage,
)
from milestone_ledger.errors import InvalidValueError, NoProgrammeError, UnknownNameError
from milestone_ledger.ledger.faces import Charted
from milestone_ledger.ledger.grouping import (
    Axis,
    Grouping,
    check_grouping,
    groups_of_project,
    groups_of_promise,
)
from milestone_ledger.ledger.judging import Judging, headline
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.ledger.states import (
    GroupReliability,
    ProjectState,
    PromiseState,
    Retracted,
)
from milestone_ledger.metrics.reliability import Reliability

# What most views are not asked for is loaded where it is used: each takes time at every start.
if TYPE_CHECKING:
    from milestone_ledger.domain.blockers import BlockerState
    from milestone_ledger.domain.findings import Finding, Subject
    from milestone_ledger.domain.indicators import IndicatorState
    from milestone_ledger.domain.totals import TotalState
    from milestone_ledger.ledger.measures import Expectation, Measures, Measuring, Waiting
    from milestone_ledger.ledger.reconciling import Reconciliation
    from milestone_ledger.metrics.lights import Light, RuleSet

# What a view works out without asking which day it is.
_TIMELESS = ("registry", "live", "_statements", "ladders", "listed", "_alone")


def _published(entry: Entry) -> date:
    return entry.published_on or date.min


@define(frozen=True, slots=False, eq=False, kw_only=True)
class View(Charted):
    """
    What was true at the end of ``as_of``, as known from ``viewpoint``; made by ``Ledger.at``.

    ``grace`` is the number of days after a deadline that still count as in time.
    """

    ledger: str
    as_of: date
    viewpoint: Viewpoint
    grace: int
    history: History

    @cached_property
    def registry(self) -> Registry:
        """
        The programme, sources and projects at the view's position in the log.
        """
        return Registry.of(self.history, self.viewpoint.recorded_by)

    @property
    def programme(self) -> Programme:
        """
        The programme in force at the view's position in the log.

        Raises:
            NoProgrammeError: If the log did not begin by then.
        """
        if self.registry.programme is None:
            raise NoProgrammeError
        return self.registry.programme

    @cached_property
    def live(self) -> tuple[Entry, ...]:
        """
        All live entries, by ``seq``.
        """
        return tuple(self.history.live(self.viewpoint))

    @cached_property
    def _statements(self) -> dict[str, list[Entry]]:
        statements: defaultdict[str, list[Entry]] = defaultdict(list)
        for entry in self.live:
            project = project_of(entry.event)
            if project is not None and isinstance(entry.event, Statement):
                statements[project].append(entry)
        return statements

    @cached_property
    def ladders(self) -> Mapping[str, Mapping[str, Ladder]]:
        """
        What is known of every registered project at every milestone, on any day.
        """
        return fold(self.registry, self.history, self.viewpoint)

    @cached_property
    def listed(self) -> tuple[str, ...]:
        """
        The projects that a live statement speaks of, in the order of their registration.
        """
        return tuple(project for project in self.registry.projects if project in self._statements)

    @cached_property
    def _promises(self) -> Mapping[str, tuple[PromiseState, ...]]:
        judging = Judging(
            as_of=self.as_of,
            published_by=self.viewpoint.published_by,
            grace=self.grace,
            projects=self.registry.projects,
            members=self.registry.members,
            bounds=lambda project, milestone, units: self.ladders[project][milestone].bounds(units),
        )
        return judging.states({project: self._statements[project] for project in self.listed})

    def on(self, as_of: date) -> Self:
        """
        The same look at the end of another day; what no day changes is worked out once for both.
        """
        other = attrs.evolve(self, as_of=as_of)
        vars(other).update((name, getattr(self, name)) for name in _TIMELESS)
        return other

    def bounds(self, project: str, milestone: str, quantity: int | None = None) -> Bounds:
        """
        When ``quantity`` units of a project (``None``: the whole) reached a milestone, with the evidence.

        Raises:
            UnknownNameError: If there is no such project or milestone.
            InvalidValueError: If the project does not stand for so many.
        """
        known = project_named(self.registry, project)
        ladders = self.ladders[known.id]
        if quantity is not None and (type(quantity) is not int or not 1 <= quantity <= known.whole):
            raise InvalidValueError(
                "bounds(quantity)",
                quantity,
                ("give a number of units from 1 to its size", "应为 1 至其数量之间的整数"),
            )
        if milestone not in ladders:
            raise UnknownNameError(
                kind="milestone", name=milestone, suggestions=nearest_names(milestone, ladders)
            )
        return ladders[milestone].bounds(quantity)

    def project(self, project: str) -> ProjectState:
        """
        One project, by id, name or alias.

        Raises:
            UnknownNameError: With the nearest names, if the ledger knows no such project by then.
        """
        return self._project(project_named(self.registry, project))

    def _project(self, project: Project) -> ProjectState:
        statements = self._statements.get(project.id, [])
        states = milestone_states(self.ladders[project.id], self.as_of, self._expected(project))
        status = last_status(statements, self.as_of)
        return ProjectState(
            project=project,
            stage=stage(self.programme, project, states),
            activity=activity(self.programme, project, states, status),
            status=status,
            next_expected=next_expected(self.programme, project, states),
            milestones=states,
            promises=self._promises.get(project.id, ()),
            statements=tuple(sorted(statements, key=lambda e: (_published(e), e.seq))),
            retracted=self._retracted(project.id),
            members=self.registry.members(project.id),
        )

    def _retracted(self, project: str) -> tuple[Retracted, ...]:
        found = []
        for entry in self.history.of_project(project):
            if isinstance(entry.event, Statement) and self.viewpoint.sees(entry):
                seen = [r for r in self.history.retractions(entry.seq) if self.viewpoint.sees(r)]
                if seen:
                    found.append(Retracted(entry=entry, by=min(seen, key=lambda r: (_published(r), r.seq))))
        return tuple(sorted(found, key=lambda pair: (_published(pair.entry), pair.entry.seq)))

    def projects(self) -> Rows[ProjectState]:
        """
        Every listed project, in the order of registration.
        """
        return Rows(self._project(self.registry.projects[project]) for project in self.listed)

    def promises(self) -> Rows[PromiseState]:
        """
        Every promise chain of every listed project, efforts included, in the order of the projects.
        """
        return Rows(state for project in self.listed for state in self._promises[project])

    def reliability(self) -> Reliability:
        """
        The headline: chains of firm and planned promises by the verdict on their baseline.
        """
        return headline(self.promises())

    def reliability_by(self, by: Grouping, *, depth: int | None = None) -> Rows[GroupReliability]:
        """
        The headline by group, in the order of the groups' first projects.

        A promise counts with each of the units that it makes responsible. ``depth`` cuts domain paths.

        Raises:
            InvalidValueError: If ``by`` is no grouping.
        """
        check_grouping(by)
        groups: defaultdict[str, list[PromiseState]] = defaultdict(list)
        for state in self.promises():
            if state.in_headline:
                project = self.registry.projects[state.chain.project]
                for group in groups_of_promise(self.programme, project, state.chain, by, depth=depth):
                    groups[group].append(state)
        return Rows(
            GroupReliability(group=group, figures=headline(states), promises=tuple(states))
            for group, states in groups.items()
        )

    def counts(self, *, by: Grouping | None = None) -> Rows[Count]:
        """
        How many units had reached each milestone, for all projects or by group.

        A project with several responsible units, or promised in several plans, counts in each group.
        Groups come in the order of their first project; milestones in that of the programme.

        Raises:
            InvalidValueError: If ``by`` is no grouping.
        """
        if by is not None:
            check_grouping(by)
        groups: defaultdict[str, list[Project]] = defaultdict(list)
        for project in self._alone:
            for group in groups_of_project(self.programme, project, self._statements[project.id], by):
                groups[group].append(project)
        return Rows(
            self._count(group, milestone, projects)
            for group, projects in groups.items()
            for milestone in self.programme.milestone_ids
        )

    @cached_property
    def _alone(self) -> tuple[Project, ...]:
        """
        The listed projects that are not counted with their batch.
        """
        listed = set(self.listed)
        projects = (self.registry.projects[name] for name in self.listed)
        return tuple(project for project in projects if project.member_of not in listed)

    def counted(self, milestone: str) -> tuple[str, ...]:
        """
        The projects whose units ``counts`` adds up at a milestone, in the order of registration.
        """
        return tuple(project.id for project in self._alone if self._is_expected(project, milestone))

    def _count(self, group: str, milestone: str, projects: list[Project]) -> Count:
        expected = (project for project in projects if self._is_expected(project, milestone))
        return Count.of(
            group,
            milestone,
            [numbers_of(self.ladders[project.id][milestone], self.as_of) for project in expected],
        )

    def _expected(self, project: Project) -> set[str]:
        """
        The milestones that ``project`` comes to, by itself or with its batch.
        """
        batch = self.registry.projects.get(project.member_of or "")
        kin = [project] if batch is None else [project, batch]
        return {
            milestone
            for milestone in self.programme.milestone_ids
            if any(self._is_expected(one, milestone) for one in kin)
        }

    def _is_expected(self, project: Project, milestone: str) -> bool:
        """
        Whether ``project`` counts at ``milestone``: a task that is done was never "started" like works.
        """
        return milestone in self.programme.expected(project.delivery) or any(
            getattr(e.event, "milestone", None) == milestone for e in self._statements.get(project.id, ())
        )

    def totals(self) -> Rows[TotalState]:
        """
        Every official total beside the ledger's own count, by publication and place.
        """
        from milestone_ledger.domain.totals import totals  # noqa: PLC0415 (as told above)

        return Rows(totals(self.live, self.registry, self.ladders, self.listed))

    def blockers(self) -> Rows[BlockerState]:
        """
        Every obstacle on the supervision list, open or removed, by the day it was first raised.
        """
        from milestone_ledger.domain.blockers import blockers  # noqa: PLC0415 (as told above)

        in_force = in_force_by(self.as_of, self.viewpoint.published_by)
        return Rows(blockers(self.live, as_of=self.as_of, in_force=in_force))

    def indicators(self) -> Rows[IndicatorState]:
        """
        Every indicator with its targets and observations, by first publication.
        """
        from milestone_ledger.domain.indicators import indicators  # noqa: PLC0415 (as told above)

        return Rows(indicators(self.live))

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """
        What is known of every listed project, for those who compare.
        """
        from milestone_ledger.domain.findings import Subject  # noqa: PLC0415 (as told above)

        return tuple(
            Subject(
                project=self.registry.projects[project],
                entries=self._statements[project],
                ladders=self.ladders[project],
                chains=[(state.chain, state.baseline) for state in self._promises[project]],
            )
            for project in self.listed
        )

    def findings(self) -> Rows[Finding]:
        """
        What a person should look at, by kind.
        """
        from milestone_ledger.domain.findings import findings  # noqa: PLC0415 (as told above)

        return Rows(
            findings(
                self.subjects,
                self.totals(),
                self.registry,
                as_of=self.as_of,
                in_force=in_force_by(self.as_of, self.viewpoint.published_by),
                opponents_of=lambda entry: opponents(self.registry, self.history, self.viewpoint, entry),
            )
        )

    def metrics(self, *, by: Axis | None = None, since: date | None = None) -> Rows[Measures]:
        """
        What the record says of all promises, or of each group in the programme's order; never ranked.

        Windows hold the days after ``since`` (``None``: a year before) up to the view's own.

        Raises:
            InvalidValueError: If ``by`` is no axis, or ``since`` not before the view's day.
        """
        return self._measuring.measures(by=by, since=since)

    def waiting(self) -> Rows[Waiting]:
        """
        How long projects wait for each milestone since they were first named, in the programme's order.
        """
        return self._measuring.waiting()

    def outlook(self, project: str, milestone: str, quantity: int | None = None) -> Expectation:
        """
        When a promise may be expected to be kept, by what became of others for the same milestone.

        Raises:
            UnknownNameError: If there is no such project.
            InvalidValueError: If nothing that can be judged was promised of the milestone.
        """
        return self._measuring.expectation(project, milestone, quantity)

    @cached_property
    def _measuring(self) -> Measuring:
        from milestone_ledger.ledger.measures import Measuring  # noqa: PLC0415 (as told above)

        return Measuring(self)

    def reconcile(self) -> Reconciliation:
        """
        What documents say of the same things, side by side: totals, plans, sources, years, targets.
        """
        from milestone_ledger.ledger.reconciling import reconciliation  # noqa: PLC0415 (as told above)

        return reconciliation(self)

    def alerts(self, rules: RuleSet | None = None, *, by: Axis = "plan") -> Rows[Light]:
        """
        A light for each promise that a rule asks about, then each group; ``None`` takes the default rules.

        Raises:
            InvalidValueError: If ``by`` is no axis.
        """
        from milestone_ledger.ledger.reconciling import lights  # noqa: PLC0415 (as told above)

        return lights(self, rules, by=by)
