"""
Whether a database is fit to hold a ledger: its guards, settings, file or server, and who may do what.

Nothing here reads the log, unless it is asked to: ``verify`` does. So it is fast on any ledger.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import URL, Connection, inspect

from milestone_ledger.errors import (
    ForeignDatabaseError,
    GuardsMissingError,
    SchemaVersionError,
    TamperedLedgerError,
    UnsafeSettingsError,
)
from milestone_ledger.store import doctor_postgresql, doctor_sqlite
from milestone_ledger.store.connect import make_engine, shown_url
from milestone_ledger.store.diagnosis import Examination, Finding, Severity
from milestone_ledger.store.engine import foreign_file, reading, refused_settings
from milestone_ledger.store.guards import missing_guards
from milestone_ledger.store.identity import index_differences, registered
from milestone_ledger.store.migrate import require_current
from milestone_ledger.store.read import ledgers
from milestone_ledger.store.tables import APPLICATION_ID, VERSION_TABLE, metadata

# How many projects are named whose index is wrong.
_NAMED = 20


def examine(url: str, *, deep: bool = False) -> Examination:
    """
    Look at the database at ``url`` and tell everything that is wrong with it, at once.

    An error is what a writer refuses, in its own words; a warning is what a person should look at.
    Opening an SQLite file puts right what a crash left half done, as every opening does.

    Args:
        url: As for ``open_engine``.
        deep: Compare the index of projects too: reads every registration of every ledger.

    Raises:
        InvalidValueError: If the URL is not one of ours.
        ForeignDatabaseError: If the database is another application's, empty, or none.
        DatabaseUnavailableError: If it cannot be reached.
    """
    engine = make_engine(url)
    is_sqlite = engine.dialect.name == "sqlite"
    try:
        with doctor_sqlite.leftovers(engine.url) as left, foreign_file(engine.url), reading(engine) as conn:
            found = [*_common(conn, engine.url, deep=deep)]
            doctor = doctor_sqlite if is_sqlite else doctor_postgresql
            found += doctor.findings(conn, engine.url)
            server = doctor.server(conn)
    finally:
        engine.dispose()
    found += left
    return Examination(
        url=shown_url(engine.url),
        server=server,
        findings=tuple(sorted(found, key=lambda finding: finding.severity is Severity.WARNING)),
    )


def _common(conn: Connection, url: URL, *, deep: bool) -> Iterator[Finding]:
    for error in refused_settings(conn, url):
        code = error.setting if isinstance(error, UnsafeSettingsError) else "server_encoding"
        yield Finding.refusal(code, error)
    try:
        require_current(conn, url)
    except SchemaVersionError as error:
        yield Finding.refusal("revision", error)
        return  # which guards and tables another revision has is not known
    except ForeignDatabaseError as error:
        if not {*metadata.tables, VERSION_TABLE} <= set(inspect(conn).get_table_names()):
            raise
        yield Finding.refusal("application_id", error)
        yield Finding.warning("application_id", expected=APPLICATION_ID)
    if missing := missing_guards(conn):
        yield Finding.refusal("guards", GuardsMissingError(missing))
    if deep:
        yield from _index(conn)


def _index(conn: Connection) -> Iterator[Finding]:
    for ledger in ledgers(conn):
        try:
            if projects := index_differences(conn, ledger, registered(conn, ledger)):
                yield Finding.warning("index", ledger=ledger, names=", ".join(projects[:_NAMED]))
        except TamperedLedgerError as error:
            yield Finding.refusal("tampered", error)
