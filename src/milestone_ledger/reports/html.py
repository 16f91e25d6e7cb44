"""
What a notebook shows of a ledger and its answers: a few lines, Chinese first, coverage before anything else.

Every text is escaped, and marks that turn or hide text are shown as escapes: a name is only a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import BUILT_IN_MILESTONES
from milestone_ledger.ledger.reader import LedgerReader
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import bounds_text, deadline_text, label, word
from milestone_ledger.reports.overview import heading, headline
from milestone_ledger.reports.statements import cite_text
from milestone_ledger.reports.table import safe

_MOST = 20
_SMALL = ' style="color:#555;font-size:90%"'
# Of a state alone, which has no programme at hand.
_LABELS = {milestone.id: milestone.label.zh for milestone in BUILT_IN_MILESTONES}


def html_of(value: object) -> str:
    """
    ``value`` as a notebook shows it.

    Raises:
        TypeError: If it is nothing that shows itself.
    """
    match value:
        case LedgerReader():
            return _ledger(value)
        case View():
            return _view(value)
        case ProjectState():
            return _project(value)
        case PromiseState():
            return _promise(value)
    raise TypeError(type(value).__name__)


def _ledger(ledger: LedgerReader) -> str:
    history = ledger.history()
    days = [entry.published_on for entry in history if entry.published_on is not None]
    if not days:
        return _block(_line(f"{word('ledger', 'zh')} {ledger.name}", strong=True), _line(word("empty", "zh")))
    return _view(ledger.at(as_of=max(days)))


def _view(view: View) -> str:
    lines = [_line(line, strong=not number) for number, line in enumerate(heading(view, "zh").split("\n"))]
    if not view.listed:
        return _block(*lines, _line(word("empty", "zh")), _line(word("empty", "en"), small=True))
    lines += [_line(line) for line in headline(view, "zh").split("\n")]
    lines.append(_line(headline(view, "en").split("\n")[0], small=True))
    counted = [
        (view.programme.milestone_label(row.milestone), row.certain, row.possible, row.registered)
        for row in view.counts()
    ]
    return _block(*lines, _table(("milestone", "certain", "possible", "registered"), counted))


def _project(state: ProjectState) -> str:
    project = state.project
    size = "" if project.size == 1 else f"（{project.size or '?'}{project.measure}）"
    stage = "、".join(map(_step, state.stage)) or word("no_evidence", "zh")
    about = [
        f"{word('domain', 'zh')} {project.domain}",
        f"{word('stage', 'zh')} {stage}",
        f"{word('activity', 'zh')} {label(state.activity, 'zh')}",
    ]
    promised = [
        (
            _step(promise.chain.milestone),
            deadline_text(promise.baseline.deadline, "zh"),
            label(promise.baseline.verdict, "zh"),
            _cited(promise.baseline.entries),
        )
        for promise in state.promises
    ]
    reached = [
        (
            _step(step.milestone),
            label(step.answer, "zh"),
            bounds_text(step.bounds, "zh"),
            _cited(step.bounds.entries),
        )
        for step in state.milestones
        if step.is_expected and step.bounds.entries
    ]
    return _block(
        _line(project.name + size, strong=True),
        _line(" · ".join(about)),
        _table(("promised", "deadline", "verdict", "evidence"), promised),
        _table(("milestone", "answer", "achieved", "evidence"), reached),
    )


def _promise(state: PromiseState) -> str:
    chain = state.chain
    rows = [
        (name, deadline_text(judged.deadline, "zh"), label(judged.verdict, "zh"), _cited(judged.entries))
        for name, judged in (("首次期限", state.baseline), ("现期限", state.current))
    ]
    quantity = "" if chain.quantity is None else f" · {chain.quantity}"
    return _block(
        _line(f"{chain.project} · {_step(chain.milestone)}{quantity}", strong=True),
        _table(("promised", "deadline", "verdict", "evidence"), rows),
    )


def _step(milestone: str | None) -> str:
    return word("nothing", "zh") if milestone is None else _LABELS.get(milestone, milestone)


def _cited(entries: Iterable[Entry]) -> str:
    return "；".join(cite_text(entry) for entry in entries) or "—"


def _text(value: object) -> str:
    return f"<bdi>{escape(safe(str(value)))}</bdi>"


def _line(text: str, *, strong: bool = False, small: bool = False) -> str:
    shown = _text(text)
    return f"<div{_SMALL if small else ''}>{f'<strong>{shown}</strong>' if strong else shown}</div>"


def _table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{_text(word(key, 'zh'))}</th>" for key in header)
    body = "".join(f"<tr>{''.join(f'<td>{_text(cell)}</td>' for cell in row)}</tr>" for row in rows[:_MOST])
    more = len(rows) - _MOST
    rest = _line(f"另有 {more} 行未列出", small=True) if more > 0 else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{rest}"


def _block(*parts: str) -> str:
    return f'<div lang="zh-CN">{"".join(parts)}</div>'
