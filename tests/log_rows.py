"""
Rows that are put into the log past the library, and what the log holds.
"""

from __future__ import annotations

from hashlib import sha256

from milestone_ledger.store.connect import rows
from milestone_ledger.store.engine import reading
from milestone_ledger.store.tables import EVENT_COLUMNS

LEDGER = "回天"
TABLES = ("ledger_event", "ledger_commit")


def contents(engine):
    with reading(engine) as conn:
        return [rows(conn, f"SELECT * FROM {table} ORDER BY 1, 2") for table in TABLES]


def event(**changes):
    """
    A row that would be taken as the next of the ledger ``begin`` makes.
    """
    body = b"{}"
    row = dict.fromkeys(EVENT_COLUMNS) | {
        "ledger": LEDGER,
        "seq": 4,
        "commit_no": 2,
        "kind": "k",
        "whole": 0,
        "contested": 0,
        "body": body,
        "leaf": sha256(b"\0" + body).digest(),
    }
    return row | changes


def commit(**changes):
    """
    A row that would be taken as the next commit, over ``event()``.
    """
    row = {
        "ledger": LEDGER,
        "no": 2,
        "first_seq": 4,
        "size_after": 5,
        "root": b"0" * 32,
        "frontier": "",
        "recorded_at": "2027-01-01T00:00:00.000000Z",
        "actor": "a",
        "idempotency_key": None,
        "digest": b"0" * 32,
    }
    return row | changes


def insert(conn, table, row, verb="INSERT", clause=""):
    statement = f"{verb} INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) {clause}"
    if conn.dialect.name == "postgresql":
        statement = statement.replace("?", "%s")
    conn.exec_driver_sql(statement, tuple(row.values()))
