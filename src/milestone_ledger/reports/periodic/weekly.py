"""
The weekly report (周报): what changed between two days, what falls due, what is unverified longest.
"""

from __future__ import annotations

from collections import Counter

from milestone_ledger.domain.events import Activity, ActivityChanged, Statement
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.ledger.changes import Changes, PromiseAct
from milestone_ledger.ledger.difference import compare
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Report, Section
from milestone_ledger.reports.periodic.entered_late import entered_late
from milestone_ledger.reports.periodic.news import is_by_documents, is_news, milestones_of, news

# How many of those that are unverified longest a week's reader takes in; the monthly report lists all.
LONGEST = 20


def weekly(
    before: View, after: View, language: Language, *, days: int = 7, known: View | None = None
) -> Report:
    """
    What changed from ``before`` to ``after``, then what falls due within ``days``, then what is unverified.

    Usually each view is that of its day; see ``Ledger.changes``. ``known`` is ``before`` as far as it was
    recorded when the last report was made: with it, the report tells also what was entered late.
    """
    draft, changes = d.Drafting(after, language), compare(before, after)
    since, until = before.as_of, after.as_of
    period = draft.say(
        f"Changes after {since}, up to and including {until}", f"统计期间：{since} 之后，至 {until}（含）"
    )
    return draft.report(
        draft.say("weekly report", "台账周报"),
        [period],
        [
            Section(title=draft.say("In short", "本期概要"), prose=_in_short(draft, changes)),
            *news(draft, changes),
            *([] if known is None else entered_late(draft, known, before)),
            falling_due(draft, days),
            _longest(draft),
        ],
    )


def _in_short(draft: d.Drafting, changes: Changes) -> tuple[str, ...]:
    """
    How much changed, in numbers; in words, if nothing did.
    """
    if not _is_anything_new(changes):
        return (_nothing_new(draft),)
    acts = [row.act for row in changes.promises if not row.after_achievement]
    made, moved, confirmed, withdrawn = (acts.count(act) for act in PromiseAct)
    too_late = len(changes.promises) - len(acts)
    told = [row for row in changes.verdicts if is_news(row)]
    proven = sum(map(is_by_documents, told))
    steps = len(milestones_of(draft, changes))
    return (
        draft.say(
            f"Projects first mentioned: {len(changes.listed)}. News of milestones: {steps}. Promises made: "
            f"{made}, moved: {moved}, confirmed: {confirmed}, withdrawn: {withdrawn}. Verdicts changed: "
            f"{len(told)}, {proven} of them by documents, {len(told) - proven} by the passing of deadlines.",
            f"本期首次提及项目 {len(changes.listed)} 个；节点有新情况 {steps} 项；新作承诺 {made} 项，"
            f"调整期限 {moved} 项，重申 {confirmed} 项，撤回 {withdrawn} 项；判定变化 {len(told)} 项，"
            f"其中由依据引起 {proven} 项，因期限届满引起 {len(told) - proven} 项。",
        ),
        *([] if not too_late else [_promised_too_late(draft, too_late)]),
        *([] if not changes.activity else [_activities(draft, changes)]),
    )


def _is_anything_new(changes: Changes) -> bool:
    said = (changes.promises, changes.activity, changes.blockers, changes.notes)
    counted = (changes.totals, changes.indicators, changes.retracted)
    known = (changes.listed, changes.milestones, [row for row in changes.verdicts if is_news(row)])
    return any((*said, *counted, *known))


def _nothing_new(draft: d.Drafting) -> str:
    if any(isinstance(entry.event, Statement) for entry in draft.view.live):
        return draft.say(
            "Nothing new was published within the period, and no deadline that passed changed a verdict.",
            "本期没有新公开的内容，也没有承诺因期限届满而改变判定。",
        )
    return draft.say(
        f"The ledger holds nothing that was published by {draft.view.as_of}: nothing to report.",
        f"台账中没有 {draft.view.as_of} 及以前公开的内容，没有可报的情况。",
    )


def _activities(draft: d.Drafting, changes: Changes) -> str:
    """
    How often documents told of each change of activity.
    """
    acts = [row.entry.event for row in changes.activity]
    told = Counter(act.activity for act in acts if isinstance(act, ActivityChanged))
    counts = [f"{label(act, draft.language)} {told[act]}" for act in Activity if told[act]]
    return draft.say(
        f"Changes of activity: {', '.join(counts)}.",
        "，".join(f"{count} 项" for count in counts) + "，见“其他情况”。",
    )


def _promised_too_late(draft: d.Drafting, number: int) -> str:
    return draft.say(
        f"Promises of what had been reached before they were made: {number}, not counted above.",
        f"另有 {number} 项承诺在作出时节点已经达到，不计入以上新作、调整和重申。",
    )


def falling_due(draft: d.Drafting, days: int) -> Section:
    """
    Promises whose deadline lies within ``days`` and of which nothing proves that they are kept.
    """
    return draft.table(
        draft.say(f"Due within {days} days", f"{days} 日内到期"),
        (d.PROJECT, d.MILESTONE, d.DEADLINE, d.CURRENT, d.DAYS_LEFT, d.FIRMNESS, d.UNITS, d.PROMISED_IN),
        [draft.promise(state) for state in d.due_soon(draft.view, days)],
        note=draft.say(
            "By the deadline last promised; so far no document shows that they were reached.",
            "按最近一次承诺的期限；目前尚无依据表明已经达到。",
        ),
        empty=draft.say(
            f"No promise falls due within {days} days without proof that it was reached.",
            f"{days} 日内没有尚待证实的到期承诺。",
        ),
    )


def _longest(draft: d.Drafting) -> Section:
    found = d.by_deadline(
        state for state in d.judged(draft.view) if state.baseline.verdict is Verdict.UNVERIFIED
    )
    rest = len(found) - LONGEST
    more = ""
    if rest > 0:
        more = draft.say(
            f" The {LONGEST} longest of {len(found)}; the monthly report lists all.",
            f"共 {len(found)} 项，此处列期限最早的 {LONGEST} 项，全部见月调度。",
        )
    return draft.table(
        draft.say("Unverified longest", "到期无据时间最长的承诺"),
        (d.PROJECT, d.MILESTONE, d.DEADLINE, d.CURRENT, d.DAYS_PAST, d.UNITS, d.NEED, d.PROMISED_IN),
        [draft.promise(state) for state in found[:LONGEST]],
        note=draft.say(
            "The deadline has passed, and no document tells whether they were reached: not the same as late.",
            "期限已到而没有依据说明是否达到，不等于逾期，需要补充依据。",
        )
        + more,
        empty=draft.say("No promise is unverified.", f"没有“{label(Verdict.UNVERIFIED, 'zh')}”的承诺。"),
    )
