"""
``export xlsx``, ``template`` and ``init --interactive``: workbooks out of a real database, and back into one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from milestone_ledger import Ledger
from milestone_ledger.io.intake import read_programme
from milestone_ledger.testing.walk import FIRST, everything_once, programme
from property.views import whole_view
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


# ---------------------------------------------------------------- export xlsx


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_ledger_exported_and_imported_gives_equal_views(walk, empty_url, run, tmp_path, language):
    """
    On every day and as published by every day; and written again, it is the same to the byte.
    """
    url = address(walk)
    book, again = tmp_path / "一" / "台账.xlsx", tmp_path / "二" / "台账.xlsx"
    assert run(url, "export", "xlsx", book, "--lang", language)[0] == OK
    assert run(empty_url, "init", book.parent / "programme.toml")[0] == OK
    assert run(empty_url, "import", book, "--yes")[0] == OK
    assert run(empty_url, "export", "xlsx", again, "--lang", language)[0] == OK

    assert again.read_bytes() == book.read_bytes()
    with Ledger.open(empty_url) as other:
        for as_of in DAYS:
            for published_by in (None, *DAYS):
                one = walk.at(as_of=as_of, published_by=published_by)
                two = other.at(as_of=as_of, published_by=published_by)
                assert whole_view(one) == whole_view(two)


def test_importing_an_export_into_its_own_ledger_adds_nothing(walk, url, run, tmp_path):
    size = walk.size
    run(url, "export", "xlsx", tmp_path / "台账.xlsx")
    code, out, _ = run(url, "import", tmp_path / "台账.xlsx", "--yes")

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
        for command in (["export", "xlsx"], ["template"], ["report", "account", "--as-of", "2022-12-31"]):
            assert run(url, *command, tmp_path / f"{command[-1]}{number}.xlsx", "--force")[0] == OK

    for name in ("xlsx", "template", "2022-12-31"):
        one, two = ((tmp_path / f"{name}{number}.xlsx").read_bytes() for number in (0, 1))
        assert one == two


def test_it_tells_rows_and_files(url, run, tmp_path):
    _, chinese, _ = run(url, "export", "xlsx", tmp_path / "a.xlsx")
    _, data, _ = run(url, "export", "xlsx", tmp_path / "又" / "a.xlsx", "--json")
    data = json.loads(data)

    assert "依据 4 · 项目 3" in chinese
    assert "programme.toml" in chinese
    assert data["file"] == str(tmp_path / "又" / "a.xlsx")
    assert data["files"] == ["a.xlsx", "programme.toml"]
    assert data["rows"]["sources"] == 4
    assert data["slips"]


@pytest.mark.parametrize("taken", ["台账.xlsx", "programme.toml"])
def test_nothing_is_written_over_what_is_there(url, run, tmp_path, taken):
    """
    Neither file is touched if one of them is in the way; with ``--force`` both are written.
    """
    folder = tmp_path / "出"
    folder.mkdir()
    (folder / taken).write_bytes(b"x")
    code, _, err = run(url, "export", "xlsx", folder / "台账.xlsx")

    assert code == REFUSED
    assert taken in err
    assert "--force" in err
    assert [(path.name, path.read_bytes()) for path in folder.iterdir()] == [(taken, b"x")]
    assert run(url, "export", "xlsx", folder / "台账.xlsx", "--force")[0] == OK
    assert {path.name for path in folder.iterdir()} == {"台账.xlsx", "programme.toml"}
    assert (folder / taken).read_bytes() != b"x"


def test_a_definition_that_says_the_same_keeps_its_comments(url, run, tmp_path):
    run(url, "export", "xlsx", tmp_path / "a.xlsx")
    path = tmp_path / "programme.toml"
    path.write_text("# 说明\n" + path.read_text("utf-8"), "utf-8")
    code, out, _ = run(url, "export", "xlsx", tmp_path / "b.xlsx", "--force", "--json")

    assert code == OK
    assert json.loads(out)["files"] == ["b.xlsx"]
    assert path.read_text("utf-8").startswith("# 说明")


def test_another_ending_is_refused_before_anything_is_read(run):
    assert run("sqlite:///nowhere/no.db", "export", "xlsx", "台账.xls")[0] == USAGE


# ---------------------------------------------------------------- template


def test_a_template_is_filled_in_and_imported(walk, url, run, tmp_path):
    """
    As it is it adds nothing; a row that someone fills in is added.
    """
    import openpyxl  # noqa: PLC0415 (one test alone edits a workbook)

    path, size = tmp_path / "台账.xlsx", walk.size
    code, out, _ = run(url, "template", path)
    assert code == OK
    assert "填表说明" in out
    assert "没有变化" in run(url, "import", path, "--yes")[1]

    book = openpyxl.load_workbook(path)
    source = walk.at(as_of=DAYS[-1]).registry.sources
    book["进展"].append(["", next(iter(source)), "九", "北清路", "动态", "", "", "", "", "加快推进"])
    book.save(path)
    code, out, _ = run(url, "import", path, "--yes")
    assert code == OK, out
    assert walk.size == size + 1


def test_a_template_is_made_before_there_is_a_ledger(run, tmp_path):
    (tmp_path / "p.toml").write_text('id = "x"\ntitle = { zh = "计划", en = "plan" }\n', "utf-8")
    nowhere = f"sqlite:///{tmp_path}/none.db"

    assert run(nowhere, "template", tmp_path / "a.xlsx", "--programme", tmp_path / "p.toml")[0] == OK
    assert not (tmp_path / "none.db").exists()
    code, _, err = run(nowhere, "template", tmp_path / "b.xlsx")
    assert code in (REFUSED, DATABASE)
    assert err.count("\n") == 1
    assert not (tmp_path / "b.xlsx").exists()


def test_a_template_replaces_nothing_unasked(url, run, tmp_path):
    (tmp_path / "a.xlsx").write_bytes(b"x")

    assert run(url, "template", tmp_path / "a.xlsx")[0] == REFUSED
    assert (tmp_path / "a.xlsx").read_bytes() == b"x"
    assert run(url, "template", tmp_path / "a.xlsx", "--force")[0] == OK


# ---------------------------------------------------------------- init --interactive

ANSWERS = (
    "shunyi",
    "顺义区重点工程计划",
    "教育/幼儿园；交通/道路",
    "交通/道路",
    "",
    "区教委",
    "市科委、中关村管委会",
    "y",
    "",
    "购置",
    "",
)


def test_what_is_answered_is_written_and_the_ledger_begun(empty_url, run, tmp_path):
    path = tmp_path / "programme.toml"
    code, out, _ = run(empty_url, "init", path, "--interactive", answers=[*ANSWERS, "y"])

    assert code == OK
    assert "台账“shunyi”已就绪" in out
    defined = read_programme(path)
    assert (defined.id, defined.title.zh) == ("shunyi", "顺义区重点工程计划")
    assert [domain.path for domain in defined.domains] == ["教育/幼儿园", "交通/道路"]
    assert [unit.name for unit in defined.units] == ["区教委", "市科委、中关村管委会"]
    assert defined.milestones[-1].label.zh == "购置"
    assert "# ── 责任单位" in path.read_text("utf-8")
    with Ledger.open(empty_url) as ledger:
        assert ledger.programme == defined


@pytest.mark.parametrize(
    ("place", "said"), [(2, "教育/幼儿园、交通/道路"), (5, "区教委、区住建委"), (9, "购置、验收")]
)
def test_several_names_in_one_answer_are_not_taken_for_one_unawares(run, tmp_path, place, said):
    """Nothing of the line is kept, and it is asked for again, before anything else is."""
    path = tmp_path / "p.toml"
    answers = [*ANSWERS[:place], f"另一个；{said}", "", "", *ANSWERS[place + 1 :], "n"]
    answers[place + 2] = said.replace("、", "；")
    _, _, err = run("sqlite:///no.db", "init", path, "--interactive", answers=answers)

    assert err.count(f"“{said}”有顿号，整个算一个，对吗？") == 1
    assert err.count("这一行没有记下") == 1
    defined = path.read_text("utf-8")
    assert all(f'"{name}"' in defined for name in said.split("、"))
    assert said not in defined
    assert "另一个" not in defined


def test_the_file_alone_is_written_if_no_ledger_is_wanted(run, tmp_path):
    path, database = tmp_path / "programme.toml", tmp_path / "none.db"
    code, out, _ = run(f"sqlite:///{database}", "init", path, "--interactive", answers=[*ANSWERS, ""])

    assert code == OK
    assert f"milestone-ledger init {path}" in out
    assert path.exists()
    assert not database.exists()


def test_what_cannot_be_is_asked_again_with_the_reason(run, tmp_path):
    answers = ["顺义", "", "shunyi", "", "计划", "", "", "开工", "验收", "", "n"]
    path = tmp_path / "programme.toml"
    code, _, err = run(f"sqlite:///{tmp_path}/x.db", "init", path, "--interactive", answers=answers)

    assert code == OK
    assert err.count("编号须以小写英文字母开头") == 2
    assert "不能空着" in err
    assert "不得重复" in err
    assert [m.id for m in read_programme(path).milestones][-1] == "验收"


def test_data_are_not_mixed_with_questions(run, tmp_path):
    path = tmp_path / "p.toml"
    answers = [*ANSWERS, "n"]
    _, out, err = run("sqlite:///no.db", "init", path, "--interactive", "--json", answers=answers)

    assert json.loads(out) == {"programme": str(path), "ledger": None}
    assert "计划名称" in err


@pytest.mark.parametrize("given", range(len(ANSWERS)))
def test_whoever_breaks_off_leaves_nothing_behind(run, tmp_path, given):
    code, out, _ = run(
        f"sqlite:///{tmp_path}/x.db",
        "init",
        tmp_path / "programme.toml",
        "--interactive",
        answers=ANSWERS[:given],
    )

    assert code == OK
    assert "未写入任何内容" in out
    assert list(tmp_path.iterdir()) == []


def test_a_definition_is_never_written_over(run, tmp_path):
    path = tmp_path / "programme.toml"
    path.write_text("mine", "utf-8")
    code, _, err = run(f"sqlite:///{tmp_path}/x.db", "init", path, "--interactive")

    assert code == REFUSED
    assert "已有" in err
    assert "--force" not in err
    assert path.read_text("utf-8") == "mine"


def test_init_takes_the_definition_in_this_folder(empty_url, run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "programme.toml").write_text('id = "x"\ntitle = { zh = "计划", en = "plan" }\n', "utf-8")

    assert run(empty_url, "init")[0] == OK


# ---------------------------------------------------------------- without the extra


@pytest.mark.parametrize("command", ["export xlsx", "template", "report account"])
def test_what_is_missing_is_named_in_one_line(walk, tmp_path, command):
    """
    No other command needs the library, and none loads it unasked.
    """
    script = (
        "import sys; sys.modules['xlsxwriter'] = None; from milestone_ledger.cli import main; "
        "sys.exit(main(sys.argv[1:]))"
    )
    url = address(walk)
    arguments = ["--db", url, *command.split(), tmp_path / "out.xlsx"]
    day = ["--as-of", "2022-12-31"] if command.startswith("report") else []
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments, *day],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert done.returncode == REFUSED
    assert "pip install milestone-ledger[excel]" in done.stderr.splitlines()[-1]
    assert not (tmp_path / "out.xlsx").exists()
