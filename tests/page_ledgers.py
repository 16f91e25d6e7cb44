"""
Ledgers that a page must show well: of nothing, of one project, of names that attack it, of thousands.
"""

from __future__ import annotations

from datetime import date, timedelta

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.reports.page.document import page
from milestone_ledger.testing.recording import record, recorded
from property.views import view
from statements import achieved, pending, plan, project, promise, slip, source
from strategies.histories import PROGRAMME

FIRST = date(2018, 1, 1)
ATTACKS = (
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(2)>",
    "<!--<script>",
    "\"'>&amp;{title}${1}",
    "名称" * 100,
    "🚧 خط 𠮷",
    "转\u202e向",
)


def page_of(history, *, as_of=FIRST, root=None, **options):
    """
    The page of a whole history.
    """
    return page(view(history, as_of=as_of, recorded_by=history.size), root=root, **options)


def programme():
    return [on.ProgrammeDefined(PROGRAMME)]


def nothing():
    return History()


def programme_alone():
    return recorded(programme())


def one_project():
    """
    One project, whose promise was corrected, kept and told of once more.
    """
    statements = [
        promise("桥", "started", "2018-12-31", "计划", responsible=("交通局",)),
        promise("桥", "completed", "2019-12-31", "计划", responsible=("交通局",)),
        pending("桥", "started", "2018-09-30", "简报"),
        achieved("桥", "started", "[..2019-03-01]", "通报"),
    ]
    documents = [plan("计划", "2018-01-15"), source("简报", "2018-10-08"), source("通报", "2019-03-01")]
    right = promise("桥", "completed", "2020-12-31", "计划", responsible=("交通局",))
    return recorded(
        programme(), [*documents, project("桥", domain="道路")], statements, [slip(6, "计划"), right]
    )


def attackers():
    """
    Projects, documents and notes whose names would run, or turn the page around, if they were mark-up.
    """
    documents = [plan(name, "2018-01-15", issuer=name, number=name) for name in ATTACKS]
    projects = [project(name, name=f"项目 {name}", aliases=(f"别名 {name}",), note=name) for name in ATTACKS]
    statements = [promise(name, "started", "2018-12-31", name, locator=name, note=name) for name in ATTACKS]
    return recorded(programme(), [*documents, *projects], statements)


def thousands(count):
    """
    A ledger of ``count`` projects, each promised in two plans and told of in some of 48 monthly reports.
    """
    plans = [plan(f"计划{year}", f"{year}-01-10") for year in range(2018, 2022)]
    reports = [
        source(f"通报{number}", (FIRST + timedelta(30 * number + 20)).isoformat()) for number in range(48)
    ]
    steps, domains, units = ("started", "completed", "in_use"), ("道路", "教育/幼儿园"), ("交通局", "教委")
    projects, statements = [], []
    for number in range(count):
        name = f"p{number:04}"
        projects.append(
            project(name, domain=domains[number % 2], delivery="new_build" if number % 3 else None)
        )
        first = number % 36
        for place, step in enumerate(steps[: 1 + number % 3]):
            due = FIRST + timedelta(30 * (first + 6 * place) + number % 29)
            unit = (units[number % 2],) if number % 5 else ()
            said = {"responsible": unit, "locator": f"一{number}"}
            statements.append(promise(name, step, due.isoformat(), f"计划{2018 + first // 12}", **said))
            told = min(first + 6 * place + number % 4, 47)
            day = FIRST + timedelta(30 * told + number % 20)
            if number % 7:
                by = UncertainDate(None, day) if number % 2 else UncertainDate(day, day)
                statements.append(achieved(name, step, str(by), f"通报{told}", locator=f"二{number}"))
            else:
                statements.append(pending(name, step, day.isoformat(), f"通报{told}", locator=f"二{number}"))
    history = History()
    for events in (programme(), [*plans, *reports, *projects], statements):
        history = record(history, events)
    return history
