"""
``report``: what an office reads regularly, as a workbook, a document or text.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from datetime import date, datetime

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.cli.looking import seen, today, view_of
from milestone_ledger.cli.office import write_report
from milestone_ledger.errors import InvalidValueError, Language
from milestone_ledger.ledger import Ledger, View
from milestone_ledger.ledger.difference import earlier
from milestone_ledger.reports.periodic.account import account
from milestone_ledger.reports.periodic.alerts import alerts
from milestone_ledger.reports.periodic.circular import circular
from milestone_ledger.reports.periodic.content import Report, as_data
from milestone_ledger.reports.periodic.entered_late import recorded_within
from milestone_ledger.reports.periodic.monthly import monthly
from milestone_ledger.reports.periodic.supervision import supervision
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.periodic.weekly import weekly

# Said beside a report that leaves them out.
_RECORDED_WITHIN: Mapping[Language, str] = {
    "zh": "（本期录入的陈述中有 {number} 条发布于 {day} 或以前；"
    "上次周报以后才录入的，加 --recorded-since 列出）",
    "en": "(of what was recorded within the period, {number} statements had been published by {day}; "
    "--recorded-since lists those recorded after the last report)",
}


def report(arguments: Namespace, columns: int | None) -> Answer:
    """
    Draft the report that is asked for; write it, or hand it back as text and data.

    Raises:
        InvalidValueError: If the period ends before it begins, or recording before it is asked about.
        OccupiedFileError: If the file says something else, without ``--force``.
        UnwritableFileError: If it cannot be written.
        MissingExtraError: If what writes such files is not installed.
    """
    with open_ledger(arguments) as ledger:
        if arguments.kind == "weekly":
            view = _weekly_view(ledger, arguments)
            drafted = _weekly(ledger, view, arguments)
        else:
            view = view_of(ledger, arguments)
            drafted = _DRAFTED[arguments.kind](view, arguments)
    data = seen(view, file=arguments.out, report=as_data(drafted))
    if arguments.out is None:
        return Answer(text=report_text(drafted, columns), data=data)
    return Answer(text=write_report(drafted, arguments), data=data)


def _weekly_view(ledger: Ledger, arguments: Namespace) -> View:
    until = today(ledger, arguments, "--until") if arguments.until is None else arguments.until
    return ledger.at(
        as_of=until, published_by=until, recorded_by=arguments.recorded_by, grace=arguments.grace
    )


def _since(view: View, since: date) -> View:
    """
    The view of the day after which changes count.
    """
    if since > view.as_of:
        raise InvalidValueError(
            "--since",
            since.isoformat(),
            (f"give a day that does not lie after {view.as_of}", f"不得晚于状态日 {view.as_of}"),
        )
    return earlier(view, since)


def _weekly(ledger: Ledger, view: View, arguments: Namespace) -> Report:
    before = _since(view, arguments.since)
    known = None
    if arguments.recorded_since is not None:
        known = _known(ledger, before, arguments.recorded_since)
    elif not arguments.json and (number := len(recorded_within(before, view.as_of))):
        print(_RECORDED_WITHIN[arguments.lang].format(number=number, day=before.as_of), file=sys.stderr)
    return weekly(before, view, arguments.lang, days=arguments.days, known=known)


def _known(ledger: Ledger, before: View, recorded_since: int | datetime) -> View:
    """
    What ``before`` shows as far as it had been recorded by then.
    """
    day = before.as_of
    known = ledger.at(as_of=day, published_by=day, recorded_by=recorded_since, grace=before.grace)
    position, last = known.viewpoint.recorded_by, before.viewpoint.recorded_by
    if position is not None and last is not None and position > last:
        raise InvalidValueError(
            "--recorded-since",
            str(recorded_since),
            ("it must not lie after what the report takes in", "不得晚于本报告所依据的记录"),
        )
    return known


def _supervision(view: View, arguments: Namespace) -> Report:
    since = None if arguments.since is None else _since(view, arguments.since).as_of
    return supervision(view, arguments.lang, since=since)


def _circular(view: View, arguments: Namespace) -> Report:
    before = None if arguments.since is None else _since(view, arguments.since)
    return circular(view, arguments.lang, before=before)


_DRAFTED: dict[str, Callable[[View, Namespace], Report]] = {
    "account": lambda view, arguments: account(view, arguments.lang),
    "monthly": lambda view, arguments: monthly(view, arguments.lang, days=arguments.days),
    "alerts": lambda view, arguments: alerts(view, arguments.lang, days=arguments.days),
    "supervision": _supervision,
    "circular": _circular,
}
