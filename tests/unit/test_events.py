"""
Events by their fields: whatever no database and no reader could hold is refused, and named.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from milestone_ledger import codec
from milestone_ledger.codec.registry import REGISTRY
from milestone_ledger.domain import events, programme
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.errors import InvalidValueError

FROZEN = Path(__file__).parents[1] / "codec" / "frozen"
NESTED = [
    events.Relation(events.RelationKind.PART_OF, "a"),
    events.Period(date(2018, 1, 1), date(2020, 12, 31)),
    events.Scope(plans=("p",), domains=("d",), deliveries=("m",)),
    programme.Label("开工", "started"),
    programme.Milestone("started", programme.Label("开工", "started")),
    programme.Lifecycle("new", programme.Label("新建", "new"), ("started",)),
    programme.Domain("道路", "roads"),
    programme.Unit("区交通局", ("区公路局",), "transport"),
    Viewpoint(published_by=date(2019, 12, 31), recorded_by=4),
]


def frozen_events():
    """One event of each kind, with every field given."""
    for row in REGISTRY:
        yield codec.decode((FROZEN / f"{row.kind}.v{row.version}.json").read_bytes().strip()).event


VALUES = [*frozen_events(), *NESTED]
# What stands beside the point may be left empty, and an amendment may take away a mode or a batch.
MAY_BE_EMPTY = {
    *("ref", "note", "issuer", "number", "link", "sha256", "measure"),
    *("Domain.en", "Unit.en"),
    *("ProjectAmended.delivery", "ProjectAmended.member_of", "EntryRetracted.locator"),
}
IN_ORDER = (
    *(events.ProgrammeDefined, events.Relation, events.Period),
    *(programme.Label, programme.Milestone, programme.Lifecycle, programme.Domain, programme.Unit),
)
FIELDS = [(value, one.name) for value in VALUES for one in attrs.fields(type(value))]


def named(case):
    value, name = case
    return f"{type(value).__name__}.{name}"


@pytest.mark.parametrize("case", FIELDS, ids=named)
@pytest.mark.parametrize(
    "wrong",
    [object(), 1.5, b"text", ["a"], datetime(2019, 8, 14, tzinfo=UTC)],
    ids=lambda wrong: type(wrong).__name__,
)
def test_a_field_refuses_what_it_cannot_hold(case, wrong):
    """Every field is guarded, and the refusal names it and shows the value."""
    value, name = case

    with pytest.raises(InvalidValueError) as refused:
        attrs.evolve(value, **{name: wrong})

    assert named(case) == refused.value.what
    assert refused.value.value is wrong


@pytest.mark.parametrize("case", [c for c in FIELDS if type(getattr(*c)) is str], ids=named)
def test_only_what_says_something_beside_may_be_empty(case):
    """Names are not empty; notes, references and the like may be, and so may what an amendment takes away."""
    value, name = case
    may_be_empty = name in MAY_BE_EMPTY or named(case) in MAY_BE_EMPTY

    if may_be_empty:
        assert getattr(attrs.evolve(value, **{name: ""}), name) == ""
    else:
        with pytest.raises(InvalidValueError):
            attrs.evolve(value, **{name: ""})


@pytest.mark.parametrize("case", [c for c in FIELDS if type(getattr(*c)) is tuple], ids=named)
def test_nothing_is_said_twice_in_one_field(case):
    """Lists hold each item once; edges of an order may repeat."""
    value, name = case
    items = getattr(value, name)

    if name == "order":
        assert attrs.evolve(value, order=(*items, items[0])).before(items[0][1]) == value.before(items[0][1])
    else:
        with pytest.raises(InvalidValueError):
            attrs.evolve(value, **{name: (*items, items[0])})


@pytest.mark.parametrize("case", [c for c in FIELDS if type(getattr(*c)) is int], ids=named)
def test_numbers_begin_where_they_can(case):
    """A project stands for one at least; quantities, counts and places in the log begin with 0."""
    value, name = case
    least = 1 if name == "size" else 0

    assert least == getattr(attrs.evolve(value, **{name: least}), name)
    assert getattr(attrs.evolve(value, **{name: 2**53 - 1}), name) == 2**53 - 1
    for wrong in (least - 1, 2**53, True):
        with pytest.raises(InvalidValueError):
            attrs.evolve(value, **{name: wrong})


@pytest.mark.parametrize("case", [c for c in FIELDS if type(getattr(*c)) is UncertainDate], ids=named)
def test_what_a_document_reports_has_a_latest_day(case):
    """What happened or was published did so by some day; a deadline may be read first and refused later."""
    value, name = case
    open_end = UncertainDate(date(2018, 7, 29), None)

    if name == "deadline":
        assert attrs.evolve(value, deadline=open_end).deadline == open_end
    else:
        with pytest.raises(InvalidValueError):
            attrs.evolve(value, **{name: open_end})


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_fields_of_events_are_given_by_name(value):
    """So that a new field can stand anywhere; those of small values such as labels have their order."""
    by_name = {one.kw_only for one in attrs.fields(type(value))}

    assert by_name == {not isinstance(value, IN_ORDER)}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_nothing_can_be_changed(value):
    """Nothing is overwritten, in memory neither."""
    name = attrs.fields(type(value))[0].name
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(value, name, getattr(value, name))


def test_a_period_ends_no_sooner_than_it_begins():
    """One day is a period."""
    day = date(2019, 8, 14)

    assert (day, day) == attrs.astuple(events.Period(day, day))
    with pytest.raises(InvalidValueError) as refused:
        events.Period(date(2019, 8, 15), day)
    assert (refused.value.what, refused.value.value) == ("Period", "2019-08-15..2019-08-14")


@pytest.mark.parametrize("wrong", [Decimal("NaN"), Decimal("Infinity"), 1, True])
def test_a_number_is_a_finite_decimal(wrong):
    """Neither a float nor an integer, whose digits after the point nobody wrote."""
    target = next(value for value in VALUES if isinstance(value, events.IndicatorTargeted))

    with pytest.raises(InvalidValueError):
        attrs.evolve(target, value=wrong)


def test_changes_of_activity_have_their_order():
    """Suspended, resumed, cancelled, reinstated: the later wins among changes of one day."""
    assert [change.rank for change in events.Activity] == [1, 2, 3, 4]
    assert list(events.Activity) == ["suspended", "resumed", "cancelled", "reinstated"]


def test_a_partial_count_has_no_first_day():
    """It is cumulative: at least so many by the latest day."""
    whole = next(value for value in VALUES if isinstance(value, events.MilestoneAchieved))
    with pytest.raises(InvalidValueError) as refused:
        attrs.evolve(whole, quantity=3, occurred=UncertainDate.parse("2019-08"))

    assert (refused.value.what, refused.value.value) == ("MilestoneAchieved.occurred", "2019-08")
    assert "[..2019-08-31]" in str(refused.value)


@pytest.mark.parametrize("missing", ["milestone", "deadline", "firmness"])
def test_a_promise_is_judged_by_milestone_deadline_and_more_than_effort(missing):
    """Without any of the three it is effort."""
    promise = next(value for value in VALUES if isinstance(value, events.PromiseMade))
    absent = {"milestone": None, "deadline": None, "firmness": events.Firmness.EFFORT}

    assert promise.is_judged
    assert not attrs.evolve(promise, **{missing: absent[missing]}).is_judged
