"""
``import``: show what a folder or a workbook would change, ask, and record it as one commit.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from milestone_ledger.cli.annotating import Annotation
from milestone_ledger.errors import ConcurrentAppendError, IntakeError, Language, MissingReasonError
from milestone_ledger.io.intake import Plan, RowNote, Tables, plan, read_folder, read_workbook
from milestone_ledger.io.intake.workbook import open_mark
from milestone_ledger.io.sheets import SHEETS
from milestone_ledger.ledger import Ledger
from milestone_ledger.ledger.rows import plain
from milestone_ledger.reports.table import safe
from milestone_ledger.store.read import Commit

# How many rows of each kind the preview lists.
_SHOWN = 20
# Importing while someone else records: read again and plan anew, so often at the most.
_TRIES = 5
_PARTS = (
    ("added", "新增", "added"),
    ("changed", "更正", "corrected"),
    ("retracted", "作废", "retracted"),
    ("found_again", "已在台账", "found again"),
    ("missing", "台账有而表中无（保持不变）", "in the ledger but not in the files (left as they are)"),
)
_YES, _NO = frozenset(("y", "yes", "是")), frozenset(("n", "no", "否", "不"))
# The question, and what is said of an answer that is no reason.
_REASON: Mapping[Language, tuple[str, str]] = {
    "zh": (
        "台账里原来抄错了的，请写更正理由（如 抄错年份），接着看预览；不是抄错，直接回车，不会写入。"
        "\n更正理由：",
        "请写理由，要记入台账；写入与否，下面再问。",
    ),
    "en": (
        "If the ledger was wrong, say why (such as: wrong year), and a preview follows; if it was not, press "
        "Enter, and nothing is recorded.\nreason: ",
        "Say why, it goes into the ledger; whether to record is asked next.",
    ),
}
_IS_OPEN: Mapping[Language, str] = {
    "zh": "{file} 可能正开着（旁边有 {mark}）：没有保存的改动读不到，请先保存、关闭再导入",
    "en": "{file} may be open elsewhere ({mark} lies beside it): what is not saved is not read; "
    "save and close it, then import",
}

# A row is known by these cells: who changes one has entered another row, and the first still counts.
_REPLACED: Mapping[Language, str] = {
    "zh": "  若“新增”的行是改了编号、依据、位置、项目、节点等得来的，台账里原来那条仍然有效；"
    "不要它了，请把原来的一行写回表里，“状态”填“作废”（没有“状态”的表，请把这些格子改回去）",
    "en": "  If an added row is an old one with another id, source, locator, project or milestone, what the "
    "ledger holds still counts; to be rid of it, put the old row back and write 作废 as its status "
    "(in a sheet without a status, put those cells back)",
}


def import_folder(ledger: Ledger, arguments: Namespace) -> tuple[str, dict[str, Any]]:
    """
    The preview, and what was recorded, as text and as data.

    Someone at a terminal sees the preview before the question, and so only the outcome in the end.

    Raises:
        IntakeError: With every bad row; nothing was recorded.
        ConcurrentAppendError: If others keep recording; try again.
        InvalidValueError, OccupiedFileError: If no marked workbook can be written where one is asked for.
    """
    annotation = Annotation.wanted(arguments)
    _tell_if_open(Path(arguments.folder), arguments.lang)
    try:
        return _import(ledger, arguments, annotation)
    except IntakeError as error:
        annotation.write(errors=error.exceptions)
        raise


def _import(ledger: Ledger, arguments: Namespace, annotation: Annotation) -> tuple[str, dict[str, Any]]:
    language: Language = arguments.lang
    for attempt in range(1, _TRIES + 1):
        size = ledger.size
        tables = read_tables(Path(arguments.folder), arguments, ledger)
        planned = _plan(tables, ledger, arguments)
        if attempt == 1:
            annotation.write(warnings=planned.warnings)
        is_asked = not planned.is_empty and _can_ask(arguments)
        is_wanted = _confirmed(planned, language) if is_asked else arguments.yes
        if planned.is_empty or not is_wanted:
            return _answer(planned, None, language, is_shown=is_asked)
        try:
            commit = ledger.append(planned.events, expected_size=size)
            return _answer(planned, commit, language, is_shown=is_asked)
        except ConcurrentAppendError:
            if attempt == _TRIES:
                raise
    raise AssertionError  # the last attempt returned or raised


def _tell_if_open(path: Path, language: Language) -> None:
    """
    Say that somebody may have the workbook open; at once, for whatever is wrong may be mended there unsaved.
    """
    if path.is_file() and (mark := open_mark(path)):
        print(_IS_OPEN[language].format(file=safe(path.name), mark=safe(mark)), file=sys.stderr)


def read_tables(path: Path, arguments: Namespace, ledger: Ledger) -> Tables:
    """
    The sheets of a folder, or of any file: what is no workbook is refused by name.

    With a profile, those that the workbook's own table is, as ``ledger`` knows its projects.

    Raises:
        IntakeError: With everything that is wrong with the files as such.
    """
    if arguments.profile is not None:
        from milestone_ledger.cli.profiling import profiled_tables  # noqa: PLC0415 (only with a profile)

        return profiled_tables(path, arguments.profile, ledger.history())
    if path.is_file() and path.suffix.lower() != ".csv":
        return read_workbook(path)
    return read_folder(path, encoding=arguments.encoding)


def _plan(tables: Tables, ledger: Ledger, arguments: Namespace) -> Plan:
    """
    Plan; if someone is there to answer, ask once why entries were wrong.
    """
    report = _progress(arguments.lang)
    programme = tables.programme or ledger.programme
    today = datetime.now(ZoneInfo(programme.time_zone) if programme else UTC).date()

    def planned() -> Plan:
        return plan(tables, ledger.history(), reason=arguments.reason, today=today, progress=report)

    try:
        return planned()
    except IntakeError as error:
        match error.exceptions:
            case [MissingReasonError() as lacking] if _can_ask(arguments):
                arguments.reason = _reason(lacking, arguments.lang)
                return planned()
        raise


def _reason(lacking: MissingReasonError, language: Language) -> str:
    """
    Why the ledger was wrong, as someone says who sees how; empty if they would rather not.

    A yes or no answers the question that comes next, and is no reason.
    """
    print(safe(lacking.difference(language)), file=sys.stderr)
    question, remedy = _REASON[language]
    while (reason := _asked(question)).lower() in _YES | _NO:
        print(remedy, file=sys.stderr)
    return reason


def _can_ask(arguments: Namespace) -> bool:
    return not arguments.yes and not arguments.json and sys.stdin.isatty() and sys.stdout.isatty()


def _confirmed(planned: Plan, language: Language) -> bool:
    print(preview(planned, language))
    question = "\n确认写入？[y/N] " if language == "zh" else "\nRecord this? [y/N] "
    return _asked(question).lower() in _YES


def _asked(question: str) -> str:
    """
    The answer; none at the end of the input (Ctrl-D).
    """
    try:
        return input(question).strip()
    except EOFError:
        print()
        return ""


def _progress(language: Language) -> Callable[[int, int], None]:
    """
    A line on the terminal that says how far the reading has come; a few lines if it is no terminal.
    """
    is_terminal = sys.stderr.isatty()
    told = [-1]

    def report(done: int, total: int) -> None:
        quarter = done * 4 // max(total, 1)
        if not is_terminal and (total < 1000 or quarter == told[0]):  # noqa: PLR2004 (a few rows need none)
            return
        told[0] = quarter
        said = f"核对 {done}/{total} 行" if language == "zh" else f"checked {done}/{total} rows"
        end = "" if is_terminal and done < total else "\n"
        print(f"\r{said}" if is_terminal else said, end=end, file=sys.stderr, flush=True)

    return report


def preview(planned: Plan, language: Language) -> str:
    """
    What would be recorded: how many rows of each kind, and the first of each.
    """
    zh = language == "zh"
    lines = [warning.explain(language) for warning in planned.warnings]
    for name, chinese, english in _PARTS:
        notes: tuple[RowNote, ...] = getattr(planned, name)
        if not notes:
            continue
        split = " · ".join(f"{sheet} {number}" for sheet, number in _by_sheet(notes, language).items())
        rows = "1 row" if len(notes) == 1 else f"{len(notes)} rows"
        lines.append(f"{chinese} {len(notes)} 行：{split}" if zh else f"{rows} {english}: {split}")
        if name == "found_again":
            continue
        for note in notes[:_SHOWN]:
            lines.append(f"  {_note(note, language)}")
            lines += [f"    {safe(change.explain(language))}" for change in note.changes]
        if len(notes) > _SHOWN:
            rest = len(notes) - _SHOWN
            lines.append(f"  …另有 {rest} 行" if zh else f"  … and {rest} more")
    if {note.sheet for note in planned.added} & {note.sheet for note in planned.missing}:
        lines.append(_REPLACED[language])
    return "\n".join(lines)


def _by_sheet(notes: Iterable[RowNote], language: Language) -> Counter[str]:
    known = {sheet.id: sheet.name(language) for sheet in SHEETS}
    known["programme"] = "计划定义" if language == "zh" else "programme"
    return Counter(known.get(note.sheet, note.sheet) for note in notes)


def _note(note: RowNote, language: Language) -> str:
    if note.row is None:
        return safe(note.text)
    place = f"{note.file} 第 {note.row} 行" if language == "zh" else f"{note.file} row {note.row}"
    return f"{safe(place)}：{safe(note.text)}" if language == "zh" else f"{safe(place)}: {safe(note.text)}"


def _answer(
    planned: Plan, commit: Commit | None, language: Language, *, is_shown: bool
) -> tuple[str, dict[str, Any]]:
    zh = language == "zh"
    if planned.is_empty:
        end = "没有变化，未写入任何内容。" if zh else "Nothing changed, nothing recorded."
    elif commit is None and is_shown:
        end = "未写入任何内容。" if zh else "Nothing recorded."
    elif commit is None:
        end = (
            "以上为预览，尚未写入；加 --yes 确认写入。"
            if zh
            else "This was a preview, nothing is recorded yet; add --yes to record it."
        )
    else:
        count = commit.size_after - commit.first_seq
        end = (
            f"已写入：第 {commit.no} 次提交，{count} 条（#{commit.first_seq}–#{commit.size_after - 1}）。"
            if zh
            else f"Recorded: commit {commit.no}, {count} {'entry' if count == 1 else 'entries'} "
            f"(#{commit.first_seq}–#{commit.size_after - 1})."
        )
    data = {
        **{name: plain(getattr(planned, name)) for name, _, _ in _PARTS},
        "warnings": [warning.explain(language) for warning in planned.warnings],
        "events": len(planned.events),
        "commit": None
        if commit is None
        else {"no": commit.no, "first_seq": commit.first_seq, "size_after": commit.size_after},
    }
    shown = "" if is_shown else preview(planned, language)
    return "\n".join(part for part in (shown, end) if part), data
