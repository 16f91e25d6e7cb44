"""
What things are called: every member by its own name, whatever equals it.
"""

from __future__ import annotations

import pytest

from milestone_ledger.domain.bounds import Answer
from milestone_ledger.domain.events import Activity, Firmness
from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.reports.labels import label


@pytest.mark.parametrize("kind", [Verdict, Answer, ActivityState, Activity, Firmness, FindingKind])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_each_member_has_a_name_of_its_own(kind, language):
    names = [label(member, language) for member in kind]

    assert len(set(names)) == len(names)


def test_members_that_are_equal_keep_their_own_names():
    assert Verdict.EFFORT == Firmness.EFFORT
    assert (label(Verdict.EFFORT, "zh"), label(Firmness.EFFORT, "zh")) == ("无法考核", "推进")
    assert (label(ActivityState.CANCELLED, "zh"), label(Activity.CANCELLED, "zh")) == ("已取消", "取消")
