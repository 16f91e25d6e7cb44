"""
What portfolios are about: the programme, the documents, and the projects with the truth about them.
"""

from __future__ import annotations

from datetime import date

from attrs import frozen

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)

LEDGER = "portfolio"

MODES = {
    "new_build": ("initiated", "started", "structure_complete", "completed", "handed_over", "in_use"),
    "renovation": ("initiated", "started", "completed", "in_use"),
    "upgrade": ("started", "completed", "in_use"),
    "purchase": ("acquired", "in_use"),
    "handover": ("handed_over", "in_use"),
    "task": ("completed",),
}
SHARES = {"new_build": 45, "renovation": 22, "upgrade": 8, "purchase": 3, "handover": 5, "task": 7, None: 10}
DOMAINS = (
    "交通/道路",
    "交通/停车",
    "教育/幼儿园",
    "教育/中小学",
    "卫生/医院",
    "养老/驿站",
    "市政/排水",
    "市政/供水",
)
UNITS = ("区住建委", "区交通局", "区教委", "区卫健委", "区城管委", "区水务局", "区民政局", "区园林绿化局")


def programme() -> Programme:
    """
    The definition of every portfolio.
    """
    return Programme(
        id=LEDGER,
        title=Label("测试用项目库", "a portfolio for measuring"),
        milestones=(*BUILT_IN_MILESTONES, Milestone("acquired", Label("购置", "acquired"))),
        lifecycles=tuple(Lifecycle(mode, Label(mode, mode), steps) for mode, steps in MODES.items()),
        domains=tuple(Domain(path) for path in DOMAINS),
        units=tuple(Unit(name) for name in UNITS),
    )


@frozen
class Document:
    """
    A source: its id, its day, and whether it is a plan.
    """

    id: str
    day: date
    is_plan: bool = False

    def registration(self) -> on.SourceRegistered:
        """
        What registers it.
        """
        kind = on.SourceKind.PLAN if self.is_plan else on.SourceKind.REPORT
        return on.SourceRegistered(
            source=self.id,
            title=f"关于{self.day.year}年{self.day.month}月工程建设情况的文件（{self.id}）",
            published=UncertainDate.on(self.day),
            kind=kind,
            issuer="区政府办公室",
        )


@frozen
class Subject:
    """
    A project and the truth about it: for each unit it stands for, the day of each milestone.

    ``size`` is ``None`` of a batch whose number no document names.
    """

    id: str
    delivery: str | None
    size: int | None
    courses: tuple[dict[str, date], ...]
    member_of: str | None = None
    is_alone: bool = True

    @property
    def steps(self) -> tuple[str, ...]:
        """
        The milestones that documents speak of.
        """
        return MODES[self.delivery or "new_build"]

    def reached(self, milestone: str, day: date) -> int:
        """
        How many of its units had reached a milestone by the end of a day.
        """
        return sum(course[milestone] <= day for course in self.courses)
