"""
Histories of the programme that the tests speak of.
"""

from __future__ import annotations

from functools import partial

from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    BUILT_IN_ORDER,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)
from milestone_ledger.testing import strategies
from milestone_ledger.testing.strategies.vocabulary import extended

# One milestone more than the built-in ones, so that the order holds a diamond.
PROGRAMME = Programme(
    id="huitian",
    title=Label("回天", "Huitian"),
    milestones=(*BUILT_IN_MILESTONES, Milestone("trial", Label("试运行", "trial run"))),
    order=(*BUILT_IN_ORDER, ("started", "trial"), ("trial", "in_use")),
    lifecycles=(
        Lifecycle("new_build", Label("新建", "new build"), ("initiated", "started", "completed", "in_use")),
        Lifecycle("takeover", Label("移交", "takeover"), ("handed_over", "in_use")),
    ),
    domains=(Domain("道路"), Domain("教育/幼儿园")),
    units=(Unit("交通局"), Unit("教委", former=("教育局",))),
)
EXTENDED = extended(PROGRAMME)

foundations = partial(strategies.foundations, PROGRAMME)
histories = partial(strategies.histories, PROGRAMME)
close_histories = partial(strategies.close_histories, PROGRAMME)
courses = partial(strategies.courses, PROGRAMME)
