"""
What periodic reports say of a few statements, in both languages.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import attrs
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.periodic.alerts import alerts
from milestone_ledger.reports.periodic.circular import circular
from milestone_ledger.reports.periodic.content import as_data
from milestone_ledger.reports.periodic.entered_late import recorded_within
from milestone_ledger.reports.periodic.monthly import monthly
from milestone_ledger.reports.periodic.supervision import supervision
from milestone_ledger.reports.periodic.text import numbered, report_text
from milestone_ledger.reports.periodic.weekly import LONGEST, weekly
from milestone_ledger.testing.recording import recorded, with_entry
from milestone_ledger.testing.walk import programme
from property.views import view

PLAN, REPORT, CORRECTION = (
    on.SourceRegistered(
        source=source, title=f"{source}全文", published=UncertainDate.on(day), kind=kind, issuer="区政府"
    )
    for source, day, kind in (
        ("方案", date(2019, 1, 5), on.SourceKind.PLAN),
        ("快报", date(2019, 3, 10), on.SourceKind.REPORT),
        ("更正", date(2019, 3, 12), on.SourceKind.OTHER),
    )
)
PROMISE = on.PromiseMade(
    source="方案",
    locator="一1",
    project="北清路",
    milestone="started",
    deadline=UncertainDate.parse("2019-02-28"),
    responsible=("交通局", "教育局"),
)
SAID = {"source": "快报", "locator": "二"}
BEFORE, AFTER = date(2019, 3, 9), date(2019, 3, 16)
EVENTS = [
    PLAN,
    REPORT,
    CORRECTION,
    *(
        on.ProjectRegistered(project=name, name=name, domain=domain, delivery="new_build")
        for name, domain in (("北清路", "交通/道路"), ("安立路", "交通/道路"), ("小学", "教育"))
    ),
    on.ProjectRegistered(project="幼儿园", name="4所幼儿园", domain="教育", size=4, measure="所"),
    PROMISE,
    attrs.evolve(PROMISE, project="安立路", deadline=UncertainDate.parse("2019-01-31")),
    attrs.evolve(PROMISE, project="小学", deadline=UncertainDate.parse("2019-03-20"), responsible=()),
    attrs.evolve(PROMISE, project="幼儿园", milestone="completed", deadline=UncertainDate.parse("2019")),
    on.MilestonePending(**SAID, project="北清路", milestone="started", on=date(2019, 3, 10)),
    on.PromiseMade(**SAID, project="北清路", milestone="started", deadline=UncertainDate.parse("2019-06-30")),
    on.MilestoneAchieved(
        **SAID,
        project="幼儿园",
        milestone="completed",
        occurred=UncertainDate.by(date(2019, 3, 10)),
        quantity=3,
    ),
    on.BlockerRaised(
        **SAID,
        project="北清路",
        ref="1",
        note="拆迁未完成",
        responsible=("住建委",),
        deadline=UncertainDate.parse("2019-03-15"),
    ),
    on.BlockerRaised(source="方案", locator="三", project="安立路", note="管线改移"),
    on.BlockerCleared(**SAID, project="安立路", on=date(2019, 3, 1)),
    on.ActivityChanged(**SAID, project="安立路", activity=on.Activity.SUSPENDED, on=date(2019, 3, 2)),
    on.StatementNoted(**SAID, project="小学", note="加快推进"),
    on.StatementNoted(source="方案", locator="四", project="小学", note="形象进度95%"),
]
WRONG = len(EVENTS)  # the definition comes before them
RETRACTED = on.EntryRetracted(target=WRONG, source="更正", locator="一", note="数字有误")


@pytest.fixture
def history():
    return recorded([on.ProgrammeDefined(programme("drawn"))], EVENTS, [RETRACTED])


@pytest.fixture
def before(history):
    return view(history, as_of=BEFORE, published_by=BEFORE)


@pytest.fixture
def after(history):
    return view(history, as_of=AFTER, published_by=AFTER)


def rows(section):
    return [dict(zip((c.key for c in section.columns), row, strict=True)) for row in section.rows]


def section_of(report, title):
    (section,) = [section for section in report.sections if section.title == title]
    return section


def test_a_promise_made_and_due_since_is_not_turned_by_its_own_document(history, after):
    """
    No document says anything of it: it fell due, and that is all.
    """
    report = weekly(view(history, as_of=date(2019, 1, 1), published_by=date(2019, 1, 1)), after, "zh", days=7)
    turned = {row["project"]: row for row in rows(section_of(report, "判定变化"))}

    assert (turned["安立路"]["new"], turned["安立路"]["cause"]) == (Verdict.UNVERIFIED, "期限届满")
    assert turned["北清路"]["cause"] != "期限届满"


def test_a_week_tells_what_was_said_and_what_it_did(before, after):
    report = weekly(before, after, "zh", days=7)
    (moved,) = rows(section_of(report, "承诺变动"))
    news = {row["project"]: row for row in rows(section_of(report, "节点新情况"))}
    (turned,) = rows(section_of(report, "判定变化"))

    assert (moved["act"], moved["before"], moved["after"]) == ("调整", date(2019, 2, 28), date(2019, 6, 30))
    assert (moved["moved"], moved["notice"], moved["units"]) == (122, -10, "交通局；教育局")
    assert news["北清路"]["news"] == "尚未达到"
    assert news["4所幼儿园"]["news"] == "确已达到：0 → 3（共 4所）"
    assert (turned["old"], turned["new"]) == (Verdict.UNVERIFIED, Verdict.OVERDUE)
    assert turned["cause"] == "#12 快报 二"
    assert [group.title for group in section_of(report, "其他情况").groups] == [
        "停工复工与取消恢复",
        "挂账与销账",
        "未涉及节点的动态",
        "已更正，不再有效",
    ]


def test_a_week_tells_what_is_known_more_closely_and_what_no_longer_holds(history):
    sooner = on.MilestoneAchieved(
        source="更正",
        locator="三",
        project="小学",
        milestone="started",
        occurred=UncertainDate.parse("[2019-03-01..2019-03-09]"),
    )
    loose = attrs.evolve(sooner, source="快报", occurred=UncertainDate.by(date(2019, 3, 10)))
    pending = next(e.seq for e in history if isinstance(e.event, on.MilestonePending))
    taken_back = on.EntryRetracted(target=pending, source="更正", locator="二", note="有误")
    past = with_entry(with_entry(history, [loose, sooner]), [taken_back])
    seen = [view(past, as_of=day, published_by=day) for day in (date(2019, 3, 11), AFTER)]
    told = rows(section_of(weekly(*seen, "zh"), "节点新情况"))

    assert {(row["project"], row["news"], row["achieved"]) for row in told} == {
        ("小学", "日期更为明确", "2019-03-01～2019-03-09"),
        ("北清路", "原陈述更正，结论相应放宽", "无据"),
    }


def test_a_promise_of_what_was_reached_before_is_called_so_and_postpones_nothing(history, before):
    reached = on.MilestoneAchieved(
        **SAID, project="小学", milestone="started", occurred=UncertainDate.on(date(2019, 3, 8))
    )
    anew = attrs.evolve(
        PROMISE, source="更正", project="小学", deadline=UncertainDate.parse("2019-12-31"), responsible=()
    )
    past = with_entry(history, [reached, anew])
    seen = [view(past, as_of=day, published_by=day) for day in (BEFORE, AFTER)]
    report = weekly(*seen, "zh")
    section = section_of(report, "承诺变动")
    (told,) = [row for row in rows(section) if row["project"] == "小学"]
    short = report.sections[0].prose

    assert (told["act"], told["after"], told["moved"], told["notice"]) == (
        "承诺时已达到",
        date(2019, 12, 31),
        None,
        None,
    )
    assert "不是推迟" in section.note
    assert "调整期限 1 项" in short[0]  # that of 北清路
    assert "另有 1 项承诺在作出时节点已经达到" in short[1]
    assert "承诺时已达到" not in section_of(weekly(before, seen[0], "zh"), "承诺变动").note
    moved = section_of(circular(seen[1], "zh", before=seen[0]), f"{BEFORE} 以来调整或撤回的承诺")
    assert [row["project"] for row in rows(moved)] == ["北清路"]
    assert "nothing was postponed" in section_of(weekly(*seen, "en"), "Promises").note


def test_a_week_looks_ahead_and_back(before, after):
    report = weekly(before, after, "zh", days=7)
    (due,) = rows(section_of(report, "7 日内到期"))
    longest = rows(section_of(report, "到期无据时间最长的承诺"))

    assert (due["project"], due["days_left"], due["units"]) == ("小学", 4, "未写明")
    assert [(row["project"], row["days_past"]) for row in longest] == [("安立路", 44)]
    assert "2019-01-31" in longest[0]["need"]


@pytest.mark.parametrize("firmness", on.Firmness)
def test_what_was_hoped_or_forecast_is_never_called_late(firmness):
    promise = attrs.evolve(PROMISE, firmness=firmness)
    past = recorded([on.ProgrammeDefined(programme("drawn"))], EVENTS[:4], [promise])
    seen = view(past, as_of=AFTER)
    chinese, english = (
        [row["need"] for row in rows(weekly(seen, seen, language).sections[-2])] for language in ("zh", "en")
    )

    if firmness is on.Firmness.EFFORT:
        assert chinese == english == []
    elif firmness in (on.Firmness.FIRM, on.Firmness.PLANNED):
        assert chinese[0].endswith("当日仍未达到，即为逾期")
        assert "broken if" in english[0]
    else:
        assert chinese[0].endswith(f"即为未如期实现（属{label(firmness, 'zh')}，不计入兑现率）")
        assert english[0].endswith(f"({firmness}: counts in no share)")
        assert "逾期" not in chinese[0]
        assert "broken" not in english[0]


def test_a_verdict_is_told_by_the_deadline_last_promised_too(history):
    """
    But not by one that was promised after the achievement: it would make good whatever was late.
    """
    reached = on.MilestoneAchieved(
        source="更正",
        locator="三",
        project="北清路",
        milestone="started",
        occurred=UncertainDate.on(date(2019, 3, 11)),
    )
    anew = attrs.evolve(PROMISE, source="更正", deadline=UncertainDate.parse("2019-12-31"))
    told = []
    for events in ([reached], [reached, anew]):
        past = with_entry(history, events)
        seen = [view(past, as_of=day, published_by=day) for day in (BEFORE, AFTER)]
        for report in (weekly(*seen, "zh"), circular(seen[1], "zh", before=seen[0])):
            (section,) = [one for one in report.sections if one.title.endswith("判定变化")]
            (turned,) = [row for row in rows(section) if row["project"] == "北清路"]
            told.append((turned["new"], turned["current"], turned["by_current"]))

    assert told[:2] == [(Verdict.KEPT_LATE, date(2019, 6, 30), Verdict.KEPT)] * 2
    assert told[2:] == [(Verdict.KEPT_LATE, date(2019, 12, 31), None)] * 2


def test_what_is_unverified_longest_shows_the_deadline_last_promised(history):
    """
    By which it may not be due at all.
    """
    moved = attrs.evolve(PROMISE, source="更正", project="安立路", deadline=UncertainDate.parse("2019-12-31"))
    past = with_entry(history, [moved])
    seen = [view(past, as_of=day, published_by=day) for day in (BEFORE, AFTER)]
    found = [rows(section_of(weekly(one, one, "zh"), "到期无据时间最长的承诺")) for one in seen]

    assert [[row["current"] for row in told if row["project"] == "安立路"] for told in found] == [
        [None],
        [date(2019, 12, 31)],
    ]


def test_the_longest_of_many_say_how_many_there_are():
    many = [
        attrs.evolve(PROMISE, locator=str(n), quantity=n, project="幼儿园") for n in range(1, LONGEST + 6)
    ]
    batch = on.ProjectRegistered(project="幼儿园", name="幼儿园", domain="教育", size=99, measure="所")
    history = recorded([on.ProgrammeDefined(programme("drawn"))], [PLAN, batch, *many])
    seen = view(history, as_of=AFTER)
    section = section_of(weekly(seen, seen, "zh"), "到期无据时间最长的承诺")

    assert len(section.rows) == LONGEST
    assert f"共 {LONGEST + 5} 项" in section.note


def test_a_change_of_activity_of_its_documents_day_says_that_the_document_tells_of_it(history):
    """
    Where the document names no day, it may have been any day before.
    """
    resumed = on.ActivityChanged(
        source="更正", locator="二", project="安立路", activity=on.Activity.RESUMED, on=date(2019, 3, 12)
    )
    cleared = on.BlockerCleared(source="更正", locator="三", project="北清路", ref="1", on=date(2019, 3, 12))
    past = with_entry(history, [resumed, cleared])
    before, after = (view(past, as_of=day, published_by=day) for day in (BEFORE, AFTER))
    told, english = (
        {row["says"] for row in rows(section_of(weekly(before, after, language), title))}
        for language, title in (("zh", "其他情况"), ("en", "What else was said"))
    )

    assert told >= {"停工 2019-03-02", "复工（据 2019-03-12 的文件）", "销账 1（据 2019-03-12 的文件）"}
    assert english >= {"resumed (by a document of 2019-03-12)", "suspended 2019-03-02"}


@pytest.mark.parametrize(
    ("language", "nothing_yet", "nothing_new"),
    [
        (
            "zh",
            f"台账中没有 {BEFORE} 及以前公开的内容，没有可报的情况。",
            "本期没有新公开的内容，也没有承诺因期限届满而改变判定。",
        ),
        (
            "en",
            f"The ledger holds nothing that was published by {BEFORE}: nothing to report.",
            "Nothing new was published within the period, and no deadline that passed changed a verdict.",
        ),
    ],
)
def test_a_week_without_anything_says_so_plainly(history, after, language, nothing_yet, nothing_new):
    empty = view(recorded([on.ProgrammeDefined(programme("drawn"))]), as_of=BEFORE, published_by=BEFORE)
    early = view(history, as_of=date(2019, 1, 4), published_by=date(2019, 1, 4))
    due = view(history, as_of=date(2019, 3, 20), published_by=date(2019, 3, 20))

    assert weekly(empty, empty, language).sections[0].prose == (nothing_yet,)
    assert weekly(early, early, language).sections[0].prose == (
        nothing_yet.replace(str(BEFORE), "2019-01-04"),
    )
    assert weekly(after, after, language).sections[0].prose == (nothing_new,)
    for before, day in ((early, after), (after, due)):  # said, or fallen due
        assert weekly(before, day, language).sections[0].prose[0] not in (nothing_yet, nothing_new)


def test_a_week_counts_stops_and_resumptions_if_there_are_any(before, after):
    short, english = (weekly(before, after, language).sections[0].prose for language in ("zh", "en"))

    assert short[-1] == "停工 1 项，见“其他情况”。"
    assert english[-1] == "Changes of activity: suspended 1."
    assert len(weekly(after, after, "zh").sections[0].prose) == 1


def test_what_was_entered_late_stands_apart_from_what_is_new(history):
    """
    What the day of the last report looked like then, and looks like now.
    """
    reached = on.MilestoneAchieved(
        source="方案",
        locator="五",
        project="安立路",
        milestone="started",
        occurred=UncertainDate.parse("2018"),
    )
    promised = {e.event.project: e.seq for e in history if isinstance(e.event, on.PromiseMade)}
    promise = promised["小学"]
    slip = on.EntryRetracted(target=promise, source="方案", locator="一1", note="看错一行")
    new = attrs.evolve(
        reached, source="更正", milestone="completed", occurred=UncertainDate.on(date(2019, 3, 11))
    )
    past = with_entry(history, [reached, slip, new])
    known, before, after = (
        view(past, as_of=day, published_by=day, recorded_by=size)
        for day, size in ((BEFORE, history.size), (BEFORE, past.size), (AFTER, past.size))
    )
    report = weekly(before, after, "zh", known=known)
    section = section_of(report, "补录与更正")
    turned = rows(section_of(report, f"补录与更正引起的判定变化（{BEFORE} 的判定）"))

    assert [group.title for group in section.groups] == ["新录入", "已更正，不再有效"]
    assert [(row["project"], row["published"], row["evidence"]) for row in rows(section)] == [
        ("安立路", date(2019, 1, 5), f"#{history.size} 方案 五"),
        ("小学", date(2019, 1, 5), f"#{promise} 方案 一1；#{history.size + 1} 方案 一1"),
    ]
    assert f"记录到 {history.size} 条以后" in section.note
    assert [(row["project"], row["old"], row["new"], row["cause"]) for row in turned] == [
        ("安立路", Verdict.UNVERIFIED, Verdict.KEPT, f"#{history.size} 方案 五"),
        ("小学", Verdict.NOT_DUE, "（无此承诺）", f"#{history.size + 1} 方案 一1"),
    ]
    assert {row["by_current"] for row in turned} == {None}
    assert "补录与更正" not in [one.title for one in weekly(before, after, "zh").sections]


def test_nothing_entered_late_says_so(before, after):
    report = weekly(before, after, "en", known=before)

    assert section_of(report, "Entered late, and corrections").rows == ()
    assert "Nothing" in section_of(report, "Entered late, and corrections").empty


def test_what_was_recorded_within_the_period_is_told_by_the_days_of_the_programme(history):
    """
    The calendar of the programme, not that of UTC, in which all is recorded.
    """
    night = datetime(2019, 3, 9, 16, 30, tzinfo=UTC)  # half past midnight in Beijing
    past = History(attrs.evolve(entry, recorded_at=night) for entry in history)
    seen = view(past, as_of=BEFORE, published_by=BEFORE)

    assert [e.event for e in recorded_within(seen, date(2019, 3, 10))] == [
        e.event for e in seen.live if isinstance(e.event, on.Statement)
    ]
    assert recorded_within(seen, BEFORE) == []
    assert recorded_within(view(past, as_of=date(2019, 3, 10)), date(2019, 3, 11)) == []


def test_a_month_counts_units_and_groups_by_the_first(after):
    report = monthly(after, "zh", days=31)
    units = {row["unit"]: row for row in rows(report.sections[0])}

    assert list(units) == ["交通局", "教委", "未写明"]
    assert units["教委"] == {"unit": "教委", "due": 0, "overdue": 1, "undetermined": 1}
    assert [group.title for group in section_of(report, "31 日内到期").groups] == ["未写明"]
    (overdue,) = rows(section_of(report, "确证逾期"))
    assert (overdue["project"], overdue["current"]) == ("北清路", date(2019, 6, 30))
    assert [row["project"] for row in rows(section_of(report, "到期而待补充依据"))] == ["安立路"]


def test_alerts_name_the_rule_and_the_entries(after):
    late, stuck, due, *_ = alerts(after, "zh").sections

    assert [(row["rule"], row["project"], row["evidence"]) for row in rows(late)] == [
        ("规则1", "北清路", "#12 快报 二")
    ]
    assert [(row["rule"], row["what"], row["late"], row["evidence"]) for row in rows(stuck)] == [
        ("规则2", "拆迁未完成", 1, "#15 快报 二")
    ]
    assert [(row["rule"], row["project"]) for row in rows(due)] == [("规则3", "小学")]


def test_within_its_days_of_grace_a_promise_is_still_due_soon(history):
    seen = view(history, as_of=date(2019, 3, 21), published_by=date(2019, 3, 21), grace=2)
    report = alerts(seen, "zh")
    (due,) = rows(report.sections[2])

    assert (due["project"], due["days_left"]) == ("小学", -1)
    assert "宽限 2 日" in report.heading[1]
    assert "; 2 days of grace" in alerts(seen, "en").heading[1]


@pytest.mark.parametrize(
    ("day", "listed", "overdue_by"),
    [
        (date(2019, 3, 12), [], None),
        (date(2019, 3, 13), [7], None),
        (date(2019, 3, 20), [0], 0),
        (date(2019, 3, 21), [], 1),
    ],
)
def test_a_deadline_is_called_from_a_week_before_to_its_day(history, day, listed, overdue_by):
    """
    At the end of its day it is due, so a month counts it as not established, and not as due soon.
    """
    seen = view(history, as_of=day, published_by=day)
    due = [row for row in rows(alerts(seen, "zh").sections[2]) if row["project"] == "小学"]
    soon, open_ = (
        [row for row in rows(monthly(seen, "zh", days=7).sections[n]) if row["project"] == "小学"]
        for n in (1, 3)
    )

    assert [row["days_left"] for row in due] == listed
    assert len(soon) == (listed == [7])
    assert [row["days_past"] for row in open_] == ([] if overdue_by is None else [overdue_by])


def test_supervision_lists_what_is_open_and_what_was_removed(after):
    report = supervision(after, "zh", since=date(2019, 2, 28))
    still, removed, *_ = report.sections

    assert [(row["ref"], row["units"], row["age"], row["raised"]) for row in rows(still)] == [
        ("1", "住建委", 6, date(2019, 3, 10))
    ]
    assert [(row["project"], row["cleared"], row["took"]) for row in rows(removed)] == [
        ("安立路", date(2019, 3, 1), 55)
    ]
    assert rows(supervision(after, "zh", since=date(2019, 3, 1)).sections[1]) == []
    assert len(rows(supervision(after, "zh").sections[1])) == 1


def test_a_circular_begins_with_coverage_and_ends_with_every_promise(before, after):
    report = circular(after, "zh", before=before)
    overall, domains, units, changed, moved, missing, annex, sources = report.sections

    assert overall.prose[0].startswith("可核率")
    assert [(row["group"], row["all"], row["overdue"]) for row in rows(domains)] == [
        ("交通", 2, 1),
        ("教育", 2, 0),
    ]
    assert [row["group"] for row in rows(units)] == ["交通局", "教委", "未写明"]
    assert [row["project"] for row in rows(changed)] == ["北清路"]
    assert [(row["project"], row["act"]) for row in rows(moved)] == [("北清路", "调整")]
    assert [row["project"] for row in rows(missing)] == ["安立路"]
    assert len(annex.rows) == 4
    assert [row["title"] for row in rows(sources)] == ["方案全文", "快报全文"]
    assert len(circular(after, "zh").sections) == 6


@pytest.mark.parametrize("language", ["zh", "en"])
def test_with_nothing_recorded_every_report_says_so(language):
    empty = view(recorded([on.ProgrammeDefined(programme("drawn"))]), as_of=AFTER)
    for report in (
        weekly(empty, empty, language),
        monthly(empty, language),
        alerts(empty, language),
        supervision(empty, language),
        circular(empty, language, before=empty),
    ):
        assert not any(section.rows for section in report.sections)
        assert all(section.empty for section in report.sections if section.columns)
        assert report.legend == ()


def test_english_reports_hold_no_chinese_of_their_own(before, after):
    """
    What is left is what documents say: names, places, units.
    """
    for report in (
        weekly(before, after, "en"),
        monthly(after, "en"),
        alerts(after, "en"),
        supervision(after, "en"),
        circular(after, "en", before=before),
    ):
        said = [report.heading, *((s.title, s.note, s.empty, *s.prose) for s in report.sections)]
        heads = [column.heading("en") for section in report.sections for column in section.columns]
        assert not any(
            re.search("[\u3000-\u9fff\uff00-\uffef]", text) for texts in (*said, heads) for text in texts
        )
        assert report_text(report, 100)


def test_data_have_days_and_verdicts_as_json_holds_them(before, after):
    data = as_data(weekly(before, after, "zh"))
    (turned,) = next(s["rows"] for s in data["sections"] if s["title"] == "判定变化")

    assert (turned["new"], turned["deadline"]) == ("overdue", "2019-02-28")
    assert data["legend"][0]["verdict"] in list(Verdict)


def test_sections_are_counted_as_chinese_counts():
    empty = view(recorded([on.ProgrammeDefined(programme("drawn"))]), as_of=AFTER)
    report = monthly(empty, "zh")
    counted = [numbered(number, "", report) for number in (1, 9, 10, 11, 20, 21)]

    assert counted == ["一、", "九、", "十、", "十一、", "二十、", "二十一、"]
