"""
What stands in the sheets of a ledger, cell by cell, and what is refused.
"""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    BUILT_IN_ORDER,
    Domain,
    Label,
    Milestone,
    Programme,
    Unit,
)
from milestone_ledger.errors import ExportError, NoProgrammeError
from milestone_ledger.io.export.csv_writer import csv_files
from milestone_ledger.io.export.programme_writer import programme_toml
from milestone_ledger.io.export.spelling import spell_amount, spell_deadline, spell_period, spell_size
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.testing.recording import record, recorded
from milestone_ledger.testing.strategies import programmes
from statements import achieved, activity, day, pending, plan, project, promise, slip, source
from strategies.histories import PROGRAMME

SOURCES, PROJECTS, PROMISES, PROGRESS, TOTALS, INDICATORS = range(6)


def ledger(*events):
    """
    Two documents, a road and ten kindergartens, and ``events``, each a commit of its own.
    """
    return recorded(
        [
            on.ProgrammeDefined(PROGRAMME),
            plan("计划", "2018-07-29", period=on.Period(day("2018-01-01"), day("2020-12-31"))),
            source("通报", "2019-08-14"),
            project("road", name="北清路"),
            project("kindergartens", 10, name="10所幼儿园", measure="所", delivery="takeover"),
        ],
        *([event] for event in events),
    )


def rows(history, sheet, language="zh"):
    """
    The rows of a sheet by header, blank cells left out.
    """
    header, *records = write_out(history, language).sheets[sheet].records()
    return [{key: cell for key, cell in zip(header, row, strict=True) if cell} for row in records]


def faults(history):
    with pytest.raises(ExportError) as caught:
        csv_files(write_out(history, "zh"))
    return [(fault.seq, fault.sheet, fault.column) for fault in caught.value.exceptions]


# ---------------------------------------------------------------- rows


def test_registrations_in_both_languages():
    history = ledger()

    assert rows(history, SOURCES)[0] == {
        "编号": "计划",
        "标题": "文件 计划",
        "发布日": "2018-07-29",
        "性质": "计划",
        "覆盖期": "2018..2020",
    }
    assert rows(history, PROJECTS)[1] == {
        "编号": "kindergartens",
        "名称": "10所幼儿园",
        "领域": "道路",
        "建设方式": "移交",
        "数量": "10所",
    }
    assert rows(history, PROJECTS, "en")[1]["delivery"] == "takeover"
    assert rows(history, SOURCES, "en")[0]["kind"] == "plan"


def test_id_that_the_name_gives_is_left_blank():
    history = ledger(on.ProjectRegistered(project="安立路(一期)", name="安立路 （一期）", domain="道路"))

    assert "编号" not in rows(history, PROJECTS)[2]


def test_project_as_its_amendments_leave_it():
    history = ledger(
        on.ProjectAmended(project="road", name="北清快速路", aliases=("北清路",), delivery="new_build"),
        on.ProjectAmended(project="road", delivery=""),
    )

    assert rows(history, PROJECTS)[0] == {
        "编号": "road",
        "名称": "北清快速路",
        "别名": "北清路",
        "领域": "道路",
    }


def test_statements_by_publication_and_place():
    history = ledger(
        achieved("road", "started", "[..2019-08-14]", "通报", locator="二(十)1"),
        pending("kindergartens", "handed_over", "2019-08-14", "通报", locator="二(二)3", quantity=0),
        activity("road", "suspended", "2018-05-01", "计划"),
    )

    assert rows(history, PROGRESS) == [
        {"依据": "计划", "位置": "三5", "项目": "北清路", "类别": "停工", "日期": "2018-05-01"},
        {
            "依据": "通报",
            "位置": "二(二)3",
            "项目": "10所幼儿园",
            "类别": "未达到",
            "节点": "移交接收",
            "日期": "2019-08-14",
            "数量": "0所",
        },
        {
            "依据": "通报",
            "位置": "二(十)1",
            "项目": "北清路",
            "类别": "达到",
            "节点": "开工",
            "日期": "[..2019-08-14]",
        },
    ]
    assert rows(history, PROGRESS, "en")[2]["milestone"] == "started"


def test_nobody_is_written_only_beside_somebody():
    """
    Blank alone; 无 where the row beside it, or an earlier promise of the same, would fill a blank in.
    """
    beside = promise("road", "completed", "2019-12-31", "计划", locator="二1", responsible=("交通局",))
    history = ledger(
        promise("road", "started", "2019-12-31", "计划", locator="一1"),
        beside,
        promise("kindergartens", "handed_over", "2019-12-31", "计划", locator="二1"),
        promise("road", "completed", "2020-12-31", "通报", locator="五"),
    )
    said = [(row["位置"], row.get("责任单位", "")) for row in rows(history, PROMISES)]

    assert said == [("一1", ""), ("二1", "交通局"), ("二1", "无"), ("五", "无")]
    assert rows(history, PROMISES, "en")[2]["responsible"] == "none"


def test_statements_of_one_identity_are_numbered():
    again = promise("road", "started", "2019-12-31", "计划")
    history = ledger(again, attrs.evolve(again, note="又"), attrs.evolve(again, ref="甲"))

    assert [row.get("序次") for row in rows(history, PROMISES)] == ["1", "2", None]
    assert "序次" not in rows(ledger(again), PROMISES)[0]


def test_slips_are_named_and_corrections_written():
    """
    The correction that takes it from the most views is the one that counts.
    """
    said = achieved("road", "started", "2018-05-01", "计划")
    history = ledger(said, said, source("年报", "2019-01-01"))
    history = record(history, [slip(5, "计划")])
    history = record(history, [on.EntryRetracted(target=6, source="通报", note="晚")])
    history = record(history, [on.EntryRetracted(target=6, source="年报", locator="附2", note="早")])

    (row,) = rows(history, PROGRESS)
    assert [entry.seq for entry in write_out(history, "zh").slips] == [5]
    assert (row["状态"], row["更正位置"], row["更正理由"]) == ("作废@年报", "附2", "早")
    assert rows(history, PROGRESS, "en")[0]["status"] == "void@年报"


def test_what_was_contested_before_it_was_corrected():
    contested = achieved("road", "started", "2018-05-01", "计划", contested=True, note="不一致")
    history = record(ledger(contested), [on.EntryRetracted(target=5, source="通报")])

    assert rows(history, PROGRESS)[0]["状态"] == "存疑；作废@通报"


def test_an_empty_ledger_has_headers_only_and_none_has_no_programme():
    history = recorded([on.ProgrammeDefined(PROGRAMME)])
    files = csv_files(write_out(history, "en"))

    assert list(files)[:2] == ["sources.csv", "projects.csv"]
    assert files["totals.csv"].decode("utf-8-sig") == (
        "id,source,locator,what,count,milestones,scope,as_of,status,note\r\n"
    )
    with pytest.raises(NoProgrammeError):
        write_out(History(), "zh")


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        ("2019-12-31", "2019-12-31"),
        ("2019", "[2019-01-01..2019-12-31]"),
        ("[2019-12-31..2020-12-31]", "[2019-12-31..2020-12-31]"),
    ],
)
def test_deadline_is_never_written_as_a_year(deadline, expected):
    """
    A year as a deadline is read as its last day.
    """
    assert spell_deadline(UncertainDate.parse(deadline)) == expected


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("2018-01-01", "2020-12-31", "2018..2020"),
        ("2022-01-01", "2022-12-31", "2022"),
        ("2018-07-29", "2020-12-31", "2018-07-29..2020-12-31"),
    ],
)
def test_period(first, last, expected):
    assert spell_period(on.Period(day(first), day(last))) == expected


def test_numbers():
    assert spell_amount(on.Comparator.AT_LEAST, 67, "个") == "≥67个"
    assert spell_amount(on.Comparator.EXACTLY, 0, "") == "0"
    assert (spell_size(1, ""), spell_size(1, "所"), spell_size(None, "所")) == ("", "1所", "若干所")


# ---------------------------------------------------------------- what is refused


def test_what_would_be_misread_is_named():
    """
    An alias that parts in two, and three "2个" that would be 32个.
    """
    history = ledger(
        on.ProjectRegistered(project="a", name="甲", domain="道路", aliases=("乙；丙",)),
        on.ProjectRegistered(project="b", name="丁", domain="道路", size=3, measure="2个"),
    )

    assert faults(history) == [(5, "项目", ""), (6, "项目", "")]
    with pytest.raises(ExportError) as caught:
        csv_files(write_out(history, "zh"))
    assert "entry 5, 项目: it would be read as something else: ProjectRegistered.aliases" in str(caught.value)


def test_what_the_reader_refuses_is_named_with_its_cell():
    long = promise("road", "started", "2019-12-31", "计划", note="长" * 100_001)
    many = promise("kindergartens", "started", "2019-12-31", "计划", quantity=3)
    history = ledger(on.ProjectRegistered(project="a", name="甲", domain="道路", size=2**53 - 1), many)

    assert faults(history) == [(5, "项目", "数量")]
    assert faults(ledger(many, long)) == [(6, "承诺", "说明")]


def test_a_programme_of_other_milestones_is_refused_by_its_definition():
    own = Programme(
        id="huitian",
        title=Label("回天", "Huitian"),
        milestones=(Milestone("started", Label("动工", "started")),),
        order=(),
    )
    reordered = attrs.evolve(PROGRAMME, order=tuple(reversed(PROGRAMME.order)))

    for programme in (own, reordered):
        assert [fault[:2] for fault in faults(recorded([on.ProgrammeDefined(programme)]))] == [
            (0, "programme.toml")
        ]


# ---------------------------------------------------------------- programme.toml


@given(programmes())
def test_programme_comes_back_exactly(programme):
    """
    Whatever its names hold, if it begins with what is built in.
    """
    known = {milestone.id for milestone in BUILT_IN_MILESTONES}
    labels = {milestone.label.zh for milestone in BUILT_IN_MILESTONES}
    added = [m for m in programme.milestones if m.id not in known and m.label.zh not in labels]
    steps = known | {milestone.id for milestone in added}
    whole = attrs.evolve(
        programme,
        milestones=(*BUILT_IN_MILESTONES, *added),
        order=(*BUILT_IN_ORDER, *(edge for edge in programme.order if set(edge) <= steps - known)),
        lifecycles=tuple(
            attrs.evolve(mode, milestones=tuple(step for step in mode.milestones if step in steps - known))
            for mode in programme.lifecycles
        ),
    )

    assert parse_programme(programme_toml(whole).encode()) == whole


def test_programme_with_characters_that_toml_escapes():
    programme = attrs.evolve(
        PROGRAMME,
        note='引号"、反斜杠\\、\x7f\x01\r\n\t\u2028',
        units=(Unit("甲\x7f乙", former=('"',), en="'"), Unit("丙")),
        domains=(Domain("道路", en="roads"), Domain("教育/幼儿园")),
    )

    assert parse_programme(programme_toml(programme).encode()) == programme
