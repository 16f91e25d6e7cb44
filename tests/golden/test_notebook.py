"""
The example notebook: what is committed is what a fresh run says.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]


def test_committed_output_equals_a_fresh_run():
    """
    Run it from top to bottom in a kernel of its own, in under a minute.
    """
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "notebook.py"), "--check"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=60,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_pictures_are_committed_as_svg():
    """
    It can be read where it is shown without running: pictures are SVG, and there are several.
    """
    notebook = nbformat.read(ROOT / "examples" / "huitian" / "replay.ipynb", 4)
    kinds = [
        kind
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
    ]

    assert kinds.count("image/svg+xml") >= 6
    assert "image/png" not in kinds


def test_readme_says_what_the_replay_found():
    """
    The five lines of both READMEs hold the numbers that the notebook computes.
    """
    notebook = nbformat.read(ROOT / "examples" / "huitian" / "replay.ipynb", 4)
    said = "".join(o.get("text", "") for cell in notebook.cells for o in cell.get("outputs", []))
    share, due, left = re.search(r"可核率 (\d+%)：到期的 (\d+) 项.*其余 (\d+) 项", said).groups()
    named = re.search(r"公布 67，台账能点名 (\d+) 个", said).group(1)
    promised, again, silent = re.search(
        r"可考核的项目 (\d+) 个：\S+再次提到 (\d+) 个；.* (\d+) 个。", said
    ).groups()
    chinese, english = ((ROOT / name).read_text("utf-8") for name in ("README.zh.md", "README.md"))

    assert f"只有 {share}：{due} 项里" in chinese
    assert f"{left} 项无从判定" in chinese
    assert f"点得出名的 {named} 个" in chinese
    assert (
        f"的项目 {promised} 个，2022年的计划再次提到 {again} 个；没有再提、也没有判定的 {silent} 个"
        in chinese
    )
    assert f"decides {share} of the promises" in english
    assert f"of {due} were kept; of {left} nobody" in english
    assert f"the documents name {named}" in english
    assert f"Of {promised} projects" in english
    assert f"mentions {again} again; {silent} are" in english
