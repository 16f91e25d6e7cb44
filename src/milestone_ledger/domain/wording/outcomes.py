"""
What comes of reading a deadline: a deadline, none, or a question for a person.
"""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate

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
