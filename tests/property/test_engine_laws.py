"""
Law 2 over Parquet files: for several ledgers at once, DuckDB and Spark answer what the entries do.
"""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
import tempfile
import warnings
from datetime import timedelta
from itertools import count
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milestone_ledger.domain.events import ProgrammeDefined
from milestone_ledger.domain.history import History, Viewpoint
from milestone_ledger.domain.registry import Registry
from milestone_ledger.io.export.parquet import export_parquet
from milestone_ledger.query.engines import duckdb_portfolio, spark_portfolio
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies import publication_bounds, telling_days
from property.answers import assert_told
from property.standing_ledgers import put
from strategies.histories import close_histories, histories

_numbers = count()
# What a file system, a URL, a pattern or an engine reads as something else than a name.
NAMES = ("台账", "a/b", "..", "x=y", "2019-08-14", "%41", "it's", 'a"\\b', "[*]?{}", "A", "a", "甲" * 60)


def _defined(history, change):
    """
    The same history with every definition of the programme changed.
    """
    changed = History()
    for entry in history:
        event = entry.event
        if isinstance(event, ProgrammeDefined):
            event = ProgrammeDefined(change(event.programme))
        changed.add(attrs.evolve(entry, event=event))
    return changed


# As they are; with nothing before anything; and told in another sequence.
CHANGES = (
    lambda programme: programme,
    lambda programme: attrs.evolve(programme, order=()),
    lambda programme: attrs.evolve(programme, milestones=programme.milestones[::-1]),
)


@st.composite
def portfolios(draw, sizes):
    """
    Histories by names of their own, of programmes whose milestones have different orders.
    """
    return {
        f"{draw(st.sampled_from(NAMES))} {next(_numbers)}": _defined(
            draw(histories() | close_histories()), draw(st.sampled_from(CHANGES))
        )
        for _ in range(draw(sizes))
    }


def _exported(database, drawn, folder, data):
    """
    Store and export the histories, each in two pieces.
    """
    cuts = {name: data.draw(st.sampled_from(boundaries(history))) for name, history in drawn.items()}
    for piece in (lambda entry, cut: entry.seq < cut, lambda entry, cut: entry.seq >= cut):
        for name, history in drawn.items():
            entries = [entry for entry in history if piece(entry, cuts[name])]
            if entries:
                put(database, entries, ledger=name)
        stored = [name for name in drawn if cuts[name] or piece(drawn[name].get(0), cuts[name])]
        export_parquet(database, folder, ledgers=stored)


def _assert_same(answers, drawn, viewpoint, as_of, positions):
    """
    That the answers hold all ledgers that had begun, and tell of each what its entries do.
    """
    begun = {name for name in drawn if positions[name]}
    assert sorted(name for answer in answers for name in answer.ledgers) == sorted(begun)
    rows = {name: [] for name in begun}
    for answer in answers:
        for row in answer.to_dicts():
            assert row["ledger"] in answer.ledgers
            rows[row["ledger"]].append(row)
    for name in begun:
        seen = attrs.evolve(viewpoint, recorded_by=positions[name])
        registry = Registry.of(drawn[name], positions[name])
        assert_told(registry, drawn[name], seen, as_of, rows[name])


def _all_of(drawn):
    return {name: history.size for name, history in drawn.items()}


def _by_instant(drawn, instant):
    return {name: sum(entry.recorded_at <= instant for entry in history) for name, history in drawn.items()}


def _assert_law(ask, drawn, data):
    """
    ``ask`` from points in three times: of all ledgers as they are, or by an instant, and of one by an entry.
    """
    one = data.draw(st.sampled_from(list(drawn)))
    days = st.one_of(*map(telling_days, drawn.values()))
    as_of, published_by = data.draw(days), data.draw(publication_bounds)
    viewpoint = Viewpoint(published_by=published_by)
    seen = {"as_of": as_of, "published_by": published_by}
    _assert_same(ask(**seen), drawn, viewpoint, as_of, _all_of(drawn))

    entry = data.draw(st.sampled_from(list(drawn[one])))
    instant = entry.recorded_at + timedelta(microseconds=data.draw(st.integers(-1, 1)))
    answers = ask(**seen, recorded_by=instant)
    _assert_same(answers, drawn, viewpoint, as_of, _by_instant(drawn, instant))

    seq = data.draw(st.integers(-1, drawn[one].size))
    position = max(end for end in (0, *boundaries(drawn[one])) if end <= seq + 1)
    answers = ask(**seen, recorded_by=seq, ledgers=[one])
    _assert_same(answers, {one: drawn[one]}, viewpoint, as_of, {one: position})


@settings(max_examples=max(settings().max_examples // 3, 1))
@given(data=st.data())
def test_duckdb_answers_over_files_what_the_entries_do(database, data):
    drawn = data.draw(portfolios(st.integers(1, 3)))
    with tempfile.TemporaryDirectory() as folder:
        _exported(database, drawn, Path(folder), data)
        _assert_law(lambda **asked: duckdb_portfolio(folder, **asked), drawn, data)


@pytest.fixture(scope="module")
def spark():
    """
    A session on this machine.
    """
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=None if home is None else f"{home}/bin")
    if java is None or subprocess.run([java, "-version"], capture_output=True, check=False).returncode:
        pytest.fail(
            "Spark needs Java: install it with 'apt-get install openjdk-17-jre-headless', or set JAVA_HOME"
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of versions of pandas, which is not used
        try:
            sql = importlib.import_module("pyspark.sql")
        except ModuleNotFoundError:
            pytest.fail(
                "pyspark is not installed: run \"pip install --editable '.[spark]'\", or 'make test-all'"
            )
        session = (
            sql.SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
    yield session
    session.stop()


@pytest.mark.spark
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")  # PySpark 4.0 leaves its own about
@settings(max_examples=4)
@given(data=st.data())
def test_spark_answers_over_files_what_the_entries_do(sqlite_memory, spark, data):
    """
    The most of the time is Spark's own, so that many ledgers are asked about at once, and few times.
    """
    drawn = data.draw(portfolios(st.integers(4, 8)))
    with tempfile.TemporaryDirectory(prefix="[a] ") as folder:
        _exported(sqlite_memory, drawn, Path(folder), data)
        _assert_law(lambda **asked: spark_portfolio(spark, folder, **asked), drawn, data)

        as_of = data.draw(telling_days(next(iter(drawn.values()))))
        ours, theirs = spark_portfolio(spark, folder, as_of=as_of), duckdb_portfolio(folder, as_of=as_of)
        for one, other in zip(ours, theirs, strict=True):
            assert attrs.evolve(one, rows=()) == attrs.evolve(other, rows=())
            assert set(one.rows) == set(other.rows)
            assert {type(value) for row in one.rows for value in row} <= {str, int, type(None)}
    assert spark.catalog.listTables() == []
