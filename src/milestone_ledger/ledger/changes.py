"""
What changed between two looks at one ledger, as frozen rows that name the entries they rest on.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from attrs import frozen

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.ledger.states import PromiseState, Retracted
from milestone_ledger.metrics.slips import Revision


class Move(StrEnum):
    """
    What became of the knowledge about a milestone.

    ``REACHED``: it is newly certain that it was reached, or that more of a batch had; ``PENDING``: that it
    was still not reached on some later day, or that fewer can have; ``NARROWED``: when it was reached is
    known more closely; ``LOOSENED``: less is certain than before, as a statement was taken back.
    """

    REACHED = "reached"
    PENDING = "pending"
    NARROWED = "narrowed"
    LOOSENED = "loosened"


class PromiseAct(StrEnum):
    """
    What a newly published act did to a promise.
    """

    MADE = "made"
    MOVED = "moved"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


@frozen(kw_only=True)
class Point:
    """
    From where one of the two looks was taken: status day, publication day, number of entries.
    """

    as_of: date
    published_by: date | None
    recorded_by: int | None


@frozen(kw_only=True)
class Said:
    """
    A statement that newly counts, and the project that it speaks of, if any.
    """

    project: str | None
    entry: Entry

    @property
    def entries(self) -> tuple[Entry, ...]:
        """
        The statement itself.
        """
        return (self.entry,)


@frozen(kw_only=True)
class ProjectListed:
    """
    A project of which something is said for the first time, and what.
    """

    project: str
    entries: tuple[Entry, ...]


@frozen(kw_only=True)
class MilestoneMoved:
    """
    What is known of one milestone of one project became more, or less.

    ``before`` and ``after`` are the bounds of the whole; ``certain`` and ``possible`` count, before and
    after, the units that had and that may have reached it by the end of the later view's day (``None``: any
    number may). ``is_direct`` tells whether one of ``entries``, which did it, speaks of this milestone of
    this project; otherwise it follows from what they say of another.
    """

    project: str
    milestone: str
    move: Move
    before: Bounds
    after: Bounds
    certain: tuple[int, int]
    possible: tuple[int | None, int | None]
    is_direct: bool
    entries: tuple[Entry, ...]


@frozen(kw_only=True)
class PromiseSaid:
    """
    A promise newly made, moved, confirmed or withdrawn by ``entry``.

    ``responsible`` are the units of its chain. ``revision`` is given of a move: from which deadline to which,
    by how many days, with how much notice. ``after_achievement``: it was published after the milestone was
    reached, so that it postpones nothing.
    """

    project: str
    milestone: str | None
    quantity: int | None
    act: PromiseAct
    entry: Entry
    responsible: tuple[str, ...] = ()
    revision: Revision | None = None
    after_achievement: bool = False

    @property
    def entries(self) -> tuple[Entry, ...]:
        """
        The act itself.
        """
        return (self.entry,)


@frozen(kw_only=True)
class VerdictChanged:
    """
    The verdict on the baseline of a chain went from ``before`` to ``after``.

    ``None`` says that there was, or is, no such chain. ``promise`` is the chain as it is, or was last.
    ``because`` holds the entries that did it, none if the days alone did; ``entries`` all that the verdict
    rests on, the promise first.
    """

    promise: PromiseState
    before: Verdict | None
    after: Verdict | None
    because: tuple[Entry, ...]
    entries: tuple[Entry, ...]


@frozen(kw_only=True)
class Changes:
    """
    What changed from ``since`` to ``until``, each list in the order of the projects or of publication.

    ``notes`` are statements that settle nothing; ``retracted`` statements that no longer hold.
    """

    ledger: str
    since: Point
    until: Point
    listed: Rows[ProjectListed]
    milestones: Rows[MilestoneMoved]
    promises: Rows[PromiseSaid]
    verdicts: Rows[VerdictChanged]
    activity: Rows[Said]
    blockers: Rows[Said]
    notes: Rows[Said]
    totals: Rows[Said]
    indicators: Rows[Said]
    retracted: Rows[Retracted]
