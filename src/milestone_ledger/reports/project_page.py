"""
One project as text: what it is, where it stands, its promises, and every statement behind them.
"""

from __future__ import annotations

from collections.abc import Iterable

from milestone_ledger.domain.bounds import by_publication
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.state import MilestoneState
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import bounds_text, deadline_text, label, need_text, word
from milestone_ledger.reports.overview import heading, listed, promises_table, split_text
from milestone_ledger.reports.statements import cite_text, statement_text
from milestone_ledger.reports.table import safe


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
    lines += _milestones(view, state, language, columns)
    judged = [promise for promise in state.promises if not promise.chain.is_effort]
    if judged:
        lines += ["", promises_table(view, judged, language, columns)]
        lines += [line for promise in judged for line in _why(view, promise, language)]
    lines += ["", statements_table(view, state.statements, language, columns)]
    lines += _retracted(view, state, language, columns)
    return "\n".join(lines)


def _milestones(view: View, state: ProjectState, language: Language, columns: int | None) -> list[str]:
    """
    Every milestone of its own of which something is known; of a batch, also how many had and may have it.
    """
    is_batch = state.project.size != 1
    known = [
        s for s in state.milestones if s.is_expected and (s.bounds.entries or (is_batch and s.count_entries))
    ]
    if not known:
        return []
    keys = ("milestone", "answer", "achieved", *(["reached"] if is_batch else []), "evidence")
    rows = []
    for s in known:
        entries = by_publication((*s.bounds.entries, *(s.count_entries if is_batch else ())))
        row = [
            view.programme.milestone_label(s.milestone, language),
            label(s.answer, language),
            bounds_text(s.bounds, language),
            "；".join(cite_text(entry) for entry in entries),
        ]
        if is_batch:
            row.insert(3, _reached(s, state, language))
        rows.append(row)
    return ["", listed(language, [word(key, language) for key in keys], rows, columns=columns)]


def _reached(state: MilestoneState, project: ProjectState, language: Language) -> str:
    size = "?" if project.project.size is None else str(project.project.size)
    most = size if state.possible is None else str(state.possible)
    if language == "zh":
        return f"确已 {state.certain}，至多 {most}，共 {size}"
    return f"certain {state.certain}, possible {most}, of {size}"


def _retracted(view: View, state: ProjectState, language: Language, columns: int | None) -> list[str]:
    """
    What was said and taken back: nothing disappears without a trace.
    """
    if not state.retracted:
        return []
    header = [word(key, language) for key in ("seq", "published_on", "says", "by", "published_on")]
    rows = [
        [
            cite_text(pair.entry),
            str(pair.entry.published_on or ""),
            statement_text(pair.entry, view.programme, language),
            " ".join((cite_text(pair.by), getattr(pair.by.event, "note", ""))).strip(),
            str(pair.by.published_on or ""),
        ]
        for pair in state.retracted
    ]
    return ["", word("taken_back", language), listed(language, header, rows, columns=columns)]


def _why(view: View, state: PromiseState, language: Language) -> list[str]:
    """
    The chain behind a verdict, its batch's members, and what would decide it.
    """
    chain, lines = state.chain, []
    step = safe(view.programme.milestone_label(chain.milestone or "", language))
    units = "；".join(chain.responsible)
    if units:
        lines.append(f"  {word('unit', language)} [{step}]: {safe(units)}")
    if chain.revisions:
        steps = (chain.baseline, *chain.revisions)
        shown = " → ".join(_deadline(entry, language) for entry in steps)
        lines.append(f"  {word('deadline', language)} [{step}]: {shown}")
    if state.members:
        each = "；".join(f"{safe(m.project)} {label(m.verdict, language)}" for m in state.members)
        split = safe(split_text(view, state, language))
        lines.append(f"  {word('members', language)} [{step}]: {each} | {split}")
    if state.baseline.need is not None:
        need = need_text(state.baseline.need, step, chain.firmness, language)
        lines.append(f"  {word('needs', language)} [{step}]: {need}")
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
    return listed(language, header, rows, columns=columns)
