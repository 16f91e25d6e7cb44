"""
The figures of a view (指标分析): coverage first, every figure a range with its counts, never a ranking.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from milestone_ledger.domain.dates import day_after
from milestone_ledger.errors import Language
from milestone_ledger.ledger.grouping import Axis
from milestone_ledger.ledger.measures import Measures, Waiting
from milestone_ledger.ledger.rows import plain
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.inputs import NumberRange
from milestone_ledger.metrics.outlook import FEWEST
from milestone_ledger.metrics.wilson import SMALL, Share
from milestone_ledger.reports.groups import group_text
from milestone_ledger.reports.overview import rate
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Report, Section
from milestone_ledger.reports.record.words import counts, percents

GROUP: Final = Column(key="group", title=("group", "分组"), width=12)
_KEPT: Final = (
    GROUP,
    Column(key="settled", title=("due", "到期"), kind="count", width=4),
    Column(key="decided", title=("decided", "有据可判"), kind="count", width=5),
    Column(key="kept", title=("kept", "按期兑现"), kind="count", width=5),
    Column(key="broken", title=("proven late", "确证未按期"), kind="count", width=6),
    Column(key="undetermined", title=("not established", "无从判定"), kind="count", width=5),
    Column(key="share", title=("reliability", "兑现率"), width=8),
    Column(key="interval", title=("95% interval", "95%区间"), width=8),
    Column(key="current", title=("by current deadline", "按现期限（兑现/未按期/无从判定）"), width=10),
    Column(key="moved", title=("deadline moved", "改过期限"), kind="count", width=5),
    Column(key="silent", title=("passed in silence", "期满30日无声"), kind="count", width=6),
)
_EXECUTED: Final = (
    GROUP,
    Column(key="due", title=("due in window", "窗口内到期"), width=6),
    Column(key="hits", title=("hit", "命中"), width=5),
    Column(key="hit_rate", title=("hit rate", "命中率"), width=8),
    Column(key="baselined", title=("due so far", "累计应达到"), width=6),
    Column(key="finished", title=("reached", "累计达到"), width=6),
    Column(key="unplanned", title=("of them unplanned", "其中未列计划"), width=6),
    Column(key="bei", title=("milestone BEI", "节点BEI"), width=8),
    Column(key="flag", title=("flag", "提示"), width=6),
    Column(key="forecast", title=("forecast for window", "窗口初预期"), width=6),
    Column(key="cei", title=("CEI", "CEI"), width=8),
)
_EARNED: Final = (
    GROUP,
    Column(key="planned", title=("planned", "计划数"), kind="count", width=5),
    Column(key="achieved", title=("reached", "已达到"), width=6),
    Column(key="at", title=("months gone (AT)", "已历月数（AT）"), width=7),
    Column(key="duration", title=("planned months (PD)", "计划月数（PD）"), width=7),
    Column(key="schedule", title=("earned months (ES)", "挣得月数（ES）"), width=8),
    Column(key="index", title=("SPI(t)", "SPI(t)"), width=8),
    Column(key="forecast", title=("months forecast", "预计月数"), width=8),
)
_WAITING: Final = (
    d.MILESTONE,
    Column(key="projects", title=("projects", "项目数"), kind="count", width=5),
    Column(key="reached", title=("reached", "已知达到"), kind="count", width=5),
    Column(key="blank", title=("no evidence", "没有任何依据"), kind="count", width=5),
    Column(key="followed", title=("followed by day", "逐日可循"), kind="count", width=5),
    Column(key="median", title=("median days since listed", "列入后中位天数"), width=10),
)


def figures(view: View, language: Language, *, by: Axis | None = None, since: date | None = None) -> Report:
    """
    Every figure of the promises that the headline counts, in all or by group, in the programme's order.
    """
    draft = d.Drafting(view, language)
    rows = view.metrics(by=by, since=since)
    sections = [_kept(draft, rows, by), _executed(draft, rows, by), _earned(draft, rows, by)]
    if by is None:
        sections.append(_waited(draft, view.waiting()))
    return draft.report(draft.say("figures", "指标分析"), [], sections)


def figures_data(view: View, *, by: Axis | None = None, since: date | None = None) -> dict[str, Any]:
    """
    The same as plain data: the counts, and each share with its range and interval, small numbers marked.
    """
    rows = [
        plain(row)
        | {
            name: plain(share)
            | {"ratio": plain(share.ratio), "interval": plain(share.interval()), "is_small": share.is_small}
            for name, share in (
                ("hit_rate", row.hit_rate),
                ("current_execution", row.current_execution),
                ("reliability", row.baseline.share),
            )
        }
        | {
            name: None if figure is None else plain(figure) | {"is_small": figure.is_small}
            for name, figure in (("execution", row.execution), ("earned", row.earned))
        }
        | {"coverage": row.baseline.coverage, "is_small": row.is_small}
        for row in view.metrics(by=by, since=since)
    ]
    return {"metrics": rows, "waiting": [] if by else view.waiting().to_dicts()}


def _kept(draft: d.Drafting, rows: Sequence[Measures], by: Axis | None) -> Section:
    cells: list[d.Cells] = []
    for row in rows:
        figures, current = row.baseline, row.current
        cells.append(
            {
                "group": _group(draft, row, by),
                "settled": figures.settled,
                "decided": figures.decided,
                "kept": figures.kept,
                "broken": figures.broken,
                "undetermined": figures.undetermined,
                "share": _share(draft, figures.share),
                "interval": percents(figures.share.interval()),
                "current": f"{current.kept}/{current.broken}/{current.undetermined}",
                "moved": row.moved,
                "silent": row.silent,
            }
        )
    return draft.table(
        draft.say("Kept, and how far documents can tell", "兑现情况与可核程度"),
        _KEPT,
        cells,
        note=draft.say(
            "Against the deadline first promised. Not established may be kept or late: reliability runs "
            f"from none of these kept to all. Of fewer than {SMALL} due read the counts. "
            "The order of the groups is no ranking.",
            "按首次承诺的期限。无从判定的可能按期，也可能未按期，故兑现率为区间，两端为全未兑现和全部兑现。"
            f"到期不足 {SMALL} 项的，只看个数。分组先后不是排名。",
        ),
        empty=draft.say("No promise that can be judged.", "没有可考核的承诺。"),
    )


def _executed(draft: d.Drafting, rows: Sequence[Measures], by: Axis | None) -> Section:
    cells: list[d.Cells] = []
    for row in rows:
        index = row.execution
        cells.append(
            {
                "group": _group(draft, row, by),
                "due": counts(row.hit_rate.of),
                "hits": counts(row.hit_rate.hits),
                "hit_rate": _share(draft, row.hit_rate),
                "baselined": counts(index.due),
                "finished": counts(index.finished),
                "unplanned": counts(index.unplanned),
                "bei": rate(_numbers(index.index), draft.language, index.cases),
                "flag": draft.say("below 0.95", "低于0.95") if index.is_behind and not index.is_small else "",
                "forecast": counts(row.current_execution.of),
                "cei": _share(draft, row.current_execution),
            }
        )
    first = day_after(rows[0].since) if rows else draft.view.as_of
    return draft.table(
        draft.say("Against the plan", "与计划相比"),
        _EXECUTED,
        cells,
        note=draft.say(
            f"Window: {first} to {draft.view.as_of}. Each number runs from what documents prove to what they "
            "leave possible; BEI is flagged only if all of its range lies below 0.95.",
            f"窗口：{first} 至 {draft.view.as_of}。各数均为“确证～可能”的区间；"
            "BEI 整个区间都低于 0.95 时才作提示。",
        )
        + draft.say(" No days of grace are given here.", "此处不计宽限。") * (draft.view.grace > 0),
        empty=draft.say("No promise that can be judged.", "没有可考核的承诺。"),
    )


def _earned(draft: d.Drafting, rows: Sequence[Measures], by: Axis | None) -> Section:
    cells: list[d.Cells] = []
    for row in rows:
        earned = row.earned
        if earned is not None:
            cases = earned.planned, earned.planned
            cells.append(
                {
                    "group": _group(draft, row, by),
                    "planned": earned.planned,
                    "achieved": counts(earned.achieved),
                    "at": f"{earned.at:.1f}",
                    "duration": _numbers(earned.duration, digits=0),
                    "schedule": rate(_numbers(earned.schedule, digits=1), draft.language, cases),
                    "index": rate(_numbers(earned.index), draft.language, cases),
                    "forecast": rate(_numbers(earned.forecast, digits=0), draft.language, cases),
                }
            )
    return draft.table(
        draft.say("Earned schedule", "挣得进度"),
        _EARNED,
        cells,
        note=draft.say(
            "Months of the plan that what was reached amounts to; the range is that of the counts. Months "
            "are those of the calendar, the days left of the first counting as one. "
            "It takes one promise for another, large or small.",
            "已达到的相当于计划的几个月；区间来自个数的区间。按日历月计，第一个月不足整月也算一个月。"
            "各项承诺不分大小，一律计一。",
        ),
        empty=draft.say("Nothing was planned for a day.", "没有写明期限的计划。"),
    )


def _waited(draft: d.Drafting, rows: Sequence[Waiting]) -> Section:
    cells: list[d.Cells] = [
        {
            "milestone": draft.step(row.milestone),
            "projects": row.projects,
            "reached": row.reached,
            "blank": row.spread.blank,
            "followed": row.curve.cases,
            "median": _median(draft, row),
        }
        for row in rows
    ]
    return draft.table(
        draft.say("Waiting for a milestone", "从列入到达到的时间"),
        _WAITING,
        cells,
        note=draft.say(
            "Of projects of which a document names the milestone, but for batches whose members are among "
            "them, from the first document that names the project. Those reached by then, and those "
            "cancelled, count for no median; nor is there one "
            f"where of the others fewer than {FEWEST} were reached, or half have no evidence: those that "
            "are known are those that were reported.",
            "凡有文件提到该节点的项目，自首次提到该项目之日起算；点了成员名的批次不另计。首次提到时已经达到的和中途取消的，不计入中位数；"
            f"其余的已知达到不足 {FEWEST} 个，或半数没有任何依据的，不给中位数：有据可查的只是通报过的那些。",
        ),
        empty=draft.say("No document names a milestone.", "没有文件提到任何节点。"),
    )


def _median(draft: d.Drafting, row: Waiting) -> str:
    median = row.spread.quantile(0.5)
    is_known = row.spread.has_converged and row.spread.blank < row.spread.cases
    if median is None or row.ended < FEWEST or not is_known:
        return draft.say("not enough known", "所知不足")
    return _numbers(
        NumberRange(
            None if median.lo is None else float(median.lo), None if median.hi is None else float(median.hi)
        ),
        digits=0,
    )


def _group(draft: d.Drafting, row: Measures, by: Axis | None) -> str:
    return draft.say("all", "全部") if by is None else group_text(draft.view, row.group, by, draft.language)


def _share(draft: d.Drafting, share: Share) -> str:
    """
    The range of a share; of a small number the counts beside it have to do.
    """
    return rate(percents(share.ratio), draft.language, share.of)


def _numbers(numbers: NumberRange | None, digits: int = 2) -> str:
    if numbers is None:
        return "—"
    if numbers.lo is None:
        return "—" if numbers.hi is None else f"≤ {numbers.hi:.{digits}f}"
    if numbers.hi is None:
        return f"≥ {numbers.lo:.{digits}f}"
    least, most = (f"{number:.{digits}f}" for number in (numbers.lo, numbers.hi))
    return least if least == most else f"{least}～{most}"
