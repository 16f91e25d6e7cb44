"""
What figures are drawn from, taken from chains of promises.
"""

from __future__ import annotations

import pytest

from courses import bounds, course, promised
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import ProgrammeDefined
from milestone_ledger.domain.promises import chains
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import Course, Promised
from milestone_ledger.testing.recording import recorded
from statements import day, plan, project, promise
from strategies.histories import PROGRAMME


def test_a_course_is_what_a_chain_promised_and_when_it_was_reached():
    history = recorded(
        [
            ProgrammeDefined(PROGRAMME),
            plan("K0", "2018-07-29"),
            plan("K1", "2019-08-14"),
            project("batch", 10),
            promise("batch", "started", "2019-12-31", "K0", quantity=4),
            promise("batch", "started", "[2019-12-31..2020-12-31]", "K1", quantity=4),
        ]
    )
    (chain,) = chains(history.of_project("batch"), in_force=day("2022-12-31"))

    assert Course.of(chain, bounds("2019-08-14")) == Course(
        project="batch",
        milestone="started",
        quantity=4,
        promised=(
            promised("2018-07-29", "2019-12-31"),
            promised("2019-08-14", "[2019-12-31..2020-12-31]"),
        ),
        reached=bounds("2019-08-14"),
    )


@pytest.mark.parametrize("deadline", ["[..2019-12-31]", "[2019-12-31..]"])
def test_a_deadline_needs_both_ends(deadline):
    with pytest.raises(InvalidValueError):
        Promised(day("2018-07-29"), UncertainDate.parse(deadline))


def test_a_deadline_may_mean_any_day_from_the_first_to_the_last():
    vague = promised("2018-07-29", "[2019-12-31..2020-12-31]")

    assert (vague.first, vague.last) == (day("2019-12-31"), day("2020-12-31"))


@pytest.mark.parametrize(
    ("on", "place"), [("2018-07-28", None), ("2018-07-29", 0), ("2019-08-13", 0), ("2019-08-14", 1)]
)
def test_the_current_deadline_is_the_last_promised_by_the_day(on, place):
    moved = course("", ("2018-07-29", "2019-12-31"), ("2019-08-14", "2020-12-31"))

    assert moved.baseline == moved.promised[0]
    assert moved.current(day(on)) == (None if place is None else moved.promised[place])


def test_what_nobody_promised_has_no_baseline():
    assert course("2019-08-14").baseline is None
