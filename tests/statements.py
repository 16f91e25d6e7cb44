"""
Short spellings of events for examples: dates as text, a document cited by its id.
"""

from __future__ import annotations

from datetime import date

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate


def day(text):
    return date.fromisoformat(text)


def source(name, published, kind=on.SourceKind.REPORT, **fields):
    return on.SourceRegistered(
        source=name, title=f"文件 {name}", published=UncertainDate.parse(published), kind=kind, **fields
    )


def plan(name, published, **fields):
    return source(name, published, on.SourceKind.PLAN, **fields)


def project(name, size=1, /, **fields):
    return on.ProjectRegistered(
        **{"project": name, "name": f"项目 {name}", "domain": "道路", "size": size} | fields
    )


def promise(name, milestone, deadline, cites, **fields):
    deadline = None if deadline is None else UncertainDate.parse(deadline)
    return on.PromiseMade(
        **{"source": cites, "locator": "一1", "project": name, "milestone": milestone, "deadline": deadline}
        | fields
    )


def withdrawn(name, milestone, cites, **fields):
    return on.PromiseWithdrawn(source=cites, locator="一2", project=name, milestone=milestone, **fields)


def achieved(name, milestone, occurred, cites, **fields):
    return on.MilestoneAchieved(
        **{"source": cites, "locator": "二3", "project": name, "milestone": milestone} | fields,
        occurred=UncertainDate.parse(occurred),
    )


def pending(name, milestone, on_day, cites, **fields):
    return on.MilestonePending(
        **{"source": cites, "locator": "二4", "project": name, "milestone": milestone} | fields,
        on=day(on_day),
    )


def activity(name, change, on_day, cites, **fields):
    return on.ActivityChanged(
        **{"source": cites, "locator": "三5", "project": name} | fields,
        activity=on.Activity(change),
        on=day(on_day),
    )


def slip(target, cites):
    return on.EntryRetracted(target=target, source=cites)
