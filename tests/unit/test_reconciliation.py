"""
Totals, sources, years and plans set side by side, on examples that can be worked out by hand.
"""

from __future__ import annotations

import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Comparator, Relation, RelationKind
from milestone_ledger.metrics.plans import Sequel, followed_plans
from milestone_ledger.metrics.reconciliation import (
    TotalFit,
    differing_totals,
    reconciled_total,
    repeated_claims,
)
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import achieved, activity, day, pending, plan, project, promise, source
from strategies.histories import PROGRAMME

LATER = day("2022-12-31")
ROADS = on.Scope(domains=("道路",))
BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("2018计划", "2018-07-29", period=on.Period(day("2018-01-01"), day("2020-12-31"))),
    source("2018通报", "2018-12-31"),
    source("2019通报", "2020-01-15", period=on.Period(day("2019-01-01"), day("2019-12-31"))),
    source("2019评估", "2020-02-01", on.SourceKind.OTHER),
    plan("2022计划", "2022-04-21", period=on.Period(day("2022-01-01"), day("2022-12-31"))),
    plan("2022补充", "2022-06-01"),
    project("road"),
    project("lane"),
    project("path"),
    project("bridge"),
    project("kindergartens", 10, name="10所幼儿园", domain="教育/幼儿园"),
]


def seen(*events, as_of=LATER, **fields):
    return view(recorded(BASE, events), as_of=as_of, **fields)


# ---------------------------------------------------------------- totals


def total(count, sign="=", cites="2018通报", **fields):
    return on.TotalReported(
        **{
            "source": cites,
            "locator": "三",
            "what": "已开工",
            "on": UncertainDate.parse("2018-12-31"),
            "milestones": ("started",),
            "scope": ROADS,
        }
        | fields,
        count=count,
        comparator=Comparator(sign),
    )


# Of four roads one had started, of another that is said only of a later day, one certainly had not.
NOTED = [
    achieved("road", "started", "[..2018-12-31]", "2018通报"),
    achieved("lane", "started", "[..2019-12-31]", "2019通报"),
    pending("path", "started", "2018-12-31", "2018通报"),
    promise("bridge", "started", "2019-12-31", "2018计划"),
]


@pytest.mark.parametrize(
    ("count", "sign", "fit", "missing"),
    [
        (0, "=", TotalFit.IMPOSSIBLE, 0),
        (1, "=", TotalFit.ITEMISED, 0),
        (2, "=", TotalFit.REPORTED, 1),
        (3, "=", TotalFit.OPEN, 2),
        (4, "=", TotalFit.IMPOSSIBLE, 3),
        (5, "=", TotalFit.BEYOND_REGISTER, 4),
        (0, "≥", TotalFit.ITEMISED, 0),
        (1, "≥", TotalFit.ITEMISED, 0),
        (2, "≥", TotalFit.REPORTED, 1),
        (3, "≥", TotalFit.OPEN, 2),
        (4, "≥", TotalFit.IMPOSSIBLE, 3),
        (5, "≥", TotalFit.BEYOND_REGISTER, 4),
        (0, "≤", TotalFit.IMPOSSIBLE, 0),
        (1, "≤", TotalFit.OPEN, 0),
        (3, "≤", TotalFit.ITEMISED, 0),
        (9, "≤", TotalFit.ITEMISED, 0),
        (3, "≈", TotalFit.NOT_COMPARED, 2),
    ],
)
def test_a_total_lies_where_the_ledger_can_count(count, sign, fit, missing):
    """Certain 1, reported 2, possible 3, registered 4."""
    (state,) = seen(*NOTED, total(count, sign)).totals()
    row = reconciled_total(state)

    assert (state.certain, state.reported, state.possible, state.registered) == (1, 2, 3, 4)
    assert (row.fit, row.itemised, row.missing) == (fit, 1, missing)


def test_a_total_of_projects_as_such_is_not_compared():
    """It names no milestone, so documents can't prove it; the number registered stands beside it."""
    (state,) = seen(*NOTED, total(6, milestones=())).totals()
    row = reconciled_total(state)

    assert (row.fit, row.itemised, row.missing) == (TotalFit.NOT_COMPARED, 4, 2)


def test_any_number_may_be_of_a_batch_of_unknown_size():
    """Nothing is beyond a register that holds a batch without a number."""
    several = project("several", None)
    (state,) = seen(
        *NOTED, several, promise("several", "started", "2019-12-31", "2018计划"), total(99)
    ).totals()

    assert reconciled_total(state).fit is TotalFit.OPEN


@pytest.mark.parametrize(
    ("fields", "pairs"),
    [
        ({}, 1),
        ({"count": 1}, 0),
        ({"cites": "2018通报", "locator": "四"}, 0),
        ({"milestones": ("completed",)}, 0),
        ({"scope": on.Scope()}, 0),
        ({"on": UncertainDate.parse("2018-12-30")}, 0),
        ({"measure": "个"}, 0),
        ({"sign": "≥"}, 0),
    ],
)
def test_totals_differ_if_they_count_the_same(fields, pairs):
    """The same milestones, scope, measure word and day, in two documents, exactly counted."""
    one, other = total(1), total(**{"count": 2, "cites": "2019通报"} | fields)
    found = differing_totals(seen(one, other).totals())

    assert [[entry.event for entry in pair.entries] for pair in found] == [[one, other]] * pairs


@pytest.mark.parametrize(
    ("fields", "other", "pairs"),
    [
        ({"milestones": ()}, {}, 1),
        ({"milestones": ()}, {"what": "加快推进"}, 0),
        ({}, {"what": "开工建设"}, 1),
        ({"on": UncertainDate.parse("[2018-10-31..2018-12-31]")}, {}, 0),
    ],
)
def test_totals_that_may_both_be_right_do_not_differ(fields, other, pairs):
    """One may speak of another day than the other, or count something that no milestone names."""
    told = total(1, **fields), total(2, cites="2019通报", **fields | other)

    assert len(differing_totals(seen(*told).totals())) == pairs


# ---------------------------------------------------------------- years


def test_one_achievement_in_the_reports_of_two_years():
    """A mention is no count: only totals of both years at the places of the claims make it one, perhaps."""
    first = achieved("road", "started", "[..2018-12-31]", "2018通报", locator="三")
    second = achieved("road", "started", "[..2019-12-31]", "2019通报", locator="三")
    totals = [total(3), total(5, cites="2019通报", on=UncertainDate.parse("2019-12-31"))]
    mentioned, counted = (seen(first, second, *more) for more in ([], totals))
    (alone,), (twice,) = (repeated_claims(v.live, v.registry.sources) for v in (mentioned, counted))

    assert (alone.project, alone.milestone, alone.quantity) == ("road", "started", None)
    assert alone.years == twice.years == (2018, 2019)
    assert [entry.event for entry in alone.claims] == [first, second]
    assert (alone.totals, alone.may_count_twice) == ((), False)
    assert ([entry.event for entry in twice.totals], twice.may_count_twice) == (totals, True)


@pytest.mark.parametrize(
    "other",
    [
        achieved("road", "started", "[..2018-12-31]", "2018通报", locator="四"),
        achieved("road", "completed", "[..2019-12-31]", "2019通报"),
        achieved("lane", "started", "[..2019-12-31]", "2019通报"),
        achieved("road", "started", "[..2019-12-31]", "2019评估"),
    ],
)
def test_no_claim_is_repeated_within_a_year_or_outside_reports(other):
    """Nor by another milestone, or of another project."""
    found = seen(achieved("road", "started", "[..2018-12-31]", "2018通报"), other)

    assert repeated_claims(found.live, found.registry.sources) == ()


def test_a_total_of_another_milestone_counts_nothing_twice():
    """The claim stands beside it, and is no example of it."""
    first = achieved("road", "started", "[..2018-12-31]", "2018通报", locator="三")
    second = achieved("road", "started", "[..2019-12-31]", "2019通报", locator="三")
    found = seen(first, second, total(3), total(5, cites="2019通报", milestones=("completed",)))
    (claim,) = repeated_claims(found.live, found.registry.sources)

    assert (len(claim.totals), claim.may_count_twice) == (1, False)


# ---------------------------------------------------------------- plans

FIRST = promise("road", "started", "2020-12-31", "2018计划")


def followed(*events, **fields):
    found = seen(*events, **fields)
    return followed_plans(found.subjects, found.registry, in_force=found.as_of)


@pytest.mark.parametrize(
    ("later", "sequel"),
    [
        (promise("road", "started", "2022-12-31", "2022计划"), Sequel.CARRIED_OVER),
        (promise("road", "started", "2020-12-31", "2022计划"), Sequel.CONFIRMED),
        (promise("road", "started", "[2020-06-30..2020-12-31]", "2022计划"), Sequel.BROUGHT_FORWARD),
        (promise("road", "completed", "2022-12-31", "2022计划"), Sequel.OTHERWISE),
        (promise("road", "started", None, "2022计划"), Sequel.OTHERWISE),
        (on.StatementNoted(source="2022计划", locator="一", project="road"), Sequel.OTHERWISE),
        (promise("lane", "started", "2022-12-31", "2022计划"), Sequel.NOT_MENTIONED),
        (promise("road", "started", "2022-12-31", "2019评估"), Sequel.NOT_MENTIONED),
        (achieved("road", "started", "[..2019-12-31]", "2019通报"), Sequel.SETTLED),
    ],
)
def test_what_a_later_plan_makes_of_a_promise(later, sequel):
    """By the same project and milestone first, then by the project, else by what became of it."""
    (plan_followed,) = (found for found in followed(FIRST, later) if found.plan == "2018计划")
    (row,) = plan_followed.promises

    assert (row.project, row.milestone, row.quantity, row.promise.event) == ("road", "started", None, FIRST)
    assert row.sequel is sequel
    assert [entry.event for entry in row.later] == (
        [] if sequel in (Sequel.SETTLED, Sequel.NOT_MENTIONED) else [later]
    )
    assert plan_followed.sequels[sequel] == sum(plan_followed.sequels.values()) == 1


def test_the_first_later_plan_tells_the_sequel():
    """Confirmed, and moved afterwards: confirmed, with both entries."""
    (row,) = followed(
        FIRST,
        promise("road", "started", "2020-12-31", "2022计划"),
        promise("road", "started", "2023-12-31", "2022补充"),
    )[0].promises

    assert (row.sequel, len(row.later)) == (Sequel.CONFIRMED, 2)


@pytest.mark.parametrize(
    ("kind", "sequel"),
    [
        (RelationKind.PERHAPS_SAME, Sequel.UNDER_RELATED),
        (RelationKind.PART_OF, Sequel.UNDER_RELATED),
        (RelationKind.NOT_SAME, Sequel.NOT_MENTIONED),
    ],
)
@pytest.mark.parametrize("way", ["from the old", "from the new"])
def test_a_related_project_may_stand_for_the_promised_one(kind, sequel, way):
    """Whichever of the two names the other; one that is said not to be the same never does."""
    one, other = ("road", "lane") if way == "from the old" else ("lane", "road")
    amended = on.ProjectAmended(project=one, related=(Relation(kind, other),))
    (row,) = followed(FIRST, amended, promise("lane", "completed", "2022-12-31", "2022计划"))[0].promises

    assert row.sequel is sequel
    assert row.related == (("lane",) if sequel is Sequel.UNDER_RELATED else ())


def test_a_batch_is_mentioned_with_its_members():
    """And a member with its batch."""
    member = project("first", domain="教育/幼儿园", member_of="kindergartens")
    batch = promise("kindergartens", "started", "2020-12-31", "2018计划")
    (row,) = followed(member, batch, promise("first", "started", "2022-12-31", "2022计划"))[0].promises

    assert (row.sequel, row.related) == (Sequel.UNDER_RELATED, ("first",))


def test_what_is_promised_of_a_member_as_of_its_batch_counts_there():
    """The same of the whole of it, by the same day; some of its units are another promise."""
    member = project("first", 3, domain="教育/幼儿园", member_of="kindergartens")
    same = {"milestone": "started", "deadline": "2020-12-31", "cites": "2018计划"}
    promises = (
        promise("kindergartens", **same),
        promise("first", **same),
        promise("first", **same, quantity=2),
        promise("first", **{**same, "milestone": "completed"}),
    )
    counted = {
        (row.project, row.milestone, row.quantity): row.counts_with_batch
        for row in followed(member, *promises)[0].promises
    }

    assert counted == {
        ("kindergartens", "started", None): False,
        ("first", "started", None): True,
        ("first", "started", 2): False,
        ("first", "completed", None): False,
    }


def test_silence_comes_with_the_last_mention_and_what_no_plan_covers():
    """Not mentioned again, as far as plans are registered; whether it was given up nobody says."""
    spoken = pending("road", "started", "2019-06-30", "2019通报")
    plan_followed, _ = followed(FIRST, spoken)
    (row,) = plan_followed.promises

    assert plan_followed.later == ("2022计划", "2022补充")
    assert plan_followed.uncovered == ("2021-01-01..2021-12-31",)
    assert row.sequel is Sequel.NOT_MENTIONED
    assert [entry.event for entry in row.last_mention] == [spoken]


def test_a_withdrawn_promise_needs_no_mention():
    """What became of it is known."""
    (row,) = followed(FIRST, activity("road", on.Activity.CANCELLED, "2018-12-31", "2018通报"))[0].promises

    assert row.sequel is Sequel.SETTLED


def test_only_plans_that_others_followed_and_their_judged_promises_are_told():
    """Plans published after the view's day are not known to it; efforts promise nothing to follow."""
    effort = promise("lane", "started", "2020-12-31", "2018计划", firmness=on.Firmness.EFFORT)

    assert [found.plan for found in followed(FIRST, effort)] == ["2018计划", "2022计划"]
    assert [len(found.promises) for found in followed(FIRST, effort)] == [1, 0]
    assert followed(FIRST, as_of=day("2021-12-31")) == ()
