"""
The supervision list (挂账督办): obstacles that are open, and those removed in the period.
"""

from __future__ import annotations

from datetime import date

from milestone_ledger.domain.blockers import BlockerState
from milestone_ledger.errors import Language
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report

_REF = Column(key="ref", title=("number", "编号"), width=4)
_WHAT = Column(key="what", title=("obstacle", "挂账事项"), width=18)
_DUE = Column(key="due", title=("to be removed by", "办结期限"), kind="day", width=6)
_RAISED = Column(key="raised", title=("raised on", "挂账日"), kind="day", width=6)
_AGE = Column(key="age", title=("age in days", "挂账天数"), kind="number", width=5)
_LATE = Column(key="late", title=("days past deadline", "超期天数"), kind="number", width=5)
_CLEARED = Column(key="cleared", title=("removed on", "销账日"), kind="day", width=6)
_TOOK = Column(key="took", title=("days taken", "历时天数"), kind="number", width=5)

COLUMNS = (_REF, d.PROJECT, d.MILESTONE, _WHAT, d.UNITS, _DUE, _RAISED, _AGE, _LATE, d.EVIDENCE)


def supervision(view: View, language: Language, *, since: date | None = None) -> Report:
    """
    What is on the supervision list on the view's day, and what was removed from it after ``since``.

    ``None`` lists everything ever removed.
    """
    draft = d.Drafting(view, language)
    known = view.blockers()
    still = [blocker for blocker in known if blocker.cleared is None]
    removed = [b for b in known if b.cleared_on is not None and (since is None or b.cleared_on > since)]
    late = sum(blocker.is_past(view.as_of) for blocker in still)
    period = (
        draft.say("since the ledger began", "台账起始以来")
        if since is None
        else draft.say(f"after {since}", f"{since} 之后")
    )
    return draft.report(
        draft.say("supervision list", "挂账督办单"),
        [
            draft.say(
                f"Open: {len(still)}, {late} of them past their deadline; removed {period}: {len(removed)}",
                f"未销账 {len(still)} 项，其中超过办结期限 {late} 项；{period}销账 {len(removed)} 项",
            )
        ],
        [
            draft.table(
                draft.say("Open", "未销账事项"),
                COLUMNS,
                [blocker_cells(draft, blocker) for blocker in still],
                note=draft.say(
                    "The age counts from the document that raised it; when it arose is told by none.",
                    "挂账天数自载明该事项的依据发布之日起算；事项实际发生的日期，依据未载。",
                ),
                empty=draft.say("Nothing is on the supervision list.", "目前没有未销账的事项。"),
            ),
            draft.table(
                draft.say("Removed", "已销账事项"),
                (_REF, d.PROJECT, d.MILESTONE, _WHAT, d.UNITS, _DUE, _RAISED, _CLEARED, _TOOK, d.EVIDENCE),
                [blocker_cells(draft, blocker) for blocker in removed],
                note=draft.say(f"Removed {period}.", f"{period}销账的事项。"),
                empty=draft.say(f"Nothing was removed {period}.", f"{period}没有销账的事项。"),
            ),
        ],
    )


def blocker_cells(draft: d.Drafting, blocker: BlockerState) -> d.Cells:
    """
    One obstacle, by the keys of the columns.
    """
    event, as_of = blocker.current, draft.view.as_of
    ended = blocker.cleared_on
    due = None if event.deadline is None else event.deadline.latest
    return {
        "ref": blocker.ref or "—",
        "project": draft.name(blocker.project),
        "milestone": draft.step(event.milestone) or "—",
        "what": event.note or draft.say("not stated", "依据未写明"),
        "units": draft.units(event.responsible),
        "due": draft.say("none set", "未定") if due is None else d.day_cell(event.deadline, draft.language),
        "raised": blocker.raised_on,
        "age": (as_of - blocker.raised_on).days,
        "late": (as_of - due).days if due is not None and blocker.is_past(as_of) else None,
        "cleared": ended,
        # Removed before the document that tells of both: how long it took is not known.
        "took": None if ended is None or ended < blocker.raised_on else (ended - blocker.raised_on).days,
        "evidence": draft.cite(blocker.entries),
    }
