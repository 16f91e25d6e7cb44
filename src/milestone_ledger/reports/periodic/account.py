"""
The account (一账一表): every project with all that was promised of it, what became of it, and what tells so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from milestone_ledger.domain.blockers import blockers
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import in_force_by
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import label, word
from milestone_ledger.reports.overview import counted, headline
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report, Section
from milestone_ledger.reports.statements import statement_text


def _narrow(column: Column, width: int) -> Column:
    return attrs.evolve(column, width=width)


# As narrow as can be read: the whole row is to fit on a page.
_COLUMNS: Final = (
    _narrow(d.PROJECT, 11),
    Column(key="domain", title=("domain", "领域"), width=5),
    Column(key="delivery", title=("delivery", "建设方式"), width=3),
    _narrow(d.UNITS, 8),
    _narrow(d.MILESTONE, 5),
    d.FIRMNESS,
    d.DEADLINE,
    _narrow(d.CURRENT, 5),
    Column(key="revisions", title=("times moved", "改期次数"), kind="count", width=3),
    _narrow(d.ACHIEVED, 7),
    Column(key="slip", title=("slip in days", "偏差天数"), kind="number", width=3),
    _narrow(d.VERDICT, 5),
    _narrow(d.BY_CURRENT, 5),
    _narrow(d.NEED, 12),
    Column(key="evidence", title=("evidence and its place", "凭据及出处"), width=13),
    _narrow(d.PROMISED_IN, 7),
    Column(key="activity", title=("activity", "动态"), width=4),
    Column(key="blockers", title=("open blockers", "挂账事项"), width=8),
)
_NUMBERS: Final = (
    Column(key="milestone", title=("milestone", "节点"), width=8),
    Column(key="certain", title=("certain", "确已达到"), kind="count", width=6),
    Column(key="possible", title=("possible", "至多可能"), kind="count", width=6),
    Column(key="registered", title=("registered", "登记数"), kind="count", width=6),
)


def account(view: View, language: Language) -> Report:
    """
    Every project that the view lists, by the top level of its domain, below an overview.

    One row for each promise chain, and one for each project of which nothing is promised.
    """
    return _Account(view, language).report()


class _Account:
    """
    The account in the making.
    """

    def __init__(self, view: View, language: Language) -> None:
        self._view = view
        self._draft = d.Drafting(view, language)
        self._language: Language = language
        self._blockers: defaultdict[str, list[str]] = defaultdict(list)
        in_force = in_force_by(view.as_of, view.viewpoint.published_by)
        for blocker in blockers(view.live, as_of=view.as_of, in_force=in_force):
            if blocker.cleared is None:
                self._blockers[blocker.project].append(self._told([blocker.raised[-1]]))

    def report(self) -> Report:
        """
        The report.
        """
        projects: defaultdict[str, list[ProjectState]] = defaultdict(list)
        for state in self._view.projects():
            projects[state.project.domain.partition("/")[0]].append(state)
        say = self._draft.say
        domains = (self._domain(name, states) for name, states in projects.items())
        return self._draft.report(say("the account", "一账一表"), [], [self._overview(), *domains])

    def _overview(self) -> Section:
        """
        Coverage first, then how many had reached each milestone.
        """
        view, say = self._view, self._draft.say
        # The first line heads the report already.
        prose = headline(view, self._language).split("\n")[1:] if view.listed else []
        counts = counted(view) if view.listed else []
        if any(row.open_batches for row in counts):
            batches = sum(view.registry.projects[project].size is None for project in view.listed)
            prose.append(word("open_batches", self._language, count=batches))
        rows: list[d.Cells] = [
            {
                "milestone": self._draft.step(row.milestone),
                "certain": row.certain,
                "possible": f"{row.possible}+" if row.open_batches else row.possible,
                "registered": row.registered,
            }
            for row in counts
        ]
        return self._draft.table(
            say("Overview", "总览"),
            _NUMBERS,
            rows,
            prose=prose,
            note=say(
                "How many projects had reached each milestone: those that documents prove, and at most how "
                "many can have. A batch counts with its units.",
                "各节点的达到情况：“确已达到”有依据证明，“至多可能”为不能排除的最大数；批次按其数量计。",
            ),
            empty=word("empty", self._language),
        )

    def _domain(self, name: str, states: Iterable[ProjectState]) -> Section:
        rows = [row for state in states for row in self._rows(state)]
        return self._draft.table(name, _COLUMNS, rows)

    def _rows(self, state: ProjectState) -> Iterator[d.Cells]:
        """
        The rows of one project.
        """
        project, view = state.project, self._view
        shared: d.Cells = {
            "project": project.name,
            "domain": project.domain,
            "delivery": view.programme.delivery_label(project.delivery, self._language)
            if project.delivery
            else word("not_stated", self._language),
            "activity": label(state.activity, self._language),
            "blockers": "\n".join(self._blockers.get(project.id, ())),
        }
        if not state.promises:
            blank: d.Cells = dict.fromkeys(column.key for column in _COLUMNS)
            yield blank | shared | {"evidence": self._told(state.statements)}
        for promise in state.promises:
            yield self._draft.promise(promise) | shared | self._promise(promise)

    def _promise(self, state: PromiseState) -> d.Cells:
        """
        What the account tells of a promise beyond what all reports do.
        """
        chain = state.chain
        return {
            "revisions": None if chain.is_effort else len(chain.revisions),
            "slip": d.days_cell(state.slip),
            "evidence": self._told(state.baseline.entries[1:]),
        }

    def _told(self, entries: Iterable[Entry]) -> str:
        """
        What statements say, each with where it stands.
        """
        programme, language = self._view.programme, self._language
        return "\n".join(
            self._draft.say("{} ({})", "{}（{}）").format(
                statement_text(entry, programme, language), self._draft.cite([entry])
            )
            for entry in entries
        )
