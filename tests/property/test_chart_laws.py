"""
Charts of any ledger: their numbers are the view's, and no bar is drawn where the evidence is silent.
"""

from __future__ import annotations

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from drawn_charts import rows
from milestone_ledger.reports import charts
from milestone_ledger.reports.charts.days import written
from milestone_ledger.testing.strategies.looking import looking_days
from property.views import view
from strategies.histories import close_histories, histories

pasts = histories(max_commits=8) | close_histories(max_commits=8)


@st.composite
def views(draw):
    history = draw(pasts)
    day = draw(st.sampled_from(looking_days(history)))
    return view(history, as_of=day, published_by=draw(st.sampled_from([None, day])))


@given(views(), st.sampled_from(["domain", "unit", "delivery", "plan"]))
def test_parts_of_bars_sum_to_the_headline_of_each_group(seen, by):
    """
    Each verdict as often as the view finds it; the ends of bars are the numbers of promises.
    """
    drawn = rows(charts.verdicts(seen, by), "bar")
    wanted = [len(group.promises) for group in seen.reliability_by(by, depth=1)]
    lengths = Counter()
    for row in drawn:
        lengths[row["row"]] += row["number"]

    assert sorted(lengths.values()) == sorted(wanted)


@given(views())
def test_a_board_draws_what_is_known_and_no_more(seen):
    """
    A mark for each promise that can be judged; a bar from bound to bound, a ring where there are none.
    """
    judged = [state for state in seen.promises() if not state.chain.is_effort]
    drawn = charts.board(seen)
    deadlines = [row for row in rows(drawn, "point") if row.get("is_first")]
    closed = {(row["start"], row["end"]) for row in rows(drawn, "bar") if row["open"] == "both"}
    known = {
        (written(step.bounds.lo), written(step.bounds.hi))
        for project in seen.listed
        for step in seen.project(project).milestones
        if step.bounds.lo is not None and step.bounds.hi is not None
    }
    partial = {
        (written(bounds.lo), written(bounds.hi))
        for state in judged
        for bounds in [seen.bounds(state.chain.project, state.chain.milestone, state.chain.quantity)]
        if bounds.lo is not None and bounds.hi is not None
    }

    assert len(deadlines) == len(judged)
    assert closed <= known | partial


@given(views())
def test_steps_never_cross(seen):
    """
    Certain never exceeds possible, both only rise, and both end as the bounds say.
    """
    steps = rows(charts.progress(seen), "area")

    for row in steps:
        assert 0 <= row["certain"] <= row["possible"]
    for earlier, later in itertools.pairwise(steps):
        assert earlier["certain"] <= later["certain"]
        assert earlier["possible"] <= later["possible"]
