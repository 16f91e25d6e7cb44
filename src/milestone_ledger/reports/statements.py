"""
What an entry says, in one line.
"""

from __future__ import annotations

from datetime import date
from typing import assert_never

from milestone_ledger.domain.events import (
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    EntryRetracted,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    ProgrammeDefined,
    ProjectAmended,
    ProjectRegistered,
    PromiseMade,
    PromiseWithdrawn,
    SourceRegistered,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import Language
from milestone_ledger.reports.labels import comparator, day_text, deadline_text, label


def cite_text(entry: Entry) -> str:
    """
    Where an entry stands: number, source, locator.
    """
    source = getattr(entry.event, "source", None) or ""
    locator = getattr(entry.event, "locator", "")
    return " ".join(part for part in (f"#{entry.seq}", source, locator) if part)


def _count(quantity: int | None, sign: str, language: Language) -> str:
    if quantity is None:
        return ""
    return f"{sign}{quantity} 个" if language == "zh" else f"{sign}{quantity}"


def _since(entry: Entry, day: date, language: Language) -> str:
    """
    The day of a change, behind its name; that of the document is no more than the day on which it told of it.

    A document that names no day counts from its own.
    """
    if day != entry.published_on:
        return f" {day}"
    return f"（据 {day} 的文件）" if language == "zh" else f" (by a document of {day})"


def statement_text(entry: Entry, programme: Programme, language: Language) -> str:
    """
    What ``entry`` says, with the milestone's label, dates and numbers, and its note.
    """
    said = _said(entry, programme, language)
    event = entry.event
    if getattr(event, "contested", False):
        said += "（存疑）" if language == "zh" else " (contested)"
    note = getattr(event, "note", "")
    if not note:
        return said
    return f"{said}；{note}" if language == "zh" else f"{said}; {note}"


def _said(entry: Entry, programme: Programme, language: Language) -> str:
    event, chinese = entry.event, language == "zh"

    def step(milestone: str | None) -> str:
        return "" if milestone is None else programme.milestone_label(milestone, language)

    def joined(*parts: str | date | None) -> str:
        return " ".join(str(part) for part in parts if part)

    match event:
        case PromiseMade():
            verb = "承诺" if chinese else "promises"
            due = deadline_text(event.deadline, language)
            firmness = label(event.firmness, language)
            count = _count(event.quantity, "", language)
            return joined(verb, step(event.milestone), count, due, f"[{firmness}]")
        case PromiseWithdrawn():
            return joined("撤回承诺" if chinese else "withdraws", step(event.milestone))
        case MilestoneAchieved():
            count = _count(event.quantity, "≥", language)
            return joined(
                "达到" if chinese else "reached", step(event.milestone), count, day_text(event.occurred)
            )
        case MilestonePending():
            count = _count(event.quantity, "≤", language)
            verb = "未达到" if chinese else "not yet reached"
            return joined(verb, step(event.milestone), count, event.on)
        case StatementNoted():
            return joined("动态" if chinese else "notes", step(event.milestone), day_text(event.occurred))
        case ActivityChanged():
            return label(event.activity, language) + _since(entry, event.on, language)
        case BlockerRaised():
            due = deadline_text(event.deadline, language) if event.deadline else ""
            return joined("挂账" if chinese else "blocker raised", event.ref, step(event.milestone), due)
        case BlockerCleared():
            verb = "销账" if chinese else "blocker cleared"
            return joined(verb, event.ref) + _since(entry, event.on, language)
        case IndicatorTargeted():
            value = f"{comparator(event.comparator)}{event.value}{event.measure}"
            due = deadline_text(event.deadline, language) if event.deadline else ""
            return joined("目标" if chinese else "target", event.name, value, due)
        case IndicatorObserved():
            value = f"{comparator(event.comparator)}{event.value}{event.measure}"
            return joined("实测" if chinese else "observed", event.name, value, day_text(event.occurred))
        case TotalReported():
            steps = "/".join(step(milestone) for milestone in event.milestones)
            value = f"{comparator(event.comparator)}{event.count}{event.measure}"
            return joined("汇总" if chinese else "total", event.what, steps, value)
        case EntryRetracted():
            return joined("更正" if chinese else "retracts", f"#{event.target}")
        case ProgrammeDefined():
            title = event.programme.title.text(language)
            return joined("定义计划" if chinese else "defines programme", title)
        case SourceRegistered():
            return joined("登记依据" if chinese else "registers source", event.title)
        case ProjectRegistered():
            return joined("登记项目" if chinese else "registers project", event.name)
        case ProjectAmended():
            return joined("变更项目" if chinese else "amends project", event.project)
        case _:
            assert_never(event)
