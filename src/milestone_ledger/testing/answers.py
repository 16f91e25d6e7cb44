"""
Everything that a view answers, and every row that a database holds: what two ledgers are compared by.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, select

from milestone_ledger.domain.dates import add_days
from milestone_ledger.errors import Language
from milestone_ledger.ledger.difference import earlier
from milestone_ledger.ledger.grouping import Grouping
from milestone_ledger.ledger.rows import Rows, plain
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.lights import default_rules
from milestone_ledger.reports import listings, overview
from milestone_ledger.reports import project_page as pages
from milestone_ledger.reports.periodic.account import account
from milestone_ledger.reports.periodic.alerts import alerts
from milestone_ledger.reports.periodic.circular import circular
from milestone_ledger.reports.periodic.content import Report
from milestone_ledger.reports.periodic.monthly import monthly
from milestone_ledger.reports.periodic.supervision import supervision
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.periodic.weekly import weekly
from milestone_ledger.reports.record.comparison import comparison
from milestone_ledger.reports.record.figures import figures
from milestone_ledger.reports.record.warning import warning
from milestone_ledger.store.tables import ledger_commit, ledger_event, ledger_name, ledger_project

TABLES = (ledger_commit, ledger_event, ledger_project, ledger_name)
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_GROUPINGS: tuple[Grouping, ...] = ("domain", "delivery", "unit", "plan")


def stored(engine: Engine, ledger: str) -> list[Sequence[Row[Any]]]:
    """
    Every row about ``ledger``: its commits, its entries, and the index of projects and of names.
    """
    with engine.connect() as conn:
        return [
            conn.execute(
                select(table).where(table.c.ledger == ledger).order_by(*table.primary_key.columns)
            ).all()
            for table in TABLES
        ]


def _reports(view: View, language: Language) -> list[Report]:
    """
    Every periodic report, the changes since a week before, and those on the record.
    """
    before = earlier(view, add_days(view.as_of, -7))
    reports = [
        account(view, language),
        weekly(before, view, language),
        monthly(view, language),
        alerts(view, language),
        supervision(view, language, since=before.as_of),
        circular(view, language, before=before),
    ]
    if view.listed:
        reports += [figures(view, language), comparison(view, language)]
        reports.append(warning(view, language, default_rules()))
    return reports


def everything(view: View) -> tuple[str, list[str]]:
    """
    All answers and all texts of a view.
    """
    rows: list[Rows[Any]] = [view.projects(), view.promises(), view.totals(), view.indicators()]
    rows += [view.findings(), view.blockers()]
    if view.listed:
        rows.append(view.counts())
        rows += [view.counts(by=by) for by in _GROUPINGS]
        rows += [view.reliability_by(by) for by in _GROUPINGS]
    rows += [view.metrics(), view.waiting(), view.alerts()]
    answers = [*(table.to_dicts() for table in rows), plain(view.reliability()), plain(view.reconcile())]
    texts = []
    for language in _LANGUAGES:
        texts.append(overview.status(view, language))
        if view.listed:
            texts.append(overview.status(view, language, 60, by="unit"))
            texts.append(listings.findings_table(view, language))
            texts.append(listings.totals_table(view, language))
            texts += [pages.project_page(view, state, language) for state in view.projects()]
        texts += [report_text(report) for report in _reports(view, language)]
    return json.dumps(answers, ensure_ascii=False, allow_nan=False), texts
