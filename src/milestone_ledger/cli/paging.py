"""
``page``: the whole ledger as one file that a browser opens without a network.
"""

from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.cli.integrity import progress_line
from milestone_ledger.io.files import write_files
from milestone_ledger.ledger import Ledger
from milestone_ledger.reports.page.document import page as written
from milestone_ledger.reports.table import safe
from milestone_ledger.store import read
from milestone_ledger.store.engine import reading


def page(arguments: Namespace, _: int | None) -> Answer:
    """
    Write the page; it opens on ``--as-of``, and says nothing of when it was made.

    Raises:
        OccupiedFileError: If the file says something else, without ``--force``.
        UnwritableFileError: If it cannot be written.
    """
    with open_ledger(arguments) as ledger:
        view = ledger.at(as_of=date.max, recorded_by=arguments.recorded_by, grace=arguments.grace)
        size = view.viewpoint.recorded_by or 0
        told = progress_line(arguments.lang, "已推算", "worked out")
        content = written(view, root=_root(ledger, size), opens_on=arguments.as_of, progress=told)
    write_files({Path(arguments.out): content}, force=arguments.force)
    file, kilobytes = safe(arguments.out), -(-len(content) // 1000)
    said = {
        "zh": f"已写出 {file}（{kilobytes} kB，记录 {size} 条）：用浏览器打开即可，无需联网",
        "en": f"Wrote {file} ({kilobytes} kB, {size} entries): open it in a browser, no network needed",
    }
    data = {"file": arguments.out, "bytes": len(content), "ledger": view.ledger, "size": size}
    return Answer(text=said[arguments.lang], data=data)


def _root(ledger: Ledger, size: int) -> bytes | None:
    """
    The root of the first ``size`` entries, which end a commit; none of no entries.
    """
    with reading(ledger.engine) as connection:
        roots = {commit.size_after: commit.root for commit in read.commits(connection, ledger.name)}
    return roots.get(size)
