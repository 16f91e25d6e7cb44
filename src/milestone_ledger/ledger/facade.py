"""
``Ledger``: open one, append to it, look at it, and show that nobody has changed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, Engine

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.events import EntryRetracted, Event, ProgrammeDefined, Statement
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import (
    ConcurrentAppendError,
    InvalidValueError,
    LedgerExistsError,
    UnknownLedgerError,
    UnknownNameError,
)
from milestone_ledger.ledger.reader import LedgerReader
from milestone_ledger.store import read
from milestone_ledger.store.clock import Clock, utc_now
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import Commit

# What a look at one ledger does without is loaded where it is used: each takes time at every start.
if TYPE_CHECKING:
    from milestone_ledger.auditor import Checkpoint, VerifierKey
    from milestone_ledger.store.signer import Signer
    from milestone_ledger.store.verification import Progress, Verification


def _choose(connection: Connection, ledger: str | None) -> str:
    """
    The ledger named, or the only one there is.
    """
    known = read.ledgers(connection)
    if ledger is None and len(known) == 1:
        return known[0]
    if ledger is None or ledger not in known:
        raise UnknownLedgerError(ledger or "", nearest_names(ledger or "", known) or known)
    return ledger


class Ledger(LedgerReader):
    """
    One programme's log of events in a database.

    Made by ``Ledger.open`` or ``Ledger.create``; a context manager that closes its connections.
    """

    def __init__(self, engine: Engine, name: str, *, actor: str, clock: Clock) -> None:
        super().__init__(engine, name)
        self._actor = actor
        self._clock = clock

    @classmethod
    def open(
        cls,
        url: str,
        *,
        ledger: str | None = None,
        actor: str = "unknown",
        clock: Clock = utc_now,
    ) -> Self:
        """
        Open a ledger that exists.

        Args:
            url: A database URL, such as ``sqlite:///huitian.db`` or ``postgresql://…``.
            ledger: Which ledger of the database; may be left out if it holds exactly one.
            actor: The account name recorded with every commit; no personal data, nothing is forgotten.
            clock: Gives the recording time as an aware UTC ``datetime``.

        Raises:
            UnknownLedgerError: If there is no such ledger, or several and none is named.
            SchemaVersionError: If the database needs an upgrade; the message names the command.
            ForeignDatabaseError: If it is another application's database, or none.
        """
        engine = open_engine(url)
        try:
            with reading(engine) as connection:
                name = _choose(connection, ledger)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, name, actor=actor, clock=clock)

    @classmethod
    def create(
        cls,
        url: str,
        programme: Programme,
        *,
        actor: str = "unknown",
        clock: Clock = utc_now,
    ) -> Self:
        """
        Begin a ledger for ``programme``, named after its id, in a new or existing database.

        The first entry is the definition of the programme. Beginning the same ledger again with the same
        programme changes nothing.

        Raises:
            LedgerExistsError: If the ledger exists with another definition.
        """
        engine = open_engine(url, create=True)
        ledger = cls(engine, programme.id, actor=actor, clock=clock)
        try:
            with reading(engine) as connection:
                is_new = programme.id not in read.ledgers(connection)
            if is_new:
                with suppress(ConcurrentAppendError):  # somebody else began it just now
                    ledger.append([ProgrammeDefined(programme)], expected_size=0)
            if ledger.programme != programme:
                raise LedgerExistsError(programme.id)  # noqa: TRY301 (closed below, like every failure)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def append(
        self,
        events: Sequence[Event],
        *,
        idempotency_key: str | None = None,
        expected_size: int | None = None,
    ) -> Commit:
        """
        Record ``events`` as one commit: all of them, or none.

        Args:
            events: In the order in which they refer to each other; at least one.
            idempotency_key: A key of the caller's; the same request with the same key is recorded once.
            expected_size: Refuse if the ledger does not hold exactly so many entries.

        Raises:
            RuleError: If an event may not be recorded; nothing was.
            ConcurrentAppendError: If the ledger is not at ``expected_size``.
            IdempotencyConflictError: If the key was used for another request.
            DatabaseUnavailableError: If the database cannot be written; retry with the same key.
        """
        from milestone_ledger.store.append import append  # noqa: PLC0415 (as told above)

        return append(
            self._engine,
            self._name,
            events,
            actor=self._actor,
            clock=self._clock,
            idempotency_key=idempotency_key,
            expected_size=expected_size,
        )

    def correct(
        self,
        seq: int,
        event: Event | None = None,
        *,
        reason: str,
        source: str | None = None,
        locator: str = "",
    ) -> Commit:
        """
        Retract entry ``seq`` and record ``event`` in its place, as one commit.

        Args:
            seq: The entry that does not hold.
            event: What should have been recorded; ``None`` only retracts.
            reason: Why, in a few words; required.
            source: The later document that corrects the entry, so that earlier views stand.
                Left out, it is a clerk's slip, and no published view keeps the entry.
            locator: Where in that document.

        Raises:
            UnknownNameError: If there is no entry ``seq``.
            RuleError: If the entry cannot be retracted like that, or ``event`` may not be recorded.
        """
        target = self.history().get(seq)
        if target is None:
            raise UnknownNameError(kind="entry", name=str(seq))
        if not isinstance(reason, str) or not reason.strip():
            raise InvalidValueError(
                "correct(reason)", reason, ("say why the entry does not hold", "请写明更正理由")
            )
        slip = source is None and isinstance(target.event, Statement)
        retraction = EntryRetracted(
            target=seq,
            source=getattr(target.event, "source", None) if slip else source,
            locator=getattr(target.event, "locator", "") if slip else locator,
            note=reason,
        )
        return self.append([retraction] if event is None else [retraction, event])

    def verify(
        self,
        *,
        checkpoints: Iterable[Checkpoint] = (),
        rules: bool = False,
        progress: Progress | None = None,
    ) -> Verification:
        """
        Check that the whole log agrees with itself, with ``checkpoints``, and is guarded by the database.

        Without a checkpoint kept outside the database this can't exclude that everything was made anew.

        Args:
            checkpoints: What ``read_checkpoint`` read of files kept outside.
            rules: Ask also whether every commit would be accepted again.
            progress: Told now and then how many entries of how many were read.

        Raises:
            CheckpointError: If a checkpoint is of another ledger.
        """
        from milestone_ledger.store.verify import verify as store_verify  # noqa: PLC0415 (as told above)

        return store_verify(self._engine, self._name, checkpoints=checkpoints, rules=rules, progress=progress)

    def checkpoint(self, signer: Signer, *, progress: Progress | None = None) -> bytes:
        """
        Verify the log and sign its size and root: a note to be kept where the database's owner cannot reach.

        Raises:
            TamperedLedgerError: If the log does not agree with itself.
            InconsistentCheckpointError: If it does not continue what the key signed before.
            CheckpointError: If the key is another ledger's.
            SigningKeyError: If the key's memory of what it signed cannot be used.
        """
        from milestone_ledger.store.checkpoint import sign_checkpoint  # noqa: PLC0415 (as told above)

        return sign_checkpoint(self._engine, self._name, signer, progress=progress)

    def prove(self, seq: int, note: bytes, key: VerifierKey) -> bytes:
        """
        One file that proves entry ``seq`` to be among those that the signed ``note`` covers.

        Raises:
            UnknownNameError: If there is no such entry.
            CheckpointError: If ``note`` is not signed by ``key``, of another ledger, or too short.
            TamperedLedgerError: If the log is not the one that was signed.
        """
        from milestone_ledger.store.checkpoint import prove  # noqa: PLC0415 (as told above)

        return prove(self._engine, self._name, seq, note, key)
