"""
Histories made in memory, with the stamps that a store would give and no store at all.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from milestone_ledger.domain.events import Event
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.rules import publication_days, refusals

LEDGER = "drawn"
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def record(history: History, events: Sequence[Event]) -> History:
    """
    ``history`` with ``events`` as its next commit; nothing is checked.
    """
    grown = history.copy()
    commit = 1 + max((entry.commit_no for entry in history), default=-1)
    for event, published_on in zip(events, publication_days(history, events), strict=True):
        grown.add(
            Entry(
                ledger=LEDGER,
                seq=grown.size,
                commit_no=commit,
                recorded_at=_BEGINNING + timedelta(seconds=commit),
                actor="clerk",
                published_on=published_on,
                event=event,
            )
        )
    return grown


def with_entry(history: History, events: Iterable[Event]) -> History:
    """
    ``history`` and one more commit.

    Raises:
        AssertionError: If ``decide`` would refuse it.
    """
    events = list(events)
    refused = refusals(history, events)
    assert not refused, refused
    return record(history, events)


def recorded(*commits: Iterable[Event]) -> History:
    """
    The history of these commits.

    Raises:
        AssertionError: If ``decide`` would refuse one of them.
    """
    history = History()
    for events in commits:
        history = with_entry(history, events)
    return history


def without(history: History, *seqs: int) -> History:
    """
    ``history`` as if these entries had never been entered; all others keep their numbers.
    """
    return History((entry for entry in history if entry.seq not in seqs), size=history.size)


def boundaries(history: History) -> list[int]:
    """
    Every position that is the end of a commit, the empty log first.
    """
    ends = [one.seq + 1 for one, two in itertools.pairwise(history) if one.commit_no != two.commit_no]
    return [0, *ends, history.size]


def commits_of(history: History) -> list[list[Event]]:
    """
    The events of each commit.
    """
    return [
        [entry.event for entry in entries]
        for _, entries in itertools.groupby(history, key=lambda entry: entry.commit_no)
    ]
