"""
That a view of a real ledger answers what the list answers.
"""

from __future__ import annotations

import attrs

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.testing.model.log import Known
from milestone_ledger.testing.model.look import Look, ModelChain


def assert_agrees(view: View, look: Look) -> None:
    """
    Compare everything that ``look`` can tell with what ``view`` tells.

    Raises:
        AssertionError: At the first difference.
    """
    assert [entry.seq for entry in view.live] == [line.seq for line in look.live]
    assert [entry.published_on for entry in view.live] == [line.published_on for line in look.live]
    states = view.projects()
    assert sorted(state.project.id for state in states) == sorted(look.listed)
    for state in states:
        _assert_state(state, look)
        _assert_promises(view, state, look)
    counts = {
        row.milestone: (row.certain, row.possible, row.registered, row.open_batches) for row in view.counts()
    }
    assert counts == look.counts(), (counts, look.counts())


def _assert_state(state: ProjectState, look: Look) -> None:
    project = state.project.id
    known = look.projects[project]
    for part in attrs.fields_dict(Known):
        assert getattr(state.project, part) == getattr(known, part), (project, part)
    assert sorted(state.members) == sorted(look.members(project))
    for step in state.milestones:
        where = project, step.milestone
        assert (step.bounds.lo, step.bounds.hi) == look.bounds(*where), where
        assert step.answer == look.answer(*where), where
        assert step.certain == look.certain(*where, look.as_of), where
        assert step.possible == look.possible(*where, look.as_of), where
    assert state.stage == look.stage(project)
    assert state.activity == look.activity(project)


def _assert_promises(view: View, state: ProjectState, look: Look) -> None:
    project = state.project.id
    chains = [_chain(promise) for promise in state.promises]
    assert set(chains) == set(look.chains(project)), (chains, list(look.chains(project)))
    assert len(chains) == len(set(chains))
    for promise in state.promises:
        milestone = promise.chain.milestone
        if not promise.chain.is_effort and milestone is not None:
            found = view.bounds(project, milestone, promise.chain.quantity)
            assert (found.lo, found.hi) == look.bounds(project, milestone, promise.chain.quantity)


def _chain(promise: PromiseState) -> ModelChain:
    chain, baseline = promise.chain, promise.baseline
    return ModelChain(
        chain.project,
        chain.milestone,
        chain.quantity,
        chain.segment,
        frozenset(entry.seq for entry in chain.promises),
        baseline.verdict.value,
        promise.current.verdict.value,
        None if baseline.verdict is Verdict.EFFORT else baseline.deadline,
        promise.after_achievement,
    )
