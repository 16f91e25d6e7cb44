"""
What promises are judged by besides bounds: promises, withdrawals and changes of activity, decoded.
"""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from milestone_ledger.domain.events import project_of
from milestone_ledger.domain.history import Entry, Viewpoint
from milestone_ledger.query.portfolio import ACTIVITY, live, of_kinds
from milestone_ledger.store.read import entries_of
from milestone_ledger.store.tables import ledger_event


def acts(conn: Connection, ledger: str, viewpoint: Viewpoint) -> dict[str, list[Entry]]:
    """
    The live acts of every project; a project without any is left out.
    """
    event = ledger_event.alias("e")
    statement = (
        select(event.c.seq, event.c.body)
        .where(*live(event, ledger, viewpoint))
        .where(of_kinds(event, "promise_made", "promise_withdrawn", ACTIVITY))
        .order_by(event.c.seq)
    )
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries_of(ledger, conn.execute(statement)):
        found[project_of(entry.event) or ""].append(entry)
    return dict(found)
