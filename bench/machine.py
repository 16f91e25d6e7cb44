"""
What a run was measured on.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from bench.stage import Stage

_PACKAGES = (
    "milestone-ledger",
    "sqlalchemy",
    "attrs",
    "cattrs",
    "orjson",
    "psycopg",
    "numpy",
    "pyarrow",
    "duckdb",
    "polars",
    "eventsourcing",
)


def described(stage: Stage) -> Iterator[tuple[str, str]]:
    """
    The machine and the versions, as pairs.
    """
    yield "date", f"{datetime.now(UTC):%Y-%m-%d}"
    yield "system", f"{platform.system()} {platform.release()}, {platform.machine()}"
    yield "processor", f"{_processor()}, {os.cpu_count()} cores"
    yield "memory", f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB"
    yield "Python", platform.python_version()
    yield "SQLite", sqlite3.sqlite_version
    yield "PostgreSQL", str(stage.run_sql("SHOW server_version")[0][0])
    for package in _PACKAGES:
        try:
            yield package, version(package)
        except PackageNotFoundError:
            yield package, "not installed"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown"
    )


def load() -> str:
    """
    How busy the machine was in the last one, five and fifteen minutes.
    """
    return ", ".join(f"{value:.2f}" for value in os.getloadavg())
