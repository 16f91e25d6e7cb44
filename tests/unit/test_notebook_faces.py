"""
What a notebook shows of a ledger and its answers.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import pytest

from milestone_ledger import Ledger
from milestone_ledger.reports import charts
from milestone_ledger.reports.html import html_of
from statements import achieved, plan, project, promise, source
from strategies.histories import PROGRAMME

END = date(2020, 12, 31)
HOSTILE = "<script>alert(1)</script> & \"一\" '二' 🚧 \u202e左 " + "长" * 200


@pytest.fixture
def ledger():
    with Ledger.create("sqlite://", PROGRAMME, actor="clerk") as ledger:
        yield ledger


def filled(ledger, name="p"):
    ledger.append(
        [
            plan("计划", "2018-07-29"),
            source("报告", "2019-06-30"),
            project(name, name=name),
            promise(name, "started", "2018-12-31", "计划"),
            promise(name, "completed", "2019-12-31", "计划"),
            achieved(name, "started", "2018-10", "报告"),
        ]
    )
    return ledger.at(as_of=END)


def shown(value):
    """
    The text of what is shown, which must be well-formed.
    """
    return "\n".join(ET.fromstring(value._repr_html_()).itertext())  # noqa: S314 (our own)


def test_coverage_comes_first(ledger):
    """
    Before any share of promises kept, for a view and for the ledger on its last day of publication.

    Of two promises there is no percentage.
    """
    view = filled(ledger)

    for said in (shown(view), shown(ledger)):
        assert said.index("可核率") < said.index("兑现率") < said.index("Coverage")
    assert "可核率 —（案例少于10）：到期的 2 项承诺中，公开依据能判定的有 1 项" in shown(view)
    assert "%" not in shown(view)
    assert "2019-06-30" in shown(ledger)


def test_an_empty_ledger_says_that_it_is_empty(ledger):
    assert "（空）" in shown(ledger)
    assert "（空）" in shown(ledger.at(as_of=END))
    assert "（空）" in shown(ledger.at(as_of=END, recorded_by=-1))


def test_states_name_verdicts_days_and_places(ledger):
    view = filled(ledger)

    said = shown(view.project("p"))
    for words in ("按期兑现", "到期无据", "2018-10-01～2018-10-31", "计划 一1", "报告 二3"):
        assert words in said
    first, second = view.promises()
    assert "开工" in shown(first)
    assert "按期兑现" in shown(first)
    assert "到期无据" in shown(second)


def test_names_are_text(ledger):
    """
    No markup of a name's is markup of the notebook's, and none turns the line around.
    """
    view = filled(ledger, HOSTILE)

    for value in (view, view.project(HOSTILE), *view.promises()):
        made = value._repr_html_()
        assert "<script" not in made
        assert "\u202e" not in made
    assert "长" * 200 in shown(view.project(HOSTILE))


def test_what_shows_nothing_of_itself_is_refused():
    with pytest.raises(TypeError, match="int"):
        html_of(1)


def test_a_view_draws_the_charts_of_the_reports(ledger):
    """
    The same as the functions do; a width is that of the picture.
    """
    view = filled(ledger)
    pairs = [
        (view.board("en"), charts.board(view, "en")),
        (view.trend("p", "started"), charts.trend(view, "p", "started")),
        (view.progress_chart(milestone="started"), charts.progress(view, milestone="started")),
        (view.reliability_chart("unit"), charts.verdicts(view, "unit")),
        (view.slip_chart("p", "started"), charts.slip_waterfall(view, "p", "started")),
        (view.totals_chart(width=400), charts.totals(view, width=400)),
        (view.waiting_chart("started"), charts.waiting(view, "started")),
    ]

    for one, other in pairs:
        assert one.to_dict() == other.to_dict()
