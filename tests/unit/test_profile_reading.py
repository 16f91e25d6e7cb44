"""
What a profile makes of single cells and rows, and what its file may say.
"""

from __future__ import annotations

import pytest
from attrs import evolve

from district_tables import PROGRAMME, grid, sheet
from milestone_ledger.domain.events import ProjectRegistered
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.errors import IntakeError, InvalidValueError
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.io.profile import Use, convert, look, parse_profile, propose, read_profile
from milestone_ledger.io.profile.profile import Defaults, Document
from milestone_ledger.io.profile.words import Role
from milestone_ledger.store.clock import utc_now

PROGRAMMED = parse_programme(PROGRAMME.encode())
DOCUMENT = Document(title="任务", issuer="无", number="无", published_on="2022-03-01", kind="计划")
DEFAULTS = Defaults(domain="教育/中小学", delivery="无", deadline="无", hidden="读")


def registry(*names):
    history = History()
    for seq, name in enumerate(names):
        event = ProjectRegistered(project=name, name=name, domain="教育/中小学")
        history.add(
            Entry(
                ledger="",
                seq=seq,
                commit_no=0,
                recorded_at=utc_now(),
                actor="",
                published_on=None,
                event=event,
            )
        )
    return Registry.of(history)


def read(
    cells, merged="", *, known=(), answers=None, uses=None, defaults=DEFAULTS, document=DOCUMENT, **sheet_is
):
    """
    A table by the profile that is proposed for it, with these answers and uses of columns.
    """
    seen = look(grid(sheet(cells, merged, **sheet_is)))
    proposal = propose(seen, PROGRAMMED)
    columns = tuple(evolve(use, **(uses or {}).get(use.header, {})) for use in proposal.profile.columns)
    profile = evolve(
        proposal.profile,
        document=document,
        defaults=defaults,
        columns=columns,
        answers=answers or {},
        file="p.toml",
    )
    return convert(
        seen, profile, file="表.xlsx", programme=PROGRAMMED, registry=registry(*known), year=proposal.year
    )


def said(done):
    """
    The statements, as short as they can be told apart.
    """
    shown = ("project", "milestone", "deadline", "firmness", "kind", "occurred", "note")
    rows = [row for name in ("promises", "progress") for row in done.tables.tables[name].rows]
    return [" ".join(row.cells[key] for key in shown if key in row.cells) for row in rows]


def asked(done):
    return [(question.path, question.key) for question in done.questions]


def faults(done):
    return [fault.explain("zh") for fault in done.faults]


def one(header, text, **options):
    """
    What a single cell under a header says of 霍营小学.
    """
    return read([["项目名称", header], ["霍营小学", text]], **options)


@pytest.mark.parametrize("text", ["无", "—", "/", "暂无"])
def test_a_dash_says_nothing(text):
    done = one("形象进度", text)

    assert (said(done), asked(done)) == ([], [])


@pytest.mark.parametrize(
    ("header", "text", "key"),
    [
        ("年度目标", "主体施工", "主体施工"),
        ("年度目标", "√", "√"),
        ("形象进度", "正在办理前期手续", "正在办理前期手续"),
        ("形象进度", "因故停工", "因故停工"),
        ("年度目标", "完成3栋楼主体结构", "完成3栋楼主体结构"),
        ("备注", "年内开工", "年内开工"),
        ("存在问题", "因资金停工", "因资金停工"),
        ("年度目标", "完成购置", "完成购置"),
    ],
)
def test_what_the_words_do_not_settle_is_asked_once_for_all_equal_cells(header, text, key):
    done = read([["项目名称", header], ["霍营小学", text], ["回南小学", text]])

    assert said(done) == []
    assert [(q.key, [spot.address for spot in q.cells]) for q in done.questions] == [(key, ["B2", "B3"])]
    assert done.questions[0].choices[-2:] == ("动态", "不用")


def test_a_number_that_is_the_projects_own_is_no_part_of_it():
    done = read([["项目名称", "年度目标"], ["4所小学", "年底前完成4所小学建设"]])

    assert said(done) == ["4所小学 完成 2022-12-31 明确 年底前完成4所小学建设"]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("不用", []),
        ("动态", ["霍营小学 动态 主体施工"]),
        ("力争 主体结构完工 2022-10", ["霍营小学 主体结构完工 2022-10-31 力争 主体施工"]),
        ("计划 开工", ["霍营小学 开工 2022-12-31 计划 主体施工"]),
        (
            "明确 开工 2022-06-30；推进",
            ["霍营小学 开工 2022-06-30 明确 主体施工", "霍营小学 推进 主体施工"],
        ),
        ("达到 开工 2022-01 存疑", ["霍营小学 开工 达到 2022-01 主体施工"]),
        ("撤回 开工", ["霍营小学 开工 撤回 主体施工"]),
        ("挂账 2022-06-30", ["霍营小学 2022-06-30 挂账 主体施工"]),
        ("达到 开工 2022-01；停工", ["霍营小学 开工 达到 2022-01 主体施工", "霍营小学 停工 主体施工"]),
    ],
)
def test_an_answer_says_what_stands_in_the_sheets(answer, found):
    for key in ("主体施工", "B2"):
        defaults = evolve(DEFAULTS, deadline="2022年底")
        done = one("年度目标", "主体施工", answers={"目标": {key: answer}}, defaults=defaults)
        assert sorted(said(done)) == sorted(found)
        assert asked(done) == []


def test_an_answer_without_a_day_takes_that_of_the_words_if_they_name_one():
    key = "10月底前完成基础施工"
    for answers in ({key: "明确 开工"}, {"B2": "明确 开工"}):
        assert said(one("年度目标", key, answers={"目标": answers})) == [
            "霍营小学 开工 2022-10-31 明确 10月底前完成基础施工"
        ]
    done = one("年度目标", "6月底前开工，年底前完工", answers={"目标": {"B2": "明确 投用"}})
    assert "原话里的期限不止一个" in faults(done)[0]


def test_a_statement_put_in_doubt_says_so_in_its_sheet():
    done = one("形象进度", "主体施工", answers={"进展": {"主体施工": "达到 开工 存疑"}})

    assert done.tables.tables["progress"].rows[0].cells["status"] == "存疑"


def test_merged_cells_beyond_all_measure_are_refused(monkeypatch):
    monkeypatch.setattr("milestone_ledger.io.profile.spots._MOST_SPANNED", 3)

    with pytest.raises(InvalidValueError, match="unmerge"):
        read([["项目名称", "形象进度"], ["甲路", ""], ["乙路", "x"]], "A1:B2")


@pytest.mark.parametrize(
    "answer", ["开工", "明确 开张", "明确 开工 2022-02-30", "达到", "明确 开工 2022 2023", "达到 开工 明天"]
)
def test_an_answer_that_cannot_be_read_is_refused_where_it_stands(answer):
    done = one("年度目标", "主体施工", answers={"目标": {"主体施工": answer}})

    assert faults(done)[0].startswith('p.toml“answers."目标".主体施工”')
    assert answer.split()[-1][:2] in faults(done)[0]


def test_the_deadline_is_the_words_own_else_the_headers_else_the_rows_else_the_tables():
    head = ["项目名称", "进度计划", "", "年度目标", "完成时限"]
    cells = [
        head,
        ["", "一季度", "2023年上半年", "", ""],
        ["甲路", "开工", "完工", "投用", "2024-05"],
        ["乙路", "5月底前开工", "", "移交", ""],
    ]
    done = read(
        [["2022年任务"], *cells], "A2:A3 B2:C2 D2:D3 E2:E3", defaults=evolve(DEFAULTS, deadline="2022年底")
    )

    assert said(done) == [
        "甲路 开工 2022-03-31 明确 开工",
        "甲路 完成 2023-06-30 明确 完工",
        "甲路 投用 2024-05-31 明确 投用",
        "乙路 开工 2022-05-31 明确 5月底前开工",
        "乙路 移交接收 2022-12-31 明确 移交",
    ]


@pytest.mark.parametrize(
    ("header", "due"),
    [
        ("一季度目标", "2022年一季度"),
        ("1-3月", "2022年1-3月"),
        ("年底", "2022年年底"),
        ("全年", "2022年"),
        ("2023年", "2023年"),
        ("主要任务", None),
    ],
)
def test_the_header_of_a_goal_may_be_its_deadline(header, due):
    seen = look(
        grid(sheet([["2022年任务"], ["项目名称", "进度计划"], ["", header], ["甲路", "开工"]], "A2:A3"))
    )
    (_, use) = propose(seen, PROGRAMMED).profile.columns

    assert (use.role, use.due) == (Role.GOAL, due)


def test_a_year_in_a_header_stands_for_all_below_it_and_a_period_above_for_its_goals():
    head = [
        ["2022年任务"],
        ["项目名称", "目标", "", "", "三季度", ""],
        ["", "2023年", "", "全年", "计划目标", "完成情况"],
        ["", "上半年", "下半年", "", "", ""],
        ["甲路", "开工", "封顶", "完工", "开工", "已开工"],
    ]
    merged = "A2:A4 B2:D2 B3:C3 D3:D4 E2:F2 E3:E4 F3:F4"
    columns = propose(look(grid(sheet(head, merged))), PROGRAMMED).profile.columns

    assert [(use.header, use.due) for use in columns[1:]] == [
        ("目标/2023年/上半年", "2023年上半年"),
        ("目标/2023年/下半年", "2023年下半年"),
        ("目标/全年", "2022年"),
        ("三季度/计划目标", "2022年三季度"),
        ("三季度/完成情况", None),
    ]


def test_a_plan_of_next_year_is_asked_which_year_its_goals_mean_and_its_headers_say():
    cells = [
        ["2023年任务"],
        ["项目名称", "年度目标", "进度计划"],
        ["", "", "2024年"],
        ["甲路", "年底前完工", "6月底前投用"],
        ["乙路", "2022年底前完工", ""],
        ["丙路", "明年底前完工", ""],
    ]
    merged, dated = "A2:A3 B2:B3", {"document": evolve(DOCUMENT, published_on="2022-12-20")}
    done = read(cells, merged, **dated)
    assert ("defaults", "year") in asked(done)
    assert [q.choices for q in done.questions if q.key == "year"] == [("2023", "2022")]

    done = read(cells, merged, **dated, defaults=evolve(DEFAULTS, year="2023"))
    assert said(done) == [
        "甲路 完成 2023-12-31 明确 年底前完工",
        "甲路 投用 2024-06-30 明确 6月底前投用",
        "乙路 完成 2022-12-31 明确 2022年底前完工",
    ]
    (question,) = done.questions
    assert (question.key, question.choices[:2]) == (
        "明年底前完工",
        ("明确 完成 2023-12-31", "明确 完成 2024-12-31"),
    )
    assert faults(read(cells, merged, **dated, defaults=evolve(DEFAULTS, year="明年"))) != []


def test_goals_of_a_year_are_due_when_the_column_of_deadlines_says():
    cells = [["项目名称", "2022年度目标", "完成时限"], ["甲路", "开工", "2022年6月"]]

    assert said(read(cells)) == ["甲路 开工 2022-06-30 明确 开工"]
    assert said(read([row[:2] for row in cells])) == ["甲路 开工 2022-12-31 明确 开工"]


def test_a_header_said_twice_one_above_the_other_is_one():
    cells = [["项目名称", "年度目标"], ["项目名称", "年度目标"], ["甲路", "年内开工"]]
    done = read(cells, "A1:B1")
    assert done.look.header_rows == (2, 2)

    seen = look(grid(sheet(cells)), rows=(1, 2))
    assert [heading.name for heading in seen.headings] == ["项目名称", "年度目标"]
    assert propose(seen, PROGRAMMED).profile.columns[0].role is Role.NAME


def test_the_deadline_of_a_header_without_a_year_is_asked():
    done = read([["项目名称", "进度计划"], ["", "一季度"], ["甲路", "开工"]], "A1:A2")

    assert asked(done) == [("columns", "进度计划/一季度")]


def test_a_deadline_of_effort_is_none_and_one_of_progress_is_asked():
    cells = [["项目名称", "年度目标", "完成时限"], ["甲路", "开工", "长期坚持"], ["乙路", "开工", "已完成"]]
    done = read(cells)

    assert said(done) == ["甲路 开工 明确 开工", "乙路 开工 明确 开工"]
    assert asked(done) == [('answers."期限"', "已完成")]


def test_two_things_of_one_milestone_in_one_cell_are_asked_and_told_apart_by_answers():
    text = "6月底前完成一期建设，12月底前完成二期建设"
    done = one("年度目标", text)
    assert asked(done) == [
        ('answers."目标"', "6月底前完成一期建设"),
        ('answers."目标"', "12月底前完成二期建设"),
    ]

    settled = {"6月底前完成一期建设": "明确 完成 2022-06-30", "12月底前完成二期建设": "明确 完成 2022-12-31"}
    done = one("年度目标", text, answers={"目标": settled})
    assert [row.cells["nth"] for row in done.tables.tables["promises"].rows] == ["1", "2"]


def test_days_and_marks_under_the_header_of_a_milestone():
    cells = [
        ["项目名称", "计划开工时间", "实际开工时间", "竣工时间"],
        ["甲路", "2022年6月", "2022.2.1", "2022年底"],
        ["乙路", "择机", "√", ""],
        ["丙路", "", "2022年5月", ""],
        ["丁路", "", "据说已开", ""],
    ]
    done = read(cells)

    assert said(done) == [
        "甲路 开工 2022-06-30 明确 2022年6月",
        "甲路 开工 达到 2022-02-01 2022.2.1",
        "乙路 开工 达到 √",
    ]
    assert ("columns", "竣工时间") in asked(done)
    assert ('answers."达到"', "2022年5月") in asked(done)
    assert ('answers."达到"', "据说已开") in asked(done)
    assert ('answers."期限"', "择机") in asked(done)


def test_a_deadline_without_a_goal_is_asked():
    cells = [["项目名称", "完成时限"], ["甲路", "2022年6月"]]
    assert read(cells).questions[0].choices[0] == "明确 完成 2022-06-30"

    assert said(read(cells, answers={"期限": {"2022年6月": "明确 投用 2022-06"}})) == [
        "甲路 投用 2022-06-30 明确 2022年6月"
    ]
    assert said(read(cells, answers={"期限": {"2022年6月": "无"}})) == []
    assert faults(read(cells, answers={"期限": {"2022年6月": "六月"}})) != []


def test_names_that_look_like_known_ones_are_never_merged_in_silence():
    cells = [["项目名称", "形象进度"], ["霍营中心小学扩建", "已开工"]]
    known = ("霍营中心小学改建", "朱辛庄路")
    done = read(cells, known=known)
    assert (said(done), done.questions[0].choices) == ([], ("霍营中心小学改建", "新项目"))

    new = read(cells, known=known, answers={"名称": {"霍营中心小学扩建": "新项目"}})
    assert [row.cells["name"] for row in new.tables.tables["projects"].rows] == ["霍营中心小学扩建"]
    same = read(cells, known=known, answers={"名称": {"霍营中心小学扩建": "霍营中心小学改建"}})
    assert said(same) == ["霍营中心小学改建 开工 达到 已开工"]
    assert same.tables.tables["projects"].rows[0].cells["aliases"] == "霍营中心小学扩建"
    left = read(cells, known=known, answers={"名称": {"霍营中心小学扩建": "不用"}})
    assert (said(left), asked(left)) == ([], [])


def test_the_place_of_a_statement_is_by_the_names_of_the_table():
    """
    So that a project that gets another name in the ledger is not taken for another one the next time.
    """
    cells = [["项目名称", "形象进度"], ["霍营一小", "已开工"]]
    done = read(cells, known=("霍营第一小学",), answers={"名称": {"霍营一小": "霍营第一小学"}})

    row = done.tables.tables["progress"].rows[0]
    assert (row.cells["project"], row.cells["locator"]) == ("霍营第一小学", "霍营一小·形象进度")


@pytest.mark.parametrize(
    ("unit", "written"), [("区教委", "区教委"), ("无", "无"), ("—", "无"), ("区规划局", "无"), ("", None)]
)
def test_nobody_is_said_and_a_blank_is_left_to_the_rows_beside(unit, written):
    done = read(
        [["项目名称", "年度目标", "责任单位"], ["甲路", "年内开工", unit]],
        answers={"责任单位": {"区规划局": "无"}},
    )

    assert done.tables.tables["promises"].rows[0].cells.get("responsible") == written


def test_a_promise_of_a_stage_in_a_report_is_asked_too():
    assert asked(one("形象进度", "计划年底前完成招标")) == [('answers."进展"', "计划年底前完成招标")]


def test_a_known_project_is_not_registered_again():
    done = read([["项目名称", "形象进度"], ["霍营小学", "已开工"]], known=("霍营小学",))

    assert done.tables.tables["projects"].rows == ()
    assert said(done) == ["霍营小学 开工 达到 已开工"]


def test_one_name_in_two_rows_is_two_projects_only_if_someone_says_so():
    cells = [["项目名称", "形象进度"], ["综合楼", "已开工"], ["综合楼", "已完工"]]
    assert asked(read(cells)) == [('answers."名称"', "综合楼")]
    assert len(said(read(cells, answers={"名称": {"综合楼": "同一项目"}}))) == 2

    done = read(cells, answers={"名称": {"A3": "卫生综合楼"}})
    assert asked(done) == []
    assert sorted(said(done)) == ["卫生综合楼 完成 达到 已完工", "综合楼 开工 达到 已开工"]


def test_units_domains_and_modes_that_the_programme_lacks_are_asked_and_answers_checked():
    cells = [
        ["项目名称", "领域", "建设方式", "牵头单位", "年度目标"],
        ["甲路", "道路", "改建", "区教委 区财政", "年内开工"],
        ["乙路", "市政/道路", "新建", "—", "年内开工"],
    ]
    done = read(cells)
    by_key = {question.key: question.choices for question in done.questions}
    assert by_key == {
        "道路": ("市政/道路",),
        "改建": ("新建", "无"),
        "区教委 区财政": ("区教委；区财政局",),
    }

    answers = {
        "领域": {"道路": "市政/路"},
        "建设方式": {"改建": "翻建"},
        "责任单位": {"区教委 区财政": "区教"},
    }
    assert len(faults(read(cells, answers=answers))) == 3
    answers = {
        "领域": {"道路": "市政/道路"},
        "建设方式": {"改建": "无"},
        "责任单位": {"区教委 区财政": "区教委；区财政局"},
    }
    done = read(cells, answers=answers)
    assert (asked(done), faults(done)) == ([], [])
    row = done.tables.tables["promises"].rows[0]
    assert row.cells["responsible"] == "区教委；区财政局"
    assert row.addresses["responsible"] == "D2"


def test_hidden_rows_and_columns_are_read_only_if_someone_says_so():
    cells = [["项目名称", "形象进度", "备注"], ["甲路", "已开工", "甲"], ["乙路", "已开工", "乙"]]
    hidden = {"hidden_rows": frozenset({3}), "hidden_columns": frozenset({3})}
    assert asked(read(cells, defaults=evolve(DEFAULTS, hidden=""), **hidden)) == [("defaults", "hidden")]

    done = read(cells, defaults=evolve(DEFAULTS, hidden="不读"), **hidden)
    assert said(done) == ["甲路 开工 达到 已开工"]
    assert [spot.address for spot, use in sorted(done.uses.items()) if use is Use.UNUSED] == [
        "C2",
        "A3",
        "B3",
        "C3",
    ]


def test_cells_across_columns_of_different_things_and_beneath_merged_ones_are_refused():
    cells = [["项目名称", "形象进度", "备注"], ["甲路", "已开工", ""], ["乙路", "x", "y"]]

    assert "Sheet1!B2“形象进度” '已开工'：这一格横跨内容不同的几列" in faults(read(cells, "B2:C2"))[0]
    assert any("Sheet1!A3 '乙路'：该值压在合并单元格之下" in fault for fault in faults(read(cells, "A2:A3")))


def test_columns_that_are_gone_or_new_are_told():
    done = read(
        [["项目名称", "形象进度", "督办意见"], ["甲路", "已开工", "抓紧"]],
        uses={"督办意见": {"header": "意见"}},
    )

    assert faults(done)[0].startswith("p.toml“columns.header” '意见'：表里没有这一列了")
    assert asked(done) == [("columns", "督办意见")]


@pytest.mark.parametrize(
    ("uses", "key"),
    [
        ({"形象进度": {"role": "达到"}}, "形象进度"),
        ({"形象进度": {"role": "名称"}}, "形象进度"),
        ({"项目名称": {"role": "不用"}}, "role"),
        ({"形象进度": {"role": "目标", "due": ""}}, "形象进度"),
    ],
)
def test_uses_that_cannot_be_are_asked(uses, key):
    settled = {header: {**use, "role": Role(use["role"])} for header, use in uses.items()}
    done = read([["项目名称", "形象进度"], ["甲路", "已开工"]], uses=settled)

    assert ("columns", key) in asked(done)


@pytest.mark.parametrize(
    ("part", "value", "where"),
    [
        ("document", {"published_on": "某日"}, "document.published_on"),
        ("defaults", {"deadline": "改日"}, "defaults.deadline"),
        ("defaults", {"domain": "体育"}, "defaults.domain"),
        ("defaults", {"delivery": "翻建"}, "defaults.delivery"),
    ],
)
def test_what_the_profile_gets_wrong_is_refused_by_its_key(part, value, where):
    options = {part: evolve({"document": DOCUMENT, "defaults": DEFAULTS}[part], **value)}
    done = read([["2022年任务"], ["项目名称", "年度目标"], ["甲路", "开工"]], **options)

    assert any(f"p.toml“{where}” {next(iter(value.values()))!r}" in fault for fault in faults(done))


def test_nothing_is_read_while_nobody_knows_of_which_year_the_table_is():
    done = read(
        [["项目名称", "年度目标"], ["甲路", "6月底前开工"]], document=evolve(DOCUMENT, published_on="")
    )

    assert (said(done), asked(done)) == ([], [("document", "published_on")])


PROFILE = """\
sheet = "表"
[document]
title = "任务"
[[columns]]
header = "项目名称"
role = "名称"
[answers."目标"]
"开 工" = "动态"
"""


def test_a_profile_is_read_from_its_file(tmp_path):
    (tmp_path / "p.toml").write_text("\ufeff" + PROFILE, encoding="utf-8")
    profile = read_profile(tmp_path / "p.toml")

    assert (profile.sheet, profile.file, profile.line) == ("表", "p.toml", 2)
    assert profile.use_of("项目 名称").role == "名称"
    assert profile.answer("目标", "F1", "开工") == "动态"
    assert profile.answer("进展", "F1", "开工") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("sheet = 1", "“sheet” '1'：请写文本"),
        ("sheeet = 'x'", "“sheeet”：没有这一项；可用的有：sheet"),
        ("document = 1", "“document” '1'：请写成一节"),
        ("[document]\ntitel = 'x'", "“document.titel”：没有这一项；可用的有：title"),
        ("[defaults]\ndomain = 3", "“defaults.domain” '3'：请写文本"),
        ("columns = 3", "“columns” '3'：请写成 [[columns]] 各节"),
        ("[[columns]]\nheader = '甲'\nrole = '什么'", "“columns[0].role” '什么'：请写：序号、领域"),
        (
            "[[columns]]\nheader = '甲'\n[[columns]]\nheader = '甲'",
            "“columns[1].header” '甲'：该表头出现两次",
        ),
        ("answers = 3", "“answers” '3'：请写成一节"),
        ("answers.目标 = 3", "不是有效的 TOML"),
        ("[answers]\n'目标' = 3", "“answers.目标” '3'：请写成一节"),
        ("[answers.'目的']\n'x' = 'y'", "“answers.目的”：没有这一项；可用的有：目标"),
        ("x = [", "不是有效的 TOML"),
    ],
)
def test_every_fault_of_the_file_is_told_by_its_key(text, told):
    with pytest.raises(IntakeError) as caught:
        parse_profile(text.encode(), "p.toml")

    assert told in caught.value.explain("zh")


def test_a_file_that_is_none(tmp_path):
    with pytest.raises(IntakeError) as caught:
        read_profile(tmp_path / "p.toml")
    assert "p.toml：无法读取：不存在" in caught.value.explain("zh")

    with pytest.raises(IntakeError) as caught:
        parse_profile(b"\xff", "p.toml")
    assert "第 0 字节不是 UTF-8" in caught.value.explain("zh")
