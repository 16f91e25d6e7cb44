"""
From where one may look at a history, and on which days it may matter when one looks.
"""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History, Viewpoint
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies.calendar import CALENDAR, publication_bounds

_NEXT_DAYS = (-1, 0, 1)


def viewpoints(history: History) -> st.SearchStrategy[Viewpoint]:
    """
    Any day of publication or hindsight, and any position that is the end of a commit.
    """
    positions = st.none() | st.sampled_from(boundaries(history))
    return st.builds(Viewpoint, published_by=publication_bounds, recorded_by=positions)


def _ends(history: History) -> set[date]:
    """
    Both ends of every deadline.
    """
    return {
        end
        for entry in history
        if isinstance(entry.event, on.PromiseMade) and entry.event.deadline is not None
        for end in (entry.event.deadline.earliest, entry.event.deadline.latest)
        if end is not None
    }


def _told(history: History) -> set[date]:
    """
    Every day of which evidence speaks.
    """
    told: set[date | None] = set()
    for entry in history:
        if isinstance(entry.event, on.MilestoneAchieved):
            told |= {entry.event.occurred.earliest, entry.event.occurred.latest}
        elif isinstance(entry.event, on.MilestonePending):
            told.add(entry.event.on)
    return {end for end in told if end is not None}


def every_status_day(history: History) -> list[date]:
    """
    The days on which it may matter when one looks: those about deadlines, and some others.
    """
    ends = {end + timedelta(n) for end in _ends(history) for n in (-1, 0, 1, 2, 3, 5)}
    return sorted({*ends, *CALENDAR[::5], CALENDAR[-1] + timedelta(10)})


def status_days(history: History) -> st.SearchStrategy[date]:
    """
    One of ``every_status_day``.
    """
    return st.sampled_from(every_status_day(history))


def telling_days(history: History) -> st.SearchStrategy[date]:
    """
    Days of which evidence or a change of activity speaks, and the days after them; and any others.
    """
    changes = {entry.event.on for entry in history if isinstance(entry.event, on.ActivityChanged)}
    known = sorted(_told(history) | changes)
    return st.sampled_from([*known, *(end + timedelta(1) for end in known), *CALENDAR[::5]])


def turning_days(history: History, grace: int = 0) -> list[date]:
    """
    The days of deadlines (also with ``grace``, in days), of evidence and of publications.
    """
    published = {entry.published_on for entry in history if entry.published_on is not None}
    ends = {end + timedelta(n) for end in _ends(history) for n in (0, grace)}
    return sorted(published | ends | _told(history))


def looking_days(history: History, grace: int = 0) -> list[date]:
    """
    Every day on which a verdict may turn, from the day before to the day after, and one long after.
    """
    days = {turn + timedelta(n) for turn in turning_days(history, grace) for n in _NEXT_DAYS}
    return sorted({*days, max(days) + timedelta(30)}) if days else [CALENDAR[0]]
