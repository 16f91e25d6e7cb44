"""
How many had reached each milestone, and official totals against what the ledger can itemise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.totals import TotalState
from milestone_ledger.errors import Language
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.charts.bars import NUMBERS, bar_layer, end_texts, number_axis
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing
from milestone_ledger.reports.charts.marks import BLACK, BLUE, DARK_GREY, PALE_GREY, RowNames, Told, cited
from milestone_ledger.reports.charts.words import word
from milestone_ledger.reports.labels import comparator
from milestone_ledger.reports.statements import cite_text

_ROW, _TOTAL_ROW = 18, 24


def counts(views: Sequence[tuple[str, View]], language: Language = "zh", *, width: int = WIDTH) -> Drawing:
    """
    How many had reached each milestone, in several named views side by side.

    The blue part is certain; the grey part is possible and not established.
    """
    width = max(width, NARROWEST)
    title = "各节点：确已达到与至多可能" if language == "zh" else "Milestones, certain and possible"
    listed = [(name, view) for name, view in views if view.listed]
    if not listed:
        return nothing(title, word("empty", language), width)
    found: list[dict[str, Any]] = []
    programme = listed[0][1].programme
    proofs = [_proofs(view) for _, view in listed]
    for milestone in programme.milestone_ids:
        for place, (name, view) in enumerate(listed):
            certain, possible = _numbers(view, milestone)
            found.append(
                {
                    "row": len(found),
                    "view": name,
                    "milestone": programme.milestone_label(milestone, language),
                    "certain": certain,
                    "possible": possible,
                    "evidence": cited(proofs[place][milestone], language),
                }
            )
    tails = (f" · {row['view']}" if row["view"] else "" for row in found)
    names = RowNames.of((row["milestone"] for row in found), width, tails)
    keys = (
        Key("square", BLUE, word("certain", language)),
        Key("square", PALE_GREY, word("between", language)),
    )
    note = "右侧：确已达到 / 至多可能" if language == "zh" else "At the right: certain / possible"
    frame = Frame(
        title=title,
        width=width,
        height=_ROW * len(found),
        left=names.left,
        right=NUMBERS + 20,
        keys=keys,
        notes=(note,),
    )
    most = max(row["possible"] for row in found)
    x = number_axis(frame, word("units", language), most)
    told = Told.of(language, "view", "milestone", "certain", "possible", "evidence")
    parts = [row | {"start": 0, "end": row["certain"], "colour": BLUE} for row in found]
    parts += [
        row
        | {"start": row["certain"], "end": row["possible"], "colour": PALE_GREY}
        | {"evidence": word("no_statement", language)}
        for row in found
    ]
    texts = [
        row | {"start": row["possible"], "text": f"{row['certain']} / {row['possible']}"} for row in found
    ]
    layers = [
        names.layer(language),
        bar_layer([part for part in parts if part["start"] < part["end"]], told, x, names.y(), 12),
        end_texts(texts, told, x, names.y()),
    ]
    return frame.finished(layers)


def _numbers(view: View, milestone: str) -> tuple[int, int]:
    rows = [row for row in view.counts() if row.milestone == milestone]
    return sum(row.certain for row in rows), sum(row.possible for row in rows)


def _proofs(view: View) -> dict[str, list[Entry]]:
    """
    The statements that prove projects to have reached each milestone by the view's day.
    """
    proofs: defaultdict[str, list[Entry]] = defaultdict(list)
    for project in view.listed:
        for milestone, ladder in view.ladders[project].items():
            certain = ladder.certain(view.as_of)
            if certain:
                proofs[milestone] += ladder.bounds(certain).hi_entries
    return proofs


def totals(view: View, language: Language = "zh", *, width: int = WIDTH) -> Drawing:
    """
    Official totals against what the ledger can itemise.

    The hollow bar is the number reported; within it, blue is what the ledger can name for certain, dark grey
    what is reported and may have come later, pale grey what may be. Totals without a milestone are left out.
    """
    width = max(width, NARROWEST)
    title = (
        "公布的汇总数与台账能逐项列出的"
        if language == "zh"
        else "Totals as published, and as the ledger can itemise"
    )
    states = [state for state in view.totals() if state.event.milestones]
    if not states:
        return nothing(title, word("no_total" if view.listed else "empty", language), width)
    names = RowNames.of(
        (state.event.what for state in states), width, (f"（{state.event.source}）" for state in states)
    )
    keys = (
        Key("square", BLACK, word("claimed", language), hollow=True),
        Key("square", BLUE, word("itemised", language)),
        Key("square", DARK_GREY, word("reported_later", language)),
        Key("square", PALE_GREY, word("may_be", language)),
    )
    note = "右侧：可逐项列出 / 公布" if language == "zh" else "At the right: itemised / published"
    frame = Frame(
        title=title,
        width=width,
        height=_TOTAL_ROW * len(states),
        left=names.left,
        right=NUMBERS + 12,
        keys=keys,
        notes=(note,),
    )
    rows = [_total_row(row, state, language) for row, state in enumerate(states)]
    most = max(max(row["claim"], row["may_be_end"]) for row in rows)
    x = number_axis(frame, word("reported_number", language), most)
    y = names.y()
    told = Told.of(
        language, "name", "claimed", "itemised", "reported_later", "may_be", "of_registered", "promised_in"
    )
    parts = [row | part for row in rows for part in row["parts"]]
    rows = [{name: value for name, value in row.items() if name != "parts"} for row in rows]
    parts = [{name: value for name, value in part.items() if name != "parts"} for part in parts]
    claims = (
        told.base([row | {"start": 0, "end": row["claim"]} for row in rows])
        .mark_bar(height=16, fillOpacity=0, stroke=BLACK, strokeWidth=1.3)
        .encode(x=x.x("start"), x2="end", y=y)
    )
    texts = [
        row | {"start": max(row["claim"], row["may_be_end"]), "text": f"{row['itemised']} / {row['claimed']}"}
        for row in rows
    ]
    layers = [names.layer(language)]
    if parts:
        layers.append(bar_layer(parts, told, x, y, 9))
    return frame.finished([*layers, claims, end_texts(texts, told, x, y)])


def _total_row(row: int, state: TotalState, language: Language) -> dict[str, Any]:
    certain, reported = state.certain or 0, state.reported or 0
    possible = state.registered if state.possible is None else state.possible
    parts = [
        {"start": start, "end": end, "colour": colour}
        for start, end, colour in (
            (0, certain, BLUE),
            (certain, reported, DARK_GREY),
            (reported, possible, PALE_GREY),
        )
        if start < end
    ]
    return {
        "row": row,
        "name": f"{state.event.what}（{state.event.source}）",
        "claim": state.event.count,
        "claimed": f"{comparator(state.event.comparator)}{state.event.count}",
        "itemised": certain,
        "reported_later": reported - certain,
        "may_be": word("unlimited", language) if state.possible is None else possible - reported,
        "may_be_end": possible,
        "of_registered": state.registered,
        "promised_in": cite_text(state.entry),
        "parts": parts,
    }
