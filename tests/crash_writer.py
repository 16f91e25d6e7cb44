"""
A writer to be killed: it appends one request after another, and tells at once what it is about to do.

    python crash_writer.py URL LEDGER [STAGE:NUMBER …]

Each line of its output is a stage of a request: ``begin 3``, ``insert 3``, ``close 3``, ``commit 3``,
``done 3``; then the acknowledgement, ``ack 3`` with the commit, or ``failed 3`` with the type of the error,
after which the request is sent again with the same key. The first time that it comes to STAGE of request
NUMBER, it stands still until a line comes in.
"""

from __future__ import annotations

import itertools
import os
import sys
import time

from sqlalchemy import event

from milestone_ledger.domain.events import StatementNoted
from milestone_ledger.errors import DatabaseUnavailableError
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine

# In the order in which a request goes through them: the transaction is open; nothing, all entries, and the
# commit row too is written; COMMIT has answered.
STAGES = ("begin", "insert", "close", "commit", "done")
LARGE = 80


def key(number):
    return f"request-{number}"


def request(number):
    """
    The events of a request: one, or every third time many.
    """
    return [
        StatementNoted(source="报告", locator=f"{number}.{place}", project="北清路", note="加快推进" * 25)
        for place in range(LARGE if number % 3 == 2 else 1)
    ]


def tell(*words):
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def main(url, ledger, *holds):
    engine = open_engine(url)
    number, holds = 0, set(holds)

    def reach(stage):
        tell(stage, number)
        if (here := f"{stage}:{number}") in holds:
            holds.remove(here)
            sys.stdin.readline()

    def watch(_conn, _cursor, statement, *_):
        if statement.startswith(("INSERT INTO ledger_event", "COPY ledger_event")):
            reach("insert")
        elif statement.startswith("INSERT INTO ledger_commit"):
            reach("close")

    event.listen(engine, "begin", lambda _conn: reach("begin"))
    event.listen(engine, "before_cursor_execute", watch)
    event.listen(engine, "commit", lambda _conn: reach("commit"))
    for number in itertools.count():
        while True:
            try:
                commit = append(engine, ledger, request(number), actor="writer", idempotency_key=key(number))
            except DatabaseUnavailableError as error:
                tell("failed", number, type(error).__name__)
                time.sleep(0.02)
            else:
                break
        reach("done")
        tell("ack", number, commit.no, commit.first_seq, commit.size_after, commit.root.hex())


if __name__ == "__main__":
    main(*sys.argv[1:])
