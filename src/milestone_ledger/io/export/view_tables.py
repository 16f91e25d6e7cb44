"""
What a view answers as tables with types and keys: documents, projects, milestones, promises, evidence.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from attrs import field, frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import MilestoneAchieved, MilestonePending, PromiseMade, SourceRegistered
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.state import MilestoneState
from milestone_ledger.io.export.exchange import unit_name
from milestone_ledger.io.guard import guarded
from milestone_ledger.ledger.rows import plain
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View

# Several values in one cell, as in the sheets.
_AND: Final = "；"

Row = Mapping[str, Any]


@frozen(kw_only=True)
class ViewTable:
    """
    A table: its columns with their types, the columns of its key, and the keys that others refer to.

    Types are those of a table schema: string, integer, boolean, date. ``refers`` gives, by column, the table
    and column that it refers to.
    """

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    refers: Mapping[str, tuple[str, str]] = field(factory=dict)
    rows: tuple[Row, ...]

    def csv(self) -> bytes:
        """
        The table as CSV that a spreadsheet opens, and no cell of which it runs.
        """
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(self.columns)
        writer.writerows([_cell(row[column]) for column in self.columns] for row in self.rows)
        return codecs.BOM_UTF8 + text.getvalue().encode()


def view_tables(view: View) -> tuple[ViewTable, ...]:
    """
    All tables of a view; equal for equal views.
    """
    projects, promises = view.projects(), view.promises()
    citing = [e for e in view.live if getattr(e.event, "source", None) in view.registry.sources]
    cited = dict.fromkeys(getattr(entry.event, "source", "") for entry in citing)
    evidence = [e for e in view.live if isinstance(e.event, MilestoneAchieved | MilestonePending)]
    return (
        ViewTable(
            name="sources",
            columns={
                "id": "string",
                "title": "string",
                "issuer": "string",
                "number": "string",
                "kind": "string",
                "published_earliest": "date",
                "published_latest": "date",
                "link": "string",
                "sha256": "string",
            },
            key=("id",),
            rows=tuple(_source(s) for name, s in view.registry.sources.items() if name in cited),
        ),
        ViewTable(
            name="projects",
            columns={
                "id": "string",
                "name": "string",
                "aliases": "string",
                "domain": "string",
                "delivery": "string",
                "size": "integer",
                "measure": "string",
                "member_of": "string",
                "stage": "string",
                "activity": "string",
                "next_expected": "string",
                "note": "string",
            },
            key=("id",),
            rows=tuple(map(_project, projects)),
        ),
        ViewTable(
            name="milestones",
            columns={
                "project": "string",
                "milestone": "string",
                "answer": "string",
                "earliest": "date",
                "latest": "date",
                "certain": "integer",
                "possible": "integer",
                "evidence": "string",
            },
            key=("project", "milestone"),
            refers={"project": ("projects", "id")},
            rows=tuple(_milestone(state, one) for state in projects for one in state.milestones),
        ),
        ViewTable(
            name="promises",
            columns={
                "seq": "integer",
                "project": "string",
                "milestone": "string",
                "quantity": "integer",
                "segment": "integer",
                "firmness": "string",
                "published_on": "date",
                "source": "string",
                "locator": "string",
                "deadline_earliest": "date",
                "deadline": "date",
                "verdict": "string",
                "promised": "integer",
                "revised": "integer",
                "current_seq": "integer",
                "current_source": "string",
                "current_locator": "string",
                "current_deadline_earliest": "date",
                "current_deadline": "date",
                "current_verdict": "string",
                "responsible": "string",
                "in_headline": "boolean",
                "after_achievement": "boolean",
                "evidence": "string",
            },
            key=("seq",),
            refers={
                "project": ("projects", "id"),
                "source": ("sources", "id"),
                "current_source": ("sources", "id"),
            },
            rows=tuple(_promise(state, lambda unit: unit_name(view, unit)) for state in promises),
        ),
        ViewTable(
            name="evidence",
            columns={
                "seq": "integer",
                "project": "string",
                "milestone": "string",
                "kind": "string",
                "earliest": "date",
                "latest": "date",
                "pending_on": "date",
                "quantity": "integer",
                "contested": "boolean",
                "published_on": "date",
                "source": "string",
                "locator": "string",
                "note": "string",
            },
            key=("seq",),
            refers={"project": ("projects", "id"), "source": ("sources", "id")},
            rows=tuple(map(_evidence, evidence)),
        ),
    )


def _source(source: SourceRegistered) -> Row:
    return {
        "id": source.source,
        "title": source.title,
        "issuer": source.issuer,
        "number": source.number,
        "kind": source.kind,
        "published_earliest": source.published.earliest,
        "published_latest": source.published.latest,
        "link": source.link,
        "sha256": source.sha256,
    }


def _project(state: ProjectState) -> Row:
    project = state.project
    return {
        "id": project.id,
        "name": project.name,
        "aliases": _AND.join(project.aliases),
        "domain": project.domain,
        "delivery": project.delivery,
        "size": project.size,
        "measure": project.measure,
        "member_of": project.member_of,
        "stage": _AND.join(state.stage),
        "activity": state.activity,
        "next_expected": state.next_expected,
        "note": project.note,
    }


def _milestone(state: ProjectState, one: MilestoneState) -> Row:
    return {
        "project": state.project.id,
        "milestone": one.milestone,
        "answer": one.answer,
        "earliest": one.bounds.lo,
        "latest": one.bounds.hi,
        "certain": one.certain,
        "possible": one.possible,
        "evidence": _numbers(one.bounds.entries),
    }


def _promise(state: PromiseState, name_of: Callable[[str], str]) -> Row:
    chain = state.chain
    return {
        "seq": chain.baseline.seq,
        "project": chain.project,
        "milestone": chain.milestone,
        "quantity": chain.quantity,
        "segment": chain.segment,
        "firmness": chain.firmness,
        "published_on": chain.baseline.published_on,
        **_place(chain.baseline, ""),
        **_ends(state.baseline.deadline, ""),
        "verdict": state.baseline.verdict,
        "promised": len(chain.promises),
        "revised": len(chain.revisions),
        "current_seq": chain.current.seq,
        **_place(chain.current, "current_"),
        **_ends(state.current.deadline, "current_"),
        "current_verdict": state.current.verdict,
        "responsible": _AND.join(map(name_of, chain.responsible)),
        "in_headline": state.in_headline,
        "after_achievement": state.after_achievement,
        "evidence": _numbers(state.baseline.entries[1:]),
    }


def _evidence(entry: Entry) -> Row:
    event = entry.event
    assert isinstance(event, MilestoneAchieved | MilestonePending)  # noqa: S101 (asked of evidence only)
    is_achieved = isinstance(event, MilestoneAchieved)
    return {
        "seq": entry.seq,
        "project": event.project,
        "milestone": event.milestone,
        "kind": "achieved" if is_achieved else "pending",
        "earliest": event.occurred.earliest if isinstance(event, MilestoneAchieved) else None,
        "latest": event.occurred.latest if isinstance(event, MilestoneAchieved) else None,
        "pending_on": event.on if isinstance(event, MilestonePending) else None,
        "quantity": event.quantity,
        "contested": event.contested,
        "published_on": entry.published_on,
        **_place(entry, ""),
        "note": event.note,
    }


def _place(entry: Entry, prefix: str) -> Row:
    event = entry.event
    assert isinstance(event, PromiseMade | MilestoneAchieved | MilestonePending)  # noqa: S101 (both state)
    return {f"{prefix}source": event.source, f"{prefix}locator": event.locator}


def _ends(deadline: UncertainDate | None, prefix: str) -> Row:
    return {
        f"{prefix}deadline_earliest": None if deadline is None else deadline.earliest,
        f"{prefix}deadline": None if deadline is None else deadline.latest,
    }


def _numbers(entries: Iterable[Entry]) -> str:
    return _AND.join(str(entry.seq) for entry in entries)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    plain_value = plain(value)
    return guarded(plain_value) if isinstance(plain_value, str) else "" if value is None else str(plain_value)
