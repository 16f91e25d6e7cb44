"""
What a hostile account of PostgreSQL may try on the log, its guards and its database.
"""

from __future__ import annotations

ON_A_TABLE = (
    "UPDATE {t} SET ledger = 'x'",
    "UPDATE {t} SET ledger = ledger WHERE ledger = 'nobody'",
    "DELETE FROM {t}",
    "DELETE FROM {t} WHERE ledger = 'nobody'",
    "WITH gone AS (DELETE FROM {t} RETURNING *) SELECT count(*) FROM gone",
    "TRUNCATE {t}",
    "TRUNCATE {t} CASCADE",
    "MERGE INTO {t} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "MERGE INTO {t} t USING (SELECT 1) s ON true WHEN MATCHED THEN UPDATE SET ledger = 'x'",
    "MERGE INTO {t} t USING (SELECT * FROM {t}) s ON false "
    "WHEN NOT MATCHED THEN INSERT ({columns}) VALUES ({values})",
    "INSERT INTO {t} SELECT * FROM {t}",
    "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT DO NOTHING",
    "INSERT INTO {t} SELECT * FROM {t} ON CONFLICT (ledger, {key}) DO UPDATE SET ledger = 'x'",
    "COPY {t} FROM PROGRAM 'true'",
    "SELECT * FROM {t} FOR UPDATE",
    "SET session_replication_role = replica; DELETE FROM {t}",
    "SET LOCAL row_security = off; DELETE FROM {t}",
    "SET ROLE postgres; DELETE FROM {t}",
    "SET SESSION AUTHORIZATION postgres; DELETE FROM {t}",
    "DROP TABLE {t} CASCADE",
    "DROP TRIGGER {t}_change ON {t}",
    "DROP TRIGGER {t}_insert ON {t}",
    "DROP FUNCTION {t}_change() CASCADE",
    "ALTER TRIGGER {t}_insert ON {t} RENAME TO other",
    "ALTER FUNCTION {t}_insert() RESET search_path",
    "CREATE OR REPLACE FUNCTION {t}_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "ALTER TABLE {t} DISABLE TRIGGER ALL",
    "ALTER TABLE {t} DISABLE TRIGGER {t}_insert",
    "ALTER TABLE {t} ENABLE REPLICA TRIGGER {t}_insert",
    "ALTER TABLE {t} RENAME TO other",
    "ALTER TABLE {t} SET SCHEMA pg_temp",
    "ALTER TABLE {t} ADD COLUMN extra text",
    "ALTER TABLE {t} ALTER COLUMN ledger TYPE varchar(1)",
    "ALTER TABLE {t} SET UNLOGGED",
    "ALTER TABLE {t} OWNER TO CURRENT_USER",
    "ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE {t} INHERIT pg_catalog.pg_class",
    "CREATE POLICY hide ON {t} USING (false)",
    "CREATE RULE swallow AS ON INSERT TO {t} DO INSTEAD NOTHING",
    "CREATE TRIGGER swallow BEFORE INSERT ON {t} FOR EACH ROW "
    "EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE TABLE mine (ledger text, {key} bigint, FOREIGN KEY (ledger, {key}) REFERENCES {t})",
    "CREATE TABLE public.mine (LIKE {t})",
    "CREATE UNIQUE INDEX ON {t} (ledger)",
    "DELETE FROM pg_catalog.pg_trigger WHERE tgrelid = '{t}'::regclass",
    "UPDATE pg_catalog.pg_trigger SET tgenabled = 'D' WHERE tgrelid = '{t}'::regclass",
)
ON_THE_DATABASE = (
    "ALTER TABLE ledger_event DROP CONSTRAINT fk_ledger_event_ledger_commit",
    "ALTER TABLE ledger_event ALTER CONSTRAINT fk_ledger_event_ledger_commit NOT DEFERRABLE",
    "CREATE FUNCTION public.max(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT 0::bigint'",
    "CREATE SCHEMA mine",
    "DROP SCHEMA public CASCADE",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION ledger_event_change()",
    "UPDATE ledger_version SET version_num = '9999'",
    "DELETE FROM ledger_version",
    "ALTER ROLE milestone_ledger_writer SUPERUSER",
    "GRANT postgres TO CURRENT_USER",
    "ALTER SYSTEM SET fsync = off",
    "DROP OWNED BY postgres CASCADE",
    "REASSIGN OWNED BY postgres TO CURRENT_USER",
)
COLUMNS = {
    "ledger_event": ("seq", "ledger, seq, commit_no, kind, whole, contested, body, leaf"),
    "ledger_commit": ("no", "ledger, no, first_seq, size_after, root, frontier, recorded_at, actor, digest"),
}
ATTACKS = [
    *ON_THE_DATABASE,
    *(
        attack.format(
            t=table, key=key, columns=columns, values=", ".join(f"s.{c}" for c in columns.split(", "))
        )
        for table, (key, columns) in COLUMNS.items()
        for attack in ON_A_TABLE
    ),
]
