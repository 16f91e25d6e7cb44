"""
The changelog is made of news fragments, which can be built at any time; it and the citation name the version.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from importlib.metadata import metadata, version
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
KINDS = {
    "breaking": "Breaking 不兼容",
    "schema": "Schema 数据",
    "deprecation": "Deprecated 将停用",
    "change": "Changed 新增与改进",
    "fix": "Fixed 改错",
}


def draft(folder):
    """
    What the fragments of a checkout would make of the next release.
    """
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "9.9.9", "--date", "day"]
    return subprocess.run([*command, "--dir", folder], capture_output=True, text=True, check=False)


@pytest.fixture
def checkout(tmp_path):
    """
    A place for fragments, set up as ours is.
    """
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "changes").mkdir()
    return tmp_path


def test_the_fragments_at_hand_can_be_built():
    done = draft(ROOT)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "## 9.9.9 (day)" in done.stdout


def test_each_kind_of_fragment_has_its_section_in_order(checkout):
    for kind in KINDS:
        (checkout / "changes" / f"+some.{kind}.md").write_text(f"News of {kind}.\n", encoding="utf-8")

    done = draft(checkout)

    assert re.findall(r"^### (.*)\n\n- News of (\w+)\.$", done.stdout, re.MULTILINE) == [
        (title, kind) for kind, title in KINDS.items()
    ]


def test_the_guide_names_each_kind():
    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "changes/README.md").read_text("utf-8"), re.MULTILINE)

    assert told == list(KINDS)


@pytest.mark.parametrize("name", ["+some.news.md", "some.md"])
def test_a_fragment_that_would_be_lost_is_refused(checkout, name):
    (checkout / "changes" / name).write_text("News.\n", encoding="utf-8")

    assert draft(checkout).returncode != 0


def test_the_newest_section_is_of_this_version():
    sections = re.findall(r"^## (\S+) \(.+\)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert sections[0] == version("milestone-ledger")


def test_the_citation_is_of_this_version_and_licence():
    cited = dict(re.findall(r"^([\w-]+): (\S+)$", (ROOT / "CITATION.cff").read_text("utf-8"), re.MULTILINE))
    package = metadata("milestone-ledger")

    assert (cited["version"], cited["license"]) == (package["Version"], package["License-Expression"])
