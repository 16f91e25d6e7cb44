"""
Everything that ``make bench`` measures still runs; nothing here is timed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from bench.measuring import exponent
from bench.report import shown_time
from bench.rows import ROWS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def folder():
    """
    Where its databases lie; not under pytest's own folder, which the server's account cannot reach.
    """
    folder = Path(tempfile.mkdtemp(prefix="milestone-ledger-bench-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def bench(folder, *options):
    """
    What it prints; a contestant that answers otherwise than another breaks it off.
    """
    command = [sys.executable, "-m", "bench", "--folder", str(folder), "--sizes", "12", "--budget", "0"]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_row_is_measured(folder):
    """
    Each row, on each backend, with its floor and its peer.
    """
    bench(folder, "--no-memory")

    measured = {
        result["key"]: result["times"] for result in json.loads((folder / "results.json").read_text())
    }
    assert list(measured) == [row.key for row in ROWS]
    for row in ROWS:
        assert {"ours", "floor"} <= measured[row.key].keys()
        assert ("peer" in measured[row.key]) == bool(row.peer)


def test_memory_is_measured_and_tables_are_written(folder, tmp_path):
    """
    In processes of their own; and only what stands between the marks is replaced.
    """
    readme = tmp_path / "README.md"
    readme.write_text("before\n<!-- results -->\nold\n<!-- end of results -->\nafter\n", encoding="utf-8")

    bench(folder, "--rows", "portfolio-sqlite", "--write", str(readme))

    (result,) = json.loads((folder / "results.json").read_text())
    assert all(0 < result["held"][role] <= result["peak"][role] for role in ("ours", "floor", "peer"))
    text = readme.read_text(encoding="utf-8")
    assert text.startswith("before\n<!-- results -->\n")
    assert text.endswith("<!-- end of results -->\nafter\n")
    assert "old" not in text
    assert "state of every project on a day, SQLite" in text


def test_a_profile_names_our_functions(folder):
    """
    Where our own time goes.
    """
    assert "store/append.py" in bench(folder, "--profile", "append-one-sqlite")


def test_exponents_and_times():
    """
    Linear is 1, quadratic 2, and times come in the unit that suits them.
    """
    assert exponent([(10, 1.0)]) is None
    assert exponent([(10, 1.0), (100, 10.0), (1000, 100.0)]) == pytest.approx(1)
    assert exponent([(10, 1.0), (100, 100.0)]) == pytest.approx(2)
    assert [shown_time(seconds) for seconds in (123.4, 1.5, 0.0123, 0.0000456)] == [
        "123 s",
        "1.5 s",
        "12.3 ms",
        "45.6 µs",
    ]
