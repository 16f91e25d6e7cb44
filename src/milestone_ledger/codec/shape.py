"""
The usual bodies, read some four times as fast: one pattern for each class of events.

It only splits a body at its keys, which makes it canonical if each part is, and each part is read as the
strict reader does, once where it is met again; the classes validate as ever. What has another shape (an
older version, an escape, a value nested deeper than a list of objects) or is refused at any point is left
to the strict reader, which says what is wrong: so nothing is read here that it would not read the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any, NamedTuple

import attrs
from attrs import Attribute, frozen
from cattrs import BaseValidationError

from milestone_ledger.codec.body import Body
from milestone_ledger.codec.canonical import loads_canonical
from milestone_ledger.codec.converter import structure
from milestone_ledger.codec.registry import Row, row_of
from milestone_ledger.domain.events import Event
from milestone_ledger.domain.history import Entry

# No string that is escaped. Every repetition is possessive: a body that was made to be slow to match is not.
_STRING = r'"([^"\\\x00-\x1f]*+)"'
_NUMBER = r"(0|[1-9][0-9]{0,14}+)"
_PART = r'("[^"\\\x00-\x1f]*+"|[\[{](?:[^\[\]{}\\]++|[\[{][^\[\]{}\\]*+[\]}])*+[\]}]|[^"\[\]{},]++)'
_HEAD = re.compile(rf'\{{"actor":{_STRING},"commit":{_NUMBER},"data":')
_KIND = ',"kind":"'
_TAIL = re.compile(
    rf'{_KIND}([a-z_]++)","ledger":{_STRING}(?:,"published_on":("[0-9-]++"))?+,"recorded_at":{_STRING},'
    rf'"seq":{_NUMBER},"version":{_NUMBER}\}}'
)

# What says that it takes the strict reader to tell.
_REFUSALS = (BaseValidationError, LookupError, TypeError, ValueError)

_Reader = Callable[[str], Any]
_Parts = tuple[str | None, ...]


@cache
def _reader_of(kind: Any) -> _Reader:
    """
    What reads the text of a part as a ``kind``; the entries of a log say the same again and again.
    """

    @lru_cache(maxsize=1 << 13)
    def read(text: str) -> Any:
        return structure(loads_canonical(text.encode()), kind)

    return read


@cache
def _text_reader_of(field: Attribute[Any]) -> _Reader:
    """
    What gives a text back, unless ``field`` refuses it.
    """
    validate: Any = field.validator

    @lru_cache(maxsize=1 << 14)
    def read(text: str) -> str:
        validate(None, field, text)
        return text

    return read


@frozen(eq=False)
class _Shape:
    """
    How the data of one class of events is split, and the fields whose parts come out.

    ``stand_ins`` are for the texts without which there is no event.
    """

    event_class: Callable[..., Event]
    version: str
    pattern: re.Pattern[str]
    fields: tuple[tuple[str, _Reader | None], ...]  # no reader: a string is what stands between its marks
    texts: tuple[tuple[str, _Reader | None], ...]  # no reader: the field is no text
    stand_ins: Mapping[str, str]

    @classmethod
    def of(cls, row: Row) -> _Shape:
        fields = sorted(attrs.fields(attrs.resolve_types(row.event_class)), key=lambda field: field.name)
        texts = {field for field in fields if field.type in (str, str | None)}
        required = {field for field in fields if field.default is attrs.NOTHING}
        data = "".join(
            # A comma stands between two parts only.
            rf'(?:"{field.name}":{_STRING if field in texts else _PART}(?:,(?=")|(?=\}})))'
            + ("" if field in required else "?+")
            for field in fields
        )
        return cls(
            event_class=row.event_class,
            version=str(row.version),
            pattern=re.compile(rf"\{{{data}\}}"),
            fields=tuple(
                (field.name, None if field in texts else _reader_of(field.type)) for field in fields
            ),
            texts=tuple((field.name, _text_reader_of(field) if field in texts else None) for field in fields),
            stand_ins={field.name: "-" for field in texts & required},
        )


_read_day = _reader_of(date)


@cache
def _shape_of(kind: str) -> _Shape:
    return _Shape.of(row_of(kind))


@lru_cache(maxsize=64)
def _stamps(actor: str, commit: str, ledger: str, recorded_at: str) -> Body:
    """
    What the entries of a commit share.
    """
    body = (
        f'{{"actor":"{actor}","commit":{commit},"data":{{}},"kind":"-","ledger":"{ledger}",'
        f'"recorded_at":"{recorded_at}","seq":0,"version":1}}'
    )
    return structure(loads_canonical(body.encode()), Body)


def entry_of(body: bytes) -> Entry | None:
    """
    The entry of a canonical body; ``None`` if it takes the strict reader to tell.
    """
    try:
        text = body.decode()
        ended = text.rindex(_KIND)
        head, tail = _HEAD.match(text), _TAIL.fullmatch(text, ended)
        if head is None or tail is None:
            return None
        kind, ledger, published_on, recorded_at, seq, version = tail.groups()
        shape = _shape_of(kind)
        match = shape.pattern.fullmatch(text, head.end(), ended)
        if match is None or version != shape.version:
            return None
        stamps = _stamps(*head.groups(), ledger, recorded_at)
        data = {
            name: part if read is None else read(part)
            for (name, read), part in zip(shape.fields, match.groups(), strict=True)
            if part is not None
        }
        return Entry(
            ledger=stamps.ledger,
            seq=int(seq),
            commit_no=stamps.commit,
            recorded_at=stamps.recorded_at,
            actor=stamps.actor,
            published_on=None if published_on is None else _read_day(published_on),
            event=shape.event_class(**data),
        )
    except _REFUSALS:
        return None


@frozen(eq=False)
class Sample:
    """
    An event that stands for all that differ from it in texts alone; the same one for all of them.
    """

    event: Event


@lru_cache(maxsize=1 << 14)
def _sample_of(shape: _Shape, parts: _Parts) -> Sample:
    """
    The sample of the events with these parts, those of their texts left out; validated as ever.
    """
    fields = [(name, read) for name, read in shape.fields if read is not None]
    data = {name: read(part) for (name, read), part in zip(fields, parts, strict=True) if part is not None}
    return Sample(shape.event_class(**shape.stand_ins, **data))


class Outline(NamedTuple):
    """
    What an event says, though it was not made: its texts, those that are given, and a sample for the rest.
    """

    texts: Mapping[str, str]
    sample: Sample


def outline_of(kind: str, data: bytes) -> Outline | None:
    """
    The outline of the event with this canonical data; ``None`` if it takes the strict reader to tell.

    What has an outline can be read. But each text is validated by itself, and all else once where it is met
    again: so what a class asks of its fields together must rest on no text, as a law holds.
    """
    try:
        shape = _shape_of(kind)
        match = shape.pattern.fullmatch(data.decode())
        if match is None:
            return None
        texts: dict[str, str] = {}
        others = []
        for (name, read), part in zip(shape.texts, match.groups(), strict=True):
            if read is None:
                others.append(part)
            elif part is not None:
                texts[name] = read(part)
        return Outline(texts, _sample_of(shape, tuple(others)))
    except _REFUSALS:
        return None
