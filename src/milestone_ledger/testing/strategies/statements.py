"""
What documents say: evidence, promises and what becomes of them, and what settles no milestone.

An intent draws the events of one commit after a history, legal or not; it is empty if there is nothing to
speak of.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.testing.strategies import vocabulary
from milestone_ledger.testing.strategies.calendar import CALENDAR, START, closed_dates, days, until
from milestone_ledger.testing.strategies.registrations import programme_of

Intent = Callable[[st.DrawFn, History, Registry], list[on.Event]]

firmness = st.sampled_from([on.Firmness.FIRM, on.Firmness.PLANNED, *on.Firmness])
_blank = st.sampled_from(["", "", "一"])
_units = 4  # of a batch of unknown size, no more are counted


def cite(draw: st.DrawFn, source: str) -> dict[str, Any]:
    """
    What every statement says of itself, of few places, so that statements share them.
    """
    return {
        "source": source,
        "locator": draw(st.sampled_from(["一1", "二3"])),
        "note": draw(_blank),
        "ref": draw(_blank),
    }


def some_quantity(draw: st.DrawFn, registry: Registry, project: str, least: int = 1) -> int | None:
    """
    A part of a batch, or ``None`` for the whole.
    """
    size = registry.projects[project].size
    if size == 1 or not draw(st.booleans()):
        return None
    return draw(st.integers(least, _units if size is None else max(size - 1, least)))


def _subject(draw: st.DrawFn, registry: Registry) -> tuple[on.SourceRegistered, str, str]:
    source = registry.sources[draw(st.sampled_from(sorted(registry.sources)))]
    project = draw(st.sampled_from(sorted(registry.projects)))
    programme = programme_of(registry)
    # The middle of the order again and again, so that evidence collides.
    milestones = (*3 * vocabulary.line(programme)[:2], *programme.milestone_ids)
    return source, project, draw(st.sampled_from(milestones))


def _judged(history: History) -> list[tuple[Entry, on.PromiseMade, UncertainDate, str]]:
    """
    Every promise that can be judged, with its deadline and milestone.
    """
    return [
        (entry, event, event.deadline, event.milestone)
        for entry in history
        if isinstance(event := entry.event, on.PromiseMade)
        and event.is_judged
        and event.deadline is not None
        and event.milestone is not None
    ]


def achieved(draw: st.DrawFn, history: History, registry: Registry, **fields: Any) -> list[on.Event]:
    """
    A milestone was reached.
    """
    source, project, milestone = _subject(draw, registry)
    latest = until(draw, source.published_on)
    quantity = some_quantity(draw, registry, project)
    if quantity is not None or draw(st.booleans()):
        occurred = UncertainDate.by(latest)
    else:
        occurred = UncertainDate(until(draw, latest) if draw(st.booleans()) else latest, latest)
    cited = cite(draw, source.source) | fields
    return [
        on.MilestoneAchieved(
            **cited, project=project, milestone=milestone, occurred=occurred, quantity=quantity
        )
    ]


def pending(draw: st.DrawFn, history: History, registry: Registry, **fields: Any) -> list[on.Event]:
    """
    A milestone was still pending.
    """
    source, project, milestone = _subject(draw, registry)
    cited = cite(draw, source.source) | fields
    return [
        on.MilestonePending(
            **cited,
            project=project,
            milestone=milestone,
            on=until(draw, source.published.earliest),
            quantity=some_quantity(draw, registry, project, 0),
        )
    ]


def answer(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Evidence on what was promised, about a day close to the deadline, by a document that can know.
    """
    made = _judged(history)
    if not made:
        return []
    _, promise, deadline, milestone = draw(st.sampled_from(made))
    end = draw(st.sampled_from([end for end in (deadline.earliest, deadline.latest) if end is not None]))
    about = min(max(end + timedelta(draw(st.sampled_from([0, 1, 1, 2, -1]))), START), CALENDAR[-1])
    knowing = [name for name, source in registry.sources.items() if source.published_on >= about]
    if not knowing:
        return []
    cited = cite(draw, draw(st.sampled_from(sorted(knowing))))
    cited |= {"project": promise.project, "milestone": milestone}
    if draw(st.booleans()):
        short = None if promise.quantity is None else promise.quantity - draw(st.integers(0, 1))
        return [on.MilestonePending(**cited, quantity=short, on=about)]
    exact = promise.quantity is None and draw(st.booleans())
    occurred = UncertainDate(about if exact else None, about)
    return [on.MilestoneAchieved(**cited, quantity=promise.quantity, occurred=occurred)]


def promise(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A promise, now and then without deadline or milestone.
    """
    source, project, milestone = _subject(draw, registry)
    whole = on.PromiseMade(
        **cite(draw, source.source),
        project=project,
        milestone=milestone,
        deadline=draw(closed_dates()),
        quantity=some_quantity(draw, registry, project),
        firmness=draw(firmness),
        responsible=draw(st.sampled_from(vocabulary.responsible(programme_of(registry)))),
    )
    vague = (attrs.evolve(whole, deadline=None), attrs.evolve(whole, milestone=None))
    return [draw(st.sampled_from([*8 * (whole,), *vague]))]


def promise_again(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    What was promised before, for another deadline.
    """
    made = [entry.event for entry in history if isinstance(entry.event, on.PromiseMade)]
    if not made:
        return []
    source, _, _ = _subject(draw, registry)
    said = draw(st.sampled_from(made))
    cited = cite(draw, source.source)
    return [attrs.evolve(said, **cited, deadline=draw(closed_dates()), firmness=draw(firmness))]


def withdrawal(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A promise taken back, or its project cancelled, by a document between the promise and its deadline if any.
    """
    made = _judged(history)
    if not made:
        return []
    entry, said, deadline, milestone = draw(st.sampled_from(made))
    since, end = entry.published_on or date.min, deadline.earliest or date.max
    in_time = [s.source for s in registry.sources.values() if since <= s.published_on <= end]
    cited = cite(draw, draw(st.sampled_from(sorted(in_time or registry.sources))))
    if draw(st.booleans()):
        change = draw(st.sampled_from([on.Activity.CANCELLED, on.Activity.CANCELLED, on.Activity.REINSTATED]))
        return [on.ActivityChanged(**cited, project=said.project, activity=change, on=draw(days))]
    return [on.PromiseWithdrawn(**cited, project=said.project, milestone=milestone, quantity=said.quantity)]


def activity(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A project stops, goes on, is cancelled or reinstated.
    """
    source, project, _ = _subject(draw, registry)
    return [
        on.ActivityChanged(
            **cite(draw, source.source),
            project=project,
            activity=draw(st.sampled_from([*on.Activity, on.Activity.CANCELLED, on.Activity.REINSTATED])),
            on=draw(days),
        )
    ]


def beside(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    What never settles a milestone: notes, obstacles, indicators, totals.
    """
    source, project, milestone = _subject(draw, registry)
    cited = cite(draw, source.source)
    said = until(draw, source.published_on)
    deadline = draw(st.none() | closed_dates())
    value = Decimal(draw(st.integers(1, 3)))
    scope = on.Scope(plans=(source.source,)) if deadline else on.Scope()
    found: list[on.Event] = [
        on.StatementNoted(**cited, project=project, milestone=milestone),
        on.BlockerRaised(**cited, project=project, deadline=deadline),
        on.BlockerCleared(**cited, project=project, on=said),
        on.IndicatorTargeted(**cited, name="学位", value=value, deadline=deadline),
        on.IndicatorObserved(**cited, name="学位", value=value, occurred=UncertainDate.on(said)),
        on.TotalReported(
            **cited,
            what="已开工",
            count=int(value),
            on=UncertainDate.on(said),
            milestones=(milestone,),
            scope=scope,
        ),
    ]
    return [draw(st.sampled_from(found))]


def contested(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Evidence that the clerk doubts.
    """
    doubt = {"contested": True, "note": "两份文件不一致"}
    if draw(st.booleans()):
        return pending(draw, history, registry, **doubt)
    return achieved(draw, history, registry, **doubt)


def restated(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    What was said before, once more in other words: a tie that only content can break.
    """
    said = [entry.event for entry in history if isinstance(entry.event, on.Statement)]
    if not said:
        return []
    return [attrs.evolve(draw(st.sampled_from(said)), note=draw(st.sampled_from(["", "一", "二"])))]


def several(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Two or three statements in one commit.
    """
    parts = draw(st.lists(st.sampled_from([achieved, pending, promise, activity]), min_size=2, max_size=3))
    return [event for part in parts for event in part(draw, history, registry)]
