"""
The index of projects and names: what the registrations at the end of the log come to.

It can be rebuilt from the log at any time; ``append`` keeps it, ``verify`` compares it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, delete, select

from milestone_ledger.domain.history import History
from milestone_ledger.domain.registry import Registry, name_key
from milestone_ledger.store.bulk import insert_rows
from milestone_ledger.store.connect import among
from milestone_ledger.store.read import entries_of
from milestone_ledger.store.tables import ledger_event, ledger_name, ledger_project

# All that the index rests on.
IDENTITIES = ("project_registered", "project_amended", "entry_retracted")

ProjectRow = tuple[str, str, int | None, str | None, str, str | None]
NameRow = tuple[str, str, str]


def index_rows(
    ledger: str, registry: Registry, projects: Iterable[str]
) -> tuple[list[ProjectRow], list[NameRow]]:
    """
    The rows of ``ledger_project`` and ``ledger_name`` for those of ``projects`` that are registered.
    """
    known = [registry.projects[project] for project in projects if project in registry.projects]
    of_projects: list[ProjectRow] = [
        (ledger, project.id, project.size, project.member_of, project.domain, project.delivery)
        for project in known
    ]
    keys = {name_key(name): project.id for project in known for name in project.names}
    return of_projects, [(ledger, key, project) for key, project in keys.items()]


def refresh_index(conn: Connection, ledger: str, registry: Registry, projects: Iterable[str]) -> None:
    """
    Write anew what the index holds of ``projects``; ``registry`` must be complete for them.

    Their names are theirs now, whoever the index says held them.
    """
    wanted = sorted(projects)
    of_projects, of_names = index_rows(ledger, registry, wanted)
    for column, values in (
        (ledger_project.c.project, wanted),
        (ledger_name.c.project, wanted),
        (ledger_name.c.key, [key for _, key, _ in of_names]),
    ):
        table = column.table
        conn.execute(delete(table).where(table.c.ledger == ledger, among(conn, column, values)))
    insert_rows(conn, ledger_project, of_projects)
    insert_rows(conn, ledger_name, of_names)


def index_differences(conn: Connection, ledger: str, registry: Registry) -> list[str]:
    """
    The projects of which the index holds anything but what ``registry`` says, sorted.
    """
    of_projects, of_names = index_rows(ledger, registry, registry.projects)
    different: set[str] = set()
    for table, expected in ((ledger_project, set(of_projects)), (ledger_name, set(of_names))):
        stored = {tuple(row) for row in conn.execute(select(table).where(table.c.ledger == ledger))}
        at = table.c.keys().index("project")
        different.update(str(row[at]) for row in stored ^ expected)
    return sorted(different)


def registered(conn: Connection, ledger: str) -> Registry:
    """
    The projects in force at the end of the log; nothing but registrations and retractions is read.

    Raises:
        TamperedLedgerError: If one of them cannot be read.
    """
    statement = (
        select(ledger_event.c.seq, ledger_event.c.body)
        .where(ledger_event.c.ledger == ledger, ledger_event.c.kind.in_(IDENTITIES))
        .order_by(ledger_event.c.seq)
    )
    return Registry.of(History(entries_of(ledger, conn.execute(statement))))


def rebuild_index(conn: Connection, ledger: str) -> None:
    """
    Write the whole index of ``ledger`` anew from its log.
    """
    registry = registered(conn, ledger)
    for table in (ledger_project, ledger_name):
        conn.execute(delete(table).where(table.c.ledger == ledger))
    of_projects, of_names = index_rows(ledger, registry, registry.projects)
    insert_rows(conn, ledger_project, of_projects)
    insert_rows(conn, ledger_name, of_names)
