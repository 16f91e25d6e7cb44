"""
Numbers promised against numbers measured: which targets were met, as far as a measurement can tell.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from attrs import frozen

from milestone_ledger.domain.bounds import by_publication
from milestone_ledger.domain.events import Comparator, IndicatorObserved, IndicatorTargeted
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.indicators import IndicatorState

# How documents word a count that only grows, and how they deny it; nothing else tells it from a level.
_CUMULATIVE = re.compile(r"(?<![非不未])累计|(?<!non)(?<!non-)(?<!not )cumulative")


class Standing(StrEnum):
    """
    What became of a target by a day; ``NOT_JUDGED`` is shown beside what was measured, no more.
    """

    MET = "met"
    MISSED = "missed"
    NOT_ESTABLISHED = "not_established"
    NOT_DUE = "not_due"
    NOT_JUDGED = "not_judged"


class Why(StrEnum):
    """
    Why a target is not judged, or why nothing that was measured decides it.

    ``INCONCLUSIVE``: measured on other days, or less exactly, than would decide it.
    """

    UNDATED = "undated"
    APPROXIMATE = "approximate"
    NOT_CUMULATIVE = "not_cumulative"
    OTHER_MEASURE = "other_measure"
    OTHER_SCOPE = "other_scope"
    NOT_MEASURED = "not_measured"
    SOURCES_DISAGREE = "sources_disagree"
    MORE_THAN_EXACT = "more_than_exact"
    INCONCLUSIVE = "inconclusive"


@frozen(kw_only=True)
class JudgedTarget:
    """
    One number promised (``target``), and how it stands to what was measured.

    ``observations`` are of the same name, measure word and project, ``decisive`` those of them that decide.
    ``apart`` are measurements of the same name in another measure word or scope, or of the same project
    under another name: 家 isn't 处, so they decide nothing. All by (``published_on``, ``seq``).
    ``why`` is ``None`` of a target met, missed or not due.
    """

    name: str
    measure: str
    project: str | None
    target: Entry
    standing: Standing
    why: Why | None
    observations: tuple[Entry, ...]
    decisive: tuple[Entry, ...]
    apart: tuple[Entry, ...]


def judged_indicators(
    states: Iterable[IndicatorState], *, as_of: date, in_force: date
) -> tuple[JudgedTarget, ...]:
    """
    Every target in force, by indicator and publication, each judged by itself at the end of ``as_of``.

    With the deadline [d1, d2], a cumulative number is met if an observation of the same name, measure word
    and scope on or before d1 satisfies the target, missed if one on or after d2 doesn't, else not
    established. Cumulative is what the name, or the note of the target or of the observation, calls so
    (累计): no other number proves anything of another day. Source: our own.
    An undated target, ≈, a ceiling (≤) and a number that isn't cumulative are shown, not judged. More than
    an exact number neither meets nor misses it, and numbers that can't both be true decide nothing.
    It can't tell who did the measuring, nor how well.

    Args:
        states: The indicators of a view.
        as_of: The status day, included; what was measured later doesn't count.
        in_force: The last publication day of targets that count, included, as for ``chains``.
    """
    states = tuple(states)
    return tuple(
        _judged(state, target, states, as_of)
        for state in states
        for target in state.targets
        if (target.published_on or date.min) <= in_force
    )


def _judged(
    state: IndicatorState, target: Entry, states: tuple[IndicatorState, ...], as_of: date
) -> JudgedTarget:
    observed = [entry for entry in state.observations if _last_day(entry) <= as_of]
    apart = by_publication(
        entry
        for other in states
        if other is not state
        and (other.name == state.name or (state.project is not None and other.project == state.project))
        for entry in other.observations
        if _last_day(entry) <= as_of
    )
    standing, why, decisive = _standing(state, target, observed, apart, as_of)
    return JudgedTarget(
        name=state.name,
        measure=state.measure,
        project=state.project,
        target=target,
        standing=standing,
        why=why,
        observations=by_publication(observed),
        decisive=by_publication(decisive),
        apart=apart,
    )


def _standing(
    state: IndicatorState, target: Entry, observed: list[Entry], apart: tuple[Entry, ...], as_of: date
) -> tuple[Standing, Why | None, list[Entry]]:
    promised = _targeted(target)
    deadline = promised.deadline
    if deadline is None or deadline.earliest is None or deadline.latest is None:
        return Standing.NOT_JUDGED, Why.UNDATED, []
    if promised.comparator is Comparator.ABOUT:
        return Standing.NOT_JUDGED, Why.APPROXIMATE, []
    if promised.comparator is Comparator.AT_MOST:
        return Standing.NOT_JUDGED, Why.NOT_CUMULATIVE, []
    exact = [entry for entry in observed if _observed(entry).comparator is not Comparator.ABOUT]
    judged = [entry for entry in exact if _is_cumulative(state.name, promised.note, _observed(entry).note)]
    met = [e for e in judged if _last_day(e) <= deadline.earliest and _satisfies(promised, _observed(e))]
    missed = [e for e in judged if _first_day(e) >= deadline.latest and _falls_short(promised, _observed(e))]
    if met and missed:
        return Standing.NOT_ESTABLISHED, Why.SOURCES_DISAGREE, met + missed
    if met:
        return Standing.MET, None, met
    if missed:
        return Standing.MISSED, None, missed
    if as_of < deadline.latest:
        return Standing.NOT_DUE, None, []
    if not observed:
        return Standing.NOT_ESTABLISHED, _why_apart(state, apart), []
    if not judged:
        return Standing.NOT_JUDGED, Why.NOT_CUMULATIVE if exact else Why.APPROXIMATE, []
    if any(_exceeds(promised, _observed(entry)) for entry in judged):
        return Standing.NOT_ESTABLISHED, Why.MORE_THAN_EXACT, []
    return Standing.NOT_ESTABLISHED, Why.INCONCLUSIVE, []


def _why_apart(state: IndicatorState, apart: tuple[Entry, ...]) -> Why:
    if not apart:
        return Why.NOT_MEASURED
    same_measure = any(_observed(entry).measure == state.measure for entry in apart)
    return Why.OTHER_SCOPE if same_measure else Why.OTHER_MEASURE


def _is_cumulative(*texts: str) -> bool:
    return any(map(_CUMULATIVE.search, texts))


def _satisfies(promised: IndicatorTargeted, observed: IndicatorObserved) -> bool:
    """
    Whether every number that ``observed`` may mean satisfies the target: "≥ 90" is any from 90 on.
    """
    if promised.comparator is Comparator.EXACTLY:
        return observed.comparator is Comparator.EXACTLY and observed.value == promised.value
    return observed.comparator is not Comparator.AT_MOST and observed.value >= promised.value


def _falls_short(promised: IndicatorTargeted, observed: IndicatorObserved) -> bool:
    return observed.comparator is not Comparator.AT_LEAST and observed.value < promised.value


def _exceeds(promised: IndicatorTargeted, observed: IndicatorObserved) -> bool:
    return (
        promised.comparator is Comparator.EXACTLY
        and observed.comparator is not Comparator.AT_MOST
        and observed.value > promised.value
    )


def _targeted(entry: Entry) -> IndicatorTargeted:
    assert isinstance(entry.event, IndicatorTargeted)  # noqa: S101 (an indicator holds its targets as such)
    return entry.event


def _observed(entry: Entry) -> IndicatorObserved:
    assert isinstance(entry.event, IndicatorObserved)  # noqa: S101 (an indicator holds its observations as such)
    return entry.event


def _first_day(entry: Entry) -> date:
    return _observed(entry).occurred.earliest or date.min


def _last_day(entry: Entry) -> date:
    return _observed(entry).occurred.latest or date.max
