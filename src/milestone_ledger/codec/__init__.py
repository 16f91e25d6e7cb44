"""
Events as canonical JSON bytes, and back.

A body is one object: ledger, seq, commit, recorded_at, actor, published_on (left out where there is none),
kind, version and data. Reading validates always, as if the event had been made by hand.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from attrs.validators import optional

from milestone_ledger.codec.canonical import JSON, dumps, loads, loads_canonical
from milestone_ledger.codec.converter import refusal, structure, unstructure
from milestone_ledger.codec.registry import VERSIONS, kind_of, row_of
from milestone_ledger.codec.request import RequestDigest
from milestone_ledger.codec.upcast import require_known, to_current
from milestone_ledger.domain import values
from milestone_ledger.domain.events import Event
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import InvalidValueError

if TYPE_CHECKING:
    from attrs import Attribute

__all__ = [
    "RequestDigest",
    "decode",
    "decode_canonical",
    "encode",
    "event_from_data",
    "event_to_data",
    "kind_of",
]


def _moment(instance: object, attribute: Attribute[Any], value: object) -> None:
    if type(value) is not datetime or value.utcoffset() != timedelta(0):
        raise InvalidValueError(
            f"{type(instance).__name__}.{attribute.name}",
            value,
            ("give an aware datetime in UTC", "应为带时区的 UTC 时刻"),
        )


@frozen(kw_only=True)
class _Body:
    """
    What is stored of an entry, field by field as in the bytes.
    """

    ledger: str = field(validator=values.name)
    seq: int = field(validator=values.whole_number(0))
    commit: int = field(validator=values.whole_number(0))
    recorded_at: datetime = field(validator=_moment)
    actor: str = field(validator=values.name)
    published_on: date | None = field(default=None, validator=optional(values.day))
    kind: str = field(validator=values.name)
    version: int = field(validator=values.whole_number(1))
    data: dict[str, Any]


def encode(entry: Entry) -> bytes:
    """
    The canonical body of an entry: what is stored and hashed.

    Raises:
        UndecodableEventError: If a stamp of the entry is not valid (an empty actor, a naive ``recorded_at``),
            or the event cannot be written; such a body could not be read again.
    """
    kind = kind_of(entry.event)
    try:
        body = _Body(
            ledger=entry.ledger,
            seq=entry.seq,
            commit=entry.commit_no,
            recorded_at=entry.recorded_at,
            actor=entry.actor,
            published_on=entry.published_on,
            kind=kind,
            version=VERSIONS[kind],
            data=event_to_data(entry.event),
        )
    except InvalidValueError as error:
        raise refusal(error, owner=_Body) from error
    return dumps(unstructure(body))


def decode(body: bytes) -> Entry:
    """
    Read a body, strictly, but accept any blanks and any order of keys.

    Raises:
        UnknownEventKindError: If its kind, or the version of its kind, is not known to this package.
        UndecodableEventError: If it is malformed in any other way.
    """
    return _entry(loads(body))


def decode_canonical(body: bytes) -> Entry:
    """
    Read a body that must be canonical, byte for byte, as every stored one is.

    Raises:
        UnknownEventKindError: As ``decode``.
        UndecodableEventError: As ``decode``, and if the bytes are not canonical.
    """
    return _entry(loads_canonical(body))


def event_to_data(event: Event) -> dict[str, Any]:
    """
    The plain JSON form of an event at its current version, without fields that equal their defaults.
    """
    return unstructure(event)


def event_from_data(kind: str, version: int, data: dict[str, JSON]) -> Event:
    """
    Read the plain JSON form of an event of ``kind`` at ``version``; an old version is brought up to date.

    Raises:
        UnknownEventKindError: If the kind or the version is not known to this package.
        UndecodableEventError: If ``data`` is no such event; all problems at once, at ``$.data…``.
    """
    current = to_current(kind, version, data)
    event: Event = structure(current, row_of(kind).event_class, ("data",))
    return event


def _entry(value: JSON) -> Entry:
    # A newer package may write other keys too: its kind and version are what to report first.
    if type(value) is dict:
        kind, version = value.get("kind"), value.get("version")
        if type(kind) is str:
            require_known(kind, version if type(version) is int else row_of(kind).version)
    body = structure(value, _Body)
    return Entry(
        ledger=body.ledger,
        seq=body.seq,
        commit_no=body.commit,
        recorded_at=body.recorded_at,
        actor=body.actor,
        published_on=body.published_on,
        event=event_from_data(body.kind, body.version, body.data),
    )
