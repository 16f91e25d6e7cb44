"""
What is stored of an entry: its stamps, and the data of its event.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from attrs.validators import optional

from milestone_ledger.domain import values
from milestone_ledger.errors import InvalidValueError

if TYPE_CHECKING:
    from attrs import Attribute


def _moment(instance: object, attribute: Attribute[Any], value: object) -> None:
    if type(value) is not datetime or value.utcoffset() != timedelta(0):
        raise InvalidValueError(
            f"{type(instance).__name__}.{attribute.name}",
            value,
            ("give an aware datetime in UTC", "应为带时区的 UTC 时刻"),
        )


@frozen(kw_only=True)
class Body:
    """
    An entry, field by field as in its bytes.
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
