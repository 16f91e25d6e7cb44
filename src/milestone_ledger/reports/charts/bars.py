"""
Bars of numbers by row, each part placed by what lies before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt

from milestone_ledger.reports.charts.days import Across
from milestone_ledger.reports.charts.frame import Frame
from milestone_ledger.reports.charts.marks import Told

# Room for a number at the end of the longest bar.
NUMBERS = 64


def number_axis(frame: Frame, title: str, most: float, least: float = 0) -> Across:
    """
    A scale and axis of whole numbers, with no more marks than fit.
    """
    axis = alt.Axis(
        format="d",
        tickMinStep=1,
        tickCount=max(frame.inner // 60, 2),
        title=title,
        labelOverlap=False,
        labelFlush=False,
        **frame.below_axis(),
    )
    return Across("Q", alt.Scale(domain=[least, most or 1], nice=False), axis)


def bar_layer(rows: Iterable[Mapping[str, Any]], told: Told, x: Across, y: alt.Y, height: int) -> alt.Chart:
    """
    Bars from ``start`` to ``end`` in ``colour``.
    """
    colour = alt.Color("colour:N", scale=None, legend=None)
    bars: alt.Chart = (
        told.base(rows).mark_bar(height=height).encode(x=x.x("start"), x2="end", y=y, color=colour)
    )
    return bars


def end_texts(rows: Iterable[Mapping[str, Any]], told: Told, x: Across, y: alt.Y) -> alt.Chart:
    """
    The ``text`` of each row behind its bar, which ends at ``start``.
    """
    base = told.base(rows).mark_text(align="left", baseline="middle", dx=5, fontSize=12)
    texts: alt.Chart = base.encode(x=x.x("start"), y=y, text="text:N")
    return texts
