"""
Districts' own tables, looked at, asked about and taken in through the command line on both databases.
"""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date

import openpyxl
import pytest
from attrs import evolve

from district_tables import (
    ANNUAL,
    ANNUAL_ANSWERS,
    MONTHLY,
    MONTHLY_ANSWERS,
    PROGRAMME,
    SLOPPY,
    SLOPPY_ANSWERS,
    answered,
    saved,
    sheet,
)
from milestone_ledger import Ledger
from milestone_ledger.cli import main


@pytest.fixture
def run(database_url, capsys, tmp_path):
    """
    A function that runs a command and gives its code, output and errors.
    """

    def run(*arguments):
        code = main(["--db", database_url, *map(str, arguments)])
        return code, *capsys.readouterr()

    (tmp_path / "计划.toml").write_text(PROGRAMME, encoding="utf-8")
    run.url = database_url
    run.folder = tmp_path
    run("init", tmp_path / "计划.toml")
    return run


def events(url):
    """
    All events but the programme, as short as they can be told apart.
    """
    with Ledger.open(url) as ledger:
        assert ledger.verify().findings == ()
        return [shown(entry.event) for entry in ledger.entries()][1:]


def shown(event):
    fields = (
        "project",
        "milestone",
        "deadline",
        "occurred",
        "on",
        "firmness",
        "responsible",
        "locator",
        "note",
    )
    found = {name: getattr(event, name, None) for name in fields}
    said = [
        str(value) if not isinstance(value, tuple) else "、".join(value) for value in found.values() if value
    ]
    return " | ".join([type(event).__name__, *said])


def taken_in(run, table, answers, name):
    """
    The codes and what was said: proposed, refused while open, proposed anew, recorded, found again.
    """
    book, profile = run.folder / f"{name}.xlsx", run.folder / f"{name}.toml"
    book.write_bytes(saved(table))
    assert run("profile", book, "--out", profile)[0] == 0
    text = profile.read_text("utf-8")
    code, _, refused = run("import", book, "--profile", profile, "--yes")
    assert code == 1
    profile.write_text(answered(text, answers), encoding="utf-8")
    code, told, wrong = run("profile", book, "--out", profile)
    assert code == 0, wrong
    profile.write_text(answered(profile.read_text("utf-8"), answers), encoding="utf-8")
    before = len(events(run.url))
    code, out, wrong = run("import", book, "--profile", profile, "--yes")
    assert code == 0, wrong
    found = events(run.url)[before:]
    assert "没有变化" in run("import", book, "--profile", profile, "--yes")[1]
    assert len(events(run.url)) == before + len(found)
    return refused, told, out, found


def test_a_years_plan(run):
    refused, told, out, found = taken_in(run, ANNUAL, ANNUAL_ANSWERS, "年度任务")

    assert refused.startswith("11 处有误")
    assert "年度任务.xlsx 任务表!F9“进度计划/二季度” '国庆前通车'" in refused
    assert "任务表!A8 '二、道路（2项）'：计划里没有这个领域" in refused
    assert "没有要问的了" in told
    assert "合计行，不导入：第 11 行" in out
    assert "表外说明，不导入：第 13、14 行" in out
    assert "隐藏的行照读：第 10 行" in out
    assert found == [
        "SourceRegistered",
        "ProjectRegistered | 霍营中心小学 | 新建教学楼",
        "ProjectRegistered | 回南小学 | 改扩建",
        "ProjectRegistered | 朱辛庄路",
        "ProjectRegistered | 回南北路",
        "PromiseMade | 霍营中心小学 | initiated | 2022-03-31 | firm | 区教委、区住建委、霍营街道"
        " | 霍营中心小学·进度计划/一季度 | 取得立项批复",
        "PromiseMade | 霍营中心小学 | started | 2022-09-30 | firm | 区教委、区住建委、霍营街道"
        " | 霍营中心小学·进度计划/三季度 | 开工建设",
        "PromiseMade | 回南小学 | completed | 2022-12-31 | aspiration | 区教育局"
        " | 回南小学·进度计划 | 全部力争年底前完工",
        "PromiseMade | 朱辛庄路 | started | 2022-03-31 | firm | 区交通局、区住建委"
        " | 朱辛庄路·进度计划/一季度 | 开工",
        "PromiseMade | 朱辛庄路 | in_use | 2022-09-30 | firm | 区交通局、区住建委"
        " | 朱辛庄路·进度计划/二季度 | 国庆前通车",
        "PromiseMade | 回南北路 | effort | 区交通局 | 回南北路·进度计划 | 持续推进",
        "StatementNoted | 回南小学 | 回南小学·进度计划/一季度 | 完成基础施工",
        "MilestoneAchieved | 回南小学 | started | [..2022-02-18] | 回南小学·备注 | 已开工",
    ]


def test_a_months_progress(run):
    """
    Known projects stay as they are, and one that only looks like another is asked before it is one.
    """
    taken_in(run, ANNUAL, ANNUAL_ANSWERS, "年度任务")
    refused, _, out, found = taken_in(run, MONTHLY, MONTHLY_ANSWERS, "月报")

    assert "月报.xlsx Sheet1!C7“项目名称” '回南北路一期'：台账里有名称相近的项目" in refused
    assert "台账有而表中无" not in out
    assert found == [
        "SourceRegistered",
        "ProjectAmended | 回南北路",
        "PromiseMade | 霍营中心小学 | completed | 2022-12-31 | planned | 区教委"
        " | 霍营中心小学·形象进度 | 计划年底前完工",
        "PromiseMade | 霍营中心小学 | completed | 2022-10-31 | firm | 区教委"
        " | 霍营中心小学·下一步工作安排 | 10月底前完成竣工验收",
        "PromiseMade | 霍营中心小学 | effort | 区教委 | 霍营中心小学·下一步工作安排 | 尽快复工",
        "MilestoneAchieved | 霍营中心小学 | structure_complete | [..2022-08-31]"
        " | 霍营中心小学·形象进度 | 主体结构已封顶",
        "MilestonePending | 霍营中心小学 | completed | 2022-08-31 | 霍营中心小学·形象进度 | 计划年底前完工",
        "StatementNoted | 霍营中心小学 | 霍营中心小学·形象进度 | 地下车库：停工",
        "StatementNoted | 霍营中心小学 | 霍营中心小学·存在问题 | 资金未到位",
        "MilestoneAchieved | 朱辛庄路 | started | 2022-06 | 朱辛庄路·形象进度 | 2022年6月已开工",
        "StatementNoted | 朱辛庄路 | 朱辛庄路·形象进度 | 形象进度35%",
        "StatementNoted | 朱辛庄路 | 朱辛庄路·下一步工作安排 | 12月底前完成3座桥梁建设",
        "MilestonePending | 回南北路 | started | 2022-08-31 | 回南北路一期·形象进度 | 尚未开工",
        "StatementNoted | 回南北路 | 回南北路一期·存在问题 | 征地未完成",
    ]
    with Ledger.open(run.url) as ledger:
        assert ledger.at(as_of=date(2022, 8, 31)).registry.find("回南北路一期").id == "回南北路"


def test_a_table_that_nobody_has_tidied(run):
    refused, _, out, found = taken_in(run, SLOPPY, SLOPPY_ANSWERS, "台账")

    assert "Sheet1!D1 '进展情况及存在问题'：请定这一列是什么" in refused
    assert "Sheet1!C7“项目” '6月完成一期建设，12月完成二期建设'：这一行没有项目名称" in refused
    assert "Sheet1!B4“项目” '定福幼儿园'：另一行也是这个名称" in refused
    assert "不导入的列：督办意见、电话" in out
    assert found == [
        "SourceRegistered",
        "ProjectRegistered | 霍营中心小学",
        "ProjectRegistered | 定福幼儿园",
        "ProjectRegistered | 朱辛庄路",
        "ProjectRegistered | 回南小学",
        "PromiseMade | 霍营中心小学 | completed | 2022-06-30 | firm | 区教育局"
        " | 霍营中心小学·年度目标任务 | 完工",
        "PromiseMade | 定福幼儿园 | started | 2022-09-30 | firm | 区教委、霍营街道"
        " | 定福幼儿园·年度目标任务 | 开工",
        "PromiseMade | 定福幼儿园 | structure_complete | 2022-09-30 | firm | 区教委、霍营街道"
        " | 定福幼儿园·年度目标任务 | 主体结构封顶",
        "PromiseMade | 朱辛庄路 | in_use | 2022-12-31 | firm | 区交通局 | 朱辛庄路·完成时限 | 年底前",
        "PromiseMade | 朱辛庄路 | started | 2022-09-30 | planned | 区交通局 | 朱辛庄路·开工时间 | 2022年9月",
        "PromiseMade | 定福幼儿园 | in_use | 2023-12-31 | firm | 区教委 | 定福幼儿园·年度目标任务 | 投入使用",
        "PromiseMade | 回南小学 | initiated | firm | 回南小学·年度目标任务 | 取得立项批复",
        "MilestoneAchieved | 霍营中心小学 | completed | [..2022-03-01]"
        " | 霍营中心小学·进展情况及存在问题 | 已完工",
        "MilestoneAchieved | 霍营中心小学 | started | 2021-03 | 霍营中心小学·开工时间 | 2021-03",
        "MilestonePending | 定福幼儿园 | started | 2022-03-01 | 定福幼儿园·进展情况及存在问题 | 尚未开工",
        "StatementNoted | 朱辛庄路 | 朱辛庄路·年度目标任务 | 6月完成一期建设；12月完成二期建设",
        "MilestonePending | 回南小学 | initiated | 2022-03-01"
        " | 回南小学·进展情况及存在问题 | 正在办理前期手续",
    ]


def test_the_next_version_adds_its_differences_and_asks_why_for_a_correction(run):
    """
    The same document with a row more and a cell mended: one project, its promise, and one correction.
    """
    taken_in(run, ANNUAL, ANNUAL_ANSWERS, "年度任务")
    before = len(events(run.url))
    moved = ANNUAL.moved(row=lambda number: number + (number > 6))
    cells = moved.cells | {
        (7, 1): 2,
        (7, 2): "霍营二小",
        (7, 5): "开工",
        (7, 9): "区教委",
        (6, 7): "10月底前开工建设",
    }
    (run.folder / "年度任务.xlsx").write_bytes(saved(evolve(moved, cells=cells)))
    importing = ("import", run.folder / "年度任务.xlsx", "--profile", run.folder / "年度任务.toml", "--yes")

    code, _, refused = run(*importing)
    assert (code, "--reason" in refused) == (1, True)
    code, out, _ = run(*importing, "--reason", "原表笔误")

    assert code == 0
    assert "新增 2 行：项目 1 · 承诺 1" in out
    assert "更正 1 行：承诺 1" in out
    assert events(run.url)[before:] == [
        "ProjectRegistered | 霍营二小",
        "EntryRetracted | 霍营中心小学·进度计划/三季度 | 原表笔误",
        "PromiseMade | 霍营中心小学 | started | 2022-10-31 | firm | 区教委、区住建委、霍营街道"
        " | 霍营中心小学·进度计划/三季度 | 10月底前开工建设",
        "PromiseMade | 霍营二小 | started | 2022-03-31 | firm | 区教委 | 霍营二小·进度计划/一季度 | 开工",
    ]


def test_what_the_table_says_otherwise_of_a_known_project_is_told(run):
    taken_in(run, ANNUAL, ANNUAL_ANSWERS, "年度任务")
    cells = {**MONTHLY.cells, (6, 2): "教育/幼儿园"}
    _, _, out, _ = taken_in(run, evolve(MONTHLY, cells=cells), MONTHLY_ANSWERS, "月报")

    assert "月报.xlsx Sheet1!C6：台账中该项目的领域是“市政/道路”，表里是“教育/幼儿园”；台账不变" in out


def test_a_rule_that_refuses_names_the_users_own_cell(run):
    cells = {**MONTHLY.cells, (6, 4): "2022年10月1日已开工"}
    taken = run.folder / "月报.xlsx"
    profile = run.folder / "月报.toml"
    taken.write_bytes(saved(evolve(MONTHLY, cells=cells)))
    run("profile", taken, "--out", profile)
    profile.write_text(answered(profile.read_text("utf-8"), MONTHLY_ANSWERS), encoding="utf-8")

    code, _, refused = run("import", taken, "--profile", profile, "--yes")

    assert code == 1
    assert "月报.xlsx Sheet1!D6“日期” '2022-10-01'" in refused
    assert len(events(run.url)) == 0


def test_the_workbook_comes_back_with_each_question_in_its_cell(run):
    book, profile, marked = (run.folder / name for name in ("年度任务.xlsx", "p.toml", "标注.xlsx"))
    book.write_bytes(saved(ANNUAL))
    run("profile", book, "--out", profile)
    assert run("import", book, "--profile", profile, "--annotate", marked)[0] == 1

    sheet = openpyxl.load_workbook(marked)["任务表"]
    assert "国庆" in sheet["F9"].comment.text
    assert sheet["E6"].comment is None


def test_the_proposal_as_data(run):
    book = run.folder / "年度任务.xlsx"
    book.write_bytes(saved(ANNUAL))
    code, out, _ = run("--json", "profile", book)
    data = json.loads(out)

    assert code == 0
    assert data["sheet"] == "任务表"
    assert data["header_rows"] == [3, 4]
    assert data["columns"][4] == {
        "header": "进度计划/一季度",
        "role": "目标",
        "due": "2022年一季度",
        "milestone": None,
        "reason": "E3“进度计划”；E4“一季度”是期限",
    }
    assert {"path": "document", "key": "kind"}.items() <= data["questions"][3].items()
    assert "D6" in data["cells"]["unused"]
    assert run("profile", book)[1].startswith("# 读表方案：年度任务.xlsx 的“任务表”页。")


def test_what_cannot_be_looked_at_is_refused_by_name(run):
    book = run.folder / "表.xlsx"
    book.write_bytes(saved(ANNUAL, evolve(MONTHLY, name="月报"), sheet([["x"]], name="空")))
    assert "有几页都是表（任务表、月报）；请用 --sheet" in run("profile", book)[2]
    assert run("profile", book, "--sheet", "月报")[0] == 0
    assert "没有找到名为“空”的表头" in run("profile", book, "--sheet", "空")[2]
    assert run("profile", run.folder / "无.xlsx")[0] == 1


def test_headers_that_nobody_knows_are_those_that_a_person_points_at(run):
    book, profile = run.folder / "表.xlsx", run.folder / "表.toml"
    book.write_bytes(saved(sheet([["甲", "乙"], ["霍营中心小学", "已完工"]])))
    assert "--header" in run("profile", book)[2]
    code, out, _ = run("profile", book, "--header", "1", "--out", profile)
    assert (code, "甲 → ？" in out) == (0, True)

    answers = MONTHLY_ANSWERS | {"甲 role": "名称", "乙 role": "进展", "title": "表", "domain": "教育/中小学"}
    profile.write_text(answered(profile.read_text("utf-8"), answers), encoding="utf-8")
    run("profile", book, "--out", profile)
    profile.write_text(answered(profile.read_text("utf-8"), answers), encoding="utf-8")
    code, _, wrong = run("import", book, "--profile", profile, "--yes")

    assert code == 0, wrong
    assert (
        events(run.url)[-1]
        == "MilestoneAchieved | 霍营中心小学 | completed | [..2022-08-31] | 霍营中心小学·乙 | 已完工"
    )


def test_two_who_import_one_table_at_once_record_it_once(run):
    book, profile = run.folder / "年度任务.xlsx", run.folder / "年度任务.toml"
    book.write_bytes(saved(ANNUAL))
    for _ in range(3):
        assert run("profile", book, "--out", profile)[0] == 0
        profile.write_text(answered(profile.read_text("utf-8"), ANNUAL_ANSWERS), encoding="utf-8")
    command = [sys.executable, "-m", "milestone_ledger.cli.main", "--db", run.url]
    command += ["import", book, "--profile", profile, "--yes"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(2)]
    told = [process.communicate()[0].decode() for process in running]

    assert [process.returncode for process in running] == [0, 0]
    assert sorted("没有变化" in each for each in told) == [False, True]
    assert len(events(run.url)) == 13
