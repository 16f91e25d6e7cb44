"""
What figures are drawn from, and the ranges that they come in: every date is as uncertain as the evidence.

A view fills these; the formulas know neither databases nor programmes.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from attrs import Attribute, field, frozen

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import PromiseMade
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Chain
from milestone_ledger.errors import InvalidValueError


@frozen
class NumberRange:
    """
    Some number from ``lo`` to ``hi``, both included; an end that is ``None`` is open.
    """

    lo: float | None
    hi: float | None


def _with_both_ends(_instance: object, attribute: Attribute[UncertainDate], value: UncertainDate) -> None:
    if value.earliest is None or value.latest is None:
        raise InvalidValueError(
            f"Promised.{attribute.name}", value, ("a deadline needs both ends", "期限两端都须已知")
        )


@frozen
class Promised:
    """
    A deadline and the day on which it was promised in public.

    Raises:
        InvalidValueError: If an end of the deadline is open.
    """

    published: date
    deadline: UncertainDate = field(validator=_with_both_ends)

    @classmethod
    def of(cls, promise: Entry) -> Self:
        """
        What ``promise``, of a chain that can be judged, says.
        """
        event = promise.event
        assert isinstance(event, PromiseMade) and event.deadline is not None  # noqa: S101, PT018 (judged chains only)
        return cls(promise.published_on or date.min, event.deadline)

    @property
    def first(self) -> date:
        """
        The first day that the deadline may mean.
        """
        assert self.deadline.earliest is not None  # noqa: S101 (checked on creation)
        return self.deadline.earliest

    @property
    def last(self) -> date:
        """
        The last day that the deadline may mean.
        """
        assert self.deadline.latest is not None  # noqa: S101 (checked on creation)
        return self.deadline.latest


@frozen(kw_only=True)
class Course:
    """
    What became of one milestone of one project: the deadlines promised for it, and when it was reached.

    ``promised`` is by publication, the baseline first, confirmations included; empty if no document
    promised the milestone by a day. Each course counts one, as a chain does, whatever it stands for.
    Headline figures are drawn from chains that are firm or planned, not taken back in time, and not
    promised after they were reached: whoever fills this leaves out the others.
    """

    project: str
    milestone: str
    quantity: int | None = None
    promised: tuple[Promised, ...] = ()
    reached: Bounds

    @classmethod
    def of(cls, chain: Chain, bounds: Bounds) -> Self:
        """
        The course of a ``chain`` that can be judged; ``bounds`` are of its project, milestone and quantity.
        """
        assert chain.milestone is not None  # noqa: S101 (judged chains name one)
        return cls(
            project=chain.project,
            milestone=chain.milestone,
            quantity=chain.quantity,
            promised=tuple(map(Promised.of, chain.promises)),
            reached=bounds,
        )

    @property
    def baseline(self) -> Promised | None:
        """
        The deadline first promised; ``None`` if there is none.
        """
        return self.promised[0] if self.promised else None

    def current(self, day: date) -> Promised | None:
        """
        The deadline last promised by ``day``, included; ``None`` if none was yet.
        """
        return next((each for each in reversed(self.promised) if each.published <= day), None)


@frozen(kw_only=True)
class Wait:
    """
    A project's wait for a milestone: from the day ``since``, observed from the day ``listed``.

    ``since`` is what the time is counted from, such as the start of the work or the first plan;
    ``listed`` the publication day of the first document that names the project, before which nobody
    would have seen the wait end. ``reached`` ends it; so does being ``cancelled`` for good, on that day.
    """

    project: str
    since: UncertainDate
    listed: date
    reached: Bounds
    cancelled: date | None = None
