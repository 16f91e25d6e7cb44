"""
Every intent, and which of them belong together.

An intent draws the events of one commit from a history and its registry. A tuple of intents says what a
history is made of; one that stands in it twice is tried twice as often.
"""

from __future__ import annotations

from milestone_ledger.testing.strategies.corrections import (
    identity_retracted,
    registered_anew,
    retraction,
    settlement,
    source_anew,
)
from milestone_ledger.testing.strategies.registrations import (
    amendment,
    join,
    new_project,
    new_source,
    redefinition,
)
from milestone_ledger.testing.strategies.statements import (
    Intent,
    achieved,
    activity,
    answer,
    beside,
    contested,
    pending,
    promise,
    promise_again,
    restated,
    several,
    withdrawal,
)

__all__ = [
    "ACTS",
    "BESIDE",
    "CORRECTIONS",
    "EVERYTHING",
    "EVIDENCE",
    "IDENTITY",
    "Intent",
    "achieved",
    "activity",
    "amendment",
    "answer",
    "beside",
    "contested",
    "identity_retracted",
    "join",
    "new_project",
    "new_source",
    "pending",
    "promise",
    "promise_again",
    "redefinition",
    "registered_anew",
    "restated",
    "retraction",
    "settlement",
    "several",
    "source_anew",
    "withdrawal",
]

EVIDENCE: tuple[Intent, ...] = (achieved, achieved, pending, pending, answer, answer)
ACTS: tuple[Intent, ...] = (promise, promise_again, withdrawal, activity)
BESIDE: tuple[Intent, ...] = (beside, contested, several, restated)
IDENTITY: tuple[Intent, ...] = (new_source, new_project, amendment, join, redefinition)
CORRECTIONS: tuple[Intent, ...] = (
    retraction,
    retraction,
    registered_anew,
    source_anew,
    identity_retracted,
    settlement,
)
EVERYTHING: tuple[Intent, ...] = (*EVIDENCE, *ACTS, *BESIDE, *IDENTITY, *CORRECTIONS)
