"""
The bounds of every project as one SQL statement, compiled from the programme's order.

It answers what ``domain.bounds`` answers for the whole of each project from its own evidence. Within, one
``GROUP BY`` over a covering index takes a ``MIN`` and a ``MAX`` per milestone; around it, each bound is drawn
together along the order: the latest day of a milestone from those after it, the earliest from those before.
Days are integers ``YYYYMMDD``; a pending entry is stored with the day after, so nothing here calculates with
dates. The same statement runs on SQLite, PostgreSQL, DuckDB and Spark. Members are rolled up after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.sql.functions import GenericFunction

from milestone_ledger.domain.events import Activity
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.store.tables import day_number, ledger_event

ACHIEVED, PENDING, ACTIVITY = "milestone_achieved", "milestone_pending", "activity_changed"
# day × 10⁹ + publication day × 10 + rank: the order of changes of activity as one integer
_DAY = 10**9
# Beyond every day and every count; in the drawing together it stands for "nothing known".
_NEVER = 10**12


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
    ledger: str | None,
    viewpoint: Viewpoint,
    as_of: int,
    events: FromClause = ledger_event,
    *,
    partial: bool = True,
) -> Select[*tuple[Any, ...]]:
    """
    One row per project with evidence or a change of activity, from its own live entries.

    Columns: ``ledger`` if none is named, then for all of them; ``project``; per milestone ``lo`` and ``hi``
    (bounds of the whole, ``NULL`` is open); with ``partial``, per milestone ``certain`` (the largest partial
    count proven by ``as_of``, ``NULL`` if none) and ``possible`` (the smallest partial limit that holds on
    ``as_of``, ``NULL`` if none); ``status`` (the rank of the last change of activity by ``as_of``, ``NULL``
    if none). ``as_of`` is an integer ``YYYYMMDD``.

    ``partial`` counts concern batches only, and cost as much again as the bounds.
    """
    own = _own(programme, ledger, viewpoint, as_of, events, partial=partial).subquery("own")
    columns: list[ColumnElement[Any]] = [] if ledger is not None else [own.c.ledger]
    columns.append(own.c.project)
    names = columns_of(programme)
    place = {one.milestone: one for one in names}
    for one in names:
        before = [place[milestone] for milestone in sorted(programme.before(one.milestone))]
        after = [place[milestone] for milestone in sorted(programme.after(one.milestone))]
        columns += [
            _most([own.c[other.lo] for other in before], one.lo),
            _least([own.c[other.hi] for other in after], one.hi),
        ]
        if partial:
            columns += [
                _most([own.c[other.certain] for other in after], one.certain),
                _least([own.c[other.possible] for other in before], one.possible),
            ]
    return select(*columns, own.c.status)


def _own(
    programme: Programme,
    ledger: str | None,
    viewpoint: Viewpoint,
    as_of: int,
    events: FromClause,
    *,
    partial: bool,
) -> Select[*tuple[Any, ...]]:
    """
    The columns of ``portfolio`` as the entries of each milestone say by themselves.
    """
    event = events.alias("e")
    columns: list[ColumnElement[Any]] = [] if ledger is not None else [event.c.ledger]
    columns.append(event.c.project)
    is_whole, is_activity = event.c.whole == 1, event.c.kind == ACTIVITY
    # Evidence without a last day says "pending"; a whole number compares faster than a name.
    is_pending = event.c.latest.is_(None)
    for one in columns_of(programme):
        here = event.c.milestone == one.milestone
        if one.milestone in {activity.value for activity in Activity}:
            here = and_(here, ~is_activity)
        columns += [
            func.max(event.c.earliest).filter(here, or_(is_whole, is_pending)).label(one.lo),
            func.min(event.c.latest).filter(here, is_whole).label(one.hi),
        ]
        if partial:
            proven, limited = event.c.latest <= as_of, and_(is_pending, event.c.earliest > as_of)
            columns += [
                func.max(event.c.quantity).filter(here, ~is_whole, proven).label(one.certain),
                func.min(event.c.quantity).filter(here, ~is_whole, limited).label(one.possible),
            ]
    ranks = case(*((event.c.milestone == a.value, a.rank) for a in Activity), else_=0)
    # Cast, because 32 bits hold no such number, and not every engine widens by itself.
    moment = cast(event.c.earliest, BigInteger) * _DAY + event.c.published_on * 10 + ranks
    columns.append((func.max(moment).filter(is_activity, event.c.earliest <= as_of) % 10).label("status"))
    named = [event.c.ledger] if ledger is None else []
    return (
        select(*columns)
        .where(*live(event, ledger, viewpoint, events))
        .where(of_kinds(event, ACHIEVED, PENDING, ACTIVITY), event.c.contested == 0)
        .group_by(*named, event.c.project)
    )


def of_kinds(event: FromClause, *kinds: str) -> ColumnElement[bool]:
    """
    Whether a row is of one of ``kinds``, which are written into the statement.

    As parameters they would hide from SQLite that an index of these kinds alone is enough.
    """
    return event.c.kind.in_(bindparam(None, list(kinds), Text(), expanding=True, literal_execute=True))


def live(
    event: FromClause, ledger: str | None, viewpoint: Viewpoint, events: FromClause = ledger_event
) -> Iterable[ColumnElement[bool]]:
    """
    The conditions under which a row of ``event`` is live from ``viewpoint``, in ``ledger`` or in any.

    ``events`` is the table that holds the retractions.
    """
    retraction = events.alias("r")
    targets = select(retraction.c.target_seq).where(
        retraction.c.target_seq.is_not(None), *_seen(retraction, viewpoint)
    )
    yield from _seen(event, viewpoint)
    if ledger is None:
        yield ~(
            targets.where(retraction.c.ledger == event.c.ledger, retraction.c.target_seq == event.c.seq)
            .correlate(event)
            .exists()
        )
    else:
        # The few targets, read once, are quicker to look through than an index for each row.
        yield event.c.ledger == ledger
        yield event.c.seq.not_in(targets.where(retraction.c.ledger == ledger).scalar_subquery())


def _seen(table: FromClause, viewpoint: Viewpoint) -> Iterable[ColumnElement[bool]]:
    """
    The conditions under which a viewpoint sees a row: published and recorded by then.
    """
    if viewpoint.published_by is not None:
        day = day_number(viewpoint.published_by)
        yield or_(table.c.published_on.is_(None), table.c.published_on <= day)
    if viewpoint.recorded_by is not None:
        yield table.c.seq < viewpoint.recorded_by


class _Greatest(GenericFunction[int]):
    """
    The greatest of several numbers of one row.
    """

    name = "greatest"
    inherit_cache = True
    type = BigInteger()


class _Least(GenericFunction[int]):
    """
    The least of several numbers of one row.
    """

    name = "least"
    inherit_cache = True
    type = BigInteger()


# On SQLite they have other names, and one that is NULL makes the result NULL.
@compiles(_Greatest, "sqlite")
def _greatest_on_sqlite(element: _Greatest, compiler: SQLCompiler, **options: Any) -> str:
    return _of_known("max", -1, element, compiler, **options)


@compiles(_Least, "sqlite")
def _least_on_sqlite(element: _Least, compiler: SQLCompiler, **options: Any) -> str:
    return _of_known("min", _NEVER, element, compiler, **options)


def _of_known(
    function: str, none: int, element: GenericFunction[int], compiler: SQLCompiler, **options: Any
) -> str:
    known = ", ".join(
        f"coalesce({compiler.process(number, **options)}, {none})" for number in element.clauses
    )
    return f"nullif({function}({known}), {none})"


def _most(numbers: Sequence[ColumnElement[Any]], name: str) -> ColumnElement[Any]:
    """
    The greatest of those that are known; ``NULL`` if none is.
    """
    return (numbers[0] if len(numbers) == 1 else _Greatest(*numbers)).label(name)


def _least(numbers: Sequence[ColumnElement[Any]], name: str) -> ColumnElement[Any]:
    """
    The least of those that are known; ``NULL`` if none is.
    """
    return (numbers[0] if len(numbers) == 1 else _Least(*numbers)).label(name)
