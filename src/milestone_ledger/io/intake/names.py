"""
Who is who once the files are taken in: what each name in a cell stands for.

Names are matched on NFKC, without white space and case, and never more loosely than that; a name that
nothing answers to is refused with the nearest that are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.events import Scope, SourceRegistered
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry, name_key
from milestone_ledger.errors import InvalidValueError, UnknownNameError
from milestone_ledger.io.intake.cells import pieces
from milestone_ledger.io.sheets import NO_UNITS

# Looking for the nearest names is slow, and nobody reads a thousand suggestions.
_MOST_SUGGESTIONS = 50
_SCOPE = (
    "write sources, domains (or the first part of one) and delivery modes, separated by ；",
    "请写依据、领域（或其上级）和建设方式，用；隔开",
)


class Names:
    """
    The names of milestones, units, domains, delivery modes, sources and projects.

    Sources and projects whose own row is faulty are known too, so that one bad row is reported once.
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self._sources: dict[str, SourceRegistered | None] = {}
        self._source_keys: dict[str, str] = {}
        self._projects: dict[str, str | None] = {}
        self._project_keys: dict[str, str] = {}
        self._milestones = _keys(
            (milestone.id, name)
            for milestone in programme.milestones
            for name in (milestone.id, milestone.label.zh, milestone.label.en)
        )
        self._deliveries = _keys(
            (lifecycle.delivery, name)
            for lifecycle in programme.lifecycles
            for name in (lifecycle.delivery, lifecycle.label.zh, lifecycle.label.en)
        )
        self._units = _keys((name, name) for name in programme.unit_names)
        paths = programme.domain_paths
        self._branches = {
            "/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 2)
        }
        self._suggested: dict[tuple[str, str], tuple[str, ...]] = {}

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    def know_sources(self, sources: Mapping[str, SourceRegistered | None]) -> None:
        """
        Take in sources by id; ``None`` for one whose row is faulty.

        An id goes before a document number, and that before a title.
        """
        self._sources = dict(sources)
        known = [event for event in sources.values() if event is not None]
        self._source_keys = _keys(
            [
                *((source, source) for source in sources),
                *((event.source, event.number) for event in known if event.number),
                *((event.source, event.title) for event in known),
            ]
        )

    def know_project(self, project: str, names: Iterable[str], measure: str | None) -> None:
        """
        Take in a project by its id and all its names, with its measure word (``None``: not known).
        """
        self._projects[project] = measure
        for name in names:
            self._project_keys.setdefault(name_key(name), project)

    def know_projects_of(self, registry: Registry, but: Iterable[str]) -> None:
        """
        Take in the projects of the ledger, except those that the files describe.
        """
        described = frozenset(but)
        for project in registry.projects.values():
            if project.id not in described:
                self.know_project(project.id, project.names, project.measure)

    def published(self, source: str) -> UncertainDate | None:
        """
        When a source was published; ``None`` if its own row is faulty.
        """
        event = self._sources.get(source)
        return None if event is None else event.published

    def measure(self, project: str | None) -> str | None:
        """
        The measure word of a project; ``None`` if there is no such project or its row is faulty.
        """
        return None if project is None else self._projects.get(project)

    # ── what a cell names ────────────────────────────────────────────────────────────────────────

    def source(self, text: str) -> str:
        """
        The id of a source, given by its id, number or title.
        """
        if text in self._sources:
            return text
        return self._found("source", text, self._source_keys, self._sources)

    def project(self, text: str) -> str:
        """
        The id of a project, given by its id, name or an alias.
        """
        if text in self._projects:
            return text
        return self._found("project", text, self._project_keys, self._project_keys)

    def milestone(self, text: str) -> str:
        """
        The id of a milestone, given by its id or a label.
        """
        return self._found(
            "milestone", text, self._milestones, (step.label.zh for step in self.programme.milestones)
        )

    def delivery(self, text: str) -> str:
        """
        The id of a delivery mode, given by its id or a label.
        """
        labels = (lifecycle.label.zh for lifecycle in self.programme.lifecycles)
        return self._found("delivery", text, self._deliveries, labels)

    def domain(self, text: str) -> str:
        """
        A path of the programme.
        """
        if text in self.programme.domain_paths:
            return text
        raise self._unknown("domain", text, self.programme.domain_paths)

    def projects(self, text: str) -> tuple[str, ...]:
        """
        The ids of several projects.
        """
        return tuple(self.project(piece) for piece in pieces(text))

    def milestones(self, text: str) -> tuple[str, ...]:
        """
        The ids of several milestones.
        """
        return tuple(self.milestone(piece) for piece in pieces(text))

    def units(self, text: str) -> tuple[str, ...]:
        """
        Responsible units in the order of the document, as it names them.

        A piece that is no unit is split on 、 by the longest known names, for 、 occurs in names.
        无 is nobody, unless a unit is called that.
        """
        if NO_UNITS.knows(text) and name_key(text) not in self._units:
            return ()
        return tuple(unit for piece in pieces(text) for unit in self._units_of(piece))

    def scope(self, text: str) -> Scope:
        """
        What a total counts: each piece a source, else a domain or a part of one, else a delivery mode.
        """
        plans, domains, deliveries = [], [], []
        for piece in pieces(text):
            key = name_key(piece)
            if key in self._source_keys:
                plans.append(self._source_keys[key])
            elif piece in self._branches:
                domains.append(piece)
            elif key in self._deliveries:
                deliveries.append(self._deliveries[key])
            else:
                labels = [lifecycle.label.zh for lifecycle in self.programme.lifecycles]
                error = self._unknown("scope", piece, [*self._sources, *self._branches, *labels])
                near = (error.words("en")["nearest"], error.words("zh")["nearest"])
                raise InvalidValueError(
                    "scope",
                    piece,
                    (f"unknown {piece!r}{near[0]}; {_SCOPE[0]}", f"未知的“{piece}”{near[1]}；{_SCOPE[1]}"),
                )
        return Scope(plans=tuple(plans), domains=tuple(domains), deliveries=tuple(deliveries))

    def _units_of(self, piece: str) -> list[str]:
        known = self._units.get(name_key(piece))
        if known is not None:
            return [known]
        words, units, start = piece.split("、"), [], 0
        while start < len(words):
            for end in range(len(words), start, -1):
                known = self._units.get(name_key("、".join(words[start:end])))
                if known is not None:
                    units.append(known)
                    start = end
                    break
            else:
                raise self._unknown("unit", words[start].strip(), self.programme.unit_names)
        return units

    def _found(self, kind: str, text: str, keys: Mapping[str, str], known: Iterable[str]) -> str:
        found = keys.get(name_key(text))
        if found is None:
            raise self._unknown(kind, text, known)
        return found

    def _unknown(self, kind: str, text: str, known: Iterable[str]) -> UnknownNameError:
        asked = (kind, text)
        if asked not in self._suggested:
            full = len(self._suggested) >= _MOST_SUGGESTIONS or len(text) > 100  # noqa: PLR2004 (no name is longer)
            self._suggested[asked] = () if full else nearest_names(text, known)
        return UnknownNameError(kind=kind, name=text, suggestions=self._suggested[asked])


def _keys(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """
    What each name, spelled as ``name_key`` does, stands for; the first of (meaning, name) counts.
    """
    keys: dict[str, str] = {}
    for meaning, name in pairs:
        keys.setdefault(name_key(name), meaning)
    return keys
