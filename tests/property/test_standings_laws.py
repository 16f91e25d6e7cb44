"""
Law 2 for whole ledgers: what the index columns answer equals what the decoded entries do, on both databases.
"""

from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from milestone_ledger.codec.registry import REGISTRY
from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.events import ActivityChanged, Statement
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Label, Lifecycle, Milestone
from milestone_ledger.errors import (
    InvalidValueError,
    NoProgrammeError,
    UnknownLedgerError,
    UnknownNameError,
)
from milestone_ledger.ledger.column_promises import column_promises
from milestone_ledger.ledger.facade import Ledger
from milestone_ledger.ledger.view import View
from milestone_ledger.query.project import bounds_alone, bounds_of
from milestone_ledger.query.publication import publication
from milestone_ledger.query.standings import STATEMENTS, standings
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies import telling_days
from property.standing_ledgers import numbers, put, stored
from property.views import publication_views
from store_samples import PROGRAMME, begin, project, source, started
from strategies.histories import close_histories, histories

DAY, ONE_DAY = date(2019, 8, 14), timedelta(1)


def test_every_kind_that_is_said_of_a_project_counts_as_a_mention():
    kinds = {
        row.kind
        for row in REGISTRY
        if issubclass(row.event_class, Statement) and "project" in attrs.fields_dict(row.event_class)
    }
    assert kinds == set(STATEMENTS)


@given(data=st.data())
def test_the_columns_answer_what_the_entries_do(database, data):
    history = data.draw(histories() | close_histories())
    ledger = put(database, history)
    for position in {history.size, data.draw(st.sampled_from(boundaries(history)[1:]))}:
        views = publication_views(history, recorded_by=position)
        viewpoint = data.draw(st.sampled_from(views))
        as_of = data.draw(telling_days(history))
        seen = View(ledger="x", as_of=as_of, viewpoint=viewpoint, grace=0, history=history)
        with reading(database) as conn:
            found = standings(conn, ledger, viewpoint, as_of)

        assert set(found.mentioned) == set(seen.listed)
        assert set(found.identities) == set(seen.registry.projects)
        for state in seen.projects():
            name = state.project.id
            for milestone in state.milestones:
                bounds = found.bounds(name, milestone.milestone)
                assert bounds == Bounds(milestone.bounds.lo, milestone.bounds.hi), (name, milestone)
                assert found.answer(name, milestone.milestone) is milestone.answer
            status = None if state.status is None else state.status.event
            assert found.status(name) is (status.activity if isinstance(status, ActivityChanged) else None)
        for by in (None, "domain", "delivery"):
            assert numbers(found.counts(by=by)) == numbers(seen.counts(by=by)), by


def told(state):
    """
    A promise state as both ways must tell it: the evidence stands behind a view's verdict alone.
    """
    return attrs.evolve(
        state,
        baseline=attrs.evolve(state.baseline, entries=()),
        current=attrs.evolve(state.current, entries=()),
        members=tuple(sorted(state.members, key=lambda member: member.project)),
    )


@given(data=st.data())
def test_promises_are_judged_alike_on_the_columns(database, data):
    history = data.draw(histories() | close_histories())
    ledger = put(database, history)
    position = data.draw(st.sampled_from(boundaries(history)[1:]))
    viewpoint = data.draw(st.sampled_from(publication_views(history, recorded_by=position)))
    as_of = data.draw(telling_days(history))
    grace = data.draw(st.sampled_from([0, 1, 40]))
    seen = View(ledger="x", as_of=as_of, viewpoint=viewpoint, grace=grace, history=stored(history, ledger))
    with reading(database) as conn:
        found = list(column_promises(conn, ledger, viewpoint, as_of=as_of, grace=grace))

    def place(state):
        return state.chain.baseline.seq

    assert list(map(told, sorted(found, key=place))) == list(map(told, sorted(seen.promises(), key=place)))
    for state in found:
        assert state.baseline.entries[0] == state.chain.baseline


@given(data=st.data())
def test_the_bounds_of_one_project_are_those_of_a_view(database, data):
    history = data.draw(histories() | close_histories())
    ledger = put(database, history)
    for position in (None, *data.draw(st.lists(st.sampled_from(boundaries(history)[1:]), max_size=2))):
        for viewpoint in publication_views(history, recorded_by=position):
            seen = View(ledger="x", as_of=date(2020, 1, 1), viewpoint=viewpoint, grace=0, history=history)
            kin = {p.member_of for p in seen.registry.projects.values()}
            for known in seen.registry.projects.values():
                name = data.draw(st.sampled_from(known.names))
                expected = [
                    (state.milestone, Bounds(state.bounds.lo, state.bounds.hi))
                    for state in seen.project(name).milestones
                ]
                with reading(database) as conn:
                    assert list(bounds_of(conn, ledger, name, viewpoint).items()) == expected, name
                if position is None:
                    alone = bounds_alone(database, ledger, name, viewpoint.published_by)
                    has_kin = known.id in kin or known.member_of is not None
                    is_told = name == known.id and known.size == 1 and not has_kin
                    assert alone == (dict(expected) if is_told else None), name


def test_a_ledger_tells_the_bounds_of_one_project(database_url):
    """
    A member by its batch, on each axis; and whoever is not there is not there.
    """
    with Ledger.create(database_url, PROGRAMME) as ledger:
        ledger.append([source(), project("停车场", size=2), project("甲", member_of="停车场")])
        ledger.append([started("停车场")])
        for name in ("停车场", "甲"):
            assert ledger.bounds_of(name)["initiated"] == Bounds(None, DAY)
            assert ledger.bounds_of(name, published_by=DAY)["started"] == Bounds(None, DAY)
            assert ledger.bounds_of(name, published_by=DAY - ONE_DAY)["started"] == Bounds(None, None)
            assert ledger.bounds_of(name, recorded_by=3)["started"] == Bounds(None, None)
        with pytest.raises(UnknownNameError) as refused:
            ledger.bounds_of("停车厂")
        assert refused.value.suggestions == ("停车场",)
        with pytest.raises(UnknownNameError):
            ledger.bounds_of("甲", recorded_by=2)
        with pytest.raises(NoProgrammeError):
            ledger.bounds_of("甲", recorded_by=-1)
        with pytest.raises(InvalidValueError):
            ledger.bounds_of("甲", published_by="2019-08-14")


def test_before_the_first_statement_nothing_is_counted(database):
    begin(database, "空")
    with reading(database) as conn:
        found = standings(conn, "空", Viewpoint(recorded_by=3), date(2019, 1, 1))
        with pytest.raises(NoProgrammeError):
            standings(conn, "空", Viewpoint(recorded_by=0), date(2019, 1, 1))
        with pytest.raises(UnknownLedgerError):
            standings(conn, "没有", Viewpoint(), date(2019, 1, 1))
    assert (found.counts(), found.counts(by="domain"), set(found.identities)) == ([], [], {"北清路"})
    assert found.bounds("北清路", "started") == Bounds(None, None)


def test_a_programme_may_have_more_milestones_than_a_number_has_bits(database_url):
    """
    Named or not, in the first number or in the second.
    """
    steps = tuple(Milestone(f"step{n}", Label(f"第{n}步", f"step {n}")) for n in range(130))
    mode = Lifecycle("task", Label("任务", "task"), ("started",))
    long = attrs.evolve(PROGRAMME, milestones=(*PROGRAMME.milestones, *steps), lifecycles=(mode,))
    named = ("step3", "step56", "step57", "step119", "step129")
    with Ledger.create(database_url, long) as ledger:
        ledger.append([source(), project("甲", delivery="task"), project("乙", delivery="task")])
        ledger.append([started("乙"), *(attrs.evolve(started("甲"), milestone=step) for step in named)])
        found = ledger.standings(as_of=DAY)
        assert found.mentioned == {"甲": frozenset(named), "乙": frozenset({"started"})}
        expected = numbers(ledger.at(as_of=DAY).counts())
        for as_seen in (False, True):
            seen = numbers(ledger.timeline(DAY, DAY, as_seen=as_seen).on(DAY))
            assert seen == [row for row in expected if any(row[2:])]


def test_what_is_asked_of_all_projects_is_told_by_indexes_alone(sqlite_url):
    """
    The rows hold the bodies: many times as much would be read.
    """
    engine = open_engine(sqlite_url)
    begin(engine, "索引")
    asked = []

    @event.listens_for(engine, "before_cursor_execute")
    def listen(_conn, _cursor, statement, values, _context, _many):
        if "FROM ledger_event AS e " in statement and not statement.startswith("EXPLAIN"):
            asked.append((statement, values))

    with reading(engine) as conn:
        standings(conn, "索引", Viewpoint(), DAY)
        publication(conn, "索引")
        plans = [conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all() for one, values in asked]

    searches = [step[3] for plan in plans for step in plan if step[3].startswith("SEARCH e ")]
    assert len(searches) == len(asked) == 5
    assert {step.split(" (")[0] for step in searches} == {
        "SEARCH e USING COVERING INDEX ix_ledger_event_evidence",
        "SEARCH e USING COVERING INDEX ix_ledger_event_project",
    }
