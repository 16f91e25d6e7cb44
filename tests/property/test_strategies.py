"""
What the package ships for testing holds for any programme, and so for that of whoever uses it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milestone_ledger import Ledger
from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Domain, Label, Programme
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import refusals
from milestone_ledger.io.intake import read_programme
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.model import Look, Model, assert_agrees
from milestone_ledger.testing.recording import boundaries, commits_of, record, recorded, with_entry
from milestone_ledger.testing.strategies import (
    close_histories,
    courses,
    histories,
    histories_of_any_programme,
    illegal_commits,
    looking_days,
    programmes,
    status_days,
    telling_days,
    viewpoints,
)
from strategies.histories import PROGRAMME

HUITIAN = read_programme(Path(__file__).parents[2] / "examples" / "huitian" / "programme.toml")
# No order, no unit, no mode: as little as a project can be registered under.
BARE = Programme(id="bare", title=Label("空", "bare"), domains=(Domain("道路"),), order=())
EACH = pytest.mark.parametrize("programme", [PROGRAMME, HUITIAN, BARE], ids=lambda one: one.id)
any_programme = programmes(min_domains=1)


def assert_legal(history):
    grown = History()
    for events in commits_of(history):
        assert refusals(grown, events) == []
        grown = record(grown, events)
    assert list(grown) == list(history)


@EACH
@given(data=st.data())
def test_histories_of_a_programme_are_legal(programme, data):
    history = data.draw(histories(programme) | close_histories(programme))
    assert_legal(history)
    assert history.get(0).event.programme == programme


@given(histories_of_any_programme())
def test_histories_of_any_programme_are_legal(history):
    assert_legal(history)


@given(data=st.data())
def test_whatever_is_true_of_one_course_may_be_recorded_in_any_order(data):
    course = data.draw(any_programme.flatmap(courses))
    history = course.history
    assert_legal(history)
    for event in data.draw(st.permutations(course.evidence)):
        history = with_entry(history, [event])


@given(data=st.data())
def test_an_illegal_commit_is_refused_for_what_is_wrong_with_it(data):
    history = data.draw(histories_of_any_programme(max_commits=4))
    registry = Registry.of(history)
    if not registry.projects or not registry.sources:
        return
    events, expected = data.draw(illegal_commits(history))
    assert expected in {type(error).__name__ for error in refusals(history, events)}


@given(data=st.data())
def test_one_looks_from_commits_and_on_days(data):
    history = data.draw(histories(PROGRAMME, max_commits=4))
    viewpoint = data.draw(viewpoints(history))
    assert viewpoint.recorded_by is None or viewpoint.recorded_by in boundaries(history)
    days = looking_days(history, grace=3)
    assert days == sorted(set(days))
    for drawn in (status_days, telling_days):
        assert type(data.draw(drawn(history))) is date


@settings(max_examples=max(settings().max_examples // 3, 5))
@given(data=st.data(), history=histories_of_any_programme(max_commits=6))
def test_a_view_of_any_programme_agrees_with_the_model(data, history):
    (definition,), *commits = commits_of(history)
    model = Model()
    model.append([definition])
    with Ledger.create("sqlite://", definition.programme, actor="clerk", clock=Clock()) as ledger:
        for events in commits:
            ledger.append(events)
            model.append(events)
        for as_of in data.draw(st.lists(status_days(history), min_size=1, max_size=2)):
            assert_agrees(ledger.at(as_of=as_of), Look(model.log, as_of=as_of))


def test_what_is_recorded_by_hand_must_be_legal():
    with pytest.raises(AssertionError, match="NoProgramme"):
        recorded([on.StatementNoted(source="甲", locator="一", project="北清路")])
