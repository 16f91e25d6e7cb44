"""
Huitian in the formats of other people: how much of it, a few values, and what each says that it loses.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from functools import partial

import icalendar
import pytest

import format_checks as checks
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.io.export.calendar import calendar
from milestone_ledger.io.export.csv_writer import csv_files
from milestone_ledger.io.export.datapackage import data_package
from milestone_ledger.io.export.losses import LossKind
from milestone_ledger.io.export.oc4ids import Publisher, latest, oc4ids, series
from milestone_ledger.io.export.ocel import ocel
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.reports.labels import label

END_OF_2019, END_OF_2022 = date(2019, 12, 31), date(2022, 12, 31)
BEIQING, ANLI = "北清路快速化改造工程", "安立路快速化改造工程"
chinese = partial(label, language="zh")


@pytest.fixture(scope="module")
def view(ledger):
    return ledger.at(as_of=END_OF_2022)


@pytest.fixture(scope="module")
def package(view):
    return json.loads(oc4ids(view).content)


def project(package, name):
    (found,) = (one for one in package["projects"] if one["title"] == name)
    return found


def lost(made):
    return {loss.kind: loss for loss in made.losses}


def test_the_package_is_valid(package):
    if not checks.has_oc4ids_schema():
        pytest.skip(f"NOT CHECKED: no OC4IDS schema in {checks.OC4IDS}; Huitian is not held to the standard")
    assert checks.oc4ids_faults(package, checks.oc4ids_validator()) == []


def test_projects_of_the_standard(package):
    """
    What is not established has no status; a batch is one project; a milestone stands by what is known of it.
    """
    projects = package["projects"]
    milestones = [one for p in projects for one in p.get("milestones", ())]

    assert len(projects) == 413
    assert Counter(p.get("status") for p in projects) == {
        None: 381,
        "implementation": 11,
        "completion": 16,
        "maintenance": 5,
    }
    assert Counter(one["status"] for one in milestones) == {
        "scheduled": 126,
        "met": 40,
        "notMet": 8,
        "partiallyMet": 2,
    }
    assert "一批，共 10所" in project(package, "2018年移交接收的10所幼儿园")["description"]


def test_a_milestone_that_was_met_on_a_day_that_nobody_tells(package):
    """
    北清路 had started by 2019-08-14: met as of that day, and no day of achievement.
    """
    (started,) = project(package, BEIQING)["milestones"]

    assert (started["status"], started["dateModified"][:10]) == ("met", "2019-08-14")
    assert started["dueDate"] == "2019-12-31T23:59:59+08:00"
    assert "dateMet" not in started
    assert "[..2019-08-14]" in started["description"]
    assert "二(二是)" in started["description"]


def test_a_milestone_that_may_have_been_met_since(package):
    """
    安立路 had not started on 2019-08-15, and nobody has told since: not met as of that day, and never late.
    """
    (started,) = project(package, ANLI)["milestones"]

    assert (started["status"], started["dateModified"][:10]) == ("notMet", "2019-08-15")
    assert started["dueDate"][:10] == "2019-12-31"


def test_a_package_for_each_publication(view, package):
    """
    The first holds all that the plan of 2018 names; each later one what was told otherwise; all, everything.
    """
    packages = series(view)

    assert {str(day): len(one["projects"]) for day, one in packages.items()} == {
        "2018-07-29": 165,
        "2018-12-31": 5,
        "2019-08-14": 47,
        "2019-08-15": 30,
        "2022-04-21": 242,
    }
    assert latest(packages.values()) == {one["id"]: one for one in package["projects"]}


def test_who_publishes(view):
    named = json.loads(oc4ids(view, Publisher(name="昌平区发展改革委", prefix="oc4ids-abc123")).content)
    kinds = lost(oc4ids(view, Publisher(prefix="oc4ids-abc123")))

    assert named["publisher"] == {"name": "昌平区发展改革委"}
    assert named["projects"][0]["id"].startswith("oc4ids-abc123-")
    assert LossKind.UNREGISTERED_PREFIX not in kinds
    assert LossKind.UNREGISTERED_PREFIX in lost(oc4ids(view))


def test_what_the_standard_does_not_say(view):
    kinds = lost(oc4ids(view))

    assert len(kinds[LossKind.TOTAL].entries) == 22
    assert len(kinds[LossKind.BATCH].about) == 85
    assert len(kinds[LossKind.CONTESTED].entries) == 1
    assert kinds[LossKind.UNDATED_SOURCE].about == ("2018进展",)


def test_what_was_published_later_is_not_lost_yet(ledger):
    """
    As published by the day of the first plan, no later document is told of.
    """
    kinds = lost(oc4ids(ledger.at(as_of=END_OF_2022, published_by=date(2018, 7, 29))))

    assert not {LossKind.UNDATED_SOURCE, LossKind.CONTESTED, LossKind.NOT_IN_FORCE} & kinds.keys()
    assert LossKind.EFFORT in kinds


def test_deadlines_in_a_calendar(ledger):
    """
    What is not yet due is told from what is due without evidence; what is kept is gone.
    """
    made = calendar(ledger.at(as_of=END_OF_2019), chinese)
    events = icalendar.Calendar.from_ical(made.content).walk("VEVENT")
    marks = Counter(str(event["SUMMARY"]).partition("】")[0][1:] for event in events)
    (anli,) = (event for event in events if ANLI in str(event["SUMMARY"]))

    assert marks == {"到期无据": 53, "未到期": 16}
    assert anli.decoded("DTSTART") == END_OF_2019
    assert str(anli["SUMMARY"]) == f"【到期无据】{ANLI} 开工"
    assert "工作安排(一是)" in str(anli["DESCRIPTION"])
    assert "没有依据不等于逾期" in str(anli["DESCRIPTION"])
    assert not [event for event in events if BEIQING in str(event["SUMMARY"])]
    assert len(lost(made)[LossKind.SETTLED].entries) == 11


def test_the_event_log(view):
    made = ocel(view)
    log = json.loads(made.content)

    assert checks.ocel_faults(log) == []
    assert Counter(one["type"] for one in log["objects"]) == {
        "project": 328,
        "batch": 85,
        "promise": 146,
        "unit": 40,
        "source": 5,
    }
    assert Counter(one["type"] for one in log["events"]) == {
        "promise_made": 428,
        "milestone_achieved": 44,
        "milestone_pending": 10,
        "statement_noted": 32,
        "indicator_targeted": 22,
        "indicator_observed": 43,
        "total_reported": 22,
    }
    (promise,) = (o for o in log["objects"] if o["id"].startswith(f'promise:["{BEIQING}", "started"'))
    assert {"name": "verdict", "time": "2022-12-31T23:59:59+08:00", "value": "kept"} in promise["attributes"]
    assert {loss.kind for loss in made.losses} == {LossKind.RECORDING, LossKind.UNCERTAIN_DATE}


def test_the_data_package(view):
    written = write_out(view.history, "zh")
    files, _ = data_package(view, written, csv_files(written))
    tables = checks.package_tables(files)

    assert {name: len(rows) for name, rows in tables.items() if name.startswith("view-")} == {
        "view-sources": 5,
        "view-projects": 413,
        "view-milestones": 413 * 7,
        "view-promises": len(view.promises()),
        "view-evidence": 54,
    }
    assert len(tables["promises"]) == 428
    (beiqing,) = (
        row
        for row in tables["view-promises"]
        if (row["project"], row["milestone"]) == (BEIQING, "started") and row["verdict"] != "effort"
    )
    assert (beiqing["deadline"], beiqing["verdict"]) == (END_OF_2019, Verdict.KEPT)
    assert beiqing["locator"] == "二(二)5"
