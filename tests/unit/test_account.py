"""
The account (一账一表): every project and every promise of it, with what tells so.
"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.reports.office.xlsx import xlsx
from milestone_ledger.reports.periodic.account import account
from milestone_ledger.reports.statements import cite_text
from milestone_ledger.testing.recording import recorded
from property.views import DAYS_AROUND, publication_views, view
from statements import achieved, pending, plan, project, promise, source
from strategies.histories import PROGRAMME, histories


def rows_of(made):
    """
    The rows of the projects, by the keys of their columns.
    """
    sections = [section for section in made.sections if any(c.key == "promised_in" for c in section.columns)]
    return [
        {column.key: value for column, value in zip(section.columns, row, strict=True)}
        for section in sections
        for row in section.rows
    ]


@pytest.fixture
def road():
    return recorded(
        [
            on.ProgrammeDefined(PROGRAMME),
            plan("计划", "2018-07-29"),
            plan("新计划", "2019-01-10"),
            source("通报", "2019-08-14"),
            project("road", name="北清路"),
            promise("road", "started", "2019-12-31", "计划", locator="二(三)11", responsible=("交通局",)),
            promise("road", "started", "2020-06-30", "新计划", locator="3"),
            achieved("road", "started", "[..2019-08-14]", "通报", locator="七"),
            on.BlockerRaised(
                project="road", source="通报", locator="八", note="管线未改移", deadline=None, ref="1"
            ),
        ]
    )


def test_one_row_tells_all_of_a_promise(road):
    (row,) = rows_of(account(view(road, as_of=date(2022, 12, 31)), "zh"))

    assert row["project"] == "北清路"
    assert row["units"] == "交通局"
    assert row["milestone"] == "开工"
    assert (row["deadline"], row["current"], row["revisions"]) == (date(2019, 12, 31), date(2020, 6, 30), 1)
    assert (row["achieved"], row["slip"]) == ("至迟 2019-08-14", "≤ -139")
    assert (row["verdict"], row["by_current"]) == (Verdict.KEPT, Verdict.KEPT)
    assert row["promised_in"] == "#5 计划 二(三)11"
    assert row["evidence"] == "达到 开工 ≤ 2019-08-14（#7 通报 七）"
    assert row["blockers"] == "挂账 1；管线未改移（#8 通报 八）"


@pytest.mark.parametrize(
    ("occurred", "slip"),
    [("2020-01-10", 10), ("[2020-01-10..2020-01-20]", "10～20"), (None, "≥ 2"), ("never", None)],
)
def test_the_slip_is_as_vague_as_the_evidence(occurred, slip):
    """From the deadline first promised, late is positive; open while nothing proves it reached."""
    said = {None: pending("road", "started", "2020-01-01", "通报"), "never": None}
    evidence = said[occurred] if occurred in said else achieved("road", "started", occurred, "通报")
    history = recorded(
        [
            on.ProgrammeDefined(PROGRAMME),
            plan("计划", "2018-07-29"),
            source("通报", "2020-12-31"),
            project("road"),
            promise("road", "started", "2019-12-31", "计划"),
            *([evidence] if evidence else []),
        ]
    )
    (row,) = rows_of(account(view(history, as_of=date(2022, 12, 31)), "zh"))

    assert row["slip"] == slip


def test_coverage_comes_before_anything_is_counted(road):
    made = account(view(road, as_of=date(2022, 12, 31)), "zh")

    assert made.sections[0].title == "总览"
    assert any(line.startswith("可核率") for line in made.heading)
    assert [row[0] for row in made.sections[0].rows] == [m.label.zh for m in PROGRAMME.milestones]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_ledger_says_so(language):
    empty = recorded([on.ProgrammeDefined(PROGRAMME)])
    for history in (empty, History()):
        made = account(view(history, as_of=date(2022, 12, 31)), language)
        assert "nothing recorded" in made.sections[0].empty or "尚无内容" in made.sections[0].empty
        assert xlsx(made).startswith(b"PK")


@given(histories(), st.data())
def test_the_account_says_what_the_view_says(history, data):
    viewpoint = data.draw(st.sampled_from(publication_views(history)))
    as_of = data.draw(st.sampled_from(DAYS_AROUND))
    seen = view(history, as_of=as_of, published_by=viewpoint.published_by)
    rows = rows_of(account(seen, data.draw(st.sampled_from(["zh", "en"]))))

    told = [(row["project"], row["verdict"]) for row in rows]
    wanted = [
        (state.project.name, verdict)
        for state in seen.projects()
        for verdict in ([promise.baseline.verdict for promise in state.promises] or [None])
    ]
    assert sorted(told, key=repr) == sorted(wanted, key=repr)
    cited = "；".join(row["promised_in"] or "" for row in rows)
    assert all(cite_text(state.chain.baseline) in cited for state in seen.promises())
