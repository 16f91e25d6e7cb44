from datetime import date

import pytest

from milestone_ledger.domain.dates import UncertainDate
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
        ("2019年底前", "2019-12-31"),
        ("2019年内", "2019-12-31"),
        ("2020年12月31日前", "2020-12-31"),
        ("2020年6月底前", "2020-06-30"),
        ("2020年6月前", "[2020-05-31..2020-06-30]"),
        ("2020年1月前", "[2019-12-31..2020-01-31]"),
        ("2020年三季度", "2020-09-30"),
        ("2020年第三季度末", "2020-09-30"),
        ("2020上半年", "2020-06-30"),
        ("2020年下半年", "2020-12-31"),
        ("2020年2月上旬", "2020-02-10"),
        ("2020年2月中旬", "2020-02-20"),
        ("2020年2月下旬", "2020-02-29"),
        ("十三五末", "2020-12-31"),
        ("“十四五”末", "2025-12-31"),
    ],
)
def test_deadline_is_the_last_day_that_the_wording_permits(text, expected):
    assert expected == str(read_deadline(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年底前", "2018-12-31"),
        ("年内", "2018-12-31"),
        ("年底", "2018-12-31"),
        ("今年底", "2018-12-31"),
        ("明年", "2019-12-31"),
        ("明年底", "2019-12-31"),
        ("明年上半年", "2019-06-30"),
        ("明年3月底前", "2019-03-31"),
        ("三季度", "2018-09-30"),
        ("三季度末", "2018-09-30"),
        ("9月中旬", "2018-09-20"),
        ("9月30日前", "2018-09-30"),
        ("9月前", "[2018-08-31..2018-09-30]"),
        ("7月底", "2018-07-31"),
        ("今年3月", "2018-03-31"),
        ("2020年底", "2020-12-31"),
    ],
)
def test_deadline_without_a_year_is_read_in_that_of_its_document(text, expected):
    assert expected == str(read_deadline(text, UncertainDate.parse("2018-07-29")))
    assert expected == str(read_deadline(text, UncertainDate.parse("[2018-07-01..2018-07-29]")))


@pytest.mark.parametrize("text", ["年底", "明年", "三季度末", "12月31日前"])
@pytest.mark.parametrize("published", [None, "[2018-12-31..2019-01-01]", "[..2018-12-31]"])
def test_deadline_without_a_year_asks_for_it_where_the_document_has_none(text, published):
    with pytest.raises(InvalidValueError) as caught:
        read_deadline(text, published and UncertainDate.parse(published))

    assert "请写明年份" in caught.value.explain("zh")
    assert (caught.value.what, caught.value.value) == ("deadline", text)


@pytest.mark.parametrize("text", ["上半年", "3月底", "二季度", "7月上旬", "7月28日前"])
def test_deadline_without_a_year_that_has_passed_may_mean_the_next_and_is_refused(text):
    with pytest.raises(InvalidValueError) as caught:
        read_deadline(text, UncertainDate.parse("2018-07-29"))

    assert "请写明年份" in caught.value.explain("zh")


WORDS = [
    "春节前",
    "年前",
    "明年前",
    "上半年前",
    "9月上旬前",
    "底",
    "年",
    "2月30日",
    "13月",
]


@pytest.mark.parametrize("text", WORDS)
def test_ambiguous_deadline_is_refused_in_a_dated_document_too(text):
    with pytest.raises(InvalidValueError) as caught:
        read_deadline(text, UncertainDate.parse("2018-01-29"))

    assert caught.value.what in {"deadline", "date"}
    assert caught.value.value == text


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
        "2019-13",
        "2019-02-30",
        "2019-09.30",
        "0000",
        "0001年前",
        "0001年1月前",
        "0000年三季度",
        "2019年0月底",
        "2019年9月0日",
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
    with pytest.raises(InvalidValueError) as caught:
        read_deadline(text)

    assert caught.value.what in {"deadline", "date", "UncertainDate"}


def test_deadline_of_a_plan_period_that_has_passed_means_that_period():
    """It names its years, unlike a month without one."""
    said = read_deadline("十三五末", UncertainDate.parse("2021-03-01"))

    assert said == UncertainDate.parse("2020-12-31")


@pytest.mark.parametrize(("read", "what"), [(read_deadline, "deadline"), (read_occurred, "date")])
def test_nothing_is_refused_as_what_it_should_have_been(read, what):
    with pytest.raises(InvalidValueError) as caught:
        read(" ")

    assert (caught.value.what, caught.value.value) == (what, " ")


def test_refusal_of_a_deadline_says_what_can_be_written():
    with pytest.raises(InvalidValueError) as caught:
        read_deadline("春节前")

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
    with pytest.raises(InvalidValueError) as caught:
        read_occurred(text)

    assert caught.value.what in {"date", "UncertainDate"}


def test_half_width_changes_width_only():
    assert half_width("²（㎡") != "²（㎡"
    assert half_width("²（㎡　１２　") == "²(㎡ 12"


def test_last_day_of_the_calendar_can_be_written():
    assert date(9999, 12, 31) == read_deadline("9999").latest
