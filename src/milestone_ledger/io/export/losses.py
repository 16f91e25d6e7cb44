"""
What of a ledger a format of other people cannot say, told as findings: each with the entries it concerns.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from attrs import frozen

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
    SourceRegistered,
    Statement,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict, in_force_by
from milestone_ledger.ledger.view import View

_CHAR = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})"
_WEB: Final = re.compile(
    f"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/(?:{_CHAR}|/)*)?(?:[?](?:{_CHAR}|[/?])*)?(?:#(?:{_CHAR}|[/?])*)?"
)


class LossKind(StrEnum):
    """
    What gets lost.
    """

    EMPTY = "empty"
    RECORDING = "recording"
    RETRACTED = "retracted"
    CONTESTED = "contested"
    UNCERTAIN_DEADLINE = "uncertain_deadline"
    UNCERTAIN_DATE = "uncertain_date"
    UNDATED_SOURCE = "undated_source"
    NO_LINK = "no_link"
    BATCH = "batch"
    QUANTITY = "quantity"
    SUPERSEDED = "superseded"
    FIRMNESS = "firmness"
    EFFORT = "effort"
    WITHDRAWN = "withdrawn"
    NOT_IN_FORCE = "not_in_force"
    JUDGEMENT = "judgement"
    SETTLED = "settled"
    NOTED = "noted"
    ACTIVITY = "activity"
    BLOCKER = "blocker"
    INDICATOR = "indicator"
    TARGET = "target"
    TOTAL = "total"
    RELATION = "relation"
    SEVERAL_UNITS = "several_units"
    CLASSIFICATION = "classification"
    UNREGISTERED_PREFIX = "unregistered_prefix"


_TOLD: Final[dict[LossKind, tuple[str, str]]] = {
    LossKind.EMPTY: ("视点内没有可写出的内容", "there is nothing to write from this point of view"),
    LossKind.RECORDING: (
        "何时、由谁入账，以及防篡改的校验值，均未写出",
        "when and by whom it was recorded, and the hashes that prove it, are left out",
    ),
    LossKind.RETRACTED: ("已撤销的陈述未写出", "statements that were taken back are left out"),
    LossKind.CONTESTED: ("存疑的依据未计入", "contested evidence is left out"),
    LossKind.UNCERTAIN_DEADLINE: (
        "期限是一段时间，日期栏只写最后一日",
        "the deadline is a range; fields of dates hold its last day alone",
    ),
    LossKind.UNCERTAIN_DATE: (
        "实绩的日期只知范围，日期栏空着，范围只在文字说明中",
        "when it was reached is known as a range; fields of dates are blank, words alone tell the range",
    ),
    LossKind.UNDATED_SOURCE: (
        "文件发布日只知范围，日期栏空着",
        "the day of publication is known as a range; fields of dates are blank",
    ),
    LossKind.NO_LINK: ("出处不是网址，只写成文字", "where the document is kept is no URI; written in words"),
    LossKind.BATCH: (
        "一批只写成一个项目，数量只在文字说明中",
        "a batch counts as one project; words tell its number",
    ),
    LossKind.QUANTITY: (
        "针对一批中若干个的陈述，数量只在文字说明中",
        "said of some of a batch; words alone tell of how many",
    ),
    LossKind.SUPERSEDED: (
        "再次承诺以前的期限只在文字说明中，日期栏只写现行期限",
        "promises before the last one; fields of dates hold the current deadline alone",
    ),
    LossKind.FIRMNESS: (
        "计划、力争、预计的承诺与明确的承诺在格式上不分，只在文字说明中",
        "promises that are planned, aspired to or forecast look like firm ones but for the words",
    ),
    LossKind.EFFORT: (
        "推进类表述没有期限或节点，未写出",
        "promises of effort name no step or no day; left out",
    ),
    LossKind.WITHDRAWN: ("已撤回的承诺未写出", "promises that were withdrawn are left out"),
    LossKind.NOT_IN_FORCE: (
        "状态日以后公布的承诺和撤回未计入",
        "promises and withdrawals published after the status day are left out",
    ),
    LossKind.JUDGEMENT: (
        "兑现与否的判定没有对应的栏目；未到期与到期无据在格式上不分",
        "the verdicts have no field: not due and due without evidence look the same",
    ),
    LossKind.SETTLED: ("已达到或已有结果的承诺未写出", "promises with a result are left out"),
    LossKind.NOTED: ("不涉及节点的动态未写出", "what is said without settling a milestone is left out"),
    LossKind.ACTIVITY: (
        "停工、复工、恢复未写出（取消除外）",
        "suspended, resumed and reinstated are left out; cancelled is kept",
    ),
    LossKind.BLOCKER: ("挂账、销账未写出", "obstacles are left out"),
    LossKind.INDICATOR: ("不属于某个项目的指标未写出", "indicators of no single project are left out"),
    LossKind.TARGET: ("指标的目标期限未写出", "the deadlines of indicators are left out"),
    LossKind.TOTAL: ("官方汇总数未写出", "official totals are left out"),
    LossKind.RELATION: ("“疑同”“不同”的关联未写出", "'perhaps the same' and 'not the same' are left out"),
    LossKind.SEVERAL_UNITS: (
        "责任单位不止一家或没有写明，publicAuthority 空着",
        "several units are responsible, or none is named; publicAuthority is blank",
    ),
    LossKind.CLASSIFICATION: (
        "领域、建设方式用台账自己的编码，未对应到标准代码表",
        "domains and delivery modes keep the ledger's own codes, not those of the standard",
    ),
    LossKind.UNREGISTERED_PREFIX: (
        "项目编号的前缀未经登记，不保证全球唯一",
        "the prefix of the project ids is not registered; they may not be unique in the world",
    ),
}


@frozen(kw_only=True)
class Loss:
    """
    One thing that a format does not say: of which projects or documents, resting on which entries (``seq``).
    """

    kind: LossKind
    about: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()

    @property
    def zh(self) -> str:
        """
        What is lost, in Chinese.
        """
        return _TOLD[self.kind][0]

    @property
    def en(self) -> str:
        """
        What is lost, in English.
        """
        return _TOLD[self.kind][1]


def is_uri(text: str) -> bool:
    """
    Whether ``text`` is the address of something on the web, and can stand where a URI is wanted.
    """
    return _WEB.fullmatch(text) is not None


def losses(view: View, kinds: Iterable[LossKind], others: Iterable[Loss] = ()) -> tuple[Loss, ...]:
    """
    Which of ``kinds`` concern anything that the view sees, and ``others``, in the order of ``LossKind``.
    """
    wanted, found = set(kinds), _Found()
    is_empty = not any(isinstance(entry.event, Statement) for entry in view.live)
    found.add(LossKind.EMPTY if is_empty else LossKind.RECORDING)
    for entry in view.live:
        if isinstance(entry.event, Statement):
            for kind in _of_statement(view, entry, entry.event):
                found.add(kind, getattr(entry.event, "project", None), entry)
    for entry in view.history:
        if (
            isinstance(entry.event, Statement)
            and view.viewpoint.sees(entry)
            and not view.history.is_live(entry, view.viewpoint)
        ):
            found.add(LossKind.RETRACTED, getattr(entry.event, "project", None), entry)
    _of_projects(view, found)
    _of_promises(view, found)
    cited = {entry.event.source for entry in view.live if isinstance(entry.event, Statement)}
    for source in view.registry.sources.values():
        for kind in _of_source(source) if source.source in cited else ():
            found.add(kind, source.source)
    common = (
        Loss(kind=kind, about=tuple(about), entries=tuple(sorted(found.entries[kind])))
        for kind, about in found.about.items()
        if kind in wanted
    )
    return tuple(sorted((*common, *others), key=lambda loss: list(LossKind).index(loss.kind)))


class _Found:
    """
    What is lost, by kind; a project is named once.
    """

    def __init__(self) -> None:
        self.about: defaultdict[LossKind, dict[str, None]] = defaultdict(dict)
        self.entries: defaultdict[LossKind, set[int]] = defaultdict(set)

    def add(self, kind: LossKind, about: str | None = None, *entries: Entry) -> None:
        """
        Note that ``kind`` concerns a project or document, as these entries say.
        """
        known = self.about[kind]
        if about is not None:
            known[about] = None
        self.entries[kind].update(entry.seq for entry in entries)


def _of_statement(view: View, entry: Entry, event: Event) -> Iterator[LossKind]:
    if getattr(event, "quantity", None) is not None:
        yield LossKind.QUANTITY
    match event:
        case MilestoneAchieved() | MilestonePending():
            if event.contested:
                yield LossKind.CONTESTED
            elif isinstance(event, MilestoneAchieved) and not event.occurred.is_exact:
                yield LossKind.UNCERTAIN_DATE
        case PromiseMade() | PromiseWithdrawn():
            if (entry.published_on or view.as_of) > in_force_by(view.as_of, view.viewpoint.published_by):
                yield LossKind.NOT_IN_FORCE
        case StatementNoted():
            yield LossKind.NOTED
        case ActivityChanged():
            if event.activity is not Activity.CANCELLED:
                yield LossKind.ACTIVITY
        case BlockerRaised() | BlockerCleared():
            yield LossKind.BLOCKER
        case IndicatorTargeted() | IndicatorObserved():
            if event.project is None:
                yield LossKind.INDICATOR
            if isinstance(event, IndicatorTargeted) and event.deadline is not None:
                yield LossKind.TARGET
        case TotalReported():
            yield LossKind.TOTAL


def _of_projects(view: View, found: _Found) -> None:
    for name in view.listed:
        project = view.registry.projects[name]
        found.add(LossKind.CLASSIFICATION, name)
        if project.size != 1:
            found.add(LossKind.BATCH, name)
        if any(r.kind in (RelationKind.PERHAPS_SAME, RelationKind.NOT_SAME) for r in project.related):
            found.add(LossKind.RELATION, name)


def _of_promises(view: View, found: _Found) -> None:
    for state in view.promises():
        chain = state.chain
        if chain.is_effort:
            found.add(LossKind.EFFORT, chain.project, *chain.promises)
            continue
        found.add(LossKind.JUDGEMENT, chain.project, chain.current)
        if state.current.deadline is not None and not state.current.deadline.is_exact:
            found.add(LossKind.UNCERTAIN_DEADLINE, chain.project, chain.current)
        if len(chain.promises) > 1:
            found.add(LossKind.SUPERSEDED, chain.project, *chain.promises[:-1])
        if state.current.verdict is Verdict.WITHDRAWN:
            found.add(LossKind.WITHDRAWN, chain.project, *state.current.entries)
        soft = [e for e in chain.promises if getattr(e.event, "firmness", None) is not Firmness.FIRM]
        if soft:
            found.add(LossKind.FIRMNESS, chain.project, *soft)


def _of_source(source: SourceRegistered) -> Iterator[LossKind]:
    if not source.published.is_exact:
        yield LossKind.UNDATED_SOURCE
    if source.link and not is_uri(source.link):
        yield LossKind.NO_LINK
