"""
What a table leaves open: questions for a person, and the answers that a profile may hold.
"""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, evolve, field, frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Firmness
from milestone_ledger.domain.programme import Programme
from milestone_ledger.domain.wording import read_deadline, read_occurred
from milestone_ledger.errors import InvalidValueError, LedgerError
from milestone_ledger.io.export.spelling import spell_deadline
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.profile.spots import Spot
from milestone_ledger.io.sheets import FIRMNESS_WORDS, PROGRESS_KINDS, STATUS_WORDS

# What answers may say that is no statement.
LEFT_OUT, ONLY_NOTED, NOBODY = "不用", "动态", "无"
READ, UNREAD = "读", "不读"
_HOW = (
    f"write {LEFT_OUT} (left out), {ONLY_NOTED} (noted, settles no milestone), or how firm or "
    "of what kind it is, the milestone and the day, parted by blanks: 明确 开工 2022-06-30, 达到 完成; "
    "several by ；; 存疑 behind evidence that another statement contradicts",
    f"请写“{LEFT_OUT}”“{ONLY_NOTED}”，或力度（类别）、节点、日期，用空格隔开，"
    "如“明确 开工 2022-06-30”“达到 完成”，多条用；隔开；与别处矛盾的，末尾写“存疑”",
)
_MOST_WORDS = 3


@frozen(kw_only=True)
class Question:
    """
    Something that a person has to settle: where the answer goes, and what it may be.

    ``path`` is a table of the profile and ``key`` stands in it; ``cells`` are all those that it concerns.
    ``choices`` are proposals, as they would be written. ``column`` is the header that the cells stand under.
    """

    path: str
    key: str
    text: tuple[str, str]
    choices: tuple[str, ...] = ()
    cells: tuple[Spot, ...] = ()
    column: str = ""


@define
class Asked:
    """
    Every question so far; what is asked of equal cells is asked once.
    """

    _found: dict[tuple[str, str], Question] = field(factory=dict)
    _cells: dict[tuple[str, str], dict[Spot, None]] = field(factory=dict)
    _choices: dict[tuple[str, str], dict[str, None]] = field(factory=dict)

    def ask(self, question: Question) -> None:
        """
        Ask, or add the cells to a question that was asked before.
        """
        key = (question.path, question.key)
        self._found.setdefault(key, question)
        self._cells.setdefault(key, {}).update(dict.fromkeys(question.cells))
        self._choices.setdefault(key, {}).update(dict.fromkeys(question.choices))

    @property
    def questions(self) -> tuple[Question, ...]:
        """
        All of them, in the order in which they came up.
        """
        return tuple(
            evolve(question, cells=tuple(self._cells[key]), choices=tuple(self._choices[key]))
            for key, question in self._found.items()
        )

    @property
    def cells(self) -> frozenset[Spot]:
        """
        The cells that any of them concerns.
        """
        return frozenset(cell for cells in self._cells.values() for cell in cells)


@frozen(kw_only=True)
class Said:
    """
    One thing that a cell says: ``kind`` is what stands in 力度 or 类别, ``when`` its deadline or its day.

    ``words`` are those that it rests on; ``is_settled`` if a person has said so, ``is_contested`` if they
    put it in doubt against another statement.
    """

    kind: str
    milestone: str | None = None
    when: UncertainDate | None = None
    words: str = ""
    is_settled: bool = False
    is_contested: bool = False

    @property
    def is_promise(self) -> bool:
        """
        Whether it belongs in 承诺, not in 进展.
        """
        return self.kind in _PROMISES


_PROMISES = frozenset({*(firmness.value for firmness in Firmness), "withdrawn", "blocker"})


def spelled(said: Said, programme: Programme) -> str:
    """
    ``said`` as an answer would say it.
    """
    words = FIRMNESS_WORDS if said.is_promise else PROGRESS_KINDS
    parts = [words.write(said.kind, "zh")]
    if said.milestone is not None:
        labels = {step.id: step.label.zh for step in programme.milestones}
        parts.append(labels.get(said.milestone, said.milestone))
    if said.when is not None:
        parts.append(spell_deadline(said.when) if said.is_promise else str(said.when))
    if said.is_contested:
        parts.append(STATUS_WORDS.write("contested", "zh"))
    return " ".join(parts)


def read_answer(text: str, words: str, names: Names, published: UncertainDate | None) -> tuple[Said, ...]:
    """
    What an answer says of ``words``; nothing if they are left out.

    Raises:
        InvalidValueError: If it cannot be read; the demand says how to write it.
    """
    if text == LEFT_OUT:
        return ()
    pieces = [piece for part in text.replace("；", ";").split(";") if (piece := part.strip())]
    return tuple(_read(piece, words, names, published) for piece in pieces)


def _read(piece: str, words: str, names: Names, published: UncertainDate | None) -> Said:
    first, *rest = piece.split()
    is_promise = FIRMNESS_WORDS.knows(first)
    if not (is_promise or PROGRESS_KINDS.knows(first)) or len(rest) > _MOST_WORDS:
        raise InvalidValueError("answer", piece, _HOW)
    kind = FIRMNESS_WORDS.read(first) if is_promise else PROGRESS_KINDS.read(first)
    is_contested = bool(rest) and STATUS_WORDS.knows(rest[-1]) and STATUS_WORDS.read(rest[-1]) == "contested"
    rest = rest[:-1] if is_contested else rest
    milestone: str | None = None
    if rest:
        try:
            milestone = names.milestone(rest[0])
        except LedgerError as error:
            if len(rest) > 1:
                raise InvalidValueError("answer", piece, _both(error)) from error
        else:
            rest = rest[1:]
    if len(rest) > 1:
        raise InvalidValueError("answer", piece, _HOW)
    when: UncertainDate | None = None
    if rest and is_promise:
        when = read_deadline(rest[0], published, names.programme.reading)
    elif rest:
        when = read_occurred(rest[0])
    if kind in ("achieved", "pending", "withdrawn") and milestone is None:
        raise InvalidValueError("answer", piece, _HOW)
    return Said(
        kind=kind,
        milestone=milestone,
        when=when,
        words=words,
        is_settled=True,
        is_contested=is_contested,
    )


def _both(error: LedgerError) -> tuple[str, str]:
    return error.explain("en"), error.explain("zh")


def listed(choices: Iterable[str]) -> str:
    """
    Choices as a person reads them.
    """
    return "、".join(f"“{choice}”" for choice in choices)


def answers_path(role: str) -> str:
    """
    The table of a profile in which the answers about a role stand.
    """
    return f'answers."{role}"'
