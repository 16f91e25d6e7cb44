"""
A view as text for a terminal: headline, counts, promised versus achieved, one project, findings.

Each function depends on the view, the language and the width alone: no clock, no locale.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.domain.totals import TotalState
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import Count, ProjectState, PromiseState
from milestone_ledger.ledger.view import Grouping, View
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.reports.labels import (
    bounds_text,
    comparator,
    deadline_text,
    label,
    need_text,
    word,
)
from milestone_ledger.reports.statements import cite_text, statement_text
from milestone_ledger.reports.table import safe
from milestone_ledger.reports.table import table as lay_out

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


def _listed(
    language: Language,
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    numbers: Iterable[int] = (),
    columns: int | None = None,
) -> str:
    """
    A table, or a word that says that there is nothing to list.
    """
    listed = list(rows)
    return lay_out(header, listed, numbers=numbers, columns=columns) if listed else word("nothing", language)


def percent(share: float) -> str:
    """
    A share from 0 to 1 as whole per cent.
    """
    return f"{share * 100:.0f}%"


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
    decided = figures.settled - figures.undetermined
    return [
        f"可核率 {percent(figures.coverage)}：已到期的 {figures.settled} 项承诺中，"
        f"公开依据能判定的有 {decided} 项，其余 {figures.undetermined} 项无从判定（不等于逾期）。",
        f"兑现率在 {least} 至 {most} 之间；确证逾期 {figures.broken} 项。",
    ]


def _shares_en(figures: Reliability, judged: int) -> list[str]:
    if figures.coverage is None or figures.reliability is None:
        return [f"{judged} promises that can be judged, none of them due or all withdrawn."]
    least, most = map(percent, figures.reliability)
    decided = figures.settled - figures.undetermined
    return [
        f"Coverage {percent(figures.coverage)}: of {figures.settled} promises due, the evidence decides "
        f"{decided}; {figures.undetermined} are not established, which is not the same as late.",
        f"Reliability lies between {least} and {most}; {figures.broken} proven late or overdue.",
    ]


def counts_table(view: View, language: Language, by: Grouping | None = None) -> str:
    """
    How many had reached each milestone, certainly and possibly.
    """
    rows = view.counts(by=by)
    header = [word(key, language) for key in ("milestone", "certain", "possible", "registered")]
    if by is not None:
        header.insert(0, word(by, language))
    listed = _listed(
        language,
        header,
        (_count_row(view, row, language, by) for row in rows),
        numbers=range(len(header))[-3:],
    )
    batches = max((row.open_batches for row in rows), default=0)
    return f"{listed}\n{word('open_batches', language, count=batches)}" if batches else listed


def _count_row(view: View, row: Count, language: Language, by: Grouping | None) -> list[str]:
    possible = f"{row.possible}+" if row.open_batches else str(row.possible)
    cells = [
        view.programme.milestone_label(row.milestone, language),
        str(row.certain),
        possible,
        str(row.registered),
    ]
    if by is not None:
        group = view.programme.delivery_label(row.group, language) if by == "delivery" else row.group
        cells.insert(0, group or word("not_stated", language))
    return cells


def promises_table(
    view: View, promises: Iterable[PromiseState], language: Language, columns: int | None = None
) -> str:
    """
    Promised versus achieved, one line per chain: baseline deadline, what is known, verdict, evidence.
    """
    keys = ("project", "milestone", "quantity", "firmness", "deadline", "achieved", "verdict", "evidence")
    return _listed(
        language,
        [word(key, language) for key in keys],
        (_promise_row(view, state, language) for state in promises),
        numbers=[2],
        columns=columns,
    )


def _promise_row(view: View, state: PromiseState, language: Language) -> list[str]:
    chain = state.chain
    project = view.registry.projects[chain.project]
    milestone = chain.milestone
    achieved = ""
    if milestone is not None and not chain.is_effort:
        achieved = bounds_text(view.bounds(chain.project, milestone, chain.quantity), language)
    verdict = label(state.baseline.verdict, language)
    if state.current.verdict is not state.baseline.verdict:
        verdict += f"（{word('current', language)}：{label(state.current.verdict, language)}）"
    if state.members:
        verdict += f"（{_split(state, language)}）"
    quantity = "" if project.size == 1 else f"{chain.quantity or project.size or '?'}{project.measure}"
    rests_on = state.baseline.entries[1:] or state.baseline.entries
    return [
        project.name,
        "" if milestone is None else view.programme.milestone_label(milestone, language),
        quantity,
        label(chain.firmness, language),
        deadline_text(state.baseline.deadline, language),
        achieved,
        verdict,
        "；".join(cite_text(entry) for entry in rests_on),
    ]


def _split(state: PromiseState, language: Language) -> str:
    """
    A batch by the verdicts on its named members, and how many no member stands for.
    """
    units: dict[Verdict, int] = {}
    for member in state.members:
        units[member.verdict] = units.get(member.verdict, 0) + (member.size or 1)
    parts = [f"{label(verdict, language)} {units[verdict]}" for verdict in Verdict if verdict in units]
    if state.unnamed is None:
        parts.append(word("unnamed_unknown", language))
    elif state.unnamed:
        parts.append(word("unnamed", language, count=state.unnamed))
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


def project_page(view: View, state: ProjectState, language: Language, columns: int | None = None) -> str:
    """
    One project: what it is, where it stands, its promises, and every statement behind them.
    """
    project, programme = state.project, view.programme
    colon = "：" if language == "zh" else ": "
    size = "?" if project.size is None else str(project.size)

    def milestone(step: str) -> str:
        return programme.milestone_label(step, language)

    facts = [
        ("domain", project.domain),
        (
            "delivery",
            programme.delivery_label(project.delivery, language)
            if project.delivery
            else word("not_stated", language),
        ),
        ("quantity", f"{size}{project.measure}" if project.size != 1 else ""),
        ("aliases", "；".join(project.aliases)),
        ("members", "；".join(state.members)),
        ("stage", "、".join(map(milestone, state.stage)) or word("no_evidence", language)),
        ("next", milestone(state.next_expected) if state.next_expected else ""),
        ("activity", label(state.activity, language)),
    ]
    lines = [heading(view, language), "", safe(project.name)]
    lines += [f"  {word(key, language)}{colon}{safe(text)}" for key, text in facts if text]
    if project.note:
        lines.append(f"  {safe(project.note)}")
    known = [s for s in state.milestones if s.bounds.lo is not None or s.bounds.hi is not None]
    if known:
        header = [word(key, language) for key in ("milestone", "answer", "achieved", "evidence")]
        rows = (
            [
                milestone(s.milestone),
                label(s.answer, language),
                bounds_text(s.bounds, language),
                "；".join(cite_text(entry) for entry in s.bounds.entries),
            ]
            for s in known
        )
        lines += ["", _listed(language, header, rows, columns=columns)]
    judged = [promise for promise in state.promises if not promise.chain.is_effort]
    if judged:
        lines += ["", promises_table(view, judged, language, columns)]
        lines += [line for promise in judged for line in _why(view, promise, language)]
    lines += ["", statements_table(view, state.statements, language, columns)]
    return "\n".join(lines)


def _why(view: View, state: PromiseState, language: Language) -> list[str]:
    """
    The chain behind a verdict, its batch's members, and what would decide it.
    """
    chain, lines = state.chain, []
    step = safe(view.programme.milestone_label(chain.milestone or "", language))
    units = "、".join(chain.responsible)
    if units:
        lines.append(f"  {word('unit', language)} [{step}]: {safe(units)}")
    if chain.revisions:
        steps = (chain.baseline, *chain.revisions)
        shown = " → ".join(_deadline(entry, language) for entry in steps)
        lines.append(f"  {word('deadline', language)} [{step}]: {shown}")
    if state.members:
        split = [f"{safe(m.project)}（{label(m.verdict, language)}）" for m in state.members]
        lines.append(f"  {word('members', language)} [{step}]: {'、'.join(split)}；{_split(state, language)}")
    if state.baseline.need is not None:
        lines.append(
            f"  {word('needs', language)} [{step}]: {need_text(state.baseline.need, step, language)}"
        )
    return lines


def _deadline(entry: Entry, language: Language) -> str:
    return f"{deadline_text(getattr(entry.event, 'deadline', None), language)} ({safe(cite_text(entry))})"


def statements_table(
    view: View, entries: Iterable[Entry], language: Language, columns: int | None = None
) -> str:
    """
    Entries as lines: number, publication day, source, place, and what each says.
    """
    header = [word(key, language) for key in ("seq", "published_on", "source", "locator", "says")]
    rows = (
        [
            f"#{entry.seq}",
            str(entry.published_on or ""),
            getattr(entry.event, "source", None) or "",
            getattr(entry.event, "locator", ""),
            statement_text(entry, view.programme, language),
        ]
        for entry in entries
    )
    return _listed(language, header, rows, columns=columns)


def findings_table(view: View, language: Language, columns: int | None = None) -> str:
    """
    What a person should look at, by kind.
    """
    found = view.findings()
    header = [word(key, language) for key in ("finding", "about", "milestone", "evidence")]
    gaps = {gap for f in found if f.kind is FindingKind.NOT_MENTIONED_AGAIN for gap in f.others}
    rows = (
        [
            label(finding.kind, language),
            " / ".join(
                part
                for part in (
                    finding.project,
                    *(_shown(view, name, language) for name in finding.others if name not in gaps),
                )
                if part
            ),
            "" if finding.milestone is None else view.programme.milestone_label(finding.milestone, language),
            "；".join(cite_text(entry) for entry in finding.entries),
        ]
        for finding in found
    )
    listed = _listed(language, header, rows, columns=columns)
    return f"{listed}\n{word('gaps', language, gaps='、'.join(sorted(gaps)))}" if gaps else listed


def _shown(view: View, name: str, language: Language) -> str:
    """
    What people call a milestone or delivery mode; any other name as it is.
    """
    named = view.programme.milestone_label(name, language)
    return view.programme.delivery_label(name, language) if named == name else named


def _possible(state: TotalState, language: Language) -> str:
    if state.certain is None:
        return ""
    return word("unlimited", language) if state.possible is None else str(state.possible)


def totals_table(view: View, language: Language, columns: int | None = None) -> str:
    """
    Official totals beside the ledger's own counts.
    """
    zh = language == "zh"
    header = (
        ["汇总数", "公布", "台账确证", "台账至多可能", "登记数", "状态日", "出处"]
        if zh
        else ["total", "reported", "certain here", "possible here", "registered", "as of", "source"]
    )
    rows = (
        [
            state.event.what,
            f"{comparator(state.event.comparator)}{state.event.count}{state.event.measure}",
            "" if state.certain is None else str(state.certain),
            _possible(state, language),
            str(state.registered),
            str(state.on),
            cite_text(state.entry),
        ]
        for state in view.totals()
    )
    return _listed(language, header, rows, numbers=[1, 2, 3, 4], columns=columns)


def today_line(as_of: date, language: Language) -> str:
    """
    Says that the status day was taken from the clock.
    """
    return (
        f"（未指定 --as-of，状态日取今天 {as_of}）"
        if language == "zh"
        else f"(no --as-of given: status day is today, {as_of})"
    )
