"""
What a report says, whatever it is laid out as: headings, sentences and tables of plain values.

A report is made in one language, from views and days alone; a renderer adds fonts, widths and colours,
never words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from attrs import field, frozen

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.ledger.rows import plain
from milestone_ledger.reports.labels import label

Bilingual = tuple[str, str]
"""
English, then Chinese.
"""

Kind = Literal["text", "day", "number", "verdict", "count"]
Value = str | int | Decimal | date | Verdict | None
"""
What stands in one cell; ``None`` leaves it empty.

A day or number that the evidence gives only as a range is a text, whatever the kind of its column.
"""


@frozen(kw_only=True)
class Column:
    """
    One column of a table.

    ``key`` names it in data, ``title`` where people read; ``width`` is its usual width in Chinese characters.
    """

    key: str
    title: Bilingual
    kind: Kind = "text"
    width: int = 8

    def heading(self, language: Language) -> str:
        """
        What stands above the column.
        """
        return self.title[1 if language == "zh" else 0]


@frozen(kw_only=True)
class Group:
    """
    Rows of a section that belong together: ``count`` of them from the row ``first`` (from 0) on.
    """

    title: str
    first: int
    count: int


@frozen(kw_only=True)
class Section:
    """
    A part of a report: sentences (``prose``, a paragraph each), a table, or both.

    ``note`` says in one sentence what the table means, ``empty`` what it means that it has no rows.
    ``groups`` are in order and cover all rows, or there are none. Without columns there is no table.
    """

    title: str
    note: str = ""
    prose: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    groups: tuple[Group, ...] = ()
    empty: str = ""

    def grouped(self) -> Iterator[tuple[str, tuple[tuple[Value, ...], ...]]]:
        """
        The rows of each group under its title; all under an empty one, if there are no groups.
        """
        if not self.groups:
            yield "", self.rows
        for group in self.groups:
            yield group.title, self.rows[group.first : group.first + group.count]


@frozen(kw_only=True)
class Report:
    """
    A report in ``language``.

    ``heading`` holds the lines below the title: which ledger, from which point of view, how far the evidence
    reaches. ``legend`` explains the verdicts that it shows, each in one sentence.
    """

    language: Language
    title: str
    heading: tuple[str, ...]
    sections: tuple[Section, ...]
    legend: tuple[tuple[Verdict, str], ...] = field(default=())


def shown(value: Value, language: Language) -> str:
    """
    A value as people read it.
    """
    if value is None:
        return ""
    return label(value, language) if isinstance(value, Verdict) else str(value)


def as_data(report: Report) -> dict[str, Any]:
    """
    The report as JSON can hold it, the rows by the keys of their columns.
    """
    return {
        "title": report.title,
        "heading": list(report.heading),
        "sections": [
            {
                "title": section.title,
                "note": section.note,
                "prose": list(section.prose),
                "groups": plain(section.groups),
                "rows": [
                    {column.key: plain(value) for column, value in zip(section.columns, row, strict=True)}
                    for row in section.rows
                ],
                "empty": section.empty,
            }
            for section in report.sections
        ],
        "legend": [{"verdict": verdict.value, "meaning": meaning} for verdict, meaning in report.legend],
    }
