"""
``Ledger.changes`` on both databases: what some documents changed, and what some commits did.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from milestone_ledger import Verdict
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.ledger.changes import Move, PromiseAct
from milestone_ledger.ledger.difference import compare
from walked import walked

BEFORE, REPORT, LATER, END = date(2019, 1, 19), date(2019, 1, 20), date(2019, 2, 10), date(2019, 3, 1)


@pytest.fixture
def ledger(database_url):
    with walked(database_url) as ledger:
        yield ledger


def test_what_a_report_said_changes_states_and_verdicts(ledger):
    changes = ledger.changes(BEFORE, REPORT)
    moves = {(row.project, row.milestone): row for row in changes.milestones if row.is_direct}

    assert moves["北清路", "completed"].move is Move.PENDING
    assert moves["幼儿园", "handed_over"].certain == (0, 1)
    assert {row.act for row in changes.promises} >= {PromiseAct.WITHDRAWN, PromiseAct.MADE}
    assert [row.project for row in changes.notes] == ["北清路"]
    assert [row.entry.event.ref for row in changes.blockers][:1] == ["1"]
    assert not changes.listed


def test_a_promise_falls_due_by_the_days_alone(ledger):
    changes = ledger.changes(date(2019, 2, 4), date(2019, 2, 5))
    (due,) = [row for row in changes.verdicts if row.promise.chain.milestone == "trial"]

    assert (due.before, due.after) == (Verdict.NOT_DUE, Verdict.UNVERIFIED)
    assert due.because == ()
    assert due.entries[0] is due.promise.chain.baseline


def test_days_are_looked_at_as_published_by_then(ledger):
    changes = ledger.changes(BEFORE, REPORT, recorded_by=20, grace=2)
    views = [ledger.at(as_of=day, published_by=day, recorded_by=20, grace=2) for day in (BEFORE, REPORT)]

    assert changes == compare(*views)
    assert changes.until.recorded_by == views[1].viewpoint.recorded_by


def test_recording_changes_a_day_commit_by_commit(ledger):
    views = [ledger.at(as_of=END, recorded_by=position) for position in (-1, 20, None)]

    assert ledger.changes_recorded(-1, 20, as_of=END) == compare(*views[:2])
    assert ledger.changes_recorded(20, as_of=END) == compare(*views[1:])
    assert ledger.changes_recorded(-1, as_of=END, published_by=BEFORE).listed


@pytest.mark.parametrize(
    "ask",
    [
        lambda ledger: ledger.changes(REPORT, BEFORE),
        lambda ledger: ledger.changes(datetime(2019, 1, 1), REPORT),  # noqa: DTZ001 (not a day, whatever its zone)
        lambda ledger: ledger.changes_recorded(20, 2, as_of=END),
    ],
)
def test_points_in_the_wrong_order_are_refused(ledger, ask):
    with pytest.raises(InvalidValueError):
        ask(ledger)


def test_rows_are_plain_data_too(ledger):
    rows = ledger.changes(BEFORE, LATER).verdicts.to_dicts()

    assert {"promise", "before", "after", "because", "entries"} == set(rows[0])
