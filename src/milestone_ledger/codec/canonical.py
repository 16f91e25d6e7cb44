r"""
One text for one value: canonical JSON, so that a body can be hashed and compared byte for byte.

The form is RFC 8785 restricted to what every reader keeps exact: no floats, integers within ±(2**53 − 1),
no U+0000 and no lone surrogates, nesting of at most ``DEEPEST`` levels. Keys are sorted by UTF-16 code
units, there are no blanks, and only ``"``, ``\`` and the control characters up to U+001F are escaped.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from milestone_ledger.errors import UndecodableEventError

JSON: TypeAlias = "bool | int | str | list[JSON] | dict[str, JSON] | None"
Steps: TypeAlias = "tuple[str | int, ...]"

LARGEST = 2**53 - 1
DEEPEST = 64

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def place(steps: Steps) -> str:
    """
    Name a place in a document: ``$.data.order[0]``; a key that is no plain word is quoted.
    """
    path = "$"
    for step in steps:
        if isinstance(step, int):
            path += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            path += f".{step}"
        else:
            path += f"[{json.dumps(step)}]"
    return path


def dumps(value: object) -> bytes:
    """
    Write ``value`` (``None``, bool, int, str, and lists, tuples and dicts of them) canonically, in UTF-8.

    Raises:
        UndecodableEventError: If ``value`` holds anything that the canonical form excludes.
    """
    written = _quickly(value)
    return _write(_checked(value, ())) if written is None else written


def loads(data: bytes) -> JSON:
    """
    Read JSON strictly; blanks, other escapes and another order of keys are accepted.

    Raises:
        UndecodableEventError: If ``data`` is not UTF-8, not JSON, names a key twice in one object, or holds
            anything that the canonical form excludes.
    """
    canonical = _loads_quickly(data)
    return _loads_strictly(data) if canonical is _NOTHING else canonical


def _loads_strictly(data: bytes) -> JSON:
    try:
        value: object = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except UndecodableEventError:
        raise
    except UnicodeDecodeError as error:
        raise UndecodableEventError("$", f"not UTF-8: {error.reason} at byte {error.start}") from error
    except ValueError as error:
        raise UndecodableEventError("$", f"not JSON: {error}") from error
    except RecursionError as error:
        raise UndecodableEventError("$", f"nested deeper than {DEEPEST} levels") from error
    return _checked(value, ())


def loads_canonical(data: bytes) -> JSON:
    """
    Read JSON that must be canonical: writing the value again gives ``data``, byte for byte.

    Raises:
        UndecodableEventError: As ``loads``, and if ``data`` is another text of the same value.
    """
    quick = _loads_quickly(data)
    if quick is not _NOTHING:
        return quick
    value = _loads_strictly(data)
    canonical = _write(value)
    if canonical != data:
        pairs = enumerate(zip(canonical, data, strict=False))
        first = next((at for at, (want, got) in pairs if want != got), min(len(canonical), len(data)))
        raise UndecodableEventError("$", f"not canonical JSON from byte {first} on")
    return value


def _write(value: JSON) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _quickly(value: object) -> bytes | None:
    """
    What ``dumps`` writes, some fifteen times as fast; ``None`` if it takes the slow way to tell.

    That is whatever might be refused, and keys that Python sorts otherwise than UTF-16 does.
    """
    level, depth = [value], 0
    while level:
        below: list[object] = []
        for one in level:
            kind = type(one)
            if kind is str or one is None or kind is bool:
                continue
            if kind is int:
                if not -LARGEST <= one <= LARGEST:  # type: ignore[operator]
                    return None
            elif kind is dict:
                for key in one:  # type: ignore[attr-defined]
                    if type(key) is not str or not key.isascii():
                        return None
                below.extend(one.values())  # type: ignore[attr-defined]
            elif kind is list or kind is tuple:
                below.extend(one)  # type: ignore[arg-type]
            else:
                return None
        level, depth = below, depth + 1
        if depth > DEEPEST:
            return None
    text = _SORTED.encode(value)
    if "\\u0000" in text:
        return None
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return None


_SORTED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False)


def _loads_quickly(data: bytes) -> JSON:
    """
    What is in canonical bytes; ``_NOTHING`` if it takes the slow way to tell.

    Bytes that are written again the same hold nothing that is excluded, and no key twice.
    """
    try:
        value: JSON = json.loads(data)
    except (ValueError, RecursionError):
        return _NOTHING
    return value if _quickly(value) == data else _NOTHING


# Unlike every value that JSON has.
_NOTHING: JSON = {"": ""}


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        # A JSONPath for "at some depth": the parser does not tell where it is.
        raise UndecodableEventError("$." + place((twice,))[1:], "the key is given twice in one object")
    return members


def _checked(value: object, steps: Steps) -> JSON:
    """
    ``value`` as plain JSON with its keys in canonical order.
    """
    if value is None or type(value) is bool:
        return value
    if type(value) is str:
        return _checked_text(value, steps)
    if type(value) is int:
        if not -LARGEST <= value <= LARGEST:
            raise UndecodableEventError(place(steps), "integers must lie within ±(2**53 - 1)")
        return value
    if len(steps) >= DEEPEST:
        raise UndecodableEventError("$", f"nested deeper than {DEEPEST} levels")
    if type(value) is list or type(value) is tuple:
        return [_checked(item, (*steps, index)) for index, item in enumerate(value)]
    if type(value) is dict:
        for key in value:
            _checked_text(key, (*steps, key if type(key) is str else repr(key)))
        return {key: _checked(value[key], (*steps, key)) for key in sorted(value, key=_code_units)}
    raise UndecodableEventError(
        place(steps), f"{type(value).__name__} is not allowed; write decimal numbers as strings"
    )


def _checked_text(value: object, steps: Steps) -> str:
    if type(value) is not str:
        raise UndecodableEventError(place(steps), "keys must be strings")
    if _UNSTORABLE.search(value):
        raise UndecodableEventError(place(steps), "U+0000 and lone surrogates are not allowed")
    return value


def _code_units(key: str) -> bytes:
    return key.encode("utf-16-be")
