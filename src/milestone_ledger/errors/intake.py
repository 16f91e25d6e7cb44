"""
Bad rows of an intake folder, all at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

import attrs

from milestone_ledger.errors._base import Language, LedgerError, say


@attrs.define(eq=False, slots=False, kw_only=True)
class RowError(LedgerError):
    """
    One cell or row of an intake folder that cannot be accepted.

    ``row`` counts lines of the sheet as a spreadsheet does: the header is row 1.
    """

    file: str
    row: int | None
    column: str
    value: str
    fault: tuple[str, str]

    en: ClassVar[str] = "{place}{value}: {fault}"
    zh: ClassVar[str] = "{place}{value}：{fault}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        chinese = language == "zh"
        place = self.file
        if self.row is not None:
            place += f" 第 {self.row} 行" if chinese else f" row {self.row}"
        if self.column:
            place += f"“{self.column}”" if chinese else f" column {self.column!r}"
        value = f" {self.value!r}" if self.value else ""
        return {"place": place, "value": value, "fault": self.fault[1 if chinese else 0]}


@attrs.define(eq=False, slots=False, kw_only=True)
class MissingReasonError(RowError):
    """
    Rows differ from what the ledger holds, and nobody said why the ledger was wrong.
    """


class IntakeError(LedgerError, ExceptionGroup[LedgerError]):
    """
    A folder or workbook that cannot be accepted; ``exceptions`` holds every bad row at once.
    """

    def __new__(cls, exceptions: Sequence[LedgerError]) -> Self:
        """
        Build the group; its message is made from its parts.
        """
        return ExceptionGroup.__new__(cls, "intake", list(exceptions))

    def __init__(self, exceptions: Sequence[LedgerError]) -> None:  # noqa: ARG002 (taken by __new__)
        LedgerError.__init__(self)

    def derive(self, excs: Sequence[LedgerError], /) -> IntakeError:  # type: ignore[override]
        """
        Build the same kind of group from a part of the rows.
        """
        return IntakeError(excs)

    def explain(self, language: Language = "en") -> str:
        """
        All bad rows, one per line.
        """
        count = len(self.exceptions)
        head = (
            f"{count} 处有误，未导入任何内容："
            if language == "zh"
            else f"{count} problem{'' if count == 1 else 's'}, nothing imported:"
        )
        return "\n".join([head, *(f"  {say(error, language)}" for error in self.exceptions)])
