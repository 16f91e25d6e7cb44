"""
How groups, counts and shares are written in reports on the record.
"""

from __future__ import annotations

from milestone_ledger.domain.events import Firmness
from milestone_ledger.errors import Language
from milestone_ledger.ledger.grouping import Axis
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.inputs import NumberRange
from milestone_ledger.reports.labels import label, word
from milestone_ledger.reports.overview import percent


def group_text(view: View, group: str, by: Axis, language: Language) -> str:
    """
    What people call a group; that it is not stated, of one without a name.
    """
    if not group:
        return word("not_stated", language)
    if by == "milestone":
        return view.programme.milestone_label(group, language)
    if by == "delivery":
        return view.programme.delivery_label(group, language)
    return label(Firmness(group), language) if by == "firmness" else group


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
