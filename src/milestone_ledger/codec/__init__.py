"""
Events as canonical JSON bytes, and back.

A body is one object: ledger, seq, commit, recorded_at, actor, published_on (left out where there is none),
kind, version and data. Reading validates always, as if the event had been made by hand.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from attrs import frozen

from milestone_ledger.codec.body import Body
from milestone_ledger.codec.canonical import JSON, LARGEST, dumps, loads, loads_canonical
from milestone_ledger.codec.converter import refusal, structure, unstructure
from milestone_ledger.codec.registry import kind_of, row_of, version_of
from milestone_ledger.codec.request import RequestDigest, part_of_request
from milestone_ledger.codec.shape import Outline, Sample, entry_of, outline_of
from milestone_ledger.codec.upcast import require_known, to_current
from milestone_ledger.codec.writer import encode_event
from milestone_ledger.domain.events import Event
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import InvalidValueError

__all__ = [
    "Frame",
    "Outline",
    "RequestDigest",
    "Sample",
    "asked_part",
    "decode",
    "decode_canonical",
    "encode",
    "encode_event",
    "event_from_data",
    "event_to_data",
    "frame_of",
    "kind_of",
    "outline_of",
    "stored_part",
]


def encode(entry: Entry, event: bytes | None = None) -> bytes:
    """
    The canonical body of an entry: what is stored and hashed.

    ``event`` is the canonical data of its event, if that was written before.

    Raises:
        UndecodableEventError: If a stamp of the entry is not valid (an empty actor, a naive ``recorded_at``),
            or the event cannot be written; such a body could not be read again.
    """
    data = encode_event(entry.event) if event is None else event
    head, tail = _frame(entry, version_of(entry.event))
    return head + data + tail


def _frame(entry: Entry, version: int) -> tuple[bytes, bytes]:
    """
    What stands before and after the data of the event in the canonical body of ``entry``.
    """
    seq, day = entry.seq, entry.published_on
    if type(seq) is not int or not 0 <= seq <= LARGEST or (day is not None and type(day) is not date):
        _refuse_stamps(entry)
    frame = frame_of(entry.ledger, entry.commit_no, entry.recorded_at, entry.actor)
    return frame.head, frame.tail(seq, day, kind_of(entry.event), version)


@frozen
class Frame:
    """
    What stands around the data of the events in the canonical bodies of one commit.
    """

    head: bytes
    ledger: str
    recorded_at: str

    def tail(self, seq: int, published_on: date | None, kind: str, version: int) -> bytes:
        """
        What follows on the data, for stamps of the entry that are valid.
        """
        published = "" if published_on is None else f',"published_on":"{published_on.isoformat()}"'
        stamps = f"{self.ledger}{published}{self.recorded_at}{seq}"
        return f',"kind":"{kind}"{stamps},"version":{version}}}'.encode()


@lru_cache(maxsize=8, typed=True)
def frame_of(ledger: str, commit_no: int, recorded_at: datetime, actor: str) -> Frame:
    """
    The frame of the bodies with these stamps, which all entries of a commit share.

    Raises:
        UndecodableEventError: If one of them is not valid.
    """
    try:
        body = Body(
            ledger=ledger,
            seq=0,
            commit=commit_no,
            recorded_at=recorded_at,
            actor=actor,
            kind="-",
            version=1,
            data={},
        )
    except InvalidValueError as error:
        raise refusal(error, owner=Body) from error
    shown = {name: dumps(value).decode() for name, value in unstructure(body).items()}
    return Frame(
        f'{{"actor":{shown["actor"]},"commit":{shown["commit"]},"data":'.encode(),
        f',"ledger":{shown["ledger"]}',
        f',"recorded_at":{shown["recorded_at"]},"seq":',
    )


def _refuse_stamps(entry: Entry) -> None:
    """
    Say which stamp of ``entry`` is not valid.
    """
    try:
        Body(
            ledger=entry.ledger,
            seq=entry.seq,
            commit=entry.commit_no,
            recorded_at=entry.recorded_at,
            actor=entry.actor,
            published_on=entry.published_on,
            kind="-",
            version=1,
            data={},
        )
    except InvalidValueError as error:
        raise refusal(error, owner=Body) from error


def asked_part(event: Event, data: bytes) -> bytes:
    """
    What a request says of an event; ``data`` is its canonical data.
    """
    kind = kind_of(event)
    return part_of_request(kind, version_of(event), data)


def stored_part(entry: Entry, body: bytes) -> bytes:
    """
    What a canonical ``body``, decoded as ``entry``, says of its event and no more: kind, version and data.

    It is what ``RequestDigest`` was fed when the event was recorded, whatever version that was.
    """
    # No string holds these, as its quotation marks are escaped; behind the data stands one "kind" only.
    data = body[body.index(b',"data":') + 8 : body.rindex(b',"kind":')]
    return part_of_request(kind_of(entry.event), int(body[body.rindex(b":") + 1 : -1]), data)


def decode(body: bytes) -> Entry:
    """
    Read a body, strictly, but accept any blanks and any order of keys.

    Raises:
        UnknownEventKindError: If its kind, or the version of its kind, is not known to this package.
        UndecodableEventError: If it is malformed in any other way.
    """
    return entry_of(body) or _entry(loads(body))


def decode_canonical(body: bytes) -> Entry:
    """
    Read a body that must be canonical, byte for byte, as every stored one is.

    Raises:
        UnknownEventKindError: As ``decode``.
        UndecodableEventError: As ``decode``, and if the bytes are not canonical.
    """
    return entry_of(body) or _entry(loads_canonical(body))


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
    body = structure(value, Body)
    return Entry(
        ledger=body.ledger,
        seq=body.seq,
        commit_no=body.commit,
        recorded_at=body.recorded_at,
        actor=body.actor,
        published_on=body.published_on,
        event=event_from_data(body.kind, body.version, body.data),
    )
