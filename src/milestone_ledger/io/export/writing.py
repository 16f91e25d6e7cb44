"""
A ledger as the rows of six sheets: the inverse of ``intake``, whatever file they are then written to.

.. code-block:: text

    History ──write_out──> Written ──csv_writer──> files ──read again, check──> the same ledger

Read into an empty ledger, the rows give equal views for every status day and publication day. They hold
what some view keeps: not the clerk's slips, nor who recorded what and when, which is the log's to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

import attrs
from attrs import frozen

from milestone_ledger.domain.events import (
    EntryRetracted,
    Event,
    IndicatorTargeted,
    ProjectRegistered,
    PromiseMade,
    SourceRegistered,
    Statement,
)
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.locators import locator_key
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Project, Registry, name_key
from milestone_ledger.errors import Language, NoProgrammeError
from milestone_ledger.io.export.spelling import Spelling, spell_status
from milestone_ledger.io.export.statement_cells import cells_of, project_cells, source_cells
from milestone_ledger.io.intake.identity import Identity, Standing, identity, standing
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.intake.statements import StatementEvent, WithUnits
from milestone_ledger.io.sheets import PROJECTS, SHEETS, SOURCES, STATEMENTS, Column, Sheet


@frozen(kw_only=True, eq=False)
class WrittenRow:
    """
    A row: its cells by column id, blank ones left out, and the entry that it stands for.

    ``events`` is what it says: read into an empty ledger, these and no others. A retraction among them
    targets the statement before it, whatever its ``target``.
    """

    cells: Mapping[str, str]
    entry: Entry
    events: tuple[Event, ...]


@frozen(kw_only=True, eq=False)
class WrittenSheet:
    """
    A sheet in the words of ``language``, with its rows in order.
    """

    sheet: Sheet
    language: Language
    rows: tuple[WrittenRow, ...]

    @property
    def name(self) -> str:
        """
        The name of the sheet.
        """
        return self.sheet.name(self.language)

    @property
    def columns(self) -> tuple[Column, ...]:
        """
        The columns that people expect, and those rare ones that some row needs.
        """
        used = {column for row in self.rows for column in row.cells}
        return tuple(column for column in self.sheet.columns if not column.is_rare or column.id in used)

    def records(self) -> Iterator[tuple[str, ...]]:
        """
        The headers, then every row, as cells of exact text.
        """
        columns = self.columns
        yield tuple(column.header(self.language) for column in columns)
        for row in self.rows:
            yield tuple(row.cells.get(column.id, "") for column in columns)


@frozen(kw_only=True, eq=False)
class Written:
    """
    A ledger as sheets, in their usual order, with its programme and the entry that defines it.

    ``slips`` are the statements left out because no view keeps them: entered by mistake, and taken back.
    """

    programme: Programme
    definition: Entry
    sheets: tuple[WrittenSheet, ...]
    slips: tuple[Entry, ...]


def write_out(history: History, language: Language) -> Written:
    """
    The whole of a ledger as sheets; the same for the same log, whatever the clock and the locale.

    Sources and projects come in the order of their registration, statements by publication, place and
    order of entry. Whether the reader gives all of it back is for ``check`` to tell.

    Raises:
        NoProgrammeError: If the log is empty.
    """
    registry = Registry.of(history)
    definitions = history.definitions()
    if registry.programme is None:
        raise NoProgrammeError
    writer = _Writer(history, registry, registry.programme, language)
    kept = {known.entry.seq for known in writer.standing}
    return Written(
        programme=registry.programme,
        definition=definitions[-1],
        sheets=tuple(
            WrittenSheet(sheet=sheet, language=language, rows=tuple(writer.rows(sheet))) for sheet in SHEETS
        ),
        slips=tuple(e for e in history if isinstance(e.event, Statement) and e.seq not in kept),
    )


class _Writer:
    """
    Makes rows from what stands in one ledger; ``standing`` is every statement that some view keeps.
    """

    def __init__(
        self, history: History, registry: Registry, programme: Programme, language: Language
    ) -> None:
        self._history = history
        self._registry = registry
        self._language: Language = language
        names = Names(programme)
        names.know_sources(registry.sources)
        names.know_projects_of(registry, ())
        self._spelling = Spelling(names, registry.projects, language)
        self.standing = sorted(standing(history), key=self._places())
        self._numbers = _numbers(self.standing, names)
        self._items = {_item(k.event) for k in self.standing if _gives_units(k.event)}
        self._promised = {_promised(k.event) for k in self.standing if _gives_units(k.event)} - {None}

    def _places(self) -> Callable[[Standing], tuple[object, ...]]:
        """
        The order of statements: by publication, then as their sources stand, by place, and by ``seq``.
        """
        sources = self._registry.sources
        order = {source: (known.published_on, place) for place, (source, known) in enumerate(sources.items())}
        return lambda k: (*order[k.event.source], locator_key(k.event.locator), k.entry.seq)

    def rows(self, sheet: Sheet) -> Iterator[WrittenRow]:
        """
        The rows of one sheet.
        """
        if sheet is SOURCES:
            yield from map(self._source, self._registry.sources.values())
        elif sheet is PROJECTS:
            yield from map(self._project, self._registry.projects.values())
        else:
            yield from (self._statement(k) for k in self.standing if STATEMENTS[type(k.event)][0] is sheet)

    # ── registrations ────────────────────────────────────────────────────────────────────────────

    def _source(self, source: SourceRegistered) -> WrittenRow:
        cells = source_cells(source, self._language)
        entries = self._registry.source_entries(source.source)
        return _row(cells, next(e for e in entries if self._history.is_live(e)), source)

    def _project(self, project: Project) -> WrittenRow:
        cells = project_cells(project, self._spelling)
        fields = attrs.asdict(project, recurse=False)
        event = ProjectRegistered(project=fields.pop("id"), **fields)
        entries = self._history.of_project(project.id)
        registered = next(
            e for e in entries if isinstance(e.event, ProjectRegistered) and self._history.is_live(e)
        )
        return _row(cells, registered, event)

    def _statement(self, known: Standing) -> WrittenRow:
        event = known.event
        correction = _first_correction(known)
        cells = {
            "id": event.ref,
            "source": event.source,
            "locator": event.locator,
            **cells_of(event, self._spelling, self._language),
            "responsible": self._responsible(event),
            "status": spell_status(
                contested=getattr(event, "contested", False),
                corrected_by=None if correction is None else correction.source,
                language=self._language,
            ),
            "note": event.note,
            "nth": self._numbers.get(known.entry.seq, ""),
        }
        if correction is None:
            return _row(cells, known.entry, event)
        cells |= {"corrected_at": correction.locator, "reason": correction.note}
        return _row(cells, known.entry, event, correction)

    def _responsible(self, event: StatementEvent) -> str:
        if not isinstance(event, WithUnits):
            return ""
        # A blank is filled in from rows of the same place, and from promises of the same before.
        would_inherit = _item(event) in self._items or _promised(event) in self._promised
        if would_inherit and not event.responsible:
            return self._spelling.nobody()
        return self._spelling.units(event.responsible)


def _item(event: StatementEvent) -> tuple[str, str]:
    return event.source, name_key(event.locator)


def _promised(event: StatementEvent) -> tuple[str, str | None] | None:
    return (event.project, event.milestone) if isinstance(event, PromiseMade) else None


def _gives_units(event: StatementEvent) -> bool:
    """
    Whether other rows may take their responsible units from this one.
    """
    return isinstance(event, PromiseMade | IndicatorTargeted) and bool(event.responsible)


def _numbers(statements: Iterable[Standing], names: Names) -> dict[int, str]:
    """
    A number for each of several statements of one identity, by their ``seq``.
    """
    alike: defaultdict[Identity, list[int]] = defaultdict(list)
    for known in statements:
        alike[identity(known.event, names.published)].append(known.entry.seq)
    return {
        seq: str(number)
        for seqs in alike.values()
        if len(seqs) > 1
        for number, seq in enumerate(seqs, start=1)
    }


def _row(cells: Mapping[str, str], entry: Entry, *events: Event) -> WrittenRow:
    return WrittenRow(
        cells={column: cell for column, cell in cells.items() if cell}, entry=entry, events=events
    )


def _first_correction(known: Standing) -> EntryRetracted | None:
    """
    The correction that takes the statement from the most views; the others change nothing.
    """
    if known.is_live:
        return None
    first = min(known.corrections, key=lambda retraction: retraction.published_on or date.min)
    assert isinstance(first.event, EntryRetracted)  # noqa: S101 (corrections are such entries)
    return first.event
