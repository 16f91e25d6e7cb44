"""
The monthly dispatch (月调度): what falls due, what is overdue and what is unverified, by responsible unit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import word
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report, Section

_UNIT = Column(key="unit", title=("responsible unit", "责任单位"), width=14)
_DUE = Column(key="due", title=("due soon", "即将到期"), kind="count", width=6)
_OVERDUE = Column(key="overdue", title=("overdue, proven", "确证逾期"), kind="count", width=6)
_UNDECIDED = Column(key="undetermined", title=("not established", "待补充依据"), kind="count", width=6)


def monthly(view: View, language: Language, *, days: int = 31) -> Report:
    """
    What each responsible unit has to see to: due within ``days``, proven overdue, not established.
    """
    draft = d.Drafting(view, language)
    due = d.due_soon(view, days)
    overdue = d.by_deadline(s for s in d.judged(view) if s.baseline.verdict is Verdict.OVERDUE)
    undetermined = d.by_deadline(s for s in d.judged(view) if s.baseline.verdict.is_undetermined)
    grouping = draft.say(
        "Under the unit that the document names first; the others stand in the column of units.",
        "按文件列名在前的责任单位分组，其余单位见“责任单位”栏。",
    )
    return draft.report(
        draft.say("monthly dispatch", "月调度单"),
        [
            draft.say(
                f"What falls due within {days} days, and what has fallen due",
                f"调度范围：今后 {days} 日内到期的承诺，以及已经到期的承诺",
            )
        ],
        [
            _by_unit(draft, due, overdue, undetermined),
            draft.grouped(
                draft.say(f"Due within {days} days", f"{days} 日内到期"),
                (
                    d.PROJECT,
                    d.MILESTONE,
                    d.DEADLINE,
                    d.CURRENT,
                    d.DAYS_LEFT,
                    d.FIRMNESS,
                    d.UNITS,
                    d.PROMISED_IN,
                ),
                _grouped(draft, due),
                note=grouping,
                empty=draft.say(
                    f"No promise falls due within {days} days without proof that it was reached.",
                    f"{days} 日内没有尚待证实的到期承诺。",
                ),
            ),
            draft.grouped(
                draft.say("Overdue, as documents prove", "确证逾期"),
                (
                    d.PROJECT,
                    d.MILESTONE,
                    d.DEADLINE,
                    d.CURRENT,
                    d.DAYS_PAST,
                    d.UNITS,
                    d.VERDICT,
                    d.EVIDENCE,
                    d.PROMISED_IN,
                ),
                _grouped(draft, overdue),
                note=grouping,
                empty=draft.say(
                    "No document proves that a promise still open is overdue.",
                    "没有依据证明仍有承诺逾期未达到。",
                ),
            ),
            draft.grouped(
                draft.say("Not established", "到期而待补充依据"),
                (
                    d.PROJECT,
                    d.MILESTONE,
                    d.DEADLINE,
                    d.DAYS_PAST,
                    d.UNITS,
                    d.VERDICT,
                    d.NEED,
                    d.PROMISED_IN,
                ),
                _grouped(draft, undetermined),
                note=draft.say(
                    "Not the same as late: documents are missing, and the table says which. ", "不等于逾期。"
                )
                + grouping,
                empty=draft.say(
                    "No promise is due of which documents do not tell what became.",
                    "没有到期而缺少依据的承诺。",
                ),
            ),
        ],
    )


def units_of(draft: d.Drafting, state: PromiseState) -> tuple[str, ...]:
    """
    The units responsible, under their present names; one that says so if none is named.
    """
    names = draft.view.programme.unit_names
    named = tuple(dict.fromkeys(names.get(unit, unit) for unit in state.chain.responsible))
    return named or (word("not_stated", draft.language),)


def _order(draft: d.Drafting, found: Iterable[str]) -> list[str]:
    """
    Units in the order of the programme, which ranks nobody; those that it does not know come last.
    """
    known = list(dict.fromkeys(draft.view.programme.unit_names.values())) if draft.view.listed else []
    place = {unit: number for number, unit in enumerate(known)}
    return sorted(dict.fromkeys(found), key=lambda unit: place.get(unit, len(known)))


def _grouped(draft: d.Drafting, states: Sequence[PromiseState]) -> dict[str, list[d.Cells]]:
    """
    Rows under the first unit responsible.
    """
    first = [units_of(draft, state)[0] for state in states]
    return {
        unit: [draft.promise(state) for state, own in zip(states, first, strict=True) if own == unit]
        for unit in _order(draft, first)
    }


def _by_unit(
    draft: d.Drafting,
    due: Sequence[PromiseState],
    overdue: Sequence[PromiseState],
    undetermined: Sequence[PromiseState],
) -> Section:
    lists = {"due": due, "overdue": overdue, "undetermined": undetermined}
    of_unit = {
        key: [unit for state in states for unit in units_of(draft, state)] for key, states in lists.items()
    }
    counted = sum(state.in_headline for state in undetermined)
    units = _order(draft, (unit for found in of_unit.values() for unit in found))
    rows: list[d.Cells] = [
        {"unit": unit} | {key: found.count(unit) for key, found in of_unit.items()} for unit in units
    ]
    return draft.table(
        draft.say("By responsible unit", "各责任单位任务数"),
        (_UNIT, _DUE, _OVERDUE, _UNDECIDED),
        rows,
        note=draft.say(
            "Numbers of promises, in the order of the programme; this ranks nobody. A promise of several "
            "units counts with each, so the rows add up to more than the whole.",
            "单位为项，按计划所列单位的次序排列，不作排名。一项承诺由多个单位负责的，各计一次，"
            "因此各行相加会大于合计。",
        ),
        prose=(
            draft.say(
                f"Due soon: {len(due)}. Proven overdue: {len(overdue)}. "
                f"Not established: {len(undetermined)}, {counted} of which the share above counts; the "
                "others are named members of batches, aspirations or forecasts.",
                f"即将到期 {len(due)} 项，确证逾期 {len(overdue)} 项，"
                f"到期而待补充依据 {len(undetermined)} 项（不等于逾期），其中计入可核率的 {counted} 项，"
                "其余为批次的点名成员，或力争、预计类承诺。",
            ),
        ),
        empty=draft.say("No unit has anything due or open.", "各责任单位均没有即将到期或到期待证的承诺。"),
    )
