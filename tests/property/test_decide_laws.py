"""
What may be recorded: every refusal once by example, and what holds of all of them.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from unittest.mock import patch

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import consistency
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import decide, publication_days, refusals
from milestone_ledger.errors import (
    ContestedError,
    ContradictionError,
    DeadlineError,
    DuplicateNameError,
    FutureEvidenceError,
    FuturePublicationError,
    MembershipError,
    NoProgrammeError,
    ProgrammeChangeError,
    QuantityError,
    RefusedEntriesError,
    RetractionError,
    RuleError,
    UnknownNameError,
)
from milestone_ledger.testing.recording import record, recorded
from milestone_ledger.testing.strategies import CALENDAR, commits, illegal_commits, intents, legal_commits
from milestone_ledger.testing.strategies.calendar import START, day
from property.views import bounds_by_content, ladders
from strategies.histories import PROGRAMME, foundations, histories

PLAN, REPORT, UNDATED = "plan", "report", "undated"


def source(name, published, kind=on.SourceKind.REPORT):
    return on.SourceRegistered(source=name, title=f"文件 {name}", published=published, kind=kind)


def project(name, size=1, **fields):
    return on.ProjectRegistered(project=name, name=f"项目 {name}", domain="道路", size=size, **fields)


def achieved(name, latest, milestone="started", cites=REPORT, **fields):
    occurred = fields.pop("occurred", UncertainDate.by(latest))
    return on.MilestoneAchieved(
        source=cites, locator="二3", project=name, milestone=milestone, occurred=occurred, **fields
    )


def pending(name, on_day, milestone="started", cites=REPORT, **fields):
    return on.MilestonePending(
        source=cites, locator="二4", project=name, milestone=milestone, on=on_day, **fields
    )


def promise(name, deadline="2019-01-20", milestone="started", cites=PLAN, **fields):
    return on.PromiseMade(
        source=cites,
        locator="一1",
        project=name,
        milestone=milestone,
        deadline=UncertainDate.parse(deadline),
        **fields,
    )


def slip(target, cites):
    return on.EntryRetracted(target=target, source=cites)


# Published on days 5 and 20; nobody knows when between days 8 and 15.
BASE = [
    on.ProgrammeDefined(PROGRAMME),
    source(PLAN, UncertainDate.on(day(5)), on.SourceKind.PLAN),
    source(REPORT, UncertainDate.on(day(20))),
    source(UNDATED, UncertainDate(day(8), day(15))),
    project("road"),
    project("schools", 3, aliases=("十所学校",)),
    project("some", None),
]
NEXT = len(BASE)

# What was recorded, what is refused, with which error and attributes, and words of its remedy.
REFUSALS = {
    "the first entry must define the programme": (
        [],
        [project("road")],
        NoProgrammeError,
        {"seq": 0},
        ("append ProgrammeDefined first", "请先记入计划定义"),
    ),
    "a definition may only add": (
        BASE,
        [on.ProgrammeDefined(attrs.evolve(PROGRAMME, domains=PROGRAMME.domains[:1]))],
        ProgrammeChangeError,
        {"seq": NEXT, "change": ("教育/幼儿园 removed", "缺少 教育/幼儿园")},
        ("start a new ledger", "请新建台账"),
    ),
    "unknown source": (
        BASE,
        [achieved("road", day(5), cites="reprot")],
        UnknownNameError,
        {"seq": NEXT, "kind": "source", "name": "reprot", "suggestions": (REPORT,), "project": "road"},
        ("register it first in the sheet 依据 or correct the name", "请先登记（在“依据”表中），或改正名称"),
    ),
    "unknown project": (
        BASE,
        [achieved("raod", day(5))],
        UnknownNameError,
        {"seq": NEXT, "kind": "project", "name": "raod", "suggestions": ("road",)},
        ("did you mean 'road'", "是否为：road"),
    ),
    "unknown milestone": (
        BASE,
        [promise("road", milestone="stared")],
        UnknownNameError,
        {"seq": NEXT, "kind": "milestone", "name": "stared", "project": "road"},
        ("did you mean 'started'", "是否为：started"),
    ),
    "unknown milestone of a total": (
        BASE,
        [
            on.TotalReported(
                source=REPORT,
                locator="1",
                what="已开工",
                count=1,
                on=UncertainDate.on(day(20)),
                milestones=("opened",),
            )
        ],
        UnknownNameError,
        {"seq": NEXT, "kind": "milestone", "name": "opened"},
        ("register it first in programme.toml", "请先登记（在 programme.toml 中）"),
    ),
    "unknown unit": (
        BASE,
        [promise("road", responsible=("交通局", "水务局"))],
        UnknownNameError,
        {"seq": NEXT, "kind": "unit", "name": "水务局", "project": "road"},
        ("register it first in programme.toml", "请先登记（在 programme.toml 中）"),
    ),
    "unknown domain": (
        BASE,
        [attrs.evolve(project("canal"), domain="水务")],
        UnknownNameError,
        {"seq": NEXT, "kind": "domain", "name": "水务", "project": "canal"},
        ("register it first in programme.toml", "请先登记（在 programme.toml 中）"),
    ),
    "unknown delivery mode": (
        BASE,
        [on.ProjectAmended(project="road", delivery="rebuild")],
        UnknownNameError,
        {"seq": NEXT, "kind": "delivery", "name": "rebuild", "project": "road"},
        ("register it first in programme.toml", "请先登记（在 programme.toml 中）"),
    ),
    "unknown plan in the scope of a total": (
        BASE,
        [
            on.TotalReported(
                source=REPORT,
                locator="1",
                what="已开工",
                count=1,
                on=UncertainDate.on(day(20)),
                scope=on.Scope(plans=("plan 2018",)),
            )
        ],
        UnknownNameError,
        {"seq": NEXT, "kind": "source", "name": "plan 2018"},
        ("register it first in the sheet 依据", "请先登记（在“依据”表中）"),
    ),
    "unknown batch": (
        BASE,
        [on.ProjectAmended(project="road", member_of="roads")],
        UnknownNameError,
        {"seq": NEXT, "kind": "project", "name": "roads", "project": "road", "suggestions": ("road",)},
        ("register it first in the sheet 项目", "请先登记（在“项目”表中）"),
    ),
    "unknown related project": (
        BASE,
        [project("canal", related=(on.Relation(on.RelationKind.PART_OF, "river"),))],
        UnknownNameError,
        {"seq": NEXT, "kind": "project", "name": "river", "project": "canal"},
        ("register it first in the sheet 项目", "请先登记（在“项目”表中）"),
    ),
    "a project whose registration was retracted": (
        [*BASE, on.EntryRetracted(target=4)],
        [promise("road")],
        UnknownNameError,
        {"seq": NEXT + 1, "kind": "project", "name": "road"},
        ("register it first in the sheet 项目", "请先登记（在“项目”表中）"),
    ),
    "an amendment of a project whose registration was retracted": (
        [*BASE, on.EntryRetracted(target=4)],
        [on.ProjectAmended(project="road", name="新名")],
        UnknownNameError,
        {"seq": NEXT + 1, "kind": "project", "name": "road"},
        ("register it first in the sheet 项目", "请先登记（在“项目”表中）"),
    ),
    "achieved after the document that says so": (
        BASE,
        [achieved("road", day(21))],
        FutureEvidenceError,
        {"seq": NEXT, "day": "2019-01-05", "limit": "2019-01-04", "source": REPORT, "milestone": "started"},
        ("record a promise", "请记为承诺"),
    ),
    "pending after the document that says so": (
        BASE,
        [pending("road", day(21))],
        FutureEvidenceError,
        {"seq": NEXT, "day": "2019-01-05", "limit": "2019-01-04", "source": REPORT, "project": "road"},
        ("correct the day", "请改正日期"),
    ),
    "pending after the earliest day of an undated document": (
        BASE,
        [pending("road", day(9), cites=UNDATED)],
        FutureEvidenceError,
        {"seq": NEXT, "day": "2018-12-24", "limit": "2018-12-23", "source": UNDATED},
        ("correct the day", "请改正日期"),
    ),
    "pending by a document that may have been written at any time": (
        [*BASE, source("old", UncertainDate.by(day(15)))],
        [pending("road", day(1), cites="old")],
        FutureEvidenceError,
        {"seq": NEXT + 1, "day": "2018-12-16", "limit": "[..2018-12-30]", "source": "old"},
        ("correct the day", "请改正日期"),
    ),
    "a total of a later day": (
        BASE,
        [on.TotalReported(source=PLAN, locator="1", what="已开工", count=1, on=UncertainDate.on(day(6)))],
        FutureEvidenceError,
        {"seq": NEXT, "day": "2018-12-21", "limit": "2018-12-20", "source": PLAN},
        ("correct the day", "请改正日期"),
    ),
    "pending after it was reached": (
        [*BASE, achieved("road", day(9))],
        [pending("road", day(10))],
        ContradictionError,
        {
            "seq": NEXT + 1,
            "project": "road",
            "milestone": "started",
            "quantity": None,
            "lo": "2018-12-26",
            "hi": "2018-12-24",
            "lower_seq": NEXT + 1,
            "upper_seq": NEXT,
        },
        ("record the looser one as contested", "将较宽松的一条标为存疑"),
    ),
    "in use before it can have started": (
        [*BASE, pending("road", day(10), milestone="initiated")],
        [achieved("road", day(10), milestone="in_use")],
        ContradictionError,
        {
            "seq": NEXT + 1,
            "project": "road",
            "milestone": "initiated",
            "lower_seq": NEXT,
            "upper_seq": NEXT + 1,
        },
        ("use Ledger.correct on it", "请更正该条"),
    ),
    "more units than at most": (
        [*BASE, achieved("schools", day(9), quantity=2)],
        [pending("schools", day(9), quantity=1)],
        ContradictionError,
        {"seq": NEXT + 1, "project": "schools", "quantity": 2, "lower_seq": NEXT + 1, "upper_seq": NEXT},
        ("unit 2 of 'started'", "第 2 个“started”"),
    ),
    "a contradiction seen only before a published correction": (
        [
            *BASE,
            achieved("road", day(4), cites=PLAN),
            slip(NEXT, REPORT),
        ],
        [pending("road", day(6), cites=UNDATED)],
        ContradictionError,
        {"seq": NEXT + 2, "project": "road", "lower_seq": NEXT + 2, "upper_seq": NEXT},
        ("use Ledger.correct on it", "请更正该条"),
    ),
    "a member that had not, of a batch that had": (
        [*BASE, project("school 1", member_of="schools"), achieved("schools", day(9))],
        [pending("school 1", day(10))],
        ContradictionError,
        {"seq": NEXT + 2, "lower_seq": NEXT + 2, "upper_seq": NEXT + 1},
        ("use Ledger.correct on it", "请更正该条"),
    ),
    "a half-open deadline": (
        BASE,
        [promise("road", deadline="[..2019-12-31]")],
        DeadlineError,
        {"seq": NEXT, "project": "road", "milestone": "started", "deadline": "[..2019-12-31]"},
        ("give both ends", "请写明两端"),
    ),
    "a half-open deadline of an obstacle": (
        BASE,
        [
            on.BlockerRaised(
                source=PLAN, locator="1", project="road", deadline=UncertainDate(date(2019, 1, 1), None)
            )
        ],
        DeadlineError,
        {"seq": NEXT, "project": "road", "deadline": "[2019-01-01..]"},
        ("give both ends", "请写明两端"),
    ),
    "contested without a reason": (
        BASE,
        [achieved("road", day(9), contested=True)],
        ContestedError,
        {"seq": NEXT, "project": "road"},
        ("give its reason in the note", "必须在说明中写明理由"),
    ),
    "a quantity of one thing": (
        BASE,
        [achieved("road", day(9), quantity=1)],
        QuantityError,
        {"seq": NEXT, "project": "road", "quantity": 1, "size": 1, "allowed": "—"},
        ("leave the quantity out", "请将数量留空"),
    ),
    "the whole written as a quantity": (
        BASE,
        [promise("schools", quantity=3)],
        QuantityError,
        {"seq": NEXT, "quantity": 3, "size": 3, "allowed": "1..2", "milestone": "started"},
        ("leave the quantity out", "请将数量留空"),
    ),
    "none achieved": (
        BASE,
        [achieved("some", day(9), quantity=0)],
        QuantityError,
        {"seq": NEXT, "quantity": 0, "size": None, "allowed": "1.."},
        ("size unknown", "项目规模 未知"),
    ),
    "all pending, written as a number": (
        BASE,
        [pending("schools", day(9), quantity=3)],
        QuantityError,
        {"seq": NEXT, "quantity": 3, "size": 3, "allowed": "0..2"},
        ("leave the quantity out", "请将数量留空"),
    ),
    "a withdrawal of more than there are": (
        BASE,
        [on.PromiseWithdrawn(source=PLAN, locator="1", project="schools", milestone="started", quantity=4)],
        QuantityError,
        {"seq": NEXT, "quantity": 4, "size": 3, "allowed": "1..2"},
        ("leave the quantity out", "请将数量留空"),
    ),
    "a size that earlier quantities do not fit": (
        [*BASE, achieved("schools", day(9), quantity=2)],
        [on.EntryRetracted(target=5), project("schools", 2)],
        QuantityError,
        {"seq": NEXT + 2, "project": "schools", "quantity": 2, "size": 2, "allowed": "1..1"},
        ("leave the quantity out", "请将数量留空"),
    ),
    "members that are more than the batch": (
        [*BASE, project("school 1", 2, member_of="schools")],
        [project("school 2", 2, member_of="schools")],
        MembershipError,
        {"seq": NEXT + 1, "project": "school 2", "batch": "schools", "fault": "too_many"},
        ("correct member_of or the size", "请改正所属批次或数量"),
    ),
    "members of unknown size that prove to be more than the batch": (
        [*BASE, project("school 1", None, member_of="schools")],
        [achieved("school 1", day(9), quantity=4)],
        MembershipError,
        {"seq": NEXT + 1, "project": "school 1", "batch": "schools", "fault": "too_many"},
        ("correct member_of or the size", "请改正所属批次或数量"),
    ),
    "a member of a member": (
        [*BASE, project("district", 9), on.ProjectAmended(project="schools", member_of="district")],
        [project("school 1", member_of="schools")],
        MembershipError,
        {"seq": NEXT + 2, "project": "school 1", "batch": "schools", "fault": "nested"},
        ("batches do not nest", "批次不得嵌套"),
    ),
    "a batch with members becomes a member": (
        [*BASE, project("school 1", member_of="schools")],
        [on.ProjectAmended(project="schools", member_of="some")],
        MembershipError,
        {"seq": NEXT + 1, "project": "schools", "batch": "some", "fault": "nested"},
        ("batches do not nest", "批次不得嵌套"),
    ),
    "a member of one thing": (
        BASE,
        [project("bridge", member_of="road")],
        MembershipError,
        {"seq": NEXT, "project": "bridge", "batch": "road", "fault": "not_a_batch"},
        ("only a batch", "只有批次"),
    ),
    "a source id twice": (
        BASE,
        [source(PLAN, UncertainDate.on(day(9)))],
        DuplicateNameError,
        {"seq": NEXT, "kind": "source", "name": PLAN, "holder": "#1"},
        ("unique in a ledger", "在台账内不得重复"),
    ),
    "a project id twice": (
        BASE,
        [project("road")],
        DuplicateNameError,
        {"seq": NEXT, "project": "road", "kind": "project", "name": "road", "holder": "#4"},
        ("unique in a ledger", "在台账内不得重复"),
    ),
    "an alias that is another's name, spelled otherwise": (
        BASE,
        [project("canal", aliases=("项目ＲＯＡＤ",))],
        DuplicateNameError,
        {"seq": NEXT, "project": "canal", "kind": "name", "name": "项目ＲＯＡＤ", "holder": "road"},
        ("unique in a ledger", "在台账内不得重复"),
    ),
    "a name that is another's alias": (
        BASE,
        [on.ProjectAmended(project="road", name="十所学校")],
        DuplicateNameError,
        {"seq": NEXT, "project": "road", "kind": "name", "name": "十所学校", "holder": "schools"},
        ("unique in a ledger", "在台账内不得重复"),
    ),
    "retracting what is unknown": (
        BASE,
        [slip(99, REPORT)],
        UnknownNameError,
        {"seq": NEXT, "kind": "entry", "name": "99"},
        ("unknown entry '99'", "未知的条目“99”"),
    ),
    "retracting by an unknown document": (
        [*BASE, achieved("road", day(9))],
        [slip(NEXT, "nowhere")],
        UnknownNameError,
        {"seq": NEXT + 1, "kind": "source", "name": "nowhere", "project": "road"},
        ("register it first in the sheet 依据", "请先登记（在“依据”表中）"),
    ),
    "retracting a definition": (
        BASE,
        [on.EntryRetracted(target=0)],
        RetractionError,
        {"seq": NEXT, "target": 0, "fault": "not_retractable"},
        ("define the programme anew", "请重新定义计划"),
    ),
    "retracting a retraction": (
        [*BASE, achieved("road", day(9)), slip(NEXT, REPORT)],
        [slip(NEXT + 1, REPORT)],
        RetractionError,
        {"seq": NEXT + 2, "target": NEXT + 1, "fault": "not_retractable"},
        ("enter the right event again", "重新记入正确的内容"),
    ),
    "retracting again, and no further back": (
        [*BASE, achieved("road", day(5), cites=PLAN), slip(NEXT, UNDATED)],
        [slip(NEXT, REPORT)],
        RetractionError,
        {"seq": NEXT + 2, "target": NEXT, "fault": "already", "project": "road"},
        ("nothing is left to do", "无需再撤"),
    ),
    "retracting twice at once": (
        [*BASE, achieved("road", day(9))],
        [slip(NEXT, REPORT), slip(NEXT, REPORT)],
        RetractionError,
        {"seq": NEXT + 2, "target": NEXT, "fault": "already"},
        ("nothing is left to do", "无需再撤"),
    ),
    "a correction published before its target": (
        [*BASE, achieved("road", day(9))],
        [slip(NEXT, PLAN)],
        RetractionError,
        {"seq": NEXT + 1, "target": NEXT, "fault": "too_early", "project": "road"},
        ("cite the source of the target", "请引用原依据"),
    ),
    "a promise unmade by a later document": (
        [*BASE, promise("road")],
        [slip(NEXT, REPORT)],
        RetractionError,
        {"seq": NEXT + 1, "target": NEXT, "fault": "act"},
        ("enter the later document's promise or withdrawal", "后来文件的承诺或撤回请另行记入"),
    ),
    "a registration retracted under live statements": (
        [*BASE, achieved("road", day(9))],
        [on.EntryRetracted(target=4)],
        RetractionError,
        {"seq": NEXT + 1, "target": 4, "fault": "referenced", "project": "road"},
        ("retract those entries first", "或先撤销这些条目"),
    ),
    "a batch retracted over its members": (
        [*BASE, project("school 1", member_of="schools")],
        [on.EntryRetracted(target=5)],
        RetractionError,
        {"seq": NEXT + 1, "target": 5, "fault": "referenced"},
        ("together with its registration anew", "请在同一次提交中重新登记"),
    ),
    "a related project retracted": (
        [*BASE, project("canal", related=(on.Relation(on.RelationKind.NOT_SAME, "road"),))],
        [on.EntryRetracted(target=4)],
        RetractionError,
        {"seq": NEXT + 1, "target": 4, "fault": "referenced"},
        ("together with its registration anew", "请在同一次提交中重新登记"),
    ),
    "a source retracted under live statements": (
        [*BASE, achieved("road", day(9))],
        [on.EntryRetracted(target=2)],
        RetractionError,
        {"seq": NEXT + 1, "target": 2, "fault": "referenced"},
        ("retract those entries first", "或先撤销这些条目"),
    ),
    "a plan retracted that a total counts": (
        [
            *BASE,
            on.TotalReported(
                source=REPORT,
                locator="1",
                what="已开工",
                count=1,
                on=UncertainDate.on(day(9)),
                scope=on.Scope(plans=(PLAN,)),
            ),
        ],
        [on.EntryRetracted(target=1)],
        RetractionError,
        {"seq": NEXT + 1, "target": 1, "fault": "referenced"},
        ("retract those entries first", "或先撤销这些条目"),
    ),
    "a source redated under live statements": (
        [*BASE, achieved("road", day(9))],
        [on.EntryRetracted(target=2), source(REPORT, UncertainDate.on(day(21)))],
        RetractionError,
        {"seq": NEXT + 2, "target": 2, "fault": "redated"},
        ("retract and re-enter them", "请在同一次提交中撤销并重新记入"),
    ),
    "a source that may after all be older than what it calls pending": (
        [*BASE, pending("road", day(20))],
        [on.EntryRetracted(target=2), source(REPORT, UncertainDate(day(19), day(20)))],
        RetractionError,
        {"seq": NEXT + 2, "target": 2, "fault": "redated"},
        ("retract and re-enter them", "请在同一次提交中撤销并重新记入"),
    ),
    "a statement retracted without a document": (
        [*BASE, achieved("road", day(9))],
        [on.EntryRetracted(target=NEXT)],
        RetractionError,
        {"seq": NEXT + 1, "target": NEXT, "fault": "undated"},
        ("a statement's retraction must cite one", "撤销陈述必须引用依据"),
    ),
    "a registration retracted by a document": (
        BASE,
        [slip(4, REPORT)],
        RetractionError,
        {"seq": NEXT, "target": 4, "fault": "undated"},
        ("its retraction cites no source", "撤销登记不引用依据"),
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_refusal(case):
    before, events, error_class, attributes, remedies = REFUSALS[case]
    history = recorded(before) if before else History()
    with pytest.raises(RuleError) as caught:
        decide(history, events)
    error = caught.value
    assert type(error) is error_class
    assert {name: getattr(error, name) for name in attributes} == attributes
    for language, where, remedy in (
        ("en", f"entry {error.seq}", remedies[0]),
        ("zh", f"第 {error.seq} 条", remedies[1]),
    ):
        message = error.explain(language)
        assert message.startswith(where)
        assert message.startswith(error.place(language))
        assert message.endswith(error.reason(language))
        assert remedy in message
        assert not {"{", "}"} & set(message)
        for named in filter(None, (error.project, error.milestone)):
            assert named in error.place(language)
    assert str(error) == error.explain("en")


@pytest.mark.parametrize("size", [0, -1, 2**53, True, "3"])
def test_no_project_has_such_a_size(size):
    with pytest.raises(ValueError, match="whole number of at least 1"):
        project("road", size)


def test_every_refusal_of_the_design_is_among_the_examples():
    shown = {case[2] for case in REFUSALS.values()}
    # Publication in the future is refused by ``append``, which has the clock.
    faults = {(case[2], case[3].get("fault") or case[3].get("kind")) for case in REFUSALS.values()}
    assert shown == set(RuleError.__subclasses__()) - {RefusedEntriesError, FuturePublicationError}
    assert {f for kind, f in faults if kind is RetractionError} == set(RetractionError._FAULTS)
    assert {f for kind, f in faults if kind is MembershipError} == set(MembershipError._FAULTS)


def test_several_refusals_come_together_in_the_order_of_the_events():
    history = recorded(BASE)
    events = [
        achieved("raod", day(5)),
        promise("road"),
        achieved("road", day(30)),
        promise("road", "[2019-01-01..]"),
    ]
    with pytest.raises(RefusedEntriesError) as caught:
        decide(history, events)
    error = caught.value
    assert [type(part) for part in error.exceptions] == [UnknownNameError, FutureEvidenceError, DeadlineError]
    assert [part.seq for part in error.exceptions] == [NEXT, NEXT + 2, NEXT + 3]
    for language, head in (
        ("en", "3 entries refused, nothing recorded"),
        ("zh", "3 条被拒绝，未记入任何内容"),
    ):
        lines = error.explain(language).splitlines()
        assert lines[0].startswith(head)
        assert [line.strip() for line in lines[1:]] == [part.explain(language) for part in error.exceptions]
    # It can be handled like any group of exceptions.
    (unknown,) = error.subgroup(UnknownNameError).exceptions
    assert unknown is error.exceptions[0]


# ---------------------------------------------------------------- what is not refused

ACCEPTED = {
    "the last day that the document can speak of": (
        BASE,
        [achieved("road", day(20)), pending("road", day(19))],
    ),
    "pending on the earliest day of an undated document": (BASE, [pending("road", day(8), cites=UNDATED)]),
    "achieved on the latest day of an undated document": (BASE, [achieved("road", day(15), cites=UNDATED)]),
    "pending the day before it is reached": (
        [*BASE, pending("road", day(9))],
        [achieved("road", day(10), occurred=UncertainDate.on(day(10)))],
    ),
    "as many units as at most": (
        [*BASE, achieved("schools", day(9), quantity=1)],
        [pending("schools", day(20), quantity=1)],
    ),
    "a contradiction, contested": (
        [*BASE, achieved("road", day(9))],
        [pending("road", day(10), contested=True, note="另一份文件称未开工")],
    ),
    "a contradiction settled by a person": (
        [*BASE, achieved("road", day(9))],
        [
            slip(NEXT, REPORT),
            pending("road", day(9), cites=REPORT),
            achieved("road", day(9), contested=True, note="与后来的报告不符"),
        ],
    ),
    "the opposite after a published correction": (
        [*BASE, achieved("road", day(4), cites=PLAN)],
        [slip(NEXT, UNDATED), pending("road", day(20))],
    ),
    "a retraction that reaches further back": (
        [*BASE, achieved("road", day(4), cites=PLAN), slip(NEXT, REPORT)],
        [slip(NEXT, PLAN)],
    ),
    "both retractions at once": (
        [*BASE, achieved("road", day(4), cites=PLAN)],
        [slip(NEXT, PLAN), slip(NEXT, REPORT)],
    ),
    "a registration retracted when all about it were slips": (
        [*BASE, achieved("road", day(9))],
        [on.EntryRetracted(target=4), slip(NEXT, REPORT)],
    ),
    "a new size for quantities that were slips": (
        [*BASE, achieved("schools", day(9), quantity=2)],
        [on.EntryRetracted(target=5), project("schools", 2), slip(NEXT, REPORT)],
    ),
    "a source redated with all that cites it": (
        [*BASE, achieved("road", day(9))],
        [
            on.EntryRetracted(target=2),
            source(REPORT, UncertainDate.on(day(21))),
            slip(NEXT, REPORT),
            achieved("road", day(9)),
        ],
    ),
    "names that change hands": (
        BASE,
        [on.ProjectAmended(project="road", name="另一条路"), project("canal", aliases=("项目 road",))],
    ),
    "members that fill the batch": (
        BASE,
        [project("school 1", 2, member_of="schools"), project("school 2", None, member_of="schools")],
    ),
    "a cancellation announced for a later day": (
        BASE,
        [
            on.ActivityChanged(
                source=PLAN, locator="1", project="road", activity=on.Activity.CANCELLED, on=day(30)
            )
        ],
    ),
    "evidence under a former name of a unit": (BASE, [promise("road", responsible=("教育局",))]),
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(case):
    before, events = ACCEPTED[case]
    decide(recorded(before), events)
    decide(History(), [*before, *events])


# ---------------------------------------------------------------- laws


@given(st.data())
def test_a_wrong_commit_is_refused_for_what_is_wrong(data):
    history = data.draw(foundations())
    if not Registry.of(history).projects:
        return
    events, name = data.draw(illegal_commits(history))
    assert name in {type(error).__name__ for error in refusals(history, events)}
    legal = data.draw(commits(history, intents.ACTS))
    with pytest.raises(RuleError):
        decide(history, [*events, *legal])


@given(st.data())
def test_a_refused_commit_changes_nothing_and_is_refused_again_in_the_same_words(data):
    history = data.draw(histories())
    before, size, folded = list(history), history.size, bounds_by_content(ladders(history))
    identities = dict(Registry.of(history).projects)
    events = data.draw(commits(history))
    said = [
        [error.explain(language) for error in refusals(history, events)] for language in ("en", "zh", "en")
    ]
    assert said[0] == said[2]
    assert len(said[0]) == len(said[1])
    try:
        assert decide(history, events) is None
        refused = False
    except RuleError:
        refused = True
    assert refused is bool(said[0])
    assert (list(history), history.size) == (before, size)
    assert bounds_by_content(ladders(history)) == folded
    assert dict(Registry.of(history).projects) == identities


@given(st.data())
def test_statements_of_one_commit_are_refused_or_accepted_in_any_order(data):
    history = data.draw(histories(max_commits=6))
    registry = Registry.of(history)
    if not registry.projects or not registry.sources:
        return
    course = (*intents.EVIDENCE, *intents.EVIDENCE, intents.promise, intents.activity)
    events = [event for _ in range(4) for event in data.draw(commits(history, course))]
    shuffled = data.draw(st.permutations(events))
    one, two = refusals(history, events), refusals(history, shuffled)
    assert _kinds(one) == _kinds(two)


def _kinds(refused):
    return Counter((type(error), error.project, error.milestone) for error in refused)


@given(st.data())
def test_what_is_recorded_in_two_commits_could_be_recorded_in_one(data):
    history = data.draw(histories())
    first = data.draw(legal_commits(history))
    second = data.draw(legal_commits(record(history, first)))
    assert refusals(history, [*first, *second]) == []


@given(histories())
def test_every_statement_is_published_with_its_document(history):
    events = [entry.event for entry in history]
    assert [entry.published_on for entry in history] == list(publication_days(History(), events))
    registry = Registry.of(history)
    for entry in history:
        if isinstance(entry.event, on.Statement) and history.is_live(entry):
            assert entry.published_on == registry.sources[entry.event.source].published_on
        if isinstance(entry.event, on.ProgrammeDefined | on.ProjectRegistered | on.ProjectAmended):
            assert entry.published_on is None


@given(st.data())
def test_whoever_plainly_agrees_is_contradicted_in_no_view(data):
    history = data.draw(histories(max_commits=6))
    course = (*intents.EVIDENCE, *intents.EVIDENCE, intents.retraction)
    events = [event for _ in range(4) for event in data.draw(commits(history, course))]
    said = [error.explain("en") for error in refusals(history, events)]
    with patch.object(consistency, "agrees", return_value=False):
        assert [error.explain("en") for error in refusals(history, events)] == said


def test_the_calendar_crosses_a_month_and_a_year():
    assert (START.year, CALENDAR[-1].year) == (2018, 2019)
