"""
Official totals and indicators beside what the ledger itself holds.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import fold
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import HINDSIGHT
from milestone_ledger.domain.indicators import indicators
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.totals import in_scope, totals
from milestone_ledger.testing.recording import recorded
from statements import achieved, day, pending, plan, project, promise, source
from strategies.histories import PROGRAMME

BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("plan", "2018-07-29"),
    plan("second plan", "2019-03-01"),
    source("report", "2019-08-14"),
    source("later", "2020-03-01"),
    project("road", delivery="new_build"),
    project("lane"),
    project("kindergartens", 10, domain="教育/幼儿园"),
    project("first", domain="教育/幼儿园", member_of="kindergartens"),
    project("some", None),
]


def total(**fields):
    return on.TotalReported(
        **{
            "source": "report",
            "locator": "三",
            "what": "已开工",
            "count": 7,
            "on": UncertainDate.parse("2019-08-14"),
            "milestones": ("started",),
        }
        | fields
    )


def counted(*events, listed=None):
    history = recorded(BASE, events)
    registry = Registry.of(history)
    ladders = fold(registry, history, HINDSIGHT)
    return totals(history.live(), registry, ladders, registry.projects if listed is None else listed)


def numbers(state):
    return state.registered, state.certain, state.possible, state.projects, state.reached


def test_every_project_in_scope_is_counted_with_its_units():
    """A member with its batch alone; of an unknown number at least one, and any number may have."""
    (state,) = counted(
        total(),
        achieved("road", "completed", "[..2019-08-14]", "report"),
        achieved("first", "started", "[..2019-08-14]", "report"),
        pending("lane", "started", "2019-08-14", "report"),
    )

    assert numbers(state) == (13, 2, None, ("road", "lane", "kindergartens", "some"), ("road", "first"))
    assert state.on == day("2019-08-14")
    assert state.itemised == 2
    assert state.event == total()


def test_what_is_reported_for_a_later_day_is_told_apart():
    """Reported by some day after the total's: it may be in the total, and may not."""
    (state,) = counted(
        total(on=UncertainDate.parse("2019-08-13"), scope=on.Scope(domains=("道路",))),
        achieved("road", "started", "[..2019-08-14]", "report"),
        pending("lane", "started", "2019-08-13", "report"),
        achieved("lane", "started", "2019-08-14", "report"),
    )
    (without,) = counted(total(milestones=()))

    assert (state.certain, state.reported, state.possible) == (0, 1, None)
    assert without.reported is None


def test_a_total_speaks_of_its_last_day():
    """What was reached a day later is possible, and not certain."""
    (state,) = counted(
        total(scope=on.Scope(domains=("道路",)), on=UncertainDate.parse("[2019-08-01..2019-08-13]")),
        achieved("road", "started", "2019-08-14", "report"),
        achieved("lane", "started", "2019-08-13", "report"),
        achieved("some", "started", "[..2019-08-14]", "report", quantity=2),
        pending("some", "started", "2019-08-14", "report", quantity=4),
    )

    assert numbers(state) == (3, 1, 5, ("road", "lane", "some"), ("lane",))


def test_a_total_without_milestones_counts_projects():
    """Nothing was to be reached, so nothing is certain or possible beside what is registered."""
    (state,) = counted(total(milestones=(), scope=on.Scope(domains=("教育",))))

    assert numbers(state) == (10, None, None, ("kindergartens",), ())
    assert state.itemised == 10


def test_any_of_several_milestones():
    """Partial counts at two milestones may be of the same units: the larger is certain, both are possible."""
    several = total(milestones=("handed_over", "completed"), scope=on.Scope(domains=("教育/幼儿园",)))
    said = [
        achieved("kindergartens", "handed_over", "[..2019-08-14]", "report", quantity=2),
        achieved("kindergartens", "completed", "[..2019-08-14]", "report", quantity=3),
        pending("kindergartens", "handed_over", "2019-08-14", "report", quantity=4),
    ]

    (open_ended,) = counted(several, *said)
    (closed,) = counted(
        several, *said, pending("kindergartens", "completed", "2019-08-14", "report", quantity=5)
    )
    (many,) = counted(
        several, *said, pending("kindergartens", "completed", "2019-08-14", "report", quantity=8)
    )

    assert [(state.certain, state.possible) for state in (open_ended, closed, many)] == [
        (3, 10),
        (3, 9),
        (3, 10),
    ]


def test_a_member_whose_batch_is_out_of_scope_counts_itself():
    """Only what is counted already is left out."""
    (state,) = counted(
        total(scope=on.Scope(plans=("plan",))),
        promise("first", "started", "2019", "plan"),
        listed=["first", "road"],
    )

    assert numbers(state) == (1, 0, 1, ("first",), ())


@pytest.mark.parametrize(
    ("scope", "projects"),
    [
        (on.Scope(), ("road", "lane", "kindergartens", "some")),
        (on.Scope(plans=("plan",)), ("road",)),
        (on.Scope(plans=("second plan", "plan")), ("road", "lane")),
        (on.Scope(plans=("report",)), ()),
        (on.Scope(deliveries=("new_build", "takeover")), ("road",)),
        (on.Scope(domains=("教育",)), ("kindergartens",)),
        (on.Scope(domains=("道路", "教育/幼儿园")), ("road", "lane", "kindergartens", "some")),
        (on.Scope(domains=("道路",), plans=("second plan",)), ("lane",)),
    ],
)
def test_a_scope_limits_by_plan_domain_and_mode(scope, projects):
    """An empty part sets no limit; a domain takes in all below it, and no other of a like name."""
    (state,) = counted(
        total(scope=scope),
        promise("road", "started", "2019", "plan"),
        promise("lane", "started", "2019", "second plan"),
    )

    assert state.projects == projects


def test_a_project_promised_in_no_plan_is_in_no_plan():
    """And one without a mode in no mode."""
    registry = Registry.of(recorded(BASE))

    assert not in_scope(registry.projects["lane"], on.Scope(plans=("plan",)), ())
    assert not in_scope(registry.projects["lane"], on.Scope(deliveries=("new_build",)), ())
    assert in_scope(registry.projects["lane"], on.Scope(plans=("plan",)), {"plan", "report"})
    assert not in_scope(registry.projects["first"], on.Scope(domains=("教",)), ())


def test_the_examples_of_a_total_stand_at_its_place():
    """Progress of every kind at the same locator of the same document."""
    here = {"locator": "三"}
    said = [
        achieved("road", "started", "[..2019-08-14]", "report", **here, note="achieved"),
        pending("lane", "started", "2019-08-14", "report", **here, note="pending"),
        on.StatementNoted(source="report", locator="三", project="lane", note="noted"),
        achieved("road", "started", "[..2019-08-14]", "report", locator="四", note="elsewhere"),
        achieved("road", "started", "[..2019-08-14]", "later", **here, note="later"),
    ]
    (state,) = counted(total(), *said)

    assert [entry.event.note for entry in state.examples] == ["achieved", "pending", "noted"]


def test_totals_come_by_publication_and_place():
    """A place is read as a person reads it; ties are broken by content, not by the order of entry."""
    said = [
        total(source="later", locator="一"),
        total(locator="三(十)"),
        total(locator="三(二)", what="乙"),
        total(locator="三(二)", what="丙"),
    ]
    expected = [("report", "三(二)", "丙"), ("report", "三(二)", "乙")]
    expected += [("report", "三(十)", "已开工"), ("later", "一", "已开工")]

    for events in (said, said[::-1]):
        found = [(s.event.source, s.event.locator, s.event.what) for s in counted(*events)]
        assert found == expected


def target(value, **fields):
    return on.IndicatorTargeted(
        **{"source": "plan", "locator": "一", "name": "学位", "measure": "个", "value": Decimal(value)}
        | fields
    )


def observed(value, **fields):
    return on.IndicatorObserved(
        **{"source": "report", "locator": "二", "name": "学位", "measure": "个", "value": Decimal(value)}
        | fields,
        occurred=UncertainDate.parse("[..2019-08-14]"),
    )


def described(*events):
    return [
        (
            found.name,
            found.measure,
            found.project,
            [str(entry.event.value) for entry in found.targets],
            [str(entry.event.value) for entry in found.observations],
        )
        for found in indicators(recorded(BASE, events))
    ]


def test_an_indicator_is_a_name_a_measure_word_and_a_project():
    """家 is not 处, and the number of one project is not that of all."""
    said = [
        observed(900),
        target(4140),
        observed(5, measure="处"),
        target(6, project="road"),
        target(7, name="学校", source="report"),
        observed(1000, source="later"),
        achieved("road", "started", "[..2019-08-14]", "report"),
    ]
    expected = [
        ("学位", "个", "road", ["6"], []),
        ("学位", "个", None, ["4140"], ["900", "1000"]),
        ("学校", "个", None, ["7"], []),
        ("学位", "处", None, [], ["5"]),
    ]

    assert described(*said) == described(*said[::-1]) == expected


def test_numbers_come_by_publication_and_place():
    """Then by content, whatever the order of entry."""
    said = [
        target(5, source="second plan"),
        target(4, locator="二(十)"),
        target(3, locator="二(二)"),
        target(2, locator="二(二)"),
    ]

    for events in (said, said[::-1]):
        ((_, _, _, targets, _),) = described(*events)
        assert targets == ["2", "3", "4", "5"]
