"""
Why ``decide`` refuses an event.
"""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import attrs

from milestone_ledger.errors._base import GroupedError, Language, LedgerError, nearest


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class RuleError(LedgerError):
    """
    ``decide`` refused an event.

    ``seq`` is the number that the event would have got; ``project`` and ``milestone`` are what it
    speaks of, as far as it speaks of any.
    """

    seq: int | None = None
    project: str | None = None
    milestone: str | None = None

    def explain(self, language: Language = "en") -> str:
        """
        The place, then the reason and the remedy.
        """
        return f"{self.place(language)}{self.reason(language)}"

    def reason(self, language: Language = "en") -> str:
        """
        The message without the place, for callers that know a better one (a row of a table).
        """
        template = self.zh if language == "zh" else self.en
        return template.format(**self.words(language))

    def place(self, language: Language = "en") -> str:
        """
        Which entry, project and milestone: a prefix that ends in a colon, or nothing.
        """
        names = [name for name in (self.project, self.milestone) if name]
        if self.seq is None and not names:
            return ""
        if language == "zh":
            entry = "" if self.seq is None else f"第 {self.seq} 条"
            return entry + (f"（{'·'.join(names)}）" if names else "") + "："
        entry = "" if self.seq is None else f"entry {self.seq}"
        about = f"({', '.join(names)})" if names else ""
        return " ".join(part for part in (entry, about) if part) + ": "


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class NoProgrammeError(RuleError):
    """
    A ledger begins with the definition of its programme.
    """

    en: ClassVar[str] = "this ledger has no programme yet; append ProgrammeDefined first (or run 'init')"
    zh: ClassVar[str] = "台账尚未定义计划；请先记入计划定义（或运行 init）"


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class ProgrammeChangeError(RuleError):
    """
    A later definition of the programme may add, never take away or reorder.
    """

    change: tuple[str, str]

    en: ClassVar[str] = (
        "the programme cannot change like that: {change}; definitions may only add, "
        "so start a new ledger for another programme"
    )
    zh: ClassVar[str] = "计划定义只能增补，不能这样修改：{change}；若是另一个计划，请新建台账"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"change": self.change[1 if language == "zh" else 0]}


RetractionFault = Literal[
    "not_retractable", "already", "too_early", "act", "referenced", "undated", "redated"
]

_KINDS_ZH = {
    "source": "依据",
    "project": "项目",
    "milestone": "节点",
    "unit": "责任单位",
    "domain": "领域",
    "delivery": "建设方式",
    "entry": "条目",
    "batch": "批次",
    "name": "名称",
    "ledger": "台账",
    "column": "列",
    "key": "键",
    "scope": "范围",
}


# Where a name is registered: in a sheet of the 台账, or in the definition of the programme.
_PROGRAMME = (" in programme.toml", "（在 programme.toml 中）")
_REGISTERED_IN = {
    "source": (" in the sheet 依据", "（在“依据”表中）"),
    "project": (" in the sheet 项目", "（在“项目”表中）"),
    "milestone": _PROGRAMME,
    "unit": _PROGRAMME,
    "domain": _PROGRAMME,
    "delivery": _PROGRAMME,
}


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class UnknownNameError(RuleError, LookupError):
    """
    Something is named that the ledger does not know.

    ``kind`` is ``source``, ``project``, ``milestone``, ``unit``, ``domain``, ``delivery`` or ``entry``.
    """

    kind: str
    name: str
    suggestions: tuple[str, ...] = ()

    en: ClassVar[str] = "unknown {kind} {name!r}{nearest}; register it first{where} or correct the name"
    zh: ClassVar[str] = "未知的{kind}“{name}”{nearest}；请先登记{where}，或改正名称"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        kind = _KINDS_ZH.get(self.kind, self.kind) if language == "zh" else self.kind
        where = _REGISTERED_IN.get(self.kind, ("", ""))[1 if language == "zh" else 0]
        return {
            "kind": kind,
            "name": self.name,
            "nearest": nearest(self.suggestions, language),
            "where": where,
        }


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class DuplicateNameError(RuleError):
    """
    An id, a name or an alias is already taken, by ``holder``.
    """

    kind: str
    name: str
    holder: str

    en: ClassVar[str] = (
        "{kind} {name!r} is already taken by {holder!r}; names, aliases and ids are unique in a ledger"
    )
    zh: ClassVar[str] = "{kind}“{name}”已被“{holder}”使用；编号、名称和别名在台账内不得重复"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        kind = _KINDS_ZH.get(self.kind, self.kind) if language == "zh" else self.kind
        return {"kind": kind, "name": self.name, "holder": self.holder}


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class FutureEvidenceError(RuleError):
    """
    A statement is evidence about a day after the document that makes it was published.

    ``day`` is the day claimed, ``limit`` the last day that the document can speak of.
    """

    day: str
    limit: str
    source: str

    en: ClassVar[str] = (
        "{day} lies after {limit}, the last day that source {source!r} can speak of; "
        "if it announces something, record a promise, otherwise correct the day"
    )
    zh: ClassVar[str] = (
        "{day} 晚于依据“{source}”所能证明的最后一天 {limit}；若为预告，请记为承诺；否则请改正日期"
    )


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class FuturePublicationError(RuleError):
    """
    A source claims to be published after today.
    """

    published_on: str
    today: str
    source: str

    en: ClassVar[str] = "source {source!r} is dated {published_on}, but today is {today}; correct its date"
    zh: ClassVar[str] = "依据“{source}”的发布日 {published_on} 晚于今天 {today}；请改正发布日"


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class ContradictionError(RuleError):
    """
    Two statements that cannot both hold.

    ``lower`` describes the entry which says "not before", ``upper`` the one which says "by";
    ``lower_seq`` and ``upper_seq`` are their numbers.
    """

    quantity: int | None
    lo: str
    hi: str
    lower: str
    upper: str
    lower_seq: int
    upper_seq: int

    en: ClassVar[str] = (
        "{lower} says that{whole} {milestone!r} was not reached before {lo}, "
        "but {upper} says that it was reached by {hi}. "
        "If one of them was entered wrongly, use Ledger.correct on it; "
        "if both were published, record the looser one as contested, with the reason in its note"
    )
    zh: ClassVar[str] = (
        "{lower}表明{whole}“{milestone}”在 {lo} 之前尚未达到，而{upper}表明在 {hi} 或之前已达到，两者矛盾。"
        "若其中一条录入有误，请更正该条；若两份文件确实如此，请将较宽松的一条标为存疑，并在说明中写明理由"
    )

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        words = LedgerError.words(self, language)
        whole = ""
        if self.quantity is not None:
            whole = f"第 {self.quantity} 个" if language == "zh" else f" unit {self.quantity} of"
        return words | {"whole": whole}


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class QuantityError(RuleError):
    """
    A quantity that the size of the project does not allow.
    """

    quantity: int
    size: int | None
    allowed: str

    en: ClassVar[str] = (
        "quantity {quantity} is not possible for a project of size {size}: allowed is {allowed}; "
        "leave the quantity out to speak of the whole"
    )
    zh: ClassVar[str] = "数量 {quantity} 与项目规模 {size} 不符，允许范围：{allowed}；若指整体，请将数量留空"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        unknown = "未知" if language == "zh" else "unknown"
        return {
            "quantity": self.quantity,
            "size": unknown if self.size is None else self.size,
            "allowed": self.allowed,
        }


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class MembershipError(RuleError):
    """
    A membership that no batch can have.
    """

    batch: str
    fault: Literal["not_a_batch", "nested", "too_many"]

    _FAULTS: ClassVar[dict[str, tuple[str, str]]] = {
        "not_a_batch": (
            "it stands for one thing, and only a batch (size above 1, or unknown) has members",
            "它只代表一个项目；只有批次（数量大于 1 或未知）才有成员",
        ),
        "nested": ("batches do not nest: a member has no members", "批次不得嵌套：成员不能再有成员"),
        "too_many": (
            "its members would be more than its size",
            "其成员合计将超过批次数量",
        ),
    }
    en: ClassVar[str] = "cannot be a member of {batch!r}: {why}; correct member_of or the size"
    zh: ClassVar[str] = "不能列入批次“{batch}”：{why}；请改正所属批次或数量"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"batch": self.batch, "why": self._FAULTS[self.fault][1 if language == "zh" else 0]}


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class DeadlineError(RuleError):
    """
    A deadline with an open end.
    """

    deadline: str

    en: ClassVar[str] = (
        "deadline {deadline} has an open end; give both ends, such as 2019 or [2019-12-31..2020-12-31]"
    )
    zh: ClassVar[str] = "期限 {deadline} 有一端未定；请写明两端，如 2019 或 [2019-12-31..2020-12-31]"


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class ContestedError(RuleError):
    """
    An entry is marked as contested, but does not say why.
    """

    en: ClassVar[str] = "a contested entry must give its reason in the note"
    zh: ClassVar[str] = "标为存疑的条目必须在说明中写明理由"


@attrs.define(eq=False, slots=False, repr=False, kw_only=True)
class RetractionError(RuleError):
    """
    An entry that cannot be retracted, or not in this way.
    """

    target: int
    fault: RetractionFault

    _FAULTS: ClassVar[dict[str, tuple[str, str]]] = {
        "not_retractable": (
            "definitions and retractions stay; define the programme anew, or enter the right event again",
            "计划定义和更正记录不可撤销；请重新定义计划，或重新记入正确的内容",
        ),
        "already": (
            "it is already retracted as far back; nothing is left to do",
            "该条目已被撤销，且撤销日期不晚于本次；无需再撤",
        ),
        "too_early": (
            "a retraction cannot be published before its target; cite the source of the target "
            "(a clerk's slip) or the later document that corrects it",
            "撤销不能早于被撤销的条目发布；请引用原依据（录入错误）或其后更正它的文件",
        ),
        "act": (
            "a promise or withdrawal is an act: a later document cannot unmake it, so only a clerk's slip "
            "(citing the same source) retracts it; enter the later document's promise or withdrawal instead",
            "承诺和撤回是行为，后来的文件不能使其从未发生；只有录入错误（引用同一依据）才能撤销，"
            "后来文件的承诺或撤回请另行记入",
        ),
        "referenced": (
            "live entries refer to this registration; retract it only together with its registration anew, "
            "or retract those entries first",
            "仍有有效条目引用该登记；请在同一次提交中重新登记，或先撤销这些条目",
        ),
        "undated": (
            "a registration belongs to the ledger, not to a document: its retraction cites no source; "
            "a statement's retraction must cite one",
            "登记属于台账而非文件，撤销登记不引用依据；撤销陈述必须引用依据",
        ),
        "redated": (
            "live statements rest on the date of this source; retract and re-enter them in the same commit",
            "仍有有效陈述以该依据的发布日为准；请在同一次提交中撤销并重新记入这些陈述",
        ),
    }
    en: ClassVar[str] = "cannot retract entry {target}: {why}"
    zh: ClassVar[str] = "不能撤销第 {target} 条：{why}"

    def words(self, language: Language) -> dict[str, Any]:
        """
        The values that fill the templates.
        """
        return {"target": self.target, "why": self._FAULTS[self.fault][1 if language == "zh" else 0]}


class RefusedEntriesError(GroupedError[RuleError], RuleError):
    """
    Several events of one commit were refused; nothing was recorded.

    ``exceptions`` holds each refusal, in the order of the events.
    """

    headline = (
        "{count} entry refused, nothing recorded:",
        "{count} entries refused, nothing recorded:",
        "{count} 条被拒绝，未记入任何内容：",
    )
