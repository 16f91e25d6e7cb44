"""
What things are called where people read them, in Chinese and English.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from milestone_ledger.domain.bounds import Answer, Bounds
from milestone_ledger.domain.dates import UncertainDate, day_before
from milestone_ledger.domain.events import Activity, Comparator, Firmness
from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.domain.promises import Need, Verdict
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.errors import Language
from milestone_ledger.metrics.judged_indicators import Standing, Why
from milestone_ledger.metrics.lights import Colour
from milestone_ledger.metrics.plans import Sequel
from milestone_ledger.metrics.reconciliation import TotalFit

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
    (FindingKind.PROMISED_AFTER_ACHIEVED, "承诺时已达到", "promised after it was reached"),
    (FindingKind.ANSWERED_OTHERWISE, "答非所问", "promised one milestone, reported another"),
    (FindingKind.WITHDRAWN_AND_PROMISED_ANEW, "撤回后重新承诺", "withdrawn and promised anew"),
    (FindingKind.SOURCES_DISAGREE, "依据之间不一致", "sources disagree"),
    (FindingKind.CONTESTED_WITHOUT_OPPONENT, "存疑而无对立依据", "contested without an opponent"),
    (FindingKind.RESUMED_WITHOUT_SUSPENSION, "复工而未见停工", "resumed without suspension"),
    (FindingKind.REINSTATED_WITHOUT_CANCELLATION, "恢复而未见取消", "reinstated without cancellation"),
    (FindingKind.PROGRESS_AFTER_CANCELLATION, "取消后仍有进展", "progress after cancellation"),
    (FindingKind.CLEARED_WITHOUT_BLOCKER, "销账而未见挂账", "cleared without a blocker"),
    (FindingKind.IN_USE_WITHOUT_HANDOVER, "已投用而未见移交接收", "in use, no evidence of hand-over"),
    (FindingKind.OUTSIDE_LIFECYCLE, "节点不在其建设方式的流程中", "milestone outside the lifecycle"),
    (FindingKind.NO_RESPONSIBLE_UNIT, "承诺未写明责任单位", "promise without a responsible unit"),
    (FindingKind.TOTAL_NOT_ITEMISED, "汇总数无法逐项列出", "total that cannot be itemised"),
    (FindingKind.TOTAL_TOO_LOW, "汇总数少于台账已确证的", "total below what is certain"),
    (FindingKind.NAMES_LOOK_ALIKE, "名称相近", "names that look alike"),
    (FindingKind.NOT_MENTIONED_AGAIN, "未再提", "not mentioned in a later plan"),
    (TotalFit.ITEMISED, "可逐项列出", "itemised"),
    (TotalFit.REPORTED, "其后有报，当日未能判定", "itemised with what is reported later"),
    (TotalFit.OPEN, "未能逐项列出", "not itemised"),
    (TotalFit.BEYOND_REGISTER, "多于台账登记数", "more than are registered"),
    (TotalFit.IMPOSSIBLE, "与台账确证的不符", "does not fit what is proven"),
    (TotalFit.NOT_COMPARED, "不作比较", "not compared"),
    (Sequel.CARRIED_OVER, "结转", "carried over"),
    (Sequel.CONFIRMED, "期限照旧", "confirmed"),
    (Sequel.BROUGHT_FORWARD, "期限提前", "brought forward"),
    (Sequel.OTHERWISE, "另有提法", "mentioned otherwise"),
    (Sequel.UNDER_RELATED, "见于相关项目", "under a related project"),
    (Sequel.SETTLED, "已有结果，未再提", "settled, not mentioned again"),
    (Sequel.NOT_MENTIONED, "未再提", "not mentioned again"),
    (Standing.MET, "达到", "met"),
    (Standing.MISSED, "未达到", "missed"),
    (Standing.NOT_ESTABLISHED, "无从判定", "not established"),
    (Standing.NOT_DUE, "未到期", "not due"),
    (Standing.NOT_JUDGED, "只列示，不判定", "shown, not judged"),
    (Why.UNDATED, "未写期限", "undated"),
    (Why.APPROXIMATE, "约数", "approximate"),
    (Why.NOT_CUMULATIVE, "非累计数", "not cumulative"),
    (Why.OTHER_MEASURE, "量词不同，不能相比", "another measure word"),
    (Why.OTHER_SCOPE, "所指不同，不能相比", "another scope"),
    (Why.NOT_MEASURED, "没有实测数", "not measured"),
    (Why.SOURCES_DISAGREE, "实测数互相矛盾", "measurements disagree"),
    (Why.MORE_THAN_EXACT, "多于所定的确数", "more than the exact number"),
    (Why.INCONCLUSIVE, "实测之日或数值不足以判定", "measured on other days, or not exactly enough"),
    (Colour.GREEN, "绿", "green"),
    (Colour.GREY, "灰", "grey"),
    (Colour.YELLOW, "黄", "yellow"),
    (Colour.RED, "红", "red"),
)
# Members of two enumerations are equal if their values are: a promise of effort, and the verdict on it.
_LABELS: Final = {(type(value), value): (zh, en) for value, zh, en in _NAMES}

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
    return _LABELS[type(value), value][0 if language == "zh" else 1]


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
