"""
What a view answers about projects, promises and totals, as rows of a page: plain numbers and pooled values.

The order of the parts of each row is part of the page; ``model.js`` names them the same way.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date

from milestone_ledger.domain.bounds import Answer, Bounds, Ladder
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Firmness
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Need, Verdict
from milestone_ledger.domain.registry import UNKNOWN_WHOLE, Registry
from milestone_ledger.domain.state import ActivityState, MilestoneState, milestone_states
from milestone_ledger.domain.totals import TotalState
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.reconciliation import TotalFit, reconciled_total
from milestone_ledger.reports.labels import bounds_text, deadline_text, label, need_text
from milestone_ledger.reports.overview import split_text
from milestone_ledger.reports.page.groups import DUE_WITHIN
from milestone_ledger.reports.page.pools import Pool, Texts, day_number
from milestone_ledger.reports.periodic.drafting import due_soon

VERDICTS = tuple(Verdict)
ANSWERS = tuple(Answer)
ACTIVITIES = tuple(ActivityState)
FIRMNESSES = tuple(Firmness)

# What a promise is besides its verdict, as the bits of one number.
IN_HEADLINE, EARLY, AFTER_ACHIEVEMENT, DUE_SOON, EFFORT = 1, 2, 4, 8, 16


class Rows:
    """
    The rows of one page, each held once however many days it lasts.
    """

    def __init__(self, registry: Registry, entries: Iterable[Entry]) -> None:
        programme = registry.programme
        self.texts = Texts()
        self.states, self.milestones, self.promises, self.totals = Pool(), Pool(), Pool(), Pool()
        self._programme = programme
        self._steps = {} if programme is None else {m: n for n, m in enumerate(programme.milestone_ids)}
        self._projects = {project: number for number, project in enumerate(registry.projects)}
        self._entries = {entry.seq: number for number, entry in enumerate(entries)}
        self._said: dict[Hashable, int] = {}

    def entries(self, entries: Iterable[Entry]) -> tuple[int, ...]:
        """
        Where the page lists each entry.
        """
        return tuple(self._entries[entry.seq] for entry in entries)

    def looks(self, view: View) -> dict[str, int]:
        """
        The state of every project that a view lists, by its number.
        """
        soon = {id(state) for state in due_soon(view, DUE_WITHIN)}
        counted = {step: set(view.counted(step)) for step in self._steps}
        return {state.project.id: self._state(view, state, soon, counted) for state in view.projects()}

    def _state(self, view: View, state: ProjectState, soon: set[int], counted: Mapping[str, set[str]]) -> int:
        return self.states.number(
            (
                tuple(self._steps[step] for step in state.stage),
                ACTIVITIES.index(state.activity),
                None if state.status is None else self._entries[state.status.seq],
                None if state.next_expected is None else self._steps[state.next_expected],
                tuple(self._milestone(milestone, state.project.size) for milestone in state.milestones),
                tuple(self._promise(view, promise, soon) for promise in state.promises),
                tuple(
                    self._steps[step] for step, projects in counted.items() if state.project.id in projects
                ),
            )
        )

    def _milestone(self, state: MilestoneState, size: int | None) -> int:
        if not state.is_expected:  # what follows from other milestones would be read as if it had happened
            (state,) = milestone_states(
                {state.milestone: Ladder(UNKNOWN_WHOLE if size is None else size)}, date.min
            )
        return self.milestones.number(
            (
                ANSWERS.index(state.answer),
                *self._bounds(state.bounds),
                *((None, None) if size == 1 else (state.certain, state.possible)),
                self.entries(state.bounds.entries),
                () if size == 1 else self.entries(state.count_entries),
            )
        )

    def _promise(self, view: View, state: PromiseState, soon: set[int]) -> int:
        chain, baseline = state.chain, state.baseline
        bounds = Bounds(None, None)
        if chain.milestone is not None and not chain.is_effort:
            bounds = view.bounds(chain.project, chain.milestone, chain.quantity)
        flags = (
            IN_HEADLINE * state.in_headline
            | EARLY * state.is_early
            | AFTER_ACHIEVEMENT * state.after_achievement
            | DUE_SOON * (id(state) in soon)
            | EFFORT * chain.is_effort
        )
        split = None
        if state.members:
            split = self.texts.text(split_text(view, state, "zh"), split_text(view, state, "en"))
        return self.promises.number(
            (
                None if chain.milestone is None else self._steps[chain.milestone],
                chain.quantity,
                chain.segment,
                FIRMNESSES.index(chain.firmness),
                VERDICTS.index(baseline.verdict),
                VERDICTS.index(state.current.verdict),
                flags,
                *self._deadline(baseline.deadline),
                None if not chain.revisions else self._deadline(state.current.deadline)[2],
                *self._bounds(bounds),
                self.entries(chain.promises),
                self.entries(baseline.entries[1:]),
                tuple(self.texts.text(unit) for unit in chain.responsible),
                self._need(baseline.need, chain.firmness),
                split,
            )
        )

    def _bounds(self, bounds: Bounds) -> tuple[int | None, int | None, int]:
        key = "bounds", bounds.lo, bounds.hi
        if key not in self._said:
            self._said[key] = self.texts.text(bounds_text(bounds, "zh"), bounds_text(bounds, "en"))
        return day_number(bounds.lo), day_number(bounds.hi), self._said[key]

    def _deadline(self, deadline: UncertainDate | None) -> tuple[int | None, int | None, int]:
        key = "deadline", deadline
        if key not in self._said:
            self._said[key] = self.texts.text(deadline_text(deadline, "zh"), deadline_text(deadline, "en"))
        first, last = (None, None) if deadline is None else (deadline.earliest, deadline.latest)
        return day_number(first), day_number(last), self._said[key]

    def _need(self, need: Need | None, firmness: Firmness) -> int | None:
        if need is None or self._programme is None:
            return None
        key = "need", need, firmness
        if key not in self._said:
            zh, en = (self._programme.milestone_label(need.milestone, which) for which in ("zh", "en"))
            self._said[key] = self.texts.text(
                need_text(need, zh, firmness, "zh"), need_text(need, en, firmness, "en")
            )
        return self._said[key]

    def total(self, state: TotalState) -> int:
        """
        The number of one official total beside the ledger's own count.
        """
        fitting = reconciled_total(state)
        is_compared = fitting.fit is not TotalFit.NOT_COMPARED
        return self.totals.number(
            (
                self._entries[state.entry.seq],
                day_number(state.on),
                state.certain,
                state.possible,
                state.registered,
                fitting.missing if is_compared else None,
                self.texts.text(label(fitting.fit, "zh"), label(fitting.fit, "en")),
                self.entries(state.examples),
                self._spans(state.projects),
                self._spans(state.reached),
            )
        )

    def _spans(self, projects: Iterable[str]) -> tuple[int, ...]:
        """
        Projects by number, as first and count of each unbroken stretch.
        """
        spans: list[int] = []
        for number in sorted(self._projects[project] for project in projects):
            if spans and spans[-2] + spans[-1] == number:
                spans[-1] += 1
            else:
                spans += [number, 1]
        return tuple(spans)
