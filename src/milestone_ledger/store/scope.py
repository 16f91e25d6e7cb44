"""
The part of a ledger that ``decide`` must see to judge some events: complete for what they touch, no more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
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
from milestone_ledger.store.asking import Answer, Question, ask
from milestone_ledger.store.bonds import Bonds
from milestone_ledger.store.connect import one_of
from milestone_ledger.store.read import entries_of
from milestone_ledger.store.tables import ledger_event

_ENTRIES = "SELECT seq, body FROM ledger_event WHERE ledger = ? AND "
Wanted = tuple[str, Collection[Any], str | None]
"""Entries to be found: those that have one of the values in a column, of one kind if one is given."""

# Whoever appends again and again meets the same definitions, documents and projects.
_decode = lru_cache(maxsize=4096)(decode)


def scope_question(conn: Connection, ledger: str, events: Sequence[Event]) -> Question:
    """
    What to ask first for ``scoped_history``.
    """
    targets = {event.target for event in events if isinstance(event, EntryRetracted)}
    statement, *values = _question(conn, ledger, [("seq", targets, None), *_about(events)])
    definitions = _ENTRIES + "kind = 'programme_defined'"
    return " UNION ALL ".join(filter(None, (definitions, statement))), ledger, *values


def scoped_history(
    conn: Connection, ledger: str, events: Sequence[Event], found: Answer, *, size: int, bonds: Bonds
) -> History:
    """
    What of ``ledger`` bears on ``events``, as a history of ``size`` entries; ``bonds`` are those of it all.

    ``found`` answers ``scope_question``.
    All definitions; the registrations of every source named; everything about the projects named, the
    holders of the names registered, their batches and the members of those, and what is related to them;
    for a source registered anew or taken away, everything that cites it; and every retraction of any of
    these. It rests on the log alone: the index of projects is not guarded.
    """
    scope = _Scope(conn, ledger, bonds)
    scope.take(found)
    if size:
        scope.load_for(events)
    return History((scope.entries[seq] for seq in sorted(scope.entries)), size=size)


def _question(conn: Connection, ledger: str, wanted: Iterable[Wanted]) -> Question:
    """
    What finds all entries ``wanted``; those wanted twice may come twice.
    """
    statements, values = [], []
    for column, among, kind in wanted:
        if among:
            condition, value = one_of(conn, column, among)
            statements.append(_ENTRIES + condition + (f" AND kind = '{kind}'" if kind else ""))
            values += [ledger, value]
    return " UNION ALL ".join(statements), *values


def _about(events: Sequence[Event]) -> list[Wanted]:
    """
    What bears on ``events`` themselves: registrations of their sources, all about their projects.

    And all that cites a source that they register anew.
    """
    cited = {getattr(event, "source", None) for event in events} - {None}
    for event in events:
        if isinstance(event, TotalReported):
            cited.update(event.scope.plans)
    return [
        ("source", cited, "source_registered"),
        ("source", {event.source for event in events if isinstance(event, SourceRegistered)}, None),
        ("project", _projects(events), None),
    ]


def _projects(events: Iterable[Event]) -> set[str]:
    return {project for event in events if (project := project_of(event)) is not None}


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

    def take(self, found: Answer) -> None:
        """
        Take in what a question of ``seq`` and ``body`` found.
        """
        self.entries.update((entry.seq, entry) for entry in entries_of(self.ledger, found, _decode))

    def load(self, *wanted: Wanted) -> None:
        """
        Take in the entries that have one of the values in the column, of one kind if one is given.
        """
        if any(among for _, among, _ in wanted):
            (found,) = ask(self.conn, _question(self.conn, self.ledger, wanted))
            self.take(found)

    def load_for(self, events: Sequence[Event]) -> None:
        """
        Take in all that bears on ``events``; what ``scope_question`` finds is there already.
        """
        targets = {event.target for event in events if isinstance(event, EntryRetracted)}
        retracted = [self.entries[seq].event for seq in targets if seq in self.entries]
        self.load(*_about(retracted))
        self._load_others([*events, *retracted])
        self._load_retractions()

    def _load_others(self, named: Sequence[Event]) -> None:
        """
        Take in the projects that share a batch or a name with those ``named``, or are related to them.
        """
        touched = _projects(named)
        stored = [entry.event for entry in self.entries.values() if project_of(entry.event) in touched]
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
        self.load(("project", others - touched, None))

    def _load_retractions(self) -> None:
        """
        Take in the retractions of everything here, and the targets of every retraction here.
        """
        while pending := self.entries.keys() - self._answered:
            self._answered |= pending
            self.load(("target_seq", pending, None))
            targets = {e.event.target for e in self.entries.values() if isinstance(e.event, EntryRetracted)}
            self.load(("seq", targets - self.entries.keys(), None))
