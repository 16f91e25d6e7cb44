"""
Law 13: the parts of a slip, and that every range holds what may be true and not much more.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import chains
from milestone_ledger.metrics.slips import DayRange, SlipSplit, churn, revisions, slip, split
from milestone_ledger.testing.recording import LEDGER, record
from milestone_ledger.testing.strategies import CALENDAR, close, legal_commits
from property.views import ladders
from strategies.histories import close_histories

SPAN = CALENDAR[10:19]
BEFORE, AFTER = SPAN[0] - timedelta(9), SPAN[-1] + timedelta(9)
INTENTS = (*3 * (close.promise,), *close.EVIDENCE, close.withdrawal)
NONE = SlipSplit(openly_late=DayRange(0, 0), absorbed=DayRange(0, 0))


@st.composite
def promised_and_reached(draw):
    """
    A chain of up to four promises within nine days, each on some day or days, and bounds among them.
    """
    entries = []
    for number in range(draw(st.integers(1, 4))):
        first = draw(st.sampled_from(SPAN))
        deadline = UncertainDate(first, first + timedelta(draw(st.sampled_from([0, 1, 3]))))
        if entries and draw(st.integers(0, 3)) == 0:
            deadline = draw(st.sampled_from(entries)).event.deadline
        entries.append(
            Entry(
                ledger=LEDGER,
                seq=number,
                commit_no=0,
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
                actor="clerk",
                published_on=draw(st.sampled_from(SPAN)),
                event=on.PromiseMade(
                    source=f"s{number}",
                    locator="一1",
                    project="p0",
                    milestone="completed",
                    deadline=deadline,
                ),
            )
        )
    (chain,) = chains(entries, in_force=SPAN[-1])
    ends = [draw(st.none() | st.sampled_from(SPAN)) for _ in range(2)]
    if None not in ends:
        ends.sort()
    return chain, Bounds(*ends)


def judged_chains(history):
    """
    Every chain that can be judged, with the bounds of what it promises.
    """
    for project, of_project in ladders(history).items():
        for chain in chains(filter(history.is_live, history.of_project(project)), in_force=date.max):
            if not chain.is_effort:
                yield chain, of_project[chain.milestone].bounds(chain.quantity)


def days_of(deadline):
    return [deadline.earliest + timedelta(n) for n in range((deadline.latest - deadline.earliest).days + 1)]


def exact(promised, reached):
    """
    Law 13 by its letter: ``promised`` are (publication, deadline) pairs in order.
    """
    base = promised[0][1]
    total = (reached - base).days
    if total <= 0:
        return total, 0, 0
    last = [deadline for published, deadline in promised if published < reached]
    openly_late = min(max(0, (reached - (last or [base])[-1]).days), total)
    return total, openly_late, total - openly_late


def worlds(chain, bounds):
    """
    The numbers in every world that the evidence allows, an open end cut off beyond the calendar.

    The same wording means the same day; only the first deadline and the one in force count.
    """
    first, last = bounds.lo or BEFORE, bounds.hi or AFTER
    promised = [(entry.published_on, entry.event.deadline) for entry in chain.promises]
    base = promised[0][1]
    for number in range((last - first).days + 1):
        reached = first + timedelta(number)
        in_force = ([base] + [deadline for day, deadline in promised if day < reached])[-1]
        for start in days_of(base):
            for end in [start] if in_force == base else days_of(in_force):
                pairs = [(promised[0][0], start), (promised[0][0], end)]
                if promised[0][0] >= reached:
                    pairs = pairs[:1]
                yield exact(pairs, reached)


def hull(numbers):
    return min(numbers), max(numbers)


def within(inner, outer):
    """
    Whether every number of ``inner`` is one of ``outer``.
    """
    return (outer.lo is None or (inner.lo is not None and outer.lo <= inner.lo)) and (
        outer.hi is None or (inner.hi is not None and inner.hi <= outer.hi)
    )


@given(promised_and_reached())
def test_every_range_is_that_of_the_worlds_that_the_evidence_allows(found):
    chain, bounds = found
    possible = list(worlds(chain, bounds))
    total, parts = slip(chain, bounds), split(chain, bounds)
    slips, openly_late, absorbed = (hull(numbers) for numbers in zip(*possible, strict=True))

    assert total == DayRange(None if bounds.lo is None else slips[0], None if bounds.hi is None else slips[1])
    assert (parts is None) is (total.hi is not None and total.hi <= 0)
    parts = parts or NONE
    assert parts.openly_late == DayRange(openly_late[0], None if bounds.hi is None else openly_late[1])
    assert parts.absorbed == DayRange(*absorbed)


@given(promised_and_reached(), st.sampled_from(SPAN))
def test_what_is_fully_dated_is_split_exactly(found, reached):
    """
    slip = openly late + absorbed, each from 0 to the slip; Dn is the last deadline published before A.
    """
    chain = attrs.evolve(found[0], promises=tuple(map(exactly, found[0].promises)))
    promised = [(entry.published_on, entry.event.deadline.latest) for entry in chain.promises]
    total, openly_late, absorbed = exact(promised, reached)
    parts = split(chain, Bounds(reached, reached))

    assert slip(chain, Bounds(reached, reached)) == DayRange(total, total)
    if total <= 0:
        assert parts is None
        return
    assert parts == SlipSplit(
        openly_late=DayRange(openly_late, openly_late), absorbed=DayRange(absorbed, absorbed)
    )
    assert openly_late + absorbed == total
    assert 0 <= openly_late <= total
    assert 0 <= absorbed <= total


def exactly(entry):
    deadline = UncertainDate.on(entry.event.deadline.latest)
    return attrs.evolve(entry, event=attrs.evolve(entry.event, deadline=deadline))


@given(st.data())
def test_more_evidence_only_narrows(data):
    history = data.draw(close_histories(intents=INTENTS))
    evidence = data.draw(legal_commits(history, close.EVIDENCE))
    grown = record(history, evidence) if evidence else history
    before = {chain.baseline.seq: found for *found, chain in _measured(history)}
    after = {chain.baseline.seq: found for *found, chain in _measured(grown)}

    assert before.keys() == after.keys()
    for number, (total, parts) in after.items():
        wide_total, wide_parts = before[number]
        assert within(total, wide_total)
        # In time for certain, nothing is left to split: both parts were perhaps 0 before.
        narrow, wide = parts or NONE, wide_parts or NONE
        assert within(narrow.openly_late, wide.openly_late)
        assert within(narrow.absorbed, wide.absorbed)


def _measured(history):
    for chain, bounds in judged_chains(history):
        yield slip(chain, bounds), split(chain, bounds), chain


@given(promised_and_reached())
def test_moves_add_up_to_the_way_from_the_baseline_to_the_last_deadline(found):
    """
    Of exact deadlines the moves sum to Dn − D0, and churn is no less than that, and of the same parity.
    """
    chain, _ = found
    moves, total = revisions(chain), churn(chain)

    assert tuple(move.entry for move in moves) == chain.revisions
    for move in moves:
        days = [(a - b).days for a in days_of(move.after) for b in days_of(move.before)]
        notices = [(b - move.entry.published_on).days for b in days_of(move.before)]
        assert (move.moved.lo, move.moved.hi) == hull(days)
        assert (move.notice.lo, move.notice.hi) == hull(notices)
    least = [min(abs(n) for n in range(move.moved.lo, move.moved.hi + 1)) for move in moves]
    most = [max(abs(n) for n in range(move.moved.lo, move.moved.hi + 1)) for move in moves]
    assert total == DayRange(sum(least), sum(most))
    if all(entry.event.deadline.is_exact for entry in chain.promises):
        way = (chain.current.event.deadline.latest - chain.baseline.event.deadline.latest).days
        assert sum(move.moved.lo for move in moves) == way
        assert total.lo == total.hi >= abs(way)
        assert (total.lo - way) % 2 == 0
