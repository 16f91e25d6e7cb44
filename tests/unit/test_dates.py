from __future__ import annotations

import doctest
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import dates
from milestone_ledger.domain.dates import UncertainDate, add_days, civil_day, day_after, day_before, shift
from milestone_ledger.errors import InvalidValueError

PROFILE = {
    "2019-08-14": (date(2019, 8, 14), date(2019, 8, 14)),
    "2019-08": (date(2019, 8, 1), date(2019, 8, 31)),
    "2019-02": (date(2019, 2, 1), date(2019, 2, 28)),
    "2020-02": (date(2020, 2, 1), date(2020, 2, 29)),
    "2019": (date(2019, 1, 1), date(2019, 12, 31)),
    "0001": (date(1, 1, 1), date(1, 12, 31)),
    "9999-12": (date(9999, 12, 1), date(9999, 12, 31)),
    "[2018-07-29..2019-08-14]": (date(2018, 7, 29), date(2019, 8, 14)),
    "[2018-01-01..2019-12-31]": (date(2018, 1, 1), date(2019, 12, 31)),
    # Nearly a month, nearly a year.
    "[2019-08-02..2019-08-31]": (date(2019, 8, 2), date(2019, 8, 31)),
    "[2019-08-01..2019-08-30]": (date(2019, 8, 1), date(2019, 8, 30)),
    "[2019-08-01..2020-08-31]": (date(2019, 8, 1), date(2020, 8, 31)),
    "[2019-01-02..2019-12-31]": (date(2019, 1, 2), date(2019, 12, 31)),
    "[2019-01-01..2019-12-30]": (date(2019, 1, 1), date(2019, 12, 30)),
    "[..2020-12-31]": (None, date(2020, 12, 31)),
    "[2020-12-31..]": (date(2020, 12, 31), None),
}
# Read, but written more shortly or more fully.
READ_ALSO = {
    "[2019..2020-02]": ("[2019-01-01..2020-02-29]"),
    "[..2019]": "[..2019-12-31]",
    "[2019-08..2019-08]": "2019-08",
    "[2019-08-14..2019-08-14]": "2019-08-14",
    "[2019-01-01..2019-12-31]": "2019",
}
REFUSED = [
    "",
    "2019-8",
    "19",
    "2019-08-14 ",
    "2019-08-14\n",
    " 2019",
    "2019-13",
    "2019-02-29",
    "2019-00",
    "0000",
    "2019-08-32",
    "2019/08/14",
    "20190814",
    "２０１９",
    "2019?",
    "2019~",
    "[..]",
    "[2019]",
    "[2019-08-14..2019-08-13]",
    "[2019..2018]",
    "[2019-..2020]",
    "2019-08-14T00:00:00",
    "-2019",
    "2019年",
]


@pytest.mark.parametrize("text", PROFILE)
def test_the_profile_is_read_and_written(text):
    value = UncertainDate.parse(text)
    assert (value.earliest, value.latest) == PROFILE[text]
    assert str(value) == text
    assert repr(value) == f"UncertainDate.parse('{text}')"


@pytest.mark.parametrize("text", READ_ALSO)
def test_what_else_is_read_is_written_in_the_profile(text):
    assert str(UncertainDate.parse(text)) == READ_ALSO[text]


@pytest.mark.parametrize("text", REFUSED)
def test_anything_else_is_refused_in_both_languages(text):
    with pytest.raises(InvalidValueError) as caught:
        UncertainDate.parse(text)
    assert isinstance(caught.value, ValueError)
    assert caught.value.what == "UncertainDate"
    for language in ("en", "zh"):
        assert "UncertainDate" in caught.value.explain(language)


ends = st.none() | st.dates()


@given(ends, ends)
def test_writing_then_reading_gives_the_same_value(one, two):
    if one is two is None:
        return
    if one is not None and two is not None:
        one, two = sorted((one, two))
    value = UncertainDate(one, two)
    assert UncertainDate.parse(str(value)) == value
    assert eval(repr(value), {"UncertainDate": UncertainDate}) == value  # noqa: S307 (its own repr)


@pytest.mark.parametrize(
    ("ends", "value"),
    [((None, None), "[..]"), ((date(2019, 8, 15), date(2019, 8, 14)), "[2019-08-15..2019-08-14]")],
)
def test_ends_that_make_no_date_are_shown(ends, value):
    with pytest.raises(InvalidValueError) as caught:
        UncertainDate(*ends)
    assert (caught.value.what, caught.value.value) == ("UncertainDate", value)


@given(st.dates(), st.dates())
def test_reversed_ends_are_refused(one, two):
    first, last = max(one, two), min(one, two)
    if first == last:
        assert UncertainDate(first, last).is_exact
        return
    with pytest.raises(InvalidValueError, match="must not lie after"):
        UncertainDate(first, last)


@given(st.text(max_size=30) | st.from_regex(r"[\[\]0-9.-]{0,25}", fullmatch=True))
def test_any_text_is_read_or_refused(text):
    try:
        value = UncertainDate.parse(text)
    except InvalidValueError as error:
        assert error.explain("zh") != error.explain("en")  # noqa: PT017 (both outcomes are right)
    else:
        assert UncertainDate.parse(str(value)) == value


@pytest.mark.parametrize("value", [datetime(2019, 1, 1), "2019-01-01", 20190101, None, True])  # noqa: DTZ001
def test_only_a_plain_date_is_a_day(value):
    with pytest.raises(InvalidValueError, match=r"plain datetime\.date"):
        civil_day(value, "as_of")
    if value is not None:
        with pytest.raises(InvalidValueError):
            UncertainDate(value, None)


def test_one_end_must_be_known():
    with pytest.raises(InvalidValueError, match="at least one end must be known"):
        UncertainDate(None, None)


def test_shorthands():
    day = date(2019, 8, 14)
    assert UncertainDate.on(day) == UncertainDate(day, day)
    assert UncertainDate.on(day).is_exact
    assert UncertainDate.by(day) == UncertainDate(None, day)
    assert not UncertainDate.by(day).is_exact


@given(st.dates(), st.integers(-800_000, 800_000))
def test_days_are_added_and_held_at_the_ends_of_the_calendar(day, days):
    moved = add_days(day, days)
    assert moved == date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))
    assert (moved - day).days == days or moved in (date.min, date.max)


def test_neighbours():
    assert day_after(date(2019, 12, 31)) == date(2020, 1, 1)
    assert day_before(date(2020, 3, 1)) == date(2020, 2, 29)
    assert day_after(date.max) == date.max
    assert day_before(date.min) == date.min


def test_shift_moves_both_ends_and_leaves_open_ones_open():
    assert shift(UncertainDate.parse("[2019-01-31..2019-02-28]"), 1) == UncertainDate.parse(
        "[2019-02-01..2019-03-01]"
    )
    assert shift(UncertainDate.parse("[..2019-01-01]"), -1) == UncertainDate.parse("[..2018-12-31]")


def test_values_are_frozen_and_equal_by_content():
    value = UncertainDate.parse("2019")
    with pytest.raises(AttributeError):
        value.earliest = date(2018, 1, 1)
    assert {value, UncertainDate.parse("[2019-01-01..2019-12-31]")} == {value}


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(dates) == doctest.TestResults(failed=0, attempted=2)
