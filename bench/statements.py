"""
What a document says of a project, drawn at random, but true.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

from bench.subjects import UNITS, Document, Subject
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate, day_after

_WORDS = (
    "加快推进",
    "形象进度95%",
    "正在办理前期手续",
    "完成招标，施工单位进场",
    "管线迁改基本完成",
    "按计划实施",
)


def locator(rng: random.Random) -> str:
    """
    A place in a document.
    """
    return f"{rng.choice('一二三四五')}({rng.choice('一二三四')}){rng.randint(1, 30)}"


def locator_of(event: on.Event) -> str:
    """
    Where an event stands in its document.
    """
    return event.locator if isinstance(event, on.Statement) else ""


def promise(rng: random.Random, subject: Subject, plan: Document) -> on.ProjectStatement:
    """
    A promise of a plan, of the next milestone more often than not; now and then one is withdrawn.
    """
    open_steps = [step for step in subject.steps if subject.reached(step, plan.day) < len(subject.courses)]
    milestone = open_steps[0] if open_steps and rng.random() < 0.7 else rng.choice(subject.steps)
    year = plan.day.year
    deadline = rng.choices(
        (
            UncertainDate.on(date(year, 12, 31)),
            UncertainDate.on(date(year, 6, 30)),
            UncertainDate.on(date(year + 1, 12, 31)),
            UncertainDate(date(year, 12, 31), date(year + 1, 12, 31)),
        ),
        (60, 15, 17, 8),
    )[0]
    if rng.random() < 0.01:
        return on.PromiseWithdrawn(
            source=plan.id, locator=locator(rng), project=subject.id, milestone=milestone
        )
    quantity = rng.randint(1, len(subject.courses) - 1) if len(subject.courses) > 2 else None
    return on.PromiseMade(
        source=plan.id,
        locator=locator(rng),
        project=subject.id,
        milestone=milestone,
        deadline=deadline,
        quantity=quantity if subject.size != 1 and rng.random() < 0.5 else None,
        firmness=rng.choices(list(on.Firmness), (45, 35, 10, 5, 5))[0],
        responsible=tuple(rng.sample(UNITS, rng.choice((1, 1, 2)))),
    )


def note(rng: random.Random, subject: Subject, report: Document, milestone: str | None) -> on.StatementNoted:
    """
    A remark that settles nothing.
    """
    return on.StatementNoted(
        source=report.id,
        locator=locator(rng),
        note=rng.choice(_WORDS),
        project=subject.id,
        milestone=milestone,
        occurred=UncertainDate.on(report.day) if rng.random() < 0.3 else None,
    )


def achieved(
    rng: random.Random,
    subject: Subject,
    report: Document,
    milestone: str,
    days: UncertainDate,
    *,
    quantity: int | None = None,
    contested: bool = False,
    said: str = "",
) -> on.MilestoneAchieved:
    """
    That a milestone was reached.
    """
    return on.MilestoneAchieved(
        source=report.id,
        locator=locator(rng),
        note=said or (rng.choice(_WORDS) if rng.random() < 0.2 else ""),
        project=subject.id,
        milestone=milestone,
        occurred=days,
        quantity=quantity,
        contested=contested,
    )


def evidence(rng: random.Random, subject: Subject, report: Document) -> on.ProjectStatement:
    """
    What is true of a project on the day of a report: the last milestone reached, or the next one pending.
    """
    units = len(subject.courses)
    whole = [step for step in subject.steps if subject.reached(step, report.day) == units]
    partly = [step for step in subject.steps if 0 < subject.reached(step, report.day) < units]
    pending = [step for step in subject.steps if subject.reached(step, report.day) < units]
    is_achieved = bool(whole or partly) and (not pending or rng.random() < 0.62)
    if is_achieved and whole and (not partly or rng.random() < 0.5) and subject.size is not None:
        step = whole[-1]
        return achieved(rng, subject, report, step, known(rng, subject, step, report.day))
    if is_achieved and (partly or subject.size is None):
        step = rng.choice(partly or whole)
        count = subject.reached(step, report.day)
        return achieved(rng, subject, report, step, UncertainDate.by(report.day), quantity=count)
    if not pending:
        return note(rng, subject, report, None)
    step = pending[0]
    count = subject.reached(step, report.day)
    is_partial = subject.size != 1 and (count > 0 or rng.random() < 0.5)
    return on.MilestonePending(
        source=report.id,
        locator=locator(rng),
        project=subject.id,
        milestone=step,
        on=report.day - timedelta(rng.choice((0, 0, 1, 5))) if count == 0 else report.day,
        quantity=count if is_partial else None,
    )


def known(rng: random.Random, subject: Subject, step: str, day: date) -> UncertainDate:
    """
    What a document says of the day on which the last unit reached a step: the day, the month, or "by now".
    """
    true = max(course[step] for course in subject.courses)
    drawn = rng.random()
    if drawn < 0.35:
        return UncertainDate.on(true)
    if drawn < 0.6:
        first = true.replace(day=1)
        last = day_after(first + timedelta(31)).replace(day=1) - timedelta(1)
        return UncertainDate(first, min(last, day))
    return UncertainDate.by(day)
