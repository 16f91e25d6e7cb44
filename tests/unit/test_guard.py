"""
Cells that look like formulas, and blanks that a reader would trim (FAULTS 44): exact, and never run.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.io.guard import guarded, unguarded

TRICKY = st.text("=+-@＝\t\r\n '\"a一\x0b\u3000\ufeff", max_size=6)
FORMULA = tuple("=+-@＝＋－＠\t\r")


@given(TRICKY | st.text(max_size=20))
def test_every_text_comes_back_exactly(text):
    assert unguarded(guarded(text)) == text


@given(TRICKY | st.text(max_size=20))
def test_no_cell_begins_like_a_formula(text):
    assert not guarded(text).startswith(FORMULA)


@given(TRICKY | st.text(max_size=20))
def test_text_that_needs_no_guard_gets_none(text):
    if unguarded(text) == text and not text.startswith(FORMULA):
        assert guarded(text) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  二(三)11 \n", "二(三)11"),
        ("甲\r\n乙\r丙", "甲\n乙\n丙"),
        ("-5%", "-5%"),
        ("'-5%", "-5%"),
        (" '=1+1 ", "=1+1"),
        ("'十四五'期间 ", "'十四五'期间"),
        ("''", "''"),
        ('\'" 甲\r "', " 甲\r "),
        ("'\"", "'\""),
        ('"甲 "', '"甲 "'),
    ],
)
def test_what_people_type_is_read_as_they_mean_it(cell, text):
    assert unguarded(cell) == text


def test_a_hundred_thousand_apostrophes_take_no_time():
    assert unguarded(guarded("'" * 100_000)) == "'" * 100_000
