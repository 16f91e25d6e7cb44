"""
Early warning (预警): the lights that a rule set gives, each with its rules and the entries behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from milestone_ledger.errors import Language
from milestone_ledger.ledger.grouping import Axis
from milestone_ledger.ledger.rows import plain
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.lights import Colour, Light, RuleSet
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.groups import group_text
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.overview import rate
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report, Section
from milestone_ledger.reports.record.words import counts

_COLOUR: Final = Column(key="colour", title=("light", "灯"), width=3)
_RULES: Final = Column(key="rules", title=("rule", "规则"), width=10)
_ABOUT: Final = (
    Column(key="id", title=("rule", "规则"), width=10),
    _COLOUR,
    Column(key="says", title=("says", "内容"), width=20),
)
_GROUPS: Final = (
    Column(key="group", title=("group", "分组"), width=12),
    _COLOUR,
    Column(key="total", title=("promises", "承诺数"), kind="count", width=5),
    Column(key="planned", title=("due", "应达到"), width=6),
    Column(key="reached", title=("reached", "已达到"), width=6),
    Column(key="behind", title=("points behind", "落后百分点"), width=8),
    _RULES,
)
_PROMISES: Final = (d.PROJECT, d.MILESTONE, _COLOUR, d.DEADLINE, d.ACHIEVED, _RULES, d.EVIDENCE)


def warning(view: View, language: Language, rules: RuleSet, *, by: Axis = "plan") -> Report:
    """
    Groups first, then promises that are lit, then those of which nobody can say.
    """
    draft = d.Drafting(view, language)
    lights = view.alerts(rules, by=by)
    of_groups = [light for light in lights if light.group is not None]
    of_promises = [light for light in lights if light.group is None]
    lit = [light for light in of_promises if light.colour in (Colour.RED, Colour.YELLOW)]
    grey = [light for light in of_promises if light.colour is Colour.GREY]
    number = Counter(light.colour for light in of_promises)
    told = " · ".join(f"{label(colour, language)} {number[colour]}" for colour in reversed(Colour))
    return draft.report(
        draft.say("early warning", "预警"),
        [
            draft.say(
                f"Rule set {rules.name}; promises by light: {told}", f"规则集 {rules.name}；承诺亮灯：{told}"
            )
        ],
        [
            _rules(draft, rules),
            _groups(draft, of_groups, by),
            draft.table(
                draft.say("Promises that are lit", "亮灯的承诺"),
                _PROMISES,
                _promises(draft, lit),
                note=draft.say(
                    "A document proves it; for how long is counted to what documents prove, not to today.",
                    "均有依据证明；持续多久只算到依据所能证明之日，不算到今天。",
                ),
                empty=draft.say("None that a document proves.", "没有依据能证明须亮灯的承诺。"),
            ),
            draft.table(
                draft.say("Not established", "灰灯：无从判定"),
                _PROMISES,
                _promises(draft, grey),
                note=draft.say(
                    "The deadline has passed and no document tells. Grey is neither red nor green.",
                    "期限已到，没有依据说明是否达到。灰灯不是红灯，也不是绿灯。",
                ),
                empty=draft.say("None.", "没有。"),
            ),
        ],
    )


def warning_data(view: View, rules: RuleSet, *, by: Axis = "plan") -> dict[str, Any]:
    """
    The same as plain data, with the whole rule set.
    """
    return {"rule_set": plain(rules), "lights": view.alerts(rules, by=by).to_dicts()}


def _rules(draft: d.Drafting, rules: RuleSet) -> Section:
    return draft.table(
        draft.say("Rules", "规则"),
        _ABOUT,
        [
            {
                "id": rule.id,
                "colour": label(rule.colour, draft.language),
                "says": rule.label(draft.language),
            }
            for rule in rules.rules
        ],
        note=draft.say(
            "What can't be decided is grey, whatever the rule.", "不能判定的一律灰灯，任何规则不得改为红灯。"
        ),
        empty=draft.say("The set holds no rule.", "规则集是空的。"),
    )


def _groups(draft: d.Drafting, lights: Sequence[Light], by: Axis) -> Section:
    cells: list[d.Cells] = []
    for light in lights:
        planned, reached, total = light.planned or (0, 0), light.reached or (0, 0), light.total or 1
        behind = 100 * (planned[0] - reached[1]) / total, 100 * (planned[1] - reached[0]) / total
        name = group_text(draft.view, light.group or "", by, draft.language)
        cells.append(
            {
                "group": name if light.milestone is None else f"{name} {draft.step(light.milestone)}",
                "colour": label(light.colour, draft.language),
                "total": total,
                "planned": counts(planned),
                "reached": counts(reached),
                "behind": rate(
                    "～".join(dict.fromkeys(map(_points, behind))),
                    draft.language,
                    (total, total),
                ),
                "rules": ("；".join(light.rules) or "—")
                + draft.say(" (too few to tell)", "（个数太少，不作判定）") * light.too_few,
            }
        )
    return draft.table(
        draft.say("Groups against the planned share", "各组与计划比例相比"),
        _GROUPS,
        cells,
        note=draft.say(
            "Points are a range, negative ahead; a light holds at both ends of it. The order is no ranking. "
            f"Of fewer than {SMALL} promises read the counts: a share of them lights neither yellow nor red.",
            "落后的百分点为区间，负数为超前；两端都成立才亮灯。分组先后不是排名。"
            f"承诺不足 {SMALL} 项的，只看个数，不按比例亮黄灯、红灯。",
        ),
        empty=draft.say("No rule asks about groups.", "没有针对分组的规则。"),
    )


def _points(points: float) -> str:
    """
    With a tenth, if it is not whole: 9.6 are not the ten that a rule asks for.
    """
    return f"{points:z.1f}".removesuffix(".0")


def _promises(draft: d.Drafting, lights: Sequence[Light]) -> list[d.Cells]:
    return [
        {
            "project": draft.name(light.project or ""),
            "milestone": draft.counted(light.project or "", light.milestone, light.quantity),
            "colour": label(light.colour, draft.language),
            "deadline": d.day_cell(getattr(light.entries[0].event, "deadline", None), draft.language),
            "achieved": draft.reached(
                draft.view.bounds(light.project or "", light.milestone or "", light.quantity)
            ),
            "rules": "；".join(light.rules),
            "evidence": draft.cite(light.entries),
        }
        for light in lights
    ]
