"""
The statement that the documents show does what they say, on the real ledger.
"""

from __future__ import annotations

import re
from datetime import date

import pytest

from milestone_ledger.store.tables import day_number

DAY = date(2019, 8, 14)


@pytest.fixture(scope="module")
def document(request):
    text = (request.config.rootpath / "docs/explanation/one-statement.md").read_text(encoding="utf-8")
    statement, shown = re.search(r"```sql\n(.*?)```.*?```text\n(.*?)```", text, re.DOTALL).groups()
    return statement, shown.splitlines()


def run(ledger, statement):
    with ledger.engine.connect() as conn:
        return conn.exec_driver_sql(statement).all()


def test_the_example_gives_what_it_shows(ledger, document):
    statement, shown = document
    rows = ["|".join("" if value is None else str(value) for value in row) for row in run(ledger, statement)]
    assert ["project|lo|hi", *rows] == shown


def test_for_every_project_it_is_what_the_view_and_the_columns_say(ledger, document):
    statement, _ = document
    everywhere = re.sub(r"  AND e\.project IN \(.*?\)\n", "", statement)
    found = {project: (lo, hi) for project, lo, hi in run(ledger, everywhere)}
    view = ledger.at(as_of=DAY, published_by=DAY)
    standings = ledger.standings(as_of=DAY, published_by=DAY)
    compared = 0
    for state in view.projects():
        bounds = state.milestone("started").bounds
        assert standings.bounds(state.project.id, "started").hi == bounds.hi
        if state.project.size == 1 and state.project.member_of is None:
            expected = (day_number(bounds.lo), day_number(bounds.hi))
            assert found.get(state.project.id, (None, None)) == expected
            compared += expected != (None, None)
    assert compared > 10
