"""
What people call the groups that figures are drawn of.
"""

from __future__ import annotations

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.programme import Domain, Unit
from milestone_ledger.ledger.grouping import Axis
from milestone_ledger.reports.groups import group_text
from milestone_ledger.reports.overview import counts_table
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import day, plan, project, promise
from strategies.histories import PROGRAMME

NAMED = attrs.evolve(
    PROGRAMME,
    domains=(Domain("道路", "roads"), Domain("教育/幼儿园", "education/kindergartens"), Domain("公园")),
    units=(Unit(name="交通局", en="transport bureau"), Unit(name="教委")),
)
SEEN = view(
    recorded(
        [
            on.ProgrammeDefined(NAMED),
            plan("2018", "2018-01-01"),
            project("road"),
            promise("road", "started", "2019-06-30", "2018"),
        ]
    ),
    as_of=day("2020-12-31"),
)


@pytest.mark.parametrize(
    ("by", "group", "chinese", "english"),
    [
        ("domain", "道路", "道路", "roads"),
        ("domain", "教育/幼儿园", "教育/幼儿园", "education/kindergartens"),
        ("domain", "教育", "教育", "education"),
        ("domain", "公园", "公园", "公园"),
        ("unit", "交通局", "交通局", "transport bureau"),
        ("unit", "教委", "教委", "教委"),
        ("milestone", "started", "开工", "started"),
        ("delivery", "new_build", "新建", "new build"),
        ("firmness", "firm", "明确", "firm"),
        ("plan", "2018", "2018", "2018"),
    ],
)
def test_a_group_is_called_as_the_programme_says(by, group, chinese, english):
    """In English, too, where it says how."""
    assert (group_text(SEEN, group, by, "zh"), group_text(SEEN, group, by, "en")) == (chinese, english)


@pytest.mark.parametrize("by", Axis.__args__)
def test_a_group_without_a_name_is_what_nobody_stated(by):
    assert (group_text(SEEN, "", by, "zh"), group_text(SEEN, "", by, "en")) == ("未写明", "not stated")


def test_counts_name_their_groups_in_the_language_asked_for():
    assert "roads" in counts_table(SEEN, "en", "domain")
    assert "道路" not in counts_table(SEEN, "en", "domain")
    assert "道路" in counts_table(SEEN, "zh", "domain")
