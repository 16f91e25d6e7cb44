"""
What the page says of itself, in Chinese and English.

A name in braces is filled in by the page; what the reports call the same keeps their words.
"""

from __future__ import annotations

from typing import Final

from milestone_ledger.reports.labels import WORDS

_SHARED: Final = [
    "ledger",
    "empty",
    "nothing",
    "project",
    "domain",
    "delivery",
    "unit",
    "certain",
    "possible",
    "registered",
    "deadline",
    "achieved",
    "verdict",
    "current",
    "quantity",
    "stage",
    "activity",
    "next",
    "aliases",
    "statements",
    "no_evidence",
    "source",
    "says",
    "members",
    "needs",
    "not_stated",
    "unlimited",
    "coverage",
    "reliability",
    "too_few",
]

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "id": ("编号", "id"),
    "language": ("English", "中文"),
    "grace": ("宽限 {grace} 天", "{grace} days of grace"),
    "recorded": ("记录 {size} 条", "{size} entries"),
    "point": (
        "本页取自台账“{ledger}”的前 {size} 条记录；相同的记录给出相同的网页。校验根：",
        "This page shows the first {size} entries of ledger “{ledger}”; equal entries give an equal page. "
        "Root:",
    ),
    "controls": ("状态日与视角", "Day and point of view"),
    "day": ("状态日", "Status day"),
    "slider": ("状态日（只停在有变化的日子）", "Status day (stops where something changes)"),
    "earlier": ("上一个有变化的日子", "Previous day of change"),
    "later": ("下一个有变化的日子", "Next day of change"),
    "mode": ("按什么信息看", "On what information"),
    "known": ("按当日所知", "As known that day"),
    "hindsight": ("事后所见", "In hindsight"),
    "known_long": ("{day}，只用当日及以前公开的信息", "{day}, from what was published by that day"),
    "hindsight_long": ("{day}，用至今公开的全部信息", "{day}, from everything published so far"),
    "headline": ("概要", "Headline"),
    "coverage_note": (
        "到期的 {settled} 项承诺中，公开依据能判定 {decided} 项；"
        "其余 {undetermined} 项无从判定，不等于逾期。",
        "Of {settled} promises due, the evidence decides {decided}; {undetermined} are not established, "
        "which is not the same as late.",
    ),
    "reliability_note": (
        "按期兑现 {kept} 项，确证逾期 {broken} 项；无从判定的若全未兑现为低值，若全兑现为高值。",
        "{kept} kept, {broken} proven late or overdue; the low end counts none of the undetermined as kept, "
        "the high end all.",
    ),
    "few_note": (
        "按期兑现 {kept} 项，确证逾期 {broken} 项。",
        "{kept} kept, {broken} proven late or overdue.",
    ),
    "none_judged": ("尚无可考核的承诺。", "No promise that can be judged yet."),
    "none_settled": (
        "可考核的承诺 {judged} 项，均未到期或已撤回。",
        "{judged} promises that can be judged, none of them due or all withdrawn.",
    ),
    "of_filtered": (
        "已筛选：{filters}。概要只计筛出的承诺；按判定筛选只影响看板。",
        "Filtered: {filters}. The headline counts what is left; the filter by verdict bears on the board "
        "alone.",
    ),
    "early": ("（含提前兑现 {early} 项）", " ({early} of them early)"),
    "filters": ("筛选", "Filter"),
    "all": ("全部", "all"),
    "search": ("编号、名称或别名", "id, name or alias"),
    "search_label": ("查找", "Search"),
    "clear": ("清除筛选", "Clear filters"),
    "found": ("显示 {shown} 个项目，共 {all} 个", "{shown} of {all} projects"),
    "board": ("看板：承诺与实绩", "Board: promised and achieved"),
    "board_note": (
        "每格上方为实绩，下方为承诺期限和判定；横条为可能达到的时段，虚化的一端表示没有界限，灰色表示无据；"
        "竖线为承诺期限。表头三个数依次为确已达到、至多可能、登记数。点按任一格看依据。",
        "Each cell: what is known above, the deadline promised and the verdict below. The bar spans the days "
        "on which it may have been reached; a fading end is open, grey is not established; the upright line "
        "is the deadline. The numbers in the head are certain, possible, registered. Press a cell for the "
        "statements.",
    ),
    "board_empty": ("没有符合条件的项目。", "No project matches."),
    "not_listed": ("到这一天尚无任何项目公开。", "No project had been published by this day."),
    "reached_count": (
        "确已 {certain}，至多 {possible}，共 {size}",
        "{certain} certain, {possible} possible, of {size}",
    ),
    "reached_of": (
        "确达 {certain} / 至多 {possible} / 登记 {registered}",
        "{certain} certain / {possible} possible / {registered} in all",
    ),
    "possible_rest": ("以下为尚不能确定的", "those below are not certain"),
    "due": ("期", "due"),
    "now_due": ("现期", "now"),
    "more": ("另 {count} 项承诺", "{count} more promised"),
    "lists": ("要办的事", "To see to"),
    "lists_note": (
        "力争、预计的承诺，以及与批次相同的成员承诺，概要不计，此处照列。",
        "Aspirations, forecasts and members promised with their batch are listed too, which the headline "
        "leaves out.",
    ),
    "due_soon": ("{days} 日内到期", "Due within {days} days"),
    "due_soon_note": (
        "按最近一次承诺的期限；目前尚无依据表明已经达到。",
        "By the deadline last promised; so far no document shows that they were reached.",
    ),
    "overdue_note": (
        "有依据证明期限过后仍未达到。",
        "Documents prove that they were still not reached after the deadline.",
    ),
    "unverified_note": (
        "期限已到，没有依据说明是否达到；不等于逾期，需要补充依据。",
        "The deadline has passed and no document tells whether they were reached: not the same as late.",
    ),
    "totals": ("汇总数核对", "Official totals"),
    "totals_note": (
        "公布的汇总数与台账能逐项列出的数；汇总数不作为依据，也不相加减。",
        "What was reported beside what the ledger can itemise; a total is never evidence and never added up.",
    ),
    "total": ("汇总数", "total"),
    "reported": ("公布", "reported"),
    "missing": ("差", "missing"),
    "fit": ("对账结果", "how it fits"),
    "total_day": ("统计日", "counted on"),
    "no_totals": ("到这一天没有公布的汇总数。", "No total had been published by this day."),
    "examples": ("同处列举的事项", "named at the same place"),
    "in_scope": ("统计范围内的项目", "projects in its scope"),
    "reached_projects": ("确已达到的项目", "projects that certainly had"),
    "legend": ("判定和符号", "Verdicts and signs"),
    "sign_expected": (
        "流程中有这个节点，到这一天尚无承诺，也无依据；空格：流程中没有这个节点",
        "the lifecycle has this milestone, and by this day nothing is promised or known of it; "
        "blank: the lifecycle has it not",
    ),
    "sign_by": (
        "至迟在这一天，也可能更早：依据没有写明是哪一天",
        "on this day at the latest, perhaps before: no document tells which day",
    ),
    "sign_between": (
        "在这两天之间（含）的某一天",
        "on some day from the first to the second, both included",
    ),
    "close": ("关闭", "Close"),
    "show_more": ("再显示 {count} 项", "Show {count} more"),
    "promise_list": ("{what}：{count} 项承诺", "{what}: {count} promises"),
    "project_list": ("{what}：{count} 个项目", "{what}: {count} projects"),
    "settled": ("到期的承诺", "Promises due"),
    "of_batch": ("所属批次", "member of"),
    "later_than_day": ("晚于状态日公布", "published after the status day"),
    "taken_back_by": ("已更正：", "corrected by "),
    "efforts": ("只写推进、不作考核的表述", "Statements of mere effort, not judged"),
    "promises": ("承诺", "Promises"),
    "milestones": ("各节点", "Milestones"),
    "not_counted": ("概要不计", "not in the headline"),
    "after_achievement": ("作出承诺时已达到", "promised after it was reached"),
    "promised_in": ("承诺出处", "promised in"),
    "rests_on": ("凭据", "evidence"),
    "opening": (
        "正在打开……如果一直停在这里，请允许本页运行脚本，或换用较新的浏览器（Chrome、Edge 87 或以上）。",
        "Opening… If it stays like this, allow the page to run its script, or use a newer browser "
        "(Chrome or Edge 87 or later).",
    ),
    "range": ("{least} 至 {most}", "{least} to {most}"),
    "announce": (
        "{point}。可核率 {coverage}，兑现率 {reliability}，显示 {shown} 个项目。",
        "{point}. Coverage {coverage}, reliability {reliability}, {shown} projects shown.",
    ),
    "undefined": ("无", "none"),
}


def words() -> dict[str, tuple[str, str]]:
    """
    Every word of the page, Chinese first.
    """
    return {key: WORDS[key] for key in _SHARED} | _WORDS
