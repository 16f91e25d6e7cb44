"""
Between domain classes and plain JSON values: one strict cattrs converter, private to this package.

Nothing is coerced: ``1.9``, ``"7"`` and ``true`` are no integers, a date is ``YYYY-MM-DD`` and nothing
else, and an unknown key is an error. Every value has one text, so that equal events have equal bytes;
only decimals keep the zeros that the document gave them. All problems of a body are reported at once.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar, cast, get_args, get_origin

import attrs
from cattrs import BaseConverter, BaseValidationError, Converter, ForbiddenExtraKeysError
from cattrs.cols import homogenous_tuple_structure_factory
from cattrs.errors import AttributeValidationNote, IterableValidationNote
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from milestone_ledger.codec.canonical import Steps, place
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import InvalidValueError, UndecodableEventError

T = TypeVar("T")
Reader = Callable[[Any, Any], Any]

# Digits of a decimal, with sign and point: ample for any public figure, and no memory bomb ("1E+999999999").
LONGEST_DECIMAL = 100

_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")

_converter = Converter(
    detailed_validation=True,
    forbid_extra_keys=True,
    omit_if_default=True,
    unstruct_collection_overrides={tuple: list},
)


def unstructure(instance: attrs.AttrsInstance) -> dict[str, Any]:
    """
    The plain JSON form of an instance, without the fields that equal their defaults.

    Raises:
        UndecodableEventError: If a decimal is longer than ``LONGEST_DECIMAL`` characters.
    """
    return cast("dict[str, Any]", _converter.unstructure(instance))


def structure(value: object, wanted: type[T], steps: Steps = ()) -> T:
    """
    Read the plain JSON form of a ``wanted``, validated as if it had been made by hand.

    Raises:
        UndecodableEventError: With all problems found; ``path`` is that of the first. Paths start with
            ``steps``.
    """
    try:
        return _converter.structure(value, wanted)
    except (BaseValidationError, ValueError) as error:
        raise refusal(error, steps) from error


def refusal(error: Exception, steps: Steps = (), owner: type | None = None) -> UndecodableEventError:
    """
    What cattrs or a validator found wrong, in our own words.

    ``owner`` is the class whose validator it was, if cattrs did not make the instance.
    """
    (path, detail), *others = [(place(at), text) for at, text in _problems(error, steps, owner)]
    return UndecodableEventError(path, "; ".join([detail, *(f"at {at}: {text}" for at, text in others)]))


def _problems(error: Exception, steps: Steps, owner: type | None) -> Iterator[tuple[Steps, str]]:
    for note in getattr(error, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            steps = (*steps, note.name)
        elif isinstance(note, IterableValidationNote):
            steps = (*steps, note.index)
    if isinstance(error, BaseValidationError):
        for inner in error.exceptions:
            yield from _problems(inner, steps, error.cl)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = ", ".join(attrs.fields_dict(error.cl))
        for name in sorted(error.extra_fields):
            yield (*steps, name), f"unknown field, known are {known}"
    elif isinstance(error, InvalidValueError):
        name = error.what.rpartition(".")[2]
        here = owner is not None and error.what == f"{owner.__name__}.{name}"
        yield (*steps, name) if here else steps, f"got {reprlib.repr(error.value)}, but {error.demand[0]}"
    elif isinstance(error, KeyError):
        yield steps, "required, but missing"
    else:
        yield steps, str(error)


def _refuse(demand: str, value: object) -> ValueError:
    return ValueError(f"got {reprlib.repr(value)}, but {demand}")


def _is_generic(origin: type) -> Callable[[Any], bool]:
    return lambda kind: get_origin(kind) == origin


def _exactly(kind: type, demand: str) -> Reader:
    def read(value: Any, _: Any) -> Any:
        if type(value) is not kind:
            raise _refuse(demand, value)
        return value

    return read


_read_text = _exactly(str, "give a string")


def _read_choice(value: Any, kind: type[StrEnum]) -> StrEnum:
    try:
        return kind(_read_text(value, str))
    except ValueError as error:
        raise _refuse(f"give one of {', '.join(kind)}", value) from error


def _read_day(value: Any, _: Any) -> date:
    try:
        day = date.fromisoformat(_read_text(value, str))
    except ValueError as error:
        raise _refuse("give an existing day as YYYY-MM-DD", value) from error
    if day.isoformat() != value:
        raise _refuse("give a day as YYYY-MM-DD", value)
    return day


def _write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def _read_moment(value: Any, _: Any) -> datetime:
    demand = "give UTC with microseconds, such as 2026-11-22T10:14:55.123456Z"
    try:
        moment = datetime.fromisoformat(_read_text(value, str))
    except ValueError as error:
        raise _refuse(demand, value) from error
    if moment.utcoffset() != timedelta(0) or _write_moment(moment) != value:
        raise _refuse(demand, value)
    return moment


def _read_uncertain(value: Any, _: Any) -> UncertainDate:
    uncertain = UncertainDate.parse(_read_text(value, str))
    if str(uncertain) != value:
        raise _refuse(f"write it as {uncertain}", value)
    return uncertain


def _write_decimal(number: Decimal) -> str:
    if number.is_finite() and abs(number.adjusted()) <= LONGEST_DECIMAL:
        text = format(number, "f")
        if len(text) <= LONGEST_DECIMAL:
            return text
    raise UndecodableEventError(
        "$.data", f"got {reprlib.repr(number)}, but give a number of at most {LONGEST_DECIMAL} characters"
    )


def _read_decimal(value: Any, _: Any) -> Decimal:
    if not _DECIMAL.fullmatch(_read_text(value, str)) or len(value) > LONGEST_DECIMAL:
        raise _refuse('give a decimal number without exponent as a string, such as "48.53"', value)
    return Decimal(value)


def _array_reader(kind: Any, converter: BaseConverter) -> Reader:
    parts = get_args(kind)
    is_uniform = parts[-1] is Ellipsis
    readers = [] if is_uniform else [converter.get_structure_hook(part) for part in parts]
    read_uniform = homogenous_tuple_structure_factory(kind, converter) if is_uniform else None

    def read(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise _refuse("give an array", value)
        if read_uniform is not None:
            return read_uniform(value, kind)
        if len(value) != len(parts):
            raise _refuse(f"give an array of {len(parts)}", value)
        return tuple(reader(item, part) for reader, item, part in zip(readers, value, parts, strict=True))

    return read


def _object_reader(kind: Any, converter: BaseConverter) -> Reader:
    read_fields = make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)

    def read(value: Any, _: Any) -> Any:
        if type(value) is not dict:
            raise _refuse("give an object", value)
        return read_fields(value, kind)

    return read


# singledispatch takes the nearest base: bool before int, StrEnum before str, datetime before date.
for _kind, _demand in ((str, "give a string"), (int, "give a whole number"), (bool, "give true or false")):
    _converter.register_structure_hook(_kind, _exactly(_kind, _demand))
_converter.register_structure_hook(StrEnum, _read_choice)
_converter.register_unstructure_hook(StrEnum, lambda choice: choice.value)
_converter.register_structure_hook(date, _read_day)
_converter.register_unstructure_hook(date, date.isoformat)
_converter.register_structure_hook(datetime, _read_moment)
_converter.register_unstructure_hook(datetime, _write_moment)
_converter.register_structure_hook(Decimal, _read_decimal)
_converter.register_unstructure_hook(Decimal, _write_decimal)
_converter.register_structure_hook_factory(attrs.has, _object_reader)
_converter.register_structure_hook_factory(_is_generic(tuple), _array_reader)
_converter.register_structure_hook_func(_is_generic(dict), _exactly(dict, "give an object"))
_converter.register_unstructure_hook_func(_is_generic(dict), lambda value: value)
_converter.register_structure_hook(UncertainDate, _read_uncertain)
_converter.register_unstructure_hook(UncertainDate, str)
# The built-in milestones may grow with a release; a ledger keeps those that it was defined with.
_converter.register_unstructure_hook_factory(
    lambda kind: kind is Programme,
    # Made when the first is written: most processes write none.
    lambda kind: make_dict_unstructure_fn(
        kind,
        _converter,
        _cattrs_omit_if_default=True,
        milestones=override(omit_if_default=False),
        order=override(omit_if_default=False),
        time_zone=override(omit_if_default=False),
    ),
)
