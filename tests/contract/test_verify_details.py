"""
What ``verify`` names, and what it tells while it reads.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest

from milestone_ledger.auditor import VerifierKey
from milestone_ledger.errors import CheckpointError
from milestone_ledger.store import verify as module
from milestone_ledger.store.append import append
from milestone_ledger.store.checkpoint import prove, read_checkpoint
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import position
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
    with pytest.raises(CheckpointError, match="checkpoint"):
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
