"""
A ``programme.toml`` to begin with: what is said of a programme, and in comments what else could be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)
from milestone_ledger.io.export.programme_writer import programme_toml

USUAL_LIFECYCLES: Final = (
    Lifecycle(
        "new_build",
        Label("新建", "new build"),
        ("initiated", "started", "structure_complete", "completed", "handed_over", "in_use"),
    ),
    Lifecycle("renovation", Label("改造", "renovation"), ("initiated", "started", "completed", "in_use")),
    Lifecycle("upgrade", Label("升级", "upgrade"), ("started", "completed", "in_use")),
    Lifecycle("handover", Label("移交", "handover"), ("handed_over", "in_use")),
    Lifecycle("task", Label("任务", "task"), ("completed",)),
)
"""
The delivery modes that most plans know, with the steps that they usually take.
"""

_HEAD = """\
# 计划定义：一个台账对应一个计划。
# 井号（#）后面是说明，程序不读。文字一律放在英文双引号里。
# 启用以后只能增加（节点、领域、责任单位……），不能删除或改名，因为已入账的记录还要用到它们。
"""
_BEFORE: Final = {
    "id =": "\n# 台账编号：定了就不再改。\n",
    "title =": "# 计划名称：zh 为中文，en 为英文（没有英文名的，可与中文相同）。\n",
    "time_zone =": "# 时区：全国都写 Asia/Shanghai。\n",
}
_SECTIONS: Final = {
    "[[milestones]]": (
        """\
# ── 节点 ──────────────────────────────────────────────────────────────────────
# 六个节点是自带的，不必写：立项、开工、主体结构完工、完成、移交接收、投用，先后顺序也已定好。
# 只写本计划另加的节点。
""",
        """\
# 例如（去掉行首的 # 即可）：
# [[milestones]]
# id = "acquired"
# label = { zh = "购置", en = "acquired" }
""",
    ),
    "[[lifecycles]]": (
        """\
# ── 建设方式和流程 ────────────────────────────────────────────────────────────
# label 的中文就是“项目”表“建设方式”一栏可填的词；原文没有说明方式的，那一栏留空。
# milestones 是该方式通常经过的节点，只用于显示和提示，不会因此拒收任何记录。写节点的编号或中文名称：
# initiated 立项 · started 开工 · structure_complete 主体结构完工 · completed 完成
# handed_over 移交接收 · in_use 投用；还有另加的节点。
""",
        "",
    ),
    "[[domains]]": (
        """\
# ── 领域 ──────────────────────────────────────────────────────────────────────
# “项目”表“领域”一栏只能填这里列出的路径，上下级用斜线隔开。遇到新的领域，在此续写。
""",
        """\
# 例如（去掉行首的 # 即可）：
# [[domains]]
# path = "教育/幼儿园"
""",
    ),
    "[[units]]": (
        """\
# ── 责任单位 ──────────────────────────────────────────────────────────────────
# name 写现在的名称，former 写曾用名；表里写哪一个都认得，都算同一个单位。
# 只有确属同一单位改名的才写 former。名称里本来就有顿号的，整个算一个单位。
""",
        """\
# 例如（去掉行首的 # 即可）：
# [[units]]
# name = "市规划自然资源委"
# former = ["市规划国土委"]
""",
    ),
}


def programme_of(
    id: str,  # noqa: A002 (what the file calls it)
    title: str,
    *,
    domains: Iterable[str] = (),
    units: Iterable[str] = (),
    milestones: Iterable[str] = (),
) -> Programme:
    """
    The programme of a Chinese plan, with the usual delivery modes; ``milestones`` are those beyond the usual.

    A milestone's id is its name: nobody is asked for an English one.

    Raises:
        InvalidValueError: If something is named twice, or is no name.
    """
    extra = tuple(Milestone(name, Label(name, name)) for name in milestones)
    return Programme(
        id=id,
        title=Label(title, title),
        milestones=(*BUILT_IN_MILESTONES, *extra),
        lifecycles=USUAL_LIFECYCLES,
        domains=tuple(map(Domain, domains)),
        units=tuple(map(Unit, units)),
    )


def commented_toml(programme: Programme) -> str:
    """
    The file that defines ``programme``, with comments for who will add to it.
    """
    return "".join(_commented(programme_toml(programme)))


def _commented(plain: str) -> Iterator[str]:
    yield _HEAD
    head = dict(_BEFORE)
    waiting = dict(_SECTIONS)
    for line in plain.splitlines(keepends=True):
        if key := next((key for key in head if line.startswith(key)), None):
            yield head.pop(key)
        if (section := line.strip()) in waiting:
            while (first := next(iter(waiting))) != section:
                yield _absent(*waiting.pop(first))
            yield waiting.pop(section)[0]
        yield line
    for comment, example in waiting.values():
        yield "\n" + _absent(comment, example).rstrip("\n") + "\n"


def _absent(comment: str, example: str) -> str:
    return f"{comment}{example}\n"
