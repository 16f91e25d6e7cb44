"""
The page that says which test covers which law and fault names only tests that exist, and leaves none out.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from milestone_ledger.testing.contract import LedgerContract

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tables():
    """
    The cells of both tables: laws, then faults.
    """
    text = (ROOT / "docs/reference/laws-and-faults.md").read_text("utf-8")
    return [
        [
            [cell.strip() for cell in line.split(" | ")]
            for line in re.findall(r"^\| (\d+ \| .*) \|$", part, re.MULTILINE)
        ]
        for part in text.split("## Faults")
    ]


def functions(path):
    """
    The names of the tests in a file.
    """
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_every_law_and_every_line_is_covered_once_and_in_order(tables):
    laws, faults = tables
    assert [int(row[0]) for row in laws] == list(range(1, 33))
    assert [int(row[0]) for row in faults] == [*range(1, 48), 51, 52, 53]


def test_every_test_that_is_named_exists(tables):
    named = 0
    for row in [*tables[0], *tables[1]]:
        path = None
        for text in re.findall(r"`([^`]*)`", row[2]):
            file, _, name = text.partition("::")
            if file == "contract":
                assert callable(getattr(LedgerContract, name, None)), text
            elif file or name:
                if not file and name:
                    assert path is not None, text
                elif file.endswith(".py"):
                    path = ROOT / "tests" / file
                    assert path.is_file(), text
                else:
                    continue  # a word of code that is no test
                assert not name or name in functions(path), text
            named += 1
    assert named > 100
