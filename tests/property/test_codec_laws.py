"""
Law 26: reading undoes writing, one value has one text, and bad bytes end in a ``CodecError``.
"""

from __future__ import annotations

import json
from copy import copy

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milestone_ledger import codec
from milestone_ledger.codec.canonical import dumps, loads, loads_canonical
from milestone_ledger.codec.registry import REGISTRY, VERSIONS
from milestone_ledger.codec.shape import entry_of
from milestone_ledger.errors import CodecError, UndecodableEventError
from milestone_ledger.store.tables import index_values, outline_values
from milestone_ledger.testing.strategies import entries, events
from milestone_ledger.testing.strategies.events import BY_CLASS

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
anything = st.recursive(
    plain | st.floats() | st.integers() | st.text(max_size=4) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=5,
)


def test_there_is_a_strategy_for_every_class():
    """So that the laws below speak of all of them."""
    assert {row.event_class for row in REGISTRY} == set(BY_CLASS)


@pytest.mark.parametrize("event_class", BY_CLASS, ids=lambda event_class: event_class.__name__)
def test_decoding_undoes_encoding(event_class):
    """decode(encode(e)) = e, and the bytes are canonical."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(entries(BY_CLASS[event_class]))
    def check(entry):
        body = codec.encode(entry)

        assert entry == codec.decode(body) == codec.decode_canonical(body)
        assert type(codec.decode(body).event) is event_class
        assert body == codec.encode(codec.decode(body))

    check()


@pytest.mark.parametrize("event_class", BY_CLASS, ids=lambda event_class: event_class.__name__)
def test_an_event_written_field_by_field_is_its_plain_form_written(event_class):
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(BY_CLASS[event_class])
    def check(event):
        assert codec.encode_event(event) == dumps(codec.event_to_data(event))

    check()


TEXTS = ["\0", "a\\u0000", "\ud800", '"\\', "\x1f\x7f\u2028"]
NUMBERS = [2**53 - 1, 2**53, -(2**53), 0]


@given(events, st.data())
def test_what_got_past_the_validators_is_written_or_refused_just_so(event, data):
    event = copy(event)
    values = [(f.name, type(getattr(event, f.name))) for f in attrs.fields(type(event))]
    fields = [(name, TEXTS if kind is str else NUMBERS) for name, kind in values if kind in {str, int}]
    for name, odd in fields:
        object.__setattr__(event, name, data.draw(st.sampled_from(odd)))

    def outcome(write):
        try:
            return write(event)
        except UndecodableEventError as refusal:
            return refusal.path

    assert outcome(codec.encode_event) == outcome(lambda event: dumps(codec.event_to_data(event)))


@settings(deadline=None)
@given(st.lists(events, max_size=3), st.lists(events, max_size=3), st.none() | texts, st.none() | texts)
def test_requests_with_other_events_or_keys_are_told_apart(first, second, key, other):
    """The idempotency digest tells requests apart, and says the same of the same."""

    def digest(asked, idempotency_key):
        request = codec.RequestDigest(idempotency_key)
        for event in asked:
            request.add(codec.asked_part(event, codec.encode_event(event)))
        return request.digest()

    assert digest(first, key) == digest(tuple(first), key)
    if (first, key) != (second, other):
        assert digest(first, key) != digest(second, other)


@given(plain)
def test_one_value_has_one_text(value):
    """canon(parse(b)) = b, whatever the layout it was read from."""
    body = dumps(value)

    assert value == loads(body)
    assert body == dumps(loads_canonical(body))
    assert body == dumps(loads(json.dumps(value, indent=2).encode()))


@given(
    plain,
    st.sampled_from(
        ["1.5", "1e3", "NaN", "-Infinity", '"\\ud800"', '"\\u0000"', '{"k":0,"k":0}', str(2**53)]
    ),
)
def test_bad_values_are_refused_at_any_place(value, bad):
    """Floats, NaN, lone surrogates, NUL, duplicate keys and large integers, beside anything."""
    with pytest.raises(UndecodableEventError):
        loads(b'{"beside":' + dumps(value) + b',"deep":[{"here":' + bad.encode() + b"}]}")


@given(st.dictionaries(texts, st.integers(0, 9), min_size=1))
def test_keys_stand_in_the_order_of_utf16(value):
    """As JavaScript sorts them."""
    keys = [key.encode("utf-16-be") for key in loads(dumps(value))]

    assert sorted(keys) == keys


def _places(value, path=()):
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _places(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*path, index))


def _mutate(draw, value):
    """Replace, remove or add something somewhere."""
    path = draw(st.sampled_from(list(_places(value))))
    if not path:
        return draw(anything)
    holder = value
    for step in path[:-1]:
        holder = holder[step]
    act = draw(st.sampled_from(["replace", "remove", "add"]))
    if act == "replace":
        holder[path[-1]] = draw(anything | st.sampled_from(["", " ", "2019", "1E+5", "[..]", "NaN", "x" * 9]))
    elif act == "remove":
        del holder[path[-1]]
    elif isinstance(holder, dict):
        holder[draw(st.text(max_size=4) | st.sampled_from(["note", "quantity", "kind", "occurred"]))] = draw(
            anything
        )
    else:
        holder.append(draw(anything))
    return value


def _decoded(body):
    try:
        return codec.decode(body)
    except CodecError as error:
        return error


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_bodies_decode_or_are_refused(data):
    """Nothing but a ``CodecError``, and what decodes can be written and read again."""
    value = json.loads(codec.encode(data.draw(entries())))
    for _ in range(data.draw(st.integers(1, 3))):
        if isinstance(value, dict | list):
            value = _mutate(data.draw, value)
    result = _decoded(json.dumps(value).encode())
    if isinstance(result, CodecError):
        assert str(result)
        assert result.explain("zh")
    else:
        assert result == codec.decode(codec.encode(result))


@settings(deadline=None)
@given(entries(), st.data())
def test_flipped_bytes_decode_or_are_refused(entry, data):
    """One bit of a body; the canonical reader accepts only what it would have written itself."""
    body = bytearray(codec.encode(entry))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    try:
        decoded = codec.decode_canonical(bytes(body))
    except CodecError:
        return
    assert entry != decoded


def _strictly(body):
    """What the strict reader reads, or ``None`` where it refuses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(codec, "entry_of", lambda _: None)
        try:
            return codec.decode_canonical(body)
        except CodecError:
            return None


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries())
def test_the_quick_reader_reads_all_but_rare_bodies(entry):
    """What it leaves to the strict one holds an escape, brackets within the data, or sixteen digits."""
    body = codec.encode(entry)

    assert entry_of(body) in (entry, None)
    if entry_of(body) is None:
        data = codec.encode_event(entry.event)
        assert b"\\" in body or b"{" in data[1:] or b"[" in data or max(entry.seq, entry.commit_no) >= 10**15


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_quick_reader_accepts_nothing_that_the_strict_one_refuses(data):
    """Values replaced, removed or added, and canonical as ever."""
    value = json.loads(codec.encode(data.draw(entries())))
    for _ in range(data.draw(st.integers(1, 2))):
        if isinstance(value, dict | list):
            value = _mutate(data.draw, value)
    try:
        body = dumps(value)
    except UndecodableEventError:
        body = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()

    assert entry_of(body) in (_strictly(body), None)


ODD = [b"", b",", b'"', b"{", b"}", b"[]", b":", b" ", b"0", b"-", b"\n", b"\\", b"\\u0041", b"\xff", b"null"]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entries(), st.data())
def test_the_quick_reader_accepts_no_other_bytes(entry, data):
    """A piece cut out, put in or put twice, wherever the pattern might be lenient."""
    body = codec.encode(entry)
    cuts = [at for at in range(len(body) + 1) if at in (0, len(body)) or body[at - 1 : at + 1].strip(b"az09")]
    first, last = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
    piece = data.draw(st.sampled_from([*ODD, body[first:last] * 2]))
    changed = body[:first] + piece + body[last:]

    assert entry_of(changed) in (_strictly(changed), None)


def _whole(outline):
    """The event that was outlined."""
    return attrs.evolve(outline.sample.event, **outline.texts)


@pytest.mark.parametrize("event_class", BY_CLASS, ids=lambda event_class: event_class.__name__)
def test_an_outline_holds_all_of_an_event(event_class):
    """Its texts, and the rest; there is none of the few that the quick reader leaves to the strict one."""

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(entries(BY_CLASS[event_class]))
    def check(entry):
        data = codec.encode_event(entry.event)
        outline = codec.outline_of(codec.kind_of(entry.event), data)
        if outline is None:
            assert b"\\" in data or b"{" in data[1:] or b"[" in data
        else:
            assert entry.event == _whole(outline)

            values = index_values(entry)
            assert outline_values(outline) == (*values[4:11], *values[12:])

    check()


@pytest.mark.parametrize("event_class", BY_CLASS, ids=lambda event_class: event_class.__name__)
def test_what_a_class_asks_of_its_fields_together_rests_on_no_text(event_class):
    """The texts of one event are as good with the rest of another: an outline validates them apart."""
    texts = [
        field.name
        for field in attrs.fields(attrs.resolve_types(event_class))
        if field.type in (str, str | None)
    ]

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(BY_CLASS[event_class], BY_CLASS[event_class])
    def check(event, other):
        attrs.evolve(event, **{name: getattr(other, name) for name in texts})

    check()


def _read_strictly(kind, data):
    """The event that the strict reader reads, or ``None`` where it refuses."""
    try:
        return codec.event_from_data(kind, VERSIONS[kind], loads_canonical(data))
    except CodecError:
        return None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_there_is_no_outline_of_what_the_strict_reader_refuses(data):
    """Values replaced, removed or added, and canonical as ever; or a piece cut out, put in or put twice."""
    event = data.draw(events)
    kind, changed = codec.kind_of(event), codec.encode_event(event)
    if data.draw(st.booleans()):
        value = _mutate(data.draw, json.loads(changed))
        try:
            changed = dumps(value)
        except UndecodableEventError:
            changed = json.dumps(value, separators=(",", ":"), sort_keys=True).encode()
    else:
        first, last = sorted(data.draw(st.tuples(*[st.integers(0, len(changed))] * 2)))
        piece = data.draw(st.sampled_from([*ODD, changed[first:last] * 2]))
        changed = changed[:first] + piece + changed[last:]
    outline = codec.outline_of(data.draw(st.sampled_from([kind, kind, kind, *VERSIONS])), changed)

    assert outline is None or _whole(outline) == _read_strictly(codec.kind_of(outline.sample.event), changed)


@given(st.binary(max_size=40))
def test_any_bytes_are_refused_with_our_own_error(data):
    """Noise is no event."""
    with pytest.raises(CodecError):
        codec.decode(data)
