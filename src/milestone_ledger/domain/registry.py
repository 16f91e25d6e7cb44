"""
Who is who: the programme, the sources and the projects in force at a position of the log.

Identity belongs to the ledger, not to a document, so it is resolved by position and never by
publication: the last registration counts, and after it every amendment in turn.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Self

import attrs
from attrs import frozen

from milestone_ledger.domain.events import (
    ProgrammeDefined,
    ProjectAmended,
    ProjectRegistered,
    Relation,
    SourceRegistered,
)
from milestone_ledger.domain.history import Entry, History, Viewpoint
from milestone_ledger.domain.programme import Programme

# The whole of a project whose size is unknown: beyond every number that a document can name.
UNKNOWN_WHOLE = 2**53


@lru_cache(maxsize=1 << 16)  # the sheets and entries of a ledger name the same things again and again
def name_key(name: str) -> str:
    """
    What two spellings of one name have in common: NFKC, without white space, without case.
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


@frozen(kw_only=True)
class Project:
    """
    A project as the registrations and amendments up to a position leave it.

    ``size`` is how many it stands for: 1 for a named project, ``None`` if unknown.
    """

    id: str
    name: str
    aliases: tuple[str, ...]
    domain: str
    delivery: str | None
    size: int | None
    measure: str
    member_of: str | None
    related: tuple[Relation, ...]
    note: str

    @property
    def whole(self) -> int:
        """
        The quantity that means all of it; beyond every number if the size is unknown.
        """
        return UNKNOWN_WHOLE if self.size is None else self.size

    @property
    def names(self) -> tuple[str, ...]:
        """
        The id, the name and all aliases, each once.
        """
        return tuple(dict.fromkeys((self.id, self.name, *self.aliases)))

    @classmethod
    def registered(cls, event: ProjectRegistered) -> Self:
        """
        The project as its registration describes it.
        """
        return cls(
            id=event.project,
            name=event.name,
            aliases=event.aliases,
            domain=event.domain,
            delivery=event.delivery,
            size=event.size,
            measure=event.measure,
            member_of=event.member_of,
            related=event.related,
            note=event.note,
        )

    def amended(self, event: ProjectAmended) -> Project:
        """
        The project with what an amendment says changed.
        """
        changes = {
            key: value
            for key, value in attrs.asdict(event, recurse=False).items()
            if key != "project" and value is not None
        }
        for removable in ("delivery", "member_of"):
            if changes.get(removable) == "":
                changes[removable] = None
        return attrs.evolve(self, **changes)


class Registry:
    """
    The programme, sources and projects that a history holds, by id.

    ``programme`` is ``None`` until the log defines one. ``projects`` and ``sources`` are all there are, in
    the order of their registration.
    """

    def __init__(self) -> None:
        self.programme: Programme | None = None
        self._projects: dict[str, Project] = {}
        self._sources: dict[str, SourceRegistered] = {}
        self.projects: Mapping[str, Project] = MappingProxyType(self._projects)
        self.sources: Mapping[str, SourceRegistered] = MappingProxyType(self._sources)
        self._holders: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._members: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._source_entries: defaultdict[str, list[Entry]] = defaultdict(list)

    @classmethod
    def of(cls, history: History, recorded_by: int | None = None) -> Registry:
        """
        What ``history`` holds within its first ``recorded_by`` entries (all, if ``None``).
        """
        registry = cls()
        viewpoint = Viewpoint(recorded_by=recorded_by)
        for entry in history:
            if viewpoint.sees(entry):
                registry.add(entry, history, viewpoint)
        return registry

    def add(self, entry: Entry, history: History, viewpoint: Viewpoint) -> None:
        """
        Take in the next entry; ``history`` must hold it and all before it.
        """
        event = entry.event
        if isinstance(event, ProgrammeDefined):
            self.programme = event.programme
        elif isinstance(event, SourceRegistered):
            self._source_entries[event.source].append(entry)
            self._resolve_source(event.source, history, viewpoint)
        elif isinstance(event, ProjectRegistered | ProjectAmended):
            self.resolve_project(event.project, history, viewpoint)

    def resolve_project(self, project: str, history: History, viewpoint: Viewpoint) -> None:
        """
        Work out ``project`` anew from its registrations and amendments.
        """
        found: Project | None = None
        for entry in history.of_project(project):
            if not isinstance(entry.event, ProjectRegistered | ProjectAmended):
                continue
            if not history.is_live(entry, viewpoint):
                continue
            if isinstance(entry.event, ProjectRegistered):
                found = Project.registered(entry.event)
            elif found is not None:
                found = found.amended(entry.event)
        known = self._projects.get(project)
        if known is not None:
            for name in known.names:
                self._holders[name_key(name)].pop(project, None)
            if known.member_of is not None and (found is None or found.member_of != known.member_of):
                self._members[known.member_of].pop(project, None)
        if found is None:
            self._projects.pop(project, None)
            return
        # An amended project keeps its place among the others.
        self._projects[project] = found
        for name in found.names:
            self._holders[name_key(name)][project] = None
        if found.member_of is not None:
            self._members[found.member_of][project] = None

    def _resolve_source(self, source: str, history: History, viewpoint: Viewpoint) -> None:
        live = [entry.event for entry in self._source_entries[source] if history.is_live(entry, viewpoint)]
        self._sources.pop(source, None)
        if live and isinstance(live[-1], SourceRegistered):
            self._sources[source] = live[-1]

    def retracted(self, target: Entry, history: History, viewpoint: Viewpoint) -> None:
        """
        Take in that ``target`` was retracted.
        """
        if isinstance(target.event, SourceRegistered):
            self._resolve_source(target.event.source, history, viewpoint)
        elif isinstance(target.event, ProjectRegistered | ProjectAmended):
            self.resolve_project(target.event.project, history, viewpoint)

    def source_entries(self, source: str) -> Sequence[Entry]:
        """
        Every registration of ``source``, retracted ones included.
        """
        return tuple(self._source_entries.get(source, ()))

    def holders(self, name: str) -> tuple[str, ...]:
        """
        The projects whose id, name or alias is spelled like ``name``; more than one is a conflict.
        """
        return tuple(self._holders.get(name_key(name), ()))

    def find(self, name: str) -> Project | None:
        """
        The project with this id, name or alias.
        """
        if name in self._projects:
            return self._projects[name]
        holders = self.holders(name)
        return self._projects[holders[0]] if holders else None

    def members(self, batch: str) -> tuple[str, ...]:
        """
        The projects that belong to ``batch``, in the order in which they joined.
        """
        return tuple(self._members.get(batch, ()))
