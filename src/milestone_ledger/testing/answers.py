"""
Everything that a view answers, and every row that a database holds: what two ledgers are compared by.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Row, select

from milestone_ledger.ledger.rows import Rows, plain
from milestone_ledger.ledger.view import Grouping, View
from milestone_ledger.reports import listings, overview
from milestone_ledger.reports import project_page as pages
from milestone_ledger.store.tables import ledger_commit, ledger_event, ledger_name, ledger_project

TABLES = (ledger_commit, ledger_event, ledger_project, ledger_name)
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


def everything(view: View) -> tuple[str, list[str]]:
    """
    All answers and all texts of a view.
    """
    rows: list[Rows[Any]] = [view.projects(), view.promises(), view.totals(), view.indicators()]
    rows.append(view.findings())
    if view.listed:
        rows.append(view.counts())
        rows += [view.counts(by=by) for by in _GROUPINGS]
        rows += [view.reliability_by(by) for by in _GROUPINGS]
    answers = [*(table.to_dicts() for table in rows), plain(view.reliability())]
    texts = []
    for language in ("zh", "en"):
        texts.append(overview.status(view, language))
        if view.listed:
            texts.append(overview.status(view, language, 60, by="unit"))
            texts.append(listings.findings_table(view, language))
            texts.append(listings.totals_table(view, language))
            texts += [pages.project_page(view, state, language) for state in view.projects()]
    return json.dumps(answers, ensure_ascii=False, allow_nan=False), texts
