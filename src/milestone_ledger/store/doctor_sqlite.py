"""
What can be wrong with an SQLite file, its folder, and the library that reads it.

The file itself is never opened here but through SQLite: closing it would let go of the locks that SQLite
holds on it in this process.
"""

from __future__ import annotations

import os
import re
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection

from milestone_ledger.store.connect import is_memory, rows
from milestone_ledger.store.diagnosis import Finding
from milestone_ledger.store.sqlite_bugs import bugs

_INSTEAD = (", or set journal_mode=DELETE in the URL", "，或在地址中设 journal_mode=DELETE")
_LEVELS = ("OFF", "NORMAL", "FULL", "EXTRA")
_IN_MEMORY = 2
_JOURNALS = ("-journal", "-wal")
_MOUNTS = Path("/proc/self/mounts")
_NETWORK = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "lustre", "nfs", "nfs4", "smb3", "smbfs"}
    | {f"fuse.{name}" for name in ("ceph", "glusterfs", "rclone", "s3fs", "sshfs")}
)


def server(conn: Connection) -> str:
    """
    The library, and how it keeps the file.
    """
    journal, level = _mode(conn)
    return f"SQLite {sqlite3.sqlite_version}, journal_mode={journal.upper()}, synchronous={_LEVELS[level]}"


def findings(conn: Connection, url: URL) -> Iterator[Finding]:
    """
    Everything but what a writer refuses.
    """
    journal, level = _mode(conn)
    if journal == "delete" and _LEVELS[level] == "FULL":
        yield Finding.warning("synchronous")
    in_memory = _is_temporary_in_memory(conn)
    for bug in bugs(sqlite3.sqlite_version_info, journal_mode=journal, in_memory=in_memory):
        yield Finding.warning(
            "sqlite_bug",
            version=sqlite3.sqlite_version,
            name=bug.name,
            what=bug.text,
            fixed=", ".join(".".join(map(str, fixed)) for fixed in bug.fixed),
            instead=_INSTEAD if bug.journal_modes else "",
            link=bug.link,
        )
    if not is_memory(url):
        yield from _of_file(Path(url.database or "").resolve(), journal)


@contextmanager
def leftovers(url: URL) -> Iterator[list[Finding]]:
    """
    Whether a journal that lay beside the file is gone at the end; the list is filled then.
    """
    found: list[Finding] = []
    is_file = url.get_backend_name() == "sqlite" and not is_memory(url)
    path = Path(url.database or "").resolve() if is_file else None
    before = _journals(path)
    yield found
    if gone := before - _journals(path):
        found.append(Finding.warning("leftover", names=", ".join(sorted(gone))))


def _journals(path: Path | None) -> set[str]:
    """
    The journals beside the file that hold anything.
    """
    if path is None:
        return set()
    beside = [path.with_name(path.name + ending) for ending in _JOURNALS]
    return {journal.name for journal in beside if journal.is_file() and journal.stat().st_size > 0}


def _mode(conn: Connection) -> tuple[str, int]:
    return str(rows(conn, "PRAGMA journal_mode")[0][0]), int(rows(conn, "PRAGMA synchronous")[0][0])


def _is_temporary_in_memory(conn: Connection) -> bool:
    """
    Whether SQLite keeps temporary tables and the journals of savepoints in memory.
    """
    options = " ".join(str(option) for (option,) in rows(conn, "PRAGMA compile_options"))
    built = re.search(r"\bTEMP_STORE=(\d)", options)
    chosen = int(rows(conn, "PRAGMA temp_store")[0][0])
    match int(built[1]) if built else 1:
        case 0:
            return False
        case 1:
            return chosen == _IN_MEMORY
        case 2:
            return chosen in {0, _IN_MEMORY}
        case _:
            return True


def _of_file(path: Path, journal: str) -> Iterator[Finding]:
    about = path.stat()
    if os.name == "posix":
        open_to_all = [p for p in (path, path.parent) if p.stat().st_mode & stat.S_IWOTH]
        if open_to_all:
            yield Finding.warning("world_writable", names=", ".join(map(str, open_to_all)))
    if about.st_nlink > 1:
        yield Finding.warning("links", count=about.st_nlink)
    if _MOUNTS.is_file() and (kind := file_system(path, _MOUNTS.read_text("utf-8", "replace"))) in _NETWORK:
        yield Finding.warning("network_wal" if journal == "wal" else "network", kind=kind)


def file_system(path: Path, mounts: str) -> str | None:
    """
    The type of the file system that ``path`` lies on, by the lines of Linux' table of mounts.
    """
    found = (0, "")
    for line in mounts.splitlines():
        _, point, kind, *_ = line.split(" ")
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), point)
        if path.is_relative_to(point):
            found = max(found, (len(point), kind), key=lambda pair: pair[0])
    return found[1] or None
