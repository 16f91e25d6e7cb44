"""
The migrations make exactly what the package expects, and history can't be changed after them.
"""

from __future__ import annotations

import importlib.util

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from milestone_ledger.errors import AppendOnlyError, DatabaseUnavailableError
from milestone_ledger.store.connect import make_engine, rows
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.guards import POSTGRESQL, SQLITE, missing_guards
from milestone_ledger.store.indexes import metadata
from milestone_ledger.store.migrate import migrations_folder, upgrade
from milestone_ledger.store.tables import APPLICATION_ID, HEAD, VERSION_TABLE
from milestone_ledger.store.verify import verify
from store_samples import begin


def revisions():
    return list(ScriptDirectory(migrations_folder()).walk_revisions())


def module_of(path):
    spec = importlib.util.spec_from_file_location("revision", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_there_is_one_head_and_the_package_needs_it():
    assert ScriptDirectory(migrations_folder()).get_heads() == [HEAD]


@pytest.mark.parametrize(
    "path", sorted(migrations_folder().glob("versions/*.py")), ids=lambda path: path.stem
)
def test_revisions_stand_on_their_own(path):
    """
    No live model, and no batch mode: it copies the table and drops its triggers.
    """
    text = path.read_text(encoding="utf-8")
    imports = [line for line in text.splitlines() if line.startswith(("import ", "from "))]

    assert not any("milestone_ledger" in line for line in imports)
    assert "batch_alter_table" not in text


def test_the_frozen_guards_are_those_expected():
    first = module_of(migrations_folder() / "versions" / "0001_ledger.py")
    for expected, frozen in ((SQLITE, first.SQLITE_TRIGGERS), (POSTGRESQL, first.POSTGRESQL_TRIGGERS)):
        assert frozen == tuple((guard.name, guard.table, guard.events, guard.body) for guard in expected)
    assert first.APPLICATION_ID == APPLICATION_ID


def test_from_nothing_to_the_head(empty_url):
    if empty_url.startswith("sqlite"):
        with pytest.raises(DatabaseUnavailableError):
            upgrade(empty_url)
        open(empty_url.removeprefix("sqlite:///"), "wb").close()  # noqa: PTH123

    assert upgrade(empty_url) == (None, HEAD)
    assert upgrade(empty_url) == (HEAD, HEAD)
    engine = open_engine(empty_url)
    with reading(engine) as conn:
        assert missing_guards(conn) == ()
        if conn.dialect.name == "sqlite":
            assert rows(conn, "PRAGMA application_id")[0][0] == APPLICATION_ID
            assert all(
                row.strict and row.wr
                for row in rows(conn, "PRAGMA table_list")
                if row.name in metadata.tables
            )
    engine.dispose()


def test_the_head_is_what_the_tables_say(engine):
    with reading(engine) as conn:
        context = MigrationContext.configure(
            conn, opts={"version_table": VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_constraints_and_indexes_bear_the_names_of_the_tables(engine, tmp_path):
    """
    Names, columns and conditions of all constraints, which Alembic doesn't compare.
    """

    def written(index):
        conditions = {key: str(value) for key, value in index["dialect_options"].items()}
        return str(index | {"dialect_options": conditions})

    def described(conn):
        found = inspect(conn)
        return {
            table: (
                found.get_pk_constraint(table),
                sorted(found.get_unique_constraints(table), key=str),
                sorted(found.get_check_constraints(table), key=str),
                found.get_foreign_keys(table),
                sorted(map(written, found.get_indexes(table))),
                [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)],
            )
            for table in metadata.tables
        }

    with reading(engine) as conn:
        migrated = described(conn)
    with engine.connect() as conn, conn.begin() as transaction:
        if conn.dialect.name == "postgresql":
            conn.exec_driver_sql("CREATE SCHEMA fresh")
            conn.exec_driver_sql("SET LOCAL search_path = fresh")
            conn.dialect.default_schema_name = "fresh"
            metadata.create_all(conn, checkfirst=False)
            created = described(conn)
            conn.dialect.default_schema_name = "public"
            transaction.rollback()
        else:
            path = tmp_path / "fresh.db"
            path.touch()
            fresh = make_engine(f"sqlite:///{path}")
            with fresh.begin() as other:
                metadata.create_all(other)
                created = described(other)

    assert created == migrated


def test_history_cannot_be_changed_after_an_upgrade(engine, database_url):
    begin(engine)
    upgrade(database_url)
    for table in ("ledger_event", "ledger_commit"):
        for change in (f"UPDATE {table} SET ledger = 'x'", f"DELETE FROM {table}"):
            with pytest.raises(AppendOnlyError), writing(engine, "回天") as conn:
                conn.exec_driver_sql(change)
    assert verify(engine, "回天").findings == ()


@pytest.mark.parametrize(
    ("condition", "index"),
    [
        ("kind = 'programme_defined'", "ix_ledger_event_kind"),
        ("project IN (SELECT value FROM json_each('[]'))", "ix_ledger_event_project"),
        ("target_seq IN (SELECT value FROM json_each('[]'))", "ix_ledger_event_target_seq"),
        ("kind = 'source_registered' AND source = 's'", "ix_ledger_event_source"),
        ("seq > 5", "PRIMARY KEY"),
    ],
)
def test_sqlite_reads_by_its_indexes(sqlite_url, condition, index):
    """
    Without the statistics that the migration leaves, it would read the whole ledger.
    """
    with reading(open_engine(sqlite_url)) as conn:
        plan = rows(
            conn, f"EXPLAIN QUERY PLAN SELECT body FROM ledger_event WHERE ledger = 'x' AND {condition}"
        )

    assert index in plan[0][3]
