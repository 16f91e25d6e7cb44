"""
What a sentence of a document commits to, reports or leaves open.

No milestone is taken as promised or reached that the words do not name; where they can be read in two
ways, the answer is a question. A year governs up to the full stop; a shorter span only its own clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Firmness, SourceKind
from milestone_ledger.domain.reading import Reading
from milestone_ledger.domain.wording.days import read_occurred
from milestone_ledger.domain.wording.deadlines import Place, find_deadlines, outcome_at
from milestone_ledger.domain.wording.outcomes import (
    Ambiguous,
    Commitment,
    Deadline,
    Kind,
    NoDeadline,
    Outcome,
    Words,
)
from milestone_ledger.domain.wording.table import language, set_plainly
from milestone_ledger.domain.wording.tones import (
    doubt_of,
    firmness_in,
    has_tone,
    is_ended,
    is_partly,
    is_portion,
    sign,
    tone_spans,
)
from milestone_ledger.domain.wording.verbs import Found, find_verbs
from milestone_ledger.errors import InvalidValueError

_UNDATED = NoDeadline(("the words name no deadline", "没有写明期限"), effort=False)
_GOVERNS = (
    "it is not certain that the deadline before governs this too: write one for each",
    "前面的期限是否也管到这里不能断定：请各写期限",
)
_PROMISED_OR_DONE = (
    "nothing says whether this is promised or has been done: decide it",
    "没有说是要做到还是已经做到：请判断",
)
_PARTLY = ("this is said of a part, or not quite of the whole", "说的是一部分，或者还没有完全做到")
_EITHER = ("one milestone or another: decide which", "说的是几个节点之一：请定是哪一个")
_WHICH_MILESTONE = (
    "a deadline without a milestone: write what is due",
    "只有期限，没有节点：请写明做到哪一步",
)

_SENTENCES = re.compile(r"[。！？!?\n\r]+")
_CLAUSES = re.compile(r"(?:(?<![0-9]),|,(?![0-9]{3})|;)")
_TITLES = re.compile(r"《[^》]*》|“[^”]*”|\"[^\"]*\"")
_IS_PLAN = re.compile(r"[“\"](?:十[一二三四五六七八九])五[”\"]")
_FINER = re.compile("月|季度|半年|旬|日|-[0-9]{2}|[./]")
# A deadline that looks ahead from the day of the document, unlike a bare 2019年 or 9月.
_LOOKS_AHEAD = re.compile("[底末前内]|明年|次年|后年|到|最迟|期间|时期")
_IS_LIMIT = re.compile("[前内到]|最迟")
_DAY_OF_YEAR = re.compile("(?:今年)?[0-9]{1,2}月[0-9]{1,2}[日号]")
_BARE_YEAR = re.compile(r"(?<![0-9.\-/])20[0-9]{2}")
_LEADS = re.compile(r"^(?:最迟(?:于|在)?|不[迟晚]于|[到至于在])+|[:、]+$")
_HIDDEN = "□"
_FORECASTS = frozenset({Firmness.PLANNED, Firmness.ASPIRATION, Firmness.FORECAST})


def read_commitment(
    phrase: str,
    published: UncertainDate | None = None,
    reading: Reading | None = None,
    *,
    said_in: SourceKind | None = None,
) -> tuple[Commitment, ...]:
    """
    All that ``phrase`` says, in the order of its words; never empty unless it is blank.

    ``said_in`` is the kind of its document: a bare 开工建设 is a promise in a plan and was achieved in a
    report; without it, that is a question. What a report plans was still pending on its day.

    >>> (promise,) = read_commitment("2022年6月底前完成主体结构", said_in=SourceKind.PLAN)
    >>> promise.milestone, promise.deadline
    ('structure_complete', Deadline(when=UncertainDate.parse('2022-06-30')))
    """
    found: list[Commitment] = []
    for sentence in _SENTENCES.split(phrase):
        plain = language().plain(sentence)
        if plain:
            shown = set_plainly(sentence)
            said = list(_Sentence(published, reading or Reading(), said_in).read(plain, shown))
            found += said or [Commitment(Kind.NOTED, None, shown)]
    return tuple(found)


@frozen
class _Due:
    """
    A deadline in a sentence: its words, what they come to, and whether it stands before all its clauses.
    """

    words: str
    outcome: Outcome
    is_heading: bool

    @property
    def is_of_years(self) -> bool:
        return not _FINER.search(self.words)


@define
class _Sentence:
    """
    Reads one sentence, and keeps which deadline governs.
    """

    published: UncertainDate | None
    reading: Reading
    said_in: SourceKind | None
    governs: _Due | None = None
    used: bool = True

    def read(self, plain: str, shown: str) -> Iterator[Commitment]:
        """
        What the sentence says, quoted in its own words as ``shown`` has them.
        """
        clauses = _CLAUSES.split(plain)
        ends = ["", *_CLAUSES.findall(plain)]
        own = _CLAUSES.split(shown)
        own = own if len(own) == len(clauses) else clauses
        for end, clause, words in zip(ends, clauses, own, strict=True):
            if end == ";" and self.governs and not self.governs.is_of_years:
                self.governs = _Due(self.governs.words, self.governs.outcome, is_heading=False)
            if clause.strip():
                yield from self._clause(clause, words.strip())
        if not self.used and self.governs is not None and self.said_in is not SourceKind.REPORT:
            yield Commitment(
                Kind.NOTED, None, shown, deadline=self.governs.outcome, question=_WHICH_MILESTONE
            )

    def _clause(self, plain: str, clause: str) -> Iterator[Commitment]:
        masked = _TITLES.sub(
            lambda match: match[0] if _IS_PLAN.match(match[0]) else _HIDDEN * len(match[0]), plain
        )
        tones = list(tone_spans(masked))
        known = [(found.start, found.end) for found in find_verbs(masked, Reading())]
        ends = {start for start, _ in (*tones, *known)}
        said = [*find_deadlines(masked, self.reading, tones + known), *_bare_years(masked, ends)]
        spans = [(start, start + len(words), self._due(words)) for start, words in sorted(said)]
        verbs = find_verbs(masked, self.reading, tones + [(start, end) for start, end, _ in spans])
        dates = [span for span in spans if not isinstance(span[2].outcome, NoDeadline)]
        effort = next((due for *_, due in spans if isinstance(due.outcome, NoDeadline)), None)
        if dates and not verbs:
            rest = masked[: dates[0][0]] + masked[dates[-1][1] :]
            is_heading = len(dates) == 1 and not _LEADS.sub("", rest)
            self.governs, self.used = (
                _Due(dates[-1][2].words, dates[-1][2].outcome, is_heading),
                not is_heading,
            )
            if is_heading:
                return
        if verbs:
            yield from self._said(clause, masked, dates, verbs, effort)
        elif (firmness := firmness_in(masked)) or effort:
            firmness = firmness or Firmness.EFFORT
            is_plan = self.said_in is SourceKind.PLAN
            due = dates[-1][2] if dates else self.governs or effort
            yield Commitment(
                Kind.PROMISE if is_plan else Kind.NOTED,
                None,
                clause,
                firmness=firmness if is_plan else None,
                deadline=(due.outcome if due else _undated(firmness)) if is_plan else None,
            )
            self.used = True

    def _due(self, words: str) -> _Due:
        year = None
        if self.governs is not None and isinstance(self.governs.outcome, Deadline):
            latest = self.governs.outcome.when.latest
            year = latest.year if latest else None
        outcome = outcome_at(words, Place(self.published, year), self.reading)
        return _Due(words, outcome, is_heading=False)

    def _said(
        self,
        clause: str,
        masked: str,
        dates: list[tuple[int, int, _Due]],
        verbs: tuple[Found, ...],
        effort: _Due | None,
    ) -> Iterator[Commitment]:
        """
        What the verbs of a clause say, each with the words that stand before it.
        """
        if any(
            "或" in (masked[found.start - 1 : found.start], masked[found.end : found.end + 1])
            for found in verbs
        ):
            either = [step for found in verbs for step in (found.verb.proves or found.verb.possible)]
            self.used = True
            yield Commitment(
                Kind.NOTED, None, clause, question=_EITHER, possible=tuple(dict.fromkeys(either))
            )
            return
        begin, tone = 0, ""
        due: _Due | None
        for place, found in enumerate(verbs):
            own = masked[begin : found.start]
            tone = own if has_tone(own) else tone
            ahead = [due for start, _, due in dates if start < found.start]
            until = verbs[place + 1].start if place + 1 < len(verbs) else len(masked)
            behind = [due for start, _, due in dates if found.end <= start < until]
            if ahead or (behind and not place):
                due = self.governs = ahead[-1] if ahead else behind[0]
            elif self.governs is None or self.governs.is_heading:
                due = self.governs
            elif self.governs.is_of_years:
                # A report goes on to other things: 安立路计划年底开工, 林萃路进场施工.
                due = None if self.said_in is SourceKind.REPORT else self.governs
            else:
                due = self._doubtful(self.governs)
            self.used = True
            yield from self._of(clause, masked, found, tone, due or effort)
            begin = found.end

    def _doubtful(self, due: _Due) -> _Due:
        """
        A deadline of an earlier clause that may or may not reach so far.
        """
        outcome = due.outcome
        readings = (outcome.when,) if isinstance(outcome, Deadline) else ()
        return _Due(due.words, Ambiguous(_GOVERNS, readings), is_heading=False)

    def _of(
        self, clause: str, masked: str, found: Found, tone: str, due: _Due | None
    ) -> Iterator[Commitment]:
        verb, possible = found.verb, found.verb.possible
        milestone, question = verb.milestone, verb.question
        stage = _stage(masked, found)
        if stage is not None and milestone is not None:
            milestone, question, possible = None, stage, verb.proves
        if sign("negated").search(tone) and not sign("doubted").search(tone):
            kind = Kind.NOTED if milestone is None else Kind.PENDING
            yield Commitment(kind, milestone, clause, question=question, possible=possible)
            return
        if (doubt := doubt_of(masked, found.start, found.end, tone)) is not None:
            open_to = possible or ((milestone,) if milestone else ())
            yield Commitment(Kind.NOTED, None, clause, question=question or doubt, possible=open_to)
            return
        firmness = firmness_in(tone)
        is_past = bool(sign("past").search(tone) or is_ended(masked, found.end))
        kind = self._kind(firmness, due, is_past=is_past)
        if kind is Kind.ACHIEVED and verb.needs_past and not is_past:
            kind = Kind.NOTED
        if kind is Kind.PROMISE:
            if question is None and is_portion(masked):
                milestone, question, possible = None, _PARTLY, verb.proves[-1:]
            yield Commitment(
                kind,
                milestone,
                clause,
                firmness=firmness or Firmness.FIRM,
                deadline=due.outcome if due else _undated(firmness),
                question=question,
                possible=possible,
            )
            if self.said_in is SourceKind.REPORT and firmness in _FORECASTS and milestone:
                yield Commitment(Kind.PENDING, milestone, clause)
        elif kind is Kind.ACHIEVED and milestone is not None:
            if is_partly(masked, found.end):
                yield Commitment(Kind.NOTED, None, clause, question=_PARTLY, possible=verb.proves)
                return
            occurred = self._occurred(due)
            for proved in verb.proves:
                yield Commitment(kind, proved, clause, occurred=occurred)
        else:
            open_to = possible or ((milestone,) if milestone else ())
            asked = question or (None if firmness is Firmness.EFFORT else _PROMISED_OR_DONE)
            yield Commitment(Kind.NOTED, None, clause, question=asked, possible=open_to)

    def _kind(self, firmness: Firmness | None, due: _Due | None, *, is_past: bool) -> Kind:
        """
        Whether something is promised or was achieved; ``NOTED`` if that is open.
        """
        if is_past:
            return Kind.ACHIEVED if firmness is None else Kind.NOTED
        if firmness is Firmness.EFFORT:
            return Kind.PROMISE if self.said_in is SourceKind.PLAN else Kind.NOTED
        if firmness is not None:
            return Kind.PROMISE
        if self.said_in is SourceKind.PLAN:
            return Kind.PROMISE
        if due is None:
            return Kind.ACHIEVED if self.said_in is SourceKind.REPORT else Kind.NOTED
        return self._by_day(due)

    def _by_day(self, due: _Due) -> Kind:
        """
        What lies behind the day of the document was achieved, what lies ahead of it is promised.
        """
        begins = self._occurred(due)
        if not isinstance(due.outcome, Deadline):
            return Kind.NOTED if begins is None else Kind.ACHIEVED
        if self._is_past(due.outcome.when):
            # 2018年底前竣工, said in 2019, may be what had been promised.
            return Kind.NOTED if _IS_LIMIT.search(due.words) else Kind.ACHIEVED
        is_ahead = self._is_ahead(due.outcome.when)
        looks_ahead = _LOOKS_AHEAD.search(due.words) or (
            begins is not None and self._is_ahead(begins, begun=True)
        )
        return Kind.PROMISE if is_ahead and looks_ahead else Kind.NOTED

    def _is_past(self, day: UncertainDate) -> bool:
        published = self.published and self.published.earliest
        return bool(published and day.latest and day.latest <= published)

    def _is_ahead(self, day: UncertainDate, *, begun: bool = False) -> bool:
        """
        Whether ``day`` may lie after the publication; ``begun``, whether it must.
        """
        published, last = self.published and self.published.latest, day.earliest if begun else day.latest
        return bool(published and last and last > published)

    def _occurred(self, due: _Due | None) -> UncertainDate | None:
        """
        The days that a date gives for something achieved: a day, a month or a year that is written.

        A day without its year, said in a report, is the one before its publication.
        """
        if due is None:
            return None
        try:
            return read_occurred(due.words)
        except InvalidValueError:
            if not _DAY_OF_YEAR.fullmatch(due.words):
                return None
        if isinstance(due.outcome, Deadline):
            # 12月28日 in a report of January is not yet to come.
            is_certain = due.words.startswith("今年") or self._is_past(due.outcome.when)
            return due.outcome.when if is_certain else None
        if not isinstance(due.outcome, Ambiguous) or self.said_in is not SourceKind.REPORT:
            return None
        past = [day for day in due.outcome.readings if not self._is_ahead(day)]
        return past[0] if len(past) == 1 and self._is_past(past[0]) else None


def _bare_years(masked: str, ends: set[int]) -> Iterator[tuple[int, str]]:
    """
    Years without 年, right before a verb or how it is said: 2019开工, but not 2019个.
    """
    for match in _BARE_YEAR.finditer(masked):
        if match.end() in ends:
            yield match.start(), match[0]


def _undated(firmness: Firmness | None) -> NoDeadline:
    return NoDeadline(_UNDATED.reason, effort=firmness is Firmness.EFFORT)


def _stage(masked: str, found: Found) -> Words | None:
    """
    The question of a verb that is said of a stage (基础完工), not of the project.
    """
    stages = language().document["stages"]
    is_stage = masked[: found.core].endswith(tuple(stages["words"]))
    return (stages["en"], stages["zh"]) if is_stage else None
