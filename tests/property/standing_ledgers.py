"""
Whole ledgers for laws over many examples: one database per module, a name of its own for each history.
"""

from __future__ import annotations

from itertools import count, groupby

import attrs

from milestone_ledger.codec import encode
from milestone_ledger.domain.history import History
from milestone_ledger.store.append import insert, last_commit
from milestone_ledger.store.engine import writing
from milestone_ledger.store.identity import rebuild_index

_numbers = count()


def put(engine, history, *, ledger=None):
    """
    Store a history under a name of its own, or as the continuation of a ledger.
    """
    ledger = ledger or f"台账{next(_numbers)}"
    with writing(engine, ledger) as conn:
        _, frontier = last_commit(conn, ledger)
        for _, entries in groupby(history, key=lambda entry: entry.commit_no):
            renamed = [attrs.evolve(entry, ledger=ledger) for entry in entries]
            bodies = list(map(encode, renamed))
            insert(conn, renamed, frontier, idempotency_key=None, digest=b"0" * 32, bodies=bodies)
            _, frontier = last_commit(conn, ledger)
        rebuild_index(conn, ledger)
    return ledger


def stored(history, ledger):
    """
    A history as the database holds it under the name of ``ledger``.
    """
    return History(attrs.evolve(entry, ledger=ledger) for entry in history).sealed()


def numbers(tallies):
    return sorted(
        (t.group, t.milestone, t.certain, t.possible, t.registered, t.open_batches) for t in tallies
    )
