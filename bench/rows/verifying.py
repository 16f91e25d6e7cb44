"""
Verify a ledger: everything but checkpoints from outside.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from typing import Any

import psycopg

from bench.loading import ACTOR
from bench.measuring import FLOOR, OURS, Contest, Contestant, Row
from bench.stage import Stage
from bench.subjects import LEDGER
from milestone_ledger import Ledger
from milestone_ledger.store.verification import Outcome

_BODIES = f"SELECT body FROM ledger_event WHERE ledger = '{LEDGER}' ORDER BY seq"


def _chain(bodies: Iterable[tuple[Any, ...]]) -> bytes:
    """
    Each hash covers the one before it and the next body.
    """
    link = b""
    for (body,) in bodies:
        link = sha256(link + body).digest()
    return link


def _verified(ledger: Ledger) -> None:
    assert ledger.verify().outcome is Outcome.CONSISTENT_UNANCHORED


def _contest(ledger: Ledger, bodies: Callable[[], Iterable[tuple[Any, ...]]]) -> Contest:
    return Contest(
        contestants={
            OURS: Contestant(run=lambda: _verified(ledger)),
            FLOOR: Contestant(run=lambda: _chain(bodies())),
        }
    )


@contextmanager
def _on_sqlite(stage: Stage, size: int) -> Iterator[Contest]:
    path = stage.sqlite(size)
    with (
        Ledger.open(f"sqlite:///{path}", actor=ACTOR) as ledger,
        closing(sqlite3.connect(path)) as connection,
    ):
        yield _contest(ledger, lambda: connection.execute(_BODIES))


@contextmanager
def _on_postgresql(stage: Stage, size: int) -> Iterator[Contest]:
    url = stage.postgresql(size)
    with Ledger.open(url, actor=ACTOR) as ledger, psycopg.connect(url) as connection:

        def bodies() -> Iterator[tuple[Any, ...]]:
            with connection.cursor("bodies", binary=True) as cursor:
                cursor.itersize = 2000
                yield from cursor.execute(_BODIES)

        yield _contest(ledger, bodies)


ROWS = tuple(
    Row(
        key=f"verify-{backend.lower()}",
        title=f"verify, {backend}",
        floor="a chain of SHA-256 over the stored bytes",
        bar=4,
        size=10_000,
        sizes=(10_000, 100_000, 1_000_000),
        prepare=prepare,
    )
    for backend, prepare in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql))
)
