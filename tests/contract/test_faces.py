"""
Faults 20, 48–52 and 54 through the facade and the command line: one line, an exit code, no traceback.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import attrs
import psycopg
import pytest
from sqlalchemy import make_url

from milestone_ledger import Ledger
from milestone_ledger import errors as err
from milestone_ledger.cli import main
from milestone_ledger.cli.arguments import parser
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import Label, Milestone, Unit
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.reports import listings, overview
from milestone_ledger.reports import project_page as pages
from milestone_ledger.reports.table import safe, table, width
from milestone_ledger.store.engine import CommitInDoubtError
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.walk import ODD, everything_once, programme

OK, REFUSED, USAGE, DATABASE, TAMPERED = 0, 1, 2, 3, 4
LOOKING = (
    ("status",),
    ("status", "--by", "domain"),
    ("status", "--by", "delivery"),
    ("status", "--by", "unit"),
    ("status", "--by", "plan"),
    ("status", "--brief"),
    ("promises",),
    ("promises", "--effort"),
    ("promises", "--verdict", "unverified"),
    ("promises", "--unit", "教育局"),
    ("totals",),
    ("indicators",),
    ("findings",),
    ("metrics",),
    ("metrics", "--by", "unit"),
    ("reconcile",),
    ("reconcile", "--by", "domain"),
    ("alerts",),
    ("alerts", "--by", "firmness"),
)
UPKEEP = ("verify", "upgrade", "doctor")
# Those that need a key, a file or PostgreSQL are tested where that is.
ELSEWHERE = (
    "compare",
    "export",
    "page",
    "profile",
    "report",
    "template",
    "key",
    "checkpoint",
    "prove",
    "check",
    "dump",
    "load",
    "roles",
)
AS_OF = ("--as-of", "2019-03-01")
SIZE = 1 + sum(map(len, everything_once("huitian")))
# One name with everything that could break a line, a table or a page.
LONG = ("“Q\"'`<script>alert(1)</script>&amp; 🏗️👨\u200d👩\u200d👧 \u202eגדר\u202c \u200fאב\x1b[31m 路" * 4)[
    :200
]


@pytest.fixture
def run(capsys, monkeypatch):
    """
    Run a command in this process; gives its exit code and what it printed.
    """
    for name in ("MILESTONE_LEDGER_DB", "MILESTONE_LEDGER_LANG", "MILESTONE_LEDGER_ACTOR"):
        monkeypatch.delenv(name, raising=False)

    def run_(*argv):
        capsys.readouterr()
        code = main([str(part) for part in argv])
        return code, *capsys.readouterr()

    return run_


def walked(url, name="huitian"):
    """
    A ledger that holds every kind of event.
    """
    ledger = Ledger.create(url, programme(name), actor="clerk", clock=Clock())
    for events in everything_once(name):
        ledger.append(events)
    return ledger


@pytest.fixture(scope="module")
def walked_file(sqlite_template, tmp_path_factory):
    """
    A file with such a ledger, to be copied.
    """
    path = tmp_path_factory.mktemp("walk") / "walk.db"
    shutil.copyfile(sqlite_template, path)
    walked(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def sqlite_walk(walked_file, tmp_path):
    """
    The URL of a file with such a ledger.
    """
    path = tmp_path / "walk.db"
    shutil.copyfile(walked_file, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def walk(request):
    """
    The URL of a database with such a ledger, on each backend.
    """
    if request.param == "sqlite":
        return request.getfixturevalue("sqlite_walk")
    url = request.getfixturevalue("postgresql_url")
    walked(url).close()
    return url


def every_answer(view):
    """
    Ask a view everything it can be asked.
    """
    tables = [view.projects(), view.promises(), view.totals(), view.indicators(), view.findings()]
    tables += [view.counts(by=by) for by in (None, "domain", "delivery", "unit", "plan")]
    for project in view.registry.projects:
        view.project(project)
    view.reliability()
    json.dumps([rows.to_dicts() for rows in tables], allow_nan=False)
    return tables


def shows(view):
    """
    Every text that is made of a view.
    """
    for language in ("zh", "en"):
        for columns in (None, 60):
            yield overview.status(view, language, columns)
            if view.programme is not None:
                yield listings.findings_table(view, language, columns)
                yield listings.totals_table(view, language, columns)
                entries = [entry for entry in view.history if entry.seq < view.viewpoint.recorded_by]
                yield pages.statements_table(view, entries, language, columns)
            for state in view.projects():
                yield pages.project_page(view, state, language, columns)
        yield overview.brief(view, language, by="unit")


def assert_one_line(text):
    assert len(text.splitlines()) == 1, text
    assert "Traceback" not in text


# 48: the ends of the calendar


@pytest.mark.parametrize("grace", [0, 10**9])
@pytest.mark.parametrize("published_by", [None, date.min, date.max])
@pytest.mark.parametrize("as_of", [date.min, date.max])
def test_a_view_at_an_end_of_the_calendar_answers(sqlite_walk, as_of, published_by, grace):
    with Ledger.open(sqlite_walk) as ledger:
        view = ledger.at(as_of=as_of, published_by=published_by, grace=grace)
        every_answer(view)
        assert all(shows(view))
        verdicts = {state.baseline.verdict for state in view.promises() if not state.chain.is_effort}
        if date.min in {as_of, published_by}:
            assert view.promises() == ()
        elif grace == 0:
            assert Verdict.NOT_DUE not in verdicts
            assert verdicts
        answers = {step.answer.value for state in view.projects() for step in state.milestones}
        if as_of == date.min:
            assert "yes" not in answers
        elif published_by != date.min:
            assert "no" not in answers


@pytest.mark.parametrize("command", LOOKING)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_command_at_an_end_of_the_calendar_answers(run, sqlite_walk, command, day):
    for view in (("--as-of", day), ("--as-of", day, "--published-by", day, "--grace", "99999999999")):
        code, out, err_ = run(*command, *view, "--db", sqlite_walk)
        assert (code, err_) == (OK, "")
        assert day in out
        code, out, err_ = run(*command, *view, "--db", sqlite_walk, "--json")
        assert (code, err_) == (OK, "")
        assert json.loads(out)["as_of"] == day


FAR = timezone(timedelta(hours=14))
NEAR = timezone(-timedelta(hours=12))


@pytest.mark.parametrize(
    ("recorded_by", "size"),
    [
        (10**30, SIZE),
        (-(10**30), 0),
        (2**63, SIZE),
        (SIZE - 1, SIZE),
        (SIZE - 2, SIZE - 1),
        (0, 1),
        (datetime.min.replace(tzinfo=FAR), 0),
        (datetime.max.replace(tzinfo=NEAR), SIZE),
        (datetime(2026, 1, 31, 8, 0, 0, 999_999, tzinfo=UTC), 0),
        (datetime(2026, 1, 31, 8, 0, 1, tzinfo=UTC), 1),
        (datetime(2026, 1, 31, 16, 0, 1, tzinfo=timezone(timedelta(hours=8))), 1),
    ],
)
def test_a_recording_position_however_far_is_rounded_to_a_commit(walk, recorded_by, size):
    with Ledger.open(walk) as ledger:
        view = ledger.at(as_of=date(2019, 3, 1), recorded_by=recorded_by)
        assert view.viewpoint.recorded_by == size
        if size:
            every_answer(view)


@pytest.mark.parametrize(
    "position", [str(10**30), "0", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"]
)
def test_a_recording_position_on_the_command_line(run, sqlite_walk, position):
    for command in LOOKING:
        code, _, err_ = run(*command, *AS_OF, "--recorded-by", position, "--db", sqlite_walk)
        assert (code, err_) == (OK, ""), command


# 49: what is no date

NOT_DATES = [
    datetime(2019, 8, 14),  # noqa: DTZ001 (refused just so)
    datetime(2019, 8, 14, tzinfo=UTC),
    "2019-08-14",
    20190814,
    1.5,
    None,
    True,
]


@pytest.mark.parametrize("value", NOT_DATES, ids=repr)
def test_only_a_plain_date_is_a_day(sqlite_walk, value):
    with Ledger.open(sqlite_walk) as ledger:
        with pytest.raises(err.InvalidValueError, match="as_of"):
            ledger.at(as_of=value)
        if value is not None:
            with pytest.raises(err.InvalidValueError, match="published_by"):
                ledger.at(as_of=date(2019, 1, 1), published_by=value)


@pytest.mark.parametrize("value", [datetime(2026, 1, 31, 8), date(2026, 1, 31), "31", 1.0, True], ids=repr)  # noqa: DTZ001
def test_only_an_instant_or_a_number_is_a_recording_position(walk, value):
    with Ledger.open(walk) as ledger, pytest.raises(err.InvalidValueError, match="recorded_by"):
        ledger.at(as_of=date(2019, 1, 1), recorded_by=value)


@pytest.mark.parametrize("value", [-1, 0.5, "3", True, None], ids=repr)
def test_only_a_number_of_days_is_a_grace(sqlite_walk, value):
    with Ledger.open(sqlite_walk) as ledger, pytest.raises(err.InvalidValueError, match="grace"):
        ledger.at(as_of=date(2019, 1, 1), grace=value)
    with Ledger.open(sqlite_walk) as ledger, pytest.raises(err.InvalidValueError, match="grace"):
        ledger.promises(as_of=date(2019, 1, 1), grace=value)


def test_the_axes_of_time_are_named(sqlite_walk):
    with Ledger.open(sqlite_walk) as ledger, pytest.raises(TypeError):
        ledger.at(date(2019, 1, 1))


@pytest.mark.parametrize(
    "options",
    [
        ("--as-of", "2019-08-14T00:00:00"),
        ("--as-of", "2019-08-14 08:00"),
        ("--as-of", "2019-08"),
        ("--as-of", "2019-02-30"),
        ("--as-of", "14.8.2019"),
        ("--as-of", "２０１９-08-14"),
        ("--as-of", ""),
        ("--as-of", "today"),
        ("--published-by", "2019-08-14T00:00:00Z"),
        ("--recorded-by", "2026-01-31T08:00:00"),
        ("--recorded-by", "yesterday"),
        ("--recorded-by", "１２"),
        ("--grace", "1.5"),
        ("--grace", "many"),
        ("--by", "colour"),
    ],
)
def test_a_wrong_option_is_a_usage_error(run, sqlite_walk, capsys, options):
    with pytest.raises(SystemExit) as stopped:
        run("status", *options, "--db", sqlite_walk)
    assert stopped.value.code == USAGE
    out, err_ = capsys.readouterr()
    assert out == ""
    assert options[0] in err_
    assert re.search("[一-鿿]", err_)
    assert "Traceback" not in err_


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("stat", "没有这一项，只能写括号里列出的"),
        ("", "缺少 COMMAND"),
        ("import", "缺少 FOLDER|FILE.xlsx"),
        ("status --as-off", "没有这样的参数：--as-off"),
        ("status --as-of", "后面还要写一个值"),
        ("status --brief=1", "后面不写值"),
        ("status --grace 1.5", "请写整数"),
        ("status --lang fr", "没有这一项，只能写括号里列出的"),
        ("init --p", "没有这样的参数：--p"),
        ("import --a x", "有几个参数这样开头，请写全"),
    ],
)
def test_wrong_usage_is_told_in_both_languages(capsys, typed, said):
    with pytest.raises(SystemExit) as stopped:
        main(typed.split())
    assert stopped.value.code == USAGE
    assert capsys.readouterr().err.rstrip().endswith(f" {said}")


@pytest.mark.parametrize(
    "typed",
    [
        "load nowhere.jsonl",
        "dump nowhere/a.jsonl",
        "check nowhere.proof --key mine.pub",
        "check nowhere.proof --key nowhere.pub",
        "verify --checkpoint nowhere.note --key mine.pub",
        "checkpoint --key nowhere.key",
        "key nowhere/a.key --authority x.cn",
        "import nowhere.xlsx",
        "profile nowhere.xlsx",
    ],
)
def test_a_file_that_is_not_there_is_told_of_in_chinese(sqlite_walk, tmp_path, monkeypatch, capsys, typed):
    monkeypatch.chdir(tmp_path)
    assert main(["key", "mine", "--authority", "x.cn", "--db", sqlite_walk]) == 0
    capsys.readouterr()

    assert main([*typed.split(), "--db", sqlite_walk]) not in {0, USAGE}
    complaint = capsys.readouterr().err
    assert "不存在" in complaint
    assert "No such file" not in complaint
    assert "does not exist" not in complaint


def test_a_database_in_a_folder_that_is_not_there_is_told_of_in_chinese(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("programme.toml").write_text('id = "x"\ntitle = { zh = "计划", en = "plan" }\n', "utf-8")

    assert main(["--db", "nowhere/x.db", "init"]) == DATABASE
    assert "nowhere/x.db：不存在；未记入任何内容" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--as-of", "--published-by"])
@pytest.mark.parametrize("value", ["2019-08", "someday"])
def test_a_wrong_day_is_explained_in_both_languages(run, sqlite_walk, capsys, option, value):
    with pytest.raises(SystemExit):
        run("status", option, value, "--db", sqlite_walk)
    err_ = capsys.readouterr().err
    assert f"'{value}' is not a day; write 2019-08-14 请写明某一天，如 2019-08-14" in err_


def test_a_negative_grace_is_refused(run, sqlite_walk):
    code, out, err_ = run("status", *AS_OF, "--grace", "-1", "--db", sqlite_walk)
    assert (code, out) == (REFUSED, "")
    assert_one_line(err_)


# The order of rows


def test_projects_stay_in_the_order_of_their_registration(sqlite_walk):
    with Ledger.open(sqlite_walk) as ledger:
        view = ledger.at(as_of=date(2019, 3, 1))
        assert list(view.registry.projects) == ["北清路", "幼儿园", "一园"]
        ledger.append([on.ProjectAmended(project="北清路", note="第二期")])
        view = ledger.at(as_of=date(2019, 3, 1))
        assert list(view.registry.projects) == ["北清路", "幼儿园", "一园"]
        assert [state.project.id for state in view.projects()] == ["北清路", "幼儿园", "一园"]


# 50: unknown names


def test_an_unknown_project_gets_the_nearest_names(run, walk):
    with Ledger.open(walk) as ledger:
        view = ledger.at(as_of=date(2019, 3, 1))
        with pytest.raises(err.UnknownNameError) as caught:
            view.project("回龙观幼园")
        assert caught.value.suggestions[0] == "回龙观幼儿园"
        assert (caught.value.kind, caught.value.name) == ("project", "回龙观幼园")
        with pytest.raises(LookupError):
            view.project("")
        with pytest.raises(err.UnknownNameError) as caught:
            view.bounds("北清路", "startd")
        assert caught.value.suggestions[0] == "started"
        with pytest.raises(err.UnknownNameError):
            view.project("北清路").milestone("opened")
        assert view.project("一幼").project.id == "一园"
        # Before it was amended, nobody knew that name.
        with pytest.raises(err.UnknownNameError):
            ledger.at(as_of=date(2019, 3, 1), recorded_by=6).project("一幼")
    for language, nearest in (("zh", "是否为：回龙观幼儿园"), ("en", "did you mean '回龙观幼儿园'")):
        code, out, err_ = run("project", "回龙观幼园", *AS_OF, "--db", walk, "--lang", language)
        assert (code, out) == (REFUSED, "")
        assert nearest in err_
        assert_one_line(err_)


def test_an_unknown_unit_gets_the_nearest_names(run, walk):
    for language, nearest in (("zh", "是否为：教育局"), ("en", "did you mean '教育局'")):
        command = ("promises", "--unit", "教育", *AS_OF, "--db", walk, "--lang", language)
        for options in ((), ("--json",)):
            code, out, err_ = run(*command, *options)
            assert (code, out) == (REFUSED, "")
            assert nearest in err_
            assert_one_line(err_)
    # By its new name or a former one, it is the same unit; one without promises is known all the same.
    by_name = [run("promises", "--unit", unit, *AS_OF, "--db", walk)[1] for unit in ("教委", "教育局")]
    assert by_name[0] == by_name[1]
    assert "北清路" in by_name[0]
    # Before the first entry there is no programme that could know any unit.
    before = ("--recorded-by", "2001-01-01T00:00:00Z")
    assert run("promises", "--unit", "教育", *AS_OF, *before, "--db", walk)[0] == OK


def test_an_unknown_ledger_is_named_with_those_there_are(run, walk):
    walked(walk, "tiantong").close()
    code, _, err_ = run("status", *AS_OF, "--db", walk, "--ledger", "huitain", "--lang", "en")
    assert code == DATABASE
    assert "huitian" in err_
    assert_one_line(err_)
    code, _, err_ = run("status", *AS_OF, "--db", walk, "--lang", "en")
    assert code == DATABASE
    assert "huitian" in err_
    assert "tiantong" in err_
    assert_one_line(err_)
    assert run("status", *AS_OF, "--db", walk, "--ledger", "tiantong")[0] == OK


# 51: nothing recorded yet


@pytest.fixture
def empty(database_url):
    """
    A ledger that holds its programme and nothing else.
    """
    Ledger.create(database_url, programme("huitian"), actor="clerk", clock=Clock()).close()
    return database_url


def test_every_view_of_an_empty_ledger_answers(empty):
    with Ledger.open(empty) as ledger:
        assert ledger.size == 1
        for as_of in (date.min, date(2019, 3, 1), date.max):
            for published_by in (None, date(2019, 3, 1)):
                view = ledger.at(as_of=as_of, published_by=published_by)
                assert every_answer(view) == [()] * 10
                assert view.reliability().settled == 0
                assert view.reliability().coverage is None
        texts = list(shows(ledger.at(as_of=date(2019, 3, 1))))
        assert sum("（空）" in text for text in texts) == 3
        assert sum("(empty)" in text for text in texts) == 3
        before = ledger.at(as_of=date(2019, 3, 1), recorded_by=datetime(2001, 1, 1, tzinfo=UTC))
        assert every_answer(before) == [()] * 10
        assert "（空）" in overview.status(before, "zh")
        with pytest.raises(err.UnknownNameError):
            ledger.at(as_of=date(2019, 3, 1)).project("北清路")


@pytest.mark.parametrize("command", LOOKING)
def test_every_command_says_that_an_empty_ledger_is_empty(run, empty, command):
    for language, empty_words in (("zh", ("（空）", "（无）")), ("en", ("(empty)", "(none)"))):
        code, out, err_ = run(*command, *AS_OF, "--db", empty, "--lang", language)
        assert (code, err_) == (OK, "")
        assert any(word in out for word in empty_words)
    code, out, err_ = run(*command, *AS_OF, "--db", empty, "--json")
    assert (code, err_) == (OK, "")
    found = json.loads(out)
    assert (found["size"], "recorded_by" in found) == (1, False)
    assert not any(
        found[key] for key in ("promises", "counts", "totals", "indicators", "findings") if key in found
    )


def test_an_empty_ledger_before_its_first_commit_is_shown_as_empty(run, empty):
    for command in LOOKING:
        code, _, err_ = run(*command, *AS_OF, "--recorded-by", "2001-01-01T00:00:00Z", "--db", empty)
        assert (code, err_) == (OK, ""), command


def test_an_empty_ledger_verifies_and_knows_no_project(run, empty):
    code, out, _ = run("verify", "--db", empty)
    assert code == OK
    assert "1 条" in out
    code, out, err_ = run("project", "北清路", *AS_OF, "--db", empty)
    assert (code, out) == (REFUSED, "")
    assert_one_line(err_)


# 52, for the terminal: names that would break a line


def outlandish(url):
    """
    A ledger in which everything that may be named bears the longest and worst of names.
    """
    worst = Label(LONG.strip(), LONG.strip())
    plan = attrs.evolve(
        programme("huitian"),
        title=worst,
        milestones=tuple(
            Milestone(step.id, Label(step.label.zh + ODD, step.label.en + ODD))
            for step in programme("huitian").milestones
        ),
        units=(*programme("huitian").units, Unit(ODD)),
    )
    ledger = Ledger.create(url, plan, actor="clerk", clock=Clock())
    cite = {"source": ODD, "locator": ODD, "project": "奇"}
    ledger.append(
        [
            on.SourceRegistered(
                source=ODD, title=ODD, published=UncertainDate.parse("2019-01-20"), kind=on.SourceKind.PLAN
            ),
            on.ProjectRegistered(
                project="奇",
                name=LONG.strip(),
                domain="教育",
                aliases=(ODD,),
                delivery="new_build",
                size=3,
                measure=ODD,
            ),
            on.ProjectRegistered(project=ODD + "员", name=ODD + "员", domain="教育", member_of="奇"),
            on.PromiseMade(
                **cite,
                milestone="started",
                deadline=UncertainDate.parse("2019-01-31"),
                responsible=(ODD,),
                note=ODD + "\n二行\x07",
            ),
            on.StatementNoted(**cite, note=ODD),
            on.TotalReported(
                source=ODD, locator=ODD, what=ODD, count=9, on=UncertainDate.parse("2019-01-01"), measure=ODD
            ),
            on.MilestoneAchieved(
                **cite | {"project": ODD + "员"},
                milestone="started",
                occurred=UncertainDate.parse("2019-01-02"),
                contested=True,
                note=ODD,
            ),
        ]
    )
    return ledger


def hidden(text):
    """
    Characters that turn, hide or move what a terminal shows.
    """
    return {hex(ord(char)) for char in text if unicodedata.category(char) in {"Cc", "Cf", "Zl", "Zp"}} - {
        "0xa"
    }


@pytest.mark.parametrize("columns", [None, 40, 80, 200])
def test_a_long_and_hostile_name_is_whole_and_harmless_in_a_table(columns):
    text = table(["项目", "数"], [[LONG, "1"], ["路", "22"]], numbers=[1], columns=columns)
    assert hidden(text) == set()
    lines = text.splitlines()
    name_width = width(lines[1].split("  ")[0])
    shown = "".join(cut(line, name_width) for line in lines[2:-1])
    assert shown == safe(LONG)
    assert "<script>alert(1)</script>" in safe(LONG)
    assert "\\u202e" in shown
    if columns is not None:
        assert max(map(width, lines)) <= columns
    # Every number stands in the same column.
    assert {width(line) for line in (lines[2], lines[-1])} == {width(lines[1])}


def cut(line, columns):
    """
    What of a line lies within so many columns.
    """
    taken = ""
    for char in line:
        if width(taken + char) > columns:
            break
        taken += char
    return taken.rstrip(" ") if width(taken) < columns else taken


def test_hostile_names_are_harmless_in_every_text(run, sqlite_url):
    with outlandish(sqlite_url) as ledger:
        view = ledger.at(as_of=date(2019, 3, 1))
        for text in shows(view):
            assert hidden(text) == set()
        wide = overview.promises_table(view, view.promises(), "zh")
        assert safe(LONG.strip()) in wide
    for command in (*LOOKING, ("project", "奇"), ("verify",)):
        view = () if command == ("verify",) else AS_OF
        for language in ("zh", "en"):
            code, out, err_ = run(*command, *view, "--db", sqlite_url, "--lang", language)
            assert (code, err_) == (OK, "")
            assert hidden(out) == set(), command
    code, out, _ = run("project", "奇", *AS_OF, "--db", sqlite_url, "--json")
    assert json.loads(out)["project"]["project"]["name"] == LONG.strip()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hostile_name_in_an_error_is_harmless(run, sqlite_url, language):
    outlandish(sqlite_url).close()
    for name in (ODD + "\x1b[2J", "a\nb", "\u202e路"):
        code, out, err_ = run("project", name, *AS_OF, "--db", sqlite_url, "--lang", language)
        assert (code, out) == (REFUSED, "")
        assert hidden(err_) == set()
        assert_one_line(err_)


# 54: no database, no entry, no server


def closed_port():
    return "postgresql://someone:s3cret@127.0.0.1:1/nowhere"


@pytest.fixture
def locked_url(postgresql_url):
    """
    A real server that asks this role for a password, and gets a wrong one.
    """
    with psycopg.connect(postgresql_url, autocommit=True) as conn:
        conn.execute("DROP ROLE IF EXISTS locked")
        conn.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
        hba = Path(conn.execute("SHOW hba_file").fetchone()[0])
        before = hba.read_bytes()
        rule = b"local all locked scram-sha-256\nhost all locked all scram-sha-256\n"
        hba.write_bytes(rule + before)
        conn.execute("SELECT pg_reload_conf()")
        try:
            # Reloading takes a moment.
            for _ in range(200):
                loaded = "SELECT count(*) FROM pg_hba_file_rules WHERE 'locked' = ANY(user_name)"
                if conn.execute(loaded).fetchone()[0] and not let_in(postgresql_url):
                    break
            yield as_locked(postgresql_url)
        finally:
            hba.write_bytes(before)
            conn.execute("SELECT pg_reload_conf()")
            conn.execute("DROP ROLE locked")


def as_locked(url):
    return make_url(url).set(username="locked", password="s3cret").render_as_string(hide_password=False)  # noqa: S106


def let_in(url):
    try:
        psycopg.connect(as_locked(url)).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(
    params=["missing", "folder", "garbage", "foreign", "no server", "no such database", "wrong password"]
)
def unusable(request, tmp_path):
    """
    A database that cannot be used, and what the message must name.
    """
    if request.param == "missing":
        return str(tmp_path / "no such.db"), "no such"
    if request.param == "folder":
        return str(tmp_path), tmp_path.name
    if request.param == "garbage":
        path = tmp_path / "notes.txt"
        path.write_text("这不是数据库" * 1000, encoding="utf-8")
        return str(path), "notes.txt"
    if request.param == "foreign":
        path = tmp_path / "other.db"
        with sqlite3.connect(path) as conn:
            conn.execute("CREATE TABLE things (id)")
        conn.close()
        return str(path), "other.db"
    if request.param == "no server":
        return closed_port(), "nowhere"
    if request.param == "no such database":
        url = request.getfixturevalue("postgresql_url")
        return make_url(url).set(database="nowhere").render_as_string(hide_password=False), "nowhere"
    return request.getfixturevalue("locked_url"), "locked"


@pytest.mark.parametrize("command", [("status", *AS_OF), ("verify",), ("findings", *AS_OF, "--json")])
def test_an_unusable_database_is_one_line_and_exit_code_3(run, unusable, command):
    url, name = unusable
    for language in ("zh", "en"):
        code, out, err_ = run(*command, "--db", url, "--lang", language)
        assert (code, out) == (DATABASE, "")
        assert_one_line(err_)
        assert name in err_
        assert "s3cret" not in err_
    code, out, err_ = run(*command, "--db", url, "--debug")
    assert (code, out) == (DATABASE, "")
    assert "Traceback" in err_
    assert "s3cret" not in err_


def test_an_unusable_database_is_a_typed_error(unusable):
    with pytest.raises(err.StoreError) as caught:
        Ledger.open(unusable[0] if "://" in unusable[0] else f"sqlite:///{unusable[0]}")
    assert "s3cret" not in str(caught.value)
    assert "s3cret" not in caught.value.explain("zh")


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:s3cret@h/d",
        "postgresql://u:s3cret@h:port/d",
        "://",
        "sqlite://host/x.db",
    ],
)
def test_a_wrong_url_is_one_line(run, url):
    for language in ("zh", "en"):
        code, out, err_ = run("status", *AS_OF, "--db", url, "--lang", language)
        assert code in {REFUSED, USAGE, DATABASE}
        assert out == ""
        assert_one_line(err_)
        assert "s3cret" not in err_


def terminate(url, pid):
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute("SELECT pg_terminate_backend(%s)", (pid,))
        while conn.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = %s", (pid,)).fetchone()[0]:
            pass


@pytest.fixture
def dying(postgresql_url, monkeypatch):
    """
    The server ends our connection when the statement that contains ``dying.words`` is to be made.
    """

    class Dying:
        words = None
        count = 0

    def striking(method):
        def strike(cursor, statement, *arguments, **options):
            if Dying.words is not None and Dying.words in str(statement):
                Dying.count += 1
                terminate(postgresql_url, cursor.connection.info.backend_pid)
            return method(cursor, statement, *arguments, **options)

        return strike

    # Not every question goes through SQLAlchemy, but all go through the driver.
    for kind in (psycopg.Cursor, psycopg.ServerCursor):
        for name in ("execute", "executemany"):
            monkeypatch.setattr(kind, name, striking(getattr(kind, name)))
    return Dying


@pytest.mark.parametrize("command", [*LOOKING[:1], *LOOKING[-1:], ("project", "北清路"), ("verify",)])
def test_a_server_gone_in_mid_query_is_one_line(run, postgresql_url, dying, command):
    walked(postgresql_url).close()
    view = () if command == ("verify",) else AS_OF
    dying.words = "ledger_event"
    for language in ("zh", "en"):
        code, out, err_ = run(*command, *view, "--db", postgresql_url, "--lang", language)
        assert (code, out) == (DATABASE, "")
        assert_one_line(err_)
    assert dying.count == 2
    code, _, err_ = run(*command, *view, "--db", postgresql_url, "--debug")
    assert code == DATABASE
    assert "Traceback" in err_
    dying.words = None
    assert run(*command, *view, "--db", postgresql_url)[0] == OK


NOTE = on.StatementNoted(source="快报", locator="十", project="北清路")


@pytest.mark.parametrize("words", ["INSERT INTO ledger_event", "INSERT INTO ledger_commit", "advisory"])
def test_a_server_gone_in_mid_append_records_nothing(postgresql_url, dying, words):
    with walked(postgresql_url) as ledger:
        view = ledger.at(as_of=date(2019, 3, 1))
        size = ledger.size
        dying.words = words
        with pytest.raises(err.DatabaseUnavailableError):
            ledger.append([NOTE], idempotency_key="k")
        dying.words = None
        assert ledger.size == size
        assert overview.status(view, "zh")
        commit = ledger.append([NOTE], idempotency_key="k")
        assert (commit.first_seq, ledger.size) == (size, size + 1)


def test_every_command_answers_again_once_the_server_is_back(postgresql_url):
    with walked(postgresql_url) as ledger:
        size = ledger.size
        with ledger.engine.connect() as conn:
            pid = conn.connection.dbapi_connection.info.backend_pid
        terminate(postgresql_url, pid)
        assert ledger.size == size
        with ledger.engine.connect() as conn:
            pid = conn.connection.dbapi_connection.info.backend_pid
        terminate(postgresql_url, pid)
        assert ledger.append([NOTE]).first_seq == size


# 20: the commit was done, and the answer lost


@pytest.mark.parametrize("done", [True, False])
def test_an_acknowledgement_that_is_lost_is_answered_by_the_retry(walk, done):
    with Ledger.open(walk, actor="clerk", clock=Clock(datetime(2026, 3, 1, tzinfo=UTC))) as ledger:
        size = ledger.size
        dialect = ledger.engine.dialect
        commit_for_real = dialect.do_commit

        def lose(connection):
            if done:
                commit_for_real(connection)
            if dialect.name == "sqlite":
                if not done:
                    connection.rollback()
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR
                raise error
            connection.dbapi_connection.close()
            raise psycopg.OperationalError("server closed the connection unexpectedly")

        dialect.do_commit = lose
        with pytest.raises(CommitInDoubtError) as caught:
            ledger.append([NOTE], idempotency_key="ack")
        assert isinstance(caught.value, err.DatabaseUnavailableError)
        assert "nothing was recorded" not in str(caught.value)
        dialect.do_commit = commit_for_real
        assert ledger.size == size + done
        with Ledger.open(walk, actor="other", clock=Clock(datetime(2026, 4, 1, tzinfo=UTC))) as later:
            commit = later.append([NOTE], idempotency_key="ack")
            assert later.append([NOTE], idempotency_key="ack") == commit
            assert (commit.first_seq, commit.actor) == (size, "clerk" if done else "other")
            assert later.size == size + 1
            with pytest.raises(err.IdempotencyConflictError):
                later.append([attrs.evolve(NOTE, note="另一条")], idempotency_key="ack")


# JSON on everything that prints data


def test_every_command_that_looks_is_tested_here():
    commands = set(parser()._subparsers._group_actions[0].choices)
    looking = {command[0] for command in LOOKING}
    assert commands - looking <= {"init", "import", "project", *UPKEEP, *ELSEWHERE}


def test_every_command_prints_json(run, walk):
    upkeep = [(name,) for name in UPKEEP]
    for command in (*LOOKING, ("project", "北清路"), ("project", "幼儿园"), *upkeep):
        view = AS_OF if command[0] not in UPKEEP else ()
        code, out, err_ = run(*command, *view, "--db", walk, "--json")
        assert (code, err_) == (OK, "")
        found = json.loads(out, parse_constant=pytest.fail)
        assert isinstance(found, dict)
        if view:
            assert found["as_of"] == "2019-03-01"
            assert (found["size"], "recorded_by" in found) == (SIZE, False)
    code, out, _ = run("project", "北清路", *AS_OF, "--db", walk, "--json")
    found = json.loads(out)["project"]
    assert found["project"]["name"] == "北清路" + ODD
    assert {statement["kind"] for statement in found["statements"]} >= {"promise_made", "milestone_pending"}


def test_json_without_a_day_prints_nothing_but_json(run, walk):
    code, out, err_ = run("status", "--db", walk, "--json")
    assert (code, err_) == (OK, "")
    assert json.loads(out)["as_of"] >= "2026"


def test_without_a_day_the_text_says_which_it_took(run, sqlite_walk):
    code, out, err_ = run("status", "--db", sqlite_walk)
    assert code == OK
    assert_one_line(err_)
    assert "--as-of" in err_
    assert out.startswith("台账 huitian")


PROGRAMME_FILE = Path(__file__).parents[2] / "examples" / "huitian" / "programme.toml"


def test_begin_a_ledger_and_look_at_it(run, tmp_path):
    db = tmp_path / "new.db"
    code, out, err_ = run("init", PROGRAMME_FILE, "--db", db, "--json")
    assert (code, err_) == (OK, "")
    assert json.loads(out) == {"ledger": "huitian", "size": 1}
    assert run("init", PROGRAMME_FILE, "--db", db)[0] == OK
    code, out, _ = run("status", *AS_OF, "--db", db)
    assert code == OK
    assert "（空）" in out
    code, out, err_ = run("init", tmp_path / "nowhere.toml", "--db", db)
    assert (code, out) == (REFUSED, "")
    assert "nowhere.toml" in err_
    assert "Traceback" not in err_


def test_a_tampered_ledger_is_exit_code_4(run, sqlite_walk, tmp_path):
    with sqlite3.connect(make_url(sqlite_walk).database) as conn:
        triggers = [row[0] for row in conn.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for trigger in triggers:
            conn.execute(f'DROP TRIGGER "{trigger}"')
        conn.execute("UPDATE ledger_event SET published_on = 20200101 WHERE seq = 7")
    conn.close()
    for language in ("zh", "en"):
        code, out, _ = run("verify", "--db", sqlite_walk, "--lang", language)
        assert code == TAMPERED
        assert "TAMPERED" in out
        assert "7" in out
    code, out, _ = run("verify", "--db", sqlite_walk, "--json")
    assert code == TAMPERED
    assert json.loads(out)["outcome"] == "tampered"


# As a user runs it


def command_line(*argv, **options):
    return subprocess.Popen(
        [sys.executable, "-c", "import sys; from milestone_ledger.cli import main; sys.exit(main())", *argv],
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options,
    )


def test_a_process_without_a_database_ends_with_3(tmp_path):
    missing = str(tmp_path / "none.db")
    process = command_line("status", "--as-of", "2019-01-01", "--db", missing)
    out, err_ = process.communicate(timeout=60)
    assert (process.returncode, out) == (DATABASE, b"")
    assert_one_line(err_.decode())
    assert not Path(missing).exists()


def test_a_reader_that_goes_away_is_no_error(sqlite_walk):
    process = command_line("status", "--as-of", "2019-03-01", "--db", sqlite_walk)
    process.stdout.close()
    with process.stderr:
        err_ = process.stderr.read()
    assert (process.wait(timeout=60), err_) == (OK, b"")


def test_without_a_standard_output_it_says_nothing_and_ends(sqlite_walk):
    process = command_line(
        "status",
        "--as-of",
        "2019-03-01",
        "--db",
        sqlite_walk,
        stdout=None,
        preexec_fn=lambda: os.close(1),
    )
    _, err_ = process.communicate(timeout=60)
    assert b"Traceback" not in err_


def test_an_interruption_is_one_line(run, sqlite_walk, monkeypatch):

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(overview, "status", interrupt)
    for language, said in (
        ("zh", "已中断；若正在导入，请再导入一次核对"),
        ("en", "interrupted; import again"),
    ):
        code, out, err_ = run("status", *AS_OF, "--db", sqlite_walk, "--lang", language)
        assert (code, out) == (130, "")
        assert said in err_
        assert_one_line(err_)


# What the pages say


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0, "0%"),
        (0.0001, "<1%"),
        (0.0049, "<1%"),
        (0.005, "<1%"),
        (0.995, ">99%"),
        (0.006, "1%"),
        (0.5, "50%"),
        (0.994, "99%"),
        (0.9951, ">99%"),
        (0.9999, ">99%"),
        (1, "100%"),
    ],
)
def test_no_share_is_rounded_to_none_or_all(share, shown):
    assert overview.percent(share) == shown


def test_the_table_of_promises_names_promise_and_evidence(sqlite_walk):
    with Ledger.open(sqlite_walk) as ledger:
        view = ledger.at(as_of=date(2019, 3, 1))
        header, _, *lines = overview.promises_table(view, view.promises(), "zh").splitlines()
        assert header.split() == ["项目", "节点", "期限", "承诺出处", "实绩", "判定", "凭据"]
        assert len(lines) == len(view.promises())
        for state, line in zip(view.promises(), lines, strict=True):
            assert f"#{state.chain.baseline.seq} 方案" in line or f"#{state.chain.baseline.seq} " in line
            assert line.endswith("—") is (len(state.baseline.entries) == 1)
        assert any(line.endswith("—") for line in lines)
        assert not all(line.endswith("—") for line in lines)


@pytest.mark.parametrize(("language", "title"), [("zh", "已撤销的陈述"), ("en", "statements taken back")])
def test_what_was_taken_back_is_listed_with_the_reason(run, sqlite_walk, language, title):
    def page(*view):
        code, out, _ = run("project", "北清路", *AS_OF, *view, "--db", sqlite_walk, "--lang", language)
        assert code == OK
        return out

    *_, taken_back = page().partition(title)
    assert "#11 快报 二" in taken_back
    assert "文件更正" in taken_back
    # The correction was not published by then: the statement stands.
    before = page("--published-by", "2019-02-09")
    assert "文件更正" not in before
    assert "#11" in before
    _, out, _ = run("project", "北清路", *AS_OF, "--db", sqlite_walk, "--json")
    assert 11 in {pair["entry"]["seq"] for pair in json.loads(out)["project"]["retracted"]}
