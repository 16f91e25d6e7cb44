"""
The circular (通报): how promises stand by field and unit, what changed, and where evidence is missing.
"""

from __future__ import annotations

from collections.abc import Iterable

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.ledger.changes import PromiseAct
from milestone_ledger.ledger.difference import compare
from milestone_ledger.ledger.states import GroupReliability
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import label, word
from milestone_ledger.reports.overview import headline
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report, Section
from milestone_ledger.reports.periodic.news import is_by_documents, is_news, promise_table, verdict_table

_SHOWN = (
    Verdict.KEPT,
    Verdict.KEPT_LATE,
    Verdict.OVERDUE,
    Verdict.DATE_UNKNOWN,
    Verdict.UNVERIFIED,
    Verdict.NOT_DUE,
    Verdict.WITHDRAWN,
)
_ALL = Column(key="all", title=("promises", "承诺数"), kind="count", width=4)
_COUNTS = tuple(
    Column(key=verdict.value, title=(label(verdict, "en"), label(verdict, "zh")), kind="count", width=5)
    for verdict in _SHOWN
)


def circular(view: View, language: Language, *, before: View | None = None) -> Report:
    """
    How promises stand on the view's day; with ``before``, also what documents changed since.
    """
    draft = d.Drafting(view, language)
    return draft.report(
        draft.say("circular on promises and what was achieved", "承诺兑现情况通报"),
        [],
        [
            Section(title=draft.say("Overall", "总体情况"), prose=_overall(draft)),
            _by(
                draft,
                draft.say("By field", "分领域情况"),
                Column(key="group", title=("field", "领域"), width=10),
                view.reliability_by("domain", depth=1),
                draft.say(
                    "Numbers of promises, in the order of the ledger; this ranks nobody.",
                    "单位为项，按台账登记次序排列，不作排名。",
                ),
            ),
            _by(
                draft,
                draft.say("By responsible unit", "分责任单位情况"),
                Column(key="group", title=("unit", "责任单位"), width=14),
                view.reliability_by("unit"),
                draft.say(
                    "A promise of several units counts with each, so the rows add up to more than the whole; "
                    "this ranks nobody.",
                    "一项承诺由多个单位负责的，各计一次，因此各行相加会大于合计；按台账登记次序排列，不作排名。",
                ),
            ),
            *([] if before is None else _changed(draft, before)),
            _missing(draft),
            _annex(draft),
        ],
        has_coverage=False,
    )


def _overall(draft: d.Drafting) -> tuple[str, ...]:
    """
    Coverage first, then what is known, then what is not.
    """
    view = draft.view
    lines = headline(view, draft.language).split("\n")
    figures = view.reliability()
    if figures.settled:
        lines.append(
            draft.say(
                f"Where documents decide: kept {figures.kept}, kept late {figures.kept_late}, overdue "
                f"{figures.overdue}. Where they do not: {figures.undetermined}. Small numbers carry no "
                "percentages below.",
                f"有依据可以判定的承诺中，按期兑现 {figures.kept} 项，逾期完成 {figures.kept_late} 项，"
                f"确证已逾期 {figures.overdue} 项；现有依据不能判定的 {figures.undetermined} 项，"
                "需要补充依据，不能视为逾期。下列各表数目较小，只列项数，不计百分比。",
            )
        )
    elif not view.listed:
        lines.append(word("empty", draft.language))
    return tuple(lines)


def _by(
    draft: d.Drafting, title: str, group: Column, groups: Iterable[GroupReliability], note: str
) -> Section:
    rows: list[d.Cells] = []
    for one in groups:
        cells: d.Cells = {"group": one.group or word("not_stated", draft.language), "all": len(one.promises)}
        cells.update({verdict.value: getattr(one.figures, verdict.value) for verdict in _SHOWN})
        rows.append(cells)
    return draft.table(
        title,
        (group, _ALL, *_COUNTS),
        rows,
        note=note
        + draft.say(" Each promise stands in the annex with its sources.", "每项承诺及其出处见文末附表。"),
        empty=draft.say("No promise that can be judged.", "尚无可考核的承诺。"),
    )


def _changed(draft: d.Drafting, before: View) -> list[Section]:
    """
    What documents changed: verdicts, and deadlines that were moved or taken back.
    """
    changes, since = compare(before, draft.view), before.as_of
    return [
        verdict_table(
            draft,
            [row for row in changes.verdicts if is_by_documents(row) and is_news(row)],
            draft.say(f"Verdicts changed by documents since {since}", f"{since} 以来由依据引起的判定变化"),
            draft.say(
                f"Since {since} no document changed the verdict on a promise.",
                f"{since} 以来没有依据使承诺的判定发生变化。",
            ),
        ),
        promise_table(
            draft,
            [
                row
                for row in changes.promises
                if row.act in (PromiseAct.MOVED, PromiseAct.WITHDRAWN) and not row.after_achievement
            ],
            draft.say(f"Promises moved or withdrawn since {since}", f"{since} 以来调整或撤回的承诺"),
            draft.say(
                f"Since {since} no promise was moved or withdrawn.", f"{since} 以来没有调整期限或撤回的承诺。"
            ),
        ),
    ]


def _missing(draft: d.Drafting) -> Section:
    found = d.by_deadline(state for state in d.judged(draft.view) if state.baseline.verdict.is_undetermined)
    return draft.table(
        draft.say("Where evidence is missing", "依据缺失情况"),
        (d.PROJECT, d.MILESTONE, d.DEADLINE, d.VERDICT, d.UNITS, d.NEED),
        [draft.promise(state) for state in found],
        note=draft.say(
            "Not the same as late: the last column says which document would decide it.",
            "不等于逾期；末栏写明补充何种依据即可判定。",
        ),
        empty=draft.say(
            "No promise is due of which documents do not tell what became.", "没有到期而缺少依据的承诺。"
        ),
    )


def _annex(draft: d.Drafting) -> Section:
    states = [state for state in draft.view.promises() if state.in_headline]
    return draft.table(
        draft.say("Annex: the promises counted", "附表：计入统计的承诺"),
        (d.PROJECT, d.MILESTONE, d.DEADLINE, d.VERDICT, d.ACHIEVED, d.UNITS, d.PROMISED_IN, d.EVIDENCE),
        [draft.promise(state) for state in states],
        note=draft.say(
            "Firm and planned promises; a batch and its named members count once, and what was already "
            "reached when it was promised does not count.",
            "限于明确和计划类承诺；批次与其点名成员只计一次，作出时已经达到的不计。",
        ),
        empty=draft.say("No promise that can be judged.", "尚无可考核的承诺。"),
    )
