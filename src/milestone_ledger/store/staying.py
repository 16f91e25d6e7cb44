"""
The connection to a file that stays open from one transaction to the next.

To open a file, to set the connection up and to read the schema takes longer than to append, or to ask for
one project. But whoever holds a file open may not see that another was put in its place, and a connection
may not be carried over a fork. So it stays only after an append or a reading that went well, holds no lock
meanwhile, and is used again only if the file looks as it was left, down to the time of its last change; so a
commit of anybody else ends it too.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sqlalchemy import Connection, Engine, PoolProxiedConnection, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from milestone_ledger.store.asking import ask

# What is noted of a connection: its file, which version of it an append found in order, that all went well
# since it was taken up, and that version (if any) and the look of the file when it was left.
_PATH, _VERSION, _STAYS, _LEFT = "path", "version", "stays", "left"


def let_stay(engine: Engine, path: Path) -> None:
    """
    Let connections of ``engine`` to the file at ``path`` stay open where all went well; others are closed.
    """
    wal = Path(f"{path}-wal")

    @event.listens_for(engine, "checkout")
    def take_up(_connection: sqlite3.Connection, record: ConnectionPoolEntry, _proxy: object) -> None:
        record.info[_PATH] = path
        record.info.pop(_VERSION, None)
        if _LEFT in record.info and record.info[_LEFT][1] != _look(path):
            raise DisconnectionError

    @event.listens_for(engine, "checkin")
    def leave(_connection: sqlite3.Connection | None, record: ConnectionPoolEntry) -> None:
        record.info.pop(_LEFT, None)
        # Whoever has the last connection to a file in WAL mode tidies up when it closes, and Windows lets
        # nobody replace a file that is open.
        is_wanted = record.info.pop(_STAYS, False) and os.name != "nt" and not wal.exists()
        if is_wanted:
            record.info[_LEFT] = record.info.get(_VERSION), _look(path)
        else:
            record.close()


def _look(path: Path) -> tuple[int, ...]:
    """
    What changes with every change of the file, and with the process.
    """
    try:
        found = path.stat()
    except OSError:
        return ()
    return os.getpid(), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def is_as_left(conn: Connection) -> bool:
    """
    Whether the file is as this connection left it after an append; to be asked once the file is locked.

    Then what was found in order by then still is.
    """
    left = conn.info.get(_LEFT)
    return left is not None and bool(left == (_version(conn), _look(conn.info[_PATH])))


def may_stay(conn: Connection) -> None:
    """
    Let the connection stay if all goes well: an append found everything in order.
    """
    if _PATH in conn.info:
        conn.info[_VERSION] = _version(conn)


def append_went_well(conn: Connection) -> None:
    """
    Note that an append is committed; without, the connection does not stay.
    """
    conn.info[_STAYS] = _VERSION in conn.info


def reading_went_well(conn: Connection | PoolProxiedConnection) -> None:
    """
    Let the connection stay after a reading; what an append found in order still is, if nobody wrote since.

    Whether a commit of anybody else came between, the next append sees, which looks at the version again.
    """
    version, look = conn.info.get(_LEFT, (None, ()))
    if look and look == _look(conn.info[_PATH]):
        conn.info[_VERSION] = version
    conn.info[_STAYS] = True


def _version(conn: Connection) -> object:
    """
    What changes with every commit of another connection.
    """
    (((version,),),) = ask(conn, ("PRAGMA data_version",))
    return version
