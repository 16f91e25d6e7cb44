"""
Bad rows of an intake folder or workbook, all at once.
"""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from milestone_ledger.errors._base import GroupedError, Language, LedgerError


def place_name(file: str, tab: str, cell: str, row: int | None, language: Language) -> str:
    """
    Where something stands: ``台账.xlsx 承诺!F12``, or the file and the row.
    """
    name = f"{file} {tab}" if tab else file
    if cell:
        return f"{name}!{cell}"
    if row is None:
        return name
    return f"{name} 第 {row} 行" if language == "zh" else f"{name} row {row}"


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class RowError(LedgerError):
    """
    One cell or row of an intake folder or workbook that cannot be accepted.

    ``row`` counts lines of the sheet as a spreadsheet does: the header is row 1.
    ``tab`` is the sheet of a workbook and ``cell`` the address of a cell in it, such as ``F12``; both are
    empty for a file that is a sheet by itself.
    """

    file: str
    row: int | None
    column: str
    value: str
    fault: tuple[str, str]
    tab: str = ""
    cell: str = ""

    en: ClassVar[str] = "{place}{value}: {fault}"
    zh: ClassVar[str] = "{place}{value}：{fault}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        chinese = language == "zh"
        place = place_name(self.file, self.tab, self.cell, self.row, language)
        if self.column:
            place += f"“{self.column}”" if chinese else f" column {self.column!r}"
        value = f" {self.value!r}" if self.value else ""
        return {"place": place, "value": value, "fault": self.fault[1 if chinese else 0]}


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class MissingReasonError(RowError):
    """
    Rows differ from what the ledger holds, and nobody said why the ledger was wrong.

    ``fault`` tells the difference only: where someone can be asked, nothing is amiss yet.
    """

    en: ClassVar[str] = "{place}{value}: {fault}: say once why it was wrong, with --reason"
    zh: ClassVar[str] = "{place}{value}：{fault}：请用 --reason 说明一次更正原因"

    def difference(self, language: Language) -> str:
        """
        Where and how they differ, without the remedy.
        """
        template = RowError.zh if language == "zh" else RowError.en
        return template.format_map(self.words(language))


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class OpenQuestionError(RowError):
    """
    A cell of a district's own table that can be read in more than one way, and nobody has said which.
    """


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class WorkbookError(LedgerError, ValueError):
    """
    A file that is no workbook, or none that may be opened; ``fault`` says why, in English and Chinese.
    """

    file: str
    fault: tuple[str, str]

    en: ClassVar[str] = "{file}: {fault}"
    zh: ClassVar[str] = "{file}：{fault}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"file": self.file, "fault": self.fault[1 if language == "zh" else 0]}


class IntakeError(GroupedError[LedgerError]):
    """
    A folder or workbook that cannot be accepted; ``exceptions`` holds every bad row at once.
    """

    headline = (
        "{count} problem, nothing imported:",
        "{count} problems, nothing imported:",
        "{count} 处有误，未导入任何内容：",
    )
