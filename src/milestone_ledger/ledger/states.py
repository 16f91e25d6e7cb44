"""
What a view answers with: the state of promises and projects, and counts, as frozen rows.
"""

from __future__ import annotations

from attrs import frozen

from milestone_ledger.domain.draft import nearest_names
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Chain, Judgement, Verdict
from milestone_ledger.domain.registry import Project
from milestone_ledger.domain.state import ActivityState, MilestoneState
from milestone_ledger.errors import UnknownNameError
from milestone_ledger.ledger.faces import Shown
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.slips import DayRange, SlipSplit


@frozen(kw_only=True)
class MemberVerdict:
    """
    How one named member of a batch stands towards what was promised of the batch.
    """

    project: str
    size: int | None
    verdict: Verdict


@frozen(kw_only=True)
class PromiseState(Shown):
    """
    One promise chain, judged against its baseline and against its current deadline.

    ``after_achievement``: the baseline was published after the milestone was reached.
    ``in_headline``: counted in headline figures, that is firm or planned, not after the achievement, and
    not already counted with its batch.
    ``is_early``: kept, although the deadline lies after the view's day.
    ``slip``: how far the achievement lies from the baseline deadline, and ``split`` what of it is openly
    late and what promising anew absorbed; both in calendar days, ``None`` for an effort, ``split`` also if
    the achievement was certainly in time.
    ``members`` splits a batch into its named members; ``unnamed`` is the rest (``None`` if the size is
    unknown).
    """

    chain: Chain
    baseline: Judgement
    current: Judgement
    after_achievement: bool
    in_headline: bool
    is_early: bool = False
    slip: DayRange | None = None
    split: SlipSplit | None = None
    members: tuple[MemberVerdict, ...] = ()
    unnamed: int | None = 0


@frozen(kw_only=True)
class Retracted:
    """
    A statement that no longer holds, and the retraction that says so from the earliest day on.
    """

    entry: Entry
    by: Entry


@frozen(kw_only=True)
class ProjectState(Shown):
    """
    One project on the view's day.

    ``milestones`` holds every milestone of the programme in its order; ``statements`` all live entries
    about the project, by (``published_on``, ``seq``), ``retracted`` those that were taken back.
    """

    project: Project
    stage: tuple[str, ...]
    activity: ActivityState
    status: Entry | None
    next_expected: str | None
    milestones: tuple[MilestoneState, ...]
    promises: tuple[PromiseState, ...]
    statements: tuple[Entry, ...]
    retracted: tuple[Retracted, ...]
    members: tuple[str, ...]

    def milestone(self, milestone: str) -> MilestoneState:
        """
        The state at one milestone.

        Raises:
            UnknownNameError: If the programme has no such milestone.
        """
        for state in self.milestones:
            if state.milestone == milestone:
                return state
        known = tuple(state.milestone for state in self.milestones)
        raise UnknownNameError(kind="milestone", name=milestone, suggestions=nearest_names(milestone, known))


@frozen(kw_only=True)
class GroupReliability:
    """
    How far the headline promises of one group were kept, and which they are, due or not.
    """

    group: str
    figures: Reliability
    promises: tuple[PromiseState, ...]
