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
from milestone_ledger.ledger import View
from milestone_ledger.ledger.rows import plain
from milestone_ledger.reports import overview


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


_COMMANDS: dict[str, Callable[[Namespace, int | None], Answer]] = {
    "import": _import,
    "export": _export,
    "status": _status,
}

# Modules that most commands do without: each loads what it needs when it is called.
_ELSEWHERE = {
    "comparing": ("compare",),
    "listing": ("project", "promises", "totals", "indicators", "findings"),
    "integrity": ("verify", "key", "checkpoint", "prove", "check"),
    "maintenance": ("dump", "load", "doctor", "roles", "upgrade"),
    "metrics": ("metrics", "reconcile", "alerts"),
    "paging": ("page",),
    "profiling": ("profile",),
    "reporting": ("report",),
    "templating": ("init", "template"),
}
