"""
``python -m bench``: measure everything, print the tables; see ``bench/README.md``.
"""

from __future__ import annotations

import argparse
import cProfile
import json
import pstats
import sys
import time
from pathlib import Path

import attrs

from bench import machine
from bench.measuring import (
    FLOOR,
    OURS,
    Result,
    Row,
    measure,
    memory_roles,
    peak_memory,
    run_for_memory,
)
from bench.report import report, shown_size, shown_time, write
from bench.rows import ROWS
from bench.stage import FOLDER, Stage, stage

# So long is profiled, in seconds, or so often at most.
_PROFILED, _MOST_PROFILED = 4, 300


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    keys = [row.key for row in ROWS]
    parser.add_argument("--rows", nargs="+", choices=keys, default=keys, metavar="ROW", help=", ".join(keys))
    parser.add_argument("--sizes", nargs="+", type=int, help="these numbers of projects, for every row")
    parser.add_argument("--most", type=int, default=1_000_000, help="leave out larger numbers of projects")
    parser.add_argument(
        "--budget", type=float, default=15, help="seconds for each row and size; 0: one round"
    )
    parser.add_argument("--go-on", action="store_true", help="keep what the last run measured, add the rest")
    parser.add_argument("--no-memory", action="store_true", help="leave out the memory")
    parser.add_argument(
        "--write", type=Path, metavar="FILE", help="write the tables between the marks of a file"
    )
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where portfolios are kept")
    parser.add_argument("--profile", choices=keys, help="show where our own time goes in a row")
    parser.add_argument("--memory", nargs=3, help=argparse.SUPPRESS)
    return parser


def _sizes(row: Row, options: argparse.Namespace) -> list[int]:
    if not row.sizes:
        return [0]
    return list(options.sizes or [size for size in row.sizes if size <= options.most])


def _measured(row: Row, on: Stage, size: int, options: argparse.Namespace) -> Result:
    result = measure(row, on, size, options.budget)
    if options.no_memory:
        return result
    roles = [role for role in memory_roles(size) if role in result.times]
    found = {role: peak_memory(row.key, role, size, options.folder) for role in roles}
    held, peak = ({role: pair[at] for role, pair in found.items()} for at in (0, 1))
    return attrs.evolve(result, held=held, peak=peak)


def _run(on: Stage, options: argparse.Namespace) -> str:
    rows = [row for row in ROWS if row.key in options.rows]
    load, measured = machine.load(), on.folder / "results.json"
    earlier = json.loads(measured.read_text(encoding="utf-8")) if options.go_on and measured.exists() else []
    results = [Result(**each) for each in earlier]
    for row in rows:
        for size in _sizes(row, options):
            if any((each.key, each.size) == (row.key, size) for each in results):
                continue
            result = _measured(row, on, size, options)
            results.append(result)
            ours, floor = shown_time(result.median(OURS)), shown_time(result.median(FLOOR))
            ratio = result.ratio(OURS)
            print(f"{row.title}, {shown_size(size)}: {ours}, floor {floor}, {ratio:.2f}×", flush=True)
            kept = [attrs.asdict(each) for each in results]
            measured.write_text(json.dumps(kept), encoding="utf-8")
    about = [*machine.described(on), ("load before and after", f"{load}; {machine.load()}")]
    results.sort(key=lambda each: each.size)
    return report([row for row in ROWS if any(each.key == row.key for each in results)], results, about)


def _profile(on: Stage, row: Row, size: int) -> None:
    """
    Show what our own functions take, in processor time: over some seconds, after a run that does not count.
    """
    profile = cProfile.Profile(time.process_time)
    with row.prepare(on, size) as contest:
        ours = contest.contestants[OURS]
        spent, runs = 0.0, 0
        while spent < _PROFILED and runs < (contest.most or _MOST_PROFILED):
            if ours.before is not None:
                ours.before()
            begun = time.process_time()
            if runs:
                profile.enable()
            ours.run()
            profile.disable()
            spent += time.process_time() - begun
            runs += 1
    print(f"{row.title}, {shown_size(size)}: {runs - 1} runs")
    pstats.Stats(profile).sort_stats("cumulative").print_stats(70).sort_stats("tottime").print_stats(40)


def main() -> int:
    """
    The entry point.
    """
    options = _parser().parse_args()
    by_key = {row.key: row for row in ROWS}
    with stage(options.folder, tell=options.memory is None) as on:
        if options.memory:
            key, role, size = options.memory
            print(json.dumps(run_for_memory(by_key[key], on, role, int(size))))
        elif options.profile:
            _profile(on, by_key[options.profile], _sizes(by_key[options.profile], options)[0])
        else:
            text = _run(on, options)
            print(f"\n{text}")
            if options.write:
                write(options.write, text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
