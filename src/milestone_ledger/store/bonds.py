"""
Which projects were ever members of which, related to which, or registered under which names.

``decide`` must see every project that shares a batch or a name with what it judges, and it rests on the log
alone, not on an index that anyone may edit. So every registration is looked at; but a log only grows, and
what was looked at once is kept, as long as the database still holds the commit up to which it was.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine

from milestone_ledger.codec.upcast import to_current
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import UndecodableEventError
from milestone_ledger.store.asking import Answer, Question, ask
from milestone_ledger.store.read import Commit

_ROOT = "SELECT root FROM ledger_commit WHERE ledger = ? AND no = ?"
_IDENTITIES = """
SELECT project, body FROM ledger_event
 WHERE ledger = ? AND seq >= ? AND kind IN ('project_registered', 'project_amended')
"""


class Bonds:
    """
    The bonds of one ledger up to a commit; about 400 bytes of memory for each project.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._no, self._root, self._size = -1, b"", 0
        self._bound: defaultdict[str, set[str]] = defaultdict(set)
        self._holders: defaultdict[str, set[str]] = defaultdict(set)
        self._unreadable: set[str] = set()

    def questions(self, ledger: str) -> tuple[Question, Question]:
        """
        What to ask a database, so that ``catch_up`` can go on from what is known.
        """
        return (_ROOT, ledger, self._no), (_IDENTITIES, ledger, self._size)

    def catch_up(self, conn: Connection, last: Commit, roots: Answer, registrations: Answer) -> None:
        """
        Take in the registrations up to the commit ``last``, within the transaction that holds the ledger.
        """
        if self._no >= 0 and roots != [(self._root,)]:
            self._forget()  # another log: a backup was put in place, say
            _, registrations = ask(conn, *self.questions(last.ledger))
        for project, body in registrations:
            self._take(project, body)
        self._no, self._root, self._size = last.no, last.root, last.size_after

    def _take(self, project: str, body: bytes) -> None:
        """
        Only what matters is read of a registration, which is ten times as fast as to decode it.

        One that can't be read matters always: decoding it tells what is wrong.
        """
        try:
            stored = json.loads(body)
            data: Any = to_current(stored["kind"], stored["version"], stored["data"])
            others = {data.get("member_of"), *(other["project"] for other in data.get("related") or ())}
            keys = set(map(name_key, (project, data.get("name") or project, *(data.get("aliases") or ()))))
        except (AttributeError, LookupError, TypeError, ValueError, UndecodableEventError):
            self._unreadable.add(project)
            return
        for other in others - {None, ""}:
            self._bound[other].add(project)
        for key in keys:
            self._holders[key].add(project)

    def of(self, projects: Iterable[str], names: Iterable[str]) -> set[str]:
        """
        The projects ever registered as members of ``projects``, as related to them, or under ``names``.
        """
        found = set(self._unreadable)
        for project in projects:
            found |= self._bound.get(project, set())
        for name in names:
            found |= self._holders.get(name_key(name), set())
        return found


_kept: WeakKeyDictionary[Engine, dict[str, Bonds]] = WeakKeyDictionary()
_lock = Lock()


def bonds_of(engine: Engine, ledger: str) -> Bonds:
    """
    The bonds that are kept of ``ledger`` for ``engine``; only the holder of the ledger may use them.
    """
    with _lock:
        return _kept.setdefault(engine, {}).setdefault(ledger, Bonds())
