"""
Workbooks that tests make themselves: as an office program saves them, and as nobody should.
"""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

import openpyxl
import xlsxwriter


def made(sheets):
    """
    A workbook of sheets of rows, as bytes; strings stay strings, whatever they begin with.

    The same for the same rows, whatever the clock.
    """
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"strings_to_urls": False, "strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(2020, 1, 1, tzinfo=UTC)})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value not in ("", None):
                        sheet.write(number, column, value)
    return stream.getvalue()


def edited(data, edit):
    """
    The workbook after ``edit`` has done to it what a person does, saved again.
    """
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def rewritten(data, parts=(), *, without=(), method=zipfile.ZIP_DEFLATED):
    """
    The archive with parts replaced or added, by name, and others left out.
    """
    parts = dict(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", method) as new:
        for name in old.namelist():
            if name not in parts and name not in without:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return stream.getvalue()


def part(data, name):
    """
    The content of one part.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)


SHEET = "xl/worksheets/sheet1.xml"

# For a process of its own: the most memory that it ever held, in MB. What getrusage tells is no less than
# its parent held when it was started.
PEAK = """
def peak():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) // 1024
"""


def with_rows(rows, *, before="", after=""):
    """
    A workbook whose one sheet holds this XML.
    """
    data = made({"承诺": [["x"]]})
    xmlns = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = f"<worksheet {xmlns}>{before}<sheetData>{rows}</sheetData>{after}</worksheet>"
    return rewritten(data, {SHEET: sheet.encode()})


def bomb(megabytes):
    """
    A small file whose sheet inflates to so many million blanks.
    """
    data = made({"承诺": [["x"]]})
    sheet = part(data, SHEET).decode().replace("<sheetData>", "<sheetData>" + " " * (megabytes * 10**6))
    return rewritten(data, {SHEET: sheet.encode()})


def encrypted():
    """
    What an office program saves under a password: another container, with the workbook sealed in it.
    """
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le")
