"""
What goes wrong with a database: as errors of this package, and whether to try again.
"""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from milestone_ledger.errors import (
    AppendOnlyError,
    DatabaseUnavailableError,
    NotPermittedError,
    StoreError,
)
from milestone_ledger.store.connect import shown_url

T = TypeVar("T")

ATTEMPTS = 4

# Result codes of SQLite: https://www.sqlite.org/rescode.html
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_IOERR, _SQLITE_CORRUPT, _SQLITE_NOTADB = 5, 6, 10, 11, 26
# SQLSTATEs: serialization failure, deadlock, lock not available.
_TRY_AGAIN = frozenset({"40001", "40P01", "55P03"})
_NOT_PERMITTED = "42501"

# What the drivers say in English only, by result code or SQLSTATE.
_IS_LOCKED = "另一个程序正在写入，一直没有放开；请稍后再试"
_IN_CHINESE: Mapping[int | str, str] = {
    3: "没有读写的权限；请检查文件及其所在文件夹的权限",
    _SQLITE_BUSY: _IS_LOCKED,
    _SQLITE_LOCKED: _IS_LOCKED,
    8: "文件或其所在文件夹是只读的；请取消只读，或放到能写入的文件夹",
    _SQLITE_IOERR: "读写磁盘时出错；请检查磁盘或网络盘",
    13: "磁盘已满；请腾出空间",
    14: "文件打不开；请检查文件及其所在文件夹的权限",
    "40001": _IS_LOCKED,
    "40P01": _IS_LOCKED,
    "55P03": _IS_LOCKED,
    "25006": "数据库是只读的；请连到可写入的服务器",
    "53100": "服务器的磁盘已满；请腾出空间",
}


@contextmanager
def typed_errors(url: URL) -> Iterator[None]:
    """
    Turn what the driver raises into errors of this package; the original is the cause.

    Raises:
        AppendOnlyError: If a guard or a constraint of the database refused.
        NotPermittedError: If the account may not do it.
        DatabaseUnavailableError: For anything else: no server, locked, disk full, read-only.
    """
    try:
        yield
    except (DBAPIError, PoolTimeoutError, UnicodeDecodeError) as error:
        raise _typed(error, url) from error


def _typed(error: DBAPIError | PoolTimeoutError | UnicodeDecodeError, url: URL) -> StoreError:
    original = error.orig if isinstance(error, DBAPIError) else error
    detail = next(iter(str(original).strip().splitlines()), type(original).__name__)
    if isinstance(error, IntegrityError):
        return AppendOnlyError(detail.removeprefix("append-only: "))
    if getattr(original, "sqlstate", None) == _NOT_PERMITTED:
        return NotPermittedError(shown_url(url), detail)
    return DatabaseUnavailableError(shown_url(url), in_both_languages(error, detail))


def in_both_languages(error: BaseException, detail: str) -> str | tuple[str, str]:
    """
    What the driver says, in English and Chinese; as it says it if it has no words of ours.
    """
    if not isinstance(error, DBAPIError):
        return detail
    said = _IN_CHINESE.get(getattr(error.orig, "sqlstate", None) or _sqlite_code(error))
    return (detail, said) if said else detail


def _sqlite_code(error: DBAPIError) -> int:
    """
    The primary result code of SQLite; 0 if it is not SQLite's.
    """
    return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF


def is_transient(error: BaseException | None) -> bool:
    """
    Whether the same transaction may succeed if begun anew: a lock or a deadlock.
    """
    return isinstance(error, DBAPIError) and (
        _sqlite_code(error) in {_SQLITE_BUSY, _SQLITE_LOCKED}
        or getattr(error.orig, "sqlstate", None) in _TRY_AGAIN
    )


def leaves_doubt(error: DBAPIError) -> bool:
    """
    Whether a COMMIT that failed so may have been done all the same: the connection or the disk broke.

    Only an answer of the database itself says that it was not.
    """
    if error.connection_invalidated:
        return True
    return _sqlite_code(error) in {0, _SQLITE_IOERR} and getattr(error.orig, "sqlstate", None) is None


def is_damage(error: BaseException | None) -> bool:
    """
    Whether what an SQLite file holds is no database, or text that is no text; waiting does not mend it.
    """
    if isinstance(error, UnicodeDecodeError):  # SQLite quotes what it cannot read, and that is not UTF-8
        return True
    if not isinstance(error, DBAPIError):
        return False
    code = _sqlite_code(error)
    is_unreadable = code == 0 and isinstance(error.orig, sqlite3.OperationalError)
    return code in {_SQLITE_CORRUPT, _SQLITE_NOTADB} or is_unreadable


def retrying(work: Callable[[], T]) -> T:
    """
    Do ``work``, a whole transaction, again if a lock or a deadlock kept it off: ``ATTEMPTS`` times at most.

    Raises:
        DatabaseUnavailableError: If the last attempt failed too.
    """
    for attempt in range(1, ATTEMPTS):
        try:
            return work()
        except DatabaseUnavailableError as error:
            if not is_transient(error.__cause__):
                raise
        time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 (spreads the writers, guards nothing)
    return work()
