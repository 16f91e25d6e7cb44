"""
What a table is read on: its look, its profile, the programme and the ledger; and what is open or wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from attrs import define, field

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.wording import read_deadline, read_occurred
from milestone_ledger.errors import InvalidValueError, RowError
from milestone_ledger.io.intake.faults import Fault
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.profile.look import Look
from milestone_ledger.io.profile.profile import Profile
from milestone_ledger.io.profile.questions import Asked, Question, answers_path
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.profile.words import Role

YEAR = re.compile("[1-9][0-9]{3}")
_LONGEST_QUOTE = 120


@define(eq=False)
class Basis:
    """
    What everything is read by, and the one place where questions and faults are kept.

    ``file`` is the workbook as errors call it. ``published`` is ``None`` while nobody has said of which day
    the document is and its titles name no ``year`` that could serve until then: no words are read so long.
    """

    look: Look
    profile: Profile
    file: str
    programme: Programme
    registry: Registry
    year: int | None
    asked: Asked = field(factory=Asked)
    _faults: dict[tuple[str, str], RowError] = field(factory=dict)
    names: Names = field(init=False)
    published: UncertainDate | None = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.names = Names(self.programme)
        self.names.know_sources(self.registry.sources)
        self.names.know_projects_of(self.registry, ())
        self.published = None if self.year is None else start_of(self.year)
        text = self.profile.document.published_on
        if text:
            try:
                self.published = read_occurred(text)
            except InvalidValueError as error:
                self.refuse_key("document.published_on", text, error.demand)

    @property
    def faults(self) -> tuple[RowError, ...]:
        """
        Everything that is wrong with the profile or the table, in the order in which it was found.
        """
        return tuple(self._faults.values())

    def is_of(self, year: int | None) -> bool:
        """
        Whether the document is of ``year`` and no other, as far as its day and the year are known.
        """
        published = self.published
        if year is None or published is None or published.earliest is None or published.latest is None:
            return True
        return published.earliest.year == year == published.latest.year

    @property
    def counted_from(self) -> UncertainDate | None:
        """
        The day from which dates without a year are counted in what a person writes of goals.
        """
        said = self.profile.defaults.year
        return start_of(int(said)) if YEAR.fullmatch(said) and not self.is_of(self.year) else self.published

    def is_ahead(self, when: UncertainDate) -> bool:
        """
        Whether all of ``when`` lies after the day of the document, as far as that is known.
        """
        if not self.profile.document.published_on or self.published is None:
            return False
        last, first = self.published.latest, when.earliest
        return last is not None and first is not None and first > last

    def ask(
        self,
        path: str,
        key: str,
        text: Fault,
        *,
        choices: Iterable[str] = (),
        cells: Iterable[Spot] = (),
        column: str = "",
    ) -> None:
        """
        Ask for the value of a key of the profile.
        """
        question = Question(
            path=path, key=key, text=text, choices=tuple(choices), cells=tuple(cells), column=column
        )
        self.asked.ask(question)

    def ask_words(
        self, role: Role, spot: Spot, words: str, text: Fault, *, choices: Iterable[str], column: str
    ) -> None:
        """
        Ask what the words of a cell mean, wherever they stand in such a column.
        """
        self.ask(answers_path(role), words, text, choices=choices, cells=(spot,), column=column)

    def refuse_key(self, path: str, value: str, fault: Fault) -> None:
        """
        Keep a fault of the profile, once.
        """
        value = value[:_LONGEST_QUOTE]
        error = RowError(file=self.profile.file, row=None, column=path, value=value, fault=fault)
        self._faults.setdefault((path, value), error)

    def refuse_answer(self, role: Role, words: str, answer: str, fault: Fault) -> None:
        """
        Keep a fault of an answer.
        """
        self.refuse_key(f"{answers_path(role)}.{words}", answer, fault)

    def refuse_cell(self, spot: Spot, fault: Fault, column: str = "") -> None:
        """
        Keep a fault of a cell, once.
        """
        error = RowError(
            file=self.file,
            row=spot.row,
            column=column,
            value=spot.text[:_LONGEST_QUOTE],
            fault=fault,
            tab=self.look.grid.name,
            cell=spot.address,
        )
        self._faults.setdefault((spot.address, ""), error)

    def deadline(self, path: str, text: str) -> UncertainDate | None:
        """
        The deadline that a key of the profile gives; ``None`` if it is refused.
        """
        try:
            return read_deadline(text, self.counted_from, self.programme.reading)
        except InvalidValueError as error:
            self.refuse_key(path, text, error.demand)
            return None


def start_of(year: int) -> UncertainDate:
    """
    Its first day: from there on, dates without a year are those of ``year``.
    """
    return UncertainDate.on(date(year, 1, 1))
