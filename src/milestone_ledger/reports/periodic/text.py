"""
A report as text for a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator

from milestone_ledger.reports.labels import label
from milestone_ledger.reports.periodic.content import Report, Section, shown
from milestone_ledger.reports.table import safe, table

_DIGITS = "零一二三四五六七八九"


def numbered(number: int, title: str, report: Report) -> str:
    """
    The title of a section with its number (from 1), as the language counts.
    """
    if report.language == "en":
        return f"{number}. {title}"
    tens, ones = divmod(number, 10)
    ten = f"{_DIGITS[tens] * (tens > 1)}十" * (tens > 0)
    return f"{ten}{_DIGITS[ones] * (ones > 0)}、{title}"


def report_text(report: Report, columns: int | None = None) -> str:
    """
    The whole report, its tables within ``columns`` terminal columns (``None``: any).
    """
    parts = ["\n".join(map(safe, (report.title, *report.heading)))]
    for number, section in enumerate(report.sections, start=1):
        lines = [safe(numbered(number, section.title, report)), *_lines(section, report, columns)]
        parts.append("\n".join(lines))
    if report.legend:
        colon = "：" if report.language == "zh" else ": "
        parts.append(
            "\n".join(
                safe(f"{label(verdict, report.language)}{colon}{meaning}")
                for verdict, meaning in report.legend
            )
        )
    return "\n\n".join(parts)


def _lines(section: Section, report: Report, columns: int | None) -> Iterator[str]:
    yield from map(safe, section.prose)
    if not section.columns:
        return
    if not section.rows:
        yield safe(section.empty)
        return
    if section.note:
        yield safe(section.note)
    header = [column.heading(report.language) for column in section.columns]
    numbers = [place for place, column in enumerate(section.columns) if column.kind in ("number", "count")]
    for title, rows in section.grouped():
        if title:
            yield f"\n〔{safe(title)}〕"
        cells = ([shown(value, report.language) for value in row] for row in rows)
        yield table(header, cells, numbers=numbers, columns=columns)
