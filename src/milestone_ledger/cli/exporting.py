"""
``export``: write a ledger out in a form that others can use.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.cli.integrity import progress_line
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import IntakeError, Language
from milestone_ledger.io.export.csv_writer import csv_files, write_folder
from milestone_ledger.io.export.writing import Written, write_out
from milestone_ledger.io.files import write_files
from milestone_ledger.io.intake.programme_file import read_programme
from milestone_ledger.io.sheets import PROGRAMME_FILE
from milestone_ledger.reports.table import safe
from milestone_ledger.store.engine import open_engine

# How many slips are named in the text; the data name all.
_SHOWN = 20


def export_csv(arguments: Namespace) -> Answer:
    """
    Write the six sheets and the programme into a folder.

    Raises:
        ExportError: If the sheets cannot say all of the ledger; nothing was written.
        OccupiedFolderError: If the folder holds something, without ``--force``.
        UnwritableFileError: If a file cannot be written.
    """
    with open_ledger(arguments) as ledger:
        written = write_out(ledger.history(), arguments.lang)
    files = csv_files(written, progress_line(arguments.lang, "核对", "checking"))
    write_folder(files, Path(arguments.folder), force=arguments.force)
    return Answer(
        text=_text(written, arguments.folder, arguments.lang),
        data={"folder": arguments.folder, "files": list(files), **_data(written)},
    )


def export_xlsx(arguments: Namespace) -> Answer:
    """
    Write the six sheets into a workbook, and the programme beside it; a file that defines the same stays.

    Raises:
        ExportError: If the workbook cannot say all of the ledger; nothing was written.
        MissingExtraError: If XlsxWriter is not installed.
        OccupiedFileError: If a file is in the way, without ``--force``.
        UnwritableFileError: If a file cannot be written.
    """
    from milestone_ledger.io.export import workbook  # noqa: PLC0415 (XlsxWriter is an extra)

    path = Path(arguments.file)
    with open_ledger(arguments) as ledger:
        written = write_out(ledger.history(), arguments.lang)
    files = dict(
        workbook.workbook_files(written, path.name, progress_line(arguments.lang, "核对", "checking"))
    )
    if _is_defined(written.programme, path.parent / PROGRAMME_FILE):
        del files[PROGRAMME_FILE]
    write_files({path.parent / name: content for name, content in files.items()}, force=arguments.force)
    return Answer(
        text=_text(written, arguments.file, arguments.lang),
        data={"file": arguments.file, "files": list(files), **_data(written)},
    )


def _is_defined(programme: Programme, path: Path) -> bool:
    """
    Whether a file defines ``programme`` already, in whatever words and with whatever comments.
    """
    try:
        return read_programme(path) == programme
    except IntakeError:
        return False


def _data(written: Written) -> dict[str, Any]:
    return {
        "rows": {sheet.sheet.id: len(sheet.rows) for sheet in written.sheets},
        "slips": [entry.seq for entry in written.slips],
    }


def _text(written: Written, place: str, language: Language) -> str:
    rows = sum(len(sheet.rows) for sheet in written.sheets)
    split = " · ".join(f"{sheet.name} {len(sheet.rows)}" for sheet in written.sheets)
    folder, slips = safe(place), len(written.slips)
    named = [f"#{entry.seq}" for entry in written.slips[:_SHOWN]] + ["…"] * (slips > _SHOWN)
    if language == "zh":
        said = [f"已写出 {rows} 行到 {folder}：{split}；另有 programme.toml。"]
        said += [f"录入错误 {slips} 条，已作废，任何视点都看不到，未写出：{'、'.join(named)}"] * (slips > 0)
    else:
        said = [f"Wrote {rows} row{'' if rows == 1 else 's'} to {folder}: {split}; and programme.toml."]
        count = f"{slips} slip{'' if slips == 1 else 's'}"
        said += [f"Left out {count}, taken back and in no view: {', '.join(named)}"] * (slips > 0)
    return "\n".join(said)


def export_parquet(arguments: Namespace) -> Answer:
    """
    Add to a folder of Parquet files what it does not hold yet, of all ledgers or of the one named.

    Raises:
        MissingExtraError: If pyarrow is not installed.
        ParquetFolderError: If what lies there is not the beginning of the same log.
        UnknownLedgerError: If there is no such ledger, or none at all.
        UnwritableFileError: If a file cannot be written.
    """
    from milestone_ledger.io.export import parquet  # noqa: PLC0415 (pyarrow is an extra)

    engine = open_engine(arguments.db)
    try:
        written = parquet.export_parquet(
            engine,
            Path(arguments.folder),
            ledgers=None if arguments.ledger is None else [arguments.ledger],
            bodies=arguments.bodies,
        )
    finally:
        engine.dispose()
    said = {
        "zh": "台账“{0}”：写出 {1} 条，共 {2} 条，根 {3}",
        "en": "ledger {0!r}: wrote {1} entries of {2}, root {3}",
    }[arguments.lang]
    return Answer(
        text="\n".join(
            safe(said.format(one.ledger, one.after - one.first, one.after, one.root.hex())) for one in written
        ),
        data={
            "folder": arguments.folder,
            "ledgers": [
                {"ledger": one.ledger, "first": one.first, "after": one.after, "root": one.root.hex()}
                for one in written
            ],
        },
    )
