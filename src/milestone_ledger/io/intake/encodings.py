"""
Which encoding a CSV file is in, where that is beyond doubt; where it is not, a person is asked.
"""

from __future__ import annotations

import codecs

from milestone_ledger.domain.registry import name_key
from milestone_ledger.io.intake.tables import HEADER_WITHIN, LONGEST_CELL
from milestone_ledger.io.sheets import Sheet

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Chinese editions of office programs write; it holds GBK and GB 2312.
_CHINESE = "gb18030"
_SIGNS = ",\t"


class BadFileError(Exception):
    """
    The file as a whole, or from some row on, cannot be read.
    """

    def __init__(self, fault: tuple[str, str], row: int | None = None) -> None:
        super().__init__(fault[0])
        self.fault = fault
        self.row = row


def decode(data: bytes, sheet: Sheet, encoding: str | None) -> str:
    """
    The text of a file that holds ``sheet``.

    UTF-8, with or without a byte order mark, and UTF-16 with one are recognised; then ``encoding`` counts.
    Without one, GB18030 is read if every byte is of it and it makes every required header, in Chinese: bytes
    of any other encoding do not do that.

    Raises:
        BadFileError: If it is in none of these.
    """
    for bom, codec in _BOMS:
        if data.startswith(bom):
            return _decoded(data, codec)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if encoding is not None:
            return _decoded(data, encoding)
        text = _chinese(data, sheet)
        if text is not None:
            return text
        raise BadFileError(
            (
                f"byte {error.start} is not UTF-8; save the file as UTF-8, or give its encoding, "
                "such as --encoding gb18030",
                f"第 {error.start} 字节不是 UTF-8；请另存为 UTF-8，或注明编码，如 --encoding gb18030",
            )
        ) from error


def _chinese(data: bytes, sheet: Sheet) -> str | None:
    """
    The text if it is beyond doubt that it is in GB18030, else ``None``.
    """
    try:
        text = data.decode(_CHINESE)
    except UnicodeDecodeError:
        return None
    required = {name_key(column.zh) for column in sheet.columns if column.required}
    for line in text[:LONGEST_CELL].splitlines()[:HEADER_WITHIN]:
        for sign in _SIGNS:
            if required <= {name_key(piece.strip(' "')) for piece in line.split(sign)}:
                return text
    return None


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise BadFileError(
            (
                f"there is no text encoding {encoding!r}; give utf-8, gb18030, big5 or utf-16",
                f"没有文本编码“{encoding}”；请写 utf-8、gb18030、big5 或 utf-16",
            )
        ) from error
    except ValueError as error:
        where = f" {error.start}" if isinstance(error, UnicodeDecodeError) else ""
        raise BadFileError(
            (
                f"byte{where} is not {encoding}; give the encoding in which the file was saved",
                f"字节{where} 不符合编码 {encoding}；请注明保存文件时所用的编码",
            )
        ) from error
