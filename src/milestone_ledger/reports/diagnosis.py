"""
What ``doctor`` found, for people and for programs.
"""

from __future__ import annotations

from typing import Any

from milestone_ledger.errors import Language
from milestone_ledger.reports.table import safe
from milestone_ledger.store.diagnosis import Examination, Severity

_SEVERITIES = {Severity.ERROR: ("error", "错误"), Severity.WARNING: ("warning", "警告")}


def diagnosis_text(found: Examination, language: Language) -> str:
    """
    What the database is, what is wrong with it, and whether anything can be written to it.
    """
    zh = language == "zh"
    lines = [f"{found.url} · {found.server}"]
    lines += [f"[{_SEVERITIES[finding.severity][zh]}] {finding.text(language)}" for finding in found.findings]
    errors = sum(finding.severity is Severity.ERROR for finding in found.findings)
    warnings = len(found.findings) - errors
    lines.append(
        f"错误 {errors} 项，警告 {warnings} 项。" if zh else f"errors: {errors}, warnings: {warnings}."
    )
    if not found.is_writable:
        lines[-1] += "错误排除之前拒绝写入。" if zh else " Nothing is written until the errors are mended."
    return "\n".join(map(safe, lines))


def diagnosis_data(found: Examination, language: Language) -> dict[str, Any]:
    """
    The same as plain data; what to do is told in ``language``.
    """
    return {
        "database": found.url,
        "server": found.server,
        "is_writable": found.is_writable,
        "findings": [
            {"code": finding.code, "severity": finding.severity.value, "text": finding.text(language)}
            for finding in found.findings
        ],
    }
