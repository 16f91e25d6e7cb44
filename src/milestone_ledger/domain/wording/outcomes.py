"""
What comes of reading a deadline (a day, none, or a question for a person), and of reading a sentence.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Firmness

# In English and in Chinese, as the errors of this package have it.
Words: TypeAlias = tuple[str, str]


@frozen
class Deadline:
    """
    The last day that the words permit; uncertain only if the words are.
    """

    when: UncertainDate


@frozen
class NoDeadline:
    """
    The words name no deadline, and why: ``effort`` (尽快, 近期), or progress (已完成).
    """

    reason: Words
    effort: bool


@frozen
class Ambiguous:
    """
    The words can be read in more than one way, or in none: what a person has to decide.

    ``readings`` are the deadlines that the words may mean, as far as they are known, the first day first.
    """

    question: Words
    readings: tuple[UncertainDate, ...] = ()


Outcome: TypeAlias = Deadline | NoDeadline | Ambiguous


class Kind(StrEnum):
    """
    What a phrase says of a milestone: promised, achieved, pending, or nothing that settles it.
    """

    PROMISE = "promise"
    ACHIEVED = "achieved"
    PENDING = "pending"
    NOTED = "noted"


@frozen
class Commitment:
    """
    One thing that a phrase says.

    ``milestone`` is ``None`` where the words name none; ``possible`` are then those that they may mean,
    and ``question`` is what a person has to decide. ``words`` is the clause that all rests on.
    ``deadline`` and ``firmness`` are those of a promise, ``occurred`` that of something achieved, if the
    words give a day, a month or a year for it.
    """

    kind: Kind
    milestone: str | None
    words: str
    firmness: Firmness | None = None
    deadline: Outcome | None = None
    occurred: UncertainDate | None = None
    question: Words | None = None
    possible: tuple[str, ...] = ()
