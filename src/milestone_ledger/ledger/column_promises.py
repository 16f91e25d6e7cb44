"""
What became of promises, judged on the index columns: only the acts themselves are decoded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.ledger.judging import Judging
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.query.acts import acts
from milestone_ledger.query.standings import standings


def column_promises(
    conn: Connection, ledger: str, viewpoint: Viewpoint, *, as_of: date, grace: int
) -> Iterator[PromiseState]:
    """
    Every promise chain as ``View.promises`` judges it, without the evidence that the bounds rest on.

    Raises:
        NoProgrammeError: If the log did not begin by then.
    """
    found = standings(conn, ledger, viewpoint, as_of)
    members: defaultdict[str, list[str]] = defaultdict(list)
    for project, identity in found.identities.items():
        members[identity.member_of or ""].append(project)

    def bounds(project: str, milestone: str, units: int | None) -> Bounds:
        if units is None:
            return found.bounds(project, milestone)
        ladder = found.ladders[project][milestone]
        return Bounds(ladder.lo(units), ladder.hi(units))

    judging = Judging(
        as_of=as_of,
        published_by=viewpoint.published_by,
        grace=grace,
        projects=found.identities,
        members=lambda batch: members.get(batch, ()),
        bounds=bounds,
    )
    for states in judging.states(acts(conn, ledger, viewpoint)).values():
        yield from states
