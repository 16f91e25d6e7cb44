"""
The page on Parquet files: its statement gives what it shows, and its table names the columns there are.
"""

from __future__ import annotations

import json
import re
from datetime import date

import duckdb
import pyarrow.parquet as pq
import pytest

from milestone_ledger import Answer
from milestone_ledger.io.export.parquet import export_parquet
from milestone_ledger.query.engines import duckdb_portfolio
from milestone_ledger.query.parquet import event_table, programme_table, project_table
from milestone_ledger.store.tables import day_number

DAY = date(2019, 8, 14)


@pytest.fixture(scope="module")
def folder(ledger, tmp_path_factory):
    folder = tmp_path_factory.mktemp("parquet") / "huitian-parquet"
    export_parquet(ledger.engine, folder)
    return folder


@pytest.fixture(scope="module")
def page(request):
    return (request.config.rootpath / "docs/reference/parquet.md").read_text(encoding="utf-8")


def cells(row):
    return [cell.strip() for cell in row.strip("│|").split("│" if "│" in row else "|")]


def test_the_statement_gives_what_the_page_shows(folder, page, monkeypatch):
    statement, shown = re.search(r"```sql\n(.*?)```.*?```text\n(.*?)```", page, re.DOTALL).groups()
    monkeypatch.chdir(folder.parent)
    found = duckdb.sql(statement)
    header, _, *rows = [cells(row) for row in shown.splitlines() if row.startswith("│")]

    assert header == found.columns
    assert rows == [[str(value) for value in row] for row in found.fetchall()]


def test_the_statement_and_the_engine_say_what_the_view_does(ledger, folder, page, monkeypatch):
    statement = re.search(r"```sql\n(.*?)```", page, re.DOTALL)[1].replace(
        "HAVING started + not_started > 0", ""
    )
    monkeypatch.chdir(folder.parent)
    totals = [
        sum(column) for column in zip(*(row[1:] for row in duckdb.sql(statement).fetchall()), strict=True)
    ]
    standings = ledger.standings(as_of=DAY)
    named = [project for project, identity in standings.identities.items() if identity.size == 1]
    answers = [standings.answer(project, "started") for project in named]
    assert totals[:3] == [len(named), answers.count(Answer.YES), answers.count(Answer.NO)]

    (answer,) = duckdb_portfolio(folder, as_of=DAY)
    columns = next(one for one in answer.milestones if one.milestone == "started")
    rows = {row["project"]: row for row in answer.to_dicts()}
    for project in named:
        bounds, row = standings.bounds(project, "started"), rows.get(project, {})
        assert (row.get(columns.lo), row.get(columns.hi)) == (day_number(bounds.lo), day_number(bounds.hi))


def test_the_page_names_every_column_of_every_table(folder, page):
    sections = dict(re.findall(r"^### (ledger_\w+)$(.*?)(?=^##)", page, re.MULTILINE | re.DOTALL))
    for table in (event_table(bodies=True), programme_table(), project_table()):
        assert set(table.c.keys()) <= set(re.findall(r"`(\w+)`", sections[table.name])), table.name
    (part,) = (folder / "ledger_event" / "ledger=huitian").glob("*.parquet")
    told = json.loads(pq.read_metadata(part).metadata[b"milestone_ledger"])
    example = json.loads(re.search(r"```json\n(.*?)```", page, re.DOTALL)[1])
    assert {**told, "root": ""} == {**example, "root": ""}
    types = {field.name: str(field.type) for field in pq.read_schema(part)}
    for names, kind in re.findall(
        r"^\| ((?:`\w+`(?:, )?)+) \| (\w+) \|", sections["ledger_event"], re.MULTILINE
    ):
        for name in set(re.findall(r"\w+", names)) - {"ledger", "body", "leaf"}:
            assert types.pop(name) == kind
    assert [*types] == ["ledger"]
