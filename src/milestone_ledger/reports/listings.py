"""
Findings and official totals as tables.
"""

from __future__ import annotations

from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.domain.totals import TotalState
from milestone_ledger.errors import Language
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import comparator, label, period_text, word
from milestone_ledger.reports.overview import listed
from milestone_ledger.reports.statements import cite_text


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
    found_rows = listed(language, header, rows, columns=columns)
    uncovered = "、".join(map(period_text, sorted(gaps)))
    return f"{found_rows}\n{word('gaps', language, gaps=uncovered)}" if gaps else found_rows


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
    return listed(language, header, rows, numbers=[1, 2, 3, 4], columns=columns)
