"""
What the parts of the contract share: a database, a reference, and ways to fail.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Engine
from sqlalchemy import event as hook

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.recording import commits_of
from milestone_ledger.testing.walk import programme

# A database serves all examples of a test, each with ledgers of its own; subclasses share their tests.
MANY = settings(
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.differing_executors,
    ],
)
PROGRAMME = programme("contract")
_names = itertools.count()


class Contract:
    """
    A fresh database for each test; a subclass says which by a fixture ``database_url``.
    """

    @pytest.fixture
    def engine(self, database_url: str) -> Iterator[Engine]:
        """
        An engine on the database under test.
        """
        engine = open_engine(database_url, create=True)
        yield engine
        engine.dispose()

    @pytest.fixture
    def reference(self, tmp_path: Path) -> Iterator[Engine]:
        """
        An engine on a fresh SQLite file, to compare with.
        """
        engine = open_engine(f"sqlite:///{tmp_path / 'reference.db'}", create=True)
        yield engine
        engine.dispose()


def new_name() -> str:
    """
    A ledger of its own for each example, in one database: they share nothing (law 24).
    """
    return f"run-{next(_names):06}"  # of one width, as edits are drawn by place


def enter(engine: Engine, ledger: str, history: History | Sequence[Sequence[on.Event]]) -> Clock:
    """
    Append every commit; returns the clock that stamped them.
    """
    clock = Clock()
    for events in commits_of(history) if isinstance(history, History) else history:
        append(engine, ledger, events, actor="clerk", clock=clock)
    return clock


class BoomError(Exception):
    """
    A fault that nobody expects.
    """


@contextmanager
def broken_at(engine: Engine, number: int, moment: str = "before_cursor_execute") -> Iterator[None]:
    """
    The ``number``-th statement of this engine fails, counted from 1, before or after it took effect.
    """
    count = itertools.count(1)

    def strike(*_: Any) -> None:
        if next(count) == number:
            raise BoomError

    hook.listen(engine, moment, strike)
    try:
        yield
    finally:
        hook.remove(engine, moment, strike)
