"""
Ledgers as Parquet files, for engines that read a whole country's at once (extra ``analytics``).

The log only grows, so an export adds what came since the last one, as one more file, and changes none. Each
file is written under another name, flushed and renamed: a crash leaves either the whole of it or nothing that
a reader looks at. What lies there already must be the beginning of this very log: its root says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from attrs import frozen
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    Integer,
    LargeBinary,
    Row,
    Select,
    Table,
    and_,
    select,
)

from milestone_ledger.errors import (
    MissingExtraError,
    ParquetFolderError,
    TamperedLedgerError,
    UnwritableFileError,
)
from milestone_ledger.errors.system import system_reason
from milestone_ledger.query.parquet import (
    EVENTS,
    PROJECTS,
    SNAPSHOTS,
    Part,
    event_table,
    ledger_folder,
    parts_in,
    programme_table,
    project_table,
)
from milestone_ledger.store import read
from milestone_ledger.store.engine import reading
from milestone_ledger.store.read import Commit
from milestone_ledger.store.tables import ledger_commit, ledger_event, ledger_project

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise MissingExtraError("milestone-ledger[analytics]", ("Parquet files", "Parquet 文件")) from error

FORMAT = 1
# Under this key each file tells which piece of which log it is; see ``_note``.
_NOTE = b"milestone_ledger"
# How many entries are held in memory at once, and make a row group.
BATCH = 65_536


@frozen(kw_only=True)
class Exported:
    """
    What an export wrote of ``ledger``: the entries from ``first`` (included) to ``after`` (excluded).

    There is nothing between them if the folder held all already. ``root`` is the Merkle root up to ``after``.
    """

    ledger: str
    first: int
    after: int
    root: bytes


def export_parquet(
    engine: Engine, folder: Path, *, ledgers: Sequence[str] | None = None, bodies: bool = False
) -> tuple[Exported, ...]:
    """
    Write into ``folder`` what it does not hold yet of the ledgers of a database, of all or of those named.

    Memory does not grow with the log, and no writer waits while entries are read. On POSIX, a second export
    into the same folder waits for the first.

    Args:
        engine: The database, such as ``Ledger.engine``.
        folder: Made if there is none; it may hold exports of other databases, too.
        ledgers: Which; ``None`` is all.
        bodies: Write ``body`` and ``leaf`` too: with them, a file holds all of its entries.

    Raises:
        ParquetFolderError: If what lies there is not the beginning of this log, or was written with bodies
            and now is not, or the other way round; nothing was written of that ledger.
        UnknownLedgerError: If there is no such ledger, or none at all.
        UnwritableFileError: If a file cannot be written.
    """
    with reading(engine) as conn:
        names = (read.ledgers(conn) or ("",)) if ledgers is None else tuple(dict.fromkeys(ledgers))
        for name in names:
            read.size(conn, name)
    with _alone(folder):
        return tuple(_export(engine, folder, name, bodies=bodies) for name in names)


def _export(engine: Engine, folder: Path, ledger: str, *, bodies: bool) -> Exported:
    within = folder / EVENTS / ledger_folder(ledger)
    parts = parts_in(within)
    first = parts[-1].after if parts else 0
    table = event_table(bodies=bodies)
    with reading(engine) as conn:
        last = read.newest(conn, ledger)
        for part in parts:
            _require_piece(conn, ledger, part, table)
        # Both tell of the end of the log, so they are read with it; and no part lies there without them.
        for snapshot in (programme_table(), project_table()):
            _write_snapshot(conn, folder / snapshot.name / ledger_folder(ledger), snapshot, last)
    if first < last.size_after:
        part = Part.within(within, first, last.size_after)
        _write(part.path, _schema(table, _note(last, first)), _batches(engine, ledger, table, part))
    return Exported(ledger=ledger, first=first, after=last.size_after, root=last.root)


def _note(commit: Commit, first: int) -> bytes:
    """
    What a file says of itself: the entries from ``first`` to the end of ``commit``, and the root up to there.
    """
    told = {
        "format": FORMAT,
        "ledger": commit.ledger,
        "first": first,
        "after": commit.size_after,
        "root": commit.root.hex(),
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _require_piece(conn: Connection, ledger: str, part: Part, table: Table) -> None:
    """
    Refuse a part that is not this piece of this log, or that has other columns than ``table``.

    Raises:
        ParquetFolderError: If so.
    """
    statement = select(ledger_commit).where(
        ledger_commit.c.ledger == ledger, ledger_commit.c.size_after == part.after
    )
    row = conn.execute(statement).one_or_none()
    name = part.path.name
    try:
        found = pq.read_metadata(part.path)
    except (OSError, pa.ArrowException) as error:
        raise _unfit(
            part,
            f"{name} cannot be read: {error}; export into a new folder",
            f"{name} 无法读取：{error}；请导出到新文件夹",
        ) from error
    expected = None if row is None else _note(read.commit_of(row), part.first)
    if (found.metadata or {}).get(_NOTE) != expected or found.num_rows != part.after - part.first:
        raise _unfit(
            part,
            f"{name} is no part of this log of {ledger!r}: another ledger, a restored backup, or a changed "
            "file; run 'verify', and export into a new folder",
            f"{name} 不属于台账“{ledger}”的这份记录（另一台账、恢复过的备份或被改动的文件）；"
            "请运行 verify，并导出到新文件夹",
        )
    if found.schema.to_arrow_schema().names != [*table.c.keys()]:
        lacks = "body" in table.c
        raise _unfit(
            part,
            f"{name} was written {'without' if lacks else 'with'} bodies; export in the same way, or into a "
            "new folder",
            f"{name} 导出时{'未包含' if lacks else '包含了'}正文；请以同样方式导出，或导出到新文件夹",
        )


def _unfit(part: Part, english: str, chinese: str) -> ParquetFolderError:
    return ParquetFolderError(folder=str(part.path.parent), fault=(english, chinese))


def _write_snapshot(conn: Connection, folder: Path, table: Table, last: Commit) -> None:
    """
    Replace the file of a table that tells of the end of the log, if it tells of another.
    """
    path, note = folder / SNAPSHOTS[table.name], _note(last, 0)
    try:
        is_new = (pq.read_metadata(path).metadata or {}).get(_NOTE) == note
    except (OSError, pa.ArrowException):
        is_new = False  # none yet, or not what was written: it is made anew
    if is_new:
        return
    if table.name == PROJECTS:
        of_ledger = select(ledger_project).where(ledger_project.c.ledger == last.ledger)
        statement: Select[Any] = of_ledger.order_by(ledger_project.c.project)
    else:
        statement = _entries(table, last.ledger).where(ledger_event.c.kind == "programme_defined")
    found = conn.execute(statement, execution_options={"yield_per": BATCH})
    _write(path, _schema(table, note), found.partitions())


def _entries(table: Table, ledger: str) -> Select[Any]:
    """
    The columns of ``table`` of the entries of a ledger, in their order.
    """
    recorded = and_(
        ledger_commit.c.ledger == ledger_event.c.ledger, ledger_commit.c.no == ledger_event.c.commit_no
    )
    columns = (
        ledger_commit.c.recorded_at if c.name == "recorded_at" else ledger_event.c[c.name] for c in table.c
    )
    statement = select(*columns).join(ledger_commit, recorded).where(ledger_event.c.ledger == ledger)
    return statement.order_by(ledger_event.c.seq)


def _batches(engine: Engine, ledger: str, table: Table, part: Part) -> Iterator[Sequence[Row[Any]]]:
    """
    The rows of a part, so many at a time, each time in a transaction of its own: the log only grows.

    Raises:
        TamperedLedgerError: If an entry is missing.
    """
    seq, statement = ledger_event.c.seq, _entries(table, ledger)
    for first in range(part.first, part.after, BATCH):
        after = min(first + BATCH, part.after)
        with reading(engine) as conn:
            found = conn.execute(statement.where(seq >= first, seq < after)).all()
        if len(found) != after - first:
            raise TamperedLedgerError(
                ledger, first, f"only {len(found)} of {after - first} entries are there"
            )
        yield found


def _schema(table: Table, note: bytes) -> pa.Schema:
    return pa.schema([pa.field(c.name, _type(c)) for c in table.c], metadata={_NOTE: note})


def _type(column: Column[Any]) -> pa.DataType:
    match column.type:
        case BigInteger():
            return pa.int64()
        case Integer():
            return pa.int32()
        case LargeBinary():
            return pa.binary()
    # As readers take the name of the ledger from the folder, so that both agree.
    return pa.dictionary(pa.int32(), pa.string()) if column.name == "ledger" else pa.string()


def _write(path: Path, schema: pa.Schema, batches: Iterable[Sequence[Sequence[Any]]]) -> None:
    """
    Write a file whole, or not at all; what an export that was killed left in its folder goes away.
    """
    with _anew(path) as file, pq.ParquetWriter(file, schema, compression="zstd") as writer:
        for batch in batches:
            try:
                arrays = [
                    pa.array(column, field.type)
                    for column, field in zip(zip(*batch, strict=True), schema, strict=True)
                ]
                columns = pa.record_batch(arrays, schema)
            except pa.ArrowException as error:
                ledger, seq = batch[0][0], batch[0][1]
                raise TamperedLedgerError(
                    ledger, seq, f"from here on, a column cannot be read: {error}"
                ) from error
            writer.write_batch(columns)


@contextmanager
def _anew(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f".{path.name}.tmp")
    with _file_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(".*.tmp"):
            left.unlink()
        try:
            with part.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """
    Keep other exports into the folder away; the lock goes with the process, so none is left behind.
    """
    with _file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / ".lock").open("ab") as file:
            if os.name == "posix":
                import fcntl  # noqa: PLC0415 (there is none on Windows)

                fcntl.flock(file, fcntl.LOCK_EX)
            yield


@contextmanager
def _file_errors(path: Path) -> Iterator[None]:
    try:
        yield
    except UnwritableFileError:
        raise
    except OSError as error:
        raise UnwritableFileError(path=str(error.filename or path), fault=system_reason(error)) from error
