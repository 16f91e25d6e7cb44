"""
The codec by example: names, forms on the wire, and refusals with their place.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from hashlib import sha256
from typing import get_args

import attrs
import pytest

from milestone_ledger import codec
from milestone_ledger.codec.converter import refusal, structure
from milestone_ledger.codec.registry import REGISTRY
from milestone_ledger.codec.shape import entry_of
from milestone_ledger.domain import events
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import Label, Programme
from milestone_ledger.errors import UndecodableEventError, UnknownEventKindError

PENDING = events.MilestonePending(
    source="s", locator="l", project="anli-road", milestone="started", on=date(2019, 8, 14)
)
PENDING_DATA = {
    "source": "s",
    "locator": "l",
    "project": "anli-road",
    "milestone": "started",
    "on": "2019-08-14",
}


def entry(event=PENDING, **stamps):
    return Entry(
        **{
            "ledger": "huitian",
            "seq": 7,
            "commit_no": 2,
            "recorded_at": datetime(2026, 11, 22, 10, 14, 55, tzinfo=UTC),
            "actor": "clerk",
            "published_on": date(2019, 8, 14),
            "event": event,
        }
        | stamps
    )


def body(**changes):
    """A body of plain JSON, with some keys changed; a change to ``...`` removes the key."""
    changed = json.loads(codec.encode(entry())) | changes
    return json.dumps({key: value for key, value in changed.items() if value is not ...}).encode()


def problems(error):
    return f"at {error.path}: {error.detail}"


def test_the_registry_covers_the_whole_union():
    """A new event class without a row fails here."""
    assert set(get_args(events.Event)) == {row.event_class for row in REGISTRY}
    assert len(REGISTRY) == len({row.kind for row in REGISTRY}) == len({row.event_class for row in REGISTRY})


RELATED = (
    events.Relation(events.RelationKind.PART_OF, "a"),
    events.Relation(events.RelationKind.NOT_SAME, "b"),
)
EXACT = UncertainDate.parse("2019-08-14")
WITH_OBJECTS = (
    events.ProjectRegistered(project="p", name="大桥", domain="d", related=RELATED),
    events.ProjectAmended(project="p", related=RELATED[:1]),
    events.SourceRegistered(
        source="s",
        title="t",
        published=EXACT,
        kind=events.SourceKind.PLAN,
        period=events.Period(date(2018, 1, 1), date(2020, 12, 31)),
    ),
    events.TotalReported(
        source="s", locator="l", what="w", count=3, on=EXACT, scope=events.Scope(plans=("s",), domains=("d",))
    ),
)


@pytest.mark.parametrize("event", WITH_OBJECTS, ids=lambda event: type(event).__name__)
def test_the_quick_reader_reads_objects_within_the_data(event):
    """The relations of a project, the period of a plan and the scope of a total are common."""
    assert entry_of(codec.encode(entry(event))) == entry(event)


def test_kind_of_an_event_and_of_its_class():
    """Both name the same tag; anything else is refused by name."""
    assert "milestone_pending" == codec.kind_of(PENDING) == codec.kind_of(events.MilestonePending)
    with pytest.raises(UndecodableEventError, match="str is not an event"):
        codec.kind_of("milestone_pending")
    with pytest.raises(UndecodableEventError, match="Statement is not an event"):
        codec.kind_of(events.Statement)


def test_the_body_as_bytes():
    """What stands in the database, to the byte."""
    expected = (
        '{"actor":"clerk","commit":2,"data":{"locator":"l","milestone":"started","on":"2019-08-14",'
        '"project":"anli-road","source":"s"},"kind":"milestone_pending","ledger":"huitian",'
        '"published_on":"2019-08-14","recorded_at":"2026-11-22T10:14:55.000000Z","seq":7,"version":1}'
    )

    assert expected.encode() == codec.encode(entry())
    assert b"published_on" not in codec.encode(entry(published_on=None))
    assert entry() == codec.decode_canonical(expected.encode()) == entry_of(expected.encode())


def asked(event):
    """What a request says of an event."""
    return codec.asked_part(event, codec.encode_event(event))


def test_the_request_has_no_stamps():
    """An idempotency digest is taken of what was asked, not of when or by whom."""
    request = codec.RequestDigest("a key")
    request.add(asked(events.EntryRetracted(target=3)))
    first = request.digest()
    request.add(asked(events.EntryRetracted(target=4, note="x")))
    written = [
        b'{"data":{"target":3},"kind":"entry_retracted","version":1}',
        b'{"data":{"note":"x","target":4},"kind":"entry_retracted","version":1}',
    ]

    assert first == sha256(b'["a key",[' + written[0] + b"]]").digest()
    assert request.digest() == sha256(b'["a key",[' + b",".join(written) + b"]]").digest()
    assert codec.RequestDigest(None).digest() == sha256(b"[null,[]]").digest()


def test_the_request_can_be_told_from_the_stored_bodies():
    """What was asked, as it was written then: of an older version too."""
    part = b'{"data":%b,"kind":"milestone_pending","version":1}' % codec.encode_event(PENDING)
    body = codec.encode(entry())

    assert codec.stored_part(entry(), body) == asked(PENDING) == part
    older = body.replace(b'"version":1}', b'"version":12}')
    assert codec.stored_part(entry(), older) == part.replace(b'"version":1}', b'"version":12}')


def test_decode_accepts_another_layout_and_decode_canonical_does_not():
    """An export may be laid out for people; a stored body may not."""
    laid_out = json.dumps(json.loads(codec.encode(entry())), indent=1).encode()

    assert entry() == codec.decode(laid_out)
    with pytest.raises(UndecodableEventError, match="not canonical"):
        codec.decode_canonical(laid_out)


@pytest.mark.parametrize(
    ("number", "text"),
    [("48.53", "48.53"), ("1E+3", "1000"), ("1.50", "1.50"), ("-0.00", "-0.00"), ("1E-7", "0.0000001")],
)
def test_decimals_are_plain(number, text):
    """The notation that the document gave, but never an exponent."""
    event = events.IndicatorObserved(
        source="s", locator="l", name="n", value=Decimal(number), occurred=UncertainDate.parse("2019")
    )
    data = codec.event_to_data(event)

    assert text == data["value"]
    assert event == codec.event_from_data("indicator_observed", 1, data)


@pytest.mark.parametrize("number", ["1E+999999999", "1E-999999999", "1E+100", "0E-200", "1" * 101])
def test_decimals_beyond_measure_are_refused(number):
    """A number of a gigabyte is an attack, not a statistic."""
    event = events.IndicatorObserved(
        source="s", locator="l", name="n", value=Decimal(number), occurred=UncertainDate.parse("2019")
    )

    with pytest.raises(UndecodableEventError, match="at most 100 characters"):
        codec.encode(entry(event))


def test_a_definition_keeps_the_built_in_milestones_it_was_made_with():
    """They may grow with a release, and the past must not."""
    data = codec.event_to_data(events.ProgrammeDefined(Programme(id="p", title=Label("计划", "plan"))))

    assert {"id", "title", "milestones", "order", "time_zone"} == set(data["programme"])
    assert data["programme"]["order"][0] == ["initiated", "started"]


@pytest.mark.parametrize("kind", ["zzz", "", "MilestonePending", "milestone_pending "])
def test_an_unknown_kind_is_said_to_be_unknown(kind):
    """Never "a field is missing", whatever else a newer package wrote."""
    for changes in ({}, {"version": ...}, {"new_key": 1}, {"data": []}, {"seq": ...}):
        with pytest.raises(UnknownEventKindError) as caught:
            codec.decode(body(kind=kind, **changes))
        assert kind == caught.value.kind
    with pytest.raises(LookupError):
        codec.event_from_data(kind, 1, {})


def test_a_newer_version_is_said_to_be_newer():
    """The version is reported, and the remedy."""
    with pytest.raises(UnknownEventKindError, match="upgrade") as caught:
        codec.decode(body(version=2, data={"anything": True}))

    assert (caught.value.kind, caught.value.version) == ("milestone_pending", 2)
    with pytest.raises(UnknownEventKindError):
        codec.event_from_data("milestone_pending", 2, PENDING_DATA)
    with pytest.raises(UndecodableEventError, match="count from 1"):
        codec.event_from_data("milestone_pending", 0, PENDING_DATA)


def test_old_versions_are_brought_up_to_date_when_read(monkeypatch):
    """The chain stands between the bytes and the class."""
    monkeypatch.setattr(
        codec, "to_current", lambda kind, version, data: {**data, "note": f"{kind} {version}"}
    )

    assert codec.decode(body()).event == attrs.evolve(PENDING, note="milestone_pending 1")


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"kind": ...}, "$.kind"),
        ({"kind": 7}, "$.kind"),
        ({"version": ...}, "$.version"),
        ({"version": "1"}, "$.version"),
        ({"version": True}, "$.version"),
        ({"version": 0}, "$.version"),
        ({"version": -1}, "$.version"),
        ({"seq": "7"}, "$.seq"),
        ({"seq": True}, "$.seq"),
        ({"seq": None}, "$.seq"),
        ({"seq": -1}, "$.seq"),
        ({"actor": ""}, "$.actor"),
        ({"ledger": None}, "$.ledger"),
        ({"published_on": "2019-08-14T00:00:00"}, "$.published_on"),
        ({"published_on": "20190814"}, "$.published_on"),
        ({"published_on": "2019-W33-3"}, "$.published_on"),
        ({"published_on": "２０１９-08-14"}, "$.published_on"),
        ({"published_on": "2019-02-30"}, "$.published_on"),
        ({"recorded_at": "noon"}, "$.recorded_at"),
        ({"recorded_at": "2026-11-22T10:14:55Z"}, "$.recorded_at"),
        ({"recorded_at": "2026-11-22T10:14:55.000000"}, "$.recorded_at"),
        ({"recorded_at": "2026-11-22T10:14:55.000000+00:00"}, "$.recorded_at"),
        ({"recorded_at": "2026-11-22T18:14:55.000000+08:00"}, "$.recorded_at"),
        ({"recorded_at": "2026-11-22 10:14:55.000000Z"}, "$.recorded_at"),
        ({"data": []}, "$.data"),
        ({"data": ...}, "$.data"),
        ({"extra": 1}, "$.extra"),
        ({"data": PENDING_DATA | {"on": None}}, "$.data.on"),
        ({"data": PENDING_DATA | {"quantity": "7"}}, "$.data.quantity"),
        ({"data": PENDING_DATA | {"quantity": True}}, "$.data.quantity"),
        ({"data": PENDING_DATA | {"quantity": -1}}, "$.data.quantity"),
        ({"data": PENDING_DATA | {"contested": 1}}, "$.data.contested"),
        ({"data": PENDING_DATA | {"contested": "false"}}, "$.data.contested"),
        ({"data": PENDING_DATA | {"note": None}}, "$.data.note"),
        ({"data": PENDING_DATA | {"project": " padded"}}, "$.data.project"),
        ({"data": PENDING_DATA | {"project": ["a"]}}, "$.data.project"),
    ],
)
def test_refusals_name_their_place(changes, path):
    """Nothing is coerced, and domain validators speak at their field too."""
    with pytest.raises(UndecodableEventError) as caught:
        codec.decode(body(**changes))

    assert path == caught.value.path


PROMISE_FAULTS = [
    (
        {"deadline": "[2019-01-01..2019-12-31]"},
        "deadline: got '[2019-01-01..2019-12-31]', but write it as 2019",
    ),
    ({"deadline": "2019年"}, "deadline: got '2019年', but write 2019-08-14"),
    ({"firmness": "FIRM"}, "firmness: got 'FIRM', but give one of firm, planned"),
    ({"responsible": "区教委"}, "responsible: got '区教委', but give an array"),
    ({"responsible": {"a": 1}}, "responsible: got {'a': 1}, but give an array"),
    ({"responsible": ["a", 1]}, "responsible[1]: got 1, but give a string"),
    ({"responsible": ["a", "a"]}, "responsible: got ('a', 'a'), but remove the repetition"),
]
ACHIEVED_FAULTS = [
    ({"occurred": "2019", "quantity": 2}, "occurred: got '2019', but a partial count"),
    ({"occurred": "[2019-01-01..]"}, "occurred: got '[2019-01-01..]', but give its latest day"),
]


@pytest.mark.parametrize(
    ("kind", "data", "expected"),
    [("promise_made", *fault) for fault in PROMISE_FAULTS]
    + [("milestone_achieved", {"milestone": "m"} | data, expected) for data, expected in ACHIEVED_FAULTS],
)
def test_refusals_say_what_would_be_right(kind, data, expected):
    """Where, what was found, and what would have been accepted."""
    statement = {"source": "s", "locator": "l", "project": "p"}

    with pytest.raises(UndecodableEventError) as caught:
        codec.event_from_data(kind, 1, statement | data)

    assert problems(caught.value).startswith(f"at $.data.{expected}")


@pytest.mark.parametrize(
    "value", ["1E+3", "+5", "01", ".5", "5.", "1_000", "４", "NaN", "", " 1", "1\n", 5, "9" * 101]
)
def test_decimals_that_are_not_plain_are_refused(value):
    """Python's Decimal would take most of these."""
    data = {"source": "s", "locator": "l", "name": "n", "occurred": "2019", "value": value}

    with pytest.raises(UndecodableEventError) as caught:
        codec.event_from_data("indicator_observed", 1, data)

    assert caught.value.path == "$.data.value"


def test_all_problems_are_reported_at_once():
    """Deep in a definition, in the order of the fields."""
    programme = {
        "id": "p",
        "title": {"zh": "计划"},
        "milestones": ["x", {"id": "", "label": {"zh": "开工", "en": "started"}}],
        "order": [["a"], ["b", 1], "cd", ["a", "b", "c"]],
        "colour": "red",
    }

    with pytest.raises(UndecodableEventError) as caught:
        codec.event_from_data("programme_defined", 1, {"programme": programme})

    found = problems(caught.value)
    places = [
        "title.en",
        "milestones[0]",
        "milestones[1].id",
        "order[0]",
        "order[1]",
        "order[2]",
        "order[3]",
        "colour",
    ]
    assert places == sorted(places, key=lambda place: found.index(f"at $.data.programme.{place}: "))
    assert "at $.data.programme.title.en: required, but missing" in found
    assert "order[3]: got ['a', 'b', 'c'], but give an array of 2" in found


@pytest.mark.parametrize(
    ("value", "wanted"), [(True, int), (1.0, int), ("7", int), (1, bool), (7, str), (b"7", str)]
)
def test_the_converter_coerces_nothing(value, wanted):
    """Before any validator looks at the value."""
    with pytest.raises(UndecodableEventError, match="but give"):
        structure(value, wanted)


@pytest.mark.parametrize(
    ("stamps", "path"),
    [
        ({"recorded_at": datetime(2026, 11, 22)}, "$.recorded_at"),  # noqa: DTZ001
        ({"recorded_at": datetime(2026, 11, 22, tzinfo=timezone(timedelta(hours=8)))}, "$.recorded_at"),
        ({"published_on": datetime(2019, 8, 14, tzinfo=UTC)}, "$.published_on"),
        ({"seq": -1}, "$.seq"),
        ({"seq": True}, "$.seq"),
        ({"actor": ""}, "$.actor"),
        ({"ledger": "a\nb"}, "$.ledger"),
    ],
)
def test_stamps_that_could_not_be_read_back_are_not_written(stamps, path):
    """``Entry`` takes any stamps; the codec does not."""
    with pytest.raises(UndecodableEventError) as caught:
        codec.encode(entry(**stamps))

    assert path == caught.value.path


def test_foreign_notes_on_an_error_do_no_harm():
    """Only the notes of cattrs are steps of a path."""
    error = ValueError("give something else")
    error.add_note("seen on a Sunday")

    assert problems(refusal(error, ("data",))) == "at $.data: give something else"


def test_wire_values_of_the_enumerations():
    """They are stored for ever: none may be renamed."""
    kinds = (events.SourceKind, events.Firmness, events.Activity, events.Comparator, events.RelationKind)

    assert set(StrEnum.__subclasses__()) >= set(kinds)
    assert " ".join(choice for kind in kinds for choice in kind) == (
        "plan report other firm planned aspiration forecast effort suspended resumed cancelled reinstated "
        "= ≥ ≤ ≈ part_of follows_phase perhaps_same not_same"
    )


def test_every_unknown_field_is_named_in_order():
    """With those that are known, so that a slip of the pen shows."""
    known = "source, locator, ref, note, project, milestone, on, quantity, contested"
    with pytest.raises(UndecodableEventError) as caught:
        codec.decode(body(data=PENDING_DATA | {"zone": "x", "day": "x", "milestones": "x"}))

    assert caught.value.path == "$.data.day"
    assert caught.value.detail == (
        f"unknown field, known are {known}; at $.data.milestones: unknown field, known are {known}; "
        f"at $.data.zone: unknown field, known are {known}"
    )


def test_a_number_that_cannot_be_written_is_placed():
    """Before anything is hashed."""
    measured = events.IndicatorObserved(
        source="s", locator="l", name="学位", value=Decimal("1E+101"), occurred=UncertainDate.parse("2019")
    )
    with pytest.raises(UndecodableEventError, match="at most 100 characters") as caught:
        codec.encode(entry(measured))

    assert caught.value.path == "$.data"
