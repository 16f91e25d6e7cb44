"""
What each command does: open, ask, and hand back text and data.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from importlib import import_module
from typing import Any

from milestone_ledger.cli.answer import Answer, open_ledger
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


def run(arguments: Namespace, *, columns: int | None) -> Answer:
    """
    Run the command that the arguments name.
    """
    command = _COMMANDS.get(arguments.command)
    if command is None:
        (module,) = (name for name, commands in _ELSEWHERE.items() if arguments.command in commands)
        command = getattr(import_module(f"milestone_ledger.cli.{module}"), arguments.command)
    answer: Answer = command(arguments, columns)
    return answer


def _import(arguments: Namespace, _: int | None) -> Answer:
    from milestone_ledger.cli.importing import import_folder  # noqa: PLC0415 (only this command reads sheets)

    with open_ledger(arguments) as ledger:
        text, data = import_folder(ledger, arguments)
        return Answer(text=text, data=data)


def _export(arguments: Namespace, _: int | None) -> Answer:
    # Only this command writes sheets, and few write the formats of other people.
    module = "exporting" if arguments.format in ("csv", "xlsx", "parquet") else "formats"
    export: Callable[[Namespace], Answer] = getattr(
        import_module(f"milestone_ledger.cli.{module}"), f"export_{arguments.format}"
    )
    return export(arguments)


def _status(arguments: Namespace, columns: int | None) -> Answer:
    def data(view: View) -> dict[str, Any]:
        figures = view.reliability()
        shares = {
            "coverage": figures.coverage,
            "reliability": plain(figures.reliability),
            "is_small": figures.share.is_small,
        }
        return {
            "headline": {**plain(figures), **shares},
            "counts": view.counts(by=arguments.by).to_dicts(),
            "promises": [] if arguments.brief else view.promises().to_dicts(),
        }

    def text(view: View) -> str:
        if arguments.brief:
            return overview.brief(view, arguments.lang, by=arguments.by)
        return overview.status(view, arguments.lang, columns, by=arguments.by)

    return look(arguments, data, text)


def _project(arguments: Namespace, columns: int | None) -> Answer:
    def data(view: View) -> dict[str, Any]:
        state = view.project(arguments.project)
        return {"project": plain(state) | {"statements": list(map(_statement, state.statements))}}

    def text(view: View) -> str:
        return project_page(view, view.project(arguments.project), arguments.lang, columns)

    return look(arguments, data, text)


def _statement(entry: Entry) -> dict[str, Any]:
    return {**cite(entry), "kind": kind_of(entry.event), "data": event_to_data(entry.event)}


def _promises(arguments: Namespace, columns: int | None) -> Answer:
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


def _totals(arguments: Namespace, columns: int | None) -> Answer:
    return look(
        arguments,
        lambda view: {"totals": view.totals().to_dicts()},
        lambda view: _headed(view, arguments, totals_table(view, arguments.lang, columns)),
    )


def _indicators(arguments: Namespace, columns: int | None) -> Answer:
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


def _findings(arguments: Namespace, columns: int | None) -> Answer:
    return look(
        arguments,
        lambda view: {"findings": view.findings().to_dicts()},
        lambda view: _headed(view, arguments, findings_table(view, arguments.lang, columns)),
    )


_COMMANDS: dict[str, Callable[[Namespace, int | None], Answer]] = {
    "import": _import,
    "export": _export,
    "status": _status,
    "project": _project,
    "promises": _promises,
    "totals": _totals,
    "indicators": _indicators,
    "findings": _findings,
}

# Modules that most commands do without: each loads what it needs when it is called.
_ELSEWHERE = {
    "comparing": ("compare",),
    "integrity": ("verify", "key", "checkpoint", "prove", "check"),
    "maintenance": ("dump", "load", "doctor", "roles", "upgrade"),
    "metrics": ("metrics", "reconcile", "alerts"),
    "paging": ("page",),
    "profiling": ("profile",),
    "reporting": ("report",),
    "templating": ("init", "template"),
}
