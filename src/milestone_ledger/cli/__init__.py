"""
The command line: ``milestone-ledger``.
"""

from milestone_ledger.cli.main import main

__all__ = ["main"]
