"""
Obstacles on the supervision list (挂账): which are open on a day, since when, and who must remove them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import BlockerCleared, BlockerRaised
from milestone_ledger.domain.history import Entry


@frozen(kw_only=True)
class BlockerState:
    """
    One obstacle of one project, from the statement that raised it to the one that cleared it.

    ``raised`` holds every statement that raised it, the first first and the one in force last; ``cleared``
    the one that removed it by the day that was asked for, ``None`` while it is open.
    Raised anew by a later document than the one that cleared it, it is another obstacle.
    """

    project: str
    ref: str
    raised: tuple[Entry, ...]
    cleared: Entry | None

    @property
    def current(self) -> BlockerRaised:
        """
        What the last statement says of it.
        """
        event = self.raised[-1].event
        assert isinstance(event, BlockerRaised)  # noqa: S101 (built of such statements only)
        return event

    @property
    def deadline(self) -> UncertainDate | None:
        """
        By when it is to be removed; ``None`` if no day was set.
        """
        return self.current.deadline

    @property
    def raised_on(self) -> date:
        """
        The day of the document that raised it: when it arose is told by none.
        """
        return _published(self.raised[0])

    @property
    def cleared_on(self) -> date | None:
        """
        The day on which it was removed.
        """
        return None if self.cleared is None else _cleared_on(self.cleared)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """
        All statements about it.
        """
        return self.raised if self.cleared is None else (*self.raised, self.cleared)

    def is_past(self, as_of: date) -> bool:
        """
        Whether it was still open when the last day of its deadline had ended.
        """
        due = None if self.deadline is None else self.deadline.latest
        return self.cleared is None and due is not None and due < as_of


def blockers(live: Iterable[Entry], *, as_of: date, in_force: date) -> tuple[BlockerState, ...]:
    """
    Every obstacle that a live entry raised, by the day of the first, ties by content.

    What was published by ``in_force`` counts, and what was removed by the end of ``as_of``. A removal ends
    what was raised no later than it was published.
    """
    raised: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    cleared: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in live:
        event = entry.event
        if isinstance(event, BlockerRaised | BlockerCleared) and _published(entry) <= in_force:
            known = raised if isinstance(event, BlockerRaised) else cleared
            known[event.project, event.ref].append(entry)
    found = []
    for (project, ref), entries in raised.items():
        removals = sorted(cleared.get((project, ref), ()), key=_place)
        ends = sorted({_published(entry) for entry in removals})
        parts: defaultdict[int, list[Entry]] = defaultdict(list)
        for entry in sorted(entries, key=_place):
            parts[sum(day < _published(entry) for day in ends)].append(entry)
        for part, statements in parts.items():
            by_then = [
                entry
                for entry in removals
                if ends[part : part + 1] == [_published(entry)] and _cleared_on(entry) <= as_of
            ]
            found.append(
                BlockerState(
                    project=project,
                    ref=ref,
                    raised=tuple(statements),
                    cleared=min(
                        by_then, key=lambda entry: (_cleared_on(entry), *_place(entry)), default=None
                    ),
                )
            )
    return tuple(sorted(found, key=lambda blocker: (_place(blocker.raised[0]), blocker.project, blocker.ref)))


def _published(entry: Entry) -> date:
    return entry.published_on or date.min


def _cleared_on(entry: Entry) -> date:
    assert isinstance(entry.event, BlockerCleared)  # noqa: S101 (asked of removals only)
    return entry.event.on


def _place(entry: Entry) -> tuple[object, ...]:
    """
    The order of statements: by publication, ties by content and never by ``seq``.
    """
    event = entry.event
    assert isinstance(event, BlockerRaised | BlockerCleared)  # noqa: S101 (asked of these only)
    return _published(entry), event.source, event.locator, event.project, event.ref, repr(event)
