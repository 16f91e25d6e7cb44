"""
What documents say of the same things (对账): totals, plans, sources, years and targets, side by side.

Careful words: what no later plan mentions is not mentioned again, and never called dropped or cancelled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from milestone_ledger.domain.events import IndicatorObserved, IndicatorTargeted
from milestone_ledger.domain.history import Entry
from milestone_ledger.errors import Language
from milestone_ledger.ledger.grouping import Grouping, groups_of_project, ordered
from milestone_ledger.ledger.reconciling import Reconciliation
from milestone_ledger.ledger.rows import plain
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.plans import FollowedPlan, FollowedPromise, Sequel
from milestone_ledger.metrics.reconciliation import TotalFit
from milestone_ledger.reports.groups import group_text
from milestone_ledger.reports.labels import comparator, deadline_text, label, period_text
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report, Section
from milestone_ledger.reports.statements import statement_text

_TOTALS: Final = (
    Column(key="what", title=("total", "汇总数"), width=14),
    Column(key="claim", title=("reported", "公布"), width=5),
    Column(key="itemised", title=("itemised", "台账可列出"), kind="count", width=5),
    Column(key="missing", title=("missing", "差"), kind="count", width=4),
    Column(key="bounds", title=("certain ～ reported ～ possible", "确证～有报～至多可能"), width=9),
    Column(key="registered", title=("registered", "登记数"), kind="count", width=5),
    Column(key="fit", title=("how it fits", "对账结果"), width=9),
    Column(key="on", title=("as of", "状态日"), kind="day", width=6),
    d.EVIDENCE,
)
_GROUP: Final = Column(key="group", title=("group", "分组"), width=10)
_SEQUELS: Final = tuple(
    Column(key=sequel.value, title=(label(sequel, "en"), label(sequel, "zh")), kind="count", width=5)
    for sequel in Sequel
)
_SEQUEL: Final = Column(key="sequel", title=("later plans", "后续计划"), width=6)
_LATER: Final = Column(key="later", title=("what they say", "后续计划所述"), width=14)
_PLANS: Final = (d.PROJECT, d.MILESTONE, d.DEADLINE, _SEQUEL, _LATER, d.VERDICT, d.PROMISED_IN)
_SILENT: Final = (
    d.PROJECT,
    d.MILESTONE,
    d.DEADLINE,
    d.VERDICT,
    Column(key="last", title=("last mention", "最后一次提到"), width=14),
    d.PROMISED_IN,
)
_DIFFER: Final = (
    Column(key="about", title=("about", "对象"), width=12),
    d.MILESTONE,
    Column(key="says", title=("what documents say", "依据所述"), width=28),
    d.EVIDENCE,
)
_REPEATED: Final = (
    d.PROJECT,
    d.MILESTONE,
    Column(key="years", title=("reports of", "通报年份"), width=6),
    Column(key="twice", title=("counted twice?", "是否重复计入"), width=12),
    d.EVIDENCE,
)
_TARGETS: Final = (
    Column(key="name", title=("indicator", "指标"), width=14),
    Column(key="target", title=("target", "目标"), width=7),
    d.DEADLINE,
    Column(key="observed", title=("measured", "实测"), width=9),
    Column(key="apart", title=("not comparable", "不可相比的数"), width=10),
    Column(key="standing", title=("standing", "判定"), width=6),
    Column(key="why", title=("why", "原因"), width=9),
    d.EVIDENCE,
)


def comparison(view: View, language: Language, *, by: Grouping | None = None) -> Report:
    """
    Everything that can be set side by side; ``by`` groups how many promises later plans took up.
    """
    draft = d.Drafting(view, language)
    found = view.reconcile()
    return draft.report(
        draft.say("reconciliation", "对账"),
        [],
        [
            _totals(draft, found),
            *(section for plan in found.plans for section in _plan(draft, plan, by)),
            _differing(draft, found),
            _repeated(draft, found),
            _targets(draft, found),
        ],
        has_coverage=False,
    )


def comparison_data(view: View, *, by: Grouping | None = None) -> dict[str, Any]:
    """
    The same as plain data.
    """
    found = view.reconcile()
    plans = [
        plain(plan)
        | {
            "sequels": plain(plan.sequels),
            "groups": {group: plain(numbers) for group, numbers in _grouped(view, plan, by).items()},
        }
        for plan in found.plans
    ]
    return {"reconciliation": plain(found) | {"plans": plans}}


def _totals(draft: d.Drafting, found: Reconciliation) -> Section:
    cells: list[d.Cells] = []
    for row in found.totals:
        state = row.state
        is_compared = state.certain is not None
        if not is_compared:
            bounds = "—"
        else:
            most = draft.say("any", "不限") if state.possible is None else str(state.possible)
            bounds = f"{state.certain}～{state.reported}～{most}"
        cells.append(
            {
                "what": state.event.what,
                "claim": f"{comparator(state.event.comparator)}{state.event.count}{state.event.measure}",
                "itemised": row.itemised if is_compared else None,
                "missing": row.missing if is_compared else None,
                "bounds": bounds,
                "registered": state.registered,
                "fit": label(row.fit, draft.language),
                "on": state.on,
                "evidence": draft.cite([state.entry]),
            }
        )
    open_fits = (TotalFit.REPORTED, TotalFit.OPEN, TotalFit.BEYOND_REGISTER)
    number = sum(row.fit in open_fits for row in found.totals)
    return draft.table(
        draft.say("Official totals against the ledger", "汇总数与台账"),
        _TOTALS,
        cells,
        prose=[
            draft.say(
                f"Of {len(found.totals)} totals {number} can't be itemised from what is registered. That "
                "does not make them wrong: the ledger holds what the registered documents name.",
                f"{len(found.totals)} 个汇总数中，{number} 个不能由台账逐项列出。这不说明汇总数有误："
                "台账只登记所收文件点名的项目。",
            )
        ]
        if found.totals
        else [],
        empty=draft.say("No total is reported.", "没有汇总数。"),
    )


def _plan(draft: d.Drafting, plan: FollowedPlan, by: Grouping | None) -> list[Section]:
    """
    How many promises later plans took up, then each that they speak of, then those not mentioned again.
    """
    gaps = "、".join(map(period_text, plan.uncovered)) or draft.say("none", "无")
    later = "、".join(plan.later)
    rows = {sequel: [row for row in plan.promises if row.sequel is sequel] for sequel in Sequel}
    silent = rows[Sequel.NOT_MENTIONED]
    said = [row for row in plan.promises if row.later]
    numbers: list[d.Cells] = [
        {"group": group, **{sequel.value: number for sequel, number in of_group.items()}}
        for group, of_group in _grouped(draft.view, plan, by, draft.language).items()
    ]
    return [
        draft.table(
            draft.say(f"{plan.plan}: what later plans took up", f"{plan.plan}：后续计划接过了什么"),
            (_GROUP, *_SEQUELS),
            numbers,
            prose=[
                draft.say(
                    f"Of {len(plan.counted)} judged promises, those of members apart that are made of their "
                    f"batch as well; later plans registered: {later}. "
                    f"Periods that no registered plan covers: {gaps}.",
                    f"可考核的承诺 {len(plan.counted)} 项（与所属批次一并承诺的不另计）；"
                    f"其后登记的计划：{later}。"
                    f"没有计划覆盖的时段：{gaps}。",
                )
            ],
            empty=draft.say("It promises nothing that can be judged.", "没有可考核的承诺。"),
        ),
        draft.table(
            draft.say(f"{plan.plan}: mentioned by later plans", f"{plan.plan}：后续计划提到的"),
            _PLANS,
            [
                _promise(draft, row)
                | {
                    "sequel": label(row.sequel, draft.language),
                    "later": _told(draft, row.later, draft.cite(row.later)),
                }
                for row in said
            ],
            empty=draft.say("No later plan speaks of any.", "后续计划均未提到。"),
        ),
        draft.table(
            draft.say(f"{plan.plan}: not mentioned again", f"{plan.plan}：未再提的"),
            _SILENT,
            [_promise(draft, row) | {"last": draft.cite(row.last_mention)} for row in silent],
            note=draft.say(
                "Not mentioned by a registered later plan, and not known to be settled. It says nothing of "
                "whether the project went on, and does not mean that it was dropped.",
                "其后登记的计划没有再提到，也没有依据说明结果。这不说明项目是否继续，更不等于取消。",
            ),
            empty=draft.say("None.", "没有。"),
        ),
    ]


def _grouped(
    view: View, plan: FollowedPlan, by: Grouping | None, language: Language | None = None
) -> dict[str, dict[Sequel, int]]:
    """
    How many promises of each group have each sequel, groups in the order of the programme.
    """
    groups: defaultdict[str, list[Sequel]] = defaultdict(list)
    for row in plan.counted:
        project = view.registry.projects[row.project]
        for group in groups_of_project(view.programme, project, [row.promise], by):
            groups[group].append(row.sequel)
    names = groups if by is None else ordered(groups, by, view.programme, view.registry)

    def called(group: str) -> str:
        if language is None:
            return group
        everything = "全部" if language == "zh" else "all"
        return everything if by is None else group_text(view, group, by, language)

    return {called(group): {sequel: groups[group].count(sequel) for sequel in Sequel} for group in names}


def _promise(draft: d.Drafting, row: FollowedPromise) -> d.Cells:
    return {
        "project": draft.name(row.project),
        "milestone": draft.counted(row.project, row.milestone, row.quantity),
        "deadline": d.day_cell(getattr(row.promise.event, "deadline", None), draft.language),
        "verdict": row.verdict,
        "promised_in": draft.cite([row.promise]),
    }


def _told(draft: d.Drafting, entries: Sequence[Entry], cited: str) -> str:
    """
    What entries say, in the words of the ledger, and where they stand.
    """
    said = "；".join(statement_text(entry, draft.view.programme, draft.language) for entry in entries)
    return f"{said}（{cited}）" if draft.language == "zh" else f"{said} ({cited})"


def _differing(draft: d.Drafting, found: Reconciliation) -> Section:
    return draft.table(
        draft.say("Source against source", "依据之间"),
        _DIFFER,
        [
            {
                "about": draft.say("total", "汇总数") if row.project is None else draft.name(row.project),
                "milestone": draft.step(row.milestone),
                "says": "／".join(
                    statement_text(entry, draft.view.programme, draft.language) for entry in row.entries
                ),
                "evidence": draft.cite(row.entries),
            }
            for row in found.disagreements
        ],
        note=draft.say(
            "They can't all be right. The one recorded as contested does not count as evidence.",
            "所述不能同时成立。标为存疑的一条不作依据。",
        ),
        empty=draft.say("No two documents disagree.", "没有互相矛盾的依据。"),
    )


def _repeated(draft: d.Drafting, found: Reconciliation) -> Section:
    return draft.table(
        draft.say("Named in the reports of several years", "跨年通报"),
        _REPEATED,
        [
            {
                "project": draft.name(row.project),
                "milestone": draft.counted(row.project, row.milestone, row.quantity),
                "years": "、".join(map(str, row.years)),
                "twice": draft.say("perhaps: totals of both years name it", "或有重复：两年的汇总数都点名")
                if row.may_count_twice
                else draft.say("not established: perhaps mentioned again", "无从判定：或许只是再次提到"),
                "evidence": draft.cite((*row.claims, *row.totals)),
            }
            for row in found.repeated
        ],
        note=draft.say(
            "The same milestone of the same project, named as achieved in the reports of several years. Only "
            "the list behind a total could tell whether it was counted again.",
            "同一项目的同一节点，在不同年份的通报里都列为达到。是否重复计入汇总数，须看汇总所依据的清单。",
        ),
        empty=draft.say("No achievement is named in the reports of two years.", "没有跨年重复通报的节点。"),
    )


def _targets(draft: d.Drafting, found: Reconciliation) -> Section:
    cells: list[d.Cells] = [
        {
            "name": row.name,
            "target": _number(row.target),
            "deadline": deadline_text(getattr(row.target.event, "deadline", None), draft.language),
            "observed": "；".join(map(_number, row.observations)) or "—",
            "apart": "；".join(map(_number, row.apart)) or "—",
            "standing": label(row.standing, draft.language),
            "why": "" if row.why is None else label(row.why, draft.language),
            "evidence": draft.cite((row.target, *row.observations, *row.apart)),
        }
        for row in found.targets
    ]
    return draft.table(
        draft.say("Targets against measurements", "目标与实测"),
        _TARGETS,
        cells,
        note=draft.say(
            "Judged are cumulative numbers alone, measured under the same name, measure word and scope.",
            "只判定累计数，且名称、量词、所指都相同；约数和非累计数只列示。",
        ),
        empty=draft.say("No target is registered.", "没有登记目标。"),
    )


def _number(entry: Entry) -> str:
    event = entry.event
    assert isinstance(event, IndicatorTargeted | IndicatorObserved)  # noqa: S101 (numbers alone stand here)
    return f"{comparator(event.comparator)}{event.value}{event.measure}"
