"""
The six sheets of a 台账: their names, columns and words, Chinese and English, in one place.

Reading and writing both follow this table, so that what is written can be read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from attrs import define, field, frozen

from milestone_ledger.domain.events import (
    Activity,
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    Event,
    Firmness,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    PromiseMade,
    PromiseWithdrawn,
    RelationKind,
    SourceKind,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.registry import name_key
from milestone_ledger.errors import InvalidValueError

T = TypeVar("T")


@frozen
class Column:
    """
    A column: its id, its header in Chinese, and the accepted English headers, the usual one first.

    ``is_rare``: a sheet needs it only where a ledger could not be written out exactly without it.
    """

    id: str
    zh: str
    en: tuple[str, ...]
    required: bool = False
    is_rare: bool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """
        Every accepted header.
        """
        return (self.zh, *self.en)

    def header(self, language: str) -> str:
        """
        The usual header in ``language``: ``zh``, or English for anything else.
        """
        return self.zh if language == "zh" else self.en[0]


@define(frozen=True, slots=False)
class Sheet:
    """
    A sheet: its id (also its English name), its Chinese name, and its columns.

    ``summary`` are the columns that tell one row from another to a reader.
    """

    id: str
    zh: str
    columns: tuple[Column, ...]
    summary: tuple[str, ...]

    def name(self, language: str) -> str:
        """
        The name of the sheet in ``language``: ``zh``, or English for anything else.
        """
        return self.zh if language == "zh" else self.id

    @cached_property
    def by_header(self) -> Mapping[str, Column]:
        """
        Columns by every accepted header, spelled as ``name_key`` does.
        """
        return {name_key(header): column for column in self.columns for header in column.headers}


def _columns(*rows: str) -> tuple[Column, ...]:
    """
    One column from each "Chinese* english": the star marks what is required, "?" what is rare.

    An id that differs from the header follows "=", further English headers follow "|".
    """
    columns = []
    for row in rows:
        zh, _, rest = row.partition(" ")
        headers, _, column = rest.partition("=")
        english = tuple(headers.split("|"))
        columns.append(
            Column(column or english[0], zh.rstrip("*?"), english, zh.endswith("*"), zh.endswith("?"))
        )
    return tuple(columns)


# Of every statement: what tells rows apart that are otherwise the same, and the words of a correction.
_RARE = ("序次? nth", "更正位置? corrected_at", "更正理由? reason")


SOURCES = Sheet(
    "sources",
    "依据",
    _columns(
        "编号 id",
        "标题* title",
        "发布机关 issuer",
        "文号 number",
        "发布日* published_on",
        "性质* kind",
        "覆盖期 period",
        "出处 link",
        "说明 note",
        "校验值? sha256",
    ),
    ("id", "title", "number", "published_on"),
)
PROJECTS = Sheet(
    "projects",
    "项目",
    _columns(
        "编号 id",
        "名称* name",
        "别名 aliases",
        "领域* domain",
        "建设方式 delivery",
        "数量 size",
        "所属批次 member_of",
        "关联 related",
        "说明 note",
    ),
    ("id", "name", "domain", "size"),
)
PROMISES = Sheet(
    "promises",
    "承诺",
    _columns(
        "编号 id",
        "依据* source",
        "位置* locator",
        "项目* project",
        "节点 milestone",
        "期限 deadline",
        "数量 quantity",
        "力度 firmness",
        "责任单位 responsible",
        "状态 status",
        "说明 note",
        *_RARE,
    ),
    ("source", "locator", "project", "milestone", "deadline", "quantity", "firmness"),
)
PROGRESS = Sheet(
    "progress",
    "进展",
    _columns(
        "编号 id",
        "依据* source",
        "位置* locator",
        "项目* project",
        "类别* kind",
        "节点 milestone",
        "日期 occurred",
        "数量 quantity",
        "状态 status",
        "说明 note",
        *_RARE,
    ),
    ("source", "locator", "project", "kind", "milestone", "occurred", "quantity"),
)
TOTALS = Sheet(
    "totals",
    "汇总",
    _columns(
        "编号 id",
        "依据* source",
        "位置* locator",
        "内容* what",
        "数值* count",
        "节点 milestones",
        "范围 scope",
        "截至 as_of",
        "状态 status",
        "说明 note",
        *_RARE,
    ),
    ("source", "locator", "what", "count"),
)
INDICATORS = Sheet(
    "indicators",
    "指标",
    _columns(
        "编号 id",
        "依据* source",
        "位置* locator",
        "指标* name",
        "类别* kind",
        "数值* value",
        "日期 day|deadline|date=day",
        "项目 project",
        "责任单位 responsible",
        "状态 status",
        "说明 note",
        *_RARE,
    ),
    ("source", "locator", "name", "kind", "value", "day"),
)
SHEETS = (SOURCES, PROJECTS, PROMISES, PROGRESS, TOTALS, INDICATORS)
SHEET_OF: Mapping[str, Sheet] = {sheet.id: sheet for sheet in SHEETS}
PROGRAMME_FILE = "programme.toml"
# A row of a workbook whose 编号 begins with this shows how to fill in a sheet; it is never taken in.
EXAMPLE_MARK = "示例"
# Sheets that a workbook of ours may have besides: how to fill it in, its drop-down lists, what is wrong.
INSTRUCTIONS_SHEET, WORDS_SHEET, FAULTS_SHEET = "填表说明", "词表", "问题清单"

# The sheet that a statement stands in, and what it is there: 类别, or what 力度 makes of a promise.
# A promise and its withdrawal share one kind: one place of one document says only one of the two.
STATEMENTS: Mapping[type[Event], tuple[Sheet, str]] = {
    PromiseMade: (PROMISES, "promise"),
    PromiseWithdrawn: (PROMISES, "promise"),
    BlockerRaised: (PROMISES, "blocker"),
    MilestoneAchieved: (PROGRESS, "achieved"),
    MilestonePending: (PROGRESS, "pending"),
    StatementNoted: (PROGRESS, "noted"),
    ActivityChanged: (PROGRESS, "activity"),
    BlockerCleared: (PROGRESS, "cleared"),
    TotalReported: (TOTALS, "total"),
    IndicatorTargeted: (INDICATORS, "target"),
    IndicatorObserved: (INDICATORS, "observed"),
}


@frozen
class KindRule:
    """
    Which columns a kind of row needs beyond the required ones, and which mean nothing to it.
    """

    needed: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()


_COURSE = KindRule(unused=("milestone", "quantity"))
KIND_RULES: Mapping[tuple[str, str], KindRule] = {
    ("promises", "withdrawn"): KindRule(needed=("milestone",), unused=("deadline", "responsible")),
    ("promises", "blocker"): KindRule(unused=("quantity",)),
    ("progress", "achieved"): KindRule(needed=("milestone",)),
    ("progress", "pending"): KindRule(needed=("milestone",)),
    ("progress", "noted"): KindRule(unused=("quantity",)),
    ("progress", "cleared"): _COURSE,
    **{("progress", activity.value): _COURSE for activity in Activity},
    ("indicators", "observed"): KindRule(unused=("responsible",)),
}


@define(frozen=True, slots=False)
class Words(Generic[T]):
    """
    The words that a column accepts: (meaning, Chinese, English).
    """

    what: str
    table: tuple[tuple[T, str, str], ...] = field()

    @cached_property
    def _meanings(self) -> Mapping[str, T]:
        return {name_key(word): row[0] for row in self.table for word in row[1:]}

    def read(self, text: str) -> T:
        """
        What ``text`` means.

        Raises:
            InvalidValueError: If it is none of the words; the message lists them.
        """
        key = name_key(text)
        if key in self._meanings:
            return self._meanings[key]
        raise InvalidValueError(self.what, text, choices(row[1:] for row in self.table))

    def knows(self, text: str) -> bool:
        """
        Whether ``text`` is one of the words.
        """
        return name_key(text) in self._meanings

    def write(self, meaning: T, language: str) -> str:
        """
        The word for ``meaning``: ``zh``, or English for anything else.
        """
        for row in self.table:
            if row[0] == meaning:
                return row[1] if language == "zh" else row[2]
        raise KeyError(meaning)


def choices(pairs: Iterable[Iterable[str]]) -> tuple[str, str]:
    """
    A demand, in English and Chinese, to write one of these (Chinese, English) words.
    """
    zh, en = zip(*pairs, strict=True)
    return (
        "write one of "
        + ", ".join(f"{chinese} ({english})" for chinese, english in zip(zh, en, strict=True)),
        "请写：" + "、".join(zh),
    )


SOURCE_KINDS = Words(
    "性质",
    (
        (SourceKind.PLAN, "计划", "plan"),
        (SourceKind.REPORT, "通报", "report"),
        (SourceKind.OTHER, "其他", "other"),
    ),
)
# What 力度 says: how firm a promise is, or that the row is no promise at all.
FIRMNESS_WORDS: Words[str] = Words(
    "力度",
    (
        (Firmness.FIRM.value, "明确", "firm"),
        (Firmness.PLANNED.value, "计划", "planned"),
        (Firmness.FORECAST.value, "预计", "forecast"),
        (Firmness.ASPIRATION.value, "力争", "aspiration"),
        (Firmness.EFFORT.value, "推进", "effort"),
        ("withdrawn", "撤回", "withdrawn"),
        ("blocker", "挂账", "blocker"),
    ),
)
PROGRESS_KINDS: Words[str] = Words(
    "类别",
    (
        ("achieved", "达到", "achieved"),
        ("pending", "未达到", "pending"),
        ("noted", "动态", "noted"),
        (Activity.SUSPENDED.value, "停工", "suspended"),
        (Activity.RESUMED.value, "复工", "resumed"),
        (Activity.CANCELLED.value, "取消", "cancelled"),
        (Activity.REINSTATED.value, "恢复", "reinstated"),
        ("cleared", "销账", "cleared"),
    ),
)
INDICATOR_KINDS: Words[str] = Words("类别", (("target", "目标", "target"), ("observed", "实测", "observed")))
RELATION_WORDS = Words(
    "关联",
    (
        (RelationKind.PART_OF, "部分", "part_of"),
        (RelationKind.FOLLOWS_PHASE, "前期", "follows_phase"),
        (RelationKind.PERHAPS_SAME, "疑同", "perhaps_same"),
        (RelationKind.NOT_SAME, "不同", "not_same"),
    ),
)
STATUS_WORDS: Words[str] = Words("状态", (("contested", "存疑", "contested"), ("void", "作废", "void")))
# What 责任单位 says where the document names nobody: a blank is filled in from the rows beside it.
NO_UNITS: Words[str] = Words("责任单位", (("nobody", "无", "none"),))
