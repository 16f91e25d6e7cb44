"""
How documents word their dates and their commitments.

The tables are data (``zh.toml``, and what a programme adds).
What they leave open is a question, never a guess.
"""

from milestone_ledger.domain.wording.commitments import read_commitment
from milestone_ledger.domain.wording.days import read_occurred
from milestone_ledger.domain.wording.deadlines import deadline_outcome, read_deadline
from milestone_ledger.domain.wording.outcomes import (
    Ambiguous,
    Commitment,
    Deadline,
    Kind,
    NoDeadline,
    Outcome,
)
from milestone_ledger.domain.wording.table import half_width

__all__ = [
    "Ambiguous",
    "Commitment",
    "Deadline",
    "Kind",
    "NoDeadline",
    "Outcome",
    "deadline_outcome",
    "half_width",
    "read_commitment",
    "read_deadline",
    "read_occurred",
]
