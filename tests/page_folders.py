"""
What the pages of the documents begin with: the Huitian sheets, as a clerk might have left them.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

Row = dict[str, str]
HUITIAN = Path("examples/huitian")


def _changed(path: Path, change: Callable[[Row], Row | None]) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
    kept = [row for row in map(change, rows) if row is not None]
    names = dict.fromkeys(name for row in kept for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, names, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def _is(row: Row, **cells: str) -> bool:
    return all(row.get(name) == value for name, value in cells.items())


def copied(folder: Path) -> Path:
    """
    The Huitian sheets, below the folder that the test stands in, to be changed.
    """
    shutil.copytree(HUITIAN, folder)
    return folder


def wrong_year(folder: Path) -> None:
    """
    The promise of the bridge, copied with another year than the plan has.
    """

    def change(row: Row) -> Row:
        is_bridge = _is(row, 依据="2018计划", 项目="北郊农场桥改建工程", 节点="完成")
        return row | {"期限": "2018"} if is_bridge else row

    _changed(copied(folder) / "承诺.csv", change)


def three_faults(folder: Path) -> None:
    """
    A day that there is none of, and a milestone and a project with a wrong character.
    """

    def promise(row: Row) -> Row:
        if _is(row, 依据="2018计划", 项目="北郊农场桥改建工程"):
            return row | {"节点": "完公"}
        if _is(row, 依据="2018计划", 项目="安立路快速化改造工程"):
            return row | {"期限": "2019-02-30"}
        return row

    def progress(row: Row) -> Row:
        is_road = _is(row, 依据="2019发布会", 项目="北清路快速化改造工程")
        return row | {"项目": "北青路快速化改造工程"} if is_road else row

    _changed(copied(folder) / "承诺.csv", promise)
    _changed(folder / "进展.csv", progress)


def without_the_report_of_2018(folder: Path) -> None:
    """
    As long as one of the five documents had not been found.
    """
    copied(folder)
    for path in folder.glob("*.csv"):
        _changed(path, lambda row: None if "2018进展" in (row.get("依据"), row.get("编号")) else row)


def taken_back(folder: Path) -> None:
    """
    北清路, if one reads the statement of the day after as a correction.
    """

    def change(row: Row) -> Row:
        if _is(row, 依据="2019发布会", 项目="北清路快速化改造工程"):
            told = {"更正位置": "工作安排(一是)", "更正理由": "两路并称“年内开工”"}
            return row | {"状态": "作废@2019昌平"} | told
        if _is(row, 依据="2019昌平", 项目="北清路快速化改造工程"):
            return row | {"状态": "", "说明": "两路并称“年内开工”"}
        return row

    _changed(copied(folder) / "进展.csv", change)
