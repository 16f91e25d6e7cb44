"""
What ``verify`` names, and what it tells while it reads.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from milestone_ledger.auditor import VerifierKey, leaf_hash
from milestone_ledger.errors import CheckpointError, DatabaseUnavailableError, UnknownEventKindError
from milestone_ledger.store import verify as module
from milestone_ledger.store.append import append
from milestone_ledger.store.checkpoint import prove, read_checkpoint
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.guards import SQLITE, repair_guards
from milestone_ledger.store.read import position
from milestone_ledger.store.verification import Outcome
from milestone_ledger.store.verify import verify
from milestone_ledger.testing.clock import START, Clock
from store_samples import BEGINNING, begin, project, started

LEDGER = "回天"
WEST = timezone(timedelta(hours=-14))  # where the last day of the calendar has no name in UTC
KEY = VerifierKey("changping.gov.cn/huitian", bytes(32))


@pytest.mark.parametrize(
    ("step", "told"), [(2, [(2, 4), (4, 4), (4, 4)]), (3, [(3, 4), (4, 4)]), (9, [(4, 4)])]
)
def test_progress_is_told_now_and_then_and_at_the_end(engine, monkeypatch, step, told):
    """How many entries of how many; the end always, however few there are."""
    begin(engine)
    monkeypatch.setattr(module, "_STEP", step)
    heard = []
    found = verify(engine, LEDGER, progress=lambda done, total: heard.append((done, total)))

    assert heard == told
    assert (found.size, found.findings) == (4, ())


def test_every_guard_that_is_gone_is_named(sqlite_url):
    """One finding with all of them."""
    engine = open_engine(sqlite_url)
    begin(engine)
    with engine.begin() as conn:
        conn.exec_driver_sql("DROP TRIGGER ledger_event_update")
        conn.exec_driver_sql("DROP TRIGGER ledger_commit_update")
    (finding,) = verify(engine, LEDGER).findings

    assert (finding.code, finding.seq, finding.commit_no) == ("guards", None, None)
    assert set(finding.detail.split(", ")) == {"ledger_event_update", "ledger_commit_update"}


def test_every_project_with_a_wrong_index_is_named_in_order(engine):
    """The names, sorted: a damaged index says the same whoever reads it."""
    clock = begin(engine)
    names = ("丙", "甲", "乙")
    append(engine, LEDGER, [project(name) for name in names], actor="a", clock=clock)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE ledger_project SET domain = 'x' WHERE project <> '北清路'")
    (finding,) = verify(engine, LEDGER).findings

    assert (finding.code, finding.detail) == ("index", ", ".join(sorted(names)))


def test_since_when_nothing_vouches_for_the_log(engine):
    """Without a checkpoint, since its first commit."""
    begin(engine, clock=Clock(START))
    found = verify(engine, LEDGER)

    assert (found.ledger, found.size, found.verified_to, found.unanchored) == (LEDGER, 4, 0, 4)
    assert found.unanchored_since == datetime(2026, 1, 31, 8, 0, 1, tzinfo=UTC)


def test_what_is_no_checkpoint_is_named(engine, tmp_path):
    """The file, or what was to be a checkpoint."""
    begin(engine)
    file = tmp_path / "week.note"
    file.write_bytes(b"nothing of the kind")
    with pytest.raises(CheckpointError, match=r"week\.note"):
        read_checkpoint(file, KEY)
    with pytest.raises(CheckpointError, match=r"^checkpoint\b"):
        prove(engine, LEDGER, 0, file.read_bytes(), KEY)


def test_a_position_is_rounded_down(engine):
    """To the last commit that lies within it whole, at either end of the calendar too."""
    clock = begin(engine)
    append(engine, LEDGER, [project("安立路"), started("安立路")], actor="a", clock=clock)
    ends = [len(BEGINNING), len(BEGINNING) + 1, len(BEGINNING) + 3]
    with reading(engine) as conn:
        found = [position(conn, LEDGER, seq) for seq in range(-1, 7)]
        assert found == [0, 0, 0, ends[0], ends[1], ends[1], ends[2], ends[2]]
        first, last = (datetime.combine(day, time(12), tzinfo=WEST) for day in (date.min, date.max))
        instants = [first, datetime(2026, 1, 31, 8, 0, 2, tzinfo=UTC), last]
        assert [position(conn, LEDGER, instant) for instant in instants] == [0, ends[1], ends[2]]


def changed(url, statement, *values):
    """
    A ledger whose owner took the guards away and changed it.
    """
    engine = open_engine(url)
    begin(engine)
    with engine.begin() as conn:
        for guard in SQLITE:
            conn.exec_driver_sql(f"DROP TRIGGER {guard.name}")
        conn.exec_driver_sql(statement, values)
    with writing(engine, LEDGER) as conn:
        repair_guards(conn)
    return engine


def test_an_entry_of_a_newer_package_is_no_damage(sqlite_url):
    """If the hash is that of the bytes, only a newer package can judge it; if not, it was changed."""
    body = b'{"kind":"unheard_of","version":1}'
    honest = "UPDATE ledger_event SET body = ?, leaf = ? WHERE seq = 3"
    engine = changed(sqlite_url, honest, body, leaf_hash(body))
    with pytest.raises(UnknownEventKindError):
        verify(engine, LEDGER)
    with engine.begin() as conn:
        conn.exec_driver_sql("DROP TRIGGER ledger_event_update")
        conn.exec_driver_sql("UPDATE ledger_event SET leaf = ? WHERE seq = 3", (bytes(32),))
    with writing(engine, LEDGER) as conn:
        repair_guards(conn)

    found = verify(engine, LEDGER)
    assert {(finding.seq, finding.commit_no, finding.code) for finding in found.findings} >= {
        (3, None, "leaf"),
        (None, 1, "root"),
    }
    assert not {"unreadable", "columns"} & {finding.code for finding in found.findings}


def test_a_key_that_nobody_could_have_given_is_found(sqlite_url):
    """It was written past the package."""
    engine = changed(sqlite_url, "UPDATE ledger_commit SET idempotency_key = 'a' || char(0) WHERE no = 1")

    assert [(f.seq, f.commit_no, f.code) for f in verify(engine, LEDGER).findings] == [(None, 1, "digest")]


def test_every_stamp_that_differs_is_named(sqlite_url):
    """Of each entry that the commit covers."""
    engine = changed(
        sqlite_url,
        "UPDATE ledger_commit SET actor = 'x', recorded_at = '2026-02-01T00:00:00.000000Z' WHERE no = 1",
    )

    assert [(f.seq, f.code, f.detail) for f in verify(engine, LEDGER).findings] == [
        (3, "stamps", "recorded_at, actor")
    ]


def test_an_instant_that_has_no_name_in_utc_is_none(sqlite_url):
    """Nobody's clock told it, and it is reported like any other text."""
    late = "UPDATE ledger_commit SET recorded_at = '9999-12-31T23:59:59.1-14:00' WHERE no = 1"

    assert (None, 1, "recorded_at") in {
        (f.seq, f.commit_no, f.code) for f in verify(changed(sqlite_url, late), LEDGER).findings
    }


def test_a_file_that_somebody_holds_is_no_damage(sqlite_url):
    """Whoever cannot read cannot say that something is wrong."""
    engine = open_engine(f"{sqlite_url}?busy_timeout=1")
    begin(engine)
    engine.dispose()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseUnavailableError, match="locked"):
            verify(engine, LEDGER)
    assert verify(engine, LEDGER).findings == ()
    engine.dispose()


def test_commits_that_cannot_be_read_are_damage(sqlite_url):
    """Told as a finding, and not as an error."""
    engine = open_engine(sqlite_url)
    begin(engine)
    engine.dispose()
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as raw:
        (root,) = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'ledger_commit'").fetchone()
        (size,) = raw.execute("PRAGMA page_size").fetchone()
    with open(path, "r+b") as file:  # noqa: PTH123
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    found = verify(engine, LEDGER)

    assert found.outcome is Outcome.TAMPERED
    assert {finding.code for finding in found.findings} == {"database"}
    engine.dispose()


def test_an_index_that_misses_rows_is_told_in_the_words_of_the_database(sqlite_url):
    """Beside what else verify finds of it."""
    engine = open_engine(sqlite_url)
    begin(engine)
    assert verify(engine, LEDGER).findings == ()
    engine.dispose()
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
        find = "SELECT rootpage FROM sqlite_schema WHERE name = 'ix_ledger_project_member_of'"
        (other,) = raw.execute(find).fetchone()
        raw.execute("PRAGMA writable_schema = ON")
        raw.execute("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'ix_ledger_name_project'", (other,))
    told = [finding.text() for finding in verify(engine, LEDGER).findings if finding.code == "database"]

    assert any("ix_ledger_name_project" in text for text in told), told
    engine.dispose()
