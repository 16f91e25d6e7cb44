"""
An old backup that is restored and continued is a second history of one ledger (fault 11).

The steps of docs/how-to/backup-restore-fork.md, on both databases.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import takewhile

import pytest

from milestone_ledger.auditor import Checkpoint
from milestone_ledger.errors import InconsistentCheckpointError
from milestone_ledger.store.append import append
from milestone_ledger.store.checkpoint import sign_checkpoint
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import size
from milestone_ledger.store.signer import Signer
from milestone_ledger.store.transfer import dump, load
from milestone_ledger.store.verification import Outcome
from milestone_ledger.store.verify import verify
from milestone_ledger.testing.clock import START, Clock
from store_samples import BEGINNING, pending, project, started

LEDGER = "回天"


def enter(engine, key, events, clock):
    return append(engine, LEDGER, events, actor="clerk", clock=clock, idempotency_key=key)


def lines_of(engine):
    with reading(engine) as conn:
        return list(dump(conn, LEDGER))


@pytest.fixture
def restored(empty_url):
    """
    A fresh database, on each backend, for the backup to be restored into.
    """
    engine = open_engine(empty_url, create=True)
    yield engine
    engine.dispose()


def test_a_fork_is_reported_and_one_branch_takes_in_what_the_other_has(engine, restored, tmp_path):
    signer = Signer.create(tmp_path / "huitian.key", authority="changping.gov.cn", ledger=LEDGER)
    clock = Clock()
    enter(engine, "0", BEGINNING, clock)
    enter(engine, "1", [started()], clock)
    backup = lines_of(engine)
    anli = [project("安立路"), pending("安立路", on=date(2019, 6, 1))]
    second = enter(engine, "2", anli, clock)
    first_note = sign_checkpoint(engine, LEDGER, signer)
    checkpoint = Checkpoint.open(first_note, signer.public)

    # The old backup is restored, and the work goes on there, in part with the same requests.
    later = Clock(START + timedelta(days=1))
    load(restored, backup)
    assert [f.code for f in verify(restored, LEDGER, checkpoints=[checkpoint]).findings] == ["shorter"]
    enter(restored, "2", anli, later)
    enter(restored, "3", [project("京新")], later)
    assert [f.code for f in verify(restored, LEDGER, checkpoints=[checkpoint]).findings] == ["checkpoint"]
    assert verify(restored, LEDGER).findings == ()
    with pytest.raises(InconsistentCheckpointError):
        sign_checkpoint(restored, LEDGER, signer)

    # What both have in common is the backup; the branch that was signed stands, and takes in the rest.
    pairs = zip(lines_of(engine), lines_of(restored), strict=False)
    assert [one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs)] == backup
    assert enter(engine, "2", anli, later) == second
    assert enter(engine, "3", [project("京新")], later).no == 3
    with reading(engine) as one, reading(restored) as other:
        assert size(one, LEDGER) == size(other, LEDGER) == 7

    second_note = sign_checkpoint(engine, LEDGER, signer)
    both = [Checkpoint.open(note, signer.public) for note in (first_note, second_note)]
    found = verify(engine, LEDGER, checkpoints=both)
    assert (found.outcome, found.verified_to, found.unanchored) == (Outcome.VERIFIED_TO, 7, 0)
