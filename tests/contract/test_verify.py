"""
What was changed behind our back is found, and named (faults 5, 6, 8, 12, 13, 16).
"""

from __future__ import annotations

import attrs
import pytest

from milestone_ledger.auditor import leaf_hash
from milestone_ledger.codec import encode
from milestone_ledger.errors import (
    GuardsMissingError,
    InvalidValueError,
    TamperedLedgerError,
    UnknownEventKindError,
)
from milestone_ledger.store import verify as module
from milestone_ledger.store.append import append
from milestone_ledger.store.connect import in_style_of
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.guards import POSTGRESQL, SQLITE, missing_guards, repair_guards
from milestone_ledger.store.identity import rebuild_index
from milestone_ledger.store.read import read_entries
from milestone_ledger.store.transfer import dump, load
from milestone_ledger.store.verification import _TEXTS, Outcome
from milestone_ledger.store.verify import verify
from store_samples import begin, pending, project

LEDGER = "回天"
PARTIAL = "earliest = 20190814, whole = 0, quantity = 3"


def tamper(engine, *statements, unhinged=False):
    """
    What the owner of the database can do: take the guards away, change, and put them back.

    Unhinged, without a look at the foreign key.
    """
    is_sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as conn:
        if is_sqlite and unhinged:
            conn.connection.dbapi_connection.execute("PRAGMA foreign_keys = OFF")
        if is_sqlite:
            for guard in SQLITE:
                conn.exec_driver_sql(f"DROP TRIGGER {guard.name}")
        else:
            for guard in POSTGRESQL:
                which = "ALL" if unhinged else guard.name
                conn.exec_driver_sql(f"ALTER TABLE {guard.table} DISABLE TRIGGER {which}")
        for statement, *values in statements:
            conn.exec_driver_sql(in_style_of(conn, statement), tuple(values))
        if unhinged and not is_sqlite:
            conn.exec_driver_sql("ALTER TABLE ledger_commit ENABLE TRIGGER ALL")
            conn.exec_driver_sql("ALTER TABLE ledger_event ENABLE TRIGGER ALL")
        conn.commit()
    with writing(engine, LEDGER) as conn:
        repair_guards(conn)
        assert missing_guards(conn) == ()


def decoding_all(engine, ledger=LEDGER):
    """
    What is found if every entry is decoded, and none is believed at a glance.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "outline_of", lambda *_: None)
        return verify(engine, ledger)


def findings(engine, ledger=LEDGER):
    """
    Each finding as (seq, commit, code).
    """
    found = verify(engine, ledger)
    assert found == decoding_all(engine, ledger)
    assert (found.outcome is Outcome.TAMPERED) is bool(found.findings)
    for finding in found.findings:
        assert finding.text("en") != finding.text("zh")
        assert "{" not in finding.text("en") + finding.text("zh")
    return {(finding.seq, finding.commit_no, finding.code) for finding in found.findings}


def body_of(engine, seq, **changes):
    """
    A canonical body for the place of entry ``seq``, with another content.
    """
    with reading(engine) as conn:
        return encode(attrs.evolve(read_entries(conn, LEDGER)[seq], **changes))


def test_an_untouched_ledger_is_consistent_and_never_called_verified(engine):
    clock = begin(engine)
    begin(engine, "昌平", clock)
    found = verify(engine, LEDGER)

    assert (found.outcome, found.findings) == (Outcome.CONSISTENT_UNANCHORED, ())
    assert (found.size, found.unanchored, found.unanchored_since.year) == (4, 4, 2026)
    assert found.verified_to == 0
    assert not any("verified" in text for texts in _TEXTS.values() for text in texts)


def test_changed_columns_are_found(engine):
    begin(engine)
    tamper(
        engine,
        ("UPDATE ledger_event SET latest = 20180101 WHERE seq = 3",),
        ("UPDATE ledger_event SET published_on = 20180101, source = '别的' WHERE seq = 1",),
    )
    found = verify(engine, LEDGER).findings

    assert [(f.seq, f.code, f.detail) for f in found] == [
        (1, "columns", "published_on, source"),
        (3, "columns", "latest"),
    ]


def test_a_changed_body_is_found(engine):
    begin(engine)
    body = body_of(engine, 3, event=pending())
    if engine.dialect.name == "sqlite":
        tamper(engine, ("UPDATE ledger_event SET body = ? WHERE seq = 3", body))
        assert findings(engine) == {
            (3, None, "leaf"),
            (3, None, "columns"),
            (None, 1, "root"),
            (None, 1, "digest"),
        }
    tamper(engine, ("UPDATE ledger_event SET body = ?, leaf = ? WHERE seq = 3", body, leaf_hash(body)))
    assert findings(engine) == {(3, None, "columns"), (None, 1, "root"), (None, 1, "digest")}


def test_a_changed_actor_is_found_though_the_columns_do_not_show_it(engine):
    begin(engine)
    body = body_of(engine, 3, actor="somebody else")
    tamper(engine, ("UPDATE ledger_event SET body = ?, leaf = ? WHERE seq = 3", body, leaf_hash(body)))
    assert findings(engine) == {(3, None, "stamps"), (None, 1, "root")}


def test_a_changed_commit_is_found(engine):
    clock = begin(engine)
    append(engine, LEDGER, [project("安立路")], actor="a", clock=clock)
    tamper(
        engine,
        ("UPDATE ledger_commit SET actor = 'x' WHERE no = 0",),
        ("UPDATE ledger_commit SET recorded_at = '2026-01-01T00:00:00.000000Z' WHERE no = 1",),
        ("UPDATE ledger_commit SET root = ? WHERE no = 2", b"0" * 32),
    )
    assert findings(engine) == {
        *((seq, None, "stamps") for seq in range(4)),
        (None, 1, "recorded_at"),
        (None, 2, "root"),
    }
    with pytest.raises(TamperedLedgerError):
        append(engine, LEDGER, [project("京新")], actor="a", clock=clock)


def test_a_changed_key_or_digest_is_found(engine):
    clock = begin(engine)
    append(engine, LEDGER, [project("安立路")], actor="a", clock=clock, idempotency_key="键")
    tamper(
        engine,
        ("UPDATE ledger_commit SET digest = ? WHERE no = 0", b"0" * 32),
        ("UPDATE ledger_commit SET idempotency_key = 'x' WHERE no = 1",),
        ("UPDATE ledger_commit SET idempotency_key = NULL WHERE no = 2",),
    )
    assert findings(engine) == {(None, 0, "digest"), (None, 1, "digest"), (None, 2, "digest")}


def test_swapped_rows_are_found(engine):
    begin(engine)
    tamper(
        engine,
        ("UPDATE ledger_event SET seq = 99 WHERE seq = 0",),
        ("UPDATE ledger_event SET seq = 0 WHERE seq = 1",),
        ("UPDATE ledger_event SET seq = 1 WHERE seq = 99",),
    )
    assert findings(engine) == {
        (0, None, "columns"),
        (1, None, "columns"),
        (None, 0, "digest"),
        (None, 0, "root"),
        (None, 1, "root"),
    }
    with reading(engine) as conn, pytest.raises(TamperedLedgerError):
        read_entries(conn, LEDGER)


def test_a_deleted_row_is_found(engine):
    begin(engine)
    tamper(engine, ("DELETE FROM ledger_event WHERE seq = 1",))
    assert (2, None, "gap") in findings(engine)
    assert (None, 1, "cut") in findings(engine)


def test_a_tail_cut_inside_a_commit_is_found(engine):
    begin(engine)
    tamper(engine, ("DELETE FROM ledger_event WHERE seq = 3",))
    assert findings(engine) == {(None, 1, "cut")}


def test_a_deleted_commit_is_found(engine):
    clock = begin(engine)
    append(engine, LEDGER, [project("安立路")], actor="a", clock=clock)
    tamper(engine, ("DELETE FROM ledger_commit WHERE no = 1",), unhinged=True)
    found = findings(engine)
    assert {(None, 2, "number"), (None, 2, "tiles"), (3, None, "orphan")} <= found


def test_entries_whose_commits_are_all_gone_are_found(engine):
    begin(engine)
    tamper(engine, ("DELETE FROM ledger_commit",), unhinged=True)

    assert {(seq, None, "orphan") for seq in range(4)} <= findings(engine)


def test_other_bytes_of_the_same_value_are_found(engine):
    begin(engine)
    with reading(engine) as conn:
        entry = read_entries(conn, LEDGER)[3]
    body = encode(entry).replace(b'":', b'": ', 1)
    tamper(engine, ("UPDATE ledger_event SET body = ?, leaf = ? WHERE seq = 3", body, leaf_hash(body)))
    assert findings(engine) == {(3, None, "unreadable"), (None, 1, "root")}


@pytest.mark.parametrize(
    ("said", "instead", "columns"),
    [
        # Nothing but the strict reader can find these: the columns go along with them.
        ('"locator":"二(三)11"', '"locator":"二(三)11 "', ""),
        ('"project":"北清路"', '"note":" ","project":"北清路\u2028"', "project = '北清路\u2028'"),
        ('"source":"报告"', '"source":""', "source = ''"),
        ('"project":"北清路"', '"project":"北清路","quantity":-1', "whole = 0, quantity = -1"),
        ('"[..2019-08-14]"', '"[2019-08-14..2019-08-14]"', "earliest = 20190814"),
        ('[..2019-08-14]","project":"北清路"', '2019-08-14","project":"北清路","quantity":3', PARTIAL),
        ('"[..2019-08-14]"', '"[..2019-02-30]"', "latest = 20190230"),
        ('"published_on":"2019-08-14"', '"published_on":"2019-02-30"', "published_on = 20190230"),
        ('"locator":"二(三)11",', "", ""),
        ('"locator":"二(三)11"', '"locator":"二(三)11","locator":"二(三)11"', ""),
        ('"milestone":"started"', '"milestone":"started","mood":"good"', ""),
        ('"seq":3', '"seq":03', ""),
        ('"version":1', '"version":01', ""),
        ('"},"kind"', '"} ,"kind"', ""),
        ('"data":{', '"data":{}', ""),
    ],
)
def test_no_body_that_cannot_be_read_is_believed(engine, said, instead, columns):
    begin(engine)
    honest = body_of(engine, 3)
    body = honest.decode().replace(said, instead, 1).encode()
    assert body != honest
    also = f", {columns}" if columns else ""
    tamper(engine, (f"UPDATE ledger_event SET body = ?, leaf = ?{also} WHERE seq = 3", body, leaf_hash(body)))

    assert findings(engine) == {(3, None, "unreadable"), (None, 1, "root")}


@pytest.mark.parametrize(
    ("said", "instead", "code"),
    [
        ('"actor":"clerk"', '"actor":"clerc"', "stamps"),
        ('"commit":1', '"commit":0', "columns"),
        ('"kind":"milestone_achieved"', '"kind":"milestone_believed"', None),
        ('"ledger":"回天"', '"ledger":"昌平"', "columns"),
        ('"published_on":"2019-08-14"', '"published_on":"2019-08-13"', "columns"),
        (":02.000000Z", ":03.000000Z", "stamps"),
        ('"seq":3', '"seq":4', "columns"),
        ('"version":1', '"version":9', None),
    ],
)
def test_every_stamp_of_a_body_is_compared(engine, said, instead, code):
    """Though nothing moves in the body, which would show of itself."""
    begin(engine)
    body = body_of(engine, 3).decode().replace(said, instead, 1).encode()
    tamper(engine, ("UPDATE ledger_event SET body = ?, leaf = ? WHERE seq = 3", body, leaf_hash(body)))
    if code is None:  # as a newer package might have written it
        with pytest.raises(UnknownEventKindError):
            verify(engine, LEDGER)
    else:
        assert findings(engine) == {(3, None, code), (None, 1, "root")}


def test_a_number_that_no_reader_keeps_is_not_believed(engine):
    begin(engine)
    body = body_of(engine, 3).replace(b'"seq":3', b'"seq":%d' % 2**53)
    change = f"UPDATE ledger_event SET seq = {2**53}, body = ?, leaf = ? WHERE seq = 3"
    tamper(engine, (change, body, leaf_hash(body)))

    assert {(2**53, None, code) for code in ("gap", "orphan", "unreadable")} <= findings(engine)


@pytest.mark.parametrize(
    "column",
    [
        "commit_no = 0",
        "kind = 'milestone_pending'",
        "kind = 'milestone_believed'",
        "kind = 'entry_retracted'",
        "project = NULL",
        "project = '北清'",
        "milestone = 'completed'",
        "earliest = 20190814",
        "latest = NULL",
        "whole = 0",
        "quantity = 9",
        "contested = 1",
        "published_on = NULL",
        "published_on = 20190230",
        "source = NULL",
        "target_seq = 0",
    ],
)
def test_every_column_is_compared(engine, column):
    begin(engine)
    tamper(engine, (f"UPDATE ledger_event SET {column} WHERE seq = 3",))

    assert (3, None, "columns") in findings(engine)


def test_a_wrong_index_is_found_and_can_be_rebuilt(engine):
    begin(engine)
    with engine.begin() as conn:
        conn.exec_driver_sql("UPDATE ledger_project SET size = 7")
        conn.exec_driver_sql("DELETE FROM ledger_name")
    assert findings(engine) == {(None, None, "index")}
    with writing(engine, LEDGER) as conn:
        rebuild_index(conn, LEDGER)
    assert findings(engine) == set()


def test_a_dropped_trigger_is_found_and_stops_the_writer(engine):
    clock = begin(engine)
    with engine.begin() as conn:
        on = " ON ledger_event" if conn.dialect.name == "postgresql" else ""
        conn.exec_driver_sql(f"DROP TRIGGER ledger_event_insert{on}")
    assert findings(engine) == {(None, None, "guards")}
    with pytest.raises(GuardsMissingError, match="ledger_event_insert"):
        append(engine, LEDGER, [project("安立路")], actor="a", clock=clock)


def test_another_ledger_is_not_blamed(engine):
    clock = begin(engine)
    begin(engine, "昌平", clock)
    tamper(engine, ("UPDATE ledger_event SET latest = 20180101 WHERE seq = 3 AND ledger = ?", LEDGER))
    assert findings(engine) == {(3, None, "columns")}
    assert findings(engine, "昌平") == set()


def stored(engine):
    """
    All rows of the log.
    """
    with reading(engine) as conn:
        return [
            list(conn.exec_driver_sql(f"SELECT * FROM {table} ORDER BY 1, 2"))
            for table in ("ledger_commit", "ledger_event", "ledger_project", "ledger_name")
        ]


def test_one_byte_of_the_file_is_found(sqlite_url, tmp_path):
    engine = open_engine(sqlite_url)
    begin(engine)
    path = sqlite_url.removeprefix("sqlite:///")
    content = stored(engine)
    with open(path, "rb") as file:  # noqa: PTH123
        before = file.read()
    at = before.index("二(三)11".encode())
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(before[:at] + bytes([before[at] ^ 0xFF]) + before[at + 1 :])
    assert (3, None, "leaf") in findings(engine)
    for at in range(100, len(before), 1777):
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(before[:at] + bytes([before[at] ^ 0xFF]) + before[at + 1 :])
        # What changed nothing that is stored (free space, say) is no finding.
        assert verify(engine, LEDGER).findings or stored(engine) == content, at


def test_text_that_is_no_text_is_named(sqlite_url):
    engine = open_engine(sqlite_url)
    begin(engine)
    tamper(engine, ("UPDATE ledger_event SET kind = CAST(X'ff' AS TEXT) WHERE seq = 2",))
    assert {(2, None, "unreadable"), (3, None, "gap")} <= findings(engine)


def test_a_damaged_dump_is_refused_and_nothing_is_loaded(engine, tmp_path):
    begin(engine)
    with reading(engine) as conn:
        lines = list(dump(conn, LEDGER))
    other = open_engine(f"sqlite:///{tmp_path / 'other.db'}", create=True)
    damaged = [
        [],
        lines[1:],
        lines[:-1],
        lines[:1],
        [*lines[:1], *lines[2:]],
        [lines[0], lines[2], lines[1], *lines[3:]],
        [*lines[:-1], lines[-1].replace(b'"root":"', b'"root":"0')],
        [*lines[:2], b"nonsense\n", *lines[3:]],
        [*lines[:2], lines[2].replace(b"report", b"other"), *lines[3:]],
        [*lines, lines[-1]],
        [*lines[:-1], lines[-1].replace(b'"digest":"', b'"digest":"00').replace(b'","root"', b"")],
        [*lines[:-1], lines[-1].replace(b'"closes"', b'"idempotency_key":"x","closes"')],
    ]
    for some in damaged:
        with pytest.raises((TamperedLedgerError, InvalidValueError)):
            load(other, some)
    assert load(other, lines).size_after == 4
