"""
How deadlines moved, and how far the achievement lies from them: revisions, notice, slip and its split.

All numbers are calendar days. Where a date is known only to lie within a range, so is every number that
rests on it: nothing here is more exact than the evidence.
Only promises that the chain holds count; a view's chains hold what was published by its day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from attrs import frozen

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate, add_days, day_after
from milestone_ledger.domain.events import ActivityChanged, PromiseMade
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Chain, Verdict, judge

# Days after a deadline within which somebody should have spoken: the rule of FAST-41.
SILENT_AFTER = 30

_Deadline = tuple[date, date]
_NOT_SILENT = (Verdict.EFFORT, Verdict.KEPT, Verdict.WITHDRAWN, Verdict.NOT_DUE)


@frozen
class DayRange:
    """
    Some number of calendar days from ``lo`` to ``hi``, both included; an end that is ``None`` is open.
    """

    lo: int | None
    hi: int | None


@frozen(kw_only=True)
class Revision:
    """
    A promise (``entry``) that moved the deadline from ``before`` to ``after``.

    ``moved`` is Dj − D(j−1), positive if the deadline moved back, negative if it was brought forward.
    ``notice`` is D(j−1) − Kj, the days from the publication of the new deadline to the old one; 0 or less
    is after the fact. Both in calendar days. Neither tells why the deadline moved.
    """

    entry: Entry
    before: UncertainDate
    after: UncertainDate
    moved: DayRange
    notice: DayRange


@frozen(kw_only=True)
class SlipSplit:
    """
    What a late achievement is made of: slip = ``openly_late`` + ``absorbed``, each from 0 to the slip.

    ``openly_late`` counts the days after the deadline last promised before the achievement, ``absorbed``
    those that promising anew had taken in. Where the slip itself is a range, so are its parts, and where
    it may be none, both may be 0; any two numbers of the two ranges need not belong together.
    """

    openly_late: DayRange
    absorbed: DayRange


def revisions(chain: Chain) -> tuple[Revision, ...]:
    """
    Every move of the deadline, by publication; the same deadline said again is none.

    Source: our own. Efforts have no deadline to move, and give nothing.
    """
    if chain.is_effort:
        return ()
    found = []
    for earlier, later in zip(chain.promises, chain.promises[1:], strict=False):
        before, after = _deadline(earlier), _deadline(later)
        if before != after:
            found.append(
                Revision(
                    entry=later,
                    before=UncertainDate(*before),
                    after=UncertainDate(*after),
                    moved=_difference(after, before),
                    notice=_difference(before, (_published(later), _published(later))),
                )
            )
    return tuple(found)


def churn(chain: Chain) -> DayRange:
    """
    By how many days the deadline moved in all, forwards and backwards alike: Σ abs(Dj − D(j−1)).

    0 or more; 0 if it never moved. Source: our own. It can't tell delay from haste: a deadline that
    moved a year back and forth again has churned two years and stands where it stood.
    Each move is bounded by itself, so between uncertain deadlines the sum may be wider than it need be.
    """
    low = high = 0
    for revision in revisions(chain):
        lo, hi = revision.moved.lo, revision.moved.hi
        assert lo is not None and hi is not None  # noqa: S101, PT018 (deadlines have both ends)
        low += max(0, lo, -hi)
        high += max(abs(lo), abs(hi))
    return DayRange(low, high)


def slip(chain: Chain, bounds: Bounds) -> DayRange | None:
    """
    How far the achievement lies from the baseline deadline: A − D0.

    Calendar days, positive when late, negative when early, both ends included.
    With A in [a1, a2] and D0 in [d1, d2] it is [a1 − d2, a2 − d1]; the upper end is open while nothing
    proves the milestone achieved, the lower while nothing says that it was still pending on some day.
    Source: our own; to take the last day of the deadline alone gives the same for an exact deadline, and
    would claim to know more than the wording says for "2020年前".

    Args:
        chain: The promises.
        bounds: Of the chain's project, milestone and quantity.

    Returns:
        Never a single number where the evidence gives only a range; it can't tell who is to blame.
        ``None`` for a chain of efforts.
    """
    if chain.is_effort:
        return None
    first, last = _deadline(chain.baseline)
    return DayRange(
        None if bounds.lo is None else (bounds.lo - last).days,
        None if bounds.hi is None else (bounds.hi - first).days,
    )


def split(chain: Chain, bounds: Bounds) -> SlipSplit | None:
    """
    How much of the slip is openly late, and how much was absorbed by promising anew.

    If slip = A − D0 > 0: openly late = min(max(0, A − Dn), slip) and absorbed = slip − openly late, with Dn
    the last deadline published before A, the baseline's if none was. Calendar days, 0 or more.
    Each range covers every achievement day and deadline that the evidence allows; an achievement in
    time counts as 0. Source: our own, after GAO-08-925 (re-baselining hides delay).
    It can't tell whether a new deadline was agreed for good reason.

    Args:
        chain: The promises.
        bounds: Of the chain's project, milestone and quantity.

    Returns:
        ``None`` if the achievement was certainly in time, or for a chain of efforts.
    """
    total = slip(chain, bounds)
    if total is None or (total.hi is not None and total.hi <= 0):
        return None
    base = _deadline(chain.baseline)
    openly_late: list[DayRange] = []
    absorbed: list[DayRange] = []
    for lo, hi, last in _in_force(chain, bounds):
        # Both parts grow with A and shrink with D0; the one shrinks with Dn as the other grows.
        # The same deadline is the same unknown day, so a confirmation absorbs nothing.
        openly_late.append(
            DayRange(
                0 if lo is None else _openly_late(lo, base[1], last[1]),
                None if hi is None else _openly_late(hi, base[0], last[0]),
            )
        )
        most = last[1] if hi is None else min(hi, last[1])
        absorbed.append(
            DayRange(
                0 if lo is None else max(0, (min(lo, last[0]) - base[1]).days),
                0 if last == base else max(0, (most - base[0]).days),
            )
        )
    return SlipSplit(openly_late=_hull(openly_late), absorbed=_hull(absorbed))


def silent_slips(
    chain: Chain, bounds: Bounds, statements: Iterable[Entry], *, in_force: date
) -> tuple[Entry, ...]:
    """
    The promises whose deadline passed in silence, by publication.

    A deadline d (its last day) passed if it was still the promise in force on d. It passed in silence
    if no statement was published from d to d + 30 days, both included, and those days are over.
    Source: our own, after the 30-day rule of FAST-41.
    Promises known to be kept, and those taken back in time, are none; of the others silence proves
    nothing: it is not lateness, and tells of the ledger's sources as much as of the work.

    Args:
        chain: The promises.
        bounds: Of the chain's project, milestone and quantity.
        statements: All live statements about the project, and those about its batch and its members: who
            speaks of them isn't silent.
        in_force: The last publication day that counts, included, as for ``chains``.
    """
    statements = list(statements)
    statuses = [
        entry
        for entry in statements
        if isinstance(entry.event, ActivityChanged) and entry.event.project == chain.project
    ]
    spoken = {_published(entry) for entry in statements}
    found = []
    for place, promise in enumerate(chain.promises):
        if judge(chain, promise, bounds, statuses=statuses, as_of=in_force).verdict in _NOT_SILENT:
            continue
        _, due = _deadline(promise)
        until = add_days(due, SILENT_AFTER)
        superseded = any(_published(later) <= due for later in chain.promises[place + 1 :])
        if _published(promise) > due or superseded or until > in_force:
            continue
        if not any(due <= day <= until for day in spoken):
            found.append(promise)
    return tuple(found)


def _published(entry: Entry) -> date:
    return entry.published_on or date.min


def _deadline(entry: Entry) -> _Deadline:
    """
    The first and the last day that the deadline of a judged promise may mean.
    """
    event = entry.event
    assert isinstance(event, PromiseMade) and event.deadline is not None  # noqa: S101, PT018 (judged chains only)
    first, last = event.deadline.earliest, event.deadline.latest
    assert first is not None and last is not None  # noqa: S101, PT018 (decide refuses open ends)
    return first, last


def _difference(later: _Deadline, earlier: _Deadline) -> DayRange:
    return DayRange((later[0] - earlier[1]).days, (later[1] - earlier[0]).days)


def _openly_late(reached: date, base: date, last: date) -> int:
    return max(0, min((reached - last).days, (reached - base).days))


def _in_force(chain: Chain, bounds: Bounds) -> Iterator[tuple[date | None, date | None, _Deadline]]:
    """
    The possible days of the achievement, parted where the deadline last published before it changes.

    Each part is its first and its last day (``None``: open), both included, and that deadline. A deadline
    published on the day of the achievement was not published before it.
    """
    published = [_published(promise) for promise in chain.promises]
    firsts = [None, *map(day_after, published[1:])]
    lasts = [*published[1:], None]
    for promise, first, last in zip(chain.promises, firsts, lasts, strict=True):
        lo = max((day for day in (first, bounds.lo) if day is not None), default=None)
        hi = min((day for day in (last, bounds.hi) if day is not None), default=None)
        if lo is None or hi is None or lo <= hi:
            yield lo, hi, _deadline(promise)


def _hull(parts: list[DayRange]) -> DayRange:
    """
    The narrowest range that holds all of ``parts``, none of which is open below.
    """
    highest = [part.hi for part in parts if part.hi is not None]
    return DayRange(
        min(part.lo for part in parts if part.lo is not None),
        max(highest) if len(highest) == len(parts) else None,
    )
