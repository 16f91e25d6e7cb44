from decimal import Decimal

import pytest

from milestone_ledger.domain.events import Comparator, RelationKind
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.io.intake.cells import (
    Amount,
    Status,
    pieces,
    read_amount,
    read_count,
    read_period,
    read_relations,
    read_size,
    read_status,
)


@pytest.mark.parametrize(
    ("text", "comparator", "value", "measure"),
    [
        ("67个", "=", "67", "个"),
        ("４１４０个", "=", "4140", "个"),
        ("67 个", "=", "67", "个"),
        ("≥5000个", "≥", "5000", "个"),
        (">=5000个", "≥", "5000", "个"),
        ("5000余个", "≥", "5000", "个"),
        ("3万余人", "≥", "3", "万人"),
        ("近700亩", "≈", "700", "亩"),
        ("约700亩", "≈", "700", "亩"),
        ("10公里以上", "≥", "10", "公里"),
        ("超10公里", "≥", "10", "公里"),
        ("不少于10所", "≥", "10", "所"),
        ("不超过10所", "≤", "10", "所"),
        ("48.53%", "=", "48.53", "%"),
        ("４８．５３％", "=", "48.53", "%"),
        ("255.6万立方米", "=", "255.6", "万立方米"),
        ("10万立方米/日", "=", "10", "万立方米/日"),
        ("5千瓦", "=", "5", "千瓦"),
        ("12㎡", "=", "12", "㎡"),
        ("0", "=", "0", ""),
        ("-3.2%", "=", "-3.2", "%"),
    ],
)
def test_number_with_a_measure_word(text, comparator, value, measure):
    assert Amount(Comparator(comparator), Decimal(value), measure) == read_amount(text)


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "+5",
        "5²",
        "①",
        "½",
        "٥",
        "NaN",
        "inf",
        "1e400",
        "1e3",
        "0x10",
        "007",
        "1.",
        ".5",
        "5 6",
        "个",
        "#REF!",
        "近10公里以上",
        "1，200个",
        "1,200",
        "9" * 400,
        "十个",
    ],
)
def test_what_python_would_take_for_a_number_is_refused(text):
    with pytest.raises(InvalidValueError):
        read_amount(text)


def test_thousands_separator_is_refused_with_its_own_remedy():
    with pytest.raises(InvalidValueError) as caught:
        read_amount("1,200个")

    assert "thousands separator" in str(caught.value)


@pytest.mark.parametrize("text", ["67.5个", "-1个", "3万人", "0.5", "67%", "50％", "10㎡", "5‰"])
def test_count_is_a_whole_number_of_things(text):
    with pytest.raises(InvalidValueError):
        read_count(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (1, "")),
        ("1", (1, "")),
        ("10所", (10, "所")),
        ("１０所", (10, "所")),
        ("若干", (None, "")),
        ("若干所", (None, "所")),
        ("一批", (None, "")),
    ],
)
def test_size_of_a_project(text, expected):
    assert expected == read_size(text)


@pytest.mark.parametrize("text", ["0", "10余所", "≥10所", "-1", "许多", "若干10所", "50%", "若干%", "10㎡"])
def test_size_is_exact_or_unknown(text):
    with pytest.raises(InvalidValueError, match="若干"):
        read_size(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2018..2020", "2018-01-01 2020-12-31"),
        ("[2018..2020]", "2018-01-01 2020-12-31"),
        ("2022", "2022-01-01 2022-12-31"),
        ("2018-01..2018-06", "2018-01-01 2018-06-30"),
    ],
)
def test_period(text, expected):
    period = read_period(text)

    assert expected == f"{period.first} {period.last}"


@pytest.mark.parametrize("text", ["2020..2018", "2018-2020", "..2020", "2018..", "[..2018]", "三年"])
def test_bad_period(text):
    with pytest.raises(InvalidValueError):
        read_period(text)


def test_pieces_are_separated_by_semicolons_and_line_breaks_only():
    assert pieces("市科委、中关村管委会；b; c\n\n；d；") == ("市科委、中关村管委会", "b", "c", "d")


def test_relations():
    expected = (
        (RelationKind.PART_OF, "太平庄北街"),
        (RelationKind.FOLLOWS_PHASE, "一期"),
        (RelationKind.PERHAPS_SAME, "甲：乙"),
        (RelationKind.NOT_SAME, "丙"),
    )

    assert expected == read_relations("部分：太平庄北街；前期: 一期；疑同：甲：乙；not_same:丙")


@pytest.mark.parametrize("text", ["太平庄北街", "部分：", "属于：甲", "：甲"])
def test_bad_relation(text):
    with pytest.raises(InvalidValueError):
        read_relations(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Status()),
        ("存疑", Status(contested=True)),
        ("contested", Status(contested=True)),
        ("作废", Status(void=True)),
        ("作废@2022计划", Status(corrected_by="2022计划")),
        ("作废＠ 2022计划", Status(corrected_by="2022计划")),
        ("void@a@b", Status(corrected_by="a@b")),
        ("作废@甲；乙", Status(corrected_by="甲；乙")),
        ("存疑；作废@2022计划", Status(contested=True, corrected_by="2022计划")),
        ("contested; void@甲；乙", Status(contested=True, corrected_by="甲；乙")),
        ("存疑\n作废", Status(contested=True, void=True)),
    ],
)
def test_status(text, expected):
    assert expected == read_status(text)


@pytest.mark.parametrize(
    "text", ["作废@", "@2022计划", "存疑@2022计划", "存疑；存疑", "存疑；", "作废；存疑", "有效", "删除"]
)
def test_bad_status(text):
    with pytest.raises(InvalidValueError, match="作废"):
        read_status(text)
