"""
What formats of other people share: how a day, a place and a document are written, and what gets lost.

Each format is a function of a view alone: no clock, no locale. What it cannot say is handed back beside it,
so that nobody takes the file for the whole ledger.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import frozen

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate, day_before
from milestone_ledger.domain.events import PromiseMade, SourceRegistered
from milestone_ledger.domain.history import Entry
from milestone_ledger.io.export.losses import Loss
from milestone_ledger.io.sheets import FIRMNESS_WORDS
from milestone_ledger.ledger.rows import plain
from milestone_ledger.ledger.view import View

LAST_SECOND: Final = time(23, 59, 59)


@frozen(kw_only=True)
class Exchange:
    """
    The bytes of a file, and what of the ledger it does not say.
    """

    content: bytes
    losses: tuple[Loss, ...]


def json_bytes(value: Any) -> bytes:
    """
    JSON as people read it, the same bytes for the same value.
    """
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def losses_file(view: View, form: str, losses: tuple[Loss, ...]) -> bytes:
    """
    What a file of the format ``form`` does not say, as JSON to lie beside it.
    """
    told = {
        "format": form,
        "ledger": view.ledger,
        "as_of": view.as_of.isoformat(),
        "published_by": plain(view.viewpoint.published_by),
        "size": size_of(view),
        "losses": [
            {
                "kind": loss.kind.value,
                "zh": loss.zh,
                "en": loss.en,
                "about": loss.about,
                "entries": loss.entries,
            }
            for loss in losses
        ],
    }
    return json_bytes(told)


def size_of(view: View) -> int:
    """
    How many entries the view takes in.
    """
    recorded_by = view.viewpoint.recorded_by
    return view.history.size if recorded_by is None else recorded_by


def last_recorded(view: View) -> datetime:
    """
    When the last entry that the view takes in was recorded; its own day at midnight UTC, if there is none.
    """
    last = view.history.get(size_of(view) - 1)
    return datetime.combine(view.as_of, time(), UTC) if last is None else last.recorded_at


def moment(view: View, day: date, clock: time = time()) -> str:
    """
    A time of a civil day where the programme is, as RFC 3339 writes it: offsets have whole minutes there.
    """
    programme = view.registry.programme
    local = datetime.combine(day, clock, UTC if programme is None else ZoneInfo(programme.time_zone))
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    return local.replace(tzinfo=timezone(timedelta(minutes=minutes))).isoformat()


def instant(moment: datetime) -> str:
    """
    An instant of recording, in UTC, to the microsecond.
    """
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def cited(view: View, entry: Entry) -> str:
    """
    Document and place of a statement, as people look it up.
    """
    source = view.registry.sources.get(getattr(entry.event, "source", None) or "")
    locator = getattr(entry.event, "locator", "")
    return locator if source is None else f"{document_name(source)} {locator}".strip()


def promised(view: View, entry: Entry) -> str:
    """
    A promise in words: for when, how firmly, and where it stands.
    """
    event = entry.event
    assert isinstance(event, PromiseMade)  # noqa: S101 (asked of promises only)
    firmness = FIRMNESS_WORDS.write(event.firmness.value, "zh")
    return (
        f"承诺（{firmness}）：{span(event.deadline)}，依据：{cited(view, entry)}，{entry.published_on} 公布"
    )


def known(view: View, bounds: Bounds) -> str:
    """
    When a milestone was reached, no more exactly than the evidence says, in words; empty if it says nothing.
    """
    cites = "；".join(cited(view, entry) for entry in bounds.entries)
    if bounds.hi is not None:
        return f"实绩：{UncertainDate(bounds.lo, bounds.hi)}，依据：{cites}"
    if bounds.lo is not None:
        return f"{day_before(bounds.lo)} 尚未达到，其后无据，依据：{cites}"
    return ""


def span(deadline: UncertainDate | None) -> str:
    """
    A deadline in words; one that is a range says so.
    """
    if deadline is None:
        return "未写期限"
    if deadline.is_exact:
        return str(deadline.latest)
    return f"{deadline.earliest} 至 {deadline.latest}（期限本身是一段时间）"


def document_name(source: SourceRegistered) -> str:
    """
    A document by its title and, if it has one, its number.
    """
    return f"《{source.title}》" + (f"（{source.number}）" if source.number else "")


def unit_name(view: View, unit: str) -> str:
    """
    The present name of a responsible unit.
    """
    programme = view.registry.programme
    return unit if programme is None else programme.unit_names.get(unit, unit)


def quantity_text(view: View, project: str, quantity: int | None) -> str:
    """
    How many of a batch are meant, with its measure word; nothing for a whole.
    """
    return "" if quantity is None else f" {quantity}{view.registry.projects[project].measure}"


def documents_of(view: View, entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
    """
    The documents that ``entries`` cite, in the order of registration, each with those that cite it.
    """
    citing: dict[str, list[Entry]] = {source: [] for source in view.registry.sources}
    for entry in entries:
        source = getattr(entry.event, "source", None)
        if source in citing:
            citing[source].append(entry)
    return MappingProxyType({source: cites for source, cites in citing.items() if cites})
