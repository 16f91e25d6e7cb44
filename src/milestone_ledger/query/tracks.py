"""
Numbers that change in the order of publication, for many segments at once: the columns of ``kept``.

This module needs numpy (extra ``analytics``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Self

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from milestone_ledger.query.standings import NEVER

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NO_CHANGES: Numbers = np.empty((0, 3), dtype=np.int64)
# Between two segments of one array; more than any day.
_STRIDE = 10**9


@frozen(eq=False)
class Spans:
    """
    From which day on statements hold, and from which on no longer (``NEVER``: for good), each in its segment.
    """

    segment: Numbers
    day: Numbers
    until: Numbers

    def where(self, chosen: Flags) -> Spans:
        """
        Only some of them.
        """
        return Spans(self.segment[chosen], self.day[chosen], self.until[chosen])


@frozen(eq=False)
class Track:
    """
    The best value of each of ``count`` segments as days go by.

    That is the least, if all start at ``NEVER``, else the greatest. ``days``, ``segments`` and ``values`` are
    its changes, in the order of their days; ``states`` are all values before every ``step``-th of them.
    """

    days: Numbers
    segments: Numbers
    values: Numbers
    step: int
    states: tuple[Numbers, ...]

    @classmethod
    def of(
        cls, spans: Spans, values: Numbers, *, count: int, start: int, others: Numbers = NO_CHANGES
    ) -> Self:
        """
        The track of what some statements say; ``others`` are changes of other segments (see ``changes_of``).
        """
        is_simple = ~np.isin(spans.segment, spans.segment[spans.until < NEVER])
        simple = spans.where(is_simple)
        order = np.lexsort((simple.day, simple.segment))
        segments, held = simple.segment[order], values[is_simple][order]
        # Segments lie so far apart that none reaches into the next.
        apart = segments * _STRIDE
        if start == NEVER:
            running = np.minimum.accumulate(held - apart) + apart
        else:
            running = np.maximum.accumulate(held + apart) - apart
        is_change = np.append(True, (np.diff(segments) != 0) | (np.diff(running) != 0))[: len(segments)]
        corrected = changes_of(_changes(spans.where(~is_simple), values[~is_simple], start))
        kept = np.stack([simple.day[order], segments, running], axis=1)[is_change]
        found = np.concatenate([kept, corrected, others])
        days, segments, running = found[np.argsort(found[:, 0], kind="stable")].T.copy()
        step, state = max(count // 2, 1), np.full(count, start, dtype=np.int64)
        states = [state]
        for at in range(step, len(days) + 1, step):
            state = state.copy()
            state[segments[at - step : at]] = running[at - step : at]
            states.append(state)
        return cls(days, segments, running, step, tuple(states))

    def at(self, day: int) -> Numbers:
        """
        The value of each segment at the end of ``day``, not to be written to.
        """
        known = int(np.searchsorted(self.days, day, side="right"))
        at = known // self.step
        found, since = self.states[at].copy(), slice(at * self.step, known)
        # Of several assignments to one place, the last holds.
        found[self.segments[since]] = self.values[since]
        found.flags.writeable = False
        return found


def changes_of(rows: Iterable[tuple[int, int, int]]) -> Numbers:
    """
    Days, segments and values as an array.
    """
    return np.array(list(rows), dtype=np.int64).reshape(-1, 3)


def _changes(spans: Spans, values: Numbers, start: int) -> Iterator[tuple[int, int, int]]:
    """
    Day, segment and value where something was corrected: what is left is looked at anew at each turn.
    """
    of_segment: defaultdict[int, list[tuple[int, int, int]]] = defaultdict(list)
    columns = (spans.segment.tolist(), spans.day.tolist(), spans.until.tolist(), values.tolist())
    for segment, first, last, number in zip(*columns, strict=True):
        of_segment[segment].append((first, last, number))
    best: Any = min if start == NEVER else max
    for segment, rows in of_segment.items():
        for turn in sorted({first for first, _, _ in rows} | {last for _, last, _ in rows if last < NEVER}):
            held = [number for first, last, number in rows if first <= turn < last]
            yield turn, segment, best(held, default=start)
