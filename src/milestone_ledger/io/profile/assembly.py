"""
What the rows of a table say, as the rows of the six sheets; each cell keeps the place that it comes from.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs
from attrs import frozen

from milestone_ledger.domain.registry import name_key
from milestone_ledger.io.export.spelling import spell_deadline
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.intake.tables import Row, Table, Tables
from milestone_ledger.io.profile.basis import Basis
from milestone_ledger.io.profile.questions import NOBODY, Said
from milestone_ledger.io.profile.sayings import Where
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.sheets import (
    FIRMNESS_WORDS,
    PROGRESS,
    PROGRESS_KINDS,
    PROJECTS,
    PROMISES,
    SOURCES,
    STATUS_WORDS,
    Sheet,
)


@frozen(kw_only=True, eq=False)
class Draft:
    """
    A statement before it is a row: what it says, where its words stand, and the cells of its other parts.
    """

    where: Where
    number: int
    said: Said
    units: tuple[str, ...] = ()
    unit_cell: str = ""
    name_cell: str = ""
    due_cell: str = ""


def row_of(
    sheet: Sheet, number: int, cells: Mapping[str, str], spot: Spot, addresses: Mapping[str, str]
) -> Row:
    """
    A row of ``sheet`` that comes from the row ``number`` of the table.

    Its cells stand at ``spot``, if ``addresses`` do not say otherwise.
    """
    places = {column.id: spot.address for column in sheet.columns} | dict(addresses)
    kept = {name: text for name, text in cells.items() if text}
    return Row(number, MappingProxyType(kept), MappingProxyType(places))


def assembled(
    basis: Basis, projects: Sequence[Row], drafts: Sequence[Draft], notes: Sequence[Warned]
) -> Tables:
    """
    The sheets: the document, its new projects, what it promises, and what it reports.
    """
    document = basis.profile.document
    source = document.title if document.number in ("", NOBODY) else document.number
    labels = {step.id: step.label.zh for step in basis.programme.milestones}
    rows: dict[str, list[Row]] = {PROMISES.id: [], PROGRESS.id: []}
    for draft, nth in _numbered(drafts):
        said, where = draft.said, draft.where
        sheet = PROMISES if said.is_promise else PROGRESS
        cells = {
            "source": source,
            "locator": where.locator,
            "project": where.project,
            "milestone": "" if said.milestone is None else labels[said.milestone],
            "note": said.words,
            "nth": nth,
            "status": STATUS_WORDS.write("contested", "zh") if said.is_contested else "",
        }
        addresses = {"project": draft.name_cell or where.spot.address}
        if said.is_promise:
            cells["firmness"] = FIRMNESS_WORDS.write(said.kind, "zh")
            cells["deadline"] = spell_deadline(said.when)
            if said.kind != "withdrawn":
                cells["responsible"] = "；".join(draft.units)
            addresses |= {
                "responsible": draft.unit_cell or where.spot.address,
                "deadline": draft.due_cell or where.spot.address,
            }
        else:
            cells["kind"] = PROGRESS_KINDS.write(said.kind, "zh")
            cells["occurred"] = "" if said.when is None else str(said.when)
        rows[sheet.id].append(row_of(sheet, draft.number, cells, where.spot, addresses))
    described = {name: text for name, text in attrs.asdict(document).items() if text not in ("", NOBODY)}
    document_row = Row(basis.profile.line, MappingProxyType(described))
    tab = basis.look.grid.name
    tables = {
        SOURCES.id: Table(SOURCES, basis.profile.file, _headers(SOURCES), (document_row,)),
        PROJECTS.id: Table(PROJECTS, basis.file, _headers(PROJECTS), tuple(projects), tab=tab),
        PROMISES.id: Table(PROMISES, basis.file, _headers(PROMISES), tuple(rows[PROMISES.id]), tab=tab),
        PROGRESS.id: Table(PROGRESS, basis.file, _headers(PROGRESS), tuple(rows[PROGRESS.id]), tab=tab),
    }
    return Tables(tables=MappingProxyType(tables), folder=basis.file, notes=tuple(notes), is_excerpt=True)


def _headers(sheet: Sheet) -> Mapping[str, str]:
    return MappingProxyType({column.id: column.zh for column in sheet.columns})


def _numbered(drafts: Sequence[Draft]) -> Iterator[tuple[Draft, str]]:
    """
    Statements, each once, with a number where several would be taken for one; by content, never by row.
    """
    groups: defaultdict[tuple[str | None, ...], list[Draft]] = defaultdict(list)
    for draft in drafts:
        said, where = draft.said, draft.where
        kind = "promise" if said.is_promise else said.kind
        groups[kind, name_key(where.project), name_key(where.locator), said.milestone].append(draft)
    for group in groups.values():
        each = {(d.said.kind, str(d.said.when), d.said.words, d.units): d for d in reversed(group)}
        for place, key in enumerate(sorted(each), start=1):
            yield each[key], str(place) if len(each) > 1 else ""
