"""
What all periodic reports share: how they head, cite and explain, and how a promise stands in a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate, add_days, day_before
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict, is_after_achievement
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.slips import DayRange
from milestone_ledger.reports.labels import day_text, deadline_text, label, need_text, word
from milestone_ledger.reports.overview import headline, split_text
from milestone_ledger.reports.periodic.content import Bilingual, Column, Group, Report, Section, Value
from milestone_ledger.reports.statements import cite_text

Cells = dict[str, Value]

PROJECT: Final = Column(key="project", title=("project", "项目"), width=14)
MILESTONE: Final = Column(key="milestone", title=("milestone", "节点"), width=7)
DEADLINE: Final = Column(key="deadline", title=("deadline", "承诺期限"), kind="day", width=6)
CURRENT: Final = Column(key="current", title=("current deadline", "现期限"), kind="day", width=6)
FIRMNESS: Final = Column(key="firmness", title=("firmness", "力度"), width=3)
UNITS: Final = Column(key="units", title=("responsible units", "责任单位"), width=12)
ACHIEVED: Final = Column(key="achieved", title=("what is known", "实绩"), width=10)
VERDICT: Final = Column(key="verdict", title=("verdict", "判定"), kind="verdict", width=7)
BY_CURRENT: Final = Column(
    key="by_current", title=("by current deadline", "按现期限判定"), kind="verdict", width=7
)
PROMISED_IN: Final = Column(key="promised_in", title=("promised in", "承诺出处"), width=11)
EVIDENCE: Final = Column(key="evidence", title=("evidence", "凭据"), width=11)
NEED: Final = Column(key="need", title=("what would decide it", "何种依据可以判定"), width=20)
DAYS_LEFT: Final = Column(key="days_left", title=("days left", "距期限天数"), kind="number", width=4)
DAYS_PAST: Final = Column(key="days_past", title=("days past", "期限已过天数"), kind="number", width=5)

MEANINGS: Final[dict[Verdict, Bilingual]] = {
    Verdict.KEPT: ("reached within the deadline, as documents prove", "有依据证明在期限之内已达到"),
    Verdict.KEPT_LATE: (
        "reached, but after the deadline, as documents prove",
        "有依据证明已达到，但晚于期限",
    ),
    Verdict.OVERDUE: (
        "still not reached after the deadline, as documents prove; whether it was since is unknown",
        "有依据证明期限过后仍未达到，其后是否达到不明",
    ),
    Verdict.DATE_UNKNOWN: (
        "reached; no document tells whether within the deadline",
        "已经达到，但现有依据不能确定是否在期限之内",
    ),
    Verdict.UNVERIFIED: (
        "the deadline has passed and no document tells whether it was reached; this does not mean late",
        "期限已到，尚无依据说明是否达到；不等于逾期",
    ),
    Verdict.NOT_DUE: ("the deadline has not passed", "期限未到"),
    Verdict.WITHDRAWN: (
        "withdrawn before the deadline, or its project was cancelled",
        "期限到来之前已由文件撤回，或项目已取消",
    ),
    Verdict.EFFORT: ("names no milestone or no deadline, so it is not judged", "未写明节点或期限，不作考核"),
}
"""
What each verdict means, in one sentence.
"""

_SOURCE_COLUMNS: Final = (
    Column(key="source", title=("source", "依据"), width=8),
    Column(key="title", title=("title", "标题"), width=26),
    Column(key="issuer", title=("issuer", "发布机关"), width=12),
    Column(key="number", title=("number", "文号"), width=10),
    Column(key="published", title=("published", "发布日"), kind="day", width=6),
)


class Drafting:
    """
    A report in the making: it writes in one language, and remembers which documents it cites.
    """

    def __init__(self, view: View, language: Language) -> None:
        self.view = view
        self.language = language
        self._cited: set[str] = set()

    def say(self, en: str, zh: str) -> str:
        """
        The one of two wordings that the report is written in.
        """
        return zh if self.language == "zh" else en

    def cite(self, entries: Iterable[Entry]) -> str:
        """
        Where statements stand, each as number, document and place; a dash for none.
        """
        entries = list(entries)
        self._cited |= {getattr(entry.event, "source", None) or "" for entry in entries}
        return "；".join(map(cite_text, entries)) or "—"

    def name(self, project: str) -> str:
        """
        What a project is called.
        """
        known = self.view.registry.projects.get(project)
        return project if known is None else known.name

    def step(self, milestone: str | None) -> str:
        """
        What a milestone is called; nothing for none.
        """
        return "" if milestone is None else self.view.programme.milestone_label(milestone, self.language)

    def units(self, names: Sequence[str]) -> str:
        """
        Responsible units as the document names them.
        """
        return "；".join(names) or word("not_stated", self.language)

    def step_of(self, state: PromiseState) -> str:
        """
        The milestone promised, and of a batch how many.
        """
        chain = state.chain
        return self.counted(chain.project, chain.milestone, chain.quantity)

    def counted(self, project: str, milestone: str | None, quantity: int | None) -> str:
        """
        A milestone of so many units of a project (``None``: the whole), which a named project has one of.
        """
        known, step = self.view.registry.projects[project], self.step(milestone)
        number = quantity or known.size
        if known.size == 1:
            return step
        if number is None:
            return step + self.say(" (number not stated)", "（数量未载）")
        return f"{step} {number}{known.measure}".strip()

    def achieved(self, state: PromiseState) -> str:
        """
        When what was promised was reached, as far as documents tell.
        """
        chain = state.chain
        if chain.milestone is None or chain.is_effort:
            return ""
        return self.reached(self.view.bounds(chain.project, chain.milestone, chain.quantity))

    def reached(self, bounds: Bounds) -> str:
        """
        When a milestone was reached, in words.
        """
        lo, hi = bounds.lo, bounds.hi
        if hi is not None:
            if lo == hi:
                return str(hi)
            return self.say(f"by {hi}", f"至迟 {hi}") if lo is None else f"{lo}～{hi}"
        if lo is None:
            return word("no_evidence", self.language)
        still = day_before(lo)
        return self.say(f"not yet on {still}", f"{still} 尚未达到，其后无据")

    def promise(self, state: PromiseState) -> Cells:
        """
        One promise chain, by the keys of the columns above.
        """
        view, chain, language = self.view, state.chain, self.language
        current = None if state.current.deadline is None else state.current.deadline.latest
        due = None if state.baseline.deadline is None else state.baseline.deadline.latest
        verdict: Value = state.baseline.verdict
        achieved = self.achieved(state)
        if state.members:
            achieved += self.say(
                f" ({split_text(view, state, language)})", f"（{split_text(view, state, language)}）"
            )
        need = state.baseline.need
        return {
            "project": self.name(chain.project),
            "milestone": self.step_of(state),
            "deadline": day_cell(state.baseline.deadline, language),
            "current": day_cell(state.current.deadline, language) if chain.revisions else None,
            "firmness": label(chain.firmness, language),
            "units": self.units(chain.responsible),
            "achieved": achieved,
            "verdict": verdict,
            "by_current": self._by_current(state),
            "promised_in": self.cite([chain.baseline]),
            "evidence": self.cite(state.baseline.entries[1:]),
            "need": ""
            if need is None
            else need_text(need, self.step(need.milestone), chain.firmness, language),
            "days_left": None if current is None else (current - view.as_of).days,
            "days_past": None if due is None else (view.as_of - due).days,
        }

    def _by_current(self, state: PromiseState) -> Verdict | None:
        """
        The verdict by the deadline last promised, if it was moved, and not only after the achievement.
        """
        chain = state.chain
        if chain.milestone is None or chain.is_effort or not chain.revisions:
            return None
        bounds = self.view.bounds(chain.project, chain.milestone, chain.quantity)
        return None if is_after_achievement(chain.current, bounds) else state.current.verdict

    def table(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Mapping[str, Value]],
        *,
        note: str = "",
        empty: str = "",
        prose: Sequence[str] = (),
    ) -> Section:
        """
        A section with one row for each mapping from keys of ``columns``.
        """
        return Section(
            title=title,
            note=note,
            prose=tuple(prose),
            columns=tuple(columns),
            rows=tuple(tuple(row[column.key] for column in columns) for row in rows),
            empty=empty,
        )

    def grouped(
        self,
        title: str,
        columns: Sequence[Column],
        groups: Mapping[str, Sequence[Mapping[str, Value]]],
        *,
        note: str = "",
        empty: str = "",
    ) -> Section:
        """
        A section whose rows come under the titles of ``groups``, in their order; empty groups are left out.
        """
        kept = {name: rows for name, rows in groups.items() if rows}
        firsts, rows_before = [], 0
        for name, rows in kept.items():
            firsts.append(Group(title=name, first=rows_before, count=len(rows)))
            rows_before += len(rows)
        every = (row for rows in kept.values() for row in rows)
        section = self.table(title, columns, every, note=note, empty=empty)
        return Section(
            title=section.title,
            note=section.note,
            columns=section.columns,
            rows=section.rows,
            groups=tuple(firsts),
            empty=section.empty,
        )

    def report(
        self, title: str, lines: Sequence[str], sections: Iterable[Section], *, has_coverage: bool = True
    ) -> Report:
        """
        The report, with the documents that it cites at its end, and the verdicts that it shows explained.

        ``has_coverage`` says in the heading how far the evidence reaches.
        """
        programme = self.view.registry.programme
        subject = self.view.ledger if programme is None else programme.title.text(self.language)
        drafted = tuple(sections)
        coverage = headline(self.view, self.language).split("\n")[:1] if has_coverage else []
        values = (value for section in drafted for row in section.rows for value in row)
        shown = {value for value in values if isinstance(value, Verdict)}  # a text may equal one
        return Report(
            language=self.language,
            title=self.say(f"{subject}: {title}", f"{subject}{title}"),
            heading=(*lines, self._known(), *coverage),
            sections=(*drafted, *self._sources()),
            legend=tuple((verdict, self.say(*MEANINGS[verdict])) for verdict in Verdict if verdict in shown),
        )

    def _known(self) -> str:
        """
        From which point of view the report is written.
        """
        published_by, recorded = self.view.viewpoint.published_by, self.view.viewpoint.recorded_by
        known = (
            word("hindsight", self.language)
            if published_by is None
            else word("published_by", self.language, day=published_by)
        )
        grace = self.say(f"; {self.view.grace} days of grace", f"；宽限 {self.view.grace} 日")
        return self.say(
            f"As of {self.view.as_of}, {known}; ledger {self.view.ledger!r}, {recorded} entries",
            f"状态日 {self.view.as_of}，{known}；台账“{self.view.ledger}”，记录 {recorded} 条",
        ) + grace * (self.view.grace > 0)

    def _sources(self) -> list[Section]:
        """
        The documents that the report cites, in the order of their registration.
        """
        rows = [
            {
                "source": source.source,
                "title": source.title,
                "issuer": source.issuer or word("not_stated", self.language),
                "number": source.number or "—",
                "published": day_cell(source.published, self.language),
            }
            for name, source in self.view.registry.sources.items()
            if name in self._cited
        ]
        note = self.say(
            "'#' and a number in this report is the entry in the ledger, followed by the document and the "
            "place in it.",
            "本报告中“#”后的数字为台账条目序号，其后为依据简称和在该依据中的位置。",
        )
        title = self.say("Documents cited", "依据目录")
        return [self.table(title, _SOURCE_COLUMNS, rows, note=note)] if rows else []


def day_cell(day: UncertainDate | None, language: Language) -> Value:
    """
    A day as a date if it is one, else as people write what is known of it.
    """
    if day is not None and day.is_exact:
        return day.latest
    if day is not None and (day.earliest is None or day.latest is None):
        return day_text(day)
    return deadline_text(day, language)


def days_cell(days: DayRange | None) -> Value:
    """
    A number of days, or the range of one, open where it is; nothing if nothing is known of it.
    """
    if days is None or days.lo == days.hi:
        return None if days is None else days.lo
    if days.hi is None:
        return f"≥ {days.lo}"
    return f"≤ {days.hi}" if days.lo is None else f"{days.lo}～{days.hi}"


def judged(view: View) -> list[PromiseState]:
    """
    The promises that lists are made of: all that can be judged, but for those made after the achievement.
    """
    return [state for state in view.promises() if not state.chain.is_effort and not state.after_achievement]


def by_deadline(states: Iterable[PromiseState]) -> list[PromiseState]:
    """
    The earliest baseline deadline first, else as they came.
    """
    return sorted(states, key=lambda state: _last_day(state.baseline.deadline))


def due_soon(view: View, days: int) -> list[PromiseState]:
    """
    Promises not due yet, and not known to be reached, whose current deadline ends within ``days``.

    What is past its deadline by less than the view's days of grace is not due yet either.
    """
    last = add_days(view.as_of, days)
    return sorted(
        (
            state
            for state in judged(view)
            if state.current.verdict is Verdict.NOT_DUE and _last_day(state.current.deadline) <= last
        ),
        key=lambda state: _last_day(state.current.deadline),
    )


def due_today(view: View) -> list[PromiseState]:
    """
    Promises not known to be reached that fall due with the end of the view's day.
    """
    return [
        state
        for state in judged(view)
        if state.current.verdict is Verdict.UNVERIFIED
        and add_days(_last_day(state.current.deadline), view.grace) == view.as_of
    ]


def _last_day(deadline: UncertainDate | None) -> date:
    return date.max if deadline is None or deadline.latest is None else deadline.latest
