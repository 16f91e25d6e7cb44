"""
However many rows a statement takes, the same rows are written (law 21).
"""

from __future__ import annotations

from unittest.mock import patch

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.codec import encode
from milestone_ledger.store import append, bulk
from milestone_ledger.store.connect import rows
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.testing.strategies import histories_of_any_programme

LEDGER = "回天"
TABLES = ("ledger_event", "ledger_commit")
# How many rows SQLite takes at once, from how many on PostgreSQL is sent a COPY, how many are made at a time.
ONE_BY_ONE = (1, 10**9, 10**9)
WAYS = st.tuples(st.integers(2, 9), st.just(2), st.integers(1, 20))


def written(engine, entries, way):
    """
    What the tables hold after all of ``entries`` were written as one commit, which is taken back then.
    """
    at_once, copied, at_a_time = way
    with (
        patch.multiple(bulk, AT_ONCE=at_once, COPIED=copied, AT_A_TIME=at_a_time),
        engine.connect() as conn,
    ):
        bodies = list(map(encode, entries))
        append.insert(conn, entries, Frontier(), idempotency_key="键", digest=b"0" * 32, bodies=bodies)
        found = [rows(conn, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]
        conn.rollback()
    return found


@given(history=histories_of_any_programme(), way=WAYS)
def test_rows_written_at_once_are_those_written_one_by_one(sqlite_memory, postgresql_module, history, way):
    entries = [attrs.evolve(entry, ledger=LEDGER, commit_no=0) for entry in history]
    expected = written(sqlite_memory, entries, ONE_BY_ONE)

    assert len(expected[0]) == len(entries)
    assert written(sqlite_memory, entries, way) == expected
    assert written(postgresql_module, entries, ONE_BY_ONE) == expected
    assert written(postgresql_module, entries, way) == expected
