"""
Commands that list what a view holds: one project, promises, totals, indicators, findings.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from milestone_ledger.cli.answer import Answer
from milestone_ledger.cli.looking import look
from milestone_ledger.codec import event_to_data, kind_of
from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import UnknownNameError
from milestone_ledger.ledger import PromiseState, View
from milestone_ledger.ledger.rows import cite, plain
from milestone_ledger.reports import overview
from milestone_ledger.reports.listings import findings_table, totals_table
from milestone_ledger.reports.project_page import project_page, statements_table


def project(arguments: Namespace, columns: int | None) -> Answer:
    """
    One project with all statements.
    """

    def data(view: View) -> dict[str, Any]:
        state = view.project(arguments.project)
        return {"project": plain(state) | {"statements": list(map(_statement, state.statements))}}

    def text(view: View) -> str:
        return project_page(view, view.project(arguments.project), arguments.lang, columns)

    return look(arguments, data, text)


def _statement(entry: Entry) -> dict[str, Any]:
    return {**cite(entry), "kind": kind_of(entry.event), "data": event_to_data(entry.event)}


def promises(arguments: Namespace, columns: int | None) -> Answer:
    """
    Every promise and its fate, or those that are asked for.
    """

    def chosen(view: View) -> list[PromiseState]:
        names = {} if view.registry.programme is None else view.programme.unit_names
        if names and arguments.unit is not None and arguments.unit not in names:
            nearest = nearest_names(arguments.unit, names)
            raise UnknownNameError(kind="unit", name=arguments.unit, suggestions=nearest)
        unit = names.get(arguments.unit)
        return [
            state
            for state in view.promises()
            if (not arguments.effort or state.chain.is_effort)
            and (not arguments.verdict or state.baseline.verdict in arguments.verdict)
            and (unit is None or unit in {names.get(name, name) for name in state.chain.responsible})
        ]

    return look(
        arguments,
        lambda view: {"promises": plain(chosen(view))},
        lambda view: _headed(
            view, arguments, overview.promises_table(view, chosen(view), arguments.lang, columns)
        ),
    )


def _headed(view: View, arguments: Namespace, listed: str) -> str:
    return f"{overview.heading(view, arguments.lang)}\n\n{listed}"


def totals(arguments: Namespace, columns: int | None) -> Answer:
    """
    Official totals beside the ledger's own counts.
    """
    return look(
        arguments,
        lambda view: {"totals": view.totals().to_dicts()},
        lambda view: _headed(view, arguments, totals_table(view, arguments.lang, columns)),
    )


def indicators(arguments: Namespace, columns: int | None) -> Answer:
    """
    Numbers promised and measured.
    """

    def data(view: View) -> dict[str, Any]:
        rows = [
            plain(state)
            | {
                "targets": list(map(_statement, state.targets)),
                "observations": list(map(_statement, state.observations)),
            }
            for state in view.indicators()
        ]
        return {"indicators": rows}

    def text(view: View) -> str:
        entries = [entry for state in view.indicators() for entry in (*state.targets, *state.observations)]
        return _headed(view, arguments, statements_table(view, entries, arguments.lang, columns))

    return look(arguments, data, text)


def findings(arguments: Namespace, columns: int | None) -> Answer:
    """
    What a person should look at.
    """
    return look(
        arguments,
        lambda view: {"findings": view.findings().to_dicts()},
        lambda view: _headed(view, arguments, findings_table(view, arguments.lang, columns)),
    )
