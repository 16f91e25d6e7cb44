"""
Laws 10 to 12: the fate of a promise, over days, over evidence, over later promises.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.promises import Verdict, chains, in_force_by
from milestone_ledger.domain.registry import Registry
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.testing.recording import boundaries, record, with_entry
from milestone_ledger.testing.strategies import (
    CALENDAR,
    close,
    every_status_day,
    intents,
    legal_commits,
    looking_days,
    publication_bounds,
    status_days,
)
from property.naive import Naive
from property.views import DAYS_AROUND, content, judged, ladders, publication_views, view
from strategies.histories import close_histories, courses, histories

# Promises, and what becomes of them, before all else.
PROMISES = (
    *intents.ACTS,
    *intents.ACTS,
    *3 * (intents.answer,),
    *intents.EVIDENCE,
    *intents.BESIDE,
    *intents.IDENTITY,
)
# A ledger in which nothing is taken back: no retraction, no withdrawal, no cancellation.
STEADFAST = (
    intents.promise,
    intents.promise_again,
    *4 * (intents.answer,),
    *intents.EVIDENCE,
    intents.contested,
    *intents.IDENTITY,
)
CLOSE_STEADFAST = (close.promise, *close.EVIDENCE)
graces = st.sampled_from([0, 0, 1, 5])
LONG_AFTER = CALENDAR[-1] + timedelta(10)


# ---------------------------------------------------------------- law 2 for verdicts


@given(st.data())
def test_every_promise_is_judged_by_the_first_rule_that_applies(data):
    history = data.draw(histories(intents=(*PROMISES, *intents.CORRECTIONS)) | close_histories())
    position = data.draw(st.just(history.size) | st.sampled_from(boundaries(history)))
    views = publication_views(history, recorded_by=position)
    grace = data.draw(graces)
    for viewpoint in {Viewpoint(recorded_by=position), data.draw(st.sampled_from(views))}:
        naive = Naive(history, recorded_by=position, published_by=viewpoint.published_by)
        folded = ladders(history, viewpoint)
        for as_of in every_status_day(history):
            in_force = min(as_of, viewpoint.published_by or as_of)
            found = judged(history, viewpoint, as_of=as_of, grace=grace, folded=folded)
            assert set(found) == {
                e.seq
                for e in naive.live
                if isinstance(e.event, on.PromiseMade) and e.published_on <= in_force
            }
            for _, promise, judgement in found.values():
                expected = naive.verdict(promise, as_of=as_of, in_force=in_force, grace=grace)
                assert judgement.verdict == expected, (promise.event, as_of, viewpoint)


@given(st.data())
def test_a_chain_holds_what_was_promised_between_two_withdrawals(data):
    history = data.draw(
        histories(intents=(*PROMISES, intents.withdrawal, *intents.CORRECTIONS)) | close_histories()
    )
    viewpoint, as_of = Viewpoint(published_by=data.draw(publication_bounds)), data.draw(status_days(history))
    in_force = in_force_by(as_of, viewpoint.published_by)
    numbers: dict[tuple, list[int]] = {}
    for project in ladders(history, viewpoint):
        live = [e for e in history.of_project(project) if history.is_live(e, viewpoint)]
        live = [e for e in live if e.published_on is not None and e.published_on <= in_force]
        for chain in chains(live, in_force=in_force):
            about = chain.milestone, chain.quantity
            dates = [promise.published_on for promise in chain.promises]
            assert dates == sorted(dates)
            for promise in chain.promises:
                event = promise.event
                assert (event.project, event.milestone, event.quantity) == (project, *about)
                assert event.is_judged is not chain.is_effort
            numbers.setdefault((project, *about, chain.is_effort), []).append(chain.segment)
            if chain.is_effort:
                assert not chain.withdrawals
                continue
            withdrawn = [
                e.published_on
                for e in live
                if isinstance(e.event, on.PromiseWithdrawn) and (e.event.milestone, e.event.quantity) == about
            ]
            assert not any(dates[0] < day <= dates[-1] for day in withdrawn)
            assert sorted(withdrawn) == [e.published_on for e in chain.withdrawals]
            for other in live:
                if isinstance(other.event, on.PromiseMade) and other not in chain.promises:
                    same = (other.event.milestone, other.event.quantity) == about and other.event.is_judged
                    low, high = sorted([other.published_on, dates[0]])
                    assert not same or any(low < day <= high for day in withdrawn)
    assert all(found == list(range(1, len(found) + 1)) for found in numbers.values())


# ---------------------------------------------------------------- law 10: over days

ALLOWED = {
    (Verdict.OVERDUE, Verdict.KEPT_LATE),
    (Verdict.WITHDRAWN, Verdict.KEPT),
    *((Verdict.NOT_DUE, verdict) for verdict in Verdict if verdict is not Verdict.EFFORT),
}
DAY_BY_DAY = ALLOWED | {
    *(
        (Verdict.UNVERIFIED, v)
        for v in (Verdict.KEPT, Verdict.KEPT_LATE, Verdict.OVERDUE, Verdict.DATE_UNKNOWN)
    ),
    *((Verdict.DATE_UNKNOWN, verdict) for verdict in (Verdict.KEPT, Verdict.KEPT_LATE)),
}


@given(st.data())
def test_over_days_a_verdict_moves_only_as_the_law_says(data):
    history = data.draw(histories(intents=(*PROMISES, *intents.CORRECTIONS)) | close_histories())
    viewpoint = Viewpoint(
        published_by=data.draw(publication_bounds),
        recorded_by=data.draw(st.none() | st.sampled_from(boundaries(history))),
    )
    grace = data.draw(graces)
    reinstated = {
        (e.event.project, e.published_on)
        for e in history.live(viewpoint)
        if isinstance(e.event, on.ActivityChanged) and e.event.activity is on.Activity.REINSTATED
    }
    folded = ladders(history, viewpoint)
    seen = [
        (day, judged(history, viewpoint, as_of=day, grace=grace, folded=folded))
        for day in (*DAYS_AROUND, LONG_AFTER)
    ]
    for (_, earlier), (day, later) in pairwise(seen):
        assert earlier.keys() <= later.keys()
        for seq, (_, promise, judgement) in earlier.items():
            move = judgement.verdict, later[seq][2].verdict
            back = move[0] is Verdict.WITHDRAWN and (promise.event.project, day) in reinstated
            assert move[0] is move[1] or move in ALLOWED or back, (move, day, promise.event)


@given(st.data())
def test_from_day_to_day_knowledge_settles_what_was_undetermined(data):
    history = data.draw(histories(intents=STEADFAST) | close_histories(intents=CLOSE_STEADFAST))
    grace = data.draw(graces)
    seen = [
        (day, judged(history, Viewpoint(published_by=day), as_of=day, grace=grace))
        for day in (*DAYS_AROUND, LONG_AFTER)
    ]
    for (_, earlier), (day, later) in pairwise(seen):
        for seq, (_, promise, judgement) in earlier.items():
            move = judgement.verdict, later[seq][2].verdict
            assert move[0] is move[1] or move in DAY_BY_DAY, (move, day, promise.event)


# ---------------------------------------------------------------- law 11: over evidence

DUE = {Verdict.KEPT, Verdict.KEPT_LATE, Verdict.OVERDUE, Verdict.DATE_UNKNOWN, Verdict.UNVERIFIED}
WITH_MORE_EVIDENCE = {
    Verdict.EFFORT: {Verdict.EFFORT},
    Verdict.KEPT: {Verdict.KEPT},
    Verdict.KEPT_LATE: {Verdict.KEPT_LATE},
    Verdict.OVERDUE: {Verdict.OVERDUE, Verdict.KEPT_LATE},
    Verdict.DATE_UNKNOWN: DUE,
    Verdict.UNVERIFIED: DUE,
    Verdict.NOT_DUE: {Verdict.NOT_DUE, Verdict.KEPT},
    Verdict.WITHDRAWN: {Verdict.WITHDRAWN, Verdict.KEPT},
}


@st.composite
def growing_courses(draw):
    """
    A history, and the same with one, two, … more commits of evidence.
    """
    course = draw(courses())
    grown = [course.history]
    for event in course.evidence:
        grown.append(with_entry(grown[-1], [event]))
    return grown


@st.composite
def growing_histories(draw):
    history = draw(histories(intents=PROMISES) | close_histories())
    is_close = "s14" in Registry.of(history).sources
    evidence = close.EVIDENCE if is_close else (*intents.EVIDENCE, intents.contested)
    return [history, record(history, draw(legal_commits(history, evidence)))]


@given(growing_courses(), growing_courses(), growing_histories(), graces, publication_bounds)
def test_more_evidence_never_unsettles_a_verdict(one, other, wide, grace, published_by):
    for grown in (one, other, wide):
        days = looking_days(grown[-1], grace)
        for viewpoint in {Viewpoint(), Viewpoint(published_by=published_by)}:
            folds = [(history, ladders(history, viewpoint)) for history in grown]
            for as_of in days:
                seen = [
                    judged(history, viewpoint, as_of=as_of, grace=grace, folded=folded)
                    for history, folded in folds
                ]
                for before, after in pairwise(seen):
                    assert before.keys() == after.keys()
                    for seq, (chain, _, judgement) in before.items():
                        assert after[seq][0] == chain
                        assert after[seq][2].verdict in _with_more_evidence(judgement), (judgement, as_of)


def _with_more_evidence(judgement):
    allowed = WITH_MORE_EVIDENCE[judgement.verdict]
    if judgement.verdict is Verdict.NOT_DUE and not judgement.deadline.is_exact:
        # Reached between the two ends of a vague deadline: in time or not, nobody can tell.
        return allowed | {Verdict.DATE_UNKNOWN}
    return allowed


# ---------------------------------------------------------------- law 12: over later promises


@given(st.data())
def test_a_later_promise_never_changes_the_verdict_on_the_baseline(data):
    history = data.draw(histories(intents=(*PROMISES, *intents.CORRECTIONS)) | close_histories())
    events = data.draw(
        legal_commits(history, (intents.promise, intents.promise_again, intents.promise_again))
    )
    if not events:
        return
    more = record(history, events)
    promised_on = more.get(history.size).published_on
    grace = data.draw(graces)
    for viewpoint in publication_views(more):
        for as_of in (data.draw(status_days(history)), data.draw(status_days(history))):
            before = judged(history, viewpoint, as_of=as_of, grace=grace)
            after = judged(more, viewpoint, as_of=as_of, grace=grace)
            for seq, (chain, promise, judgement) in before.items():
                if promise == chain.baseline and promise.published_on < promised_on:
                    assert after[seq][2] == judgement
                    assert after[seq][0].baseline == promise


@given(st.data())
def test_every_chain_is_counted_once_by_its_verdict(data):
    history = data.draw(histories(intents=(*PROMISES, *intents.CORRECTIONS)) | close_histories())
    seen = view(
        history,
        as_of=data.draw(status_days(history)),
        published_by=data.draw(publication_bounds),
        grace=data.draw(graces),
    )
    found = [state.baseline.verdict for state in seen.promises()]
    counted = Reliability.of(found)
    parts = ("kept", "broken", "undetermined", "not_due", "withdrawn", "effort")
    assert sum(getattr(counted, part) for part in parts) == len(found)
    assert sum(attrs.astuple(counted)) == len(found)
    assert counted.settled == sum(verdict.is_settled for verdict in found)
    headline = [state for state in seen.promises() if state.in_headline]
    early = sum(state.is_early for state in headline)
    verdicts = (state.baseline.verdict for state in headline)
    assert seen.reliability() == Reliability.of(verdicts, kept_early=early)
    for state in headline:
        assert state.chain.firmness in (on.Firmness.FIRM, on.Firmness.PLANNED)
        assert not state.chain.is_effort
        assert not state.after_achievement


# ---------------------------------------------------------------- what a verdict rests on


@given(st.data())
def test_a_verdict_rests_on_the_promise_and_on_live_entries_that_bear_it_out(data):
    history = data.draw(histories(intents=(*PROMISES, *intents.CORRECTIONS)) | close_histories())
    viewpoint, as_of = Viewpoint(published_by=data.draw(publication_bounds)), data.draw(status_days(history))
    folded = ladders(history, viewpoint)
    for chain, promise, judgement in judged(history, viewpoint, as_of=as_of).values():
        assert judgement.entries[0] == promise
        assert all(history.is_live(entry, viewpoint) for entry in judgement.entries)
        assert (judgement.need is not None) is judgement.verdict.is_undetermined
        if judgement.need:
            need, deadline = judgement.need, promise.event.deadline
            assert (need.milestone, need.quantity) == (chain.milestone, chain.quantity)
            assert (need.kept_by, need.broken_if_pending_on) == (deadline.earliest, deadline.latest)
        if chain.is_effort:
            continue
        bounds = folded[chain.project][chain.milestone].bounds(chain.quantity)
        rests = {content(entry) for entry in judgement.entries[1:]}
        expected = {
            Verdict.KEPT: bounds.hi_entries,
            Verdict.KEPT_LATE: bounds.entries,
            Verdict.OVERDUE: bounds.lo_entries,
            Verdict.DATE_UNKNOWN: bounds.entries,
            Verdict.UNVERIFIED: bounds.lo_entries,
            Verdict.NOT_DUE: (),
        }.get(judgement.verdict)
        if expected is None:
            (reason,) = judgement.entries[1:]
            assert isinstance(reason.event, on.PromiseWithdrawn | on.ActivityChanged)
            assert reason.published_on < promise.event.deadline.earliest
        else:
            assert rests == {content(entry) for entry in expected}
