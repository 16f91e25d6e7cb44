"""
Charts of the Huitian example: every number in them is the view's, and each can be drawn.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from datetime import date

import pytest

from drawn_charts import every_chart, rows
from milestone_ledger.reports import charts
from milestone_ledger.reports.labels import label

START, END = date(2018, 7, 1), date(2022, 12, 31)
REPEATED = "安立路快速化改造工程"


@pytest.fixture(scope="module")
def view(ledger):
    return ledger.at(as_of=END)


@pytest.fixture(scope="module")
def timelines(ledger):
    return [
        ("事后所知", ledger.timeline(START, END)),
        ("当时所知", ledger.timeline(START, END, as_seen=True)),
    ]


@pytest.fixture(scope="module")
def drawn(view, timelines):
    return every_chart(view, timelines, REPEATED)


def test_every_chart_is_a_well_formed_picture_that_says_what_it_shows(drawn):
    for name, chart in drawn.items():
        if name != "board":  # drawn whole only here and there: it takes seconds
            ET.fromstring(charts.svg(chart))  # noqa: S314 (our own)
        assert rows(chart), name


@pytest.mark.parametrize("by", ["domain", "unit"])
def test_parts_of_bars_are_the_verdicts_of_their_groups(view, drawn, by):
    """
    As many as the view counts, each part where the one before it ends, never more than the whole.
    """
    shown = {}
    for row in rows(drawn[f"verdicts by {by}"], "bar"):
        shown.setdefault(row["group"], {})[row["verdict"]] = row["number"]
        assert row["end"] - row["start"] == row["number"]
    wanted = {}
    for group in view.reliability_by(by, depth=1):
        found = Counter(label(state.baseline.verdict, "zh") for state in group.promises)
        wanted[group.group or "未写明"] = dict(found)

    assert shown == wanted


def test_groups_stand_in_the_order_of_the_programme(view, drawn):
    """
    Never in that of their success.
    """
    names = [row["name"] for row in rows(drawn["verdicts by unit"], "text") if "name" in row]
    named = [unit.name for unit in view.programme.units]

    assert [name for name in names if name in named] == [name for name in named if name in names]


def test_counts_are_those_of_the_view(view, drawn):
    steps = {row.milestone: (row.certain, row.possible) for row in view.counts()}
    shown = {
        (row["view"], row["milestone"]): (row["certain"], row["possible"])
        for row in rows(drawn["counts"], "bar")
    }

    for name in ("甲", "乙"):
        for step, numbers in steps.items():
            assert shown[name, view.programme.milestone_label(step)] == numbers


def test_totals_are_those_of_the_view(view, drawn):
    wanted = [
        (state.event.count, state.certain, state.registered)
        for state in view.totals()
        if state.event.milestones
    ]
    claims = [row for row in rows(drawn["totals"], "bar") if row["start"] == 0 and row["end"] == row["claim"]]
    shown = {row["row"]: (row["claim"], row["itemised"], row["of_registered"]) for row in claims}

    assert [shown[number] for number in sorted(shown)] == wanted


def test_steps_end_where_the_headline_stands(view, drawn):
    """
    On the status day: what was due, what was reached by then, and what nothing excludes.
    """
    (last,) = {
        (row["due"], row["certain"], row["possible"])
        for row in rows(drawn["progress"], "line")
        if row["date"] == END.isoformat()
    }
    counted = [state for state in view.promises() if state.in_headline]
    bounds = [view.bounds(s.chain.project, s.chain.milestone, s.chain.quantity) for s in counted]

    assert last == (
        sum(state.baseline.deadline.latest <= END for state in counted),
        sum(each.hi is not None and each.hi <= END for each in bounds),
        sum(each.lo is None or each.lo <= END for each in bounds),
    )


def test_days_are_those_of_the_timeline(timelines, drawn, view):
    """
    Every day that a line marks has the numbers that the timeline has.
    """
    names = dict(timelines)
    steps = {view.programme.milestone_label(step): step for step in view.programme.milestone_ids}
    marked = rows(drawn["stages"], "line")

    assert marked
    for row in marked:
        counts = {count.milestone: count for count in names[row["view"]].on(date.fromisoformat(row["date"]))}
        count = counts.get(steps[row["milestone"]])
        assert (row["certain"], row["possible"]) == ((count.certain, count.possible) if count else (0, 0))


def test_the_board_has_a_deadline_for_each_promise(view, drawn):
    judged = [state for state in view.promises() if not state.chain.is_effort]
    first = [row for row in rows(drawn["board"], "point") if row.get("is_first")]

    assert len(first) == len(judged)
    assert Counter(row["verdict"] for row in first) == Counter(
        label(state.baseline.verdict, "zh") for state in judged
    )
