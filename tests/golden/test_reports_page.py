"""
What the pages about reports show is what the commands print.
"""

from __future__ import annotations

import re
import shlex

import pytest

from milestone_ledger.cli import main

PARTS = (
    ("docs/how-to/periodic-reports.md", ""),
    ("docs/reference/formats.md", ""),
    *(("docs/reference/cli.md", f"## {name}\n") for name in ("report", "metrics", "reconcile", "alerts")),
)
GAP = "…"


def examples(text):
    """
    The commands of a page's consoles in order, each with the lines that it is shown to print.
    """
    for block in re.findall(r"^ *```console\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL):
        lines = [line.strip() for line in block.splitlines()]
        starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            yield lines[start][2:], lines[start + 1 : end]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """
    Files are written into a folder of the test's own.
    """
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(("page", "heading"), PARTS)
def test_the_page_shows_what_is_printed(page, heading, request, url, capsys):
    text = (request.config.rootpath / page).read_text("utf-8")
    part = text.split(heading)[1].split("\n## ")[0] if heading else text
    shown = list(examples(part))
    for command, expected in shown:
        program, option, _, *arguments = shlex.split(command)
        assert (program, option) == ("milestone-ledger", "--db")
        main(["--db", url, *arguments])
        printed = capsys.readouterr()
        lines = [line.strip() for line in (printed.out or printed.err).splitlines()]
        place = 0
        for line in expected:
            if line != GAP:
                assert line in lines[place:], command
                place = lines.index(line, place) + 1

    assert shown
