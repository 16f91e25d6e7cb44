"""
Mutants tried in processes that import the package, and collect the tests, with the mutant in it.
"""

from __future__ import annotations

import gc
import importlib.abc
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from choice import Chooser, first_failure, run_pytest
from forks import SLACK, Forks, guard
from mutants import PACKAGE, Mutant, mutated

# What the package and its tests import besides; loaded once, for all forks.
HEAVY = (
    "sqlalchemy.dialects.sqlite",
    "sqlalchemy.dialects.postgresql.psycopg",
    "alembic.command",
    "cattrs",
    "cryptography.hazmat.primitives.asymmetric.ed25519",
    "hypothesis.stateful",
    "hypothesis.strategies",
    "psycopg",
)


class _Importer(importlib.abc.MetaPathFinder, importlib.abc.SourceLoader):
    """
    Imports one module with a mutant in it.
    """

    def __init__(self, package: Path, mutant: Mutant) -> None:
        self.file = str(package / mutant.path)
        parts = Path(mutant.path).with_suffix("").parts
        self.module = ".".join((PACKAGE, *(part for part in parts if part != "__init__")))
        self.tree = mutated(package, mutant)

    def find_spec(self, fullname: str, path: object, target: object = None) -> Any:
        del path, target
        if fullname != self.module:
            return None
        return importlib.util.spec_from_file_location(fullname, self.file, loader=self)

    def get_code(self, fullname: str) -> CodeType:
        del fullname
        return compile(self.tree, self.file, "exec", dont_inherit=True)

    def get_filename(self, fullname: str) -> str:
        del fullname
        return self.file

    def get_data(self, path: str) -> bytes:
        return Path(path).read_bytes()


class _Run:
    """
    A plugin that runs some tests in a given order, until one fails.
    """

    def __init__(self, tests: list[str], seconds: dict[str, float]) -> None:
        self.tests, self.seconds, self.failed = tests, seconds, ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        self.failed = first_failure(items, self.tests, lambda test: guard(self.seconds[test]))
        return True


def try_anew(
    package: Path,
    mutants: list[Mutant],
    chooser: Chooser,
    workers: int,
    tell: Callable[[Mutant, str, str], None],
    *,
    files: int | None,
) -> None:
    """
    Try each mutant in a process that imports it; ``tell`` as ``Trial``, ``files`` as ``Chooser.of``.
    """
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    forks = Forks(workers, tell)
    for mutant in mutants:
        tests = chooser.of(mutant, anew=True, files=files)

        def work(mutant: Mutant = mutant, tests: list[str] = tests) -> str:
            guard(SLACK)
            sys.meta_path.insert(0, _Importer(package, mutant))
            run = _Run(tests, chooser.known.seconds)
            code = run_pytest(run, sorted({test.partition("::")[0] for test in tests}))
            # Beyond 0 and "no tests ran": the package, or a file of tests, could not be imported.
            return f"killed\t{run.failed}" if run.failed or code not in {0, 5} else "survived"

        forks.start(mutant, work)
    forks.finish()
