"""
What marks are made of: colours, rows of data and their names, and what each mark tells of its sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

import altair as alt
from attrs import frozen

from milestone_ledger.display import width as columns_of
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.reports.charts.room import COLUMN, MARGIN, cut
from milestone_ledger.reports.charts.words import word
from milestone_ledger.reports.statements import cite_text
from milestone_ledger.reports.table import safe

# After Okabe and Ito: colours that colour-blind readers can tell apart. Grey is "not established" alone.
BLUE, SKY, GREEN, ORANGE, RED, PURPLE = "#0072B2", "#9AD0F5", "#009E73", "#E69F00", "#D55E00", "#CC79A7"
BLACK, DARK_GREY, GREY, PALE_GREY, FAINT = "#222222", "#8C8C8C", "#BFBFBF", "#D9D9D9", "#EBEBEB"
COLOURS: Final = {
    Verdict.KEPT: BLUE,
    Verdict.KEPT_LATE: ORANGE,
    Verdict.OVERDUE: RED,
    Verdict.DATE_UNKNOWN: DARK_GREY,
    Verdict.UNVERIFIED: GREY,
    Verdict.NOT_DUE: SKY,
    Verdict.WITHDRAWN: PURPLE,
}

ROW: Final = 22
_MOST_OF_WIDTH = 0.42
_CITED = 5
_SHORTEST = 4


def values(rows: Iterable[Mapping[str, Any]]) -> alt.Data:
    """
    Rows as the data of a chart.
    """
    return alt.Data(values=[dict(row) for row in rows])  # type: ignore[no-untyped-call]


@frozen
class Told:
    """
    What a mark tells when pointed at: fields of its row, each with its name.
    """

    language: Language
    fields: Mapping[str, str]

    @classmethod
    def of(cls, language: Language, *fields: str) -> Self:
        """
        The fields of these keys, named as the charts name them.
        """
        return cls(language, {field: word(field, language) for field in fields})

    def base(self, rows: Iterable[Mapping[str, Any]]) -> alt.Chart:
        """
        A chart of ``rows`` without a mark yet, each row told in its tooltip and to those who hear it.
        """
        told = []
        colon, stop = ("：", "；") if self.language == "zh" else (": ", "; ")
        for row in rows:
            shown = {field: safe(str(row[field])) for field in self.fields if field in row}
            whole = stop.join(f"{self.fields[field]}{colon}{text}" for field, text in shown.items())
            told.append(dict(row) | {f"tip_{field}": text for field, text in shown.items()} | {"told": whole})
        tips = [alt.Tooltip(f"tip_{field}:N", title=name) for field, name in self.fields.items()]
        base: alt.Chart = alt.Chart(values(told)).encode(tooltip=tips, description="told:N")
        return base


def cited(entries: Iterable[Entry], language: Language) -> str:
    """
    The first statements that a mark rests on, each once, and how many more there are.
    """
    found = list({entry.seq: entry for entry in entries}.values())
    if not found:
        return word("no_statement", language)
    shown = "；".join(cite_text(entry) for entry in found[:_CITED])
    return f"{shown} … (+{len(found) - _CITED})" if len(found) > _CITED else shown


@frozen(kw_only=True)
class RowNames:
    """
    The names at the left of rows: cut to the room there is, whole in the tooltip.

    ``tails`` end the names, and are never cut.
    """

    names: tuple[str, ...]
    tails: tuple[str, ...]
    left: int

    @classmethod
    def of(cls, names: Iterable[str], width: int, tails: Iterable[str] | None = None) -> Self:
        """
        The room that ``names`` take of a picture ``width`` wide: less than half.
        """
        known = tuple(names)
        ends = ("",) * len(known) if tails is None else tuple(tails)
        both = zip(known, ends, strict=True)
        longest = max((columns_of(safe(name) + safe(tail)) for name, tail in both), default=0)
        most = int(width * _MOST_OF_WIDTH)
        return cls(names=known, tails=ends, left=min(most, round(longest * COLUMN) + 2 * MARGIN))

    def scale(self) -> alt.Scale:
        """
        One band for each row.
        """
        return alt.Scale(domain=list(range(len(self.names))), paddingInner=0.2, paddingOuter=0.1)

    def y(self) -> alt.Y:
        """
        The row that ``row`` of the data counts, from 0 at the top.
        """
        return alt.Y("row:O", axis=None, scale=self.scale())

    def layer(self, language: Language) -> alt.Chart:
        """
        The names.
        """
        room = int((self.left - MARGIN - 8) / COLUMN)
        rows = []
        for row, (name, tail) in enumerate(zip(self.names, self.tails, strict=True)):
            short = cut(name, max(room - columns_of(safe(tail)), _SHORTEST)) + safe(tail)
            rows.append({"row": row, "name": name + tail, "short": short})
        base = Told(language, {"name": word("name", language)}).base(rows)
        texts = base.mark_text(align="right", baseline="middle", fontSize=12)
        placed: alt.Chart = texts.encode(x=alt.value(-8), y=self.y(), text="short:N")
        return placed
