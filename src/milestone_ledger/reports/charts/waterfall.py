"""
The slip of one promise, taken apart: what promising anew absorbed, and what came after the last deadline.
"""

from __future__ import annotations

from typing import Any

import altair as alt

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.inputs import Promised
from milestone_ledger.metrics.slips import DayRange, Revision, revisions
from milestone_ledger.reports.charts.bars import bar_layer, number_axis
from milestone_ledger.reports.charts.days import Across
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing
from milestone_ledger.reports.charts.marks import (
    BLACK,
    BLUE,
    FAINT,
    GREY,
    ORANGE,
    RED,
    SKY,
    RowNames,
    Told,
    cited,
    values,
)
from milestone_ledger.reports.charts.uncertain import uncertain_layers
from milestone_ledger.reports.charts.words import word
from milestone_ledger.reports.labels import bounds_text, deadline_text
from milestone_ledger.reports.statements import cite_text

_ROW = 30


def slip_waterfall(
    view: View,
    project: str,
    milestone: str,
    language: Language = "zh",
    *,
    quantity: int | None = None,
    width: int = WIDTH,
) -> Drawing:
    """
    From the first deadline of a promise, move by move, to the day of its achievement, in calendar days.

    Grey is where the achievement may lie; it fades where an end is open. Of an uncertain deadline the last
    day is drawn, as slips are counted (METRICS: d is the last day), and a line shows its range.
    After a withdrawal the last promise counts.

    Args:
        view: What to draw.
        project: By id, name or alias.
        milestone: Which milestone of it.
        language: Of all labels.
        quantity: Of a batch promised by parts, which part.
        width: Of the whole picture, in pixels.

    Raises:
        UnknownNameError: If there is no such project or milestone.
    """
    width = max(width, NARROWEST)
    state = view.project(project)
    step = view.programme.milestone_label(state.milestone(milestone).milestone, language)
    title = (
        f"{state.project.name} · {step}：从首次期限到实际达到"
        if language == "zh"
        else f"{state.project.name} · {step}: from the first deadline to the achievement"
    )
    promises = [
        p
        for p in state.promises
        if not p.chain.is_effort and (p.chain.milestone, p.chain.quantity) == (milestone, quantity)
    ]
    if not promises:
        return nothing(title, word("no_promise", language), width)
    promise = promises[-1]
    bounds = view.bounds(state.project.id, milestone, quantity)
    moves = revisions(promise.chain)
    steps = _names(promise, moves, language)
    names = RowNames.of((name for name, _ in steps), width, (tail for _, tail in steps))
    rows = _rows(promise, bounds, moves, language)
    keys = [Key("diamond", BLACK, word("deadline", language))]
    keys += [
        Key("square", colour, word(key, language))
        for colour, key in (
            (ORANGE, "moved_later"),
            (SKY, "moved_earlier"),
            (RED, "proven_late"),
            (BLUE, "proven_early"),
            (GREY, "somewhere_here"),
        )
    ]
    ends = [day for row in rows for day in (row["lo"], row["hi"]) if day is not None]
    reach = max(max(map(abs, ends), default=0), 30)
    least, most = min(0, *ends) - reach // 6, max(0, *ends) + reach // 6
    frame = Frame(
        title=title,
        width=width,
        height=_ROW * len(names.names),
        left=names.left,
        keys=tuple(keys),
        notes=(_note(promise, language),),
    )
    x = number_axis(frame, word("days_late", language), most, least)
    return frame.finished(_layers(rows, names, x, (most - least) // 10 + 1, language))


def _names(promise: PromiseState, moves: tuple[Revision, ...], language: Language) -> list[tuple[str, str]]:
    """
    What rows are called, and the part that is never cut.
    """
    first = deadline_text(promise.baseline.deadline, language)
    return [
        (word("start_row", language), f" {first}"),
        *((word("moved_row", language), f" {deadline_text(move.after, language)}") for move in moves),
        (word("result_row", language), ""),
        (word("total_row", language), ""),
    ]


def _note(promise: PromiseState, language: Language) -> str:
    """
    The slip and its parts in words.
    """
    if promise.slip is None:
        return ""
    slip = _days(promise.slip, language)
    said = f"实际达到距首次期限：{slip}" if language == "zh" else f"Reached, from the first deadline: {slip}"
    if promise.split is None:
        return said
    late, absorbed = (_days(each, language) for each in (promise.split.openly_late, promise.split.absorbed))
    if language == "zh":
        return f"{said}；其中晚于末次期限 {late}，被改期吸收 {absorbed}。"
    return f"{said}; of it after the last deadline {late}, absorbed by new deadlines {absorbed}."


def _days(days: DayRange, language: Language) -> str:
    unit = " 天" if language == "zh" else " days"
    if days.lo is None and days.hi is None:
        return word("no_evidence", language)
    if days.hi is None:
        return f"不少于 {days.lo} 天" if language == "zh" else f"{days.lo} days or more"
    if days.lo is None:
        return f"不多于 {days.hi} 天" if language == "zh" else f"{days.hi} days or less"
    if days.lo == days.hi:
        return f"{days.lo}{unit}"
    return f"{days.lo} 至 {days.hi}{unit}" if language == "zh" else f"{days.lo} to {days.hi}{unit}"


def _rows(
    promise: PromiseState, bounds: Bounds, moves: tuple[Revision, ...], language: Language
) -> list[dict[str, Any]]:
    """
    The deadline, each move, the achievement and the whole: ``from`` where, and within which range to.
    """
    first = Promised.of(promise.chain.baseline)
    base = first.last

    def row(number: int, start: int, lo: int | None, hi: int | None, **told: str) -> dict[str, Any]:
        return {"row": number, "from": start, "lo": lo, "hi": hi} | told

    rows = [
        row(
            0,
            0,
            (first.first - base).days,
            0,
            step=word("start_row", language),
            deadline=deadline_text(first.deadline, language),
            evidence=cite_text(promise.chain.baseline),
        )
    ]
    for number, move in enumerate(moves, start=1):
        before, earliest, latest = move.before.latest, move.after.earliest, move.after.latest
        assert before is not None and earliest is not None and latest is not None  # noqa: S101, PT018 (deadlines have both ends)
        rows.append(
            row(
                number,
                (before - base).days,
                (earliest - base).days,
                (latest - base).days,
                step=word("current_deadline", language),
                deadline=deadline_text(move.after, language),
                change=_days(move.moved, language),
                evidence=cite_text(move.entry),
            )
        )
    lo = None if bounds.lo is None else (bounds.lo - base).days
    hi = None if bounds.hi is None else (bounds.hi - base).days
    known = {"achieved": bounds_text(bounds, language), "evidence": cited(bounds.entries, language)}
    last = rows[-1]["hi"]
    rows.append(row(len(rows), last, lo, hi, step=word("result_row", language), **known))
    rows.append(row(len(rows), 0, lo, hi, step=word("total_row", language), **known))
    return rows


def _layers(
    rows: list[dict[str, Any]], names: RowNames, x: Across, fade: int, language: Language
) -> list[alt.Chart]:
    told = Told.of(language, "step", "deadline", "change", "achieved", "evidence")
    y = names.y()
    bars, unsure = [], []
    marks = [row | {"start": row["lo"], "end": row["hi"]} for row in rows[:-2]]
    for row in rows[1:-2]:
        end = row["hi"]
        colour = ORANGE if end > row["from"] else SKY
        bars.append(row | {"start": min(row["from"], end), "end": max(row["from"], end), "colour": colour})
    for row in rows[-2:]:
        lo, hi, start = row["lo"], row["hi"], row["from"]
        if lo is not None and lo > start:
            bars.append(row | {"start": start, "end": lo, "colour": RED})
        if hi is not None and hi < start:
            bars.append(row | {"start": hi, "end": start, "colour": BLUE})
        if lo is not None and hi is not None:
            unsure.append(row | {"start": lo, "end": hi, "open": "both", "colour": GREY})
        elif lo is not None:
            unsure.append(row | {"start": lo, "end": lo + fade, "open": "later", "colour": GREY})
        elif hi is not None:
            unsure.append(row | {"start": hi - fade, "end": hi, "open": "earlier", "colour": GREY})
        else:
            marks.append(row | {"start": start, "end": start})
    guides = alt.Chart(values({"row": row["row"]} for row in rows)).mark_rule(color=FAINT).encode(y=y)
    zero = alt.Chart(values([{"start": 0}])).mark_rule(color=BLACK, strokeDash=[3, 3]).encode(x=x.x("start"))
    layers = [guides, zero, names.layer(language)]
    if bars:
        layers.append(bar_layer(bars, told, x, y, 14))
    layers += uncertain_layers(unsure, told, x, y, 14)
    ranges = [mark for mark in marks if mark["start"] != mark["end"]]
    if ranges:
        layers.append(
            told.base(ranges).mark_rule(color=BLACK, strokeWidth=2).encode(x=x.x("start"), x2="end", y=y)
        )
    diamonds = told.base(marks).mark_point(shape="diamond", filled=True, color=BLACK, size=70, opacity=1)
    return [*layers, diamonds.encode(x=x.x("end"), y=y)]
