"""
Whether every commit of a ledger would be accepted again: the rules, asked of what is stored.

``verify`` proves that a log agrees with itself. Whoever may insert rows by hand could still write what no
append would have taken: a statement published on another day than its document, a contradiction, a milestone
that nobody defined. So each commit is appended once more, to an empty ledger in memory, by the same code and
with its own clock and account; what is accepted must give the same entries.
"""

from __future__ import annotations

from attrs import fields
from sqlalchemy import Engine

from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import LedgerError
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import Commit, follow, newest, read_entries
from milestone_ledger.store.verification import Finding, Progress


def replay(engine: Engine, ledger: str, *, progress: Progress | None = None) -> tuple[Finding, ...]:
    """
    Append every commit of ``ledger`` anew, in memory, and report the first that is refused.

    Takes as long as the appends did without their disk, and holds the whole log in memory. What comes after
    a refused commit rests on it, so it is not looked at.

    Raises:
        UnknownLedgerError: If there is no such ledger.
        TamperedLedgerError: If an entry cannot be read: ``verify`` tells all.
        DatabaseUnavailableError: If the database cannot be reached.
    """
    with reading(engine) as conn:
        total = newest(conn, ledger).size_after
    memory = open_engine("sqlite://", create=True)
    try:
        for commit, entries in follow(engine, ledger):
            refused = _again(memory, commit, entries)
            if refused is not None:
                return (refused,)
            if progress is not None:
                progress(commit.size_after, max(total, commit.size_after))  # others may write meanwhile
    finally:
        memory.dispose()
    return ()


def _again(memory: Engine, commit: Commit, entries: list[Entry]) -> Finding | None:
    """
    What speaks against a commit, if anything does.
    """
    try:
        again = append(
            memory,
            commit.ledger,
            [entry.event for entry in entries],
            actor=commit.actor,
            clock=lambda: commit.recorded_at,
        )
    except LedgerError as error:
        return Finding(None, commit.no, "rules", str(error))
    with reading(memory) as conn:
        anew = read_entries(conn, commit.ledger, after=again.first_seq - 1)
    for was, now in zip(entries, anew, strict=True):
        if was != now:
            different = [f.name for f in fields(Entry) if getattr(was, f.name) != getattr(now, f.name)]
            return Finding(was.seq, None, "replayed", ", ".join(different))
    return None
