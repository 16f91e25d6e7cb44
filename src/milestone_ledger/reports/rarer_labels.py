"""
What findings and the answers of the metrics are called: most reports name none of them.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.metrics.judged_indicators import Standing, Why
from milestone_ledger.metrics.lights import Colour
from milestone_ledger.metrics.plans import Sequel
from milestone_ledger.metrics.reconciliation import TotalFit

NAMES: Final[tuple[tuple[Enum, str, str], ...]] = (
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
