"""
What a folder would change in a ledger: the difference between its rows and the entries, as one commit.

Nothing here writes. A row that says what the ledger says adds nothing; one that says otherwise is a
clerk's slip, put right by a retraction and the right event; one that is gone is listed, never retracted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs
from attrs import define, field, frozen

from milestone_ledger.domain.events import (
    EntryRetracted,
    Event,
    Evidence,
    ProgrammeDefined,
    ProjectAmended,
    ProjectRegistered,
    SourceRegistered,
)
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Project, Registry
from milestone_ledger.io.intake.changes import CellChange, Comparison
from milestone_ledger.io.intake.faults import Place
from milestone_ledger.io.intake.identity import Standing
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.intake.registrations import ProjectRow, SourceRow
from milestone_ledger.io.intake.statements import StatementEvent, StatementRow
from milestone_ledger.io.sheets import PROGRAMME_FILE, PROJECTS, SOURCES, STATEMENTS

_OUTDATED = (
    "the ledger held exactly this and took it back; look whether this is an old copy of the file",
    "台账曾有完全相同的一条，后来更正或作废了；请核对这张表是不是旧的",
)
# What a ProjectAmended can change; an empty delivery or batch takes it away.
_AMENDABLE = ("name", "aliases", "domain", "delivery", "member_of", "related", "note")


@frozen(kw_only=True)
class RowNote:
    """
    A row, or an entry that no row speaks of (``row`` is then ``None``), in a few of its own words.

    ``sheet`` is the id of the sheet (``sources`` … ``indicators``, or ``programme``); ``changes`` are the
    cells in which a corrected row differs from the ledger.
    """

    sheet: str
    file: str = ""
    row: int | None = None
    text: str = ""
    changes: tuple[CellChange, ...] = ()

    @classmethod
    def of(cls, place: Place, changes: tuple[CellChange, ...] = ()) -> RowNote:
        """
        A row of a file.
        """
        return cls(
            sheet=place.table.sheet.id,
            file=place.table.name,
            row=place.row.number,
            text=place.summary,
            changes=changes,
        )


@frozen(kw_only=True)
class Plan:
    """
    What would be recorded, as one commit, and why.

    ``events`` are in the order in which they must be appended; ``places`` holds for each the row that
    it comes from, ``None`` for the programme. ``missing`` are live entries that no row of the sheets
    at hand speaks of: they stay as they are.
    """

    events: tuple[Event, ...]
    places: tuple[Place | None, ...] = field(repr=False)
    added: tuple[RowNote, ...] = ()
    changed: tuple[RowNote, ...] = ()
    retracted: tuple[RowNote, ...] = ()
    found_again: tuple[RowNote, ...] = ()
    missing: tuple[RowNote, ...] = ()
    warnings: tuple[Warned, ...] = ()

    @property
    def is_empty(self) -> bool:
        """
        Whether the ledger says all of this already.
        """
        return not self.events


@define
class Difference:
    """
    The events that bring a ledger to what the files say, one row at a time.

    ``reason`` goes into every retraction; ``unexplained`` are the rows that need one and have none.
    ``names`` are those that the files and the ledger know, by the time that statements are taken in.
    ``outdated`` are rows that say what the ledger has taken back: perhaps of a copy from before that.
    """

    history: History
    registry: Registry
    names: Names
    reason: str
    events: list[Event] = field(factory=list)
    places: list[Place | None] = field(factory=list)
    added: list[RowNote] = field(factory=list)
    changed: list[RowNote] = field(factory=list)
    retracted: list[RowNote] = field(factory=list)
    found_again: list[RowNote] = field(factory=list)
    missing: list[RowNote] = field(factory=list)
    unexplained: list[Place] = field(factory=list)
    outdated: list[Warned] = field(factory=list)
    redated: dict[str, Place] = field(factory=dict)  # source → the row that dates it anew
    projects: dict[str, Project] = field(init=False)  # as the rows have them, else as the ledger does
    comparison: Comparison = field(init=False)
    taken_back: frozenset[Event] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.projects = dict(self.registry.projects)
        self.comparison = Comparison(self.names, self.projects)
        self.taken_back = frozenset(
            entry.event
            for entry in self.history
            if isinstance(entry.event, StatementEvent) and not self.history.is_live(entry)
        )

    def _append(self, event: Event, place: Place | None) -> int:
        """
        The number that ``event`` will get.
        """
        self.events.append(event)
        self.places.append(place)
        return self.history.size + len(self.events) - 1

    def _explained(self, place: Place, reason: str = "") -> str:
        reason = reason or self.reason
        if not reason:
            self.unexplained.append(place)
        return reason

    def define(self, programme: Programme) -> None:
        """
        Take in the programme of the folder.
        """
        known = self.registry.programme
        if known == programme:
            return
        self._append(ProgrammeDefined(programme), None)
        note = RowNote(sheet="programme", file=PROGRAMME_FILE, text=programme.title.zh)
        (self.added if known is None else self.changed).append(note)

    # ── registrations ────────────────────────────────────────────────────────────────────────────

    def source(self, row: SourceRow) -> None:
        """
        Take in a row of 依据.
        """
        known = self.registry.sources.get(row.id)
        if row.event is None:
            return
        # Hardly a sheet has a column for the digest of the file; the ledger's stays.
        is_silent = known is not None and not row.event.sha256
        event = attrs.evolve(row.event, sha256=known.sha256) if known and is_silent else row.event
        if known == event:
            self.found_again.append(RowNote.of(row.place))
            return
        if known is not None:
            self._unregister(self.registry.source_entries(row.id), row.place)
            if known.published_on != event.published_on:
                self.redated[row.id] = row.place
        self._append(event, row.place)
        if known is None:
            self.added.append(RowNote.of(row.place))
        else:
            self.changed.append(RowNote.of(row.place, self.comparison.of_sources(row.place, known, event)))

    def project(self, row: ProjectRow, event: ProjectRegistered) -> None:
        """
        Take in a row of 项目: an amendment says what changed, but a new size needs a new registration.
        """
        known, wanted = self.registry.projects.get(row.id), Project.registered(event)
        self.projects[row.id] = wanted
        if known == wanted:
            self.found_again.append(RowNote.of(row.place))
            return
        if known is None:
            self._append(event, row.place)
            self.added.append(RowNote.of(row.place))
            return
        if (known.size, known.measure) != (wanted.size, wanted.measure):
            self._unregister(self.history.of_project(row.id), row.place)
            self._append(event, row.place)
        else:
            self._append(_amendment(known, wanted), row.place)
        self.changed.append(RowNote.of(row.place, self.comparison.of_projects(row.place, known, wanted)))

    def _unregister(self, entries: Sequence[Entry], place: Place) -> None:
        note = self._explained(place)
        for entry in entries:
            if isinstance(entry.event, SourceRegistered | ProjectRegistered) and self.history.is_live(entry):
                self._append(EntryRetracted(target=entry.seq, note=note), place)

    # ── statements ───────────────────────────────────────────────────────────────────────────────

    def statement(self, row: StatementRow, known: Standing | None) -> None:
        """
        Take in a row that makes a statement; ``known`` is what the ledger holds of it.
        """
        note = RowNote.of(row.place)
        if known is None:
            if row.void:
                self.found_again.append(note)  # as void as the file wants it
                return
            self._look_for_age(row)
            self._enter(row)
            self.added.append(note)
        elif row.void:
            self._slip(known, row.place, row.reason or _own_reason(row, known))
            self.retracted.append(note)
        elif self._must_be_rewritten(known) is not None or not _says_the_same(row, known):
            if not _says_the_same(row, known):
                self._look_for_age(row)
            self._slip(known, row.place)
            self._enter(row)
            changes = self.comparison.of_statements(row.place, known.event, row.event)
            self.changed.append(RowNote.of(row.place, changes))
        elif row.corrected_by is not None and known.is_live:
            self._correct(known.entry.seq, row, _own_reason(row, known))
            self.retracted.append(note)
        else:
            self.found_again.append(note)

    def _look_for_age(self, row: StatementRow) -> None:
        """
        Warn of a row that says again what the ledger has taken back.
        """
        if row.corrected_by is None and row.event in self.taken_back:
            table, place = row.place.table, row.place
            self.outdated.append(
                Warned(
                    file=table.file,
                    row=place.row.number,
                    text=_OUTDATED,
                    tab=table.tab,
                    cell=place.cell("locator"),
                )
            )

    def unclaimed(self, known: Standing, *, is_listed: bool) -> None:
        """
        Take in that no row speaks of a statement: it stays, but follows its source to another date.
        """
        place = self._must_be_rewritten(known)
        if place is not None:
            self._slip(known, place)
            seq = self._append(known.event, place)
            for correction in known.corrections:
                if isinstance(correction.event, EntryRetracted):
                    self._append(attrs.evolve(correction.event, target=seq), place)
            self.changed.append(self._entry_note(known))
        if is_listed and known.is_live:
            self.missing.append(self._entry_note(known))

    def _must_be_rewritten(self, known: Standing) -> Place | None:
        """
        The row that redates a source on which the statement, or its withdrawal, rests.
        """
        return next(
            (
                self.redated[source]
                for source in (known.event.source, *known.corrected_by)
                if source in self.redated
            ),
            None,
        )

    def _enter(self, row: StatementRow) -> None:
        seq = self._append(row.event, row.place)
        if row.corrected_by is not None:
            self._correct(seq, row)

    def _slip(self, known: Standing, place: Place, reason: str = "") -> None:
        event = EntryRetracted(
            target=known.entry.seq,
            source=known.event.source,
            locator=known.event.locator,
            note=self._explained(place, reason),
        )
        self._append(event, place)

    def _correct(self, target: int, row: StatementRow, own_reason: str = "") -> None:
        event = EntryRetracted(
            target=target,
            source=row.corrected_by,
            locator=row.corrected_at,
            note=row.reason or own_reason or self.reason,
        )
        self._append(event, row.place)

    def _entry_note(self, known: Standing) -> RowNote:
        """
        A statement of the ledger, for a list.
        """
        event = known.event
        subjects = (getattr(event, name, None) for name in ("project", "what", "name"))
        subject = next((found for found in subjects if found is not None), "")
        milestone: str | None = getattr(event, "milestone", None)
        label = "" if milestone is None else self.names.programme.milestone_label(milestone)
        parts = (f"#{known.entry.seq}", event.source, event.locator, subject, label)
        return RowNote(sheet=STATEMENTS[type(event)][0].id, text=" · ".join(part for part in parts if part))

    def registrations_without_row(self, sources: set[str] | None, projects: set[str] | None) -> None:
        """
        List what the ledger registers and no row does; ``None`` where the sheet is not at hand.
        """
        for source in self.registry.sources.values():
            if sources is not None and source.source not in sources:
                self.missing.append(RowNote(sheet=SOURCES.id, text=f"{source.source} · {source.title}"))
        for project in self.registry.projects.values():
            if projects is not None and project.id not in projects:
                self.missing.append(RowNote(sheet=PROJECTS.id, text=project.name))


def _amendment(known: Project, wanted: Project) -> ProjectAmended:
    changes: Mapping[str, object] = {
        name: "" if getattr(wanted, name) is None else getattr(wanted, name)
        for name in _AMENDABLE
        if getattr(known, name) != getattr(wanted, name)
    }
    make: Callable[..., ProjectAmended] = ProjectAmended
    return make(project=known.id, **changes)


def _says_the_same(row: StatementRow, known: Standing) -> bool:
    """
    Whether the ledger holds what the row says.

    A row that withdraws its statement may give the reason in 说明, and need not say 存疑: neither counts.
    """
    if row.corrected_by is None:
        return known.is_live and row.event == known.event
    if known.corrected_by and row.corrected_by not in known.corrected_by:
        return False
    event = attrs.evolve(row.event, note=known.event.note)
    if isinstance(event, Evidence) and isinstance(known.event, Evidence) and not event.contested:
        event = attrs.evolve(event, contested=known.event.contested)
    return event == known.event


def _own_reason(row: StatementRow, known: Standing) -> str:
    """
    What 说明 newly says in a row that takes its statement back.
    """
    return "" if row.event.note == known.event.note else row.event.note
