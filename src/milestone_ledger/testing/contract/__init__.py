"""
What every database must do, as tests to inherit.

.. code-block:: python

    class TestMyDatabase(LedgerContract):
        @pytest.fixture
        def database_url(self, tmp_path):
            return f"sqlite:///{tmp_path / 'ledger.db'}"

``database_url`` is all that a subclass gives: the URL of a fresh database, with or without the tables.
Each test makes ledgers of its own in it, and compares with a reference on SQLite where bytes must be equal.
Ask pytest for readable failures with ``pytest.register_assert_rewrite("milestone_ledger.testing.contract")``
before the first import; Hypothesis takes the profile that is loaded by then.
"""

from __future__ import annotations

from milestone_ledger.testing.contract.appending import AppendContract
from milestone_ledger.testing.contract.history import HistoryContract
from milestone_ledger.testing.contract.stored_bytes import BytesContract
from milestone_ledger.testing.contract.time_travel import TimeTravelContract

__all__ = ["AppendContract", "BytesContract", "HistoryContract", "LedgerContract", "TimeTravelContract"]


class LedgerContract(AppendContract, HistoryContract, BytesContract, TimeTravelContract):
    """
    The whole contract.
    """
