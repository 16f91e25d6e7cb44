"""
The peer: the same projects as aggregates of the library ``eventsourcing``.

It is used as its documentation shows, and treated well: what it is given needs no conversion, what was
retracted is left out, nothing is validated or hashed, and its tables hold fewer projects than ours.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import eventsourcing.sqlite
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from bench.floors import sqlite_settings
from bench.loading import stamped
from bench.portfolios import commits
from bench.subjects import programme
from milestone_ledger.domain.events import EntryRetracted
from milestone_ledger.domain.history import Entry
from milestone_ledger.store.tables import index_columns

_PROGRAMME = programme()
Told = dict[str, Any]
# So many events are saved at once on PostgreSQL; see ``portions``.
AT_ONCE = 200


class Project(Aggregate):
    """
    A project that knows its bounds: the entries that it is told of are its events.
    """

    @event("Registered")
    def __init__(self, project: str) -> None:
        self.project = project
        self.lo: dict[str, int] = {}
        self.hi: dict[str, int] = {}

    @event("Said")
    def say(  # noqa: PLR0917 (its decorator takes them as they come)
        self,
        kind: str,
        milestone: str | None,
        earliest: int | None,
        latest: int | None,
        whole: int,
        quantity: int | None,
        contested: int,
        published_on: int | None,
        source: str | None,
        locator: str,
        note: str,
    ) -> None:
        """
        Take in what a document says.
        """
        if contested or milestone is None or kind not in {"milestone_achieved", "milestone_pending"}:
            return
        if earliest is not None and (whole or latest is None):
            for later in _PROGRAMME.after(milestone):
                self.lo[later] = max(earliest, self.lo.get(later, 0))
        if latest is not None and whole:
            for former in _PROGRAMME.before(milestone):
                self.hi[former] = min(latest, self.hi.get(former, latest))


class _Pool(eventsourcing.sqlite.SQLiteConnectionPool):
    """
    Connections with our settings; by itself it writes ahead with less durability, which no floor here does.
    """

    def _create_connection(self) -> eventsourcing.sqlite.SQLiteConnection:
        self.is_journal_mode_wal = True  # so that it leaves the mode of the file alone
        made = super()._create_connection()
        connection: sqlite3.Connection = made._sqlite_conn  # noqa: SLF001 (it offers no other way)
        sqlite_settings(connection)
        return made


eventsourcing.sqlite.SQLiteConnectionPool = _Pool  # type: ignore[misc]


def on_sqlite(path: Path) -> Application[UUID]:
    """
    An application that keeps its events in a file.
    """
    return Application(env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(path)})


def on_postgresql(url: str) -> Application[UUID]:
    """
    An application that keeps its events in a database of PostgreSQL.
    """
    parts = urlsplit(url)
    host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
    return Application(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": host,
            "POSTGRES_PORT": str(parts.port or 5432),
            "POSTGRES_USER": parts.username or "postgres",
            "POSTGRES_PASSWORD": parts.password or "none",
        }
    )


def told(entries: Iterable[Entry]) -> dict[str, list[Told]]:
    """
    What entries say of each project, as arguments of ``Project.say``; what was retracted is left out.
    """
    kept = list(entries)
    retracted = {entry.event.target for entry in kept if isinstance(entry.event, EntryRetracted)}
    names = (
        "kind",
        "milestone",
        "earliest",
        "latest",
        "whole",
        "quantity",
        "contested",
        "published_on",
        "source",
    )
    found: defaultdict[str, list[Told]] = defaultdict(list)
    for entry in kept:
        columns = index_columns(entry)
        if columns["project"] is None or entry.seq in retracted:
            continue
        words = {name: getattr(entry.event, name, "") for name in ("locator", "note")}
        found[columns["project"]].append({name: columns[name] for name in names} | words)
    return found


def aggregate(project: str, sayings: Iterable[Told]) -> Project:
    """
    A project with all that is said of it, not saved.
    """
    made = Project(project=project)
    for saying in sayings:
        made.say(**saying)
    return made


def portions(sayings: Mapping[str, list[Told]]) -> Iterator[list[str]]:
    """
    The projects in portions that may be saved at once on PostgreSQL, where a large save can wait for ever.

    It sends all events as one parameter of a pipeline, and hung here with some hundred kilobytes of them.
    """
    portion, events = list[str](), 0
    for project, says in sayings.items():
        if portion and events + len(says) > AT_ONCE:
            yield portion
            portion, events = [], 0
        portion.append(project)
        events += len(says)
    if portion:
        yield portion


def fill(application: Application[UUID], sayings: Mapping[str, list[Told]]) -> dict[str, UUID]:
    """
    Save projects with all that is said of them; returns their ids.
    """
    ids: dict[str, UUID] = {}
    for portion in portions(sayings):
        projects = {name: aggregate(name, sayings[name][:AT_ONCE]) for name in portion}
        application.save(*projects.values())
        for name, project in projects.items():
            ids[name] = project.id
            for number, saying in enumerate(sayings[name][AT_ONCE:], 1):
                project.say(**saying)
                if number % AT_ONCE == 0:
                    application.save(project)
            application.save(project)
    return ids


class Filled:
    """
    An application with the first ``count`` projects of every portfolio, filled when it is first asked for.
    """

    def __init__(self, make: Callable[[], Application[UUID]], count: int) -> None:
        self._make = make
        self._count = count
        self._application: Application[UUID] | None = None
        self.told: dict[str, list[Told]] = {}
        self.ids: dict[str, UUID] = {}

    @property
    def application(self) -> Application[UUID]:
        """
        The application.
        """
        if self._application is None:
            self._application = self._make()
            self.told = told(entry for _, entries in stamped(commits(self._count)) for entry in entries)
            self.ids = fill(self._application, self.told)
        return self._application

    def close(self) -> None:
        """
        Close its connections.
        """
        if self._application is not None:
            self._application.close()
