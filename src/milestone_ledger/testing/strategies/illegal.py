"""
Commits that ``decide`` must refuse, each wrong in one way.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.testing.strategies import vocabulary
from milestone_ledger.testing.strategies.registrations import programme_of

Wrong = tuple[list[on.Event], str]


@st.composite
def illegal_commits(draw: st.DrawFn, history: History) -> Wrong:
    """
    A commit that is wrong in one way, and the name of the error that must say so.

    ``history`` must hold a document and a project.
    """
    registry = Registry.of(history)
    source = registry.sources[draw(st.sampled_from(sorted(registry.sources)))]
    project = draw(st.sampled_from(sorted(registry.projects)))
    registrations = [e.seq for e in history if isinstance(e.event, on.Registration)]
    size = registry.projects[project].size
    too_many = draw(st.sampled_from([0] if size is None else [0, size, size + 3]))
    said: dict[str, Any] = {"source": source.source, "locator": "一1", "project": project}
    said["milestone"] = vocabulary.focus(programme_of(registry))
    latest = source.published_on
    achieved = on.MilestoneAchieved(**said, occurred=UncertainDate.by(latest))
    pending = on.MilestonePending(**said, on=source.published.earliest or latest)
    promise = on.PromiseMade(**said, deadline=UncertainDate.on(latest))
    statement: Any = draw(st.sampled_from([achieved, pending, promise]))
    wrong: list[Wrong] = [
        ([attrs.evolve(statement, source="无此文件")], "UnknownNameError"),
        ([attrs.evolve(statement, project="无此项目")], "UnknownNameError"),
        ([attrs.evolve(statement, milestone="无此节点")], "UnknownNameError"),
        ([attrs.evolve(promise, responsible=("无此单位",))], "UnknownNameError"),
        ([attrs.evolve(achieved, quantity=too_many)], "QuantityError"),
        ([attrs.evolve(promise, quantity=too_many)], "QuantityError"),
        ([attrs.evolve(achieved, contested=True, note=" ")], "ContestedError"),
        *_wrong_dates(achieved, pending, promise, latest),
        *_wrong_registrations(registry, project, source),
        *_wrong_retractions(history, registry, draw(st.sampled_from(registrations)), source, promise),
    ]
    if source.published.is_exact:
        late = vocabulary.line(programme_of(registry))[-1]
        wrong.append(([achieved, attrs.evolve(pending, on=latest)], "ContradictionError"))
        wrong.append(([pending, attrs.evolve(achieved, milestone=late)], "ContradictionError"))
    return draw(st.sampled_from(wrong))


def _wrong_dates(
    achieved: on.MilestoneAchieved, pending: on.MilestonePending, promise: on.PromiseMade, latest: date
) -> Iterator[Wrong]:
    next_day = latest + timedelta(1)
    yield [attrs.evolve(achieved, occurred=UncertainDate.by(next_day))], "FutureEvidenceError"
    yield [attrs.evolve(pending, on=next_day)], "FutureEvidenceError"
    yield [attrs.evolve(promise, deadline=UncertainDate.by(latest))], "DeadlineError"
    yield [attrs.evolve(promise, deadline=UncertainDate(latest, None))], "DeadlineError"


def _wrong_registrations(registry: Registry, project: str, source: on.SourceRegistered) -> Iterator[Wrong]:
    programme = programme_of(registry)
    domain = vocabulary.domains(programme)[0]
    same_name = registry.projects[project].name.upper()
    yield [source], "DuplicateNameError"
    yield [on.ProjectRegistered(project=project, name="另名", domain=domain)], "DuplicateNameError"
    yield [on.ProjectRegistered(project="另号", name=same_name, domain=domain)], "DuplicateNameError"
    yield [on.ProjectAmended(project=project, domain="无此领域")], "UnknownNameError"
    yield [on.ProjectAmended(project=project, delivery="无此方式")], "UnknownNameError"
    yield [on.ProjectAmended(project=project, member_of="无此批次")], "UnknownNameError"
    yield [on.ProjectAmended(project="无此项目", name="另名")], "UnknownNameError"
    yield [on.ProjectAmended(project=project, member_of=project)], "MembershipError"
    if programme.units:
        yield [on.ProgrammeDefined(attrs.evolve(programme, units=()))], "ProgrammeChangeError"
    if programme.order:
        yield [on.ProgrammeDefined(attrs.evolve(programme, order=()))], "ProgrammeChangeError"


def _wrong_retractions(
    history: History,
    registry: Registry,
    registration: int,
    source: on.SourceRegistered,
    promise: on.PromiseMade,
) -> Iterator[Wrong]:
    """
    What cannot be retracted, and an act taken back by a document other than its own.
    """
    size = history.size
    yield [on.EntryRetracted(target=size)], "UnknownNameError"
    yield [on.EntryRetracted(target=size + 5)], "UnknownNameError"
    yield [on.EntryRetracted(target=0)], "RetractionError"
    yield [on.EntryRetracted(target=registration, source=source.source)], "RetractionError"
    yield [promise, on.EntryRetracted(target=size)], "RetractionError"
    # With a single document there is no other: the retraction then cites none at all.
    others = [name for name in sorted(registry.sources) if name != source.source]
    taken_back = on.EntryRetracted(target=size, source=others[0] if others else None)
    yield [promise, taken_back], "RetractionError"
