"""
The connection to a file that stays open between appends neither hides anything nor keeps anybody off.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event

from milestone_ledger.errors import GuardsMissingError, UnknownNameError
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.read import read_entries
from milestone_ledger.store.staying import is_as_left
from milestone_ledger.store.verify import Outcome, verify
from store_samples import begin, counted, pending, project

LEDGER = "回天"
DROP = "DROP TRIGGER ledger_event_delete"


@pytest.fixture
def path(sqlite_url):
    """
    The file of the database.
    """
    return Path(sqlite_url.removeprefix("sqlite:///"))


@pytest.fixture
def engine(sqlite_url):
    """
    An engine on the file, whose ``opened`` and ``closed`` connections are counted.
    """
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


@pytest.fixture
def entered(engine):
    """
    What appends the registration of a project, on a ledger that is begun.
    """
    clock = begin(engine, LEDGER)

    def enter(name, key=None, into=engine):
        return append(into, LEDGER, [project(name)], actor="a", clock=clock, idempotency_key=key)

    return enter


def elsewhere(path, *statements):
    """
    Run statements on a connection of somebody else.
    """
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)


def projects(engine):
    with reading(engine) as conn:
        return [entry.event.project for entry in read_entries(conn, LEDGER, after=3)]


def test_it_stays_as_long_as_one_appends_and_reads(engine, entered):
    opened = counted(engine, "connect")
    for name in ("安立路", "京新", "良庄"):
        entered(name)

    assert projects(engine) == ["安立路", "京新", "良庄"]
    entered("北郊")
    entered("南郊")
    assert projects(engine)[3:] == ["北郊", "南郊"]
    assert opened == []


def test_guards_are_not_looked_at_again_after_a_reading(engine, entered):
    entered("安立路")
    projects(engine)
    asked = []
    with writing(engine, LEDGER) as conn:
        asked.append(is_as_left(conn))
    assert asked == [True]


def test_a_reading_finds_nothing_in_order(sqlite_url, engine, entered):
    entered("安立路")
    other = open_engine(sqlite_url)
    projects(other)
    with writing(other, LEDGER) as conn:
        assert not is_as_left(conn)
    other.dispose()


def test_it_does_not_stay_after_a_reading_that_failed(engine, entered):
    entered("安立路")
    closed = counted(engine, "close")
    with pytest.raises(ZeroDivisionError), reading(engine):
        raise ZeroDivisionError
    assert closed == ["close"]


def test_it_holds_no_lock(engine, entered, path):
    entered("安立路")
    elsewhere(path, "BEGIN EXCLUSIVE", "COMMIT")


def test_it_does_not_stay_after_a_failure(engine, entered):
    entered("安立路")
    closed = counted(engine, "close")
    with pytest.raises(UnknownNameError):
        append(engine, LEDGER, [pending("无此项目")], actor="a")
    assert closed == ["close"]


def test_it_does_not_stay_after_what_is_no_append(engine, entered):
    entered("安立路")
    closed = counted(engine, "close")
    with writing(engine, LEDGER):
        pass
    assert closed == ["close"]


@pytest.mark.parametrize("put", [os.replace, shutil.copyfile])
def test_a_file_that_is_put_in_its_place_is_written_to(engine, entered, path, tmp_path, put):
    """
    A backup that was continued to the same length: nothing in the header of the file tells both apart.
    """
    backup = tmp_path / "backup.db"
    shutil.copyfile(path, backup)
    entered("安立路")
    other = open_engine(f"sqlite:///{backup}")
    entered("京新", into=other)
    other.dispose()
    put(backup, path)
    entered("良庄")

    assert projects(engine) == ["京新", "良庄"]
    assert verify(engine, LEDGER).outcome is Outcome.CONSISTENT_UNANCHORED


def test_a_forked_process_opens_the_file_itself(engine, entered):
    entered("安立路")
    answers, answer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            opened = counted(engine, "connect")
            entered("京新")
            os.write(answer, str(len(opened)).encode())
        finally:
            os._exit(0)
    os.close(answer)
    with os.fdopen(answers) as file:
        assert file.read() == "1"
    os.waitpid(child, 0)
    entered("良庄")

    assert projects(engine) == ["安立路", "京新", "良庄"]


def test_a_guard_that_is_lost_in_between_is_missed(engine, entered, path):
    entered("安立路")
    elsewhere(path, DROP)
    with pytest.raises(GuardsMissingError):
        entered("京新")


def test_a_guard_that_is_lost_at_the_last_moment_is_missed(engine, entered, path):
    """
    When the connection was taken up, and the file not yet locked.
    """
    entered("安立路")
    event.listen(engine, "engine_connect", lambda _: elsewhere(path, DROP), once=True)
    with pytest.raises(GuardsMissingError):
        entered("京新")


@pytest.mark.parametrize(
    "statements",
    [
        (DROP,),
        # The schema keeps its version.
        (
            "PRAGMA writable_schema = ON",
            "DELETE FROM sqlite_schema WHERE name = 'ledger_event_delete'",
        ),
    ],
)
def test_a_guard_that_is_lost_within_a_tick_of_the_clock_is_missed(
    engine, entered, path, monkeypatch, statements
):
    """
    The times of a file are only as fine as the clock of its file system.
    """
    monkeypatch.setattr("milestone_ledger.store.staying._look", lambda _: ())
    entered("安立路")
    elsewhere(path, *statements)
    with pytest.raises(GuardsMissingError):
        entered("京新")


def test_a_request_that_was_done_before_says_nothing_of_the_guards(engine, entered, path):
    entered("安立路", "k")
    elsewhere(path, DROP)
    assert entered("安立路", "k").no == 2
    with pytest.raises(GuardsMissingError):
        entered("京新")


def test_no_file_of_write_ahead_logging_is_left_to_others(sqlite_url, path):
    engine = open_engine(f"{sqlite_url}?journal_mode=WAL")
    begin(engine, LEDGER)
    assert {file.name for file in path.parent.glob(f"{path.name}*")} == {path.name}
    engine.dispose()


def test_settings_that_somebody_made_do_not_stay(engine, entered):
    entered("安立路")
    with closing(engine.raw_connection()) as raw:
        raw.cursor().execute("PRAGMA synchronous = OFF")
    assert entered("京新").no == 3
