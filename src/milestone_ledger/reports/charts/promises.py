"""
Promises by verdict and group, and by the year of their deadline.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import altair as alt

from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import Language
from milestone_ledger.ledger.grouping import Grouping, ordered
from milestone_ledger.ledger.states import GroupReliability
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.charts.bars import bar_layer, end_texts, number_axis
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing
from milestone_ledger.reports.charts.marks import BLUE, COLOURS, ROW, RowNames, Told, cited
from milestone_ledger.reports.charts.words import word
from milestone_ledger.reports.groups import group_text, heads
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.overview import percent, rate

_BUBBLE_ROW = 48
_YEAR = 46


def promised(view: View, language: Language = "zh", *, width: int = WIDTH) -> Drawing:
    """
    What was promised for when: one mark per year of deadline and milestone, its size the number of promises.

    Of an uncertain deadline the last year is drawn. Only promises that can be judged.
    """
    width = max(width, NARROWEST)
    title = (
        "何时应做到什么（项数，按期限和节点）"
        if language == "zh"
        else "What was promised for when (promises)"
    )
    groups: dict[tuple[str, int], list[Entry]] = {}
    for state in view.promises():
        deadline = state.baseline.deadline
        if not state.chain.is_effort and deadline and deadline.latest and state.chain.milestone:
            key = (state.chain.milestone, deadline.latest.year)
            groups.setdefault(key, []).append(state.chain.baseline)
    if not groups:
        return nothing(title, word("no_promise", language), width)
    steps = [step for step in view.programme.milestone_ids if any(m == step for m, _ in groups)]
    names = RowNames.of((view.programme.milestone_label(step, language) for step in steps), width)
    rows = [
        {
            "row": steps.index(milestone),
            "milestone": view.programme.milestone_label(milestone, language),
            "deadline": f"{year}年" if language == "zh" else str(year),
            "year": year,
            "number": len(entries),
            "promised_in": cited(entries, language),
        }
        for (milestone, year), entries in sorted(groups.items())
    ]
    frame = Frame(title=title, width=width, height=_BUBBLE_ROW * len(steps), left=names.left)
    years = sorted({year for _, year in groups})
    every = -(-len(years) * _YEAR // frame.inner)
    axis = alt.Axis(
        labelAngle=0,
        labelOverlap=False,
        values=years[::every],
        title="期限（年）" if language == "zh" else "year of deadline",
        **frame.below_axis(),
    )
    base = (
        Told.of(language, "milestone", "deadline", "number", "promised_in")
        .base(rows)
        .encode(x=alt.X("year:O", axis=axis, scale=alt.Scale(domain=years)), y=names.y())
    )
    largest = min(1600, (frame.inner / len(years)) ** 2)
    most = max(2, *map(len, groups.values()))
    scale = alt.Scale(domain=[1, most], range=[160, largest])
    marks = base.mark_circle(opacity=1, color=BLUE).encode(
        size=alt.Size("number:Q", scale=scale, legend=None)
    )
    numbers = base.mark_text(color="white", fontSize=11, baseline="middle").encode(text="number:Q")
    return frame.finished([names.layer(language), marks, numbers])


def verdicts(
    view: View,
    by: Grouping = "domain",
    language: Language = "zh",
    *,
    depth: int | None = 1,
    width: int = WIDTH,
) -> Drawing:
    """
    Headline promises by verdict on the first deadline, one bar per group; its length is their number.

    Groups come in the order of the programme: never by how they
    did, for few promises decide little. Beside each bar stand the number and, unless too few are due, the
    coverage.

    Args:
        view: What to draw.
        by: ``domain``, ``delivery``, ``unit`` or ``plan``; a promise counts with each of its units.
        language: Of all labels.
        depth: Where domain paths are cut; ``None`` leaves them whole.
        width: Of the whole picture, in pixels.

    Raises:
        InvalidValueError: If ``by`` is no grouping.
    """
    width = max(width, NARROWEST)
    title = (
        f"承诺结果，按{word(by, language)}"
        if language == "zh"
        else f"Promises by verdict and {word(by, language)}"
    )
    found = {row.group: row for row in view.reliability_by(by, depth=depth)}
    if not found:
        return nothing(title, word("no_promise", language), width)
    groups = [found[group] for group in _in_order(view, by, found)]
    names = RowNames.of((group_text(view, row.group, by, language) for row in groups), width)
    parts = [
        part for row, group in enumerate(groups) for part in _parts(row, group, names.names[row], language)
    ]
    present = {part["verdict"] for part in parts}
    keys = [
        Key("square", colour, label(verdict, language))
        for verdict, colour in COLOURS.items()
        if label(verdict, language) in present
    ]
    note = (
        f"右侧：承诺项数 n；到期满 {SMALL} 项的，另有可核率（公开依据能判定的比例）。"
        if language == "zh"
        else f"At the right: number of promises n and, where {SMALL} or more are due, coverage (the share "
        "that documents decide)."
    )
    frame = Frame(
        title=title,
        width=width,
        height=ROW * len(groups),
        left=names.left,
        right=104,
        keys=tuple(keys),
        notes=(note,),
    )
    most = max(len(group.promises) for group in groups)
    x = number_axis(frame, word("amount", language), most)
    texts = [
        {
            "row": row,
            "start": len(group.promises),
            "text": f"n={len(group.promises)}"
            + ("" if group.figures.share.is_small else f" · {shares['coverage']}"),
            "group": names.names[row],
            "number": len(group.promises),
            **shares,
            "evidence": cited((state.chain.baseline for state in group.promises), language),
        }
        for row, group in enumerate(groups)
        for shares in [_shares(group.figures, language)]
    ]
    told = Told.of(language, "group", "verdict", "number", "promised_in", "evidence")
    beside = Told.of(language, "group", "number", "coverage", "reliability", "wilson", "evidence")
    layers = [
        names.layer(language),
        bar_layer(parts, told, x, names.y(), 14),
        end_texts(texts, beside, x, names.y()),
    ]
    return frame.finished(layers)


def _shares(figures: Reliability, language: Language) -> dict[str, str]:
    """
    The shares that a group's promises give, each with how far so few can tell; of small numbers that alone.
    """
    share, interval = figures.reliability, figures.share.interval()
    if figures.coverage is None or share is None or interval is None:
        return dict.fromkeys(("coverage", "reliability", "wilson"), "—")
    assert interval.lo is not None and interval.hi is not None  # noqa: S101, PT018 (of counted cases both are known)
    return {
        "coverage": rate(percent(figures.coverage), language, figures.share.of),
        "reliability": rate("～".join(map(percent, share)), language, figures.share.of),
        "wilson": f"{percent(interval.lo)}～{percent(interval.hi)}",
    }


def _parts(row: int, group: GroupReliability, name: str, language: Language) -> list[dict[str, Any]]:
    """
    The parts of one bar, from what was kept to what was withdrawn.
    """
    parts, start = [], 0
    for verdict, colour in COLOURS.items():
        found = [state for state in group.promises if state.baseline.verdict is verdict]
        if found:
            parts.append(
                {
                    "row": row,
                    "group": name,
                    "verdict": label(verdict, language),
                    "number": len(found),
                    "start": start,
                    "end": start + len(found),
                    "colour": colour,
                    "promised_in": cited((state.chain.baseline for state in found), language),
                    "evidence": cited((e for state in found for e in state.baseline.entries[1:]), language),
                }
            )
            start += len(found)
    return parts


def _in_order(view: View, by: Grouping, groups: Iterable[str]) -> list[str]:
    """
    Groups in the order of the programme; domains that were cut stand where their first part does.
    """
    found = list(groups)
    if by == "domain":
        known = [head for domain in view.programme.domains for head in heads(domain.path)]
        return sorted(found, key=lambda group: known.index(group) if group in known else len(known))
    return list(ordered(found, by, view.programme, view.registry))
