"""
Asking a person for the definition of a programme, in Chinese, one thing at a time.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from typing import Final, TypeVar

from milestone_ledger.domain.programme import Programme
from milestone_ledger.errors import LedgerError
from milestone_ledger.io.export.programme_draft import programme_of

T = TypeVar("T")

_ID = re.compile("[a-z][a-z0-9_-]{0,39}")
_WELCOME: Final = """\
下面依次询问计划的编号、名称、领域、责任单位和另加的节点，写成一个 programme.toml，以后可以随时续写。
按 Ctrl-D 中止，不会写入任何内容。
"""
_ASK_ID = "台账编号（小写英文字母、数字、- 或 _，如 huitian；定了就不再改）："
_ASK_TITLE = "计划名称（照文件写全）："
_ASK_DOMAINS = "领域（如 教育/幼儿园；上下级用斜线隔开）"
_ASK_UNITS = "责任单位（用现在的名称）"
_ASK_MILESTONES = "另加的节点（立项、开工、主体结构完工、完成、移交接收、投用已自带；没有就直接回车）"
_ONE_BY_ONE = "，每行一个，或用“；”隔开，空行结束："
_IS_ONE = "  “{name}”有顿号，整个算一个，对吗？[y/N] "
_PART_THEM = "  这一行没有记下。请重新写，几个之间用“；”隔开。"
_BAD_ID = "编号须以小写英文字母开头，只含小写字母、数字、- 和 _，不超过 40 个。"
_BLANK = "不能空着。"


def ask_programme() -> Programme:
    """
    The programme that the answers define; what is not accepted is asked again, with the reason.

    Raises:
        EOFError: If there are no more answers.
    """
    tell(_WELCOME)
    identity = _asked(_ASK_ID, _id)
    title = _asked(_ASK_TITLE, _title)
    domains = _listed(_ASK_DOMAINS, lambda names: programme_of(identity, title, domains=names))
    units = _listed(_ASK_UNITS, lambda names: programme_of(identity, title, units=names))
    milestones = _listed(_ASK_MILESTONES, lambda names: programme_of(identity, title, milestones=names))
    return programme_of(identity, title, domains=domains, units=units, milestones=milestones)


def _id(answer: str) -> str:
    if not _ID.fullmatch(answer):
        raise ValueError(_BAD_ID)
    return answer


def _title(answer: str) -> str:
    if not answer:
        raise ValueError(_BLANK)
    programme_of("x", answer)
    return answer


def _asked(question: str, accept: Callable[[str], T]) -> T:
    """
    The first answer that is accepted.
    """
    while True:
        try:
            return accept(answer(question))
        except ValueError as error:
            tell(f"  {error.explain('zh') if isinstance(error, LedgerError) else error}")


def _listed(question: str, check: Callable[[tuple[str, ...]], object]) -> tuple[str, ...]:
    """
    Several answers up to a blank line, each once; one that ``check`` refuses is asked again.

    So is a line that names several things as if they were one: 、 occurs in names, so it parts nothing.
    """
    tell(f"{question}{_ONE_BY_ONE}")
    names: tuple[str, ...] = ()

    def accept(said: str) -> tuple[str, ...]:
        pieces = tuple(piece.strip() for piece in said.replace(";", "；").split("；") if piece.strip())
        check(tuple(dict.fromkeys((*names, *pieces))))
        return pieces

    while pieces := _asked("  ", accept):
        if all(is_wanted(_IS_ONE.format(name=piece)) for piece in pieces if "、" in piece):
            names = tuple(dict.fromkeys((*names, *pieces)))
        else:
            tell(_PART_THEM)
    return names


def tell(text: str) -> None:
    """
    Say something to the person; what a command answers with goes elsewhere.
    """
    print(text, file=sys.stderr)


def is_wanted(question: str) -> bool:
    """
    Whether the person says yes.

    Raises:
        EOFError: If there are no more answers.
    """
    return answer(question).lower() in {"y", "yes", "是"}


def answer(question: str) -> str:
    """
    What the person answers, without blanks around it.

    Raises:
        EOFError: If there are no more answers.
    """
    print(question, end="", file=sys.stderr, flush=True)
    return input().strip()
