"""
The history as a commit would leave it, while its events are taken in one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from difflib import get_close_matches
from itertools import takewhile

from milestone_ledger.domain.events import (
    EntryRetracted,
    Event,
    Evidence,
    ProjectAmended,
    ProjectRegistered,
    SourceRegistered,
    Statement,
)
from milestone_ledger.domain.history import HINDSIGHT, Entry, History
from milestone_ledger.domain.registry import Project, Registry
from milestone_ledger.errors import UnknownNameError

_UNSTAMPED = datetime(1, 1, 1, tzinfo=UTC)


class Draft:
    """
    A copy of a history that takes in events, sound or not, and remembers what they concern.

    ``first`` is the number of the first new entry. ``touched`` gives for each project the last new entry
    that bears on its bounds, ``registered`` the last about its identity, ``sources`` for each source the
    last about its registration. ``retractions`` are the new retractions.
    """

    def __init__(self, history: History) -> None:
        self.history = history.copy()
        self.registry = Registry.of(self.history)
        self.first = history.size
        self.touched: dict[str, int] = {}
        self.registered: dict[str, int] = {}
        self.sources: dict[str, int] = {}
        self.retractions: list[Entry] = []

    @property
    def new(self) -> list[Entry]:
        """
        The entries taken in so far, in order of ``seq``.
        """
        return [entry for seq in range(self.first, self.history.size) if (entry := self.history.get(seq))]

    @property
    def old(self) -> Iterator[Entry]:
        """
        The entries before them, as far as they are at hand.
        """
        return takewhile(lambda entry: entry.seq < self.first, self.history)

    def draw_up(self, event: Event) -> Entry:
        """
        The entry that ``event`` would become, without the stamps that only the store gives.
        """
        return Entry(
            ledger="",
            seq=self.history.size,
            commit_no=0,
            recorded_at=_UNSTAMPED,
            actor="",
            published_on=self._published_on(event),
            event=event,
        )

    def take(self, entry: Entry) -> None:
        """
        Take in the entry drawn up last.
        """
        event, seq = entry.event, entry.seq
        self.history.add(entry)
        if isinstance(event, Evidence):
            self.touched[event.project] = seq
        elif isinstance(event, EntryRetracted):
            self._take_retraction(entry, event)
        elif not isinstance(event, Statement):
            self.registry.add(entry, self.history, HINDSIGHT)
            if isinstance(event, SourceRegistered):
                self.sources[event.source] = seq
            elif isinstance(event, ProjectRegistered | ProjectAmended):
                self.registered[event.project] = self.touched[event.project] = seq

    def _published_on(self, event: Event) -> date | None:
        if isinstance(event, SourceRegistered):
            return event.published_on
        source = getattr(event, "source", None)
        if source is None:
            return None
        if isinstance(event, EntryRetracted):
            target = self.history.get(event.target)
            # A slip carries the publication day of the entry it retracts, even if its source is redated.
            if target is not None and getattr(target.event, "source", None) == source:
                return target.published_on
        known = self.registry.sources.get(source)
        return None if known is None else known.published_on

    def _take_retraction(self, entry: Entry, event: EntryRetracted) -> None:
        target = self.history.get(event.target)
        if target is None or target.seq >= entry.seq:
            return
        self.retractions.append(entry)
        self.registry.retracted(target, self.history, HINDSIGHT)
        if isinstance(target.event, SourceRegistered):
            self.sources[target.event.source] = entry.seq
        elif isinstance(target.event, ProjectRegistered | ProjectAmended):
            project = target.event.project
            self.registered[project] = self.touched[project] = entry.seq
        elif isinstance(target.event, Evidence):
            self.touched[target.event.project] = entry.seq


def describe(entry: Entry) -> str:
    """
    An entry for a message: its number, publication day, source and locator.
    """
    event = entry.event
    where = [
        part
        for part in (
            entry.published_on and entry.published_on.isoformat(),
            " ".join(filter(None, (getattr(event, "source", None), getattr(event, "locator", "")))),
        )
        if part
    ]
    return f"#{entry.seq} ({', '.join(where)})" if where else f"#{entry.seq}"


def nearest_names(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """
    Up to three known names that look like ``name``, the most alike first.
    """
    return tuple(get_close_matches(name, sorted(known), n=3, cutoff=0.5))


def project_named(registry: Registry, name: str) -> Project:
    """
    The project with this id, name or alias.

    Raises:
        UnknownNameError: With the nearest names, if there is none.
    """
    known = registry.find(name)
    if known is None:
        names = [other for project in registry.projects.values() for other in project.names]
        raise UnknownNameError(kind="project", name=name, suggestions=nearest_names(name, names))
    return known
