"""
The package as a whole: its public face, its layers, its weight, its documentation.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import milestone_ledger
from milestone_ledger import errors

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("module", [milestone_ledger, errors])
def test_all_is_sorted_and_true(module):
    """
    What ``__all__`` promises is there, once, in order.
    """
    assert sorted(module.__all__) == list(module.__all__)
    assert len(set(module.__all__)) == len(module.__all__)
    assert all(hasattr(module, name) for name in module.__all__)


def test_layers_hold():
    """
    Each layer imports only what stands below it.
    """
    lint = Path(sys.executable).parent / "lint-imports"

    done = subprocess.run([lint, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_import_is_light():
    """
    Importing the package loads no library for analysis, charts, sheets, migrations or PostgreSQL.
    """
    heavy = {
        "pandas",
        "numpy",
        "altair",
        "openpyxl",
        "duckdb",
        "pyarrow",
        "pyspark",
        "alembic",
        "psycopg",
        "cryptography",
        "hypothesis",
        "pytest",
    }
    script = (
        "import sys, milestone_ledger, milestone_ledger.cli.running; from milestone_ledger import *; "
        "print(*sorted(sys.modules))"
    )

    loaded = _printed(script).split()

    assert "sqlalchemy" in loaded
    assert heavy.isdisjoint(loaded)


def _printed(script):
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout


def test_public_names_are_loaded_when_one_is_asked_for():
    """
    Not before, so that the command line does without, but then as if they had always been there.
    """
    told = _printed(
        "import sys, milestone_ledger as ml\n"
        "print('sqlalchemy' in sys.modules)\n"
        "print(hasattr(ml, '__wrapped__'), 'sqlalchemy' in sys.modules)\n"
        "print(set(dir(ml)) >= set(ml.__all__))\n"
        "print(ml.Ledger is vars(ml)['Ledger'], ml.errors.LedgerError is ml.LedgerError)\n"
    )

    assert told.split() == ["False", "False", "False", "True", "True", "True"]


def test_a_name_that_is_not_public_is_refused():
    with pytest.raises(AttributeError, match=r"^module 'milestone_ledger' has no attribute 'Legder'$"):
        _ = milestone_ledger.Legder


def test_every_error_stands_in_the_tree():
    """
    The tree at the top of ``errors`` names every public error.
    """
    classes = {name for name in errors.__all__ if name.endswith("Error")}

    assert all(name in (errors.__doc__ or "") for name in classes)


def test_both_languages_have_the_same_blanks():
    """
    The Chinese and English message of an error are filled from the same data.
    """
    blanks = re.compile(r"{(\w+)")
    for name in errors.__all__:
        error = getattr(errors, name)
        if isinstance(error, type) and issubclass(error, errors.LedgerError):
            assert set(blanks.findall(error.en)) == set(blanks.findall(error.zh)), name


def test_docs_name_no_machine():
    """
    Documents and code speak of the project alone.
    """
    forbidden = re.compile(r"/(?:work|root|farm)/\w|https?://[^\s/]*(?:hosted|registry|mirror)")
    kinds = {".md", ".py", ".toml", ".txt", ".csv"}
    folders = ("src", "migrations", "examples", "tests", "docs")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in kinds]
    for path in [*files, *ROOT.glob("*.md"), *ROOT.glob("*.toml"), *ROOT.glob("*.txt")]:
        if path != Path(__file__):
            assert not forbidden.search(path.read_text("utf-8")), path
