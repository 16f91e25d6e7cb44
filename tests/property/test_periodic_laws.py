"""
Law 17 for periodic reports, and what they never say: that what is not established is late.
"""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.history import History
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.reports.periodic.alerts import alerts
from milestone_ledger.reports.periodic.circular import circular
from milestone_ledger.reports.periodic.content import as_data
from milestone_ledger.reports.periodic.monthly import monthly
from milestone_ledger.reports.periodic.supervision import supervision
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.periodic.weekly import weekly
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies.looking import looking_days
from property.views import view
from strategies.histories import close_histories, histories

pasts = histories(max_commits=8) | close_histories(max_commits=8)
languages = st.sampled_from(["zh", "en"])


@st.composite
def two_days(draw):
    """
    The views of two days, one after the other, each as published by then.
    """
    history = draw(pasts)
    days = sorted(draw(st.tuples(*[st.sampled_from(looking_days(history))] * 2)))
    return [view(history, as_of=day, published_by=day) for day in days]


def reports(before, after, language, days=7):
    """
    Every periodic report by its name; the weekly one also with what was recorded after the first commit.
    """
    history, last = before.history, before.viewpoint.recorded_by
    position = min(boundaries(history)[1], history.size if last is None else last)
    known = attrs.evolve(before, viewpoint=attrs.evolve(before.viewpoint, recorded_by=position))
    return {
        "weekly": weekly(before, after, language, days=days),
        "entered late": weekly(before, after, language, days=days, known=known),
        "monthly": monthly(after, language, days=days),
        "alerts": alerts(after, language, days=days),
        "supervision": supervision(after, language, since=before.as_of),
        "circular": circular(after, language, before=before),
    }


def rows_of(section):
    return [dict(zip((column.key for column in section.columns), row, strict=True)) for row in section.rows]


@given(two_days(), languages, st.data())
def test_a_report_depends_on_what_was_recorded_by_its_position_alone(views, language, data):
    """
    What was entered later, and when it is asked, changes no word.
    """
    history = views[1].history
    position = data.draw(st.sampled_from(boundaries(history)))
    shorter = History([entry for entry in history if entry.seq < position])
    placed = [attrs.evolve(v, viewpoint=attrs.evolve(v.viewpoint, recorded_by=position)) for v in views]
    alone = [attrs.evolve(v, history=shorter) for v in placed]

    assert reports(*placed, language) == reports(*alone, language)


@given(two_days(), languages)
def test_every_row_of_every_table_has_a_value_in_each_column_and_an_answer_if_there_is_none(views, language):
    for report in reports(*views, language).values():
        assert report.title
        for section in report.sections:
            assert all(len(row) == len(section.columns) for row in section.rows)
            assert section.empty or not section.columns or section.rows
            if section.groups:
                assert [row for _, rows in section.grouped() for row in rows] == list(section.rows)
        assert as_data(report)["title"] == report.title
        assert report.title in report_text(report, 100)


@given(two_days(), languages)
def test_every_promise_and_statement_leads_to_a_document(views, language):
    """
    Rows about a project cite an entry, and every document that they cite is listed with its title.
    """
    for report in reports(*views, language).values():
        listed = {row["source"] for s in report.sections for row in rows_of(s) if "source" in row}
        for section in report.sections:
            for row in rows_of(section):
                cited = [str(row[key]) for key in ("promised_in", "evidence", "cause") if key in row]
                places = [place for text in cited for place in text.split("；") if place.startswith("#")]
                assert places or "project" not in row or not cited
                for place in places:
                    _, _, document = place.partition(" ")
                    assert not document or any(document.startswith(source) for source in listed)


@given(two_days())
def test_a_week_says_that_nothing_is_new_exactly_if_it_lists_nothing_new(views):
    short, *news = weekly(*views, "zh").sections[:6]

    assert short.prose[0].startswith(("本期没有", "台账中没有")) is not any(one.rows for one in news)


@given(two_days(), languages)
def test_nothing_that_is_not_established_is_called_overdue(views, language):
    found = reports(*views, language)
    late, stuck, due, *_ = found["alerts"].sections

    assert {row["verdict"] for row in rows_of(late)} <= {Verdict.OVERDUE}
    assert all(row["days_left"] >= 0 for row in rows_of(due))
    assert all(row["late"] > 0 for row in rows_of(stuck))
    assert {row["verdict"] for row in rows_of(found["monthly"].sections[2])} <= {Verdict.OVERDUE}
    undetermined = {row["verdict"] for row in rows_of(found["monthly"].sections[3])}
    assert undetermined <= {Verdict.DATE_UNKNOWN, Verdict.UNVERIFIED}


@given(two_days(), languages)
def test_the_numbers_of_units_are_those_of_the_lists(views, language):
    """
    A unit's numbers count every promise that it shares; what no unit is named for counts once.
    """
    _, after = views
    by_unit, *lists = monthly(after, language, days=30).sections[:4]
    for key, section in zip(("due", "overdue", "undetermined"), lists, strict=True):
        counted = sum(row[key] for row in rows_of(by_unit))
        assert counted >= len(section.rows)
        assert bool(counted) is bool(section.rows)


@given(two_days(), languages)
def test_the_verdicts_shown_are_the_verdicts_explained(views, language):
    for report in reports(*views, language).values():
        shown = {v for s in report.sections for row in s.rows for v in row if isinstance(v, Verdict)}
        assert {verdict for verdict, _ in report.legend} == shown
