"""
What a page is put together from: words, pooled values, days as numbers.
"""

from __future__ import annotations

import re
from datetime import date
from importlib.resources import files

import pytest

from milestone_ledger.reports.page.pools import Pool, Texts, day_number
from milestone_ledger.reports.page.words import words

PARTS = files("milestone_ledger.reports.page")
SCRIPTS = "".join(part.read_text("utf-8") for part in PARTS.iterdir() if part.name.endswith((".js", ".html")))


def test_every_word_that_the_page_asks_for_is_there():
    asked = set(re.findall(r'word\("(\w+)"', SCRIPTS))
    asked |= set(re.findall(r'data-(?:word|label|hint)="(\w+)"', SCRIPTS))

    assert len(asked) > 50
    assert asked <= set(words())


def test_every_word_is_asked_for():
    """
    By its name, or by one put together from a mode or the name of a list.
    """
    composed = {f"{mode}_long" for mode in ("known", "hindsight")}
    composed |= {f"{name}_note" for name in ("due_soon", "overdue", "unverified")}

    assert {key for key in words() if f'"{key}"' not in SCRIPTS} - composed == set()


def test_both_languages_have_the_same_blanks():
    for key, (zh, en) in words().items():
        assert set(re.findall(r"{(\w+)}", zh)) == set(re.findall(r"{(\w+)}", en)), key


@pytest.mark.parametrize(
    ("day", "number"),
    [
        (date(1970, 1, 1), 0),
        (date(1969, 12, 31), -1),
        (date(2019, 8, 14), 18122),
        (date.min, -719162),
        (date.max, 2932896),
        (None, None),
    ],
)
def test_days_are_counted_from_1970(day, number):
    assert day_number(day) == number


def test_a_pool_names_each_value_once_in_the_order_of_the_first():
    pool = Pool()

    assert [pool.number(value) for value in ("b", "a", "b", ("a",))] == [0, 1, 0, 2]
    assert pool.values() == ["b", "a", ("a",)]


def test_a_text_alike_in_both_languages_is_one_and_shows_its_marks():
    texts = Texts()

    assert texts.text("桥") == texts.text("桥", "桥") != texts.text("桥", "bridge")
    texts.text("a\u202eb\nc")
    assert texts.values() == ["桥", ("桥", "bridge"), "a\\u202eb\\u000ac"]
