"""
The log as pure code sees it: entries, which of them are live, and from where one looks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, KeysView, Sequence
from datetime import date, datetime

from attrs import field, frozen
from attrs.validators import optional

from milestone_ledger.domain import values
from milestone_ledger.domain.events import EntryRetracted, Event, ProgrammeDefined, project_of


@frozen(kw_only=True)
class Entry:
    """
    An event as recorded, with the stamps that the store gave it.

    ``seq`` counts from 0 within the ledger.
    ``recorded_at`` is UTC with microseconds and strictly increases from commit to commit.
    ``published_on`` is the day its source was published; ``None`` for what no document says
    (definitions, registrations, and the retraction of a registration), which holds on every
    publication day. A source counts as published on its own latest day.
    """

    ledger: str
    seq: int
    commit_no: int
    recorded_at: datetime
    actor: str
    published_on: date | None
    event: Event


@frozen(kw_only=True)
class Viewpoint:
    """
    From where one looks: what was published by a day, and recorded within the first entries.

    ``published_by`` is a day, included; ``None`` sets no bound (hindsight).
    ``recorded_by`` is a number of entries, a commit boundary; ``None`` takes in the whole log.
    """

    published_by: date | None = field(default=None, validator=optional(values.day))
    recorded_by: int | None = field(default=None, validator=optional(values.whole_number(0)))

    def sees(self, entry: Entry) -> bool:
        """
        Whether ``entry`` was recorded and published by then, retracted or not.
        """
        return (self.recorded_by is None or entry.seq < self.recorded_by) and (
            self.published_by is None or entry.published_on is None or entry.published_on <= self.published_by
        )


HINDSIGHT = Viewpoint()


class History:
    """
    Entries of one ledger in order of ``seq``, with indexes.

    It may hold a part of the log, if that part is complete for the projects, sources and entries that
    its user asks about. ``size`` is that of the whole log.
    """

    def __init__(self, entries: Iterable[Entry] = (), *, size: int | None = None) -> None:
        self._entries: dict[int, Entry] = {}
        self._of_project: defaultdict[str, list[Entry]] = defaultdict(list)
        self._retractions: defaultdict[int, list[Entry]] = defaultdict(list)
        self._definitions: list[Entry] = []
        self._size = 0
        self._is_sealed = False
        for entry in entries:
            self.add(entry)
        if size is not None:
            self._size = size

    def add(self, entry: Entry) -> None:
        """
        Take in the next entry; ``entry.seq`` must lie beyond every other.

        Raises:
            TypeError: If the history was sealed.
        """
        if self._is_sealed:
            msg = "a sealed history takes in no more; copy() it first"
            raise TypeError(msg)
        seq, event = entry.seq, entry.event
        self._entries[seq] = entry
        if seq >= self._size:
            self._size = seq + 1
        if (project := project_of(event)) is not None:
            self._of_project[project].append(entry)
        elif isinstance(event, EntryRetracted):
            self._retractions[event.target].append(entry)
        elif isinstance(event, ProgrammeDefined):
            self._definitions.append(entry)

    def sealed(self) -> History:
        """
        This history, which takes in no more entries from here on.
        """
        self._is_sealed = True
        return self

    def copy(self) -> History:
        """
        An independent history of the same entries, not sealed.
        """
        return History(self._entries.values(), size=self._size)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """
        How many entries the whole log holds: the ``seq`` of the next.
        """
        return self._size

    def get(self, seq: int) -> Entry | None:
        """
        The entry ``seq``, if this history holds it.
        """
        return self._entries.get(seq)

    @property
    def projects(self) -> KeysView[str]:
        """
        The projects that entries speak of, retracted ones included, in the order in which they first do.
        """
        return self._of_project.keys()

    def of_project(self, project: str) -> Sequence[Entry]:
        """
        All entries that speak of ``project``, retracted ones included, in order of ``seq``.
        """
        return tuple(self._of_project.get(project, ()))

    def retractions(self, seq: int) -> Sequence[Entry]:
        """
        The retractions of entry ``seq``, in order of ``seq``.
        """
        return tuple(self._retractions.get(seq, ()))

    def definitions(self, viewpoint: Viewpoint = HINDSIGHT) -> list[Entry]:
        """
        The definitions of the programme recorded by then; the last is in force.
        """
        return [entry for entry in self._definitions if viewpoint.sees(entry)]

    def is_live(self, entry: Entry, viewpoint: Viewpoint = HINDSIGHT) -> bool:
        """
        Whether ``entry`` is seen from ``viewpoint``, and no retraction seen from there targets it.
        """
        return viewpoint.sees(entry) and not any(map(viewpoint.sees, self._retractions.get(entry.seq, ())))

    def live(self, viewpoint: Viewpoint = HINDSIGHT) -> Iterator[Entry]:
        """
        All live entries, in order of ``seq``.
        """
        return (entry for entry in self._entries.values() if self.is_live(entry, viewpoint))
