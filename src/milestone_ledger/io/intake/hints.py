"""
What a row records that often is not what its clerk meant: told in the preview, and stopping nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from milestone_ledger.domain.bounds import fold_group, group_of
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.draft import Draft
from milestone_ledger.domain.events import Event, Firmness, PromiseMade, Statement
from milestone_ledger.domain.history import HINDSIGHT, History
from milestone_ledger.domain.promises import is_after_achievement
from milestone_ledger.io.intake.difference import Difference
from milestone_ledger.io.intake.faults import Place
from milestone_ledger.io.intake.notes import Warned
from milestone_ledger.io.sheets import PROMISES

Published = Callable[[str], UncertainDate | None]

# How many documents a hint names.
_NAMED = 5


def past_deadlines(
    events: Sequence[Event], places: Sequence[Place | None], published: Published
) -> Iterator[Warned]:
    """
    Promises of something for a day before their own document: perhaps so, and often a slip of the year.
    """
    for event, place in zip(events, places, strict=True):
        if place is None or not isinstance(event, PromiseMade) or event.deadline is None:
            continue
        said, last = published(event.source), event.deadline.latest
        if said is not None and said.earliest is not None and last is not None and last < said.earliest:
            yield place.warning(
                "deadline",
                place.text("deadline"),
                (
                    f"this deadline ({last}) lies before the document that promises it ({said}); "
                    "check the year",
                    f"期限（{last}）早于作出承诺的文件（{said}）；请核对年份",
                ),
            )


def not_judged(events: Sequence[Event], places: Sequence[Place | None]) -> Iterator[Warned]:
    """
    Promises worded as such that name no deadline, or no milestone, and so are never judged.
    """
    for event, place in zip(events, places, strict=True):
        if place is None or place.table.sheet.id != PROMISES.id or not isinstance(event, PromiseMade):
            continue
        if event.firmness is Firmness.EFFORT or event.is_judged:
            continue
        lacking = (("deadline", "期限", event.deadline), ("milestone", "节点", event.milestone))
        columns = {english: chinese for english, chinese, value in lacking if value is None}
        yield place.warning(
            next(iter(columns)),
            "",
            (
                f"no {' and no '.join(columns)}: this promise is recorded and never judged; fill it in if "
                "the document says it",
                f"未写{'和'.join(columns.values())}，不作考核；文件写明的，请补填",
            ),
        )


def promised_too_late(
    history: History, events: Sequence[Event], places: Sequence[Place | None]
) -> Iterator[Warned]:
    """
    Promises of what had been reached before their document: perhaps another milestone is meant, or a day.
    """
    promised = {
        history.size + number: (event, place)
        for number, (event, place) in enumerate(zip(events, places, strict=True))
        if isinstance(event, PromiseMade) and event.is_judged and place is not None
    }
    if not promised:
        return
    draft = Draft(history)
    for event in events:
        draft.take(draft.draw_up(event))
    projects = {name for event, _ in promised.values() for name in group_of(draft.registry, event.project)}
    ladders = fold_group(draft.registry, draft.history, projects, HINDSIGHT)
    for seq, (event, place) in promised.items():
        entry, milestone = draft.history.get(seq), event.milestone
        if entry is None or milestone is None or not draft.history.is_live(entry):
            continue
        bounds = ladders[event.project][milestone].bounds(event.quantity)
        if is_after_achievement(entry, bounds):
            yield place.warning(
                "milestone",
                place.text("milestone"),
                (
                    f"was reached by {bounds.hi}, before this promise was published ({entry.published_on}): "
                    "it postpones nothing; check the milestone and the deadline",
                    f"承诺时已达到：至迟 {bounds.hi} 已经达到，早于作出承诺的文件（{entry.published_on}）；"
                    "不算推迟，请核对节点和期限",
                ),
            )


def entered_late(difference: Difference) -> Iterator[Warned]:
    """
    That rows are new to the ledger, but not the days of their documents: no week would tell of them.
    """
    newest = max((source.published_on for source in difference.registry.sources.values()), default=date.min)
    added = {(note.file, note.row) for note in difference.added}
    late: list[tuple[str, Place]] = []
    for event, place in zip(difference.events, difference.places, strict=True):
        if place is None or not isinstance(event, Statement) or event in difference.taken_back:
            continue
        said = difference.names.published(event.source)
        is_older = said is not None and said.latest is not None and said.latest < newest
        if is_older and (place.table.name, place.row.number) in added:
            late.append((event.source, place))
    if not late:
        return
    sources, first = list(dict.fromkeys(source for source, _ in late)), late[0][1]
    named, more = sources[:_NAMED], len(sources) > _NAMED
    yield first.warning(
        "source",
        first.text("source"),
        (
            f"entered late: {len(late)} rows of {', '.join(named)}{', …' * more}, older than the newest "
            f"document of the ledger ({newest}); a weekly report lists them with --recorded-since only",
            f"补录：{'、'.join(named)}{'等' * more}的 {len(late)} 行，早于台账中最新的依据（{newest}）；"
            "周报的新情况不列，写周报时加 --recorded-since 可以列出",
        ),
    )
