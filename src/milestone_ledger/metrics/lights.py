"""
Traffic lights: rules as data with a version, and the colours that they give.

A rule holds, does not hold, or can't be decided; what can't be decided is grey, and never red. The same
view and the same rules give the same lights.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import MAXYEAR, date
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Self

from attrs import NOTHING, Attribute, field, fields_dict, frozen
from attrs.validators import optional

from milestone_ledger.domain import values
from milestone_ledger.domain.bounds import Answer, Bounds, by_publication
from milestone_ledger.domain.dates import add_days
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Chain
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics.inputs import Promised
from milestone_ledger.metrics.wilson import SMALL


class Colour(StrEnum):
    """
    ``GREEN``: no rule holds. ``GREY``: none is known to, and of some it isn't established.
    """

    GREEN = "green"
    GREY = "grey"
    YELLOW = "yellow"
    RED = "red"


class Question(StrEnum):
    """
    What a rule asks.

    ``MISSED``, of one promise: documents prove that the milestone was still pending so many ``months`` after
    the deadline first promised, and none that it was reached since. ``BEHIND``, of a group of promises: the
    share reached lies so many ``points`` or more (more, if ``beyond``) behind the share planned. Of too few
    promises that can't be decided.
    """

    MISSED = "missed"
    BEHIND = "behind"


def _warning(_instance: object, _attribute: Attribute[Any], value: object) -> None:
    if value not in (Colour.YELLOW, Colour.RED):
        raise InvalidValueError("Rule.colour", value, ("give yellow or red", "请写 yellow 或 red"))


@frozen(kw_only=True)
class Rule:
    """
    One rule: the ``colour`` that it lights if what it ``asks`` holds.

    ``milestone`` limits it to promises of that milestone; ``None`` takes all. ``months`` are calendar months
    after the deadline, ``points`` are points of per cent. ``zh`` and ``en`` say it to people.

    Raises:
        InvalidValueError: If a field doesn't fit what it asks.
    """

    id: str = field(validator=values.name)
    colour: Colour = field(validator=_warning)
    asks: Question = field(validator=values.member(Question))
    milestone: str | None = field(default=None, validator=optional(values.name))
    months: int | None = field(default=None, validator=optional(values.whole_number(0)))
    points: int | None = field(default=None, validator=optional(values.whole_number(1)))
    beyond: bool = field(default=False, validator=values.flag)
    zh: str = field(default="", validator=values.text)
    en: str = field(default="", validator=values.text)

    def __attrs_post_init__(self) -> None:
        needed = "months" if self.asks is Question.MISSED else "points"
        other = "points" if self.asks is Question.MISSED else "months"
        if getattr(self, needed) is None or getattr(self, other) is not None:
            raise InvalidValueError(
                f"Rule {self.id}",
                self.asks.value,
                (f"it needs {needed} and takes no {other}", f"须写 {needed}，不得写 {other}"),
            )

    def label(self, language: str) -> str:
        """
        What people read: Chinese for ``zh``, English for anything else; the id where nothing is given.
        """
        return (self.zh if language == "zh" else self.en) or self.id


@frozen(kw_only=True)
class RuleSet:
    """
    Rules that are in force together, known by ``id`` and ``version``.

    Raises:
        InvalidValueError: If two rules share an id.
    """

    id: str = field(validator=values.name)
    version: str = field(validator=values.name)
    rules: tuple[Rule, ...] = field(validator=values.every(values.member(Rule)))

    def __attrs_post_init__(self) -> None:
        ids = [rule.id for rule in self.rules]
        for rule in ids:
            if ids.count(rule) > 1:
                raise InvalidValueError(
                    "RuleSet.rules", rule, ("each id may be given once", "规则编号不得重复")
                )

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Read the TOML form.

        Raises:
            InvalidValueError: If it isn't TOML, lacks a field, has one that is not known, or a rule refuses
                its value.
        """
        import tomllib  # noqa: PLC0415 (few who name a colour read rules)

        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise InvalidValueError(
                "RuleSet", str(error), ("give a file in TOML", "应为 TOML 文件")
            ) from error
        rules = data.get("rules", [])
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise InvalidValueError(
                "RuleSet.rules", rules, ("give each rule under [[rules]]", "每条规则写在 [[rules]] 之下")
            )
        read = tuple(
            Rule(**_checked(Rule, f"rules[{place}]", rule) | _enumerated(f"rules[{place}]", rule))
            for place, rule in enumerate(rules)
        )
        return cls(**_checked(cls, "RuleSet", {**data, "rules": read}))

    @property
    def name(self) -> str:
        """
        Id and version, as each light shows them.
        """
        return f"{self.id} {self.version}"


@cache
def default_rules() -> RuleSet:
    """
    The rule set that comes with the library, after the published practice of Yinchuan in 2025.
    """
    text = resources.files("milestone_ledger.metrics").joinpath("rules", "default.toml").read_text("utf-8")
    return RuleSet.parse(text)


def _checked(kind: type, where: str, data: Mapping[str, Any]) -> dict[str, Any]:
    known = fields_dict(kind)
    for name in data:
        if name not in known:
            raise InvalidValueError(
                where, name, (f"give only {', '.join(known)}", f"只能写 {'、'.join(known)}")
            )
    for name, attribute in known.items():
        if attribute.default is NOTHING and name not in data:
            raise InvalidValueError(where, None, (f"{name} is missing", f"缺少 {name}"))
    return dict(data)


def _enumerated(where: str, data: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, kind in (("colour", Colour), ("asks", Question)):
        allowed = [value.value for value in kind]
        if data.get(name) not in allowed:
            raise InvalidValueError(
                f"{where}.{name}",
                data.get(name),
                (f"give one of {', '.join(allowed)}", f"可用：{'、'.join(allowed)}"),
            )
        found[name] = kind(data[name])
    return found


@frozen(kw_only=True)
class Watched:
    """
    A promise under watch: its chain, and when its milestone was reached for the quantity promised.
    """

    chain: Chain
    bounds: Bounds


@frozen(kw_only=True)
class Light:
    """
    The colour of one promise, or of a ``group`` of promises, and what gave it.

    ``rules`` are those that hold, if it is yellow or red; those that can't be decided, if grey; else none.
    ``rule_set`` is the name of the set with its version. ``entries`` are what it rests on, promises first.
    Of a group, ``planned`` and ``reached`` are the least and most promises, of ``total``, that were due
    and that were reached by the day; ``too_few``: a rule holds, but of so few promises that it says nothing.
    """

    colour: Colour
    rules: tuple[str, ...]
    rule_set: str
    entries: tuple[Entry, ...]
    project: str | None = None
    milestone: str | None = None
    quantity: int | None = None
    group: str | None = None
    total: int | None = None
    planned: tuple[int, int] | None = None
    reached: tuple[int, int] | None = None
    too_few: bool = False


def promise_lights(
    watched: Iterable[Watched], rule_set: RuleSet, *, as_of: date, grace: int = 0
) -> tuple[Light, ...]:
    """
    A light for every promise that a rule asks about, in the order of ``watched``.

    ``missed`` holds if a document shows the milestone pending after the deadline (its last day, and
    ``grace``) plus the rule's months, and none shows it reached by ``as_of``; it does not before that day
    is over, nor once it was reached. Anything else isn't established.
    """
    lights = []
    for each in watched:
        asked = [
            rule
            for rule in rule_set.rules
            if rule.asks is Question.MISSED and rule.milestone in (None, each.chain.milestone)
        ]
        if asked:
            last = add_days(Promised.of(each.chain.baseline).last, grace)
            answers = {rule: _is_missed(rule, last, each.bounds, as_of) for rule in asked}
            colour, rules = _colour(answers)
            lights.append(
                Light(
                    colour=colour,
                    rules=rules,
                    rule_set=rule_set.name,
                    entries=(each.chain.baseline, *_evidence(colour, each.bounds, as_of)),
                    project=each.chain.project,
                    milestone=each.chain.milestone,
                    quantity=each.chain.quantity,
                )
            )
    return tuple(lights)


def group_lights(
    group: str,
    watched: Iterable[Watched],
    rule_set: RuleSet,
    *,
    as_of: date,
    grace: int = 0,
    fewest: int = SMALL,
) -> tuple[Light, ...]:
    """
    The light of a group of promises; one for each milestone, where rules ask about several.

    Behind = share planned − share reached, in points, as a range: planned from those whose deadline (with
    ``grace``) surely ended by ``as_of`` to those whose may have, reached from those proven to those that may
    have been. Each promise counts one. ``behind`` holds if the least of the range does, and does not if the
    most doesn't. It tells nothing of how much work a promise stands for. Of fewer than ``fewest`` promises
    a share decides nothing: what would hold of them is grey, and what doesn't hold stays so.
    """
    watched = tuple(watched)
    rules = [rule for rule in rule_set.rules if rule.asks is Question.BEHIND]
    lights = []
    for milestone in dict.fromkeys(rule.milestone for rule in rules):
        counted = [each for each in watched if milestone in (None, each.chain.milestone)]
        if not counted:
            continue
        deadlines = [Promised.of(each.chain.baseline) for each in counted]
        answers = [each.bounds.answer(as_of) for each in counted]
        planned = (
            sum(add_days(deadline.last, grace) <= as_of for deadline in deadlines),
            sum(add_days(deadline.first, grace) <= as_of for deadline in deadlines),
        )
        reached = answers.count(Answer.YES), len(answers) - answers.count(Answer.NO)
        behind = planned[0] - reached[1], planned[1] - reached[0]
        answers_to = {
            rule: _is_behind(rule, behind, len(counted)) for rule in rules if rule.milestone == milestone
        }
        too_few = len(counted) < fewest and any(answers_to.values())
        if too_few:
            answers_to = {rule: None if holds else holds for rule, holds in answers_to.items()}
        colour, holding = _colour(answers_to)
        lights.append(
            Light(
                colour=colour,
                rules=holding,
                rule_set=rule_set.name,
                entries=(
                    *by_publication(each.chain.baseline for each in counted),
                    *by_publication(
                        entry for each in counted for entry in _evidence(colour, each.bounds, as_of)
                    ),
                ),
                milestone=milestone,
                group=group,
                total=len(counted),
                planned=planned,
                reached=reached,
                too_few=too_few,
            )
        )
    return tuple(lights)


def _colour(answers: Mapping[Rule, bool | None]) -> tuple[Colour, tuple[str, ...]]:
    """
    The gravest colour whose rule holds, else grey if any can't be decided; with the rules behind it.
    """
    for colour in (Colour.RED, Colour.YELLOW):
        holding = tuple(rule.id for rule, holds in answers.items() if holds and rule.colour is colour)
        if holding:
            return colour, holding
    open_rules = tuple(rule.id for rule, holds in answers.items() if holds is None)
    return (Colour.GREY, open_rules) if open_rules else (Colour.GREEN, ())


def _is_missed(rule: Rule, deadline: date, bounds: Bounds, as_of: date) -> bool | None:
    limit = _months_after(deadline, rule.months or 0)
    if as_of < limit or bounds.answer(as_of) is Answer.YES:
        return False
    return True if bounds.lo is not None and bounds.lo > limit else None


def _is_behind(rule: Rule, behind: tuple[int, int], total: int) -> bool | None:
    least, most = (_exceeds(100 * number, (rule.points or 0) * total, rule.beyond) for number in behind)
    return least if least == most else None


def _exceeds(number: int, threshold: int, beyond: bool) -> bool:
    return number > threshold if beyond else number >= threshold


def _evidence(colour: Colour, bounds: Bounds, as_of: date) -> tuple[Entry, ...]:
    """
    What a light of ``colour`` rests on: for a warning all that is known, else what was reached by the day.
    """
    if colour is not Colour.GREEN:
        return bounds.entries
    return bounds.hi_entries if bounds.answer(as_of) is Answer.YES else ()


def _months_after(day: date, months: int) -> date:
    """
    The same day so many calendar months later, or the last of a month that is shorter.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > MAXYEAR:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
