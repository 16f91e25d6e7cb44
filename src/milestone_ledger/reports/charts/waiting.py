"""
How long projects wait for a milestone: the share still waiting by day, as far as vague days let one tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from math import ceil, floor
from typing import Any

import altair as alt

from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import Language
from milestone_ledger.ledger.measures import Waiting
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.turnbull import Spread
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.charts.bars import number_axis
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing, side_axis
from milestone_ledger.reports.charts.marks import BLACK, BLUE, PALE_GREY, Told, cited
from milestone_ledger.reports.charts.words import word

_LEFT, _HEIGHT = 56, 280


def waiting(view: View, milestone: str, language: Language = "zh", *, width: int = WIDTH) -> Drawing:
    """
    The share of projects that still waited for ``milestone``, by days since a document first named them.

    The grey band is what documents leave open: vague days (Turnbull's estimate doesn't say where within an
    interval a share lies), and projects without any evidence, which may wait still or not; below the blue
    line nothing is proven. The dashed line is the Kaplan–Meier curve of those projects whose days are known,
    and of these alone. Neither is drawn of a small number of projects.
    """
    width = max(width, NARROWEST)
    step = view.programme.milestone_label(milestone, language) if view.listed else milestone
    title = f"等待“{step}”的时间" if language == "zh" else f"Time to {step!r}"
    found = next((row for row in view.waiting() if row.milestone == milestone), None)
    if found is None or not found.spread.masses:
        return nothing(title, word("no_waits", language), width)
    if found.spread.cases < SMALL:
        return nothing(title, f"{word('few_waits', language, number=SMALL)}{_note(found, language)}", width)
    entries = _entries(view, found)
    rows = _rows(found.spread, entries, language)
    curve = _curve(found, entries, language)
    keys = [
        Key("stroke", BLUE, word("most_waiting", language)),
        Key("square", PALE_GREY, word("between", language)),
    ]
    if curve:
        keys.append(Key("stroke", BLACK, word("kaplan_meier", language)))
    frame = Frame(
        title=title,
        width=width,
        height=_HEIGHT,
        left=_LEFT,
        above=24,
        keys=tuple(keys),
        notes=(_note(found, language),),
    )
    days = [row["day"] for row in (*rows, *curve)]
    across = number_axis(frame, word("waiting_days", language), max(days), min(days))
    return frame.finished(_layers(rows, curve, across.x("day"), language))


def _note(found: Waiting, language: Language) -> str:
    spread, curve = found.spread, found.curve
    over = found.projects - spread.blank - spread.cases
    if language == "zh":
        batches = f"（点了成员名的 {found.batches} 个批次不另计）" if found.batches else ""
        rough = "" if spread.has_converged else "估计未收敛，曲线只是大概。"
        return (
            f"涉及项目 {found.projects} 个{batches}，{over} 个首次提到时已达到或后来取消，未计入；"
            f"{spread.blank} 个没有任何依据，是否达到都有可能。"
            f"可估计的是其余 {spread.cases} 个，逐日可计的有 {curve.cases} 个。{rough}"
        )
    batches = f" (batches left to their members: {found.batches})" if found.batches else ""
    rough = "" if spread.has_converged else " It has not converged: the curve is rough."
    return (
        f"Of {found.projects} projects{batches}, {over} that had reached it when first named, or were "
        f"cancelled, are left out; {spread.blank} without any evidence may wait still or not. "
        f"The estimate rests on the other {spread.cases}; {curve.cases} can be followed day by day.{rough}"
    )


def _entries(view: View, waiting: Waiting) -> Mapping[int, Sequence[Entry]]:
    """
    The statements that bound a wait, by the day of waiting to which they bound it.
    """
    found: defaultdict[int, list[Entry]] = defaultdict(list)
    for subject in view.subjects:
        if subject.project.id not in waiting.names:
            continue
        bounds = subject.ladders[waiting.milestone].bounds()
        listed = min(entry.published_on or date.min for entry in subject.entries)
        for day, entries in ((bounds.lo, bounds.lo_entries), (bounds.hi, bounds.hi_entries)):
            if day is not None:
                found[(day - listed).days] += entries
    return found


def _rows(spread: Spread, entries: Mapping[int, Sequence[Entry]], language: Language) -> list[dict[str, Any]]:
    """
    On each day on which it may change, how large the share still waiting is at least and at most.

    Cases without any evidence wait at most, and none of them at least.
    """
    masses, days = spread.masses, {0}
    known = spread.cases / (spread.cases + spread.blank)
    for mass in masses:
        days |= {ceil(mass.within.lo)} if mass.within.lo is not None else set()
        days |= {floor(mass.within.hi)} if mass.within.hi is not None else set()
    days.add(max(days) + max(max(days) // 20, 7))
    rows = []
    for day in sorted(days):
        begun = sum(mass.share for mass in masses if mass.within.lo is None or mass.within.lo <= day)
        over = sum(mass.share for mass in masses if mass.within.hi is not None and mass.within.hi <= day)
        least, most = known * (1 - begun), 1 - known * over
        rows.append(
            {
                "day": day,
                "least": max(least, 0.0) * 100,
                "most": max(most, 0.0) * 100,
                "waiting_days": day,
                "still_waiting": f"{max(least, 0.0) * 100:.0f}～{max(most, 0.0) * 100:.0f}",
                "evidence": cited(entries.get(day, ()), language),
            }
        )
    return rows


def _curve(
    found: Waiting, entries: Mapping[int, Sequence[Entry]], language: Language
) -> list[dict[str, Any]]:
    """
    The Kaplan–Meier steps, from all waiting to the day last seen; none of a small number.
    """
    steps = found.curve.steps
    if not steps or found.curve.cases < SMALL:
        return []
    points = [(0, 1.0, found.curve.cases), *((step.day, step.waiting, step.at_risk) for step in steps)]
    if found.curve.last_seen > steps[-1].day:
        points.append((found.curve.last_seen, steps[-1].waiting, 0))
    return [
        {
            "day": day,
            "most": share * 100,
            "waiting_days": day,
            "still_waiting": f"{share * 100:.0f}",
            "risk": at_risk or "—",
            "evidence": cited(entries.get(day, ()), language),
        }
        for day, share, at_risk in points
    ]


def _layers(
    rows: Sequence[Mapping[str, Any]], curve: Sequence[Mapping[str, Any]], x: alt.X, language: Language
) -> list[alt.Chart]:
    side = alt.Axis(format="d", tickCount=5, title=word("still_waiting", language), **side_axis(_LEFT))
    scale = alt.Scale(domain=[0, 100], nice=False)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, axis=side)

    base = Told.of(language, "waiting_days", "still_waiting", "evidence").base(rows).encode(x=x)
    layers = [
        base.mark_area(interpolate="step-after", color=PALE_GREY, line=False, opacity=1).encode(
            y=y("most"), y2="least"
        ),
        base.mark_line(interpolate="step-after", color=BLUE, strokeWidth=2.5).encode(y=y("most")),
        base.mark_point(filled=True, color=BLUE, size=28, opacity=1).encode(y=y("most")),
    ]
    if curve:
        known = Told.of(language, "waiting_days", "still_waiting", "risk", "evidence").base(curve).encode(x=x)
        layers += [
            known.mark_line(interpolate="step-after", color=BLACK, strokeDash=[4, 3]).encode(y=y("most")),
            known.mark_point(filled=True, color=BLACK, size=20, opacity=1).encode(y=y("most")),
        ]
    return layers
