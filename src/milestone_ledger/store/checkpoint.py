"""
Checkpoints of a ledger and proofs from it: what is kept outside the database, and what is handed out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, select

from milestone_ledger.auditor import (
    AuditError,
    Checkpoint,
    Proof,
    VerifierKey,
    check_proof,
    read_file,
    read_key,
)
from milestone_ledger.errors import CheckpointError, TamperedLedgerError, UnknownNameError
from milestone_ledger.errors.system import system_reason
from milestone_ledger.store.engine import reading
from milestone_ledger.store.merkle import Frontier, inclusion_proof, root
from milestone_ledger.store.read import size
from milestone_ledger.store.signer import Signer, require_origin
from milestone_ledger.store.tables import ledger_event
from milestone_ledger.store.verification import Progress
from milestone_ledger.store.verify import verify


def read_public_key(key: str) -> VerifierKey:
    """
    The public key in ``key``: its text, or the path of a file that holds it.

    Raises:
        CheckpointError: If it is none.
    """
    try:
        return read_key(key)
    except (AuditError, OSError, UnicodeDecodeError) as error:
        raise _refused(key, error) from error


def read_checkpoint(path: Path, key: VerifierKey) -> Checkpoint:
    """
    The checkpoint in the file at ``path``, if ``key`` signed it.

    Raises:
        CheckpointError: If it is no checkpoint, or not signed by ``key``.
    """
    try:
        return Checkpoint.open(read_file(path), key)
    except (AuditError, OSError) as error:
        raise _refused(str(path), error) from error


def sign_checkpoint(
    engine: Engine, ledger: str, signer: Signer, *, progress: Progress | None = None
) -> bytes:
    """
    Verify ``ledger`` and sign how long it is and which root it has; it ends with a commit by then.

    Returns:
        The signed note (C2SP tlog-checkpoint), to be kept where the owner of the database cannot change it.

    Raises:
        UnknownLedgerError: If there is no such ledger.
        CheckpointError: If the key is that of another ledger.
        TamperedLedgerError: If the log does not agree with itself.
        InconsistentCheckpointError: If it does not continue what the key signed before.
        SigningKeyError: If the memory of the key cannot be read or written.
    """
    require_origin(signer.public.name, ledger)
    found = verify(engine, ledger, progress=progress)
    if found.findings:
        first = found.findings[0]
        raise TamperedLedgerError(ledger, first.seq, first.text())

    def root_at(size: int) -> bytes:
        with reading(engine) as conn:
            return Frontier().extend(_leaves(conn, ledger, size)).root()

    return signer.sign(found.size, found.root, root_at)


def prove(engine: Engine, ledger: str, seq: int, note: bytes, key: VerifierKey) -> bytes:
    """
    A proof, as one file, that entry ``seq`` is covered by the checkpoint ``note``, which ``key`` signed.

    Anyone can check it without the database: ``auditor`` tells how. All leaf hashes up to the size of the
    checkpoint are held in memory, about 100 bytes each.

    Raises:
        CheckpointError: If ``note`` is no checkpoint of ``ledger`` signed by ``key``, or is too short.
        UnknownNameError: If there is no entry ``seq``.
        TamperedLedgerError: If the log is not the one that was signed.
    """
    try:
        checkpoint = Checkpoint.open(note, key)
    except AuditError as error:
        raise _refused("checkpoint", error) from error
    require_origin(checkpoint.origin, ledger)
    body = None
    with reading(engine) as conn:
        if 0 <= seq < size(conn, ledger):  # no database holds every number
            body = conn.execute(
                select(ledger_event.c.body).where(ledger_event.c.ledger == ledger, ledger_event.c.seq == seq)
            ).scalar()
        leaves = list(_leaves(conn, ledger, checkpoint.size))
    if body is None:
        raise UnknownNameError(kind="entry", name=str(seq))
    if seq >= checkpoint.size:
        raise CheckpointError(
            "checkpoint",
            (
                f"it covers {checkpoint.size} entries, so not entry {seq}; sign a newer one",
                f"它只覆盖 {checkpoint.size} 条，不含第 {seq} 条；请签署新的检查点",
            ),
        )
    if len(leaves) < checkpoint.size or root(leaves) != checkpoint.root:
        raise TamperedLedgerError(
            ledger, None, f"the log is not the one that was signed at {checkpoint.size}"
        )
    proof = Proof(body, seq, tuple(inclusion_proof(leaves, seq)), note).to_bytes()
    try:
        check_proof(proof, key)
    except AuditError as error:  # the body is not the one of its leaf
        raise TamperedLedgerError(ledger, seq, str(error)) from error
    return proof


def _leaves(conn: Connection, ledger: str, size: int) -> Iterator[bytes]:
    """
    The hashes of the first ``size`` entries, in their order.
    """
    statement = (
        select(ledger_event.c.leaf)
        .where(ledger_event.c.ledger == ledger, ledger_event.c.seq < size)
        .order_by(ledger_event.c.seq)
        .execution_options(yield_per=10_000)
    )
    yield from conn.execute(statement).scalars()


def _refused(what: str, error: Exception) -> CheckpointError:
    if isinstance(error, AuditError):
        return CheckpointError(what, (error.en, error.zh))
    said = system_reason(error) if isinstance(error, OSError) else (str(error), str(error))
    return CheckpointError(what, said)
