"""
A view as text for a terminal: headline, counts, promised versus achieved, one project, findings.

Each function depends on the view, the language and the width alone: no clock, no locale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from milestone_ledger.domain.events import Firmness
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.domain.state import Count
from milestone_ledger.errors import Language
from milestone_ledger.ledger.grouping import Grouping
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.groups import group_text
from milestone_ledger.reports.labels import (
    bounds_text,
    deadline_text,
    label,
    word,
)
from milestone_ledger.reports.statements import cite_text
from milestone_ledger.reports.table import safe
from milestone_ledger.reports.table import table as lay_out

# Up to half a per cent, and from all but that on, rounding would claim none, or all.
_LEAST = 0.005
_HEADLINE = (
    Verdict.KEPT,
    Verdict.KEPT_LATE,
    Verdict.OVERDUE,
    Verdict.DATE_UNKNOWN,
    Verdict.UNVERIFIED,
    Verdict.NOT_DUE,
    Verdict.WITHDRAWN,
)


def heading(view: View, language: Language) -> str:
    """
    Which ledger, from which point of view.
    """
    published_by = view.viewpoint.published_by
    known = (
        word("hindsight", language)
        if published_by is None
        else word("published_by", language, day=published_by)
    )
    title = "" if view.registry.programme is None else view.programme.title.text(language)
    recorded = word("recorded", language, size=view.viewpoint.recorded_by)
    parts = (f"{word('as_of', language)} {view.as_of}", known, recorded)
    return f"{word('ledger', language)} {safe(view.ledger)}　{safe(title)}\n" + " · ".join(parts)


def listed(
    language: Language,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Iterable[int] = (),
    columns: int | None = None,
) -> str:
    """
    A table, or a word that says that there is nothing to list.
    """
    laid = list(rows)
    return lay_out(header, laid, numbers=numbers, columns=columns) if laid else word("nothing", language)


def percent(share: float) -> str:
    """
    A share from 0 to 1 as whole per cent; nothing is rounded to none or to all.
    """
    if 0 < share <= _LEAST:
        return "<1%"
    if 1 - _LEAST <= share < 1:
        return ">99%"
    return f"{share * 100:.0f}%"


def rate(text: str, language: Language, cases: tuple[int, int]) -> str:
    """
    ``text``, a figure drawn from ``cases`` (the fewest and the most that may be); of few the reason for none.
    """
    least, most = cases
    if least >= SMALL or not most:
        return text if most else "—"
    return word("too_few" if most < SMALL else "maybe_too_few", language, number=SMALL)


def headline(view: View, language: Language) -> str:
    """
    How far promises were kept, coverage first.
    """
    verdicts = [state.baseline.verdict for state in view.promises() if state.in_headline]
    if not verdicts:
        return "尚无可考核的承诺。" if language == "zh" else "No promise that can be judged yet."
    shares = _shares_zh if language == "zh" else _shares_en
    counted = (f"{label(verdict, language)} {verdicts.count(verdict)}" for verdict in _HEADLINE)
    return "\n".join((*shares(view.reliability(), len(verdicts)), " · ".join(counted)))


def _shares_zh(figures: Reliability, judged: int) -> list[str]:
    if figures.coverage is None or figures.reliability is None:
        return [f"可考核的承诺 {judged} 项，均未到期或已撤回。"]
    least, most = map(percent, figures.reliability)
    cases = figures.share.of
    early = f"（含提前兑现 {figures.kept_early} 项）" if figures.kept_early else ""
    share = rate(f"为 {least}" if least == most else f"在 {least} 至 {most} 之间", "zh", cases)
    return [
        f"可核率 {rate(percent(figures.coverage), 'zh', cases)}：到期的 {figures.settled} 项承诺{early}中，"
        f"公开依据能判定的有 {figures.decided} 项，其余 {figures.undetermined} 项无从判定（不等于逾期）。",
        f"兑现率{share}；确证逾期 {figures.broken} 项。",
    ]


def _shares_en(figures: Reliability, judged: int) -> list[str]:
    if figures.coverage is None or figures.reliability is None:
        return [f"{judged} promises that can be judged, none of them due or all withdrawn."]
    least, most = map(percent, figures.reliability)
    cases = figures.share.of
    early = f" ({figures.kept_early} of them kept early)" if figures.kept_early else ""
    share = rate(f"is {least}" if least == most else f"lies between {least} and {most}", "en", cases)
    return [
        f"Coverage {rate(percent(figures.coverage), 'en', cases)}: of {figures.settled} promises due{early}, "
        f"the evidence decides {figures.decided}; {figures.undetermined} are not established, "
        "which is not the same as late.",
        f"Reliability {share}; {figures.broken} proven late or overdue.",
    ]


def counts_table(view: View, language: Language, by: Grouping | None = None) -> str:
    """
    How many had reached each milestone, certainly and possibly.
    """
    rows = counted(view, by)
    header = [word(key, language) for key in ("milestone", "certain", "possible", "registered")]
    if by is not None:
        header.insert(0, word(by, language))
    laid = listed(
        language,
        header,
        (_count_row(view, row, language, by) for row in rows),
        numbers=range(len(header))[-3:],
    )
    open_batches = any(row.open_batches for row in rows)
    batches = sum(view.registry.projects[p].size is None for p in view.listed) if open_batches else 0
    return f"{laid}\n{word('open_batches', language, count=batches)}" if batches else laid


def counted(view: View, by: Grouping | None = None) -> list[Count]:
    """
    How many had reached each milestone; without those that no project comes to.
    """
    return [row for row in view.counts(by=by) if row.registered]


def _count_row(view: View, row: Count, language: Language, by: Grouping | None) -> list[str]:
    possible = f"{row.possible}+" if row.open_batches else str(row.possible)
    cells = [
        view.programme.milestone_label(row.milestone, language),
        str(row.certain),
        possible,
        str(row.registered),
    ]
    if by is not None:
        cells.insert(0, group_text(view, row.group, by, language))
    return cells


def promises_table(
    view: View, promises: Iterable[PromiseState], language: Language, columns: int | None = None
) -> str:
    """
    Promised versus achieved, one line per chain: baseline deadline, what is known, verdict, evidence.
    """
    keys = ("project", "milestone", "deadline", "promised_in", "achieved", "verdict", "evidence")
    return listed(
        language,
        [word(key, language) for key in keys],
        (_promise_row(view, state, language) for state in promises),
        columns=columns,
    )


def _promise_row(view: View, state: PromiseState, language: Language) -> list[str]:
    chain = state.chain
    project = view.registry.projects[chain.project]
    step, achieved = "", ""
    if chain.milestone is not None:
        step = view.programme.milestone_label(chain.milestone, language)
        if not chain.is_effort:
            achieved = bounds_text(view.bounds(chain.project, chain.milestone, chain.quantity), language)
    if project.size != 1:
        step += f" {chain.quantity or project.size or '?'}{project.measure}"
    deadline = deadline_text(state.baseline.deadline, language)
    if chain.firmness is not Firmness.FIRM:
        deadline += _aside(label(chain.firmness, language), language)
    verdict = label(state.baseline.verdict, language)
    if state.current.verdict is not state.baseline.verdict:
        current = f"{word('current', language)}: {label(state.current.verdict, language)}"
        verdict += _aside(current, language)
    if state.members:
        verdict += _aside(split_text(view, state, language), language)
    rests_on = state.baseline.entries[1:]
    return [
        project.name,
        step.strip(),
        deadline,
        cite_text(chain.baseline),
        achieved,
        verdict,
        "；".join(cite_text(entry) for entry in rests_on) or "—",
    ]


def _aside(text: str, language: Language) -> str:
    return f"（{text}）" if language == "zh" else f" ({text})"


def split_text(view: View, state: PromiseState, language: Language) -> str:
    """
    A batch by the verdicts on its named members, and how many no member stands for.
    """
    units: dict[Verdict, int] = {}
    for member in state.members:
        units[member.verdict] = units.get(member.verdict, 0) + (member.size or 1)
    parts = [f"{label(verdict, language)} {units[verdict]}" for verdict in Verdict if verdict in units]
    measure = view.registry.projects[state.chain.project].measure
    if state.unnamed is None:
        parts.append(word("unnamed_unknown", language))
    elif state.unnamed:
        parts.append(word("unnamed", language, count=f"{state.unnamed}{measure}"))
    return " + ".join(parts)


def brief(view: View, language: Language, by: Grouping | None = None) -> str:
    """
    Heading, headline and counts.
    """
    if not view.listed:
        return f"{heading(view, language)}\n\n{word('empty', language)}"
    return "\n\n".join((heading(view, language), headline(view, language), counts_table(view, language, by)))


def status(view: View, language: Language, columns: int | None = None, by: Grouping | None = None) -> str:
    """
    The first screen: headline, counts, and every judged promise against what was achieved.
    """
    if not view.listed:
        return f"{heading(view, language)}\n\n{word('empty', language)}"
    judged = [state for state in view.promises() if not state.chain.is_effort]
    parts = [brief(view, language, by)]
    if judged:
        parts.append(promises_table(view, judged, language, columns))
    parts.append(_left_out(view, language))
    return "\n\n".join(part for part in parts if part)


def _left_out(view: View, language: Language) -> str:
    """
    Which promises the headline leaves out, and why.
    """
    promises = view.promises()
    judged = [state for state in promises if not state.chain.is_effort]
    counted = sum(state.in_headline for state in judged)
    lines = []
    if counted < len(judged):
        lines.append(
            f"以上 {len(judged)} 项中，概要计入 {counted} 项：批次与其点名成员只计一次，"
            "力争、预计以及作出时已达到的不计。"
            if language == "zh"
            else f"Of these {len(judged)}, the headline counts {counted}: a batch and its named members "
            "count once; aspirations, forecasts and promises of what was already reached do not."
        )
    if efforts := len(promises) - len(judged):
        lines.append(
            f"另有 {efforts} 项只写了推进、未写期限或节点的表述，不作考核（promises --effort 可列出）。"
            if language == "zh"
            else f"{efforts} statements of mere effort are not judged (promises --effort lists them)."
        )
    return "\n".join(lines)


def today_line(as_of: date, language: Language, option: str) -> str:
    """
    Says that the status day was taken from the clock, as ``option`` was not given.
    """
    return (
        f"（未指定 {option}，状态日取今天 {as_of}）"
        if language == "zh"
        else f"(no {option} given: status day is today, {as_of})"
    )
