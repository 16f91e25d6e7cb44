"""
Whether what is stored agrees with itself and with the checkpoints kept outside; all disagreements at once.

Without a checkpoint this proves consistency only: whoever may write to the database can recompute all of it.
So the best that is said then is ``CONSISTENT_UNANCHORED``; with one, ``VERIFIED_TO`` the size that it covers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.exc import DBAPIError

from milestone_ledger.auditor import Checkpoint, leaf_hash
from milestone_ledger.codec import RequestDigest, decode_canonical, stored_part
from milestone_ledger.domain.events import (
    EntryRetracted,
    ProjectAmended,
    ProjectRegistered,
)
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.errors import DatabaseUnavailableError, UndecodableEventError, UnknownEventKindError
from milestone_ledger.store.connect import is_damage, rows
from milestone_ledger.store.engine import reading
from milestone_ledger.store.guards import missing_guards
from milestone_ledger.store.identity import index_differences
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.read import unknown_ledger
from milestone_ledger.store.replay import replay
from milestone_ledger.store.signer import require_origin
from milestone_ledger.store.tables import (
    index_columns,
    instant_of,
    instant_text,
    ledger_commit,
    ledger_event,
)
from milestone_ledger.store.verification import Finding, Outcome, Progress, Verification

# How many damaged places of a file are reported before giving up on the rest.
_PATIENCE = 20
# After how many entries the progress is told.
_STEP = 1000


def verify(
    engine: Engine,
    ledger: str,
    *,
    checkpoints: Iterable[Checkpoint] = (),
    rules: bool = False,
    progress: Progress | None = None,
) -> Verification:
    """
    Read the whole of ``ledger`` and check it against itself, and against ``checkpoints`` from outside.

    O(n) in entries; what is kept in memory grows with the commits, registrations and retractions only.
    Checked are: the canonical bytes, the hash and the columns of every entry; that entries and commits
    follow each other without gaps; every root, frontier and digest; that ``recorded_at`` increases; the index
    of projects and names; the guards; on SQLite, the integrity of the file; that the log begins with what
    each checkpoint covers.

    Args:
        engine: The database.
        ledger: Which ledger of it.
        checkpoints: Read by ``read_checkpoint``, so that their signatures were checked.
        rules: Ask also whether every commit would be accepted again (``replay``), if nothing else is wrong;
            takes some ten times as long, and holds the log in memory.
        progress: Told how many entries of how many were read, now and then.

    Raises:
        UnknownLedgerError: If there is no such ledger.
        UnknownEventKindError: If a newer package wrote an entry.
        CheckpointError: If a checkpoint is of another log.
        DatabaseUnavailableError: If the database cannot be reached.
    """
    audit = _Audit(ledger, checkpoints, progress)
    try:
        with reading(engine) as conn:
            audit.run(conn)
    except DatabaseUnavailableError as error:
        if not is_damage(error.__cause__):
            raise
        audit.report("database", error.detail)
    if rules and not audit.findings:
        audit.findings += replay(engine, ledger, progress=progress)
    return audit.verification()


class _Audit:
    """
    One pass over a ledger.
    """

    conn: Connection

    def __init__(self, ledger: str, checkpoints: Iterable[Checkpoint], progress: Progress | None) -> None:
        self.ledger = ledger
        self.progress = progress
        self.findings: list[Finding] = []
        self.frontier = Frontier()
        self.identities = History()  # registrations and retractions: all that the index rests on
        self.request: RequestDigest | None = None  # of the commit that is being read, if all of it can be
        self.recorded: dict[int, datetime | None] = {}  # for each commit's first entry, when it was recorded
        self.verified_to = 0
        self.anchors: defaultdict[int, set[bytes]] = defaultdict(set)
        for checkpoint in checkpoints:
            require_origin(checkpoint.origin, ledger)
            self.anchors[checkpoint.size].add(checkpoint.root)

    def verification(self) -> Verification:
        size = self.frontier.size
        outcome = Outcome.VERIFIED_TO if self.verified_to else Outcome.CONSISTENT_UNANCHORED
        unanchored = [first for first in self.recorded if first >= self.verified_to]
        return Verification(
            ledger=self.ledger,
            outcome=Outcome.TAMPERED if self.findings else outcome,
            size=size,
            root=self.frontier.root(),
            findings=tuple(self.findings),
            verified_to=0 if self.findings else self.verified_to,
            unanchored=size if self.findings else size - self.verified_to,
            unanchored_since=self.recorded[min(unanchored)] if unanchored else None,
        )

    def report(
        self, code: str, detail: object = "", *, seq: int | None = None, no: int | None = None
    ) -> None:
        self.findings.append(Finding(seq, no, code, str(detail)))

    def run(self, conn: Connection) -> None:
        self.conn = conn
        if guards := missing_guards(self.conn):
            self.report("guards", ", ".join(guards))
        if self.conn.dialect.name == "sqlite":
            self._check_file()
        commits = {row.no: row for row in self._commits()}
        closing = {row.size_after: row for row in commits.values()}
        total = max(closing, default=0)
        seen = False
        self._check_anchor(is_boundary=True)  # of an empty log
        for row in self._events():
            seen = True
            self._check_entry(row, commits)
            commit = closing.pop(self.frontier.size, None)
            if commit is not None:
                self._check_closing(commit)
            self._check_anchor(is_boundary=commit is not None)
            if self.progress is not None and self.frontier.size % _STEP == 0:
                self.progress(self.frontier.size, total)
        if not seen and not commits:
            raise unknown_ledger(self.conn, self.ledger)
        for size in sorted(self.anchors):
            self.report("shorter", size)
        if self.progress is not None:
            self.progress(total, total)
        for commit in closing.values():
            self.report("cut", commit.size_after - 1, no=commit.no)
        self._check_index()

    def _check_closing(self, commit: Row[Any]) -> None:
        """
        What the commit that ends here says of all entries so far, and of its own.
        """
        if (commit.root, commit.frontier) != (self.frontier.root(), self.frontier.to_text()):
            self.report("root", no=commit.no)
        if self.request is not None and commit.digest != self.request.digest():
            self.report("digest", no=commit.no)

    def _check_anchor(self, *, is_boundary: bool) -> None:
        """
        What the checkpoints of this size say of all entries so far.
        """
        size = self.frontier.size
        roots = self.anchors.pop(size, None)
        if roots is None:
            return
        if roots != {self.frontier.root()}:
            self.report("checkpoint", size)
        elif not is_boundary:
            self.report("boundary", size)
        else:
            self.verified_to = size

    def _check_file(self) -> None:
        for (line,) in rows(self.conn, f"PRAGMA integrity_check({_PATIENCE})"):
            if line != "ok":
                self.report("database", line)

    def _commits(self) -> Iterator[Row[Any]]:
        """
        The commits in their order, each checked against the one before.
        """
        statement = (
            select(ledger_commit).where(ledger_commit.c.ledger == self.ledger).order_by(ledger_commit.c.no)
        )
        size, last = 0, None
        for number, row in enumerate(self.conn.execute(statement)):
            if row.no != number:
                self.report("number", number, no=row.no)
            if row.first_seq != size or row.size_after <= row.first_seq:
                self.report("tiles", size, no=row.no)
            recorded_at = _instant(row.recorded_at)
            if recorded_at is None or (last is not None and recorded_at <= last):
                self.report("recorded_at", no=row.no)
            self.recorded[row.first_seq] = recorded_at
            size, last = row.size_after, recorded_at or last
            yield row

    def _events(self) -> Iterator[Row[Any]]:
        """
        The entries in their order. What SQLite cannot read is reported and passed over.
        """
        after, at_once = -1, 500
        for _ in range(_PATIENCE):
            statement = (
                select(ledger_event)
                .where(ledger_event.c.ledger == self.ledger, ledger_event.c.seq > after)
                .order_by(ledger_event.c.seq)
                .execution_options(yield_per=at_once)
            )
            try:
                for row in self.conn.execute(statement):
                    after = row.seq
                    yield row
            except DBAPIError as error:
                if not is_damage(error):
                    raise
                if at_once == 1:
                    after += 1
                    self.report("unreadable", error.orig, seq=after)
                at_once = 1  # from here on, so that the very entry is named
            else:
                return

    def _check_entry(self, row: Row[Any], commits: dict[int, Row[Any]]) -> None:
        seq = row.seq
        if seq != self.frontier.size:
            self.report("gap", self.frontier.size, seq=seq)
        body = row.body if isinstance(row.body, bytes) else repr(row.body).encode()
        leaf = leaf_hash(body)
        self.frontier = self.frontier.append(leaf)
        if row.leaf != leaf:
            self.report("leaf", seq=seq)
        commit = commits.get(row.commit_no)
        if commit is None or not commit.first_seq <= seq < commit.size_after:
            self.report("orphan", seq=seq)
        elif seq == commit.first_seq:
            self.request = self._request_of(commit)
        try:
            entry = decode_canonical(body)
        except UnknownEventKindError:
            if row.leaf == leaf:
                raise
            return
        except UndecodableEventError as error:
            self.report("unreadable", error, seq=seq)
            self.request = None
            return
        if self.request is not None:
            self.request.add(stored_part(entry, body))
        different = [name for name, value in index_columns(entry).items() if getattr(row, name) != value]
        if different:
            self.report("columns", ", ".join(different), seq=seq)
        if commit is not None:
            self._check_stamps(entry, commit)
        if isinstance(entry.event, ProjectRegistered | ProjectAmended | EntryRetracted):
            self.identities.add(entry)

    def _request_of(self, commit: Row[Any]) -> RequestDigest | None:
        try:
            return RequestDigest(commit.idempotency_key)
        except UndecodableEventError:  # no key that could have been given
            self.report("digest", no=commit.no)
            return None

    def _check_stamps(self, entry: Entry, commit: Row[Any]) -> None:
        stamps = {"recorded_at": instant_text(entry.recorded_at), "actor": entry.actor}
        different = [name for name, value in stamps.items() if getattr(commit, name) != value]
        if different:
            self.report("stamps", ", ".join(different), seq=entry.seq)

    def _check_index(self) -> None:
        if projects := index_differences(self.conn, self.ledger, Registry.of(self.identities)):
            self.report("index", ", ".join(projects[:_PATIENCE]))


def _instant(text: object) -> datetime | None:
    """
    The instant, if ``text`` is exactly what the store would have written.
    """
    try:
        instant = instant_of(str(text))
        return instant if instant_text(instant) == text else None
    except (ValueError, OverflowError):
        return None
