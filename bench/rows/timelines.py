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
from milestone_ledger import Count, Ledger

_ASK_DAILY = "asked day by day"
# One day of those that are asked for one by one; the time is multiplied.
_DAY = START.replace(year=START.year + 3)


def _contest(ledger: Ledger, *, as_seen: bool) -> Contest:
    days = (END - START).days + 1

    def daily() -> list[Count]:
        return ledger.standings(as_of=_DAY, published_by=_DAY if as_seen else None).counts()

    def check() -> None:
        assert ledger.timeline(START, END, as_seen=as_seen).on(_DAY) == daily()

    return Contest(
        contestants={
            OURS: Contestant(run=lambda: ledger.timeline(START, END, as_seen=as_seen)),
            FLOOR: Contestant(run=lambda: one_portfolio(ledger)),
            _ASK_DAILY: Contestant(run=daily, scale=days),
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
        note="asking day by day is measured on one day, times all",
    )


ROWS = tuple(
    _row(backend, as_seen=as_seen) for as_seen in (False, True) for backend in ("SQLite", "PostgreSQL")
)
