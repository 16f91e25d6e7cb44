"""
What ``verify`` says of a disagreement, in both languages.
"""

from __future__ import annotations

import pytest

from milestone_ledger.store.verification import _TEXTS, Finding


@pytest.mark.parametrize(
    ("seq", "number", "en", "zh"),
    [
        (7, 2, "entry 7: entry x should stand here", "第 7 条：此处应为第 x 条"),
        (0, None, "entry 0: entry x should stand here", "第 0 条：此处应为第 x 条"),
        (None, 0, "commit 0: entry x should stand here", "第 0 次提交：此处应为第 x 条"),
        (None, None, "entry x should stand here", "此处应为第 x 条"),
    ],
)
def test_it_says_where_and_what(seq, number, en, zh):
    """The entry if there is one, else the commit; English for any other language."""
    finding = Finding(seq, number, "gap", "x")

    assert finding.text() == finding.text("en") == finding.text("fr") == en
    assert finding.text("zh") == zh


@pytest.mark.parametrize("code", _TEXTS)
def test_every_disagreement_has_two_texts(code):
    """And neither leaves a gap where the detail belongs."""
    finding = Finding(None, None, code, "细节")
    named = "{detail}" in _TEXTS[code][0]

    assert finding.text("en") != finding.text("zh")
    assert ("细节" in finding.text("en")) is ("细节" in finding.text("zh")) is named
