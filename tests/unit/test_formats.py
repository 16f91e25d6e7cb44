"""
What seldom comes up and must be told: corrections, members of batches, deadlines that moved, proof of delay.
"""

from __future__ import annotations

import json
from datetime import date
from functools import partial

import icalendar

from milestone_ledger.domain import events as on
from milestone_ledger.io.export.calendar import calendar
from milestone_ledger.io.export.oc4ids import latest, oc4ids, series
from milestone_ledger.io.export.view_tables import view_tables
from milestone_ledger.reports.labels import label
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import achieved, day, pending, plan, project, promise, source
from strategies.histories import PROGRAMME

DEFINED = [on.ProgrammeDefined(PROGRAMME)]
chinese = partial(label, language="zh")


def seen(history, as_of="2021-12-31"):
    return view(history, as_of=day(as_of), recorded_by=history.size)


def projects(package):
    return {one["identifiers"][0]["id"]: one for one in package["projects"]}


def test_a_project_of_which_nothing_holds_any_more_goes_away():
    """
    A later document corrects all that was said of it: its id is left, and puts it out of the whole.
    """
    history = recorded(
        DEFINED,
        [plan("计划", "2018-01-15"), source("更正", "2018-06-01"), project("桥"), project("路")],
        [achieved("桥", "started", "2018-01-02", "计划"), promise("路", "started", "2018-12-31", "计划")],
        [on.EntryRetracted(target=5, source="更正", locator="一")],
    )
    packages = series(seen(history))

    assert packages[date(2018, 6, 1)]["projects"] == [
        {"id": "drawn-桥", "updated": "2018-06-01T00:00:00+08:00"}
    ]
    assert [*latest(packages.values())] == ["drawn-路"]


def test_a_correction_is_an_update():
    """
    One of two statements is taken back: the project is told otherwise from that day.
    """
    history = recorded(
        DEFINED,
        [plan("计划", "2018-01-15"), source("更正", "2018-06-01"), project("桥")],
        [promise("桥", "started", "2018-12-31", "计划"), achieved("桥", "started", "2018-01-02", "计划")],
        [on.EntryRetracted(target=5, source="更正", locator="一")],
    )
    (bridge,) = series(seen(history))[date(2018, 6, 1)]["projects"]

    assert bridge["updated"] == "2018-06-01T00:00:00+08:00"
    assert [one["status"] for one in bridge["milestones"]] == ["scheduled"]


def test_what_is_said_of_a_batch_updates_its_members():
    """
    The whole batch had started, and so had the member of which nobody spoke.
    """
    history = recorded(
        DEFINED,
        [plan("计划", "2018-01-15"), source("通报", "2018-06-01")],
        [project("批", 3, measure="座"), project("桥", member_of="批")],
        [promise("桥", "started", "2018-12-31", "计划"), achieved("批", "started", "[..2018-05-31]", "通报")],
    )
    (bridge,) = (
        one for one in series(seen(history))[date(2018, 6, 1)]["projects"] if one["title"] == "项目 桥"
    )

    assert bridge["updated"] == "2018-06-01T00:00:00+08:00"
    assert bridge["status"] == "implementation"
    assert bridge["milestones"][0]["status"] == "met"
    assert bridge["relatedProjects"][0]["relationship"] == "memberOf"


def moved():
    """
    A deadline that moved, from one that is a range, and a day on which it was known not to be kept.
    """
    return recorded(
        DEFINED,
        [plan("计划", "2018-01-15"), plan("调整", "2019-01-15"), source("通报", "2021-03-01"), project("桥")],
        [
            promise("桥", "started", "[2018-06-01..2018-12-31]", "计划"),
            promise("桥", "started", "[2019-06-01..2020-12-31]", "调整"),
            pending("桥", "started", "2021-02-28", "通报"),
        ],
    )


def test_a_deadline_that_moved_lies_on_its_new_day():
    """
    On the last of its days, with the first deadline in words; proof that it passed is told from silence.
    """
    for as_of, mark in (("2020-06-30", "未到期"), ("2021-12-31", "已逾期，完成与否不明")):
        content = calendar(seen(moved(), as_of), chinese).content
        (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")

        assert str(event["SUMMARY"]) == f"【{mark}】项目 桥 开工（期限最晚日）"
        assert event.decoded("DTSTART") == date(2020, 12, 31)
        assert event["SEQUENCE"] == 1
        assert "首次承诺的期限：2018-06-01 至 2018-12-31" in str(event["DESCRIPTION"])


def test_fields_hold_the_current_deadline_and_words_the_first():
    (bridge,) = projects(json.loads(oc4ids(seen(moved())).content)).values()
    (started,) = bridge["milestones"]

    assert started["dueDate"] == "2020-12-31T23:59:59+08:00"
    assert "2018-06-01 至 2018-12-31" in started["description"]
    assert (started["status"], started["dateModified"][:10]) == ("notMet", "2021-02-28")


def test_tables_hold_both_deadlines_and_both_verdicts():
    """
    Late by the first and not yet due by the last.
    """
    history = moved()
    tables = {table.name: table for table in view_tables(seen(history, "2020-06-30"))}
    (row,) = tables["promises"].rows

    assert (row["deadline_earliest"], row["deadline"]) == (date(2018, 6, 1), date(2018, 12, 31))
    assert (row["current_deadline_earliest"], row["current_deadline"]) == (
        date(2019, 6, 1),
        date(2020, 12, 31),
    )
    assert (row["verdict"], row["current_verdict"]) == ("overdue", "not_due")
    assert (row["promised"], row["revised"]) == (2, 1)
