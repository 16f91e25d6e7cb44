"""
The intake of a 台账: read a folder or a workbook, and plan what it would change in a ledger.

.. code-block:: text

    folder   ──read_folder────┐
                              ├─> Tables ──plan(…, history)──> Plan ──append──> ledger
    workbook ──read_workbook──┘
"""

from milestone_ledger.io.intake.changes import CellChange
from milestone_ledger.io.intake.difference import Plan, RowNote
from milestone_ledger.io.intake.folder import read_folder
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.intake.planning import Progress, plan
from milestone_ledger.io.intake.programme_file import read_programme
from milestone_ledger.io.intake.tables import Tables
from milestone_ledger.io.intake.workbook import read_workbook

__all__ = [
    "CellChange",
    "Plan",
    "Progress",
    "RowNote",
    "Tables",
    "Warned",
    "plan",
    "read_folder",
    "read_programme",
    "read_workbook",
]
