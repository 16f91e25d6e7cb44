"""
Opening a database of ledgers, and the two kinds of transaction: one writer per ledger, many readers.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from milestone_ledger.errors import (
    CommitInDoubtError,
    DatabaseUnavailableError,
    ForeignDatabaseError,
    StoreError,
    UnsafeSettingsError,
)
from milestone_ledger.store.connect import (
    is_memory,
    leaves_doubt,
    make_engine,
    parse_url,
    rows,
    shown_url,
    typed_errors,
)
from milestone_ledger.store.migrate import current_revision, migrate, require_current

_NOT_A_DATABASE = 26
LOCK_TIMEOUT = "10s"


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
        _touch(parsed)
    engine = make_engine(parsed)
    try:
        with foreign_file(engine.url), typed_errors(engine.url):
            if create:
                with engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as conn, conn.begin():
                    if current_revision(conn, engine.url) is None:
                        _require_safe_settings(conn, engine.url)
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
        raise DatabaseUnavailableError(shown_url(url), error.strerror or str(error)) from error


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
    with (
        typed_errors(engine.url),
        engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as conn,
    ):
        transaction = conn.begin()
        try:
            _require_safe_settings(conn, engine.url)
            if conn.dialect.name == "postgresql":
                _lock(conn, ledger)
            yield conn
        except BaseException:
            transaction.rollback()
            raise
        try:
            transaction.commit()
        except DBAPIError as error:
            if leaves_doubt(error):
                raise CommitInDoubtError(shown_url(engine.url), str(error.orig)) from error
            raise


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
    with typed_errors(engine.url), engine.connect().execution_options(**options) as conn, conn.begin():
        yield conn


def _lock(conn: Connection, ledger: str) -> None:
    """
    Hold the ledger until the transaction ends; other ledgers go on.
    """
    if rows(conn, "SELECT current_setting('lock_timeout')")[0][0] == "0":
        rows(conn, "SELECT set_config('lock_timeout', ?, true)", LOCK_TIMEOUT)
    digest = sha256(b"milestone_ledger:" + ledger.encode()).digest()
    rows(conn, "SELECT pg_advisory_xact_lock(?)", int.from_bytes(digest[:8], "big", signed=True))


def _require_safe_settings(conn: Connection, url: URL) -> None:
    for error in refused_settings(conn, url):
        raise error


def refused_settings(conn: Connection, url: URL) -> Iterator[StoreError]:
    """
    Settings under which nothing is written: a crash could lose what was acknowledged, or half of it.
    """
    if conn.dialect.name == "postgresql":
        asked = "SELECT current_setting('server_encoding'), current_setting('synchronous_commit'), "
        encoding, *found = rows(conn, asked + "current_setting('fsync')")[0]
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
        journal = str(rows(conn, "PRAGMA journal_mode")[0][0])
        if journal in {"off", "memory"}:
            yield UnsafeSettingsError("journal_mode", journal.upper(), "DELETE")
        level = int(rows(conn, "PRAGMA synchronous")[0][0])
        if level < 2:  # noqa: PLR2004 (the numbers are SQLite's: 2 is FULL, 3 is EXTRA)
            yield UnsafeSettingsError("synchronous", ("OFF", "NORMAL")[level], "EXTRA")
