"""
Which revision a database is at, and bringing it to the one that this package needs.

Alembic runs from code: no ``alembic.ini``, and the revisions travel inside the wheel.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, MetaData, inspect

from milestone_ledger.errors import ForeignDatabaseError, SchemaVersionError
from milestone_ledger.store.connect import make_engine, rows, shown_url
from milestone_ledger.store.failures import typed_errors
from milestone_ledger.store.tables import APPLICATION_ID, HEAD, VERSION_TABLE, metadata

# Any number will do, as long as it is always the same.
_UPGRADE_LOCK = 0x4D4C4C47


def migrations_folder() -> Path:
    """
    Where the revisions lie: inside the installed package, else at the top of the repository.
    """
    installed = Path(__file__).parents[1] / "migrations"
    return installed if installed.is_dir() else Path(__file__).parents[3] / "migrations"


def current_revision(conn: Connection, url: URL) -> str | None:
    """
    The revision of a database of ours; ``None`` if it is empty and could become one.

    Raises:
        ForeignDatabaseError: If it holds something else.
    """
    shown = shown_url(url)
    names = set(inspect(conn).get_table_names())
    if conn.dialect.name == "sqlite":
        mark = conn.exec_driver_sql("PRAGMA application_id").scalar_one()
        if mark == 0 and not names:
            return None
        if mark != APPLICATION_ID:
            tables = ", ".join(sorted(names)) or "-"
            raise ForeignDatabaseError(
                shown,
                (
                    f"it belongs to another application (application_id {mark:#x}, tables: {tables})",
                    f"它属于其他应用（application_id {mark:#x}，表：{tables}）",
                ),
            )
    if VERSION_TABLE in names:
        found = rows(conn, f"SELECT max(version_num) FROM {VERSION_TABLE}")[0][0]  # noqa: S608 (a constant)
        if found is not None:
            return str(found)
    taken = ", ".join(sorted(names & {*metadata.tables, VERSION_TABLE}))
    if taken:
        raise ForeignDatabaseError(
            shown,
            (f"it has tables {taken}, but no revision", f"其中有表 {taken}，但没有版本记录"),
        )
    return None


def require_current(conn: Connection, url: URL) -> None:
    """
    Refuse every database but one at the revision that this package needs.

    Raises:
        ForeignDatabaseError: If it is not one of ours, or empty.
        SchemaVersionError: If it is at an older or newer revision.
    """
    found = current_revision(conn, url)
    if found is None:
        raise ForeignDatabaseError(shown_url(url), ("it is empty", "它是空的"))
    if found != HEAD:
        raise SchemaVersionError(shown_url(url), found, HEAD, newer=found > HEAD)


def migrate(conn: Connection, target_metadata: MetaData | None = None) -> None:
    """
    Bring the database behind ``conn`` to the newest revision, within the transaction of ``conn``.
    """
    from alembic.command import upgrade as alembic_upgrade  # noqa: PLC0415 (heavy, and rarely needed)
    from alembic.config import Config  # noqa: PLC0415 (as above)

    if conn.dialect.name == "postgresql":
        rows(conn, "SELECT pg_advisory_xact_lock(?)", _UPGRADE_LOCK)
    config = Config()
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes |= {
        "connection": conn,
        "version_table": VERSION_TABLE,
        "target_metadata": target_metadata,
    }
    alembic_upgrade(config, "head")


def upgrade(url: str) -> tuple[str | None, str]:
    """
    Bring the database at ``url`` to the newest revision, in one transaction.

    Returns:
        The revisions before (``None``: it was empty) and after.

    Raises:
        ForeignDatabaseError: If it holds something else.
        SchemaVersionError: If a newer package made it.
        DatabaseUnavailableError: If it cannot be reached or written.
    """
    with changing(url) as conn:
        before = current_revision(conn, conn.engine.url)
        if before is not None and before > HEAD:
            raise SchemaVersionError(shown_url(conn.engine.url), before, HEAD, newer=True)
        migrate(conn)
        return before, HEAD


@contextmanager
def changing(url: str) -> Iterator[Connection]:
    """
    One transaction that changes the tables themselves.
    """
    engine = make_engine(url)
    try:
        with (
            typed_errors(engine.url),
            engine.connect().execution_options(sqlite_begin="BEGIN IMMEDIATE") as conn,
            conn.begin(),
        ):
            yield conn
    finally:
        engine.dispose()
