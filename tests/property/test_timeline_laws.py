"""
A timeline is what a view answers on each of its days, in hindsight and as seen then, on both databases.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.ledger.view import View
from milestone_ledger.query.timeline import LONGEST, timeline_as_seen, timeline_in_hindsight
from milestone_ledger.store.engine import reading
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies import CALENDAR
from property.standing_ledgers import numbers, put
from property.views import publication_views
from store_samples import begin
from strategies.histories import close_histories, histories

ONE_DAY = timedelta(1)
SPAN = (CALENDAR[0] - ONE_DAY, CALENDAR[-1] + ONE_DAY)


def counts(history, viewpoint, day, by=None):
    """
    What a view answers, without groups that have nothing registered.
    """
    view = View(ledger="x", as_of=day, viewpoint=viewpoint, grace=0, history=history)
    tallies = view.counts(by=by)
    known = {tally.group for tally in tallies if tally.registered}
    return numbers(tally for tally in tallies if tally.group in known)


def tallies(timeline, day):
    return numbers(tally for tally in timeline.on(day))


@given(data=st.data())
def test_a_timeline_in_hindsight_is_what_a_view_answers_on_each_day(database, data):
    history = data.draw(histories() | close_histories())
    position = data.draw(st.sampled_from(boundaries(history)[1:]))
    viewpoint = data.draw(st.sampled_from(publication_views(history, recorded_by=position)))
    by = data.draw(st.sampled_from([None, "domain", "delivery"]))
    ledger = put(database, history)
    with reading(database) as conn:
        found = timeline_in_hindsight(conn, ledger, viewpoint, SPAN, by=by)
    for day in data.draw(st.lists(st.sampled_from([*CALENDAR, *SPAN]), min_size=3, max_size=12)):
        assert nonzero(tallies(found, day)) == nonzero(counts(history, viewpoint, day, by)), day


@given(data=st.data())
def test_a_timeline_as_seen_is_what_a_view_of_each_day_answers(database, data):
    history = data.draw(histories() | close_histories())
    position = data.draw(st.sampled_from(boundaries(history)[1:]))
    by = data.draw(st.sampled_from([None, "domain", "delivery"]))
    ledger = put(database, history)
    with reading(database) as conn:
        found = timeline_as_seen(conn, ledger, position, SPAN, by=by)
    for day in data.draw(st.lists(st.sampled_from([*CALENDAR, *SPAN]), min_size=3, max_size=12)):
        viewpoint = Viewpoint(published_by=day, recorded_by=position)
        assert nonzero(tallies(found, day)) == nonzero(counts(history, viewpoint, day, by)), day


def nonzero(rows):
    """
    A group that is not there yet, and one with nothing in it, say the same.
    """
    return [row for row in rows if any(row[2:])]


def test_a_part_of_a_timeline_is_a_timeline(database):
    begin(database, "部分")
    with reading(database) as conn:
        whole = timeline_as_seen(conn, "部分", None, (date(2019, 1, 1), date(2019, 12, 31)))
        first, last = date(2019, 8, 13), date(2019, 8, 15)
        part = timeline_as_seen(conn, "部分", None, (first, last))
    assert list(part.days()) == [first, date(2019, 8, 14), last]
    assert [part.on(day) for day in part.days()] == [whole.on(day) for day in part.days()]
    assert [row["certain"] for row in part.to_dicts() if row["milestone"] == "started"] == [0, 1, 1]
    assert part.on(first) == []


@pytest.mark.parametrize(
    "span", [(SPAN[1], SPAN[0]), (date.min, date.max), (SPAN[0], SPAN[0] + LONGEST * ONE_DAY)]
)
def test_a_span_that_is_none_is_refused(database, span):
    with reading(database) as conn, pytest.raises(InvalidValueError):
        timeline_as_seen(conn, "部分", None, span)
