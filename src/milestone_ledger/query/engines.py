"""
The one statement over Parquet files, on engines that read many ledgers at once.

``portfolio`` compiles the same statement for DuckDB and for Spark as for the database; only the tables are
files that ``export parquet`` wrote. Ledgers whose milestones have another order get a statement of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from glob import escape
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from attrs import frozen
from sqlalchemy import BigInteger, Integer, Select, Table, func, literal, select
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.sql.expression import FromClause

from milestone_ledger.codec import decode
from milestone_ledger.domain.dates import civil_day
from milestone_ledger.domain.events import ProgrammeDefined
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import InvalidValueError, MissingExtraError
from milestone_ledger.query.parquet import (
    ExportedLog,
    event_table,
    exported_logs,
    ledger_folder,
    programme_table,
)
from milestone_ledger.query.portfolio import PortfolioColumns, columns_of, portfolio
from milestone_ledger.store.read import comparable_instant
from milestone_ledger.store.tables import day_number

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from pyspark.sql import SparkSession

# What Hadoop reads as a pattern in a path.
_PATTERN = re.compile(r"[\\\[\]{}*?]")


@frozen(kw_only=True)
class PortfolioRows:
    """
    The bounds of the projects of ``ledgers``, which share one order of milestones.

    ``columns`` are ``ledger``, ``project``, those that ``milestones`` names, and ``status``, as ``portfolio``
    tells them: days ``YYYYMMDD`` and numbers, ``None`` where nothing is known. ``rows`` are in no order, and
    hold the projects of which there is evidence or a change of activity.
    """

    ledgers: tuple[str, ...]
    milestones: tuple[PortfolioColumns, ...]
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def to_dicts(self) -> list[dict[str, Any]]:
        """
        The rows by the names of their columns.
        """
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def duckdb_portfolio(
    folder: str | PathLike[str],
    *,
    as_of: date,
    published_by: date | None = None,
    recorded_by: datetime | int | None = None,
    ledgers: Iterable[str] | None = None,
    partial: bool = True,
    connection: DuckDBPyConnection | None = None,
) -> tuple[PortfolioRows, ...]:
    """
    Where the projects of exported ledgers stand, from their own evidence, told by DuckDB.

    Args:
        folder: What ``export parquet`` wrote into.
        as_of: Valid time, for ``partial`` counts and ``status``: what was true at the end of this day?
        published_by: Publication: what had been said by the end of this day? ``None`` is hindsight.
        recorded_by: Recording: what had the ledgers taken in by this instant, or, of a single ledger, by this
            entry (its ``seq``, included), rounded down to a commit? ``None`` is all that was exported.
        ledgers: Which; ``None`` is all. One that had not begun by ``recorded_by`` is left out.
        partial: Tell the partial counts of batches, too.
        connection: One of yours, for who asks again and again: it is used through a cursor of its own, and
            holds nothing of ours afterwards. ``None`` makes a database in memory for this question.

    Returns:
        One answer for each order of milestones, in order of the first ledger of each.

    Raises:
        MissingExtraError: If DuckDB is not installed.
        ParquetFolderError: If the folder does not hold those ledgers, or not all of their files.
        InvalidValueError: If a day is not a plain ``date``, an instant is naive, or a ``seq`` is given for
            several ledgers.
        duckdb.Error: If a file cannot be read.
    """
    try:
        import duckdb  # noqa: PLC0415 (an extra)
    except ModuleNotFoundError as error:
        raise MissingExtraError(
            "milestone-ledger[analytics]", ("asking Parquet files", "查询 Parquet 文件")
        ) from error
    asked = _Question.of(folder, as_of, published_by, recorded_by, ledgers, partial=partial)
    with duckdb.connect() if connection is None else connection.cursor() as own:
        return asked.answer(_DuckDb(own))


def spark_portfolio(
    spark: SparkSession,
    folder: str | PathLike[str],
    *,
    as_of: date,
    published_by: date | None = None,
    recorded_by: datetime | int | None = None,
    ledgers: Iterable[str] | None = None,
    partial: bool = True,
) -> tuple[PortfolioRows, ...]:
    """
    The same, told by Spark.

    Args:
        spark: A session; its workers must see ``folder`` under the same path.
        folder: As ``duckdb_portfolio``, as all that follows.
        as_of: As there.
        published_by: As there.
        recorded_by: As there.
        ledgers: As there.
        partial: As there.

    Returns:
        As there.

    Raises:
        ParquetFolderError, InvalidValueError: As there.
        pyspark.errors.PySparkException: If Spark fails.
    """
    asked = _Question.of(folder, as_of, published_by, recorded_by, ledgers, partial=partial)
    with _spark(spark) as engine:
        return asked.answer(engine)


class _Engine(Protocol):
    """
    What runs statements over files.
    """

    def bind(self, table: Table, files: Iterable[Path]) -> None:
        """
        Let ``table`` be what stands in ``files``.
        """

    def rows(self, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:
        """
        The rows of a statement over tables that are bound.
        """


class _DuckDb:
    """
    A connection whose temporary views are files.
    """

    _dialect = DefaultDialect(paramstyle="numeric_dollar")

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self._connection = connection

    def bind(self, table: Table, files: Iterable[Path]) -> None:
        # A view takes no parameters.
        paths = ", ".join("'" + escape(str(file)).replace("'", "''") + "'" for file in files)
        self._connection.execute(
            f"CREATE TEMP VIEW {table.name} AS FROM read_parquet([{paths}], hive_partitioning = false)"
        )

    def rows(self, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:
        compiled = statement.compile(dialect=self._dialect, compile_kwargs={"render_postcompile": True})
        values = [compiled.params[name] for name in compiled.positiontup or ()]
        return self._connection.execute(str(compiled), values).fetchall()


class _Spark:
    """
    A session of the caller's, in which the views are ours for a while.
    """

    _dialect = DefaultDialect(paramstyle="named")

    def __init__(self, spark: SparkSession) -> None:
        self._spark = spark
        self.views: list[str] = []

    def bind(self, table: Table, files: Iterable[Path]) -> None:
        # A path without a scheme would be one of the cluster's own file system.
        paths = ["file:///" + _PATTERN.sub(r"\\\g<0>", file.as_posix()).lstrip("/") for file in files]
        columns = ", ".join(f"{column.name} {_spark_type(column.type)}" for column in table.c)
        self._spark.read.schema(columns).parquet(*paths).createOrReplaceTempView(table.name)
        self.views.append(table.name)

    def rows(self, statement: Select[Any]) -> Sequence[tuple[Any, ...]]:
        compiled = statement.compile(dialect=self._dialect, compile_kwargs={"render_postcompile": True})
        return [tuple(row) for row in self._spark.sql(str(compiled), args=compiled.params).collect()]


@contextmanager
def _spark(spark: SparkSession) -> Iterator[_Spark]:
    engine = _Spark(spark)
    try:
        yield engine
    finally:
        for view in engine.views:
            spark.catalog.dropTempView(view)


def _spark_type(kind: object) -> str:
    match kind:
        case BigInteger():
            return "BIGINT"
        case Integer():
            return "INT"
    return "STRING"


@frozen(kw_only=True)
class _Question:
    """
    What is asked of an engine, its parameters checked, and the logs that it is asked about.
    """

    as_of: date
    published_by: date | None
    recorded_by: datetime | int | None
    logs: Mapping[str, ExportedLog]
    partial: bool

    @classmethod
    def of(
        cls,
        folder: str | PathLike[str],
        as_of: date,
        published_by: date | None,
        recorded_by: datetime | int | None,
        ledgers: Iterable[str] | None,
        *,
        partial: bool,
    ) -> _Question:
        civil_day(as_of, "portfolio(as_of)")
        if published_by is not None:
            civil_day(published_by, "portfolio(published_by)")
        if isinstance(ledgers, str):
            raise InvalidValueError(
                "portfolio(ledgers)", ledgers, ("give a list of names", "应为台账名称的列表")
            )
        logs = exported_logs(
            Path(folder).absolute(), None if ledgers is None else tuple(dict.fromkeys(ledgers))
        )
        is_instant = isinstance(recorded_by, datetime) and recorded_by.utcoffset() is not None
        is_seq = type(recorded_by) is int and len(logs) == 1
        if not (recorded_by is None or is_instant or is_seq):
            raise InvalidValueError(
                "portfolio(recorded_by)",
                recorded_by,
                (
                    "give a datetime with its time zone, or the seq of an entry of a single ledger",
                    "应为带时区的时刻；若只查一个台账，也可为条目序号",
                ),
            )
        return cls(
            as_of=as_of,
            published_by=published_by,
            recorded_by=recorded_by,
            logs=logs,
            partial=partial,
        )

    def answer(self, engine: _Engine) -> tuple[PortfolioRows, ...]:
        """
        Ask ``engine``, once for each order of milestones.
        """
        if not self.logs:
            return ()
        until = self._until(engine)
        groups: dict[Any, tuple[Programme, list[str]]] = {}
        for ledger, programme in sorted(self._programmes(engine, until).items()):
            order = tuple((each, programme.before(each)) for each in programme.milestone_ids)
            groups.setdefault(order, (programme, []))[1].append(ledger)
        return tuple(
            self._answer(engine, programme, ledgers, until) for programme, ledgers in groups.values()
        )

    def _answer(
        self, engine: _Engine, programme: Programme, ledgers: Sequence[str], until: str | None
    ) -> PortfolioRows:
        table = self._bind(engine, map(ledger_folder, ledgers))
        events: FromClause = table
        if until is not None:
            events = select(table).where(table.c.recorded_at <= until).subquery("events")
        # Asked for by name, one ledger alone takes two thirds of the time; its rows don't repeat the name.
        alone = ledgers[0] if len(ledgers) == 1 else None
        statement = portfolio(
            programme,
            alone,
            Viewpoint(published_by=self.published_by),
            day_number(self.as_of) or 0,
            events,
            partial=self.partial,
        )
        if alone is not None:
            statement = select(literal(alone).label("ledger"), *statement.subquery("alone").c)
        return PortfolioRows(
            ledgers=tuple(ledgers),
            milestones=columns_of(programme),
            columns=tuple(statement.selected_columns.keys()),
            rows=engine.rows(statement),
        )

    def _programmes(self, engine: _Engine, until: str | None) -> dict[str, Programme]:
        """
        The definition in force of each ledger that had begun.
        """
        table = programme_table(f"ledger_programme_{uuid4().hex}")
        engine.bind(table, [log.programmes for log in self.logs.values()])
        statement = select(table).order_by(table.c.ledger, table.c.seq)
        found = {}
        for ledger, seq, recorded_at, body in engine.rows(statement):
            # The file may tell of an end of the log that an export broke off before it wrote.
            is_exported = seq < self.logs[ledger_folder(ledger)].size
            is_seen = is_exported and (until is None or recorded_at <= until)
            event = decode(body.encode()).event
            if is_seen and isinstance(event, ProgrammeDefined):
                found[ledger] = event.programme
        return found

    def _until(self, engine: _Engine) -> str | None:
        """
        The instant, as it is stored, up to which entries count; ``None`` if all do.
        """
        if self.recorded_by is None:
            return None
        if isinstance(self.recorded_by, datetime):
            return comparable_instant(self.recorded_by)
        (log,) = self.logs.values()
        beyond = max(self.recorded_by, -1) + 1
        if beyond >= log.size:
            return None
        events = self._bind(engine, self.logs)
        first = select(events.c.recorded_at).where(events.c.seq == beyond).scalar_subquery()
        ((last,),) = engine.rows(select(func.max(events.c.recorded_at)).where(events.c.recorded_at < first))
        return last or ""

    def _bind(self, engine: _Engine, folders: Iterable[str]) -> Table:
        table = event_table(f"ledger_event_{uuid4().hex}")
        parts = (part for folder in folders for part in self.logs[folder].parts)
        engine.bind(table, [part.path for part in parts])
        return table
