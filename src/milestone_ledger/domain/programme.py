"""
The definition of a programme: which milestones there are, in what order, and who answers for them.
"""

from __future__ import annotations

from collections.abc import KeysView
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from zoneinfo import ZoneInfo

from attrs import define, field, frozen

from milestone_ledger.domain import values
from milestone_ledger.domain.reading import Reading
from milestone_ledger.errors import InvalidValueError


@frozen
class Label:
    """
    What people read, in Chinese and English.
    """

    zh: str = field(validator=values.name)
    en: str = field(validator=values.name)

    def text(self, language: str) -> str:
        """
        The label in ``language``: ``zh``, or English for anything else.
        """
        return self.zh if language == "zh" else self.en


@frozen
class Milestone:
    """
    A step of a project (节点), such as ``started`` 开工.
    """

    id: str = field(validator=values.name)
    label: Label = field(validator=values.member(Label))


@frozen
class Lifecycle:
    """
    The milestones expected of a delivery mode (流程), in their usual sequence.

    It serves display and findings; it never refuses a statement.
    """

    delivery: str = field(validator=values.name)
    label: Label = field(validator=values.member(Label))
    milestones: tuple[str, ...] = field(validator=values.every(values.name))


@frozen
class Domain:
    """
    A field of public works (领域): a path such as ``教育/幼儿园``, and its English name if it has one.
    """

    path: str = field(validator=values.name)
    en: str = field(default="", validator=values.text)


@frozen
class Unit:
    """
    A responsible unit (责任单位) under its present name, with its former names.
    """

    name: str = field(validator=values.name)
    former: tuple[str, ...] = field(default=(), validator=values.every(values.name))
    en: str = field(default="", validator=values.text)


BUILT_IN_MILESTONES = (
    Milestone("initiated", Label("立项", "initiated")),
    Milestone("started", Label("开工", "started")),
    Milestone("structure_complete", Label("主体结构完工", "structure complete")),
    Milestone("completed", Label("完成", "completed")),
    Milestone("handed_over", Label("移交接收", "handed over")),
    Milestone("in_use", Label("投用", "in use")),
)
# An edge asserts impossibility, not custom. Hand-over stands beside the order: roads open before it.
BUILT_IN_ORDER = (
    ("initiated", "started"),
    ("started", "structure_complete"),
    ("structure_complete", "completed"),
    ("structure_complete", "in_use"),
)


def _edges(_instance: object, _attribute: object, value: object) -> None:
    pairs = type(value) is tuple and all(
        type(edge) is tuple and len(edge) == 2 and all(type(end) is str for end in edge)  # noqa: PLR2004
        for edge in value
    )
    if not pairs:
        raise InvalidValueError(
            "Programme.order", value, ("give pairs (earlier, later) of milestone ids", "应为（先，后）节点对")
        )


def _time_zone(_instance: object, _attribute: object, value: object) -> None:
    try:
        ZoneInfo(value if isinstance(value, str) else "")
    except (KeyError, ValueError, OSError) as error:
        raise InvalidValueError(
            "Programme.time_zone",
            value,
            ("give an IANA zone such as Asia/Shanghai", "请写 IANA 时区，如 Asia/Shanghai"),
        ) from error


@define(frozen=True, slots=False, kw_only=True)
class Programme:
    """
    What a ledger is about (计划).

    ``order`` holds the edges (earlier, later) of one partial order among the milestones; ``reading`` is
    what the programme adds to the language of documents.

    Raises:
        InvalidValueError: If ids repeat, an edge, lifecycle or verb names an unknown milestone, the
            order has a cycle, or a lifecycle runs against it.
    """

    id: str = field(validator=values.name)
    title: Label = field(validator=values.member(Label))
    milestones: tuple[Milestone, ...] = field(
        default=BUILT_IN_MILESTONES, validator=values.every(values.member(Milestone))
    )
    order: tuple[tuple[str, str], ...] = field(default=BUILT_IN_ORDER, validator=_edges)
    lifecycles: tuple[Lifecycle, ...] = field(default=(), validator=values.every(values.member(Lifecycle)))
    domains: tuple[Domain, ...] = field(default=(), validator=values.every(values.member(Domain)))
    units: tuple[Unit, ...] = field(default=(), validator=values.every(values.member(Unit)))
    time_zone: str = field(default="Asia/Shanghai", validator=_time_zone)
    note: str = field(default="", validator=values.text)
    reading: Reading = field(factory=Reading, validator=values.member(Reading))

    def __attrs_post_init__(self) -> None:
        self._check_unique("milestone", [milestone.id for milestone in self.milestones])
        self._check_unique("milestone label", [m.label.zh for m in self.milestones])
        self._check_unique("delivery mode", [lifecycle.delivery for lifecycle in self.lifecycles])
        self._check_unique("delivery label", [lifecycle.label.zh for lifecycle in self.lifecycles])
        self._check_unique("domain", [domain.path for domain in self.domains])
        self._check_unique("unit", [name for unit in self.units for name in (unit.name, *unit.former)])
        known = {milestone.id for milestone in self.milestones}
        used = [end for edge in self.order for end in edge]
        used += [step for lifecycle in self.lifecycles for step in lifecycle.milestones]
        used += [row.milestone for row in self.reading.verbs]
        for step in used:
            if step not in known:
                raise InvalidValueError(
                    "Programme",
                    step,
                    (
                        "order, lifecycles and verbs may name only its milestones",
                        "顺序、流程和动词只能使用已定义的节点",
                    ),
                )
        _ = self._closure  # refuses a cycle
        for lifecycle in self.lifecycles:
            steps = lifecycle.milestones
            for place, step in enumerate(steps):
                if any(later in self.before(step) for later in steps[place + 1 :]):
                    raise InvalidValueError(
                        f"Lifecycle {lifecycle.delivery}",
                        " → ".join(steps),
                        ("it runs against the order of the milestones", "流程与节点顺序相反"),
                    )

    @staticmethod
    def _check_unique(what: str, names: list[str]) -> None:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise InvalidValueError(f"Programme: {what}", name, ("each may be named once", "不得重复"))
            seen.add(name)

    @cached_property
    def _closure(self) -> dict[str, frozenset[str]]:
        """
        For each milestone, itself and all that lie before it.
        """
        earlier: dict[str, set[str]] = {milestone.id: set() for milestone in self.milestones}
        for first, later in self.order:
            earlier[later].add(first)
        closure: dict[str, frozenset[str]] = {}
        try:
            for step in TopologicalSorter(earlier).static_order():
                closure[step] = frozenset({step}).union(*(closure[first] for first in earlier[step]))
        except CycleError as error:
            raise InvalidValueError(
                "Programme.order", error.args[1], ("the order must have no cycle", "节点顺序不得成环")
            ) from error
        return closure

    @cached_property
    def _reverse_closure(self) -> dict[str, frozenset[str]]:
        return {
            step: frozenset(later for later, before in self._closure.items() if step in before)
            for step in self._closure
        }

    def before(self, milestone: str) -> frozenset[str]:
        """
        ``milestone`` and every milestone that must lie before it.
        """
        return self._closure[milestone]

    def after(self, milestone: str) -> frozenset[str]:
        """
        ``milestone`` and every milestone that must lie after it.
        """
        return self._reverse_closure[milestone]

    @cached_property
    def milestone_ids(self) -> tuple[str, ...]:
        """
        All milestones, in the order of their definition.
        """
        return tuple(milestone.id for milestone in self.milestones)

    @cached_property
    def _labels(self) -> dict[str, Label]:
        return {milestone.id: milestone.label for milestone in self.milestones}

    def milestone_label(self, milestone: str, language: str = "zh") -> str:
        """
        What people call ``milestone``; the id itself if it is not one of the programme.
        """
        label = self._labels.get(milestone)
        return milestone if label is None else label.text(language)

    @cached_property
    def _lifecycle_of(self) -> dict[str, Lifecycle]:
        return {lifecycle.delivery: lifecycle for lifecycle in self.lifecycles}

    @property
    def deliveries(self) -> KeysView[str]:
        """
        All delivery modes, in the order of their definition.
        """
        return self._lifecycle_of.keys()

    def lifecycle(self, delivery: str | None) -> Lifecycle | None:
        """
        The lifecycle of a delivery mode; ``None`` if the mode is not stated or not known.
        """
        return None if delivery is None else self._lifecycle_of.get(delivery)

    def expected(self, delivery: str | None) -> tuple[str, ...]:
        """
        The milestones that a delivery mode expects, in their usual sequence; all, if it is not known.
        """
        lifecycle = self.lifecycle(delivery)
        return self.milestone_ids if lifecycle is None else lifecycle.milestones

    def delivery_label(self, delivery: str, language: str = "zh") -> str:
        """
        What people call a delivery mode; the id itself if it is not one of the programme.
        """
        lifecycle = self._lifecycle_of.get(delivery)
        return delivery if lifecycle is None else lifecycle.label.text(language)

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """
        Present and former names of units, each with the present name.
        """
        return {name: unit.name for unit in self.units for name in (unit.name, *unit.former)}

    @cached_property
    def domain_paths(self) -> frozenset[str]:
        """
        Every path that a project may stand under.
        """
        return frozenset(domain.path for domain in self.domains)


def extension_fault(old: Programme, new: Programme) -> tuple[str, str] | None:
    """
    Why ``new`` may not follow ``old``, in English and Chinese; ``None`` if it only adds.

    It may add labels, domains, units, milestones, lifecycles and words that it reads, and steps to a
    lifecycle.
    The order among the milestones that exist stays as it is.
    """
    if old.id != new.id:
        return f"id {old.id} became {new.id}", f"编号由 {old.id} 变为 {new.id}"
    if old.time_zone != new.time_zone:
        return (
            f"time zone {old.time_zone} became {new.time_zone}",
            f"时区由 {old.time_zone} 变为 {new.time_zone}",
        )
    gone = [step for step in old.milestone_ids if step not in new.milestone_ids]
    gone += [lifecycle.delivery for lifecycle in old.lifecycles if new.lifecycle(lifecycle.delivery) is None]
    gone += sorted(old.domain_paths - new.domain_paths)
    gone += [name for name in old.unit_names if name not in new.unit_names]
    said, says = _worded(old.reading), _worded(new.reading)
    gone += [words for kind, words in said if (kind, words) not in says]
    if gone:
        return f"{', '.join(gone)} removed", f"缺少 {'、'.join(gone)}"
    if renamed := _relabelled(old, new):
        return f"label of {renamed} changed", f"“{renamed}”的名称有变"
    if split := _regrouped_unit(old, new):
        return f"names of unit {split} moved to another", f"“{split}”的名称归到了另一单位"
    for kind, words in said:
        if said[kind, words] != says[kind, words]:
            return f"the meaning of {words} changed", f"“{words}”的读法有变"
    known = frozenset(old.milestone_ids)
    for step in old.milestone_ids:
        if new.before(step) & known != old.before(step):
            return f"the order before {step} changed", f"“{step}”之前的顺序有变"
    for lifecycle in old.lifecycles:
        steps = iter(getattr(new.lifecycle(lifecycle.delivery), "milestones", ()))
        if not all(step in steps for step in lifecycle.milestones):
            return (
                f"lifecycle {lifecycle.delivery} lost or reordered a step",
                f"流程“{lifecycle.delivery}”的节点减少或顺序改变",
            )
    return None


def _worded(reading: Reading) -> dict[tuple[str, str], object]:
    """
    The words that a programme adds, each with what it means, whichever row holds it.
    """
    said: dict[tuple[str, str], object] = {
        ("deadline", words): (row.year, row.month, row.day, row.effort)
        for row in reading.deadlines
        for words in row.words
    }
    return said | {("verb", words): row.milestone for row in reading.verbs for words in row.words}


def _relabelled(old: Programme, new: Programme) -> str | None:
    """
    A milestone or delivery mode whose Chinese label changed: it would rewrite what people have read.
    """
    for step in old.milestone_ids:
        if old.milestone_label(step) != new.milestone_label(step):
            return step
    for lifecycle in old.lifecycles:
        if new.delivery_label(lifecycle.delivery) != lifecycle.label.zh:
            return lifecycle.delivery
    return None


def _regrouped_unit(old: Programme, new: Programme) -> str | None:
    """
    A unit that was split, or joined with another; a unit may only get a new name beside its old ones.
    """
    became: dict[str, str] = {}
    for unit in old.units:
        names = {new.unit_names[name] for name in (unit.name, *unit.former)}
        if len(names) > 1 or names & set(became.values()):
            return unit.name
        became[unit.name] = names.pop()
    return None
