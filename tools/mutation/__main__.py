"""
Mutation testing: how many small changes of the code do the tests notice?

``python tools/mutation`` copies the project to a folder of its own, learns which test runs which line, and
then runs, for each mutant, the tests that run its line, until one fails. What survives is tried again in a
process that imports the mutant from the beginning. See ``docs/how-to/mutation-testing.md``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from anew import try_anew
from choice import Chooser, Map, observe, run_pytest
from exchange import Trial
from forks import Forks, in_child
from mutants import PACKAGE, Mutant, mutants_of

ROOT = Path(__file__).resolve().parents[2]
COPIED = (
    "src",
    "tests",
    "bench",
    "migrations",
    "examples",
    "docs",
    "pyproject.toml",
    "README.md",
    "README.zh.md",
)
PARTS = {
    "domain": ("domain/*.py", "domain/*/*.py"),
    "codec": ("codec/*.py",),
    "integrity": (
        "auditor.py",
        *(
            f"store/{name}.py"
            for name in ("merkle", "checkpoint", "signer", "verification", "verify", "replay")
        ),
    ),
    "append": tuple(
        f"store/{name}.py"
        for name in (
            *("append", "bulk", "asking", "staying", "clock"),
            *("bonds", "read", "scope", "identity", "tables"),
        )
    ),
}
NOTICED = ("killed", "timeout")
FEW_FILES = 4

Outcomes = dict[Mutant, tuple[str, str]]


def copied(to: Path) -> None:
    """
    Copy the project, so that nobody's edits disturb a run.
    """
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, to / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, to / name)


def known_map(folder: Path, package: Path, tests: list[str]) -> Map:
    """
    Which test runs which line: as learnt before, or learnt now.
    """
    file = folder / "map.json"
    if not file.exists():
        file.write_text(json.dumps(in_child(lambda: asdict(observe(package, tests)))), "utf-8")
    raw = json.loads(file.read_text("utf-8"))
    return Map(raw["seconds"], {p: {int(n): t for n, t in of.items()} for p, of in raw["tests"].items()})


def wanted_mutants(package: Path, options: argparse.Namespace) -> list[Mutant]:
    """
    The mutants that ``options`` ask for, in the order of the code; a sample comes in an order of its own.
    """
    parts = {part: PARTS[part] for part in options.part or PARTS}
    wanted = [mutant for part, patterns in parts.items() for mutant in mutants_of(package, part, patterns)]
    if options.only:
        names = set(options.only.read_text("utf-8").splitlines())
        wanted = [mutant for mutant in wanted if mutant.name in names]
    if options.sample:
        count = min(options.sample, len(wanted))
        wanted = random.Random(options.seed).sample(wanted, count)  # noqa: S311 (no secret)
    return wanted


class Tally:
    """
    What became of the mutants, written to a file as it comes.
    """

    def __init__(self, file: Path, chooser: Chooser, total: int) -> None:
        self.file = file
        self.chooser = chooser
        self.total = total
        self.outcomes: Outcomes = {}

    def tell(self, mutant: Mutant, status: str, test: str) -> None:
        """
        Take in the outcome of one mutant.
        """
        self.outcomes[mutant] = status, test
        if status == "killed":
            self.chooser.learn(mutant, test)
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(f"{status}\t{mutant.part}\t{mutant.name}\t{test}\n")
        if len(self.outcomes) % 100 == 0:
            counts = dict(Counter(status for status, _ in self.outcomes.values()))
            print(f"{time.strftime('%H:%M:%S')} {len(self.outcomes)} of {self.total}: {counts}", flush=True)


def run(folder: Path, options: argparse.Namespace) -> Outcomes:
    """
    Try the mutants that ``options`` ask for; each with its status and the test that noticed it.
    """
    package = folder / "copy" / "src" / PACKAGE
    known = known_map(folder, package, options.tests)
    wanted = wanted_mutants(package, options)
    chooser = Chooser(known, options.limit, with_servers=options.postgresql)
    progress = folder / "progress.tsv"
    progress.write_text("", "utf-8")
    exchangeable = [mutant for mutant in wanted if not chooser.is_on_import(mutant)]

    def first() -> list[tuple[int, str, str]]:
        tally = Tally(progress, chooser, len(exchangeable))
        trial = Trial(package, exchangeable, chooser, Forks(options.workers, tally.tell))
        run_pytest(trial)
        if trial.fails_without:
            sys.exit(f"fails without any mutant, so the score would mean nothing: {trial.fails_without}")
        places = {mutant: place for place, mutant in enumerate(exchangeable)}
        return [(places[mutant], *outcome) for mutant, outcome in tally.outcomes.items()]

    outcomes: Outcomes = {}
    for place, status, test in in_child(first):
        outcomes[exchangeable[place]] = status, test
        if status == "killed":
            chooser.learn(exchangeable[place], test)
    # First with the few files of tests that are likely to notice, then with all.
    for files in (FEW_FILES, None):
        again = [mutant for mutant in wanted if outcomes.get(mutant, ("survived",))[0] == "survived"]
        tally = Tally(progress, chooser, len(again))
        try_anew(package, again, chooser, options.workers, tally.tell, files=files)
        outcomes |= tally.outcomes
    return {mutant: outcomes[mutant] for mutant in wanted}


def report(outcomes: Outcomes) -> Iterable[str]:
    """
    The score of each part, and every mutant that no test noticed.
    """
    for part in (*PARTS, "all"):
        statuses = [status for mutant, (status, _) in outcomes.items() if part in {mutant.part, "all"}]
        if statuses:
            noticed = sum(status in NOTICED for status in statuses)
            yield f"{part}: {noticed} of {len(statuses)} mutants noticed, {noticed / len(statuses):.1%}"
    yield ""
    yield from (mutant.name for mutant, (status, _) in outcomes.items() if status not in NOTICED)


def main() -> int:
    """
    The entry point.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "build" / "mutation", help="where it works")
    parser.add_argument("--part", action="append", choices=PARTS, help="only this part")
    parser.add_argument("--only", type=Path, help="only the mutants named in this file, one per line")
    parser.add_argument("--tests", nargs="+", default=["tests"], help="only these tests")
    parser.add_argument("--sample", type=int, help="only so many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--limit", type=float, default=20, help="seconds of tests for each mutant")
    parser.add_argument("--workers", type=int, default=1, help="mutants tried at once")
    parser.add_argument("--postgresql", action="store_true", help="where a mutant is imported, use it too")
    parser.add_argument("--keep", action="store_true", help="use the copy and the map of the last run")
    options = parser.parse_args()
    folder = options.folder.resolve()
    if not options.keep:
        copied(folder / "copy")
        (folder / "map.json").unlink(missing_ok=True)
    os.chdir(folder / "copy")
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    sys.path.insert(0, str(folder / "copy" / "src"))
    sys.dont_write_bytecode = True
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="mutation-", ignore_cleanup_errors=True) as place:
        # Of its own: other sessions of pytest clear away what they find in the usual one.
        os.environ["PYTEST_DEBUG_TEMPROOT"] = place
        text = "\n".join(report(run(folder, options)))
    (folder / "report.txt").write_text(text + "\n", encoding="utf-8")
    print(text)
    print(f"\n{time.monotonic() - begun:.0f} seconds; the same in {folder / 'report.txt'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
