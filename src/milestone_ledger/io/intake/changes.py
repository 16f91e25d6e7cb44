"""
What a correction changes, cell by cell: as the ledger holds it, and as the file says now.

Both are spelled as an export would, so that only what is meant differently differs.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from milestone_ledger.domain.events import SourceRegistered
from milestone_ledger.domain.registry import Project
from milestone_ledger.errors import Language
from milestone_ledger.io.export.spelling import Spelling, spell_status
from milestone_ledger.io.export.statement_cells import cells_of, project_cells, source_cells
from milestone_ledger.io.intake.faults import Place
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.intake.statements import StatementEvent, WithUnits

_LANGUAGE: Language = "zh"


@frozen(kw_only=True)
class CellChange:
    """
    A cell that says something else than the ledger; ``column`` is its header, blank is empty.
    """

    column: str
    old: str
    new: str

    def explain(self, language: Language) -> str:
        """
        What the cell says in the ledger, and what the file says now.
        """
        blank, colon = ("（空白）", "：") if language == "zh" else ("(blank)", ": ")
        return f"{self.column}{colon}{self.old or blank} → {self.new or blank}"


class Comparison:
    """
    Compares what rows say with what the ledger holds; ``projects`` are those that either knows, by id.
    """

    def __init__(self, names: Names, projects: Mapping[str, Project]) -> None:
        self._spelling = Spelling(names, projects, _LANGUAGE)

    def of_sources(
        self, place: Place, old: SourceRegistered, new: SourceRegistered
    ) -> tuple[CellChange, ...]:
        """
        The cells of 依据 that differ.
        """
        return _changes(place, source_cells(old, _LANGUAGE), source_cells(new, _LANGUAGE))

    def of_projects(self, place: Place, old: Project, new: Project) -> tuple[CellChange, ...]:
        """
        The cells of 项目 that differ.
        """
        return _changes(place, project_cells(old, self._spelling), project_cells(new, self._spelling))

    def of_statements(self, place: Place, old: StatementEvent, new: StatementEvent) -> tuple[CellChange, ...]:
        """
        The cells of a statement that differ.
        """
        return _changes(place, _statement(old, self._spelling), _statement(new, self._spelling))


def _statement(event: StatementEvent, spelling: Spelling) -> dict[str, str]:
    return {
        "id": event.ref,
        "locator": event.locator,
        **cells_of(event, spelling, _LANGUAGE),
        "responsible": spelling.units(event.responsible) if isinstance(event, WithUnits) else "",
        "status": spell_status(
            contested=getattr(event, "contested", False), corrected_by=None, language=_LANGUAGE
        ),
        "note": event.note,
    }


def _changes(place: Place, old: Mapping[str, str], new: Mapping[str, str]) -> tuple[CellChange, ...]:
    return tuple(
        CellChange(column=place.header(column.id), old=old.get(column.id, ""), new=new.get(column.id, ""))
        for column in place.table.sheet.columns
        if old.get(column.id, "") != new.get(column.id, "")
    )
