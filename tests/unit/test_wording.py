from datetime import date

import pytest

from milestone_ledger.domain.wording import half_width, read_deadline, read_occurred
from milestone_ledger.errors import InvalidValueError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019", "2019-12-31"),
        ("2019年", "2019-12-31"),
        ("2019年底", "2019-12-31"),
        ("2019年年底", "2019-12-31"),
        ("２０１９年底", "2019-12-31"),
        ("2019-09", "2019-09-30"),
        ("2019年9月", "2019-09-30"),
        ("2019年9月底", "2019-09-30"),
        ("2020年2月", "2020-02-29"),
        ("2019-09-30", "2019-09-30"),
        ("2019.9.30", "2019-09-30"),
        ("2019/9/30", "2019-09-30"),
        ("2019年9月30日", "2019-09-30"),
        (" 2019 ", "2019-12-31"),
        ("2020年前", "[2019-12-31..2020-12-31]"),
        ("[2019-12-31..2020-12-31]", "[2019-12-31..2020-12-31]"),
    ],
)
def test_deadline_is_the_last_day_that_the_wording_permits(text, expected):
    assert expected == str(read_deadline(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "年底",
        "近期",
        "2019年内外",
        "2019.9",
        "2019-9",
        "19年",
        "2019年三季度",
        "2019-13",
        "2019-02-30",
        "2019-09.30",
        "0000",
        "0001年前",
        "[2019..2020]",
        "[..2020-12-31]",
        "[2019-12-31..]",
        "[2020-12-31..2019-12-31]",
        "٢٠١٩",
        "²019",
        "43709",
        "2019-09-30 00:00:00",
    ],
)
def test_ambiguous_or_unknown_deadline_is_refused_never_guessed(text):
    with pytest.raises(InvalidValueError):
        read_deadline(text)


def test_refusal_of_a_deadline_says_what_can_be_written():
    with pytest.raises(InvalidValueError) as caught:
        read_deadline("明年")

    assert "2019年底" in caught.value.explain("zh")
    assert "2020年前" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-07-01", "2019-07-01"),
        ("2019.7.1", "2019-07-01"),
        ("2019/7/1", "2019-07-01"),
        ("2019年7月1日", "2019-07-01"),
        ("2019-07", "2019-07"),
        ("2019年7月", "2019-07"),
        ("2019", "2019"),
        ("[..2018-12-31]", "[..2018-12-31]"),
        ("[2018-07-29..2019-08-14]", "[2018-07-29..2019-08-14]"),
        ("[2018-10..2018]", "[2018-10-01..2018-12-31]"),
    ],
)
def test_what_happened_in_a_span_may_have_happened_on_any_of_its_days(text, expected):
    assert expected == str(read_occurred(text))


@pytest.mark.parametrize("text", ["2019年底", "2019年前", "[..]", "[]", "2019.7", "今年", "1900-02-29"])
def test_unknown_day_is_refused(text):
    with pytest.raises(InvalidValueError):
        read_occurred(text)


def test_half_width_changes_width_only():
    assert half_width("²（㎡") != "²（㎡"
    assert half_width("²（㎡　１２　") == "²(㎡ 12"


def test_last_day_of_the_calendar_can_be_written():
    assert date(9999, 12, 31) == read_deadline("9999").latest
