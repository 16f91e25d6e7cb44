"""
``metrics``, ``reconcile``, ``alerts``: what the record says, what differs in it, and what it warns of.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from milestone_ledger.cli.answer import Answer
from milestone_ledger.cli.looking import look
from milestone_ledger.cli.office import write_report
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.ledger import View
from milestone_ledger.metrics.lights import RuleSet, default_rules
from milestone_ledger.reports.overview import brief
from milestone_ledger.reports.periodic.content import Report
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.record.comparison import comparison, comparison_data
from milestone_ledger.reports.record.figures import figures, figures_data
from milestone_ledger.reports.record.warning import warning, warning_data


def metrics(arguments: Namespace, columns: int | None) -> Answer:
    """
    Every figure, in all or by group.

    Raises:
        InvalidValueError: If the window ends before it begins.
    """
    told = {"by": arguments.by, "since": arguments.since}
    return _answer(
        arguments,
        columns,
        lambda view: figures_data(view, **told),
        lambda view: figures(view, arguments.lang, **told),
    )


def reconcile(arguments: Namespace, columns: int | None) -> Answer:
    """
    Totals, plans, sources, years and targets, side by side.
    """
    return _answer(
        arguments,
        columns,
        lambda view: comparison_data(view, by=arguments.by),
        lambda view: comparison(view, arguments.lang, by=arguments.by),
    )


def alerts(arguments: Namespace, columns: int | None) -> Answer:
    """
    The lights of a rule set, the library's own unless another is given.

    Raises:
        InvalidValueError: If the file of rules can't be read, or is refused.
    """
    rules = default_rules() if arguments.rules is None else _read(arguments.rules)
    return _answer(
        arguments,
        columns,
        lambda view: warning_data(view, rules, by=arguments.by),
        lambda view: warning(view, arguments.lang, rules, by=arguments.by),
    )


def _answer(
    arguments: Namespace,
    columns: int | None,
    data: Callable[[View], dict[str, Any]],
    drafted: Callable[[View], Report],
) -> Answer:
    """
    A report as data, as text, or in a file; or that there is nothing to report on.
    """

    def text(view: View) -> str:
        if arguments.out is not None:
            return write_report(drafted(view), arguments)
        return report_text(drafted(view), columns) if view.listed else brief(view, arguments.lang)

    def told(view: View) -> dict[str, Any]:
        if arguments.out is None:
            return data(view)
        write_report(drafted(view), arguments)
        return {"file": arguments.out, **data(view)}

    return look(arguments, told, text)


def _read(file: str) -> RuleSet:
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise InvalidValueError(
            "--rules", file, ("give a file that can be read, in UTF-8", "应为可读的 UTF-8 文件")
        ) from error
    return RuleSet.parse(text)
