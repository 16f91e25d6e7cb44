"""
How values stand in cells: the inverse of ``cells`` and of the readers of names.

A name is spelled as people know it, if that is read as what is meant; else by its id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Comparator, Period, Relation, Scope
from milestone_ledger.domain.registry import Project
from milestone_ledger.errors import Language, LedgerError
from milestone_ledger.io.intake.cells import Count, read_count, read_relations
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.sheets import NO_UNITS, RELATION_WORDS, STATUS_WORDS

_SEPARATOR = "；"


def spell_deadline(deadline: UncertainDate | None) -> str:
    """
    The day, or both ends: a deadline of 2019 would be read as the last day of the year.
    """
    if deadline is None:
        return ""
    ends = [end.isoformat() if end else "" for end in (deadline.earliest, deadline.latest)]
    return ends[0] if deadline.is_exact else f"[{ends[0]}..{ends[1]}]"


def spell_period(period: Period | None) -> str:
    """
    ``2018..2020`` if it begins and ends with a year, else both days.
    """
    if period is None:
        return ""
    first, last = period.first, period.last
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        return f"{first.year:04}" if first.year == last.year else f"{first.year:04}..{last.year:04}"
    return f"{first.isoformat()}..{last.isoformat()}"


def spell_amount(comparator: Comparator, value: Decimal | int, measure: str) -> str:
    """
    A number with its comparator, unless it is exact, and its measure word.
    """
    sign = "" if comparator is Comparator.EXACTLY else comparator.value
    return f"{sign}{value:f}{measure}" if isinstance(value, Decimal) else f"{sign}{value}{measure}"


def spell_size(size: int | None, measure: str) -> str:
    """
    How many a project stands for; blank for one without a measure word.
    """
    if size is None:
        return f"若干{measure}"
    return "" if (size, measure) == (1, "") else f"{size}{measure}"


def spell_status(*, contested: bool, corrected_by: str | None, language: Language) -> str:
    """
    Blank, contested, withdrawn by a source, or both.
    """
    parts = [STATUS_WORDS.write("contested", language)] if contested else []
    if corrected_by:
        parts.append(f"{STATUS_WORDS.write('void', language)}@{corrected_by}")
    return _SEPARATOR.join(parts)


class Spelling:
    """
    The spelling of names, in the words of ``language`` where there are two.

    What no spelling fits is spelled all the same; reading it will tell that it does not fit.
    ``projects`` are by id; more may become known later.
    """

    def __init__(self, names: Names, projects: Mapping[str, Project], language: Language) -> None:
        self._names = names
        self._projects = projects
        self._language: Language = language

    def milestone(self, milestone: str | None) -> str:
        """
        The label of a milestone; blank for none.
        """
        if milestone is None:
            return ""
        return _fitting(self._milestone_labels(milestone), self._names.milestone, milestone)

    def milestones(self, milestones: Iterable[str]) -> str:
        """
        The labels of several milestones.
        """
        return _SEPARATOR.join(
            _fitting(self._milestone_labels(milestone), self._names.milestones, (milestone,))
            for milestone in milestones
        )

    def delivery(self, delivery: str | None) -> str:
        """
        The label of a delivery mode; blank for none.
        """
        return "" if delivery is None else _fitting(self._labels(delivery), self._names.delivery, delivery)

    def project(self, project: str | None) -> str:
        """
        The name of a project; blank for none.
        """
        if project is None:
            return ""
        return _fitting((self._projects[project].name, project), self._names.project, project)

    def related(self, relations: Iterable[Relation]) -> str:
        """
        Relations to other projects, each with its word.
        """
        return _SEPARATOR.join(map(self._relation, relations))

    def _relation(self, relation: Relation) -> str:
        known = self._projects[relation.project]
        word = RELATION_WORDS.write(relation.kind, self._language)
        spellings = [f"{word}：{name}" for name in (known.name, known.id, *known.aliases)]

        def read(text: str) -> tuple[Relation, ...]:
            return tuple(Relation(kind, self._names.project(name)) for kind, name in read_relations(text))

        return _fitting(spellings, read, (relation,))

    def units(self, units: Iterable[str]) -> str:
        """
        Responsible units; blank for none.
        """
        return _SEPARATOR.join(units)

    def nobody(self) -> str:
        """
        That no unit is responsible, where a blank would be filled in from other rows.
        """
        other: Language = "en" if self._language == "zh" else "zh"
        words = (NO_UNITS.write("nobody", language) for language in (self._language, other))
        return _fitting(words, self._names.units, ())

    def scope(self, scope: Scope) -> str:
        """
        What a total counts: documents, domains and delivery modes.
        """
        deliveries = (
            _fitting(self._labels(delivery), self._names.scope, Scope(deliveries=(delivery,)))
            for delivery in scope.deliveries
        )
        return _SEPARATOR.join((*scope.plans, *scope.domains, *deliveries))

    def quantity(self, quantity: int | None, project: str) -> str:
        """
        How many of a batch, with its measure word if that can be written; blank for the whole.
        """
        if quantity is None:
            return ""
        measure = self._projects[project].measure
        meant = Count(Comparator.EXACTLY, quantity, measure)
        return _fitting((f"{quantity}{measure}",), read_count, meant, otherwise=str(quantity))

    def _labels(self, delivery: str) -> tuple[str, ...]:
        programme = self._names.programme
        labels = (programme.delivery_label(delivery, language) for language in (self._language, "zh"))
        return (*labels, delivery)

    def _milestone_labels(self, milestone: str) -> tuple[str, ...]:
        programme = self._names.programme
        labels = (programme.milestone_label(milestone, language) for language in (self._language, "zh"))
        return (*labels, milestone)


def _fitting(
    spellings: Iterable[str], read: Callable[[str], object], meaning: object, *, otherwise: str | None = None
) -> str:
    """
    The first spelling that is read as what is meant; else ``otherwise``, or the last of them.
    """
    spelling = ""
    for spelling in spellings:
        try:
            if read(spelling) == meaning:
                return spelling
        except LedgerError:
            continue
    return spelling if otherwise is None else otherwise
