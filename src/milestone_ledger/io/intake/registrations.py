"""
Rows of 依据 and 项目 as the registrations that they stand for.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import ProjectRegistered, Relation, SourceRegistered
from milestone_ledger.domain.registry import Project, Registry, name_key
from milestone_ledger.domain.wording import read_occurred
from milestone_ledger.errors import FuturePublicationError, InvalidValueError
from milestone_ledger.io.intake.cells import pieces, read_period, read_relations, read_size
from milestone_ledger.io.intake.faults import Fault, Faults, Place, RowReader, fault_of
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.intake.tables import Tables
from milestone_ledger.io.sheets import PROJECTS, SOURCE_KINDS, SOURCES, Sheet

_SOURCE_FIELDS = {"source": "id", "published": "published_on"}
_PROJECT_FIELDS = {"project": "id"}
_BLANK = ("this cell must not be blank", "此格不得为空")


@frozen(eq=False)
class SourceRow:
    """
    A row of 依据: the id it stands for, and its registration unless the row is faulty.
    """

    place: Place
    id: str
    event: SourceRegistered | None


@frozen(eq=False)
class ProjectRow:
    """
    A row of 项目: the id it stands for, its names, and what of it needs no other row.
    """

    place: Place
    id: str
    aliases: tuple[str, ...]
    size: int | None
    measure: str
    is_sound: bool

    @property
    def names(self) -> tuple[str, ...]:
        """
        The id, the name and the aliases.
        """
        return (self.id, self.place.text("name"), *self.aliases)


def places_of(tables: Tables, sheet: Sheet) -> Iterator[Place]:
    """
    The rows of a sheet, in the order of the file.
    """
    table = tables.tables.get(sheet.id)
    if table is not None:
        yield from (Place(table, row) for row in table.rows)


def complete(reader: RowReader) -> bool:
    """
    Whether every required cell is filled; each blank one is a fault.
    """
    blank = [column.id for column in reader.place.table.sheet.columns if column.required]
    blank = [column for column in blank if not reader.text(column)]
    for column in blank:
        reader.refuse(column, _BLANK)
    return not blank


def twice(first: Place) -> tuple[str, str]:
    """
    The fault of a row that says what an earlier row says.
    """
    return (
        f"{first.name('en')} is the same row; remove one, or tell them apart by 编号 (id)",
        f"与 {first.name('zh')} 是同一行；请删去一行，或填写“编号”以示区别",
    )


def too_early(source: str, published: UncertainDate, today: date) -> Fault | None:
    """
    The fault of citing a document that cannot have been published by ``today``.
    """
    day = published.latest
    if day is None or day <= today:
        return None
    return fault_of(
        FuturePublicationError(published_on=day.isoformat(), today=today.isoformat(), source=source)
    )


def read_sources(tables: Tables, registry: Registry, today: date, faults: Faults) -> list[SourceRow]:
    """
    Every row of 依据; a source's id is its 编号, else its 文号, else its title.

    A document published after ``today`` is a fault.
    """
    claimed = _given_ids(tables, SOURCES)
    known = _SourceIndex(event for event in registry.sources.values() if event.source not in claimed)
    rows: dict[str, SourceRow] = {}
    for place in places_of(tables, SOURCES):
        reader = RowReader(place, faults)
        complete(reader)
        identity = reader.text("id") or known.id_of(reader.text("number"), reader.text("title"))
        if not identity:
            continue
        if identity in rows:
            reader.refuse("id", twice(rows[identity].place))
            continue
        rows[identity] = SourceRow(place, identity, _source(reader, identity, today))
    return list(rows.values())


def _given_ids(tables: Tables, sheet: Sheet) -> frozenset[str]:
    """
    The ids that rows give in 编号; no row without one can mean them.
    """
    return frozenset(place.text("id") for place in places_of(tables, sheet)) - {""}


class _SourceIndex:
    """
    Sources that rows without 编号 may mean.
    """

    def __init__(self, sources: Iterable[SourceRegistered]) -> None:
        self._ids: set[str] = set()
        self._by_number: dict[str, str] = {}
        self._by_title: defaultdict[str, list[SourceRegistered]] = defaultdict(list)
        for event in sources:
            self._ids.add(event.source)
            self._by_title[name_key(event.title)].append(event)
            if event.number:
                self._by_number.setdefault(name_key(event.number), event.source)

    def id_of(self, number: str, title: str) -> str:
        """
        The id of the source with this number or title; a new one's is its number, else its title.

        Two documents may share a title if both are numbered.
        """
        own = number or title
        if own in self._ids:
            return own
        if number and (known := self._by_number.get(name_key(number))):
            return known
        alike = [event for event in self._by_title.get(name_key(title), ()) if not (event.number and number)]
        return alike[0].source if alike else own


def _source(reader: RowReader, identity: str, today: date) -> SourceRegistered | None:
    published = reader.read("published_on", read_occurred)
    kind = reader.read("kind", SOURCE_KINDS.read)
    period = reader.read("period", read_period)
    if published is not None and (fault := too_early(identity, published, today)):
        reader.refuse("published_on", fault)
    if published is None or kind is None:
        return None
    return reader.build(
        lambda: SourceRegistered(
            source=identity,
            title=reader.text("title"),
            published=published,
            kind=kind,
            issuer=reader.text("issuer"),
            number=reader.text("number"),
            period=period,
            link=reader.text("link"),
            sha256=reader.text("sha256"),
            note=reader.text("note"),
        ),
        _SOURCE_FIELDS,
    )


def identify_projects(tables: Tables, registry: Registry, faults: Faults) -> list[ProjectRow]:
    """
    Every row of 项目 with the project that it stands for: by 编号, else by name, else by an alias.

    A new project's id is its 编号, else its name (NFKC, without white space).
    """
    claimed = _given_ids(tables, PROJECTS)
    rows: dict[str, ProjectRow] = {}
    for place in places_of(tables, PROJECTS):
        reader = RowReader(place, faults)
        complete(reader)
        aliases = pieces(reader.text("aliases"))
        column = "id" if reader.text("id") else "name"
        identity = reader.attempt(column, _project_id, reader, aliases, registry, claimed)
        size, measure = reader.attempt("size", read_size, reader.text("size")) or (1, "")
        if not identity:
            continue
        if identity in rows:
            reader.refuse("id", twice(rows[identity].place))
            continue
        rows[identity] = ProjectRow(place, identity, aliases, size, measure, reader.is_sound)
    return list(rows.values())


def derived_id(name: str) -> str:
    """
    The id of a new project that its row gives none: its name (NFKC, without white space).
    """
    return "".join(unicodedata.normalize("NFKC", name).split())


def _project_id(
    reader: RowReader, aliases: Sequence[str], registry: Registry, claimed: frozenset[str]
) -> str:
    def holder(name: str) -> Project | None:
        known = registry.find(name)
        return None if known is None or known.id in claimed else known

    given, name = reader.text("id"), reader.text("name")
    if given in registry.projects:
        return given
    known = holder(name) if name else None
    if known is None:
        found = {other.id for alias in aliases if (other := holder(alias)) is not None}
        if len(found) > 1:
            raise InvalidValueError(
                "project",
                name,
                (
                    f"its aliases belong to several projects ({', '.join(sorted(found))}); "
                    "write which in 编号",
                    f"其别名分属多个项目（{'、'.join(sorted(found))}）；请在“编号”中写明是哪一个",
                ),
            )
        known = registry.projects[found.pop()] if found else None
    if known is None:
        return given or derived_id(name)
    if given:
        raise InvalidValueError(
            "project",
            given,
            (
                f"the ledger knows this project as {known.id!r}, and ids never change: "
                "write that, or leave 编号 blank",
                f"台账中该项目的编号为“{known.id}”，编号不可更改：请照写或留空",
            ),
        )
    return known.id


def project_event(row: ProjectRow, names: Names, faults: Faults) -> ProjectRegistered | None:
    """
    The registration that a row of 项目 describes; ``None`` if the row is faulty.
    """
    reader = RowReader(row.place, faults, row.is_sound)
    domain = reader.read("domain", names.domain)
    delivery = reader.read("delivery", names.delivery)
    member_of = reader.read("member_of", names.project)
    related = reader.attempt("related", _related, reader.text("related"), names)
    if domain is None:
        return None
    return reader.build(
        lambda: ProjectRegistered(
            project=row.id,
            name=reader.text("name"),
            domain=domain,
            aliases=row.aliases,
            delivery=delivery,
            size=row.size,
            measure=row.measure,
            member_of=member_of,
            related=related or (),
            note=reader.text("note"),
        ),
        _PROJECT_FIELDS,
    )


def _related(text: str, names: Names) -> tuple[Relation, ...]:
    return tuple(Relation(kind, names.project(name)) for kind, name in read_relations(text))
