"""
Law 26 for the quick way: it says nothing, or exactly what the slow way says.
"""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from milestone_ledger.codec import encode, event_to_data, kind_of, stored_part
from milestone_ledger.codec.canonical import (
    _NOTHING,
    DEEPEST,
    LARGEST,
    _checked,
    _loads_quickly,
    _loads_strictly,
    _quickly,
    _write,
    dumps,
    loads,
    loads_canonical,
)
from milestone_ledger.errors import UndecodableEventError
from milestone_ledger.store.tables import instant_text
from strategies.histories import histories

texts = st.text(st.characters(codec=None), max_size=6) | st.sampled_from(
    ["\x00", "\\u0000", "\ud800", "é", "ﬀ", "𝄞", "\x7f", "\u2028", '"', "\\", "回天", "a", "b"]
)
leaves = (
    st.none()
    | st.booleans()
    | st.integers(-LARGEST - 2, LARGEST + 2)
    | st.sampled_from([LARGEST, LARGEST + 1, -LARGEST - 1])
    | texts
    | st.floats()
    | st.binary(max_size=1)
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner)
        | st.dictionaries(texts | st.integers(0, 2), inner, max_size=4)
    ),
    max_leaves=12,
)


def slowly(value):
    return _write(_checked(value, ()))


def said(write, value):
    """
    What is written, or why it is refused.
    """
    try:
        return write(value)
    except UndecodableEventError as error:
        return str(error)


@given(values)
@example({"\ue000": 1, "𝄞": 2})
@example([True, 1, 1.0])
def test_writing_quickly_is_writing_slowly_or_nothing(value):
    assert said(dumps, value) == said(slowly, value)
    assert _quickly(value) in (None, said(slowly, value))


@given(values, st.data())
def test_reading_quickly_is_reading_slowly_or_nothing(value, data):
    try:
        written = json.dumps(value, ensure_ascii=data.draw(st.booleans()), default=str).encode()
    except (TypeError, UnicodeEncodeError):
        written = b"{}"
    if data.draw(st.booleans()):
        at = data.draw(st.integers(0, len(written)))
        written = (
            written[:at] + data.draw(st.binary(max_size=2)) + written[at + data.draw(st.integers(0, 1)) :]
        )
    quick = _loads_quickly(written)
    if quick is _NOTHING:
        return
    assert quick == _loads_strictly(written) == loads(written) == loads_canonical(written)
    assert list(map(type, _flat(quick))) == list(map(type, _flat(_loads_strictly(written))))


def _flat(value):
    yield value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _flat(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner)


@pytest.mark.parametrize(
    "data",
    [
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":NaN}',
        b'"\\ud800"',
        b'"\\u0000"',
        b"[" * 100_000,
        b'{"b":1,"a":2}',
        b" 1",
    ],
)
def test_what_the_quick_way_must_leave_to_the_slow_one(data):
    assert _loads_quickly(data) is _NOTHING


@pytest.mark.parametrize("levels", [DEEPEST - 1, DEEPEST, DEEPEST + 1])
def test_both_ways_draw_the_line_at_the_same_depth(levels):
    value = []
    for _ in range(levels - 1):
        value = [value]
    if levels <= DEEPEST:
        assert dumps(value) == b"[" * levels + b"]" * levels == slowly(value)
    else:
        assert _quickly(value) is None
        with pytest.raises(UndecodableEventError, match="deeper"):
            dumps(value)


@given(st.data())
def test_a_body_is_the_canonical_form_of_its_parts(data):
    """
    Whatever the quick way of putting it together.
    """
    history = data.draw(histories())
    for entry in history:
        body = encode(entry)
        parts = loads_canonical(body)
        assert parts == {
            "ledger": entry.ledger,
            "seq": entry.seq,
            "commit": entry.commit_no,
            "recorded_at": instant_text(entry.recorded_at),
            "actor": entry.actor,
            "kind": kind_of(entry.event),
            "version": parts["version"],
            "data": event_to_data(entry.event),
            **({} if entry.published_on is None else {"published_on": entry.published_on.isoformat()}),
        }
        assert stored_part(entry, body) == dumps({name: parts[name] for name in ("kind", "version", "data")})
