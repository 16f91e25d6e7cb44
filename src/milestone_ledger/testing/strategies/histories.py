"""
Legal histories for a programme, drawn through ``decide``, and single commits after a history.

A history grows by intents ("a second document corrects this entry"). Each is tried as one commit and
left out where ``decide`` refuses it, so nothing is ever filtered.
"""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import note
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import refusals
from milestone_ledger.testing.recording import record
from milestone_ledger.testing.strategies.events import programmes
from milestone_ledger.testing.strategies.intents import EVERYTHING, Intent, new_project, new_source
from milestone_ledger.testing.strategies.registrations import (
    PROJECTS,
    SOURCES,
    project_events,
    source_events,
)


@st.composite
def commits(draw: st.DrawFn, history: History, intents: Sequence[Intent] = EVERYTHING) -> list[on.Event]:
    """
    One attempt at a commit after ``history``, legal or not, empty if there is nothing to speak of.

    ``history`` must begin with a programme that has a domain.
    """
    registry = Registry.of(history)
    if not registry.sources or not registry.projects:
        intents = [intent for intent in intents if intent in (new_source, new_project)]
    if not intents:
        return []
    return draw(st.sampled_from(intents))(draw, history, registry)


@st.composite
def legal_commits(
    draw: st.DrawFn, history: History, intents: Sequence[Intent] = EVERYTHING
) -> list[on.Event]:
    """
    A commit that ``decide`` accepts after ``history``; empty if the attempt was refused.
    """
    events = draw(commits(history, intents))
    return [] if refusals(history, events) else events


@st.composite
def foundations(draw: st.DrawFn, programme: Programme, *, members: bool = True) -> History:
    """
    A programme, some documents and some projects, with ``members`` also of batches.
    """
    history = record(History(), [on.ProgrammeDefined(programme)])
    for name in SOURCES[: draw(st.sampled_from([1, 2, 3, 4, 4]))]:
        history = record(history, [draw(source_events(name))])
    batches: list[str] = []
    for name in PROJECTS[: draw(st.sampled_from([1, 1, 2, 2, 3, 4]))]:
        events = [draw(project_events(programme, name, batches if members else ()))]
        if not refusals(history, events):
            history = record(history, events)
            batches.append(name)
    return history


@st.composite
def histories(
    draw: st.DrawFn,
    programme: Programme,
    *,
    intents: Sequence[Intent] = EVERYTHING,
    members: bool = True,
    max_commits: int = 16,
) -> History:
    """
    A legal history of the ledger of ``programme``, of up to ``max_commits`` commits after its foundations.

    ``programme`` must have a domain and a milestone, or no project could be registered and nothing said.
    """
    history = draw(foundations(programme, members=members))
    for _ in range(draw(st.integers(0, max_commits) | st.just(max_commits))):
        events = draw(legal_commits(history, intents))
        if events:
            history = record(history, events)
    tell(history)
    return history


@st.composite
def histories_of_any_programme(
    draw: st.DrawFn, *, intents: Sequence[Intent] = EVERYTHING, max_commits: int = 16
) -> History:
    """
    A legal history of the ledger of a programme that is drawn too.
    """
    programme = draw(programmes(min_domains=1))
    return draw(histories(programme, intents=intents, max_commits=max_commits))


def tell(history: History) -> None:
    """
    Show ``history`` beside a failing example, an entry a line.
    """
    note("\n".join(f"{e.commit_no}/{e.seq} {e.published_on} {e.event}" for e in history))
