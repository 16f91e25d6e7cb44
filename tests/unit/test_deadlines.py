"""
Deadlines with all that can come of them: a day, none, or a question.
"""

import pytest

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow
from milestone_ledger.domain.wording import (
    Ambiguous,
    Deadline,
    NoDeadline,
    deadline_outcome,
    read_deadline,
)
from milestone_ledger.domain.wording.table import language
from milestone_ledger.errors import InvalidValueError

PUBLISHED = UncertainDate.parse("2018-07-29")


def _days(*texts):
    return tuple(UncertainDate.parse(text) for text in texts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("年末", "2018-12-31"),
        ("岁末", "2018-12-31"),
        ("2019年岁末前", "2019-12-31"),
        ("后年", "2020-12-31"),
        ("后年三季度", "2020-09-30"),
        ("第三季度前", "[2018-06-30..2018-09-30]"),
        ("2019年一季度前", "[2018-12-31..2019-03-31]"),
        ("2019年上半年底", "2019-06-30"),
        ("9月初", "[2018-09-01..2018-09-10]"),
        ("9月30号前", "2018-09-30"),
        ("十四五期间", "2025-12-31"),
        ("“十五五”", "2030-12-31"),
        ("“十四五”时期", "2025-12-31"),
        ("2020年以前", "[2019-12-31..2020-12-31]"),
        ("2020年底之前", "2020-12-31"),
        ("到2020年", "2020-12-31"),
        ("最迟于2020年6月底", "2020-06-30"),
        ("2019年度", "2019-12-31"),
        ("9月份", "2018-09-30"),
        ("2018-2020年", "2020-12-31"),
        ("2018年至2020年底", "2020-12-31"),
        ("2019年9月-12月", "2019-12-31"),
        ("2019年9—12月", "2019-12-31"),
        ("2019年9月至2020年3月", "2020-03-31"),
        ("2019年9月1日至10日", "2019-09-10"),
        ("二〇一九年九月底", "2019-09-30"),
        ("二零二〇年十二月三十一日前", "2020-12-31"),
        ("十一月", "2018-11-30"),
        ("２０１９ 年 ９ 月底", "2019-09-30"),
        ("2019年歲末", "2019-12-31"),
    ],
)
def test_more_wordings_are_certain(text, expected):
    assert Deadline(UncertainDate.parse(expected)) == deadline_outcome(text, PUBLISHED)
    assert expected == str(read_deadline(text, PUBLISHED))


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("上半年", _days("2018-06-30", "2019-06-30")),
        ("明年年初", _days("2019-01-31", "2019-03-31")),
        ("2020年初", _days("2020-01-31", "2020-03-31")),
        ("国庆前", _days("2018-09-30", "2018-10-01")),
        ("春节前", ()),
        ("2020年春节前", ()),
        ("两节前", ()),
        ("2019年汛期前", _days("2019-05-31", "2019-06-30")),
        ("供暖季前", _days("2018-10-31", "2018-11-14")),
        ("2019年上半年前", ()),
        ("2019年9月底；2020年底", _days("2019-09-30", "2020-12-31")),
        ("2019年6月底前开工，2020年底前竣工", _days("2019-06-30", "2020-12-31")),
        ("2022年6月底前完成主体结构", _days("2022-06-30")),
        ("2020-2018年", ()),
        ("2019年9月-3月", _days("2020-03-31")),
        ("三月内", ()),
        ("一年内", ()),
        ("2019年以来", ()),
        ("2019年后", ()),
        ("2019年9月0日", ()),
        ("没有说", ()),
        ("", ()),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked_with_what_it_may_mean(text, readings):
    outcome = deadline_outcome(text, PUBLISHED)

    assert isinstance(outcome, Ambiguous)
    assert readings == outcome.readings
    assert all(outcome.question)
    with pytest.raises(InvalidValueError) as caught:
        read_deadline(text, PUBLISHED)
    assert (caught.value.what, caught.value.value) == ("deadline", text)
    assert outcome.question[1] in caught.value.explain("zh")


def test_every_possible_year_of_the_document_is_offered():
    outcome = deadline_outcome("年底", UncertainDate.parse("[2018-12-30..2019-01-02]"))

    assert _days("2018-12-31", "2019-12-31") == outcome.readings


@pytest.mark.parametrize(
    ("text", "is_effort"),
    [
        ("近期", True),
        ("尽快", True),
        ("适时", True),
        ("力争早日", True),
        ("长期", True),
        ("持续推进", True),
        ("已完成", False),
        ("已建成投用", False),
    ],
)
def test_effort_and_progress_are_no_deadlines_and_say_so(text, is_effort):
    outcome = deadline_outcome(text)

    assert isinstance(outcome, NoDeadline)
    assert is_effort == outcome.effort
    with pytest.raises(InvalidValueError) as caught:
        read_deadline(text)
    assert outcome.reason[1] in caught.value.explain("zh")
    assert caught.value.value == text


def test_every_example_of_the_table_is_read_by_its_own_row():
    rows = [("deadlines", row) for row in language().document["deadlines"]]
    rows += [("asks", row) for row in language().document["asks"]]
    for kind, row in rows:
        for example in row["example"]:
            outcome = deadline_outcome(example, UncertainDate.parse("2018-01-01"))
            if kind == "asks":
                assert (row["en"], row["zh"]) == outcome.question, example
            else:
                is_day = not (row.get("effort") or row.get("done"))
                assert isinstance(outcome, Deadline if is_day else NoDeadline), example


def test_a_programme_may_settle_what_the_table_asks():
    reading = Reading(deadlines=(DeadlineRow(words=("汛期前",), month=5, day=31),))

    assert str(read_deadline("2019年汛期前", PUBLISHED, reading)) == "2019-05-31"
    assert _days("2018-05-31", "2019-05-31") == deadline_outcome("汛期前", PUBLISHED, reading).readings


def test_a_programme_may_add_a_day_a_month_and_words_of_effort():
    rows = (
        DeadlineRow(words=("换届前",), year=2021, month=11),
        DeadlineRow(words=("条件成熟时",), effort=True),
        DeadlineRow(words=("闰日前",), month=2, day=29),
    )
    reading = Reading(deadlines=rows)

    assert str(read_deadline("换届前", None, reading)) == "2021-11-30"
    assert deadline_outcome("条件成熟时", None, reading).effort
    assert str(read_deadline("2020年闰日前", None, reading)) == "2020-02-29"
    assert isinstance(deadline_outcome("2019年闰日前", None, reading), Ambiguous)


@pytest.mark.parametrize(
    "row",
    [
        {"words": ()},
        {"words": ("底",), "month": 5},
        {"words": ("2019",), "month": 5},
        {"words": ("汛 期前",), "month": 5},
        {"words": ("汛期前", "汛期前"), "month": 5},
        {"words": ["汛期前"], "month": 5},
        {"words": ("汛期前",)},
        {"words": ("汛期前",), "month": 13},
        {"words": ("汛期前",), "month": 0},
        {"words": ("汛期前",), "month": True},
        {"words": ("汛期前",), "month": 2, "day": 30},
        {"words": ("汛期前",), "month": 2, "day": 29, "year": 2019},
        {"words": ("汛期前",), "year": 10000, "month": 2},
        {"words": ("汛期前",), "year": 10**12, "month": 2},
        {"words": ("汛期前",), "effort": True, "month": 5},
    ],
)
def test_a_row_that_means_nothing_is_refused(row):
    with pytest.raises(InvalidValueError) as caught:
        DeadlineRow(**row)

    assert caught.value.what.startswith("DeadlineRow.")


def test_words_may_stand_in_one_row_only():
    row = DeadlineRow(words=("汛期前",), month=5)
    with pytest.raises(InvalidValueError):
        Reading(deadlines=(row, DeadlineRow(words=("汛期前",), month=6)))
    with pytest.raises(InvalidValueError):
        Reading(verbs=(VerbRow(("揭牌",), "in_use"), VerbRow(("揭牌",), "completed")))


@pytest.mark.parametrize("said", [{"year": 2019}, {"month": 6}, {"day": 3}])
def test_a_row_of_effort_names_no_day(said):
    with pytest.raises(InvalidValueError, match="effort"):
        DeadlineRow(words=("早晚",), effort=True, **said)
