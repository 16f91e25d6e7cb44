"""
What one cell of a table says of its project: statements, and questions where the words leave it open.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from attrs import evolve, frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Firmness, SourceKind
from milestone_ledger.domain.registry import name_key
from milestone_ledger.domain.wording import (
    Ambiguous,
    Commitment,
    Deadline,
    Kind,
    read_commitment,
    read_occurred,
)
from milestone_ledger.domain.wording.table import language
from milestone_ledger.errors import InvalidValueError, RuleError
from milestone_ledger.io.intake.faults import Fault, fault_of
from milestone_ledger.io.profile.basis import Basis, start_of
from milestone_ledger.io.profile.questions import LEFT_OUT, ONLY_NOTED, Said, read_answer, spelled
from milestone_ledger.io.profile.settings import COUNTS_FROM, Settings
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.profile.words import Role, vocabulary

_KINDS = {Kind.ACHIEVED: "achieved", Kind.PENDING: "pending", Kind.NOTED: "noted"}
_NO_MILESTONE = (
    "nothing here names a milestone: say what is due, or that it is only noted",
    "没有读出做到哪个节点：请定，或只记动态",
)
_MARK = ("a mark alone: say what it stands for", "只有一个记号：请写明它说的是什么")
_COURSE = (
    "the words may say that work stopped, went on or was given up: decide it",
    "可能是说停工、复工、取消或恢复：请判断",
)
_COUNTED = (
    "a number of things is named, which may be a part of the project: decide whether it is the whole",
    "写的是几个（处、栋……），可能只是一部分：请定是不是说整个项目",
)
_REMARK = (
    "a remark names a milestone: decide whether it counts, or is only noted",
    "备注里提到节点：请定是否算数，或只记动态",
)
_TWICE = (
    "the cell says this milestone twice, perhaps of two parts: say of each what counts",
    "同一格里这个节点说了两次，可能各指一部分：请逐条判断",
)
_WHICH_DUE = (
    "the words name several deadlines: write the day that is meant behind the milestone",
    "原话里的期限不止一个：请在节点后面写明是哪一天",
)
_UNKNOWN_STEP = ("the programme has no such milestone: decide which", "计划里没有这个节点：请另定")
_REACHED = (
    "write what this says of the milestone: reached or not, and when",
    "没有读出是否达到、哪一天达到：请判断",
)
_AHEAD = (
    "the day lies ahead of the document: nothing can have been reached then; decide what it says",
    "这个日子在文件之后，不可能已经达到：请定它说的是什么",
)
_COUNT = re.compile(
    r"[0-9一二两三四五六七八九十百]+余?(?:"
    + "|".join(map(re.escape, vocabulary().measures))
    + r")(?!月|年|季)"
)

# Promises that a deadline belongs to.
_DATED = frozenset(firmness.value for firmness in Firmness) - {Firmness.EFFORT.value}

Fallback = Callable[[Spot], UncertainDate | None]


@frozen(kw_only=True)
class Where:
    """
    The cell that is read: what its column holds and is called, and whose project's row it stands in.

    ``item`` is what the table itself calls the project, ``due`` the deadline that the header gives.
    """

    spot: Spot
    role: Role
    header: str
    project: str
    item: str
    due: UncertainDate | None = None

    @property
    def locator(self) -> str:
        """
        Where the document says it, by its own names: neither a number nor a row, which move.
        """
        return f"{self.item}·{self.header}"


class CellReader:
    """
    Reads cells by a profile; what is open is asked, what an answer gets wrong is refused.
    """

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._settings = Settings(basis)

    def read(self, where: Where, fallback: Fallback) -> tuple[Said, ...]:
        """
        What a cell of words says; ``fallback`` gives the deadline of promises without one of their own.
        """
        text = where.spot.text
        if name_key(text) in vocabulary().blank or self._basis.published is None:
            return ()
        read = self._commitments(where)
        if self._basis.profile.answer(where.role, where.spot.address, text) is not None:
            return self._settled(where, text, read, fallback)
        if name_key(text) in vocabulary().yes | vocabulary().no or not re.search(r"[^\W\d_]", text):
            self._ask(where, text, _MARK, ())
            return ()
        if where.role is Role.PROBLEM:
            return self._noted(where, text)
        said = [
            each
            for words, group in groupby(read, key=lambda commitment: commitment.words)
            for each in self._clause(where, words, tuple(group), fallback)
        ]
        return self._told_apart(where, said)

    def _commitments(self, where: Where) -> tuple[Commitment, ...]:
        """
        What the words say; dates of a goal that name no year are of its header's, else of the table's.
        """
        text, published = where.spot.text, self._basis.published
        reading = self._basis.programme.reading
        if where.role is not Role.GOAL:
            return read_commitment(text, published, reading, said_in=SourceKind.REPORT)
        read = read_commitment(text, published, reading, said_in=SourceKind.PLAN)
        year = where.due.latest.year if where.due and where.due.latest else self._basis.year
        if year is None or self._basis.is_of(year):
            return read
        if where.due is None and read != self._in_year(read, where, year):
            year = self._settings.year(where.spot)
        return read if year is None else self._in_year(read, where, year)

    def _in_year(self, read: Sequence[Commitment], where: Where, year: int) -> tuple[Commitment, ...]:
        """
        The same words with the dates of ``year``; 今年 and 明年, which may count from either, are asked.
        """
        reading, said_in = self._basis.programme.reading, SourceKind.PLAN
        other = read_commitment(where.spot.text, start_of(year), reading, said_in=said_in)
        found = []
        for said, meant in zip(read, other, strict=True):
            is_relative = any(word in said.words for word in language().years)
            if not is_relative or said.deadline == meant.deadline:
                found.append(meant)
                continue
            days = [each.when for each in (said.deadline, meant.deadline) if isinstance(each, Deadline)]
            found.append(evolve(said, deadline=Ambiguous(COUNTS_FROM, tuple(sorted(days)))))
        return tuple(found)

    def reached(self, where: Where, milestone: str) -> tuple[Said, ...]:
        """
        What a cell says that holds a day, or a mark, under the header of a milestone.
        """
        text = where.spot.text
        key = name_key(text)
        if key in vocabulary().blank or self._basis.published is None:
            return ()
        if (answered := self._answered(where, text)) is not None:
            return answered
        if key in vocabulary().yes:
            return (Said(kind="achieved", milestone=milestone, words=text),)
        try:
            when = read_occurred(text)
        except InvalidValueError:
            open_to = [Said(kind=kind, milestone=milestone) for kind in ("achieved", "pending")]
            self._ask(where, text, _REACHED, open_to)
            return ()
        if self._basis.is_ahead(when):
            due = UncertainDate(when.latest, when.latest)
            self._ask(where, text, _AHEAD, [Said(kind="planned", milestone=milestone, when=due)])
            return ()
        return (Said(kind="achieved", milestone=milestone, when=when, words=text),)

    def _answered(self, where: Where, words: str) -> tuple[Said, ...] | None:
        answer = self._basis.profile.answer(where.role, where.spot.address, words)
        if answer is None:
            return None
        try:
            flat = " ".join(words.split())
            is_goal = where.role is Role.GOAL
            start = self._basis.counted_from if is_goal else self._basis.published
            return read_answer(answer, flat, self._basis.names, start)
        except (InvalidValueError, RuleError) as error:
            self._basis.refuse_answer(where.role, words, answer, fault_of(error))
            return ()

    def _clause(
        self, where: Where, words: str, group: Sequence[Commitment], fallback: Fallback
    ) -> tuple[Said, ...]:
        """
        What one clause says.
        """
        if self._basis.profile.answer(where.role, "", words) is not None:
            return self._settled(where, words, group, fallback)
        question = self._question(where, words, group)
        if question is not None:
            self._ask(where, words, question, self._open_to(where, group))
            return ()
        return tuple(self._said(where, commitment, fallback) for commitment in group)

    def _settled(
        self, where: Where, words: str, group: Sequence[Commitment], fallback: Fallback
    ) -> tuple[Said, ...]:
        """
        An answer; a promise that it gives no day is due when the words say, or the row.
        """
        said = self._answered(where, words) or ()
        due = {c.deadline.when for c in group if isinstance(c.deadline, Deadline)}
        settled = []
        for each in said:
            is_undated = each.when is None and each.kind in _DATED
            if is_undated and len(due) > 1:
                self._basis.refuse_answer(where.role, words, spelled(each, self._basis.programme), _WHICH_DUE)
            elif is_undated:
                settled.append(evolve(each, when=next(iter(due), None) or fallback(where.spot)))
            else:
                settled.append(each)
        return tuple(settled)

    def _question(self, where: Where, words: str, group: Sequence[Commitment]) -> Fault | None:
        """
        Why a person has to decide on a clause; ``None`` if its words settle it.
        """
        named = [c for c in group if c.milestone is not None]
        known = frozenset(self._basis.programme.milestone_ids)
        if where.role is not Role.GOAL and any(
            word in words for said in vocabulary().course.values() for word in said
        ):
            return _COURSE
        if where.role is Role.REMARK and (named or any(c.possible for c in group)):
            return _REMARK
        for commitment in group:
            is_promised = commitment.kind is Kind.PROMISE or where.role is Role.GOAL
            if commitment.question is not None and (is_promised or commitment.possible):
                return commitment.question
            if isinstance(commitment.deadline, Ambiguous):
                return commitment.deadline.question
        if any(c.milestone not in known for c in named):
            return _UNKNOWN_STEP
        if where.role is Role.GOAL and all(c.kind is Kind.NOTED for c in group):
            return _NO_MILESTONE
        counts = [match[0] for match in _COUNT.finditer(words)]
        if named and any(count not in where.project for count in counts):
            return _COUNTED
        return None

    def _said(self, where: Where, commitment: Commitment, fallback: Fallback) -> Said:
        if commitment.kind is not Kind.PROMISE:
            kind = _KINDS[commitment.kind]
            occurred = commitment.occurred if kind == "achieved" else None
            milestone = None if kind == "noted" else commitment.milestone
            return Said(kind=kind, milestone=milestone, when=occurred, words=commitment.words)
        firmness = commitment.firmness or Firmness.FIRM
        when = commitment.deadline.when if isinstance(commitment.deadline, Deadline) else None
        if when is None and firmness is not Firmness.EFFORT:
            when = fallback(where.spot)
        return Said(kind=firmness.value, milestone=commitment.milestone, when=when, words=commitment.words)

    def _open_to(self, where: Where, group: Sequence[Commitment]) -> Iterator[Said]:
        """
        What a clause may say, as far as that is known.
        """
        for word, words in vocabulary().course.items():
            if where.role is not Role.GOAL and any(each in group[0].words for each in words):
                yield read_answer(word, "", self._basis.names, self._basis.published)[0]
        for commitment in group:
            steps = (commitment.milestone,) if commitment.milestone else commitment.possible
            known = [step for step in steps if step in self._basis.programme.milestone_ids]
            is_promised = commitment.kind is Kind.PROMISE or where.role is Role.GOAL
            for step in known:
                if not is_promised:
                    kinds = ("pending",) if commitment.kind is Kind.PENDING else ("achieved",)
                    yield from (Said(kind=kind, milestone=step) for kind in kinds)
                    continue
                firmness = commitment.firmness or Firmness.FIRM
                due: Sequence[UncertainDate | None] = (None,)
                if isinstance(commitment.deadline, Deadline):
                    due = (commitment.deadline.when,)
                elif isinstance(commitment.deadline, Ambiguous):
                    due = commitment.deadline.readings or (None,)
                yield from (Said(kind=firmness.value, milestone=step, when=when) for when in due)

    def _told_apart(self, where: Where, said: Iterable[Said]) -> tuple[Said, ...]:
        """
        Notes as one, the same said twice once; different things said of one milestone are asked.
        """
        found: dict[tuple[str, str | None, tuple[object, ...]], list[Said]] = {}
        for each in said:
            kind = "promise" if each.is_promise else each.kind
            # What names no milestone is no contradiction to itself.
            apart = (each.kind, each.when) if each.is_promise and each.milestone is None else ()
            found.setdefault((kind, each.milestone, apart), []).append(each)
        kept: list[Said] = []
        for (kind, _, _), group in found.items():
            if kind == "noted" or len(_meant(group)) == 1:
                words = "；".join(dict.fromkeys(each.words for each in group))
                kept.append(evolve(group[0], words=words))
            elif all(each.is_settled for each in group):
                kept += group
            else:
                for each in group:
                    if not each.is_settled:
                        self._ask(where, each.words, _TWICE, group)
        return tuple(kept)

    def _noted(self, where: Where, text: str) -> tuple[Said, ...]:
        if any(word in text for said in vocabulary().course.values() for word in said):
            said: list[Said] = []
            for word, words in vocabulary().course.items():
                if any(each in text for each in words):
                    said += read_answer(word, "", self._basis.names, self._basis.published)
            self._ask(where, text, _COURSE, said)
            return ()
        return (Said(kind="noted", words=" ".join(text.split())),)

    def _ask(self, where: Where, words: str, text: Fault, open_to: Iterable[Said]) -> None:
        choices = [spelled(each, self._basis.programme) for each in open_to]
        self._basis.ask_words(
            where.role,
            where.spot,
            words,
            text,
            choices=dict.fromkeys((*choices, ONLY_NOTED, LEFT_OUT)),
            column=where.header,
        )


def _meant(said: Iterable[Said]) -> set[tuple[str, UncertainDate | None]]:
    return {(each.kind, each.when) for each in said}
