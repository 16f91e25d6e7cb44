"""
What changed, as sections of a report: what was said of projects, milestones and promises, and what it did.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.ledger.changes import (
    Changes,
    MilestoneMoved,
    Move,
    PromiseAct,
    PromiseSaid,
    VerdictChanged,
)
from milestone_ledger.reports.labels import label, word
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Section, Value
from milestone_ledger.reports.statements import statement_text

_DOMAIN = Column(key="domain", title=("domain", "领域"), width=8)
_DELIVERY = Column(key="delivery", title=("delivery", "建设方式"), width=4)
_NEWS = Column(key="news", title=("news", "新情况"), width=14)
SAYS = Column(key="says", title=("says", "内容"), width=26)
_ACT = Column(key="act", title=("act", "变动"), width=4)
_FROM = Column(key="before", title=("from", "原期限"), kind="day", width=6)
_TO = Column(key="after", title=("to", "现期限"), kind="day", width=6)
_MOVED = Column(key="moved", title=("days moved", "顺延天数"), kind="number", width=5)
_NOTICE = Column(key="notice", title=("notice in days", "提前天数"), kind="number", width=5)
_OLD_VERDICT = Column(key="old", title=("was", "原判定"), kind="verdict", width=7)
_NEW_VERDICT = Column(key="new", title=("is", "现判定"), kind="verdict", width=7)
_CAUSE = Column(key="cause", title=("because of", "缘由"), width=13)
_TOO_LATE = (
    label(FindingKind.PROMISED_AFTER_ACHIEVED, "en"),
    label(FindingKind.PROMISED_AFTER_ACHIEVED, "zh"),
)


def news(draft: d.Drafting, changes: Changes) -> list[Section]:
    """
    What changed, one section for each kind.
    """
    return [
        _listed(draft, changes),
        _milestones(draft, changes),
        _promises(draft, changes),
        _verdicts(draft, changes),
        _statements(draft, changes),
    ]


def milestones_of(draft: d.Drafting, changes: Changes) -> list[MilestoneMoved]:
    """
    What a reader must be told of milestones: what is said of them, and of how many of a batch.
    """
    projects = draft.view.registry.projects
    return [
        row
        for row in changes.milestones
        if row.is_direct
        or (
            row.certain[0] != row.certain[1]
            and projects[row.project].size != 1
            and any(getattr(entry.event, "milestone", None) == row.milestone for entry in row.entries)
        )
    ]


def _listed(draft: d.Drafting, changes: Changes) -> Section:
    projects, programme = draft.view.registry.projects, draft.view.registry.programme
    rows: list[d.Cells] = []
    for row in changes.listed:
        delivery = projects[row.project].delivery
        rows.append(
            {
                "project": draft.name(row.project),
                "domain": projects[row.project].domain,
                "delivery": programme.delivery_label(delivery, draft.language)
                if programme and delivery
                else word("not_stated", draft.language),
                "evidence": draft.cite(row.entries),
            }
        )
    return draft.table(
        draft.say("Projects first mentioned", "首次提及的项目"),
        (d.PROJECT, _DOMAIN, _DELIVERY, d.EVIDENCE),
        rows,
        empty=draft.say("No project was mentioned for the first time.", "本期没有首次提及的项目。"),
    )


def _milestones(draft: d.Drafting, changes: Changes) -> Section:
    rows = [
        {
            "project": draft.name(row.project),
            "milestone": draft.step(row.milestone),
            "news": _news_text(draft, row),
            "achieved": _whole(draft, row) + draft.reached(row.after),
            "evidence": draft.cite(row.entries),
        }
        for row in milestones_of(draft, changes)
    ]
    return draft.table(
        draft.say("Milestones", "节点新情况"),
        (d.PROJECT, d.MILESTONE, _NEWS, d.ACHIEVED, d.EVIDENCE),
        rows,
        note=draft.say(
            "What newly published documents establish; what merely follows from it is not listed.",
            "新公开的依据所能证明的情况；由此推知的其他节点（如已完成即已开工）不另列。",
        ),
        empty=draft.say("No document brought news of a milestone.", "本期没有关于节点的新情况。"),
    )


def _whole(draft: d.Drafting, row: MilestoneMoved) -> str:
    """
    Says that what follows is of a whole batch.
    """
    return "" if draft.view.registry.projects[row.project].size == 1 else draft.say("all: ", "整体：")


def _news_text(draft: d.Drafting, row: MilestoneMoved) -> str:
    project = draft.view.registry.projects[row.project]
    if row.move is Move.REACHED:
        said = draft.say("reached", "已达到")
    elif row.move is Move.PENDING:
        said = draft.say("still not reached", "尚未达到")
    elif row.move is Move.NARROWED:
        said = draft.say("known more closely", "日期更为明确")
    else:
        said = draft.say("a statement was taken back, less is certain", "原陈述更正，结论相应放宽")
    if project.size == 1 or row.certain[0] == row.certain[1]:
        return said
    size = "?" if project.size is None else str(project.size)
    return draft.say(
        f"certain: {row.certain[0]} → {row.certain[1]} of {size}",
        f"确已达到：{row.certain[0]} → {row.certain[1]}（共 {size}{project.measure}）",
    )


def _promises(draft: d.Drafting, changes: Changes) -> Section:
    return promise_table(
        draft,
        changes.promises,
        draft.say("Promises", "承诺变动"),
        draft.say(
            "No promise was made, moved, confirmed or withdrawn.", "本期没有新作、调整、重申或撤回的承诺。"
        ),
    )


def promise_table(draft: d.Drafting, told: Iterable[PromiseSaid], title: str, empty: str) -> Section:
    """
    What became of promises: from which deadline to which, by how many days, with how much notice.
    """
    rows = list(told)
    note = draft.say(
        "Days moved: positive if the deadline moved back. Notice: days from the new document to the old "
        "deadline, 0 or less is after the fact.",
        "顺延天数为正表示期限推后；提前天数指新文件发布日距原期限的天数，零或负数表示期限过后才作调整。",
    )
    if any(row.after_achievement for row in rows):
        note += draft.say(
            f" {_TOO_LATE[0].capitalize()}: documents show that the milestone was reached before this one "
            "was published; nothing was postponed.",
            f"“{_TOO_LATE[1]}”指有依据证明该节点在文件发布之前已经达到，不是推迟。",
        )
    return draft.table(
        title,
        (d.PROJECT, d.MILESTONE, _ACT, _FROM, _TO, _MOVED, _NOTICE, d.UNITS, d.PROMISED_IN),
        [_promise(draft, row) for row in rows],
        note=note,
        empty=empty,
    )


def _promise(draft: d.Drafting, row: PromiseSaid) -> d.Cells:
    acts = {
        PromiseAct.MADE: ("made", "新作"),
        PromiseAct.MOVED: ("moved", "调整"),
        PromiseAct.CONFIRMED: ("confirmed", "重申"),
        PromiseAct.WITHDRAWN: ("withdrawn", "撤回"),
    }
    revision, event = row.revision, row.entry.event
    moved = None if row.after_achievement else revision
    due: Value = None
    if row.act is not PromiseAct.WITHDRAWN:
        due = d.day_cell(getattr(event, "deadline", None), draft.language)
    return {
        "project": draft.name(row.project),
        "milestone": draft.counted(row.project, row.milestone, row.quantity),
        "act": draft.say(*(_TOO_LATE if row.after_achievement else acts[row.act])),
        "before": None if revision is None else d.day_cell(revision.before, draft.language),
        "after": due,
        "moved": None if moved is None else d.days_cell(moved.moved),
        "notice": None if moved is None else d.days_cell(moved.notice),
        "units": None if row.act is PromiseAct.WITHDRAWN else draft.units(row.responsible),
        "promised_in": draft.cite(row.entries),
    }


def is_news(row: VerdictChanged) -> bool:
    """
    Whether a verdict turned; that a new promise is not due yet, or no more than effort, is none.
    """
    return row.before is not None or row.after not in (Verdict.NOT_DUE, Verdict.EFFORT)


def is_by_documents(row: VerdictChanged) -> bool:
    """
    Whether documents turned a verdict: that a new promise fell due unproven is the work of the days.
    """
    return bool(row.because) and not (row.before is None and row.after is Verdict.UNVERIFIED)


def _verdicts(draft: d.Drafting, changes: Changes) -> Section:
    return verdict_table(
        draft,
        [row for row in changes.verdicts if is_news(row)],
        draft.say("Verdicts that changed", "判定变化"),
        draft.say("No verdict on a promise changed.", "本期没有承诺的判定发生变化。"),
    )


def verdict_table(draft: d.Drafting, told: list[VerdictChanged], title: str, empty: str) -> Section:
    """
    Verdicts that changed, from what to what, and what did it.
    """
    none = draft.say("(no promise)", "（无此承诺）")
    rows = [
        draft.promise(row.promise)
        | {
            "old": none if row.before is None else row.before,
            "new": none if row.after is None else row.after,
            "cause": draft.cite(row.because)
            if is_by_documents(row)
            else draft.say("deadline passed", "期限届满"),
        }
        | ({} if row.after else {"by_current": None})  # what is no promise is not judged
        for row in told
    ]
    return draft.table(
        title,
        (
            d.PROJECT,
            d.MILESTONE,
            d.DEADLINE,
            _OLD_VERDICT,
            _NEW_VERDICT,
            d.CURRENT,
            d.BY_CURRENT,
            _CAUSE,
            d.UNITS,
            d.PROMISED_IN,
        ),
        rows,
        note=draft.say(
            "Judged by the first deadline promised and, where it was moved, by the current one as well; that "
            "a deadline passed is no proof of lateness.",
            "按首次承诺的期限判定，调整过期限的，另列按现期限的判定；“期限届满”只表示期限已到，不表示逾期。",
        ),
        empty=empty,
    )


def _statements(draft: d.Drafting, changes: Changes) -> Section:
    """
    Everything else that was said: stops, obstacles, totals, numbers, progress in words, corrections.
    """
    groups = {
        draft.say("Stops and resumptions", "停工复工与取消恢复"): changes.activity,
        draft.say("Obstacles", "挂账与销账"): changes.blockers,
        draft.say("Official totals", "汇总数"): changes.totals,
        draft.say("Indicators", "指标"): changes.indicators,
        draft.say("Progress that settles no milestone", "未涉及节点的动态"): changes.notes,
    }
    rows: dict[str, list[d.Cells]] = {
        title: [statement_cells(draft, row.entry, [row.entry]) for row in said]
        for title, said in groups.items()
    }
    rows[draft.say("Corrected: no longer holds", "已更正，不再有效")] = [
        statement_cells(draft, row.entry, [row.entry, row.by]) for row in changes.retracted
    ]
    return draft.grouped(
        draft.say("What else was said", "其他情况"),
        (d.PROJECT, SAYS, d.EVIDENCE),
        rows,
        empty=draft.say("Nothing else was said.", "本期没有其他情况。"),
    )


def statement_cells(draft: d.Drafting, entry: Entry, cited: Sequence[Entry]) -> d.Cells:
    """
    A statement: of which project, what it says, and where ``cited`` stand.
    """
    project = getattr(entry.event, "project", None)
    return {
        "project": draft.name(project) if project else "—",
        "says": statement_text(entry, draft.view.programme, draft.language),
        "evidence": draft.cite(cited),
    }
