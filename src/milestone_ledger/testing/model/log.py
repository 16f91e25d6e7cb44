"""
The list itself: what was said in which commit, and what of it is live from some point of view.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import attrs

from milestone_ledger.domain import events as on
from milestone_ledger.domain.programme import Programme

_PARTS = ("name", "aliases", "domain", "delivery", "member_of", "related", "note")


@attrs.frozen
class Line:
    """
    One event, with the number of its commit and the day of its publication, ``None`` if it has none.
    """

    seq: int
    commit: int
    published_on: date | None
    event: on.Event


@attrs.define
class Known:
    """
    A project as its registration and amendments leave it.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    domain: str
    delivery: str | None
    size: int | None
    member_of: str | None
    related: tuple[on.Relation, ...]
    note: str


class Model:
    """
    A list of lines. What may be recorded is not its business: it is told what was.

    ``sizes`` holds the length of the list after each commit, that of the empty one first.
    """

    def __init__(self) -> None:
        self.log: list[Line] = []
        self.sizes = [0]

    def append(self, events: Sequence[on.Event]) -> None:
        """
        Take in one commit.
        """
        commit = len(self.sizes) - 1
        for event in events:
            self.log.append(Line(len(self.log), commit, self._published_on(event), event))
        self.sizes.append(len(self.log))

    def _published_on(self, event: on.Event) -> date | None:
        if isinstance(event, on.SourceRegistered):
            return event.published.latest
        source: str | None = getattr(event, "source", None)
        if source is None:
            return None
        if isinstance(event, on.EntryRetracted):
            target = self.log[event.target]
            if getattr(target.event, "source", None) == source:
                return target.published_on
        return self.sources()[source].published.latest

    def live(self, *kinds: type) -> list[Line]:
        """
        The lines of these classes that no other line retracts.
        """
        return [line for line in live_lines(self.log) if isinstance(line.event, kinds)]

    def sources(self) -> dict[str, on.SourceRegistered]:
        """
        Every document that is registered, by its id.
        """
        events = (line.event for line in live_lines(self.log))
        return {event.source: event for event in events if isinstance(event, on.SourceRegistered)}

    def projects(self) -> dict[str, Known]:
        """
        Every project, by its id.
        """
        return identities(live_lines(self.log))

    def programme(self) -> Programme | None:
        """
        The last programme that was defined.
        """
        return programme_of(self.log)


def programme_of(log: Sequence[Line]) -> Programme | None:
    """
    The last programme that ``log`` defines.
    """
    defined = [line.event.programme for line in log if isinstance(line.event, on.ProgrammeDefined)]
    return defined[-1] if defined else None


def live_lines(log: Sequence[Line], published_by: date | None = None) -> list[Line]:
    """
    What is seen on a day of publication, the day included, and not retracted by what is seen.
    """
    seen = [
        line
        for line in log
        if published_by is None or line.published_on is None or line.published_on <= published_by
    ]
    gone = {line.event.target for line in seen if isinstance(line.event, on.EntryRetracted)}
    return [line for line in seen if line.seq not in gone]


def identities(live: Sequence[Line]) -> dict[str, Known]:
    """
    The projects that these lines register and amend.
    """
    found: dict[str, Known] = {}
    for line in live:
        event = line.event
        if isinstance(event, on.ProjectRegistered):
            found[event.project] = Known(
                event.project,
                event.name,
                event.aliases,
                event.domain,
                event.delivery,
                event.size,
                event.member_of,
                event.related,
                event.note,
            )
        elif isinstance(event, on.ProjectAmended) and event.project in found:
            for part in _PARTS:
                value = getattr(event, part)
                if value is not None:
                    is_taken_away = part in {"delivery", "member_of"} and not value
                    setattr(found[event.project], part, None if is_taken_away else value)
    return found
