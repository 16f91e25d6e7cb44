"""
``export csv`` from a real database into a folder, and from there into an empty ledger (law 32, FAULTS 44).
"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from milestone_ledger import Ledger
from milestone_ledger.domain import events as on
from milestone_ledger.io.sheets import SHEETS
from milestone_ledger.testing.walk import FIRST, everything_once, programme
from property.views import content, whole_view
from walked import address, walked

OK, REFUSED, USAGE, DATABASE = 0, 1, 2, 3
DAYS = [FIRST + timedelta(number) for number in (-1, 4, 14, 19, 30, 40, 45, 60)]


@pytest.fixture
def walk(database_url):
    """
    A ledger that holds every kind of event, on each backend in turn.
    """
    with walked(database_url) as ledger:
        yield ledger


@pytest.fixture
def url(walk):
    return address(walk)


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def corrections(view):
    """
    What the view tells of statements that a later document corrected.
    """
    return [
        (content(pair.entry), pair.by.event.source, pair.by.event.locator, pair.by.event.note)
        for project in view.projects()
        for pair in project.retracted
        if pair.by.published_on > pair.entry.published_on
    ]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ledger_exported_and_imported_gives_equal_views(walk, empty_url, run, tmp_path, language):
    """
    On every day and as published by every day; and written again, it is the same to the byte.
    """
    url, folder, again = address(walk), tmp_path / "表", tmp_path / "再"
    assert run(url, "export", "csv", folder, "--lang", language)[0] == OK
    assert run(empty_url, "init", folder / "programme.toml")[0] == OK
    assert run(empty_url, "import", folder, "--yes")[0] == OK
    assert run(empty_url, "export", "csv", again, "--lang", language)[0] == OK

    assert held(again) == held(folder)
    with Ledger.open(empty_url) as other:
        for as_of in DAYS:
            for published_by in (None, *DAYS):
                one = walk.at(as_of=as_of, published_by=published_by)
                two = other.at(as_of=as_of, published_by=published_by)
                assert whole_view(one) == whole_view(two)
                assert corrections(one) == corrections(two)


def test_importing_an_export_into_its_own_ledger_adds_nothing(walk, url, run, tmp_path):
    size = walk.size
    run(url, "export", "csv", tmp_path / "表")
    code, out, _ = run(url, "import", tmp_path / "表", "--yes")

    assert (code, walk.size) == (OK, size)
    assert "没有变化" in out


def test_the_same_ledger_gives_the_same_bytes_on_both_databases(
    sqlite_url, postgresql_url, run, tmp_path, monkeypatch
):
    """
    Whatever the database, the time zone and the clock.
    """
    for number, url in enumerate((sqlite_url, postgresql_url)):
        monkeypatch.setenv("TZ", ("UTC", "Asia/Tokyo")[number])
        with Ledger.create(url, programme("huitian"), actor=f"clerk {number}") as ledger:
            for events in everything_once("huitian"):
                ledger.append(events)
        assert run(url, "export", "csv", tmp_path / str(number))[0] == OK

    assert held(tmp_path / "0") == held(tmp_path / "1")


# ---------------------------------------------------------------- what it says


def test_it_tells_rows_and_slips(walk, url, run, tmp_path):
    slips = [
        entry.event.target
        for entry in walk.entries()
        if isinstance(entry.event, on.EntryRetracted) and entry.event.source is not None
    ]
    _, chinese, _ = run(url, "export", "csv", tmp_path / "表")
    _, english, _ = run(url, "export", "csv", tmp_path / "sheets", "--lang", "en")
    _, data, _ = run(url, "export", "csv", tmp_path / "json", "--json")
    data = json.loads(data)

    assert "依据 4 · 项目 3" in chinese
    assert "sources 4 · projects 3" in english
    assert data["rows"]["sources"] == 4
    assert data["files"] == [*(f"{sheet.zh}.csv" for sheet in SHEETS), "programme.toml"]
    assert data["slips"]
    assert set(data["slips"]) <= set(slips)
    for seq in data["slips"]:
        assert f"#{seq}" in chinese
        assert f"#{seq}" in english


# ---------------------------------------------------------------- what is refused


def test_a_folder_that_holds_something_needs_force(url, run, tmp_path):
    run(url, "export", "csv", tmp_path / "表", "--lang", "en")
    code, out, err = run(url, "export", "csv", tmp_path / "表")

    assert (code, out) == (REFUSED, "")
    assert "--force" in err
    assert run(url, "export", "csv", tmp_path / "表", "--force")[0] == OK
    assert "依据.csv" in held(tmp_path / "表")
    assert "sources.csv" not in held(tmp_path / "表")
    assert run(url, "import", tmp_path / "表", "--yes")[0] == OK


def test_what_the_sheets_cannot_say_stops_the_export(walk, url, run, tmp_path):
    domain = programme("huitian").domains[0].path
    commit = walk.append([on.ProjectRegistered(project="甲", name="甲", aliases=("乙；丙",), domain=domain)])
    code, out, err = run(url, "export", "csv", tmp_path / "表")

    assert (code, out) == (REFUSED, "")
    assert f"第 {commit.first_seq} 条" in err
    assert "Traceback" not in err
    assert not (tmp_path / "表").exists()


def test_a_path_that_is_no_folder(url, run, tmp_path):
    (tmp_path / "表").write_text("x")
    code, _, err = run(url, "export", "csv", tmp_path / "表", "--force")

    assert (code, (tmp_path / "表").read_text()) == (REFUSED, "x")
    assert err.count("\n") == 1


def test_a_format_must_be_named(url, run):
    assert run(url, "export")[0] == USAGE
