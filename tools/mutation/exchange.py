"""
Mutants tried in forks of a process that has collected the tests: the code of functions is exchanged there.

It is quick, as nothing is imported again, and it never sees too much: what a function did while the tests
were collected was done without the mutant, so whatever survives here must be tried again (``anew``).
"""

from __future__ import annotations

import ast
import gc
import itertools
from collections import defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType

import pytest
from choice import Chooser, first_failure
from forks import Forks, guard
from mutants import Mutant, mutated

CHECKED_EVERY = 250


class Exchanger:
    """
    The functions of some modules, to be given other code.
    """

    def __init__(self, package: Path, paths: Iterable[str]) -> None:
        files = {str(package / path): path for path in paths}
        self._functions: defaultdict[str, list[FunctionType]] = defaultdict(list)
        for found in gc.get_objects():
            if isinstance(found, FunctionType) and found.__code__.co_filename in files:
                self._functions[files[found.__code__.co_filename]].append(found)

    def exchange(self, path: str, tree: ast.Module) -> None:
        """
        Give every function of ``path`` the code that it has in ``tree``.

        A function is known by its name and first line; where two share them (lambdas), neither is changed.
        """
        codes: defaultdict[tuple[str, int], list[CodeType]] = defaultdict(list)
        pending = [compile(tree, path, "exec", dont_inherit=True)]
        while pending:
            code = pending.pop()
            codes[code.co_qualname, code.co_firstlineno].append(code)
            pending += [const for const in code.co_consts if isinstance(const, CodeType)]
        for function in self._functions[path]:
            old = function.__code__
            found = codes[old.co_qualname, old.co_firstlineno]
            if len(found) == 1 and found[0].co_freevars == old.co_freevars:
                function.__code__ = found[0].replace(co_filename=old.co_filename)


class Trial:
    """
    A plugin that tries mutants, in ``forks``, in place of running the tests once.

    Before, and now and then, it runs a mixture of tests without any mutant; ``fails_without`` is the one
    that failed.
    """

    def __init__(self, package: Path, mutants: list[Mutant], chooser: Chooser, forks: Forks) -> None:
        self.package = package
        self.mutants = mutants
        self.chooser = chooser
        self.forks = forks
        self.fails_without = ""

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """
        Try the mutants, one by one.
        """
        items = {item.nodeid: item for item in session.items}
        seconds = self.chooser.known.seconds
        # What lasts for a session, servers and templates, is made once, here.
        lasting = [
            next(
                test
                for test, item in items.items()
                if f"[{backend}]" in test and "engine" in item.fixturenames
            )
            for backend in ("sqlite", "postgresql")
        ]
        first_failure(items, lasting, lambda _: None)
        exchanger = Exchanger(self.package, {mutant.path for mutant in self.mutants})
        gc.collect()
        gc.freeze()

        def run(tests: list[str], number: int, mutant: Mutant | None = None) -> str:
            if mutant is not None:
                exchanger.exchange(mutant.path, mutated(self.package, mutant))
            _name_databases_from(session, number * 10_000)
            failed = first_failure(items, tests, lambda test: guard(seconds[test]))
            return f"killed\t{failed}" if failed else "survived"

        for number, mutant in enumerate(self.mutants, 1):
            if number % CHECKED_EVERY == 1:
                self.forks.finish()
                without = Forks(1, self._note)
                without.start(None, partial(run, self.chooser.mixed(), 0))
                without.finish()
                if self.fails_without:
                    return True
            self.forks.start(mutant, partial(run, self.chooser.of(mutant, anew=False), number, mutant))
        self.forks.finish()
        return True

    def _note(self, _: None, status: str, test: str) -> None:
        self.fails_without = "" if status == "survived" else test or status


def _name_databases_from(session: pytest.Session, first: int) -> None:
    """
    Let the databases of this fork bear numbers that no other fork uses.
    """
    for plugin in session.config.pluginmanager.get_plugins():
        if hasattr(plugin, "_numbers"):
            plugin._numbers = itertools.count(first)  # noqa: SLF001 (the project's own conftest)
