"""
The bounds of every project as one SQL statement, compiled from the programme's order.

It answers what ``domain.bounds`` answers for the whole of each project from its own evidence, in one
``GROUP BY``: a conditional ``MIN`` and ``MAX`` per milestone. Days are integers ``YYYYMMDD``; a pending
entry is stored with the day after, so nothing here calculates with dates. Members are rolled up after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import frozen
from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, func, literal, or_, select
from sqlalchemy.sql.expression import FromClause

from milestone_ledger.domain.events import Activity
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.store.tables import day_number, ledger_event

ACHIEVED, PENDING, ACTIVITY = "milestone_achieved", "milestone_pending", "activity_changed"
# day × 10⁹ + publication day × 10 + rank: the order of changes of activity as one integer
_DAY = 10**9


@frozen
class PortfolioColumns:
    """
    What the columns of the statement are called, per milestone.
    """

    milestone: str
    lo: str
    hi: str
    certain: str
    possible: str


def columns_of(programme: Programme) -> tuple[PortfolioColumns, ...]:
    """
    The columns of ``portfolio``, by milestone in the order of the programme.
    """
    return tuple(
        PortfolioColumns(m, f"lo_{n}", f"hi_{n}", f"certain_{n}", f"possible_{n}")
        for n, m in enumerate(programme.milestone_ids)
    )


def portfolio(
    programme: Programme,
    ledger: str,
    viewpoint: Viewpoint,
    as_of: int,
    events: FromClause = ledger_event,
) -> Select[*tuple[Any, ...]]:
    """
    One row per project with evidence or a change of activity, from its own live entries.

    Columns: ``project``; per milestone ``lo`` and ``hi`` (bounds of the whole, ``NULL`` is open),
    ``certain`` (the largest partial count proven by ``as_of``, ``NULL`` if none) and ``possible`` (the
    smallest partial limit that holds on ``as_of``, ``NULL`` if none); ``status`` (the rank of the last
    change of activity by ``as_of``, ``NULL`` if none). ``as_of`` is an integer ``YYYYMMDD``.
    """
    event, retraction = events.alias("e"), events.alias("r")
    columns: list[ColumnElement[object]] = [event.c.project]
    for names in columns_of(programme):
        proves = event.c.milestone.in_(sorted(programme.after(names.milestone)))
        limits = event.c.milestone.in_(sorted(programme.before(names.milestone)))
        achieved = and_(event.c.kind == ACHIEVED, event.c.contested == 0)
        pending = and_(event.c.kind == PENDING, event.c.contested == 0)
        whole = event.c.whole == 1
        columns += [
            func.max(case((and_(limits, or_(pending, and_(achieved, whole))), event.c.earliest))).label(
                names.lo
            ),
            func.min(case((and_(proves, achieved, whole), event.c.latest))).label(names.hi),
            func.max(case((and_(proves, achieved, ~whole, event.c.latest <= as_of), event.c.quantity))).label(
                names.certain
            ),
            func.min(case((and_(limits, pending, ~whole, event.c.earliest > as_of), event.c.quantity))).label(
                names.possible
            ),
        ]
    ranks = case(*((event.c.milestone == a.value, a.rank) for a in Activity), else_=0)
    moment = event.c.earliest * literal(_DAY, BigInteger) + event.c.published_on * 10 + ranks
    in_force = and_(event.c.kind == ACTIVITY, event.c.earliest <= as_of)
    columns.append((func.max(case((in_force, moment))) % 10).label("status"))
    return (
        select(*columns)
        .where(event.c.ledger == ledger)
        .where(event.c.kind.in_([ACHIEVED, PENDING, ACTIVITY]))
        .where(and_(*_seen(event, viewpoint)))
        .where(
            ~select(literal(1))
            .select_from(retraction)
            .where(retraction.c.ledger == event.c.ledger, retraction.c.target_seq == event.c.seq)
            .where(and_(*_seen(retraction, viewpoint)))
            .exists()
        )
        .group_by(event.c.project)
    )


def _seen(table: FromClause, viewpoint: Viewpoint) -> Iterable[ColumnElement[bool]]:
    """
    The conditions under which a viewpoint sees a row: published and recorded by then.
    """
    yield literal(1) == 1
    if viewpoint.published_by is not None:
        day = day_number(viewpoint.published_by)
        yield or_(table.c.published_on.is_(None), table.c.published_on <= day)
    if viewpoint.recorded_by is not None:
        yield table.c.seq < viewpoint.recorded_by
