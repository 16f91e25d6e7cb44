"""
How counts and shares are written in reports on the record.
"""

from __future__ import annotations

from milestone_ledger.metrics.inputs import NumberRange
from milestone_ledger.reports.overview import percent


def counts(ends: tuple[int, int]) -> str:
    """
    A count, or the range of one.
    """
    return str(ends[0]) if ends[0] == ends[1] else f"{ends[0]}～{ends[1]}"


def percents(share: NumberRange | None) -> str:
    """
    The range of a share; a dash if there is none, or an end of it is not known.
    """
    if share is None or share.lo is None or share.hi is None:
        return "—"
    least, most = percent(share.lo), percent(share.hi)
    return least if least == most else f"{least}～{most}"
