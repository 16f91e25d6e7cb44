"""
Contestants are timed in turn, round by round, so that a machine that slows down slows them all.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from math import log
from pathlib import Path
from time import perf_counter

from attrs import field, frozen

from bench.stage import ROOT, Stage

OURS, FLOOR, PEER = "ours", "floor", "peer"
_FEWEST, _MOST = 3, 300
# Where a first round takes so many seconds, it is the only one.
_SLOW = 30
# With more projects than this, only what growth is about is timed: ours and the floor.
EVERYBODY = 100_000
# With more projects than this, the memory of ours alone is measured, and beyond EVERYBODY that of nobody.
_MEMORY_OF_ALL = 10_000


@frozen(kw_only=True)
class Contestant:
    """
    One way to do what a row is about.

    ``before`` makes ready, and is not timed; a ``run`` that makes ready in between returns the seconds that
    it took itself. A contestant that does only a part of the work is told by ``scale``: its times are
    multiplied by it.
    """

    run: Callable[[], object]
    before: Callable[[], object] | None = None
    scale: float = 1


@frozen(kw_only=True)
class Contest:
    """
    The contestants of a row, by role: ours, the floor, the peer, and others by name.

    ``check`` raises unless they answer the same. ``most`` is how often each can be run at all.
    """

    contestants: Mapping[str, Contestant]
    check: Callable[[], None] | None = None
    most: int | None = None


@frozen(kw_only=True)
class Row:
    """
    One line of the table.

    ``bar`` is how many times the floor ours may take at most, ``over_peer`` how many times faster than the
    peer it must be at least. ``size`` is the number of projects that the bar speaks of, and ``sizes`` those
    that it is measured at; without any, the row is about the Huitian example.
    """

    key: str
    title: str
    floor: str
    prepare: Callable[[Stage, int], AbstractContextManager[Contest]]
    bar: float | None = None
    over_peer: float | None = None
    peer: str = ""
    size: int = 0
    sizes: tuple[int, ...] = ()
    note: str = ""


@frozen(kw_only=True)
class Result:
    """
    The times of each contestant of a row, in seconds, round by round; and their peak memory in bytes.

    ``held`` is the memory that was in use before.
    """

    key: str
    size: int
    times: Mapping[str, Sequence[float]]
    peak: Mapping[str, int] = field(factory=dict)
    held: Mapping[str, int] = field(factory=dict)

    def median(self, role: str) -> float:
        """
        The median time of a contestant.
        """
        return statistics.median(self.times[role])

    def ratio(self, role: str, other: str = FLOOR) -> float:
        """
        The median, over all rounds, of what one took over what another took in the same round.
        """
        return statistics.median(a / b for a, b in zip(self.times[role], self.times[other], strict=True))


def measure(row: Row, stage: Stage, size: int, budget: float) -> Result:
    """
    Time the contestants of a row for ``budget`` seconds or so, after one round that does not count.

    There are at least ``_FEWEST`` rounds. Where the first is very slow, it counts, and is the only one.
    """
    with row.prepare(stage, size) as contest:
        if contest.check is not None:
            contest.check()
        gc.collect()
        gc.freeze()
        times = _rounds(contest, budget, [role for role in contest.contestants if _takes_part(role, size)])
        gc.unfreeze()
    return Result(key=row.key, size=size, times=times)


def _takes_part(role: str, size: int) -> bool:
    return size <= EVERYBODY or role in {OURS, FLOOR}


def _rounds(contest: Contest, budget: float, order: Sequence[str]) -> dict[str, list[float]]:
    contestants = contest.contestants
    first_round = {role: _timed(contestants[role]) for role in order}
    if sum(first_round.values()) >= _SLOW:
        return {role: [time * contestants[role].scale] for role, time in first_round.items()}
    times: dict[str, list[float]] = {role: [] for role in order}
    fewest = _FEWEST if budget else 1
    most = _MOST if contest.most is None else min(_MOST, contest.most - 1)
    spent, number = 0.0, 0
    while number < most and (number < fewest or spent < budget):
        first = number % len(order)
        for role in (*order[first:], *order[:first]):
            time = _timed(contestants[role])
            times[role].append(time * contestants[role].scale)
            spent += time
        number += 1
    return times


def _timed(contestant: Contestant) -> float:
    if contestant.before is not None:
        contestant.before()
    begun = perf_counter()
    took = contestant.run()
    return took if isinstance(took, float) else perf_counter() - begun


def memory_roles(size: int) -> tuple[str, ...]:
    """
    Whose memory is measured with so many projects.
    """
    if size > EVERYBODY:
        return ()
    return (OURS, FLOOR, PEER) if size <= _MEMORY_OF_ALL else (OURS,)


def peak_memory(key: str, role: str, size: int, folder: Path) -> tuple[int, int]:
    """
    The memory in use before a contestant runs once, and the most while it runs, in a process of its own.
    """
    command = [sys.executable, "-m", "bench", "--memory", key, role, str(size), "--folder", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    held, peak = json.loads(done.stdout.splitlines()[-1])
    return int(held), int(peak)


def run_for_memory(row: Row, stage: Stage, role: str, size: int) -> tuple[int, int]:
    """
    What ``peak_memory`` asks another process for.
    """
    with row.prepare(stage, size) as contest:
        contestant = contest.contestants[role]
        if contestant.before is not None:
            contestant.before()
        gc.collect()
        _forget_peak()
        held = _status("VmRSS")
        contestant.run()
        return held, _status("VmHWM")


def _forget_peak() -> None:
    """
    Let Linux count the peak from here on.
    """
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    raise LookupError(name)


def exponent(points: Sequence[tuple[int, float]]) -> float | None:
    """
    The exponent of time over size by least squares on logarithms; ``None`` of fewer than two sizes.
    """
    if len(points) < 2:
        return None
    xs, ys = [log(size) for size, _ in points], [log(time) for _, time in points]
    x, y = statistics.fmean(xs), statistics.fmean(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
