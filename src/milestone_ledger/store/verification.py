"""
What ``verify`` has to say: an outcome, and every disagreement that it found.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum

from attrs import frozen


class Outcome(StrEnum):
    """
    What ``verify`` found.
    """

    TAMPERED = "tampered"
    CONSISTENT_UNANCHORED = "consistent_unanchored"
    VERIFIED_TO = "verified_to"


Progress = Callable[[int, int], None]
"""
Told how much is done, of how much.
"""

_TEXTS = {
    "database": ("the database file is damaged: {detail}", "数据库文件已损坏：{detail}"),
    "guards": (
        "{detail} missing, altered, disabled or foreign: the database did not protect the log",
        "{detail} 缺失、被改动、被停用或系外来：数据库未能保护台账",
    ),
    "unreadable": ("the entry cannot be read: {detail}", "该条无法读取：{detail}"),
    "leaf": ("the stored hash is not that of the stored bytes", "存储的哈希值与内容不符"),
    "columns": ("columns {detail} do not agree with the body", "索引列 {detail} 与内容不符"),
    "gap": ("entry {detail} should stand here", "此处应为第 {detail} 条"),
    "stamps": (
        "{detail} of the entry differ from those of its commit",
        "该条的 {detail} 与所属提交不符",
    ),
    "orphan": ("no commit closes over the entry", "该条不属于任何提交"),
    "number": ("commit {detail} should stand here", "此处应为第 {detail} 次提交"),
    "tiles": (
        "the commit must cover the entries from {detail} on, and at least one",
        "该次提交应从第 {detail} 条起，且至少含一条",
    ),
    "recorded_at": (
        "recorded_at is no instant after that of the commit before",
        "记录时刻无效，或不晚于前一次提交",
    ),
    "root": (
        "the Merkle root or frontier is not that of the entries: one of them, or their order, was changed",
        "默克尔根与条目不符：条目或其顺序已被改动",
    ),
    "digest": (
        "the digest of the request, or its idempotency key, is not that of the entries",
        "请求摘要或幂等键与条目不符",
    ),
    "checkpoint": (
        "the first {detail} entries are not those of the checkpoint: the log was changed, or another was "
        "continued (an old backup, say)",
        "前 {detail} 条与检查点不符：台账已被改动，或接续自另一份（如旧备份）",
    ),
    "shorter": (
        "the log is shorter than the checkpoint, which covers {detail} entries: its end was cut off, "
        "or an old backup was restored",
        "台账短于检查点所载的 {detail} 条：末尾被截断，或恢复了旧备份",
    ),
    "boundary": (
        "the checkpoint covers {detail} entries, where no commit ends",
        "检查点所载 {detail} 条并非一次提交的末尾",
    ),
    "rules": ("no append would have taken this: {detail}", "该次提交不合规则：{detail}"),
    "replayed": (
        "{detail} of the entry is not what an append would have recorded",
        "该条的 {detail} 与按规则入账的结果不符",
    ),
    "cut": ("the log ends before entry {detail}, which the commit covers", "日志在第 {detail} 条之前中断"),
    "index": (
        "the index of {detail} differs from the registrations; rebuild it",
        "{detail} 的索引与登记不符；请重建",
    ),
}


@frozen
class Finding:
    """
    One disagreement: at an entry, at a commit, or of the database as a whole.

    ``code`` is stable, for programs; ``text`` is for people.
    """

    seq: int | None
    commit_no: int | None
    code: str
    detail: str

    def text(self, language: str = "en") -> str:
        """
        Where and what, in ``language``: ``zh``, or English for anything else.
        """
        is_chinese = language == "zh"
        said = _TEXTS[self.code][is_chinese].format(detail=self.detail)
        if self.seq is not None:
            return f"第 {self.seq} 条：{said}" if is_chinese else f"entry {self.seq}: {said}"
        if self.commit_no is not None:
            return f"第 {self.commit_no} 次提交：{said}" if is_chinese else f"commit {self.commit_no}: {said}"
        return said


@frozen(kw_only=True)
class Verification:
    """
    What a ledger was found to be.

    ``size`` and ``root`` are those of the entries as read; ``root`` is what a checkpoint would hold.
    ``verified_to`` entries agree with a checkpoint from outside (0 without one). The ``unanchored`` ones
    after them are covered by none, so whoever owns the database could change, add or cut them and it would
    show nowhere; the oldest of them was recorded at ``unanchored_since``.
    """

    ledger: str
    outcome: Outcome
    size: int
    root: bytes
    findings: tuple[Finding, ...]
    verified_to: int
    unanchored: int
    unanchored_since: datetime | None
