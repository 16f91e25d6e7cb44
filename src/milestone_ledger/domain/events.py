"""
What a ledger records: one closed union of frozen events, all in the past tense.

Each event is a statement that stands in a document, or a registration that the ledger itself makes.
Events hold values only; what may follow what is the business of ``domain.rules``.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import cast

from attrs import field, frozen
from attrs.validators import optional

from milestone_ledger.domain import values
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import InvalidValueError


class SourceKind(StrEnum):
    """
    What a document is: a plan promises, a report tells what came of it.
    """

    PLAN = "plan"
    REPORT = "report"
    OTHER = "other"


class Firmness(StrEnum):
    """
    How firmly a promise is worded.

    ``EFFORT`` promises effort alone (推进, 加快); it is kept in the ledger and never judged.
    """

    FIRM = "firm"
    PLANNED = "planned"
    ASPIRATION = "aspiration"
    FORECAST = "forecast"
    EFFORT = "effort"


class Activity(StrEnum):
    """
    A change of a project's course, in the order in which ties on one day are broken.
    """

    SUSPENDED = "suspended"
    RESUMED = "resumed"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"

    @property
    def rank(self) -> int:
        """
        1 to 4, the later wins among changes of one day.
        """
        return list(Activity).index(self) + 1


class Comparator(StrEnum):
    """
    How a number is meant; a bare number is exact.
    """

    EXACTLY = "="
    AT_LEAST = "≥"
    AT_MOST = "≤"
    ABOUT = "≈"


class RelationKind(StrEnum):
    """
    How one project stands to another; the first reads "this project is a part of the other".
    """

    PART_OF = "part_of"
    FOLLOWS_PHASE = "follows_phase"
    PERHAPS_SAME = "perhaps_same"
    NOT_SAME = "not_same"


@frozen
class Relation:
    """
    A relation of a project to the project ``project``.
    """

    kind: RelationKind = field(validator=values.member(RelationKind))
    project: str = field(validator=values.name)


@frozen
class Period:
    """
    The days from ``first`` to ``last`` that a document covers, both included.
    """

    first: date = field(validator=values.day)
    last: date = field(validator=values.day)

    def __attrs_post_init__(self) -> None:
        if self.first > self.last:
            raise InvalidValueError(
                "Period",
                f"{self.first}..{self.last}",
                ("the first day must not lie after the last", "起始日不得晚于截止日"),
            )


@frozen
class ProgrammeDefined:
    """
    The definition of the programme in force from here on.
    """

    programme: Programme = field(validator=values.member(Programme))


@frozen(kw_only=True)
class SourceRegistered:
    """
    A published document (依据).

    ``published`` is uncertain where the document bears no date; its latest day is ``published_on``.
    ``sha256`` is the digest of the document's file, in lower-case hexadecimal, if one is kept.
    """

    source: str = field(validator=values.name)
    title: str = field(validator=values.name)
    published: UncertainDate = field(validator=values.uncertain_day)
    kind: SourceKind = field(validator=values.member(SourceKind))
    issuer: str = field(default="", validator=values.text)
    number: str = field(default="", validator=values.text)
    period: Period | None = field(default=None, validator=optional(values.member(Period)))
    link: str = field(default="", validator=values.text)
    sha256: str = field(default="", validator=values.text)
    note: str = field(default="", validator=values.text)

    @property
    def published_on(self) -> date:
        """
        The latest day on which the document can have been published.
        """
        assert self.published.latest is not None  # noqa: S101 (the validator of ``published`` holds it)
        return self.published.latest


@frozen(kw_only=True)
class ProjectRegistered:
    """
    What is promised and built (项目): a named project, or a batch known by its number.

    ``size`` is how many it stands for (1 for a named project, ``None`` for 一批), ``measure`` its
    measure word; ``delivery`` is ``None`` where no document states the mode.
    """

    project: str = field(validator=values.name)
    name: str = field(validator=values.name)
    domain: str = field(validator=values.name)
    aliases: tuple[str, ...] = field(default=(), validator=values.every(values.name))
    delivery: str | None = field(default=None, validator=optional(values.name))
    size: int | None = field(default=cast("int | None", 1), validator=optional(values.whole_number(1)))
    measure: str = field(default="", validator=values.text)
    member_of: str | None = field(default=None, validator=optional(values.name))
    related: tuple[Relation, ...] = field(default=(), validator=values.every(values.member(Relation)))
    note: str = field(default="", validator=values.text)


@frozen(kw_only=True)
class ProjectAmended:
    """
    What of a project's identity changed; ``None`` leaves a part as it was.

    An empty ``delivery`` or ``member_of`` takes the mode or the batch away.
    The size of a project never changes.
    """

    project: str = field(validator=values.name)
    name: str | None = field(default=None, validator=optional(values.name))
    aliases: tuple[str, ...] | None = field(default=None, validator=optional(values.every(values.name)))
    domain: str | None = field(default=None, validator=optional(values.name))
    delivery: str | None = field(default=None, validator=optional(values.text))
    member_of: str | None = field(default=None, validator=optional(values.text))
    related: tuple[Relation, ...] | None = field(
        default=None, validator=optional(values.every(values.member(Relation)))
    )
    note: str | None = field(default=None, validator=optional(values.text))


@frozen(kw_only=True)
class Statement:
    """
    What a document says: every statement cites its ``source`` and the place in it (``locator``).

    ``ref`` is the row's own number in a 台账, given where the content alone would not identify it.
    """

    source: str = field(validator=values.name)
    locator: str = field(validator=values.name)
    ref: str = field(default="", validator=values.text)
    note: str = field(default="", validator=values.text)


@frozen(kw_only=True)
class PromiseMade(Statement):
    """
    A promise (承诺): project × milestone × deadline × quantity, and how firm it is.

    ``quantity`` is how many of a batch are promised; ``None`` promises the whole.
    ``responsible`` holds the units that the document names, in its order.
    """

    project: str = field(validator=values.name)
    milestone: str | None = field(default=None, validator=optional(values.name))
    deadline: UncertainDate | None = field(default=None, validator=optional(values.uncertain_date))
    quantity: int | None = field(default=None, validator=optional(values.whole_number(0)))
    firmness: Firmness = field(default=Firmness.FIRM, validator=values.member(Firmness))
    responsible: tuple[str, ...] = field(default=(), validator=values.every(values.name))

    @property
    def is_judged(self) -> bool:
        """
        Whether it names a milestone and a deadline and promises more than effort.
        """
        return (
            self.firmness is not Firmness.EFFORT and self.milestone is not None and self.deadline is not None
        )


@frozen(kw_only=True)
class PromiseWithdrawn(Statement):
    """
    A promise taken back (撤回): of this project, milestone and quantity.
    """

    project: str = field(validator=values.name)
    milestone: str = field(validator=values.name)
    quantity: int | None = field(default=None, validator=optional(values.whole_number(0)))


@frozen(kw_only=True)
class MilestoneAchieved(Statement):
    """
    Evidence that a milestone was reached (达到) on some day within ``occurred``.

    With ``quantity``, at least so many of a batch had reached it by ``occurred.latest``; the earliest
    day is then open. Without, the whole had.
    """

    project: str = field(validator=values.name)
    milestone: str = field(validator=values.name)
    occurred: UncertainDate = field(validator=values.uncertain_day)
    quantity: int | None = field(default=None, validator=optional(values.whole_number(0)))
    contested: bool = field(default=False, validator=values.flag)

    def __attrs_post_init__(self) -> None:
        if self.quantity is not None and self.occurred.earliest is not None:
            raise InvalidValueError(
                "MilestoneAchieved.occurred",
                str(self.occurred),
                (
                    f"a partial count is cumulative: its first day is open, write [..{self.occurred.latest}]",
                    f"部分数量为累计数，起始日未知：请写 [..{self.occurred.latest}]",
                ),
            )


@frozen(kw_only=True)
class MilestonePending(Statement):
    """
    Evidence that a milestone was not yet reached (未达到), up to and including the day ``on``.

    With ``quantity``, at most so many of a batch had reached it (0 = none); without, not all had.
    """

    project: str = field(validator=values.name)
    milestone: str = field(validator=values.name)
    on: date = field(validator=values.day)
    quantity: int | None = field(default=None, validator=optional(values.whole_number(0)))
    contested: bool = field(default=False, validator=values.flag)


@frozen(kw_only=True)
class StatementNoted(Statement):
    """
    What a document says of a project without settling a milestone (动态): 加快推进, 形象进度95%.

    ``occurred`` is the day it speaks of, if the document gives one.
    """

    project: str = field(validator=values.name)
    milestone: str | None = field(default=None, validator=optional(values.name))
    occurred: UncertainDate | None = field(default=None, validator=optional(values.uncertain_day))


@frozen(kw_only=True)
class ActivityChanged(Statement):
    """
    A project was suspended 停工, resumed 复工, cancelled 取消 or reinstated 恢复 on a day.

    ``note`` gives the reason. It never touches the bounds of a milestone.
    """

    project: str = field(validator=values.name)
    activity: Activity = field(validator=values.member(Activity))
    on: date = field(validator=values.day)


@frozen(kw_only=True)
class BlockerRaised(Statement):
    """
    An obstacle on the supervision list (挂账): what it is (``note``), who must remove it, by when.

    Within its project it is known by ``ref``; a project's one unnumbered obstacle has an empty ``ref``.
    """

    project: str = field(validator=values.name)
    milestone: str | None = field(default=None, validator=optional(values.name))
    deadline: UncertainDate | None = field(default=None, validator=optional(values.uncertain_date))
    responsible: tuple[str, ...] = field(default=(), validator=values.every(values.name))


@frozen(kw_only=True)
class BlockerCleared(Statement):
    """
    The obstacle with the same project and ``ref`` was removed (销账) on a day.
    """

    project: str = field(validator=values.name)
    on: date = field(validator=values.day)


@frozen(kw_only=True)
class IndicatorTargeted(Statement):
    """
    A number promised (目标), such as 学位 ≥4140个 by 2022.
    """

    name: str = field(validator=values.name)
    value: Decimal = field(validator=values.number)
    comparator: Comparator = field(default=Comparator.EXACTLY, validator=values.member(Comparator))
    measure: str = field(default="", validator=values.text)
    deadline: UncertainDate | None = field(default=None, validator=optional(values.uncertain_date))
    project: str | None = field(default=None, validator=optional(values.name))
    responsible: tuple[str, ...] = field(default=(), validator=values.every(values.name))


@frozen(kw_only=True)
class IndicatorObserved(Statement):
    """
    A number measured (实测), as it stood on some day within ``occurred``.
    """

    name: str = field(validator=values.name)
    value: Decimal = field(validator=values.number)
    occurred: UncertainDate = field(validator=values.uncertain_day)
    comparator: Comparator = field(default=Comparator.EXACTLY, validator=values.member(Comparator))
    measure: str = field(default="", validator=values.text)
    project: str | None = field(default=None, validator=optional(values.name))


@frozen(kw_only=True)
class Scope:
    """
    What a total counts; an empty part sets no limit.

    Projects promised in these plans, of these domains (with all below them) and these delivery modes.
    """

    plans: tuple[str, ...] = field(default=(), validator=values.every(values.name))
    domains: tuple[str, ...] = field(default=(), validator=values.every(values.name))
    deliveries: tuple[str, ...] = field(default=(), validator=values.every(values.name))


@frozen(kw_only=True)
class TotalReported(Statement):
    """
    An official count (汇总), such as "67个已开工", of projects that reached any of ``milestones``.

    Without milestones it counts projects as such. ``on`` is the day it speaks of.
    A total is never evidence.
    """

    what: str = field(validator=values.name)
    count: int = field(validator=values.whole_number(0))
    on: UncertainDate = field(validator=values.uncertain_day)
    comparator: Comparator = field(default=Comparator.EXACTLY, validator=values.member(Comparator))
    measure: str = field(default="", validator=values.text)
    milestones: tuple[str, ...] = field(default=(), validator=values.every(values.name))
    scope: Scope = field(factory=Scope, validator=values.member(Scope))


@frozen(kw_only=True)
class EntryRetracted:
    """
    The entry ``target`` does not hold (更正), from this retraction's own publication on.

    A clerk's slip cites the source of its target, so no published view keeps the target; a document
    that corrects an earlier one is cited itself, so the earlier view stands.
    The retraction of a registration cites no source (``None``). ``note`` gives the reason.
    """

    target: int = field(validator=values.whole_number(0))
    source: str | None = field(default=None, validator=optional(values.name))
    locator: str = field(default="", validator=values.text)
    note: str = field(default="", validator=values.text)


Evidence = MilestoneAchieved | MilestonePending
Quantified = PromiseMade | PromiseWithdrawn | Evidence
Registration = SourceRegistered | ProjectRegistered | ProjectAmended
ProjectStatement = (
    PromiseMade
    | PromiseWithdrawn
    | MilestoneAchieved
    | MilestonePending
    | StatementNoted
    | ActivityChanged
    | BlockerRaised
    | BlockerCleared
)
Event = (
    ProgrammeDefined
    | SourceRegistered
    | ProjectRegistered
    | ProjectAmended
    | ProjectStatement
    | IndicatorTargeted
    | IndicatorObserved
    | TotalReported
    | EntryRetracted
)


def project_of(event: Event) -> str | None:
    """
    The project that an event speaks of; ``None`` if it speaks of none.
    """
    return getattr(event, "project", None)
