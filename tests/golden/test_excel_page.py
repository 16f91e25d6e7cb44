"""
The how-to of keeping a ledger in a workbook: every command on it runs as it is written, in its order.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import openpyxl

from milestone_ledger.cli import main

PAGE = Path(__file__).parents[2] / "docs/how-to/excel.md"
ANSWERS = ("shunyi", "顺义区重点工程计划", "交通/道路", "", "区教委", "", "", "y")


def commands():
    """
    What the page has people type, but for the installation.
    """
    blocks = re.findall(r"```console\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return [shlex.split(line)[1:] for line in lines if line.startswith("milestone-ledger ")]


def filled_in(path):
    """
    The workbook as someone leaves it who followed the page.
    """
    book = openpyxl.load_workbook(path)
    book["依据"].append(["2026计划", "顺义区2026年重点工程", "区政府", "", "2026-01-15", "计划", "2026"])
    book["项目"].append(["", "南法信路", "", "交通/道路", "新建"])
    book["承诺"].append(["", "2026计划", "一1", "南法信路", "完成", "2026年底前", "", "", "区教委"])
    book.save(path)


def test_the_page_holds(tmp_path, monkeypatch, capsys):
    for name in ("MILESTONE_LEDGER_DB", "MILESTONE_LEDGER_LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    waiting = list(ANSWERS)
    monkeypatch.setattr("builtins.input", lambda: waiting.pop(0))
    told = []
    for command in commands():
        assert main(command) == 0, command
        told.append(capsys.readouterr().out)
        if command[0] == "template":
            filled_in(tmp_path / "台账.xlsx")

    assert [command[0] for command in commands()] == [
        "init",
        "template",
        "import",
        "import",
        "report",
        "export",
    ]
    assert "尚未写入" in told[2]
    assert "已写入：第 1 次提交，3 条" in told[3]
    assert (tmp_path / "一账一表.xlsx").exists()
    assert (tmp_path / "programme.toml").read_text("utf-8").startswith("# 计划定义")
    assert waiting == []


def test_what_the_page_quotes_is_what_is_said(tmp_path, monkeypatch, capsys):
    """
    The faults that it shows, word for word.
    """
    monkeypatch.chdir(tmp_path)
    waiting = list(ANSWERS)
    monkeypatch.setattr("builtins.input", lambda: waiting.pop(0))
    assert main(["init", "--interactive"]) == 0
    assert main(["template", "台账.xlsx"]) == 0
    filled_in(tmp_path / "台账.xlsx")
    book = openpyxl.load_workbook("台账.xlsx")
    book["承诺"]["E3"], book["承诺"]["I3"] = "完工", "区交通局"
    book.save("台账.xlsx")
    capsys.readouterr()

    assert main(["import", "台账.xlsx"]) == 1
    assert capsys.readouterr().err.strip() in PAGE.read_text("utf-8")
