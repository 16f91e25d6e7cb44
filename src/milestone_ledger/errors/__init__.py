"""
Every error that a user can meet, in one tree.

.. code-block:: text

    LedgerError
    ├─ InvalidValueError (ValueError)        a value object refused its input
    ├─ MissingExtraError (ImportError)       a package that only some users need is not installed
    ├─ RuleError                             decide() refused an event
    │  ├─ NoProgrammeError                   the first entry must define the programme
    │  ├─ ProgrammeChangeError               a definition may only add
    │  ├─ UnknownNameError (LookupError)     source, project, milestone, unit, domain, delivery mode, entry
    │  ├─ DuplicateNameError                 an id, name or alias is taken
    │  ├─ FutureEvidenceError                evidence about a day after its own publication
    │  ├─ FuturePublicationError             a document from the future
    │  ├─ ContradictionError                 two statements that cannot both hold
    │  ├─ QuantityError, MembershipError     batches
    │  ├─ DeadlineError                      a deadline needs both ends
    │  ├─ ContestedError                     contested without a reason
    │  ├─ RetractionError                    what cannot be retracted, or not like that
    │  └─ RefusedEntriesError (ExceptionGroup)   several of the above, all at once
    ├─ StoreError
    │  ├─ UnknownLedgerError (LookupError)   the database holds no such ledger
    │  ├─ LedgerExistsError                  a ledger of this name has another definition
    │  ├─ ConcurrentAppendError              the ledger moved on: reload, decide again
    │  ├─ IdempotencyConflictError           same key, other content
    │  ├─ AppendOnlyError                    someone tried to change history
    │  ├─ GuardsMissingError                 the database no longer protects the log
    │  ├─ SchemaVersionError                 database is at X, package needs Y, run Z
    │  ├─ ForeignDatabaseError               not one of ours, or not a database
    │  ├─ UnsafeSettingsError                the database may lose acknowledged commits
    │  ├─ ClockError                         the clock lies
    │  ├─ DatabaseUnavailableError           cannot connect, locked, disk full, read-only
    │  │  ├─ NotPermittedError               the account may not do this
    │  │  └─ CommitInDoubtError              broke off during COMMIT: look before sending it again
    │  ├─ TamperedLedgerError                which seq, what does not agree
    │  └─ InconsistentCheckpointError        not what its key signed before
    ├─ CheckpointError (ValueError)          a checkpoint, public key or proof is not what it should be
    │  └─ SigningKeyError                    a private key or its memory cannot be used
    ├─ CodecError
    │  ├─ UnknownEventKindError (LookupError)
    │  └─ UndecodableEventError (ValueError)
    ├─ IntakeError (ExceptionGroup)          every bad row at once
    ├─ RowError                              one of them: file, row, column, value, remedy
    │  ├─ MissingReasonError                 a correction without its reason
    │  └─ OpenQuestionError                  a cell that a profile leaves to a person
    ├─ WorkbookError (ValueError)            no workbook, or none that may be opened
    ├─ ExportError (ExceptionGroup)          every entry that its sheet cannot say, at once
    ├─ UnwritableEntryError                  one of them: entry, sheet, column, value, reason
    ├─ OccupiedFolderError (FileExistsError) an export would overwrite something
    ├─ OccupiedFileError (FileExistsError)   the same for a file
    ├─ UnwritableFileError (OSError)         a file cannot be written
    ├─ NoChineseFontError (RuntimeError)     a picture would show boxes for Chinese letters
    └─ ParquetFolderError (ValueError)       Parquet files that are no part of this log, or not all of one

A message says what happened, where, and how to mend it.
It exists in English (``str(error)``) and in Chinese (``error.explain("zh")``); both are built from the
data on the attributes, so code never needs to parse a message.
"""

from __future__ import annotations

from milestone_ledger.errors._base import InvalidValueError, Language, LedgerError, MissingExtraError
from milestone_ledger.errors.codec import (
    CodecError,
    UndecodableEventError,
    UnknownEventKindError,
)
from milestone_ledger.errors.export import (
    ExportError,
    NoChineseFontError,
    OccupiedFileError,
    OccupiedFolderError,
    ParquetFolderError,
    UnwritableEntryError,
    UnwritableFileError,
)
from milestone_ledger.errors.intake import (
    IntakeError,
    MissingReasonError,
    OpenQuestionError,
    RowError,
    WorkbookError,
    place_name,
)
from milestone_ledger.errors.rules import (
    ContestedError,
    ContradictionError,
    DeadlineError,
    DuplicateNameError,
    FutureEvidenceError,
    FuturePublicationError,
    MembershipError,
    NoProgrammeError,
    ProgrammeChangeError,
    QuantityError,
    RefusedEntriesError,
    RetractionError,
    RetractionFault,
    RuleError,
    UnknownNameError,
)
from milestone_ledger.errors.store import (
    AppendOnlyError,
    CheckpointError,
    ClockError,
    CommitInDoubtError,
    ConcurrentAppendError,
    DatabaseUnavailableError,
    ForeignDatabaseError,
    GuardsMissingError,
    IdempotencyConflictError,
    InconsistentCheckpointError,
    LedgerExistsError,
    NotPermittedError,
    SchemaVersionError,
    SigningKeyError,
    StoreError,
    TamperedLedgerError,
    UnknownLedgerError,
    UnsafeSettingsError,
)

__all__ = [
    "AppendOnlyError",
    "CheckpointError",
    "ClockError",
    "CodecError",
    "CommitInDoubtError",
    "ConcurrentAppendError",
    "ContestedError",
    "ContradictionError",
    "DatabaseUnavailableError",
    "DeadlineError",
    "DuplicateNameError",
    "ExportError",
    "ForeignDatabaseError",
    "FutureEvidenceError",
    "FuturePublicationError",
    "GuardsMissingError",
    "IdempotencyConflictError",
    "InconsistentCheckpointError",
    "IntakeError",
    "InvalidValueError",
    "Language",
    "LedgerError",
    "LedgerExistsError",
    "MembershipError",
    "MissingExtraError",
    "MissingReasonError",
    "NoChineseFontError",
    "NoProgrammeError",
    "NotPermittedError",
    "OccupiedFileError",
    "OccupiedFolderError",
    "OpenQuestionError",
    "ParquetFolderError",
    "ProgrammeChangeError",
    "QuantityError",
    "RefusedEntriesError",
    "RetractionError",
    "RetractionFault",
    "RowError",
    "RuleError",
    "SchemaVersionError",
    "SigningKeyError",
    "StoreError",
    "TamperedLedgerError",
    "UndecodableEventError",
    "UnknownEventKindError",
    "UnknownLedgerError",
    "UnknownNameError",
    "UnsafeSettingsError",
    "UnwritableEntryError",
    "UnwritableFileError",
    "WorkbookError",
    "place_name",
]
