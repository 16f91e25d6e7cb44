"""
The portfolios that benchmarks measure are what an office would have recorded, to the byte.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import make_url, select

from bench.loading import ACTOR, copy, instant, load
from bench.portfolios import LONG, LONG_ENTRIES, commits, further
from bench.subjects import LEDGER
from milestone_ledger import Ledger
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine
from milestone_ledger.store.tables import metadata
from milestone_ledger.store.verification import Outcome


def contents(url):
    """
    Every row of every table, in the order of the keys.
    """
    engine = open_engine(url)
    with engine.connect() as conn:
        found = {
            table.name: conn.execute(select(table).order_by(*table.primary_key)).all()
            for table in metadata.sorted_tables
        }
    engine.dispose()
    return found


def loaded(url, count):
    engine = open_engine(url)
    load(engine, commits(count))
    engine.dispose()
    return url


@pytest.fixture
def other_url(tmp_path):
    """
    A second file with the tables.
    """
    url = f"sqlite:///{tmp_path / 'other.db'}"
    open_engine(url, create=True).dispose()
    return url


def test_loading_writes_what_append_writes(sqlite_url, other_url):
    """
    Loaded or appended commit by commit, every row of every table is the same.
    """
    engine = open_engine(other_url)
    for number, events in enumerate(commits(40)):
        append(engine, LEDGER, events, actor=ACTOR, clock=lambda number=number: instant(number))
    engine.dispose()

    assert contents(loaded(sqlite_url, 40)) == contents(other_url)


def test_a_loaded_portfolio_is_whole(sqlite_url):
    """
    A thousand projects verify, and their ledger takes what may follow.
    """
    with Ledger.open(loaded(sqlite_url, 1000)) as ledger:
        ledger.append(list(further(1000)))

        assert ledger.verify().outcome is Outcome.CONSISTENT_UNANCHORED


def test_postgresql_gets_the_same_rows(sqlite_url, postgresql_url):
    """
    The copy holds what the file holds, and is guarded.
    """
    loaded(sqlite_url, 20)
    copy(Path(make_url(sqlite_url).database), postgresql_url)

    assert contents(postgresql_url) == contents(sqlite_url)
    with Ledger.open(postgresql_url) as ledger:
        assert ledger.verify().findings == ()


def test_portfolios_are_as_told():
    """
    A dozen entries a project, two retractions in a hundred, and one project with a thousand entries.
    """
    events = [event for part in commits(1000) for event in part]
    kinds = Counter(type(event).__name__ for event in events)
    of_project = Counter(getattr(event, "project", None) for event in events)

    assert of_project.pop(LONG) == LONG_ENTRIES
    assert 11 < (sum(of_project.values()) - of_project[None]) / 1000 < 13
    assert 0.015 < kinds["EntryRetracted"] / len(events) < 0.025
    assert kinds["ActivityChanged"] > 0
    assert kinds["ProjectAmended"] > 0


def test_the_same_seed_gives_the_same_events():
    """
    And another seed others.
    """
    assert list(commits(30)) == list(commits(30))
    assert list(commits(30)) != list(commits(30, seed=2))
