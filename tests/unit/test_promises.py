from __future__ import annotations

from datetime import date, timedelta

import attrs
import pytest

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Firmness, ProgrammeDefined
from milestone_ledger.domain.history import History, Viewpoint
from milestone_ledger.domain.promises import Verdict, chains, in_force_by, judge
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.testing.recording import recorded
from property.views import verdicts, view
from statements import achieved, activity, day, pending, plan, project, promise, slip, source, withdrawn
from strategies.histories import PROGRAMME

LATER = date(2022, 12, 31)


def ledger(*events):
    """
    A ledger of a plan of 2018, two reports of 2019 and one of 2020, about a road and ten kindergartens.
    """
    return recorded(
        [
            ProgrammeDefined(PROGRAMME),
            plan("plan", "2018-07-29"),
            source("report", "2019-08-14"),
            source("half year", "2019-06-30"),
            source("late", "2020-03-01"),
            project("road"),
            project("kindergartens", 10),
        ],
        *([event] for event in events),
    )


def chains_of(history, name="road", in_force=LATER):
    return chains((e for e in history.of_project(name) if history.is_live(e)), in_force=in_force)


def verdict(history, as_of=LATER, *, published_by=None, grace=0, of="baseline", name="road", segment=1):
    found = verdicts(history, as_of=as_of, published_by=published_by, grace=grace, of=of)
    judgements = [j for key, j in found.items() if key[0] == name and key[3] == segment]
    assert len(judgements) == 1
    return judgements[0]


# ---------------------------------------------------------------- a worked example


def test_huitian():
    history = recorded(
        [
            ProgrammeDefined(PROGRAMME),
            plan("plan 2018", "2018-07-29"),
            source("report 2019", "2019-08-14"),
            project("beiqing", name="北清路"),
            project("anli", name="安立路"),
            project("kindergartens", 10, name="10所幼儿园", domain="教育/幼儿园"),
        ],
        [
            promise("beiqing", "started", "2019-12-31", "plan 2018"),
            promise("anli", "started", "2019-12-31", "plan 2018"),
            promise("kindergartens", "handed_over", "2018-12-31", "plan 2018"),
        ],
        [
            achieved("beiqing", "started", "[..2019-08-14]", "report 2019"),
            pending("anli", "started", "2019-08-14", "report 2019"),
            promise("anli", "started", "2019-12-31", "report 2019"),
            achieved("kindergartens", "completed", "[..2019-08-14]", "report 2019", quantity=9),
        ],
    )
    seen = view(history, as_of=LATER)

    (beiqing,) = seen.project("北清路").promises
    started = seen.project("北清路").milestone("started")
    assert (started.bounds.lo, started.bounds.hi) == (None, day("2019-08-14"))
    assert beiqing.baseline.verdict is Verdict.KEPT

    (anli,) = seen.project("安立路").promises
    started = seen.project("安立路").milestone("started")
    assert (started.bounds.lo, started.bounds.hi) == (day("2019-08-15"), None)
    assert (anli.baseline.verdict, anli.current.verdict) == (Verdict.UNVERIFIED, Verdict.UNVERIFIED)
    assert len(anli.chain.promises) == 2
    assert anli.chain.revisions == ()
    assert anli.baseline.need.kept_by == day("2019-12-31")

    # 建成 is another milestone than 移交, and partial at that.
    (handed_over,) = seen.project("kindergartens").promises
    assert handed_over.baseline.verdict is Verdict.UNVERIFIED
    assert seen.project("kindergartens").milestone("handed_over").certain == 0
    assert seen.reliability().undetermined == 2

    then = view(history, as_of=day("2019-08-13"), published_by=day("2019-08-13"))
    assert {p.baseline.verdict for p in then.promises()} == {Verdict.NOT_DUE, Verdict.UNVERIFIED}


# ---------------------------------------------------------------- the table of verdicts, rule by rule

D1, D2 = date(2019, 12, 1), date(2019, 12, 31)
EXACT, VAGUE = "2019-12-31", "[2019-12-01..2019-12-31]"
# Each row: the deadline, days of grace, the bounds, the status day, and what follows.
TABLE = [
    # Kept if hi ≤ d1 + g and hi ≤ D.
    (EXACT, 0, None, D2, D2, Verdict.KEPT),
    (EXACT, 0, D2, D2, LATER, Verdict.KEPT),
    (EXACT, 0, None, D2 - timedelta(90), D2 - timedelta(90), Verdict.KEPT),
    (EXACT, 0, None, D2 - timedelta(90), D2 - timedelta(91), Verdict.NOT_DUE),
    (EXACT, 10, None, D2 + timedelta(10), D2 + timedelta(10), Verdict.KEPT),
    (VAGUE, 0, None, D1, D1, Verdict.KEPT),
    # Not due if D < d2 + g, unless hi ≤ D.
    (EXACT, 0, None, None, D2 - timedelta(1), Verdict.NOT_DUE),
    (EXACT, 1, None, None, D2, Verdict.NOT_DUE),
    (VAGUE, 0, None, None, D2 - timedelta(1), Verdict.NOT_DUE),
    (EXACT, 0, D2 + timedelta(1), None, D2 - timedelta(1), Verdict.NOT_DUE),
    # Kept late if lo > d2 + g and hi ≤ D.
    (EXACT, 0, D2 + timedelta(1), D2 + timedelta(1), D2 + timedelta(1), Verdict.KEPT_LATE),
    (EXACT, 9, D2 + timedelta(10), D2 + timedelta(10), LATER, Verdict.KEPT_LATE),
    (VAGUE, 0, D2 + timedelta(1), D2 + timedelta(5), LATER, Verdict.KEPT_LATE),
    # Overdue if lo > d2 + g, reached or not.
    (EXACT, 0, D2 + timedelta(1), None, D2, Verdict.OVERDUE),
    (EXACT, 0, D2 + timedelta(1), D2 + timedelta(9), D2 + timedelta(8), Verdict.OVERDUE),
    (VAGUE, 0, D2 + timedelta(1), None, LATER, Verdict.OVERDUE),
    # Of unknown date if hi is known.
    (EXACT, 0, None, D2 + timedelta(1), LATER, Verdict.DATE_UNKNOWN),
    (EXACT, 0, D2, D2 + timedelta(1), LATER, Verdict.DATE_UNKNOWN),
    (EXACT, 10, D2 + timedelta(10), D2 + timedelta(11), LATER, Verdict.DATE_UNKNOWN),
    (EXACT, 0, None, LATER, D2, Verdict.DATE_UNKNOWN),
    (VAGUE, 0, None, D1 + timedelta(1), D1 + timedelta(1), Verdict.DATE_UNKNOWN),
    (VAGUE, 0, D2, D2, LATER, Verdict.DATE_UNKNOWN),
    # Unverified is the rest.
    (EXACT, 0, None, None, D2, Verdict.UNVERIFIED),
    (EXACT, 0, D2, None, LATER, Verdict.UNVERIFIED),
    (VAGUE, 0, D1 + timedelta(9), None, LATER, Verdict.UNVERIFIED),
    # Grace is saturating.
    (EXACT, 10**9, None, None, LATER, Verdict.NOT_DUE),
    (EXACT, 10**9, None, LATER, LATER, Verdict.KEPT),
]


@pytest.mark.parametrize("row", TABLE)
def test_the_first_rule_that_applies(row):
    deadline, grace, lo, hi, as_of, expected = row
    (chain,) = chains_of(ledger(promise("road", "completed", deadline, "plan")))
    judgement = judge(chain, chain.baseline, Bounds(lo, hi), as_of=as_of, grace=grace)
    assert judgement.verdict is expected
    assert judgement.deadline == UncertainDate.parse(deadline)
    assert judgement.entries == (chain.baseline,)
    assert (judgement.need is not None) is expected.is_undetermined
    if judgement.need:
        assert judgement.need.kept_by == judgement.deadline.earliest + timedelta(grace)
        assert judgement.need.broken_if_pending_on == judgement.deadline.latest + timedelta(grace)


def test_every_verdict_is_of_one_sort():
    assert {v for v in Verdict if v.is_broken} == {Verdict.KEPT_LATE, Verdict.OVERDUE}
    assert {v for v in Verdict if v.is_undetermined} == {Verdict.DATE_UNKNOWN, Verdict.UNVERIFIED}
    assert {v for v in Verdict if not v.is_settled} == {Verdict.EFFORT, Verdict.WITHDRAWN, Verdict.NOT_DUE}


@pytest.mark.parametrize(
    "vague",
    [
        promise("road", "completed", "2019-12-31", "plan", firmness=Firmness.EFFORT),
        promise("road", None, "2019-12-31", "plan"),
        promise("road", "completed", None, "plan"),
    ],
)
def test_effort_is_kept_and_never_judged(vague):
    history = ledger(vague, achieved("road", "completed", "2019-06-01", "report"))
    (chain,) = chains_of(history)
    assert chain.is_effort
    assert verdict(history).verdict is Verdict.EFFORT
    assert verdict(history, day("2018-07-29")).verdict is Verdict.EFFORT


def test_effort_is_never_a_baseline():
    history = ledger(
        promise("road", "completed", "2019-12-31", "plan", firmness=Firmness.EFFORT),
        promise("road", "completed", "2020-12-31", "report"),
    )
    judged, effort = chains_of(history)
    assert judged.baseline.event.deadline == UncertainDate.parse("2020-12-31")
    assert [chain.is_effort for chain in (judged, effort)] == [False, True]


def test_effort_is_never_withdrawn():
    # What nobody can judge nobody can take back: the chain stays one.
    effort = promise("road", "completed", "2019-12-31", "plan", firmness=Firmness.EFFORT)
    history = ledger(effort, withdrawn("road", "completed", "report"), attrs.evolve(effort, source="late"))
    (chain,) = chains_of(history)
    assert [entry.event.source for entry in chain.promises] == ["plan", "late"]
    assert (chain.segment, chain.withdrawals) == (1, ())


# ---------------------------------------------------------------- withdrawals

PROMISED = promise("road", "completed", "2019-12-31", "plan")


def test_a_withdrawal_before_the_deadline_takes_the_promise_back():
    history = ledger(PROMISED, withdrawn("road", "completed", "report"))
    judgement = verdict(history)
    assert judgement.verdict is Verdict.WITHDRAWN
    assert [entry.seq for entry in judgement.entries] == [7, 8]
    # By min(P, D): before it was published, nothing was withdrawn.
    assert verdict(history, day("2019-08-13")).verdict is Verdict.NOT_DUE
    assert verdict(history, day("2019-08-14")).verdict is Verdict.WITHDRAWN
    assert verdict(history, published_by=day("2019-08-13")).verdict is Verdict.UNVERIFIED


def test_a_withdrawal_on_the_first_day_of_the_deadline_is_too_late():
    history = ledger(
        promise("road", "completed", "2019-08-14", "plan"), withdrawn("road", "completed", "report")
    )
    assert verdict(history).verdict is Verdict.UNVERIFIED
    history = ledger(
        promise("road", "completed", "2019-08-15", "plan"), withdrawn("road", "completed", "report")
    )
    assert verdict(history).verdict is Verdict.WITHDRAWN


def test_what_was_kept_before_stays_kept():
    history = ledger(
        PROMISED,
        withdrawn("road", "completed", "report"),
        achieved("road", "completed", "2019-06-01", "late"),
    )
    assert verdict(history).verdict is Verdict.KEPT


@pytest.mark.parametrize(
    "other",
    [
        withdrawn("road", "started", "report"),
        withdrawn("kindergartens", "completed", "report"),
    ],
)
def test_a_withdrawal_of_something_else_takes_nothing_back(other):
    assert verdict(ledger(PROMISED, other)).verdict is Verdict.UNVERIFIED


def test_a_withdrawal_of_another_quantity_takes_nothing_back():
    some = promise("kindergartens", "completed", "2019-12-31", "plan", quantity=4)
    whole = withdrawn("kindergartens", "completed", "report")
    assert verdict(ledger(some, whole), name="kindergartens").verdict is Verdict.UNVERIFIED
    same = withdrawn("kindergartens", "completed", "report", quantity=4)
    assert verdict(ledger(some, same), name="kindergartens").verdict is Verdict.WITHDRAWN


def test_a_withdrawal_by_the_same_document_does_not_close_its_promise():
    history = ledger(PROMISED, withdrawn("road", "completed", "plan"))
    (chain,) = chains_of(history)
    assert chain.segment == 1
    assert verdict(history).verdict is Verdict.UNVERIFIED


def test_a_retracted_withdrawal_never_was():
    history = ledger(PROMISED, withdrawn("road", "completed", "report"), slip(8, "report"))
    assert verdict(history).verdict is Verdict.UNVERIFIED


def test_a_cancellation_in_time_takes_back_and_a_reinstatement_puts_back():
    cancelled = activity("road", "cancelled", "2019-06-30", "half year")
    assert verdict(ledger(PROMISED, cancelled)).verdict is Verdict.WITHDRAWN
    reinstated = activity("road", "reinstated", "2019-08-01", "report")
    history = ledger(PROMISED, cancelled, reinstated)
    assert verdict(history).verdict is Verdict.UNVERIFIED
    assert verdict(history, day("2019-08-13")).verdict is Verdict.WITHDRAWN
    assert verdict(history, day("2019-08-14")).verdict is Verdict.NOT_DUE


def test_a_cancellation_after_the_deadline_has_no_effect():
    assert (
        verdict(ledger(PROMISED, activity("road", "cancelled", "2019-11-01", "late"))).verdict
        is Verdict.UNVERIFIED
    )
    both = (
        activity("road", "cancelled", "2019-06-30", "half year"),
        activity("road", "cancelled", "2020-02-01", "late"),
    )
    assert verdict(ledger(PROMISED, *both)).verdict is Verdict.WITHDRAWN


def test_a_suspension_takes_nothing_back():
    assert verdict(ledger(PROMISED, activity("road", "suspended", "2019-06-30", "report"))).verdict is (
        Verdict.UNVERIFIED
    )


def test_of_two_changes_on_one_day_the_reinstatement_wins():
    cancelled = activity("road", "cancelled", "2019-06-30", "half year")
    reinstated = activity("road", "reinstated", "2019-06-30", "half year")
    assert verdict(ledger(PROMISED, reinstated, cancelled)).verdict is Verdict.UNVERIFIED


def test_of_two_withdrawals_on_one_day_content_decides_which_is_named():
    two = [withdrawn("road", "completed", "report", note=note) for note in ("甲", "乙")]
    named = {verdict(ledger(PROMISED, *order)).entries[1].event for order in (two, two[::-1])}
    assert len(named) == 1


# ---------------------------------------------------------------- chains


def test_revisions_confirmations_and_segments():
    history = ledger(
        PROMISED,
        promise("road", "completed", "2019-12-31", "half year", responsible=("交通局",)),
        promise("road", "completed", "2020-06-30", "report", responsible=("教委",)),
        withdrawn("road", "completed", "late"),
        promise("road", "completed", "2021-12-31", "late"),
    )
    first, second = chains_of(history)
    assert [entry.seq for entry in first.promises] == [7, 8, 9]
    assert (first.baseline.seq, first.current.seq) == (7, 9)
    assert [entry.seq for entry in first.revisions] == [9]
    assert first.responsible == ("交通局",)
    assert (first.segment, second.segment) == (1, 2)
    # Promised anew on the day of the withdrawal itself.
    assert [entry.seq for entry in second.promises] == [11]
    assert second.firmness is Firmness.FIRM
    assert [entry.seq for entry in first.withdrawals] == [10]


def test_a_chain_is_judged_by_its_baseline_and_by_its_current_deadline():
    history = ledger(
        PROMISED,
        promise("road", "completed", "2020-12-31", "report"),
        pending("road", "completed", "2020-03-01", "late"),
    )
    assert verdict(history).verdict is Verdict.OVERDUE
    assert verdict(history, of="current").verdict is Verdict.UNVERIFIED


def test_promises_of_different_things_are_different_chains():
    history = ledger(
        promise("kindergartens", "completed", "2019", "plan"),
        promise("kindergartens", "started", "2018", "plan"),
        promise("kindergartens", "completed", "2019", "plan", quantity=4),
    )
    found = {(chain.milestone, chain.quantity) for chain in chains_of(history, "kindergartens")}
    assert found == {("completed", None), ("started", None), ("completed", 4)}


def test_promises_of_one_day_are_ordered_by_content():
    one = promise("road", "completed", "2019-12-31", "plan", locator="2")
    two = promise("road", "completed", "2019-06-30", "plan", locator="3")
    for order in ((one, two), (two, one)):
        (chain,) = chains_of(ledger(*order))
        assert [entry.event for entry in chain.promises] == [two, one]


def test_only_what_was_said_by_the_day_is_in_force():
    history = ledger(PROMISED, promise("road", "completed", "2020-12-31", "report"))
    assert chains_of(history, in_force=day("2018-07-28")) == ()
    assert [len(c.promises) for c in chains_of(history, in_force=day("2019-08-13"))] == [1]
    assert in_force_by(day("2019-01-01"), None) == day("2019-01-01")
    assert in_force_by(day("2019-01-01"), day("2018-01-01")) == day("2018-01-01")
    assert in_force_by(day("2018-01-01"), day("2019-01-01")) == day("2018-01-01")


def test_nothing_is_promised_in_an_empty_ledger():
    assert chains((), in_force=LATER) == ()
    assert list(History().live(Viewpoint())) == []


def test_part_of_a_batch_is_judged_by_that_part():
    history = ledger(
        promise("kindergartens", "completed", "2019-12-31", "plan", quantity=4),
        achieved("kindergartens", "completed", "[..2019-08-14]", "report", quantity=4),
    )
    assert verdict(history, name="kindergartens").verdict is Verdict.KEPT
    history = ledger(
        promise("kindergartens", "completed", "2019-12-31", "plan", quantity=4),
        achieved("kindergartens", "completed", "[..2019-08-14]", "report", quantity=3),
        pending("kindergartens", "completed", "2020-03-01", "late", quantity=3),
    )
    assert verdict(history, name="kindergartens").verdict is Verdict.OVERDUE


# ---------------------------------------------------------------- the headline

MEMBER = project("first", member_of="kindergartens")
FOR_ALL = promise("kindergartens", "completed", "2019-12-31", "plan")
FOR_ONE = attrs.evolve(FOR_ALL, project="first")


def counted(*events, as_of=LATER, **seen):
    """
    The projects whose promises are in the headline.
    """
    seen = view(ledger(MEMBER, *events), as_of=as_of, **seen)
    found = [state.chain.project for state in seen.promises() if state.in_headline]
    assert seen.reliability() == seen.reliability().of(
        [state.baseline.verdict for state in seen.promises() if state.in_headline],
        kept_early=seen.reliability().kept_early,
    )
    return sorted(found)


def test_a_member_is_counted_with_its_batch():
    assert counted(FOR_ONE) == ["first"]
    assert counted(FOR_ALL, FOR_ONE) == ["kindergartens"]
    assert counted(FOR_ALL, attrs.evolve(FOR_ONE, source="report")) == ["kindergartens"]


@pytest.mark.parametrize(
    "of_batch",
    [
        # Said of the batch only later.
        attrs.evolve(FOR_ALL, source="half year"),
        # Of another milestone, by another day, of a part.
        attrs.evolve(FOR_ALL, milestone="started"),
        attrs.evolve(FOR_ALL, deadline=UncertainDate.parse("2020-12-31")),
        attrs.evolve(FOR_ALL, quantity=4),
    ],
)
def test_a_member_promised_something_else_counts_itself(of_batch):
    assert counted(of_batch, FOR_ONE) == ["first", "kindergartens"]


def test_a_batch_outside_the_headline_hides_no_member():
    assert counted(attrs.evolve(FOR_ALL, firmness=Firmness.ASPIRATION), FOR_ONE) == ["first"]
    assert counted(attrs.evolve(FOR_ALL, firmness=Firmness.EFFORT), FOR_ONE) == ["first"]
    # Promised when all of it was completed.
    late = {"source": "report"}
    reached = achieved("kindergartens", "completed", "2019-06-30", "half year")
    assert counted(attrs.evolve(FOR_ALL, **late), reached) == []
    # Taken back for the batch, and not for the member.
    taken_back = withdrawn("kindergartens", "completed", "half year")
    assert counted(FOR_ALL, FOR_ONE, taken_back) == ["first", "kindergartens"]
    assert counted(FOR_ALL, FOR_ONE, taken_back, as_of=day("2019-06-29")) == ["kindergartens"]


def test_a_partial_promise_has_no_split_into_members():
    part = attrs.evolve(FOR_ALL, quantity=4)
    states = view(ledger(MEMBER, FOR_ALL, part), as_of=LATER).project("kindergartens").promises
    split = {state.chain.quantity: (len(state.members), state.unnamed) for state in states}
    assert split == {None: (1, 9), 4: (0, 0)}


def test_what_is_kept_before_its_deadline_is_kept_early():
    reached = achieved("road", "completed", "2019-06-01", "report")
    history = ledger(PROMISED, reached)
    for as_of, grace, is_early in (
        (day("2019-12-30"), 0, True),
        (day("2019-12-31"), 0, False),
        (day("2020-01-09"), 10, True),
        (day("2020-01-10"), 10, False),
    ):
        seen = view(history, as_of=as_of, grace=grace)
        (state,) = seen.promises()
        assert (state.baseline.verdict, state.is_early) == (Verdict.KEPT, is_early)
        assert (seen.reliability().kept, seen.reliability().kept_early) == (1, is_early)
    # Not due, and not kept.
    (state,) = view(ledger(PROMISED), as_of=day("2019-12-30")).promises()
    assert (state.baseline.verdict, state.is_early) == (Verdict.NOT_DUE, False)


def test_the_promises_of_a_group():
    history = ledger(
        attrs.evolve(PROMISED, responsible=("交通局",)),
        attrs.evolve(FOR_ALL, responsible=("教委", "交通局")),
        promise("road", "started", None, "plan", responsible=("交通局",)),
    )
    seen = view(history, as_of=LATER)
    groups = {row.group: row for row in seen.reliability_by("unit")}
    assert {
        group: sorted(state.chain.project for state in row.promises) for group, row in groups.items()
    } == {"交通局": ["kindergartens", "road"], "教委": ["kindergartens"]}
    for row in groups.values():
        assert all(state in tuple(seen.promises()) and state.in_headline for state in row.promises)
        assert row.figures.undetermined == len(row.promises)


@pytest.mark.parametrize("quantity", [0, -1, 11, True, 1.0, "3"])
def test_bounds_of_no_such_quantity_are_refused(quantity):
    seen = view(ledger(), as_of=LATER)
    with pytest.raises(InvalidValueError, match="quantity"):
        seen.bounds("kindergartens", "completed", quantity)


def test_bounds_of_a_quantity():
    some = achieved("kindergartens", "completed", "[..2019-08-14]", "report", quantity=4)
    seen = view(ledger(some), as_of=LATER)
    for quantity, hi in ((1, day("2019-08-14")), (4, day("2019-08-14")), (5, None), (10, None), (None, None)):
        assert seen.bounds("kindergartens", "completed", quantity).hi == hi
    with pytest.raises(InvalidValueError):
        seen.bounds("road", "completed", 2)
    # The numbers of a batch name what they rest on.
    step = seen.project("kindergartens").milestone("completed")
    assert (step.certain, [entry.event for entry in step.count_entries]) == (4, [some])


def test_what_was_taken_back_is_kept_beside_what_holds():
    reached = achieved("road", "completed", "2019-06-01", "report")
    twice = [slip(8, "late"), slip(8, "report")]
    history = ledger(PROMISED, reached, *twice)
    (pair,) = view(history, as_of=LATER).project("road").retracted
    assert (pair.entry.event, pair.by.event) == (reached, twice[1])
    assert [entry.event for entry in view(history, as_of=LATER).project("road").statements] == [PROMISED]
    # Neither statement nor retraction was published yet.
    then = view(history, as_of=LATER, published_by=day("2019-08-13"))
    assert then.project("road").retracted == ()
    assert view(ledger(PROMISED, reached), as_of=LATER).project("road").retracted == ()
