"""
From a view to what figures are drawn from, and back: what the record says, and how far it can tell.

The formulas stand in ``metrics``; here is chosen what they count. That is what headline figures count:
promises that are firm or planned, not taken back in time, and not made after the milestone was reached.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from attrs import define, frozen

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate, add_days, day_before
from milestone_ledger.domain.events import Activity, ActivityChanged, MilestoneAchieved
from milestone_ledger.domain.findings import Subject
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Chain, Verdict, in_force_by
from milestone_ledger.domain.state import last_status
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.ledger.grouping import (
    Axis,
    check_axis,
    groups_of_project,
    groups_of_promise,
    ordered,
)
from milestone_ledger.ledger.judging import headline
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.metrics.batches import told_twice
from milestone_ledger.metrics.earned import EarnedSchedule, earned, month_ends
from milestone_ledger.metrics.inputs import Course, Promised, Wait
from milestone_ledger.metrics.outlook import Outlook, outlook
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.schedule import (
    ExecutionIndex,
    current_execution_index,
    hit_rate,
    milestone_bei,
)
from milestone_ledger.metrics.slips import revisions, silent_slips
from milestone_ledger.metrics.survival import (
    IncidenceStep,
    SurvivalCurve,
    aalen_johansen,
    kaplan_meier,
    spells_of,
)
from milestone_ledger.metrics.trend import Trend, milestone_trend
from milestone_ledger.metrics.turnbull import Spread, intervals_of, turnbull
from milestone_ledger.metrics.wilson import Share

if TYPE_CHECKING:
    from milestone_ledger.ledger.view import View


# What a window holds that ends with the first day of the calendar.
_NOTHING = Share.of_outcomes(())


@frozen(kw_only=True)
class Measures:
    """
    The figures of one group of promises (all, if ``group`` is empty), each against its first deadline.

    ``current`` counts the same promises by the verdict on their last deadline. ``hit_rate`` and
    ``current_execution`` are of the days after ``since`` up to the view's own. ``moved`` are promises whose
    deadline moved, ``silent`` those of which a deadline passed in silence. ``earned`` is in months.
    """

    group: str
    since: date
    baseline: Reliability
    current: Reliability
    hit_rate: Share
    execution: ExecutionIndex
    current_execution: Share
    earned: EarnedSchedule | None
    moved: int
    silent: int

    @property
    def is_small(self) -> bool:
        """
        Whether so few are due that shares must be read as counts, and never be ranked.
        """
        return self.baseline.share.is_small


@frozen(kw_only=True)
class Waiting:
    """
    How long projects waited for one milestone since a document first named them, in days.

    Of all projects of which a document speaks of the milestone (``names``, in the order of registration),
    but for ``batches`` of which a member is among them; ``reached`` of ``projects`` have at some
    time, ``ended`` of these perhaps after that document. ``spread`` leaves the others of them out, and takes
    account of vague days. ``curve`` and ``incidence`` can follow only those whose days are known: ``vague``
    and ``unseen`` projects are left out.
    """

    milestone: str
    projects: int
    names: tuple[str, ...]
    batches: int
    reached: int
    ended: int
    spread: Spread
    curve: SurvivalCurve
    incidence: tuple[IncidenceStep, ...]
    vague: int
    unseen: int


@frozen(kw_only=True)
class Expectation:
    """
    What to expect of one promise: by how promises for the same milestone turned out, and by its own trend.
    """

    chain: Chain
    outlook: Outlook
    trend: Trend | None


@define(frozen=True, slots=False, eq=False)
class Measuring:
    """
    The figures of one view.
    """

    view: View

    @property
    def _in_force(self) -> date:
        return in_force_by(self.view.as_of, self.view.viewpoint.published_by)

    @cached_property
    def _headline(self) -> tuple[PromiseState, ...]:
        return tuple(state for state in self.view.promises() if state.in_headline)

    @cached_property
    def _subjects(self) -> dict[str, Subject]:
        return {subject.project.id: subject for subject in self.view.subjects}

    def _bounds(self, chain: Chain) -> Bounds:
        assert chain.milestone is not None  # noqa: S101 (headline figures count judged chains only)
        return self._subjects[chain.project].ladders[chain.milestone].bounds(chain.quantity)

    def _course(self, state: PromiseState) -> Course:
        return Course.of(state.chain, self._bounds(state.chain))

    @cached_property
    def _unplanned(self) -> tuple[Course, ...]:
        """
        Milestones that a document reports as reached, and that nothing judged was promised of.

        Where documents promise or report the same of its batch, a member counts there alone.
        """
        promised: set[tuple[str, str]] = set()
        reported: dict[tuple[str, str], None] = {}
        for name, subject in self._subjects.items():
            promised |= {
                (name, chain.milestone)
                for chain, _ in subject.chains
                if not chain.is_effort and chain.milestone
            }
            reported |= {
                (name, entry.event.milestone): None
                for entry in subject.entries
                if isinstance(entry.event, MilestoneAchieved)
                and entry.event.quantity is None
                and not entry.event.contested
            }
        of_members = {
            of_member for of_member, _ in told_twice(promised | reported.keys(), self.view.registry)
        }
        return tuple(
            Course(
                project=name,
                milestone=milestone,
                reached=self._subjects[name].ladders[milestone].bounds(),
            )
            for name, milestone in reported
            if (name, milestone) not in promised | of_members
        )

    def _groups_of_unplanned(self, course: Course, by: Axis) -> tuple[str, ...]:
        if by == "milestone":
            return (course.milestone,)
        if by == "plan" or by == "firmness":  # noqa: PLR1714 (a type checker reads it)
            return ()
        subject = self._subjects[course.project]
        return groups_of_project(self.view.programme, subject.project, subject.entries, by)

    def measures(self, *, by: Axis | None = None, since: date | None = None) -> Rows[Measures]:
        """
        The figures of all headline promises, or of each group of them.
        """
        if by is not None:
            check_axis(by)
        first = _year_before(self.view.as_of) if since is None else since
        if since is not None and first >= self.view.as_of:
            raise InvalidValueError(
                "metrics(since)",
                first.isoformat(),
                (f"give a day before {self.view.as_of}", f"须早于状态日 {self.view.as_of}"),
            )
        if by is None:
            return Rows([self._measured("", self._headline, self._unplanned, first)])
        if not self._subjects:
            return Rows()
        programme, registry = self.view.programme, self.view.registry
        states: defaultdict[str, list[PromiseState]] = defaultdict(list)
        unplanned: defaultdict[str, list[Course]] = defaultdict(list)
        for state in self._headline:
            for group in groups_of_promise(
                programme, registry.projects[state.chain.project], state.chain, by
            ):
                states[group].append(state)
        for course in self._unplanned:
            for group in self._groups_of_unplanned(course, by):
                unplanned[group].append(course)
        return Rows(
            self._measured(group, states[group], unplanned[group], first)
            for group in ordered(states, by, programme, registry)
        )

    def _measured(
        self, group: str, states: Sequence[PromiseState], unplanned: Sequence[Course], since: date
    ) -> Measures:
        as_of = self.view.as_of
        kept_up = standing(states)
        planned = [self._course(state) for state in kept_up]
        courses = [*planned, *unplanned]
        return Measures(
            group=group,
            since=since,
            baseline=headline(states),
            current=Reliability.of(state.current.verdict for state in states),
            hit_rate=hit_rate(courses, after=since, until=as_of) if since < as_of else _NOTHING,
            execution=milestone_bei(courses, by=as_of),
            current_execution=current_execution_index(courses, after=since, until=as_of)
            if since < as_of
            else _NOTHING,
            earned=_earned(planned, as_of),
            moved=sum(bool(revisions(state.chain)) for state in kept_up),
            silent=sum(bool(self._silent(state.chain)) for state in kept_up),
        )

    def _silent(self, chain: Chain) -> tuple[Entry, ...]:
        batch = self.view.registry.projects[chain.project].member_of or ""
        names = (chain.project, batch, *self.view.registry.members(chain.project))
        entries = [
            entry for name in names if name in self._subjects for entry in self._subjects[name].entries
        ]
        return silent_slips(chain, self._bounds(chain), entries, in_force=self._in_force)

    def waiting(self) -> Rows[Waiting]:
        """
        How long projects wait for each milestone that a document speaks of, in the programme's order.
        """
        milestones = self.view.programme.milestone_ids if self._subjects else ()
        return Rows(row for milestone in milestones if (row := self._waiting(milestone)) is not None)

    def _waiting(self, milestone: str) -> Waiting | None:
        spoken_of = [
            (name, milestone)
            for name, subject in self._subjects.items()
            if any(getattr(entry.event, "milestone", None) == milestone for entry in subject.entries)
        ]
        batches = {of_batch for _, of_batch in told_twice(spoken_of, self.view.registry)}
        names = tuple(name for name, _ in spoken_of if (name, milestone) not in batches)
        waits = [self._wait(self._subjects[name], milestone) for name in names]
        return _waited(milestone, names, waits, len(batches)) if waits else None

    def _wait(self, subject: Subject, milestone: str) -> Wait:
        listed = min(entry.published_on or date.min for entry in subject.entries)
        status = last_status(subject.entries, self.view.as_of)
        changed = None if status is None else status.event
        stopped = changed if isinstance(changed, ActivityChanged) else None
        return Wait(
            project=subject.project.id,
            since=UncertainDate.on(listed),
            listed=listed,
            reached=subject.ladders[milestone].bounds(),
            cancelled=stopped.on if stopped and stopped.activity is Activity.CANCELLED else None,
        )

    def expectation(self, project: str, milestone: str, quantity: int | None = None) -> Expectation:
        """
        What to expect of the last promise chain for a milestone, going by all others for the same.
        """
        chains = [
            state.chain
            for state in self.view.project(project).promises
            if (state.chain.milestone, state.chain.quantity) == (milestone, quantity)
            and not state.chain.is_effort
        ]
        if not chains:
            raise InvalidValueError(
                f"outlook({project})",
                milestone,
                ("nothing that can be judged was promised of it", "没有可考核的承诺"),
            )
        chain = chains[-1]
        reference = [
            self._course(state)
            for state in standing(self.view.promises())
            if state.chain.milestone == milestone and state.chain != chain
        ]
        return Expectation(
            chain=chain,
            outlook=outlook(Promised.of(chain.baseline), reference),
            trend=milestone_trend([Promised.of(promise) for promise in chain.promises]),
        )


def standing(states: Iterable[PromiseState]) -> list[PromiseState]:
    """
    Those of ``states`` that headline figures count, and that were not taken back in time.
    """
    return [
        state for state in states if state.in_headline and state.baseline.verdict is not Verdict.WITHDRAWN
    ]


def _year_before(day: date) -> date:
    """
    The same day of the year before; 28 February for 29 February, and no earlier than the calendar.
    """
    if (day.month, day.day) == (2, 29):
        return add_days(day, -366)
    return date.min if day.year == date.min.year else day.replace(year=day.year - 1)


def _earned(courses: Sequence[Course], as_of: date) -> EarnedSchedule | None:
    """
    The earned schedule in months, from the day on which the first of the promises was made.
    """
    baselines = [course.baseline for course in courses if course.baseline is not None]
    if not baselines:
        return None
    first = min(min(each.published, day_before(each.first)) for each in baselines)
    if any(each.first == first for each in baselines):
        return None  # it was due on the first day of the calendar: no plan can begin before
    return earned(courses, month_ends(first, max(as_of, *(each.last for each in baselines))), as_of=as_of)


def _waited(milestone: str, names: tuple[str, ...], waits: Sequence[Wait], batches: int) -> Waiting:
    spells, intervals = spells_of(waits), intervals_of(waits)
    return Waiting(
        milestone=milestone,
        projects=len(waits),
        names=names,
        batches=batches,
        reached=sum(wait.reached.hi is not None for wait in waits),
        ended=sum(interval.hi is not None for interval in intervals),
        spread=turnbull(intervals),
        curve=kaplan_meier(spells.spells),
        incidence=aalen_johansen(spells.spells),
        vague=spells.vague,
        unseen=spells.unseen,
    )
