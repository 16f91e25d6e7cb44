"""
Which databases are opened, under which settings one may write, and what the clock may say.

Faults 18, 21, 24–27.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from sqlalchemy import event

from milestone_ledger import Ledger
from milestone_ledger.codec import encode
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import (
    ClockError,
    DatabaseUnavailableError,
    ForeignDatabaseError,
    InvalidValueError,
    SchemaVersionError,
    UnsafeSettingsError,
)
from milestone_ledger.store.append import AHEAD, BEHIND, append, insert
from milestone_ledger.store.connect import make_engine, parse_url, rows, shown_url
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.migrate import upgrade
from milestone_ledger.store.read import ledgers, size
from milestone_ledger.store.tables import HEAD
from milestone_ledger.testing.clock import START
from store_samples import BEGINNING, begin, project, started

LEDGER = "回天"


def path_of(url):
    return url.removeprefix("sqlite:///")


# ── opening ──────────────────────────────────────────────────────────────────────────────────────────


def test_opening_makes_no_file(tmp_path):
    path = tmp_path / "none.db"
    with pytest.raises(DatabaseUnavailableError, match="no such file"):
        open_engine(f"sqlite:///{path}")

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("language", "folder"), [("zh", "放台账的文件夹"), ("en", "the folder of your ledger")]
)
def test_who_is_in_another_folder_is_not_sent_to_begin_anew(tmp_path, language, folder):
    """The first remedy is to go where the ledger is; a new one comes last."""
    with pytest.raises(DatabaseUnavailableError) as caught:
        open_engine(f"sqlite:///{tmp_path / 'ledger.db'}")

    said = caught.value.explain(language)
    assert -1 < said.find(folder) < said.find("--db") < said.find("init")


def test_a_url_that_is_refused_leaves_no_file(tmp_path):
    with pytest.raises(InvalidValueError, match="it may set"):
        open_engine(f"sqlite:///{tmp_path / 'new.db'}?jurnal_mode=WAL", create=True)
    assert list(tmp_path.iterdir()) == []


def test_creating_makes_the_tables_once(empty_url):
    open_engine(empty_url, create=True).dispose()
    engine = open_engine(empty_url)
    begin(engine)
    engine.dispose()
    again = open_engine(empty_url, create=True)
    with reading(again) as conn:
        assert ledgers(conn) == (LEDGER,)
    again.dispose()


def test_a_file_cannot_be_made_in_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(DatabaseUnavailableError):
        open_engine(f"sqlite:///{tmp_path / 'none' / 'a.db'}", create=True)


def test_a_folder_is_no_database(tmp_path):
    with pytest.raises(DatabaseUnavailableError):
        open_engine(f"sqlite:///{tmp_path}")


def test_a_database_in_memory_lives_as_long_as_its_engine():
    engine = open_engine("sqlite://")
    begin(engine)
    with reading(engine) as conn:
        assert size(conn, LEDGER) == 4
    engine.dispose()


def test_names_of_files_may_hold_anything(tmp_path):
    path = tmp_path / "台账 #1 100% ?.db"
    open_engine(f"sqlite:///{path}".replace("?", "%3F"), create=True)

    assert [p.name for p in tmp_path.iterdir()] in ([path.name], [path.name.replace("?", "%3F")])


@pytest.mark.parametrize("create", [False, True])
def test_a_file_that_is_no_database_is_refused(tmp_path, create):
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(range(256)) * 40)
    before = path.read_bytes()
    with pytest.raises(ForeignDatabaseError, match="not an SQLite database"):
        open_engine(f"sqlite:///{path}", create=create)

    assert path.read_bytes() == before


@pytest.mark.parametrize("create", [False, True])
@pytest.mark.parametrize("mark", [0, 252006673])
def test_a_database_of_another_application_is_refused(tmp_path, create, mark):
    path = tmp_path / "firefox.sqlite"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE moz_places (id INTEGER)")
        raw.execute(f"PRAGMA application_id = {mark}")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(ForeignDatabaseError, match="moz_places"):
        open_engine(f"sqlite:///{path}", create=create)

    assert path.read_bytes() == before


def test_an_empty_database_is_refused_unless_created(tmp_path, postgresql_server):
    path = tmp_path / "empty.db"
    path.touch()
    for url in (f"sqlite:///{path}", postgresql_server.format(database="postgres")):
        with pytest.raises(ForeignDatabaseError, match="empty"):
            open_engine(url)


def test_tables_of_the_same_name_are_not_taken_over(empty_url, request):
    if empty_url.startswith("sqlite"):
        with sqlite3.connect(path_of(empty_url)) as raw:
            raw.execute("CREATE TABLE ledger_event (id INTEGER)")
        raw.close()
    else:
        with psycopg.connect(empty_url, autocommit=True) as raw:
            raw.execute("CREATE TABLE ledger_event (id INTEGER)")
    with pytest.raises(ForeignDatabaseError, match="ledger_event"):
        open_engine(empty_url, create=True)


@pytest.mark.parametrize(("revision", "newer"), [("0000", False), ("9999", True)])
def test_another_revision_is_refused_with_the_remedy(database_url, revision, newer):
    engine = open_engine(database_url)
    with engine.begin() as conn:
        conn.exec_driver_sql(f"UPDATE ledger_version SET version_num = '{revision}'")
    engine.dispose()
    with pytest.raises(SchemaVersionError) as caught:
        open_engine(database_url)

    assert (caught.value.found, caught.value.needed, caught.value.newer) == (revision, HEAD, newer)
    assert ("upgrade the package" in str(caught.value)) is newer
    if newer:
        with pytest.raises(SchemaVersionError):
            upgrade(database_url)


@pytest.mark.parametrize(
    "url",
    [
        "ledger.db",
        "mysql://user:geheim@host/db",
        "sqlite://host/path.db",
        "sqlite:///a.db?mode=rw",
        "sqlite:///a.db?synchronous=1;drop",
        "",
    ],
)
def test_other_urls_are_refused(url):
    with pytest.raises(InvalidValueError, match="database URL") as caught:
        open_engine(url)

    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:gehe@im@host/x",
        "postgresql://u:gehe@im/geheim@host/x",
        "postgresql://u:gehe?im@geheim@host/x",
        "postgresql://u/gehe:im@host/x",
        "postgresql:///u:geheim@host/x",
        "postgresql://host:5432?password=gehe@im",
        "postgresql://u:gehe@host/x?password=geheim@im",
        "postgresql+psycopg://u:gehe@im@host/x",
        "oracle://u:gehe@im/geheim@host",
        "oracle://u:geheim@host",
        "sqlite://u:gehe@im@host/x",
        "u:gehe@im@host/x",
    ],
)
def test_no_part_of_a_password_is_shown(url):
    with pytest.raises(InvalidValueError, match="database URL") as caught:
        open_engine(url)

    for language in ("en", "zh"):
        shown = caught.value.explain(language)
        assert "***" in shown
        assert "gehe" not in shown
        assert "im@" not in shown
        assert "im/" not in shown
    if url.startswith("postgresql"):
        assert "%40" in str(caught.value)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p%40ss@host/x", "postgresql://u:***@host/x"),
        ("postgresql://u:p/ss@host/x", "postgresql://u:***@host/x"),
        ("postgresql://u@host/x", "postgresql://u@host/x"),
        ("postgresql:///x?host=/run&password=p@ss", "postgresql:///x?host=%2Frun"),
        ("sqlite:///表/台账.db", "sqlite:///表/台账.db"),
        ("sqlite:///100%25/a%0Ab.db", "sqlite:///100%25/a%0Ab.db"),
        ("sqlite:///%E2%80%AEbd.db", "sqlite:///%E2%80%AEbd.db"),
        ("postgresql://h/%E5%8F", "postgresql://h/%EF%BF%BD"),
    ],
)
def test_what_stands_for_itself_is_shown(url, shown):
    assert shown_url(parse_url(url)) == shown


@pytest.mark.parametrize("name", ["password", "passwd", "PASSWORD", "sslpassword"])
def test_a_password_is_hidden_however_its_name_is_spelt(name):
    engine = make_engine(f"postgresql://u@host/x?{name}=geheim")
    with Ledger(engine, LEDGER, actor="a", clock=lambda: START) as ledger:
        assert repr(ledger) == "<Ledger '回天' in postgresql://u@host/x>"
    with pytest.raises(InvalidValueError) as caught:
        make_engine(f"oracle://host/x?{name}=geheim")
    assert "geheim" not in str(caught.value)


def test_a_path_may_hold_what_separates_elsewhere():
    assert parse_url("sqlite:////data/a@b:c@d.db").database == "/data/a@b:c@d.db"


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://nobody:geheim@127.0.0.1:1/none?connect_timeout=2",
        "postgresql://nobody@127.0.0.1:1/none?connect_timeout=2&password=geheim",
    ],
)
def test_a_server_that_is_not_there_is_named_without_secrets(url):
    with pytest.raises(DatabaseUnavailableError, match=r"127\.0\.0\.1") as caught:
        open_engine(url)

    for language in ("en", "zh"):
        assert "geheim" not in caught.value.explain(language)


def test_a_database_that_is_not_there_is_named(postgresql_server):
    with pytest.raises(DatabaseUnavailableError, match="nowhere"):
        open_engine(postgresql_server.format(database="nowhere"))


# ── writing ──────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "setting"),
    [
        ("synchronous=OFF", "synchronous"),
        ("synchronous=NORMAL", "synchronous"),
        ("journal_mode=OFF", "journal_mode"),
        ("journal_mode=MEMORY", "journal_mode"),
    ],
)
def test_sqlite_settings_that_lose_commits_are_refused(sqlite_url, query, setting):
    engine = open_engine(f"{sqlite_url}?{query}")
    with pytest.raises(UnsafeSettingsError) as caught:
        begin(engine)

    assert caught.value.setting == setting
    with reading(engine) as conn:
        assert ledgers(conn) == ()


@pytest.mark.parametrize("query", ["synchronous=FULL", "journal_mode=WAL"])
def test_other_safe_settings_of_sqlite_are_kept(sqlite_url, query):
    engine = open_engine(f"{sqlite_url}?{query}")
    begin(engine)
    key, value = query.split("=")
    with reading(engine) as conn:
        assert str(rows(conn, f"PRAGMA {key}")[0][0]).upper() in {value, "2"}


def test_sqlite_defaults(sqlite_url):
    with reading(open_engine(sqlite_url)) as conn:
        found = {
            key: rows(conn, f"PRAGMA {key}")[0][0]
            for key in ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers")
        }

    assert found == {"journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "recursive_triggers": 1}


@pytest.mark.parametrize("where", ["session", "database"])
def test_postgresql_without_synchronous_commit_is_refused(postgresql_url, where):
    url = postgresql_url
    if where == "session":
        url += "&options=-csynchronous_commit%3Doff"
    else:
        with psycopg.connect(url, autocommit=True) as raw:
            raw.execute(f"ALTER DATABASE {raw.info.dbname} SET synchronous_commit TO off")
    engine = open_engine(url)
    with pytest.raises(UnsafeSettingsError) as caught:
        begin(engine)

    assert caught.value.setting == "synchronous_commit"
    engine.dispose()


def test_a_server_that_does_not_sync_is_refused(mortal_server, mortal_url):
    engine = open_engine(mortal_url)
    mortal_server.set("fsync", "off")
    try:
        with pytest.raises(UnsafeSettingsError) as caught:
            begin(engine)
    finally:
        mortal_server.set("fsync", "on")
        engine.dispose()

    assert (caught.value.setting, caught.value.needed) == ("fsync", "on")
    begin(engine)
    engine.dispose()


@pytest.fixture(params=["SQL_ASCII", "EUC_CN", "LATIN1"])
def other_encoding(request, postgresql_server):
    """
    The URL of an empty database that cannot hold all text, and its encoding.
    """
    name = f"encoding_{request.param.lower()}"
    with psycopg.connect(postgresql_server.format(database="postgres"), autocommit=True) as raw:
        raw.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{request.param}' LOCALE 'C'")
        yield postgresql_server.format(database=name), request.param
        raw.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_database_that_cannot_hold_all_text_is_refused(other_encoding):
    url, encoding = other_encoding
    with pytest.raises(DatabaseUnavailableError, match=f"encoding is {encoding}"):
        open_engine(url, create=True)
    with pytest.raises(ForeignDatabaseError, match="empty"):
        open_engine(url)
    upgrade(url)
    engine = open_engine(url)
    with pytest.raises(DatabaseUnavailableError, match=f"encoding is {encoding}"):
        begin(engine)
    with reading(engine) as conn:
        assert ledgers(conn) == ()
    engine.dispose()


def test_a_stale_snapshot_is_never_decided_on(postgresql_url):
    """
    Even if the server's default isolation takes its snapshot before the lock is granted.
    """
    engine = open_engine(f"{postgresql_url}&options=-cdefault_transaction_isolation%3Dserializable")
    with writing(engine, LEDGER) as conn:
        assert rows(conn, "SHOW transaction_isolation")[0][0] == "read committed"
    engine.dispose()


def test_readers_cannot_write(postgresql_url):
    engine = open_engine(postgresql_url)
    with pytest.raises(DatabaseUnavailableError, match="read-only") as caught, reading(engine) as conn:
        conn.exec_driver_sql("DELETE FROM ledger_project")
    engine.dispose()
    assert "：数据库是只读的；请连到可写入的服务器；未记入" in caught.value.explain("zh")


@pytest.mark.parametrize(
    ("setting", "english", "chinese"),
    [
        ("max_page_count = 1", "database or disk is full", "磁盘已满；请腾出空间"),
        ("query_only = ON", "attempt to write a readonly database", "文件或其所在文件夹是只读的；请取消只读"),
    ],
)
def test_what_sqlite_says_is_said_in_chinese_too(sqlite_url, setting, english, chinese):
    """And to who reads Chinese, in Chinese only."""
    engine = open_engine(sqlite_url)
    begin(engine)
    with (
        each_connection(engine, f"PRAGMA {setting}"),
        pytest.raises(DatabaseUnavailableError, match=english) as caught,
    ):
        append(engine, LEDGER, [project(f"项目{number}") for number in range(500)], actor="a")
    engine.dispose()

    assert f"：{chinese}" in caught.value.explain("zh")
    assert english not in caught.value.explain("zh")


def test_a_lock_that_is_released_in_time_is_no_failure(database_url):
    engine = open_engine(database_url)
    held, done = threading.Event(), threading.Event()

    def hold():
        with writing(engine, LEDGER):
            held.set()
            done.wait(0.3)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    begin(engine)
    thread.join()
    with reading(engine) as conn:
        assert size(conn, LEDGER) == 4
    engine.dispose()


def test_a_read_only_database_can_be_read_and_not_written(database_url):
    engine = open_engine(database_url)
    begin(engine)
    setting = (
        "PRAGMA query_only = ON"
        if engine.dialect.name == "sqlite"
        else "SET default_transaction_read_only = on"
    )
    with each_connection(engine, setting):
        with pytest.raises(DatabaseUnavailableError, match=r"read-?only"):
            append(engine, LEDGER, [project("安立路")], actor="a")
        with reading(engine) as conn:
            assert size(conn, LEDGER) == 4
    engine.dispose()


@contextmanager
def each_connection(engine, statement):
    """
    Run ``statement`` on every new connection.
    """

    def run(connection, _record):
        connection.execute(statement)
        connection.commit()

    engine.dispose()
    event.listen(engine, "connect", run)
    yield
    event.remove(engine, "connect", run)


def test_a_full_disk_changes_nothing(sqlite_url):
    engine = open_engine(sqlite_url)
    clock = begin(engine)
    many = [project(f"项目{number}") for number in range(500)]
    with (
        each_connection(engine, "PRAGMA max_page_count = 1"),
        pytest.raises(DatabaseUnavailableError, match="full"),
    ):
        append(engine, LEDGER, many, actor="a", clock=clock)

    with reading(engine) as conn:
        assert size(conn, LEDGER) == 4
    assert append(engine, LEDGER, many, actor="a", clock=clock).size_after == 504


# ── the clock ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "instant",
    [
        START - BEHIND - timedelta(seconds=1),
        START - timedelta(hours=1),
        START + AHEAD + timedelta(seconds=1),
        datetime(2099, 1, 1, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
    ],
)
def test_a_clock_that_lies_is_refused(engine, instant):
    append(engine, LEDGER, BEGINNING, actor="a", clock=lambda: START)
    with pytest.raises(ClockError):
        append(engine, LEDGER, [started()], actor="a", clock=lambda: instant)
    with reading(engine) as conn:
        assert size(conn, LEDGER) == 3


@pytest.mark.parametrize("recorded_at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)])
def test_no_clock_is_believed_after_a_log_at_the_end_of_the_calendar(engine, recorded_at):
    """
    ``append`` makes none; it was loaded, or written by hand.
    """
    entry = Entry(
        ledger=LEDGER,
        seq=0,
        commit_no=0,
        recorded_at=recorded_at,
        actor="a",
        published_on=None,
        event=BEGINNING[0],
    )
    with writing(engine, LEDGER) as conn:
        insert(conn, [entry], Frontier(), idempotency_key=None, digest=bytes(32), bodies=[encode(entry)])
    with pytest.raises(ClockError):
        append(engine, LEDGER, BEGINNING[1:], actor="a", clock=lambda: START)


@pytest.mark.parametrize("year", [1970, 1999, 2099, 9999])
def test_a_first_commit_is_not_made_by_a_clock_beyond_belief(sqlite_url, year):
    with pytest.raises(ClockError):
        append(
            open_engine(sqlite_url),
            LEDGER,
            BEGINNING,
            actor="a",
            clock=lambda: datetime(year, 1, 1, tzinfo=UTC),
        )


def test_a_clock_tells_an_aware_instant(sqlite_url):
    with pytest.raises(InvalidValueError, match="clock"):
        append(
            open_engine(sqlite_url),
            LEDGER,
            BEGINNING,
            actor="a",
            clock=lambda: datetime(2026, 1, 1),  # noqa: DTZ001
        )
