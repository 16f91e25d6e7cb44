"""
A programme, and one commit after another that together hold every kind of event.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import attrs

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    BUILT_IN_ORDER,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)

FIRST = date(2019, 1, 1)
ODD = "“奇”<b>名</b>🏗️\u202e'; --"
DOMAINS = ("交通/道路", "教育")


def day(number: int) -> date:
    """
    The day so many days after the first.
    """
    return FIRST + timedelta(number)


def programme(name: str, extensions: int = 0) -> Programme:
    """
    A programme whose order holds a diamond; an extension adds a milestone, a domain and a unit.
    """
    extra = range(extensions)
    return Programme(
        id=name,
        title=Label("回天计划", "Huitian"),
        milestones=(
            *BUILT_IN_MILESTONES,
            Milestone("trial", Label("试运行", "trial run")),
            *(Milestone(f"extra{n}", Label(f"附加{n}", f"extra {n}")) for n in extra),
        ),
        order=(
            *BUILT_IN_ORDER,
            ("started", "trial"),
            ("trial", "in_use"),
            *(("started", f"extra{n}") for n in extra),
        ),
        lifecycles=(
            Lifecycle(
                "new_build", Label("新建", "new build"), ("initiated", "started", "completed", "in_use")
            ),
            Lifecycle("takeover", Label("移交", "takeover"), ("handed_over", "in_use")),
        ),
        domains=(*map(Domain, DOMAINS), *(Domain(f"附加{n}") for n in extra)),
        units=(
            Unit("交通局"),
            Unit("教委", former=("教育局",)),
            Unit("住建委"),
            Unit("水务局"),
            *(Unit(f"附加{n}") for n in extra),
        ),
    )


def everything_once(name: str) -> list[list[on.Event]]:
    """
    Commits that hold every kind of event, with a batch, corrections of both sorts and contested evidence.
    """
    plan, report, later = (
        on.SourceRegistered(source=source, title=source, published=UncertainDate.parse(published), kind=kind)
        for source, published, kind in (
            ("方案", "2019-01-05", on.SourceKind.PLAN),
            ("快报", "[2019-01-11..2019-01-20]", on.SourceKind.REPORT),
            ("年报", "2019-02-10", on.SourceKind.REPORT),
        )
    )
    road = on.ProjectRegistered(
        project="北清路", name=f"北清路{ODD}", domain="交通/道路", delivery="new_build"
    )
    schools = on.ProjectRegistered(project="幼儿园", name="4所幼儿园", domain="教育", size=4, measure="所")
    one = on.ProjectRegistered(project="一园", name="第一幼儿园", domain="教育", member_of="幼儿园")
    first: dict[str, Any] = {"source": "方案", "locator": "一1"}
    second: dict[str, Any] = {"source": "快报", "locator": "二"}
    third: dict[str, Any] = {"source": "年报", "locator": "三"}
    some: list[on.Event] = [plan, report, later, road, schools, one]
    promise = on.PromiseMade(
        **first,
        project="北清路",
        milestone="completed",
        deadline=UncertainDate.parse("2019-01"),
        responsible=("教育局", "交通局", "住建委", "水务局"),
    )
    wrong = on.MilestoneAchieved(
        **second, project="北清路", milestone="started", occurred=UncertainDate.parse("[..2019-01-15]")
    )
    commits: list[list[on.Event]] = [
        some,
        [
            promise,
            attrs.evolve(promise, project="幼儿园", milestone="handed_over", quantity=2),
            attrs.evolve(promise, project="幼儿园", milestone="started"),
            attrs.evolve(promise, firmness=on.Firmness.EFFORT, milestone="in_use"),
        ],
        [wrong],
        [on.MilestonePending(**second, project="北清路", milestone="completed", on=date(2019, 1, 11))],
        [
            on.MilestoneAchieved(
                **second,
                project="幼儿园",
                milestone="handed_over",
                occurred=UncertainDate.by(date(2019, 1, 20)),
                quantity=1,
            ),
            on.MilestonePending(
                **second, project="幼儿园", milestone="handed_over", on=date(2019, 1, 10), quantity=0
            ),
            on.MilestoneAchieved(
                **third, project="一园", milestone="in_use", occurred=UncertainDate.on(date(2019, 2, 1))
            ),
        ],
        [
            on.MilestonePending(
                **third,
                project="北清路",
                milestone="started",
                on=date(2019, 1, 31),
                contested=True,
                note="与快报不一致",
            ),
            on.MilestoneAchieved(
                **second,
                project="北清路",
                milestone="structure_complete",
                occurred=UncertainDate.by(date(2019, 1, 15)),
                contested=True,
                note="存疑",
            ),
        ],
        [on.StatementNoted(**second, project="北清路", note="加快推进")],
        [
            on.ActivityChanged(
                **second, project="北清路", activity=on.Activity.CANCELLED, on=date(2019, 1, 12)
            ),
            on.ActivityChanged(
                **third, project="北清路", activity=on.Activity.REINSTATED, on=date(2019, 2, 3)
            ),
        ],
        [on.PromiseWithdrawn(**second, project="幼儿园", milestone="started")],
        # On the first day of a deadline, it is too late to withdraw; on the day before, it is not.
        [
            attrs.evolve(
                promise, project=project, milestone=milestone, deadline=UncertainDate.parse(deadline)
            )
            for project in ("北清路", "幼儿园")
            for milestone, deadline in (("trial", "2019-01-20"), ("handed_over", "2019-01-21"))
        ],
        [
            on.PromiseWithdrawn(**second, project="幼儿园", milestone="trial"),
            on.PromiseWithdrawn(**second, project="幼儿园", milestone="handed_over"),
            # Promised anew by the document that withdraws: that is no longer withdrawn.
            attrs.evolve(
                promise,
                **second,
                project="幼儿园",
                milestone="trial",
                deadline=UncertainDate.parse("2019-02-05"),
            ),
        ],
        [attrs.evolve(promise, **third, project="幼儿园", milestone="started")],
        [on.BlockerRaised(**second, project="北清路", ref="1", note="拆迁", responsible=("交通局",))],
        [on.BlockerCleared(**third, project="北清路", ref="1", on=date(2019, 2, 9))],
        [
            on.IndicatorTargeted(**first, name="学位", value=Decimal(4140), measure="个"),
            on.IndicatorObserved(
                **third,
                name="学位",
                value=Decimal("12.50"),
                measure="个",
                occurred=UncertainDate.parse("2019-01"),
            ),
        ],
        [
            on.TotalReported(
                **third, what="已开工", count=3, on=UncertainDate.parse("2019-01"), milestones=("started",)
            )
        ],
        [
            on.EntryRetracted(target=11, source="年报", locator="勘误", note="文件更正"),
            attrs.evolve(wrong, **third, occurred=UncertainDate.on(date(2019, 1, 30))),
        ],
        [on.EntryRetracted(target=7, source="方案", locator="一1", note="录入有误")],
        [on.ProjectAmended(project="一园", name="回龙观幼儿园", aliases=("一幼",))],
    ]
    # A document is redated: what cites it is taken back, as of the old day, and entered again.
    size = 1 + sum(map(len, commits))
    notice = attrs.evolve(
        later,
        source="通告",
        title="通告",
        published=UncertainDate.on(date(2019, 1, 25)),
        kind=on.SourceKind.OTHER,
    )
    noted = on.StatementNoted(source="通告", locator="一", project="北清路", milestone="completed")
    commits += [
        [notice, noted],
        [
            on.EntryRetracted(target=size, note="日期有误"),
            attrs.evolve(notice, published=UncertainDate.on(date(2019, 2, 15))),
            on.EntryRetracted(target=size + 1, source="通告", locator="一", note="日期有误"),
            noted,
        ],
        [on.ProjectAmended(project="一园", member_of="", delivery="takeover")],
        [on.ProjectAmended(project="北清路", domain="教育", delivery="")],
        [on.ProgrammeDefined(programme(name, 1))],
    ]
    return commits
