"""
What things are called where people read them, in Chinese and English.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import cache
from typing import Final

from milestone_ledger.domain.bounds import Answer, Bounds
from milestone_ledger.domain.dates import UncertainDate, day_before
from milestone_ledger.domain.events import Activity, Comparator, Firmness
from milestone_ledger.domain.promises import Need, Verdict
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.errors import Language

_NAMES: Final[tuple[tuple[Enum, str, str], ...]] = (
    (Verdict.EFFORT, "无法考核", "effort only"),
    (Verdict.KEPT, "按期兑现", "kept"),
    (Verdict.WITHDRAWN, "撤回", "withdrawn"),
    (Verdict.NOT_DUE, "未到期", "not due"),
    (Verdict.KEPT_LATE, "逾期完成", "kept late"),
    (Verdict.OVERDUE, "已逾期，完成与否不明", "overdue, whether reached is unknown"),
    (Verdict.DATE_UNKNOWN, "能否按期无法判定", "reached, in time or not is not established"),
    (Verdict.UNVERIFIED, "到期无据", "due, no evidence"),
    (Answer.YES, "已达到", "yes"),
    (Answer.NO, "未达到", "no"),
    (Answer.REPORTED, "其后有报，当日未能判定", "reported later, not established on the day"),
    (Answer.UNREPORTED, "无据", "not established"),
    (ActivityState.FINISHED, "已完结", "finished"),
    (ActivityState.CANCELLED, "已取消", "cancelled"),
    (ActivityState.SUSPENDED, "停工", "suspended"),
    (ActivityState.NO_STOP_KNOWN, "未见停工", "no stop known"),
    (Activity.SUSPENDED, "停工", "suspended"),
    (Activity.RESUMED, "复工", "resumed"),
    (Activity.CANCELLED, "取消", "cancelled"),
    (Activity.REINSTATED, "恢复", "reinstated"),
    (Firmness.FIRM, "明确", "firm"),
    (Firmness.PLANNED, "计划", "planned"),
    (Firmness.ASPIRATION, "力争", "aspiration"),
    (Firmness.FORECAST, "预计", "forecast"),
    (Firmness.EFFORT, "推进", "effort"),
)


def _labels(names: Iterable[tuple[Enum, str, str]]) -> dict[tuple[type[Enum], Enum], tuple[str, str]]:
    # Members of two enumerations are equal if their values are: a promise of effort, and the verdict on it.
    return {(type(value), value): (zh, en) for value, zh, en in names}


_LABELS: Final = _labels(_NAMES)


@cache
def _rarer_labels() -> dict[tuple[type[Enum], Enum], tuple[str, str]]:
    from milestone_ledger.reports.rarer_labels import NAMES  # noqa: PLC0415 (most looks name none of these)

    return _labels(NAMES)


WORDS: Final[dict[str, tuple[str, str]]] = {
    "ledger": ("台账", "Ledger"),
    "as_of": ("状态日", "as of"),
    "hindsight": ("事后所知（全部公开信息）", "in hindsight (everything published)"),
    "published_by": ("截至 {day} 公开的信息", "as published by {day}"),
    "recorded": ("记录 {size} 条", "{size} entries"),
    "empty": ("（空）台账中尚无内容", "(empty) nothing recorded yet"),
    "nothing": ("（无）", "(none)"),
    "milestone": ("节点", "milestone"),
    "project": ("项目", "project"),
    "domain": ("领域", "domain"),
    "delivery": ("建设方式", "delivery"),
    "unit": ("责任单位", "unit"),
    "plan": ("计划", "plan"),
    "certain": ("确已达到", "certain"),
    "possible": ("至多可能", "possible"),
    "registered": ("登记数", "registered"),
    "promised_in": ("承诺出处", "promised in"),
    "taken_back": ("已撤销的陈述", "statements taken back"),
    "by": ("撤销依据", "taken back by"),
    "reached": ("已达到", "reached"),
    "deadline": ("期限", "deadline"),
    "answer": ("当日", "on the day"),
    "achieved": ("实绩", "achieved"),
    "verdict": ("判定", "verdict"),
    "current": ("按现期限", "by current deadline"),
    "evidence": ("凭据", "evidence"),
    "promised": ("承诺", "promised"),
    "firmness": ("力度", "firmness"),
    "quantity": ("数量", "quantity"),
    "kind": ("类别", "kind"),
    "stage": ("所处节点", "stage"),
    "activity": ("动态", "activity"),
    "next": ("下一节点", "next expected"),
    "aliases": ("别名", "also called"),
    "statements": ("依据中的陈述", "statements"),
    "seq": ("序号", "seq"),
    "published_on": ("发布日", "published"),
    "source": ("依据", "source"),
    "locator": ("位置", "locator"),
    "says": ("内容", "says"),
    "members": ("成员", "members"),
    "unnamed": ("未具名 {count}", "{count} unnamed"),
    "unnamed_unknown": ("未具名的数量不明", "an unknown number unnamed"),
    "needs": ("何种依据可以判定", "what would decide it"),
    "finding": ("提示", "finding"),
    "about": ("对象", "about"),
    "no_evidence": ("无据", "nothing established"),
    "gaps": (
        "未再提：指其后登记的计划都没有再提到；没有计划覆盖的时段：{gaps}",
        "not mentioned in a later plan, as far as plans are registered; no plan covers {gaps}",
    ),
    "not_stated": ("未写明", "not stated"),
    "open_batches": (
        "+：含 {count} 个数目不明的批次，按至少一个计",
        "+: {count} batches of unknown size count as one each",
    ),
    "unlimited": ("不限", "any"),
    "too_few": ("—（案例少于{number}）", "— (fewer than {number} cases)"),
    "maybe_too_few": ("—（案例或少于{number}）", "— (perhaps fewer than {number} cases)"),
    "coverage": ("可核率", "coverage"),
    "reliability": ("兑现率", "reliability"),
    "undated": ("未写期限", "undated"),
    "before_all": ("（整体）", "(whole)"),
}


def label(value: Enum, language: Language) -> str:
    """
    What people call a member of an enumeration: a verdict, an answer, a firmness, a kind of finding, ….
    """
    key = (type(value), value)
    return (_LABELS.get(key) or _rarer_labels()[key])[0 if language == "zh" else 1]


def word(key: str, language: Language, **fields: object) -> str:
    """
    A word or phrase of the reports, its blanks filled.
    """
    return WORDS[key][0 if language == "zh" else 1].format(**fields)


def comparator(value: Comparator) -> str:
    """
    The sign before a number; nothing for an exact one.
    """
    return "" if value is Comparator.EXACTLY else value.value


def deadline_text(deadline: UncertainDate | None, language: Language) -> str:
    """
    A deadline as people write it.
    """
    if deadline is None:
        return word("undated", language)
    if deadline.is_exact:
        return str(deadline.latest)
    return f"{deadline.earliest}～{deadline.latest}"


def day_text(day: UncertainDate | None) -> str:
    """
    A day, month or year, or what is known of one, as people write it; nothing if nothing is said.
    """
    if day is None:
        return ""
    if day.earliest is None:
        return f"≤ {day.latest}"
    if day.latest is None:
        return f"≥ {day.earliest}"
    return period_text(str(day).strip("[]"))


def period_text(period: str) -> str:
    """
    A period as people write it, from ``first..last`` as data has it.
    """
    return period.replace("..", "～")


def bounds_text(bounds: Bounds, language: Language) -> str:
    """
    When a milestone was reached, no more exactly than the evidence says.
    """
    lo, hi = bounds.lo, bounds.hi
    if hi is not None:
        if lo == hi:
            return str(hi)
        return f"≤ {hi}" if lo is None else f"{lo}～{hi}"
    if lo is None:
        return word("no_evidence", language)
    still = day_before(lo)
    return f"{still} 尚未，其后无据" if language == "zh" else f"not yet on {still}, nothing since"


def need_text(need: Need, milestone: str, firmness: Firmness, language: Language) -> str:
    """
    The evidence that would decide an undetermined promise, in words as firm as its own.

    ``milestone`` is its label. Nobody who hoped or forecast is called late.
    """
    is_binding = firmness in (Firmness.FIRM, Firmness.PLANNED)
    if language == "zh":
        number = "" if need.quantity is None else f" {need.quantity} 个"
        kept, broken = ("按期兑现", "逾期") if is_binding else ("如期实现", "未如期实现")
        aside = "" if is_binding else f"（属{label(firmness, language)}，不计入兑现率）"
        return (
            f"若有依据表明 {need.kept_by} 或之前已达到{number}“{milestone}”，即为{kept}；"
            f"若表明 {need.broken_if_pending_on} 当日仍未达到，即为{broken}{aside}"
        )
    number = "" if need.quantity is None else f" for {need.quantity}"
    kept, broken = ("kept", "broken") if is_binding else ("borne out", "not borne out")
    aside = "" if is_binding else f" ({label(firmness, language)}: counts in no share)"
    return (
        f"{kept} if a document shows {milestone!r}{number} reached on or before {need.kept_by}; "
        f"{broken} if one shows it still pending on {need.broken_if_pending_on}{aside}"
    )
