"""
A view against itself: what its documents say of the same things, and the lights that rules give it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from attrs import frozen

from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.domain.promises import in_force_by
from milestone_ledger.ledger.grouping import Axis, check_axis, groups_of_promise, ordered
from milestone_ledger.ledger.measures import standing
from milestone_ledger.ledger.rows import Rows
from milestone_ledger.metrics.judged_indicators import JudgedTarget, judged_indicators
from milestone_ledger.metrics.lights import (
    Light,
    RuleSet,
    Watched,
    default_rules,
    group_lights,
    promise_lights,
)
from milestone_ledger.metrics.plans import FollowedPlan, followed_plans
from milestone_ledger.metrics.reconciliation import (
    Disagreement,
    ReconciledTotal,
    RepeatedClaim,
    differing_totals,
    reconciled_total,
    repeated_claims,
)

if TYPE_CHECKING:
    from milestone_ledger.ledger.view import View


@frozen(kw_only=True)
class Reconciliation:
    """
    What documents say of the same things, side by side; each row names its entries.

    ``disagreements`` are contested statements with their opponents, then totals that differ.
    """

    totals: Rows[ReconciledTotal]
    plans: Rows[FollowedPlan]
    disagreements: Rows[Disagreement]
    repeated: Rows[RepeatedClaim]
    targets: Rows[JudgedTarget]


def reconciliation(view: View) -> Reconciliation:
    """
    Totals, plans, sources, years and targets, each set against what the ledger holds.
    """
    in_force = in_force_by(view.as_of, view.viewpoint.published_by)
    totals = view.totals()
    contested = (
        Disagreement(entries=finding.entries, project=finding.project, milestone=finding.milestone)
        for finding in view.findings()
        if finding.kind is FindingKind.SOURCES_DISAGREE
    )
    return Reconciliation(
        totals=Rows(map(reconciled_total, totals)),
        plans=Rows(followed_plans(view.subjects, view.registry, in_force=in_force)),
        disagreements=Rows((*contested, *differing_totals(totals))),
        repeated=Rows(repeated_claims(view.live, view.registry.sources)),
        targets=Rows(judged_indicators(view.indicators(), as_of=view.as_of, in_force=in_force)),
    )


def lights(view: View, rule_set: RuleSet | None, *, by: Axis) -> Rows[Light]:
    """
    A light for every promise that a rule asks about, then for every group of promises.

    What is watched is what headline figures count, as far as it was not taken back in time.
    """
    check_axis(by)
    if not view.listed:
        return Rows()
    rules = default_rules() if rule_set is None else rule_set
    watched = [
        Watched(
            chain=state.chain,
            bounds=view.bounds(state.chain.project, state.chain.milestone or "", state.chain.quantity),
        )
        for state in standing(view.promises())
    ]
    groups: defaultdict[str, list[Watched]] = defaultdict(list)
    programme, registry = view.programme, view.registry
    for each in watched:
        project = registry.projects[each.chain.project]
        for group in groups_of_promise(programme, project, each.chain, by):
            groups[group].append(each)
    of_groups = (
        light
        for group in ordered(groups, by, programme, registry)
        for light in group_lights(group, groups[group], rules, as_of=view.as_of, grace=view.grace)
    )
    return Rows((*promise_lights(watched, rules, as_of=view.as_of, grace=view.grace), *of_groups))
