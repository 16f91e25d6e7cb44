"""
``init`` and ``template``: begin a ledger, and the empty workbook in which it is kept.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import Language, NoProgrammeError, OccupiedFileError
from milestone_ledger.io.files import write_files
from milestone_ledger.io.intake.programme_file import read_programme
from milestone_ledger.ledger import Ledger
from milestone_ledger.reports.table import safe


def init(arguments: Namespace, _: int | None) -> Answer:
    """
    Begin a ledger for the programme that a file defines; with ``--interactive``, ask, and write it first.

    Raises:
        IntakeError: If the file defines no programme.
        OccupiedFileError: If the file is to be written and is there already.
        UnwritableFileError: If it cannot be written.
    """
    path = Path(arguments.programme)
    if not arguments.interactive:
        return _begun(arguments, read_programme(path))
    from milestone_ledger.cli.interview import ask_programme, tell  # noqa: PLC0415 (only asked for here)
    from milestone_ledger.io.export.programme_draft import commented_toml  # noqa: PLC0415 (as above)

    if path.exists():
        raise OccupiedFileError(paths=(str(path),), is_replaceable=False)
    try:
        programme = ask_programme()
    except EOFError:
        tell("")
        return Answer(text="已中止，未写入任何内容。", data={"programme": None, "ledger": None})
    write_files({path: commented_toml(programme).encode()})
    written = f"已写好 {safe(str(path))}。"
    if not _is_wanted("现在就建立台账吗？建立以后，领域、单位、节点只能增加，不能删除或改名。[y/N] "):
        said = f"{written}检查无误后运行：milestone-ledger init {safe(str(path))}"
        return Answer(text=said, data={"programme": str(path), "ledger": None})
    tell(written)
    return _begun(arguments, read_programme(path))


def _is_wanted(question: str) -> bool:
    from milestone_ledger.cli.interview import is_wanted, tell  # noqa: PLC0415 (only asked for here)

    try:
        return is_wanted(question)
    except EOFError:
        tell("")
        return False


def _begun(arguments: Namespace, programme: Programme) -> Answer:
    with Ledger.create(arguments.db, programme, actor=arguments.actor) as ledger:
        title, size = safe(programme.title.text(arguments.lang)), ledger.size
        said = {
            "zh": f"台账“{safe(ledger.name)}”已就绪（{title}），现有 {size} 条。"
            "下一步：import 文件夹或工作簿；还没有表格的，先用 template 生成空表",
            "en": f"Ledger {ledger.name!r} is ready ({title}), {size} entries. "
            "Next: import a folder or workbook, or make an empty one with template",
        }
        return Answer(text=said[arguments.lang], data={"ledger": ledger.name, "size": ledger.size})


def template(arguments: Namespace, _: int | None) -> Answer:
    """
    Write the empty workbook for a programme: that of a file, else that of the ledger.

    Raises:
        IntakeError: If the file defines no programme.
        MissingExtraError: If XlsxWriter is not installed.
        OccupiedFileError: If a file is in the way, without ``--force``.
        UnwritableFileError: If the file cannot be written.
    """
    from milestone_ledger.io.export.template import template as written  # noqa: PLC0415 (XlsxWriter is an extra)

    programme = _programme(arguments)
    path = Path(arguments.file)
    write_files({path: written(programme)}, force=arguments.force)
    language: Language = arguments.lang
    said = {
        "zh": f"已生成 {safe(str(path))}（{safe(programme.title.zh)}）：填表说明和六张空表。"
        f"填好后运行：milestone-ledger import {safe(str(path))}",
        "en": f"Wrote {safe(str(path))} ({safe(programme.title.en)}): instructions and six empty sheets. "
        f"Once filled in: milestone-ledger import {safe(str(path))}",
    }
    return Answer(text=said[language], data={"file": str(path), "programme": programme.id})


def _programme(arguments: Namespace) -> Programme:
    if arguments.programme is not None:
        return read_programme(Path(arguments.programme))
    with open_ledger(arguments) as ledger:
        if ledger.programme is None:
            raise NoProgrammeError
        return ledger.programme
