"""
Text that a spreadsheet would run, or a reader would trim, and how it survives both.

A cell that begins like a formula gets an apostrophe before it. A cell with blanks around it, or with a bare
carriage return in it, is enclosed in ``'"`` and ``"``: blanks around a cell are otherwise nobody's intent.
"""

from __future__ import annotations

# Full-width signs begin a formula too, where the spreadsheet speaks Chinese.
_FORMULA = tuple("=+-@＝＋－＠")
_OPEN, _CLOSE = "'\"", '"'


def guarded(text: str) -> str:
    r"""
    ``text`` as a cell that no spreadsheet runs, and that ``unguarded`` reads as ``text`` exactly.

    >>> guarded("=HYPERLINK(1)"), guarded("-5%"), guarded("\t二 "), guarded("二(三)11")
    ("'=HYPERLINK(1)", "'-5%", '\'"\t二 "', '二(三)11')
    """
    if text != text.strip() or "\r" in text or _is_enclosed(text):
        return f"{_OPEN}{text}{_CLOSE}"
    return f"'{text}" if _looks_like_formula(text) else text


def preserved(text: str) -> str:
    r"""
    ``text`` as a cell of a workbook, where text is never run: guarded only if a reader would change it.

    >>> preserved("=1+1"), preserved("甲 "), preserved("'=1")
    ('=1+1', '\'"甲 "', "''=1")
    """
    return text if unguarded(text) == text else guarded(text)


def unguarded(cell: str) -> str:
    """
    The text of a cell: without its guard if it has one, else without blanks around it.

    Line breaks of every kind become plain ones, but in a cell that is enclosed.
    """
    text = cell.strip()
    is_guarded = text.startswith("'")
    if is_guarded and _is_enclosed(text):
        return text[len(_OPEN) : -len(_CLOSE)]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if is_guarded and _looks_like_formula(text) else text


def _is_enclosed(text: str) -> bool:
    return len(text) > len(_OPEN) and text.startswith(_OPEN) and text.endswith(_CLOSE)


def _looks_like_formula(text: str) -> bool:
    """
    Whether a formula begins here, behind any number of apostrophes.
    """
    return text.lstrip("'").startswith(_FORMULA)
