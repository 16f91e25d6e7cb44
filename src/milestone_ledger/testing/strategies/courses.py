"""
Hypothesis strategies for one course of events: first what happened, then what documents say of it.

All evidence tells of the same course, so that nothing is refused and no draw is lost. Deadlines, what
happened, documents and the days on which one looks crowd together within three weeks about New Year.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
from attrs import frozen
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Programme
from milestone_ledger.testing.recording import recorded, with_entry
from milestone_ledger.testing.strategies import vocabulary
from milestone_ledger.testing.strategies.calendar import day
from milestone_ledger.testing.strategies.close import documents
from milestone_ledger.testing.strategies.histories import tell

_DOCUMENTS = range(7, 29, 3)
_MOMENTS = range(9, 24)
_PROJECT = "p0"


@frozen
class Course:
    """
    What is recorded of one project, and evidence that may still come, in any order, all of it true.
    """

    history: History
    evidence: tuple[on.Evidence, ...]


@frozen
class _Truth:
    """
    When each unit of a project of ``size`` reached what it reached, as numbers of days.

    Most is said of ``milestone`` and ``quantity``, and of days close to ``ends``, those of deadlines.
    """

    size: int | None
    moments: dict[str, Sequence[int]]
    milestone: str
    quantity: int | None
    ends: tuple[int, ...] = ()

    def reached(self, milestone: str, quantity: int | None) -> int:
        """
        The day on which so many units, or all, had reached it.
        """
        moments = self.moments[milestone]
        return moments[-1] if quantity is None else moments[quantity - 1]


@st.composite
def _truths(draw: st.DrawFn, steps: Sequence[str]) -> _Truth:
    """
    When it happened, each of ``steps`` on the day of the one before it or later.
    """
    size = draw(st.sampled_from([1, 3, None]))
    moments = st.lists(st.sampled_from(_MOMENTS), min_size=len(steps), max_size=len(steps))
    lives = [sorted(draw(moments)) for _ in range(1 if size == 1 else 3)]
    return _Truth(
        size,
        {step: sorted(life[n] for life in lives) for n, step in enumerate(steps)},
        draw(st.sampled_from(steps)),
        _part(draw, size),
    )


def _part(draw: st.DrawFn, size: int | None) -> int | None:
    return None if size == 1 else draw(st.sampled_from([None, 1, 2]))


def _subject(draw: st.DrawFn, truth: _Truth) -> tuple[str, int | None]:
    """
    What a statement speaks of: mostly the same.
    """
    match draw(st.integers(0, 5)):
        case 0 | 1 | 2 | 3:
            return truth.milestone, truth.quantity
        case 4:
            return truth.milestone, _part(draw, truth.size)
    return draw(st.sampled_from(sorted(truth.moments))), _part(draw, truth.size)


def _cite(draw: st.DrawFn, least: int) -> dict[str, Any]:
    """
    A document published on that day or later, rather soon.
    """
    able = [n for n in _DOCUMENTS if n >= least]
    cited = draw(st.sampled_from([*2 * able[:2], *able]))
    return {
        "source": f"s{cited}",
        "locator": draw(st.sampled_from(["一1", "二3"])),
        "project": _PROJECT,
    }


@st.composite
def _promises(draw: st.DrawFn, truth: _Truth) -> on.PromiseMade:
    """
    A promise whose deadline lies close to what came of it.
    """
    milestone, quantity = _subject(draw, truth)
    first = truth.reached(milestone, quantity) + draw(st.sampled_from([-6, -4, -3, -2, -1, 0, 1, 3]))
    last = first + draw(st.sampled_from([0, 0, 1, 4]))
    return on.PromiseMade(
        **_cite(draw, 0),
        milestone=milestone,
        deadline=UncertainDate(day(first), day(last)),
        quantity=quantity,
        firmness=draw(st.sampled_from([on.Firmness.FIRM, on.Firmness.PLANNED, *on.Firmness])),
    )


@st.composite
def _true_evidence(draw: st.DrawFn, truth: _Truth) -> on.Evidence:
    """
    What a document can say: that it was reached, or was still pending, on a day close to what matters.
    """
    milestone, quantity = _subject(draw, truth)
    moment = truth.reached(milestone, quantity)
    near = draw(st.sampled_from([moment - 1, moment, *truth.ends])) + draw(st.sampled_from([-1, 0, 0, 1, 3]))
    about = min(max(near, _MOMENTS[0] - 2), _DOCUMENTS[-1])
    said = _cite(draw, about) | {"milestone": milestone}
    if about < moment:
        short = None if quantity is None else quantity - 1
        return on.MilestonePending(**said, on=day(about), quantity=short)
    if quantity is not None:
        occurred = UncertainDate.by(day(about))
    else:
        spans = [(None, about), (moment - 2, about), (moment, about), (moment, moment), (moment, moment)]
        first, last = draw(st.sampled_from(spans))
        occurred = UncertainDate(None if first is None else day(first), day(last))
    return on.MilestoneAchieved(**said, occurred=occurred, quantity=quantity)


@st.composite
def _contested(draw: st.DrawFn, truth: _Truth) -> on.Evidence:
    """
    What a document says against all others.
    """
    about = draw(st.sampled_from(_MOMENTS))
    said = _cite(draw, about) | {"milestone": truth.milestone, "contested": True, "note": "两份文件不一致"}
    if draw(st.booleans()):
        return on.MilestonePending(**said, on=day(about))
    return on.MilestoneAchieved(**said, occurred=UncertainDate.by(day(about)))


@st.composite
def _turns(draw: st.DrawFn, promises: Sequence[on.PromiseMade]) -> list[on.Event]:
    """
    A promise taken back, or made again with another deadline, or a stop or a return of the project.
    """
    promise = draw(st.sampled_from(promises))
    assert promise.milestone is not None
    later = min(int(promise.source[1:]) + 1, _DOCUMENTS[-1])
    withdrawal = on.PromiseWithdrawn(
        **_cite(draw, later), milestone=promise.milestone, quantity=promise.quantity
    )
    first = draw(st.sampled_from(_MOMENTS))
    again = attrs.evolve(
        promise,
        **_cite(draw, later),
        deadline=UncertainDate(day(first), day(first + draw(st.sampled_from([0, 2])))),
    )
    change = on.ActivityChanged(
        **_cite(draw, later),
        activity=draw(st.sampled_from([*4 * [on.Activity.CANCELLED], *on.Activity])),
        on=day(draw(st.sampled_from(_MOMENTS))),
    )
    return draw(st.sampled_from([[withdrawal], [withdrawal, again], [again], [change], [change], [change]]))


@st.composite
def courses(draw: st.DrawFn, programme: Programme) -> Course:
    """
    One project with its promises and their turns, evidence of it, and evidence still to come.

    Promises and evidence speak of up to three milestones of ``programme``, one after another.
    """
    truth = draw(_truths(vocabulary.line(programme)))
    promises = draw(st.lists(_promises(truth), min_size=2, max_size=4))
    truth = attrs.evolve(truth, ends=tuple(end for promise in promises for end in _ends(promise.deadline)))
    turns = draw(st.lists(_turns(promises), min_size=1, max_size=3))
    evidence = _true_evidence(truth)
    told = draw(st.lists(evidence, max_size=2))
    untold = draw(st.lists(evidence, min_size=5, max_size=8))
    if draw(st.integers(0, 7)) == 7:  # noqa: PLR2004 (one in eight)
        untold.append(draw(_contested(truth)))
    project = on.ProjectRegistered(
        project=_PROJECT, name="北清路", domain=vocabulary.domains(programme)[0], size=truth.size
    )
    history = recorded([on.ProgrammeDefined(programme)], [*documents(_DOCUMENTS), project])
    history = with_entry(history, [*promises, *(event for turn in turns for event in turn), *told])
    tell(history)
    return Course(history, tuple(untold))


def _ends(deadline: UncertainDate | None) -> tuple[int, ...]:
    assert deadline is not None
    first = day(0)
    return tuple((end - first).days for end in (deadline.earliest, deadline.latest) if end is not None)
