"""
The days of a page: what every group of projects answered, laid side by side day by day.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import attrs
from attrs import field, frozen

from milestone_ledger.domain.bounds import Ladder
from milestone_ledger.domain.dates import add_days
from milestone_ledger.domain.events import TotalReported
from milestone_ledger.domain.totals import totals
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.reports.overview import percent
from milestone_ledger.reports.page.groups import groups, part_of
from milestone_ledger.reports.page.rows import Rows

Progress = Callable[[int, int], None]
Runs = list[tuple[date, Any]]
"""
Answers by the day from which on each holds; the first holds before it too.
"""

FIGURES = tuple(attribute.name for attribute in attrs.fields(Reliability))
"""
The numbers of a headline, in the order in which the page holds them.
"""

_NUMBERS = ("certain", "possible", "registered", "open_batches")
_GROUPS_TOLD = 50


@frozen
class Look:
    """
    What one group answered: the state of each listed project, and what it adds to the figures of all.
    """

    states: Mapping[str, int]
    figures: Mapping[str, int]
    counts: Mapping[str, int]


@frozen(kw_only=True)
class Mode:
    """
    One of the two ways of looking: in hindsight, or as known on each day.

    ``states`` gives each project's runs, ``None`` where it is not listed; the others those of the whole.
    """

    states: dict[str, Runs] = field(factory=dict)
    figures: Runs = field(factory=list)
    counts: Runs = field(factory=list)
    totals: Runs = field(factory=list)

    def turns(self) -> Iterator[date]:
        """
        Every day from which on anything is another.
        """
        for runs in (*self.states.values(), self.figures, self.counts, self.totals):
            yield from (since for since, _ in runs)


def work_out(view: View, rows: Rows, progress: Progress | None = None) -> dict[str, Mode]:
    """
    Both modes of ``view``, which looks back on everything; ``progress`` is told of groups now and then.
    """
    found = groups(view.registry)
    modes = {"hindsight": _Sums(view), "known": _Sums(view)}
    known: defaultdict[date, list[View]] = defaultdict(list)
    back: list[View] = []
    for done, projects in enumerate(found):
        part = part_of(view, projects)
        looks = {seen.as_of: _look(seen, rows) for seen in part.looks_back()}
        modes["hindsight"].take_in(part.projects, looks, before=next(iter(looks), None))
        # From the last publication on, what is known on a day is what hindsight knows.
        known_looks = (
            (seen.as_of, looks[seen.as_of] if part.is_all_published(seen) else _look(seen, rows))
            for seen in part.looks_then()
        )
        modes["known"].take_in(part.projects, dict(known_looks))
        back.append(part.hindsight)
        for seen in part.known:
            known[seen.viewpoint.published_by or date.min].append(seen)
        if progress is not None and done % _GROUPS_TOLD == 0:
            progress(done, len(found))
    if progress is not None and found:
        progress(len(found), len(found))
    hindsight, then = modes["hindsight"].mode(), modes["known"].mode()
    hindsight.totals.append((date.min, _totals(view, rows, _Together(back))))
    then.totals.extend(_totals_then(view, rows, known))
    return {"hindsight": hindsight, "known": then}


class _Sums:
    """
    What the groups answered in one mode, and how the figures of all of them change from day to day.
    """

    def __init__(self, view: View) -> None:
        self._milestones = () if view.registry.programme is None else view.programme.milestone_ids
        self._states: dict[str, Runs] = {}
        self._figures: defaultdict[date, Counter[str]] = defaultdict(Counter)
        self._counts: defaultdict[date, Counter[str]] = defaultdict(Counter)

    def take_in(
        self, projects: Iterable[str], looks: Mapping[date, Look], *, before: date | None = None
    ) -> None:
        """
        Add what one group answered, in the order of the days; on ``before`` and all earlier days alike.
        """
        last = Look({}, {}, {})
        for day, look in looks.items():
            since = date.min if day == before else day
            for project in projects:
                _extend(self._states.setdefault(project, []), since, look.states.get(project))
            _add(self._figures, since, last.figures, look.figures)
            _add(self._counts, since, last.counts, look.counts)
            last = look

    def mode(self) -> Mode:
        """
        The runs of every project, and those of the sums.
        """
        return Mode(
            states=self._states,
            figures=[(since, _headline(counter)) for since, counter in _summed(self._figures)],
            counts=[(since, self._row(counter)) for since, counter in _summed(self._counts)],
        )

    def _row(self, counter: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(counter.get(f"{m} {name}", 0) for name in _NUMBERS) for m in self._milestones)


def _look(view: View, rows: Rows) -> Look:
    return Look(
        rows.looks(view),
        {name: number for name, number in attrs.asdict(view.reliability()).items() if number},
        {f"{row.milestone} {name}": getattr(row, name) for row in view.counts() for name in _NUMBERS},
    )


def _extend(runs: Runs, since: date, answer: Any) -> None:
    if not runs and answer is None:
        return
    if not runs or runs[-1][1] != answer:
        runs.append((since, answer))


def _add(
    changes: dict[date, Counter[str]], since: date, before: Mapping[str, int], now: Mapping[str, int]
) -> None:
    if before != now:
        changes[since].update(now)
        changes[since].subtract(before)


def _summed(changes: Mapping[date, Counter[str]]) -> Iterator[tuple[date, Mapping[str, int]]]:
    total: Counter[str] = Counter()
    for since in sorted({date.min, *changes}):
        total.update(changes.get(since, {}))
        yield since, dict(total)


def _headline(counter: Mapping[str, int]) -> tuple[Any, ...]:
    """
    The numbers by verdict, then coverage and both ends of the reliability, as people read them.

    Of small numbers there are no shares.
    """
    figures = Reliability(**{name: counter.get(name, 0) for name in FIGURES})
    numbers = tuple(getattr(figures, name) for name in FIGURES)
    if figures.coverage is None or figures.reliability is None or figures.share.is_small:
        return *numbers, None, None, None
    return *numbers, percent(figures.coverage), *map(percent, figures.reliability)


class _Together:
    """
    What the views of all groups know, as if one view had worked it out.
    """

    def __init__(self, views: Iterable[View] = ()) -> None:
        self.ladders: dict[str, Mapping[str, Ladder]] = {}
        self.listed: set[str] = set()
        for view in views:
            self.take_in(view)

    def take_in(self, view: View) -> None:
        """
        Put what one group knows in the place of what it knew before.
        """
        self.listed.difference_update(view.ladders)
        self.listed.update(view.listed)
        self.ladders.update(view.ladders)


def _totals(view: View, rows: Rows, together: _Together) -> tuple[int, ...]:
    if not any(isinstance(entry.event, TotalReported) for entry in view.live):
        return ()
    listed = [project for project in view.registry.projects if project in together.listed]
    return tuple(map(rows.total, totals(view.live, view.registry, together.ladders, listed)))


def _totals_then(view: View, rows: Rows, known: Mapping[date, Sequence[View]]) -> Runs:
    """
    The totals as known on each day of publication.
    """
    together, runs = _Together(), [(date.min, ())]
    days = {entry.published_on for entry in view.history if view.viewpoint.sees(entry)}
    for day in sorted(day for day in days if day is not None):
        for seen in known.get(day, ()):
            together.take_in(seen)
        published = attrs.evolve(view, viewpoint=attrs.evolve(view.viewpoint, published_by=day))
        _extend(runs, day, _totals(published, rows, together))
    return runs


def calendar(modes: Iterable[Mode]) -> list[date]:
    """
    The day before anything changes, then every day on which something does.
    """
    turns = sorted({since for mode in modes for since in mode.turns()} - {date.min})
    return [add_days(turns[0], -1), *turns] if turns else []
