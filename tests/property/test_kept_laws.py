"""
Kept columns answer what the database does, from every publication day and on every status day.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.events import EntryRetracted, ProgrammeDefined
from milestone_ledger.domain.history import History, Viewpoint
from milestone_ledger.domain.programme import Label, Milestone
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.query.kept import Kept
from milestone_ledger.query.standings import NEVER, standings
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import reading
from milestone_ledger.store.tables import day_number
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies import telling_days
from property.standing_ledgers import numbers, put
from property.views import publication_views
from store_samples import PROGRAMME, begin, pending, project
from strategies.histories import close_histories, histories


def same(kept, database, ledger, viewpoint, as_of):
    """
    That both answer the same from one point of view.
    """
    published_by = viewpoint.published_by
    with reading(database) as conn:
        found = standings(conn, ledger, viewpoint, as_of)
    for by in (None, "domain", "delivery"):
        assert numbers(kept.counts(as_of=as_of, published_by=published_by, by=by)) == numbers(
            found.counts(by=by)
        ), by
    bounds = kept.bounds(published_by=published_by)
    for at, name in enumerate(bounds.projects):
        for place, milestone in enumerate(bounds.milestones):
            expected = found.bounds(name, milestone)
            assert (bounds.lo[at, place], bounds.hi[at, place]) == (
                day_number(expected.lo) or 0,
                day_number(expected.hi) or NEVER,
            ), (name, milestone)


@given(data=st.data())
def test_kept_columns_answer_what_the_database_does(database, data):
    history = data.draw(histories() | close_histories())
    ledger = put(database, history)
    kept = Kept(database, ledger)
    for viewpoint in data.draw(st.lists(st.sampled_from(publication_views(history)), min_size=1, max_size=3)):
        same(kept, database, ledger, viewpoint, data.draw(telling_days(history)))


@given(data=st.data())
def test_kept_columns_grow_with_the_log(sqlite_memory, data):
    """
    Taken in part by part, it is what it would be if read at once.
    """
    history = data.draw(histories(max_commits=6))
    ends = boundaries(history)[1:]
    until = data.draw(st.sampled_from(ends))
    ledger = put(sqlite_memory, History(entry for entry in history if entry.seq < until))
    kept = Kept(sqlite_memory, ledger)
    assert (kept.size, kept.refresh()) == (until, False)
    for end in ends:
        if end > until:
            put(sqlite_memory, History(e for e in history if until <= e.seq < end), ledger=ledger)
            until = end
            assert kept.refresh()
            assert kept.size == end
            same(kept, sqlite_memory, ledger, Viewpoint(), data.draw(telling_days(history)))


def test_a_milestone_put_between_others_moves_no_evidence(sqlite_memory):
    clock = begin(sqlite_memory, "购置")
    kept = Kept(sqlite_memory, "购置")
    acquired = Milestone("acquired", Label("购置", "acquired"))
    extended = attrs.evolve(
        PROGRAMME, milestones=(PROGRAMME.milestones[0], acquired, *PROGRAMME.milestones[1:])
    )
    append(sqlite_memory, "购置", [ProgrammeDefined(extended)], actor="a", clock=clock)
    assert kept.refresh()
    same(kept, sqlite_memory, "购置", Viewpoint(), date(2019, 8, 14))


def test_a_project_that_is_registered_no_more_has_no_bounds(sqlite_memory):
    clock = begin(sqlite_memory, "注销")
    append(sqlite_memory, "注销", [project("安立路")], actor="a", clock=clock)
    kept = Kept(sqlite_memory, "注销")
    assert kept.bounds().projects == ("北清路", "安立路")
    taken_back = EntryRetracted(target=4, source=None, locator="", note="误登")
    append(sqlite_memory, "注销", [taken_back], actor="a", clock=clock)
    assert kept.refresh()
    assert kept.bounds().projects == Kept(sqlite_memory, "注销").bounds().projects == ("北清路",)
    same(kept, sqlite_memory, "注销", Viewpoint(), date(2019, 8, 14))


def test_a_day_that_is_none_is_refused(sqlite_memory):
    clock = begin(sqlite_memory, "留存")
    kept = Kept(sqlite_memory, "留存")
    assert [count.certain for count in kept.counts(as_of=date(2019, 8, 14))][:3] == [1, 1, 0]
    append(sqlite_memory, "留存", [project("安立路"), pending("安立路")], actor="a", clock=clock)
    assert kept.refresh()
    assert [count.registered for count in kept.counts(as_of=date(2019, 8, 14))][:3] == [2, 2, 2]
    with pytest.raises(InvalidValueError):
        kept.counts(as_of="2019-08-14")
    with pytest.raises(InvalidValueError):
        kept.counts(as_of=date(2019, 8, 14), published_by="2019-08-14")
    with pytest.raises(InvalidValueError):
        kept.counts(as_of=date(2019, 8, 14), by="unit")
