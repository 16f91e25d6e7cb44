"""
Which obstacles stand on the supervision list on a day.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.blockers import blockers
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry

RAISED = on.BlockerRaised(
    source="一月", locator="1", project="路", ref="1", note="拆迁", deadline=UncertainDate.parse("2019-01-31")
)
CLEARED = on.BlockerCleared(source="三月", locator="1", project="路", ref="1", on=date(2019, 2, 20))
JANUARY, MARCH, APRIL = date(2019, 1, 10), date(2019, 3, 5), date(2019, 4, 1)


def entered(*said):
    """
    Entries of what was published when.
    """
    return [
        Entry(ledger="x", seq=seq, commit_no=0, recorded_at=None, actor="", published_on=day, event=event)
        for seq, (day, event) in enumerate(said)
    ]


def on_day(entries, day):
    return blockers(entries, as_of=day, in_force=day)


def test_open_until_the_day_it_was_removed_as_far_as_was_published():
    entries = entered((JANUARY, RAISED), (MARCH, CLEARED))
    (as_seen,) = on_day(entries, date(2019, 2, 28))
    (later,) = on_day(entries, MARCH)
    (in_hindsight,) = blockers(entries, as_of=date(2019, 2, 19), in_force=APRIL)

    assert as_seen.cleared is None
    assert as_seen.raised_on == JANUARY
    assert (later.cleared, later.cleared_on) == (entries[1], date(2019, 2, 20))
    assert in_hindsight.cleared_on is None
    assert on_day(entries, date(2019, 1, 9)) == ()


@pytest.mark.parametrize(
    ("day", "deadline", "past"),
    [
        (date(2019, 1, 31), RAISED.deadline, False),
        (date(2019, 2, 1), RAISED.deadline, True),
        (date(2019, 2, 1), UncertainDate.parse("[2019-01-01..2019-02-10]"), False),
        (APRIL, None, False),
    ],
)
def test_past_once_the_last_day_of_its_deadline_is_over(day, deadline, past):
    (state,) = on_day(entered((JANUARY, attrs.evolve(RAISED, deadline=deadline))), day)

    assert state.is_past(day) is past


def test_removed_is_never_past():
    (state,) = on_day(entered((JANUARY, RAISED), (MARCH, CLEARED)), APRIL)

    assert not state.is_past(APRIL)


def test_said_again_it_is_the_same_with_the_last_deadline():
    again = attrs.evolve(RAISED, source="三月", deadline=UncertainDate.parse("2019-06-30"))
    entries = entered((MARCH, again), (JANUARY, RAISED))
    (state,) = on_day(entries, APRIL)

    assert state.raised == (entries[1], entries[0])
    assert state.deadline == again.deadline


def test_raised_anew_after_it_was_removed_it_is_another():
    anew = attrs.evolve(RAISED, source="四月")
    entries = entered((JANUARY, RAISED), (MARCH, CLEARED), (APRIL, anew))
    old, new = on_day(entries, APRIL)

    assert (old.cleared_on, new.cleared_on) == (date(2019, 2, 20), None)
    assert new.raised == (entries[2],)


def test_raised_and_removed_by_one_document():
    (state,) = on_day(entered((MARCH, RAISED), (MARCH, CLEARED)), MARCH)

    assert state.cleared_on == date(2019, 2, 20)


def test_other_projects_and_numbers_are_other_obstacles():
    entries = entered(
        (JANUARY, RAISED),
        (JANUARY, attrs.evolve(RAISED, project="桥")),
        (JANUARY, attrs.evolve(RAISED, ref="2")),
        (MARCH, CLEARED),
    )

    assert [(s.project, s.ref, s.cleared is None) for s in on_day(entries, APRIL)] == [
        ("桥", "1", True),
        ("路", "1", False),
        ("路", "2", True),
    ]
    assert on_day(entries, APRIL) == on_day(entries[::-1], APRIL)
