"""
A ledger as lines of JSON, and back: for backups, for other databases, for reading in fifty years.

The first line names the format and the ledger. Then, for each commit, the bodies of its entries, byte for
byte as stored, and one line that closes over them with its root. Loaded into another database, the ledger
has the same bytes, hashes and roots.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, Engine, select

from milestone_ledger.auditor import leaf_hash
from milestone_ledger.codec import RequestDigest, decode_canonical, stored_part
from milestone_ledger.codec.canonical import JSON, dumps, loads
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import (
    GuardsMissingError,
    InvalidValueError,
    TamperedLedgerError,
    UndecodableEventError,
)
from milestone_ledger.store.append import insert, last_commit
from milestone_ledger.store.engine import writing
from milestone_ledger.store.guards import missing_guards
from milestone_ledger.store.identity import rebuild_index
from milestone_ledger.store.merkle import Frontier
from milestone_ledger.store.read import Commit, unknown_ledger
from milestone_ledger.store.tables import instant_text, ledger_commit, ledger_event

FORMAT = "milestone-ledger dump 1"
_HEADER = {"format", "ledger"}
_CLOSING = {"closes", "size_after", "root", "digest"}


def dump(conn: Connection, ledger: str) -> Iterator[bytes]:
    """
    The lines of ``ledger``, each with its line feed; read as they are asked for.

    Raises:
        UnknownLedgerError: If there is no such ledger.
    """
    statement = select(ledger_commit).where(ledger_commit.c.ledger == ledger).order_by(ledger_commit.c.no)
    commits = conn.execute(statement).all()
    if not commits:
        raise unknown_ledger(conn, ledger)
    yield dumps({"format": FORMAT, "ledger": ledger}) + b"\n"
    for commit in commits:
        bodies = (
            select(ledger_event.c.body)
            .where(ledger_event.c.ledger == ledger, ledger_event.c.commit_no == commit.no)
            .where(ledger_event.c.seq >= commit.first_seq, ledger_event.c.seq < commit.size_after)
            .order_by(ledger_event.c.seq)
        )
        for body in conn.execute(bodies).scalars():
            yield body + b"\n"
        closing: dict[str, Any] = {
            "closes": commit.no,
            "size_after": commit.size_after,
            "root": commit.root.hex(),
            "digest": commit.digest.hex(),
        }
        if commit.idempotency_key is not None:
            closing["idempotency_key"] = commit.idempotency_key
        yield dumps(closing) + b"\n"


def load(engine: Engine, lines: Iterable[bytes]) -> Commit:
    """
    Enter a dumped ledger into a database that holds no ledger of its name: whole, or not at all.

    What is checked is that it is what was dumped: canonical bytes, gap-free numbers, and every root.
    Whether its entries were legal is not asked again, so that a backup can always be restored.

    Returns:
        The last commit.

    Raises:
        InvalidValueError: If a line is none of a dump, or the ledger exists already.
        TamperedLedgerError: If the dump does not agree with itself, or is cut off.
        UnknownEventKindError: If a newer package wrote an entry.
        GuardsMissingError, DatabaseUnavailableError: As ``append``.
    """
    numbered = enumerate(lines, 1)
    number, header = next(numbered, (1, b""))
    value = _object(number, header)
    ledger = value.get("ledger")
    if value.keys() != _HEADER or value["format"] != FORMAT or not isinstance(ledger, str):
        raise _no_dump(number)
    with writing(engine, ledger) as conn:
        if missing := missing_guards(conn):
            raise GuardsMissingError(missing)
        if last_commit(conn, ledger)[0] is not None:
            raise InvalidValueError(
                "load", ledger, ("this database holds a ledger of that name already", "数据库中已有同名台账")
            )
        commit = _load(conn, ledger, numbered)
        rebuild_index(conn, ledger)
    return commit


def _load(conn: Connection, ledger: str, numbered: Iterator[tuple[int, bytes]]) -> Commit:
    commit: Commit | None = None
    frontier = Frontier()
    bodies: list[bytes] = []
    for number, line in numbered:
        body = line.removesuffix(b"\n")
        value = _object(number, body)
        if "closes" not in value:
            bodies.append(body)
            continue
        if value.keys() - {"idempotency_key"} != _CLOSING:
            raise _no_dump(number)
        entries = _entries(ledger, bodies, frontier.size, 0 if commit is None else commit.no + 1)
        try:
            digest, root = (bytes.fromhex(str(value[name])) for name in ("digest", "root"))
        except ValueError as error:
            raise _no_dump(number) from error
        key = value.get("idempotency_key")
        if not entries or value["closes"] != entries[0].commit_no or not isinstance(key, str | None):
            raise _no_dump(number)
        request = RequestDigest(key)
        for entry, one in zip(entries, bodies, strict=True):
            request.add(stored_part(entry, one))
        if request.digest() != digest:
            raise TamperedLedgerError(
                ledger,
                frontier.size,
                f"the digest of commit {value['closes']} is not that of its entries and key",
            )
        commit = insert(conn, entries, frontier, idempotency_key=key, digest=digest, bodies=bodies)
        if (commit.root, commit.size_after) != (root, value["size_after"]):
            raise TamperedLedgerError(
                ledger, commit.first_seq, f"the root of commit {commit.no} is not that of its entries"
            )
        frontier = frontier.extend(map(leaf_hash, bodies))
        bodies = []
    if commit is None or bodies:
        raise TamperedLedgerError(ledger, frontier.size, "the dump ends before a commit closes over it")
    return commit


def _entries(ledger: str, bodies: list[bytes], size: int, commit_no: int) -> list[Entry]:
    """
    The entries of one commit, if each stands where its body says.
    """
    entries: list[Entry] = []
    for seq, body in enumerate(bodies, size):
        try:
            entry = decode_canonical(body)
        except UndecodableEventError as error:
            raise TamperedLedgerError(ledger, seq, str(error)) from error
        first = entries[0] if entries else entry
        found = (entry.ledger, entry.seq, entry.commit_no, instant_text(entry.recorded_at), entry.actor)
        if found != (ledger, seq, commit_no, instant_text(first.recorded_at), first.actor):
            raise TamperedLedgerError(ledger, seq, "its stamps are not those of its place in the dump")
        entries.append(entry)
    return entries


def _object(number: int, line: bytes) -> dict[str, JSON]:
    try:
        value = loads(line)
    except UndecodableEventError as error:
        raise _no_dump(number) from error
    if not isinstance(value, dict):
        raise _no_dump(number)
    return value


def _no_dump(number: int) -> InvalidValueError:
    """
    Nothing of the line is repeated: it may be that of a private key, given by mistake.
    """
    return InvalidValueError(
        "dump",
        f"line {number}",
        (
            "give the lines that 'dump' wrote, unchanged and in their order",
            "应为导出所得的各行，内容和顺序不变",
        ),
    )
