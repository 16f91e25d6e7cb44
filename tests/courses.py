"""
What was promised and what came of it, in few words.
"""

from __future__ import annotations

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.metrics.inputs import Course, Promised, Wait
from statements import day


def bounds(reached):
    """
    "2019-08-14", "[2018..2019]", "[..2019]"; or "" if nothing is known of it.
    """
    when = UncertainDate.parse(reached) if reached else None
    return Bounds(when and when.earliest, when and when.latest)


def promised(published, deadline):
    return Promised(day(published), UncertainDate.parse(deadline))


def course(reached="", *promises, project="road"):
    """
    ``promises`` are pairs of publication day and deadline.
    """
    return Course(
        project=project,
        milestone="completed",
        promised=tuple(promised(*each) for each in promises),
        reached=bounds(reached),
    )


def wait(reached="", *, since="2018-01-01", listed="2018-01-01", cancelled=None):
    return Wait(
        project="road",
        since=UncertainDate.parse(since),
        listed=day(listed),
        reached=bounds(reached),
        cancelled=cancelled and day(cancelled),
    )
