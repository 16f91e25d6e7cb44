"""
What the record says of a view: nothing is counted twice or left out, and no light runs ahead of a verdict.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.domain.promises import Verdict, in_force_by
from milestone_ledger.ledger.grouping import Axis
from milestone_ledger.metrics.judged_indicators import Standing
from milestone_ledger.metrics.lights import Colour, Question, Rule, RuleSet, default_rules
from milestone_ledger.metrics.reconciliation import TotalFit
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.overview import headline
from milestone_ledger.reports.periodic.content import as_data
from milestone_ledger.reports.record.figures import figures
from milestone_ledger.reports.record.warning import warning
from milestone_ledger.testing.recording import record
from milestone_ledger.testing.strategies import status_days
from milestone_ledger.testing.strategies.calendar import publication_bounds
from property.test_fold_laws import reorderings, shifted
from property.views import view
from strategies.histories import close_histories, histories

MISSED = RuleSet(
    id="drawn",
    version="1",
    rules=(Rule(id="missed", colour=Colour.RED, asks=Question.MISSED, months=0),),
)


@st.composite
def views(draw):
    """
    Any view of a legal history, with days enough before it for a window.
    """
    history = draw(histories() | close_histories())
    return view(
        history,
        as_of=draw(status_days(history)),
        published_by=draw(publication_bounds),
        grace=draw(st.sampled_from([0, 0, 1, 30])),
    )


@given(views())
def test_a_promise_is_red_exactly_if_it_is_proven_overdue(seen):
    """The rule without months is the verdict; what is not established is grey, and green is neither."""
    verdicts = {
        state.chain.baseline: state.baseline.verdict
        for state in seen.promises()
        if state.in_headline and state.baseline.verdict is not Verdict.WITHDRAWN
    }
    lights = [light for light in seen.alerts(MISSED) if light.group is None]

    assert [light.entries[0] for light in lights] == list(verdicts)
    for light in lights:
        verdict = verdicts[light.entries[0]]
        assert (light.colour is Colour.RED) == (verdict is Verdict.OVERDUE)
        # What is reported for a later day may have been reached by the view's own, and in time.
        assert (light.colour is Colour.GREY) <= verdict.is_undetermined
        assert (verdict is Verdict.UNVERIFIED) <= (light.colour is Colour.GREY)
    assert all(light.entries and light.rule_set == "drawn 1" for light in lights)


@given(views(), st.sampled_from([None, "domain", "milestone", "delivery", "plan", "firmness"]))
def test_groups_part_the_headline(seen, by):
    """Every promise counts in one group, but with each of its responsible units."""
    (whole,) = seen.metrics(since=date(2000, 1, 1))
    groups = seen.metrics(by=by, since=date(2000, 1, 1))

    assert whole.baseline == seen.reliability()
    for figure in ("kept", "settled", "undetermined", "broken", "withdrawn"):
        assert sum(getattr(row.baseline, figure) for row in groups) == getattr(whole.baseline, figure)
    assert sum(row.moved for row in groups) == whole.moved
    assert sum(row.silent for row in groups) == whole.silent
    assert whole.hit_rate.hits[0] <= whole.execution.finished[0]


@given(views(), st.sampled_from([None, *Axis.__args__]), st.sampled_from(["zh", "en"]))
def test_fewer_than_ten_cases_never_print_a_rate(seen, by, language):
    """Where it would stand there is a dash with the reason; the interval alone says how far so few tell."""
    since = date(2000, 1, 1)
    rows = seen.metrics(by=by, since=since)
    kept, executed, earned = (
        section["rows"] for section in as_data(figures(seen, language, by=by, since=since))["sections"][:3]
    )
    cells = [
        *((row.baseline.settled, cell["share"]) for row, cell in zip(rows, kept, strict=True)),
        *(
            (cases[0], cell[key])
            for row, cell in zip(rows, executed, strict=True)
            for key, cases in (
                ("hit_rate", row.hit_rate.of),
                ("cei", row.current_execution.of),
                ("bei", row.execution.cases),
                ("flag", row.execution.cases),
            )
        ),
        *(
            (row.earned.planned, cell[key])
            for row, cell in zip([row for row in rows if row.earned is not None], earned, strict=True)
            for key in ("schedule", "index", "forecast")
        ),
    ]
    if by is not None:
        of_groups = [light for light in seen.alerts(by=by) if light.group is not None]
        behind = as_data(warning(seen, language, default_rules(), by=by))["sections"][1]["rows"]
        cells += [(light.total, cell["behind"]) for light, cell in zip(of_groups, behind, strict=True)]
        assert all(light.colour in (Colour.GREY, Colour.GREEN) for light in of_groups if light.total < SMALL)
    for cases, shown in cells:
        assert cases >= SMALL or shown == "" or shown.startswith("—"), shown
    assert seen.reliability().settled >= SMALL or "%" not in headline(seen, language)


@given(views())
def test_a_wait_is_counted_once(seen):
    """Of a batch or of its members, never of both; and whatever a document speaks of counts."""
    for row in seen.waiting():
        batches = {seen.registry.projects[name].member_of for name in row.names}
        spoken_of = {
            subject.project.id
            for subject in seen.subjects
            if any(getattr(entry.event, "milestone", None) == row.milestone for entry in subject.entries)
        }
        assert batches.isdisjoint(row.names)
        assert spoken_of - set(row.names) == spoken_of & batches
        assert (row.projects, row.batches) == (len(row.names), len(spoken_of & batches))


@given(views())
def test_what_later_plans_make_of_a_plan_is_told_of_each_promise_once(seen):
    """Every judged promise of a plan that others followed has one sequel."""
    in_force = in_force_by(seen.as_of, seen.viewpoint.published_by)
    for followed in seen.reconcile().plans:
        promised = {
            (state.chain.project, state.chain.milestone, state.chain.quantity, state.chain.segment)
            for state in seen.promises()
            if not state.chain.is_effort
            and any(promise.event.source == followed.plan for promise in state.chain.promises)
        }
        assert len(followed.promises) == len(promised)
        assert sum(followed.sequels.values()) == len(followed.counted)
        for row in followed.promises:
            batch = seen.registry.projects[row.project].member_of
            assert not row.counts_with_batch or any(
                (other.project, other.milestone) == (batch, row.milestone) for other in followed.counted
            )
        assert all(
            entry.published_on <= in_force
            for row in followed.promises
            for entry in (*row.later, *row.last_mention)
        )


@given(views())
def test_a_total_fits_in_one_way_and_misses_what_is_not_itemised(seen):
    """What the ledger can't itemise is missing, and nothing is both itemised and missing."""
    rows = seen.reconcile().totals

    assert [row.state for row in rows] == list(seen.totals())
    for row in rows:
        certain, reported, possible = row.state.certain, row.state.reported, row.state.possible
        assert row.missing == 0 or row.itemised + row.missing == row.state.event.count
        if row.fit is TotalFit.ITEMISED:
            assert row.missing == 0
        if certain is None:
            assert row.fit is TotalFit.NOT_COMPARED
        else:
            assert certain <= reported
            assert possible is None or reported <= possible <= row.state.registered


@given(views())
def test_no_target_is_settled_ahead_of_its_deadline(seen):
    """Missed only once it is due, and never without a measurement."""
    for row in seen.reconcile().targets:
        deadline = row.target.event.deadline
        if row.standing is Standing.MISSED:
            assert deadline.latest <= seen.as_of
        assert (row.standing in (Standing.MET, Standing.MISSED)) <= bool(row.decisive)
        assert (row.why is None) == (row.standing in (Standing.MET, Standing.MISSED, Standing.NOT_DUE))


@given(views(), st.sampled_from(Axis.__args__))
def test_equal_views_say_the_same(seen, by):
    """Law 17: a function of the entries, the viewpoint and the day; what is worked out leaves no trace."""
    again = attrs.evolve(seen)

    assert seen.metrics(by=by, since=date(2000, 1, 1)) == again.metrics(by=by, since=date(2000, 1, 1))
    assert seen.reconcile() == again.reconcile()
    assert seen.alerts(by=by) == again.alerts(by=by)
    assert seen.waiting() == again.waiting()


@given(views())
def test_every_judged_promise_has_an_outlook_or_a_reason_for_none(seen):
    """Of its last chain, whatever the evidence."""
    for state in seen.promises():
        chain = state.chain
        if not chain.is_effort:
            expected = seen.outlook(chain.project, chain.milestone, chain.quantity)
            assert (expected.outlook.refused is None) == (expected.outlook.ratios is not None)
            assert expected.chain.milestone == chain.milestone
            assert isinstance(expected.chain.baseline.event, on.PromiseMade)


def told(seen, since):
    """
    Everything that a view says of its record, by content: neither number nor order of an entry matters.
    """
    found = seen.reconcile()
    return {
        "metrics": [
            (
                row.group,
                row.baseline,
                row.current,
                row.hit_rate,
                (row.execution.finished, row.execution.unplanned, row.execution.due, row.execution.index),
                row.current_execution,
                (row.moved, row.silent),
            )
            for by in (None, "unit", "milestone")
            for row in seen.metrics(by=by, since=since)
        ],
        "waiting": [
            (row.milestone, row.projects, row.spread, row.curve, row.incidence) for row in seen.waiting()
        ],
        "totals": Counter(
            (row.state.event.what, row.state.event.count, row.fit, row.missing) for row in found.totals
        ),
        "plans": [
            (
                plan.plan,
                Counter((row.project, row.milestone, row.quantity, row.sequel) for row in plan.promises),
            )
            for plan in found.plans
        ],
        "disagreements": Counter(
            (row.project, row.milestone, len(row.entries)) for row in found.disagreements
        ),
        "targets": Counter((row.name, row.measure, row.standing, row.why) for row in found.targets),
        "promises": Counter(
            (light.project, light.milestone, light.quantity, light.colour) for light in seen.alerts(MISSED)
        ),
        "groups": [
            (light.group, light.colour, light.rules, light.planned, light.reached)
            for light in seen.alerts(by="unit")
            if light.group is not None
        ],
    }


@given(st.data())
def test_the_order_in_which_a_history_was_entered_changes_no_figure(data):
    """Law 1: nor does that in which its projects were registered."""
    history = data.draw(histories() | close_histories())
    again = record(History(), data.draw(reorderings(history)))
    day = {"as_of": data.draw(status_days(history)), "published_by": data.draw(publication_bounds)}

    since = date(2000, 1, 1)
    assert told(view(history, **day), since) == told(view(again, **day), since)


@given(st.data(), st.integers(-800, 800))
def test_shifting_every_date_changes_no_figure(data, n):
    """Law 9: but for months, which are uneven."""
    history = data.draw(histories() | close_histories())
    moved = History()
    for number in range(1 + max(entry.commit_no for entry in history)):
        moved = record(moved, [shifted(entry.event, n) for entry in history if entry.commit_no == number])
    as_of, published_by = data.draw(status_days(history)), data.draw(publication_bounds)
    since = date(2010, 1, 1)

    assert told(view(history, as_of=as_of, published_by=published_by), since) == told(
        view(moved, as_of=shifted(as_of, n), published_by=shifted(published_by, n)), shifted(since, n)
    )
