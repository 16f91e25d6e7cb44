"""
How much room a text takes where people read it: a Chinese character is as wide as two others.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def width(text: str) -> int:
    """
    How many columns of a terminal or a sheet ``text`` takes.
    """
    return len(text) if text.isascii() else sum(map(char_width, text))


@lru_cache(maxsize=1 << 12)
def char_width(char: str) -> int:
    """
    How many columns one character takes.
    """
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrap(text: str, columns: int) -> list[str]:
    """
    ``text`` in lines of at most ``columns`` columns; at least one line.
    """
    if width(text) <= columns:
        return [text]
    lines, line, used = [], "", 0
    for char in text:
        if line and used + char_width(char) > columns:
            lines.append(line)
            line, used = "", 0
        line += char
        used += char_width(char)
    return [*lines, line]
