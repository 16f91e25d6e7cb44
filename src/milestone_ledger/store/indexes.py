"""
The indexes of the tables: what ``migrations/`` makes, written down once more to be compared with.

Apart from ``tables``, because SQLAlchemy loads all of its PostgreSQL dialect for them, a tenth of a second.
"""

from __future__ import annotations

from sqlalchemy import Index

from milestone_ledger.store.tables import ledger_event, ledger_name, ledger_project, metadata

__all__ = ["metadata"]

# What the state of a project rests on; the one statement of ``query.portfolio`` reads this index alone.
_EVIDENCE = ledger_event.c.kind.in_(("milestone_achieved", "milestone_pending", "activity_changed"))
# The foreign key looks for the entries that wait for a commit; SQLite would read the whole log for it.
Index("ix_ledger_event_commit_no", ledger_event.c.ledger, ledger_event.c.commit_no)
Index("ix_ledger_event_kind", ledger_event.c.ledger, ledger_event.c.kind, ledger_event.c.seq)
# Beyond the project it holds what ``query`` asks of every statement, so that the rows, which hold the bodies,
# need not be read for it. It makes a file larger by a twentieth, and no commit write to one more tree.
Index(
    "ix_ledger_event_project",
    *(ledger_event.c[name] for name in ("ledger", "project", "milestone", "kind", "published_on", "seq")),
)
for _columns in (("source", "kind"), ("target_seq", "published_on")):
    _present = ledger_event.c[_columns[0]].is_not(None)
    Index(
        f"ix_ledger_event_{_columns[0]}",
        ledger_event.c.ledger,
        *(ledger_event.c[name] for name in _columns),
        sqlite_where=_present,
        postgresql_where=_present,
    )
Index(
    "ix_ledger_event_evidence",
    *(
        ledger_event.c[name]
        for name in (
            "ledger",
            "project",
            "milestone",
            "kind",
            "whole",
            "quantity",
            "contested",
            "published_on",
            "earliest",
            "latest",
            "seq",
        )
    ),
    sqlite_where=_EVIDENCE,
    postgresql_where=_EVIDENCE,
)
Index("ix_ledger_project_member_of", ledger_project.c.ledger, ledger_project.c.member_of)
Index("ix_ledger_name_project", ledger_name.c.ledger, ledger_name.c.project)
