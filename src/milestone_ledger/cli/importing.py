"""
``import``: show what a folder would change, ask, and record it as one commit.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from milestone_ledger.errors import ConcurrentAppendError, IntakeError, Language, MissingReasonError
from milestone_ledger.io.intake import Plan, RowNote, Tables, plan, read_folder
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


def import_folder(ledger: Ledger, arguments: Namespace) -> tuple[str, dict[str, Any]]:
    """
    The preview, and what was recorded, as text and as data.

    Raises:
        IntakeError: With every bad row; nothing was recorded.
        ConcurrentAppendError: If others keep recording; try again.
    """
    language: Language = arguments.lang
    tables = read_folder(Path(arguments.folder), encoding=arguments.encoding)
    for attempt in range(1, _TRIES + 1):
        size = ledger.size
        planned = _plan(tables, ledger, arguments)
        if planned.is_empty or not _is_wanted(planned, arguments):
            return _answer(planned, None, language)
        try:
            return _answer(planned, ledger.append(planned.events, expected_size=size), language)
        except ConcurrentAppendError:
            if attempt == _TRIES:
                raise
    raise AssertionError  # the last attempt returned or raised


def _plan(tables: Tables, ledger: Ledger, arguments: Namespace) -> Plan:
    """
    Plan; if someone is there to answer, ask once why entries were wrong.
    """
    report = _progress(arguments.lang)
    try:
        return plan(tables, ledger.history(), reason=arguments.reason, progress=report)
    except IntakeError as error:
        lacking = [type(fault) for fault in error.exceptions] == [MissingReasonError]
        if not lacking or not _can_ask(arguments):
            raise
        print(error.explain(arguments.lang), file=sys.stderr)
        arguments.reason = input("更正理由：" if arguments.lang == "zh" else "reason: ").strip()
        return plan(tables, ledger.history(), reason=arguments.reason, progress=report)


def _can_ask(arguments: Namespace) -> bool:
    return not arguments.yes and not arguments.json and sys.stdin.isatty() and sys.stdout.isatty()


def _is_wanted(planned: Plan, arguments: Namespace) -> bool:
    if not _can_ask(arguments):
        return bool(arguments.yes)
    print(preview(planned, arguments.lang))
    question = "\n确认写入？[y/N] " if arguments.lang == "zh" else "\nRecord this? [y/N] "
    return input(question).strip().lower() in {"y", "yes", "是"}


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
        lines.append(f"{chinese} {len(notes)} 行：{split}" if zh else f"{len(notes)} rows {english}: {split}")
        if name == "found_again":
            continue
        lines += [f"  {_note(note, language)}" for note in notes[:_SHOWN]]
        if len(notes) > _SHOWN:
            rest = len(notes) - _SHOWN
            lines.append(f"  …另有 {rest} 行" if zh else f"  … and {rest} more")
    return "\n".join(lines)


def _by_sheet(notes: Iterable[RowNote], language: Language) -> Counter[str]:
    known = {sheet.id: sheet.name(language) for sheet in SHEETS}
    return Counter(known.get(note.sheet, note.sheet) for note in notes)


def _note(note: RowNote, language: Language) -> str:
    if note.row is None:
        return safe(note.text)
    place = f"{note.file} 第 {note.row} 行" if language == "zh" else f"{note.file} row {note.row}"
    return f"{safe(place)}：{safe(note.text)}" if language == "zh" else f"{safe(place)}: {safe(note.text)}"


def _answer(planned: Plan, commit: Commit | None, language: Language) -> tuple[str, dict[str, Any]]:
    zh = language == "zh"
    if planned.is_empty:
        end = "没有变化，未写入任何内容。" if zh else "Nothing changed, nothing recorded."
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
            else f"Recorded: commit {commit.no}, {count} entries "
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
    return "\n".join(part for part in (preview(planned, language), end) if part), data
