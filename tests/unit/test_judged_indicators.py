"""
Targets against observations, on examples that can be worked out by hand.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Comparator
from milestone_ledger.domain.indicators import indicators
from milestone_ledger.metrics.judged_indicators import Standing, Why, judged_indicators
from milestone_ledger.testing.recording import recorded
from statements import day, plan, project, source
from strategies.histories import PROGRAMME

BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("plan", "2018-07-29"),
    plan("late plan", "2022-01-01"),
    source("report", "2023-01-31"),
    project("wells"),
]
END = day("2023-01-31")
CUMULATIVE = {"note": "累计"}
TWO_DAYS = "[2020-06-30..2020-12-31]"


def target(value, comparator="≥", deadline="2020-12-31", **fields):
    return on.IndicatorTargeted(
        **{"source": "plan", "locator": "一", "name": "置换", "measure": "处"} | fields,
        value=Decimal(value),
        comparator=Comparator(comparator),
        deadline=None if deadline is None else UncertainDate.parse(deadline),
    )


def observed(value, occurred, comparator="=", **fields):
    return on.IndicatorObserved(
        **{"source": "report", "locator": f"二{occurred}", "name": "置换", "measure": "处"} | fields,
        value=Decimal(value),
        comparator=Comparator(comparator),
        occurred=UncertainDate.parse(occurred),
    )


def judged(*events, as_of=END, in_force=END):
    history = recorded(BASE, events)
    return judged_indicators(indicators(history.live()), as_of=as_of, in_force=in_force)


def standing(*events, **fields):
    (only,) = judged(*events, **fields)
    return only.standing, only.why


@pytest.mark.parametrize(
    ("comparator", "value", "occurred", "expected"),
    [
        ("≥", "64", "2020-06-30", (Standing.MET, None)),
        ("≥", "65", "[..2020-06-30]", (Standing.MET, None)),
        ("≥", "64", "2020-07-01", (Standing.NOT_ESTABLISHED, Why.INCONCLUSIVE)),
        ("≥", "63", "2020-12-31", (Standing.MISSED, None)),
        ("≥", "63", "2020-12-30", (Standing.NOT_ESTABLISHED, Why.INCONCLUSIVE)),
        ("≥", "63", "[..2022-12-31]", (Standing.NOT_ESTABLISHED, Why.INCONCLUSIVE)),
        ("≥", "64", "2022-12-31", (Standing.NOT_ESTABLISHED, Why.INCONCLUSIVE)),
        ("=", "64", "2020-06-30", (Standing.MET, None)),
        ("=", "63", "2021-12-31", (Standing.MISSED, None)),
        ("=", "65", "2020-06-30", (Standing.NOT_ESTABLISHED, Why.MORE_THAN_EXACT)),
        ("=", "65", "2021-12-31", (Standing.NOT_ESTABLISHED, Why.MORE_THAN_EXACT)),
        ("≈", "64", "2020-06-30", (Standing.NOT_JUDGED, Why.APPROXIMATE)),
        ("≤", "63", "2021-12-31", (Standing.NOT_JUDGED, Why.NOT_CUMULATIVE)),
    ],
)
def test_a_cumulative_number_is_judged_on_the_days_of_the_deadline(comparator, value, occurred, expected):
    """Met on or before its first day, missed on or after its last."""
    promised = target("64", comparator, TWO_DAYS)

    assert standing(promised, observed(value, occurred, **CUMULATIVE)) == expected


@pytest.mark.parametrize(
    ("promised", "comparator", "value", "occurred", "expected"),
    [
        ("≥", "≥", "64", "2020-06-30", Standing.MET),
        ("≥", "≥", "63", "2020-12-31", Standing.NOT_ESTABLISHED),
        ("≥", "≤", "64", "2020-06-30", Standing.NOT_ESTABLISHED),
        ("≥", "≤", "63", "2020-12-31", Standing.MISSED),
        ("=", "≥", "64", "2020-06-30", Standing.NOT_ESTABLISHED),
        ("≥", "≈", "63", "2020-12-31", Standing.NOT_JUDGED),
    ],
)
def test_a_range_decides_only_as_a_whole(promised, comparator, value, occurred, expected):
    """ "At least 63" may be 64; "about 63" tells nothing."""
    said = target("64", promised, TWO_DAYS)

    assert standing(said, observed(value, occurred, comparator, **CUMULATIVE))[0] is expected


@pytest.mark.parametrize("where", ["name", "target", "observation"])
def test_only_what_is_called_cumulative_is(where):
    """A level proves nothing of another day."""
    name = {"name": "累计置换"} if where == "name" else {}
    ours = {"note": "累计"} if where == "target" else {}
    theirs = {"note": "至今累计"} if where == "observation" else {}

    assert standing(target("64", **name, **ours), observed("64", "2020-12-31", **name, **theirs)) == (
        Standing.MET,
        None,
    )
    assert standing(target("64"), observed("64", "2020-12-31")) == (
        Standing.NOT_JUDGED,
        Why.NOT_CUMULATIVE,
    )


@pytest.mark.parametrize("note", ["当年数，非累计", "不累计", "未累计", "non-cumulative", "not cumulative"])
def test_what_is_said_not_to_be_cumulative_is_not(note):
    """The year's own number below a target for all years misses nothing."""
    found = standing(target("64"), observed("20", "2020-12-31", note=note))

    assert found == (Standing.NOT_JUDGED, Why.NOT_CUMULATIVE)


def test_other_words_and_scopes_are_told_and_not_compared():
    """家 isn't 处; the programme isn't one of its projects; one project may count several things."""
    promised = target("64", project="wells", **CUMULATIVE)

    assert standing(promised) == (Standing.NOT_ESTABLISHED, Why.NOT_MEASURED)
    assert standing(promised, observed("64", "2020-12-31", measure="家", project="wells")) == (
        Standing.NOT_ESTABLISHED,
        Why.OTHER_MEASURE,
    )
    assert standing(promised, observed("64", "2020-12-31")) == (Standing.NOT_ESTABLISHED, Why.OTHER_SCOPE)
    (only,) = judged(promised, observed("31", "2020-12-31", name="完成置换", project="wells"))
    assert (only.why, only.observations, len(only.apart)) == (Why.OTHER_SCOPE, (), 1)
    unrelated = observed("31", "2020-12-31", name="其他")
    assert standing(target("64", **CUMULATIVE), unrelated) == (Standing.NOT_ESTABLISHED, Why.NOT_MEASURED)


def test_numbers_that_cannot_both_be_true_decide_nothing():
    """A count that only grows can't have been 64 and then 63."""
    first, second = observed("64", "2020-06-30", **CUMULATIVE), observed("63", "2021-01-01", **CUMULATIVE)
    (only,) = judged(target("64", **CUMULATIVE), first, second)

    assert (only.standing, only.why) == (Standing.NOT_ESTABLISHED, Why.SOURCES_DISAGREE)
    assert [entry.event for entry in only.decisive] == [first, second]


def test_a_target_is_due_with_the_last_day_of_its_deadline():
    """What is measured after the status day does not count."""
    promised, seen = target("64", deadline=TWO_DAYS), observed("64", "2020-06-30", **CUMULATIVE)

    assert standing(promised, seen, as_of=day("2020-06-29")) == (Standing.NOT_DUE, None)
    assert standing(promised, seen, as_of=day("2020-06-30")) == (Standing.MET, None)
    assert standing(promised, as_of=day("2020-12-30")) == (Standing.NOT_DUE, None)
    assert standing(promised, as_of=day("2020-12-31")) == (Standing.NOT_ESTABLISHED, Why.NOT_MEASURED)
    assert standing(target("64", deadline=None), seen) == (Standing.NOT_JUDGED, Why.UNDATED)


def test_only_targets_in_force_are_judged_each_by_itself():
    """Two targets of one indicator are two promises."""
    later = target("90", deadline="2022-12-31", source="late plan")
    seen = observed("70", "2020-12-31", **CUMULATIVE)

    assert [row.standing for row in judged(target("64"), later, seen)] == [
        Standing.MET,
        Standing.NOT_ESTABLISHED,
    ]
    assert len(judged(target("64"), later, seen, in_force=day("2021-12-31"))) == 1
