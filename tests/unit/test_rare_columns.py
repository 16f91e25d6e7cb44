"""
What a sheet can say beyond what people usually write: columns and words that make an export exact.
"""

from __future__ import annotations

import csv

import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.errors import IntakeError
from milestone_ledger.io.intake import plan, read_folder
from milestone_ledger.io.sheets import SHEETS
from milestone_ledger.testing.recording import record

PROGRAMME = """
id = "huitian"
title = { zh = "回天", en = "Huitian" }
domains = [{ path = "交通/道路" }]
units = [{ name = "市交通委" }]
"""
DOCUMENTS = [("甲", "计划", "2018-07-29", "计划", "ab12"), ("乙", "通报", "2019", "通报", "")]
SOURCES = {"编号,标题,发布日,性质,校验值": DOCUMENTS}
PROJECTS = {"名称,领域": [("北清路", "交通/道路"), ("安立路", "交通/道路")]}
PROMISES = "依据,位置,项目,节点,期限,责任单位,序次"
PROGRESS = "依据,位置,项目,类别,节点,日期,状态,说明,更正位置,更正理由,序次"


@pytest.fixture
def tables(tmp_path):
    """
    A function that reads sheets given as {header: rows}.
    """

    def make(**sheets):
        sheets = {"依据": SOURCES, "项目": PROJECTS} | sheets
        for name, content in sheets.items():
            ((header, rows),) = content.items()
            with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([header.split(","), *rows])
        (tmp_path / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
        return read_folder(tmp_path)

    return make


def taken_in(read, history=None, reason=""):
    history = History() if history is None else history
    return record(history, plan(read, history, reason=reason).events)


def faults(read, history=None):
    with pytest.raises(IntakeError) as caught:
        plan(read, History() if history is None else history)
    return [(fault.column, fault.explain("zh")) for fault in caught.value.exceptions]


def said(history, kind):
    return [entry.event for entry in history if isinstance(entry.event, kind)]


def test_rare_columns_are_not_asked_for():
    """
    Nobody is told to fill them in, and none is required.
    """
    rare = [column for sheet in SHEETS for column in sheet.columns if column.is_rare]

    assert {column.zh for column in rare} == {"校验值", "序次", "更正位置", "更正理由"}
    assert not any(column.required for column in rare)


def test_digest_of_a_source(tables):
    history = taken_in(tables())
    silent = {"编号,标题,发布日,性质": [("甲", "计划", "2018-07-29", "计划")]}
    other = {"编号,标题,发布日,性质,校验值": [("甲", "计划", "2018-07-29", "计划", "ff")]}

    assert said(history, on.SourceRegistered)[0].sha256 == "ab12"
    assert plan(tables(依据=silent), history).is_empty
    assert plan(tables(依据=other), history, reason="重新扫描").events[-1].sha256 == "ff"


# ---------------------------------------------------------------- rows of one identity


def test_rows_that_are_otherwise_the_same_are_told_apart_by_their_order(tables):
    """
    Whatever the order in which they stand, each finds its own entry again.
    """
    rows = [
        ("甲", "一", "北清路", "开工", deadline, "", nth)
        for nth, deadline in (("1", "2019"), ("2", "2020"), ("3", "2019"))
    ]
    history = taken_in(tables(承诺={PROMISES: rows}))
    again = plan(tables(承诺={PROMISES: rows[::-1]}), history)
    bare = faults(tables(承诺={PROMISES: [row[:-1] for row in rows]}))

    assert len(said(history, on.PromiseMade)) == 3
    assert again.is_empty
    assert again.missing == ()
    assert len(bare) == 2
    assert "是同一行" in bare[0][1]


def test_one_of_several_may_be_edited(tables):
    rows = [("甲", "一", "北清路", "开工", "2019", "", "1"), ("甲", "一", "北清路", "开工", "2020", "", "2")]
    history = taken_in(tables(承诺={PROMISES: rows}))
    edited = [("甲", "一", "北清路", "开工", "2021", "", "1"), rows[1]]
    made = plan(tables(承诺={PROMISES: edited}), history, reason="录错")

    assert [type(event) for event in made.events] == [on.EntryRetracted, on.PromiseMade]
    assert made.events[0].target == 5
    assert len(made.found_again) == 5


@pytest.mark.parametrize("nth", ["0", "-1", "一", "1.5", "+1", "1_0"])
def test_order_is_a_number(tables, nth):
    found = faults(tables(承诺={PROMISES: [("甲", "一", "北清路", "开工", "2019", "", nth)]}))

    assert [column for column, _ in found] == ["序次"]


# ---------------------------------------------------------------- nobody is responsible


def test_nobody_is_responsible_where_the_document_names_nobody(tables):
    rows = [("甲", "一", "北清路", "开工", "2019", "市交通委"), ("甲", "一", "安立路", "开工", "2019", "无")]
    read = tables(承诺={PROMISES: rows})
    history = taken_in(read)

    assert [event.responsible for event in said(history, on.PromiseMade)] == [("市交通委",), ()]
    assert plan(read, history).is_empty


# ---------------------------------------------------------------- corrections in full


def test_correction_with_its_place_and_reason(tables):
    row = ("甲", "一", "北清路", "达到", "开工", "", "作废@乙", "原说明", "附件2", "重复计算")
    read = tables(进展={PROGRESS: [row]})
    history = taken_in(read)

    (achieved,), (retraction,) = said(history, on.MilestoneAchieved), said(history, on.EntryRetracted)
    assert achieved.note == "原说明"
    assert (retraction.source, retraction.locator, retraction.note) == ("乙", "附件2", "重复计算")
    assert plan(read, history).is_empty


def test_what_was_contested_stays_so_in_earlier_views(tables):
    contested = ("甲", "一", "北清路", "达到", "开工", "", "存疑", "两处不一致")
    corrected = (*contested[:6], "存疑；作废@乙", "两处不一致")
    plain = (*contested[:6], "作废@乙", "两处不一致")
    history = taken_in(tables(进展={PROGRESS: [contested]}))
    grown = taken_in(tables(进展={PROGRESS: [corrected]}), history)

    assert len(said(grown, on.MilestoneAchieved)) == 1
    assert said(grown, on.EntryRetracted)[0].source == "乙"
    assert plan(tables(进展={PROGRESS: [corrected]}), grown).is_empty
    assert plan(tables(进展={PROGRESS: [plain]}), grown).is_empty
    (fresh,) = said(taken_in(tables(进展={PROGRESS: [corrected]})), on.MilestoneAchieved)
    assert fresh.contested


def test_row_that_says_it_was_contested_corrects_an_entry_that_was_not(tables):
    row = ("甲", "一", "北清路", "达到", "开工", "", "作废@乙", "两处不一致")
    history = taken_in(tables(进展={PROGRESS: [row]}))
    read = tables(进展={PROGRESS: [(*row[:6], "存疑；作废@乙", "两处不一致")]})
    grown = taken_in(read, history, reason="漏标存疑")

    assert [event.contested for event in said(grown, on.MilestoneAchieved)] == [False, True]
    assert plan(read, grown).is_empty


@pytest.mark.parametrize(("status", "needless"), [("", {"更正位置", "更正理由"}), ("作废", {"更正位置"})])
def test_words_of_a_correction_need_one(tables, status, needless):
    row = ("甲", "一", "北清路", "达到", "开工", "", status, "", "附件2", "重复计算")

    assert {column for column, _ in faults(tables(进展={PROGRESS: [row]}))} == needless


def test_void_row_gives_its_own_reason(tables):
    row = ("甲", "一", "北清路", "达到", "开工", "", "", "", "", "")
    history = taken_in(tables(进展={PROGRESS: [row]}))
    made = plan(tables(进展={PROGRESS: [(*row[:6], "作废", "", "", "张冠李戴")]}), history)

    assert [event.note for event in made.events] == ["张冠李戴"]


def test_entry_corrected_and_entered_again_is_two_rows(tables):
    """
    What a document withdrew and holds all the same: neither row takes the other's entry.
    """
    rows = [
        ("甲", "一", "北清路", "达到", "开工", "", "作废@乙", "", "", "", "1"),
        ("甲", "一", "北清路", "达到", "开工", "", "", "", "", "", "2"),
    ]
    read = tables(进展={PROGRESS: rows})
    history = taken_in(read)

    assert len([e for e in history.live() if isinstance(e.event, on.MilestoneAchieved)]) == 1
    assert plan(read, history).is_empty
    assert plan(tables(进展={PROGRESS: rows[::-1]}), history).is_empty
