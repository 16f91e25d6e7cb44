"""
The counts of each of 1,826 days: as known today, and as seen on each day.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bench.loading import ACTOR
from bench.measuring import FLOOR, OURS, Contest, Contestant, Row
from bench.portfolios import END, START
from bench.rows.portfolio import ours as one_portfolio
from bench.stage import Stage
from milestone_ledger import Ledger

_ASK_DAILY = "asked day by day"
# So many days are asked for one by one; the time is multiplied.
_SAMPLE = 3


def _contest(ledger: Ledger, *, as_seen: bool) -> Contest:
    days = (END - START).days + 1

    def daily() -> None:
        for place in range(_SAMPLE):
            day = START.replace(year=START.year + 2 * place)
            ledger.standings(as_of=day, published_by=day if as_seen else None).counts()

    def check() -> None:
        timeline = ledger.timeline(START, END, as_seen=as_seen)
        day = START.replace(year=START.year + 3)
        found = ledger.standings(as_of=day, published_by=day if as_seen else None)
        assert timeline.on(day) == found.counts()

    return Contest(
        contestants={
            OURS: Contestant(run=lambda: ledger.timeline(START, END, as_seen=as_seen)),
            FLOOR: Contestant(run=lambda: one_portfolio(ledger)),
            _ASK_DAILY: Contestant(run=daily, scale=days / _SAMPLE),
        },
        check=check,
    )


@contextmanager
def _on_sqlite(stage: Stage, size: int, *, as_seen: bool) -> Iterator[Contest]:
    with Ledger.open(f"sqlite:///{stage.sqlite(size)}", actor=ACTOR) as ledger:
        yield _contest(ledger, as_seen=as_seen)


@contextmanager
def _on_postgresql(stage: Stage, size: int, *, as_seen: bool) -> Iterator[Contest]:
    with Ledger.open(stage.postgresql(size), actor=ACTOR) as ledger:
        yield _contest(ledger, as_seen=as_seen)


def _row(backend: str, *, as_seen: bool) -> Row:
    on = {"SQLite": _on_sqlite, "PostgreSQL": _on_postgresql}[backend]
    view = "as seen" if as_seen else "hindsight"
    return Row(
        key=f"timeline-{view.replace(' ', '-')}-{backend.lower()}",
        title=f"timeline of 1,826 days, {view}, {backend}",
        floor="one portfolio query: the statement of all projects on one day",
        bar=4 if as_seen else 2,
        size=100_000,
        sizes=(10_000, 100_000, 1_000_000),
        prepare=lambda stage, size: on(stage, size, as_seen=as_seen),
        note=f"asking day by day is measured on {_SAMPLE} days, times what is missing",
    )


ROWS = tuple(
    _row(backend, as_seen=as_seen) for as_seen in (False, True) for backend in ("SQLite", "PostgreSQL")
)
