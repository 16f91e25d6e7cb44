"""
The words by which a table of a district is recognised: ``words.toml``, read once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib.resources import files

from attrs import frozen

from milestone_ledger.domain.registry import name_key

# What answers are about that concern a row, and no column.
LINES = "行"


class Role(StrEnum):
    """
    What a column of a district's own table holds, as a profile names it.

    ``DEADLINE`` and ``REACHED`` may be those of one milestone.
    """

    NUMBER = "序号"
    DOMAIN = "领域"
    NAME = "名称"
    CONTENT = "内容"
    LEAD = "责任单位"
    SUPPORT = "配合单位"
    GOAL = "目标"
    PROGRESS = "进展"
    PROBLEM = "问题"
    DEADLINE = "期限"
    REACHED = "达到"
    REMARK = "备注"
    DELIVERY = "建设方式"
    UNUSED = "不用"


_ASIDE = re.compile(r"[（(［\[][^（）()［\]\[］]*[)）\]］]")
_NOISE = re.compile(r"[：:、，,。.·*＊\s]+")
# 项目 and 任务 stand in every other header; what a header contains is longer.
_SHORTEST = 3


@frozen(eq=False)
class Vocabulary:
    """
    The file: what each header means, and the words of cells and rows that are no projects.
    """

    headers: Mapping[str, Role]
    day_words: tuple[str, ...]
    planned: tuple[str, ...]
    actual: tuple[str, ...]
    goal_words: tuple[str, ...]
    yes: frozenset[str]
    no: frozenset[str]
    blank: frozenset[str]
    course: Mapping[str, tuple[str, ...]]
    measures: tuple[str, ...]
    totals: tuple[str, ...]
    notes: tuple[str, ...]
    sections: tuple[str, ...]


@cache
def vocabulary() -> Vocabulary:
    """
    The words of the package.
    """
    document = tomllib.loads(files(__package__).joinpath("words.toml").read_text("utf-8"))
    marks, lines = document["marks"], document["lines"]
    return Vocabulary(
        headers={
            header_key(header): Role(row["role"]) for row in document["roles"] for header in row["headers"]
        },
        day_words=tuple(document["days"]["words"]),
        planned=tuple(document["days"]["planned"]),
        actual=tuple(document["days"]["actual"]),
        goal_words=tuple(document["days"]["goals"]),
        yes=frozenset(map(name_key, marks["yes"])),
        no=frozenset(map(name_key, marks["no"])),
        blank=frozenset(map(name_key, marks["blank"])),
        course={word: tuple(words) for word, words in document["course"].items()},
        measures=tuple(document["counted"]["measures"]),
        totals=tuple(map(name_key, lines["totals"])),
        notes=tuple(map(name_key, lines["notes"])),
        sections=tuple(lines["sections"]),
    )


def header_key(text: str) -> str:
    r"""
    What two ways of writing a header have in common.

    >>> header_key("总 投 资\n（万元）") == header_key("总投资")
    True
    """
    return _NOISE.sub("", name_key(_ASIDE.sub("", text))) or name_key(text)


@frozen
class Recognised:
    """
    What a header may hold, and the words that say so; several roles are a question for a person.
    """

    roles: tuple[Role, ...]
    words: tuple[str, ...]
    is_exact: bool

    @property
    def role(self) -> Role | None:
        """
        The role, if there is but one.
        """
        return self.roles[0] if len(self.roles) == 1 else None


def recognise(header: str) -> Recognised | None:
    """
    What a header says of its column; ``None`` if none of the words is in it.

    >>> recognise("2022年度工作目标").role
    <Role.GOAL: '目标'>
    >>> recognise("进展情况及存在问题").role is None
    True
    """
    key, known = header_key(header), vocabulary().headers
    if key in known:
        return Recognised((known[key],), (key,), is_exact=True)
    within = [word for word in known if len(word) >= _SHORTEST and word in key]
    longest = sorted(
        (word for word in within if not any(word != other and word in other for other in within)),
        key=lambda word: (key.find(word), word),
    )
    if not longest:
        return None
    return Recognised(tuple(dict.fromkeys(known[word] for word in longest)), tuple(longest), is_exact=False)
