"""
The user's own workbook back, with every cell at fault coloured and a comment in it: why, and how to mend it.

Marks of an earlier round are taken off first, so that the workbook can be mended, imported and marked again.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from attrs import frozen

from milestone_ledger.display import width
from milestone_ledger.errors import (
    Language,
    LedgerError,
    MissingExtraError,
    MissingReasonError,
    RowError,
    WorkbookError,
)
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.sheets import FAULTS_SHEET
from milestone_ledger.io.workbook import column_letters, read_grids

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.comments import Comment
    from openpyxl.worksheet.worksheet import Worksheet

MOST_ROWS = 50_000
# What an office program keeps of a workbook in memory is fifty times its file.
_MOST_INFLATED = 60 * 2**20
_AUTHOR = "台账校核"
# Parts the user's own comment, which stays, from ours.
_RULE = "\n―― 台账校核 ――\n"
_FILL = {True: "FFFFC7CE", False: "FFFFEB9C"}
_LONGEST_COMMENT = 2_000
_COMMENT_WIDTH, _LINE_HEIGHT, _LETTERS_PER_LINE = 340, 16, 46
_HEADERS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("序号", "程度", "表", "单元格", "列", "内容", "问题与改法"),
    "en": ("No.", "severity", "sheet", "cell", "column", "value", "what is wrong, and how to mend it"),
}
_SEVERITY: Mapping[Language, Mapping[bool, str]] = {
    "zh": {True: "错误", False: "提示"},
    "en": {True: "error", False: "notice"},
}
_WIDTHS = (6, 8, 14, 10, 14, 30, 90)  # letters; a Chinese character takes two
_HIGHEST_ROW = 400  # points

_TOO_LARGE = (
    f"the workbook is too large to be marked (more than {MOST_ROWS} rows, or much else in it); the list of "
    "faults names every cell",
    f"工作簿过大（超过 {MOST_ROWS} 行，或其他内容过多），无法逐格标注；请按列出的单元格逐一改正",
)
_UNMARKABLE = (
    "the workbook can be read but not written back, for something else that it holds; the list of faults "
    "names every cell",
    "工作簿可以读取，但含有其他内容，无法原样写回；请按列出的单元格逐一改正",
)


@frozen(kw_only=True)
class Mark:
    """
    Something to say of a workbook, of a sheet of it (``tab``), or of a cell in that.

    ``text`` says why, and how to mend it; what is no error is a notice.
    """

    is_error: bool
    tab: str = ""
    cell: str = ""
    column: str = ""
    value: str = ""
    text: str


def marks_of(errors: Iterable[BaseException], notices: Iterable[Warned], language: Language) -> list[Mark]:
    """
    What to mark, in the order in which it is told; that a reason is missing is no fault of the workbook.
    """
    chosen = 1 if language == "zh" else 0
    marks = []
    for error in errors:
        if isinstance(error, RowError) and not isinstance(error, MissingReasonError):
            cell = error.cell or ("" if error.row is None else f"A{error.row}")
            marks.append(
                Mark(
                    is_error=True,
                    tab=error.tab,
                    cell=cell if error.tab else "",
                    column=error.column,
                    value=error.value,
                    text=error.fault[chosen] if error.tab else error.explain(language),
                )
            )
        elif isinstance(error, LedgerError) and not isinstance(error, MissingReasonError):
            marks.append(Mark(is_error=True, text=error.explain(language)))
    marks += [
        Mark(
            is_error=False,
            tab=notice.tab,
            cell=notice.cell,
            column=notice.column,
            value=notice.value,
            text=notice.text[chosen],
        )
        for notice in notices
    ]
    return marks


def annotated(data: bytes, file: str, marks: Iterable[Mark], language: Language) -> bytes:
    """
    The workbook ``data`` with its marks, and a sheet that lists them all; ``file`` is what errors call it.

    Whatever a program other than its own can't carry over, such as charts, is lost: it is a working copy.

    Raises:
        MissingExtraError: If openpyxl is not installed.
        WorkbookError: If it is no workbook, or one that is too large or too unusual to be written back.
    """
    try:
        from openpyxl import load_workbook  # noqa: PLC0415 (openpyxl is an extra)
    except ImportError as error:
        raise MissingExtraError("openpyxl", ("marking a workbook", "标注工作簿")) from error
    if _is_large(data, file):
        raise WorkbookError(file=file, fault=_TOO_LARGE)
    stream = io.BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what openpyxl cannot carry over; the docstring says so
            book = load_workbook(io.BytesIO(data), rich_text=True)
        _clear(book)
        _mark(book, marks, language)
        if book.calculation is not None:
            book.calculation.fullCalcOnLoad = True  # it keeps no results of formulas
        book.save(stream)
    except (ValueError, TypeError, LookupError, AttributeError, OSError) as error:
        raise WorkbookError(file=file, fault=_UNMARKABLE) from error
    return stream.getvalue()


def _is_large(data: bytes, file: str) -> bool:
    rows = sum(1 for grid in read_grids(data, file) for _ in grid.rows)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        inflated = sum(entry.file_size for entry in archive.infolist())
    return rows > MOST_ROWS or inflated > _MOST_INFLATED


def _clear(book: Workbook) -> None:
    """
    Take off the marks of an earlier round, and let every other comment show in full, as it is given back.
    """
    from openpyxl.comments import Comment  # noqa: PLC0415 (openpyxl is an extra)
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    if FAULTS_SHEET in book.sheetnames:
        del book[FAULTS_SHEET]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None and cell.comment.author == _AUTHOR:
                    own, parted, _ = cell.comment.text.partition(_RULE)
                    cell.comment = Comment(own, "") if parted else None
                    cell.fill = PatternFill()
                if cell.comment is not None:
                    _size(cell.comment)


def _mark(book: Workbook, marks: Iterable[Mark], language: Language) -> None:
    listed = list(marks)
    by_cell: dict[tuple[str, str], list[Mark]] = defaultdict(list)
    for mark in listed:
        if mark.tab in book.sheetnames and mark.cell:
            by_cell[mark.tab, mark.cell].append(mark)
    for (tab, cell), told in by_cell.items():
        _colour(_anchor(book[tab], cell), told, language)
    _list(book, listed, language)


def _anchor(sheet: Worksheet, address: str) -> Cell:
    """
    The cell itself, or the one at the top left if it is merged with others.
    """
    from openpyxl.cell.cell import Cell  # noqa: PLC0415 (openpyxl is an extra)

    cell = sheet[address]
    if isinstance(cell, Cell):
        return cell
    (area,) = (area for area in sheet.merged_cells.ranges if address in area)
    anchor = sheet.cell(area.min_row, area.min_col)
    assert isinstance(anchor, Cell)  # noqa: S101 (the top left of an area is a cell of its own)
    return anchor


def _colour(cell: Cell, marks: list[Mark], language: Language) -> None:
    from openpyxl.comments import Comment  # noqa: PLC0415 (openpyxl is an extra)
    from openpyxl.styles import PatternFill  # noqa: PLC0415

    severity = _SEVERITY[language]
    lines = dict.fromkeys(f"【{severity[mark.is_error]}】{mark.text}" for mark in marks)
    text = _printable("\n".join(lines))[:_LONGEST_COMMENT]
    if cell.comment is not None:
        text = f"{cell.comment.text}{_RULE}{text}"
    comment = Comment(text, _AUTHOR)
    _size(comment)
    cell.comment = comment
    cell.fill = PatternFill("solid", fgColor=_FILL[any(mark.is_error for mark in marks)])


def _size(comment: Comment) -> None:
    """
    Make the box of a comment as large as its text.
    """
    comment.width = _COMMENT_WIDTH
    comment.height = _LINE_HEIGHT * (_lines(comment.text, _LETTERS_PER_LINE) + 1)


def _list(book: Workbook, marks: list[Mark], language: Language) -> None:
    """
    A sheet before all others that names every mark, with a way to its cell.
    """
    from openpyxl.styles import Alignment, Font, PatternFill  # noqa: PLC0415 (openpyxl is an extra)
    from openpyxl.worksheet.hyperlink import Hyperlink  # noqa: PLC0415
    from openpyxl.worksheet.properties import PageSetupProperties  # noqa: PLC0415

    sheet = book.create_sheet(FAULTS_SHEET, 0)
    rows = [
        (
            str(number),
            _SEVERITY[language][mark.is_error],
            mark.tab,
            mark.cell,
            mark.column,
            mark.value,
            mark.text,
        )
        for number, mark in enumerate(marks, start=1)
    ]
    for number, row in enumerate((_HEADERS[language], *rows), start=1):
        for column, text in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            cell.value, cell.data_type = _printable(text), "s"  # text, whatever it begins with
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 1:
                cell.font = Font(bold=True)
        lines = max(_lines(text, letters) for text, letters in zip(row, _WIDTHS, strict=True))
        sheet.row_dimensions[number].height = min(_LINE_HEIGHT * lines, _HIGHEST_ROW)
    for number, mark in enumerate(marks, start=2):
        sheet.cell(number, 2).fill = PatternFill("solid", fgColor=_FILL[mark.is_error])
        if mark.tab in book.sheetnames and mark.cell:
            quoted = mark.tab.replace("'", "''")
            cell = sheet.cell(number, 4)
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!{mark.cell}")
            cell.font = Font(color="FF0563C1", underline="single")
    for column, letters in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[column_letters(column)].width = letters + 2
    sheet.freeze_panes, sheet.print_title_rows = "A2", "1:1"
    sheet.page_setup.orientation, sheet.page_setup.fitToHeight = "landscape", 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.active = 0
    for other in book.worksheets[1:]:
        other.sheet_view.tabSelected = False


def _lines(text: str, letters: int) -> int:
    """
    How many lines ``text`` takes where ``letters`` fit into one.
    """
    return sum(1 + width(line) // letters for line in text.split("\n"))


def _printable(text: str) -> str:
    """
    ``text`` without the characters that no workbook holds.
    """
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # noqa: PLC0415 (openpyxl is an extra)

    held = text.encode("utf-8", "replace").decode("utf-8")
    return ILLEGAL_CHARACTERS_RE.sub("\ufffd", held)[:32_000]
