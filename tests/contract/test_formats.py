"""
``export oc4ids | calendar | ocel | datapackage`` from real databases: hostile names, nothing, refusals.
"""

from __future__ import annotations

import json
from datetime import date
from functools import partial

import icalendar
import pytest

import format_checks as checks
from milestone_ledger import Ledger
from milestone_ledger.domain import events as on
from milestone_ledger.io.export.calendar import calendar
from milestone_ledger.io.export.oc4ids import oc4ids, series
from milestone_ledger.io.export.ocel import ocel
from milestone_ledger.reports.labels import label
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.recording import recorded
from milestone_ledger.testing.walk import programme
from page_ledgers import ATTACKS, attackers, nothing, programme_alone
from property.views import view
from statements import plan, project, promise
from walked import filled

OK, REFUSED, USAGE = 0, 1, 2
AS_OF = ("--as-of", "2019-03-01")
FORMATS = {"oc4ids": "a.json", "calendar": "a.ics", "ocel": "a.json", "datapackage": "folder"}
chinese = partial(label, language="zh")


def held(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# ---------------------------------------------------------------- from a database


def test_every_kind_of_event_is_written_the_same_from_both_databases(
    sqlite_url, postgresql_url, run, tmp_path, monkeypatch
):
    """
    Whatever the database, the time zone and the day on which it is asked.
    """
    for number, url in enumerate((sqlite_url, postgresql_url)):
        monkeypatch.setenv("TZ", ("UTC", "Asia/Tokyo")[number])
        filled(url)
        for kind, name in FORMATS.items():
            out = tmp_path / str(number) / kind / name
            out.parent.mkdir(parents=True)
            assert run(url, "export", kind, out, *AS_OF)[0] == OK

    files = held(tmp_path / "0")
    assert files == held(tmp_path / "1")
    assert checks.ocel_faults(json.loads(files["ocel/a.json"])) == []
    assert icalendar.Calendar.from_ical(files["calendar/a.ics"]).walk("VEVENT")
    within = "datapackage/folder/"
    package = {name.removeprefix(within): data for name, data in files.items() if name.startswith(within)}
    assert checks.package_tables(package)["view-promises"]


@pytest.mark.parametrize("kind", FORMATS)
def test_it_tells_what_is_lost_in_words_as_data_and_beside_the_file(sqlite_url, run, tmp_path, kind):
    url, out = filled(sqlite_url), tmp_path / FORMATS[kind]
    _, chinese_, _ = run(url, "export", kind, out, *AS_OF)
    _, english, _ = run(url, "export", kind, out, *AS_OF, "--force", "--lang", "en")
    _, data, _ = run(url, "export", kind, out, *AS_OF, "--force", "--json")
    data = json.loads(data)
    beside = out / "losses.json" if kind == "datapackage" else out.with_name(f"{out.name}.losses.json")
    losses = json.loads(beside.read_bytes())

    assert "不能表达的" in chinese_
    assert "cannot say" in english
    assert losses["format"] == kind
    assert losses["as_of"] == data["as_of"] == "2019-03-01"
    assert [loss["kind"] for loss in losses["losses"]] == [loss["kind"] for loss in data["losses"]]
    for loss in losses["losses"]:
        assert loss["zh"] in chinese_
        assert loss["en"] in english


def test_a_package_for_each_day_of_publication(sqlite_url, run, tmp_path):
    """
    Beside the package, by the name of the day; as published by a day, none of a later day.
    """
    url = filled(sqlite_url)
    assert run(url, "export", "oc4ids", tmp_path / "a.json", *AS_OF, "--by-publication")[0] == OK
    days = sorted(path.name[2:12] for path in tmp_path.glob("a.2*.json"))
    (tmp_path / "b").mkdir()
    by = ("--published-by", days[1])
    run(url, "export", "oc4ids", tmp_path / "b/a.json", *AS_OF, *by, "--by-publication")

    assert len(days) > 2
    assert sorted(path.name[2:12] for path in (tmp_path / "b").glob("a.2*.json")) == days[:2]


@pytest.mark.parametrize("kind", FORMATS)
def test_what_is_there_is_not_written_over(sqlite_url, run, tmp_path, kind):
    url, out = filled(sqlite_url), tmp_path / FORMATS[kind]
    run(url, "export", kind, out, *AS_OF)
    before = held(tmp_path)
    code, _, err = run(url, "export", kind, out, "--as-of", "2099-12-31")

    assert (code, held(tmp_path)) == (REFUSED, before)
    assert "--force" in err
    assert err.count("\n") == 1
    assert run(url, "export", kind, out, "--as-of", "2099-12-31", "--force")[0] == OK
    assert held(tmp_path) != before


def test_a_data_package_is_imported_like_any_folder_of_sheets(sqlite_url, empty_url, run, tmp_path):
    url = filled(sqlite_url)
    run(url, "export", "datapackage", tmp_path / "包", *AS_OF)
    assert run(empty_url, "init", tmp_path / "包/programme.toml")[0] == OK
    assert run(empty_url, "import", tmp_path / "包", "--yes")[0] == OK
    assert "没有变化" in run(url, "import", tmp_path / "包", "--yes")[1]


def test_a_data_package_names_the_slips_that_no_sheet_holds(sqlite_url, run, tmp_path):
    url = filled(sqlite_url)
    _, sheets, _ = run(url, "export", "csv", tmp_path / "表", "--json")
    _, package, _ = run(url, "export", "datapackage", tmp_path / "包", *AS_OF, "--json")
    (taken_back,) = (loss for loss in json.loads(package)["losses"] if loss["kind"] == "retracted")

    assert taken_back["entries"] == json.loads(sheets)["slips"] != []


# ---------------------------------------------------------------- hostile names, and nothing


def valid(package):
    if not checks.has_oc4ids_schema():
        return []
    return checks.oc4ids_faults(package, checks.oc4ids_validator())


def test_names_that_attack_come_back_exactly():
    """
    FAULTS 52: mark-up, quotes, 200 characters, characters of four octets, marks that turn the text around.
    """
    history = attackers()
    seen = view(history, as_of=date(2018, 6, 30), recorded_by=history.size)
    package, log = json.loads(oc4ids(seen).content), json.loads(ocel(seen).content)
    events = icalendar.Calendar.from_ical(calendar(seen, chinese).content).walk("VEVENT")

    assert valid(package) == checks.ocel_faults(log) == []
    assert [one["title"] for one in package["projects"]] == [f"项目 {name}" for name in ATTACKS]
    assert {f"project:{name}" for name in ATTACKS} <= {one["id"] for one in log["objects"]}
    assert sorted(str(event["SUMMARY"]) for event in events) == sorted(
        f"【未到期】项目 {name} 开工" for name in ATTACKS
    )


def test_control_characters_are_shown_and_not_sent():
    """
    A calendar may hold none; elsewhere they are escaped.
    """
    name, domain = "路\x1b[31m\x07桥", programme("huitian").domains[0].path
    history = recorded(
        [on.ProgrammeDefined(programme("huitian"))],
        [plan("计划", "2018-01-15"), project(name, name=name, domain=domain)],
        [promise(name, "started", "2018-12-31", "计划", note="一\r\n二;三,四\\五")],
    )
    seen = view(history, as_of=date(2018, 6, 30), recorded_by=history.size)
    content = calendar(seen, chinese).content
    (event,) = icalendar.Calendar.from_ical(content).walk("VEVENT")

    assert str(event["SUMMARY"]) == "【未到期】路␛[31m␇桥 开工"
    assert not set(content) & (set(range(0x20)) - {0x0A, 0x0D})
    assert json.loads(oc4ids(seen).content)["projects"][0]["title"] == name


@pytest.mark.parametrize("history", [nothing(), programme_alone()], ids=["nothing", "a programme"])
@pytest.mark.parametrize("as_of", [date.min, date(2018, 6, 30), date.max])
def test_nothing_is_written_as_nothing(history, as_of):
    """
    FAULTS 48, 51: on any day; each says that it is empty. The standard wants a project, and is told so.
    """
    seen = view(history, as_of=as_of, recorded_by=history.size)
    package, log = json.loads(oc4ids(seen).content), json.loads(ocel(seen).content)
    (note,) = icalendar.Calendar.from_ical(calendar(seen, chinese).content).subcomponents

    assert package["projects"] == log["objects"] == log["events"] == []
    assert series(seen) == {}
    assert len(valid(package)) == checks.has_oc4ids_schema()
    assert (note.name, str(note["SUMMARY"])) == ("VJOURNAL", "没有未到期或到期无据的承诺")
    assert checks.ocel_faults(log) == []
    assert oc4ids(seen).losses[0].kind == "empty"


def test_an_empty_ledger_from_the_command_line(sqlite_url, run, tmp_path):
    with Ledger.create(sqlite_url, programme("huitian"), actor="clerk", clock=Clock()):
        pass
    for kind, name in FORMATS.items():
        code, out, _ = run(sqlite_url, "export", kind, tmp_path / kind / name, *AS_OF)
        assert (code, "没有可写出的内容" in out) == (OK, True)
    files = held(tmp_path / "datapackage/folder")
    assert not any(rows for name, rows in checks.package_tables(files).items() if name.startswith("view-"))
