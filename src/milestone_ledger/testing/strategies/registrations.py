"""
Documents, projects and the programme: what is registered, amended and registered anew.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry
from milestone_ledger.testing.strategies import vocabulary
from milestone_ledger.testing.strategies.calendar import CALENDAR, closed_dates, days

SOURCES = ("s0", "s1", "s2", "s3", "s4")
PROJECTS = ("p0", "p1", "p2", "p3")


def programme_of(registry: Registry) -> Programme:
    """
    The programme in force, which every history drawn here begins with.
    """
    assert registry.programme is not None
    return registry.programme


@st.composite
def source_events(draw: st.DrawFn, name: str) -> on.SourceRegistered:
    """
    The registration of a document, most often of a day, seldom of no first day.
    """
    published = draw(closed_dates() | days.map(UncertainDate.on) | days.map(UncertainDate.on))
    if draw(st.integers(0, 9)) == 9:  # noqa: PLR2004 (one in ten)
        published = UncertainDate(None, published.latest)
    return on.SourceRegistered(
        source=name,
        title=f"文件 {name}",
        published=published,
        kind=draw(st.sampled_from(on.SourceKind)),
        period=draw(st.none() | st.just(on.Period(CALENDAR[0], CALENDAR[20]))),
    )


@st.composite
def project_events(
    draw: st.DrawFn, programme: Programme, name: str, batches: Sequence[str] = ()
) -> on.ProjectRegistered:
    """
    The registration of a project, of a batch, or of a member of one of ``batches``.
    """
    return on.ProjectRegistered(
        project=name,
        name=f"项目{name}",
        domain=draw(st.sampled_from(vocabulary.domains(programme))),
        delivery=draw(st.sampled_from([None, *vocabulary.deliveries(programme)])),
        size=draw(st.sampled_from([1, 1, 2, 3, 4, None])),
        member_of=draw(st.sampled_from([None, *batches])),
        aliases=draw(st.sampled_from([(), (f"别名{name}",)])),
    )


def new_source(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Another document, or one that is registered already.
    """
    return [draw(source_events(draw(st.sampled_from(SOURCES))))]


def new_project(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Another project, or one that is registered already.
    """
    name = draw(st.sampled_from(PROJECTS))
    return [draw(project_events(programme_of(registry), name, sorted(registry.projects)))]


def amendment(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Something of a project changes: batch, mode, name, or what it is related to.
    """
    project = draw(st.sampled_from(sorted(registry.projects)))
    batch = st.sampled_from(["", *sorted(registry.projects)])
    modes = ["", *vocabulary.deliveries(programme_of(registry))[:1]]
    follows = on.Relation(on.RelationKind.FOLLOWS_PHASE, min(registry.projects))
    blank = on.ProjectAmended(project=project)
    return [
        draw(
            st.sampled_from(
                [
                    attrs.evolve(blank, member_of=draw(batch)),
                    attrs.evolve(blank, member_of=draw(batch)),
                    attrs.evolve(blank, delivery=draw(st.sampled_from(modes))),
                    attrs.evolve(blank, name=draw(st.sampled_from([f"新{project}", "同名"]))),
                    attrs.evolve(blank, related=(follows,)),
                ]
            )
        )
    ]


def join(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A project becomes a member of a batch.
    """
    batches = [p.id for p in registry.projects.values() if p.size != 1 and p.member_of is None]
    if not batches:
        return []
    return [
        on.ProjectAmended(
            project=draw(st.sampled_from(sorted(registry.projects))), member_of=draw(st.sampled_from(batches))
        )
    ]


def redefinition(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    The programme gets another milestone and another lifecycle.
    """
    return [on.ProgrammeDefined(vocabulary.extended(programme_of(registry)))]
