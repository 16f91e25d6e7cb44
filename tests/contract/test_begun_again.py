"""
Connections that were kept and are broken off meanwhile, as by a server that was restarted, are no error.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date

import psycopg
import pytest
from sqlalchemy import event

from milestone_ledger import Ledger
from milestone_ledger.errors import DatabaseUnavailableError
from milestone_ledger.store.engine import reading
from store_samples import PROGRAMME, project, source, started

DAY = date(2019, 8, 14)
CALLS = {
    "append": lambda ledger: ledger.append([project("京新")]).size_after,
    "size": lambda ledger: ledger.size,
    "one project": lambda ledger: ledger.bounds_of("安立路")["started"].hi,
    "an alias": lambda ledger: ledger.bounds_of("安立路改造")["started"].hi,
    "a view": lambda ledger: ledger.at(as_of=DAY).project("安立路").project.id,
    "all projects": lambda ledger: len(ledger.standings(as_of=DAY).counts()) > 0,
    "verify": lambda ledger: ledger.verify().findings,
}


@pytest.fixture
def ledger(postgresql_url):
    """
    A ledger whose pool keeps several connections.
    """
    with Ledger.create(postgresql_url, PROGRAMME) as ledger:
        ledger.append([source(), project("安立路", aliases=("安立路改造",)), started("安立路")])
        with ExitStack() as stack:
            for _ in range(4):
                stack.enter_context(reading(ledger.engine))
        assert ledger.engine.pool.checkedin() == 4
        yield ledger


def end_all(url):
    """
    End every other session of the database, and wait until they are gone.
    """
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_every_kept_connection_was_broken_off(postgresql_url, ledger, call):
    with Ledger.open(postgresql_url) as other:
        expected = None if call is CALLS["append"] else call(other)
    opened = []
    event.listen(ledger.engine, "connect", lambda *_: opened.append(1))
    end_all(postgresql_url)

    assert call(ledger) == (5 if call is CALLS["append"] else expected)

    assert opened
    assert ledger.verify().findings == ()


def test_the_clock_was_set_back_meanwhile(postgresql_url, ledger):
    """
    Then SQLAlchemy gives up one connection at a time, as it holds the others for new.
    """
    with ExitStack() as stack:
        for _ in range(4):
            conn = stack.enter_context(reading(ledger.engine))
            conn.connection._connection_record.starttime += 3600
    end_all(postgresql_url)
    assert ledger.append([project("京新")]).size_after == 5


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_a_server_that_ends_every_connection_is_told_of_once(postgresql_url, ledger, call):
    """
    It is not tried for ever.
    """
    checked_out = []

    def end(line, *_):
        checked_out.append(line.info.backend_pid)
        with psycopg.connect(postgresql_url.replace("+psycopg", ""), autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", (line.info.backend_pid,))

    event.listen(ledger.engine, "checkout", end)
    with pytest.raises(DatabaseUnavailableError):
        call(ledger)
    assert 2 <= len(checked_out) <= 6  # four that were kept, a new one, and the question asked alone
    event.remove(ledger.engine, "checkout", end)
    assert ledger.size == 4
    call(ledger)
