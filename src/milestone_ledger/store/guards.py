"""
The triggers that make the log append-only, and whether a database still has them, and nothing beside them.

The texts here are what the database must hold; the migrations carry their own frozen copies, and a test
proves that both agree. On both databases every UPDATE and DELETE (and TRUNCATE) is refused, and an INSERT
is taken only as the very next entries or commit: that covers gaps, rows put into a closed commit, and every
way to overwrite (``INSERT OR REPLACE``, upserts, MERGE), since no key that exists is ever the next one.
Entries without a commit are refused by the deferred foreign key of ``ledger_event``.
The statement that inserts entries may insert a commit too, by a CTE or a function; so they must lie after
the last commit that there is in the end, and be of the one after it.
``AND seq >= 0`` and ``AND no >= 0`` exclude nothing: they lead SQLite to the primary key, whose last row is
found at once, where another index would be read from end to end.
"""

from __future__ import annotations

from attrs import frozen
from sqlalchemy import Connection

from milestone_ledger.store.asking import Answer, Question, ask


@frozen
class Guard:
    """
    One trigger: it runs before ``events`` on ``table``.

    On PostgreSQL it is a function and a trigger of one name, ``ALWAYS`` enabled, so that no
    ``session_replication_role`` passes by; ``body`` is the text of the function. What a subscription brings
    does pass by those that look at statements, which PostgreSQL does not run for it. On SQLite ``body`` is
    what stands between BEGIN and END.

    Insertions are looked at row by row, or, ``at_once``, when a statement has made them all: a function for
    each row takes PostgreSQL as long as everything else that it does for it. Anything else is refused
    before the first row is touched.
    """

    name: str
    table: str
    events: str
    body: str
    at_once: bool = False

    def sqlite(self) -> tuple[str, ...]:
        """
        The statements that create it on SQLite.
        """
        return (f"CREATE TRIGGER {self.name} BEFORE {self.events} ON {self.table} BEGIN{self.body}END",)

    def postgresql(self, schema: str) -> tuple[str, ...]:
        """
        The statements that create it on PostgreSQL, in ``schema`` (quoted if need be).

        It takes the place of any trigger of its name. Its search path is pinned, or a temporary table of the
        same name could be put before ours.
        """
        return (
            f"CREATE OR REPLACE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql "
            f"SET search_path = {schema}, pg_temp AS $guard${self.body}$guard$",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"CREATE TRIGGER {self.name} {self._when()} EXECUTE FUNCTION {self.name}()",
            f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER {self.name}",
        )

    def _when(self) -> str:
        if self.at_once:
            return (
                f"AFTER {self.events} ON {self.table} REFERENCING NEW TABLE AS {_INSERTED} FOR EACH STATEMENT"
            )
        level = "ROW" if self.events == "INSERT" else "STATEMENT"
        return f"BEFORE {self.events} ON {self.table} FOR EACH {level}"

    def kind(self) -> str:
        """
        What PostgreSQL's catalogue says of when it runs: ``tgtype``, and ``tgnewtable`` if it has one.
        """
        if self.at_once:
            return f"{_AFTER_INSERT} {_INSERTED}"
        return str(_BEFORE_EACH_INSERT if self.events == "INSERT" else _BEFORE_ANY_CHANGE)


# What a function that looks at all rows of a statement calls them. PostgreSQL looks there before it looks
# for a table of that name.
_INSERTED = "inserted"
# Bits of pg_trigger.tgtype.
_AFTER_INSERT, _BEFORE_EACH_INSERT, _BEFORE_ANY_CHANGE = 4, 7, 58

SQLITE = (
    Guard(
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
    Guard(
        "ledger_event_update",
        "ledger_event",
        "UPDATE",
        """
  SELECT RAISE(ABORT, 'append-only: UPDATE of ledger_event');
""",
    ),
    Guard(
        "ledger_event_delete",
        "ledger_event",
        "DELETE",
        """
  SELECT RAISE(ABORT, 'append-only: DELETE from ledger_event');
""",
    ),
    Guard(
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
    Guard(
        "ledger_commit_update",
        "ledger_commit",
        "UPDATE",
        """
  SELECT RAISE(ABORT, 'append-only: UPDATE of ledger_commit');
""",
    ),
    Guard(
        "ledger_commit_delete",
        "ledger_commit",
        "DELETE",
        """
  SELECT RAISE(ABORT, 'append-only: DELETE from ledger_commit');
""",
    ),
)

_REFUSE = """
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'restrict_violation',
    MESSAGE = 'append-only: ' || TG_OP || ' of ' || TG_TABLE_NAME;
END
"""

POSTGRESQL = (
    Guard(
        "ledger_event_insert",
        "ledger_event",
        "INSERT",
        at_once=True,
        body="""
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
    Guard("ledger_event_change", "ledger_event", "UPDATE OR DELETE OR TRUNCATE", _REFUSE),
    Guard(
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
    Guard("ledger_commit_change", "ledger_commit", "UPDATE OR DELETE OR TRUNCATE", _REFUSE),
)

_FOREIGN_KEY = "fk_ledger_event_ledger_commit"
# Constraints of ledger_event that guard it too, as PostgreSQL itself writes them.
_CONSTRAINTS = {
    _FOREIGN_KEY: "FOREIGN KEY (ledger, commit_no) REFERENCES ledger_commit(ledger, no) "
    "DEFERRABLE INITIALLY DEFERRED",
    "pk_ledger_event": "PRIMARY KEY (ledger, seq)",
    "ck_ledger_event_leaf_of_body": "CHECK ((leaf = sha256(('\\x00'::bytea || body))))",
}


_LOG = ("ledger_event", "ledger_commit")
_FOREIGN = ("TRIGGER", "RULE", "POLICY", "SECURITY")
# Each finds rows of: what it is, its name, its table, and what must be so of a guard.
_FOUND_SQLITE = """
SELECT 'TRIGGER', name, tbl_name, sql FROM main.sqlite_schema WHERE type = 'trigger'
 UNION ALL
SELECT 'KEY', "from", "table", "to" FROM pragma_foreign_key_list('ledger_event')
"""
_FOUND_POSTGRESQL = f"""
SELECT f.what, f.name::text, c.relname::text, NULL
  FROM (SELECT 'TRIGGER' AS what, tgname AS name, tgrelid AS log
          FROM pg_trigger WHERE NOT tgisinternal
        UNION ALL
        SELECT 'RULE', rulename, ev_class FROM pg_rewrite
        UNION ALL
        SELECT 'POLICY', polname, polrelid FROM pg_policy
        UNION ALL
        SELECT 'SECURITY', 'row security', oid FROM pg_class WHERE relrowsecurity) f
  JOIN pg_class c ON c.oid = f.log
 WHERE f.log IN (to_regclass('ledger_event'), to_regclass('ledger_commit'))
 UNION ALL
SELECT concat_ws(' ', t.tgtype, t.tgnewtable), t.tgname::text, c.relname::text, p.prosrc
  FROM pg_trigger t
  JOIN pg_proc p ON p.oid = t.tgfoid AND p.proname = t.tgname
  JOIN pg_language l ON l.oid = p.prolang AND l.lanname = 'plpgsql'
  JOIN pg_class c ON c.oid = t.tgrelid AND c.relnamespace = p.pronamespace
  JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE t.tgrelid IN (to_regclass('ledger_event'), to_regclass('ledger_commit'))
   AND t.tgenabled = 'A' AND NOT t.tgisinternal AND t.tgqual IS NULL AND t.tgnargs = 0
   AND cardinality(t.tgattr::int2[]) = 0 AND p.provolatile = 'v' AND NOT p.prosecdef
   AND p.proconfig = ARRAY['search_path=' || quote_ident(n.nspname) || ', pg_temp']
 UNION ALL
SELECT 'CONSTRAINT', k.conname::text, 'ledger_event', pg_get_constraintdef(k.oid) FROM pg_constraint k
 WHERE k.conrelid = to_regclass('ledger_event') AND k.convalidated
   AND k.conname IN ({", ".join(map(repr, _CONSTRAINTS))})
   AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O')
"""  # noqa: S608 (our own names)


def guard_question(conn: Connection) -> Question:
    """
    What to ask a database, so that ``missing_from`` can tell; it is answered from the catalogue alone.
    """
    return (_FOUND_SQLITE if conn.dialect.name == "sqlite" else _FOUND_POSTGRESQL,)


def missing_from(conn: Connection, found: Answer) -> tuple[str, ...]:
    """
    The names of the guards that are missing, altered or disabled, and of what is foreign.

    Foreign triggers and rules could swallow what is written, and row security hide what is there from
    everybody but the owner. Empty if the log is protected.
    """
    missing = _missing_sqlite(found) if conn.dialect.name == "sqlite" else _missing_postgresql(found)
    return tuple(dict.fromkeys((*missing, *(name for name, _ in _foreign(conn, found)))))


def missing_guards(conn: Connection) -> tuple[str, ...]:
    """
    Ask, and tell what ``missing_from`` tells.
    """
    return missing_from(conn, *ask(conn, guard_question(conn)))


def repair_guards(conn: Connection) -> tuple[str, ...]:
    """
    Put back, or drop, what ``missing_guards`` reports, and return the names.

    A lost foreign key of ``ledger_event`` stays lost on SQLite: the table would have to be rebuilt, so
    restore a backup.
    """
    (found,) = ask(conn, guard_question(conn))
    missing = missing_from(conn, found)
    for _, dropping in _foreign(conn, found):
        conn.exec_driver_sql(dropping)
    if conn.dialect.name == "sqlite":
        for guard in SQLITE:
            if guard.name in missing:
                conn.exec_driver_sql(f"DROP TRIGGER IF EXISTS {guard.name}")
                for statement in guard.sqlite():
                    conn.exec_driver_sql(statement)
        return missing
    schema = str(conn.exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one())
    for guard in POSTGRESQL:
        if guard.name in missing:
            for statement in guard.postgresql(schema):
                conn.exec_driver_sql(statement)
    for name, definition in _CONSTRAINTS.items():
        if name in missing:
            conn.exec_driver_sql(f"ALTER TABLE ledger_event DROP CONSTRAINT IF EXISTS {name}")
            conn.exec_driver_sql(f"ALTER TABLE ledger_event ADD CONSTRAINT {name} {definition}")
    return missing


def _foreign(conn: Connection, found: Answer) -> list[tuple[str, str]]:
    """
    The triggers, rules and policies on the log that are not ours: each with its name and what drops it.

    SQLite keeps the name of the table as it was spelled. The triggers of PostgreSQL's own constraints are
    looked at with the foreign key.
    """
    is_sqlite = conn.dialect.name == "sqlite"
    ours = {(guard.name, guard.table) for guard in (SQLITE if is_sqlite else POSTGRESQL)}
    quoted = conn.dialect.identifier_preparer.quote_identifier
    return [
        (name, _dropping(what, quoted(name), None if is_sqlite else table))
        for what, name, spelled, _ in found
        if what in _FOREIGN and (table := spelled.lower()) in _LOG and (name, table) not in ours
    ]


def _dropping(what: str, name: str, table: str | None) -> str:
    if what == "SECURITY":
        return f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    return f"DROP {what} {name}" + ("" if table is None else f" ON {table}")


def _plain(text: str) -> str:
    """
    ``text`` without differences of white space.
    """
    return " ".join(text.split())


def _missing_sqlite(found: Answer) -> list[str]:
    triggers = {(name, table): _plain(sql or "") for what, name, table, sql in found if what == "TRIGGER"}
    missing = [
        guard.name
        for guard in SQLITE
        if triggers.get((guard.name, guard.table)) != _plain("; ".join(guard.sqlite()))
    ]
    keys = {(table, own, its) for what, own, table, its in found if what == "KEY"}
    if keys != {("ledger_commit", "ledger", "ledger"), ("ledger_commit", "commit_no", "no")}:
        missing.append(_FOREIGN_KEY)
    return missing


def _missing_postgresql(found: Answer) -> list[str]:
    standing = {(what, name, table): text for what, name, table, text in found}
    missing = [
        guard.name
        for guard in POSTGRESQL
        if _plain(standing.get((guard.kind(), guard.name, guard.table), "")) != _plain(guard.body)
    ]
    return missing + [
        name
        for name, definition in _CONSTRAINTS.items()
        if standing.get(("CONSTRAINT", name, "ledger_event")) != definition
    ]
