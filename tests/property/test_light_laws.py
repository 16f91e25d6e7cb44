"""
A light says what holds in every world that the evidence allows; what differs between worlds is grey.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.promises import chains
from milestone_ledger.metrics.lights import (
    Colour,
    Question,
    Rule,
    RuleSet,
    Watched,
    group_lights,
    promise_lights,
)
from milestone_ledger.testing.recording import recorded
from statements import plan, project
from strategies.histories import PROGRAMME

SPAN = [date(2019, 12, 28) + timedelta(n) for n in range(8)]
WORLD = [SPAN[0] - timedelta(1), *SPAN, SPAN[-1] + timedelta(1)]
RULES = RuleSet(
    id="drawn",
    version="1",
    rules=(
        Rule(id="missed", colour=Colour.YELLOW, asks=Question.MISSED, months=0),
        Rule(id="behind", colour=Colour.YELLOW, asks=Question.BEHIND, points=34),
        Rule(id="far", colour=Colour.RED, asks=Question.BEHIND, points=50, beyond=True),
    ),
)


@st.composite
def watched(draw, number):
    """
    A promise for a day or some days, and bounds on when it was reached; every other one is proven late.
    """
    is_late = draw(st.booleans())
    ends = sorted(draw(st.lists(st.sampled_from(SPAN[:3] if is_late else SPAN), min_size=2, max_size=2)))
    made = on.PromiseMade(
        source="plan",
        locator="一",
        project=f"p{number}",
        milestone="started",
        deadline=UncertainDate(*ends),
    )
    history = recorded(
        [on.ProgrammeDefined(PROGRAMME), plan("plan", "2018-07-29"), project(f"p{number}"), made]
    )
    (chain,) = chains(history.of_project(f"p{number}"), in_force=SPAN[-1])
    bounds = [draw(st.none() | st.sampled_from(SPAN)) for _ in range(2)]
    if is_late:
        bounds = [draw(st.sampled_from(SPAN[5:])), None]
    if None not in bounds:
        bounds.sort()
    return Watched(chain=chain, bounds=Bounds(*bounds))


def worlds(each):
    """
    Every deadline and day of the achievement that the wording and the evidence allow.
    """
    deadline, bounds = each.chain.baseline.event.deadline, each.bounds
    return product(
        [day for day in SPAN if deadline.earliest <= day <= deadline.latest],
        [day for day in WORLD if (bounds.lo or day) <= day <= (bounds.hi or day)],
    )


@given(watched(0), st.sampled_from(SPAN))
def test_a_missed_deadline_is_missed_in_every_world(each, as_of):
    """Yellow: late in every world; green: late in none, or reached by now, or not due; grey: late in some."""
    (light,) = promise_lights([each], RULES, as_of=as_of)
    last = each.chain.baseline.event.deadline.latest
    late = {last <= as_of and reached > last for _, reached in worlds(each)}
    by_the_day = {reached <= as_of for _, reached in worlds(each)}

    if light.colour is Colour.YELLOW:
        assert late == {True}
        assert by_the_day != {True}
    if light.colour is Colour.GREY:
        assert late == {True, False}
    if light.colour is Colour.GREEN:
        assert late == {False} or by_the_day == {True} or as_of < last
    assert light.colour is not Colour.RED


@given(st.integers(1, 3).flatmap(lambda n: st.tuples(*map(watched, range(n)))), st.sampled_from(SPAN))
def test_a_group_is_behind_in_every_world(group, as_of):
    """A warning holds in every world, green in none; with exact deadlines grey means that worlds differ."""
    (light,) = group_lights("all", group, RULES, as_of=as_of, fewest=1)
    shares = {
        100 * sum((due <= as_of) - (reached <= as_of) for due, reached in world) / len(group)
        for world in product(*map(worlds, group))
    }

    if light.colour is Colour.RED:
        assert min(shares) > 50
    if light.colour is Colour.YELLOW:
        assert min(shares) >= 34
        assert min(shares) <= 50
    if light.colour is Colour.GREEN:
        assert max(shares) < 34
    if light.colour is Colour.GREY and all(each.chain.baseline.event.deadline.is_exact for each in group):
        assert min(shares) < 34 <= max(shares)


@given(st.integers(1, 3).flatmap(lambda n: st.tuples(*map(watched, range(n)))), st.sampled_from(SPAN))
def test_few_promises_are_no_warning(group, as_of):
    """What a rate of more would light is grey, and says so; nothing else changes."""
    (of_few,) = group_lights("all", group, RULES, as_of=as_of)
    (of_any,) = group_lights("all", group, RULES, as_of=as_of, fewest=len(group))
    is_lit = of_any.colour in (Colour.YELLOW, Colour.RED)

    assert of_few.colour is (Colour.GREY if is_lit else of_any.colour)
    assert (of_few.too_few, of_any.too_few) == (is_lit, False)
    assert set(of_few.rules) >= set(of_any.rules)
    assert (of_few.planned, of_few.reached) == (of_any.planned, of_any.reached)


@given(
    st.permutations(range(3)).flatmap(lambda order: st.tuples(*map(watched, order))), st.sampled_from(SPAN)
)
def test_the_order_of_the_promises_changes_nothing(group, as_of):
    """Law 17: no order decides."""
    (one,), (other,) = (group_lights("all", each, RULES, as_of=as_of) for each in (group, group[::-1]))

    assert (one.colour, one.rules, one.planned, one.reached) == (
        other.colour,
        other.rules,
        other.planned,
        other.reached,
    )
