"""
The order of places in a document.
"""

from __future__ import annotations

import doctest
import itertools

import pytest

from milestone_ledger.domain import locators
from milestone_ledger.domain.locators import locator_key

# As the places follow each other in a document; each line is in order of itself.
IN_ORDER = [
    ("导语", "一", "二(引言)", "三"),
    ("(导语)1", "（导语）2", "一", "附件"),
    ("0", "1", "2", "9", "10", "11", "99", "100", "2019"),
    ("零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"),
    ("九", "十", "十一", "十九", "二十", "二十一", "三十", "九十", "九十九"),
    ("第九条", "第十条", "第十一条", "第二十条", "第二十一条"),
    ("二(二)3", "二(二)10", "二(十)1", "二(十一)1", "三"),
    ("二", "二(导语)", "二(一)", "二(引言)"),
    ("1", "1-1", "1-2", "1-10", "2", "a", "b"),
    ("一〇", "一一", "二零", "二〇一九"),
]


@pytest.mark.parametrize("places", IN_ORDER, ids=" < ".join)
def test_places_follow_each_other_as_in_the_document(places):
    """Numbers count as numbers, Chinese ones too, and an opening comes before what it opens."""
    for earlier, later in itertools.combinations(places, 2):
        assert locator_key(earlier) < locator_key(later)


@pytest.mark.parametrize(
    ("one", "same"),
    [("十", "10"), ("一〇", "10"), ("一零", "10"), ("二十", "20"), ("二十三", "23"), ("〇", "0")],
)
def test_a_number_is_the_same_in_both_scripts(one, same):
    """They stand at one place, and only the text itself breaks the tie."""
    assert locator_key(one)[0][:2] == locator_key(same)[0][:2] == (0, int(same))
    assert locator_key(one) != locator_key(same)


@pytest.mark.parametrize("odd", ["", "②", "٣", "十十", "三十十", "百"])
def test_an_odd_place_has_a_key_too(odd):
    """Whatever a document calls its places, they can be ordered."""
    assert sorted([odd, "一"], key=locator_key)


def test_the_examples_of_the_documentation():
    """They are run."""
    assert doctest.testmod(locators).failed == 0
    assert doctest.testmod(locators).attempted
