from __future__ import annotations

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.findings import FindingKind, uncovered_periods
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import achieved, activity, day, pending, plan, project, promise, source, withdrawn
from strategies.histories import PROGRAMME

LATER = day("2022-12-31")
BASE = [
    on.ProgrammeDefined(PROGRAMME),
    plan("plan", "2018-07-29", period=on.Period(day("2018-07-01"), day("2018-12-31"))),
    source("half year", "2019-06-30"),
    source("report", "2019-08-14"),
    source("late", "2020-03-01"),
    project("road"),
    project("kindergartens", 10, name="10所幼儿园", domain="教育/幼儿园"),
]
PROMISED = promise("road", "completed", "2019-12-31", "plan", responsible=("交通局",))


def noted(name, cites, **fields):
    return on.StatementNoted(source=cites, locator="二5", project=name, **fields)


def total(count, cites, **fields):
    return on.TotalReported(
        source=cites,
        locator="三",
        what="已完工",
        count=count,
        on=UncertainDate.parse("2019-08-14"),
        milestones=("completed",),
        **fields,
    )


def obstacle(cites, ref=""):
    return on.BlockerRaised(source=cites, locator="四", project="road", ref=ref)


def removed(cites, ref=""):
    return on.BlockerCleared(source=cites, locator="四", project="road", on=day("2019-08-01"), ref=ref)


def findings(*events, as_of=LATER, published_by=None):
    history = recorded(BASE, events)
    return view(history, as_of=as_of, published_by=published_by).findings()


def of_kind(kind, *events, **seen):
    return [finding for finding in findings(*events, **seen) if finding.kind is kind]


def mode(delivery):
    return on.ProjectAmended(project="road", delivery=delivery)


K = FindingKind
# For each kind: events that show it (what it names), and events that nearly do.
CASES = {
    K.PROMISED_AFTER_ACHIEVED: (
        [
            achieved("road", "completed", "2019-06-29", "half year"),
            attrs.evolve(PROMISED, source="half year"),
        ],
        {"project": "road", "milestone": "completed"},
        [
            # Reached on the very day of the promise.
            [
                achieved("road", "completed", "2019-06-30", "half year"),
                attrs.evolve(PROMISED, source="half year"),
            ],
            # Something else was reached before.
            [
                achieved("road", "started", "2019-06-29", "half year"),
                attrs.evolve(PROMISED, source="half year"),
            ],
        ],
    ),
    K.ANSWERED_OTHERWISE: (
        [
            promise("road", "handed_over", "2019-12-31", "plan", responsible=("教委",)),
            achieved("road", "started", "2020-02-01", "late"),
        ],
        {"project": "road", "milestone": "handed_over", "others": ("started",)},
        [
            # The promise is not due.
            [
                promise("road", "handed_over", "2023-12-31", "plan", responsible=("教委",)),
                achieved("road", "started", "2020-02-01", "late"),
            ],
            # It was reported before an answer was due, or on the very day.
            [
                promise("road", "handed_over", "2019-12-31", "plan", responsible=("教委",)),
                achieved("road", "started", "2019-08-01", "report"),
            ],
            [
                promise("road", "handed_over", "2020-03-01", "plan", responsible=("教委",)),
                achieved("road", "started", "2020-02-01", "late"),
            ],
            # A step on the way to the one promised is honest progress.
            [PROMISED, achieved("road", "started", "2020-02-01", "late")],
            # A report that is in doubt answers nothing.
            [
                promise("road", "handed_over", "2019-12-31", "plan", responsible=("教委",)),
                achieved("road", "started", "2020-02-01", "late", contested=True, note="存疑"),
            ],
            # It was answered with the milestone itself too.
            [
                promise("road", "handed_over", "2019-12-31", "plan", responsible=("教委",)),
                achieved("road", "started", "2020-02-01", "late"),
                achieved("road", "handed_over", "[..2020-02-01]", "late"),
            ],
            # What was reported was known when it was promised.
            [
                promise("road", "handed_over", "2019-12-31", "report", responsible=("教委",)),
                achieved("road", "started", "2019-06-01", "half year"),
            ],
            [
                promise("road", "handed_over", "2019-12-31", "late", responsible=("教委",)),
                achieved("road", "started", "2019-06-01", "half year"),
            ],
        ],
    ),
    K.WITHDRAWN_AND_PROMISED_ANEW: (
        [PROMISED, withdrawn("road", "completed", "half year"), attrs.evolve(PROMISED, source="report")],
        {"project": "road", "milestone": "completed"},
        [
            [PROMISED, withdrawn("road", "completed", "half year")],
            [PROMISED, attrs.evolve(PROMISED, source="report")],
            [PROMISED, withdrawn("road", "started", "half year"), attrs.evolve(PROMISED, source="report")],
        ],
    ),
    K.SOURCES_DISAGREE: (
        [
            pending("road", "started", "2019-06-30", "half year"),
            achieved("road", "completed", "2019-06-01", "report", contested=True, note="与半年报不符"),
        ],
        {"project": "road", "milestone": "completed"},
        [
            # Contested, but they agree: see the next kind.
            [
                pending("road", "started", "2019-06-30", "half year"),
                achieved("road", "completed", "2019-07-01", "report", contested=True, note="存疑"),
            ],
        ],
    ),
    K.CONTESTED_WITHOUT_OPPONENT: (
        [achieved("road", "completed", "2019-06-01", "report", contested=True, note="存疑")],
        {"project": "road", "milestone": "completed"},
        [
            [
                pending("road", "started", "2019-06-01", "half year"),
                achieved("road", "completed", "2019-06-01", "report", contested=True, note="与半年报不符"),
            ],
            [achieved("road", "completed", "2019-06-01", "report")],
        ],
    ),
    K.RESUMED_WITHOUT_SUSPENSION: (
        [activity("road", "resumed", "2019-08-01", "report")],
        {"project": "road"},
        [
            [
                activity("road", "resumed", "2019-08-01", "report"),
                activity("road", "suspended", "2019-06-01", "half year"),
            ],
            # Of one day: suspended stands before resumed.
            [
                activity("road", "resumed", "2019-06-01", "half year"),
                activity("road", "suspended", "2019-06-01", "half year"),
            ],
        ],
    ),
    K.REINSTATED_WITHOUT_CANCELLATION: (
        [
            activity("road", "suspended", "2019-06-01", "half year"),
            activity("road", "reinstated", "2019-08-01", "report"),
        ],
        {"project": "road"},
        [
            [
                activity("road", "cancelled", "2019-06-01", "half year"),
                activity("road", "reinstated", "2019-08-01", "report"),
            ],
        ],
    ),
    K.PROGRESS_AFTER_CANCELLATION: (
        [
            activity("road", "cancelled", "2019-06-01", "half year"),
            achieved("road", "started", "[2019-06-02..2019-08-01]", "report"),
        ],
        {"project": "road"},
        [
            # It may have been reached after the reinstatement, or on its day.
            [
                activity("road", "cancelled", "2019-06-01", "half year"),
                activity("road", "reinstated", "2019-07-01", "report"),
                achieved("road", "started", "[2019-06-15..2019-07-01]", "report"),
            ],
            # It may have been reached before.
            [
                activity("road", "cancelled", "2019-06-01", "half year"),
                achieved("road", "started", "[..2019-08-01]", "report"),
            ],
            [
                activity("road", "cancelled", "2019-06-01", "half year"),
                achieved("road", "started", "2019-06-01", "report"),
            ],
            [
                activity("road", "cancelled", "2019-06-01", "half year"),
                activity("road", "reinstated", "2019-07-01", "report"),
                achieved("road", "started", "2019-08-01", "report"),
            ],
        ],
    ),
    K.CLEARED_WITHOUT_BLOCKER: (
        [obstacle("half year", "1"), removed("report", "2")],
        {"project": "road"},
        [[obstacle("half year", "1"), removed("report", "1")], [removed("report"), obstacle("half year")]],
    ),
    K.IN_USE_WITHOUT_HANDOVER: (
        [mode("takeover"), achieved("road", "in_use", "2019-08-01", "report")],
        {"project": "road", "milestone": "handed_over"},
        [
            [
                mode("takeover"),
                achieved("road", "in_use", "2019-08-01", "report"),
                achieved("road", "handed_over", "2019-08-02", "report"),
            ],
            # The mode knows of no hand-over, or no mode is stated.
            [mode("new_build"), achieved("road", "in_use", "2019-08-01", "report")],
            [achieved("road", "in_use", "2019-08-01", "report")],
            [mode("takeover"), achieved("kindergartens", "in_use", "2019-08-01", "report")],
        ],
    ),
    K.OUTSIDE_LIFECYCLE: (
        [mode("new_build"), achieved("road", "trial", "2019-08-01", "report")],
        {"project": "road", "milestone": "trial", "others": ("new_build",)},
        [
            [achieved("road", "trial", "2019-08-01", "report")],
            [mode("new_build"), achieved("road", "started", "2019-08-01", "report"), noted("road", "report")],
        ],
    ),
    K.NO_RESPONSIBLE_UNIT: (
        [attrs.evolve(PROMISED, responsible=())],
        {"project": "road", "milestone": "completed"},
        [
            [PROMISED],
            # Named later on.
            [attrs.evolve(PROMISED, responsible=()), attrs.evolve(PROMISED, source="report")],
        ],
    ),
    K.TOTAL_NOT_ITEMISED: (
        [achieved("road", "completed", "2019-08-01", "report"), total(2, "report")],
        {"others": ("已完工",)},
        [
            [achieved("road", "completed", "2019-08-01", "report"), total(1, "report")],
            [achieved("kindergartens", "completed", "2019-08-01", "report"), total(10, "report")],
            # "At most two" names none that there would have to be.
            [
                achieved("road", "completed", "2019-08-01", "report"),
                total(2, "report", comparator=on.Comparator.AT_MOST),
            ],
        ],
    ),
    K.TOTAL_TOO_LOW: (
        [achieved("kindergartens", "completed", "2019-08-01", "report"), total(9, "report")],
        {"others": ("已完工",)},
        [
            [achieved("kindergartens", "completed", "2019-08-01", "report"), total(10, "report")],
            [
                achieved("kindergartens", "completed", "2019-08-01", "report"),
                total(10, "report", comparator=on.Comparator.AT_MOST),
            ],
            # More than "at least nine", or than about nine, is no contradiction.
            *(
                [
                    achieved("kindergartens", "completed", "2019-08-01", "report"),
                    total(9, "report", comparator=comparator),
                ]
                for comparator in (on.Comparator.AT_LEAST, on.Comparator.ABOUT)
            ),
            # Nobody says what the total counts; on its day, none was certain.
            [
                achieved("kindergartens", "completed", "2019-08-01", "report"),
                attrs.evolve(total(9, "report"), milestones=()),
            ],
            [achieved("kindergartens", "completed", "2019-08-15", "late"), total(0, "report")],
        ],
    ),
    K.NAMES_LOOK_ALIKE: (
        [
            project("north", name="回龙观北路道路工程"),
            project("north 2", name="回龙观北路道路工程二"),
            noted("north", "report"),
            noted("north 2", "report"),
        ],
        {"project": "north", "others": ("north 2",)},
        [
            [
                project("north", name="回龙观北路道路工程"),
                project(
                    "north 2",
                    name="回龙观北路道路工程二",
                    related=(on.Relation(on.RelationKind.NOT_SAME, "north"),),
                ),
                noted("north", "report"),
                noted("north 2", "report"),
            ],
            [
                project("north", name="回龙观北路"),
                project("south", name="天通苑中学"),
                noted("north", "report"),
                noted("south", "report"),
            ],
            # Not listed: nothing is said of it.
            [
                project("north", name="回龙观北路道路工程"),
                project("north 2", name="回龙观北路道路工程二"),
                noted("north", "report"),
            ],
        ],
    ),
    K.NOT_MENTIONED_AGAIN: (
        [PROMISED, plan("plan 2019", "2019-01-10", period=on.Period(day("2019-04-01"), day("2019-12-31")))],
        {"project": "road", "others": ("2019-01-01..2019-03-31",)},
        [
            [PROMISED],
            # A report is no plan.
            [PROMISED, source("report 2019", "2019-01-10")],
            [PROMISED, plan("plan 2019", "2019-01-10"), noted("road", "plan 2019")],
            [
                PROMISED,
                plan("plan 2019", "2019-01-10"),
                achieved("road", "completed", "2019-08-01", "report"),
            ],
            [promise("road", None, None, "plan", responsible=("教委",)), plan("plan 2019", "2019-01-10")],
            # Kept late, or withdrawn: what became of it is known.
            [
                PROMISED,
                plan("plan 2021", "2021-01-10"),
                pending("road", "completed", "2020-01-01", "late"),
                achieved("road", "completed", "2020-02-01", "late"),
            ],
            [PROMISED, withdrawn("road", "completed", "half year"), plan("plan 2021", "2021-01-10")],
            # Mentioned since the last plan, if only by a report.
            [PROMISED, plan("plan 2019", "2019-01-10"), noted("road", "half year")],
            # A plan of the very day of the mention.
            [PROMISED, plan("plan 2019", "2019-06-30"), noted("road", "half year")],
            # A plan published after the status day.
            [PROMISED, plan("plan 2023", "2023-01-10")],
            [PROMISED, plan("plan 2017", "2017-01-10")],
        ],
    ),
}


@pytest.mark.parametrize("kind", FindingKind)
def test_it_is_found(kind):
    events, named, _ = CASES[kind]
    (finding,) = of_kind(kind, *events)
    assert {name: getattr(finding, name) for name in named} == named
    nothing = {"project": None, "milestone": None, "others": ()}
    assert {name: getattr(finding, name) for name in nothing} == nothing | named
    assert bool(finding.entries) is (kind is not K.NAMES_LOOK_ALIKE)


@pytest.mark.parametrize(
    ("kind", "near"), [(kind, near) for kind, (_, _, misses) in CASES.items() for near in range(len(misses))]
)
def test_it_is_not_found(kind, near):
    assert of_kind(kind, *CASES[kind][2][near]) == []


def test_every_kind_has_a_near_miss():
    assert set(CASES) == set(FindingKind)
    assert all(misses for _, _, misses in CASES.values())


def test_a_clean_ledger_has_no_findings():
    assert list(findings(PROMISED, achieved("road", "completed", "2019-08-01", "report"))) == []


def test_the_entries_that_show_it():
    contested = achieved("road", "completed", "2019-06-01", "report", contested=True, note="与半年报不符")
    opponent = pending("road", "started", "2019-06-30", "half year")
    (finding,) = of_kind(FindingKind.SOURCES_DISAGREE, contested, opponent)
    assert [entry.event for entry in finding.entries] == [contested, opponent]
    (finding,) = of_kind(
        FindingKind.WITHDRAWN_AND_PROMISED_ANEW,
        PROMISED,
        withdrawn("road", "completed", "half year"),
        attrs.evolve(PROMISED, source="report"),
    )
    assert [entry.published_on for entry in finding.entries] == [
        day("2018-07-29"),
        day("2019-06-30"),
        day("2019-08-14"),
    ]


def test_all_mentions_of_the_last_day_are_shown():
    two = [noted("road", "half year", note=note) for note in ("甲", "乙")]
    plan_2020 = plan("plan 2020", "2020-01-10")
    for order in (two, two[::-1]):
        (finding,) = of_kind(FindingKind.NOT_MENTIONED_AGAIN, PROMISED, *order, plan_2020)
        assert [entry.event for entry in finding.entries] == order


MEMBER = project("first", name="第一幼儿园", domain="教育/幼儿园", member_of="kindergartens")
FOR_ALL = promise("kindergartens", "completed", "2019-12-31", "plan", responsible=("教委",))
FOR_ONE = promise("first", "completed", "2019-12-31", "plan", responsible=("教委",))
PLAN_2019 = plan("plan 2019", "2019-01-10")


def test_a_batch_and_its_members_are_mentioned_together():
    kind = FindingKind.NOT_MENTIONED_AGAIN
    for promised, other in ((FOR_ALL, "first"), (FOR_ONE, "kindergartens")):
        (finding,) = of_kind(kind, MEMBER, promised, PLAN_2019)
        assert finding.project == promised.project
        assert not of_kind(kind, MEMBER, promised, PLAN_2019, noted(other, "plan 2019"))
        # Another project is no mention.
        assert of_kind(kind, MEMBER, promised, PLAN_2019, noted("road", "plan 2019"))
        # The last mention is that of the other, and a plan passes both over.
        later = plan("plan 2020", "2020-01-10")
        events = (MEMBER, promised, PLAN_2019, noted(other, "plan 2019"), later)
        (finding,) = of_kind(kind, *events)
        assert [entry.event for entry in finding.entries] == [noted(other, "plan 2019")]


def test_one_open_promise_is_enough_not_to_be_mentioned_again():
    kept = achieved("road", "started", "2018-12-01", "half year")
    started = promise("road", "started", "2018-12-31", "plan", responsible=("交通局",))
    plan_2020 = plan("plan 2020", "2020-01-10")
    assert not of_kind(FindingKind.NOT_MENTIONED_AGAIN, started, kept, plan_2020)
    assert of_kind(FindingKind.NOT_MENTIONED_AGAIN, PROMISED, started, kept, plan_2020)


def test_sources_disagree_across_a_batch_and_its_members():
    missing = pending("first", "started", "2019-06-30", "half year")
    contested = achieved(
        "kindergartens", "completed", "2019-06-01", "report", contested=True, note="与半年报不符"
    )
    (finding,) = of_kind(FindingKind.SOURCES_DISAGREE, MEMBER, missing, contested)
    assert finding.project == "kindergartens"
    assert [entry.event for entry in finding.entries] == [contested, missing]
    whole = achieved("kindergartens", "completed", "2019-06-01", "report")
    doubted = attrs.evolve(missing, contested=True, note="与报告不符")
    (finding,) = of_kind(FindingKind.SOURCES_DISAGREE, MEMBER, whole, doubted)
    assert finding.project == "first"
    assert [entry.event for entry in finding.entries] == [doubted, whole]
    # Of another member, nothing is said.
    other = attrs.evolve(MEMBER, project="second", name="第二中心小学")
    fine = achieved("second", "completed", "2019-06-01", "report", contested=True, note="存疑")
    assert not of_kind(FindingKind.SOURCES_DISAGREE, MEMBER, other, missing, fine)


def test_a_contested_entry_opposes_no_other():
    early = achieved("road", "completed", "2019-06-01", "report", contested=True, note="与半年报不符")
    late = pending("road", "started", "2019-06-30", "half year", contested=True, note="与报告不符")
    assert not of_kind(FindingKind.SOURCES_DISAGREE, early, late)
    assert len(of_kind(FindingKind.CONTESTED_WITHOUT_OPPONENT, early, late)) == 2


def test_a_retracted_entry_opposes_no_other():
    early = achieved("road", "completed", "2019-06-01", "report", contested=True, note="与半年报不符")
    late = pending("road", "started", "2019-06-30", "half year")
    undone = on.EntryRetracted(target=len(BASE), source="late", locator="勘误", note="更正")
    events = (late, early, undone)
    assert of_kind(FindingKind.CONTESTED_WITHOUT_OPPONENT, *events)
    assert of_kind(FindingKind.SOURCES_DISAGREE, *events, published_by=day("2020-02-29"))


def test_progress_between_a_cancellation_and_its_reinstatement():
    cancelled = activity("road", "cancelled", "2019-06-01", "half year")
    reinstated = activity("road", "reinstated", "2019-07-01", "report")
    between = achieved("road", "started", "2019-06-15", "report")
    (finding,) = of_kind(FindingKind.PROGRESS_AFTER_CANCELLATION, cancelled, reinstated, between)
    assert [entry.event for entry in finding.entries] == [cancelled, between]
    # Cancelled again: each cancellation with what came after it.
    again = activity("road", "cancelled", "2019-07-20", "report")
    after = achieved("road", "completed", "2019-08-01", "report")
    found = of_kind(FindingKind.PROGRESS_AFTER_CANCELLATION, cancelled, reinstated, between, again, after)
    assert [[entry.event for entry in finding.entries] for finding in found] == [
        [cancelled, between],
        [again, after],
    ]


@pytest.mark.parametrize(("others", "found"), [(98, 1), (99, 0)])
def test_names_that_many_share_are_told_apart_by_what_is_between(others, found):
    # The pair shares its first characters with all the rest, and its last with nobody.
    names = [f"回龙观{chr(0x4E00 + 300 * n)}{n}号" for n in range(others)]
    names += ["回龙观北郊市政道路甲乙丙丁戊己", "回龙观北郊市政道路甲乙丙丁戊庚"]
    events = [project(f"p{n}", name=name) for n, name in enumerate(names)]
    events += [noted(f"p{n}", "report") for n in range(len(names))]
    pairs = {(f.project, *f.others) for f in of_kind(FindingKind.NAMES_LOOK_ALIKE, *events)}
    assert ((f"p{others}", f"p{others + 1}") in pairs) is bool(found)


def test_a_plan_that_is_not_published_yet_says_nothing():
    events = [PROMISED, plan("plan 2019", "2019-01-10")]
    seen = {"as_of": day("2020-01-31")}
    assert of_kind(FindingKind.NOT_MENTIONED_AGAIN, *events, **seen, published_by=day("2019-01-10"))
    assert not of_kind(FindingKind.NOT_MENTIONED_AGAIN, *events, **seen, published_by=day("2019-01-09"))


def test_partial_counts_disagree_too():
    contested = achieved(
        "kindergartens",
        "completed",
        "[..2019-06-01]",
        "report",
        quantity=4,
        contested=True,
        note="与半年报不符",
    )
    fewer = pending("kindergartens", "started", "2019-06-30", "half year", quantity=3)
    enough = pending("kindergartens", "started", "2019-06-30", "half year", quantity=4)
    assert of_kind(FindingKind.SOURCES_DISAGREE, contested, fewer)
    assert not of_kind(FindingKind.SOURCES_DISAGREE, contested, enough)


def test_findings_come_by_kind():
    found = findings(
        attrs.evolve(PROMISED, responsible=()),
        activity("road", "resumed", "2019-08-01", "report"),
        achieved("road", "handed_over", "2020-02-01", "late"),
    )
    order = list(FindingKind)
    assert [f.kind for f in found] == sorted((f.kind for f in found), key=order.index)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("periods", "gaps"),
    [
        ([], ()),
        ([("2018-01-01", "2018-12-31")], ()),
        ([("2018-01-01", "2018-12-31"), ("2019-01-01", "2019-12-31")], ()),
        ([("2018-01-01", "2018-12-31"), ("2019-01-02", "2019-12-31")], ("2019-01-01..2019-01-01",)),
        ([("2020-01-01", "2020-12-31"), ("2018-01-01", "2018-12-31")], ("2019-01-01..2019-12-31",)),
        (
            [("2018-01-01", "2020-12-31"), ("2018-02-01", "2018-03-01"), ("2021-02-01", "2021-03-01")],
            ("2021-01-01..2021-01-31",),
        ),
    ],
)
def test_uncovered_periods(periods, gaps):
    assert uncovered_periods([(day(first), day(last)) for first, last in periods]) == gaps


def test_a_second_cancellation_does_not_begin_anew():
    """
    Cancelled twice is cancelled since the first: progress across the second day is progress after it.
    """
    (finding,) = of_kind(
        K.PROGRESS_AFTER_CANCELLATION,
        activity("road", "cancelled", "2019-05-01", "half year"),
        activity("road", "cancelled", "2019-06-01", "half year"),
        achieved("road", "started", "[2019-05-15..2019-07-01]", "report"),
    )

    assert str(finding.entries[0].event.on) == "2019-05-01"


@pytest.mark.parametrize(
    "said",
    [
        achieved("road", "trial", "[..2019-08-01]", "report"),
        pending("road", "trial", "2019-08-01", "report"),
        promise("road", "trial", "2019-12-31", "report"),
        noted("road", "report", milestone="trial"),
    ],
    ids=lambda said: type(said).__name__,
)
def test_whatever_is_said_outside_the_lifecycle_is_found(said):
    (finding,) = of_kind(FindingKind.OUTSIDE_LIFECYCLE, mode("new_build"), said, noted("road", "report"))
    assert (finding.milestone, finding.others) == ("trial", ("new_build",))
    assert [entry.event for entry in finding.entries] == [said]


def test_a_pair_of_names_is_found_once():
    # Alike at both ends: they meet in two groups.
    names = ("回龙观北郊东农场桥道路工程", "回龙观北郊西农场桥道路工程")
    events = [project(f"p{n}", name=name) for n, name in enumerate(names)]
    events += [noted(f"p{n}", "report") for n in range(len(names))]
    (finding,) = of_kind(FindingKind.NAMES_LOOK_ALIKE, *events)
    assert (finding.project, finding.others) == ("p0", ("p1",))
