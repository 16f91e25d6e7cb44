"""
Two weeks of a clerk, from the sheets to the report: what the preview hints at is what the report says.
"""

from __future__ import annotations

import json
from functools import partial

import pytest

PROGRAMME = """
id = "示范"
title = { zh = "示范", en = "Model" }
[[domains]]
path = "教育/中小学"
[[units]]
name = "区教委"
"""
FIRST = {
    "依据": "标题,发布日,性质\n计划,2019-01-05,计划\n快报一,2019-09-04,通报\n",
    "项目": "名称,领域\n一小,教育/中小学\n二小,教育/中小学\n三小,教育/中小学\n",
    "承诺": "依据,位置,项目,节点,期限,责任单位\n"
    "计划,一,一小,投用,2019-09-01,区教委\n计划,二,二小,投用,,区教委\n",
    "进展": "依据,位置,项目,类别,节点,日期\n快报一,一,一小,达到,投用,2019-09-01\n快报一,二,三小,停工,,\n",
}
# The second week's letter, and one of the first week that came late.
SECOND = {
    "依据": "快报二,2019-09-11,通报\n迟到的函,2019-09-03,通报\n",
    "承诺": "快报二,一,一小,投用,年底前,区教委\n",
    "进展": "迟到的函,一,三小,动态,,\n",
}


@pytest.fixture
def clerk(run, database_url, tmp_path):
    """
    A ledger that knows the first week, and the second in its sheets; with the previews of both.
    """
    (tmp_path / "programme.toml").write_text(PROGRAMME, "utf-8")
    command, previews = partial(run, database_url), []
    assert command("init", str(tmp_path / "programme.toml"))[0] == 0
    for week in (FIRST, SECOND):
        for sheet, rows in week.items():
            with (tmp_path / f"{sheet}.csv").open("a", encoding="utf-8") as file:
                file.write(rows)
        previews.append(command("import", str(tmp_path))[1].splitlines())
        if week is FIRST:
            assert command("import", str(tmp_path), "--yes")[0] == 0
    return command, previews, str(tmp_path)


def test_the_preview_hints_at_what_the_clerk_perhaps_does_not_mean(clerk):
    _, (first, second), _ = clerk

    assert first[0] == "承诺.csv 第 3 行 “期限”：未写期限，不作考核；文件写明的，请补填"
    assert first[1].startswith("新增")
    assert "承诺.csv 第 4 行 “节点” '投用'：承诺时已达到：至迟 2019-09-01 已经达到" in second[0]
    assert "补录：迟到的函的 1 行，早于台账中最新的依据（2019-09-04）" in second[1]
    assert second[2].startswith("新增")


def test_the_report_calls_nothing_postponed_and_loses_nothing_that_came_late(clerk):
    command, _, folder = clerk
    week = ("report", "weekly", "--until", "2019-09-11", "--json", "--since")
    (last,) = {json.loads(command(*week, day)[1])["size"] for day in ("2019-09-04", "2019-09-05")}
    assert command("import", folder, "--yes")[0] == 0

    code, out, _ = command(*week, "2019-09-04", "--recorded-since", str(last - 1))
    sections = {section["title"]: section for section in json.loads(out)["report"]["sections"]}
    (promised,) = sections["承诺变动"]["rows"]
    (late,) = sections["补录与更正"]["rows"]

    assert code == 0
    assert "调整期限 0 项" in sections["本期概要"]["prose"][0]
    assert (promised["act"], promised["after"], promised["moved"]) == ("承诺时已达到", "2019-12-31", None)
    assert (late["project"], late["published"]) == ("三小", "2019-09-03")
    first_week = json.loads(command(*week, "2019-08-31")[1])["report"]["sections"]
    assert "停工 1 项" in first_week[0]["prose"][-1]
    said = {row["says"] for section in first_week for row in section["rows"] if "says" in row}
    assert "停工（据 2019-09-04 的文件）" in said
