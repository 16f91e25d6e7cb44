"""
Batches and their members: where documents say the same of both, it counts once.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import TypeVar

from milestone_ledger.domain.registry import Registry

What = TypeVar("What", bound=Hashable)


def told_twice(
    cases: Collection[tuple[str, What]], registry: Registry
) -> tuple[tuple[tuple[str, What], tuple[str, What]], ...]:
    """
    Each case of a member that is one of its batch too, and that of the batch; as ordered in ``cases``.

    A case is a project and what would be counted of it, such as a milestone. Which of the two counts is for
    the figure to say. What was promised or reported counts with the batch, which is one line in every count.
    A wait counts with the members: each is seen by itself, and the batch is through with the last of them.
    """
    known = frozenset(cases)
    found = []
    for project, what in cases:
        batch = registry.projects[project].member_of
        if batch is not None and (batch, what) in known:
            found.append(((project, what), (batch, what)))
    return tuple(found)
