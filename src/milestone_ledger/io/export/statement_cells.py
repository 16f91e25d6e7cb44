"""
What is registered and stated as the cells of a row: the inverse of ``registrations`` and ``statements``.
"""

from __future__ import annotations

from milestone_ledger.domain.events import (
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    PromiseMade,
    PromiseWithdrawn,
    SourceRegistered,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.registry import Project
from milestone_ledger.errors import Language
from milestone_ledger.io.export.spelling import (
    Spelling,
    spell_amount,
    spell_deadline,
    spell_period,
    spell_size,
)
from milestone_ledger.io.intake.registrations import derived_id
from milestone_ledger.io.intake.statements import StatementEvent
from milestone_ledger.io.sheets import (
    FIRMNESS_WORDS,
    INDICATOR_KINDS,
    PROGRESS_KINDS,
    SOURCE_KINDS,
    STATEMENTS,
)


def source_cells(source: SourceRegistered, language: Language) -> dict[str, str]:
    """
    A row of 依据, by column id.
    """
    return {
        "id": source.source,
        "title": source.title,
        "issuer": source.issuer,
        "number": source.number,
        "published_on": str(source.published),
        "kind": SOURCE_KINDS.write(source.kind, language),
        "period": spell_period(source.period),
        "link": source.link,
        "note": source.note,
        "sha256": source.sha256,
    }


def project_cells(project: Project, spelling: Spelling) -> dict[str, str]:
    """
    A row of 项目, by column id; its id is left out where the name gives it.
    """
    return {
        "id": "" if derived_id(project.name) == project.id else project.id,
        "name": project.name,
        "aliases": "；".join(project.aliases),
        "domain": project.domain,
        "delivery": spelling.delivery(project.delivery),
        "size": spell_size(project.size, project.measure),
        "member_of": spelling.project(project.member_of),
        "related": spelling.related(project.related),
        "note": project.note,
    }


def cells_of(event: StatementEvent, spelling: Spelling, language: Language) -> dict[str, str]:
    """
    What ``event`` says beyond its source, place, note and responsible units, by column id.

    Dates are written out even where a blank would be read as the same day: what a blank means follows
    the date of the source, and the entry does not.
    """
    kind = STATEMENTS[type(event)][1]
    match event:
        case PromiseMade():
            return {
                "project": spelling.project(event.project),
                "milestone": spelling.milestone(event.milestone),
                "deadline": spell_deadline(event.deadline),
                "quantity": spelling.quantity(event.quantity, event.project),
                "firmness": FIRMNESS_WORDS.write(event.firmness.value, language),
            }
        case PromiseWithdrawn():
            return {
                "project": spelling.project(event.project),
                "milestone": spelling.milestone(event.milestone),
                "quantity": spelling.quantity(event.quantity, event.project),
                "firmness": FIRMNESS_WORDS.write("withdrawn", language),
            }
        case BlockerRaised():
            return {
                "project": spelling.project(event.project),
                "milestone": spelling.milestone(event.milestone),
                "deadline": spell_deadline(event.deadline),
                "firmness": FIRMNESS_WORDS.write("blocker", language),
            }
        case MilestoneAchieved():
            return {
                "project": spelling.project(event.project),
                "kind": PROGRESS_KINDS.write(kind, language),
                "milestone": spelling.milestone(event.milestone),
                "occurred": str(event.occurred),
                "quantity": spelling.quantity(event.quantity, event.project),
            }
        case MilestonePending():
            return {
                "project": spelling.project(event.project),
                "kind": PROGRESS_KINDS.write(kind, language),
                "milestone": spelling.milestone(event.milestone),
                "occurred": event.on.isoformat(),
                "quantity": spelling.quantity(event.quantity, event.project),
            }
        case StatementNoted():
            return {
                "project": spelling.project(event.project),
                "kind": PROGRESS_KINDS.write(kind, language),
                "milestone": spelling.milestone(event.milestone),
                "occurred": "" if event.occurred is None else str(event.occurred),
            }
        case ActivityChanged():
            return {
                "project": spelling.project(event.project),
                "kind": PROGRESS_KINDS.write(event.activity.value, language),
                "occurred": event.on.isoformat(),
            }
        case BlockerCleared():
            return {
                "project": spelling.project(event.project),
                "kind": PROGRESS_KINDS.write(kind, language),
                "occurred": event.on.isoformat(),
            }
        case TotalReported():
            return {
                "what": event.what,
                "count": spell_amount(event.comparator, event.count, event.measure),
                "milestones": spelling.milestones(event.milestones),
                "scope": spelling.scope(event.scope),
                "as_of": str(event.on),
            }
        case IndicatorTargeted():
            return {
                "name": event.name,
                "kind": INDICATOR_KINDS.write(kind, language),
                "value": spell_amount(event.comparator, event.value, event.measure),
                "day": spell_deadline(event.deadline),
                "project": spelling.project(event.project),
            }
        case IndicatorObserved():
            return {
                "name": event.name,
                "kind": INDICATOR_KINDS.write(kind, language),
                "value": spell_amount(event.comparator, event.value, event.measure),
                "day": str(event.occurred),
                "project": spelling.project(event.project),
            }
