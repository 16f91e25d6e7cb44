"""
Which milestones the statements about a project name, as one number for each project: a bit per milestone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import FromClause
from sqlalchemy.sql.functions import GenericFunction

from milestone_ledger.query.portfolio import ACTIVITY

# How many bits a whole number of a database has, beside its sign.
_BITS = 63


class Naming:
    """
    The columns that tell of them, and what they say; more than one for more milestones than bits.
    """

    def __init__(self, milestones: Sequence[str]) -> None:
        self._parts = [milestones[at : at + _BITS] for at in range(0, len(milestones), _BITS)]
        self._sets: dict[tuple[int | None, ...], frozenset[str]] = {}

    def columns(self, event: FromClause) -> list[ColumnElement[Any]]:
        """
        What the statements of a group name; the milestone of a changed activity is none.
        """
        return [
            func.bit_or(
                case(
                    {step: literal(1 << place, BigInteger) for place, step in enumerate(part)},
                    value=event.c.milestone,
                )
            ).filter(event.c.kind != ACTIVITY)
            for part in self._parts
        ]

    def named(self, bits: tuple[int | None, ...]) -> frozenset[str]:
        """
        The milestones that ``columns`` tell of.
        """
        found = self._sets.get(bits)
        if found is None:
            found = self._sets[bits] = frozenset(
                step
                for part, number in zip(self._parts, bits, strict=True)
                for place, step in enumerate(part)
                if (number or 0) >> place & 1
            )
        return found


class _AnyBits(GenericFunction[int]):
    """
    The bits that the number of any row has.
    """

    name = "bit_or"
    inherit_cache = True
    type = BigInteger()


# SQLite knows none. Numbers of one bit each, summed where they differ, come to the same.
@compiles(_AnyBits, "sqlite")
def _any_bits_on_sqlite(element: _AnyBits, compiler: SQLCompiler, **options: Any) -> str:
    return f"sum(DISTINCT {compiler.process(element.clauses, **options)})"
