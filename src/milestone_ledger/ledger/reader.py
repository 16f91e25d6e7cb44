"""
What a ledger answers without being written to: its history, views of it, and what needs no decoding.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from threading import Lock
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine

from milestone_ledger.domain.dates import civil_day
from milestone_ledger.domain.events import ProgrammeDefined
from milestone_ledger.domain.history import Entry, History, Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry
from milestone_ledger.errors import (
    InvalidValueError,
    MissingExtraError,
)
from milestone_ledger.ledger.faces import Shown
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.store import read
from milestone_ledger.store.connect import shown_url
from milestone_ledger.store.engine import reading
from milestone_ledger.store.read import Commit

# What a look at one ledger does without is loaded where it is used: each takes time at every start.
if TYPE_CHECKING:
    from milestone_ledger.domain.bounds import Bounds
    from milestone_ledger.ledger.changes import Changes
    from milestone_ledger.query.kept import Kept
    from milestone_ledger.query.standings import Grouping, Standings
    from milestone_ledger.query.timeline import Timeline


_NOT_BEFORE = ("it must not lie before 'since'", "不得早于起点（since）")


def _days_of_grace(grace: int, what: str) -> None:
    if type(grace) is not int or grace < 0:
        raise InvalidValueError(what, grace, ("give a number of days, 0 or more", "应为不小于 0 的天数"))


class LedgerReader(Shown):
    """
    One programme's log of events in a database, to be looked at from any point in three times.

    A context manager that closes its connections. The log only grows, so what was read once is kept as long
    as the log holds it, and only what came since is read again.
    """

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name
        self._history = History().sealed()
        self._read_to: Commit | None = None
        self._lock = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Ledger {self._name!r} in {shown_url(self._engine.url)}>"

    def close(self) -> None:
        """
        Close all connections.
        """
        self._engine.dispose()

    @property
    def name(self) -> str:
        """
        The ledger's name within its database: the id of its programme.
        """
        return self._name

    @property
    def engine(self) -> Engine:
        """
        The database, for queries of one's own; a reader must not write to the log's tables.
        """
        return self._engine

    @property
    def size(self) -> int:
        """
        How many entries the ledger holds now.
        """
        return self.history().size

    @property
    def programme(self) -> Programme | None:
        """
        The definition of the programme in force now; ``None`` before the first entry.
        """
        definitions = self.history().definitions()
        event = definitions[-1].event if definitions else None
        return event.programme if isinstance(event, ProgrammeDefined) else None

    def history(self) -> History:
        """
        The whole log as it is now, sealed; later calls read only what was added since.
        """
        with self._lock, reading(self._engine) as connection:
            last = read.newest(connection, self._name)
            if last != self._read_to:
                if self._read_to is not None and not read.holds(connection, self._read_to):
                    self._read_to, self._history = None, History().sealed()
                # What was handed out before stays as it was.
                grown = self._history.copy()
                for entry in read.read_entries(connection, self._name, after=self._history.size - 1):
                    grown.add(entry)
                self._read_to, self._history = last, grown.sealed()
            return self._history

    def entries(self) -> Rows[Entry]:
        """
        Every entry, in order of ``seq``.
        """
        return Rows(self.history())

    def follow(self, *, after: int = -1) -> Iterator[tuple[Commit, list[Entry]]]:
        """
        Every commit beyond the entry ``after`` with its entries, one by one, until there is no more.

        Call it again with the last ``seq`` to go on: while others write, nothing is missed, nothing comes
        twice, and never half a commit. It keeps nothing in memory, and no writer waiting.

        Raises:
            DatabaseUnavailableError: If the database cannot be read; go on with the last ``seq`` later.
            TamperedLedgerError: If an entry cannot be read.
        """
        return read.follow(self._engine, self._name, after=after)

    def registry(self) -> Registry:
        """
        The programme, sources and projects in force now.
        """
        return Registry.of(self.history())

    def at(
        self,
        *,
        as_of: date,
        published_by: date | None = None,
        recorded_by: datetime | int | None = None,
        grace: int = 0,
    ) -> View:
        """
        Look at the ledger from a point in three times.

        Args:
            as_of: Valid time: what was true at the end of this day?
            published_by: Publication: what had been said in public by the end of this day?
                ``None`` is hindsight, everything published so far.
            recorded_by: Recording: what had this ledger taken in by this instant (an aware ``datetime``)
                or by this entry (its ``seq``, included), rounded down to a commit? ``None`` is all.
            grace: Days after a deadline that still count as in time, 0 or more.

        Raises:
            InvalidValueError: If a day is not a plain ``date``, an instant is naive, or grace is negative.
        """
        civil_day(as_of, "at(as_of)")
        if published_by is not None:
            civil_day(published_by, "at(published_by)")
        _days_of_grace(grace, "at(grace)")
        history = self.history()
        position = history.size
        if type(recorded_by) is int:
            recorded_by = min(max(recorded_by, -1), position)  # no database holds every number
        if recorded_by is not None:
            with reading(self._engine) as connection:
                position = min(position, read.position(connection, self._name, recorded_by))
        return View(
            ledger=self._name,
            as_of=as_of,
            viewpoint=Viewpoint(published_by=published_by, recorded_by=position),
            grace=grace,
            history=history,
        )

    def changes(
        self,
        since: date,
        until: date,
        *,
        recorded_by: datetime | int | None = None,
        grace: int = 0,
    ) -> Changes:
        """
        What was newly said from the end of one day to the end of another, and what it did to states.

        Each day is looked at as published by then. It takes two views of the whole log, each as ``at`` does.

        Args:
            since: The earlier day; what was published on it counts as known.
            until: The later day, included.
            recorded_by: As in ``at``; the same position for both.
            grace: As in ``at``.

        Raises:
            InvalidValueError: As ``at``, or if ``until`` lies before ``since``.
        """
        from milestone_ledger.ledger.difference import compare, earlier  # noqa: PLC0415 (as told above)

        civil_day(since, "changes(since)")
        if civil_day(until, "changes(until)") < since:
            raise InvalidValueError("changes(until)", until, _NOT_BEFORE)
        after = self.at(as_of=until, published_by=until, recorded_by=recorded_by, grace=grace)
        return compare(earlier(after, since), after)

    def changes_recorded(
        self,
        since: datetime | int,
        until: datetime | int | None = None,
        *,
        as_of: date,
        published_by: date | None = None,
        grace: int = 0,
    ) -> Changes:
        """
        What recording changed between two positions of the log, both seen from the same day.

        Args:
            since: The earlier position, an instant or an entry as in ``at(recorded_by)``.
            until: The later one; ``None`` is the end of the log.
            as_of: As in ``at``.
            published_by: As in ``at``.
            grace: As in ``at``.

        Raises:
            InvalidValueError: As ``at``, or if ``until`` lies before ``since``.
        """
        from milestone_ledger.ledger.difference import compare  # noqa: PLC0415 (as told above)

        before = self.at(as_of=as_of, published_by=published_by, recorded_by=since, grace=grace)
        after = self.at(as_of=as_of, published_by=published_by, recorded_by=until, grace=grace)
        if (after.viewpoint.recorded_by or 0) < (before.viewpoint.recorded_by or 0):
            raise InvalidValueError("changes_recorded(until)", until, _NOT_BEFORE)
        return compare(before, after)

    def standings(
        self,
        *,
        as_of: date,
        published_by: date | None = None,
        recorded_by: datetime | int | None = None,
    ) -> Standings:
        """
        Where every project stands, without the entries that say so: for ledgers too large to be decoded.

        The parameters, and every answer, are those of ``at``; it takes one statement of SQL instead of
        reading the log.

        Raises:
            NoProgrammeError: If the log did not begin by then.
            InvalidValueError: As ``at``.
        """
        from milestone_ledger.query.standings import standings  # noqa: PLC0415 (as told above)

        civil_day(as_of, "standings(as_of)")
        with reading(self._engine) as connection:
            viewpoint = self._viewpoint(connection, published_by, recorded_by)
            return standings(connection, self._name, viewpoint, as_of)

    def promises(
        self,
        *,
        as_of: date,
        published_by: date | None = None,
        recorded_by: datetime | int | None = None,
        grace: int = 0,
    ) -> Rows[PromiseState]:
        """
        What became of every promise, for ledgers too large to be decoded.

        The parameters, and every verdict, are those of ``at(…).promises()``; but ``entries`` of a verdict
        name promises, withdrawals and cancellations alone, as the evidence is not read, only its bounds.
        The rows come in the order of the projects' first promise in the log.

        Raises:
            NoProgrammeError: If the log did not begin by then.
            InvalidValueError: As ``at``.
        """
        from milestone_ledger.ledger.column_promises import column_promises  # noqa: PLC0415 (as told above)

        civil_day(as_of, "promises(as_of)")
        _days_of_grace(grace, "promises(grace)")
        with reading(self._engine) as connection:
            viewpoint = self._viewpoint(connection, published_by, recorded_by)
            return Rows(column_promises(connection, self._name, viewpoint, as_of=as_of, grace=grace))

    def bounds_of(
        self,
        project: str,
        *,
        published_by: date | None = None,
        recorded_by: datetime | int | None = None,
    ) -> dict[str, Bounds]:
        """
        When one project reached each milestone, without the entries that say so: quick in any ledger.

        The bounds of the whole, by milestone in the order of the programme; they are those of ``at``, and the
        same on every day. A project is found fastest by its id, and at the end of the log.

        Raises:
            UnknownNameError: With the nearest names, if the ledger knows no such project by then.
            NoProgrammeError: If the log did not begin by then.
            InvalidValueError: As ``at``.
        """
        from milestone_ledger.query.project import bounds_alone, bounds_of  # noqa: PLC0415 (as told above)

        if published_by is not None:
            civil_day(published_by, "bounds_of(published_by)")
        if recorded_by is None:
            found = bounds_alone(self._engine, self._name, project, published_by)
            if found is not None:
                return found
        with reading(self._engine) as connection:
            viewpoint = Viewpoint(published_by=published_by)
            if recorded_by is not None:
                viewpoint = self._viewpoint(connection, published_by, recorded_by)
            return bounds_of(connection, self._name, project, viewpoint)

    def timeline(
        self,
        start: date,
        end: date,
        *,
        as_seen: bool = False,
        published_by: date | None = None,
        recorded_by: datetime | int | None = None,
        by: Grouping | None = None,
    ) -> Timeline:
        """
        How many units had reached each milestone on every day from ``start`` to ``end``.

        Args:
            start: The first day.
            end: The last day, included.
            as_seen: Each day as published by that day; otherwise all days as ``published_by`` knows them.
            published_by: As in ``at``; not with ``as_seen``.
            recorded_by: As in ``at``.
            by: Counts by ``domain`` or ``delivery`` instead of for all.

        Raises:
            NoProgrammeError: If the log did not begin by then.
            InvalidValueError: If the span is none, or ``published_by`` is given with ``as_seen``.
        """
        from milestone_ledger.query.timeline import (  # noqa: PLC0415 (as told above)
            timeline_as_seen,
            timeline_in_hindsight,
        )

        if as_seen and published_by is not None:
            raise InvalidValueError(
                "timeline(published_by)",
                published_by,
                ("leave it out: as_seen takes each day's own", "as_seen 时不可再指定 published_by"),
            )
        with reading(self._engine) as connection:
            viewpoint = self._viewpoint(connection, published_by, recorded_by)
            if as_seen:
                return timeline_as_seen(connection, self._name, viewpoint.recorded_by, (start, end), by=by)
            return timeline_in_hindsight(connection, self._name, viewpoint, (start, end), by=by)

    def kept(self) -> Kept:
        """
        The evidence kept in memory as columns: counts of any day, from any publication day, in milliseconds.

        Raises:
            MissingExtraError: If numpy is not installed; ``standings`` answers the same without it.
        """
        try:
            from milestone_ledger.query.kept import Kept  # noqa: PLC0415 (numpy is an extra)
        except ModuleNotFoundError as error:
            raise MissingExtraError(
                "milestone-ledger[analytics]", ("keeping columns in memory", "在内存中保留各列")
            ) from error
        return Kept(self._engine, self._name)

    def _viewpoint(
        self, connection: Connection, published_by: date | None, recorded_by: datetime | int | None
    ) -> Viewpoint:
        if published_by is not None:
            civil_day(published_by, "published_by")
        if type(recorded_by) is int:
            # No database holds every number; this is beyond every entry.
            recorded_by = min(max(recorded_by, -1), 2**53)
        return Viewpoint(
            published_by=published_by, recorded_by=read.position(connection, self._name, recorded_by)
        )
