"""
What ``export`` accepts for the formats of other people: each looks from a point of view.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any


def add_formats(formats: argparse._SubParsersAction[Any], parents: Sequence[argparse.ArgumentParser]) -> None:
    """
    Add each format to those of ``export``; ``parents`` hold the options that all of them take.
    """

    def one(name: str, told: str, out: str, help_: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = formats.add_parser(
            name, help=told, description=told, parents=[*parents]
        )
        added.add_argument("out", metavar=out, help=help_)
        added.add_argument("--force", action="store_true", help="replace what is there 覆盖已有文件")
        return added

    file = "a new file; what is lost goes beside it 新文件；未能表达的内容另存其旁"
    oc4ids = one("oc4ids", "projects as OC4IDS 0.9 tells of them 基础设施项目数据标准", "OUT.json", file)
    oc4ids.add_argument(
        "--by-publication",
        action="store_true",
        help="also a package of what changed on each day of publication 另按发布日逐份写出",
    )
    oc4ids.add_argument("--publisher", metavar="NAME", help="who publishes it 发布单位")
    oc4ids.add_argument("--prefix", metavar="PREFIX", help="registered prefix of ids 已登记的编号前缀")
    one("calendar", "deadlines without a result, for calendar programs 期限日历", "OUT.ics", file)
    one("ocel", "statements as an event log for process mining 供流程挖掘的事件日志", "OUT.json", file)
    folder = "an empty folder, or a new one 空文件夹或新文件夹"
    one("datapackage", "sheets and typed tables with a description 带说明的数据包", "FOLDER", folder)
