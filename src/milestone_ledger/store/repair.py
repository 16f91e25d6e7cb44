"""
Mending what can be mended without touching the log: the guards, and the index of projects and names.
"""

from __future__ import annotations

from milestone_ledger.store.guards import repair_guards
from milestone_ledger.store.identity import rebuild_index
from milestone_ledger.store.migrate import changing, require_current
from milestone_ledger.store.read import ledgers


def repair(url: str) -> tuple[str, ...]:
    """
    Put back the guards of the database at ``url``, and write the index of every ledger anew.

    Find out first what was changed while the guards were gone: ``verify`` tells.

    Returns:
        The names of the guards that were missing, altered or disabled, and of the foreign triggers dropped.

    Raises:
        ForeignDatabaseError: If it holds something else, or nothing.
        SchemaVersionError: If it is at another revision than this package needs.
        AppendOnlyError: If entries without a commit, or with a wrong hash, keep a constraint from returning.
        DatabaseUnavailableError: If it cannot be reached or written.
    """
    with changing(url) as conn:
        require_current(conn, conn.engine.url)
        missing = repair_guards(conn)
        for ledger in ledgers(conn):
            rebuild_index(conn, ledger)
        return missing
