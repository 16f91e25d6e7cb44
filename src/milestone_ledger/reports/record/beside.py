"""
Programmes side by side (并列对照): coverage first, no total over them, no ranking, and why they differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from attrs import evolve

from milestone_ledger.errors import Language
from milestone_ledger.ledger.rows import plain
from milestone_ledger.ledger.side_by_side import Common, Own, SideBySide
from milestone_ledger.metrics.comparability import Caution, Obstacle
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.labels import word
from milestone_ledger.reports.overview import percent, rate
from milestone_ledger.reports.periodic.content import Bilingual, Column, Group, Report, Section, Value
from milestone_ledger.reports.record.words import percents

Cells = dict[str, Value]

_LEDGER: Final = Column(key="ledger", title=("ledger", "台账"), width=8)
_STANDING: Final = (
    _LEDGER,
    Column(key="settled", title=("due", "到期"), kind="count", width=4),
    Column(key="decided", title=("decided", "有据可判"), kind="count", width=5),
    Column(key="coverage", title=("coverage", "可核率"), width=7),
    Column(key="kept", title=("kept", "按期兑现"), kind="count", width=5),
    Column(key="broken", title=("proven late", "确证未按期"), kind="count", width=6),
    Column(key="undetermined", title=("not established", "无从判定"), kind="count", width=5),
    Column(key="not_due", title=("not due", "未到期"), kind="count", width=4),
    Column(key="withdrawn", title=("withdrawn", "撤回"), kind="count", width=4),
    Column(key="share", title=("reliability", "兑现率"), width=8),
    Column(key="interval", title=("95% interval", "95%区间"), width=8),
)
_KNOWN: Final = (
    _LEDGER,
    Column(key="title", title=("programme", "计划"), width=20),
    Column(key="projects", title=("projects", "项目数"), kind="count", width=4),
    Column(key="documents", title=("documents", "依据数"), kind="count", width=4),
    Column(key="first", title=("first published", "最早发布"), kind="day", width=6),
    Column(key="last", title=("last published", "最近发布"), kind="day", width=6),
    Column(key="entries", title=("entries", "记录条数"), kind="count", width=5),
)
_WORDS: Final[dict[Obstacle, Bilingual]] = {
    Obstacle.NOTHING_DUE: (
        "{one}: nothing is due, so there is no coverage and no reliability; this is not 0%.",
        "{one}：没有到期的承诺，谈不上可核率和兑现率；这不是 0%。",
    ),
    Obstacle.FEW_DUE: (
        "{one}: {due} due, fewer than {small}; read the counts only.",
        "{one}：到期 {due} 项，不足 {small} 项，只看个数。",
    ),
    Obstacle.COVERAGE_APART: (
        "{one} and {other}: coverage lies apart ({one_coverage}, {other_coverage}). It is the documents that "
        "tell more of one than of the other, so reliability cannot be compared.",
        "{one} 与 {other}：可核率确有差别（{one_coverage}、{other_coverage}）。差在公开依据的多少，"
        "不在做得好坏，所以兑现率不能相比。",
    ),
    Obstacle.SHARES_OVERLAP: (
        "{one} and {other}: the ranges of reliability overlap; the record cannot tell them apart.",
        "{one} 与 {other}：兑现率的区间重叠，现有依据分不出高低。",
    ),
    Obstacle.SHARES_APART: (
        "{one} and {other}: the ranges of reliability do not overlap; but other things were promised, hard "
        "or easy, so this is no ranking either.",
        "{one} 与 {other}：兑现率的区间不重叠；但承诺的事各不相同，有难有易，仍不能据以排名。",
    ),
    Obstacle.HEARD_APART: (
        "{one} and {other}: the last documents lie {days} days apart ({one_last}, {other_last}); of the days "
        "between, only one can know.",
        "{one} 与 {other}：最近的依据相隔 {days} 日（{one_last}、{other_last}），其间的事只有一方有据可查。",
    ),
}


class _Writing:
    """
    Programmes side by side, in one language.
    """

    def __init__(self, beside: SideBySide, language: Language) -> None:
        self.beside = beside
        self.language = language
        self.sides = {side.ledger: side for side in beside.sides}

    def say(self, en: str, zh: str) -> str:
        return zh if self.language == "zh" else en

    def names(self, names: Iterable[str]) -> str:
        return self.say(", ", "、").join(names) or self.say("none", "无")

    def standing(self, ledger: str, figures: Reliability) -> Cells:
        shares = figures.share
        return {
            "ledger": ledger,
            "settled": figures.settled,
            "decided": figures.decided,
            "coverage": self._of_due(figures, "" if figures.coverage is None else percent(figures.coverage)),
            "kept": figures.kept,
            "broken": figures.broken,
            "undetermined": figures.undetermined,
            "not_due": figures.not_due,
            "withdrawn": figures.withdrawn,
            "share": self._of_due(figures, percents(shares.ratio)),
            "interval": percents(shares.interval()),
        }

    def _of_due(self, figures: Reliability, text: str) -> str:
        """
        What is drawn from promises that are due; where there are none or few, that in words.
        """
        if figures.settled:
            return rate(text, self.language, figures.share.of)
        judged = figures.not_due + figures.withdrawn
        return self.say("none due", "无到期") if judged else self.say("none judged", "无可考核")

    def caution(self, caution: Caution) -> str:
        one, other = (self.sides[name] for name in (caution.ledgers * 2)[:2])
        days = abs((one.last - other.last).days) if one.last and other.last else 0
        return self.say(*_WORDS[caution.obstacle]).format(
            one=one.ledger,
            other=other.ledger,
            one_last=one.last,
            other_last=other.last,
            one_coverage=percent(one.figures.coverage or 0),
            other_coverage=percent(other.figures.coverage or 0),
            days=days,
            due=one.figures.settled,
            small=SMALL,
        )

    def alone(self) -> list[str]:
        """
        What the programmes lack in common, and how much the names say of what they have.
        """
        said = []
        if any(own.milestones for own in self.beside.own):
            said.append(
                self.say(
                    "Some milestones are of one programme only: listed below, and compared with none.",
                    "有的节点只有一个计划有，列在后面，不与别的节点相比。",
                )
                if self.beside.milestones
                else self.say("The programmes have no milestone in common.", "各计划没有共有的节点。")
            )
        if any(own.domains for own in self.beside.own):
            said.append(
                self.say(
                    "Some domains are of one programme only: listed below.",
                    "有的领域只有一个计划有，列在后面。",
                )
                if self.beside.domains
                else self.say("The programmes have no domain in common.", "各计划没有共有的领域。")
            )
        if self.beside.domains:
            said.append(
                self.say(
                    "Each programme draws its own domains, so that even the same name may mean other things.",
                    "领域由各计划自定，名称相同，所指也未必相同。",
                )
            )
        return said

    def own(self, own: Own) -> str:
        milestones, domains = (
            self.names(label.text(self.language) for label in labels)
            for labels in (own.milestones, own.domains)
        )
        return self.say(
            f"{own.ledger}: milestones {milestones}; domains {domains}.",
            f"{own.ledger}：节点 {milestones}；领域 {domains}。",
        )

    def section(
        self,
        title: Bilingual,
        columns: Sequence[Column],
        rows: Iterable[Cells],
        *,
        note: Bilingual = ("", ""),
    ) -> Section:
        return Section(
            title=self.say(*title),
            note=self.say(*note),
            columns=tuple(columns),
            rows=tuple(tuple(row[column.key] for column in columns) for row in rows),
        )

    def common(self, title: Bilingual, found: Sequence[Common], none: Bilingual) -> Section:
        """
        One group of rows for each thing in common, a row for each programme that has it.
        """
        groups: list[Group] = []
        rows: list[Cells] = []
        for each in found:
            groups.append(Group(title=each.label.text(self.language), first=len(rows), count=len(each.parts)))
            rows += [self.standing(part.ledger, part.figures) for part in each.parts]
        section = self.section(title, _STANDING, rows)
        return evolve(section, groups=tuple(groups), empty=self.say(*none))


def beside(compared: SideBySide, language: Language) -> Report:
    """
    How far each can be judged, what stands between them, what they have in common, what is each one's own.
    """
    writing = _Writing(compared, language)
    say = writing.say
    known = (
        word("hindsight", language)
        if compared.published_by is None
        else word("published_by", language, day=compared.published_by)
    )
    grace = say(f"; {compared.grace} days of grace", f"；宽限 {compared.grace} 日") * (compared.grace > 0)
    names = writing.names(writing.sides)
    return Report(
        language=language,
        title=say(f"Side by side: {names}", f"并列对照：{names}"),
        heading=(
            say(f"As of {compared.as_of}, {known}", f"状态日 {compared.as_of}，{known}") + grace,
            say(
                "Nothing is added up over the programmes, and none is ranked: each promised other things.",
                "各计划承诺的事不同：不加总，不排名。",
            ),
        ),
        sections=(
            writing.section(
                ("How far documents can tell, and what was kept", "可核程度与兑现情况"),
                _STANDING,
                (writing.standing(side.ledger, side.figures) for side in compared.sides),
                note=(
                    "Against the deadline first promised. What is not established may be kept or late.",
                    "按首次承诺的期限。无从判定的可能按期，也可能未按期，不等于逾期。",
                ),
            ),
            Section(
                title=say("What can be compared", "能不能相比"),
                prose=(*map(writing.caution, compared.cautions), *writing.alone()),
            ),
            writing.common(
                ("By milestones in common", "共有的节点"),
                compared.milestones,
                ("No milestone in common.", "没有共有的节点。"),
            ),
            writing.common(
                ("By domains in common", "共有的领域"),
                compared.domains,
                ("No domain in common.", "没有共有的领域。"),
            ),
            Section(title=say("Each one's own", "各自独有"), prose=tuple(map(writing.own, compared.own))),
            writing.section(
                ("What each ledger knows", "各台账所知"),
                _KNOWN,
                (
                    {
                        "ledger": side.ledger,
                        "title": "—" if side.title is None else side.title.text(language),
                        "projects": side.projects,
                        "documents": side.documents,
                        "first": side.first,
                        "last": side.last,
                        "entries": side.entries,
                    }
                    for side in compared.sides
                ),
            ),
        ),
    )


def beside_data(compared: SideBySide, language: Language) -> dict[str, Any]:
    """
    The same as plain data; each caution also in words.
    """
    writing = _Writing(compared, language)
    return {
        "as_of": plain(compared.as_of),
        "published_by": plain(compared.published_by),
        "grace": compared.grace,
        "ledgers": [plain(side) | {"figures": _figures(side.figures)} for side in compared.sides],
        "cautions": [plain(each) | {"says": writing.caution(each)} for each in compared.cautions],
        "milestones": [_parts(each) for each in compared.milestones],
        "domains": [_parts(each) for each in compared.domains],
        "own": compared.own.to_dicts(),
    }


def _parts(common: Common) -> dict[str, Any]:
    return {
        "name": common.name,
        "label": plain(common.label),
        "ledgers": [{"ledger": part.ledger, "figures": _figures(part.figures)} for part in common.parts],
    }


def _figures(figures: Reliability) -> dict[str, Any]:
    share = figures.share
    counted: dict[str, Any] = plain(figures)
    return counted | {
        "settled": figures.settled,
        "broken": figures.broken,
        "undetermined": figures.undetermined,
        "coverage": figures.coverage,
        "reliability": plain(share.ratio),
        "interval": plain(share.interval()),
        "is_small": share.is_small,
    }
