"""
What every command hands back, and how it opens the ledger it speaks of.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from attrs import frozen

from milestone_ledger.ledger import Ledger


@frozen(kw_only=True)
class Answer:
    """
    What a command has to say: as text, and as data for ``--json``.
    """

    text: str = ""
    data: Any = None
    is_alarm: bool = False


def open_ledger(arguments: Namespace) -> Ledger:
    """
    The ledger that the arguments name.
    """
    return Ledger.open(arguments.db, ledger=arguments.ledger, actor=getattr(arguments, "actor", "cli"))
