"""
A workbook on somebody's desk, taken in through the command line on both databases.
"""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from milestone_ledger import Ledger
from milestone_ledger.cli import main
from milestone_ledger.io.sheets import SHEETS
from workbooks import PEAK, edited, made

EXAMPLE = Path(__file__).parents[2] / "examples" / "huitian"


def huitian():
    """
    The example as one workbook.
    """
    sheets = {}
    for sheet in SHEETS:
        with (EXAMPLE / f"{sheet.zh}.csv").open(encoding="utf-8", newline="") as file:
            sheets[sheet.zh] = list(csv.reader(file))
    return made(sheets)


@pytest.fixture
def run(database_url, capsys):
    """
    A function that runs a command and gives its code, output and errors.
    """

    def run(*arguments):
        code = main(["--db", database_url, *map(str, arguments)])
        return code, *capsys.readouterr()

    run.url = database_url
    run("init", EXAMPLE / "programme.toml")
    return run


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "回天台账.xlsx"
    path.write_bytes(huitian())
    return path


def roots(url):
    with Ledger.open(url) as ledger:
        assert ledger.verify().findings == ()
        return [entry.event for entry in ledger.entries()]


def test_a_workbook_is_previewed_recorded_and_found_again(run, book):
    code, out, _ = run("import", book)
    assert (code, len(roots(run.url))) == (0, 1)
    assert "新增 1019 行" in out
    assert "回天台账.xlsx 依据 第 2 行" in out

    assert run("import", book, "--yes")[0] == 0
    assert len(roots(run.url)) == 1020
    assert "没有变化" in run("import", book, "--yes")[1]
    assert "没有变化" in run("import", EXAMPLE, "--yes")[1]


def test_next_weeks_workbook_adds_its_differences_only_and_shows_each(run, book):
    run("import", book, "--yes")
    before = roots(run.url)

    def edit(workbook):
        sheet = workbook["承诺"]
        head = [cell.value for cell in sheet[1]]
        sheet.cell(2, head.index("期限") + 1).value = "2021"
        sheet.cell(2, head.index("说明") + 1).value = "看错一行"
        project = workbook["项目"]
        project.cell(2, [cell.value for cell in project[1]].index("说明") + 1).value = "新的说明"

    book.write_bytes(edited(book.read_bytes(), edit))
    code, out, _ = run("import", book, "--reason", "看错")

    assert code == 0
    assert "更正 2 行" in out
    assert "    期限：" in out
    assert "→ 2021-12-31" in out
    assert "→ 看错一行" in out
    assert "→ 新的说明" in out

    said = json.loads(run("--json", "import", book, "--reason", "看错")[1])
    deadlines = [c for note in said["changed"] for c in note["changes"] if c["column"] == "期限"]
    assert [change["new"] for change in deadlines] == ["2021-12-31"]
    assert run("import", book, "--reason", "看错", "--yes")[0] == 0
    assert len(roots(run.url)) == len(before) + 3


def test_whoever_is_asked_for_a_reason_sees_what_is_corrected(run, book):
    run("import", book, "--yes")

    def edit(workbook):
        sheet = workbook["承诺"]
        head = [cell.value for cell in sheet[1]]
        sheet.cell(2, head.index("期限") + 1).value = "2021"
        sheet.cell(2, head.index("说明") + 1).value = "长" * 500

    book.write_bytes(edited(book.read_bytes(), edit))
    code, _, said = run("import", book)

    assert code == 1
    assert "回天台账.xlsx 承诺 第 2 行［期限：" in said
    assert "→ 2021-12-31，说明：" in said
    assert "长" * 100 not in said


@pytest.mark.parametrize("mark", ["~$回天台账.xlsx", ".~lock.回天台账.xlsx#"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_workbook_that_may_be_open_is_told_of(run, book, monkeypatch, *, mark, language):
    """What is not saved cannot be read: who has mended a cell there would be told of it again."""
    beside, said = book.with_name(mark), "可能正开着" if language == "zh" else "may be open"
    beside.write_bytes(b"x")
    code, out, err = run("import", book, "--lang", language)

    assert code == 0
    assert said not in out
    assert f"回天台账.xlsx {said}" in err
    assert mark in err

    beside.unlink()
    assert said not in run("import", book, "--lang", language)[2]
    monkeypatch.chdir(EXAMPLE)
    assert said not in run("import", ".", "--lang", language)[2]


@pytest.fixture
def corrected(run, tmp_path):
    """
    The folder of a ledger, with one deadline written otherwise since.
    """
    shutil.copytree(EXAMPLE, folder := tmp_path / "回天")
    run("import", folder, "--yes")
    sheet = folder / "承诺.csv"
    sheet.write_text(sheet.read_text("utf-8").replace(",2018,", ",2017,", 1), "utf-8")
    return folder


@pytest.fixture
def asked(monkeypatch):
    """
    A function that puts somebody with these answers before the terminal; gives what they are asked.
    """

    def asked(*answers):
        waiting, questions = list(answers), []
        monkeypatch.setattr("builtins.input", lambda question: questions.append(question) or waiting.pop(0))
        for stream in (sys.stdin, sys.stdout):
            monkeypatch.setattr(stream, "isatty", lambda: True)
        return questions

    return asked


@pytest.mark.parametrize(
    ("language", "told", "question", "again"),
    [
        ("zh", "承诺.csv 第 7 行［期限：2018-12-31 → 2017-12-31］", "更正理由：", "请写理由"),
        ("en", "承诺.csv row 7 [期限: 2018-12-31 → 2017-12-31]", "reason: ", "Say why"),
    ],
)
def test_whoever_can_be_asked_for_a_reason_is_not_told_of_a_failure(
    run, corrected, asked, *, language, told, question, again
):
    """A yes or no is no reason; what is said in the end goes into the ledger."""
    questions = asked("是", "N", "抄错年份", "y")
    code, _, err = run("import", corrected, "--lang", language)

    assert code == 0
    assert told in err
    assert "--reason" not in err
    assert "处有误" not in err
    assert "problem" not in err
    assert [said.endswith(question) for said in questions] == [True, True, True, False]
    assert err.count(again) == 2
    assert roots(run.url)[-2].note == "抄错年份"


def test_without_a_reason_nothing_is_recorded(run, corrected, asked):
    asked("")
    code, _, err = run("import", corrected)

    assert code == 1
    assert "未导入任何内容" in err
    assert len(roots(run.url)) == 1020


def test_a_row_that_became_another_is_told_from_a_correction(run, book):
    """
    Whoever writes another milestone into a row has made it a new one: the old one still counts.
    """
    run("import", book, "--yes")
    assert "仍然有效" not in run("import", book)[1]

    def edit(workbook):
        sheet = workbook["承诺"]
        head = [cell.value for cell in sheet[1]]
        column = head.index("节点") + 1
        row = next(n for n in range(2, sheet.max_row) if sheet.cell(n, column).value == "开工")
        sheet.cell(row, column).value = "立项"

    book.write_bytes(edited(book.read_bytes(), edit))
    _, out, _ = run("import", book)

    assert "新增 1 行" in out
    assert " · 开工\n" in out.partition("台账有而表中无")[2]
    assert "台账里原来那条仍然有效" in out


def test_all_bad_cells_are_named_at_once_and_nothing_is_recorded(run, book):
    def edit(workbook):
        sheet = workbook["承诺"]
        column = [cell.value for cell in sheet[1]].index("期限") + 1
        sheet.cell(3, column).value = "2019-02-30"
        sheet.cell(4, column).value = "=A1+1"

    book.write_bytes(edited(book.read_bytes(), edit))
    code, _, said = run("import", book, "--yes")
    assert (code, len(roots(run.url))) == (1, 1)
    assert "2 处有误" in said
    assert [line.split("“")[0].strip() for line in said.splitlines() if "“" in line] == [
        "回天台账.xlsx 承诺!F3",
        "回天台账.xlsx 承诺!F4",
    ]
    assert "公式没有计算结果" in said


def test_the_programme_beside_a_workbook_is_read(run, book):
    text = (EXAMPLE / "programme.toml").read_text("utf-8")
    (book.parent / "programme.toml").write_text(text + '\n[[units]]\nname = "新设单位"\n', encoding="utf-8")

    code, out, _ = run("import", book, "--yes")
    assert code == 0
    assert "计划定义 1" in out
    with Ledger.open(run.url) as ledger:
        assert "新设单位" in ledger.programme.unit_names


@pytest.mark.parametrize("name", ["旧.xls", "表.xlsx", "宏.xlsm"])
def test_what_is_no_workbook_is_refused_in_one_line(run, tmp_path, name):
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)

    code, _, said = run("import", tmp_path / name, "--yes")

    assert code == 1
    assert "1 处有误，未导入任何内容" in said
    assert "请打开后另存为 .xlsx" in said


def test_one_csv_file_is_no_folder_and_no_workbook(run, tmp_path):
    (tmp_path / "依据.csv").write_text("标题,发布日,性质\n", encoding="utf-8")

    code, _, said = run("import", tmp_path / "依据.csv", "--yes")

    assert code == 1
    assert "不是文件夹" in said


def test_a_name_of_any_kind_is_whole(run, tmp_path):
    """
    Quotes, markup, emoji, right-to-left marks, formula signs, 200 characters.
    """
    names = [
        "\"引号\"与'撇号'",
        "<script>alert(1)</script>",
        "🏫小学",
        "\u202e反向",
        "=SUM(A1)",
        "+1",
        "-1",
        "@某",
        "长" * 200,
    ]
    path = tmp_path / "项目.xlsx"
    rows = [["名称", "领域"], *([name, "教育/幼儿园"] for name in names)]
    path.write_bytes(made({"项目": rows}))
    shutil.copy(EXAMPLE / "programme.toml", tmp_path)

    code, _, said = run("import", path, "--yes")

    assert code == 0, said
    assert [event.name for event in roots(run.url)[1:]] == names


@pytest.mark.nightly
def test_a_hundred_thousand_rows_take_bounded_memory(run, tmp_path):
    """
    All of it: reading, planning and recording. The progress is told on the way.
    """
    half = 50_000
    sources = [["编号", "标题", "发布日", "性质"], ["甲", "甲计划", "2018-07-29", "计划"]]
    projects = [["名称", "领域"], *([f"道路{n}号工程", "交通/道路"] for n in range(half))]
    head = ["依据", "位置", "项目", "节点", "期限", "责任单位"]
    promises = [
        head,
        *(["甲", f"二({n})", f"道路{n}号工程", "完成", "2019", "昌平区政府"] for n in range(half)),
    ]
    path = tmp_path / "大台账.xlsx"
    path.write_bytes(made({"依据": sources, "项目": projects, "承诺": promises}))
    command = [sys.executable, "-c", MEASURED, "--db", run.url, "import", str(path)]

    for extra in ([], ["--yes"]):
        done = subprocess.run([*command, *extra], capture_output=True, check=False, text=True)
        assert done.returncode == 0, done.stderr
        assert f"核对 {2 * half + 1}/{2 * half + 1} 行" in done.stderr
        peak = int(done.stdout.splitlines()[-1])
        assert peak < (500 if extra else 300)
    with Ledger.open(run.url) as ledger:
        assert ledger.size == 2 * half + 2


MEASURED = f"""{PEAK}
import sys
from milestone_ledger.cli import main
code = main(sys.argv[1:])
print(peak())
sys.exit(code)
"""
