"""
The state of every project on a day, asked of the files that ``export parquet`` wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from bench.loading import ACTOR
from bench.measuring import FLOOR, OURS, Contest, Contestant, Row
from bench.rows.portfolio import AS_OF, fastest, statements
from bench.stage import Stage
from bench.subjects import LEDGER, programme
from milestone_ledger import Activity, Ledger
from milestone_ledger.io.export.parquet import export_parquet
from milestone_ledger.query.engines import duckdb_portfolio
from milestone_ledger.store.tables import day_number

_POLARS = "Polars on the same files"
_ALONE = "ours, with a database in memory for each question"
_EVIDENCE = ("milestone_achieved", "milestone_pending")


def _ours(folder: Path, connection: Any = None) -> list[tuple[Any, ...]]:
    """
    Our statement; the name of the ledger is left out, as the floor leaves it.
    """
    (found,) = duckdb_portfolio(folder, as_of=AS_OF, ledgers=[LEDGER], partial=False, connection=connection)
    return list(found.rows)


def _by_hand(connection: Any, files: str) -> Callable[[str], list[Any]]:
    def fetch(statement: str) -> list[Any]:
        asked = statement.replace("FROM ledger_event", f"FROM read_parquet('{files}')")
        rows: list[Any] = connection.execute(asked).fetchall()
        return rows

    return fetch


def _polars(files: str) -> pl.DataFrame:
    """
    The same in Polars, for information.
    """
    known, day = programme(), day_number(AS_OF) or 0
    events = pl.scan_parquet(files).filter(pl.col("ledger") == LEDGER)
    retracted = events.select(pl.col("target_seq").alias("seq")).drop_nulls()
    live = events.filter(pl.col("kind").is_in([*_EVIDENCE, "activity_changed"]) & (pl.col("contested") == 0))
    live = live.join(retracted, on="seq", how="anti")
    milestone, whole, latest = pl.col("milestone"), pl.col("whole") == 1, pl.col("latest")
    columns = []
    for step in known.milestone_ids:
        before, after = sorted(known.before(step)), sorted(known.after(step))
        lower = milestone.is_in(before) & (whole | latest.is_null())
        columns.append(pl.col("earliest").filter(lower).max().alias(f"lo_{step}"))
        columns.append(latest.filter(milestone.is_in(after) & whole).min().alias(f"hi_{step}"))
    rank = milestone.replace_strict({a.value: a.rank for a in Activity}, default=None, return_dtype=pl.Int64)
    moment = pl.col("earliest").cast(pl.Int64) * 10**9 + pl.col("published_on") * 10 + rank
    is_past = (pl.col("kind") == "activity_changed") & (pl.col("earliest") <= day)
    columns.append(moment.filter(is_past).max().mod(10).alias("status"))
    return live.group_by("project").agg(columns).collect()


@contextmanager
def _prepare(stage: Stage, size: int) -> Iterator[Contest]:
    folder = stage.path("")
    with Ledger.open(f"sqlite:///{stage.sqlite(size)}", actor=ACTOR) as ledger:
        export_parquet(ledger.engine, folder)
    files = str(folder / "ledger_event" / "*" / "*.parquet")
    with closing(duckdb.connect()) as connection:
        fetch = _by_hand(connection, files)
        # DuckDB has greatest and least, as PostgreSQL has.
        candidates = statements("postgresql")
        statement = fastest(fetch, candidates)

        def check() -> None:
            expected = {row[1:] for row in _ours(folder)}
            assert {tuple(row) for row in fetch(statement)} == expected
            assert {tuple(row) for row in _polars(files).rows()} == expected

        yield Contest(
            contestants={
                OURS: Contestant(run=lambda: _ours(folder, connection)),
                _ALONE: Contestant(run=lambda: _ours(folder)),
                FLOOR: Contestant(run=lambda: fetch(statement)),
                _POLARS: Contestant(run=lambda: _polars(files)),
            },
            check=check,
        )


ROWS = (
    Row(
        key="duckdb",
        title="state of every project on a day, DuckDB over our Parquet",
        floor="the fastest of six statements written by hand for DuckDB, on the same files",
        bar=1.3,
        size=100_000,
        sizes=(10_000, 100_000, 1_000_000),
        prepare=_prepare,
    ),
)
