"""
The facade: a ledger, the views of it, and the rows they answer with.
"""

from milestone_ledger.domain.state import Count
from milestone_ledger.ledger.facade import Ledger
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View

__all__ = ["Count", "Ledger", "ProjectState", "PromiseState", "Rows", "View"]
