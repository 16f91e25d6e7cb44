"""
Validators for the fields of domain classes: strict about types, and clear about what they want.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from milestone_ledger.domain.dates import UncertainDate, civil_day
from milestone_ledger.errors import InvalidValueError

if TYPE_CHECKING:
    from attrs import Attribute

Validator = Callable[[Any, "Attribute[Any]", Any], None]

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LINE_BREAK = re.compile("[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")
# The largest integer that every JSON reader keeps exact.
_LARGEST = 2**53 - 1


def _refuse(instance: object, attribute: Attribute[Any], value: object, en: str, zh: str) -> None:
    raise InvalidValueError(f"{type(instance).__name__}.{attribute.name}", value, (en, zh))


def text(instance: object, attribute: Attribute[Any], value: object) -> None:
    """
    A string, possibly empty, that every database and every JSON reader can hold.
    """
    if type(value) is not str:
        _refuse(instance, attribute, value, "give a string", "应为文本")
    elif _UNSTORABLE.search(value):
        _refuse(
            instance,
            attribute,
            value,
            "remove NUL and lone surrogate characters",
            "请删除 NUL 或残缺的代理字符",
        )


@lru_cache(maxsize=1 << 14)  # the entries of a log name the same things again and again
def _is_name(value: str) -> bool:
    return (
        bool(value)
        and value == value.strip()
        and not _LINE_BREAK.search(value)
        and not _UNSTORABLE.search(value)
    )


def name(instance: object, attribute: Attribute[Any], value: object) -> None:
    """
    A string that says something: not empty, not blank, without surrounding blanks or line breaks.
    """
    if type(value) is str and _is_name(value):
        return
    text(instance, attribute, value)
    _refuse(
        instance,
        attribute,
        value,
        "give a name on one line, without surrounding blanks",
        "不得为空，首尾不得有空白，不得换行",
    )


def whole_number(least: int) -> Validator:
    """
    An integer (not a bool) of at least ``least``.
    """

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        if type(value) is not int or not least <= value <= _LARGEST:
            _refuse(
                instance,
                attribute,
                value,
                f"give a whole number of at least {least}",
                f"应为不小于 {least} 的整数",
            )

    return check


def number(instance: object, attribute: Attribute[Any], value: object) -> None:
    """
    A finite decimal number, never a float.
    """
    if type(value) is not Decimal or not value.is_finite():
        _refuse(instance, attribute, value, "give a finite decimal.Decimal", "应为有限的十进制数")


def flag(instance: object, attribute: Attribute[Any], value: object) -> None:
    """
    ``True`` or ``False`` and nothing that merely looks like it.
    """
    if type(value) is not bool:
        _refuse(instance, attribute, value, "give True or False", "应为 True 或 False")


def day(instance: object, attribute: Attribute[Any], value: object) -> None:
    """
    A plain civil date.
    """
    civil_day(value, f"{type(instance).__name__}.{attribute.name}")


def uncertain_day(instance: object, attribute: Attribute[Any], value: object) -> None:
    """
    An uncertain date whose latest day is known.
    """
    if type(value) is not UncertainDate:
        _refuse(instance, attribute, value, "give an UncertainDate", "应为不确定日期（UncertainDate）")
    elif value.latest is None:
        _refuse(
            instance,
            attribute,
            str(value),
            "give its latest day: what a document reports has happened by its publication",
            "须写明最晚日期：文件所述之事至迟在其发布日已发生",
        )


def uncertain_date(instance: object, attribute: Attribute[Any], value: object) -> None:
    """
    An uncertain date, either end possibly open.
    """
    if type(value) is not UncertainDate:
        _refuse(instance, attribute, value, "give an UncertainDate", "应为不确定日期（UncertainDate）")


def member(kind: type) -> Validator:
    """
    An instance of exactly ``kind`` (an enumeration or a value class).
    """

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        if type(value) is not kind:
            _refuse(instance, attribute, value, f"give a {kind.__name__}", f"应为 {kind.__name__}")

    return check


def every(validator: Validator) -> Validator:
    """
    A tuple each of whose items satisfies ``validator``, without repetition.
    """

    def check(instance: object, attribute: Attribute[Any], value: object) -> None:
        if type(value) is not tuple:
            _refuse(instance, attribute, value, "give a tuple", "应为元组")
            return
        for item in value:
            validator(instance, attribute, item)
        if len(set(value)) != len(value):
            _refuse(instance, attribute, value, "remove the repetition", "内容重复")

    return check
