"""
What ``import milestone_ledger`` offers: loaded when the first of it is asked for.
"""

from milestone_ledger.domain.bounds import Answer, Bounds
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import (
    Activity,
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    Comparator,
    EntryRetracted,
    Event,
    Firmness,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    Period,
    ProgrammeDefined,
    ProjectAmended,
    ProjectRegistered,
    PromiseMade,
    PromiseWithdrawn,
    Relation,
    RelationKind,
    Scope,
    SourceKind,
    SourceRegistered,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.findings import Finding, FindingKind
from milestone_ledger.domain.history import Entry, Viewpoint
from milestone_ledger.domain.programme import Domain, Label, Lifecycle, Milestone, Programme, Unit
from milestone_ledger.domain.promises import Chain, Judgement, Need, Verdict
from milestone_ledger.domain.state import ActivityState
from milestone_ledger.errors import LedgerError
from milestone_ledger.ledger import Count, Ledger, ProjectState, PromiseState, Rows, View
from milestone_ledger.metrics.lights import RuleSet
from milestone_ledger.metrics.slips import DayRange, SlipSplit

__all__ = [
    "Activity",
    "ActivityChanged",
    "ActivityState",
    "Answer",
    "BlockerCleared",
    "BlockerRaised",
    "Bounds",
    "Chain",
    "Comparator",
    "Count",
    "DayRange",
    "Domain",
    "Entry",
    "EntryRetracted",
    "Event",
    "Finding",
    "FindingKind",
    "Firmness",
    "IndicatorObserved",
    "IndicatorTargeted",
    "Judgement",
    "Label",
    "Ledger",
    "LedgerError",
    "Lifecycle",
    "Milestone",
    "MilestoneAchieved",
    "MilestonePending",
    "Need",
    "Period",
    "Programme",
    "ProgrammeDefined",
    "ProjectAmended",
    "ProjectRegistered",
    "ProjectState",
    "PromiseMade",
    "PromiseState",
    "PromiseWithdrawn",
    "Relation",
    "RelationKind",
    "Rows",
    "RuleSet",
    "Scope",
    "SlipSplit",
    "SourceKind",
    "SourceRegistered",
    "StatementNoted",
    "TotalReported",
    "UncertainDate",
    "Unit",
    "Verdict",
    "View",
    "Viewpoint",
]
