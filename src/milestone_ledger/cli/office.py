"""
Writing a report into a file of an office: a workbook, or a document.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from milestone_ledger.io.files import write_files
from milestone_ledger.reports.periodic.content import Report
from milestone_ledger.reports.table import safe


def write_report(drafted: Report, arguments: Namespace) -> str:
    """
    Write ``drafted`` into the file that the arguments name; gives a sentence that says so.

    Raises:
        OccupiedFileError: If the file says something else, without ``--force``.
        UnwritableFileError: If it cannot be written.
        MissingExtraError: If what writes such files is not installed.
    """
    write_files({Path(arguments.out): _laid_out(drafted, arguments.out)}, force=arguments.force)
    rows, file = sum(len(section.rows) for section in drafted.sections), safe(arguments.out)
    said = {
        "zh": f"已写出 {file}：{safe(drafted.title)}，{len(drafted.sections)} 部分，{rows} 行",
        "en": f"Wrote {file}: {safe(drafted.title)}, {len(drafted.sections)} sections, {rows} rows",
    }
    return said[arguments.lang]


def _laid_out(drafted: Report, file: str) -> bytes:
    if file.lower().endswith(".docx"):
        from milestone_ledger.reports.office.docx import docx  # noqa: PLC0415 (python-docx is an extra)

        return docx(drafted)
    from milestone_ledger.reports.office.xlsx import xlsx  # noqa: PLC0415 (XlsxWriter is an extra)

    return xlsx(drafted)
