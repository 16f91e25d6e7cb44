"""
What things are called: every member by its own name, whatever equals it.
"""

from __future__ import annotations

import pytest

from milestone_ledger.domain.bounds import Answer
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Activity, Firmness
from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.reports.labels import day_text, label, period_text


@pytest.mark.parametrize("kind", [Verdict, Answer, ActivityState, Activity, Firmness, FindingKind])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_member_has_a_name_of_its_own(kind, language):
    names = [label(member, language) for member in kind]

    assert len(set(names)) == len(names)


def test_members_that_are_equal_keep_their_own_names():
    assert Verdict.EFFORT == Firmness.EFFORT
    assert (label(Verdict.EFFORT, "zh"), label(Firmness.EFFORT, "zh")) == ("无法考核", "推进")
    assert (label(ActivityState.CANCELLED, "zh"), label(Activity.CANCELLED, "zh")) == ("已取消", "取消")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2019-08-14", "2019-08-14"),
        ("2019-08", "2019-08"),
        ("2019", "2019"),
        ("[2018-07-29..2019-08-14]", "2018-07-29～2019-08-14"),
        ("[..2019-08-14]", "≤ 2019-08-14"),
        ("[2019-08-14..]", "≥ 2019-08-14"),
    ],
)
def test_days_are_written_as_people_write_them(day, said):
    assert day_text(UncertainDate.parse(day)) == said


def test_what_is_not_said_of_a_day_is_not_written():
    assert day_text(None) == ""
    assert period_text("2021-01-01..2021-12-31") == "2021-01-01～2021-12-31"
