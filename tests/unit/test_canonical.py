"""
Canonical JSON: RFC 8785 restricted, written one way and read strictly.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from milestone_ledger.codec.canonical import DEEPEST, LARGEST, dumps, loads, loads_canonical
from milestone_ledger.errors import UndecodableEventError


def test_keys_are_sorted_by_utf16_code_units():
    """The example of RFC 8785, 3.2.3: an astral character sorts before U+FB33, unlike by code point."""
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }

    keys = list(loads(dumps(value)))

    assert keys == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]
    assert dumps(value).index("\U0001f600".encode()) < dumps(value).index("\ufb33".encode())


def test_only_what_must_be_escaped_is_escaped():
    """RFC 8785, 3.2.2.2: short escapes where they exist, lower-case hexadecimal elsewhere."""
    text = '\b\t\n\f\r"\\/\x01\x1f\x7f\u2028中😀'

    assert b'"\\b\\t\\n\\f\\r\\"\\\\/\\u0001\\u001f\x7f' + "\u2028中😀".encode() + b'"' == dumps(text)


def test_no_blanks_and_nested_order():
    """Arrays keep their order, objects do not."""
    assert dumps({"b": -7, "a": (3, 1, {"y": True, "x": None})}) == b'{"a":[3,1,{"x":null,"y":true}],"b":-7}'


@pytest.mark.parametrize("value", [LARGEST, -LARGEST, 0])
def test_integers_within_bounds(value):
    """The largest integers that every reader keeps exact."""
    assert value == loads_canonical(dumps(value))


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": 1.5}, "$.a"),
        ({"a": [float("nan")]}, "$.a[0]"),
        ({"a b": Decimal(1)}, '$["a b"]'),
        ([LARGEST + 1], "$[0]"),
        ([-LARGEST - 1], "$[0]"),
        ({"x": "\x00"}, "$.x"),
        ({"x": "\ud800"}, "$.x"),
        ({"\udfff": 1}, '$["\\udfff"]'),
        ({1: "x"}, "$.1"),
        ({"x": b"bytes"}, "$.x"),
        ({"x": {1}}, "$.x"),
    ],
)
def test_writing_refuses(value, path):
    """What the canonical form excludes, with its place."""
    with pytest.raises(UndecodableEventError) as caught:
        dumps(value)

    assert caught.value.path.replace('["1"]', ".1") == path


@pytest.mark.parametrize(
    ("data", "path", "detail"),
    [
        (b'{"a":{"k":1,"k":1}}', "$..k", "twice"),
        (b'{"a":1.0}', "$.a", "float"),
        (b'{"a":1e2}', "$.a", "float"),
        (b'{"a":1e999}', "$.a", "float"),
        (b"[NaN]", "$[0]", "float"),
        (b"[0,Infinity]", "$[1]", "float"),
        (b"-Infinity", "$", "float"),
        (b'{"a":1,"b":1,"b":2}', "$..b", "twice"),
        (b'["\\ud800"]', "$[0]", "surrogate"),
        (b'["\\udc00\\ud800"]', "$[0]", "surrogate"),
        (b'{"\\ud800":1}', '$["\\ud800"]', "surrogate"),
        (b'"\\u0000"', "$", "U+0000"),
        (b'"\x00"', "$", "not JSON"),
        (b"[9007199254740992]", "$[0]", "2**53"),
        (b"1" * 5000, "$", "not JSON"),
        (b'"\xff"', "$", "not UTF-8"),
        (b'"\xed\xa0\x80"', "$", "not UTF-8"),
        (b'"\xc0\x80"', "$", "not UTF-8"),
        (b"\xef\xbb\xbf1", "$", "not JSON"),
        (b"[" * 100_000, "$", "deeper"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "$", "deeper"),
        (b'{"a":' * (DEEPEST + 1) + b"1" + b"}" * (DEEPEST + 1), "$", "deeper"),
        (b"", "$", "not JSON"),
        (b"[1,]", "$", "not JSON"),
        (b"[1] x", "$", "not JSON"),
        (b"{'a':1}", "$", "not JSON"),
        (b"[01]", "$", "not JSON"),
        (b'"a\nb"', "$", "not JSON"),
    ],
)
def test_reading_refuses(data, path, detail):
    """Bytes that another reader might take differently, or not at all."""
    with pytest.raises(UndecodableEventError) as caught:
        loads(data)

    assert path == caught.value.path
    assert detail in caught.value.detail


def test_deepest_allowed():
    """The bound itself is allowed."""
    data = b"[" * DEEPEST + b"]" * DEEPEST

    assert data == dumps(loads(data))


def test_paired_surrogate_escapes_are_one_character():
    """An escaped pair is an ordinary character; only lone halves are refused."""
    assert loads(b'"\\ud83d\\ude00"') == "😀"


@pytest.mark.parametrize(
    "data",
    [b'{"b":1,"a":2}', b'{"a": 1}', b" 1", b"1\n", b'"\\u4e2d"', b'"\\/"', b'"\\u000A"', b"-0", b'"\\u001F"'],
)
def test_another_text_of_the_same_value_is_not_canonical(data):
    """Readable, but not what is hashed."""
    value = loads(data)

    with pytest.raises(UndecodableEventError, match="not canonical JSON from byte"):
        loads_canonical(data)
    assert value == loads_canonical(dumps(value))


@pytest.mark.parametrize(
    ("data", "first"),
    [(b' {"a":1}', 0), (b'{"a": 1}', 5), (b'{"a":1} ', 7), (b'{"b":1,"a":1}', 2), (b'["\\u0061"]', 2)],
)
def test_the_first_byte_that_is_not_canonical_is_named(data, first):
    """Where the text first differs, or ends, from what would have been written."""
    with pytest.raises(UndecodableEventError) as refused:
        loads_canonical(data)

    assert (refused.value.path, refused.value.detail) == ("$", f"not canonical JSON from byte {first} on")
