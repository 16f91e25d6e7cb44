"""
The bytes of a CSV file as rows of text: whole or not at all, and never silently in the wrong encoding.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import RowError
from milestone_ledger.io.intake.encodings import BadFileError, decode
from milestone_ledger.io.intake.tables import HEADER_WITHIN, LONGEST_CELL, Table, table_of
from milestone_ledger.io.sheets import Sheet

LARGEST_FILE = 200 * 2**20
# A line of this length holds more than every column of a sheet can, at the length a cell may have, even
# of nothing but quotes, which are doubled.
_LONGEST_LINE = 40 * LONGEST_CELL


def read_csv(
    sheet: Sheet, file: str, data: bytes, *, encoding: str | None = None, faults: list[RowError]
) -> Table | None:
    """
    The table that a CSV file holds; ``None`` if it cannot be read at all.

    ``encodings.decode`` says which encodings are recognised; anything else is read in ``encoding``.
    What is wrong is added to ``faults``.
    """
    if len(data) > LARGEST_FILE:
        faults.append(RowError(file=file, row=None, column="", value="", fault=too_large(len(data))))
        return None
    try:
        text = decode(data, sheet, encoding)
        return table_of(sheet, file, _records(text, _delimiter(text, sheet)), faults)
    except BadFileError as error:
        faults.append(RowError(file=file, row=error.row, column="", value="", fault=error.fault))
        return None


def too_large(size: int) -> tuple[str, str]:
    """
    The fault of a file that is larger than any 台账.
    """
    most = LARGEST_FILE // 2**20
    return (
        f"the file holds {size // 2**20} MB, more than {most} MB; split it",
        f"文件 {size // 2**20} MB，超过 {most} MB；请拆分",
    )


def _delimiter(text: str, sheet: Sheet) -> str:
    """
    What parts a line into the most headers of the sheet; if nothing does, what stands in a line most often.

    A comma, unless tabs do better: a note may hold any number of either.
    """
    head = text[:LONGEST_CELL].splitlines()[:HEADER_WITHIN]

    def parted(sign: str) -> tuple[int, int]:
        pieces = [line.split(sign) for line in head]
        headers = (sum(name_key(piece.strip(' "')) in sheet.by_header for piece in line) for line in pieces)
        return max(headers, default=0), max(map(len, pieces), default=0)

    return "\t" if parted("\t") > parted(",") else ","


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """
    Records with their numbers as a spreadsheet counts.
    """
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFileError(
                (
                    f"the quotes do not match, or a cell is too long ({error}); nothing after this is read: "
                    'close every quote, and write a quote within a cell as ""',
                    f"引号不配对，或单元格过长（{error}），其后无法读取：请补全引号，单元格内的引号写作两个引号",
                ),
                row=number,
            ) from error
        yield number, record


def _lines(text: str) -> Iterator[str]:
    for line in io.StringIO(text, newline=""):
        if len(line) > _LONGEST_LINE:
            raise BadFileError(
                (
                    f"a line holds {len(line)} characters: this is no table",
                    f"某一行有 {len(line)} 个字符：这不是表格",
                )
            )
        yield line
