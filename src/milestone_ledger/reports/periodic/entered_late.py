"""
What was recorded since the last report of documents that had been published by its day (补录).
"""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from milestone_ledger.domain.bounds import by_publication
from milestone_ledger.domain.events import Statement
from milestone_ledger.domain.history import Entry
from milestone_ledger.ledger.difference import compare
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.periodic import drafting as d
from milestone_ledger.reports.periodic.content import Column, Section
from milestone_ledger.reports.periodic.news import SAYS, is_news, statement_cells, verdict_table

_PUBLISHED = Column(key="published", title=("published", "发布日"), kind="day", width=6)


def entered_late(draft: d.Drafting, known: View, before: View) -> list[Section]:
    """
    How the picture of the day of ``before`` changed by recording, from ``known`` to ``before``.
    """
    changes = compare(known, before)
    held = {entry.seq for entry in known.live}
    fresh = (e for e in before.live if e.seq not in held and isinstance(e.event, Statement))
    groups: dict[str, list[d.Cells]] = {
        draft.say("Entered late", "新录入"): [_row(draft, entry, [entry]) for entry in by_publication(fresh)],
        draft.say("Corrected: no longer holds", "已更正，不再有效"): [
            _row(draft, row.entry, [row.entry, row.by]) for row in changes.retracted
        ],
    }
    size, day = known.viewpoint.recorded_by, before.as_of
    return [
        draft.grouped(
            draft.say("Entered late, and corrections", "补录与更正"),
            (d.PROJECT, SAYS, _PUBLISHED, d.EVIDENCE),
            groups,
            note=draft.say(
                f"Published by {day}, and recorded or corrected when the ledger held {size} entries already; "
                "not counted among what is new.",
                f"{day} 及以前已经公开，台账记录到 {size} 条以后才录入或更正的内容，不计入本期新情况。",
            ),
            empty=draft.say(
                f"Nothing that had been published by {day} was recorded or corrected since.",
                f"此后没有补录或更正 {day} 及以前公开的内容。",
            ),
        ),
        verdict_table(
            draft,
            [row for row in changes.verdicts if is_news(row)],
            draft.say(
                f"Verdicts of {day} that changed by recording", f"补录与更正引起的判定变化（{day} 的判定）"
            ),
            draft.say("No verdict changed by recording.", "没有判定因补录或更正而变化。"),
        ),
    ]


def _row(draft: d.Drafting, entry: Entry, cited: list[Entry]) -> d.Cells:
    return statement_cells(draft, entry, cited) | {"published": entry.published_on}


def recorded_within(before: View, until: date) -> list[Entry]:
    """
    The statements published by the day of ``before`` and recorded after it, by the end of ``until``.
    """
    programme = before.registry.programme
    if programme is None:
        return []
    zone = ZoneInfo(programme.time_zone)
    return [
        entry
        for entry in before.live
        if isinstance(entry.event, Statement)
        and before.as_of < entry.recorded_at.astimezone(zone).date() <= until
    ]
