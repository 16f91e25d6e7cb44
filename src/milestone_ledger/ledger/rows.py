"""
Answers as rows: frozen values that also give plain dictionaries and data frames.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from types import NoneType
from typing import TYPE_CHECKING, Any, TypeVar

import attrs

from milestone_ledger.domain.bounds import Ladder
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import MissingExtraError

if TYPE_CHECKING:
    import pandas as pd

Row = TypeVar("Row")

# What JSON holds as it is, and most values are.
_PLAIN = frozenset({str, int, bool, NoneType})


def cite(entry: Entry) -> dict[str, Any]:
    """
    Where an entry stands: its number, publication day, document and place.
    """
    return {
        "seq": entry.seq,
        "published_on": entry.published_on and entry.published_on.isoformat(),
        "source": getattr(entry.event, "source", None),
        "locator": getattr(entry.event, "locator", None),
    }


def plain(value: Any) -> Any:
    """
    ``value`` as JSON can hold it: dictionaries, lists, strings, numbers; days and numbers kept exact.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Entry):
        return cite(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UncertainDate | Decimal | Fraction):
        return str(value)
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if attrs.has(type(value)) and not isinstance(value, Ladder):
        return {field.name: plain(getattr(value, field.name)) for field in attrs.fields(type(value))}
    return value


class Rows(tuple[Row, ...]):
    """
    An immutable table: a tuple of rows.
    """

    __slots__ = ()

    def to_dicts(self) -> list[dict[str, Any]]:
        """
        Each row as a plain dictionary that JSON can hold.
        """
        return [plain(row) for row in self]

    def to_pandas(self) -> pd.DataFrame:
        """
        The rows as a data frame, one column per field.

        Raises:
            MissingExtraError: If pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415 (most users never need it)
        except ImportError as error:
            raise MissingExtraError("pandas", ("a data frame", "数据表")) from error
        return pd.DataFrame(self.to_dicts())
