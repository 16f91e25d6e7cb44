"""
What two processes, or two halves of one, must not do to each other.
"""

from __future__ import annotations

import os
import threading

import attrs
import pytest
from sqlalchemy import Engine, event

from milestone_ledger import Ledger
from milestone_ledger.domain.programme import Label
from milestone_ledger.errors import LedgerExistsError
from milestone_ledger.store.append import append
from milestone_ledger.store.connect import rows
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import read_entries, size
from store_samples import PROGRAMME, begin, project


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_has_a_line_to_the_server_of_its_own(postgresql_url):
    engine = open_engine(postgresql_url)
    clock = begin(engine)

    def server_process():
        with reading(engine) as conn:
            return rows(conn, "SELECT pg_backend_pid()")[0][0]

    ours = server_process()
    answers, answer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(answer, str(server_process()).encode())
        finally:
            os._exit(0)
    os.close(answer)
    with os.fdopen(answers) as file:
        theirs = file.read()
    os.waitpid(child, 0)

    assert theirs not in {"", str(ours)}
    assert server_process() == ours
    assert append(engine, "回天", [project("安立路")], actor="a", clock=clock).no == 2
    engine.dispose()


@pytest.fixture
def overtaken(empty_url):
    """
    Begin a ledger just after somebody else, who is about to begin it too, saw that there is none.
    """
    undone = []

    def overtake(programme):
        undone.append(programme)

    def looked(_conn, _cursor, statement, *_):
        if undone and "ledger_commit.no = " in statement:
            undone.append("now")

    def connecting(_conn):
        if len(undone) > 1:
            programme = undone[0]
            undone.clear()
            Ledger.create(empty_url, programme).close()

    event.listen(Engine, "after_cursor_execute", looked)
    event.listen(Engine, "engine_connect", connecting)
    yield empty_url, overtake
    event.remove(Engine, "after_cursor_execute", looked)
    event.remove(Engine, "engine_connect", connecting)
    assert undone == []


def test_a_ledger_that_two_begin_at_once_is_begun_once(overtaken):
    url, overtake = overtaken
    overtake(PROGRAMME)
    with Ledger.create(url, PROGRAMME) as ledger:
        assert ledger.size == 1


def test_a_ledger_that_two_begin_differently_is_that_of_the_first(overtaken):
    url, overtake = overtaken
    other = attrs.evolve(PROGRAMME, title=Label("另一个", "another"))
    overtake(other)
    with pytest.raises(LedgerExistsError):
        Ledger.create(url, PROGRAMME)
    with Ledger.open(url) as ledger:
        assert (ledger.size, ledger.programme) == (1, other)


def test_a_database_in_memory_serves_one_thread_after_another():
    """
    It has one connection: a thread that came in between would see, and roll back, what another writes.
    """
    engine = open_engine("sqlite://")
    clock = begin(engine)
    seen = []

    def look():
        with reading(engine) as conn:
            seen.append(size(conn, "回天"))

    other = threading.Thread(target=look)

    def intrude(_conn, _cursor, statement, *_):
        if statement.startswith("INSERT INTO ledger_commit"):
            other.start()
            other.join(0.1)

    event.listen(engine, "before_cursor_execute", intrude)
    append(engine, "回天", [project("安立路")], actor="a", clock=clock)
    other.join()

    assert seen == [5]
    with reading(engine) as conn:
        assert [entry.event.project for entry in read_entries(conn, "回天", after=3)] == ["安立路"]
    engine.dispose()
