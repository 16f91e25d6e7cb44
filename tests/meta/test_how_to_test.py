"""
The page that tells how to test a programme of one's own is run as it stands.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "test-your-programme.md"


def run(folder, *arguments):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_files_of_the_page_pass(tmp_path):
    """
    Each block names its file; of the contract, which other tests run whole, one law suffices here.
    """
    block = re.compile(r"^```python\n# (\S+\.py)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    blocks = block.findall(PAGE.read_text("utf-8"))
    for name, text in blocks:
        (tmp_path / name).write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "examples" / "huitian" / "programme.toml", tmp_path)

    assert [name for name, _ in blocks] == [
        "conftest.py",
        "test_my_list.py",
        "test_my_programme.py",
        "test_my_database.py",
    ]
    assert "2 passed" in run(tmp_path, "test_my_list.py", "test_my_programme.py")
    assert "2 passed" in run(
        tmp_path, "test_my_database.py", "-k", "refuses_to_change_history and DELETE and seq"
    )
