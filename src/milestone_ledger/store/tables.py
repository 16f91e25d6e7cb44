"""
The tables, the same on SQLite and PostgreSQL, and how an entry becomes a row.

``ledger_commit`` and ``ledger_event`` are the log; triggers refuse every change to them (``guards``).
``ledger_event.body`` is the truth; its other columns are an index over it, which ``verify`` compares.
``ledger_project`` and ``ledger_name`` are an index too, and can be rebuilt from the log at any time.

Only plain integers, text and bytes are stored, so that a SQL prompt is enough to read them:
days are integers ``YYYYMMDD``, instants are UTC text ``2026-01-31T08:00:00.000000Z``, flags are 0 and 1.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from milestone_ledger.codec import Outline, Sample, kind_of
from milestone_ledger.domain.dates import UncertainDate, day_after
from milestone_ledger.domain.events import (
    ActivityChanged,
    BlockerCleared,
    EntryRetracted,
    Event,
    MilestonePending,
    SourceRegistered,
    TotalReported,
    project_of,
)
from milestone_ledger.domain.history import Entry

HEAD = "0001"
"""The revision that this package needs; a test holds it equal to the head of ``migrations/``."""

VERSION_TABLE = "ledger_version"
"""Where Alembic keeps the revision: our own name, so that another application's is never mistaken for it."""

APPLICATION_ID = 0x4D4C4C47
"""What marks an SQLite file as ours (``MLLG``)."""

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_1_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(referred_table_name)s",
        "ix": "ix_%(table_name)s_%(column_1_name)s",
    }
)

# Text sorts by code point on both databases, whatever the locale of the server.
_TEXT = Text().with_variant(Text(collation="C"), "postgresql")
# SQLite's STRICT tables know INTEGER, of 64 bits, and not BIGINT.
_BIG = BigInteger().with_variant(Integer(), "sqlite")
_SQLITE: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
_DAY = "{0} IS NULL OR {0} BETWEEN 10101 AND 99991231"


def _same_hash(text: str) -> Any:
    """
    A check that only PostgreSQL can make: SQLite has no SHA-256.
    """
    return CheckConstraint(text, name="leaf_of_body").ddl_if(dialect="postgresql")


ledger_commit = Table(
    "ledger_commit",
    metadata,
    Column("ledger", _TEXT, nullable=False),
    Column("no", _BIG, nullable=False),
    Column("first_seq", _BIG, nullable=False),
    Column("size_after", _BIG, nullable=False),
    Column("root", LargeBinary, nullable=False),
    Column("frontier", _TEXT, nullable=False),
    Column("recorded_at", _TEXT, nullable=False),
    Column("actor", _TEXT, nullable=False),
    Column("idempotency_key", _TEXT),
    Column("digest", LargeBinary, nullable=False),
    PrimaryKeyConstraint("ledger", "no"),
    UniqueConstraint("ledger", "idempotency_key"),
    CheckConstraint("first_seq >= 0 AND size_after > first_seq", name="holds_events"),
    CheckConstraint("(no = 0) = (first_seq = 0) AND no >= 0", name="numbered"),
    CheckConstraint("length(root) = 32 AND length(digest) = 32", name="hashes"),
    CheckConstraint("length(recorded_at) = 27", name="instant"),
    **_SQLITE,
)
"""
One row per commit: the entries from ``first_seq`` (included) to ``size_after`` (excluded).

``root`` is the Merkle root of all entries of the ledger up to there, ``frontier`` what the next commit
needs to go on from it. ``digest`` is the SHA-256 of the request, so that an idempotency key seen again
is told from one used for something else.
"""

ledger_event = Table(
    "ledger_event",
    metadata,
    Column("ledger", _TEXT, nullable=False),
    Column("seq", _BIG, nullable=False),
    Column("commit_no", _BIG, nullable=False),
    Column("kind", _TEXT, nullable=False),
    Column("project", _TEXT),
    Column("milestone", _TEXT),
    Column("earliest", Integer),
    Column("latest", Integer),
    Column("whole", Integer, nullable=False),
    Column("quantity", _BIG),
    Column("contested", Integer, nullable=False),
    Column("published_on", Integer),
    Column("source", _TEXT),
    Column("target_seq", _BIG),
    Column("body", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    PrimaryKeyConstraint("ledger", "seq"),
    # An entry is inserted before the commit that closes over it: the key is looked at on COMMIT.
    ForeignKeyConstraint(
        ["ledger", "commit_no"],
        ["ledger_commit.ledger", "ledger_commit.no"],
        deferrable=True,
        initially="DEFERRED",
    ),
    CheckConstraint("seq >= 0", name="numbered"),
    CheckConstraint("whole IN (0, 1) AND contested IN (0, 1)", name="flags"),
    CheckConstraint(_DAY.format("earliest"), name="earliest"),
    CheckConstraint(_DAY.format("latest"), name="latest"),
    CheckConstraint(_DAY.format("published_on"), name="published_on"),
    CheckConstraint("target_seq IS NULL OR target_seq < seq", name="target"),
    CheckConstraint("length(leaf) = 32", name="leaf"),
    _same_hash("leaf = sha256('\\x00'::bytea || body)"),
    **_SQLITE,
)
"""
One row per entry; ``index_columns`` gives the meaning of every column.
"""

ledger_project = Table(
    "ledger_project",
    metadata,
    Column("ledger", _TEXT, nullable=False),
    Column("project", _TEXT, nullable=False),
    Column("size", _BIG),
    Column("member_of", _TEXT),
    Column("domain", _TEXT, nullable=False),
    Column("delivery", _TEXT),
    PrimaryKeyConstraint("ledger", "project"),
    **_SQLITE,
)
"""
The projects in force at the end of the log; ``size`` is NULL where it is unknown.
"""

ledger_name = Table(
    "ledger_name",
    metadata,
    Column("ledger", _TEXT, nullable=False),
    Column("key", _TEXT, nullable=False),
    Column("project", _TEXT, nullable=False),
    PrimaryKeyConstraint("ledger", "key"),
    **_SQLITE,
)
"""
Who holds which id, name or alias; ``key`` is ``registry.name_key`` of it.
"""

COMMIT_COLUMNS = tuple(ledger_commit.c.keys())
EVENT_COLUMNS = tuple(ledger_event.c.keys())


@lru_cache(maxsize=1 << 13)  # twenty years; the entries of a log name the same days again and again
def day_number(day: date | None) -> int | None:
    """
    A civil day as the integer ``YYYYMMDD``; ``None`` stays ``None``.

    >>> day_number(date(2019, 8, 14))
    20190814
    """
    return None if day is None else day.year * 10000 + day.month * 100 + day.day


def instant_text(instant: datetime) -> str:
    """
    An aware instant as UTC text with microseconds: text order is time order.
    """
    return instant.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def instant_of(text: str) -> datetime:
    """
    The instant, in UTC, that ``instant_text`` wrote.

    Raises:
        ValueError: If ``text`` is no instant.
    """
    return datetime.fromisoformat(text)


@lru_cache(maxsize=1 << 13)
def day_of(number: int | None) -> date | None:
    """
    The civil day that ``day_number`` wrote.

    Raises:
        ValueError: If there is no such day.
    """
    return None if number is None else date(number // 10000, number // 100 % 100, number % 100)


def _days(event: Event) -> tuple[date | None, date | None]:
    """
    The first and last day that a row is found by; ``None`` is an open end, or no day at all.

    A pending milestone lies after ``on``, so its earliest day is the next one and no query has to
    calculate with dates. Promises, obstacles and targets give their deadline, sources their
    publication, everything else the day it speaks of.
    """
    match event:
        case MilestonePending():
            return day_after(event.on), None
        case ActivityChanged() | BlockerCleared():
            return event.on, event.on
        case SourceRegistered():
            days: UncertainDate | None = event.published
        case TotalReported():
            days = event.on
        case _:
            days = getattr(event, "occurred", None) or getattr(event, "deadline", None)
    return (None, None) if days is None else (days.earliest, days.latest)


def index_columns(entry: Entry) -> dict[str, Any]:
    """
    What the columns of ``ledger_event`` hold besides ``body`` and ``leaf``.

    ``milestone`` of a changed activity is the activity. ``whole`` is 1 where a statement that could
    name a quantity names none, else 0. ``source`` is the source cited, or the one registered.
    """
    return dict(zip(EVENT_COLUMNS, index_values(entry), strict=False))


def index_values(entry: Entry) -> tuple[Any, ...]:
    """
    The values of ``index_columns``, in the order of the table, whose last columns ``body`` and ``leaf`` are.
    """
    event = entry.event
    earliest, latest = _days(event)
    quantity = getattr(event, "quantity", None)
    return (
        entry.ledger,
        entry.seq,
        entry.commit_no,
        kind_of(event),
        project_of(event),
        event.activity.value if isinstance(event, ActivityChanged) else getattr(event, "milestone", None),
        day_number(earliest),
        day_number(latest),
        int(quantity is None and hasattr(event, "quantity")),
        quantity,
        int(getattr(event, "contested", False)),
        day_number(entry.published_on),
        getattr(event, "source", None),
        event.target if isinstance(event, EntryRetracted) else None,
    )


def outline_values(outline: Outline) -> tuple[Any, ...]:
    """
    The values of ``index_columns`` from ``project`` on that are no stamps, of an event known in outline.

    They are those of its sample, but for its own texts.
    """
    texts = outline.texts
    milestone, earliest, latest, whole, quantity, contested, target = _sample_values(outline.sample)
    return (
        texts.get("project"),
        texts.get("milestone", milestone),
        earliest,
        latest,
        whole,
        quantity,
        contested,
        texts.get("source"),
        target,
    )


@lru_cache(maxsize=1 << 14)
def _sample_values(sample: Sample) -> tuple[Any, ...]:
    """
    What the columns hold of a sample that is none of its texts; a changed activity is no text.
    """
    entry = Entry(
        ledger="",
        seq=0,
        commit_no=0,
        recorded_at=datetime.min.replace(tzinfo=UTC),
        actor="",
        published_on=None,
        event=sample.event,
    )
    *_, milestone, earliest, latest, whole, quantity, contested, _, _, target = index_values(entry)
    return milestone, earliest, latest, whole, quantity, contested, target
