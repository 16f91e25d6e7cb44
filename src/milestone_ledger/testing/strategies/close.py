"""
One project, nine days, five documents: much about little.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry
from milestone_ledger.testing.recording import record, recorded, with_entry
from milestone_ledger.testing.strategies import vocabulary
from milestone_ledger.testing.strategies.calendar import day
from milestone_ledger.testing.strategies.corrections import retraction
from milestone_ledger.testing.strategies.histories import legal_commits, tell
from milestone_ledger.testing.strategies.registrations import programme_of, project_events
from milestone_ledger.testing.strategies.statements import Intent, cite, firmness, restated

_NINE_DAYS = range(14, 23)
_DOCUMENTS = _NINE_DAYS[::2]


def documents(days: Sequence[int]) -> list[on.SourceRegistered]:
    """
    A document of each day, named by its number in the calendar.
    """
    return [
        on.SourceRegistered(
            source=f"s{number}",
            title=f"文件{number}",
            published=UncertainDate.on(day(number)),
            kind=on.SourceKind.OTHER,
        )
        for number in days
    ]


def _document_of(draw: st.DrawFn, least: int = 0) -> dict[str, Any]:
    return cite(draw, f"s{draw(st.sampled_from([n for n in _DOCUMENTS if n >= least]))}") | {"project": "p0"}


def _part(draw: st.DrawFn, registry: Registry) -> int | None:
    return None if registry.projects["p0"].size == 1 else draw(st.sampled_from([None, 2, 2, 1]))


def promise(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A promise of the focus, within the nine days.
    """
    first = draw(st.sampled_from(_NINE_DAYS))
    last = first + draw(st.sampled_from([0, 5]))
    return [
        on.PromiseMade(
            **_document_of(draw),
            milestone=vocabulary.focus(programme_of(registry)),
            deadline=UncertainDate(day(first), day(last)),
            quantity=_part(draw, registry),
            firmness=draw(firmness),
        )
    ]


def evidence(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Evidence of the focus, or of a milestone that bears on it.
    """
    programme = programme_of(registry)
    number = draw(st.sampled_from(_NINE_DAYS))
    said = _document_of(draw, number) | {
        "milestone": draw(st.sampled_from([vocabulary.focus(programme), *vocabulary.line(programme)])),
        "quantity": _part(draw, registry),
    }
    if draw(st.booleans()):
        return [on.MilestonePending(**said, on=day(number))]
    known = said["quantity"] is None and draw(st.booleans())
    first = draw(st.integers(_NINE_DAYS[0], number).map(day)) if known else None
    return [on.MilestoneAchieved(**said, occurred=UncertainDate(first, day(number)))]


def withdrawal(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A promise of the focus taken back, or the project stopped.
    """
    said = _document_of(draw)
    if draw(st.booleans()):
        change = draw(st.sampled_from([on.Activity.CANCELLED, on.Activity.REINSTATED, on.Activity.SUSPENDED]))
        return [on.ActivityChanged(**said, activity=change, on=day(draw(st.sampled_from(_NINE_DAYS))))]
    milestone = vocabulary.focus(programme_of(registry))
    return [on.PromiseWithdrawn(**said, milestone=milestone, quantity=_part(draw, registry))]


EVIDENCE: tuple[Intent, ...] = (evidence,)
EVERYTHING: tuple[Intent, ...] = (
    *2 * (promise,),
    *3 * EVIDENCE,
    withdrawal,
    restated,
    retraction,
)


@st.composite
def close_histories(
    draw: st.DrawFn, programme: Programme, *, intents: Sequence[Intent] = EVERYTHING, max_commits: int = 9
) -> History:
    """
    A legal history of the promises of one project, and of what became of them, within nine days.
    """
    project = attrs.evolve(draw(project_events(programme, "p0")), size=draw(st.sampled_from([1, 3, None])))
    history = recorded([on.ProgrammeDefined(programme)], [*documents(_DOCUMENTS), project])
    history = with_entry(history, promise(draw, history, Registry.of(history)))
    for _ in range(draw(st.integers(0, max_commits) | st.just(max_commits))):
        events = draw(legal_commits(history, intents))
        if events:
            history = record(history, events)
    tell(history)
    return history
