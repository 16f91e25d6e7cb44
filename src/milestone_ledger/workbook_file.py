"""
An ``.xlsx`` file in the making: the same bytes for the same content, nothing that runs (extra ``excel``).

Text stays text, whatever it begins with: no formula, no link, no number is made of it. There is no clock in
it, no name of an author or a machine. Knows nothing of ledgers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from types import MappingProxyType
from typing import Any, Final

from milestone_ledger.display import width
from milestone_ledger.errors import MissingExtraError

try:
    import xlsxwriter
except ImportError as error:
    raise MissingExtraError("milestone-ledger[excel]", ("an Excel workbook", "Excel 工作簿")) from error

LONGEST_TEXT: Final = 32_767
"""
What one cell holds, in UTF-16 code units.
"""
MOST_ROWS: Final = 2**20
LONGEST_NAME = 31
_CONTROL = re.compile(r"[\x00-\x1f\ufffe\uffff]")
_NO_NAME = re.compile(rf"[\[\]:*?/\\]|{_CONTROL.pattern}")
# The name of a sheet that spreadsheets keep for themselves.
_RESERVED = "history"
# Files of an archive cannot be older, and no file is of any other day.
_CREATED = datetime(1980, 1, 1)  # noqa: DTZ001 (written as it is, in no zone)
# Before that day programs disagree on the days that they count.
_FIRST_DAY = date(1900, 3, 1)
_EXACT_NUMBER = 10**15
_LINE = 14.0  # points
_PADDING = 4.0
_TALLEST = 409.0
_FOOTER_LINE = 150  # columns; the page number stands beside it
_LONGEST_FOOTER = 200  # UTF-16 code units, of 255 with all that is said of fonts
_BASE: Mapping[str, Any] = MappingProxyType(
    {"font_name": "宋体", "font_size": 10, "valign": "top", "text_wrap": True}
)

Value = str | int | Decimal | date | None


def units_of(text: str) -> int:
    """
    The length of ``text`` as a spreadsheet counts it, in UTF-16 code units.
    """
    return len(text) + sum(char > "\uffff" for char in text)


class WorkbookFile:
    """
    A workbook, written sheet by sheet, then taken as ``content``.

    ``title`` is what its properties call it.
    """

    def __init__(self, title: str) -> None:
        self._buffer = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_numbers": False,
            "strings_to_formulas": False,
            "strings_to_urls": False,
        }
        self.book = xlsxwriter.Workbook(self._buffer, options)
        self.book.set_properties({"title": title[:255], "created": _CREATED})
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self._names: set[str] = set()

    def format(self, **properties: Any) -> Any:
        """
        The format of these properties on top of those that every cell has.
        """
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({**_BASE, **properties})
        return self._formats[key]

    def sheet(self, name: str) -> SheetFile:
        """
        The next sheet, called ``name`` as far as a sheet can be.
        """
        safe = sheet_name(name, self._names)
        self._names.add(safe.casefold())
        return SheetFile(self, self.book.add_worksheet(safe))

    def content(self) -> bytes:
        """
        The bytes of the file; nothing can be written afterwards.
        """
        self.book.close()
        return self._buffer.getvalue()


class SheetFile:
    """
    A sheet in the making; rows and columns are counted from 0, as ``sheet`` counts them.
    """

    def __init__(self, file: WorkbookFile, sheet: Any) -> None:
        self._file = file
        self.sheet = sheet

    @property
    def name(self) -> str:
        """
        The name that the sheet got.
        """
        return str(self.sheet.get_name())

    def text(self, row: int, column: int, text: str, **properties: Any) -> None:
        """
        Write ``text`` exactly; it must fit into a cell, which ``fitting`` sees to.
        """
        form = self._file.format(**properties)
        if not text:
            self.sheet.write_blank(row, column, None, form)
        elif text.startswith("<r>") and text.endswith("</r>"):
            # The library takes such a text for markup of its own, unless it is given in pieces.
            self.sheet.write_rich_string(row, column, text[0], self._file.format(), text[1:], form)
        else:
            self.sheet.write_string(row, column, text, form)

    def value(self, row: int, column: int, value: Value, **properties: Any) -> None:
        """
        Write a day as a day and a number as a number, where a spreadsheet keeps them exactly.
        """
        if isinstance(value, date) and value >= _FIRST_DAY:
            form = self._file.format(**{"num_format": "yyyy-mm-dd", "align": "left", **properties})
            self.sheet.write_datetime(row, column, value, form)
        elif isinstance(value, int | Decimal) and is_kept(value):
            self.sheet.write_number(row, column, value, self._file.format(**properties))
        else:
            self.text(row, column, "" if value is None else fitting(str(value)), **properties)

    def height(self, row: int, cells: Iterable[tuple[str, float]], *, line: float = _LINE) -> None:
        """
        Make a row as tall as its cells need: each a text and the width of its column.
        """
        lines = max((lines_of(text, columns) for text, columns in cells), default=1)
        self.sheet.set_row(row, min(lines * line + _PADDING, _TALLEST))

    def paper(self, *, header: int | None, footer: Sequence[str], page: str) -> None:
        """
        Print on A4 across, as wide as one page, the row ``header`` on every page.

        As many of the ``footer`` texts as there is room for stand at the left of each page's foot, ``page``
        at the right, where ``&P`` and ``&N`` are the number of the page and of all.
        """
        self.sheet.set_landscape()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        if header is not None:
            self.sheet.repeat_rows(header)
        told, line = "", ""
        for text in (_CONTROL.sub(" ", text).replace("&", "&&") for text in footer):
            more = f"{line} · {text}" if line else text
            if line and breadth(more) > _FOOTER_LINE:
                more = f"\n{text}"
            added = more.removeprefix(line)
            if units_of(told + added) <= _LONGEST_FOOTER:
                told, line = told + added, more.lstrip("\n")
        # The blanks keep a digit that follows from being read as part of the size.
        self.sheet.set_footer(f'&L&"宋体,Regular"&8 {told}&R&8 {page}')


def sheet_name(wanted: str, taken: Iterable[str]) -> str:
    """
    ``wanted`` without what no sheet's name may hold, short enough, and other than all ``taken`` (casefolded).

    >>> sheet_name("教育/幼儿园", []), sheet_name("../x", ["..x"]), sheet_name("''", [])
    ('教育幼儿园', '..x (2)', 'Sheet')
    """
    used = set(taken) | {_RESERVED}
    base = _cut(_NO_NAME.sub("", wanted).strip().strip("'").strip() or "Sheet", LONGEST_NAME)
    name, number = base, 1
    while name.casefold() in used:
        number += 1
        ending = f" ({number})"
        name = _cut(base, LONGEST_NAME - len(ending)) + ending
    return name


def _cut(text: str, most: int) -> str:
    """
    The beginning of ``text``, at most so many UTF-16 code units of it.
    """
    while units_of(text) > most:
        text = text[: most if len(text) > most else -1]
    return text.rstrip().rstrip("'")


def fitting(text: str) -> str:
    """
    ``text`` if a cell holds it; else its beginning, and at its end how much there is of it.
    """
    if units_of(text) <= LONGEST_TEXT:
        return text
    ending = f"……［全文 {len(text)} 字，单元格容纳不下 / cut: {len(text)} characters in all］"
    return _cut(text, LONGEST_TEXT - units_of(ending)) + ending


def is_kept(number: int | Decimal) -> bool:
    """
    Whether a spreadsheet, which has 15 digits, keeps ``number`` exactly.
    """
    digits = Decimal(number)
    return abs(digits) < _EXACT_NUMBER and len(digits.normalize().as_tuple().digits) <= 15  # noqa: PLR2004


def breadth(text: str) -> int:
    """
    How many columns a line of text takes in a Chinese font, where signs such as “ and … are wide as well.
    """
    if text.isascii():
        return len(text)
    return width(text) + sum(unicodedata.east_asian_width(char) == "A" for char in text)


def lines_of(text: str, columns: float) -> int:
    """
    How many lines ``text`` takes in a column of this width, wrapped; rather one too many than too few.
    """
    room = max(columns - 1.5, 2)
    return sum(max(1, -int(-breadth(line) // room)) for line in text.split("\n"))


def column_width(texts: Sequence[str], *, least: float, most: float) -> float:
    """
    A width at which the longest line of ``texts`` fits, within bounds.
    """
    longest = max((breadth(line) for text in texts for line in text.split("\n")), default=0)
    return float(min(max(longest + 2, least), most))
