"""
A question that is asked without a transaction is answered as in one, whatever became of the connection.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from milestone_ledger import Bounds, Ledger
from milestone_ledger.errors import DatabaseUnavailableError, GuardsMissingError
from milestone_ledger.store.engine import asked_alone, open_engine, reading
from store_samples import PROGRAMME, counted, project, source, started

DAY = date(2019, 8, 14)
SIZE = "SELECT count(*) FROM ledger_event WHERE ledger = ?"


@pytest.fixture
def ledger(database_url):
    """
    A ledger with one project, which is started.
    """
    with Ledger.create(database_url, PROGRAMME) as ledger:
        ledger.append([source(), project("安立路"), started("安立路")])
        yield ledger


def test_it_takes_no_transaction(ledger):
    begun = counted(ledger._engine, "begin")
    assert ledger.bounds_of("安立路")["started"] == Bounds(None, DAY)
    assert begun == []


def test_the_connection_serves_the_next_question_and_the_next_append(ledger):
    ledger.bounds_of("安立路")
    opened = counted(ledger._engine, "connect")
    for name in ("京新", "良庄"):
        ledger.append([project(name)])
        assert ledger.bounds_of(name)["started"] == Bounds(None, None)
    assert opened == []


def test_what_others_record_is_seen(database_url, ledger):
    assert ledger.bounds_of("安立路", published_by=date(2018, 1, 1))["started"] == Bounds(None, None)
    with Ledger.open(database_url, actor="b") as other:
        other.append([project("京新"), started("京新")])
    assert ledger.bounds_of("京新")["started"] == Bounds(None, DAY)


def test_no_values_and_no_rows_are_answers_too(database_url, ledger):
    engine = open_engine(database_url)
    assert asked_alone(engine, (SIZE, ledger.name)) == [(4,)]
    assert asked_alone(engine, ("SELECT 1",)) == [(1,)]
    assert asked_alone(engine, ("SELECT seq FROM ledger_event WHERE ledger = ?", "x")) == []
    engine.dispose()


def test_what_is_wrong_is_told_as_in_a_transaction(ledger):
    with pytest.raises(DatabaseUnavailableError, match="nothing_of_ours") as told:
        asked_alone(ledger._engine, ("SELECT * FROM nothing_of_ours",))
    with pytest.raises(DatabaseUnavailableError) as expected, reading(ledger._engine) as conn:
        conn.exec_driver_sql("SELECT * FROM nothing_of_ours")
    assert str(told.value) == str(expected.value)
    assert ledger.bounds_of("安立路")["started"] == Bounds(None, DAY)


def test_a_guard_that_is_lost_before_or_after_a_question_is_missed(sqlite_url):
    with Ledger.create(sqlite_url, PROGRAMME) as ledger:
        ledger.append([source(), project("安立路")])
        ledger.bounds_of("安立路")
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))) as other:
            other.execute("DROP TRIGGER ledger_event_delete")
        ledger.bounds_of("安立路")
        with pytest.raises(GuardsMissingError):
            ledger.append([project("京新")])


def test_a_file_that_is_gone_is_missed(sqlite_url):
    with Ledger.create(sqlite_url, PROGRAMME) as ledger:
        ledger.append([source(), project("安立路")])
        ledger.bounds_of("安立路")
        Path(sqlite_url.removeprefix("sqlite:///")).unlink()
        with pytest.raises(DatabaseUnavailableError):
            ledger.bounds_of("安立路")


def test_a_connection_that_was_broken_off_meanwhile_is_replaced(postgresql_url):
    with Ledger.create(postgresql_url, PROGRAMME) as ledger:
        ledger.append([source(), project("安立路"), started("安立路")])
        lines = []
        event.listen(ledger._engine, "checkout", lambda line, *_: lines.append(line.info.backend_pid))
        # After the pool has asked whether the connection lives.
        event.listen(ledger._engine, "checkout", lambda *_: end_last(postgresql_url, lines), once=True)
        assert ledger.bounds_of("安立路")["started"] == Bounds(None, DAY)
        assert len(set(lines)) == 2


def end_last(url, pids):
    """
    End the session of the last of ``pids``, and wait until it is gone.
    """
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 10000)", (pids[-1],))


def test_temporary_tables_deceive_nobody(postgresql_url):
    with Ledger.create(postgresql_url, PROGRAMME) as ledger:
        ledger.append([source(), project("安立路"), started("安立路")])
        with ledger._engine.connect() as conn:
            for table in ("ledger_event", "ledger_project"):
                conn.exec_driver_sql(f"CREATE TEMP TABLE {table} (LIKE public.{table})")
            conn.exec_driver_sql("INSERT INTO pg_temp.ledger_project SELECT * FROM public.ledger_project")
            conn.exec_driver_sql(
                "INSERT INTO pg_temp.ledger_event SELECT * FROM public.ledger_event"
                " WHERE kind = 'programme_defined'"
            )
            conn.commit()
        assert ledger.bounds_of("安立路")["started"] == Bounds(None, DAY)
