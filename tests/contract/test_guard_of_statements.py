"""
PostgreSQL looks at all entries of a statement at once; whatever else it does, they are the next (fault 3).
"""

from __future__ import annotations

import psycopg
import pytest

from log_rows import LEDGER, commit, contents, event, insert
from milestone_ledger.errors import AppendOnlyError
from milestone_ledger.store.engine import open_engine, writing
from milestone_ledger.store.tables import EVENT_COLUMNS
from store_samples import begin


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "must add the next entries"),
        ([{"seq": 4}, {"seq": 6}], "next seq"),
        ([{"seq": 5}, {"seq": 6}], "next seq"),
        ([{"seq": 4}, {"seq": 5, "commit_no": 3}], "next commit"),
        ([{"seq": 4, "commit_no": 3}, {"seq": 5}], "next commit"),
        ([{"seq": 4}, {"seq": 0, "ledger": "other"}], "next commit"),
        ([{"seq": 4}, {"seq": 1, "ledger": "other", "commit_no": 0}], "next seq"),
    ],
)
def test_the_rows_of_one_statement_are_the_next_or_nothing(postgresql_url, rows, said):
    """
    PostgreSQL looks at them at once, in whatever order they come.
    """
    engine = open_engine(postgresql_url)
    begin(engine)
    before = contents(engine)
    made = [event(**changes) for changes in rows]
    for ordered in (made, made[::-1]):
        with pytest.raises(AppendOnlyError, match=said), writing(engine, LEDGER) as conn:
            insert_at_once(conn, ordered)
        assert contents(engine) == before
    engine.dispose()


def test_the_next_rows_of_one_statement_are_taken_in_any_order(postgresql_url):
    engine = open_engine(postgresql_url)
    begin(engine)
    with writing(engine, LEDGER) as conn:
        insert_at_once(conn, [event(seq=5), event(seq=4)])
        insert(conn, "ledger_commit", commit(size_after=6))
    assert len(contents(engine)[0]) == 6
    engine.dispose()


def insert_at_once(conn, made):
    columns = ", ".join(EVENT_COLUMNS)
    marks = ", ".join(["%s"] * len(EVENT_COLUMNS))
    values = ", ".join([f"({marks})"] * len(made)) if made else "SELECT * FROM ledger_event WHERE false"
    conn.exec_driver_sql(
        f"INSERT INTO ledger_event ({columns}) {'VALUES ' if made else ''}{values}",
        tuple(value for row in made for value in row.values()),
    )


COLUMNS = "kind, whole, contested, body, leaf"
ENTRIES = f"INSERT INTO ledger_event (ledger, seq, commit_no, {COLUMNS}) SELECT ledger, {{seq}}, 3, {COLUMNS}"
CLOSE = (
    "INSERT INTO ledger_commit "
    "(ledger, no, first_seq, size_after, root, frontier, recorded_at, actor, digest) "
    "SELECT ledger, 2, 4, {size}, root, frontier, '2027-01-01T00:00:00.000000Z', actor, digest "
    "FROM ledger_commit WHERE no = 1"
)


@pytest.mark.parametrize(
    "attack",
    [
        f"WITH e AS ({ENTRIES.format(seq=4)} FROM ledger_event WHERE seq = 3 RETURNING seq) "
        f"{CLOSE.format(size='(SELECT max(seq) + 1 FROM e)')}",
        f"{ENTRIES.format(seq=4)} FROM ledger_event WHERE seq = 3 RETURNING pg_temp.close(4)",
        f"{ENTRIES.format(seq='pg_temp.close(n)')} FROM ledger_event, (VALUES (4), (5)) v(n) WHERE seq = 3",
    ],
    ids=["by a CTE", "by a function after", "by a function between"],
)
def test_a_commit_made_within_the_statement_is_not_passed_by(postgresql_url, writer_url, attack):
    """
    Entry 4 would say that it is of commit 3, and commit 2 would close over it.
    """
    engine = open_engine(postgresql_url)
    begin(engine)
    before = contents(engine)
    with psycopg.connect(writer_url) as conn:
        conn.execute(
            "CREATE FUNCTION pg_temp.close(n bigint) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN "
            "IF n = 5 OR EXISTS (SELECT 1 FROM ledger_event WHERE seq = 4) THEN "
            f"{CLOSE.format(size=5)}; END IF; RETURN n; END$$"
        )
        with pytest.raises(psycopg.errors.RestrictViolation, match="next commit"):
            conn.execute(attack)
    assert contents(engine) == before
    engine.dispose()


def test_a_statement_within_a_statement_is_looked_at_too(postgresql_url):
    """
    Entry 5 is the next when it is inserted, by a function, between 4 and 6; but 4 and 6 are not.
    """
    engine = open_engine(postgresql_url)
    begin(engine)
    before = contents(engine)
    columns = "commit_no, kind, whole, contested, body, leaf"
    copied = f"INSERT INTO ledger_event (ledger, seq, {columns}) SELECT ledger, {{seq}}, 2, {columns[11:]}"
    with engine.begin() as conn:
        conn.exec_driver_sql(
            "CREATE FUNCTION further() RETURNS bigint LANGUAGE plpgsql AS "
            f"$$BEGIN {copied.format(seq=5)} FROM ledger_event WHERE seq = 3; RETURN 6; END$$"
        )
    with pytest.raises(AppendOnlyError, match="next seq"), writing(engine, LEDGER) as conn:
        conn.exec_driver_sql(
            f"{copied.format(seq='coalesce(n, further())')} "
            "FROM ledger_event, (VALUES (4), (NULL)) v(n) WHERE seq = 3"
        )
    assert contents(engine) == before
    engine.dispose()
