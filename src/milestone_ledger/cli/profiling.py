"""
``profile``: look at a district's own table, propose how to read it, and ask what nobody can see.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.domain.history import History
from milestone_ledger.errors import Language
from milestone_ledger.io.files import write_files
from milestone_ledger.io.intake import Tables
from milestone_ledger.io.profile import Conversion, Proposal, Use, profile_toml, read_profile
from milestone_ledger.io.profile.look import LineKind
from milestone_ledger.io.profile.questions import Question
from milestone_ledger.io.profile.table import draft, read_by_profile
from milestone_ledger.io.sheets import PROGRAMME_FILE
from milestone_ledger.reports.table import safe

_SHOWN = 12


def profiled_tables(path: Path, profile: str, history: History) -> Tables:
    """
    The sheets that a workbook's own table is, read by the profile of the file ``profile``.

    Raises:
        IntakeError: With everything that is wrong or open, in the profile or in the table.
    """
    return read_by_profile(path, read_profile(Path(profile)), history)


def profile(arguments: Namespace, _: int | None) -> Answer:
    """
    Propose a profile, and say why; with ``--out``, write it, and keep what that file has settled already.

    Raises:
        IntakeError: If there is no table to look at, or the profile that is there cannot be read.
        UnwritableFileError: If the file cannot be written.
    """
    path = Path(arguments.file)
    out = None if arguments.out is None else Path(arguments.out)
    prior = read_profile(out) if out is not None and out.exists() else None
    proposal, done = draft(
        path,
        _history(path, arguments),
        sheet=arguments.sheet or "",
        prior=prior,
        header_rows=arguments.header,
        file="" if out is None else out.name,
    )
    text = profile_toml(proposal, done.questions, path.name)
    if out is not None:
        write_files({out: text.encode()}, force=True)
    return Answer(
        text=text if out is None else _told(proposal, done, path, out, arguments.lang),
        data=_data(proposal, done, text),
    )


def _history(path: Path, arguments: Namespace) -> History:
    """
    The ledger's, or none where there is no ledger yet and the programme lies beside the workbook.
    """
    file = arguments.db.removeprefix("sqlite:///")
    is_new = arguments.db.startswith("sqlite:///") and not Path(file).exists()
    if is_new and (path.parent / PROGRAMME_FILE).is_file():
        return History()
    with open_ledger(arguments) as ledger:
        return ledger.history()


def _told(proposal: Proposal, done: Conversion, path: Path, out: Path, language: Language) -> str:
    zh = language == "zh"
    seen = done.look
    first, last = seen.header_rows
    projects = sum(line.kind is LineKind.PROJECT for line in seen.lines)
    sheet, where = safe(seen.grid.name), safe(str(out))
    lines = [
        f"“{sheet}”页：表头在第 {first}–{last} 行，项目 {projects} 行，{len(seen.headings)} 列。"
        if zh
        else f"Sheet {sheet}: headers in rows {first}–{last}, {projects} rows of projects, "
        f"{len(seen.headings)} columns."
    ]
    for use in proposal.profile.columns:
        role = "？" if use.role is None else use.role.value
        reason = proposal.reasons.get(use.header, "")
        extra = f" {use.due}" if use.due else ""
        lines.append(f"  {safe(use.header)} → {role}{extra}" + (f"（{safe(reason)}）" if reason else ""))
    unread = [spot.address for spot, use in sorted(done.uses.items()) if use is Use.UNUSED]
    if unread:
        shown = "、".join(unread[:_SHOWN]) + ("…" if len(unread) > _SHOWN else "")
        lines.append(
            f"不用的格子 {len(unread)} 个：{shown}" if zh else f"{len(unread)} cells not used: {shown}"
        )
    lines += [fault.explain(language) for fault in done.faults]
    lines += [_asked(question, zh=zh) for question in done.questions]
    count = len(done.questions)
    if count:
        lines.append(
            f"已写入 {where}：{count} 处要人定（其中空着的引号）。填好后再运行一次本命令，或直接导入："
            f"milestone-ledger import {safe(str(path))} --profile {where}"
            if zh
            else f"Wrote {where}: {count} things to settle (its blank quotes). Then run this again, or "
            f"milestone-ledger import {safe(str(path))} --profile {where}"
        )
    else:
        lines.append(
            f"已写入 {where}，没有要问的了。导入：milestone-ledger import {safe(str(path))} --profile {where}"
            if zh
            else f"Wrote {where}; nothing is left to ask. "
            f"Now: milestone-ledger import {safe(str(path))} --profile {where}"
        )
    return "\n".join(lines)


def _asked(question: Question, *, zh: bool) -> str:
    cells = [spot.address for spot in question.cells]
    place = "、".join(cells[:_SHOWN]) + ("…" if len(cells) > _SHOWN else "")
    is_of_words = question.path.startswith("answers.")
    key = f"“{safe(question.key)}”" if is_of_words else f"{question.path}.{safe(question.key)}"
    head = f"？{place} {key}" if place else f"？{key}"
    return f"{head}：{safe(question.text[1])}" if zh else f"{head}: {safe(question.text[0])}"


def _data(proposal: Proposal, done: Conversion, text: str) -> dict[str, Any]:
    return {
        "sheet": done.look.grid.name,
        "header_rows": list(done.look.header_rows),
        "columns": [
            {
                "header": use.header,
                "role": None if use.role is None else use.role.value,
                "due": use.due,
                "milestone": use.milestone or None,
                "reason": proposal.reasons.get(use.header, ""),
            }
            for use in proposal.profile.columns
        ],
        "questions": list(map(_question, done.questions)),
        "cells": _by_use(done),
        "profile": text,
    }


def _question(question: Question) -> dict[str, Any]:
    return {
        "path": question.path,
        "key": question.key,
        "en": question.text[0],
        "zh": question.text[1],
        "choices": list(question.choices),
        "cells": [spot.address for spot in question.cells],
    }


def _by_use(done: Conversion) -> dict[str, list[str]]:
    def addresses(wanted: Use) -> Iterable[str]:
        return (spot.address for spot, use in sorted(done.uses.items()) if use is wanted)

    return {use.value: list(addresses(use)) for use in Use}
