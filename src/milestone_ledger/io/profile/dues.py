"""
Columns of deadlines: of a row's goals, of one milestone, or of something that only a person can tell.
"""

from __future__ import annotations

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.registry import name_key
from milestone_ledger.domain.wording import NoDeadline, deadline_outcome, read_deadline
from milestone_ledger.errors import InvalidValueError, UnknownNameError
from milestone_ledger.io.export.spelling import spell_deadline
from milestone_ledger.io.intake.faults import fault_of
from milestone_ledger.io.profile.basis import Basis
from milestone_ledger.io.profile.questions import LEFT_OUT, NOBODY, Said, read_answer
from milestone_ledger.io.profile.settings import TableColumn
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
        answer = basis.profile.answer(Role.DEADLINE, spot.address, text)
        if name_key(text) in vocabulary().blank or basis.published is None:
            return None
        if answer in (NOBODY, LEFT_OUT) or (answer is not None and " " in answer):
            return None
        said = deadline_outcome(text, basis.published, basis.programme.reading)
        if answer is None and isinstance(said, NoDeadline) and said.effort:
            return None
        try:
            return read_deadline(answer or text, basis.published, basis.programme.reading)
        except InvalidValueError as error:
            if answer is not None:
                basis.refuse_answer(Role.DEADLINE, text, answer, error.demand)
            else:
                name = column.heading.name
                basis.ask_words(Role.DEADLINE, spot, text, error.demand, choices=(NOBODY,), column=name)
            return None

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
            return read_answer(answer, text, basis.names, basis.published)
        except (InvalidValueError, UnknownNameError) as error:
            basis.refuse_answer(Role.DEADLINE, text, answer, fault_of(error))
            return ()
