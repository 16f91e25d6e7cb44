"""
What charts say beside their marks, in Chinese and English; what other reports say too keeps their words.
"""

from __future__ import annotations

from typing import Final

from milestone_ledger.errors import Language
from milestone_ledger.reports.labels import WORDS

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "date": ("日期", "date"),
    "day": ("日期", "day"),
    "amount": ("项数（项）", "number of promises"),
    "units": ("项目数（个）", "number of projects"),
    "reported_number": ("数目（按原文计量）", "number, in the document's own measure"),
    "days_late": ("距首次期限的天数（天，正数为晚）", "days from the first deadline (positive is late)"),
    "promised_on": ("承诺公布日", "day of the promise"),
    "deadlines": ("承诺的期限", "deadline promised"),
    "waiting_days": ("等待天数（天）", "days of waiting"),
    "still_waiting": ("仍未达到的比例（%）", "share still waiting (%)"),
    "number": ("项数", "number"),
    "view": ("看法", "view"),
    "name": ("名称", "name"),
    "step": ("步骤", "step"),
    "change": ("变动（天）", "change (days)"),
    "group": ("分组", "group"),
    "reached_no_deadline": ("已达到，未承诺期限", "reached, no deadline promised"),
    "first_deadline": ("首次期限", "first deadline"),
    "current_deadline": ("现期限", "current deadline"),
    "open_end": ("一端不明", "one end is not known"),
    "unknown_yet": ("当日无从判定", "not established on the day"),
    "due_today": ("期限即当日", "the deadline is today"),
    "due": ("承诺应达到", "promised by then"),
    "between": ("可能，无从判定", "possible, not established"),
    "reached_when": ("实际达到", "reached"),
    "not_before": ("其后方可能达到", "not before"),
    "claimed": ("公布数", "as published"),
    "itemised": ("可逐项列出", "itemised"),
    "reported_later": ("有报，当日未能判定", "reported, not established by then"),
    "may_be": ("可能，无从判定", "possible, not established"),
    "of_registered": ("登记数", "registered"),
    "moved_later": ("期限推后", "deadline moved back"),
    "moved_earlier": ("期限提前", "deadline brought forward"),
    "proven_late": ("确证晚于期限", "certainly after the deadline"),
    "proven_early": ("确证早于期限", "certainly before the deadline"),
    "somewhere_here": ("在此之间，无从判定", "somewhere here, not established"),
    "start_row": ("首次期限", "first deadline"),
    "moved_row": ("改期至", "moved to"),
    "result_row": ("末次期限至实际", "last deadline to reached"),
    "total_row": ("合计", "in all"),
    "no_statement": ("没有依据可判定", "no document decides it"),
    "no_promise": ("（空）没有可考核的承诺", "(empty) no promise that can be judged"),
    "no_total": ("（空）没有写明节点的汇总数", "(empty) no total that names a milestone"),
    "no_waits": ("（空）没有逐日可计的等待", "(empty) no wait that can be followed day by day"),
    "few_waits": ("案例少于{number}，不画比例。", "Fewer than {number} cases, so no share is drawn. "),
    "no_days": ("（空）这段时间没有记录", "(empty) nothing recorded for these days"),
    "risk": ("在观察中", "at risk"),
    "wilson": ("95% 区间（Wilson）", "95% interval (Wilson)"),
    "most_waiting": ("至多仍在等待的比例", "share still waiting, at most"),
    "kaplan_meier": ("日期确知者的曲线（Kaplan–Meier）", "where days are known (Kaplan–Meier)"),
}


def word(key: str, language: Language, **fields: object) -> str:
    """
    A word or phrase of the charts, its blanks filled.
    """
    pair = _WORDS.get(key) or WORDS[key]
    return pair[0 if language == "zh" else 1].format(**fields)
