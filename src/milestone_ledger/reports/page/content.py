"""
What a page holds, as JSON can: who is who, every statement, and every day's answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from milestone_ledger.domain.events import EntryRetracted, Statement, TotalReported, project_of
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.labels import comparator, label
from milestone_ledger.reports.page.days import FIGURES, Mode, Progress, Runs, calendar, work_out
from milestone_ledger.reports.page.groups import DUE_WITHIN
from milestone_ledger.reports.page.pools import Texts, day_number, day_numbers
from milestone_ledger.reports.page.rows import ACTIVITIES, ANSWERS, FIRMNESSES, VERDICTS, Rows
from milestone_ledger.reports.page.words import words
from milestone_ledger.reports.periodic.drafting import MEANINGS
from milestone_ledger.reports.statements import statement_text
from milestone_ledger.reports.table import safe


def content(
    view: View, *, root: bytes | None, opens_on: date | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """
    Everything that the page of ``view`` shows.

    Args:
        view: A look back on everything that the ledger holds by its position; its day does not matter.
        root: The Merkle root of the ledger at that position; ``None`` for an empty one.
        opens_on: The day that is shown first; the last day of publication, if not given.
        progress: Told how many groups of projects of how many are worked out, now and then.
    """
    entries = _entries(view)
    rows = Rows(view.registry, entries)
    modes = work_out(view, rows, progress)
    days = calendar(modes.values())
    published = [entry.published_on for entry in entries if entry.published_on is not None]
    registry, texts = view.registry, rows.texts
    shown = {
        "ledger": safe(view.ledger),
        "size": view.viewpoint.recorded_by,
        "root": None if root is None else root.hex(),
        "grace": view.grace,
        "due_within": DUE_WITHIN,
        "small": SMALL,
        "opens_on": day_number(opens_on or max(published, default=None)),
        "days": day_numbers(days),
        "programme": None if registry.programme is None else _programme(registry.programme, texts),
        "verdicts": [[v.value, texts.text(*_named(v)), texts.text(*MEANINGS[v][::-1])] for v in VERDICTS],
        "answers": [[a.value, texts.text(*_named(a))] for a in ANSWERS],
        "activities": [texts.text(*_named(a)) for a in ACTIVITIES],
        "quiet": ACTIVITIES.index(ActivityState.NO_STOP_KNOWN),
        "figures": FIGURES,
        "firmnesses": [texts.text(*_named(f)) for f in FIRMNESSES],
        "sources": _sources(registry),
        "projects": _projects(registry),
        "entries": _statements(view, entries, texts),
        "modes": {name: _mode(mode, list(registry.projects), days) for name, mode in modes.items()},
        "words": words(),
    }
    pools = {
        "states": rows.states.values(),
        "milestones": rows.milestones.values(),
        "promises": rows.promises.values(),
        "totals": rows.totals.values(),
    }
    return shown | pools | {"texts": texts.values()}


def _named(value: Any) -> tuple[str, str]:
    return label(value, "zh"), label(value, "en")


def _entries(view: View) -> list[Entry]:
    """
    Every statement, and every retraction of one.
    """
    seen = [entry for entry in view.history if view.viewpoint.sees(entry)]
    statements = {entry.seq for entry in seen if isinstance(entry.event, Statement)}
    return [
        entry
        for entry in seen
        if entry.seq in statements
        or (isinstance(entry.event, EntryRetracted) and entry.event.target in statements)
    ]


def _programme(programme: Programme, texts: Texts) -> dict[str, Any]:
    steps = programme.milestone_ids
    return {
        "title": texts.text(programme.title.zh, programme.title.en),
        "milestones": [texts.text(m.label.zh, m.label.en) for m in programme.milestones],
        "deliveries": {
            lifecycle.delivery: [
                texts.text(lifecycle.label.zh, lifecycle.label.en),
                [steps.index(step) for step in lifecycle.milestones],
            ]
            for lifecycle in programme.lifecycles
        },
        "domains": [[safe(d.path), texts.text(d.path, d.en or d.path)] for d in programme.domains],
        "units": [
            [texts.text(unit.name, unit.en or unit.name), [texts.text(name) for name in unit.former]]
            for unit in programme.units
        ],
        "unit_of": {
            texts.text(name): number
            for number, unit in enumerate(programme.units)
            for name in (unit.name, *unit.former)
        },
    }


def _sources(registry: Registry) -> list[list[str]]:
    return [
        [safe(part) for part in (source.source, source.title, source.issuer, source.number)]
        for source in registry.sources.values()
    ]


def _projects(registry: Registry) -> list[list[Any]]:
    numbers = {project: number for number, project in enumerate(registry.projects)}
    return [
        [
            safe(project.id),
            safe(project.name),
            [safe(name) for name in project.aliases],
            safe(project.domain),
            project.delivery,
            project.size,
            safe(project.measure),
            numbers.get(project.member_of or ""),
            safe(project.note),
        ]
        for project in registry.projects.values()
    ]


def _statements(view: View, entries: Sequence[Entry], texts: Texts) -> list[list[Any]]:
    """
    Each entry: number, day of publication, document, place, what it says, project, its retractions.

    Of a total, what it counts and the number follow.
    """
    registry = view.registry
    places = {entry.seq: number for number, entry in enumerate(entries)}
    projects = {project: number for number, project in enumerate(registry.projects)}
    sources = {source: number for number, source in enumerate(registry.sources)}
    rows = []
    for entry in entries:
        event = entry.event
        said = [statement_text(entry, view.programme, language) for language in ("zh", "en")]
        taken_back = sorted(
            (r for r in view.history.retractions(entry.seq) if view.viewpoint.sees(r)),
            key=lambda r: (r.published_on or date.min, r.seq),
        )
        rows.append(
            [
                entry.seq,
                day_number(entry.published_on),
                sources.get(getattr(event, "source", None) or ""),
                safe(getattr(event, "locator", "")),
                texts.text(*said),
                projects.get(project_of(event) or ""),
                [places[r.seq] for r in taken_back],
            ]
        )
        if isinstance(event, TotalReported):
            rows[-1] += [
                safe(event.what),
                safe(f"{comparator(event.comparator)}{event.count}{event.measure}"),
            ]
    return rows


def _mode(mode: Mode, projects: Sequence[str], days: Sequence[date]) -> dict[str, Any]:
    """
    The runs of one mode, each day as its number in ``days``; before the first, all is as on the first.
    """
    places = {day: number for number, day in enumerate(days)} | {date.min: 0}

    def flat(runs: Runs) -> list[Any]:
        return [part for since, answer in runs for part in (places[since], answer)]

    return {
        "states": [flat(mode.states.get(project, [])) for project in projects],
        "figures": flat(mode.figures),
        "counts": flat(mode.counts),
        "totals": flat(mode.totals),
    }
