"""
One commit of many entries: as whole, and as well guarded, as one of a single entry.
"""

from __future__ import annotations

from datetime import UTC, datetime

import psycopg
import pytest

from milestone_ledger.auditor import leaf_hash
from milestone_ledger.codec import encode
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import AppendOnlyError, DatabaseUnavailableError, LedgerError
from milestone_ledger.store.append import append
from milestone_ledger.store.bulk import AT_ONCE, COPIED, insert_rows
from milestone_ledger.store.connect import rows
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.read import commits, read_entries
from milestone_ledger.store.tables import EVENT_COLUMNS, index_values, ledger_event
from milestone_ledger.store.verify import Outcome, verify
from store_samples import begin, project

LEDGER = "回天"
BEGUN = 4
MANY = 2 * AT_ONCE + COPIED


def projects(count=MANY):
    """
    Events whose text needs care wherever it is quoted.
    """
    return [project(f"项目{number}'\"\\N\t{{}}", note="一\n二\\.") for number in range(count)]


def event_rows(count=MANY):
    """
    The rows that the next commit of the ledger ``begin`` makes could hold.
    """
    made = []
    for seq, event in enumerate(projects(count), BEGUN):
        entry = Entry(
            ledger=LEDGER,
            seq=seq,
            commit_no=2,
            recorded_at=datetime(2027, 1, 1, tzinfo=UTC),
            actor="a",
            published_on=None,
            event=event,
        )
        body = encode(entry)
        made.append((*index_values(entry), body, leaf_hash(body)))
    return made


def changed(row, **changes):
    return tuple((dict(zip(EVENT_COLUMNS, row, strict=True)) | changes).values())


def size(engine):
    with reading(engine) as conn:
        return rows(conn, "SELECT count(*) FROM ledger_event")[0][0]


@pytest.mark.parametrize("count", [COPIED - 1, COPIED, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, MANY])
def test_every_entry_of_a_commit_is_there_once(engine, count):
    clock, events = begin(engine), projects(count)
    commit = append(engine, LEDGER, events, actor="a", clock=clock)

    assert (commit.first_seq, commit.size_after) == (BEGUN, BEGUN + count)
    with reading(engine) as conn:
        assert [entry.event for entry in read_entries(conn, LEDGER, after=BEGUN - 1)] == events
    assert verify(engine, LEDGER).outcome is Outcome.CONSISTENT_UNANCHORED


@pytest.mark.parametrize("place", [0, AT_ONCE - 1, AT_ONCE, MANY - 1])
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"seq": BEGUN - 1}, "next seq|duplicate key"),
        ({"ledger": "另一本"}, "next seq"),
        ({"commit_no": 3}, "next commit"),
        ({"whole": 2}, "(?i)check"),
    ],
)
def test_each_of_many_rows_passes_the_guards(any_writer, place, changes, said):
    begin(any_writer)
    wrong = event_rows()
    wrong[place] = changed(wrong[place], **changes)
    with pytest.raises(AppendOnlyError, match=said), writing(any_writer, LEDGER) as conn:
        insert_rows(conn, ledger_event, wrong)

    assert size(any_writer) == BEGUN


def test_many_rows_need_a_commit(any_writer):
    begin(any_writer)
    with pytest.raises(AppendOnlyError), writing(any_writer, LEDGER) as conn:
        insert_rows(conn, ledger_event, event_rows())

    assert size(any_writer) == BEGUN


@pytest.mark.parametrize("blow", ["cut", "error", "interruption"])
@pytest.mark.parametrize("place", [1, COPIED, MANY])
def test_a_copy_that_breaks_off_leaves_nothing(postgresql_url, monkeypatch, blow, place):
    engine = open_engine(postgresql_url)
    clock, events = begin(engine), projects()
    write, written = psycopg.Copy.write_row, []

    def strike(copy, row):
        written.append(row)
        if len(written) == place:
            if blow == "interruption":
                raise KeyboardInterrupt
            if blow == "error":
                raise psycopg.OperationalError("the line is broken")
            with psycopg.connect(postgresql_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 10000)", (copy.connection.info.backend_pid,))
        write(copy, row)

    monkeypatch.setattr(psycopg.Copy, "write_row", strike)
    with pytest.raises(KeyboardInterrupt if blow == "interruption" else LedgerError) as caught:
        append(engine, LEDGER, events, actor="a", clock=clock, idempotency_key="k")
    monkeypatch.undo()

    assert blow == "interruption" or type(caught.value) is DatabaseUnavailableError
    assert len(written) >= place
    assert size(engine) == BEGUN
    commit = append(engine, LEDGER, events, actor="a", clock=clock, idempotency_key="k")
    with reading(engine) as conn:
        assert commits(conn, LEDGER)[-1] == commit
    assert size(engine) == BEGUN + MANY
    engine.dispose()
