"""
How a table looks: where its headers are, and what each of its rows is.
"""

from __future__ import annotations

import pytest

from district_tables import ANNUAL, MONTHLY, SLOPPY, grid, sheet
from milestone_ledger.io.profile.look import LineKind, look
from milestone_ledger.io.profile.words import Role, header_key, recognise

HEAD = ["序号", "项目名称", "年度目标", "责任单位", "备注"]


def seen(cells, merged="", **options):
    return look(grid(sheet(cells, merged)), **options)


def names(found):
    return [heading.name for heading in found.headings]


def kinds(found):
    return [line.kind.value for line in found.lines]


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("项 目\n名 称", Role.NAME),
        ("总投资（万元）", Role.UNUSED),
        ("2022年度工作目标", Role.GOAL),
        ("截至6月底工程进展", Role.PROGRESS),
        ("主体责任单位", Role.LEAD),
        ("ＮＯ．", Role.NUMBER),
    ],
)
def test_headers_are_known_by_their_words(header, role):
    assert recognise(header).role is role


@pytest.mark.parametrize("header", ["进展情况及存在问题", "责任单位及责任人"])
def test_headers_of_two_things_are_open(header):
    assert recognise(header).role is None
    assert len(recognise(header).roles) == 2


def test_headers_that_hold_no_known_words_are_unknown():
    assert recognise("督办意见") is None
    assert recognise("（一）") is None
    assert header_key("（万元）") == header_key("(万元)")


def test_titles_groups_and_notes_are_told_from_the_table():
    found = look(grid(ANNUAL))

    assert [spot.address for spot in found.titles] == ["A1", "A2", "J2"]
    assert found.header_rows == (3, 4)
    assert names(found)[4:9] == [
        "进度计划/一季度",
        "进度计划/二季度",
        "进度计划/三季度",
        "进度计划/四季度",
        "责任单位",
    ]
    assert kinds(found) == [
        "section",
        "project",
        "project",
        "section",
        "project",
        "project",
        "total",
        "note",
        "note",
    ]
    assert [line.title for line in found.lines if line.kind is LineKind.SECTION] == ["中小学", "道路"]
    assert [line.number for line in found.hidden_lines] == [10]


def test_a_merged_cell_holds_for_every_row_that_it_spans():
    found = look(grid(MONTHLY))

    assert [line.cells[3].text for line in found.lines] == [
        "霍营中心小学",
        "霍营中心小学",
        "回南小学",
        "朱辛庄路",
        "回南北路一期",
    ]
    assert found.lines[1].cells[3].address == "C3"


def test_one_row_of_headers_and_rows_that_are_anything():
    found = look(grid(SLOPPY))

    assert found.header_rows == (1, 1)
    assert kinds(found) == ["project"] * 2 + ["total"] + ["project"] * 3 + ["odd", "project", "note"]


def test_two_rows_of_headers_without_merged_cells():
    found = seen(
        [
            ["序号", "项目名称", "进度计划", "", "责任单位", ""],
            ["", "", "上半年", "下半年", "牵头", "配合"],
            [1, "霍营小学", "开工", "完工", "区教委", "区财政局"],
        ]
    )

    assert found.header_rows == (1, 2)
    assert names(found) == [
        "序号",
        "项目名称",
        "进度计划/上半年",
        "进度计划/下半年",
        "责任单位/牵头",
        "责任单位/配合",
    ]


def test_a_group_above_the_headers_belongs_to_them():
    found = seen(
        [
            ["2022年度任务表"],
            ["", "", "进度计划", "", "", ""],
            ["序号", "项目名称", "一季度", "二季度", "责任单位", "备注"],
            [1, "霍营小学", "开工", "完工", "区教委", ""],
        ],
        "A1:F1 C2:D2",
    )

    assert found.header_rows == (2, 3)
    assert names(found)[2:4] == ["进度计划/一季度", "进度计划/二季度"]


def test_a_title_that_names_a_goal_is_no_header():
    assert seen(
        [["2022年度工作目标任务"], HEAD, [1, "霍营小学", "开工", "区教委", ""]], "A1:E1"
    ).header_rows == (2, 2)


def test_equal_headers_and_missing_ones_get_names_of_their_own():
    found = seen([[*HEAD, "备注", ""], [1, "霍营小学", "开工", "区教委", "甲", "乙", "丙"]])

    assert names(found) == [*HEAD, "备注#2", "无表头"]


def test_headers_said_again_on_each_page_are_no_projects():
    rows = [HEAD, [1, "霍营小学", "开工", "", ""], HEAD, [2, "回南小学", "完工", "", ""]]

    assert kinds(seen(rows)) == ["project", "headers", "project"]


def test_a_row_that_numbers_the_columns_is_no_project():
    for numbers in (["1", 2, 3, 4, 5], ["甲", "乙", 1, 2, 3]):
        assert kinds(seen([HEAD, numbers, [1, "霍营小学", "开工", "", ""]])) == ["headers", "project"]
    assert kinds(seen([HEAD, [1, 2, "", "", ""]])) == ["project"]


def test_headers_of_another_table_are_for_a_person_to_judge():
    rows = [HEAD, [1, "霍营小学", "开工"], ["序号", "项目名称", "电话"], [2, "回南小学", "8888"]]

    assert kinds(seen(rows)) == ["project", "odd", "project"]


def test_sections_of_two_levels_with_and_without_numbers_of_their_own():
    found = seen(
        [
            HEAD,
            ["一、教育"],
            ["", "（一）幼儿园（3项）"],
            [1, "霍营幼儿园", "开工", "", ""],
            ["二", "市政类", "共2项"],
            ["（一）", "道路"],
            ["一", "朱辛庄路", "开工", "区交通局"],
            ["文化类"],
        ]
    )

    assert kinds(found) == ["section", "section", "project", "section", "section", "project", "section"]
    assert [(line.title, line.level) for line in found.lines if line.kind is LineKind.SECTION] == [
        ("教育", 1),
        ("幼儿园", 2),
        ("市政类", 1),
        ("道路", 2),
        ("文化类", 1),
    ]


def test_a_note_among_the_projects_is_for_a_person_to_judge():
    rows = [
        HEAD,
        [1, "霍营小学", "开工"],
        ["注：以下为新增"],
        [2, "回南小学", "开工"],
        ["注：完"],
        ["2.又及"],
    ]

    assert kinds(seen(rows)) == ["project", "odd", "project", "note", "note"]


def test_no_headers_no_look():
    assert seen([["通讯录"], ["张三", "李四"]]) is None
    assert seen([]) is None
    assert names(seen([["甲", "乙"], ["霍营小学", "开工"]], rows=(1, 1))) == ["甲", "乙"]
    assert seen([["甲", "乙"], ["霍营小学", "开工"]], known=["甲", "乙"]).header_rows == (1, 1)


def test_what_lies_beneath_a_merged_cell_is_found():
    found = seen([HEAD, [1, "霍营小学", "开工", "区教委", ""], [2, "回南小学", "完工", "", ""]], "B2:B3")

    assert [spot.address for spot in found.spots.beneath] == ["B3"]
