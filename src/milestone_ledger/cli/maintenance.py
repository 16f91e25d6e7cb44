"""
Looking after the database: whether it is fit, who may do what, and taking a ledger out of it and in.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.errors.system import system_reason
from milestone_ledger.reports.diagnosis import diagnosis_data, diagnosis_text
from milestone_ledger.reports.table import safe
from milestone_ledger.store import migrate
from milestone_ledger.store.doctor import examine
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import Commit, commits
from milestone_ledger.store.repair import repair
from milestone_ledger.store.roles import Roles, apply_roles, role_statements
from milestone_ledger.store.transfer import dump as dump_lines
from milestone_ledger.store.transfer import load as load_lines


def doctor(arguments: Namespace, _: int | None) -> Answer:
    """
    Look at the database, and say everything that is wrong with it.
    """
    found = examine(arguments.db, deep=arguments.deep)
    return Answer(
        text=diagnosis_text(found, arguments.lang),
        data=diagnosis_data(found, arguments.lang),
        is_alarm=not found.is_writable,
    )


def roles(arguments: Namespace, _: int | None) -> Answer:
    """
    Print the SQL that sets up the roles of PostgreSQL, or run it.
    """
    wanted = Roles(writer=arguments.writer, reader=arguments.reader)
    statements = (apply_roles if arguments.apply else role_statements)(arguments.db, wanted)
    data = {
        "writer": wanted.writer,
        "reader": wanted.reader,
        "applied": arguments.apply,
        "statements": list(statements),
    }
    if not arguments.apply:
        script = "\n".join(f"{statement};" for statement in ("BEGIN", *statements, "COMMIT"))
        return Answer(text=script, data=data)
    said = {
        "zh": "角色已就绪：{0}（写入）、{1}（只读）。下一步，由管理员授予登录账号：\n"
        "  GRANT {0} TO 账号;\n  GRANT {1} TO 账号;",
        "en": "the roles are ready: {0} (writes), {1} (reads). Next, an administrator lets accounts in:\n"
        "  GRANT {0} TO account;\n  GRANT {1} TO account;",
    }
    return Answer(text=said[arguments.lang].format(wanted.writer, wanted.reader), data=data)


def dump(arguments: Namespace, _: int | None) -> Answer:
    """
    Write the whole ledger into a new file, as lines; what it holds is on the disk when this returns.
    """
    path = Path(arguments.file)
    with open_ledger(arguments) as ledger, _file_errors("dump", path), path.open("xb") as file:
        try:
            with reading(ledger.engine) as conn:
                file.writelines(dump_lines(conn, ledger.name))
                last = commits(conn, ledger.name)[-1]
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink()
            raise
    said = {
        "zh": "台账“{0}”共 {1} 条已写入 {2}，根 {3}",
        "en": "wrote ledger {0!r}, {1} entries, to {2}, root {3}",
    }
    return _transferred(said[arguments.lang], last, path)


def load(arguments: Namespace, _: int | None) -> Answer:
    """
    Enter a dumped ledger into a database that has none of its name; makes the file if there is none.
    """
    path = Path(arguments.file)
    with _file_errors("load", path), path.open("rb") as file:
        engine = open_engine(arguments.db, create=True)
        try:
            last = load_lines(engine, file)
        finally:
            engine.dispose()
    said = {
        "zh": "台账“{0}”共 {1} 条已从 {2} 载入，根 {3}",
        "en": "loaded ledger {0!r}, {1} entries, from {2}, root {3}",
    }
    return _transferred(said[arguments.lang], last, path)


def _transferred(said: str, last: Commit, path: Path) -> Answer:
    data = {"ledger": last.ledger, "file": str(path), "size": last.size_after, "root": last.root.hex()}
    return Answer(text=safe(said.format(last.ledger, last.size_after, path, last.root.hex())), data=data)


@contextmanager
def _file_errors(command: str, path: Path) -> Iterator[None]:
    """
    Say of a file why it cannot be read or written.
    """
    try:
        yield
    except FileExistsError as error:
        demand = ("a file of that name exists; give a new name", "已有同名文件，请另起名称")
        raise InvalidValueError(command, str(path), demand) from error
    except OSError as error:
        english, chinese = system_reason(error)
        demand = (f"the file cannot be used: {english}", f"无法使用该文件：{chinese}")
        raise InvalidValueError(command, str(path), demand) from error


def upgrade(arguments: Namespace, _: int | None) -> Answer:
    """
    Bring the database to the revision of this package, and mend what can be mended.
    """
    before, after = migrate.upgrade(arguments.db)
    repaired: tuple[str, ...] = ()
    if arguments.repair:
        repaired = repair(arguments.db)
    old = before or ("空" if arguments.lang == "zh" else "empty")
    said = f"数据库版本：{old} → {after}" if arguments.lang == "zh" else f"database revision: {old} → {after}"
    if repaired:
        said += ("；已恢复保护：" if arguments.lang == "zh" else "; guards put back: ") + ", ".join(repaired)
    return Answer(text=said, data={"before": before, "after": after, "repaired": list(repaired)})
