"""
The page on metrics names every figure, with the formula and the source that its docstring gives.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from functools import reduce
from pathlib import Path

import pytest

from milestone_ledger import metrics

PAGE = Path(__file__).parents[2] / "docs/reference/metrics.md"
HEAD = ["指标 Metric", "公式 Formula", "出处 Source", "看不出什么 What it can't tell", "函数 Function"]
OWN = "自有 own"


def _rows():
    lines = [
        line.strip("| ").split(" | ") for line in PAGE.read_text("utf-8").splitlines() if line[:1] == "|"
    ]
    head, _, *rows = lines
    assert head == HEAD
    return rows


def _code(cell):
    return re.findall(r"`([^`]+)`", cell)


def _documented(thing):
    """
    Its docstring in one line, without markup.
    """
    return " ".join((inspect.getdoc(thing) or "").replace("``", "").split())


def _named(path):
    module, *names = path.split(".")
    return reduce(getattr, names, importlib.import_module(f"{metrics.__name__}.{module}"))


def _public():
    """
    Every public function and property of the package, by its path.
    """
    for info in pkgutil.iter_modules(metrics.__path__):
        module = importlib.import_module(f"{metrics.__name__}.{info.name}")
        for name, thing in vars(module).items():
            if name.startswith("_") or getattr(thing, "__module__", None) != module.__name__:
                continue
            members = {"": thing} if not inspect.isclass(thing) else vars(thing)
            for member, value in members.items():
                if not member.startswith("_") and (inspect.isfunction(value) or isinstance(value, property)):
                    yield ".".join(filter(None, (info.name, name, member))), value


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row[0].split()[0])
def test_a_row_says_what_the_docstrings_say(row):
    _, formula, source, cannot_tell, functions = row

    documented = " ".join(_documented(_named(path)) for path in _code(functions))

    assert _code(functions)
    assert cannot_tell
    assert [part for part in _code(formula) if part not in documented] == []
    assert "Source:" in documented or source == OWN
    assert source == OWN or source in documented


def test_every_figure_has_a_row():
    listed = [path for row in _rows() for path in _code(row[-1])]

    figures = {path for path, thing in _public() if "can't tell" in _documented(thing)}

    assert len(figures) > len(_rows()) / 2
    assert figures - set(listed) == set()
    assert len(listed) == len(set(listed))
