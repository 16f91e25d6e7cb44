"""
The usual bodies, read some four times as fast: one pattern for each class of events.

It only splits a body at its keys, which makes it canonical if each part is, and each part is read as the
strict reader does, once where it is met again; the classes validate as ever. What has another shape (an
older version, an escape, an object within the data) or is refused at any point is left to the strict
reader, which says what is wrong: so nothing is read here that it would not read the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import cache, lru_cache
from typing import Any

import attrs
from attrs import frozen
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
_PART = r'("[^"\\\x00-\x1f]*+"|\[[^\[\]{}\\]*+\]|[^"\[\]{},]++)'
_HEAD = re.compile(rf'\{{"actor":{_STRING},"commit":{_NUMBER},"data":')
_KIND = ',"kind":"'
_TAIL = re.compile(
    rf'{_KIND}([a-z_]++)","ledger":{_STRING}(?:,"published_on":("[0-9-]++"))?+,"recorded_at":{_STRING},'
    rf'"seq":{_NUMBER},"version":{_NUMBER}\}}'
)

_Reader = Callable[[str], Any]


@cache
def _reader_of(kind: Any) -> _Reader:
    """
    What reads the text of a part as a ``kind``; the entries of a log say the same again and again.
    """

    @lru_cache(maxsize=1 << 13)
    def read(text: str) -> Any:
        return structure(loads_canonical(text.encode()), kind)

    return read


@frozen
class _Shape:
    """
    How the data of one class of events is split, and the fields whose parts come out.
    """

    event_class: Callable[..., Event]
    version: str
    pattern: re.Pattern[str]
    fields: tuple[tuple[str, _Reader | None], ...]  # no reader: a string is what stands between its marks

    @classmethod
    def of(cls, row: Row) -> _Shape:
        kinds = {each.name: each.type for each in attrs.fields(attrs.resolve_types(row.event_class))}
        fields = [
            (name, None if kinds[name] in _TEXTS else _reader_of(kinds[name])) for name in sorted(kinds)
        ]
        data = "".join(
            # A comma stands between two parts only.
            rf'(?:"{name}":{_STRING if read is None else _PART}(?:,(?=")|(?=\}})))?+'
            for name, read in fields
        )
        return cls(row.event_class, str(row.version), re.compile(rf"\{{{data}\}}"), tuple(fields))


_TEXTS = (str, str | None)
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
    except (BaseValidationError, LookupError, TypeError, ValueError):
        return None
