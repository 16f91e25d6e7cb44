"""
The alert list (即时调度): what needs a call today, each with the rule that put it there.

"Not established" never counts as late: without proof a promise is listed only before its deadline.
"""

from __future__ import annotations

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report
from milestone_ledger.reports.periodic.supervision import COLUMNS, blocker_cells

RULE = Column(key="rule", title=("rule", "规则"), width=5)


def alerts(view: View, language: Language, *, days: int = 7) -> Report:
    """
    What is proven overdue, which obstacles are past their deadline, what ends within ``days`` without proof.
    """
    draft = d.Drafting(view, language)
    overdue = d.by_deadline(s for s in d.judged(view) if s.baseline.verdict is Verdict.OVERDUE)
    stuck = [blocker for blocker in view.blockers() if blocker.is_past(view.as_of)]
    due = [*d.due_today(view), *d.due_soon(view, days)]
    first, second, third = (draft.say(f"rule {n}", f"规则{n}") for n in (1, 2, 3))
    return draft.report(
        draft.say("alerts", "即时调度单"),
        [
            draft.say(
                f"To be called today: {len(overdue)} overdue, {len(stuck)} obstacles past their deadline, "
                f"{len(due)} deadlines within {days} days",
                f"今日需调度：确证逾期 {len(overdue)} 项，挂账超期 {len(stuck)} 项，"
                f"{days} 日内到期 {len(due)} 项",
            )
        ],
        [
            draft.table(
                draft.say("Overdue, as documents prove", "确证逾期"),
                (
                    RULE,
                    d.PROJECT,
                    d.MILESTONE,
                    d.DEADLINE,
                    d.CURRENT,
                    d.DAYS_PAST,
                    d.UNITS,
                    d.VERDICT,
                    d.ACHIEVED,
                    d.EVIDENCE,
                    d.PROMISED_IN,
                ),
                [draft.promise(state) | {"rule": first} for state in overdue],
                note=draft.say(
                    "Rule 1: a document shows that the milestone was still not reached after the deadline "
                    "first promised, and none shows that it was since.",
                    "规则1：有依据证明在首次承诺的期限过后仍未达到，且没有依据证明其后已经达到。",
                ),
                empty=draft.say(
                    "No document proves that a promise still open is overdue.",
                    "没有依据证明仍有承诺逾期未达到。",
                ),
            ),
            draft.table(
                draft.say("Obstacles past their deadline", "挂账超期"),
                (RULE, *COLUMNS),
                [blocker_cells(draft, blocker) | {"rule": second} for blocker in stuck],
                note=draft.say(
                    "Rule 2: the deadline set for removing the obstacle is over, and no document tells that "
                    "it was removed.",
                    "规则2：挂账事项已过办结期限，且没有依据表明已经销账。",
                ),
                empty=draft.say(
                    "No open obstacle is past its deadline.", "没有已过办结期限而仍未销账的事项。"
                ),
            ),
            draft.table(
                draft.say(f"Deadlines within {days} days without proof", f"{days} 日内到期且尚无依据"),
                (
                    RULE,
                    d.PROJECT,
                    d.MILESTONE,
                    d.DEADLINE,
                    d.CURRENT,
                    d.DAYS_LEFT,
                    d.FIRMNESS,
                    d.UNITS,
                    d.ACHIEVED,
                    d.PROMISED_IN,
                ),
                [draft.promise(state) | {"rule": third} for state in due],
                note=draft.say(
                    f"Rule 3: the deadline last promised ends from today to {days} days on, and no document "
                    "shows that the milestone was reached. They are not late.",
                    f"规则3：最近一次承诺的期限在今日起 {days} 日内到期，且没有依据表明已经达到。"
                    "列入本表不表示逾期。",
                ),
                empty=draft.say(
                    f"No promise falls due within {days} days without proof that it was reached.",
                    f"{days} 日内没有尚待证实的到期承诺。",
                ),
            ),
        ],
    )
