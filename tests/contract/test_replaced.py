"""
A file that is put in the place of another while it is in use: what was read of the old one is forgotten.
"""

from __future__ import annotations

import shutil
from datetime import date

import pytest

from milestone_ledger import Ledger
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine
from milestone_ledger.testing.clock import Clock
from store_samples import begin, pending, project

LEDGER = "回天"
DAY = date(2019, 8, 14)


@pytest.fixture
def restored(sqlite_url, tmp_path):
    """
    A ledger that is open, and was read, while a backup of it takes its place and is continued.
    """
    path = sqlite_url.removeprefix("sqlite:///")
    engine = open_engine(sqlite_url)
    clock = begin(engine)
    shutil.copyfile(path, tmp_path / "backup.db")
    append(engine, LEDGER, [project("安立路"), pending("安立路")], actor="a", clock=clock)
    with Ledger.open(sqlite_url, clock=Clock()) as ledger:
        kept = ledger.kept()
        before = ledger.history()
        shutil.copyfile(tmp_path / "backup.db", path)
        yield (
            ledger,
            kept,
            before,
            lambda *names: append(engine, LEDGER, list(map(project, names)), actor="a", clock=clock),
        )
    engine.dispose()


@pytest.mark.parametrize("continued", [[], ["京新"], ["京新", "良庄"], ["京新", "良庄", "北郊"]])
def test_nothing_of_the_old_file_is_answered(restored, continued):
    ledger, kept, before, enter = restored
    if continued:
        enter(*continued)

    assert set(ledger.registry().projects) == {"北清路", *continued}
    assert ledger.size == 4 + len(continued)
    assert [entry.seq for entry in ledger.history()] == list(range(ledger.size))
    assert kept.refresh()
    assert kept.size == ledger.size
    assert kept.counts(as_of=DAY) == ledger.standings(as_of=DAY).counts()
    assert set(kept.bounds().projects) == set(ledger.registry().projects)
    # What was handed out stays as it was.
    assert before.size == 6
