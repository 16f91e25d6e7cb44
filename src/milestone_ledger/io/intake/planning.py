"""
The plan of an intake: what the sheets of a folder would change in a ledger.

``plan`` is pure. Nothing is written before every row of every file is sound.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import EntryRetracted
from milestone_ledger.domain.history import History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import refusals
from milestone_ledger.errors import (
    IntakeError,
    Language,
    MembershipError,
    MissingReasonError,
    NoProgrammeError,
    RetractionError,
    RowError,
    RuleError,
    UnknownNameError,
)
from milestone_ledger.io.intake.difference import Difference, Plan
from milestone_ledger.io.intake.faults import Faults, Place, fault_of, refused_row
from milestone_ledger.io.intake.flags import flags
from milestone_ledger.io.intake.hints import entered_late, not_judged, past_deadlines, promised_too_late
from milestone_ledger.io.intake.identity import match, standing, without_repetition
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.intake.registrations import (
    identify_projects,
    places_of,
    project_event,
    read_sources,
    too_early,
)
from milestone_ledger.io.intake.statements import StatementRow, read_statement
from milestone_ledger.io.intake.tables import Tables
from milestone_ledger.io.intake.units import inherit_units
from milestone_ledger.io.sheets import PROGRAMME_FILE, PROJECTS, SHEETS, SOURCES, STATEMENTS

Progress = Callable[[int, int], None]

_STEP = 200
_LONGEST_CHANGE = 60  # characters of a changed cell in the question for the reason
_STATEMENT_SHEETS = SHEETS[2:]


def plan(
    tables: Tables,
    history: History,
    *,
    reason: str = "",
    today: date | None = None,
    progress: Progress | None = None,
) -> Plan:
    """
    What the files would change in the ledger, as the events of one commit.

    ``history`` is the complete log; it may be empty if the folder has a ``programme.toml``.
    ``reason`` says why entries that the files correct were wrong.
    ``today`` is the civil day of the programme after which no document can have been published yet.
    ``progress`` is told how many rows are done, and of how many.

    Raises:
        IntakeError: With every bad row at once; also if a correction lacks its ``reason``.
    """
    faults = Faults(tables.faults)
    registry = Registry.of(history)
    programme = tables.programme or registry.programme
    if programme is None:
        raise IntakeError([_no_programme()])
    names = Names(programme)
    difference = Difference(history, registry, names, reason.strip())
    difference.define(programme)
    sources = _take_sources(tables, difference, names, today or date.max, faults)
    projects = _take_projects(tables, difference, names, faults)
    drafts = _read_statements(tables, names, faults, progress)
    within = sources if tables.is_excerpt else None
    _take_statements(tables, drafts, difference, names, faults, within=within)
    if not tables.is_excerpt:
        difference.registrations_without_row(sources, projects)
    _check_reason(difference, faults)
    _check_publication(difference, names, today or date.max, faults)
    _check_rules(tables, difference, faults)
    faults.raise_if_any()
    if progress is not None:
        total = _size(tables)
        progress(total, total)
    return Plan(
        events=tuple(difference.events),
        places=tuple(difference.places),
        added=tuple(difference.added),
        changed=tuple(difference.changed),
        retracted=tuple(difference.retracted),
        found_again=tuple(difference.found_again),
        missing=tuple(difference.missing),
        warnings=(
            *flags(tables),
            *difference.outdated,
            *past_deadlines(difference.events, difference.places, names.published),
            *not_judged(difference.events, difference.places),
            *promised_too_late(history, difference.events, difference.places),
            *entered_late(difference),
        ),
    )


def _no_programme() -> RowError:
    fault = fault_of(NoProgrammeError())
    return RowError(file=PROGRAMME_FILE, row=None, column="", value="", fault=fault)


def _size(tables: Tables) -> int:
    return sum(len(tables.rows_of(sheet)) for sheet in SHEETS)


def _take_sources(
    tables: Tables, difference: Difference, names: Names, today: date, faults: Faults
) -> set[str] | None:
    """
    The sources that rows stand for; ``None`` if there is no such sheet.
    """
    registry = difference.registry
    rows = read_sources(tables, registry, today, faults)
    names.know_sources({**registry.sources, **{row.id: row.event for row in rows}})
    for row in rows:
        difference.source(row)
    return {row.id for row in rows} if SOURCES.id in tables.tables else None


def _take_projects(tables: Tables, difference: Difference, names: Names, faults: Faults) -> set[str] | None:
    """
    The projects that rows stand for; ``None`` if there is no such sheet.
    """
    registry = difference.registry
    rows = identify_projects(tables, registry, faults)
    for row in rows:
        names.know_project(row.id, row.names, row.measure if row.is_sound else None)
    names.know_projects_of(registry, [row.id for row in rows])
    for row in rows:
        event = project_event(row, names, faults)
        if event is not None:
            difference.project(row, event)
    return {row.id for row in rows} if PROJECTS.id in tables.tables else None


def _read_statements(
    tables: Tables, names: Names, faults: Faults, progress: Progress | None
) -> list[StatementRow]:
    places = [place for sheet in _STATEMENT_SHEETS for place in places_of(tables, sheet)]
    total = _size(tables)
    drafts = []
    for done, place in enumerate(places, start=total - len(places)):
        if progress is not None and done % _STEP == 0:
            progress(done, total)
        drafts.append(read_statement(place, names, faults))
    return without_repetition((draft for draft in drafts if draft is not None), names.published, faults)


def _take_statements(
    tables: Tables,
    drafts: list[StatementRow],
    difference: Difference,
    names: Names,
    faults: Faults,
    *,
    within: set[str] | None,
) -> None:
    """
    Take in the statements; those of the ledger that no row speaks of are listed, if of a source ``within``.
    """

    def published_in_ledger(source: str) -> UncertainDate | None:
        known = difference.registry.sources.get(source)
        return None if known is None else known.published

    def published_on(source: str) -> date:
        published = names.published(source)
        return (published and published.latest) or date.min

    matches = match(drafts, standing(difference.history), names.published, published_in_ledger, faults)
    filled = inherit_units(drafts, matches.unclaimed, published_on, faults)
    for draft, (_, known) in zip(filled, matches.pairs, strict=True):
        difference.statement(draft, known)
    for known in matches.unclaimed:
        is_spoken_of = within is None or known.event.source in within
        has_sheet = STATEMENTS[type(known.event)][0].id in tables.tables
        difference.unclaimed(known, is_listed=is_spoken_of and has_sheet)


def _check_reason(difference: Difference, faults: Faults) -> None:
    """
    Ask once for the reason of all corrections.
    """
    rows = {id(place.row): place for place in difference.unexplained}
    if not rows:
        return
    shown = list(rows.values())[:5]
    changes = {(note.file, note.row): note.changes for note in difference.changed}
    outdated = {(warned.tab, warned.file, warned.row) for warned in difference.outdated}

    def told(language: Language) -> str:
        opening, comma, closing = (" [", ", ", "]") if language == "en" else ("［", "，", "］")
        names = []
        for place in shown:
            found = changes.get((place.table.name, place.row.number), ())
            cells = [_shortened(change.explain(language)) for change in found]
            if (place.table.tab, place.table.file, place.row.number) in outdated:
                cells.append("perhaps an old copy" if language == "en" else "可能是旧表")
            names.append(place.name(language) + (f"{opening}{comma.join(cells)}{closing}" if cells else ""))
        return ("、" if language == "zh" else ", ").join(names)

    differ = "row differs" if len(rows) == 1 else "rows differ"
    more = (", …", "等") if len(rows) > len(shown) else ("", "")
    faults.add(
        MissingReasonError(
            file=shown[0].table.file,
            row=None,
            column="",
            value="",
            fault=(
                f"{len(rows)} {differ} from what the ledger holds ({told('en')}{more[0]})",
                f"{len(rows)} 行与台账不一致（{told('zh')}{more[1]}）",
            ),
        )
    )


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_CHANGE else f"{text[:_LONGEST_CHANGE]}…"


def _check_publication(difference: Difference, names: Names, today: date, faults: Faults) -> None:
    """
    Refuse rows that cite a document of the ledger which is of a day to come.

    One whose own row says so is refused there, and nothing that cites it comes as far as this.
    """
    for event, place in zip(difference.events, difference.places, strict=True):
        source: str | None = getattr(event, "source", None)
        published = None if source is None else names.published(source)
        if place is not None and source and published and (fault := too_early(source, published, today)):
            faults.add(place.error("status" if isinstance(event, EntryRetracted) else "source", fault))


def _without_echoes(refused: Iterable[RuleError], registry: Registry) -> Iterator[RuleError]:
    """
    Refusals, but that a batch is too small for its members told of the batch only once.

    Where only new members make it so, their own rows tell it.
    """
    told: set[str] = set()
    for error in refused:
        if isinstance(error, MembershipError) and error.project == error.batch:
            if error.batch in told or not registry.members(error.batch):
                continue
            told.add(error.batch)
        yield error


def _check_rules(tables: Tables, difference: Difference, faults: Faults) -> None:
    """
    Ask the rules of the ledger, and tell every refusal of the row that caused it.

    Where rows are faulty already, refusals that may only echo them are left out.
    """
    has_faulty_rows = any(isinstance(error, RowError) and error.row is not None for error in faults.found)
    places: tuple[Place | None, ...] = tuple(difference.places)
    for error in _without_echoes(refusals(difference.history, difference.events), difference.registry):
        if has_faulty_rows and isinstance(error, RetractionError | UnknownNameError):
            continue
        faults.add(refused_row(error, places, difference.history, tables.folder, difference.names.programme))
