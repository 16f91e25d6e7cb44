"""
A day that is known only to lie within bounds, drawn as such: a bar, or one that fades where an end is open.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Literal

import altair as alt

from milestone_ledger.domain.dates import add_days
from milestone_ledger.reports.charts.days import Across, Span, written
from milestone_ledger.reports.charts.marks import Told

End = Literal["both", "later", "earlier"]


def extent(lo: date | None, hi: date | None, fade: int) -> tuple[date, date, End] | None:
    """
    From where to where bounds are drawn, and which end is open; ``None`` if both are.
    """
    if lo is not None and hi is not None:
        return lo, hi, "both"
    if hi is not None:
        return add_days(hi, -fade), hi, "earlier"
    if lo is not None:
        return lo, add_days(lo, fade), "later"
    return None


def uncertain_layers(
    rows: Iterable[Mapping[str, Any]], told: Told, x: Across, y: alt.Y, height: int
) -> list[alt.Chart]:
    """
    Bars from ``start`` to ``end`` in ``colour``; those ``open`` at an end fade there, towards an arrow.
    """
    sorted_out: defaultdict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        sorted_out[row["open"], row["colour"]].append(row)
    layers: list[alt.Chart] = []
    for (end, colour), alike in sorted(sorted_out.items()):
        base = told.base(alike)
        if end == "both":
            bars = base.mark_bar(height=height, color=colour, stroke=colour, strokeWidth=2)
            layers.append(bars.encode(x=x.x("start"), x2="end", y=y))
            continue
        is_later = end == "later"
        stops = [alt.GradientStop(color=colour, offset=0), alt.GradientStop(color="#FFFFFF", offset=1)]
        fading = alt.LinearGradient(
            gradient="linear", stops=stops, x1=0 if is_later else 1, x2=1 if is_later else 0, y1=0, y2=0
        )
        # The side that is known is drawn as a firm edge.
        edge, tip = ("start", "end") if is_later else ("end", "start")
        layers += [
            base.mark_bar(height=height, color=fading).encode(x=x.x("start"), x2="end", y=y),
            base.mark_tick(size=height + 2, thickness=2, color=colour).encode(x=x.x(edge), y=y),
            base.mark_point(
                shape="triangle-right" if is_later else "triangle-left",
                filled=True,
                color=colour,
                size=45,
                opacity=1,
            ).encode(x=x.x(tip), y=y),
        ]
    return layers


def drawn_between(lo: date | None, hi: date | None, span: Span) -> dict[str, str] | None:
    """
    The fields of a row that bounds give: ``start``, ``end`` and which end is ``open``.
    """
    found = extent(lo, hi, span.fade)
    if found is None:
        return None
    start, end, is_open = found
    return {"start": written(start), "end": written(end), "open": is_open}
