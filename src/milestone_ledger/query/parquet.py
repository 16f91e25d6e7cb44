"""
The Parquet files of exported ledgers: how they are called, what they hold, and which make up a log.

.. code-block:: text

    ledger_event/ledger=huitian/part-000000000000-000000001020.parquet    entries 0 to 1019, and so on
    ledger_programme/ledger=huitian/programmes.parquet                    every definition of the programme
    ledger_project/ledger=huitian/projects.parquet                        the projects at the end of the log

A part never changes; the other two are replaced. ``io.parquet`` writes them, ``query.engines`` asks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from attrs import field, frozen
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table, Text

from milestone_ledger.errors import ParquetFolderError
from milestone_ledger.errors.system import system_reason
from milestone_ledger.store.tables import ledger_event, ledger_project

EVENTS, PROGRAMMES, PROJECTS = "ledger_event", "ledger_programme", "ledger_project"
SNAPSHOTS = {PROGRAMMES: "programmes.parquet", PROJECTS: "projects.parquet"}
# What a part holds only if it was asked for; with them, it holds all of its entries.
BODY_COLUMNS = ("body", "leaf")

_PART = re.compile(r"part-([0-9]{12,16})-([0-9]{12,16})\.parquet")
# Everything that some file system or tool reads in its own way, capitals included.
_UNSAFE = re.compile(rb"[^a-z0-9_-]")
# File systems allow names of 255 bytes, with what an export that was killed may leave around them.
_LONGEST = 240


def event_table(name: str = EVENTS, *, bodies: bool = False) -> Table:
    """
    The index columns of ``ledger_event``, and when the entry was recorded, as a table called ``name``.

    With ``bodies``, then the canonical JSON of the entry as text, and its hash.
    """
    columns = [Column(c.name, c.type) for c in ledger_event.c if c.name not in BODY_COLUMNS]
    columns.append(Column("recorded_at", Text))
    if bodies:
        columns += [Column("body", Text), Column("leaf", LargeBinary)]
    return Table(name, MetaData(), *columns)


def programme_table(name: str = PROGRAMMES) -> Table:
    """
    Every definition of a programme: the canonical JSON of its entry, as a table called ``name``.
    """
    texts = [Column(column, Text) for column in ("recorded_at", "body")]
    return Table(name, MetaData(), Column("ledger", Text), Column("seq", BigInteger), *texts)


def project_table(name: str = PROJECTS) -> Table:
    """
    The columns of ``ledger_project``, as a table called ``name``.
    """
    return Table(name, MetaData(), *(Column(c.name, c.type) for c in ledger_project.c))


def ledger_folder(ledger: str) -> str:
    """
    The name of the folder of a ledger, with which every file system and tool can deal.

    Two ledgers never share one, not even where capitals don't count. The name of the ledger stands in each
    row as well; for a name too long for a folder, only there, and no tool takes the folder for a name.

    >>> ledger_folder("a/b")
    'ledger=a%2Fb'
    """
    name = ledger.encode()
    safe = _UNSAFE.sub(lambda found: b"%%%02X" % found[0][0], name).decode()
    return f"ledger={safe}" if len(safe) <= _LONGEST else f"ledger-{sha256(name).hexdigest()}"


@frozen(order=True)
class Part:
    """
    A file of entries from ``first`` (included) to ``after`` (excluded): whole commits.
    """

    first: int
    after: int
    path: Path = field(order=False)

    @classmethod
    def within(cls, folder: Path, first: int, after: int) -> Part:
        """
        The part that lies, or is to lie, in ``folder``.
        """
        return cls(first, after, folder / f"part-{first:012}-{after:012}.parquet")


def parts_in(folder: Path) -> tuple[Part, ...]:
    """
    The parts of one ledger in their order: from the first entry on, without a gap; none if there is none.

    Raises:
        ParquetFolderError: If a part is missing, two overlap, or the folder holds another Parquet file.
    """
    found = []
    with _readable(folder):
        names = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    for name in names:
        match = _PART.fullmatch(name)
        if match is not None:
            found.append(Part(int(match[1]), int(match[2]), folder / name))
        elif name.endswith(".parquet") and not name.startswith("."):
            raise ParquetFolderError(
                folder=str(folder),
                fault=(f"no export wrote {name}; move it elsewhere", f"{name} 不是导出所得；请移往别处"),
            )
    parts = tuple(sorted(found))
    ends = [0, *(part.after for part in parts)]
    for end, part in zip(ends, parts, strict=False):
        if part.first != end or part.after <= part.first:
            raise ParquetFolderError(
                folder=str(folder),
                fault=(
                    f"the parts are not one log: {part.path.name} should begin with entry {end}; "
                    "put back what is missing, or export into a new folder",
                    f"各部分不成一份台账：{part.path.name} 应从第 {end} 条开始；"
                    "请放回缺失的文件，或导出到新文件夹",
                ),
            )
    return parts


@frozen
class ExportedLog:
    """
    What a folder of Parquet files holds of one ledger.
    """

    parts: tuple[Part, ...]
    programmes: Path

    @property
    def size(self) -> int:
        """
        How many entries.
        """
        return self.parts[-1].after


def exported_logs(folder: Path, ledgers: Sequence[str] | None = None) -> dict[str, ExportedLog]:
    """
    The logs in ``folder``, of all ``ledgers`` or of those named, by the names of their folders.

    Raises:
        ParquetFolderError: If one named is not there, there is none at all, or one is not whole.
    """
    if ledgers is None:
        with _readable(folder):
            names = sorted(path.name for path in (folder / EVENTS).glob("ledger[=-]*"))
    else:
        names = [ledger_folder(ledger) for ledger in ledgers]
    found = {}
    for name, ledger in zip(names, ledgers or names, strict=True):
        parts = parts_in(folder / EVENTS / name)
        programmes = folder / PROGRAMMES / name / SNAPSHOTS[PROGRAMMES]
        if parts and not programmes.is_file():
            raise ParquetFolderError(
                folder=str(folder),
                fault=(f"{programmes} is missing; export again", f"缺少 {programmes}；请重新导出"),
            )
        if parts:
            found[name] = ExportedLog(parts, programmes)
        elif ledgers is not None:
            raise _nothing(folder, ledger)
    if ledgers is None and not found:
        raise _nothing(folder, "")
    return found


def _nothing(folder: Path, ledger: str) -> ParquetFolderError:
    name = f" {ledger!r}" if ledger else ""
    return ParquetFolderError(
        folder=str(folder),
        fault=(
            f"holds no exported ledger{name}; write one with 'export parquet'",
            f"没有导出的台账{f'“{ledger}”' if ledger else ''}；请先用 export parquet 导出",
        ),
    )


@contextmanager
def _readable(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ParquetFolderError(folder=str(folder), fault=system_reason(error)) from error
