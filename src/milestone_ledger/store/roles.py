"""
The roles of PostgreSQL: a writer may add to the log and read it, a reader may read it, neither may more.

The owner of the tables, who runs the migrations, can take the guards away; so nobody should work as the
owner. The two roles are groups that cannot log in: accounts become members of them.
"""

from __future__ import annotations

from attrs import field, frozen
from sqlalchemy import Connection

from milestone_ledger.domain import values
from milestone_ledger.errors import DatabaseUnavailableError, InvalidValueError
from milestone_ledger.store.connect import parse_url, rows, shown_url
from milestone_ledger.store.migrate import changing, require_current
from milestone_ledger.store.tables import VERSION_TABLE

LOG = ("ledger_commit", "ledger_event")
INDEX = ("ledger_name", "ledger_project")
TABLES = (*LOG, *INDEX, VERSION_TABLE)

_READING = frozenset((table, "SELECT") for table in TABLES)
# The index is written anew for the projects that a commit touches, so rows of it are deleted too.
_WRITING = frozenset({(table, "INSERT") for table in (*LOG, *INDEX)} | {(table, "DELETE") for table in INDEX})
_PRIVILEGES = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

# What PostgreSQL cuts names off at, without a word.
_LONGEST_NAME = 63


@frozen(kw_only=True)
class Roles:
    """
    The names of the two group roles. Roles belong to the whole server: databases may share a pair.
    """

    writer: str = field(default="milestone_ledger_writer", validator=values.name)
    reader: str = field(default="milestone_ledger_reader", validator=values.name)

    def __attrs_post_init__(self) -> None:
        for name in (self.writer, self.reader):
            if len(name.encode()) > _LONGEST_NAME:
                raise InvalidValueError(
                    "role",
                    name,
                    (f"give a name of at most {_LONGEST_NAME} bytes", f"名称不得超过 {_LONGEST_NAME} 字节"),
                )
        if self.writer == self.reader:
            raise InvalidValueError(
                "role", self.writer, ("the writer and the reader must differ", "写入角色与只读角色不得相同")
            )


def role_statements(url: str, roles: Roles) -> tuple[str, ...]:
    """
    The SQL that makes the two roles, or mends what they may do; for the owner of the tables to run.

    Run again, it changes nothing.

    Raises:
        InvalidValueError: If the database is a file, or a role exists and is more than a group.
        ForeignDatabaseError, SchemaVersionError: If the database is not one of ours at this revision.
        DatabaseUnavailableError: If it cannot be reached.
    """
    _refuse_files(url)
    with changing(url) as conn:
        return _statements(conn, roles)


def apply_roles(url: str, roles: Roles) -> tuple[str, ...]:
    """
    Run what ``role_statements`` gives, in one transaction, and look whether it came to that.

    Raises:
        NotPermittedError: If the account may not create roles, or does not own the tables.
        DatabaseUnavailableError: If a role holds more or less than it should all the same.
        InvalidValueError, ForeignDatabaseError, SchemaVersionError: As ``role_statements``.
    """
    _refuse_files(url)
    with changing(url) as conn:
        statements = _statements(conn, roles)
        for statement in statements:
            conn.exec_driver_sql(statement, execution_options={"no_parameters": True})
        for role, due in ((roles.writer, _READING | _WRITING), (roles.reader, _READING)):
            if wrong := sorted(due ^ _held(conn, role)):
                raise DatabaseUnavailableError(shown_url(conn.engine.url), _unlike(role, wrong, due))
        return statements


def _unlike(role: str, wrong: list[tuple[str, str]], due: frozenset[tuple[str, str]]) -> tuple[str, str]:
    table, privilege = wrong[0]
    if (table, privilege) in due:
        return (
            f"role {role} still has no {privilege} on {table}; run it as the owner of the tables",
            f"角色 {role} 仍没有 {table} 的 {privilege} 权限；请以表的所有者运行",
        )
    return (
        f"role {role} still has {privilege} on {table}, from another grant or role; revoke that first",
        f"角色 {role} 仍有 {table} 的 {privilege} 权限，来自其他授权或角色；请先收回",
    )


def _refuse_files(url: str) -> None:
    parsed = parse_url(url)
    if parsed.get_backend_name() == "sqlite":
        raise InvalidValueError(
            "roles",
            shown_url(parsed),
            (
                "a file has no roles, and whoever may write to it may change all of it: let one account "
                "own the file and its folder (chmod 640 and 750), and readers share its group",
                "文件没有角色之分，能写文件的人就能改动其全部内容："
                "请只让一个账号拥有该文件及所在文件夹（chmod 640 与 750），其他人以同组只读",
            ),
        )


def _statements(conn: Connection, roles: Roles) -> tuple[str, ...]:
    require_current(conn, conn.engine.url)
    schema, database, writer, reader = rows(
        conn,
        """
        SELECT quote_ident(n.nspname), quote_ident(current_database()), quote_ident(?), quote_ident(?)
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.oid = to_regclass('ledger_event')
        """,
        roles.writer,
        roles.reader,
    )[0]
    known = {writer: _is_known_group(conn, roles.writer), reader: _is_known_group(conn, roles.reader)}
    log, index, tables = (", ".join(f"{schema}.{table}" for table in group) for group in (LOG, INDEX, TABLES))
    return (
        *(f"CREATE ROLE {role} NOLOGIN" for role, is_known in known.items() if not is_known),
        f"REVOKE ALL ON {tables} FROM PUBLIC, {writer}, {reader}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {writer}, {reader}",
        f"GRANT CONNECT ON DATABASE {database} TO {writer}, {reader}",
        f"GRANT USAGE ON SCHEMA {schema} TO {writer}, {reader}",
        f"GRANT SELECT ON {tables} TO {writer}, {reader}",
        f"GRANT INSERT ON {log} TO {writer}",
        f"GRANT INSERT, DELETE ON {index} TO {writer}",
    )


def _is_known_group(conn: Connection, role: str) -> bool:
    """
    Whether ``role`` exists.

    Raises:
        InvalidValueError: If it can log in, is mighty, or is or becomes the owner of the tables.
    """
    found = rows(
        conn,
        """
        SELECT r.rolcanlogin OR r.rolsuper OR r.rolcreaterole OR r.rolbypassrls
               OR pg_has_role(r.oid, c.relowner, 'MEMBER')
          FROM pg_roles r, pg_class c WHERE r.rolname = ? AND c.oid = to_regclass('ledger_event')
        """,
        role,
    )
    if found and found[0][0]:
        raise InvalidValueError(
            "role",
            role,
            (
                "this role can log in, is an administrator, or owns the tables; give the name of a group, "
                "or a new one",
                "该角色可登录、是管理员，或拥有这些表；请给出组角色的名称，或新的名称",
            ),
        )
    return bool(found)


def _held(conn: Connection, role: str) -> frozenset[tuple[str, str]]:
    """
    What ``role`` may do with the tables, however it came by it.
    """
    found = rows(
        conn,
        """
        SELECT t.name, p.privilege FROM unnest(?::text[]) t(name), unnest(?::text[]) p(privilege)
         WHERE has_table_privilege(?, to_regclass(t.name), p.privilege)
        """,
        list(TABLES),
        list(_PRIVILEGES),
        role,
    )
    return frozenset((str(table), str(privilege)) for table, privilege in found)
