"""
The state of one project: the bounds of its milestones, in hindsight, from a database that is open already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any
from uuid import UUID

from eventsourcing.application import Application

from bench import eventsourced, floors
from bench.loading import ACTOR
from bench.measuring import FLOOR, OURS, PEER, Contest, Contestant, Row
from bench.portfolios import END, LONG, commits
from bench.stage import Stage
from bench.subjects import LEDGER, programme
from milestone_ledger import Ledger, ProjectRegistered
from milestone_ledger.domain.events import project_of
from milestone_ledger.store.tables import day_number

_DOZEN = 12
_PEERS = 500
_SIZES = (10_000, 100_000, 1_000_000)
_SELECT = """
    SELECT e.milestone, e.whole, e.earliest, e.latest FROM ledger_event e
     WHERE e.ledger = {mark} AND e.project = {mark}
       AND e.kind IN ('milestone_achieved', 'milestone_pending') AND e.contested = 0
       AND NOT EXISTS (SELECT 1 FROM ledger_event r WHERE r.ledger = e.ledger AND r.target_seq = e.seq)
"""
Bounds = dict[str, tuple[int | None, int | None]]


def folded(rows: Iterable[tuple[Any, ...]], closures: Mapping[str, tuple[Any, Any]]) -> Bounds:
    """
    The bounds of a named project from tuples of its live evidence.
    """
    lo: dict[str, int] = {}
    hi: dict[str, int] = {}
    for milestone, whole, earliest, latest in rows:
        before, after = closures[milestone]
        if earliest is not None and (whole or latest is None):
            for step in after:
                if earliest > lo.get(step, 0):
                    lo[step] = earliest
        if latest is not None and whole:
            for step in before:
                if latest < hi.get(step, 99999999):
                    hi[step] = latest
    return {step: (lo.get(step), hi.get(step)) for step in closures}


def _closures() -> dict[str, tuple[Any, Any]]:
    known = programme()
    return {step: (known.before(step), known.after(step)) for step in known.milestone_ids}


def _ours(ledger: Ledger, project: str) -> Bounds:
    """
    What the fastest public call answers.
    """
    if hasattr(ledger, "bounds_of"):
        found: Mapping[str, Any] = ledger.bounds_of(project)
        return {step: (day_number(bounds.lo), day_number(bounds.hi)) for step, bounds in found.items()}
    state = ledger.at(as_of=END).project(project)
    return {one.milestone: (day_number(one.bounds.lo), day_number(one.bounds.hi)) for one in state.milestones}


def _typical(size: int) -> str:
    """
    A named project that stands alone, with a dozen entries, or nearly.
    """
    events = [event for part in commits(min(size, 1000)) for event in part]
    counts = Counter(name for event in events if (name := project_of(event)) is not None)
    batches = {e.project for e in events if isinstance(e, ProjectRegistered) and e.size != 1}
    members = {e.project for e in events if isinstance(e, ProjectRegistered) and e.member_of is not None}
    alone = counts.keys() - batches - members - {LONG}
    return min(alone, key=lambda name: (abs(counts[name] - _DOZEN), name))


def _contest(project: str, ledger: Ledger, fetch: Callable[[], Iterable[Any]], peer: Contestant) -> Contest:
    closures = _closures()

    def floor() -> Bounds:
        return folded(fetch(), closures)

    def check() -> None:
        assert _ours(ledger, project) == floor()

    return Contest(
        contestants={
            OURS: Contestant(run=lambda: _ours(ledger, project)),
            FLOOR: Contestant(run=floor),
            PEER: peer,
        },
        check=check,
    )


def _filled(make: Callable[[], Application[UUID]], size: int) -> eventsourced.Filled:
    return eventsourced.Filled(make, min(size, _PEERS))


def _peer(peer: eventsourced.Filled, project: str) -> Contestant:
    """
    Get the same project, or one like it, if it is not among the few that the peer has.
    """
    wanted: list[UUID] = []

    def before() -> None:
        if not wanted:
            _ = peer.application
            alike = min(peer.told, key=lambda name: abs(len(peer.told[name]) - _DOZEN))
            wanted.append(peer.ids[project if project in peer.ids else alike])

    return Contestant(run=lambda: peer.application.repository.get(wanted[0]), before=before)


@contextmanager
def _on_sqlite(stage: Stage, size: int, project: str) -> Iterator[Contest]:
    statement = _SELECT.format(mark="?")
    path = stage.sqlite(size)
    with (
        Ledger.open(f"sqlite:///{path}", actor=ACTOR) as ledger,
        closing(floors.sqlite_connection(path)) as connection,
        closing(_filled(lambda: eventsourced.on_sqlite(stage.path()), size)) as peer,
    ):
        yield _contest(
            project,
            ledger,
            lambda: connection.execute(statement, (LEDGER, project)),
            _peer(peer, project),
        )


@contextmanager
def _on_postgresql(stage: Stage, size: int, project: str) -> Iterator[Contest]:
    statement = _SELECT.format(mark="%s")
    url = stage.postgresql(size)
    with (
        Ledger.open(url, actor=ACTOR) as ledger,
        floors.postgresql_connection(url) as connection,
        closing(_filled(lambda: eventsourced.on_postgresql(stage.postgresql_empty()), size)) as peer,
    ):
        yield _contest(
            project,
            ledger,
            lambda: connection.execute(statement, (LEDGER, project)),
            _peer(peer, project),
        )


def _row(backend: str, entries: int, bar: float) -> Row:
    on = {"SQLite": _on_sqlite, "PostgreSQL": _on_postgresql}[backend]
    return Row(
        key=f"one-project-{entries}-{backend.lower()}",
        title=f"one project's state, {entries:,} entries, {backend}",
        floor="SELECT of typed columns on a kept connection, and a fold over tuples",
        peer="eventsourcing: get",
        bar=bar,
        size=10_000,
        sizes=_SIZES,
        prepare=lambda stage, size: on(stage, size, LONG if entries > _DOZEN else _typical(size)),
    )


ROWS = tuple(
    _row(backend, entries, bar)
    for entries, bar in ((_DOZEN, 1.8), (1_000, 1.6))
    for backend in ("SQLite", "PostgreSQL")
)
