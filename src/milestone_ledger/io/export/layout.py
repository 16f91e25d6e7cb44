"""
How a sheet of a 台账 looks in a workbook: headers, drop-down lists, checks as people type (extra ``excel``).

All cells are text, so that a spreadsheet makes no day of ``2019-08`` and no number of ``007``. Where one word
of a list is wanted, any other is refused as it is typed; where more may be written, checks only advise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from milestone_ledger.display import width
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import Language
from milestone_ledger.io.export.guidance import EXPLAINED
from milestone_ledger.io.sheets import (
    FIRMNESS_WORDS,
    INDICATOR_KINDS,
    PROGRESS_KINDS,
    PROJECTS,
    SOURCE_KINDS,
    SOURCES,
    STATUS_WORDS,
    WORDS_SHEET,
    Column,
    Sheet,
    Words,
)
from milestone_ledger.workbook_file import (
    MOST_ROWS,
    SheetFile,
    WorkbookFile,
    column_width,
    lines_of,
    units_of,
)

_HEAD: Final[dict[str, Any]] = {
    "bold": True,
    "bg_color": "#E4E9EF",
    "border": 1,
    "border_color": "#8A8A8A",
    "valign": "vcenter",
    "num_format": "@",
}
# What must be filled in is marked by a star, which is shown and not part of the header.
_REQUIRED: Final[dict[str, Any]] = {**_HEAD, "bg_color": "#F5D9A8", "num_format": '@"*"'}
_CELL: Final[dict[str, Any]] = {"num_format": "@"}
_HEADER_HEIGHT = 24
# Spare rows below those that are filled: drop-downs and checks reach that far.
_SPARE_ROWS = 2000
_LONGEST_LIST = 255  # what a drop-down list holds in itself
_NARROWEST, _WIDEST = 8.0, 40.0
_USUAL_WIDTH: Mapping[str, float] = {"title": 30, "name": 26, "note": 30, "locator": 14, "responsible": 22}

_DAYS = {("sources", "published_on"), ("progress", "occurred"), ("totals", "as_of")}
_NUMBERS = {
    ("projects", "size"),
    ("promises", "quantity"),
    ("progress", "quantity"),
    ("totals", "count"),
    ("indicators", "value"),
}
_DAY_MESSAGE = "请写日期，如 2019-08-14；只知道月份写 2019-08，只知道范围写 [2018-10-31..2018-12-31]。"
_NUMBER_MESSAGE = "请写数，可带单位，如 10、10所、≥5000个、近700亩。"
_LIST_MESSAGE = "请从下拉列表中选。列表中没有的，先在计划定义（programme.toml）里添加。"
_SIGNS = "≥≤≈＞＜><约近超逾若一不至"


class Layout:
    """
    Lays out sheets in one workbook, in ``language``; none of them has more ``rows``.

    In Chinese, cells offer the words of ``programme``, and each header explains its column.
    ``close`` is called last: it adds the sheet that long lists stand on.
    """

    def __init__(
        self, file: WorkbookFile, programme: Programme, language: Language, *, rows: int = 0
    ) -> None:
        self._file = file
        self._language = language
        self._last = min(rows + _SPARE_ROWS, MOST_ROWS - 1)
        self._lists = _lists(programme)
        self._long: dict[tuple[str, ...], str] = {}

    def write(
        self, kind: Sheet, columns: Sequence[Column], rows: Sequence[Sequence[str]], **properties: Any
    ) -> None:
        """
        Write a sheet of these columns and rows, exactly; ``properties`` are how the rows look.
        """
        sheet = self._file.sheet(kind.name(self._language))
        widths = [self._width(column, [row[place] for row in rows]) for place, column in enumerate(columns)]
        self._headers(sheet, kind, columns, widths)
        for number, row in enumerate(rows, start=1):
            for place, text in enumerate(row):
                if text or properties:
                    sheet.text(number, place, text, **_CELL, **properties)
            if any(lines_of(text, room) > 1 for text, room in zip(row, widths, strict=True)):
                sheet.height(number, zip(row, widths, strict=True))
        sheet.sheet.hide_gridlines(0)
        page = "第 &P 页，共 &N 页" if self._language == "zh" else "Page &P of &N"
        sheet.paper(header=0, footer=[kind.name(self._language)], page=page)

    def _width(self, column: Column, texts: Sequence[str]) -> float:
        header = column.header(self._language)
        least = _USUAL_WIDTH.get(column.id, max(_NARROWEST, width(header) + 4.0))
        return column_width(texts, least=least, most=_WIDEST)

    def _headers(
        self, sheet: SheetFile, kind: Sheet, columns: Sequence[Column], widths: Sequence[float]
    ) -> None:
        """
        The headers, with what is offered and checked in the cells below.
        """
        for place, column in enumerate(columns):
            sheet.text(0, place, column.header(self._language), **(_REQUIRED if column.required else _HEAD))
            sheet.sheet.set_column(place, place, widths[place], self._file.format(**_CELL))
            if self._language != "zh":
                continue
            if explained := EXPLAINED[kind.id].get(column.id):
                _explain(sheet, place, column, explained)
            if check := self._check(kind, column, place):
                sheet.sheet.data_validation(1, place, self._last, place, check)
        sheet.sheet.set_row(0, _HEADER_HEIGHT)
        sheet.sheet.freeze_panes(1, 0)

    def close(self) -> None:
        """
        Add the hidden sheet of lists that are too long for a drop-down to hold, if there are any.
        """
        if not self._long:
            return
        words = self._file.sheet(WORDS_SHEET)
        for place, choices in enumerate(self._long):
            for row, choice in enumerate(choices):
                words.text(row, place, choice, **_CELL)
        words.sheet.hide()

    # ── checks ───────────────────────────────────────────────────────────────────────────────────

    def _check(self, kind: Sheet, column: Column, place: int) -> dict[str, Any] | None:
        """
        What is checked as people type into a column.
        """
        key = (kind.id, column.id)
        cell = f"{_letter(place)}2"
        if key in _DAYS:
            formula = f'=OR(ISNUMBER({cell}),LEFT({cell},1)="[",ISNUMBER(VALUE(LEFT({cell},4))))'
            return _advice("日期写法", _DAY_MESSAGE, formula)
        if key in _NUMBERS:
            formula = (
                f"=OR(ISNUMBER({cell}),ISNUMBER(VALUE(LEFT({cell},1))),"
                f'ISNUMBER(FIND(LEFT({cell},1),"{_SIGNS}")))'
            )
            return _advice("数的写法", _NUMBER_MESSAGE, formula)
        if key in self._lists:
            return _list(self._source(self._lists[key]), is_strict=True)
        if column.id in _OPEN_LISTS:
            choices = self._lists.get(_OPEN_LISTS[column.id])
            return _list(self._source(choices), is_strict=False) if choices else None
        if (referred := _REFERRED.get(column.id)) and kind is not SOURCES:
            return _list(self._names(*referred), is_strict=False)
        return None

    def _names(self, sheet: Sheet, column: str) -> str:
        """
        Where the names of another sheet stand.
        """
        letter = _letter([known.id for known in sheet.columns].index(column))
        return f"='{sheet.zh}'!${letter}$2:${letter}${self._last + 1}"

    def _source(self, choices: tuple[str, ...]) -> list[str] | str:
        """
        The list itself if a drop-down can hold it, else where it stands.
        """
        joined = ",".join(choices)
        if units_of(joined) <= _LONGEST_LIST and joined.count(",") == len(choices) - 1 and '"' not in joined:
            return list(choices)
        if choices not in self._long:
            letter = _letter(len(self._long))
            self._long[choices] = f"='{WORDS_SHEET}'!${letter}$1:${letter}${len(choices)}"
        return self._long[choices]


_UNITS, _MILESTONES = ("", "units"), ("", "milestones")
_STATUS = ("", "status")
# Columns in which more may stand than one word of the list.
_OPEN_LISTS: Mapping[str, tuple[str, str]] = {
    "responsible": _UNITS,
    "milestones": _MILESTONES,
    "status": _STATUS,
}


def _letter(place: int) -> str:
    return chr(ord("A") + place)


# Columns that name a row of another sheet.
_REFERRED: Mapping[str, tuple[Sheet, str]] = {
    "source": (SOURCES, "id"),
    "project": (PROJECTS, "name"),
    "member_of": (PROJECTS, "name"),
}


def _lists(programme: Programme) -> dict[tuple[str, str], tuple[str, ...]]:
    """
    The words of columns that take one of them, by sheet and column; those without any words are left out.
    """
    milestones = tuple(milestone.label.zh for milestone in programme.milestones)
    lists = {
        ("sources", "kind"): _words(SOURCE_KINDS),
        ("projects", "domain"): tuple(domain.path for domain in programme.domains),
        ("projects", "delivery"): tuple(lifecycle.label.zh for lifecycle in programme.lifecycles),
        ("promises", "milestone"): milestones,
        ("promises", "firmness"): _words(FIRMNESS_WORDS),
        ("progress", "kind"): _words(PROGRESS_KINDS),
        ("progress", "milestone"): milestones,
        ("indicators", "kind"): _words(INDICATOR_KINDS),
        _UNITS: tuple(unit.name for unit in programme.units),
        _MILESTONES: milestones,
        _STATUS: _words(STATUS_WORDS),
    }
    return {key: choices for key, choices in lists.items() if choices}


def _words(words: Words[Any]) -> tuple[str, ...]:
    return tuple(chinese for _, chinese, _ in words.table)


def _list(source: list[str] | str, *, is_strict: bool) -> dict[str, Any]:
    check: dict[str, Any] = {"validate": "list", "source": source, "show_error": is_strict}
    if is_strict:
        check |= {"error_title": "不在列表中", "error_message": _LIST_MESSAGE}
    return check


def _advice(title: str, message: str, formula: str) -> dict[str, Any]:
    """
    A check that warns and lets pass: an import reads more than a formula can tell.
    """
    return {
        "validate": "custom",
        "value": formula,
        "error_type": "warning",
        "error_title": title,
        "error_message": message,
        "input_title": title,
        "input_message": message,
    }


def _explain(sheet: SheetFile, place: int, column: Column, explained: str) -> None:
    needed = "（必填）" if column.required else ""
    text = f"{column.zh}{needed}\n{explained}"
    lines = 2 + sum(len(line) // 17 + 1 for line in text.split("\n"))
    options = {"font_name": "宋体", "font_size": 10, "width": 260, "height": 18 * lines, "author": ""}
    sheet.sheet.write_comment(0, place, text, options)
