"""
Rule sets as data, and the colours that they give on examples that can be worked out by hand.
"""

from __future__ import annotations

import re

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.promises import chains
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.lights import (
    Colour,
    RuleSet,
    Watched,
    default_rules,
    group_lights,
    promise_lights,
)
from milestone_ledger.testing.recording import recorded
from statements import day, plan, project, promise
from strategies.histories import PROGRAMME

LATER = day("2022-12-31")
RULES = default_rules()


def watched(lo, hi, *, milestone="started", deadline="2019-12-31", number=0):
    name = f"road {number}"
    history = recorded(
        [
            on.ProgrammeDefined(PROGRAMME),
            plan("plan", "2018-07-29"),
            project(name),
            promise(name, milestone, deadline, "plan"),
        ]
    )
    (chain,) = chains(history.of_project(name), in_force=LATER)
    return Watched(chain=chain, bounds=Bounds(lo and day(lo), hi and day(hi)))


def colour(lo, hi, as_of=LATER, **fields):
    (light,) = promise_lights([watched(lo, hi)], RULES, as_of=as_of, **fields)
    assert light.rule_set == "default 2025.1"
    return light.colour.value, light.rules


# ---------------------------------------------------------------- one promise

BOTH = ("start_missed", "start_missed_three_months")


@pytest.mark.parametrize(
    ("lo", "hi", "expected"),
    [
        (None, None, ("grey", BOTH)),
        ("2019-12-31", None, ("grey", BOTH)),
        ("2020-01-01", None, ("yellow", BOTH[:1])),
        ("2020-03-31", None, ("yellow", BOTH[:1])),
        ("2020-04-01", None, ("red", BOTH[1:])),
        ("2020-04-01", "2022-12-31", ("green", ())),
        ("2020-04-01", "2023-01-01", ("red", BOTH[1:])),
        (None, "2019-12-31", ("green", ())),
        (None, "2023-01-01", ("grey", BOTH)),
    ],
)
def test_a_planned_start_is_missed_as_far_as_documents_prove(lo, hi, expected):
    """Yellow from the end of the deadline, red three months on, and grey for all that nobody says."""
    assert colour(lo, hi) == expected


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2019-12-30", ("green", ())),
        ("2019-12-31", ("yellow", BOTH[:1])),
        ("2020-03-30", ("yellow", BOTH[:1])),
        ("2020-03-31", ("red", BOTH[1:])),
    ],
)
def test_no_rule_runs_ahead_of_the_day(as_of, expected):
    """What a later document proves of a later day lights nothing before."""
    assert colour("2021-06-01", None, day(as_of)) == expected


def test_grace_moves_the_deadline():
    """A day of it turns the first day late into one in time."""
    assert colour("2020-01-01", None, grace=1) == ("grey", BOTH)
    assert colour("2020-01-02", None, grace=1) == ("yellow", BOTH[:1])


@pytest.mark.parametrize(
    ("deadline", "pending_until", "expected"),
    [
        ("2019-11-30", "2020-03-01", Colour.RED),
        ("2019-11-30", "2020-02-29", Colour.YELLOW),
        ("[2019-06-30..2019-12-31]", "2020-03-31", Colour.YELLOW),
        ("9999-11-30", "9999-12-31", Colour.GREEN),
    ],
)
def test_three_months_end_with_the_month(deadline, pending_until, expected):
    """From the last day that the deadline may mean; a month without such a day ends a day earlier."""
    (light,) = promise_lights([watched(pending_until, None, deadline=deadline)], RULES, as_of=LATER)

    assert light.colour is expected


def test_a_milestone_that_no_rule_asks_about_has_no_light():
    """The default set asks about planned starts."""
    assert promise_lights([watched(None, None, milestone="completed")], RULES, as_of=LATER) == ()


# ---------------------------------------------------------------- a group


def group(*reached, deadlines=("2019-12-31",), as_of=LATER, rules=RULES, **fields):
    """
    Promises that were certainly reached (``+``), certainly not (``-``), or nobody says (``?``).
    """
    bounds = {"+": (None, "2018-12-31"), "-": ("2023-01-01", None), "?": (None, None)}
    return group_lights(
        "plan",
        [
            watched(*bounds[sign], deadline=deadlines[number % len(deadlines)], number=number)
            for number, sign in enumerate(reached)
        ],
        rules,
        as_of=as_of,
        **fields,
    )


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ("++++++++++", ("green", ())),
        ("+++++++++?", ("grey", ("behind",))),
        ("+++++++++-", ("yellow", ("behind",))),
        ("+++++++---", ("yellow", ("behind",))),
        ("++++++----", ("red", ("far_behind",))),
        ("??????????", ("grey", ("behind", "far_behind"))),
        ("+++++??---", ("yellow", ("behind",))),
        ("++++++??--", ("yellow", ("behind",))),
        ("+++++++++++?", ("green", ())),
    ],
)
def test_a_group_is_behind_as_far_as_documents_prove(signs, expected):
    """Ten points or more are yellow, more than thirty red; what may have been reached is no arrear."""
    (light,) = group(*signs)

    assert (light.colour.value, light.rules) == expected
    assert light.total == len(signs)
    assert light.planned == (len(signs), len(signs))
    assert light.reached == (signs.count("+"), len(signs) - signs.count("-"))


@pytest.mark.parametrize(
    ("signs", "fewest", "expected"),
    [
        ("-", 1, ("red", ("far_behind",), False)),
        ("-", 10, ("grey", ("behind", "far_behind"), True)),
        ("--+++++++", 10, ("grey", ("behind",), True)),
        ("--+++++++", 9, ("yellow", ("behind",), False)),
        ("?????????", 10, ("grey", ("behind", "far_behind"), False)),
        ("+++++++++", 10, ("green", (), False)),
    ],
)
def test_a_share_of_few_promises_lights_nothing(signs, fewest, expected):
    """A warning would rest on a rate of so few; that no rule holds needs no rate."""
    (light,) = group(*signs, fewest=fewest)

    assert (light.colour.value, light.rules, light.too_few) == expected
    assert light.planned == (len(signs), len(signs))


def test_a_rule_about_one_promise_needs_no_others():
    """One road that is proven late is red by itself; its plan of one road is grey."""
    (promised,) = promise_lights([watched("2020-04-01", None)], RULES, as_of=LATER)
    (planned,) = group("-")

    assert (promised.colour, promised.too_few) == (Colour.RED, False)
    assert (planned.colour, planned.too_few) == (Colour.GREY, True)


def test_the_share_planned_grows_with_the_days():
    """Of a deadline that is a range it may have ended or not; ``grace`` puts all off."""
    deadlines = ("2019-12-31", "[2019-06-30..2020-12-31]", "2021-12-31")
    planned = [
        group(*"---", deadlines=deadlines, as_of=day(as_of))[0].planned
        for as_of in ("2019-06-29", "2019-06-30", "2019-12-31", "2020-12-31", "2021-12-31")
    ]

    assert planned == [(0, 0), (0, 1), (1, 2), (2, 2), (3, 3)]
    assert group(*"---", deadlines=deadlines, as_of=day("2021-12-31"), grace=1)[0].planned == (2, 2)


def test_rules_may_ask_about_one_milestone_of_a_group():
    """Each milestone asked about has a light of its own; none without a promise of it."""
    (behind, _) = (rule for rule in RULES.rules if rule.points)
    of = [attrs.evolve(behind, id=m, milestone=m) for m in ("started", "completed")]
    lights = group(*"--", rules=RuleSet(id="ours", version="1", rules=(*of, behind)))

    assert [(light.milestone, light.rules) for light in lights] == [
        ("started", ("started",)),
        (None, ("behind",)),
    ]
    assert group() == ()
    assert group(*"--", rules=RuleSet(id="none", version="1", rules=())) == ()


# ---------------------------------------------------------------- rules as data

OURS = """
id = "ours"
version = "3"
[[rules]]
id = "late"
colour = "red"
asks = "missed"
months = 1
zh = "逾期一月"
"""


def test_a_rule_set_is_read_from_a_file():
    """Every light carries its name and version; a rule without words is called by its id."""
    rules = RuleSet.parse(OURS)
    (light,) = promise_lights([watched("2020-02-01", None, milestone="completed")], rules, as_of=LATER)

    assert (rules.name, rules.rules[0].label("zh"), rules.rules[0].label("en")) == (
        "ours 3",
        "逾期一月",
        "late",
    )
    assert (light.colour, light.rules, light.rule_set) == (Colour.RED, ("late",), "ours 3")


@pytest.mark.parametrize(
    ("wrong", "right", "named"),
    [
        ("", "id = ", "RuleSet"),
        ("[[rules]]", "[rules]", "RuleSet.rules"),
        ('version = "3"\n', "", "version is missing"),
        ('version = "3"', "version = 3", "RuleSet.version"),
        ('version = "3"', 'version = "3"\ncolour = "red"', "colour"),
        ('id = "late"\n', "", "id is missing"),
        ('"red"', '"green"', "Rule.colour"),
        ('"red"', '"blue"', "rules[0].colour"),
        ('asks = "missed"\n', "", "asks is missing"),
        ('"missed"', '"behind"', "points"),
        ("months = 1", "", "months"),
        ("months = 1", "months = -1", "Rule.months"),
        ("months = 1", "months = 1\npoints = 10", "points"),
        ("months = 1", "months = 1\nday = 3", "rules[0]"),
        ("[[rules]]", OURS.split('"3"')[1] + "[[rules]]", "RuleSet.rules"),
        ("[[rules]]", OURS.split('"3"')[1].replace("= 1", "= 2") + "[[rules]]", "each id"),
    ],
)
def test_a_rule_set_that_cannot_be_read_is_refused(wrong, right, named):
    """The error names the place, the value and what is wanted."""
    text = right if not wrong else OURS.replace(wrong, right, 1)

    with pytest.raises(InvalidValueError, match=re.escape(named)):
        RuleSet.parse(text)
