"""
Several programmes side by side: what each promised and what is proven of it, by what they have in common.

Programmes share nothing, so nothing is added up over them, and none is ranked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from attrs import frozen

from milestone_ledger.domain.events import Statement
from milestone_ledger.domain.programme import Label
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.ledger.grouping import Axis, groups_of_promise
from milestone_ledger.ledger.judging import headline
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.comparability import Caution, Told, cautions
from milestone_ledger.metrics.reliability import Reliability

Key = tuple[str, str]
_LEAST = 2


@frozen(kw_only=True)
class Side:
    """
    One programme: how its promises stand, and how much the ledger knows of it.

    ``title`` is ``None`` before the log begins. ``entries`` is how many entries the view takes in;
    ``documents`` made its statements, the first and the last of them published on ``first`` and ``last``.
    """

    ledger: str
    title: Label | None
    figures: Reliability
    projects: int
    entries: int
    documents: int
    first: date | None
    last: date | None


@frozen(kw_only=True)
class Part:
    """
    How the promises of one programme stand at a milestone, or in a domain, that others have too.
    """

    ledger: str
    figures: Reliability


@frozen(kw_only=True)
class Common:
    """
    A milestone or a domain of several programmes, by its id and name or by its path.
    """

    name: str
    label: Label
    parts: tuple[Part, ...]


@frozen(kw_only=True)
class Own:
    """
    What only one of the programmes has: milestones of its projects, and their domains.
    """

    ledger: str
    milestones: tuple[Label, ...]
    domains: tuple[Label, ...]


@frozen(kw_only=True)
class SideBySide:
    """
    Several programmes as of one day, in the order in which they were named; no figure is of more than one.

    ``milestones`` and ``domains`` are those of more than one programme, in the order of the first.
    """

    as_of: date
    published_by: date | None
    grace: int
    sides: Rows[Side]
    milestones: Rows[Common]
    domains: Rows[Common]
    own: Rows[Own]
    cautions: Rows[Caution]


def side_by_side(views: Iterable[View]) -> SideBySide:
    """
    Set views of different ledgers beside each other.

    Args:
        views: Two or more, of the same day, publication bound and grace; of one database or of several.

    Raises:
        InvalidValueError: If there are fewer, two are of ledgers of one name, or they look from elsewhere.
    """
    given = tuple(views)
    _check(given)
    sides = Rows(_side(view) for view in given)
    milestones = {view.ledger: _milestones(view) for view in given}
    domains = {view.ledger: _domains(view) for view in given}
    return SideBySide(
        as_of=given[0].as_of,
        published_by=given[0].viewpoint.published_by,
        grace=given[0].grace,
        sides=sides,
        milestones=_common(given, "milestone", milestones),
        domains=_common(given, "domain", domains),
        own=Rows(
            Own(ledger=name, milestones=_alone(milestones, name), domains=_alone(domains, name))
            for name in milestones
        ),
        cautions=Rows(
            cautions([Told(ledger=each.ledger, figures=each.figures, last=each.last) for each in sides])
        ),
    )


def _check(views: Sequence[View]) -> None:
    names = [view.ledger for view in views]
    if len(views) < _LEAST:
        raise InvalidValueError("ledgers", names, ("name two ledgers or more", "请写明两个以上的台账"))
    if len({*names}) < len(names):
        raise InvalidValueError("ledgers", names, ("name each ledger once", "每个台账只写一次"))
    if len({(view.as_of, view.viewpoint.published_by, view.grace) for view in views}) > 1:
        points = [f"{view.as_of} / {view.viewpoint.published_by} / {view.grace}" for view in views]
        raise InvalidValueError(
            "side_by_side",
            points,
            ("look from the same day, publication bound and grace", "状态日、公布截止日和宽限须相同"),
        )


def _side(view: View) -> Side:
    statements = [entry for entry in view.live if isinstance(entry.event, Statement)]
    days = [entry.published_on for entry in statements if entry.published_on is not None]
    programme, recorded = view.registry.programme, view.viewpoint.recorded_by
    return Side(
        ledger=view.ledger,
        title=None if programme is None else programme.title,
        figures=view.reliability(),
        projects=len(view.listed),
        entries=view.history.size if recorded is None else recorded,
        documents=len({getattr(entry.event, "source", None) for entry in statements}),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _milestones(view: View) -> dict[Key, Label]:
    """
    The milestones at which projects count, or of which anything was promised.

    Of a member something may be promised that its batch, with which it counts, never comes to.
    Each is known by its id and its Chinese name: either alone may be used for another thing elsewhere.
    """
    if not view.listed:
        return {}
    promised = {state.chain.milestone for state in view.promises()}
    steps = (step for step in view.programme.milestones if step.id in promised or view.counted(step.id))
    return {(step.id, step.label.zh): step.label for step in steps}


def _domains(view: View) -> dict[Key, Label]:
    """
    The domains of projects, each known by its path.
    """
    if not view.listed:
        return {}
    paths = {view.registry.projects[project].domain for project in view.listed}
    known = (domain for domain in view.programme.domains if domain.path in paths)
    return {(domain.path, domain.path): Label(domain.path, domain.en or domain.path) for domain in known}


def _common(views: Sequence[View], by: Axis, known: Mapping[str, Mapping[Key, Label]]) -> Rows[Common]:
    """
    What more than one programme has, with the promises of each.
    """
    promised = {view.ledger: _promised(view, by) for view in views}
    labels: dict[Key, Label] = {}
    for names in known.values():
        labels = {**names, **labels}
    found = []
    for key in dict.fromkeys(key for names in known.values() for key in names):
        having = [ledger for ledger, names in known.items() if key in names]
        if len(having) >= _LEAST:
            parts = (Part(ledger=ledger, figures=headline(promised[ledger][key[0]])) for ledger in having)
            found.append(Common(name=key[0], label=labels[key], parts=tuple(parts)))
    return Rows(found)


def _promised(view: View, by: Axis) -> defaultdict[str, list[PromiseState]]:
    groups: defaultdict[str, list[PromiseState]] = defaultdict(list)
    for state in view.promises():
        project = view.registry.projects[state.chain.project]
        for group in groups_of_promise(view.programme, project, state.chain, by):
            groups[group].append(state)
    return groups


def _alone(known: Mapping[str, Mapping[Key, Label]], ledger: str) -> tuple[Label, ...]:
    """
    The names of what one programme has, and no other.
    """
    others = {key for name, names in known.items() if name != ledger for key in names}
    return tuple(label for key, label in known[ledger].items() if key not in others)
