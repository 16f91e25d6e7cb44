"""
What the laws compare: bounds, verdicts and whole views, by content and never by ``seq``.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import attrs

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import fold
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.promises import chains, in_force_by, judge
from milestone_ledger.domain.registry import Registry
from milestone_ledger.ledger.view import View
from milestone_ledger.testing.recording import LEDGER
from milestone_ledger.testing.strategies import CALENDAR

# One day more on both sides than anything is said of.
DAYS_AROUND = (CALENDAR[0] - timedelta(1), *CALENDAR, CALENDAR[-1] + timedelta(1))


def publication_views(history, *, recorded_by=None):
    """
    Every view of a position that differs from its neighbours: each day of publication, and hindsight.
    """
    days = sorted({entry.published_on for entry in history if entry.published_on is not None})
    first = [days[0] - timedelta(1)] if days else []
    return [Viewpoint(published_by=day, recorded_by=recorded_by) for day in (*first, *days, None)]


def ladders(history, viewpoint=None):
    viewpoint = viewpoint or Viewpoint()
    return fold(Registry.of(history, viewpoint.recorded_by), history, viewpoint)


def quantities(ladder):
    """
    Every quantity that evidence in these histories can tell apart, and the whole.
    """
    return (*range(1, min(ladder.whole, 6)), ladder.whole)


def bounds_by_content(folded):
    """
    All bounds with the contents of the entries that attain them.
    """
    return {
        (project, milestone, quantity): (
            bounds.lo,
            bounds.hi,
            contents(bounds.lo_entries),
            contents(bounds.hi_entries),
        )
        for project, of_project in folded.items()
        for milestone, ladder in of_project.items()
        for quantity in quantities(ladder)
        for bounds in [ladder.bounds(quantity)]
    }


def bare_bounds(folded):
    """
    All bounds without the entries that attain them.
    """
    return {key: bounds[:2] for key, bounds in bounds_by_content(folded).items()}


def contents(entries):
    """
    Entries as a bag of what they say and when it was published.
    """
    return frozenset(Counter((entry.published_on, entry.event) for entry in entries).items())


def content(entry):
    return None if entry is None else (entry.published_on, entry.event)


def evidence_live(history, viewpoint):
    return [e for e in history.live(viewpoint) if isinstance(e.event, on.Evidence) and not e.event.contested]


def verdicts(history, *, as_of, published_by=None, recorded_by=None, grace=0, of="baseline"):
    """
    The judgement of every chain, by what the chain is about.
    """
    viewpoint = Viewpoint(published_by=published_by, recorded_by=recorded_by)
    folded = ladders(history, viewpoint)
    found = {}
    for project, of_project in folded.items():
        statements = [e for e in history.of_project(project) if history.is_live(e, viewpoint)]
        for chain in chains(statements, in_force=in_force_by(as_of, published_by)):
            milestone = chain.milestone or next(iter(of_project))
            found[project, chain.milestone, chain.quantity, chain.segment, chain.is_effort] = judge(
                chain,
                getattr(chain, of),
                of_project[milestone].bounds(chain.quantity),
                statuses=[e for e in statements if isinstance(e.event, on.ActivityChanged)],
                as_of=as_of,
                published_by=published_by,
                grace=grace,
            )
    return found


def judged(history, viewpoint, *, as_of, grace=0, folded=None):
    """
    Every promise in force with its chain and its judgement, by its number.
    """
    found = {}
    for project, of_project in (folded or ladders(history, viewpoint)).items():
        statements = [e for e in history.of_project(project) if history.is_live(e, viewpoint)]
        for chain in chains(statements, in_force=in_force_by(as_of, viewpoint.published_by)):
            ladder = of_project[chain.milestone or next(iter(of_project))]
            for promise in chain.promises:
                judgement = judge(
                    chain,
                    promise,
                    ladder.bounds(chain.quantity),
                    statuses=[e for e in statements if isinstance(e.event, on.ActivityChanged)],
                    as_of=as_of,
                    published_by=viewpoint.published_by,
                    grace=grace,
                )
                found[promise.seq] = chain, promise, judgement
    return found


def view(history, *, as_of, published_by=None, recorded_by=None, grace=0):
    return View(
        ledger=LEDGER,
        as_of=as_of,
        viewpoint=Viewpoint(published_by=published_by, recorded_by=recorded_by),
        grace=grace,
        history=history,
    )


def _judgement(judgement):
    return judgement.verdict, judgement.deadline, judgement.need, contents(judgement.entries)


def whole_view(seen, *, findings=True):
    """
    Everything that a view shows, by content; lists in the order of registration become sets.
    """
    shown = {
        state.project.id: (
            attrs.astuple(state.project, recurse=False),
            frozenset(state.members),
            state.stage,
            state.activity,
            content(state.status),
            state.next_expected,
            tuple(
                (
                    m.milestone,
                    m.answer,
                    m.bounds.lo,
                    m.bounds.hi,
                    m.certain,
                    m.possible,
                    contents(m.bounds.entries),
                )
                for m in state.milestones
            ),
            tuple(
                (
                    tuple(content(entry) for entry in promise.chain.promises),
                    promise.chain.segment,
                    contents(promise.chain.withdrawals),
                    _judgement(promise.baseline),
                    _judgement(promise.current),
                    promise.after_achievement,
                    promise.in_headline,
                    frozenset(promise.members),
                    promise.unnamed,
                )
                for promise in state.promises
            ),
        )
        for state in seen.projects()
    }
    totals = [
        (
            content(t.entry),
            t.on,
            t.registered,
            t.certain,
            t.possible,
            contents(t.examples),
            frozenset(t.projects),
        )
        for t in seen.totals()
    ]
    numbers = [
        (
            i.name,
            i.measure,
            i.project,
            tuple(map(content, i.targets)),
            tuple(map(content, i.observations)),
        )
        for i in seen.indicators()
    ]
    found = Counter(
        (
            f.kind,
            frozenset((f.project, *f.others))
            if f.milestone is None
            else (f.project, f.milestone, frozenset(f.others)),
            contents(f.entries),
        )
        for f in seen.findings()
    )
    counted = {(c.group, c.milestone): (c.certain, c.possible, c.registered) for c in seen.counts(by="unit")}
    return shown, totals, numbers, counted, found if findings else None
