"""
The state of every project again and again, each time as published by another day, on columns kept in memory.
"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench.loading import ACTOR
from bench.measuring import FLOOR, OURS, Contest, Contestant, Row
from bench.stage import Stage
from bench.subjects import LEDGER, programme
from milestone_ledger import Ledger
from milestone_ledger.store.tables import day_number

_DAYS = tuple(date(year, month, 15) for year in (2019, 2020, 2021, 2022) for month in (2, 5, 8, 11))
_NEVER = 99_999_999
_COUNTS = "Kept.counts: bounds, and counts by milestone"
_PROOFS = """
    SELECT project, milestone, published_on, latest FROM ledger_event e
     WHERE ledger = ? AND kind = 'milestone_achieved' AND whole = 1 AND contested = 0
       AND NOT EXISTS (SELECT 1 FROM ledger_event r WHERE r.ledger = e.ledger AND r.target_seq = e.seq)
"""


class _Scatter:
    """
    The last day of each milestone of each project, by the changes of it in the order of publication.
    """

    def __init__(self, path: Path) -> None:
        steps = {step: place for place, step in enumerate(programme().milestone_ids)}
        names: dict[str, int] = {}
        with closing(sqlite3.connect(path)) as connection:
            rows = [
                (names.setdefault(project, len(names)) * len(steps) + steps[milestone], published, latest)
                for project, milestone, published, latest in connection.execute(_PROOFS, (LEDGER,))
            ]
        cell, published, latest = np.array(rows, dtype=np.int64).reshape(-1, 3).T
        order = np.lexsort((published, cell))
        apart = cell[order] * 10**9
        least = np.minimum.accumulate(latest[order] - apart) + apart
        by_day = np.argsort(published[order], kind="stable")
        self._days = published[order][by_day]
        self._cells = cell[order][by_day]
        self._values = least[by_day]
        self._count = len(names) * len(steps)

    def at(self, day: date) -> Any:
        """
        As published by a day.
        """
        until = int(np.searchsorted(self._days, day_number(day) or 0, side="right"))
        found = np.full(self._count, _NEVER)
        found[self._cells[:until]] = self._values[:until]
        return found


@contextmanager
def _prepare(stage: Stage, size: int) -> Iterator[Contest]:
    path = stage.sqlite(size)
    with Ledger.open(f"sqlite:///{path}", actor=ACTOR) as ledger:
        kept, scatter = ledger.kept(), _Scatter(path)
        # Each asks for another day than the one before it, which could have been kept.
        days = [itertools.cycle(_DAYS[shift:] + _DAYS[:shift]) for shift in (0, 0, 8)]

        def counts() -> object:
            day = next(days[2])
            return kept.counts(as_of=day, published_by=day)

        yield Contest(
            contestants={
                OURS: Contestant(run=lambda: kept.bounds(published_by=next(days[0]))),
                FLOOR: Contestant(run=lambda: scatter.at(next(days[1]))),
                _COUNTS: Contestant(run=counts),
            }
        )


ROWS = (
    Row(
        key="kept",
        title="state of every project on a day, on kept columns",
        floor="one numpy scatter: the last days alone, not drawn together along the order",
        bar=4,
        size=100_000,
        sizes=(10_000, 100_000, 1_000_000),
        prepare=_prepare,
    ),
)
