"""
Opening a database of ledgers, and the two kinds of transaction: one writer per ledger, many readers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import URL, Connection, Engine, QueuePool, RootTransaction
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from milestone_ledger.errors import (
    CommitInDoubtError,
    DatabaseUnavailableError,
    ForeignDatabaseError,
    StoreError,
    UnsafeSettingsError,
)
from milestone_ledger.errors.system import system_reason
from milestone_ledger.store.asking import Answer, Question, ask, in_style_of
from milestone_ledger.store.connect import (
    TEMPORARY_TABLES_LAST,
    is_memory,
    make_engine,
    parse_url,
    shown_url,
    sqlite_settings,
)
from milestone_ledger.store.failures import in_both_languages, leaves_doubt, typed_errors
from milestone_ledger.store.migrate import current_revision, migrate, require_current
from milestone_ledger.store.staying import append_went_well, reading_went_well

T = TypeVar("T")

_NOT_A_DATABASE = 26
LOCK_TIMEOUT = "10s"
# For this transaction; whoever would wait for ever waits no longer than we say.
_BEGIN_ON_POSTGRESQL = f"""
SELECT {TEMPORARY_TABLES_LAST},
       set_config('lock_timeout', coalesce(nullif(current_setting('lock_timeout'), '0'), ?), true)
"""


def open_engine(url: str, *, create: bool = False) -> Engine:
    """
    Open the database at ``url``: ``sqlite:///path`` or ``postgresql://…``.

    With ``create``, a missing SQLite file is made, and the tables in a database that is empty; a
    PostgreSQL database itself must exist. A database in memory (``sqlite://``) is always made, and lives
    as long as the engine. ``journal_mode``, ``synchronous``, ``busy_timeout``, ``cache_size`` and
    ``mmap_size`` of SQLite can be set in the query of the URL.

    Raises:
        InvalidValueError: If the URL is not of one of these forms.
        DatabaseUnavailableError: If there is no such file or server, or it does not let us in.
        ForeignDatabaseError: If it belongs to another application, is no database, or is empty.
        SchemaVersionError: If it is at another revision than this package needs.
    """
    parsed = parse_url(url)
    create = create or is_memory(parsed)
    if create and parsed.get_backend_name() == "sqlite" and not is_memory(parsed):
        sqlite_settings(parsed)  # no file is left of a URL that is refused
        _touch(parsed)
    engine = make_engine(parsed)
    try:
        with foreign_file(engine.url), typed_errors(engine.url):
            if create:
                with engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as conn, conn.begin():
                    if current_revision(conn, engine.url) is None:
                        _require_safe(ask(conn, *_settings(conn)), engine.url)
                        migrate(conn)
            with engine.connect() as conn:
                require_current(conn, engine.url)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _touch(url: URL) -> None:
    """
    Make the file; to SQLite, an empty file is an empty database.
    """
    try:
        Path(url.database or "").touch()
    except OSError as error:
        raise DatabaseUnavailableError(shown_url(url), system_reason(error)) from error


@contextmanager
def foreign_file(url: URL) -> Iterator[None]:
    """
    Say of a file that is no database that it is none.

    Raises:
        ForeignDatabaseError: If it is none.
    """
    try:
        yield
    except DatabaseUnavailableError as error:
        cause = error.__cause__
        code = getattr(cause.orig, "sqlite_errorcode", 0) if isinstance(cause, DBAPIError) else 0
        if code != _NOT_A_DATABASE:
            raise
        raise ForeignDatabaseError(
            shown_url(url), ("the file is not an SQLite database", "该文件不是 SQLite 数据库")
        ) from error


@contextmanager
def writing(engine: Engine, ledger: str) -> Iterator[Connection]:
    """
    A transaction that alone may write to ``ledger``; committed at the end, rolled back on any error.

    On SQLite it is alone in the whole file, on PostgreSQL in the ledger only. It waits for the lock as
    long as ``busy_timeout`` (SQLite) or ``lock_timeout`` (PostgreSQL, 10 s if the server sets none) says.

    Raises:
        UnsafeSettingsError: If the settings of the connection could lose an acknowledged commit.
        AppendOnlyError: If the database refused a change of history.
        CommitInDoubtError: If the connection broke during the commit.
        DatabaseUnavailableError: If it is locked, full, read-only or gone; nothing was recorded.
    """

    def first(conn: Connection) -> list[Answer]:
        is_sqlite = conn.dialect.name == "sqlite"
        return ask(conn, *_settings(conn)) if is_sqlite else _begin_on_postgresql(conn, ledger)

    options = {"sqlite_begin": "BEGIN IMMEDIATE", "is_writing": True}
    with typed_errors(engine.url), _begun(engine, first, options) as (conn, transaction, settings):
        try:
            _require_safe(settings, engine.url)
            yield conn
        except BaseException:
            transaction.rollback()
            raise
        try:
            transaction.commit()
        except DBAPIError as error:
            if leaves_doubt(error):
                detail = in_both_languages(error, str(error.orig))
                raise CommitInDoubtError(shown_url(engine.url), detail) from error
            raise
        append_went_well(conn)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """
    A transaction that sees one state of the database, however many statements it makes, and writes nothing.

    On SQLite a writer waits at its commit until readers have finished, so don't keep it open for long.

    Raises:
        DatabaseUnavailableError: If the database cannot be reached or read.
    """
    is_postgresql = engine.dialect.name == "postgresql"
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if is_postgresql else {}
    with (
        typed_errors(engine.url),
        _begun(engine, lambda _conn: None, options) as (conn, transaction, _),
        transaction,
    ):
        yield conn
        reading_went_well(conn)


@contextmanager
def _begun(
    engine: Engine, first: Callable[[Connection], T], options: dict[str, Any]
) -> Iterator[tuple[Connection, RootTransaction, T]]:
    """
    A connection, a transaction on it, and the answer to the question that it ``first`` asks.

    A connection that was kept may have been broken off since. As nothing was done on it, the transaction is
    begun again on a new one. To try each before it is used would cost every transaction a trip to the server.
    """
    conn, transaction, answer = _begin_again(engine, first, options)
    with conn:
        yield conn, transaction, answer


def _begin_again(
    engine: Engine, first: Callable[[Connection], T], options: dict[str, Any]
) -> tuple[Connection, RootTransaction, T]:
    """
    Begin, at most once for each connection that was kept, and then once on a new one.

    SQLAlchemy gives up all that were kept with a broken one; but it compares times, and clocks are set back.
    One may be given back by another thread just now.
    """
    kept = max(1, cast("QueuePool", engine.pool).checkedin())
    while True:
        try:
            return _begin(engine, first, options)
        except DBAPIError as error:
            if not error.connection_invalidated or kept <= 0:
                raise
        kept -= 1


def _begin(
    engine: Engine, first: Callable[[Connection], T], options: dict[str, Any]
) -> tuple[Connection, RootTransaction, T]:
    conn = engine.connect().execution_options(**options)
    try:
        return conn, conn.begin(), first(conn)
    except BaseException:
        conn.close()
        raise


def asked_alone(engine: Engine, question: Question) -> Answer:
    """
    The answer to one question, without a transaction: one statement sees one state of the database.

    SQLAlchemy, whose transaction takes several times as long as a short question, is passed by. What goes
    wrong is asked again in a transaction, which knows how to take it: a connection may have grown old.

    Raises:
        DatabaseUnavailableError: If the database cannot be reached or read.
    """
    statement, *values = question
    found: Answer | None = None
    with suppress(engine.dialect.loaded_dbapi.Error, SQLAlchemyError, UnicodeDecodeError):
        if engine.dialect.name == "sqlite":
            found = _at_once_on_sqlite(engine, statement, values)
        else:
            found = _at_once_on_postgresql(engine, statement, values)
    if found is None:
        with reading(engine) as conn:
            (found,) = ask(conn, question)
    return found


def _at_once_on_sqlite(engine: Engine, statement: str, values: Sequence[Any]) -> Answer:
    with closing(engine.raw_connection()) as line, closing(line.cursor()) as cursor:
        cursor.execute(statement, values)
        found = list(cursor.fetchall())
        reading_went_well(line)
        return found


def _at_once_on_postgresql(engine: Engine, statement: str, values: Sequence[Any]) -> Answer | None:
    """
    ``None`` if a temporary table may have been taken for ours: nothing else tells that there is none.
    """
    line = engine.raw_connection()
    driver: Any = line.driver_connection
    try:
        driver.autocommit = True
        marked = f"SELECT pg_my_temp_schema(), q.* FROM ({statement}) q"  # noqa: S608 (values travel apart)
        found = driver.execute(in_style_of(engine, marked), values).fetchall()
        driver.autocommit = False
    except BaseException:
        line.invalidate()
        raise
    line.close()
    return [row[1:] for row in found] if found and not found[0][0] else None


def _begin_on_postgresql(conn: Connection, ledger: str) -> list[Answer]:
    """
    Hold the ledger until the transaction ends, while other ledgers go on; and ask for the settings.
    """
    digest = sha256(b"milestone_ledger:" + ledger.encode()).digest()
    settings, _, _ = ask(
        conn,
        *_settings(conn),
        (_BEGIN_ON_POSTGRESQL, LOCK_TIMEOUT),
        ("SELECT pg_advisory_xact_lock(?)", int.from_bytes(digest[:8], "big", signed=True)),
    )
    return [settings]


def _require_safe(settings: Sequence[Answer], url: URL) -> None:
    for error in _refused(settings, url):
        raise error


def _settings(conn: Connection) -> tuple[Question, ...]:
    """
    What to ask for the settings that are told from each other in ``_refused``.
    """
    if conn.dialect.name == "sqlite":
        return ("PRAGMA journal_mode",), ("PRAGMA synchronous",)
    names = ("server_encoding", "synchronous_commit", "fsync")
    return ((f"SELECT {', '.join(f'current_setting({name!r})' for name in names)}",),)


def refused_settings(conn: Connection, url: URL) -> Iterator[StoreError]:
    """
    Settings under which nothing is written: a crash could lose what was acknowledged, or half of it.
    """
    return _refused(ask(conn, *_settings(conn)), url)


def _refused(answers: Sequence[Answer], url: URL) -> Iterator[StoreError]:
    if url.get_backend_name() == "postgresql":
        (((encoding, *found),),) = answers
        if encoding != "UTF8":
            yield DatabaseUnavailableError(
                shown_url(url),
                (
                    f"its encoding is {encoding}, which cannot hold all text; make one with ENCODING 'UTF8'",
                    f"其编码为 {encoding}，存不下所有名称；请以 ENCODING 'UTF8' 新建数据库",
                ),
            )
        for setting, value in zip(("synchronous_commit", "fsync"), found, strict=True):
            if value == "off":
                yield UnsafeSettingsError(setting, value, "on")
    elif not is_memory(url):
        ((journal,),), ((level,),) = answers
        if journal in {"off", "memory"}:
            yield UnsafeSettingsError("journal_mode", journal.upper(), "DELETE")
        if level < 2:  # noqa: PLR2004 (the numbers are SQLite's: 2 is FULL, 3 is EXTRA)
            yield UnsafeSettingsError("synchronous", ("OFF", "NORMAL")[level], "EXTRA")
