"""
Refusals by example where the first fault could hide the next, and what a refusal names.
"""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.rules import decide, nearest_names, refusals
from milestone_ledger.errors import (
    ContestedError,
    ContradictionError,
    DeadlineError,
    DuplicateNameError,
    FutureEvidenceError,
    MembershipError,
    NoProgrammeError,
    QuantityError,
    RefusedEntriesError,
    RetractionError,
    UnknownNameError,
)
from milestone_ledger.testing.recording import recorded
from statements import achieved, day, pending, plan, project, promise, slip, source
from strategies.histories import PROGRAMME

BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("plan", "2018-07-29"),
    source("report", "2019-08-14"),
    project("road"),
    project("schools", 3),
]
NEXT = len(BASE)


def refused(*events, after=()):
    return refusals(recorded(BASE, *([list(after)] if after else [])), events)


def named(error, *fields):
    return type(error), *(getattr(error, field) for field in fields)


def test_without_a_programme_nothing_else_is_said():
    """An event that would be refused for three reasons is refused for the first alone."""
    wrong = achieved("nobody", "nothing", "2019", "nowhere", contested=True)
    (error,) = refusals(History(), [wrong])

    assert named(error, "seq", "project", "milestone") == (NoProgrammeError, 0, None, None)


def test_every_unknown_name_of_an_event_is_named():
    """Source, project, milestone and unit, each with what it may have meant."""
    found = refused(promise("raod", "startd", "2019", "pln", responsible=("交通",)))

    assert [named(error, "seq", "project", "kind", "name", "suggestions") for error in found] == [
        (UnknownNameError, NEXT, "raod", "source", "pln", ("plan",)),
        (UnknownNameError, NEXT, None, "project", "raod", ("road",)),
        (UnknownNameError, NEXT, "raod", "milestone", "startd", ("started", "initiated")),
        (UnknownNameError, NEXT, "raod", "unit", "交通", ("交通局",)),
    ]


def test_unknown_names_of_registrations_and_totals():
    """Domains, modes, plans: of a project and of the scope of a total, where a domain may be a part."""
    scope = on.Scope(plans=("pln",), domains=("教育", "教"), deliveries=("new_buil",))
    total = on.TotalReported(
        source="report",
        locator="三",
        what="已开工",
        count=1,
        on=UncertainDate.parse("2019-08-14"),
        milestones=("startd",),
        scope=scope,
    )
    found = refused(
        project("lane", domain="道", delivery="new_buil"), on.ProjectAmended(project="raod", name="x"), total
    )

    assert [named(error, "seq", "project", "kind", "name") for error in found] == [
        (UnknownNameError, NEXT, "lane", "domain", "道"),
        (UnknownNameError, NEXT, "lane", "delivery", "new_buil"),
        (UnknownNameError, NEXT + 1, None, "project", "raod"),
        (UnknownNameError, NEXT + 2, None, "milestone", "startd"),
        (UnknownNameError, NEXT + 2, None, "source", "pln"),
        (UnknownNameError, NEXT + 2, None, "delivery", "new_buil"),
        (UnknownNameError, NEXT + 2, None, "domain", "教"),
    ]


def test_several_faults_of_one_event_are_all_said():
    """An open deadline of an unknown unit; a contested entry without a reason on an unknown milestone."""
    found = refused(
        promise("road", "started", "[2019-01-01..]", "plan", responsible=("nobody",)),
        pending("road", "nothing", "2019-08-14", "report", contested=True, note=" "),
    )

    assert [(type(error), error.seq) for error in found] == [
        (UnknownNameError, NEXT),
        (DeadlineError, NEXT),
        (UnknownNameError, NEXT + 1),
        (ContestedError, NEXT + 1),
    ]
    assert named(found[1], "project", "milestone", "deadline") == (
        DeadlineError,
        "road",
        "started",
        "[2019-01-01..]",
    )


def test_one_refusal_comes_alone_and_several_together():
    """In the order of the events."""
    history = recorded(BASE)
    with pytest.raises(UnknownNameError):
        decide(history, [achieved("nobody", "started", "[..2019-08-14]", "report")])
    with pytest.raises(RefusedEntriesError) as caught:
        decide(history, [achieved(name, "started", "[..2019-08-14]", "report") for name in ("x", "y")])

    assert [(error.seq, error.name) for error in caught.value.exceptions] == [(NEXT, "x"), (NEXT + 1, "y")]


def test_who_holds_a_name_is_named():
    """The earlier of two registrations; of a name, the project that has it."""
    found = refused(
        project("road"),
        source("report", "2019-08-14"),
        project("lane", name="项目 schools", aliases=("ROAD",)),
    )

    assert [named(error, "seq", "project", "kind", "name", "holder") for error in found] == [
        (DuplicateNameError, NEXT, "road", "project", "road", "#3"),
        (DuplicateNameError, NEXT + 1, None, "source", "report", "#2"),
        (DuplicateNameError, NEXT + 2, "lane", "name", "项目 schools", "schools"),
        (DuplicateNameError, NEXT + 2, "lane", "name", "ROAD", "road"),
    ]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([project("one", member_of="road")], ("one", "road", "not_a_batch")),
        ([project("many", 4, member_of="schools")], ("many", "schools", "too_many")),
        (
            [project("one", 2, member_of="schools"), project("two", 2, member_of="schools")],
            ("two", "schools", "too_many"),
        ),
        (
            [project("part", 2, member_of="schools"), project("one", member_of="part")],
            ("one", "part", "nested"),
        ),
        ([project("one", member_of="nothing")], None),
    ],
)
def test_what_no_batch_can_hold(events, expected):
    """Which project, which batch, and why."""
    error = refused(*events)[-1]

    if expected is None:
        assert named(error, "project", "kind", "name") == (UnknownNameError, "one", "project", "nothing")
    else:
        assert named(error, "project", "batch", "fault") == (MembershipError, *expected)
    assert error.seq == NEXT + len(events) - 1


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (achieved("road", "started", "[..2019-08-14]", "report", quantity=1), ("road", 1, 1, "—")),
        (achieved("schools", "started", "[..2019-08-14]", "report", quantity=0), ("schools", 0, 3, "1..2")),
        (achieved("schools", "started", "[..2019-08-14]", "report", quantity=3), ("schools", 3, 3, "1..2")),
        (pending("schools", "started", "2019-08-14", "report", quantity=3), ("schools", 3, 3, "0..2")),
        (promise("schools", "started", "2019", "plan", quantity=3), ("schools", 3, 3, "1..2")),
        (
            on.PromiseWithdrawn(
                source="report", locator="1", project="some", milestone="started", quantity=0
            ),
            ("some", 0, None, "1.."),
        ),
    ],
)
def test_which_quantities_are_allowed(event, expected):
    """Of a size, and of none; of what is pending none is a quantity too."""
    (error,) = refused(event, after=[project("some", None)])

    assert named(error, "project", "quantity", "size", "allowed") == (QuantityError, *expected)
    assert (error.seq, error.milestone) == (NEXT + 1, "started")


def test_a_quantity_that_a_new_size_does_not_allow_is_laid_to_the_registration():
    """The entry was right when it was made."""
    said = [achieved("schools", "started", "[..2019-08-14]", "report", quantity=2)]
    (error,) = refused(on.EntryRetracted(target=4), project("schools", 2), after=said)

    assert named(error, "seq", "project", "quantity", "size") == (QuantityError, NEXT + 2, "schools", 2, 2)


@pytest.mark.parametrize(
    ("retraction", "expected"),
    [
        (on.EntryRetracted(target=99), (UnknownNameError, None)),
        (slip(NEXT, "nowhere"), (UnknownNameError, "road")),
        (slip(NEXT, None), ("undated", "road")),
        (slip(3, "report"), ("undated", "road")),
        (slip(0, None), ("not_retractable", None)),
        (slip(NEXT, "plan"), ("too_early", "road")),
        (slip(NEXT + 1, "report"), ("act", "road")),
        (slip(NEXT + 2, "report"), ("already", "schools")),
        (slip(NEXT + 3, "report"), ("not_retractable", None)),
        (slip(3, None), ("referenced", "road")),
        (slip(2, None), ("referenced", None)),
    ],
)
def test_what_cannot_be_retracted(retraction, expected):
    """Which entry, of which project, and why; a second retraction must reach further back."""
    said = [
        achieved("road", "started", "[..2019-08-14]", "report"),
        promise("road", "started", "2019", "plan"),
        achieved("schools", "started", "[..2019-08-14]", "report"),
        slip(NEXT + 2, "report"),
    ]
    (error,) = refused(retraction, after=said)
    why, about = expected

    assert (error.seq, error.project) == (NEXT + 4, about)
    if why is UnknownNameError:
        kind, name = ("entry", "99") if retraction.source is None else ("source", "nowhere")
        assert named(error, "kind", "name") == (UnknownNameError, kind, name)
    else:
        assert named(error, "target", "fault") == (RetractionError, retraction.target, why)


def test_a_source_cannot_be_redated_under_its_statements():
    """Registered anew with another day; with the same day it can."""
    said = [achieved("road", "started", "[..2019-08-14]", "report")]
    again = source("report", "2019-08-14", number="京发1号")
    (error,) = refused(
        slip(2, None), attrs.evolve(again, published=UncertainDate.parse("2019-08-15")), after=said
    )

    assert named(error, "seq", "target", "fault") == (RetractionError, NEXT + 2, 2, "redated")
    assert refused(slip(2, None), again, after=said) == []


def test_the_nearest_names():
    """Up to three, the most alike first, and none that is not alike."""
    known = ["北清路", "北青路", "北清公路", "北清路口", "安立路"]

    assert nearest_names("北清路", known)[0] == "北清路"
    assert len(nearest_names("北清路", known)) == 3
    assert nearest_names("京新高速", known) == ()
    assert nearest_names("abcd", ["abxy", "axyz"]) == ("abxy",)


def test_a_contradiction_names_both_entries():
    """By number, day, source and place; the quantity only where it is not the whole."""
    said = [pending("schools", "started", "2019-08-14", "report", quantity=1)]
    (error,) = refused(achieved("schools", "completed", "[..2019-08-01]", "report", quantity=2), after=said)

    assert attrs.asdict(error) | {"milestone": None} == {
        "seq": NEXT + 1,
        "project": "schools",
        "milestone": None,
        "quantity": 2,
        "lo": "2019-08-15",
        "hi": "2019-08-01",
        "lower": f"#{NEXT} (2019-08-14, report 二4)",
        "upper": f"#{NEXT + 1} (2019-08-14, report 二3)",
        "lower_seq": NEXT,
        "upper_seq": NEXT + 1,
    }
    assert error.milestone in {"started", "completed", "structure_complete"}
    (error,) = refused(
        achieved("road", "started", "[..2019-08-01]", "report"),
        after=[pending("road", "started", "2019-08-14", "report")],
    )
    assert (error.quantity, error.milestone) == (None, "started")


FUTURE = UncertainDate.parse("[2019-08-01..2019-08-15]")
CITED = {"source": "report", "locator": "二5"}


@pytest.mark.parametrize(
    "said",
    [
        on.MilestoneAchieved(**CITED, project="road", milestone="started", occurred=FUTURE),
        on.MilestonePending(**CITED, project="road", milestone="started", on=day("2019-08-15")),
        on.StatementNoted(**CITED, project="road", milestone="started", occurred=FUTURE),
        on.IndicatorObserved(**CITED, name="学位", value=Decimal(900), occurred=FUTURE),
        on.TotalReported(**CITED, what="已开工", count=7, on=FUTURE),
        on.BlockerCleared(**CITED, project="road", on=day("2019-08-15")),
    ],
    ids=lambda said: type(said).__name__,
)
def test_no_document_speaks_of_a_day_after_its_own(said):
    """Whatever it says of it."""
    (error,) = refused(said)

    assert named(error, "seq", "day", "limit", "source") == (
        FutureEvidenceError,
        NEXT,
        "2019-08-15",
        "2019-08-14",
        "report",
    )
    assert error.project == getattr(said, "project", None)
    assert error.milestone == getattr(said, "milestone", None)


def test_a_contradiction_that_an_amendment_makes_is_laid_to_it():
    """Both statements were right while the one spoke of no member of the other."""
    said = [
        pending("schools", "started", "2019-08-14", "report", quantity=0),
        achieved("road", "started", "[..2019-08-01]", "report"),
    ]
    found = refused(on.ProjectAmended(project="road", member_of="schools"), after=said)

    assert {(type(error), error.seq, error.lower_seq, error.upper_seq) for error in found} == {
        (ContradictionError, NEXT + 2, NEXT, NEXT + 1)
    }
