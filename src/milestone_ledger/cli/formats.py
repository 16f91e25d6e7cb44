"""
``export`` in the formats of other people: a file as seen from somewhere, and what it cannot say beside it.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.cli.integrity import progress_line
from milestone_ledger.cli.looking import seen, view_of
from milestone_ledger.errors import Language
from milestone_ledger.io.export.calendar import calendar
from milestone_ledger.io.export.csv_writer import csv_files, write_folder
from milestone_ledger.io.export.datapackage import data_package
from milestone_ledger.io.export.exchange import json_bytes, losses_file
from milestone_ledger.io.export.losses import Loss
from milestone_ledger.io.export.oc4ids import Publisher, oc4ids, series
from milestone_ledger.io.export.ocel import ocel
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.io.files import write_files
from milestone_ledger.ledger import View
from milestone_ledger.ledger.rows import plain
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.table import safe


def export_oc4ids(arguments: Namespace) -> Answer:
    """
    Write a package of projects, and with ``--by-publication`` one for each day that changed any.

    Raises:
        OccupiedFileError: If a file is in the way, without ``--force``.
        UnwritableFileError: If a file cannot be written.
    """
    publisher = Publisher(name=arguments.publisher, prefix=arguments.prefix)
    view = _view(arguments)
    made, path = oc4ids(view, publisher), Path(arguments.out)
    files = {path: made.content}
    if arguments.by_publication:
        files |= {
            path.with_name(f"{path.stem}.{day}{path.suffix}"): json_bytes(package)
            for day, package in series(view, publisher).items()
        }
    return _written(arguments, view, files, made.losses)


def export_calendar(arguments: Namespace) -> Answer:
    """
    Write the deadlines that nothing has settled.

    Raises:
        OccupiedFileError: If a file is in the way, without ``--force``.
        UnwritableFileError: If a file cannot be written.
    """
    view = _view(arguments)
    made = calendar(view, partial(label, language="zh"))
    return _written(arguments, view, {Path(arguments.out): made.content}, made.losses)


def export_ocel(arguments: Namespace) -> Answer:
    """
    Write the statements as an event log.

    Raises:
        OccupiedFileError: If a file is in the way, without ``--force``.
        UnwritableFileError: If a file cannot be written.
    """
    view = _view(arguments)
    made = ocel(view)
    return _written(arguments, view, {Path(arguments.out): made.content}, made.losses)


def export_datapackage(arguments: Namespace) -> Answer:
    """
    Write the sheets of the whole ledger and the tables of a view into a folder, with their description.

    Raises:
        ExportError: If the sheets cannot say all of the ledger; nothing was written.
        OccupiedFolderError: If the folder holds something, without ``--force``.
        UnwritableFileError: If a file cannot be written.
    """
    view = _view(arguments)
    written = write_out(view.history, arguments.lang)
    sheets = csv_files(written, progress_line(arguments.lang, "核对", "checking"))
    files, lost = data_package(view, written, sheets)
    write_folder(files, Path(arguments.out), force=arguments.force)
    return _answer(arguments, view, list(files), lost)


def _view(arguments: Namespace) -> View:
    with open_ledger(arguments) as ledger:
        return view_of(ledger, arguments)


def _written(arguments: Namespace, view: View, files: Mapping[Path, bytes], lost: tuple[Loss, ...]) -> Answer:
    path = Path(arguments.out)
    beside = path.with_name(f"{path.name}.losses.json")
    write_files({**files, beside: losses_file(view, arguments.format, lost)}, force=arguments.force)
    return _answer(arguments, view, [*map(str, files), str(beside)], lost)


def _answer(arguments: Namespace, view: View, files: list[str], lost: tuple[Loss, ...]) -> Answer:
    text = [_headline(arguments.lang, safe(arguments.out), len(files), len(lost))]
    text += [f"  {_line(loss, arguments.lang)}" for loss in lost]
    data = seen(view, out=arguments.out, files=files, losses=[plain(loss) for loss in lost])
    return Answer(text="\n".join(text), data=data)


def _headline(language: Language, out: str, files: int, lost: int) -> str:
    if language == "zh":
        return f"已写出 {out}，共 {files} 个文件。这种格式不能表达的有 {lost} 类："
    return f"Wrote {out}, {files} files. What this format cannot say, {lost} kinds:"


def _line(loss: Loss, language: Language) -> str:
    """
    What is lost, of how many projects or documents, and how many entries say so.
    """
    about, entries = len(loss.about), len(loss.entries)
    if language == "zh":
        numbers = [f"{about} 个"] * (about > 0) + [f"{entries} 条"] * (entries > 0)
        return loss.zh + ("（" + "，".join(numbers) + "）" if numbers else "")
    numbers = [f"concerns {about}"] * (about > 0) + [
        f"{entries} {'entry' if entries == 1 else 'entries'}"
    ] * (entries > 0)
    return loss.en + (" (" + ", ".join(numbers) + ")" if numbers else "")
