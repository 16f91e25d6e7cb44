"""
A writer that comes up against what the system forbids: files that may not grow, or may not be written.

    python limited_writer.py growth URL BYTES    no file may be larger; a page more each time, until it can
    python limited_writer.py rights URL PATH     PATH may not be written: append, then read

It tells the type of each error, and fails if one of them isn't true, or if something is lost.
"""

from __future__ import annotations

import itertools
import os
import resource
import sys
from contextlib import contextmanager, nullcontext
from pathlib import Path

from crash_writer import request
from milestone_ledger.errors import CommitInDoubtError, DatabaseUnavailableError, LedgerError
from milestone_ledger.store.append import append
from milestone_ledger.store.clock import utc_now
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import read_entries
from milestone_ledger.store.verify import Outcome, verify

LEDGER = "回天"
BEGUN = 4
MANY = request(2)
PAGE = 4096
NOBODY = 65534


def tell(what):
    os.write(1, f"{what}\n".encode())


def entries_of(engine):
    with reading(engine) as conn:
        return read_entries(conn, LEDGER)


def attempt(engine, key, within=nullcontext(), events=MANY):  # noqa: B008 (it holds nothing)
    """
    Append ``events``; the type of the error if that is refused, after a look whether it is true.
    """
    before = entries_of(engine)
    try:
        with within:
            append(engine, LEDGER, events, actor="a", clock=utc_now, idempotency_key=key)
    except DatabaseUnavailableError as error:
        after = entries_of(engine)
        may_be_done = isinstance(error, CommitInDoubtError) and after[: len(before)] == before
        assert after == before or may_be_done
        return type(error).__name__
    return None


def assert_holds(engine, times, events=MANY):
    """
    The ledger holds what it began with, and so many times what was appended.
    """
    assert [entry.event for entry in entries_of(engine)[BEGUN:]] == events * times
    found = verify(engine, LEDGER)
    assert (found.outcome, found.findings) == (Outcome.CONSISTENT_UNANCHORED, ())


@contextmanager
def file_size_limit(limit):
    """
    Let no file of this process grow beyond ``limit`` bytes.
    """
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def under_limits(engine, smallest):
    for limit in itertools.count(smallest, PAGE):
        error = attempt(engine, "first", file_size_limit(limit))
        if error is None:
            break
        tell(error)
        assert_holds(engine, 0)
    assert attempt(engine, "second") is None
    assert_holds(engine, 2)


def without_rights(engine, path):
    entries_of(engine)  # whatever is imported late is imported now
    path.chmod(path.stat().st_mode & 0o555)
    if os.geteuid() == 0:  # root may write anything
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    for work in (
        lambda: append(engine, LEDGER, MANY, actor="a", clock=utc_now, idempotency_key="first"),
        lambda: entries_of(engine),
    ):
        try:
            work()
            tell("done")
        except LedgerError as error:
            tell(type(error).__name__)


def main(how, url, what):
    engine = open_engine(url)
    if how == "growth":
        under_limits(engine, int(what))
    else:
        without_rights(engine, Path(what))


if __name__ == "__main__":
    main(*sys.argv[1:])
