"""
Hypothesis strategies for events, programmes and histories, to test a programme or a report with.

.. code-block:: text

    events, entries, programmes           well-formed: every validator accepts them
    histories(programme)                  legal: drawn through ``decide``, commit by commit
    histories_of_any_programme()          the same, over a programme that is drawn too
    close_histories, courses              legal: much said of one project within days
    legal_commits, illegal_commits        one commit more, accepted or refused
    viewpoints, status_days, telling_days from where, and on which days, to look

The first commit of a history defines its programme, and nothing else, as ``Ledger.create`` does.
``histories`` takes intents, which draw what is tried next (``strategies.intents`` has them all): leave some
out, or name some more often.
"""

from __future__ import annotations

from milestone_ledger.testing.strategies.calendar import CALENDAR, days, publication_bounds
from milestone_ledger.testing.strategies.close import close_histories
from milestone_ledger.testing.strategies.courses import Course, courses
from milestone_ledger.testing.strategies.events import entries, events, programmes
from milestone_ledger.testing.strategies.histories import (
    commits,
    foundations,
    histories,
    histories_of_any_programme,
    legal_commits,
)
from milestone_ledger.testing.strategies.illegal import illegal_commits
from milestone_ledger.testing.strategies.looking import (
    every_status_day,
    looking_days,
    status_days,
    telling_days,
    turning_days,
    viewpoints,
)

__all__ = [
    "CALENDAR",
    "Course",
    "close_histories",
    "commits",
    "courses",
    "days",
    "entries",
    "events",
    "every_status_day",
    "foundations",
    "histories",
    "histories_of_any_programme",
    "illegal_commits",
    "legal_commits",
    "looking_days",
    "programmes",
    "publication_bounds",
    "status_days",
    "telling_days",
    "turning_days",
    "viewpoints",
]
