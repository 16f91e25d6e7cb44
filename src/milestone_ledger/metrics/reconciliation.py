"""
What different documents say of the same things, set side by side: totals, sources, years.

Nothing here says that a document is wrong, or that a project was given up: each row names the entries
that differ, and what can't be told from them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import combinations

from attrs import frozen

from milestone_ledger.domain.bounds import by_publication
from milestone_ledger.domain.events import (
    Comparator,
    MilestoneAchieved,
    SourceKind,
    SourceRegistered,
    Statement,
    TotalReported,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.totals import TotalState


class TotalFit(StrEnum):
    """
    How an official total fits what the ledger holds; of the numbers that a comparator allows, the nearest.

    ``ITEMISED``: documents prove as many. ``REPORTED``: they do if what is reported for some later day had
    happened by then. ``OPEN``: they don't, and nothing speaks against it. ``BEYOND_REGISTER``: more than
    are registered in its scope, so that the ledger can't hold all that was counted. ``IMPOSSIBLE``: more
    than could be of those registered, or fewer than is certain. ``NOT_COMPARED``: ≈, or without milestones.
    """

    ITEMISED = "itemised"
    REPORTED = "reported"
    OPEN = "open"
    BEYOND_REGISTER = "beyond_register"
    IMPOSSIBLE = "impossible"
    NOT_COMPARED = "not_compared"


@frozen(kw_only=True)
class ReconciledTotal:
    """
    An official total against [certain, certain + reported-unsure] and the number registered in its scope.

    ``itemised`` is how many the ledger can prove (of a total without milestones, how many it lists), and
    ``missing`` = claim − itemised, 0 or more; of "at most so many" none is missing.
    """

    state: TotalState
    fit: TotalFit
    itemised: int
    missing: int


def reconciled_total(state: TotalState) -> ReconciledTotal:
    """
    How the claim c of a total fits: itemised = certain, missing = c − certain.

    Projects or units of batches, 0 or more. Source: our own; a claim
    beyond the number registered is told apart from an impossible one: the ledger may not hold all projects.
    It can't tell which projects an office counted, nor whether it counted them as the ledger does.
    """
    claim, sign = state.event.count, state.event.comparator
    certain, possible = state.certain, state.possible
    if certain is None or sign is Comparator.ABOUT:
        fit = TotalFit.NOT_COMPARED
    elif sign is not Comparator.AT_LEAST and claim < certain:
        fit = TotalFit.IMPOSSIBLE
    elif sign is Comparator.AT_MOST:
        fit = TotalFit.ITEMISED if possible is not None and possible <= claim else TotalFit.OPEN
    elif claim <= certain:
        fit = TotalFit.ITEMISED
    elif possible is not None and claim > state.registered:
        fit = TotalFit.BEYOND_REGISTER
    elif possible is not None and claim > possible:
        fit = TotalFit.IMPOSSIBLE
    else:
        fit = TotalFit.REPORTED if claim <= (state.reported or 0) else TotalFit.OPEN
    missing = 0 if sign is Comparator.AT_MOST else max(0, claim - state.itemised)
    return ReconciledTotal(state=state, fit=fit, itemised=state.itemised, missing=missing)


@frozen(kw_only=True)
class Disagreement:
    """
    Entries of different sources that can't all be right, by (``published_on``, ``seq``).

    ``project`` and ``milestone`` are given if they speak of one.
    """

    entries: tuple[Entry, ...]
    project: str | None = None
    milestone: str | None = None


def differing_totals(states: Iterable[TotalState]) -> tuple[Disagreement, ...]:
    """
    Pairs of exact totals of the same milestones, scope, measure word and day that differ.

    The day must be known, and totals without milestones must count the same in words: else both may be
    right. In the order of what they count. It can't tell whether two offices drew the same scope differently.
    """
    alike: defaultdict[tuple[object, ...], list[TotalState]] = defaultdict(list)
    for state in states:
        if state.event.comparator is Comparator.EXACTLY and state.event.on.is_exact:
            alike[_counted(state.event)].append(state)
    return tuple(
        Disagreement(entries=by_publication((one.entry, two.entry)))
        for same in alike.values()
        for one, two in combinations(same, 2)
        if one.event.count != two.event.count and one.event.source != two.event.source
    )


def _counted(total: TotalReported) -> tuple[object, ...]:
    """
    What a total counts, and of which day.
    """
    scope = tuple(map(frozenset, (total.scope.plans, total.scope.domains, total.scope.deliveries)))
    return frozenset(total.milestones) or total.what, scope, total.measure, total.on


@frozen(kw_only=True)
class RepeatedClaim:
    """
    The same milestone of the same project, named as achieved in the reports of several years.

    ``years`` are those of the reports, in order; ``claims`` the entries, by (``published_on``, ``seq``);
    ``totals`` the official totals of that milestone at their places, whose examples they are.
    ``may_count_twice``: such totals stand in the reports of two years. Without, it may merely be mentioned
    again.
    """

    project: str
    milestone: str
    quantity: int | None
    years: tuple[int, ...]
    claims: tuple[Entry, ...]
    totals: tuple[Entry, ...]
    may_count_twice: bool


def repeated_claims(
    live: Iterable[Entry], sources: Mapping[str, SourceRegistered]
) -> tuple[RepeatedClaim, ...]:
    """
    Every achievement that the reports of two years or more name, in the order of the first claims.

    The year of a report is that of the last day of the period that it covers, else of its publication.
    It can't tell a second count from a second mention: only the office's own list could.
    """
    claims: defaultdict[tuple[str, str, int | None], list[Entry]] = defaultdict(list)
    totals: defaultdict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in live:
        event = entry.event
        if isinstance(event, TotalReported):
            totals[event.source, event.locator].append(entry)
        elif isinstance(event, MilestoneAchieved) and sources[event.source].kind is SourceKind.REPORT:
            claims[event.project, event.milestone, event.quantity].append(entry)
    found = []
    for (project, milestone, quantity), entries in claims.items():
        years = {_year(entry, sources) for entry in entries}
        if len(years) > 1:
            places = dict.fromkeys(map(_place, entries))
            counted = [t for place in places for t in totals[place] if milestone in _total(t).milestones]
            found.append(
                RepeatedClaim(
                    project=project,
                    milestone=milestone,
                    quantity=quantity,
                    years=tuple(sorted(years)),
                    claims=by_publication(entries),
                    totals=by_publication(counted),
                    may_count_twice=len({_year(total, sources) for total in counted}) > 1,
                )
            )
    return tuple(found)


def _total(entry: Entry) -> TotalReported:
    assert isinstance(entry.event, TotalReported)  # noqa: S101 (kept apart as such)
    return entry.event


def _place(entry: Entry) -> tuple[str, str]:
    """
    Where a statement stands: its source, and the place in it.
    """
    assert isinstance(entry.event, Statement)  # noqa: S101 (only statements are compared)
    return entry.event.source, entry.event.locator


def _year(entry: Entry, sources: Mapping[str, SourceRegistered]) -> int:
    source = sources[_place(entry)[0]]
    return (source.published_on if source.period is None else source.period.last).year
