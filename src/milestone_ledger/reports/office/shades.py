"""
The colours behind verdicts in office files, light enough for black text, also when printed in grey.

Colour-blind readers can tell them apart, and the word always stands there too. Grey is "not established",
and nothing that is not established is ever given the colour of late.
"""

from __future__ import annotations

from typing import Final

from milestone_ledger.domain.promises import Verdict

SHADES: Final[dict[Verdict, str]] = {
    Verdict.KEPT: "CFE5F3",
    Verdict.KEPT_LATE: "FBE3B5",
    Verdict.OVERDUE: "F6C7A9",
    Verdict.DATE_UNKNOWN: "D9D9D9",
    Verdict.UNVERIFIED: "E9E9E9",
    Verdict.NOT_DUE: "FFFFFF",
    Verdict.WITHDRAWN: "EBD3E1",
    Verdict.EFFORT: "FFFFFF",
}
"""
Six hexadecimal digits, red, green and blue.
"""
