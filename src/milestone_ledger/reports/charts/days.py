"""
Axes of days.

Days are written as midnight UTC and drawn on a UTC scale, so that no time zone moves a mark: a bare
``2019-08-14`` is UTC to vega and shown in local time, which west of Greenwich is the day before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal

import altair as alt
from attrs import frozen

from milestone_ledger.domain.dates import add_days

_YEAR_PIXELS, _MONTH_PIXELS = 46, 64
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
_MONTHS = (1, 3, 6)
_DAYS_OF_MONTH = 30.44
_SHORT = 800  # days; a longer span is marked in years
_LEAST = 60  # days, so that a single day has room about it


def written(day: date) -> str:
    """
    A day as the scale reads it.
    """
    return f"{day.isoformat()}T00:00:00Z"


@frozen
class Across:
    """
    The scale and axis that all layers of a chart share, for fields of days (``T``) or numbers (``Q``).
    """

    kind: Literal["T", "Q"]
    scale: alt.Scale
    axis: alt.Axis

    def x(self, field: str) -> alt.X:
        """
        ``field`` of the data, along the axis below.
        """
        return alt.X(f"{field}:{self.kind}", scale=self.scale, axis=self.axis)

    def y(self, field: str) -> alt.Y:
        """
        ``field`` of the data, along the axis at the side.
        """
        return alt.Y(f"{field}:{self.kind}", scale=self.scale, axis=self.axis)


@frozen(kw_only=True)
class Span:
    """
    The days that an axis shows.
    """

    first: date
    last: date

    @classmethod
    def of(cls, days: Iterable[date], *, fade: bool = False) -> Span:
        """
        A span with some room about all of ``days``; with ``fade``, room for open ends too.
        """
        known = sorted(days)
        length = max((known[-1] - known[0]).days, _LEAST)
        room = length // (8 if fade else 40) + 1
        return cls(first=add_days(known[0], -room), last=add_days(known[-1], room))

    @property
    def fade(self) -> int:
        """
        How many days an open end takes to fade away.
        """
        return max((self.last - self.first).days // 12, 1)

    def across(self, pixels: int, **settings: Any) -> Across:
        """
        An axis with marks at the beginnings of years or months, as close as ``pixels`` allow.
        """
        ticks = self.ticks(pixels)
        yearly = all(day.month == 1 for day in ticks) and (self.last - self.first).days > _SHORT
        axis = alt.Axis(
            values=[written(day) for day in ticks],
            format="%Y" if yearly else "%Y-%m",
            labelOverlap=False,
            labelFlush=False,
            **settings,
        )
        return Across("T", alt.Scale(type="utc", domain=[written(self.first), written(self.last)]), axis)

    def ticks(self, pixels: int) -> list[date]:
        """
        The first days of years or months, at least far enough apart to be read.
        """
        length = (self.last - self.first).days
        if length <= _SHORT:
            most = max(pixels // _MONTH_PIXELS, 1)
            months = next((m for m in _MONTHS if length / _DAYS_OF_MONTH / m <= most), 12)
            starts = [
                date(year, month, 1)
                for year in range(self.first.year, self.last.year + 1)
                for month in range(1, 13, months)
            ]
        else:
            most = max(pixels // _YEAR_PIXELS, 1)
            years = next((y for y in _YEARS if length / 365 / y <= most), _YEARS[-1])
            starts = [
                date(year, 1, 1)
                for year in range(self.first.year - self.first.year % years, self.last.year + 1, years)
                if year
            ]
        return [day for day in starts if self.first <= day <= self.last]
