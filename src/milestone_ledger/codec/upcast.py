"""
Old versions of events, brought up to date when they are read.

Stored bytes are never rewritten: they are what the Merkle tree has hashed.
Each released (kind, version) below the current version has one step, to the next version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from milestone_ledger.codec.canonical import JSON
from milestone_ledger.codec.registry import VERSIONS
from milestone_ledger.errors import UndecodableEventError, UnknownEventKindError

Data: TypeAlias = dict[str, JSON]
Upcaster: TypeAlias = Callable[[Data], Data]

# (kind, version) → the data of the next version. A step returns a new dict and leaves its argument alone.
UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType(
    {
        # Version 2 of a programme may hold what it adds to the language of documents.
        ("programme_defined", 1): dict,
    }
)


def require_known(kind: str, version: int, versions: Mapping[str, int] = VERSIONS) -> None:
    """
    Refuse a kind, or a version of it, that this package does not know.

    Raises:
        UnknownEventKindError: If ``kind`` is unknown, or ``version`` is newer than the current one.
        UndecodableEventError: If ``version`` is below 1.
    """
    if version > versions.get(kind, 0):
        raise UnknownEventKindError(kind, version)
    if version < 1:
        raise UndecodableEventError("$.version", f"versions count from 1, not {version}")


def to_current(
    kind: str,
    version: int,
    data: Data,
    *,
    upcasters: Mapping[tuple[str, int], Upcaster] = UPCASTERS,
    versions: Mapping[str, int] = VERSIONS,
) -> Data:
    """
    ``data`` of an event of ``kind`` at ``version``, as the current version would have written it.

    Raises:
        UnknownEventKindError: If ``kind`` is unknown, or ``version`` is newer than the current one.
        UndecodableEventError: If ``version`` is below 1, or a step cannot use ``data``.
    """
    require_known(kind, version, versions)
    for old in range(version, versions[kind]):
        step = upcasters[kind, old]
        try:
            data = step(data)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise UndecodableEventError("$.data", f"not a {kind} of version {old}: {error!r}") from error
    return data
