"""
The milestone trend: on which day what deadline was promised, and whether it moves away as time passes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.domain.registry import Project
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.inputs import Promised
from milestone_ledger.reports.charts.days import Span, written
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing, side_axis
from milestone_ledger.reports.charts.marks import (
    BLACK,
    BLUE,
    DARK_GREY,
    GREEN,
    ORANGE,
    PURPLE,
    RED,
    Told,
    cited,
    values,
)
from milestone_ledger.reports.charts.words import word
from milestone_ledger.reports.labels import bounds_text, deadline_text
from milestone_ledger.reports.statements import cite_text

_LEFT, _TALLEST = 84, 420
_LINES = (BLACK, ORANGE, GREEN, RED, PURPLE)


def trend(
    view: View, project: str, milestone: str, language: Language = "zh", *, width: int = WIDTH
) -> Drawing:
    """
    Deadlines by the day on which they were promised (MTA), for one milestone of one project.

    A level line holds; one that climbs along the diagonal slips day for day. On the diagonal the day has
    come: there the achievement is drawn, dashed where an end is open, and grey where nothing proves it.
    A batch promised by parts, or promised anew after a withdrawal, has several lines.

    Raises:
        UnknownNameError: If there is no such project or milestone.
    """
    width = max(width, NARROWEST)
    state = view.project(project)
    bounds = state.milestone(milestone).bounds
    step = view.programme.milestone_label(milestone, language)
    title = (
        f"{state.project.name} · {step}：承诺的期限怎样移动"
        if language == "zh"
        else f"{state.project.name} · {step}: how the deadline moved"
    )
    promises = [p for p in state.promises if not p.chain.is_effort and p.chain.milestone == milestone]
    if not promises:
        return nothing(title, word("no_promise", language), width)
    points = [_points(number, promise, language) for number, promise in enumerate(promises)]
    made = [Promised.of(entry) for promise in promises for entry in promise.chain.promises]
    days = [view.as_of, *(day for each in made for day in (each.published, each.first, each.last))]
    span = Span.of([*days, *(day for day in (bounds.lo, bounds.hi) if day is not None)])
    keys = [
        Key("diamond", _LINES[number % len(_LINES)], _line_name(promise, state.project, language))
        for number, promise in enumerate(promises)
    ]
    keys += [
        Key("stroke", BLACK, word("due_today", language)),
    ]
    if bounds.hi is not None:
        keys.append(Key("stroke", BLUE, word("reached_when", language)))
    elif bounds.lo is not None:
        keys.append(Key("stroke", DARK_GREY, word("not_before", language)))
    inner = width - _LEFT - 28
    frame = Frame(
        title=title, width=width, height=min(inner, _TALLEST), left=_LEFT, keys=tuple(keys), above=24
    )
    x = span.across(inner, title=word("promised_on", language), **frame.below_axis()).x("day")
    y = span.across(frame.height * 2, title=word("deadlines", language), **_side()).y("deadline_day")
    told = Told.of(language, "promised_on", "deadline", "promised_in")
    layers = [_diagonal(span, x, y), *_reached(bounds, span, x, y, language)]
    for number, (promise, rows) in enumerate(zip(promises, points, strict=True)):
        colour = _LINES[number % len(_LINES)]
        shown = told.base(rows)
        layers += [
            told.base([*rows, *_until_now(view, promise, rows)])
            .mark_line(interpolate="step-after", color=colour, strokeWidth=2)
            .encode(x=x, y=y),
            shown.mark_rule(color=colour, strokeWidth=2).encode(x=x, y=y, y2="first_day"),
            shown.mark_point(shape="diamond", filled=True, color=colour, size=90, opacity=1).encode(x=x, y=y),
        ]
    return frame.finished(layers)


def _side() -> dict[str, Any]:
    return {name: value for name, value in side_axis(_LEFT).items() if name != "labelOverlap"}


def _points(number: int, promise: PromiseState, language: Language) -> list[dict[str, Any]]:
    points = []
    for entry in promise.chain.promises:
        made = Promised.of(entry)
        points.append(
            {
                "line": number,
                "day": written(made.published),
                "deadline_day": written(made.last),
                "first_day": written(made.first),
                "promised_on": made.published,
                "deadline": deadline_text(made.deadline, language),
                "promised_in": cite_text(entry),
            }
        )
    return [point | {"promised_on": str(point["promised_on"])} for point in points]


def _until_now(view: View, promise: PromiseState, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """
    The last deadline, which holds until the status day unless it was taken back.
    """
    if promise.current.verdict is Verdict.WITHDRAWN or str(view.as_of) <= rows[-1]["promised_on"]:
        return []
    return [rows[-1] | {"day": written(view.as_of)}]


def _line_name(promise: PromiseState, project: Project, language: Language) -> str:
    parts = [word("promised", language)]
    if promise.chain.quantity is not None:
        parts.append(f"{promise.chain.quantity}{project.measure}")
    if promise.chain.segment > 1:
        parts.append(f"({promise.chain.segment})")
    return " ".join(parts)


def _diagonal(span: Span, x: alt.X, y: alt.Y) -> alt.Chart:
    ends = [{"day": written(day), "deadline_day": written(day)} for day in (span.first, span.last)]
    line: alt.Chart = (
        alt.Chart(values(ends)).mark_line(color=BLACK, strokeWidth=1, strokeDash=[1, 3]).encode(x=x, y=y)
    )
    return line


def _reached(bounds: Bounds, span: Span, x: alt.X, y: alt.Y, language: Language) -> list[alt.Chart]:
    """
    On the diagonal, the days within which the milestone was reached.
    """
    if bounds.lo is None and bounds.hi is None:
        return []
    told = Told.of(language, "achieved", "evidence")
    known = {"achieved": bounds_text(bounds, language), "evidence": cited(bounds.entries, language)}
    ends = [
        known | {"day": written(day), "deadline_day": written(day)}
        for day in (bounds.lo or span.first, bounds.hi or span.last)
    ]
    colour = DARK_GREY if bounds.hi is None else BLUE
    is_closed = bounds.lo is not None and bounds.hi is not None
    line = told.base(ends).mark_line(
        color=colour, strokeWidth=5, strokeDash=[1, 0] if is_closed else [6, 4], opacity=0.8
    )
    edges = [end for end, day in zip(ends, (bounds.lo, bounds.hi), strict=True) if day is not None]
    dots = told.base(edges).mark_point(shape="circle", filled=True, color=colour, size=80, opacity=1)
    return [line.encode(x=x, y=y), dots.encode(x=x, y=y)]
