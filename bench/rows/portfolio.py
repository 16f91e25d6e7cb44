"""
The state of every project on a day: the bounds of every milestone, and the last change of activity.

The floor is the fastest of several statements written by hand for the same table; all of them are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from time import perf_counter
from typing import Any
from uuid import UUID

from eventsourcing.application import Application

from bench import eventsourced, floors
from bench.loading import ACTOR
from bench.measuring import FLOOR, OURS, PEER, Contest, Contestant, Row
from bench.portfolios import LONG
from bench.stage import Stage
from bench.subjects import LEDGER, programme
from milestone_ledger import Activity, Ledger
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.query.portfolio import portfolio
from milestone_ledger.store.engine import reading
from milestone_ledger.store.tables import day_number

AS_OF = date(2021, 6, 30)
_DAY = day_number(AS_OF) or 0
_PEERS = 2_000
_STANDINGS = "Ledger.standings: with identities and what is mentioned"
_STEPS = programme().milestone_ids
_LIVE = {
    "not in": "e.seq NOT IN (SELECT target_seq FROM ledger_event "
    f"WHERE ledger = '{LEDGER}' AND target_seq IS NOT NULL)",
    "not exists": "NOT EXISTS (SELECT 1 FROM ledger_event r "
    f"WHERE r.ledger = '{LEDGER}' AND r.target_seq = e.seq)",
}
_KINDS = "e.kind IN ('milestone_achieved', 'milestone_pending', 'activity_changed')"
_RANKS = " ".join(f"WHEN '{activity.value}' THEN {activity.rank}" for activity in Activity)
_STATUS = (
    "max(CAST(e.earliest AS BIGINT) * 1000000000 "
    f"+ e.published_on * 10 + CASE e.milestone {_RANKS} END) "
    f"FILTER (WHERE e.kind = 'activity_changed' AND e.earliest <= {_DAY}) % 10"
)
_LO, _HI = "(e.whole = 1 OR e.latest IS NULL)", "e.whole = 1"


def statements(backend: str) -> dict[str, str]:
    """
    The statements written by hand, by what they do.
    """
    shapes = {"drawn together around": _around, "drawn together within": _within, "by milestone": _twice}
    return {
        f"{shape}, {anti}": make(
            f"e.ledger = '{LEDGER}' AND {_KINDS} AND e.contested = 0 AND {live}", backend
        )
        for shape, make in shapes.items()
        for anti, live in _LIVE.items()
    }


def _among(steps: Iterable[str]) -> str:
    return "e.milestone IN (" + ", ".join(f"'{step}'" for step in sorted(steps)) + ")"


def _own(where: str) -> str:
    """
    What the entries of each milestone say by themselves.
    """
    columns = [
        part
        for n, step in enumerate(_STEPS)
        for part in (
            f"max(e.earliest) FILTER (WHERE e.milestone = '{step}' AND {_LO}) AS lo{n}",
            f"min(e.latest) FILTER (WHERE e.milestone = '{step}' AND {_HI}) AS hi{n}",
        )
    ]
    return (
        f"SELECT e.project, {', '.join(columns)}, {_STATUS} AS status FROM ledger_event e "
        f"WHERE {where} GROUP BY e.project"
    )


def _drawn(backend: str) -> str:
    """
    The bounds, drawn together along the order.
    """
    known, place = programme(), {step: n for n, step in enumerate(_STEPS)}
    columns = []
    for step in _STEPS:
        los = [f"lo{place[other]}" for other in sorted(known.before(step))]
        his = [f"hi{place[other]}" for other in sorted(known.after(step))]
        columns += [_best(backend, "max", los, "0"), _best(backend, "min", his, "99999999")]
    return ", ".join(columns)


def _best(backend: str, which: str, columns: list[str], none: str) -> str:
    if len(columns) == 1:
        return columns[0]
    if backend == "postgresql":
        return f"{'greatest' if which == 'max' else 'least'}({', '.join(columns)})"
    return f"nullif({which}({', '.join(f'ifnull({column}, {none})' for column in columns)}), {none})"


def _around(where: str, backend: str) -> str:
    return f"SELECT project, {_drawn(backend)}, status FROM ({_own(where)}) own"


def _within(where: str, backend: str) -> str:
    del backend
    known = programme()
    columns = [
        part
        for step in _STEPS
        for part in (
            f"max(e.earliest) FILTER (WHERE {_among(known.before(step))} AND {_LO})",
            f"min(e.latest) FILTER (WHERE {_among(known.after(step))} AND {_HI})",
        )
    ]
    return (
        f"SELECT e.project, {', '.join(columns)}, {_STATUS} FROM ledger_event e "
        f"WHERE {where} GROUP BY e.project"
    )


def _twice(where: str, backend: str) -> str:
    """
    First one row for each milestone of each project, then one for each project.
    """
    inner = (
        f"SELECT e.project, e.milestone, max(e.earliest) FILTER (WHERE {_LO}) AS lo, "
        f"min(e.latest) FILTER (WHERE {_HI}) AS hi, {_STATUS.removesuffix(' % 10')} AS moment "
        f"FROM ledger_event e WHERE {where} GROUP BY e.project, e.milestone"
    )
    columns = [
        part
        for n, step in enumerate(_STEPS)
        for part in (
            f"max(lo) FILTER (WHERE milestone = '{step}') AS lo{n}",
            f"min(hi) FILTER (WHERE milestone = '{step}') AS hi{n}",
        )
    ]
    own = (
        f"SELECT project, {', '.join(columns)}, max(moment) % 10 AS status FROM ({inner}) i GROUP BY project"
    )
    return f"SELECT project, {_drawn(backend)}, status FROM ({own}) own"


def fastest(fetch: Callable[[str], object], candidates: Mapping[str, str]) -> str:
    """
    The statement that takes the least time, of two runs each.
    """

    def time(statement: str) -> float:
        begun = perf_counter()
        fetch(statement)
        return perf_counter() - begun

    return min(candidates.values(), key=lambda statement: min(time(statement), time(statement)))


def ours(ledger: Ledger) -> list[Any]:
    """
    The rows of our statement.
    """
    known = programme()
    with reading(ledger.engine) as conn:
        return list(conn.execute(portfolio(known, LEDGER, Viewpoint(), _DAY, partial=False)))


def _contest(ledger: Ledger, fetch: Callable[[str], list[Any]], backend: str, peer: Contestant) -> Contest:
    candidates = statements(backend)
    statement = fastest(fetch, candidates)

    def check() -> None:
        expected = {tuple(row) for row in ours(ledger)}
        for candidate in candidates.values():
            assert {tuple(row) for row in fetch(candidate)} == expected

    return Contest(
        contestants={
            OURS: Contestant(run=lambda: ours(ledger)),
            FLOOR: Contestant(run=lambda: fetch(statement)),
            _STANDINGS: Contestant(run=lambda: ledger.standings(as_of=AS_OF)),
            PEER: peer,
        },
        check=check,
    )


def _filled(make: Callable[[], Application[UUID]], size: int) -> eventsourced.Filled:
    return eventsourced.Filled(make, min(size, _PEERS))


def _peer(peer: eventsourced.Filled, size: int) -> Contestant:
    """
    Get every aggregate but the long one, which would count too much among so few.
    """

    def run() -> object:
        repository = peer.application.repository
        return [repository.get(project_id) for name, project_id in peer.ids.items() if name != LONG]

    return Contestant(run=run, before=lambda: peer.application, scale=size / min(size, _PEERS))


@contextmanager
def _on_sqlite(stage: Stage, size: int) -> Iterator[Contest]:
    path = stage.sqlite(size)
    with (
        Ledger.open(f"sqlite:///{path}", actor=ACTOR) as ledger,
        closing(floors.sqlite_connection(path)) as connection,
        closing(_filled(lambda: eventsourced.on_sqlite(stage.path()), size)) as peer,
    ):
        yield _contest(
            ledger,
            lambda statement: connection.execute(statement).fetchall(),
            "sqlite",
            _peer(peer, size),
        )


@contextmanager
def _on_postgresql(stage: Stage, size: int) -> Iterator[Contest]:
    url = stage.postgresql(size)
    with (
        Ledger.open(url, actor=ACTOR) as ledger,
        floors.postgresql_connection(url) as connection,
        closing(_filled(lambda: eventsourced.on_postgresql(stage.postgresql_empty()), size)) as peer,
    ):
        yield _contest(
            ledger,
            lambda statement: connection.execute(statement).fetchall(),
            "postgresql",
            _peer(peer, size),
        )


ROWS = tuple(
    Row(
        key=f"portfolio-{backend.lower()}",
        title=f"state of every project on a day, {backend}",
        floor="the fastest of six statements written by hand for the same table, fetched by the driver",
        peer="eventsourcing: replay every aggregate",
        bar=1.3,
        over_peer=60,
        size=100_000,
        sizes=(10_000, 100_000, 1_000_000),
        prepare=prepare,
        note=f"the peer replays {_PEERS:,} projects at most, times what is missing",
    )
    for backend, prepare in (("SQLite", _on_sqlite), ("PostgreSQL", _on_postgresql))
)
