"""
Which tests run which lines, how long they take, and so which to run for a mutant, and in what order.
"""

from __future__ import annotations

import itertools
import random
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import coverage
import pytest
from _pytest.runner import runtestprotocol
from mutants import Mutant

# Tests of the project itself and of other processes, and those that take long: what they alone would notice
# counts as unnoticed.
LEFT_OUT = (
    "tests/meta",
    "tests/stateful",
    "tests/golden/test_notebook.py",
    "tests/contract/test_crash.py",
    "tests/contract/test_import_faults.py",
)
# Examples of each property: for a mutant, and to learn which lines it runs.
EXAMPLES, FEW_EXAMPLES = 25, 8
QUICK = 0.05


class Profile:
    """
    A profile for Hypothesis: the same examples for every mutant, and no time lost on shrinking.
    """

    def __init__(self, examples: int) -> None:
        self.examples = examples

    @pytest.hookimpl(tryfirst=True)
    def pytest_load_initial_conftests(self) -> None:
        """
        Register it before the project's conftest loads it.
        """
        from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 (after pytest's assertion hook)

        settings.register_profile(
            "mutation",
            max_examples=self.examples,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )


def run_pytest(plugin: object, tests: Iterable[str] = ("tests",), *, examples: int = EXAMPLES) -> int:
    """
    Run pytest in this process on the copy of the project in the current folder.
    """
    arguments = ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider"]
    arguments += ["-o", "tmp_path_retention_policy=failed", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    arguments += [f"--ignore={path}" for path in LEFT_OUT]
    return int(pytest.main([*arguments, *tests], plugins=[Profile(examples), plugin]))


def first_failure(items: dict[str, pytest.Item], tests: list[str], before: Callable[[str], None]) -> str:
    """
    Run ``tests`` in their order until one fails; its name, or "" if none does.

    A test that is not among ``items`` fails: it had its parameters from what a mutant changed.
    """
    spare = [next(iter(items.values())), list(items.values())[-1]]
    for place, test in enumerate(tests):
        if test not in items:
            return test
        item = items[test]
        # What the next test does not share is torn down; after the last one, all but the session.
        following = next((items[t] for t in tests[place + 1 :] if t in items), spare[spare[0] is item])
        before(test)
        if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
            return test
    return ""


@dataclass
class Map:
    """
    What the tests do without a mutant.

    ``seconds`` of processor time per test; the tests per path in the package and line, "" for the import.
    """

    seconds: dict[str, float]
    tests: dict[str, dict[int, list[str]]]


class _Observer:
    """
    Learns which test runs which lines, for how long, and whether it fails.
    """

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured = measured
        self.seconds: dict[str, float] = {}
        self.failed: set[str] = set()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.measured.switch_context(item.nodeid)
        begun = time.process_time()
        result = yield
        self.seconds[item.nodeid] = time.process_time() - begun
        self.measured.switch_context("")
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)


def observe(package: Path, tests: list[str]) -> Map:
    """
    Run every test once; one that fails without any mutant is told, and used for none.
    """
    measured = coverage.Coverage(data_file=None, branch=False, source=[str(package)])
    observer = _Observer(measured)
    measured.start()
    if run_pytest(observer, tests, examples=FEW_EXAMPLES) not in {0, pytest.ExitCode.TESTS_FAILED}:
        sys.exit("the tests could not be collected, so none would notice anything")
    measured.stop()
    for test in sorted(observer.failed):
        print(f"left out, as it fails without any mutant: {test}", flush=True)
        observer.seconds.pop(test, None)
    data = measured.get_data()
    return Map(
        observer.seconds,
        {
            str(Path(file).relative_to(package)): data.contexts_by_lineno(file)
            for file in sorted(data.measured_files())
        },
    )


class Chooser:
    """
    Chooses the tests for a mutant: those that run its statement, the most promising first.

    Those that noticed other mutants of the same function come first, then those of the same module, then
    the quickest; but cases of one test are much alike, so the second and third wait for all that take less
    than twice their time, the next four for what takes less than four times, and so on. ``limit`` is in
    seconds of processor time.
    """

    def __init__(self, known: Map, limit: float, *, with_servers: bool) -> None:
        self.known = known
        self.limit = limit
        self.with_servers = with_servers
        self._noticed: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def is_on_import(self, mutant: Mutant) -> bool:
        """
        Whether the statement of ``mutant`` runs when its module is imported, and no test runs it later.
        """
        return not mutant.owner or self._running(mutant) == {""}

    def _running(self, mutant: Mutant) -> set[str]:
        tests = self.known.tests.get(mutant.path, {})
        return {test for line in mutant.lines for test in tests.get(line, ())}

    def of(self, mutant: Mutant, *, anew: bool, files: int | None = None) -> list[str]:
        """
        The tests for ``mutant``, in order; of what runs on import any test may notice.

        Where the package is imported ``anew``, tests of PostgreSQL are passed over unless asked for: each
        mutant would start a server of its own. And as collecting takes longer than running there, one may
        ask for a few ``files`` only, those that noticed most of the same module, or bear its name.
        """
        seconds = self.known.seconds
        tests = set(seconds) if self.is_on_import(mutant) else self._running(mutant) & seconds.keys()
        if anew and not self.with_servers:
            tests = {test for test in tests if "postgresql" not in test}
        here, module = self._noticed[mutant.path + mutant.owner], self._noticed[mutant.path]
        if files is not None:
            tests = self._within(tests, files, module, Path(mutant.path).stem)
        cases: Counter[str] = Counter()
        turns = {}
        for test in sorted(tests, key=lambda test: (seconds[test], test)):
            turns[test] = cases[test.partition("[")[0]].bit_length()
            cases[test.partition("[")[0]] += 1
        ordered = sorted(
            turns, key=lambda test: (-here[test], -module[test], seconds[test] * 2 ** turns[test])
        )
        spent = itertools.accumulate(seconds[test] for test in ordered)
        return [test for test, total in zip(ordered, spent, strict=True) if total <= self.limit]

    def mixed(self) -> list[str]:
        """
        One case of every quick test, in no order: what must pass where there is no mutant.
        """
        quick = {t.partition("[")[0]: t for t, seconds in self.known.seconds.items() if seconds < QUICK}
        return random.Random(1).sample(sorted(quick.values()), len(quick))  # noqa: S311 (no secret)

    @staticmethod
    def _within(tests: set[str], files: int, noticed: Counter[str], stem: str) -> set[str]:
        points: Counter[str] = Counter()
        for test in tests:
            file = test.partition("::")[0]
            points[file] += noticed[test] + (stem in file)
        chosen = {file for file, _ in points.most_common(files)}
        return {test for test in tests if test.partition("::")[0] in chosen}

    def learn(self, mutant: Mutant, test: str) -> None:
        """
        Take in that ``test`` noticed ``mutant``.
        """
        for key in (mutant.path + mutant.owner, mutant.path):
            self._noticed[key][test] += 1
