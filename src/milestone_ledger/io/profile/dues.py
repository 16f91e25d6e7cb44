"""
Columns of deadlines: of a row's goals, of one milestone, or of something that only a person can tell.
"""

from __future__ import annotations

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.registry import name_key
from milestone_ledger.domain.wording import (
    Ambiguous,
    Deadline,
    NoDeadline,
    Outcome,
    deadline_outcome,
    read_deadline,
)
from milestone_ledger.domain.wording.table import language
from milestone_ledger.errors import InvalidValueError, UnknownNameError
from milestone_ledger.io.export.spelling import spell_deadline
from milestone_ledger.io.intake.faults import fault_of
from milestone_ledger.io.profile.basis import Basis, start_of
from milestone_ledger.io.profile.questions import LEFT_OUT, NOBODY, Said, read_answer
from milestone_ledger.io.profile.settings import COUNTS_FROM, Settings, TableColumn
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.profile.words import Role, vocabulary

_ALONE = (
    "a deadline without a goal: write what is due then",
    "只有期限，没有目标：请写到时做到哪个节点",
)
# What is proposed where nothing says what is due.
_USUAL = ("completed", "started", "in_use")


@frozen(eq=False)
class DueReader:
    """
    Reads the cells of a column of deadlines.
    """

    basis: Basis

    def of_header(self, column: TableColumn) -> UncertainDate | None:
        """
        The deadline that the header of a column gives; ``None`` if it gives none.
        """
        return self.basis.deadline("columns.due", column.use.due) if column.use.due else None

    def of_row(self, column: TableColumn, spot: Spot) -> UncertainDate | None:
        """
        The deadline that a cell gives; ``None`` if it gives none, or it is asked.
        """
        text, basis = spot.text.strip(), self.basis
        if name_key(text) in vocabulary().blank or basis.published is None:
            return None
        answer = basis.profile.answer(Role.DEADLINE, spot.address, text)
        if answer is not None:
            return self._answered(text, answer)
        readings: tuple[UncertainDate, ...] = ()
        match self._outcome(text, spot):
            case Deadline(when):
                return when
            case NoDeadline(question, effort):
                if effort:
                    return None
            case Ambiguous(question, readings):
                pass
        choices = (*map(spell_deadline, readings), NOBODY)
        basis.ask_words(Role.DEADLINE, spot, text, question, choices=choices, column=column.heading.name)
        return None

    def _answered(self, text: str, answer: str) -> UncertainDate | None:
        if answer in (NOBODY, LEFT_OUT) or " " in answer:
            return None
        try:
            return read_deadline(answer, self.basis.counted_from, self.basis.programme.reading)
        except InvalidValueError as error:
            self.basis.refuse_answer(Role.DEADLINE, text, answer, error.demand)
            return None

    def _outcome(self, text: str, spot: Spot) -> Outcome:
        """
        What a deadline says; one without a year is of the table's, once a person has said that it is.
        """
        basis, reading = self.basis, self.basis.programme.reading
        said = deadline_outcome(text, basis.published, reading)
        if basis.year is None or basis.is_of(basis.year):
            return said
        if said == deadline_outcome(text, start_of(basis.year), reading):
            return said
        year = Settings(basis).year(spot)
        meant = said if year is None else deadline_outcome(text, start_of(year), reading)
        if meant != said and any(word in text for word in language().years):
            days = [each.when for each in (said, meant) if isinstance(each, Deadline)]
            return Ambiguous(COUNTS_FROM, tuple(sorted(days)))
        return meant

    def of_milestone(self, column: TableColumn, spot: Spot, milestone: str) -> tuple[Said, ...]:
        """
        What a cell under the header of a milestone promises.
        """
        when = self.of_row(column, spot)
        if when is None:
            return ()
        return (Said(kind="firm", milestone=milestone, when=when, words=spot.text.strip()),)

    def alone(self, column: TableColumn, spot: Spot) -> tuple[Said, ...]:
        """
        What a deadline in a row without a goal says: only a person can tell.
        """
        text, basis = spot.text.strip(), self.basis
        if name_key(text) in vocabulary().blank or basis.published is None:
            return ()
        answer = basis.profile.answer(Role.DEADLINE, spot.address, text)
        if answer is None:
            due = self.of_row(column, spot)
            shown = "" if due is None else f" {spell_deadline(due)}"
            labels = {step.id: step.label.zh for step in basis.programme.milestones}
            choices = [*(f"明确 {labels[step]}{shown}" for step in _USUAL), LEFT_OUT]
            name = column.heading.name
            basis.ask_words(Role.DEADLINE, spot, text, _ALONE, choices=choices, column=name)
            return ()
        if answer == NOBODY:
            return ()
        try:
            return read_answer(answer, text, basis.names, basis.counted_from)
        except (InvalidValueError, UnknownNameError) as error:
            basis.refuse_answer(Role.DEADLINE, text, answer, fault_of(error))
            return ()
