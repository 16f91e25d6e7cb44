"""
Responsible units that a row leaves blank: those of the same plan item, else of the earlier promise.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import groupby

import attrs

from milestone_ledger.domain.events import BlockerRaised, PromiseMade
from milestone_ledger.domain.registry import name_key
from milestone_ledger.io.intake.faults import Faults
from milestone_ledger.io.intake.identity import Standing
from milestone_ledger.io.intake.statements import StatementEvent, StatementRow, WithUnits

_Item = tuple[str, str]
_Units = tuple[str, ...]


def inherit_units(
    drafts: Sequence[StatementRow],
    unclaimed: Iterable[Standing],
    published_on: Callable[[str], date],
    faults: Faults,
) -> list[StatementRow]:
    """
    Rows with the responsible units that they leave to others filled in.

    The files go before statements of the ledger that no row speaks of (``unclaimed``).
    A blank beside rows that differ is a fault: which of them is meant is not guessed.
    """
    ledger = [known.event for known in unclaimed if known.is_live]
    in_files = _items(draft.event for draft in drafts if not draft.void)
    in_ledger = _items(ledger)
    filled: list[StatementRow] = []
    for draft in drafts:
        key = _item(draft.event)
        options = (in_files.get(key) or in_ledger.get(key) or {}) if draft.inherits else {}
        if len(options) > 1:
            said = ["、".join(units) for units in options]
            faults.add(
                draft.place.error(
                    "responsible",
                    (
                        f"rows of the same source and locator name different units ({' / '.join(said)}); "
                        "write those of this row",
                        f"同一依据和位置的各行责任单位不同（{' / '.join(said)}）；请写明本行的责任单位",
                    ),
                )
            )
        filled.append(_with_units(draft, next(iter(options))) if len(options) == 1 else draft)
    return _from_chains(filled, ledger, published_on)


def _item(event: StatementEvent) -> _Item:
    return event.source, name_key(event.locator)


def _items(events: Iterable[StatementEvent]) -> dict[_Item, dict[_Units, None]]:
    """
    The different units that rows of one plan item name; who must remove an obstacle is no such word.
    """
    items: defaultdict[_Item, dict[_Units, None]] = defaultdict(dict)
    for event in events:
        if isinstance(event, WithUnits) and not isinstance(event, BlockerRaised) and event.responsible:
            items[_item(event)][event.responsible] = None
    return items


def _with_units(draft: StatementRow, units: _Units) -> StatementRow:
    if not isinstance(draft.event, WithUnits):
        return draft
    return attrs.evolve(draft, event=attrs.evolve(draft.event, responsible=units))


def _from_chains(
    drafts: list[StatementRow], ledger: Iterable[StatementEvent], published_on: Callable[[str], date]
) -> list[StatementRow]:
    """
    Promises still without units take those of the last promise of their chain published before.
    """
    filled = list(drafts)
    chains: defaultdict[tuple[str, str | None], list[tuple[date, int | None, PromiseMade]]] = defaultdict(
        list
    )
    for place, draft in enumerate(drafts):
        if isinstance(draft.event, PromiseMade) and not draft.void:
            event = draft.event
            chains[event.project, event.milestone].append((published_on(event.source), place, event))
    for known in ledger:
        if isinstance(known, PromiseMade) and (known.project, known.milestone) in chains:
            chains[known.project, known.milestone].append((published_on(known.source), None, known))
    for chain in chains.values():
        units: _Units = ()
        for _, on_one_day in groupby(sorted(chain, key=_by_publication), key=lambda link: link[0]):
            latest = units
            for _, row, promise in on_one_day:
                own = promise.responsible
                if not own and row is not None and drafts[row].inherits:
                    own = units
                    filled[row] = _with_units(drafts[row], own)
                latest = own or latest
            units = latest
    return filled


def _by_publication(link: tuple[date, int | None, PromiseMade]) -> tuple[date, str, str, str, _Units]:
    """
    By publication; ties are broken by content, never by the order of rows.
    """
    day, _, event = link
    return day, str(event.deadline), event.source, event.locator, event.responsible
