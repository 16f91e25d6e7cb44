"""
The bytes of a CSV file as rows of text: whole or not at all, and never silently in the wrong encoding.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import RowError
from milestone_ledger.io.intake.tables import HEADER_WITHIN, LONGEST_CELL, Table, table_of
from milestone_ledger.io.sheets import Sheet

LARGEST_FILE = 200 * 2**20
# A line of this length holds more than every column of a sheet can, at the length a cell may have, even
# of nothing but quotes, which are doubled.
_LONGEST_LINE = 40 * LONGEST_CELL

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class _BadFileError(Exception):
    """
    The file as a whole, or from some row on, cannot be read.
    """

    def __init__(self, fault: tuple[str, str], row: int | None = None) -> None:
        super().__init__(fault[0])
        self.fault = fault
        self.row = row


def read_csv(
    sheet: Sheet, file: str, data: bytes, *, encoding: str | None = None, faults: list[RowError]
) -> Table | None:
    """
    The table that a CSV file holds; ``None`` if it cannot be read at all.

    UTF-8, with or without a byte order mark, and UTF-16 with one are recognised; anything else is read
    in ``encoding``. What is wrong is added to ``faults``.
    """
    try:
        text = _decode(data, encoding)
        return table_of(sheet, file, _records(text, _delimiter(text, sheet)), faults)
    except _BadFileError as error:
        faults.append(RowError(file=file, row=error.row, column="", value="", fault=error.fault))
        return None


def _decode(data: bytes, encoding: str | None) -> str:
    if len(data) > LARGEST_FILE:
        raise _BadFileError(too_large(len(data)))
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _decoded(data, codec)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            return _decoded(data, encoding)
        raise _BadFileError(
            (
                f"byte {error.start} is not UTF-8; save the file as UTF-8, or give its encoding, "
                "such as --encoding gb18030",
                f"第 {error.start} 字节不是 UTF-8；请另存为 UTF-8，或注明编码，如 --encoding gb18030",
            )
        ) from error


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise _BadFileError(
            (
                f"there is no text encoding {encoding!r}; give utf-8, gb18030, big5 or utf-16",
                f"没有文本编码“{encoding}”；请写 utf-8、gb18030、big5 或 utf-16",
            )
        ) from error
    except ValueError as error:
        where = f" {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise _BadFileError(
            (
                f"byte{where} is not {encoding}; give the encoding in which the file was saved",
                f"字节{where} 不符合编码 {encoding}；请注明保存文件时所用的编码",
            )
        ) from error


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
            raise _BadFileError(
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
            raise _BadFileError(
                (
                    f"a line holds {len(line)} characters: this is no table",
                    f"某一行有 {len(line)} 个字符：这不是表格",
                )
            )
        yield line
