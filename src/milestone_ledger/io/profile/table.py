"""
A workbook's one table, and its profile: proposed, or applied.
"""

from __future__ import annotations

from pathlib import Path

import attrs
from attrs import frozen

from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry, name_key
from milestone_ledger.errors import (
    IntakeError,
    InvalidValueError,
    LedgerError,
    NoProgrammeError,
    OpenQuestionError,
    RowError,
    WorkbookError,
)
from milestone_ledger.io.intake.programme_file import read_programme
from milestone_ledger.io.intake.tables import Tables
from milestone_ledger.io.intake.workbook import workbook_bytes
from milestone_ledger.io.profile.convert import Conversion, convert
from milestone_ledger.io.profile.look import Look, look
from milestone_ledger.io.profile.profile import Profile
from milestone_ledger.io.profile.propose import Proposal, propose
from milestone_ledger.io.profile.questions import Question, listed
from milestone_ledger.io.sheets import PROGRAMME_FILE
from milestone_ledger.io.workbook import read_grids

_SHOWN, _MOST_CHOICES = 8, 14


@frozen(eq=False)
class Surroundings:
    """
    What a table is read against: the programme, and the sources and projects of the ledger.

    ``beside`` is the programme that lies beside the workbook, if there is one.
    """

    registry: Registry
    programme: Programme
    beside: Programme | None

    @classmethod
    def of(cls, path: Path, history: History) -> Surroundings:
        """
        Those of the workbook ``path`` and a ledger; its history may be empty if a programme lies beside.

        Raises:
            IntakeError: If what lies beside defines no programme.
            NoProgrammeError: If there is none.
        """
        registry = Registry.of(history)
        lies_beside = (path.parent / PROGRAMME_FILE).is_file()
        beside = read_programme(path.parent / PROGRAMME_FILE) if lies_beside else None
        programme = beside or registry.programme
        if programme is None:
            raise NoProgrammeError
        return cls(registry, programme, beside)


def read_by_profile(path: Path, profile: Profile, history: History) -> Tables:
    """
    The six sheets that the table of a workbook is.

    Raises:
        IntakeError: With every question that stays open and everything that is wrong, all at once.
        NoProgrammeError: If neither the ledger nor the folder has a programme.
    """
    around = Surroundings.of(path, history)
    seen = _look(path, profile.sheet, profile, None)
    year = propose(seen, around.programme, profile).year
    done = convert(
        seen, profile, file=path.name, programme=around.programme, registry=around.registry, year=year
    )
    errors: list[LedgerError] = [*done.faults]
    errors += [
        open_question(question, path.name, seen.grid.name, profile.file) for question in done.questions
    ]
    if errors:
        raise IntakeError(errors)
    return attrs.evolve(done.tables, programme=around.beside)


def draft(
    path: Path,
    history: History,
    *,
    sheet: str = "",
    prior: Profile | None = None,
    header_rows: tuple[int, int] | None = None,
    file: str = "",
) -> tuple[Proposal, Conversion]:
    """
    A profile for the table of a workbook, and what it would make of it; ``file`` is what it will be called.

    What ``prior`` has settled stays.

    Raises:
        IntakeError: If there is no such table, or no headers to go by.
        NoProgrammeError: If neither the ledger nor the folder has a programme.
    """
    around = Surroundings.of(path, history)
    seen = _look(path, sheet or (prior.sheet if prior else ""), prior, header_rows)
    proposal = propose(seen, around.programme, prior)
    profile = attrs.evolve(proposal.profile, file=file)
    done = convert(
        seen,
        profile,
        file=path.name,
        programme=around.programme,
        registry=around.registry,
        year=proposal.year,
    )
    return attrs.evolve(proposal, profile=profile), done


def _look(path: Path, sheet: str, profile: Profile | None, rows: tuple[int, int] | None) -> Look:
    try:
        grids = read_grids(workbook_bytes(path), path.name)
    except WorkbookError as error:
        raise IntakeError([error]) from error
    known = [] if profile is None else [use.header for use in profile.columns]
    filled = [grid for grid in grids if any(True for _ in grid.rows)]
    if sheet:
        filled = [grid for grid in filled if name_key(grid.name) == name_key(sheet)]
    try:
        seen = [found for grid in filled if (found := look(grid, known, rows)) is not None]
    except InvalidValueError as error:
        tab, demand = str(error.value), error.demand
        refused = RowError(file=path.name, tab=tab, row=None, column="", value="", fault=demand)
        raise IntakeError([refused]) from error
    if len(seen) == 1:
        return seen[0]
    names = [found.grid.name for found in seen] or [grid.name for grid in grids]
    fault = _several(names) if seen else _none(names, sheet)
    raise IntakeError([RowError(file=path.name, row=None, column="", value="", fault=fault)])


def open_question(question: Question, file: str, tab: str, profile: str) -> OpenQuestionError:
    """
    A question as an error: at its first cell, with the others, the choices, and where the answer goes.
    """
    en, zh = question.text
    if question.choices:
        en += f" ({' / '.join(question.choices[:_MOST_CHOICES])})"
        zh += f"（可填{listed(question.choices[:_MOST_CHOICES])}）"
    if len(question.cells) > 1:
        others = [spot.address for spot in question.cells[1 : _SHOWN + 1]]
        more = len(question.cells) - 1
        en += f"; so do {more} more cells: {', '.join(others)}"
        zh += f"；另有 {more} 格相同：{'、'.join(others)}"
    path = f"[{question.path}]"
    if question.path == "columns":
        path = "[[columns]]"
    en += f"; answer in {profile}, {path}, {question.key!r}"
    zh += f"；请在 {profile} 的 {path} 填 {question.key!r}"
    if not question.cells:
        return OpenQuestionError(
            file=profile, row=None, column=f"{question.path}.{question.key}", value="", fault=(en, zh)
        )
    first = question.cells[0]
    return OpenQuestionError(
        file=file,
        row=first.row,
        column=question.column,
        value=first.text[:120],
        fault=(en, zh),
        tab=tab,
        cell=first.address,
    )


def _several(names: list[str]) -> tuple[str, str]:
    return (
        f"several sheets hold tables ({', '.join(names)}); say which with --sheet",
        f"有几页都是表（{'、'.join(names)}）；请用 --sheet 指明哪一页",
    )


def _none(names: list[str], sheet: str) -> tuple[str, str]:
    wanted = f" named {sheet!r}" if sheet else ""
    wanted_zh = f"名为“{sheet}”的" if sheet else ""
    return (
        f"no sheet{wanted} with headers such as 项目名称, 责任单位, 形象进度 was found among "
        f"{', '.join(names)}; if the headers are others, say in which rows with --header",
        f"没有找到{wanted_zh}表头（如 项目名称、责任单位、形象进度）；工作簿里有：{'、'.join(names)}；"
        "表头另有叫法的，请用 --header 指明在第几行",
    )
