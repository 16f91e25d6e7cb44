"""
What a person should look at before recording; it stops nothing.
"""

from __future__ import annotations

from attrs import frozen

from milestone_ledger.errors import Language, place_name


@frozen(kw_only=True)
class Warned:
    """
    Something to look at; it stops nothing.

    ``row`` counts as a spreadsheet does, ``tab`` and ``cell`` are as those of ``RowError``; ``text`` says
    what, in English and Chinese.
    """

    file: str
    row: int | None = None
    column: str = ""
    value: str = ""
    text: tuple[str, str]
    tab: str = ""
    cell: str = ""

    def explain(self, language: Language = "en") -> str:
        """
        Where, and what to look at.
        """
        chinese = language == "zh"
        place = place_name(self.file, self.tab, self.cell, self.row, language)
        column = f" “{self.column}”" if self.column else ""
        shown = f" {self.value!r}" if self.value else ""
        return f"{place}{column}{shown}{'：' if chinese else ': '}{self.text[1 if chinese else 0]}"
