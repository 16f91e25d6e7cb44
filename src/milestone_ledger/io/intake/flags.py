"""
What is accepted as given and still deserves a second look: invisible characters and look-alike names.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

from milestone_ledger.domain.registry import name_key
from milestone_ledger.io.intake.cells import pieces
from milestone_ledger.io.intake.faults import Place
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.intake.tables import Tables
from milestone_ledger.io.sheets import SHEETS

# Cells that name something; notes may say what they like.
_NAMES = ("id", "title", "number", "name", "aliases", "source", "locator", "project", "what")
# Letters of other alphabets that look like Latin ones.
_LOOK_ALIKES = frozenset("АВЕЅІЈКМНОРСТУХаеѕіјорсухΑΒΕΖΗΙΚΜΝΟΡΤΥΧο")
_INVISIBLE = frozenset({"Cf", "Cc", "Co", "Cn"})


def flags(tables: Tables) -> tuple[Warned, ...]:
    """
    Everything in the files that deserves a second look: what was not read, then by sheet and row.
    """
    found = [*(_ignored(name) for name in tables.ignored), *tables.notes]
    spellings: dict[str, str] = {}
    for sheet in SHEETS:
        table = tables.tables.get(sheet.id)
        if table is None:
            continue
        named = [column.id for column in sheet.columns if column.id in _NAMES]
        for row in table.rows:
            place = Place(table, row)
            for column in named:
                for name in pieces(place.text(column)):
                    found += _characters(place, column, name)
                    found += _collisions(place, column, name, spellings)
    return tuple(found)


def _ignored(name: str) -> Warned:
    return Warned(
        file=name,
        text=("this file is no sheet and was not read", "该文件不是台账的表，未读取"),
    )


def _characters(place: Place, column: str, name: str) -> Iterator[Warned]:
    if name.isascii() and name.isprintable():
        return
    hidden = sorted({character for character in name if unicodedata.category(character) in _INVISIBLE})
    if hidden:
        codes = ", ".join(f"U+{ord(character):04X}" for character in hidden)
        yield place.warning(
            column,
            name,
            (
                f"holds characters that cannot be seen ({codes}); it stays as given, and no other name is "
                "taken for it",
                f"含不可见字符（{codes}）；按原样保存，不与其他名称合并",
            ),
        )
    alike = sorted(_LOOK_ALIKES.intersection(name))
    if alike:
        yield place.warning(
            column,
            name,
            (
                f"holds letters that look like Latin ones ({' '.join(alike)}); it stays as given",
                f"含形似拉丁字母的字符（{' '.join(alike)}）；按原样保存",
            ),
        )


def _collisions(place: Place, column: str, name: str, spellings: dict[str, str]) -> Iterable[Warned]:
    """
    Two spellings that differ in width, white space or case only, and so count as one name.
    """
    first = spellings.setdefault(name_key(name), name)
    if first == name:
        return ()
    return (
        place.warning(
            column,
            name,
            (
                f"is spelled {first!r} elsewhere; both count as one name, and each stays as given",
                f"他处写作“{first}”；二者视为同一名称，各按原样保存",
            ),
        ),
    )
