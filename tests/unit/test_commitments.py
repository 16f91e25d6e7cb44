"""
What sentences promise, report and leave open.
"""

import pytest

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Firmness, SourceKind
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow
from milestone_ledger.domain.wording import Ambiguous, Deadline, Kind, NoDeadline, read_commitment
from milestone_ledger.domain.wording.table import language

PLAN, REPORT = SourceKind.PLAN, SourceKind.REPORT
PUBLISHED = UncertainDate.parse("2019-08-14")


def _due(commitment):
    match commitment.deadline:
        case Deadline(when):
            return str(when)
        case NoDeadline(effort=effort):
            return "effort" if effort else "-"
        case Ambiguous(readings=readings):
            return "?" + "|".join(map(str, readings))
    return None


def _short(phrase, said_in=None, reading=None):
    return [
        (each.kind.value, each.milestone, each.firmness and each.firmness.value, _due(each))
        for each in read_commitment(phrase, PUBLISHED, reading, said_in=said_in)
    ]


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("2022年6月底前完成主体结构", [("promise", "structure_complete", "firm", "2022-06-30")]),
        ("2020年，开工建设1所幼儿园", [("promise", "started", "firm", "2020-12-31")]),
        ("2020年前完成改造工程", [("promise", "completed", "firm", "[2019-12-31..2020-12-31]")]),
        ("确保2020年底竣工", [("promise", "completed", "firm", "2020-12-31")]),
        ("力争2020年底建成投用", [("promise", "in_use", "aspiration", "2020-12-31")]),
        ("计划2020年通车", [("promise", "in_use", "planned", "2020-12-31")]),
        ("预计明年投入使用", [("promise", "in_use", "forecast", "2020-12-31")]),
        ("2020年取得立项批复", [("promise", "initiated", "firm", "2020-12-31")]),
        ("2020年完成5条道路验收接养工作", [("promise", "handed_over", "firm", "2020-12-31")]),
        ("2020年完成甲和乙用房购置", [("promise", "acquired", "firm", "2020-12-31")]),
        ("尽快开工建设", [("promise", "started", "effort", "effort")]),
        ("推进前期手续办理", [("promise", "initiated", "effort", "effort")]),
        ("加快推进甲路建设", [("promise", None, "effort", "effort")]),
        ("建成文体中心", [("promise", "completed", "firm", "-")]),
        ("“二〇二〇年”封顶", [("promise", "structure_complete", "firm", "-")]),
        (
            "2020年开工、2022年竣工",
            [("promise", "started", "firm", "2020-12-31"), ("promise", "completed", "firm", "2022-12-31")],
        ),
        (
            "2020年，完成甲移交接收，开工建设乙；2021年，建成乙",
            [
                ("promise", "handed_over", "firm", "2020-12-31"),
                ("promise", "started", "firm", "2020-12-31"),
                ("promise", "completed", "firm", "2021-12-31"),
            ],
        ),
        (
            "2022年6月底前开工，年底前封顶",
            [
                ("promise", "started", "firm", "2022-06-30"),
                ("promise", "structure_complete", "firm", "2022-12-31"),
            ],
        ),
    ],
)
def test_what_a_plan_promises(phrase, expected):
    assert expected == _short(phrase, PLAN)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [
        ("甲路已开工", [("achieved", "started", None, None)]),
        ("建成12所幼儿园", [("achieved", "completed", None, None)]),
        ("甲桥建成投用", [("achieved", "completed", None, None), ("achieved", "in_use", None, None)]),
        ("完成了甲路建设", [("achieved", "completed", None, None)]),
        ("甲区用房已移交接收", [("achieved", "handed_over", None, None)]),
        ("已按计划开工", [("achieved", "started", None, None)]),
        ("未开工", [("pending", "started", None, None)]),
        ("尚未完全建成", [("pending", "completed", None, None)]),
        (
            "乙路计划年底开工",
            [("promise", "started", "planned", "2019-12-31"), ("pending", "started", None, None)],
        ),
        (
            "南园即将开放",
            [("promise", "in_use", "forecast", "-"), ("pending", "in_use", None, None)],
        ),
        ("保障丙路年内开工", [("promise", "started", "firm", "2019-12-31")]),
        ("公园年底建成投用", [("promise", "in_use", "firm", "2019-12-31")]),
        (
            "甲路计划年底开工；乙桥改建通车",
            [
                ("promise", "started", "planned", "2019-12-31"),
                ("pending", "started", None, None),
                ("achieved", "completed", None, None),
                ("achieved", "in_use", None, None),
            ],
        ),
    ],
)
def test_what_a_report_says_was_achieved_or_is_ahead(phrase, expected):
    assert expected == _short(phrase, REPORT)


@pytest.mark.parametrize(
    ("phrase", "possible"),
    [
        ("正在施工", ("started",)),
        ("完成80%", ("completed",)),
        ("形象进度95%", ()),
        ("完成投资5亿元", ()),
        ("已完成基础施工", ("completed",)),
        ("桩基完工", ("completed",)),
        ("行政办公区基本完工", ("completed",)),
        ("建成黄路部分路段", ("completed",)),
        ("建成后可增加处理能力", ("completed",)),
        ("对已建成道路公交站台实施改造", ("completed",)),
        ("难以按期完工", ("completed",)),
        ("正在办理前期手续", ("initiated",)),
        ("启动前期工作", ("initiated",)),
        ("督促开发商移交给政府", ("handed_over",)),
        ("已完成新建或移交购置", ("completed", "handed_over", "acquired")),
        ("启动人才公租房配租", ("started",)),
        ("2019年8月开工", ("started",)),
        ("交付使用", ("handed_over", "in_use")),
        ("已建成3公里", ("completed",)),
        ("一期已竣工", ("completed",)),
        ("其余路段已开工", ("started",)),
        ("开工时间待定", ("started",)),
        ("2018年底前竣工", ("completed",)),
        ("原计划2018年底竣工", ("completed",)),
        ("未能按期开工", ("started",)),
        ("计划已开工", ("started",)),
        ("2019年底具备通车条件", ("in_use",)),
        ("资金到位后开工", ("started",)),
        ("主体结构完成至3层", ("completed",)),
        ("不得开工", ("started",)),
        ("征集方案", ()),
    ],
)
def test_what_proves_no_milestone_is_noted_with_a_question(phrase, possible):
    """READING: no milestone is proven that the words do not prove."""
    (noted,) = read_commitment(phrase, PUBLISHED, said_in=REPORT)

    assert (noted.kind, noted.milestone) == (Kind.NOTED, None)
    assert noted.question is not None
    assert possible == noted.possible


@pytest.mark.parametrize(
    "phrase",
    [
        "已完工程款支付",
        "明确接收单位",
        "加快推进甲路建设",
        "推动工作",
        "加强管理",
        "直通车",
        "未来科学城",
        "研究院",
        "建成区管理",
    ],
)
def test_effort_and_everything_else_in_a_report_is_noted(phrase):
    (noted,) = read_commitment(phrase, PUBLISHED, said_in=REPORT)

    assert (noted.kind, noted.milestone, noted.possible) == (Kind.NOTED, None, ())
    assert phrase == noted.words


def test_a_day_that_the_report_gives_is_kept():
    for phrase in ("甲园7月1日对外开放", "甲园2019年7月1日对外开放", "甲园2019.7.1对外开放"):
        (opened,) = read_commitment(phrase, PUBLISHED, said_in=REPORT)

        assert UncertainDate.parse("2019-07-01") == opened.occurred
        assert (opened.kind, opened.milestone) == (Kind.ACHIEVED, "in_use")


@pytest.mark.parametrize(
    ("phrase", "day", "expected"),
    [
        ("甲园12月28日对外开放", "2019-01-02", ("noted", None)),
        ("甲园12月28日已对外开放", "2019-01-02", ("achieved", None)),
        ("甲园12月28日前对外开放", "2019-01-02", ("promise", None)),
        ("甲园今年9月1日对外开放", "2019-08-14", ("promise", None)),
        ("甲园今年已对外开放", "2019-08-14", ("achieved", None)),
        ("甲园10月6日对外开放", "[2018-10-31..2018-12-31]", ("achieved", "2018-10-06")),
        ("甲园11月15日对外开放", "[2018-10-31..2018-12-31]", ("noted", None)),
        ("甲园1月1日对外开放", "[2019-01-01..2020-01-02]", ("noted", None)),
        ("甲园7月1日对外开放", "[..2019-08-14]", ("noted", None)),
        ("甲园春节前对外开放", "2019-08-14", ("noted", None)),
    ],
)
def test_a_day_that_may_be_of_another_year_is_no_evidence(phrase, day, expected):
    said = read_commitment(phrase, UncertainDate.parse(day), said_in=REPORT)

    assert [(each.kind.value, each.occurred and str(each.occurred)) for each in said] == [expected]


def test_a_day_of_a_year_that_is_not_named_is_left_open_unless_a_report_says_it():
    (opened,) = read_commitment("甲园7月1日已对外开放", PUBLISHED, said_in=PLAN)

    assert (opened.kind, opened.occurred) == (Kind.ACHIEVED, None)


def test_a_day_without_a_document_is_no_evidence():
    (noted,) = read_commitment("甲园7月1日对外开放", said_in=REPORT)

    assert (noted.kind, noted.occurred) == (Kind.NOTED, None)


def test_a_part_is_promised_with_a_question():
    (promise,) = read_commitment("2020年建成甲路部分路段,,", PUBLISHED, said_in=PLAN)

    assert (promise.kind, promise.milestone, promise.possible) == (Kind.PROMISE, None, ("completed",))
    assert promise.question is not None


def test_a_month_before_all_clauses_governs_up_to_the_semicolon():
    first, second, third = read_commitment("2020年6月底前，开工甲，开工乙；开工丙", PUBLISHED, said_in=PLAN)

    assert (_due(first), _due(second), _due(third)) == ("2020-06-30", "2020-06-30", "?2020-06-30")


def test_without_the_kind_of_the_document_a_bare_verb_is_a_question():
    for phrase in ("开工", "2019年竣工"):
        (noted,) = read_commitment(phrase, PUBLISHED)
        assert (noted.kind, noted.question is not None) == (Kind.NOTED, True)
    assert _short("2020年底竣工") == [("promise", "completed", "firm", "2020-12-31")]
    assert _short("2018年开工") == [("achieved", "started", None, None)]


def test_a_year_governs_up_to_the_full_stop_and_no_further():
    first, second, third = read_commitment("2020年，开工建设甲；建成乙。建成丙。", PUBLISHED, said_in=PLAN)

    assert (_due(first), _due(second), _due(third)) == ("2020-12-31", "2020-12-31", "-")


def test_next_year_after_a_year_is_asked_unless_both_mean_the_same():
    first, second = read_commitment("2020年开工，明年完工", PUBLISHED, said_in=PLAN)

    assert first.deadline == Deadline(UncertainDate.parse("2020-12-31"))
    assert isinstance(second.deadline, Ambiguous)
    assert [str(day) for day in second.deadline.readings] == ["2021-12-31", "2020-12-31"]
    _, same = read_commitment("2019年开工，明年完工", PUBLISHED, said_in=PLAN)
    assert same.deadline == Deadline(UncertainDate.parse("2020-12-31"))
    _, unknown = read_commitment("2019年开工，明年完工", None, said_in=PLAN)
    assert isinstance(unknown.deadline, Ambiguous)


def test_a_month_governs_its_own_clause_and_whether_more_is_asked():
    first, second = read_commitment("2020年6月底前开工甲，建成乙", PUBLISHED, said_in=PLAN)

    assert _due(first) == "2020-06-30"
    assert _due(second) == "?2020-06-30"


def test_a_deadline_that_is_asked_stays_a_question():
    (promise,) = read_commitment("2020年春节前开工", PUBLISHED, said_in=PLAN)

    assert isinstance(promise.deadline, Ambiguous)
    assert promise.milestone == "started"


def test_a_deadline_alone_asks_what_is_due():
    (noted,) = read_commitment("2020年底前。", PUBLISHED, said_in=PLAN)

    assert (noted.kind, _due(noted)) == (Kind.NOTED, "2020-12-31")
    assert noted.question is not None


def test_nothing_that_is_said_is_lost():
    said = read_commitment("  \n甲\n\n乙，丙。", PUBLISHED)

    assert [each.words for each in said] == ["甲", "乙,丙"]
    assert read_commitment(" \n ") == ()


def test_titles_and_names_in_quotes_are_no_verbs():
    (noted,) = read_commitment("印发《2020年开工建设项目计划》", PUBLISHED, said_in=REPORT)

    assert (noted.kind, noted.milestone) == (Kind.NOTED, None)
    (plan,) = read_commitment("“十四五”末建成", PUBLISHED, said_in=PLAN)
    assert _due(plan) == "2025-12-31"


def test_words_are_quoted_as_they_stand():
    said = read_commitment("２０２０年度竣工，二〇二一年底以前移交", PUBLISHED, said_in=PLAN)

    assert [each.words for each in said] == ["2020年度竣工", "二〇二一年底以前移交"]


def test_traditional_characters_are_read_and_quoted_as_they_stand():
    (started,) = read_commitment("農場橋改建工程開工建設", PUBLISHED, said_in=REPORT)

    assert (started.milestone, started.words) == ("started", "農場橋改建工程開工建設")


def test_a_programme_adds_verbs_and_deadlines():
    reading = Reading(
        deadlines=(DeadlineRow(("汛期前",), month=5, day=31),), verbs=(VerbRow(("揭牌",), "in_use"),)
    )

    assert _short("2020年汛期前揭牌", PLAN, reading) == [("promise", "in_use", "firm", "2020-05-31")]
    (noted,) = read_commitment("揭牌", PUBLISHED, said_in=PLAN)
    assert noted.milestone is None


def test_a_programme_cannot_change_what_the_table_reads():
    reading = Reading(verbs=(VerbRow(("开工建设",), "in_use"), VerbRow(("前开工",), "completed")))

    assert _short("2020年底前开工建设", PLAN, reading) == [("promise", "started", "firm", "2020-12-31")]


def test_every_example_of_a_verb_is_read_by_its_own_row():
    for row in language().document["verbs"]:
        for example in row["example"]:
            said = read_commitment(example, PUBLISHED, said_in=PLAN)[-1]
            if "milestone" in row:
                assert row["milestone"] == said.milestone, example
            else:
                assert said.milestone is None, example
                assert (row["en"], row["zh"]) == said.question or said.kind is Kind.NOTED, example


@pytest.mark.parametrize("row", language().document["firmness"], ids=lambda row: row["value"])
def test_words_of_firmness_say_how_firm(row):
    for words in row["words"]:
        (promise, *_) = read_commitment(f"{words}竣工", PUBLISHED, said_in=PLAN)

        assert Firmness(row["value"]) is promise.firmness, words
