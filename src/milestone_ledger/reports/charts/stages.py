"""
How many had reached each milestone, day by day: in hindsight, as seen then, or both at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import altair as alt
from attrs import frozen

from milestone_ledger.domain.bounds import Evidence
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import Language
from milestone_ledger.ledger.view import View
from milestone_ledger.query.timeline import Series, Timeline
from milestone_ledger.reports.charts.days import Span, written
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing
from milestone_ledger.reports.charts.marks import (
    BLACK,
    BLUE,
    FAINT,
    GREEN,
    ORANGE,
    PALE_GREY,
    Told,
    cited,
    values,
)
from milestone_ledger.reports.charts.room import COLUMN, cut
from milestone_ledger.reports.charts.words import word

_LEFT, _RIGHT, _PANEL = 48, 84, 92
# Of a panel's height, what the marks take; the rest holds its name.
_SHARE, _NAME = 0.68, 0.2
# The first timeline is drawn whole, the others over it.
_STYLES = ((BLUE, [1, 0]), (BLACK, [4, 3]), (ORANGE, [6, 2]), (GREEN, [2, 2]))

_Spoken = Mapping[tuple[str, date], Sequence[Entry]]
_Upright = Callable[[str], alt.Y]


@frozen(kw_only=True)
class _Line:
    """
    One timeline of one panel; ``floor`` is where its panel begins.
    """

    place: int
    view: str
    start: date
    name: str
    milestone: str
    series: Series
    floor: float


def stages(
    view: View,
    timelines: Sequence[tuple[str, Timeline]],
    language: Language = "zh",
    *,
    width: int = WIDTH,
) -> Drawing:
    """
    One panel per milestone, all of one scale: lines for what is certain, a grey band up to what is possible.

    Marks tell what was published on their day about the milestone, or speaks of that day.

    Args:
        view: Whose programme names the milestones, and whose statements the marks cite.
        timelines: What ``Ledger.timeline`` gave, each with its name, such as 事后所知 and 当时所知; of
            the same days and groups.
        language: Of all labels.
        width: Of the whole picture, in pixels.
    """
    width = max(width, NARROWEST)
    title = (
        "各节点达到的项目数，逐日" if language == "zh" else "How many had reached each milestone, day by day"
    )
    if not any(any(one.registered) for _, timeline in timelines for one in timeline.series):
        return nothing(title, word("no_days", language), width)
    most = max(max(one.possible) for _, timeline in timelines for one in timeline.series) or 1
    unit = most / _SHARE
    found = _lines(view, timelines, unit, language)
    span = Span.of((timelines[0][1].start, timelines[0][1].end))
    colon = "：" if language == "zh" else ": "
    keys = [
        Key("stroke", _STYLES[place % len(_STYLES)][0], f"{word('certain', language)}{colon}{name}")
        for place, (name, _) in enumerate(timelines)
    ]
    keys.append(Key("square", PALE_GREY, word("between", language)))
    note = (
        f"单位：个项目。右侧为最后一天的 确已达到 / 至多可能（{timelines[0][0]}）。"
        if language == "zh"
        else f"Unit: projects. At the right, on the last day, certain / possible ({timelines[0][0]})."
    )
    panels = len({line.floor for line in found})
    frame = Frame(
        title=title,
        width=width,
        height=_PANEL * panels,
        left=_LEFT,
        right=_RIGHT,
        keys=tuple(keys),
        notes=(note,),
    )
    x = span.across(frame.inner, title=word("date", language), **frame.below_axis()).x("at")
    scale = alt.Scale(domain=[0, panels * unit], nice=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, axis=None)

    spoken = _spoken(view)
    rows = [[row | _told(line, row, spoken, language) for row in _changes(line)] for line in found]
    bands, lines = _drawn(found, rows, x, y, language)
    return frame.finished([*bands, *_floors(found, most, frame.inner, y), *lines])


def _lines(
    view: View, timelines: Sequence[tuple[str, Timeline]], unit: float, language: Language
) -> list[_Line]:
    """
    What is drawn in each panel; panels by group, then in the order of the programme, from above.
    """
    order = {step: place for place, step in enumerate(view.programme.milestone_ids)}
    known = {(one.group, one.milestone) for _, timeline in timelines for one in timeline.series}
    panels = sorted(known, key=lambda panel: (panel[0], order.get(panel[1], len(order))))
    found = []
    for place, (name, timeline) in enumerate(timelines):
        for one in timeline.series:
            step = view.programme.milestone_label(one.milestone, language)
            panel = panels.index((one.group, one.milestone))
            found.append(
                _Line(
                    place=place,
                    view=name,
                    start=timeline.start,
                    name=" · ".join(part for part in (one.group, step) if part),
                    milestone=one.milestone,
                    series=one,
                    floor=(len(panels) - 1 - panel) * unit,
                )
            )
    return found


def _spoken(view: View) -> _Spoken:
    """
    The evidence for each milestone by the days on which it was published, and of which it speaks.
    """
    found: defaultdict[tuple[str, date], list[Entry]] = defaultdict(list)
    for entry in view.live:
        evidence = Evidence.of(entry)
        if evidence is None:
            continue
        about: set[str] = set()
        if evidence.latest is not None:
            about |= view.programme.before(evidence.milestone)
        if evidence.earliest is not None:
            about |= view.programme.after(evidence.milestone)
        days = {day for day in (entry.published_on, evidence.earliest, evidence.latest) if day is not None}
        for milestone in about:
            for day in days:
                found[milestone, day].append(entry)
    return found


def _drawn(
    found: Sequence[_Line],
    rows: Sequence[Sequence[Mapping[str, Any]]],
    x: alt.X,
    y: _Upright,
    language: Language,
) -> tuple[list[alt.Chart], list[alt.Chart]]:
    """
    The grey bands, and the lines over them.
    """
    told = Told.of(language, "view", "milestone", "date", "certain", "possible", "evidence")
    bands: list[alt.Chart] = []
    lines: list[alt.Chart] = []
    for line, changes in zip(found, rows, strict=True):
        colour, dash = _STYLES[line.place % len(_STYLES)]
        base = told.base(changes).encode(x=x)
        bands.append(
            base.mark_area(interpolate="step-after", color=PALE_GREY, opacity=0.7, line=False).encode(
                y=y("to_possible"), y2="to_certain"
            )
        )
        lines += [
            base.mark_line(interpolate="step-after", color=colour, strokeWidth=2, strokeDash=dash).encode(
                y=y("to_certain")
            ),
            base.mark_point(filled=True, color=colour, size=14, opacity=1).encode(y=y("to_certain")),
        ]
    return bands, lines


def _floors(found: Sequence[_Line], most: int, inner: int, y: _Upright) -> list[alt.Chart]:
    """
    Of each panel its ground, its name, its scale, and its last numbers.
    """
    named = [
        {
            "name": cut(line.name, int(inner / COLUMN)),
            "floor": line.floor,
            "full": line.floor + most,
            "over": line.floor + most * (1 + _NAME),
            "numbers": f"{line.series.certain[-1]} / {line.series.possible[-1]}",
            "zero": "0",
            "most": str(most),
        }
        for line in found
        if line.place == 0
    ]
    base = alt.Chart(values(named))
    small = base.mark_text(fontSize=11, color="#555555", align="right", baseline="middle")
    return [
        base.mark_rule(color=FAINT).encode(y=y("floor")),
        base.mark_text(align="left", fontSize=12).encode(x=alt.value(0), y=y("over"), text="name:N"),
        small.encode(x=alt.value(-6), y=y("floor"), text="zero:N"),
        small.encode(x=alt.value(-6), y=y("full"), text="most:N"),
        base.mark_text(align="left", fontSize=12, baseline="bottom").encode(
            x=alt.value(inner + 4), y=y("floor"), text="numbers:N"
        ),
    ]


def _told(line: _Line, row: Mapping[str, Any], spoken: _Spoken, language: Language) -> dict[str, Any]:
    """
    What a mark tells beside its numbers, and where it stands.
    """
    return {
        "view": line.view,
        "milestone": line.name,
        "evidence": cited(spoken.get((line.milestone, date.fromisoformat(row["date"])), ()), language),
        "to_certain": line.floor + row["certain"],
        "to_possible": line.floor + row["possible"],
    }


def _changes(line: _Line) -> list[dict[str, Any]]:
    """
    The days on which a number changes, and the first and the last.
    """
    numbers = list(zip(line.series.certain, line.series.possible, strict=True))
    places = [0, *(at for at in range(1, len(numbers)) if numbers[at] != numbers[at - 1]), len(numbers) - 1]
    days = {at: line.start + timedelta(at) for at in places}
    return [
        {"date": day.isoformat(), "at": written(day), "certain": numbers[at][0], "possible": numbers[at][1]}
        for at, day in days.items()
    ]
