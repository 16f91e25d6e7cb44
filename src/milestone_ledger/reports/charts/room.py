"""
How much room texts take, in pixels, without asking a font.
"""

from __future__ import annotations

import re
from typing import Final

from milestone_ledger.display import width as columns_of
from milestone_ledger.display import wrap
from milestone_ledger.reports.table import safe

COLUMN: Final = 6.6
"""
How wide a terminal column is at the size of the labels, with a little to spare.
"""
MARGIN: Final = 12
_WORDS = re.compile(r"[!-~\u00a0-\u024f]+ ?|.", re.DOTALL)


def lines(text: str, columns: int) -> list[str]:
    """
    ``text`` in lines, broken between words or Chinese letters.
    """
    found = [""]
    for piece in _WORDS.findall(safe(text)):
        if columns_of(found[-1] + piece.rstrip()) > columns and found[-1]:
            found[-1] = found[-1].rstrip()
            found.append("")
        parts = wrap(piece, columns)
        found[-1] += parts[0]
        found += parts[1:]
    return found


def cut(text: str, columns: int) -> str:
    """
    As much of ``text`` as ``columns`` hold, on one line; what is left out stands in the tooltip.
    """
    shown = safe(text)
    return shown if columns_of(shown) <= columns else wrap(shown, max(columns - 1, 1))[0] + "…"
