"""
History can't be changed through any door of the database (faults 1–4).
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, suppress

import pytest
from sqlalchemy.exc import DBAPIError

from log_rows import LEDGER, TABLES, commit, contents, event, insert
from milestone_ledger.errors import AppendOnlyError, DatabaseUnavailableError, GuardsMissingError
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.guards import POSTGRESQL, SQLITE, missing_guards
from milestone_ledger.store.repair import repair
from milestone_ledger.store.verify import verify
from store_samples import begin, pending, project

# What each database knows besides the plain UPDATE, DELETE and INSERT of the contract.
CHANGES = {
    "sqlite": (
        "UPDATE OR REPLACE {table} SET ledger = 'x'",
        "UPDATE OR IGNORE {table} SET {key} = 0",
        "UPDATE OR ROLLBACK {table} SET ledger = 'x'",
        "UPDATE {table} SET {key} = {key}",
        "UPDATE {table} AS t SET ledger = n.project FROM ledger_name n WHERE n.ledger = t.ledger",
        "DELETE FROM {table} RETURNING *",
        "WITH all_of_it AS (SELECT {key} FROM {table}) DELETE FROM {table} WHERE {key} IN all_of_it",
        "REPLACE INTO {table} SELECT * FROM {table}",
        "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
        "INSERT OR FAIL INTO {table} SELECT * FROM {table}",
        "INSERT OR ROLLBACK INTO {table} SELECT * FROM {table}",
    ),
    # Refused as a whole, even where no row would be touched.
    "postgresql": (
        "UPDATE {table} SET ledger = ledger WHERE ledger = 'nobody'",
        "DELETE FROM {table} WHERE ledger = 'nobody'",
        "TRUNCATE {table} CASCADE",
        "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
        "MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET ledger = 'x'",
    ),
}


def write(engine, *inserts):
    with writing(engine, LEDGER) as conn:
        for arguments in inserts:
            insert(conn, *arguments)


def refused(engine, *inserts):
    """
    The refusal of one transaction that makes ``inserts``; and nothing was changed.
    """
    before = contents(engine)
    with pytest.raises(AppendOnlyError) as caught:
        write(engine, *inserts)

    assert contents(engine) == before
    return caught.value


def test_the_samples_would_be_taken(any_writer):
    begin(any_writer)
    write(any_writer, ("ledger_event", event()), ("ledger_commit", commit()))
    assert len(contents(any_writer)[0]) == 5


@pytest.mark.parametrize(("table", "key"), [("ledger_event", "seq"), ("ledger_commit", "no")])
@pytest.mark.parametrize(
    ("backend", "change"), [(backend, change) for backend, changes in CHANGES.items() for change in changes]
)
def test_no_statement_changes_history(request, backend, change, table, key):
    engine = open_engine(request.getfixturevalue(f"{backend}_url"))
    begin(engine)
    before = contents(engine)
    with pytest.raises(AppendOnlyError, match="history cannot be changed"), writing(engine, LEDGER) as conn:
        conn.exec_driver_sql(change.format(table=table, key=key))

    assert contents(engine) == before
    engine.dispose()


@pytest.mark.parametrize("clause", ["DO NOTHING", "({key}) DO UPDATE SET ledger = 'x'"])
@pytest.mark.parametrize(("table", "key"), [("ledger_event", "seq"), ("ledger_commit", "no")])
def test_no_upsert_changes_history(engine, table, key, clause):
    begin(engine)
    row = event(seq=3, commit_no=1) if table == "ledger_event" else commit(no=1, first_seq=3, size_after=4)
    refused(engine, (table, row, "INSERT", "ON CONFLICT " + clause.format(key=f"ledger, {key}")))


REPLACEMENTS = [
    ("ledger_event", event(seq=0)),
    ("ledger_event", event(seq=3, commit_no=1)),
    ("ledger_event", event(seq=3)),
    ("ledger_commit", commit(no=0, first_seq=0)),
    ("ledger_commit", commit(no=1, first_seq=3, size_after=4)),
]


def from_any_client(url, recursive, *inserts):
    """
    Insert as a client would that keeps foreign keys, and commit whatever the guards let stand.
    """
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
        raw.execute("PRAGMA foreign_keys = ON")
        raw.execute(f"PRAGMA recursive_triggers = {recursive}")
        raw.execute("BEGIN")
        try:
            for verb, table, row in inserts:
                marks = ", ".join("?" * len(row))
                raw.execute(f"{verb} INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
        finally:
            with suppress(sqlite3.IntegrityError):  # entries that no commit closes over
                raw.execute("COMMIT")


@pytest.mark.parametrize(("table", "row"), REPLACEMENTS)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replacing_is_refused_on_every_key(sqlite_url, table, row, recursive):
    engine = open_engine(sqlite_url)
    begin(engine)
    before = contents(engine)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        from_any_client(sqlite_url, recursive, ("INSERT OR REPLACE", table, row))

    assert contents(engine) == before


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_replacing_by_idempotency_key_is_refused(sqlite_url, recursive):
    engine = open_engine(sqlite_url)
    clock = begin(engine)
    append(engine, LEDGER, [project("安立路")], actor="a", clock=clock, idempotency_key="k")
    before = contents(engine)
    row = commit(no=3, first_seq=5, size_after=6, idempotency_key="k")
    entry = ("INSERT", "ledger_event", event(seq=5, commit_no=3))
    with pytest.raises(sqlite3.IntegrityError, match="idempotency key is taken"):
        from_any_client(sqlite_url, recursive, entry, ("INSERT OR REPLACE", "ledger_commit", row))

    assert contents(engine) == before


def test_a_row_has_no_hidden_key_to_be_replaced_by(sqlite_url):
    engine = open_engine(sqlite_url)
    with reading(engine) as conn:
        for table in TABLES:
            with pytest.raises(DBAPIError):
                conn.exec_driver_sql(f"SELECT rowid FROM {table}")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seq": 5}, "next seq"),
        ({"seq": 3}, "next seq|duplicate key"),
        ({"seq": -1}, "next seq|check constraint"),
        ({"commit_no": 1}, "next commit"),
        ({"commit_no": 0}, "next commit"),
        ({"commit_no": 3}, "next commit"),
        ({"ledger": "other"}, "next seq"),
    ],
)
def test_an_entry_is_the_next_or_nothing(any_writer, changes, said):
    begin(any_writer)
    assert re.search(said, refused(any_writer, ("ledger_event", event(**changes))).detail)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"no": 3}, "next number"),
        ({"no": 1}, "next number"),
        ({"first_seq": 3}, "begin where"),
        ({"first_seq": 5, "size_after": 6}, "begin where"),
        ({"size_after": 6}, "end with"),
        ({"recorded_at": "2026-01-31T08:00:02.000000Z"}, "recorded after"),
        ({"recorded_at": "2025-01-31T08:00:02.000000Z"}, "recorded after"),
    ],
)
def test_a_commit_is_the_next_or_nothing(any_writer, changes, said):
    begin(any_writer)
    error = refused(any_writer, ("ledger_event", event()), ("ledger_commit", commit(**changes)))

    assert said in error.detail


def test_a_commit_without_entries_is_refused(any_writer):
    begin(any_writer)
    refused(any_writer, ("ledger_commit", commit(size_after=4)))
    refused(any_writer, ("ledger_commit", commit()))


def test_entries_without_a_commit_are_refused(any_writer):
    begin(any_writer)
    refused(any_writer, ("ledger_event", event()))


def test_entries_without_a_commit_are_refused_from_any_client(sqlite_url):
    engine = open_engine(sqlite_url)
    begin(engine)
    raw = sqlite3.connect(sqlite_url.removeprefix("sqlite:///"))
    row = event()
    with pytest.raises(sqlite3.IntegrityError, match="foreign keys must be on"):
        raw.execute(
            f"INSERT INTO ledger_event ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )
    raw.close()


def test_a_leaf_that_is_not_the_hash_of_its_body_is_refused(postgresql_url):
    engine = open_engine(postgresql_url)
    begin(engine)
    refused(engine, ("ledger_event", event(leaf=b"0" * 32)), ("ledger_commit", commit()))
    engine.dispose()


def test_guards_hold_for_replication_roles_and_shadowing_tables(postgresql_url):
    engine = open_engine(postgresql_url)
    begin(engine)
    with pytest.raises(AppendOnlyError), writing(engine, LEDGER) as conn:
        conn.exec_driver_sql("SET session_replication_role = replica; DELETE FROM ledger_event")
    for at_once in ("ledger_event", "inserted"):
        with engine.connect() as conn:
            # By it, the entry would be the next.
            conn.exec_driver_sql(f"CREATE TEMP TABLE {at_once} (LIKE public.ledger_event)")
            for seq in (99, 100):
                insert(conn, f"pg_temp.{at_once}", event(seq=seq))
            with pytest.raises(DBAPIError, match="next seq"):
                insert(conn, "public.ledger_event", event(seq=100))
    engine.dispose()


SWALLOWED = tuple(f"BEFORE {verb} ON {table}" for table in TABLES for verb in ("INSERT", "DELETE"))
SWALLOW = "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';\n"
CALL = "EXECUTE FUNCTION swallow()"
DISARMED = {
    "sqlite": (
        *(f"DROP TRIGGER {guard.name}" for guard in SQLITE),
        "DROP TRIGGER ledger_event_delete; "
        "CREATE TRIGGER ledger_event_delete BEFORE DELETE ON ledger_event WHEN false BEGIN SELECT 1; END",
        *(f"CREATE TRIGGER swallow {text} BEGIN SELECT RAISE(IGNORE); END" for text in SWALLOWED),
        "DROP TRIGGER ledger_event_delete; "
        'CREATE TRIGGER "LEDGER_event_delete" BEFORE INSERT ON ledger_commit BEGIN SELECT RAISE(IGNORE); END',
        """CREATE TRIGGER "a ""b" AFTER INSERT ON "LEDGER_Event" BEGIN SELECT 1; END""",
    ),
    "postgresql": (
        *(f"DROP TRIGGER {guard.name} ON {guard.table}" for guard in POSTGRESQL),
        "ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_change",
        "ALTER TABLE ledger_event ENABLE TRIGGER ledger_event_change",
        "ALTER TABLE ledger_event DISABLE TRIGGER ALL",
        "ALTER TABLE ledger_event DROP CONSTRAINT fk_ledger_event_ledger_commit",
        "ALTER TABLE ledger_event ALTER CONSTRAINT fk_ledger_event_ledger_commit NOT DEFERRABLE",
        "ALTER TABLE ledger_event DROP CONSTRAINT ck_ledger_event_leaf_of_body",
        "ALTER TABLE ledger_event DROP CONSTRAINT ck_ledger_event_leaf_of_body, "
        "ADD CONSTRAINT ck_ledger_event_leaf_of_body CHECK (length(leaf) = 32)",
        "CREATE OR REPLACE FUNCTION ledger_event_change() RETURNS trigger LANGUAGE plpgsql "
        "AS 'BEGIN RETURN NULL; END'",
        "ALTER TABLE ledger_event DROP CONSTRAINT pk_ledger_event",
        "ALTER FUNCTION ledger_event_insert() RESET search_path",
        "ALTER FUNCTION ledger_event_insert() STABLE",
        "ALTER FUNCTION ledger_commit_insert() SECURITY DEFINER",
        "DROP TRIGGER ledger_event_insert ON ledger_event;\n"
        "CREATE CONSTRAINT TRIGGER ledger_event_insert AFTER INSERT ON ledger_event "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_event_insert()",
        "CREATE OR REPLACE TRIGGER ledger_commit_insert BEFORE INSERT ON ledger_commit "
        "FOR EACH ROW WHEN (false) EXECUTE FUNCTION ledger_commit_insert()",
        # Without the table of what was inserted, and with another in its place; and as it was once.
        "CREATE TABLE inserted (LIKE ledger_event);\n"
        "CREATE OR REPLACE TRIGGER ledger_event_insert AFTER INSERT ON ledger_event "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_insert()",
        "CREATE OR REPLACE TRIGGER ledger_event_insert AFTER INSERT ON ledger_event "
        "REFERENCING NEW TABLE AS others FOR EACH STATEMENT EXECUTE FUNCTION ledger_event_insert()",
        "CREATE OR REPLACE TRIGGER ledger_event_insert BEFORE INSERT ON ledger_event "
        "FOR EACH ROW EXECUTE FUNCTION ledger_event_insert()",
        "CREATE OR REPLACE TRIGGER ledger_commit_change BEFORE UPDATE ON ledger_commit "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_commit_change()",
        *(f"{SWALLOW}CREATE TRIGGER swallow {text} FOR EACH ROW {CALL}" for text in SWALLOWED),
        f'{SWALLOW}CREATE TRIGGER "a ""b" AFTER INSERT ON ledger_event {CALL}',
        f"{SWALLOW}CREATE TRIGGER ledger_commit_insert BEFORE INSERT ON ledger_event FOR EACH ROW {CALL}",
        f"{SWALLOW}CREATE CONSTRAINT TRIGGER swallow AFTER INSERT ON ledger_event FOR EACH ROW {CALL}",
        "CREATE RULE swallow AS ON INSERT TO ledger_event DO INSTEAD NOTHING",
        "ALTER TABLE ledger_commit ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY hide ON ledger_event USING (seq < 2)",
        "CREATE POLICY hide ON ledger_event USING (seq < 2); "
        "ALTER TABLE ledger_event ENABLE ROW LEVEL SECURITY",
    ),
}


@pytest.mark.parametrize(
    ("backend", "disarming"), [(backend, text) for backend, texts in DISARMED.items() for text in texts]
)
def test_lost_guards_are_found_and_nothing_is_written_without_them(request, backend, disarming):
    engine = open_engine(request.getfixturevalue(f"{backend}_url"))
    clock = begin(engine)
    with engine.begin() as conn:
        for statement in disarming.split("; CREATE")[:1] if backend == "sqlite" else [disarming]:
            conn.exec_driver_sql(statement)
        if "; CREATE" in disarming:
            conn.exec_driver_sql("CREATE" + disarming.split("; CREATE")[1])

    with reading(engine) as conn:
        missing = missing_guards(conn)
    assert missing
    with pytest.raises(GuardsMissingError) as caught:
        append(engine, LEDGER, [pending()], actor="a", clock=clock)
    assert caught.value.missing == missing
    assert [finding.code for finding in verify(engine, LEDGER).findings] == ["guards"]

    assert repair(request.getfixturevalue(f"{backend}_url")) == missing
    assert verify(engine, LEDGER).findings == ()
    assert append(engine, LEDGER, [project("安立路")], actor="a", clock=clock).no == 2
    engine.dispose()


@pytest.mark.parametrize("count", [1, 120])
def test_what_is_swallowed_is_not_acknowledged(engine, monkeypatch, count):
    """
    Even by a way that the guards don't know.
    """
    clock = begin(engine)
    before = contents(engine)
    monkeypatch.setattr("milestone_ledger.store.append.missing_from", lambda *_: ())
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.begin() as conn:
        if not is_sqlite:
            conn.exec_driver_sql(SWALLOW)
        for table in TABLES if is_sqlite else ["ledger_commit"]:
            how = "BEGIN SELECT RAISE(IGNORE); END" if is_sqlite else f"FOR EACH ROW {CALL}"
            conn.exec_driver_sql(f"CREATE TRIGGER swallow_{table} BEFORE INSERT ON {table} {how}")
    events = [project(f"安立路{number}") for number in range(count)]
    with pytest.raises(DatabaseUnavailableError, match="did not keep"):
        append(engine, LEDGER, events, actor="a", clock=clock)

    assert contents(engine) == before
