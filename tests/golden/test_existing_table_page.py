"""
The page that reads a district's own table in is true: its picture, its answers, and what each command says.
"""

from __future__ import annotations

import json
import re
import shlex
import xml.etree.ElementTree as ET

import pytest

from district_tables import ANNUAL, PROGRAMME, answered, saved
from milestone_ledger.cli import main


@pytest.fixture
def page(request):
    return (request.config.rootpath / "docs/how-to/existing-table.md").read_text("utf-8")


def holds(output, shown):
    """
    Whether the lines of each piece between two … stand in the output together, one piece after another.
    """
    place = 0
    for piece in re.split(r"^…\n", shown, flags=re.MULTILINE):
        found = output.find(piece, place)
        if found < 0:
            return False
        place = found + len(piece)
    return shown.startswith("…\n") or output.startswith(shown.split("…\n")[0])


def test_the_page_says_what_the_commands_say(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "年度任务.xlsx").write_bytes(saved(ANNUAL))
    (tmp_path / "计划.toml").write_text(PROGRAMME, encoding="utf-8")
    assert main(["--db", "district.db", "init", "计划.toml"]) == 0
    capsys.readouterr()

    ran = 0
    for kind, block in re.findall(r"^```(console|toml)\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        if kind == "toml":
            profile = tmp_path / "年度任务.toml"
            answers = {
                key.strip('"'): json.loads(value)
                for key, value in re.findall(r"^(.*?) = (.*)$", block, re.MULTILINE)
            }
            profile.write_text(answered(profile.read_text("utf-8"), answers), encoding="utf-8")
            continue
        command, shown = block.split("\n", 1)
        assert main(shlex.split(command.removeprefix("$ milestone-ledger "))) == 0
        output = capsys.readouterr().out
        assert holds(output, shown), output
        ran += 1
    assert ran == 3


def test_the_picture_holds_every_cell(request):
    tree = ET.parse(request.config.rootpath / "docs/images/existing-table.svg")  # noqa: S314 (our own file)
    drawn = "".join(text for text in tree.getroot().itertext()).replace("\n", "")

    for value in ANNUAL.cells.values():
        assert str(value).replace("\n", "") in drawn
