"""
What is asked of a folder of Parquet files, and which folders are refused.
"""

from __future__ import annotations

import subprocess
import sys
from datetime import date, datetime

import attrs
import duckdb
import pytest

from milestone_ledger.domain.events import ProgrammeDefined
from milestone_ledger.errors import InvalidValueError, ParquetFolderError
from milestone_ledger.io.export.parquet import export_parquet
from milestone_ledger.query.engines import duckdb_portfolio
from milestone_ledger.query.parquet import ledger_folder, parts_in
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine
from milestone_ledger.testing.strategies.vocabulary import extended
from store_samples import PROGRAMME, begin, project, started

DAY = date(2019, 12, 31)


@pytest.fixture
def engine(sqlite_url):
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def clock(engine):
    begin(engine, "乙")
    return begin(engine, "甲")


@pytest.fixture
def folder(engine, clock, tmp_path):
    """
    Two ledgers, and a name that is a pattern.
    """
    folder = tmp_path / "[a]*?{b}"
    export_parquet(engine, folder)
    return folder


def told(answers):
    return [(answer.ledgers, sorted(row[:2] for row in answer.rows)) for answer in answers]


def test_a_row_tells_days_and_numbers_by_name(folder):
    (answer,) = duckdb_portfolio(folder, as_of=DAY, ledgers=["甲"], partial=False)
    (row,) = answer.to_dicts()
    started = next(one for one in answer.milestones if one.milestone == "started")
    assert [*row] == list(answer.columns)
    assert (row["ledger"], row["project"], row["status"]) == ("甲", "北清路", None)
    assert (row[started.lo], row[started.hi]) == (None, 20190814)
    assert started.certain not in row


def test_ledgers_are_named_or_all(folder, monkeypatch):
    both = [(("乙", "甲"), [("乙", "北清路"), ("甲", "北清路")])]
    assert told(duckdb_portfolio(str(folder), as_of=DAY)) == both
    assert told(duckdb_portfolio(folder, as_of=DAY, ledgers=["甲", "乙", "甲"])) == both
    assert told(duckdb_portfolio(folder, as_of=DAY, ledgers=iter(["乙"]))) == [(("乙",), both[0][1][:1])]
    assert duckdb_portfolio(folder, as_of=DAY, ledgers=[]) == ()
    monkeypatch.chdir(folder)
    assert told(duckdb_portfolio(".", as_of=DAY)) == both


def test_a_connection_of_the_caller_is_used_and_left_as_it_was(folder, tmp_path):
    """Even one to a file, and whatever the folder is called."""
    odd = folder.rename(tmp_path / "l'été [1] *")
    with duckdb.connect(tmp_path / "own.duckdb") as connection:
        connection.execute("CREATE TABLE mine AS SELECT 1 AS one")
        kept = [duckdb_portfolio(odd, as_of=DAY, connection=connection) for _ in range(2)]
        assert connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall() == []
        assert connection.execute("SELECT one FROM mine").fetchall() == [(1,)]

    assert told(kept[0]) == told(kept[1]) == told(duckdb_portfolio(odd, as_of=DAY))
    assert len(told(kept[0])) == 1


def test_another_order_of_milestones_is_another_answer(engine, clock, folder):
    """
    And a definition counts from when it was recorded.
    """
    append(engine, "甲", [ProgrammeDefined(extended(PROGRAMME))], actor="clerk", clock=clock)
    export_parquet(engine, folder)
    one, other = duckdb_portfolio(folder, as_of=DAY)
    assert (one.ledgers, other.ledgers) == (("乙",), ("甲",))
    assert [m.milestone for m in other.milestones] == [*(m.milestone for m in one.milestones), "extra_step"]
    assert len(duckdb_portfolio(folder, as_of=DAY, recorded_by=clock.instant.replace(year=2000))) == 0
    (before,) = duckdb_portfolio(folder, as_of=DAY, recorded_by=3, ledgers=["甲"])
    assert attrs.evolve(before, ledgers=("乙",), rows=()) == attrs.evolve(one, rows=())


def test_what_an_export_wrote_first_and_no_more_changes_nothing(engine, clock, folder):
    """
    It broke off after the definitions, before the entries.
    """
    before = duckdb_portfolio(folder, as_of=DAY)
    append(engine, "甲", [ProgrammeDefined(extended(PROGRAMME)), project("桥")], actor="clerk", clock=clock)
    export_parquet(engine, folder)
    parts_in(folder / "ledger_event" / ledger_folder("甲"))[-1].path.unlink()

    assert told(duckdb_portfolio(folder, as_of=DAY)) == told(before)


def test_files_with_bodies_and_without_are_asked_together(engine, folder):
    begin(engine, "丙")
    append(engine, "丙", [project("桥"), started("桥")], actor="clerk", clock=begin(engine, "丁"))
    export_parquet(engine, folder, ledgers=["丙", "丁"], bodies=True)
    ((ledgers, rows),) = told(duckdb_portfolio(folder, as_of=DAY))
    assert (ledgers, len(rows)) == (("丁", "丙", "乙", "甲"), 5)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    "asked",
    [
        {"as_of": datetime(2019, 12, 31)},  # noqa: DTZ001 (a naive one is the point)
        {"published_by": datetime(2019, 12, 31)},  # noqa: DTZ001
        {"recorded_by": datetime(2019, 12, 31)},  # noqa: DTZ001
        {"recorded_by": 3},
        {"recorded_by": True, "ledgers": ["甲"]},
        {"recorded_by": "3", "ledgers": ["甲"]},
        {"ledgers": "甲"},
    ],
)
def test_a_parameter_that_says_something_else(folder, asked):
    with pytest.raises(InvalidValueError):
        duckdb_portfolio(folder, **{"as_of": DAY} | asked)


def refused(folder, **asked):
    with pytest.raises(ParquetFolderError) as caught:
        duckdb_portfolio(folder, as_of=DAY, **asked)
    return str(caught.value)


def test_a_folder_without_what_is_asked_for(folder, tmp_path):
    assert "holds no exported ledger; write one" in refused(tmp_path / "没有")
    assert "holds no exported ledger '丙'" in refused(folder, ledgers=["甲", "丙"])
    (tmp_path / "file").write_text("x")
    assert "holds no exported ledger" in refused(tmp_path / "file")
    assert "name is too long" in refused(tmp_path / ("x" * 300), ledgers=["甲"])


def test_a_log_that_is_not_whole(engine, clock, folder):
    append(engine, "甲", [project("桥")], actor="clerk", clock=clock)
    export_parquet(engine, folder)
    first, second = parts_in(folder / "ledger_event" / ledger_folder("甲"))
    aside = first.path.rename(first.path.with_suffix(".aside"))
    assert "should begin with entry 0" in refused(folder)
    copy = second.path.with_name("part-000000000000-000000000005.parquet")
    copy.write_bytes(aside.rename(first.path).read_bytes())
    assert "should begin with entry" in refused(folder)
    assert told(duckdb_portfolio(folder, as_of=DAY, ledgers=["乙"]))
    copy.unlink()
    (folder / "ledger_programme" / ledger_folder("甲") / "programmes.parquet").unlink()
    assert "programmes.parquet is missing" in refused(folder)
    export_parquet(engine, folder)
    assert duckdb_portfolio(folder, as_of=DAY)


def test_without_duckdb_it_says_what_to_install(folder):
    script = (
        "import sys, datetime; sys.modules['duckdb'] = None\n"
        "from milestone_ledger.errors import MissingExtraError\n"
        "from milestone_ledger.query.engines import duckdb_portfolio\n"
        f"try: duckdb_portfolio({str(folder)!r}, as_of=datetime.date(2019, 1, 1))\n"
        "except MissingExtraError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert "pip install milestone-ledger[analytics]" in done.stdout
