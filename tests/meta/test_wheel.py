"""
The wheel alone, outside the checkout, does the main job.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_wheel_alone_can_init_import_and_status(tmp_path):
    """
    Build it, install it with nothing but its dependencies, and run four commands on Huitian.
    """
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, text=True)
    (wheel,) = tmp_path.glob("*.whl")
    venv.create(tmp_path / "venv", with_pip=True)
    python = tmp_path / "venv" / "bin" / "python"
    constraints = ["--constraint", str(ROOT / "constraints.txt")]
    install = [python, "-m", "pip", "install", "--quiet", *constraints, str(wheel)]
    subprocess.run(install, check=True, capture_output=True, text=True, cwd=tmp_path)
    folder = tmp_path / "sheets"
    shutil.copytree(ROOT / "examples" / "huitian", folder)

    def run(*arguments: str) -> str:
        command = [python.with_name("milestone-ledger"), "--db", "here.db", *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=False, encoding="utf-8"
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "huitian" in run("init", "sheets/programme.toml")
    run("import", "sheets", "--yes")
    assert "北郊农场桥" in run("status", "--as-of", "2022-12-31")
    run("page", "huitian.html")
    assert "北郊农场桥" in (tmp_path / "huitian.html").read_text("utf-8")
