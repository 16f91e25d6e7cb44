"""
The format on disk, frozen: one body per kind and version ever released, written once and never edited.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from milestone_ledger import codec
from milestone_ledger.codec.registry import REGISTRY
from milestone_ledger.domain import events
from milestone_ledger.domain.programme import Domain, Programme, Unit
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow

FROZEN = Path(__file__).parent / "frozen"


def _is_default(owner, name, value):
    default = attrs.fields_dict(owner)[name].default
    return value == (default.factory() if isinstance(default, attrs.Factory) else default)


def _released():
    return [(row, version) for row in REGISTRY for version in range(1, row.version + 1)]


def test_every_released_version_is_frozen():
    """One file per kind and version ever released, and no other file."""
    assert {f"{row.kind}.v{version}.json" for row, version in _released()} == {
        path.name for path in FROZEN.iterdir()
    }


@pytest.mark.parametrize("path", sorted(FROZEN.glob("*.json")), ids=lambda path: path.stem)
def test_frozen_bodies_decode_for_ever(path):
    """Written once, never edited; a file is one canonical body and a line feed."""
    stored = path.read_bytes().removesuffix(b"\n")

    decoded = codec.decode_canonical(stored)

    assert path.stem.split(".")[0] == codec.kind_of(decoded.event)


@pytest.mark.parametrize("row", REGISTRY, ids=lambda row: row.kind)
def test_the_current_version_is_written_as_it_was_frozen(row):
    """All fields, none at its default: renaming, adding or reshaping one needs a new version."""
    stored = (FROZEN / f"{row.kind}.v{row.version}.json").read_bytes().removesuffix(b"\n")
    decoded = codec.decode(stored)

    assert stored == codec.encode(decoded)
    assert set(attrs.fields_dict(row.event_class)) == set(codec.event_to_data(decoded.event))
    for name in attrs.fields_dict(row.event_class):
        assert not _is_default(row.event_class, name, getattr(decoded.event, name)), name
    if isinstance(decoded.event, events.ProgrammeDefined):
        assert set(attrs.fields_dict(Programme)) == set(codec.event_to_data(decoded.event)["programme"])


NESTED = (Programme, Domain, Unit, Reading, DeadlineRow, VerbRow, events.Scope)
DEFAULTS = """
programme_defined
source_registered issuer='' number='' period=None link='' sha256='' note=''
project_registered aliases=() delivery=None size=1 measure='' member_of=None related=() note=''
project_amended name=None aliases=None domain=None delivery=None member_of=None related=None note=None
promise_made ref='' note='' milestone=None deadline=None quantity=None firmness=firm responsible=()
promise_withdrawn ref='' note='' quantity=None
milestone_achieved ref='' note='' quantity=None contested=False
milestone_pending ref='' note='' quantity=None contested=False
statement_noted ref='' note='' milestone=None occurred=None
activity_changed ref='' note=''
blocker_raised ref='' note='' milestone=None deadline=None responsible=()
blocker_cleared ref='' note=''
indicator_targeted ref='' note='' comparator== measure='' deadline=None project=None responsible=()
indicator_observed ref='' note='' comparator== measure='' project=None
total_reported ref='' note='' comparator== measure='' milestones=()
entry_retracted source=None locator='' note=''
Programme lifecycles=() domains=() units=() note=''
Domain en=''
Unit former=() en=''
Reading deadlines=() verbs=()
DeadlineRow year=None month=None day=None effort=False
VerbRow
Scope plans=() domains=() deliveries=()
"""


def test_a_programme_that_adds_no_words_is_written_as_it_ever_was():
    """The digest of a request holds the version: a retry after an upgrade must find its commit."""
    stored = (FROZEN / "programme_defined.v1.json").read_bytes().removesuffix(b"\n")

    entry = codec.decode(stored)

    assert codec.encode(entry) == stored
    assert codec.asked_part(entry.event, codec.encode_event(entry.event)) == codec.stored_part(entry, stored)


def test_defaults_are_part_of_the_format():
    """What is left out reads as these values; another default is a new version of the kind."""
    classes = [(row.kind, row.event_class) for row in REGISTRY]
    classes += [(nested.__name__, nested) for nested in NESTED]
    always_written = {"milestones", "order", "time_zone"}
    written = []
    for name, event_class in classes:
        written += [name] + [
            f"{one.name}={str(one.default) or repr(one.default)}"
            for one in attrs.fields(event_class)
            if one.default is not attrs.NOTHING
            and not isinstance(one.default, attrs.Factory)
            and not (event_class is Programme and one.name in always_written)
        ]

    assert written == DEFAULTS.split()
    assert attrs.fields(Programme).reading.default.factory() == Reading(deadlines=(), verbs=())
    assert attrs.fields(events.TotalReported).scope.default.factory() == events.Scope(
        plans=(), domains=(), deliveries=()
    )
