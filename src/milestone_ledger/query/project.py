"""
When one project reached its milestones, without the entries that say so: for whoever asks again and again.

A project that stands alone, as most do, takes one statement and no transaction: what the index says of it,
the definition of the programme, and what the live evidence at each milestone comes to. Batches and their
members are folded as ``standings`` folds them, and an earlier position of the log is asked for its
registrations.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, Engine, or_, select

from milestone_ledger.codec import decode
from milestone_ledger.domain.bounds import Bounds, group_of
from milestone_ledger.domain.draft import project_named
from milestone_ledger.domain.events import ProgrammeDefined
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import NoProgrammeError
from milestone_ledger.query.standings import Identity, day_or_none, fold_columns, registry_at
from milestone_ledger.store.connect import rows
from milestone_ledger.store.engine import asked_alone
from milestone_ledger.store.read import entries_of, size
from milestone_ledger.store.tables import day_number, ledger_project

_DEFINITION = """
SELECT seq, body FROM ledger_event WHERE ledger = ? AND kind = 'programme_defined' ORDER BY seq DESC LIMIT 1
"""
# A row about the project, with the definition in force, and one for each milestone with evidence.
# The kinds are those of the partial index, in its own words; else SQLite would not look into it.
_ALONE = f"""
SELECT NULL, NULL, NULL, p.size, d.seq, d.body,
       CASE WHEN EXISTS (SELECT 1 FROM ledger_project k WHERE k.ledger = p.ledger AND k.member_of = p.project)
              OR EXISTS (SELECT 1 FROM ledger_project k WHERE k.ledger = p.ledger AND k.project = p.member_of)
            THEN 1 ELSE 0 END
  FROM ledger_project p, ({_DEFINITION}) d
 WHERE p.ledger = ? AND p.project = ?
UNION ALL
SELECT e.milestone, max(CASE WHEN e.whole = 1 OR e.latest IS NULL THEN e.earliest END),
       min(CASE WHEN e.whole = 1 THEN e.latest END), NULL, NULL, NULL, NULL
  FROM ledger_event e
 WHERE e.ledger = ? AND e.project = ? AND e.contested = 0 AND e.published_on <= ?
   AND e.kind IN ('milestone_achieved', 'milestone_pending', 'activity_changed')
   AND e.kind <> 'activity_changed'
   AND NOT EXISTS (SELECT 1 FROM ledger_event r
                    WHERE r.ledger = e.ledger AND r.target_seq = e.seq AND r.published_on <= ?)
 GROUP BY e.milestone
"""  # noqa: S608 (our own text)
# Whoever asks again and again meets the same definition.
_decode = lru_cache(maxsize=64)(decode)


def bounds_alone(
    engine: Engine, ledger: str, project: str, published_by: date | None = None
) -> dict[str, Bounds] | None:
    """
    What ``bounds_of`` tells at the end of the log, asked by one statement without a transaction.

    ``None`` if it takes more to tell: ``project`` is no id, or does not stand alone.

    Raises:
        TamperedLedgerError: If the definition of the programme cannot be read.
        DatabaseUnavailableError: If the database cannot be reached or read.
    """
    day = day_number(published_by or date.max)
    evidence, programme = [], None
    for row in asked_alone(engine, (_ALONE, ledger, ledger, project, ledger, project, day, day)):
        milestone, lo, hi, size, seq, body, has_kin = row
        if milestone is not None:
            evidence.append((milestone, lo, hi))
        elif size == 1 and not has_kin:
            programme = _programme(ledger, seq, body)
    return None if programme is None else _drawn_together(programme, evidence)


def bounds_of(conn: Connection, ledger: str, project: str, viewpoint: Viewpoint) -> dict[str, Bounds]:
    """
    When the whole of ``project`` reached each milestone, in the order of the programme.

    An id is found at once; a name or an alias, and a position before the end of the log, cost a look through
    all registrations. ``viewpoint.recorded_by`` must be a commit boundary.

    Raises:
        UnknownNameError: With the nearest names, if the ledger knows no such project by then.
        NoProgrammeError: If the log did not begin by then.
        UnknownLedgerError: If there is no such ledger.
    """
    kin = _kin(conn, ledger, project) if viewpoint.recorded_by is None else {}
    if kin:
        ((seq, body),) = rows(conn, _DEFINITION, ledger)
        programme = _programme(ledger, seq, body)
    else:
        position = viewpoint.recorded_by
        registry = registry_at(conn, ledger, size(conn, ledger) if position is None else position)
        if registry.programme is None:
            raise NoProgrammeError
        programme = registry.programme
        project = project_named(registry, project).id
        kin = {name: Identity.of(registry.projects[name]) for name in group_of(registry, project)}
    ladders = fold_columns(conn, ledger, programme, kin, kin, viewpoint=viewpoint)
    return {
        milestone: Bounds(ladder.lo(ladder.whole), ladder.hi(ladder.whole))
        for milestone, ladder in ladders[project].items()
    }


def _programme(ledger: str, seq: int, body: bytes) -> Programme:
    definition = next(entries_of(ledger, [(seq, body)], _decode)).event
    assert isinstance(definition, ProgrammeDefined)  # noqa: S101 (asked for by its kind)
    return definition.programme


def _drawn_together(
    programme: Programme, found: Iterable[tuple[str, int | None, int | None]]
) -> dict[str, Bounds]:
    """
    The bounds along the order, from what the evidence at each milestone says by itself.
    """
    los: dict[str, int] = {}
    his: dict[str, int] = {}
    for at, lo, hi in found:
        if lo is not None:
            for milestone in programme.after(at):
                los[milestone] = max(lo, los.get(milestone, 0))
        if hi is not None:
            for milestone in programme.before(at):
                his[milestone] = min(hi, his.get(milestone, hi))
    return {
        milestone: Bounds(day_or_none(los.get(milestone)), day_or_none(his.get(milestone)))
        for milestone in programme.milestone_ids
    }


def _kin(conn: Connection, ledger: str, project: str) -> dict[str, Identity]:
    """
    A project at the end of the log with its members, its batch and the members of that.
    """
    known = ledger_project.c
    batch = select(known.member_of).where(known.ledger == ledger, known.project == project).scalar_subquery()
    statement = (
        select(known.project, known.domain, known.delivery, known.size, known.member_of)
        .where(known.ledger == ledger)
        .where(or_(known.project.in_([project, batch]), known.member_of.in_([project, batch])))
    )
    return {row.project: Identity.of(row) for row in conn.execute(statement)}
