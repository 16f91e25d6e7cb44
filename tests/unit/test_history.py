"""
The log as pure code sees it: what a viewpoint takes in, and what a sealed history refuses.
"""

from __future__ import annotations

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import HINDSIGHT, History, Viewpoint
from milestone_ledger.domain.registry import Registry
from milestone_ledger.testing.recording import recorded
from statements import achieved, day, plan, project, slip, source
from strategies.histories import EXTENDED, PROGRAMME

BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("plan", "2018-07-29"),
    source("report", "2019-08-14"),
    project("road", aliases=("北清路",)),
    achieved("road", "started", "[..2019-08-14]", "report"),
]
REPORTED = len(BASE) - 1


def test_a_viewpoint_takes_in_its_own_day_and_not_its_own_position():
    """Published by a day, that day included; recorded within the first entries."""
    entry = recorded(BASE).get(REPORTED)

    assert Viewpoint(published_by=day("2019-08-14")).sees(entry)
    assert not Viewpoint(published_by=day("2019-08-13")).sees(entry)
    assert Viewpoint(recorded_by=REPORTED + 1).sees(entry)
    assert not Viewpoint(recorded_by=REPORTED).sees(entry)
    assert not Viewpoint(recorded_by=REPORTED, published_by=day("2019-08-14")).sees(entry)
    assert Viewpoint(published_by=day("0001-01-01")).sees(recorded(BASE).get(0))


def test_a_sealed_history_takes_in_no_more():
    """Its copy does, and leaves it as it was."""
    history = recorded(BASE)
    more = attrs.evolve(history.get(REPORTED), seq=history.size)
    sealed = history.sealed()
    copy = sealed.copy()
    copy.add(more)

    with pytest.raises(TypeError, match="copy"):
        sealed.add(more)
    assert sealed is history
    assert [len(sealed), len(copy)] == [sealed.size, copy.size] == [REPORTED + 1, REPORTED + 2]


def test_a_part_of_the_log_knows_the_size_of_the_whole():
    """Its size is that of the log, its length that of what it holds; a later entry makes it longer."""
    entry = recorded(BASE).get(REPORTED)
    part = History([entry], size=9)

    assert (part.size, len(part), part.get(0), part.get(REPORTED)) == (9, 1, None, entry)
    assert History([entry]).size == REPORTED + 1
    assert part.copy().size == 9
    part.add(attrs.evolve(entry, seq=9))
    assert part.size == 10
    assert part.copy().size == 10


def test_what_is_asked_of_a_history():
    """By project, by target, by kind; of what it does not hold, nothing."""
    history = recorded(
        BASE,
        [slip(REPORTED, "report"), on.ProgrammeDefined(EXTENDED), project("lane"), slip(REPORTED + 3, None)],
    )

    assert [entry.seq for entry in history.of_project("road")] == [3, REPORTED]
    assert history.of_project("nobody") == ()
    assert [entry.seq for entry in history.retractions(REPORTED)] == [REPORTED + 1]
    assert history.retractions(0) == ()
    assert [entry.seq for entry in history.definitions()] == [0, REPORTED + 2]
    assert [entry.seq for entry in history.definitions(Viewpoint(recorded_by=REPORTED + 2))] == [0]
    assert [entry.seq for entry in history] == list(range(REPORTED + 5))


def test_a_retraction_counts_where_it_is_seen():
    """Before it was recorded, or published, its target is live."""
    history = recorded(BASE, [source("later", "2020-03-01")], [slip(REPORTED, "later")])
    entry = history.get(REPORTED)

    assert not history.is_live(entry)
    assert history.is_live(entry, Viewpoint(published_by=day("2020-02-29")))
    assert not history.is_live(entry, Viewpoint(published_by=day("2020-03-01")))
    assert history.is_live(entry, Viewpoint(recorded_by=REPORTED + 2))
    assert not history.is_live(entry, Viewpoint(published_by=day("2019-08-13")))
    assert entry not in list(history.live())
    assert entry in list(history.live(Viewpoint(recorded_by=REPORTED + 2)))


def test_who_is_who_follows_every_amendment():
    """Names, aliases and batches that were left are free again; the place among the others stays."""
    history = recorded(
        BASE,
        [project("batch", 5), project("other", 5), project("lane", member_of="batch")],
        [on.ProjectAmended(project="road", name="回龙观路", aliases=(), delivery="new_build")],
        [
            on.ProjectAmended(project="lane", member_of="other"),
            on.ProjectAmended(project="road", delivery=""),
        ],
    )
    registry = Registry.of(history)
    before = Registry.of(history, recorded_by=len(BASE) + 3)

    assert list(registry.projects) == ["road", "batch", "other", "lane"]
    assert registry.holders(" 回龙观路") == ("road",)
    assert (registry.holders("北清路"), before.holders("北清路")) == ((), ("road",))
    assert (registry.members("batch"), registry.members("other")) == ((), ("lane",))
    assert (before.members("batch"), before.members("other")) == (("lane",), ())
    assert registry.find("ROAD") == registry.find("road") == registry.projects["road"]
    assert registry.find("nobody") is None
    assert registry.projects["road"].delivery is None
    assert registry.projects["road"].names == ("road", "回龙观路")
    assert list(registry.sources) == ["plan", "report"]
    assert [entry.seq for entry in registry.source_entries("report")] == [2]
    assert registry.source_entries("nothing") == ()


def test_what_was_retracted_is_nobody():
    """A registration taken away leaves no name; a document registered anew counts as registered anew."""
    redated = [slip(1, None), plan("plan", "2018-07-30")]
    history = recorded(BASE, [project("lane", aliases=("小巷",))], [slip(len(BASE), None)], redated)
    registry = Registry.of(history)

    assert (registry.find("lane"), registry.holders("小巷")) == (None, ())
    assert registry.sources["plan"].published_on == day("2018-07-30")
    assert [entry.seq for entry in registry.source_entries("plan")] == [1, history.size - 1]
    assert Registry.of(history, recorded_by=len(BASE)).sources["plan"].published_on == day("2018-07-29")
    assert Viewpoint() == HINDSIGHT


def test_members_stay_in_the_order_in_which_they_joined():
    """Whatever else of them is amended."""
    joined = [project("batch", 5), project("one", member_of="batch"), project("two", member_of="batch")]
    registry = Registry.of(recorded(BASE, joined, [on.ProjectAmended(project="one", note="改名")]))

    assert registry.members("batch") == ("one", "two")
