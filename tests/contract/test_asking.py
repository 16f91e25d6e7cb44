"""
What goes to a server in one trip is short: of megabytes, each side would wait for the other to read.
"""

from __future__ import annotations

from milestone_ledger.domain.events import StatementNoted
from milestone_ledger.store.append import append
from milestone_ledger.store.asking import ask
from milestone_ledger.store.engine import reading
from milestone_ledger.store.read import read_entries
from store_samples import begin

LONG = "加快推进" * 2_000_000


def test_questions_of_megabytes_are_answered(engine):
    with reading(engine) as conn:
        answers = ask(conn, *((f"SELECT {number}, CAST(? AS TEXT)", LONG) for number in range(3)))
    assert answers == [[(number, LONG)] for number in range(3)]


def test_an_entry_of_megabytes_is_recorded(engine):
    clock = begin(engine)
    noted = StatementNoted(source="报告", locator="1", project="北清路", note=LONG)
    append(engine, "回天", [noted], actor="a", clock=clock)
    with reading(engine) as conn:
        assert read_entries(conn, "回天", after=3)[0].event == noted
