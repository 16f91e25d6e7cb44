"""
The outcome of ``verify``, for people and for programs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from milestone_ledger.errors import Language
from milestone_ledger.ledger.rows import plain
from milestone_ledger.reports.table import safe
from milestone_ledger.store.verification import Outcome, Verification


def verification_text(found: Verification, language: Language, checked_at: datetime) -> str:
    """
    The outcome, every disagreement, and how much no outside checkpoint covers, and since when.

    ``checked_at`` is the instant of the check, from which the age of what is not covered is counted.
    """
    zh = language == "zh"
    lines = [f"{'台账' if zh else 'Ledger'} {safe(found.ledger)} · {found.size} {'条' if zh else 'entries'}"]
    if found.outcome is Outcome.TAMPERED:
        count = len(found.findings)
        lines.append(f"TAMPERED：台账有 {count} 处不符：" if zh else f"TAMPERED: {count} disagreements:")
        lines += [f"  {safe(finding.text(language))}" for finding in found.findings]
    elif found.outcome is Outcome.VERIFIED_TO:
        lines.append(
            f"VERIFIED_TO({found.verified_to})：前 {found.verified_to} 条与库外检查点一致，数据库保护完好。"
            if zh
            else f"VERIFIED_TO({found.verified_to}): the first {found.verified_to} entries are those of the "
            "outside checkpoint, and the database guards the log."
        )
    else:
        lines.append(
            "CONSISTENT_UNANCHORED：台账前后一致，数据库保护完好；但没有库外检查点可资对照。"
            if zh
            else "CONSISTENT_UNANCHORED: the log agrees with itself and the database guards it, "
            "but there was no outside checkpoint to compare with."
        )
    lines.append(f"root {found.root.hex()}")
    if found.unanchored:
        lines.append(_unanchored(found, checked_at, zh=zh))
    return "\n".join(lines)


def _unanchored(found: Verification, checked_at: datetime, *, zh: bool) -> str:
    since = found.unanchored_since
    days = None if since is None else max((checked_at - since).days, 0)
    age = "?" if days is None else str(days)
    when = "?" if since is None else since.isoformat(timespec="seconds")
    if zh:
        return (
            f"未被库外检查点覆盖：{found.unanchored} 条（自 {when} 起，已 {age} 天）。这些"
            "条目若被数据库所有者改动、增补或整段截去，本校验无法发现；请用 checkpoint 签署并存于库外。"
        )
    return (
        f"Covered by no outside checkpoint: {found.unanchored} entries (since {when}, {age} days). "
        "If the owner of the database changed them, added to them or cut them off, "
        "this check could not tell; sign a checkpoint and keep it outside."
    )


def verification_data(found: Verification) -> dict[str, Any]:
    """
    The same as plain data.
    """
    return {
        "ledger": found.ledger,
        "outcome": found.outcome.value,
        "size": found.size,
        "root": found.root.hex(),
        "findings": [plain(finding) for finding in found.findings],
        "verified_to": found.verified_to,
        "unanchored": found.unanchored,
        "unanchored_since": plain(found.unanchored_since),
    }
