"""
Results as tables, for the terminal and for ``bench/README.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from bench.measuring import FLOOR, OURS, PEER, Result, Row, exponent

_BEGIN, _END = "<!-- results -->", "<!-- end of results -->"


def report(rows: Sequence[Row], results: Sequence[Result], machine: Iterable[tuple[str, str]]) -> str:
    """
    All tables in Markdown.
    """
    of_row: defaultdict[str, list[Result]] = defaultdict(list)
    for result in results:
        of_row[result.key].append(result)
    parts = [
        _table(("", ""), machine),
        "### The bar",
        _table(
            (
                "path",
                "projects",
                "ours",
                "floor",
                "ours ÷ floor",
                "bar",
                "met",
                "peer",
                "peer ÷ floor",
                "rounds",
            ),
            (_line(row, _main(row, of_row[row.key])) for row in rows if of_row[row.key]),
        ),
        "### For information",
        _table(
            ("path", "projects", "what", "time", "÷ floor"),
            (line for row in rows for result in of_row[row.key] for line in _others(row, result)),
        ),
        "### Growth",
        _table(
            ("path", "ours, by number of projects", "exponent", "exponent of the floor"),
            (_growth(row, of_row[row.key]) for row in rows if len(of_row[row.key]) > 1),
        ),
        "### Memory",
        _table(
            ("path", "projects", "ours: before → peak", "floor: before → peak", "peer: before → peak"),
            (_memory(row, result) for row in rows for result in of_row[row.key] if result.peak),
        ),
    ]
    return "\n\n".join(parts) + "\n"


def _table(head: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    body = list(lines)
    if not body:
        return "—"
    return "\n".join("| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *body))


def _main(row: Row, results: Sequence[Result]) -> Result:
    """
    The result at the size that the bar speaks of, or the largest.
    """
    return next((result for result in results if result.size == row.size), results[-1])


def _line(row: Row, result: Result) -> list[str]:
    ratio = result.ratio(OURS)
    bar = [] if row.bar is None else [f"≤ {row.bar:g}×"]
    is_met = row.bar is None or ratio <= row.bar
    if row.over_peer is not None:
        bar.append(f"peer ≥ {row.over_peer:g}× ours")
        is_met = is_met and (PEER not in result.times or result.ratio(PEER, OURS) >= row.over_peer)
    peer = (
        [shown_time(result.median(PEER)), f"{result.ratio(PEER):.1f}×"] if PEER in result.times else ["", ""]
    )
    return [
        row.title,
        shown_size(result.size),
        shown_time(result.median(OURS)),
        shown_time(result.median(FLOOR)),
        f"{ratio:.2f}×",
        ", ".join(bar),
        "" if row.bar is None else "yes" if is_met else "**no**",
        *peer,
        str(len(result.times[OURS])),
    ]


def _others(row: Row, result: Result) -> Iterator[list[str]]:
    for role in result.times:
        if role not in {OURS, FLOOR, PEER}:
            time, ratio = shown_time(result.median(role)), f"{result.ratio(role):.2f}×"
            yield [row.title, shown_size(result.size), role, time, ratio]


def _growth(row: Row, results: Sequence[Result]) -> list[str]:
    def shown(role: str) -> str:
        found = exponent([(result.size, result.median(role)) for result in results])
        return "" if found is None else f"{found:.2f}"

    times = ", ".join(f"{shown_size(result.size)}: {shown_time(result.median(OURS))}" for result in results)
    return [row.title, times, shown(OURS), shown(FLOOR)]


def _memory(row: Row, result: Result) -> list[str]:
    def shown(role: str) -> str:
        if role not in result.peak:
            return ""
        return f"{result.held[role] / 2**20:,.0f} → {result.peak[role] / 2**20:,.0f} MiB"

    return [row.title, shown_size(result.size), *map(shown, (OURS, FLOOR, PEER))]


def shown_time(seconds: float) -> str:
    """
    A time with three digits or so, in the unit that suits it.
    """
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if seconds * scale >= 1 or unit == "µs":
            value = seconds * scale
            return f"{value:,.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
    raise AssertionError


def shown_size(size: int) -> str:
    """
    A number of projects; without any, the example.
    """
    return f"{size:,}" if size else "Huitian"


def write(readme: Path, text: str) -> None:
    """
    Put the tables between the two marks in a file.
    """
    old = readme.read_text(encoding="utf-8")
    head, _, rest = old.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    readme.write_text(f"{head}{_BEGIN}\n\n{text}\n{_END}{tail}", encoding="utf-8")
