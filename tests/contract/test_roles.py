"""
The writer may add and read, the reader may read, and neither can change history (faults 1 and 3).
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import psycopg
import pytest

from attacks import ATTACKS
from milestone_ledger import Ledger
from milestone_ledger.errors import (
    AppendOnlyError,
    DatabaseUnavailableError,
    ForeignDatabaseError,
    InvalidValueError,
    NotPermittedError,
)
from milestone_ledger.store.append import append
from milestone_ledger.store.connect import rows
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.guards import missing_guards
from milestone_ledger.store.roles import TABLES, Roles, apply_roles, role_statements
from milestone_ledger.store.verify import verify
from store_samples import begin, project, source
from walked import walked

LEDGER = "回天"
HUITIAN = Path(__file__).parents[2] / "examples" / "huitian"
LOG = ("ledger_event", "ledger_commit")
REFUSALS = (
    psycopg.errors.InsufficientPrivilege,
    psycopg.errors.RestrictViolation,  # by a guard
    psycopg.errors.UniqueViolation,  # by a key, before the guard looks
)


def contents(url):
    with psycopg.connect(url) as owner:
        return [owner.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall() for table in LOG]


def privileges(url, role):
    with psycopg.connect(url) as owner:
        found = owner.execute(
            """
            SELECT t, p FROM unnest(%s::text[]) t, unnest(%s::text[]) p
             WHERE has_table_privilege(%s, t, p)
            """,
            [
                list(TABLES),
                ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
                role,
            ],
        ).fetchall()
    return set(found)


# ── what the roles are ───────────────────────────────────────────────────────────────────────────────


def test_each_role_holds_what_it_needs_and_no_more(postgresql_url, roles):
    reads = {(table, "SELECT") for table in TABLES}
    adds = {(table, "INSERT") for table in (*LOG, "ledger_project", "ledger_name")}

    assert privileges(postgresql_url, roles.reader) == reads
    assert privileges(postgresql_url, roles.writer) == reads | adds | {
        ("ledger_project", "DELETE"),
        ("ledger_name", "DELETE"),
    }
    with psycopg.connect(postgresql_url) as owner:
        for role in (roles.writer, roles.reader):
            found = owner.execute(
                """
                SELECT has_schema_privilege(%(r)s, 'public', 'USAGE'),
                       has_schema_privilege(%(r)s, 'public', 'CREATE'),
                       rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls
                  FROM pg_roles WHERE rolname = %(r)s
                """,
                {"r": role},
            ).fetchone()
            assert found == (True, False, False)


def test_what_others_were_given_is_taken_back(postgresql_url, login):
    """
    A database that was run carelessly for a while; and a second run changes nothing.
    """
    apply_roles(postgresql_url, Roles())
    stranger = login("stranger")
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        owner.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC")
        owner.execute("GRANT CREATE ON SCHEMA public TO PUBLIC, milestone_ledger_writer")
        owner.execute("GRANT UPDATE (body), SELECT (leaf) ON ledger_event TO milestone_ledger_writer")
        owner.execute("GRANT TRUNCATE ON ledger_commit TO milestone_ledger_reader")
    statements = apply_roles(postgresql_url, Roles())

    assert role_statements(postgresql_url, Roles()) == statements
    assert not any(statement.startswith("CREATE ROLE") for statement in statements)
    test_each_role_holds_what_it_needs_and_no_more(postgresql_url, Roles())
    with pytest.raises(NotPermittedError):
        open_engine(stranger)
    with psycopg.connect(postgresql_url) as owner:
        assert not owner.execute(
            "SELECT has_any_column_privilege('milestone_ledger_writer', 'ledger_event', 'UPDATE')"
        ).fetchone()[0]


def test_names_of_roles_may_be_any(postgresql_url):
    """
    And what is printed is what is run.
    """
    roles = Roles(writer='台账 "100%" 写入', reader="Read'er;--")
    statements = role_statements(postgresql_url, roles)
    assert sum(statement.startswith("CREATE ROLE") for statement in statements) == 2
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        try:
            owner.execute(";\n".join(statements))
            assert apply_roles(postgresql_url, roles) == statements[2:]
        finally:
            for name in ('"台账 ""100%"" 写入"', '"Read\'er;--"'):
                owner.execute(f"DROP OWNED BY {name}")
                owner.execute(f"DROP ROLE {name}")


@pytest.mark.parametrize(
    "names", [{"writer": "a", "reader": "a"}, {"writer": ""}, {"reader": " x"}, {"writer": "写" * 22}]
)
def test_names_that_cannot_be_are_refused(names):
    with pytest.raises(InvalidValueError):
        Roles(**names)


def test_a_role_that_is_more_than_a_group_is_not_taken(postgresql_url, login):
    account = login("person").partition("//")[2].partition("@")[0].partition(":")[0]
    for name in (account, "postgres"):
        with pytest.raises(InvalidValueError, match="can log in"):
            apply_roles(postgresql_url, Roles(writer=name))


def test_rights_that_come_by_another_way_are_reported(postgresql_url, roles, login):
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        owner.execute("CREATE ROLE mighty")
        try:
            owner.execute("GRANT UPDATE ON ledger_event TO mighty; GRANT mighty TO milestone_ledger_writer")
            with pytest.raises(DatabaseUnavailableError, match="still has UPDATE on ledger_event"):
                apply_roles(postgresql_url, roles)
        finally:
            owner.execute("DROP OWNED BY mighty; DROP ROLE mighty")


def test_only_the_owner_can_set_them_up(postgresql_url, writer_url, reader_url):
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        owner.execute("GRANT TRUNCATE ON ledger_commit TO milestone_ledger_reader")
    for url in (writer_url, reader_url):
        with pytest.raises(DatabaseUnavailableError, match="still has TRUNCATE on ledger_commit"):
            apply_roles(url, Roles())
        with pytest.raises(NotPermittedError):
            apply_roles(url, Roles(writer="another_writer"))


def test_a_file_has_no_roles(sqlite_url):
    for attempt in (role_statements, apply_roles):
        with pytest.raises(InvalidValueError, match="chmod"):
            attempt(sqlite_url, Roles())


def test_a_database_without_a_ledger_gets_no_roles(postgresql_server):
    with pytest.raises(ForeignDatabaseError):
        apply_roles(postgresql_server.format(database="postgres"), Roles())


# ── working as writer and as reader ──────────────────────────────────────────────────────────────────


def test_the_whole_work_is_done_as_writer_and_looked_at_as_reader(command, writer_url, reader_url):
    assert command("init", HUITIAN / "programme.toml", "--db", writer_url)[0] == 0
    code, _, said = command("import", HUITIAN, "--yes", "--db", reader_url)
    assert (code, len(said.strip().splitlines()[-1:])) == (3, 1)
    assert "roles" in said
    assert command("import", HUITIAN, "--yes", "--db", writer_url)[0] == 0
    assert command("upgrade", "--db", writer_url)[0] == 0

    answers = []
    for url in (writer_url, reader_url):
        for asked in (("status",), ("promises",), ("findings",), ("project", "安立路")):
            code, out, _ = command(*asked, "--as-of", "2022-12-31", "--json", "--db", url)
            assert code == 0
            answers.append(out)
        code, out, _ = command("verify", "--json", "--db", url)
        assert (code, json.loads(out)["size"]) == (0, 1020)
        answers.append(out)
    half = len(answers) // 2
    assert answers[:half] == answers[half:]


def test_the_facade_works_as_writer(writer_url, reader_url):
    with walked(writer_url) as ledger:
        expected = ledger.at(as_of=date(2019, 3, 1)).promises().to_dicts()
    with Ledger.open(reader_url, actor="looker") as ledger:
        assert ledger.at(as_of=date(2019, 3, 1)).promises().to_dicts() == expected
        assert ledger.verify().findings == ()
        with pytest.raises(NotPermittedError, match="writer role") as caught:
            ledger.append([source("另一份")])
        assert "写入角色" in caught.value.explain("zh")


def test_nobody_may_even_lock_a_row(reader_url, writer_url, writer_engine):
    begin(writer_engine)
    for url in (reader_url, writer_url):
        with psycopg.connect(url) as raw, pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("SELECT * FROM ledger_commit FOR UPDATE")


# ── attacks ──────────────────────────────────────────────────────────────────────────────────────────


def test_no_attack_of_a_writer_or_reader_succeeds(postgresql_url, writer_url, reader_url):
    """
    Each in a session of its own, so that the search path and temporary tables are those of a newcomer.
    """
    owner = open_engine(postgresql_url)
    begin(owner)
    before = contents(postgresql_url)
    for url in (writer_url, reader_url):
        for attack in ATTACKS:
            with psycopg.connect(url, autocommit=True) as raw, pytest.raises(psycopg.Error) as caught:
                raw.execute(f"{attack} -- succeeded")
            assert isinstance(caught.value, REFUSALS), (attack, caught.value)
    assert contents(postgresql_url) == before
    with reading(owner) as conn:
        assert missing_guards(conn) == ()
    assert verify(owner, LEDGER).findings == ()
    owner.dispose()


def test_a_writer_gives_away_nothing(postgresql_url, writer_url, reader_url):
    """
    PostgreSQL only warns of a grant that grants nothing.
    """
    before = privileges(postgresql_url, "milestone_ledger_reader")
    with psycopg.connect(writer_url, autocommit=True) as raw:
        for statement in (
            "GRANT ALL ON ledger_event TO milestone_ledger_reader",
            "GRANT INSERT ON ledger_commit TO PUBLIC",
            "REVOKE SELECT ON ledger_event FROM milestone_ledger_reader",
        ):
            try:
                raw.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                continue
    assert privileges(postgresql_url, "milestone_ledger_reader") == before
    assert ("ledger_event", "UPDATE") not in privileges(postgresql_url, "milestone_ledger_writer")


def test_the_library_refuses_them_as_the_writer_too(writer_engine):
    begin(writer_engine)
    for table in LOG:
        for change in ("UPDATE {} SET ledger = 'x'", "DELETE FROM {}", "TRUNCATE {}"):
            with pytest.raises(NotPermittedError, match=table), writing(writer_engine, LEDGER) as conn:
                conn.exec_driver_sql(change.format(table))
    with pytest.raises(AppendOnlyError), writing(writer_engine, LEDGER) as conn:
        conn.exec_driver_sql("INSERT INTO ledger_event SELECT * FROM ledger_event ON CONFLICT DO NOTHING")


def test_temporary_tables_of_our_names_deceive_nobody(postgresql_url, writer_engine):
    """
    A session that was left with tables of the same names: they are neither read nor written.
    """
    clock = begin(writer_engine)
    with writer_engine.connect() as conn:
        for table in TABLES:
            conn.exec_driver_sql(f"CREATE TEMP TABLE {table} (LIKE public.{table})")
        conn.exec_driver_sql("CREATE TEMP VIEW pg_trigger AS SELECT 1")
        conn.commit()
    with reading(writer_engine) as conn:  # the same session
        assert rows(conn, "SELECT count(*) FROM pg_catalog.pg_class WHERE relpersistence = 't'")[0][0] >= 5
    assert append(writer_engine, LEDGER, [project("安立路")], actor="w", clock=clock).no == 2
    assert verify(writer_engine, LEDGER).size == 5
    assert verify(writer_engine, LEDGER).findings == ()
    with writer_engine.connect() as conn:
        assert rows(conn, "SELECT count(*) FROM pg_temp.ledger_event")[0][0] == 0
    assert len(contents(postgresql_url)[0]) == 5


def test_a_guard_looks_at_the_log_and_not_at_a_temporary_table(writer_url, writer_engine):
    """
    Even where a client that is not ours puts one first.
    """
    begin(writer_engine)
    with psycopg.connect(writer_url) as raw:
        raw.execute("SET search_path = pg_temp, public")
        for table in LOG:
            raw.execute(f"CREATE TEMP TABLE {table} (LIKE public.{table})")
        # By the temporary tables, these would be the next.
        columns = "commit_no, kind, whole, contested, body, leaf"
        raw.execute(
            f"INSERT INTO ledger_event (ledger, seq, {columns}) "
            f"SELECT ledger, seq + 97, {columns} FROM public.ledger_event WHERE seq IN (2, 3)"
        )
        with pytest.raises(psycopg.errors.RestrictViolation, match="next seq"), raw.transaction():
            raw.execute(
                f"INSERT INTO public.ledger_event (ledger, seq, {columns}) "
                f"SELECT ledger, seq, {columns} FROM ledger_event WHERE seq = 100"
            )
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"), raw.transaction():
            raw.execute("INSERT INTO public.ledger_commit SELECT * FROM public.ledger_commit")


# ── the command ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def own_roles(postgresql_url):
    """
    Names of our own, so that the command makes the roles itself.
    """
    yield "--writer", "w1", "--reader", "r1", "--db", postgresql_url
    with psycopg.connect(postgresql_url) as owner:
        owner.execute("DROP OWNED BY w1, r1; DROP ROLE w1, r1")


def test_the_command_prints_what_the_owner_can_run(command, postgresql_url, own_roles):
    code, printed, said = command("roles", *own_roles)
    assert (code, said) == (0, "")
    with psycopg.connect(postgresql_url) as owner:
        owner.execute(printed)
    code, out, _ = command("roles", "--apply", "--json", *own_roles)
    found = json.loads(out)
    assert (code, found["applied"], found["writer"], found["reader"]) == (0, True, "w1", "r1")
    assert [f"{statement};" for statement in found["statements"]] == printed.splitlines()[3:-1]
    assert ("ledger_event", "INSERT") in privileges(postgresql_url, "w1")


@pytest.mark.parametrize(("language", "word"), [("zh", "角色"), ("en", "roles")])
def test_the_command_sets_them_up_and_says_what_comes_next(
    command, postgresql_url, own_roles, language, word
):
    code, out, said = command("roles", "--apply", *own_roles, "--lang", language)
    assert (code, said) == (0, "")
    assert word in out
    assert "GRANT w1 TO" in out
    assert ("ledger_event", "INSERT") in privileges(postgresql_url, "w1")


def test_the_command_says_what_to_do_with_a_file(command, sqlite_url):
    for language, word in (("zh", "文件没有角色"), ("en", "a file has no roles")):
        code, out, said = command("roles", "--db", sqlite_url, "--lang", language)
        assert (code, out) == (1, "")
        assert word in said
        assert "chmod 640" in said
