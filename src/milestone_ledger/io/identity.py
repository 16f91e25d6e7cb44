"""
Which entry of the ledger a row speaks of: by its 编号, else by what the row says and where.

A row's identity is source + locator + project (or what is counted or measured) + kind + milestone +
quantity (INTAKE.md). Its other cells may be edited: same identity, other content, is a correction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from attrs import define, field, frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import (
    ActivityChanged,
    EntryRetracted,
    IndicatorObserved,
    IndicatorTargeted,
    TotalReported,
)
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import name_key
from milestone_ledger.io.faults import Faults
from milestone_ledger.io.registrations import twice
from milestone_ledger.io.sheets import STATEMENTS
from milestone_ledger.io.statements import StatementEvent, StatementRow

Identity = tuple[object, ...]
Published = Callable[[str], UncertainDate | None]


def content_identity(event: StatementEvent, published: Published) -> Identity:
    """
    What identifies a statement that has no number of its own.

    ``published`` tells when a source was published: an indicator measured "on publication" keeps its
    identity when the source turns out to be of another day.
    """
    sheet, kind = STATEMENTS[type(event)]
    place = (sheet.id, kind, event.source, name_key(event.locator))
    match event:
        case TotalReported():
            return (*place, name_key(event.what), tuple(sorted(event.milestones)))
        case IndicatorTargeted():
            return (*place, name_key(event.name), event.project, event.deadline)
        case IndicatorObserved():
            source = published(event.source)
            by_then = source and source.latest and UncertainDate.by(source.latest)
            day = None if event.occurred == by_then else event.occurred
            return (*place, name_key(event.name), event.project, day)
        case ActivityChanged():
            return (*place, event.project, event.activity)
        case _:
            milestone, quantity = getattr(event, "milestone", None), getattr(event, "quantity", None)
            return (*place, event.project, milestone, quantity)


@frozen(eq=False)
class Standing:
    """
    A statement that some view of the ledger keeps: live, or withdrawn by later sources only.

    ``corrected_by`` are those sources.
    """

    entry: Entry
    event: StatementEvent
    corrected_by: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """
        Whether hindsight keeps it too.
        """
        return not self.corrected_by


def standing(history: History) -> Iterator[Standing]:
    """
    Every statement that some view keeps, in order of ``seq``.
    """
    for entry in history:
        if not isinstance(entry.event, StatementEvent):
            continue
        retractions = history.retractions(entry.seq)
        since = entry.published_on or date.min
        if any((retraction.published_on or date.min) <= since for retraction in retractions):
            continue
        sources = (r.event.source for r in retractions if isinstance(r.event, EntryRetracted))
        yield Standing(entry, entry.event, tuple(source for source in sources if source is not None))


def without_repetition(
    rows: Iterable[StatementRow], published: Published, faults: Faults
) -> list[StatementRow]:
    """
    Rows with an identity of their own; one that repeats an earlier row's is a fault.
    """
    seen: dict[Identity, StatementRow] = {}
    for row in rows:
        key = _key(row.event, published)
        if key in seen:
            faults.add(row.place.error("id", twice(seen[key].place)))
        else:
            seen[key] = row
    return list(seen.values())


def _key(event: StatementEvent, published: Published) -> Identity:
    if event.ref:
        return (STATEMENTS[type(event)][0].id, event.ref)
    return content_identity(event, published)


@define
class Matches:
    """
    Rows with the statements of the ledger that they speak of, and the statements that no row speaks of.
    """

    pairs: list[tuple[StatementRow, Standing | None]] = field(factory=list)
    unclaimed: list[Standing] = field(factory=list)


def match(
    rows: Sequence[StatementRow],
    recorded: Iterable[Standing],
    published_in_files: Published,
    published_in_ledger: Published,
    faults: Faults,
) -> Matches:
    """
    Find for each row the statement of the ledger with the same identity.

    A row that got its number only now, or lost it, still finds the statement with the same content.
    """
    claimed: dict[int, Standing] = {}
    found: dict[int, Standing] = {}
    by_key: defaultdict[Identity, list[Standing]] = defaultdict(list)
    by_content: defaultdict[Identity, list[Standing]] = defaultdict(list)
    everything = sorted(recorded, key=lambda known: (not known.is_live, known.entry.seq))
    for known in everything:
        by_key[_key(known.event, published_in_ledger)].append(known)
        by_content[content_identity(known.event, published_in_ledger)].append(known)

    def claim(row: StatementRow, candidates: Iterable[Standing]) -> None:
        for known in candidates:
            if known.entry.seq not in claimed:
                claimed[known.entry.seq] = found[id(row)] = known
                return

    for row in rows:
        claim(row, by_key.get(_key(row.event, published_in_files), ()))
    for row in sorted(rows, key=lambda row: row.event.ref):
        if id(row) in found:
            continue
        content = content_identity(row.event, published_in_files)
        left = [
            known
            for known in by_content.get(content, ())
            if known.entry.seq not in claimed and bool(known.event.ref) != bool(row.event.ref)
        ]
        if not row.event.ref and len(left) > 1:
            numbers = [known.event.ref for known in left]
            faults.add(
                row.place.error(
                    "id",
                    (
                        f"the ledger holds {len(left)} such rows, numbered {', '.join(numbers)}; write which",
                        f"台账中有 {len(left)} 条这样的记录，编号为 {'、'.join(numbers)}；请填写是哪一条",
                    ),
                )
            )
        claim(row, left)
    return Matches(
        pairs=[(row, found.get(id(row))) for row in rows],
        unclaimed=sorted(
            (known for known in everything if known.entry.seq not in claimed),
            key=lambda known: known.entry.seq,
        ),
    )
