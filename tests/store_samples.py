"""
A small programme and a few events for the tests of the store.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import event

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import (
    MilestoneAchieved,
    MilestonePending,
    ProgrammeDefined,
    ProjectRegistered,
    PromiseMade,
    SourceKind,
    SourceRegistered,
)
from milestone_ledger.domain.programme import Domain, Label, Programme
from milestone_ledger.store.append import append
from milestone_ledger.testing.clock import Clock

PROGRAMME = Programme(
    id="huitian", title=Label("回天计划", "Huitian"), domains=(Domain("交通"), Domain("教育"))
)


def source(name="报告", published="2019-08-14"):
    return SourceRegistered(
        source=name, title=name, published=UncertainDate.parse(published), kind=SourceKind.REPORT
    )


def project(name="北清路", **kwargs):
    return ProjectRegistered(project=name, name=name, **{"domain": "交通"} | kwargs)


def started(name="北清路", by=date(2019, 8, 14), cite="报告", **kwargs):
    return MilestoneAchieved(
        source=cite,
        locator="二(三)11",
        project=name,
        milestone="started",
        occurred=UncertainDate.by(by),
        **kwargs,
    )


def pending(name="北清路", on=date(2019, 8, 14), cite="报告", **kwargs):
    return MilestonePending(
        source=cite, locator="二(引言)", project=name, milestone="started", on=on, **kwargs
    )


def promised(name="北清路", deadline="2019-12-31", cite="报告", **kwargs):
    return PromiseMade(
        source=cite,
        locator="1",
        project=name,
        milestone="started",
        deadline=UncertainDate.parse(deadline),
        **kwargs,
    )


BEGINNING = (ProgrammeDefined(PROGRAMME), source(), project())


def begin(engine, ledger="回天", clock=None):
    """
    A ledger of two commits and four entries; returns the clock that stamped them.
    """
    clock = clock or Clock()
    append(engine, ledger, BEGINNING, actor="clerk", clock=clock)
    append(engine, ledger, [started()], actor="clerk", clock=clock)
    return clock


def counted(engine, what):
    """
    A list that grows by one with each event of an engine, such as a connection that is opened or closed.
    """
    seen = []
    event.listen(engine, what, lambda *_: seen.append(what))
    return seen
