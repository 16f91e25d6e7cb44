"""
Where things stand in the files, and everything that is wrong with them, collected before it is raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import ParamSpec, TypeVar

from attrs import define, field, frozen

from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import (
    ContestedError,
    ContradictionError,
    DeadlineError,
    DuplicateNameError,
    FutureEvidenceError,
    IntakeError,
    InvalidValueError,
    LedgerError,
    MembershipError,
    QuantityError,
    RetractionError,
    RowError,
    RuleError,
    UnknownNameError,
    place_name,
)
from milestone_ledger.errors.system import system_reason
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.intake.tables import Row, Table
from milestone_ledger.io.sheets import PROGRAMME_FILE, SHEET_OF
from milestone_ledger.io.workbook.grid import address
from milestone_ledger.io.workbook.values import day_of

P = ParamSpec("P")
T = TypeVar("T")
Fault = tuple[str, str]

_STILL_MEMBERS = (
    "it still has members, more than this allows; correct the size, or clear 所属批次 (member_of) "
    "in the rows of the members first",
    "该批次仍有成员，多于此数量所允许；请改正数量，或先清空各成员的“所属批次”",
)

# The days of 1990 to 2099 as workbooks count them.
_SERIALS = range(32874, 73051)
_DAYS = frozenset(("date", "deadline"))
_IS_SERIAL = (
    "this looks like a day as Excel counts them, {day}; write the day",
    "看起来是 Excel 的日期序号，应为 {day}；请改写为日期",
)

# Errors quote no more than this of a cell.
_LONGEST_QUOTE = 120

# Which column a refusal of the rules speaks of; the first that the sheet has.
_COLUMNS_OF: Mapping[type[RuleError], tuple[str, ...]] = {
    DeadlineError: ("deadline", "day"),
    FutureEvidenceError: ("occurred", "as_of", "day"),
    ContradictionError: ("occurred",),
    QuantityError: ("quantity", "size"),
    MembershipError: ("member_of",),
    ContestedError: ("note",),
    RetractionError: ("status", "published_on"),
    DuplicateNameError: ("name", "id"),
}
_COLUMNS_OF_NAME: Mapping[str, tuple[str, ...]] = {
    "source": ("source", "scope"),
    "project": ("project", "related"),
    "milestone": ("milestone", "milestones"),
    "unit": ("responsible",),
    "domain": ("domain", "scope"),
    "delivery": ("delivery", "scope"),
    "entry": ("status",),
}


@frozen(eq=False)
class Place:
    """
    A row of a file.
    """

    table: Table
    row: Row

    def text(self, column: str) -> str:
        """
        The stripped text of a cell; empty if the sheet has no such column.
        """
        return self.row.cells.get(column, "")

    def header(self, column: str) -> str:
        """
        The header of a column as the file writes it; its Chinese name if the file has no such column.
        """
        if column in self.table.headers:
            return self.table.headers[column]
        return next((known.zh for known in self.table.sheet.columns if known.id == column), "")

    def error(self, column: str, fault: Fault) -> RowError:
        """
        What is wrong with a cell, or with the row as a whole if ``column`` is empty.
        """
        value = self.text(column)
        if len(value) > _LONGEST_QUOTE:
            value = value[:_LONGEST_QUOTE] + "…"
        return RowError(
            file=self.table.file,
            row=self.row.number,
            column=self.header(column),
            value=value,
            fault=fault,
            tab=self.table.tab,
            cell=self.cell(column),
        )

    def warning(self, column: str, value: str, text: tuple[str, str]) -> Warned:
        """
        What to look at in a cell: ``value``, or a piece of it.
        """
        return Warned(
            file=self.table.file,
            row=self.row.number,
            column=self.header(column),
            value=value[:_LONGEST_QUOTE],
            text=text,
            tab=self.table.tab,
            cell=self.cell(column),
        )

    def cell(self, column: str) -> str:
        """
        The address of a cell in its workbook; empty if the file is no workbook or has no such column.
        """
        if column in self.row.addresses:
            return self.row.addresses[column]
        position = self.table.positions.get(column)
        return "" if position is None else address(self.row.number, position)

    def name(self, language: str) -> str:
        """
        The file and the row, for a message.
        """
        return place_name(
            self.table.file, self.table.tab, "", self.row.number, "zh" if language == "zh" else "en"
        )

    @property
    def summary(self) -> str:
        """
        What tells this row from others, in its own words.
        """
        return " · ".join(text for column in self.table.sheet.summary if (text := self.text(column)))


@define
class Faults:
    """
    Everything found wrong so far; raised at the end, all at once.

    ``unusable`` are faults of cells that hold no usable value: what is made of the value adds nothing.
    """

    unusable: Iterable[RowError] = ()
    found: list[LedgerError] = field(init=False)
    cells: frozenset[tuple[str, str]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.found = list(self.unusable)
        self.cells = frozenset((fault.tab, fault.cell) for fault in self.unusable)

    def add(self, error: LedgerError) -> None:
        """
        Keep one more.
        """
        if not (isinstance(error, RowError) and error.cell and (error.tab, error.cell) in self.cells):
            self.found.append(error)

    def raise_if_any(self) -> None:
        """
        Stop here if anything is wrong.

        Raises:
            IntakeError: With all faults, by file and row.
        """
        if self.found:
            order = {id(error): place for place, error in enumerate(self.found)}
            raise IntakeError(sorted(self.found, key=lambda e: (*_position(e), order[id(e)])))


def _position(error: LedgerError) -> tuple[str, str, int]:
    return (error.file, error.tab, error.row or 0) if isinstance(error, RowError) else ("", "", 0)


def fault_of(error: InvalidValueError | RuleError) -> Fault:
    """
    What an error of the domain says, without the place and the value, which the row knows better.
    """
    if isinstance(error, InvalidValueError):
        return _serial_fault(error) or error.demand
    return error.reason("en"), error.reason("zh")


def _serial_fault(error: InvalidValueError) -> Fault | None:
    """
    That a number stands for a day, where one was asked for; what else there may be is not told.
    """
    text = str(error.value)
    if error.what not in _DAYS or not re.fullmatch("[0-9]{5}", text) or int(text) not in _SERIALS:
        return None
    day = day_of(int(text))
    return _IS_SERIAL[0].format(day=day), _IS_SERIAL[1].format(day=day)


def unreadable(error: OSError) -> Fault:
    """
    That a file or folder cannot be read, and why.
    """
    en, zh = system_reason(error)
    return (
        f"cannot be read: {en}; check the path and the permissions",
        f"无法读取：{zh}；请检查路径和权限",
    )


def not_toml(error: Exception) -> Fault:
    """
    That a file is no TOML, and where it ceases to be; the parser says it in English only.
    """
    place = re.search(r"at line ([0-9]+), column ([0-9]+)", str(error))
    where = f"第 {place[1]} 行第 {place[2]} 个字符起" if place else "文件"
    return (
        f"this is not TOML: {error}",
        f"不是有效的 TOML：{where}不合写法；多半是少了英文双引号，或用了中文的引号、逗号",
    )


@define
class RowReader:
    """
    Reads the cells of one row, and keeps what is wrong with them.

    ``is_sound`` until a cell is refused.
    """

    place: Place
    faults: Faults
    is_sound: bool = True

    def text(self, column: str) -> str:
        """
        The stripped text of a cell.
        """
        return self.place.text(column)

    def refuse(self, column: str, fault: Fault) -> None:
        """
        Keep a fault of a cell.
        """
        self.is_sound = False
        self.faults.add(self.place.error(column, fault))

    def read(self, column: str, reader: Callable[[str], T]) -> T | None:
        """
        What ``reader`` makes of a cell; ``None`` if it is blank or refused.
        """
        text = self.text(column)
        return self.attempt(column, reader, text) if text else None

    def attempt(self, column: str, action: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """
        The result of ``action``; ``None`` if it is refused, which is kept as a fault of ``column``.
        """
        try:
            return action(*args, **kwargs)
        except (InvalidValueError, RuleError) as error:
            self.refuse(column, fault_of(error))
            return None

    def build(self, make: Callable[[], T], columns: Mapping[str, str]) -> T | None:
        """
        The event that ``make`` constructs; ``None`` if its class refuses a value.

        ``columns`` gives the column of each field whose name differs.
        """
        if not self.is_sound:
            return None
        try:
            return make()
        except InvalidValueError as error:
            name = error.what.rpartition(".")[2]
            column = columns.get(name, name)
            self.refuse(column if self.place.header(column) else "", fault_of(error))
            return None


def refused_row(
    error: RuleError, places: tuple[Place | None, ...], history: History, folder: str, programme: Programme
) -> RowError:
    """
    A refusal of the rules, told of the row that caused it, in the words of ``programme``.

    ``places`` are those of the new events in order; one without a place comes from ``programme.toml``
    or from an entry that the files do not hold.
    """

    def place_of(seq: int | None) -> Place | None:
        index = -1 if seq is None else seq - history.size
        return places[index] if 0 <= index < len(places) else None

    fault = fault_of(error)
    if isinstance(error, ContradictionError):
        fault = _contradiction(error, place_of(error.lower_seq), place_of(error.upper_seq), programme)
    place = place_of(error.seq)
    if place is None:
        first = error.seq == history.size and (places[:1] == (None,))
        return RowError(file=PROGRAMME_FILE if first else folder, row=None, column="", value="", fault=fault)
    wanted = _COLUMNS_OF.get(type(error), ())
    if isinstance(error, MembershipError) and error.project == error.batch and place.header("member_of"):
        wanted, fault = ("size",), _STILL_MEMBERS  # the batch itself was made too small
    if isinstance(error, UnknownNameError):
        wanted = _COLUMNS_OF_NAME.get(error.kind, ())
    known = {column.id for column in SHEET_OF[place.table.sheet.id].columns}
    return place.error(next((column for column in wanted if column in known), ""), fault)


def _contradiction(
    error: ContradictionError, lower: Place | None, upper: Place | None, programme: Programme
) -> Fault:
    """
    The contradiction with new entries named by file and row, and what to write in a 台账.
    """
    milestone = error.milestone

    def said(language: str) -> str:
        named = ContradictionError(
            quantity=error.quantity,
            milestone=milestone and (programme.milestone_label(milestone) if language == "zh" else milestone),
            lo=error.lo,
            hi=error.hi,
            lower=_named(error.lower, lower, language),
            upper=_named(error.upper, upper, language),
            lower_seq=error.lower_seq,
            upper_seq=error.upper_seq,
        )
        return named.reason("zh" if language == "zh" else "en")

    return (
        said("en") + " (in a sheet: 存疑 in the column 状态, the reason in 说明)",
        said("zh") + "（台账中：“状态”写“存疑”，理由写入“说明”）",
    )


def _named(described: str, place: Place | None, language: str) -> str:
    """
    ``#12 (day, source locator)``, with the row in place of a number that no entry has yet.
    """
    if place is None:
        return described
    _, space, rest = described.partition(" ")
    return f"{place.name(language)}{space}{rest}"
