"""
Which entry of the ledger a row speaks of: by its 编号, else by what the row says and where.

A row's identity is source + locator + project (or what is counted or measured) + kind + milestone +
quantity. Its other cells may be edited: same identity, other content, is a correction.
Rows of one identity are a mistake, unless 序次 tells them apart: a ledger may hold several of one identity.
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
from milestone_ledger.io.intake.faults import Faults
from milestone_ledger.io.intake.registrations import twice
from milestone_ledger.io.intake.statements import StatementEvent, StatementRow
from milestone_ledger.io.sheets import STATEMENTS

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

    ``corrections`` are the retractions by those sources, in order of ``seq``.
    """

    entry: Entry
    event: StatementEvent
    corrections: tuple[Entry, ...] = ()

    @property
    def corrected_by(self) -> tuple[str, ...]:
        """
        The sources that withdraw it, in the order in which that was recorded.
        """
        retracted = (correction.event for correction in self.corrections)
        return tuple(e.source for e in retracted if isinstance(e, EntryRetracted) and e.source is not None)

    @property
    def is_live(self) -> bool:
        """
        Whether hindsight keeps it too.
        """
        return not self.corrections


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
        yield Standing(entry, entry.event, tuple(retractions))


def without_repetition(
    rows: Iterable[StatementRow], published: Published, faults: Faults
) -> list[StatementRow]:
    """
    Rows with an identity of their own; one that repeats an earlier row's is a fault.
    """
    seen: dict[Identity, StatementRow] = {}
    for row in rows:
        key = (*identity(row.event, published), row.nth)
        if key in seen:
            faults.add(row.place.error("id", twice(seen[key].place)))
        else:
            seen[key] = row
    return list(seen.values())


def identity(event: StatementEvent, published: Published) -> Identity:
    """
    What identifies a statement: its own number within its sheet, else its content.
    """
    if event.ref:
        return (STATEMENTS[type(event)][0].id, event.ref)
    return content_identity(event, published)


def _is_echo(row: StatementRow, known: Standing) -> bool:
    """
    Whether a row says word for word what the ledger holds, and takes it back as the ledger does.
    """
    taken_back = known.is_live if row.corrected_by is None else row.corrected_by in known.corrected_by
    return taken_back and row.event == known.event


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

    Of several it is one that says the very same, if there is one.
    A row that got its number only now, or lost it, still finds the statement with the same content.
    """
    claimed: dict[int, Standing] = {}
    found: dict[int, Standing] = {}
    by_key: defaultdict[Identity, list[Standing]] = defaultdict(list)
    by_content: defaultdict[Identity, list[Standing]] = defaultdict(list)
    everything = sorted(recorded, key=lambda known: (not known.is_live, known.entry.seq))
    for known in everything:
        by_key[identity(known.event, published_in_ledger)].append(known)
        by_content[content_identity(known.event, published_in_ledger)].append(known)

    def claim(row: StatementRow, candidates: Iterable[Standing]) -> None:
        for known in candidates:
            if known.entry.seq not in claimed:
                claimed[known.entry.seq] = found[id(row)] = known
                return

    keyed = [
        (row, by_key.get(identity(row.event, published_in_files), ()))
        for row in sorted(rows, key=lambda row: row.nth)
    ]
    for row, candidates in keyed:
        if len(candidates) > 1:
            claim(row, (known for known in candidates if _is_echo(row, known)))
    for row, candidates in keyed:
        if id(row) not in found:
            claim(row, candidates)
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
