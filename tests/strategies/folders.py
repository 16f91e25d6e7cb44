"""
Sound folders of sheets: what an office could have on its disk.
"""

from __future__ import annotations

import csv
from datetime import date

from hypothesis import strategies as st

PROGRAMME = """
id = "huitian"
title = { zh = "回天", en = "Huitian" }
[[domains]]
path = "交通/道路"
[[units]]
name = "市交通委"
[[units]]
name = "昌平区政府"
"""
HEADS = {
    "依据": "编号,标题,发布机关,文号,发布日,性质,覆盖期,出处,说明",
    "项目": "编号,名称,别名,领域,建设方式,数量,所属批次,关联,说明",
    "承诺": "编号,依据,位置,项目,节点,期限,数量,力度,责任单位,状态,说明",
    "进展": "编号,依据,位置,项目,类别,节点,日期,数量,状态,说明",
    "汇总": "编号,依据,位置,内容,数值,节点,范围,截至,状态,说明",
    "指标": "编号,依据,位置,指标,类别,数值,日期,项目,责任单位,状态,说明",
}
PUBLISHED = {f"{year}通报": date(year, 8, 14) for year in range(2018, 2022)}
TODAY = max(PUBLISHED.values())
PROJECTS = ("北清路", "安立路", "批次")
MILESTONES = ("开工", "完成", "投用")


def write(folder, sheets, *, programme=PROGRAMME):
    """
    Write rows by sheet as a folder.
    """
    for sheet, rows in sheets.items():
        with (folder / f"{sheet}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADS[sheet].split(","))
            writer.writerows(rows)
    (folder / "programme.toml").write_text(programme, encoding="utf-8")


@st.composite
def folders(draw):
    """
    A sound folder: its evidence tells of one course of events, so that it never contradicts itself.
    """
    reached = {
        project: sorted(draw(st.lists(st.dates(date(2017, 1, 1), date(2023, 1, 1)), min_size=3, max_size=3)))
        for project in PROJECTS
    }
    cited = st.sampled_from(sorted(PUBLISHED))
    places = st.tuples(cited, st.sampled_from(PROJECTS), st.integers(0, 2))
    progress, promises = [], []
    for source, project, step in draw(st.lists(places, max_size=12, unique=True)):
        published, day = PUBLISHED[source], reached[project][step]
        kind = "达到" if day <= published else "未达到"
        said = draw(st.sampled_from(["", f"[..{day}]"])) if kind == "达到" else ""
        note = draw(st.sampled_from(["", "x", "多行\n说明", '引号"与，逗号,']))
        progress.append(["", source, "一", project, kind, MILESTONES[step], said, "", "", note])
    # Two promises of one thing by one document differ in their units, and so in their locator.
    named = st.lists(
        st.sampled_from(["", "市交通委", "市交通委；昌平区政府"]), min_size=1, max_size=2, unique=True
    )
    said = [
        (place, units) for place in draw(st.lists(places, max_size=6, unique=True)) for units in draw(named)
    ]
    for (source, project, step), units in draw(st.permutations(said)):
        deadline = draw(st.sampled_from(["", "2019", "2020年前", "2021年9月底", "年底前", "明年三季度"]))
        locator = f"二{units}"  # one plan item names one list of units
        promises.append(["", source, locator, project, MILESTONES[step], deadline, "", "", units, "", ""])
    return {
        "依据": [
            [s, f"{s}全文", "", "", day.isoformat(), "通报", "", "", ""] for s, day in PUBLISHED.items()
        ],
        "项目": [
            ["", name, "", "交通/道路", "", "10条" if name == "批次" else "", "", "", ""] for name in PROJECTS
        ],
        "承诺": promises,
        "进展": progress,
        "汇总": [["", "2019通报", "三", "已开工", "67个", "开工", "2018通报", "", "", ""]],
        "指标": [["", "2019通报", "三", "满意度", "实测", "≥48.5%", "", "北清路", "", "", ""]],
    }
