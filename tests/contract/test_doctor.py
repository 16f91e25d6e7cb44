"""
What is wrong with a database is told at once: an error is what a writer refuses, a warning is not.
"""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, event, make_url

from milestone_ledger.cli import main
from milestone_ledger.errors import (
    DatabaseUnavailableError,
    ForeignDatabaseError,
    GuardsMissingError,
    InvalidValueError,
    SchemaVersionError,
    TamperedLedgerError,
    UnsafeSettingsError,
)
from milestone_ledger.reports.diagnosis import diagnosis_text
from milestone_ledger.store import doctor_sqlite
from milestone_ledger.store.append import append
from milestone_ledger.store.connect import make_engine
from milestone_ledger.store.diagnosis import Severity
from milestone_ledger.store.doctor import examine
from milestone_ledger.store.engine import open_engine
from milestone_ledger.store.repair import repair
from milestone_ledger.store.tables import APPLICATION_ID
from milestone_ledger.store.verify import verify
from store_samples import begin, project

LEDGER = "回天"


def codes(url, severity=None, **options):
    found = examine(url, **options)
    for finding in found.findings:
        assert finding.text("en") != finding.text("zh")
        assert not any(mark in finding.text(language) for language in ("en", "zh") for mark in "{}")
    assert found.is_writable is (Severity.ERROR not in {finding.severity for finding in found.findings})
    return {finding.code for finding in found.findings if severity in {None, finding.severity}}


def path_of(url):
    return Path(make_url(url).database)


def change(url, *statements):
    """
    What whoever owns the database can do.
    """
    engine = make_engine(url)
    with engine.begin() as conn:
        for statement in statements:
            conn.exec_driver_sql(statement)
    engine.dispose()


@pytest.fixture
def begun(database_url):
    """
    The URL of a database with a ledger, on each backend.
    """
    engine = open_engine(database_url)
    begin(engine)
    engine.dispose()
    return database_url


@pytest.fixture
def begun_file(sqlite_url):
    """
    The URL of a file with a ledger.
    """
    begin(open_engine(sqlite_url))
    return sqlite_url


def appended(url):
    """
    Whether a writer writes there; raises what it raises.
    """
    engine = open_engine(url)
    try:
        return append(engine, LEDGER, [project("京新")], actor="a").size_after
    finally:
        engine.dispose()


# ── nothing wrong ────────────────────────────────────────────────────────────────────────────────────


def test_nothing_is_wrong_with_a_fresh_file(begun_file):
    found = examine(begun_file, deep=True)

    assert (found.findings, found.is_writable) == ((), True)
    assert found.server == f"SQLite {sqlite3.sqlite_version}, journal_mode=DELETE, synchronous=EXTRA"


def test_nothing_is_wrong_with_a_server_as_writer_or_reader(writer_url, reader_url, writer_engine):
    begin(writer_engine)
    with psycopg.connect(writer_url) as raw:
        off = raw.execute("SHOW data_checksums").fetchone()[0] == "off"
    for url in (writer_url, reader_url):
        assert codes(url, deep=True) == ({"data_checksums"} if off else set())
    assert examine(writer_url).server.startswith("PostgreSQL ")


def test_the_log_is_not_read_unless_asked(begun):
    """
    So it takes no longer on a large ledger.
    """
    seen = []

    def see(_conn, _cursor, statement, *_):
        seen.append(" ".join(statement.split()))

    event.listen(Engine, "before_cursor_execute", see)
    try:
        examine(begun)
        touching = [statement for statement in seen if "FROM ledger_" in statement]
        assert touching == ["SELECT max(version_num) FROM ledger_version"]
        examine(begun, deep=True)
        assert any("FROM ledger_event" in statement for statement in seen)
    finally:
        event.remove(Engine, "before_cursor_execute", see)


# ── errors: what a writer refuses ────────────────────────────────────────────────────────────────────


def test_a_missing_guard(begun):
    on = "" if begun.startswith("sqlite") else " ON ledger_event"
    change(begun, f"DROP TRIGGER ledger_event_insert{on}")
    assert codes(begun, Severity.ERROR) == {"guards"}
    assert "upgrade --repair" in examine(begun).findings[0].text("en")
    with pytest.raises(GuardsMissingError):
        appended(begun)
    repair(begun)
    assert codes(begun, Severity.ERROR) == set()
    assert appended(begun) == 5


@pytest.mark.parametrize("revision", ["0000", "9999"])
def test_another_revision_names_the_command(begun, revision):
    change(begun, f"UPDATE ledger_version SET version_num = '{revision}'")
    assert codes(begun, Severity.ERROR) == {"revision"}
    text = examine(begun).findings[0].text("en")
    assert ("upgrade the package" if revision == "9999" else " upgrade'") in text
    with pytest.raises(SchemaVersionError):
        appended(begun)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("synchronous=OFF", {"synchronous"}),
        ("synchronous=NORMAL", {"synchronous"}),
        ("journal_mode=OFF", {"journal_mode"}),
        ("journal_mode=MEMORY&synchronous=OFF", {"journal_mode", "synchronous"}),
    ],
)
def test_settings_of_a_file_that_lose_commits(begun_file, query, expected):
    assert codes(f"{begun_file}?{query}", Severity.ERROR) == expected
    with pytest.raises(UnsafeSettingsError):
        appended(f"{begun_file}?{query}")


def test_the_mark_of_the_file(begun_file):
    change(begun_file, "PRAGMA application_id = 1")
    assert codes(begun_file, Severity.ERROR) == {"application_id"}
    with pytest.raises(ForeignDatabaseError):
        appended(begun_file)
    remedy = examine(begun_file).findings[-1].text("en").partition("PRAGMA ")[2].partition(",")[0]
    change(begun_file, f"PRAGMA {remedy}")
    assert codes(begun_file) == set()
    assert str(APPLICATION_ID) in remedy


def test_everything_is_told_at_once(begun_file):
    path = path_of(begun_file)
    change(
        begun_file,
        "DROP TRIGGER ledger_commit_update",
        "PRAGMA application_id = 1",
        "DELETE FROM ledger_name",
    )
    path.chmod(0o666)
    url = f"{begun_file}?synchronous=OFF"

    assert codes(url, Severity.ERROR, deep=True) == {"guards", "synchronous", "application_id"}
    assert codes(url, Severity.WARNING, deep=True) == {"application_id", "index", "world_writable"}
    severities = [finding.severity for finding in examine(url, deep=True).findings]
    assert severities == sorted(severities)


def test_settings_of_a_server_that_lose_commits(postgresql_url):
    url = f"{postgresql_url}&options=-csynchronous_commit%3Doff"
    begin_at(postgresql_url)
    assert codes(url, Severity.ERROR) == {"synchronous_commit"}
    with pytest.raises(UnsafeSettingsError):
        appended(url)


def begin_at(url):
    engine = open_engine(url)
    begin(engine)
    engine.dispose()


@contextmanager
def configured(url, **settings):
    """
    Have the server run under other settings for a while.
    """
    with psycopg.connect(url, autocommit=True) as raw:
        for setting, value in settings.items():
            raw.execute(f"ALTER SYSTEM SET {setting} = {value}")
        try:
            _reloaded(url, raw, settings)
            yield
        finally:
            for setting in settings:
                raw.execute(f"ALTER SYSTEM RESET {setting}")
            _reloaded(url, raw, dict.fromkeys(settings, "on"))


def _reloaded(url, raw, settings):
    raw.execute("SELECT pg_reload_conf()")
    deadline = time.monotonic() + 30
    for setting, value in settings.items():
        while True:
            with psycopg.connect(url) as other:
                if other.execute(f"SHOW {setting}").fetchone()[0] == value:
                    break
            assert time.monotonic() < deadline


def test_a_server_that_does_not_keep_what_it_writes(postgresql_url):
    begin_at(postgresql_url)
    with configured(postgresql_url, fsync="off", full_page_writes="off"):
        assert codes(postgresql_url, Severity.ERROR) == {"fsync"}
        assert "full_page_writes" in codes(postgresql_url, Severity.WARNING)
        with pytest.raises(UnsafeSettingsError):
            appended(postgresql_url)
    with configured(postgresql_url, full_page_writes="off"):
        assert codes(postgresql_url, Severity.ERROR) == set()
        assert appended(postgresql_url) == 5
    assert not {"fsync", "full_page_writes"} & codes(postgresql_url)


def test_an_entry_that_cannot_be_read_is_found_if_asked(begun_file):
    change(
        begun_file,
        "DROP TRIGGER ledger_event_update",
        "UPDATE ledger_event SET body = CAST('{}' AS BLOB) WHERE kind = 'project_registered'",
    )
    repair_guards_only(begun_file)
    assert codes(begun_file) == set()
    assert codes(begun_file, deep=True) == {"tampered"}
    with pytest.raises(TamperedLedgerError):
        appended(begun_file)


def repair_guards_only(url):
    """
    What a forger does: the index cannot be rebuilt from what he left.
    """
    from milestone_ledger.store.guards import repair_guards  # noqa: PLC0415

    engine = make_engine(url)
    with engine.begin() as conn:
        repair_guards(conn)


# ── warnings: what a person should look at ───────────────────────────────────────────────────────────


def test_a_wrong_index_is_found_if_asked_and_can_be_repaired(begun):
    change(begun, "DELETE FROM ledger_name", "UPDATE ledger_project SET size = 7")
    assert "index" not in codes(begun)
    found = [f for f in examine(begun, deep=True).findings if f.code == "index"]
    assert len(found) == 1
    assert "北清路" in found[0].text("zh")
    assert "upgrade --repair" in found[0].text("zh")
    assert appended(begun) == 5
    repair(begun)
    assert "index" not in codes(begun, deep=True)


def test_a_file_or_folder_that_everybody_may_write_to(begun_file):
    path = path_of(begun_file)
    path.chmod(0o666)
    assert codes(begun_file) == {"world_writable"}
    path.chmod(0o640)
    assert codes(begun_file) == set()
    path.parent.chmod(0o1777)
    try:
        assert codes(begun_file) == {"world_writable"}
        assert str(path.parent) in examine(begun_file).findings[0].text("en")
    finally:
        path.parent.chmod(0o700)
    assert appended(begun_file) == 5


def test_a_file_of_two_names(begun_file):
    path = path_of(begun_file)
    path.with_name("other.db").hardlink_to(path)
    assert codes(begun_file) == {"links"}
    path.with_name("other.db").unlink()
    assert codes(begun_file) == set()


def test_a_link_is_followed_to_where_the_file_lies(begun_file, tmp_path):
    link = tmp_path / "link.db"
    link.symlink_to(path_of(begun_file))
    path_of(begun_file).chmod(0o666)
    assert codes(f"sqlite:///{link}") == {"world_writable"}


def test_full_is_not_enough_where_a_journal_is_deleted(begun_file):
    assert codes(f"{begun_file}?synchronous=FULL") == {"synchronous"}
    assert codes(f"{begun_file}?synchronous=FULL", Severity.ERROR) == set()
    assert codes(f"{begun_file}?synchronous=FULL&journal_mode=TRUNCATE") == set()


def test_write_ahead_logging_and_the_bugs_of_this_library(begun_file):
    from milestone_ledger.store.sqlite_bugs import bugs  # noqa: PLC0415

    url = f"{begun_file}?journal_mode=WAL"
    struck = bugs(sqlite3.sqlite_version_info, journal_mode="wal", in_memory=False)
    found = [finding for finding in examine(url).findings if finding.code == "sqlite_bug"]
    assert len(found) == len(struck)
    for bug, finding in zip(struck, found, strict=True):
        assert bug.link in finding.text("zh")
        assert sqlite3.sqlite_version in finding.text("en")
    assert appended(url) == 5


KILLED = """
import os, signal, sqlite3, sys
conn = sqlite3.connect(sys.argv[1], isolation_level=None)
conn.execute("PRAGMA cache_size = 1")
conn.execute("BEGIN IMMEDIATE")
conn.execute("DELETE FROM ledger_name")
conn.executemany("INSERT INTO ledger_name VALUES ('x', ?, 'p')", [(str(n),) for n in range(20000)])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("journal_mode", "ending"), [("delete", "-journal"), ("wal", "-wal")])
def test_what_a_killed_writer_left_is_put_right_and_told(begun_file, journal_mode, ending):
    path = path_of(begun_file)
    url = f"{begun_file}?journal_mode={journal_mode}"
    appended(url)
    done = subprocess.run([sys.executable, "-c", KILLED, path], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.with_name(path.name + ending).stat().st_size > 0

    assert "leftover" in codes(url, deep=True)
    assert "leftover" not in codes(url, deep=True)
    assert not path.with_name(path.name + ending).exists()
    assert verify(open_engine(url), LEDGER).findings == ()


def test_a_journal_that_is_in_use_is_no_leftover(begun_file):
    url = f"{begun_file}?journal_mode=wal"
    engine = open_engine(url)
    with engine.connect() as conn:
        appended(url)
        assert path_of(begun_file).with_name(path_of(begun_file).name + "-wal").stat().st_size > 0
        assert "leftover" not in codes(url)
        conn.rollback()


MOUNTS = """\
/dev/vda / ext4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
server:/export /srv/shared nfs4 rw,vers=4.2 0 0
//nas/office /mnt/our\\040office cifs rw 0 0
/dev/vdb /srv/shared/local xfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/a.db", "ext4"),
        ("/srv/sharedother/a.db", "ext4"),
        ("/srv/shared/a.db", "nfs4"),
        ("/srv/shared/local/a.db", "xfs"),
        ("/mnt/our office/a.db", "cifs"),
    ],
)
def test_the_file_system_is_that_of_the_nearest_mount(path, kind):
    assert doctor_sqlite.file_system(Path(path), MOUNTS) == kind


@pytest.mark.parametrize(("mode", "code"), [("DELETE", "network"), ("WAL", "network_wal")])
def test_a_file_on_a_network(begun_file, tmp_path, monkeypatch, mode, code):
    """
    With a table of mounts that says so; to mount one takes more than a test may do.
    """
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/x {path_of(begun_file).parent} nfs4 rw 0 0\n")
    monkeypatch.setattr(doctor_sqlite, "_MOUNTS", mounts)
    assert code in codes(f"{begun_file}?journal_mode={mode}", Severity.WARNING)


def test_an_owner_is_told_to_work_as_a_writer(postgresql_url, roles, login):
    owner = login("owner")
    account = make_url(owner).username
    assert "superuser" in codes(postgresql_url)
    with psycopg.connect(postgresql_url, autocommit=True) as raw:
        for table in ("ledger_event", "ledger_commit", "ledger_project", "ledger_name", "ledger_version"):
            raw.execute(f'ALTER TABLE {table} OWNER TO "{account}"')
        assert "owner" in codes(owner)
        assert "superuser" not in codes(owner)
        raw.execute(f'REASSIGN OWNED BY "{account}" TO postgres')


def test_rights_to_change_history_are_told_whoever_has_them(postgresql_url, writer_url, login):
    other = make_url(login("other")).username
    assert not {"grants", "schema"} & codes(writer_url)
    change(
        postgresql_url,
        "GRANT DELETE, TRIGGER ON ledger_commit TO PUBLIC",
        f'GRANT UPDATE (body) ON ledger_event TO "{other}"',
        "GRANT CREATE ON SCHEMA public TO PUBLIC",
    )
    found = {finding.code: finding.text("en") for finding in examine(writer_url).findings}
    for grant in (
        "PUBLIC: DELETE ledger_commit",
        "PUBLIC: TRIGGER ledger_commit",
        f"{other}: UPDATE ledger_event",
    ):
        assert grant in found["grants"]
    assert "PUBLIC may create" in found["schema"]
    change(
        postgresql_url,
        "REVOKE DELETE, TRIGGER ON ledger_commit FROM PUBLIC",
        f'REVOKE UPDATE (body) ON ledger_event FROM "{other}"',
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    )
    assert not {"grants", "schema"} & codes(writer_url)


# ── what is no ledger ────────────────────────────────────────────────────────────────────────────────


def test_what_is_not_ours_is_not_examined(tmp_path, empty_url):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE other (id INTEGER)")
    raw.close()
    with pytest.raises(ForeignDatabaseError):
        examine(f"sqlite:///{path}")
    if not empty_url.startswith("sqlite"):
        with pytest.raises(ForeignDatabaseError):
            examine(empty_url)
    with pytest.raises(DatabaseUnavailableError):
        examine(f"sqlite:///{tmp_path / 'none.db'}")
    (tmp_path / "text.db").write_text("no database" * 1000)
    with pytest.raises(ForeignDatabaseError):
        examine(f"sqlite:///{tmp_path / 'text.db'}")
    with pytest.raises(InvalidValueError):
        examine("mysql://host/x")
    with pytest.raises(ForeignDatabaseError):
        examine("sqlite://")


# ── the command ──────────────────────────────────────────────────────────────────────────────────────


def test_the_command_tells_it_and_exits_by_it(begun_file, capsys):
    def run(*argv):
        code = main(["doctor", "--db", begun_file, *argv])
        return code, capsys.readouterr().out

    assert run() == (0, diagnosis_text(examine(begun_file), "zh") + "\n")
    path_of(begun_file).chmod(0o666)
    code, out = run("--lang", "en")
    assert code == 0
    assert "[warning]" in out
    assert "errors: 0, warnings: 1." in out
    change(begun_file, "DROP TRIGGER ledger_event_insert", "DELETE FROM ledger_name")
    code, out = run("--deep")
    assert code == 4
    assert "[错误]" in out
    assert "拒绝写入" in out
    code, out = run("--json", "--deep", "--lang", "en")
    found = json.loads(out)
    assert (code, found["is_writable"]) == (4, False)
    assert [(f["code"], f["severity"]) for f in found["findings"]] == [
        ("guards", "error"),
        ("index", "warning"),
        ("world_writable", "warning"),
    ]


def test_the_command_without_a_database(tmp_path, capsys):
    assert main(["doctor", "--db", str(tmp_path / "none.db")]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 1
