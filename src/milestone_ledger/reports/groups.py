"""
What people call the groups that figures are drawn of.
"""

from __future__ import annotations

from milestone_ledger.domain.events import Firmness
from milestone_ledger.errors import Language
from milestone_ledger.ledger.grouping import Axis
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import label, word


def group_text(view: View, group: str, by: Axis, language: Language) -> str:
    """
    What people call a group, in English where the programme says how; of one without a name, that none is.
    """
    if not group:
        return word("not_stated", language)
    if by == "milestone":
        return view.programme.milestone_label(group, language)
    if by == "delivery":
        return view.programme.delivery_label(group, language)
    if by == "firmness":
        return label(Firmness(group), language)
    if language == "zh":
        return group
    if by == "unit":
        return next((unit.en for unit in view.programme.units if unit.name == group and unit.en), group)
    if by == "domain":
        for domain in view.programme.domains:
            for path, name in zip(heads(domain.path), heads(domain.en), strict=False):
                if path == group and name:
                    return name
    return group


def heads(path: str) -> list[str]:
    """
    A domain and all that it lies in, the widest first.
    """
    parts = path.split("/")
    return ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
