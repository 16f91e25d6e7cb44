"""
From nothing to the first weekly report: the guide walked by somebody who does what it says, and no more.

Who walks sits at a terminal, types what the page shows after each question, pastes its TOML at the end of
the file, and its tables into the sheets of the workbook, from the first column on.
"""

from __future__ import annotations

import io
import re
import shlex
import shutil
import sys

import docx
import openpyxl
import pytest

from milestone_ledger import Ledger
from milestone_ledger.cli import main

BOOK = "台账.xlsx"
GAP = "…"
# Which sheet a table of the page is for: each is known by a column that no other of them has.
SHEETS = {"标题": "依据", "名称": "项目", "期限": "承诺", "类别": "进展"}
ANSWERS = {
    "init --interactive": (
        "qingshi",
        "青石区道路整治和老旧小区改造（虚构）",
        "道路整治/路面；城市更新/老旧小区；停车",
        "",
        "区城市管理委；区住房建设局；青石街道；南塘街道；东渠镇",
        "",
        "方案公示；招标完成；路面完成；验收合格",
        "",
        "n",
    ),
    "import 台账.xlsx": ("", None, "y", "y"),
}
# What the page says somebody might mistype.
MISTAKES = (
    ("承诺", "路面完成", "铺完"),
    ("依据", "2025-02-20", "2025-02-30"),
    ("承诺", "区住房建设局；东渠镇", "区交通局；东渠镇"),
)
PIECE = re.compile(r"^```(console|toml)\n(.*?)^```$|^(\|.*?\n)\n", re.MULTILINE | re.DOTALL)


class Terminal(io.StringIO):
    """
    One screen for what is asked, answered and told.
    """

    def isatty(self):
        return True

    def fileno(self):
        raise OSError

    def seen(self):
        """
        The lines on it since the last look; a line that was written over is seen as it was in the end.
        """
        text = self.getvalue()
        self.seek(0)
        self.truncate()
        return [line.rsplit("\r", 1)[-1].rstrip() for line in text.split("\n")]


class Walk:
    """
    Somebody in a new folder with the page before them.
    """

    def __init__(self, folder, monkeypatch):
        self.folder = folder
        self.screen = Terminal()
        self.waiting = {command: list(answers) for command, answers in ANSWERS.items()}
        self.answers = []
        for name in ("MILESTONE_LEDGER_DB", "MILESTONE_LEDGER_LANG", "MILESTONE_LEDGER_ACTOR"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("COLUMNS", "400")
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "stdout", self.screen)
        monkeypatch.setattr(sys, "stderr", self.screen)
        monkeypatch.setattr(sys, "stdin", self.screen)
        monkeypatch.setattr("builtins.input", self.answer)

    def answer(self, question=""):
        said = self.answers.pop(0)
        self.screen.write(f"{question}{said}\n")
        return said

    def run(self, command):
        """
        Type a command; gives its exit code and what is then on the screen.
        """
        waiting = self.waiting.get(command, [])
        if command == "init --interactive":
            self.answers = waiting
        elif waiting:
            first = waiting.pop(0)
            self.answers = [] if first is None else [first]
        try:
            code = main(shlex.split(command))
        except SystemExit as left:
            code = left.code
        assert self.answers == []
        return code, self.screen.seen()

    def paste(self, toml):
        path = self.folder / "programme.toml"
        path.write_text(path.read_text("utf-8") + "\n" + toml, "utf-8")

    def enter(self, table):
        """
        The rows of a table of the page into the sheet that it is for; a table for none is left alone.
        """
        head, _, *rows = (
            [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()
        )
        sheets = [sheet for column, sheet in SHEETS.items() if column in head]
        if not sheets:
            return
        book = openpyxl.load_workbook(BOOK)
        sheet = book[sheets[0]]
        assert head == [cell.value for cell in sheet[1]][: len(head)]  # pasted as a block from column A on
        for row in rows:
            sheet.append([cell or None for cell in row])
        book.save(BOOK)

    def mistype(self):
        """
        Make the mistakes; gives what undoes them.
        """
        right = (self.folder / BOOK).read_bytes()
        book = openpyxl.load_workbook(BOOK)
        for sheet, meant, wrong in MISTAKES:
            next(cell for row in book[sheet] for cell in row if cell.value == meant).value = wrong
        book.save(BOOK)
        return lambda: (self.folder / BOOK).write_bytes(right)


def walked(page, walk):
    """
    Every command of the page in its order, with what it is shown to print, what it prints, and its exit code.
    """
    for kind, text, table in PIECE.findall(page):
        if table:
            walk.enter(table)
        elif kind == "toml":
            walk.paste(text)
        else:
            command, *shown = text.splitlines()
            is_faulty = any("处有误" in line for line in shown)
            undo = walk.mistype() if is_faulty else lambda: None
            code, printed = walk.run(command.removeprefix("$ milestone-ledger "))
            undo()
            yield command, shown, printed, code


def is_part(shown, printed):
    """
    Whether ``printed`` is what is shown, with any lines in place of each gap.
    """
    pattern = "".join(r"(?:.*\n)*" if line == GAP else f"{re.escape(line.rstrip())}\n" for line in shown)
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed).rstrip("\n") + "\n")


@pytest.fixture(scope="module")
def page(request):
    return (request.config.rootpath / "docs/guide/adopt.md").read_text("utf-8")


def test_the_guide_leads_to_a_weekly_report(page, request, tmp_path, monkeypatch):
    """Every line that it shows is what is seen, and at its end stand reports, a backup and two ledgers."""
    shutil.copytree(request.config.rootpath / "examples/huitian", tmp_path / "回天")
    walk = Walk(tmp_path, monkeypatch)
    commands = []
    for command, shown, printed, code in walked(page, walk):
        commands.append(
            re.sub("^--ledger [a-z]+ ", "", command.removeprefix("$ milestone-ledger ")).split()[0]
        )
        assert code == (1 if any("处有误" in line for line in shown) else 0), printed
        assert is_part(shown, printed), (command, printed)
    monkeypatch.undo()

    assert commands == [
        *("--help", "init", "init", "template", "import", "import", "import", "status", "report", "report"),
        *("import", "findings", "report", "report", "dump"),
        *("init", "import", "status", "compare"),
    ]
    for name in ("周报-0608.docx", "周报-0615.docx"):
        assert "周报" in docx.Document(tmp_path / name).paragraphs[0].text
    with Ledger.open(f"sqlite:///{tmp_path / 'ledger.db'}", ledger="qingshi") as ledger:
        assert len(list(ledger.registry().projects)) == 5
        assert f'"size_after":{ledger.size}' in (tmp_path / "备份-0615.jsonl").read_text("utf-8")
    assert walk.waiting == {"init --interactive": [], "import 台账.xlsx": []}


def test_a_ledger_may_be_begun_again_before_the_first_import(tmp_path, monkeypatch):
    """As the guide says: without its file there is nothing, and the programme may be called otherwise."""
    walk = Walk(tmp_path, monkeypatch)
    programme = tmp_path / "programme.toml"
    programme.write_text('id = "qingshi"\ntitle = { zh = "写错", en = "x" }\n', "utf-8")
    assert walk.run("init")[0] == 0
    programme.write_text('id = "qingshi"\ntitle = { zh = "青石", en = "x" }\n', "utf-8")
    assert walk.run("init")[0] != 0
    (tmp_path / "ledger.db").unlink()

    code, said = walk.run("init")
    assert (code, "台账“qingshi”已就绪（青石）" in said[0]) == (0, True)


@pytest.mark.parametrize("name", ["docs/guide/adopt.md", "README.md", "README.zh.md", "docs/how-to/excel.md"])
def test_who_begins_installs_what_is_at_hand(request, name):
    """The package is published nowhere: by its name alone nothing is found."""
    page = (request.config.rootpath / name).read_text("utf-8")
    said = re.findall(r"^(?:\$ )?(pip install .*?)(?:\s+#.*)?$", page, re.MULTILINE)

    assert said
    for command in said:
        (place,) = shlex.split(command.replace("\\", "/"))[2:]
        assert place != "milestone-ledger[excel]"
        assert place == "." or place.endswith("[excel]")
