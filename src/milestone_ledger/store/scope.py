"""
The part of a ledger that ``decide`` must see to judge some events: complete for what they touch, no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select

from milestone_ledger.codec import decode
from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.events import (
    EntryRetracted,
    Event,
    ProjectAmended,
    ProjectRegistered,
    SourceRegistered,
    TotalReported,
    project_of,
)
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.errors import RefusedEntriesError, RuleError, UnknownNameError
from milestone_ledger.store.bonds import Bonds
from milestone_ledger.store.connect import one_of, rows
from milestone_ledger.store.read import entries_of
from milestone_ledger.store.tables import ledger_event

# Whoever appends again and again meets the same definitions, documents and projects.
_decode = lru_cache(maxsize=4096)(decode)


def scoped_history(
    conn: Connection, ledger: str, events: Sequence[Event], *, size: int, bonds: Bonds
) -> History:
    """
    What of ``ledger`` bears on ``events``, as a history of ``size`` entries; ``bonds`` are those of it all.

    All definitions; the registrations of every source named; everything about the projects named, the
    holders of the names registered, their batches and the members of those, and what is related to them;
    for a source registered anew or taken away, everything that cites it; and every retraction of any of
    these. It rests on the log alone: the index of projects is not guarded.
    """
    scope = _Scope(conn, ledger, bonds)
    if size:
        scope.load_for(events)
    return History((scope.entries[seq] for seq in sorted(scope.entries)), size=size)


def suggest_names(conn: Connection, ledger: str, error: RuleError) -> None:
    """
    Let the refusals of unknown projects and sources offer the nearest names of the whole ledger.
    """
    for refusal in error.exceptions if isinstance(error, RefusedEntriesError) else (error,):
        if isinstance(refusal, UnknownNameError) and refusal.kind in {"project", "source"}:
            statement = select(ledger_event.c[refusal.kind]).where(
                ledger_event.c.ledger == ledger, ledger_event.c.kind == f"{refusal.kind}_registered"
            )
            known = {*refusal.suggestions, *conn.execute(statement).scalars()}
            refusal.suggestions = nearest_names(refusal.name, known)


class _Scope:
    """
    Entries gathered so far, by ``seq``.
    """

    def __init__(self, conn: Connection, ledger: str, bonds: Bonds) -> None:
        self.conn = conn
        self.ledger = ledger
        self.bonds = bonds
        self.entries: dict[int, Entry] = {}
        self._answered: set[int] = set()  # entries whose retractions are loaded

    def load_where(self, column: str, values: Iterable[Any], kind: str | None = None) -> list[Entry]:
        """
        Take in the entries, of one kind if one is given, that have one of ``values`` in ``column``.
        """
        wanted = set(values)
        if not wanted:
            return []
        condition, value = one_of(self.conn, column, wanted)
        statement = f"SELECT seq, body FROM ledger_event WHERE ledger = ? AND {condition}"  # noqa: S608 (ours)
        found = (
            rows(self.conn, statement, self.ledger, value)
            if kind is None
            else rows(self.conn, f"{statement} AND kind = ?", self.ledger, value, kind)
        )
        entries = list(entries_of(self.ledger, found, _decode))
        self.entries.update((entry.seq, entry) for entry in entries)
        return entries

    def load_for(self, events: Sequence[Event]) -> None:
        """
        Take in all that bears on ``events``.
        """
        self.load_where("kind", {"programme_defined"})
        targets = self.load_where("seq", {e.target for e in events if isinstance(e, EntryRetracted)})
        named = [*events, *(target.event for target in targets)]
        self._load_sources(named)
        self._load_projects(named)
        self._load_retractions()

    def _load_sources(self, named: Sequence[Event]) -> None:
        cited = {getattr(event, "source", None) for event in named} - {None}
        for event in named:
            if isinstance(event, TotalReported):
                cited.update(event.scope.plans)
        self.load_where("source", cited, "source_registered")
        self.load_where("source", {event.source for event in named if isinstance(event, SourceRegistered)})

    def _load_projects(self, named: Sequence[Event]) -> None:
        touched = {project for event in named if (project := project_of(event)) is not None}
        stored = [entry.event for entry in self.load_where("project", touched)]
        changed = [e for e in named if isinstance(e, ProjectRegistered | ProjectAmended)]
        identities = [*changed, *(e for e in stored if isinstance(e, ProjectRegistered | ProjectAmended))]
        renamed = {event.project for event in changed}
        names = {
            name
            for e in identities
            if e.project in renamed
            for name in (e.project, e.name, *(e.aliases or ()))
            if name is not None
        }
        batches = {event.member_of for event in identities if event.member_of}
        others = {relation.project for event in identities for relation in event.related or ()}
        others |= batches
        if touched:
            others |= self.bonds.of(touched | batches, names)
        self.load_where("project", others - touched)

    def _load_retractions(self) -> None:
        """
        Take in the retractions of everything here, and the targets of every retraction here.
        """
        while pending := self.entries.keys() - self._answered:
            self._answered |= pending
            self.load_where("target_seq", pending)
            targets = {e.event.target for e in self.entries.values() if isinstance(e.event, EntryRetracted)}
            self.load_where("seq", targets - self.entries.keys())
