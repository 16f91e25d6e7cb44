"""
What can be wrong with a PostgreSQL server, and who may do more than they should.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import URL, Connection

from milestone_ledger.store.connect import rows
from milestone_ledger.store.diagnosis import Finding

# The oldest that the guards can be put back on, in the server's own numbering.
_OLDEST = 140000
_ADVISED = ("full_page_writes", "data_checksums")

_ACCOUNT = """
SELECT current_user, r.rolsuper, pg_has_role(c.relowner, 'MEMBER')
  FROM pg_roles r, pg_class c WHERE r.rolname = current_user AND c.oid = to_regclass('ledger_event')
"""
# Table and column privileges. Whoever may make triggers could swallow what is written.
_GRANTS = """
SELECT DISTINCT coalesce(r.rolname, 'PUBLIC'), a.privilege_type, c.relname
  FROM pg_class c
  LEFT JOIN pg_attribute t ON t.attrelid = c.oid AND t.attacl IS NOT NULL
  CROSS JOIN LATERAL (SELECT * FROM aclexplode(c.relacl) UNION SELECT * FROM aclexplode(t.attacl)) a
  LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE c.oid IN (to_regclass('ledger_event'), to_regclass('ledger_commit')) AND a.grantee <> c.relowner
   AND a.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
 ORDER BY 1, 2, 3
"""
_CREATORS = """
SELECT DISTINCT n.nspname, coalesce(r.rolname, 'PUBLIC')
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) a
  LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE c.oid = to_regclass('ledger_event') AND a.privilege_type = 'CREATE'
   AND a.grantee NOT IN (n.nspowner, c.relowner)
 ORDER BY 1, 2
"""


def server(conn: Connection) -> str:
    """
    The release of the server, and the account.
    """
    version, account = rows(conn, "SELECT current_setting('server_version'), current_user")[0]
    return f"PostgreSQL {version}, {account}"


def findings(conn: Connection, _url: URL) -> Iterator[Finding]:
    """
    Everything but what a writer refuses.
    """
    version, number = rows(
        conn, "SELECT current_setting('server_version'), current_setting('server_version_num')::int"
    )[0]
    if number < _OLDEST:
        yield Finding.warning("server_version", version=version)
    for setting in _ADVISED:
        if rows(conn, "SELECT current_setting(?)", setting)[0][0] == "off":
            yield Finding.warning(setting)
    for account, is_superuser, is_owner in rows(conn, _ACCOUNT):
        if is_superuser or is_owner:
            yield Finding.warning("superuser" if is_superuser else "owner", account=account)
    if grants := rows(conn, _GRANTS):
        listed = ", ".join(f"{who}: {privilege} {table}" for who, privilege, table in grants)
        yield Finding.warning("grants", grants=listed)
    if creators := rows(conn, _CREATORS):
        yield Finding.warning("schema", schema=creators[0][0], names=", ".join(who for _, who in creators))
