"""
Whole ledgers for laws over many examples: one database per module, a name of its own for each history.
"""

from __future__ import annotations

from itertools import count, groupby

import attrs

from milestone_ledger.codec import encode
from milestone_ledger.store.append import insert
from milestone_ledger.store.engine import writing
from milestone_ledger.store.identity import rebuild_index
from milestone_ledger.store.merkle import Frontier

_numbers = count()


def put(engine, history):
    """
    Store a history under a name of its own.
    """
    ledger = f"台账{next(_numbers)}"
    with writing(engine, ledger) as conn:
        frontier = Frontier()
        for _, entries in groupby(history, key=lambda entry: entry.commit_no):
            renamed = [attrs.evolve(entry, ledger=ledger) for entry in entries]
            bodies = list(map(encode, renamed))
            commit = insert(conn, renamed, frontier, idempotency_key=None, digest=b"0" * 32, bodies=bodies)
            frontier = Frontier.from_text(
                conn.exec_driver_sql(
                    f"SELECT frontier FROM ledger_commit WHERE no = {commit.no} AND ledger = '{ledger}'"
                ).scalar_one()
            )
        rebuild_index(conn, ledger)
    return ledger


def numbers(tallies):
    return sorted(
        (t.group, t.milestone, t.certain, t.possible, t.registered, t.open_batches) for t in tallies
    )
