"""
What ``verify`` found, in words that never promise more than it can know.
"""

from __future__ import annotations

from typing import Any

from milestone_ledger.errors import Language
from milestone_ledger.ledger.rows import plain
from milestone_ledger.reports.table import safe
from milestone_ledger.store.verification import Outcome, Verification


def verification_text(found: Verification, language: Language) -> str:
    """
    The outcome, every disagreement, and how much no outside checkpoint covers.
    """
    zh = language == "zh"
    lines = [f"{'台账' if zh else 'Ledger'} {safe(found.ledger)} · {found.size} {'条' if zh else 'entries'}"]
    if found.outcome is Outcome.TAMPERED:
        count = len(found.findings)
        lines.append(
            f"TAMPERED：台账与自身不符，共 {count} 处：" if zh else f"TAMPERED: {count} disagreements:"
        )
        lines += [f"  {safe(finding.text(language))}" for finding in found.findings]
    else:
        lines.append(
            "CONSISTENT_UNANCHORED：台账前后一致，数据库保护完好。"
            if zh
            else "CONSISTENT_UNANCHORED: the log agrees with itself, and the database guards it."
        )
    lines.append(f"root {found.root.hex()}")
    if found.unanchored:
        since = found.unanchored_since.isoformat(timespec="seconds") if found.unanchored_since else "?"
        lines.append(
            f"有 {found.unanchored} 条（自 {since} 起）没有库外检查点：若数据库被整体重做，本校验无法发现。"
            if zh
            else f"{found.unanchored} entries (since {since}) are covered by no outside checkpoint: "
            "if whoever owns the database made all of it anew, this check could not tell."
        )
    return "\n".join(lines)


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
        "unanchored": found.unanchored,
        "unanchored_since": plain(found.unanchored_since),
    }
