"""
Law 17 for the page, and that it says of every day what the library answers.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.history import History
from milestone_ledger.domain.state import Count, numbers_of
from milestone_ledger.reports.page.content import content
from milestone_ledger.reports.page.document import page
from milestone_ledger.testing.recording import boundaries
from milestone_ledger.testing.strategies.calendar import CALENDAR, publication_bounds
from milestone_ledger.testing.strategies.looking import looking_days
from page_reader import Reader, data_of, day_of, expected
from property.views import view, whole_view
from strategies.histories import close_histories, histories

calendar_days = st.sampled_from(CALENDAR)
pasts = histories(max_commits=8) | close_histories(max_commits=8)


def written(history, *, position=None, grace=0):
    """
    The page of a position of a history.
    """
    size = history.size if position is None else position
    return page(view(history, as_of=looking_days(history)[0], recorded_by=size, grace=grace), root=None)


@given(pasts, st.sampled_from([0, 0, 3]), st.data())
def test_the_page_says_of_a_day_what_the_library_answers(history, grace, data):
    """
    In hindsight and as known that day, on any day, at any position: state by state and entry by entry.
    """
    position = data.draw(st.sampled_from(boundaries(history)))
    reader = Reader(data_of(written(history, position=position, grace=grace)))
    for day in data.draw(st.lists(st.sampled_from(looking_days(history, grace)), min_size=1, max_size=8)):
        for mode, published_by in (("hindsight", None), ("known", day)):
            seen = view(history, as_of=day, published_by=published_by, recorded_by=position, grace=grace)

            assert reader.seen(mode, day) == expected(seen)


@given(pasts, publication_bounds, calendar_days)
def test_a_look_on_another_day_is_that_of_a_view_of_that_day(history, published_by, day):
    """
    What views of one publication day share is nothing that a day changes.
    """
    first = view(history, as_of=looking_days(history)[0], published_by=published_by)

    assert whole_view(first.on(day)) == whole_view(view(history, as_of=day, published_by=published_by))


@given(pasts, publication_bounds, calendar_days)
def test_the_projects_that_a_number_counts_add_up_to_it(history, published_by, day):
    """
    Whoever asks what is behind a number of a milestone gets no project more, and none less.
    """
    seen = view(history, as_of=day, published_by=published_by)
    for row in seen.counts():
        behind = [
            numbers_of(seen.ladders[project][row.milestone], day) for project in seen.counted(row.milestone)
        ]

        assert Count.of("", row.milestone, behind) == row


@given(pasts, st.data())
def test_the_slider_stops_where_something_changes_and_nowhere_else(history, data):
    """
    Every day of change says something else than the one before, in one of the two modes.
    """
    reader = Reader(data_of(written(history)))
    days = [day_of(held) for held in reader.data["days"]]
    if len(days) > 1:
        place = data.draw(st.integers(1, len(days) - 1))

        assert any(
            reader.seen(mode, days[place - 1]) != reader.seen(mode, days[place])
            for mode in ("hindsight", "known")
        )


@given(pasts, st.data())
def test_the_page_depends_on_what_was_recorded_by_its_position_alone(history, data):
    """
    What was entered later, and when the page is made, changes no byte.
    """
    position = data.draw(st.sampled_from(boundaries(history)))
    shorter = History([entry for entry in history if entry.seq < position])

    assert written(history, position=position) == written(shorter, position=position)


@given(pasts)
def test_every_statement_stands_on_the_page_with_what_took_it_back(history):
    """
    Nothing disappears: each statement of each project, and every retraction of it.
    """
    seen = view(history, as_of=looking_days(history)[0], recorded_by=history.size)
    data = content(seen, root=None)
    held = {entry[0]: entry for entry in data["entries"]}
    for state in (seen.project(project) for project in seen.registry.projects):
        for entry in state.statements:
            assert held[entry.seq][6] == []
        for pair in state.retracted:
            assert data["entries"][held[pair.entry.seq][6][0]][0] == pair.by.seq
