"""
The log: commits and entries, the triggers that protect them, and the index of projects and names.

Self-contained: it imports nothing of milestone_ledger, and never uses batch mode.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPLICATION_ID = 0x4D4C4C47
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SQLITE_TABLE: dict[str, Any] = {"sqlite_strict": True, "sqlite_with_rowid": False}
DAY = "{0} IS NULL OR {0} BETWEEN 10101 AND 99991231"

# Each: its name, its table, what it runs before, what stands between BEGIN and END.
SQLITE_TRIGGERS = (
    (
        "ledger_event_insert",
        "ledger_event",
        "INSERT",
        """
  SELECT RAISE(ABORT, 'append-only: an entry must take the next seq of its ledger')
   WHERE NEW.seq IS NOT
         (SELECT coalesce(max(seq) + 1, 0) FROM ledger_event WHERE ledger = NEW.ledger AND seq >= 0);
  SELECT RAISE(ABORT, 'append-only: an entry must belong to the next commit of its ledger')
   WHERE NEW.commit_no IS NOT
         (SELECT coalesce(max(no) + 1, 0) FROM ledger_commit WHERE ledger = NEW.ledger AND no >= 0);
  SELECT RAISE(ABORT, 'append-only: foreign keys must be on, or entries could stay without a commit')
   WHERE (SELECT foreign_keys FROM pragma_foreign_keys) IS NOT 1;
""",
    ),
    (
        "ledger_event_update",
        "ledger_event",
        "UPDATE",
        """
  SELECT RAISE(ABORT, 'append-only: UPDATE of ledger_event');
""",
    ),
    (
        "ledger_event_delete",
        "ledger_event",
        "DELETE",
        """
  SELECT RAISE(ABORT, 'append-only: DELETE from ledger_event');
""",
    ),
    (
        "ledger_commit_insert",
        "ledger_commit",
        "INSERT",
        """
  SELECT RAISE(ABORT, 'append-only: a commit must take the next number of its ledger')
   WHERE NEW.no IS NOT
         (SELECT coalesce(max(no) + 1, 0) FROM ledger_commit WHERE ledger = NEW.ledger AND no >= 0);
  SELECT RAISE(ABORT, 'append-only: the idempotency key is taken')
   WHERE EXISTS (SELECT 1 FROM ledger_commit
                  WHERE ledger = NEW.ledger AND idempotency_key = NEW.idempotency_key);
  SELECT RAISE(ABORT, 'append-only: a commit must begin where the last one ended')
   WHERE NEW.first_seq IS NOT
         coalesce((SELECT size_after FROM ledger_commit WHERE ledger = NEW.ledger AND no = NEW.no - 1), 0);
  SELECT RAISE(ABORT, 'append-only: a commit must end with the last entry')
   WHERE NEW.size_after IS NOT
         (SELECT max(seq) + 1 FROM ledger_event WHERE ledger = NEW.ledger AND seq >= 0);
  SELECT RAISE(ABORT, 'append-only: a commit must be recorded after the last one')
   WHERE NEW.recorded_at <=
         (SELECT recorded_at FROM ledger_commit WHERE ledger = NEW.ledger AND no = NEW.no - 1);
""",
    ),
    (
        "ledger_commit_update",
        "ledger_commit",
        "UPDATE",
        """
  SELECT RAISE(ABORT, 'append-only: UPDATE of ledger_commit');
""",
    ),
    (
        "ledger_commit_delete",
        "ledger_commit",
        "DELETE",
        """
  SELECT RAISE(ABORT, 'append-only: DELETE from ledger_commit');
""",
    ),
)

REFUSE = """
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
    MESSAGE = 'append-only: ' || TG_OP || ' of ' || TG_TABLE_NAME;
END
"""

# Each: its name (that of its function too), its table, what it looks at, the text of the function.
POSTGRESQL_TRIGGERS = (
    (
        "ledger_event_insert",
        "ledger_event",
        "INSERT",
        """
DECLARE
  part record;
  closed ledger_commit;
BEGIN
  FOR part IN
    SELECT ledger, min(seq) AS first, max(seq) AS last, count(*) AS entries,
           min(commit_no) AS least, max(commit_no) AS most
      FROM inserted GROUP BY ledger
  LOOP
    IF part.first IS DISTINCT FROM
       (SELECT coalesce(max(seq) + 1, 0) FROM ledger_event
         WHERE ledger = part.ledger AND seq >= 0 AND seq < part.first)
       OR part.last - part.first + 1 <> part.entries
       OR part.last <> (SELECT max(seq) FROM ledger_event WHERE ledger = part.ledger AND seq >= 0) THEN
      RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
        MESSAGE = 'append-only: an entry must take the next seq of its ledger';
    END IF;
    SELECT * INTO closed FROM ledger_commit
     WHERE ledger = part.ledger AND no >= 0 ORDER BY no DESC LIMIT 1;
    IF part.least <> part.most OR part.most IS DISTINCT FROM coalesce(closed.no + 1, 0)
       OR part.first < closed.size_after THEN
      RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
        MESSAGE = 'append-only: an entry must belong to the next commit of its ledger';
    END IF;
  END LOOP;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
      MESSAGE = 'append-only: an INSERT must add the next entries';
  END IF;
  RETURN NULL;
END
""",
    ),
    ("ledger_event_change", "ledger_event", "UPDATE OR DELETE OR TRUNCATE", REFUSE),
    (
        "ledger_commit_insert",
        "ledger_commit",
        "INSERT",
        """
DECLARE
  last ledger_commit;
BEGIN
  SELECT * INTO last FROM ledger_commit WHERE ledger = NEW.ledger AND no >= 0 ORDER BY no DESC LIMIT 1;
  IF NEW.no IS DISTINCT FROM coalesce(last.no + 1, 0) THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
      MESSAGE = 'append-only: a commit must take the next number of its ledger';
  END IF;
  IF NEW.first_seq IS DISTINCT FROM coalesce(last.size_after, 0) THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
      MESSAGE = 'append-only: a commit must begin where the last one ended';
  END IF;
  IF NEW.size_after IS DISTINCT FROM
     (SELECT max(seq) + 1 FROM ledger_event WHERE ledger = NEW.ledger AND seq >= 0) THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
      MESSAGE = 'append-only: a commit must end with the last entry';
  END IF;
  IF NEW.recorded_at <= last.recorded_at THEN
    RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
      MESSAGE = 'append-only: a commit must be recorded after the last one';
  END IF;
  RETURN NEW;
END
""",
    ),
    ("ledger_commit_change", "ledger_commit", "UPDATE OR DELETE OR TRUNCATE", REFUSE),
)


# What SQLite's planner is to expect: rows, and rows for each longer prefix of the index. Without it every
# column is taken to narrow the search about tenfold, and whole ledgers are read where an index would do.
SQLITE_STATISTICS = (
    ("ledger_commit", "ledger_commit", "20000 2000 1"),
    ("ledger_event", "ledger_event", "1000000 100000 1"),
    ("ledger_event", "ix_ledger_event_commit_no", "1000000 100000 50 1"),
    ("ledger_event", "ix_ledger_event_kind", "1000000 100000 6000 1"),
    ("ledger_event", "ix_ledger_event_project", "900000 90000 10 3 2 1 1"),
    ("ledger_event", "ix_ledger_event_source", "900000 90000 500 100"),
    ("ledger_event", "ix_ledger_event_target_seq", "20000 2000 1 1"),
    ("ledger_event", "ix_ledger_event_evidence", "500000 50000 5 2 2 2 2 2 2 1 1 1"),
    ("ledger_project", "ledger_project", "100000 10000 1"),
    ("ledger_project", "ix_ledger_project_member_of", "100000 10000 10"),
    ("ledger_name", "ledger_name", "200000 20000 1"),
    ("ledger_name", "ix_ledger_name_project", "200000 20000 2"),
)


def upgrade() -> None:
    """
    Create everything in an empty database.
    """
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    _create_log(is_sqlite=is_sqlite)
    _create_index()
    if is_sqlite:
        for name, table, events, body in SQLITE_TRIGGERS:
            op.execute(f"CREATE TRIGGER {name} BEFORE {events} ON {table} BEGIN{body}END")
        op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        op.execute("ANALYZE")  # makes the table of statistics
        for table, index, rows in SQLITE_STATISTICS:
            op.execute(f"INSERT INTO sqlite_stat1 VALUES ('{table}', '{index}', '{rows}')")
        return
    schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    for name, table, events, body in POSTGRESQL_TRIGGERS:
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = {schema}, pg_temp AS $guard${body}$guard$"
        )
        when = f"BEFORE {events} ON {table} FOR EACH STATEMENT"
        if name == "ledger_commit_insert":
            when = f"BEFORE INSERT ON {table} FOR EACH ROW"
        elif name == "ledger_event_insert":  # row by row it would take longer than everything else
            when = f"AFTER INSERT ON {table} REFERENCING NEW TABLE AS inserted FOR EACH STATEMENT"
        op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION {name}()")
        op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def _create_log(*, is_sqlite: bool) -> None:
    op.create_table(
        "ledger_commit",
        sa.Column("ledger", TEXT, nullable=False),
        sa.Column("no", BIG, nullable=False),
        sa.Column("first_seq", BIG, nullable=False),
        sa.Column("size_after", BIG, nullable=False),
        sa.Column("root", sa.LargeBinary, nullable=False),
        sa.Column("frontier", TEXT, nullable=False),
        sa.Column("recorded_at", TEXT, nullable=False),
        sa.Column("actor", TEXT, nullable=False),
        sa.Column("idempotency_key", TEXT),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "no", name="pk_ledger_commit"),
        sa.UniqueConstraint("ledger", "idempotency_key", name="uq_ledger_commit_idempotency_key"),
        sa.CheckConstraint("first_seq >= 0 AND size_after > first_seq", name="ck_ledger_commit_holds_events"),
        sa.CheckConstraint("(no = 0) = (first_seq = 0) AND no >= 0", name="ck_ledger_commit_numbered"),
        sa.CheckConstraint("length(root) = 32 AND length(digest) = 32", name="ck_ledger_commit_hashes"),
        sa.CheckConstraint("length(recorded_at) = 27", name="ck_ledger_commit_instant"),
        **SQLITE_TABLE,
    )
    constraints: list[sa.Constraint] = [
        sa.ForeignKeyConstraint(
            ["ledger", "commit_no"],
            ["ledger_commit.ledger", "ledger_commit.no"],
            name="fk_ledger_event_ledger_commit",
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint("seq >= 0", name="ck_ledger_event_numbered"),
        sa.CheckConstraint("whole IN (0, 1) AND contested IN (0, 1)", name="ck_ledger_event_flags"),
        sa.CheckConstraint(DAY.format("earliest"), name="ck_ledger_event_earliest"),
        sa.CheckConstraint(DAY.format("latest"), name="ck_ledger_event_latest"),
        sa.CheckConstraint(DAY.format("published_on"), name="ck_ledger_event_published_on"),
        sa.CheckConstraint("target_seq IS NULL OR target_seq < seq", name="ck_ledger_event_target"),
        sa.CheckConstraint("length(leaf) = 32", name="ck_ledger_event_leaf"),
    ]
    if not is_sqlite:
        constraints.append(
            sa.CheckConstraint("leaf = sha256('\\x00'::bytea || body)", name="ck_ledger_event_leaf_of_body")
        )
    op.create_table(
        "ledger_event",
        sa.Column("ledger", TEXT, nullable=False),
        sa.Column("seq", BIG, nullable=False),
        sa.Column("commit_no", BIG, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("project", TEXT),
        sa.Column("milestone", TEXT),
        sa.Column("earliest", sa.Integer),
        sa.Column("latest", sa.Integer),
        sa.Column("whole", sa.Integer, nullable=False),
        sa.Column("quantity", BIG),
        sa.Column("contested", sa.Integer, nullable=False),
        sa.Column("published_on", sa.Integer),
        sa.Column("source", TEXT),
        sa.Column("target_seq", BIG),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("leaf", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "seq", name="pk_ledger_event"),
        *constraints,
        **SQLITE_TABLE,
    )
    op.create_index("ix_ledger_event_commit_no", "ledger_event", ["ledger", "commit_no"])
    op.create_index("ix_ledger_event_kind", "ledger_event", ["ledger", "kind", "seq"])
    op.create_index(
        "ix_ledger_event_project",
        "ledger_event",
        ["ledger", "project", "milestone", "kind", "published_on", "seq"],
    )
    for columns in (["source", "kind"], ["target_seq", "published_on"]):
        present = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(
            f"ix_ledger_event_{columns[0]}",
            "ledger_event",
            ["ledger", *columns],
            sqlite_where=present,
            postgresql_where=present,
        )
    evidence = sa.text("kind IN ('milestone_achieved', 'milestone_pending', 'activity_changed')")
    op.create_index(
        "ix_ledger_event_evidence",
        "ledger_event",
        [
            "ledger",
            "project",
            "milestone",
            "kind",
            "whole",
            "quantity",
            "contested",
            "published_on",
            "earliest",
            "latest",
            "seq",
        ],
        sqlite_where=evidence,
        postgresql_where=evidence,
    )


def _create_index() -> None:
    op.create_table(
        "ledger_project",
        sa.Column("ledger", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.Column("size", BIG),
        sa.Column("member_of", TEXT),
        sa.Column("domain", TEXT, nullable=False),
        sa.Column("delivery", TEXT),
        sa.PrimaryKeyConstraint("ledger", "project", name="pk_ledger_project"),
        **SQLITE_TABLE,
    )
    op.create_index("ix_ledger_project_member_of", "ledger_project", ["ledger", "member_of"])
    op.create_table(
        "ledger_name",
        sa.Column("ledger", TEXT, nullable=False),
        sa.Column("key", TEXT, nullable=False),
        sa.Column("project", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("ledger", "key", name="pk_ledger_name"),
        **SQLITE_TABLE,
    )
    op.create_index("ix_ledger_name_project", "ledger_name", ["ledger", "project"])
