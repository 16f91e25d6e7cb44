"""
A small calendar about New Year, so that the days of which documents speak collide.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from milestone_ledger.domain.dates import UncertainDate

START = date(2018, 12, 15)
DAYS = 40
CALENDAR = tuple(START + timedelta(n) for n in range(DAYS))
_BUSY = (14, 20)


def day(number: int) -> date:
    """
    The day so many days after the first of the calendar.
    """
    return START + timedelta(number)


def days_between(first: int, last: int) -> st.SearchStrategy[date]:
    """
    Any of these days, both included, but every other time one of the few about New Year.
    """
    start, end = _BUSY
    some = st.integers(max(first, start), min(last, end)) if first <= end and start <= last else None
    anyone = st.integers(first, last)
    return (anyone if some is None else some | some | anyone).map(day)


days = days_between(0, DAYS - 1)
publication_bounds = st.none() | days


@st.composite
def closed_dates(draw: st.DrawFn) -> UncertainDate:
    """
    A day, or some days around it: deadlines and dates of documents.
    """
    first = draw(days)
    return UncertainDate(first, min(first + timedelta(draw(st.sampled_from([0, 0, 0, 1, 4]))), CALENDAR[-1]))


def until(draw: st.DrawFn, last: date | None) -> date:
    """
    A day of the calendar up to ``last``.
    """
    return draw(days_between(0, max(0, (last - START).days) if last else 0))
