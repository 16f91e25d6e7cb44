"""
The ledger as a package of OC4IDS 0.9 projects, the standard for data on infrastructure projects.

The standard knows no releases of projects: a package is how things stood from one point of view. ``series``
makes one for each day on which something was published, and ``latest`` is what a reader of them knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import attrs
from attrs import frozen

from milestone_ledger.domain.history import Viewpoint
from milestone_ledger.io.export.exchange import (
    Exchange,
    instant,
    json_bytes,
    last_recorded,
    moment,
)
from milestone_ledger.io.export.losses import Loss, LossKind, losses
from milestone_ledger.io.export.oc4ids_project import oc4ids_project, public_authorities
from milestone_ledger.ledger.view import View

VERSION: Final = "0.9"
_LOST: Final = frozenset(LossKind) - {
    LossKind.SETTLED,
    LossKind.TARGET,
    LossKind.SEVERAL_UNITS,
    LossKind.UNREGISTERED_PREFIX,
}

Package = Mapping[str, Any]
"""
A project package of the standard, as JSON.
"""


@frozen(kw_only=True)
class Publisher:
    """
    Who publishes packages: by what name, and under which registered prefix of project ids.

    ``None`` stands for the programme's title and the ledger's own name, which no register knows.
    """

    name: str | None = None
    prefix: str | None = None

    def project_id(self, view: View, project: str) -> str:
        """
        The id of a project in all packages.
        """
        return f"{self.prefix or view.ledger}-{project}"


def oc4ids(view: View, publisher: Publisher | None = None) -> Exchange:
    """
    All projects as the view sees them, as one package.

    Of an empty view it is no valid package: the standard wants one project at least.
    """
    publisher = publisher or Publisher()
    undecided = tuple(
        state.project.id for state in view.projects() if len(public_authorities(view, state)) != 1
    )
    others = [Loss(kind=LossKind.SEVERAL_UNITS, about=undecided)] if undecided else []
    if publisher.prefix is None:
        others.append(Loss(kind=LossKind.UNREGISTERED_PREFIX))
    packed = _package(view, publisher, _projects(view, publisher))
    return Exchange(content=json_bytes(packed), losses=losses(view, _LOST, others))


def series(view: View, publisher: Publisher | None = None) -> Mapping[date, Package]:
    """
    A package for each day on which something was published that changed a project, by that day.

    Each holds the projects that are not as the packages before left them, whole, as they stood at the end of
    the view's day by what had been published by then. A project of which nothing holds any more is left
    with its ``id`` and ``updated``.
    """
    publisher = publisher or Publisher()
    days = sorted({e.published_on for e in view.history if e.published_on and view.viewpoint.sees(e)})
    before: dict[str, Any] = {}
    found: dict[date, Package] = {}
    for day in days:
        then = attrs.evolve(
            view, viewpoint=Viewpoint(published_by=day, recorded_by=view.viewpoint.recorded_by)
        )
        now = {project["id"]: project for project in _projects(then, publisher)}
        changed = [project for name, project in now.items() if before.get(name) != project]
        changed += [{"id": name, "updated": moment(view, day)} for name in before if name not in now]
        before = now
        if changed:
            found[day] = _package(then, publisher, changed)
    return found


def latest(packages: Iterable[Package]) -> dict[str, Any]:
    """
    What packages tell together, the oldest first: of each project, what the last says that holds it.

    Projects are replaced whole, and not merged field by field: what was taken back is to go away.
    """
    projects = {project["id"]: project for package in packages for project in package["projects"]}
    return {name: project for name, project in projects.items() if project.keys() - {"id", "updated"}}


def _projects(view: View, publisher: Publisher) -> list[dict[str, Any]]:
    def named(project: str) -> str:
        return publisher.project_id(view, project)

    return [oc4ids_project(view, state, named) for state in view.projects()]


def _package(view: View, publisher: Publisher, projects: list[dict[str, Any]]) -> dict[str, Any]:
    programme = view.registry.programme
    title = view.ledger if programme is None else programme.title.zh
    told = {
        "publishedDate": instant(last_recorded(view)),
        "version": VERSION,
        "publisher": {"name": publisher.name or title},
        "projects": projects,
    }
    # The same package has the same name wherever it is made.
    return {"uri": uuid5(NAMESPACE_URL, json_bytes(told).decode()).urn, **told}
