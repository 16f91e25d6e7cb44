"""
Whether what is stored agrees with itself and with the checkpoints kept outside; all disagreements at once.

Without a checkpoint this proves consistency only: whoever may write to the database can recompute all of it.
So the best that is said then is ``CONSISTENT_UNANCHORED``; with one, ``VERIFIED_TO`` the size that it covers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Connection, Engine, Row, select
from sqlalchemy.exc import DBAPIError

from milestone_ledger.auditor import Checkpoint, leaf_hash
from milestone_ledger.codec import (
    Frame,
    RequestDigest,
    decode_canonical,
    frame_of,
    kind_of,
    outline_of,
    stored_part,
)
from milestone_ledger.codec.registry import VERSIONS
from milestone_ledger.codec.request import part_of_request
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.errors import DatabaseUnavailableError, UndecodableEventError, UnknownEventKindError
from milestone_ledger.store.connect import rows
from milestone_ledger.store.engine import reading
from milestone_ledger.store.failures import is_damage
from milestone_ledger.store.guards import missing_guards
from milestone_ledger.store.identity import IDENTITIES, index_differences
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.read import unknown_ledger
from milestone_ledger.store.replay import replay
from milestone_ledger.store.signer import require_origin
from milestone_ledger.store.tables import (
    EVENT_COLUMNS,
    day_of,
    index_values,
    instant_of,
    instant_text,
    ledger_commit,
    ledger_event,
    outline_values,
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


@frozen(kw_only=True)
class _Commit:
    """
    A row of ``ledger_commit``, whatever stands in it; ``instant`` is ``recorded_at``, if it is one.

    ``frame`` is that of the bodies of its entries, if there can be any with these stamps.
    """

    ledger: str
    no: int
    first_seq: int
    size_after: int
    root: bytes
    frontier: str
    recorded_at: str
    actor: str
    idempotency_key: str | None
    digest: bytes
    instant: datetime | None
    frame: Frame | None


class _Audit:
    """
    One pass over a ledger.
    """

    conn: Connection

    def __init__(self, ledger: str, checkpoints: Iterable[Checkpoint], progress: Progress | None) -> None:
        self.ledger = ledger
        self.progress = progress
        self.findings: list[Finding] = []
        self.size = 0  # entries so far
        self.frontier = Frontier()  # of all of them but the newest,
        self.leaves: list[bytes] = []  # which are these
        self.identities = History()  # registrations and retractions: all that the index rests on
        self.request: RequestDigest | None = None  # of the commit that is being read, if all of it can be
        self.recorded: dict[int, datetime | None] = {}  # for each commit's first entry, when it was recorded
        self.verified_to = 0
        self.anchors: defaultdict[int, set[bytes]] = defaultdict(set)
        for checkpoint in checkpoints:
            require_origin(checkpoint.origin, ledger)
            self.anchors[checkpoint.size].add(checkpoint.root)

    def verification(self) -> Verification:
        size = self.size
        outcome = Outcome.VERIFIED_TO if self.verified_to else Outcome.CONSISTENT_UNANCHORED
        unanchored = [first for first in self.recorded if first >= self.verified_to]
        return Verification(
            ledger=self.ledger,
            outcome=Outcome.TAMPERED if self.findings else outcome,
            size=size,
            root=self._closed().root(),
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
        commits = {commit.no: commit for commit in self._commits()}
        ending = {commit.size_after: commit for commit in commits.values()}
        total = max(ending, default=0)
        seen = False
        self._check_anchor(is_boundary=True)  # of an empty log
        with closing(self._events()) as events:
            for row in events:
                seen = True
                self._check_entry(row, commits)
                commit = ending.pop(self.size, None)
                if commit is not None:
                    self._check_closing(commit)
                if self.size in self.anchors:
                    self._check_anchor(is_boundary=commit is not None)
                if self.progress is not None and self.size % _STEP == 0:
                    self.progress(self.size, total)
        if not seen and not commits:
            raise unknown_ledger(self.conn, self.ledger)
        for size in sorted(self.anchors):
            self.report("shorter", size)
        if self.progress is not None:
            self.progress(total, total)
        for commit in ending.values():
            self.report("cut", commit.size_after - 1, no=commit.no)
        self._check_index()

    def _closed(self) -> Frontier:
        """
        The tree of all entries so far.
        """
        self.frontier = self.frontier.extend(self.leaves)
        self.leaves.clear()
        return self.frontier

    def _check_closing(self, commit: _Commit) -> None:
        """
        What the commit that ends here says of all entries so far, and of its own.
        """
        frontier = self._closed()
        if (commit.root, commit.frontier) != (frontier.root(), frontier.to_text()):
            self.report("root", no=commit.no)
        if self.request is not None and commit.digest != self.request.digest():
            self.report("digest", no=commit.no)

    def _check_anchor(self, *, is_boundary: bool) -> None:
        """
        What the checkpoints of this size say of all entries so far.
        """
        size = self.size
        roots = self.anchors.pop(size, None)
        if roots is None:
            return
        if roots != {self._closed().root()}:
            self.report("checkpoint", size)
        elif not is_boundary:
            self.report("boundary", size)
        else:
            self.verified_to = size

    def _check_file(self) -> None:
        for (line,) in rows(self.conn, f"PRAGMA integrity_check({_PATIENCE})"):
            if line != "ok":
                self.report("database", line)

    def _commits(self) -> Iterator[_Commit]:
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
            yield _Commit(**row._asdict(), instant=recorded_at, frame=_frame(row, recorded_at))

    def _events(self) -> Generator[Sequence[Any]]:
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
                with self.conn.execute(statement) as found:
                    for row in found:
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

    def _check_entry(self, row: Sequence[Any], commits: dict[int, _Commit]) -> None:
        _, seq, commit_no, *_, body, stored_leaf = row
        if seq != self.size:
            self.report("gap", self.size, seq=seq)
        if not isinstance(body, bytes):
            body = repr(body).encode()
        leaf = leaf_hash(body)
        self.leaves.append(leaf)
        self.size += 1
        if stored_leaf != leaf:
            self.report("leaf", seq=seq)
        commit = commits.get(commit_no)
        if commit is None or not commit.first_seq <= seq < commit.size_after:
            self.report("orphan", seq=seq)
        elif seq == commit.first_seq:
            self.request = self._request_of(commit)
        if commit is not None and seq == self.size - 1 and self._agrees(row, body, commit):
            return
        try:
            entry = decode_canonical(body)
        except UnknownEventKindError:
            if stored_leaf == leaf:
                raise
            return
        except UndecodableEventError as error:
            self.report("unreadable", error, seq=seq)
            self.request = None
            return
        if self.request is not None:
            self.request.add(stored_part(entry, body))
        values = index_values(entry)
        if values != tuple(row[:-2]):  # all but body and leaf
            columns = zip(EVENT_COLUMNS, values, row, strict=False)
            different = [name for name, value, found in columns if found != value]
            self.report("columns", ", ".join(different), seq=seq)
        if commit is not None and (entry.recorded_at, entry.actor) != (commit.instant, commit.actor):
            self._report_stamps(entry, commit)
        if kind_of(entry.event) in IDENTITIES:
            self.identities.add(entry)

    def _agrees(self, row: Sequence[Any], body: bytes, commit: _Commit) -> bool:
        """
        Whether ``body`` is what its row and its commit say, around an event that can be read.

        Most are, and show it without being decoded; else that is to tell. So it is for what the index rests
        on too, as the whole event is needed.
        """
        _, seq, _, kind, *of_event, published_on, source, target, _, _ = row
        version = VERSIONS.get(kind)
        if version is None or kind in IDENTITIES or commit.frame is None:
            return False
        head = commit.frame.head
        try:
            tail = commit.frame.tail(seq, day_of(published_on), kind, version)
        except (OverflowError, TypeError, ValueError):  # no such day
            return False
        if not (body.startswith(head) and body.endswith(tail)):
            return False
        data = body[len(head) : -len(tail)]
        outline = outline_of(kind, data)
        if outline is None or outline_values(outline) != (*of_event, source, target):
            return False
        if self.request is not None:
            self.request.add(part_of_request(kind, version, data))
        return True

    def _request_of(self, commit: _Commit) -> RequestDigest | None:
        try:
            return RequestDigest(commit.idempotency_key)
        except UndecodableEventError:  # no key that could have been given
            self.report("digest", no=commit.no)
            return None

    def _report_stamps(self, entry: Entry, commit: _Commit) -> None:
        stamps = {"recorded_at": instant_text(entry.recorded_at), "actor": entry.actor}
        different = [name for name, value in stamps.items() if getattr(commit, name) != value]
        self.report("stamps", ", ".join(different), seq=entry.seq)

    def _check_index(self) -> None:
        if projects := index_differences(self.conn, self.ledger, Registry.of(self.identities)):
            self.report("index", ", ".join(projects[:_PATIENCE]))


def _frame(row: Row[Any], recorded_at: datetime | None) -> Frame | None:
    try:
        return None if recorded_at is None else frame_of(row.ledger, row.no, recorded_at, row.actor)
    except UndecodableEventError:
        return None


def _instant(text: object) -> datetime | None:
    """
    The instant, if ``text`` is exactly what the store would have written.
    """
    try:
        instant = instant_of(str(text))
        return instant if instant_text(instant) == text else None
    except (ValueError, OverflowError):
        return None
