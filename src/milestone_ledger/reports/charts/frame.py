"""
The page around the marks of a chart: title, notes, key, axes.

Every place is worked out from how many columns a text takes, so that nothing overlaps and a chart is the
same whatever fonts a machine has. Names are data or constants, never expressions or markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import altair as alt
from attrs import frozen

from milestone_ledger.display import width as columns_of
from milestone_ledger.reports.charts.marks import values
from milestone_ledger.reports.charts.room import COLUMN, MARGIN, cut, lines
from milestone_ledger.reports.charts.saving import FONTS, svg
from milestone_ledger.reports.table import safe

WIDTH: Final = 960
"""
How wide a picture is unless told otherwise, in pixels, with all its margins.
"""
NARROWEST: Final = 320
"""
Below that nothing can be read, and charts are drawn as wide as that.
"""
# How wide a terminal column is at the size of the title, in pixels.
_TITLE_COLUMN = 7.6
_LINE, _TITLE_LINE, _KEY_LINE = 17, 21, 19
_SYMBOL = 18


class Drawing(alt.LayerChart):
    """
    A chart that a notebook shows as a picture: no network, no script, and a name in it is only text.
    """

    def _repr_mimebundle_(self, *_: object, **__: object) -> dict[str, str]:
        return {"image/svg+xml": svg(self)}


@frozen
class Key:
    """
    What a sign means: its shape (``square``, ``stroke``, ``diamond`` …), colour and text.
    """

    shape: str
    colour: str
    text: str
    hollow: bool = False


@frozen(kw_only=True)
class Frame:
    """
    The page around the marks, all in pixels.

    ``width`` is that of the whole picture, ``height`` that of the marks alone; ``left`` holds the names of
    rows or of an axis, ``right`` the numbers that end rows, ``below`` the axis, ``above`` the title of an
    axis at the side.
    """

    title: str
    width: int
    height: int
    left: int
    right: int = 28
    below: int = 52
    above: int = 8
    notes: tuple[str, ...] = ()
    keys: tuple[Key, ...] = ()

    @property
    def inner(self) -> int:
        """
        How wide the marks are.
        """
        return self.width - self.left - self.right

    def head(self) -> tuple[list[alt.Chart], int]:
        """
        Title, notes and key, and how much room they take above the marks.
        """
        room = self.width - 2 * MARGIN
        titles = lines(self.title, int(room / _TITLE_COLUMN))
        notes = [line for note in self.notes for line in lines(note, int(room / COLUMN))]
        placed = _placed(self.keys, room)
        rows = placed[-1][1] + 1 if placed else 0
        height = MARGIN + len(titles) * _TITLE_LINE + len(notes) * _LINE + rows * _KEY_LINE + self.above
        y = MARGIN - height
        layers = [_text(titles, MARGIN - self.left, y, _TITLE_LINE, fontSize=14, fontWeight="bold")]
        y += len(titles) * _TITLE_LINE
        if notes:
            layers.append(_text(notes, MARGIN - self.left, y, _LINE, color="#555555"))
            y += len(notes) * _LINE
        for key, (offset, row) in zip(self.keys, placed, strict=True):
            short = cut(key.text, int((room - _SYMBOL) / COLUMN))
            x, middle = MARGIN - self.left + offset, y + row * _KEY_LINE + _KEY_LINE // 2
            layers += [
                alt.Chart(_blank())
                .mark_point(
                    shape=key.shape,
                    size=90,
                    filled=not key.hollow and key.shape != "stroke",
                    color=key.colour,
                    strokeWidth=2,
                    opacity=1,
                )
                .encode(x=alt.value(x + 6), y=alt.value(middle)),
                alt.Chart(_blank())
                .mark_text(text=short, align="left", baseline="middle", fontSize=12)
                .encode(x=alt.value(x + _SYMBOL), y=alt.value(middle)),
            ]
        return layers, height

    def finished(self, layers: Iterable[alt.Chart]) -> Drawing:
        """
        The picture of ``layers``, the first lowest.
        """
        head, above = self.head()
        drawing: Drawing = (
            Drawing(layer=[*layers, *head])
            .properties(
                width=self.inner,
                height=self.height,
                description=safe(self.title),
                padding={"left": self.left, "right": self.right, "top": above, "bottom": self.below},
                autosize=alt.AutoSizeParams(type="none", contains="content"),
            )
            .configure(font=FONTS, background="white")
            .configure_axis(labelFontSize=12, titleFontSize=12, titleFontWeight="normal", grid=False)
            .configure_view(stroke=None)
        )
        return drawing

    def below_axis(self) -> dict[str, Any]:
        """
        Where the title of the axis below stands: at its right end, clear of the labels.
        """
        return {"titleAnchor": "end", "titleAlign": "right", "titleX": self.inner, "titleY": 36}


def side_axis(left: int) -> dict[str, Any]:
    """
    Where the title of an axis at the side stands: above it, to be read without turning the head.
    """
    return {
        "titleAngle": 0,
        "titleAlign": "left",
        "titleBaseline": "bottom",
        "titleX": MARGIN - left,
        "titleY": -8,
        "labelOverlap": False,
    }


def _placed(keys: Sequence[Key], room: int) -> list[tuple[int, int]]:
    """
    How far from the left and in which row each key stands.
    """
    placed: list[tuple[int, int]] = []
    x = row = 0
    for key in keys:
        wide = _SYMBOL + round(columns_of(key.text) * COLUMN)
        if x and x + wide > room:
            x, row = 0, row + 1
        placed.append((x, row))
        x += wide + 14
    return placed


def _blank() -> alt.Data:
    return values([{}])


def _text(said: Sequence[str], x: float, y: float, line: int, **style: Any) -> alt.Chart:
    look = {"fontSize": 12} | style
    texts = alt.Chart(_blank()).mark_text(
        text=list(said), align="left", baseline="top", lineHeight=line, **look
    )
    placed: alt.Chart = texts.encode(x=alt.value(x), y=alt.value(y))
    return placed


def nothing(title: str, said: str, width: int) -> Drawing:
    """
    A chart that says that there is nothing to draw.
    """
    frame = Frame(title=title, width=width, height=48, left=MARGIN, right=MARGIN, below=MARGIN)
    return frame.finished([_text(lines(said, int(frame.inner / COLUMN)), 0, 8, _LINE, color="#555555")])
