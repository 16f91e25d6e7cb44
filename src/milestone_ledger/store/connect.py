"""
From a URL to connections: settings of each connection, explicit transactions, and errors that teach.

SQLAlchemy's and ``sqlite3``'s own transaction handling lets two writers read the same state and then
overwrite each other; so the driver is told to begin nothing by itself, and every BEGIN is ours.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote
from weakref import WeakSet

from sqlalchemy import (
    ARRAY,
    URL,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Engine,
    ExceptionContext,
    Integer,
    PoolProxiedConnection,
    QueuePool,
    Text,
    any_,
    create_engine,
    event,
    func,
    literal,
    make_url,
    select,
)
from sqlalchemy.exc import ArgumentError

from milestone_ledger.errors import (
    DatabaseUnavailableError,
    InvalidValueError,
)
from milestone_ledger.store.asking import in_style_of
from milestone_ledger.store.bulk import copy_rows
from milestone_ledger.store.staying import let_stay

T = TypeVar("T")

# What the query of an SQLite URL may set, and what holds if it does not. ``journal_mode`` is kept in the
# file (DELETE in a new one), so it is touched only if the URL names it.
# In this order: to set what follows, the file is read, and that may have to wait.
SQLITE_SETTINGS = {
    "busy_timeout": "10000",
    "journal_mode": None,
    "synchronous": "EXTRA",
    "cache_size": "-65536",
    "mmap_size": "268435456",
}
OLDEST_SQLITE = (3, 37, 0)

_SETTING = re.compile(r"-?[A-Za-z0-9]+")
_BEYOND_ASCII = re.compile("(?:%[89A-F][0-9A-F])+")
_PASSWORD = re.compile(r"(pass\w*=)[^&]*", re.IGNORECASE)
_USER = re.compile(r"^([\w+.-]*://)?+.*@", re.DOTALL)
_URLS = (
    "give sqlite:///path/to/file.db or postgresql://user@host/database",
    "请写 sqlite:///文件路径 或 postgresql://用户@主机/数据库",
)
_ENCODED = (
    "percent-encode what separates in the user name and the password: '@' as %40, '/' as %2F, '?' as %3F",
    "用户名和密码中的分隔符请用百分号编码：@ 写作 %40，/ 写作 %2F，? 写作 %3F",
)


def parse_url(url: str | URL) -> URL:
    """
    The URL with the driver that this package uses.

    Raises:
        InvalidValueError: If it is no URL of SQLite or PostgreSQL.
    """
    shown = shown_url(url) if isinstance(url, URL) else _masked(url)
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise InvalidValueError("database URL", shown, _URLS) from error
    backend = parsed.get_backend_name()
    if backend not in {"sqlite", "postgresql"} or (backend == "sqlite" and parsed.host):
        raise InvalidValueError("database URL", shown, _URLS)
    if backend == "postgresql" and isinstance(url, str) and not _is_clear(url, parsed):
        raise InvalidValueError("database URL", shown, _ENCODED)
    return parsed.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")


def _is_clear(text: str, parsed: URL) -> bool:
    """
    Whether it is beyond doubt where user and password end: at the only '@', and no '/' or '?' misled us.
    """
    has_user = parsed.username is not None
    return text.count("@") <= 1 and has_user == ("@" in text.partition("?")[0])


def _masked(text: str) -> str:
    """
    A URL that may be refused, as people may see it: nothing is left of what stands before its last '@'.
    """
    return _USER.sub(r"\1***@", _PASSWORD.sub(r"\1***", text))


def shown_url(url: URL) -> str:
    """
    The URL as people may see it: without secrets, misspelt ones too, and without the name of a driver.

    Letters beyond ASCII stand as they are, 台账.db and not a row of percent signs.
    """
    secrets = [name for name in url.query if "pass" in name.casefold()]
    hidden = url.difference_update_query(secrets).set(drivername=url.get_backend_name())
    return _BEYOND_ASCII.sub(_letters, hidden.render_as_string(hide_password=True))


def _letters(encoded: re.Match[str]) -> str:
    letters = unquote(encoded[0])
    return letters if letters.isprintable() and "\N{REPLACEMENT CHARACTER}" not in letters else encoded[0]


def is_memory(url: URL) -> bool:
    """
    Whether the URL is that of an SQLite database in memory, which lives as long as its engine.
    """
    return url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}


def make_engine(url: str | URL) -> Engine:
    """
    An engine for ``url``, whatever that database holds; it never creates a file.

    Raises:
        InvalidValueError: If the URL cannot be one of ours.
        DatabaseUnavailableError: If the file does not exist, or a driver is missing or too old.
    """
    parsed = parse_url(url)
    engine = _sqlite_engine(parsed) if parsed.get_backend_name() == "sqlite" else _postgresql_engine(parsed)

    @event.listens_for(engine, "reset")
    def end_transaction(connection: PoolProxiedConnection, _record: object, _state: object) -> None:
        # SQLAlchemy holds a transaction whose COMMIT failed for ended, and would hand it to the next user.
        connection.rollback()

    return engine


def _postgresql_engine(url: URL) -> Engine:
    try:
        # Text travels as UTF-8, whatever the encoding of the database or the environment says.
        engine = create_engine(
            url,
            isolation_level="READ COMMITTED",
            connect_args={"client_encoding": "utf8"},
        )
    except ModuleNotFoundError as error:
        raise DatabaseUnavailableError(
            shown_url(url),
            (
                "the driver for PostgreSQL is not installed; run pip install 'milestone-ledger[postgresql]'",
                "未安装 PostgreSQL 驱动；请运行 pip install 'milestone-ledger[postgresql]'",
            ),
        ) from error
    event.listen(engine, "begin", _put_temporary_tables_last)
    event.listen(engine, "do_execute", copy_rows)
    event.listen(engine, "handle_error", _close_cursor)
    _pooled.add(engine)
    return engine


# Engines that keep connections open between transactions.
_pooled: WeakSet[Engine] = WeakSet()


def _leave_to_parent() -> None:
    """
    Let go of the connections of the process that this one was forked from, and let it keep them.

    If both spoke on one line, each could take the answer to the other's COMMIT for its own.
    """
    for engine in tuple(_pooled):
        engine.dispose(close=False)


if hasattr(os, "register_at_fork"):  # there is no fork on Windows
    os.register_at_fork(after_in_child=_leave_to_parent)


# Temporary tables are looked among last, for this transaction; else one of the same name is taken for ours.
TEMPORARY_TABLES_LAST = (
    "set_config('search_path', concat_ws(', ', nullif(current_setting('search_path'), ''), 'pg_temp'), true)"
)


def _close_cursor(context: ExceptionContext) -> None:
    """
    Close what SQLAlchemy leaves open where the connection broke: a cursor of the server's warns of it.
    """
    if context.is_disconnect and context.execution_context is not None:
        context.execution_context.cursor.close()


def _put_temporary_tables_last(conn: Connection) -> None:
    if not conn.get_execution_options().get("is_writing"):  # a writer does it with what else it begins with
        conn.exec_driver_sql(f"SELECT {TEMPORARY_TABLES_LAST}")


_NO_FILE = (
    "there is no such file; go to the folder of your ledger or name its file (--db), "
    "or create a new one with 'init'",
    "没有这个文件；请先进入放台账的文件夹，或用 --db 写明文件；还没有台账的，用 init 新建",
)


def sqlite_settings(url: URL) -> dict[str, str | None]:
    """
    What holds for each connection to the file of ``url``; ``None`` is left as the file has it.

    Raises:
        InvalidValueError: If the URL sets anything else.
    """
    settings = {**SQLITE_SETTINGS, **{key: str(value) for key, value in url.query.items()}}
    for key, value in settings.items():
        if key not in SQLITE_SETTINGS or (value is not None and not _SETTING.fullmatch(value)):
            known = ", ".join(SQLITE_SETTINGS)
            raise InvalidValueError(
                "database URL", f"{key}={value}", (f"it may set {known}", f"只可设置 {known}")
            )
    return settings


def _sqlite_engine(url: URL) -> Engine:
    settings = sqlite_settings(url)
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise DatabaseUnavailableError(
            shown_url(url),
            (
                f"SQLite {sqlite3.sqlite_version} is too old, 3.37 or later is needed",
                f"SQLite {sqlite3.sqlite_version} 版本过低，需要 3.37 或更新版本",
            ),
        )
    url = url.set(query={})
    if is_memory(url):
        # One connection for all, or each would see a database of its own; and for one after another, or a
        # thread would write into, and roll back, the transaction of another.
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=0,
            pool_timeout=10,
            connect_args={"isolation_level": None, "check_same_thread": False},
        )
    else:
        path = Path(url.database or "").absolute()
        if not path.is_file():
            raise DatabaseUnavailableError(shown_url(url), _NO_FILE)
        # The URI form alone never creates a file.
        engine = create_engine(
            url,
            poolclass=QueuePool,
            pool_size=1,
            max_overflow=-1,
            creator=lambda: sqlite3.connect(
                f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, check_same_thread=False
            ),
        )

        let_stay(engine, path)

    @event.listens_for(engine, "connect")
    def set_up(connection: sqlite3.Connection, _record: object) -> None:
        for key, value in settings.items():
            if value is not None:
                connection.execute(f"PRAGMA {key} = {value}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")
        # A guard asks for the state of foreign keys, which an untrusted schema may not.
        connection.execute("PRAGMA trusted_schema = ON")

    @event.listens_for(engine, "begin")
    def begin(conn: Connection) -> None:
        conn.exec_driver_sql(conn.get_execution_options().get("sqlite_begin", "BEGIN"))

    @event.listens_for(engine, "handle_error")
    def keep(context: ExceptionContext) -> None:
        # A call broken off by Ctrl-C leaves the connection in order. Closed in the middle of a statement, it
        # would keep its lock as long as the traceback is kept: in a notebook, until the next error.
        if not isinstance(context.original_exception, Exception):
            context.is_disconnect = False

    return engine


def rows(conn: Connection, statement: str, *values: Any) -> list[Any]:
    """
    The rows of a statement in the driver's own SQL, with ``?`` for each value.
    """
    return list(conn.exec_driver_sql(in_style_of(conn, statement), values or None))


def one_of(conn: Connection, column: str, values: Collection[str] | Collection[int]) -> tuple[str, Any]:
    """
    The condition that ``column`` is one of ``values``, in the driver's own SQL, and its one value.
    """
    if len(values) == 1:
        return f"{column} = ?", next(iter(values))
    if conn.dialect.name == "sqlite":
        listed = json.dumps(list(values), ensure_ascii=False)
        return f"{column} IN (SELECT value FROM json_each(?))", listed  # noqa: S608 (our own names)
    return f"{column} = ANY(?)", list(values)


def among(
    conn: Connection, column: Column[Any], values: Iterable[str] | Iterable[int]
) -> ColumnElement[bool]:
    """
    Whether ``column`` is one of ``values``, however many: they travel as one parameter.
    """
    wanted = list(values)
    if conn.dialect.name == "sqlite":
        each = func.json_each(json.dumps(wanted, ensure_ascii=False)).table_valued("value")
        return column.in_(select(each.c.value))
    kind = BigInteger() if isinstance(column.type, Integer) else Text()
    return column == any_(literal(wanted, ARRAY(kind)))
