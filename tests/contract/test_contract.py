"""
Laws 14 to 16, 18 to 22, 24, 26 and 28 on SQLite and on PostgreSQL: the contract that any database must keep.
"""

from __future__ import annotations

from milestone_ledger.testing.contract import LedgerContract


class TestContract(LedgerContract):
    """
    ``database_url`` is that of the conftest, each backend in turn.
    """
