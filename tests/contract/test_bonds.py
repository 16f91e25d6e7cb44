"""
What a writer keeps in mind of registrations is never older than the log that it writes to.
"""

from __future__ import annotations

import shutil

import pytest

from milestone_ledger.domain.events import ProjectAmended
from milestone_ledger.errors import ContradictionError, DuplicateNameError
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine
from milestone_ledger.testing.clock import Clock
from store_samples import begin, pending, project, started

LEDGER = "回天"


def test_what_another_writer_registered_is_seen(database_url):
    one, other = open_engine(database_url), open_engine(database_url)
    clock = begin(one)
    append(one, LEDGER, [project("十所幼儿园", size=10)], actor="a", clock=clock)
    append(other, LEDGER, [project("京新", aliases=("新京",))], actor="a", clock=clock)
    with pytest.raises(DuplicateNameError):
        append(one, LEDGER, [project("新京")], actor="a", clock=clock)
    append(other, LEDGER, [project("一号园", member_of="十所幼儿园")], actor="a", clock=clock)
    append(other, LEDGER, [started("一号园")], actor="a", clock=clock)
    # None of ten contradicts the one that another writer made a member.
    with pytest.raises(ContradictionError):
        append(one, LEDGER, [pending("十所幼儿园", quantity=0)], actor="a", clock=clock)
    append(other, LEDGER, [ProjectAmended(project="京新", name="京新高速")], actor="a", clock=clock)
    with pytest.raises(DuplicateNameError):
        append(one, LEDGER, [project("高速", aliases=("京新高速",))], actor="a", clock=clock)
    one.dispose()
    other.dispose()


def test_a_file_put_in_the_place_of_another_is_seen(sqlite_url, tmp_path):
    path = sqlite_url.removeprefix("sqlite:///")
    empty = tmp_path / "empty.db"
    shutil.copyfile(path, empty)
    engine = open_engine(sqlite_url)
    clock = begin(engine)
    append(engine, LEDGER, [project("京新")], actor="a", clock=clock)
    append(engine, LEDGER, [started("京新")], actor="a", clock=clock)

    shutil.copyfile(empty, path)
    clock = begin(engine, clock=Clock())
    append(engine, LEDGER, [project("安立路", aliases=("立安",))], actor="a", clock=clock)
    append(engine, LEDGER, [started("安立路")], actor="a", clock=clock)
    append(engine, LEDGER, [project("京新")], actor="a", clock=clock)  # registered in the other file only
    with pytest.raises(DuplicateNameError):
        append(engine, LEDGER, [project("立安")], actor="a", clock=clock)
    engine.dispose()
