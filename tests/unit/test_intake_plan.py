import sys
from datetime import UTC, date, datetime, timedelta

import pytest

from milestone_ledger.cli import main
from milestone_ledger.domain.bounds import Answer, fold
from milestone_ledger.domain.events import (
    Activity,
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    Comparator,
    EntryRetracted,
    Firmness,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    ProgrammeDefined,
    ProjectAmended,
    ProjectRegistered,
    PromiseMade,
    PromiseWithdrawn,
    SourceRegistered,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.history import HINDSIGHT, Entry, History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import decide, publication_days
from milestone_ledger.errors import IntakeError, MissingReasonError
from milestone_ledger.io.intake import plan, read_folder, read_programme
from milestone_ledger.ledger import Ledger

PROGRAMME = """
id = "huitian"
title = { zh = "回天", en = "Huitian" }
[[lifecycles]]
delivery = "new_build"
label = { zh = "新建", en = "new build" }
milestones = ["started", "completed", "in_use"]
[[domains]]
path = "交通/道路"
[[domains]]
path = "教育/幼儿园"
[[units]]
name = "市交通委"
[[units]]
name = "昌平区政府"
[[units]]
name = "市科委、中关村管委会"
[[units]]
name = "市规划自然资源委"
former = ["市规划国土委"]
"""
HEADS = {
    "依据": "编号,标题,文号,发布日,性质,说明",
    "项目": "编号,名称,别名,领域,建设方式,数量,所属批次,关联,说明",
    "承诺": "编号,依据,位置,项目,节点,期限,数量,力度,责任单位,状态,说明",
    "进展": "编号,依据,位置,项目,类别,节点,日期,数量,状态,说明",
    "汇总": "编号,依据,位置,内容,数值,节点,范围,截至,状态,说明",
    "指标": "编号,依据,位置,指标,类别,数值,日期,项目,责任单位,状态,说明",
}
SOURCES = """\
2018计划,三年计划,,2018-07-29,计划,
2019通报,一周年,,2019-08-14,通报,
2020通报,两周年,,2020-08-14,通报,"""
PROJECTS = (
    ",北清路,北清路快速化改造,交通/道路,,,,,\n,安立路,,交通/道路,,,,,\n,10所幼儿园,,教育/幼儿园,新建,10所,,,"
)
PROMISES = ",2018计划,二5,北清路,开工,2019,,,市交通委；昌平区政府,,"
PROGRESS = ",2019通报,二,北清路,达到,开工,,,,"


def rows(*lines):
    """
    The body of a sheet.
    """
    return "\n".join(lines)


@pytest.fixture
def tables(tmp_path):
    """
    A function that reads the six sheets from the bodies of their CSV files.
    """

    def make(*, programme=PROGRAMME, **bodies):
        chinese = dict(
            zip(
                ("sources", "projects", "promises", "progress", "totals", "indicators"),
                HEADS,
                strict=True,
            )
        )
        for path in tmp_path.iterdir():
            path.unlink()
        given = {"sources": SOURCES, "projects": PROJECTS} | bodies
        for sheet, body in given.items():
            if body is not None:
                name = chinese[sheet]
                (tmp_path / f"{name}.csv").write_text(f"{HEADS[name]}\n{body}\n", encoding="utf-8")
        if programme:
            (tmp_path / "programme.toml").write_text(programme, encoding="utf-8")
        return read_folder(tmp_path)

    return make


def commit(history, events):
    """
    The history with ``events`` recorded, if the rules allow them.
    """
    decide(history, events)
    days = publication_days(history, events)
    grown = history.copy()
    for event, day in zip(events, days, strict=True):
        grown.add(
            Entry(
                ledger="huitian",
                seq=grown.size,
                commit_no=0,
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=grown.size),
                actor="tester",
                published_on=day,
                event=event,
            )
        )
    return grown


def taken_in(read, *, history=None, reason=""):
    history = History() if history is None else history
    return commit(history, plan(read, history, reason=reason).events)


def faults(read, history=None, **how):
    with pytest.raises(IntakeError) as caught:
        plan(read, History() if history is None else history, **how)
    return list(caught.value.exceptions)


def statements(made, kind):
    return [event for event in made.events if isinstance(event, kind)]


def live(history, kind):
    return [entry.event for entry in history.live() if isinstance(entry.event, kind)]


# ── first entry ──────────────────────────────────────────────────────────────────────────────────


def test_first_import_brings_programme_registrations_and_statements_in_order(tables):
    made = plan(tables(promises=PROMISES, progress=PROGRESS), History())

    kinds = [
        ProgrammeDefined,
        *[SourceRegistered] * 3,
        *[ProjectRegistered] * 3,
        PromiseMade,
        MilestoneAchieved,
    ]
    assert [type(event) for event in made.events] == kinds
    assert [place and (place.table.file, place.row.number) for place in made.places[-2:]] == [
        ("承诺.csv", 2),
        ("进展.csv", 2),
    ]
    assert made.places[0] is None
    assert len(made.added) == 9
    assert made.found_again == made.changed == made.missing == ()


def test_every_kind_of_row(tables):
    made = plan(
        tables(
            sources=SOURCES + "\n2021通报,无日期,,[2020-10-31..2020-12-31],通报,",
            promises=rows(
                ",2018计划,二5,北清路,开工,2020年前,,力争,市规划国土委；市交通委、市科委、中关村管委会,,",
                ",2018计划,二6,10所幼儿园,completed,2018年底,4所,,,,",
                ",2018计划,二7,安立路,,,,推进,,,",
                ",2019通报,三,北清路,开工,,,撤回,,,",
                "甲,2019通报,三,安立路,,2019-12,,挂账,市交通委,,拆迁",
            ),
            progress=rows(
                ",2019通报,一,10所幼儿园,达到,完成,[..2019-06-30],≥4所,,",
                ",2021通报,一,10所幼儿园,未达到,投用,,0所,,",
                ",2019通报,一,北清路,动态,,,,,加快推进",
                ",2019通报,二,北清路,停工,,2019-05-01,,,",
                "甲,2020通报,二,安立路,销账,,,,,",
            ),
            totals=",2021通报,一,已开工,60余个,开工；完成,2018计划；交通；新建,,,",
            indicators=rows(
                ",2018计划,三,学位,目标,≥4140个,2020年前,10所幼儿园,,,",
                ",2021通报,三,满意度,实测,48.53%,,,,,",
            ),
        ),
        History(),
    )
    promise, part, effort = statements(made, PromiseMade)
    (achieved,), (pending,) = statements(made, MilestoneAchieved), statements(made, MilestonePending)
    (total,), (target,) = statements(made, TotalReported), statements(made, IndicatorTargeted)

    assert promise.responsible == ("市规划国土委", "市交通委", "市科委、中关村管委会")
    assert promise.firmness is Firmness.ASPIRATION
    assert str(promise.deadline) == "[2019-12-31..2020-12-31]"
    assert (part.milestone, part.quantity, str(part.deadline)) == ("completed", 4, "2018-12-31")
    assert (effort.firmness, effort.milestone) == (Firmness.EFFORT, None)
    assert statements(made, PromiseWithdrawn)[0].milestone == "started"
    assert statements(made, BlockerRaised)[0].ref == statements(made, BlockerCleared)[0].ref == "甲"
    assert (str(achieved.occurred), achieved.quantity) == ("[..2019-06-30]", 4)
    assert (str(pending.on), pending.quantity) == ("2020-10-31", 0)
    assert statements(made, StatementNoted)[0].occurred is None
    assert statements(made, ActivityChanged)[0].activity is Activity.SUSPENDED
    assert (total.count, total.comparator, total.measure) == (60, Comparator.AT_LEAST, "个")
    assert total.milestones == ("started", "completed")
    assert (total.scope.plans, total.scope.domains, total.scope.deliveries) == (
        ("2018计划",),
        ("交通",),
        ("new_build",),
    )
    assert str(total.on) == "[2020-10-31..2020-12-31]"
    assert (target.project, target.comparator) == ("10所幼儿园", Comparator.AT_LEAST)
    assert str(statements(made, IndicatorObserved)[0].occurred) == f"[..{total.on.latest}]"


def test_blank_dates_are_up_to_the_publication_day(tables):
    made = plan(
        tables(progress=PROGRESS + "\n,2019通报,二,安立路,未达到,开工,,,,\n,2019通报,二,安立路,停工,,,,,"),
        History(),
    )

    assert str(statements(made, MilestoneAchieved)[0].occurred) == "[..2019-08-14]"
    assert str(statements(made, MilestonePending)[0].on) == "2019-08-14"
    assert str(statements(made, ActivityChanged)[0].on) == "2019-08-14"


def test_projects_are_found_by_id_name_or_alias_in_any_width(tables):
    body = "\n".join(
        f",2019通报,{place},{name},动态,,,,,"
        for place, name in enumerate(["P1", "北清路", "北 清 路", "ＢＱ路", "bq路"])
    )
    made = plan(tables(projects="P1,北清路,BQ路,交通/道路,,,,,", progress=body), History())

    assert {event.project for event in statements(made, StatementNoted)} == {"P1"}


def test_new_project_gets_its_name_as_id(tables):
    made = plan(tables(projects=",北清路 （一期）,,交通/道路,,,,,"), History())
    (project,) = statements(made, ProjectRegistered)

    assert (project.project, project.name) == ("北清路(一期)", "北清路 （一期）")


def test_batch_may_follow_its_members_and_relations_are_resolved(tables):
    made = plan(
        tables(
            projects=",一园,,教育/幼儿园,,,10所,部分：北清路,\n,两园,10所,教育/幼儿园,,10所,,,\n" + PROJECTS
        ),
        History(),
    )
    member = statements(made, ProjectRegistered)[0]

    assert member.member_of == "两园"
    assert member.related[0].project == "北清路"


# ── responsible units ────────────────────────────────────────────────────────────────────────────


def test_blank_units_are_those_of_the_same_plan_item(tables):
    made = plan(
        tables(promises=PROMISES + "\n,2018计划,二５,安立路,开工,2019,,,,,", indicators=None), History()
    )

    assert [event.responsible for event in statements(made, PromiseMade)] == [("市交通委", "昌平区政府")] * 2


def test_blank_units_are_else_those_of_the_earlier_promise(tables):
    later = ",2020通报,一,北清路,开工,2021,,,,,\n,2019通报,一,北清路,开工,2020,,,,,\n"
    made = plan(tables(promises=later + PROMISES), History())

    assert {event.responsible for event in statements(made, PromiseMade)} == {("市交通委", "昌平区政府")}


def test_blank_units_are_never_those_of_a_later_promise(tables):
    earlier = ",2018计划,一,北清路,开工,2019,,,,,\n,2019通报,一,北清路,开工,2020,,,市交通委,,"
    made = plan(tables(promises=earlier), History())

    assert [event.responsible for event in statements(made, PromiseMade)] == [(), ("市交通委",)]


def test_blank_units_beside_rows_that_differ_are_refused(tables):
    found = faults(
        tables(
            promises=PROMISES
            + "\n,2018计划,二5,安立路,开工,2019,,,市交通委,,\n,2018计划,二5,安立路,完成,2020,,,,,"
        )
    )

    assert [(fault.row, fault.column) for fault in found] == [(4, "责任单位")]


def test_blank_units_come_from_the_ledger_when_the_other_row_is_not_in_the_file(tables):
    history = taken_in(tables(promises=PROMISES))
    made = plan(tables(promises=",2019通报,一,北清路,开工,2020,,,,,"), history)

    assert statements(made, PromiseMade)[0].responsible == ("市交通委", "昌平区政府")
    assert [note.text for note in made.missing] == ["#7 · 2018计划 · 二5 · 北清路 · 开工"]


def test_unknown_unit_is_named_with_the_nearest(tables):
    (fault,) = faults(tables(promises=PROMISES.replace("市交通委；", "市交委、")))

    assert (fault.row, fault.column) == (2, "责任单位")
    assert "市交委" in fault.explain("zh")
    assert "是否为：市交通委" in fault.explain("zh")


# ── the second import ────────────────────────────────────────────────────────────────────────────


def test_same_folder_again_adds_nothing(tables):
    read = tables(promises=PROMISES, progress=PROGRESS)
    made = plan(read, taken_in(read))

    assert made.is_empty
    assert len(made.found_again) == 8
    assert made.missing == ()


def test_edited_row_is_a_slip_that_asks_for_its_reason_once(tables):
    history = taken_in(tables(promises=PROMISES, progress=PROGRESS))
    edited = tables(promises=PROMISES.replace("2019,", "2020,"), progress=PROGRESS[:-1] + ",x")
    (asked,) = faults(edited, history)
    made = plan(edited, history, reason="录入错误")
    grown = commit(history, made.events)

    assert isinstance(asked, MissingReasonError)
    assert "--reason" in str(asked)
    assert "2 rows" in str(asked)
    assert [type(event) for event in made.events] == [
        EntryRetracted,
        PromiseMade,
        EntryRetracted,
        MilestoneAchieved,
    ]
    assert made.events[0] == EntryRetracted(target=7, source="2018计划", locator="二5", note="录入错误")
    assert len(made.changed) == 2
    assert [str(event.deadline) for event in live(grown, PromiseMade)] == ["2020-12-31"]
    assert plan(edited, grown).is_empty


def test_row_that_is_gone_is_listed_and_stays(tables):
    history = taken_in(tables(promises=PROMISES, progress=PROGRESS))
    made = plan(tables(progress="", promises=None, projects=None), history)

    assert made.is_empty
    assert [(note.sheet, note.row) for note in made.missing] == [("progress", None)]


def test_void_row_is_retracted_and_one_that_never_was_is_nothing(tables):
    history = taken_in(tables(promises=PROMISES))
    void = tables(promises=PROMISES[:-1] + "作废,重复录入\n,2018计划,九,安立路,开工,2019,,,,作废,")
    made = plan(void, history)
    grown = commit(history, made.events)

    assert made.events == (EntryRetracted(target=7, source="2018计划", locator="二5", note="重复录入"),)
    assert live(grown, PromiseMade) == []
    assert plan(void, grown).is_empty


def test_void_row_without_any_reason_asks_for_one(tables):
    history = taken_in(tables(promises=PROMISES))

    assert "--reason" in str(faults(tables(promises=PROMISES[:-1] + "作废,"), history)[0])


def test_row_withdrawn_by_a_later_source_keeps_the_earlier_view(tables):
    history = taken_in(tables(progress=PROGRESS))
    withdrawn = tables(progress=PROGRESS[:-1] + "作废@2020通报,通报更正")
    made = plan(withdrawn, history)
    grown = commit(history, made.events)

    assert made.events == (EntryRetracted(target=7, source="2020通报", note="通报更正"),)
    assert live(grown, MilestoneAchieved) == []
    assert plan(withdrawn, grown).is_empty
    assert len(plan(withdrawn, grown).found_again) == 7


def test_row_entered_and_withdrawn_in_one_commit(tables):
    withdrawn = tables(progress=PROGRESS[:-1] + "作废@两周年,")
    made = plan(withdrawn, History())
    grown = commit(History(), made.events)

    assert made.events[-1] == EntryRetracted(target=7, source="2020通报")
    assert live(grown, MilestoneAchieved) == []
    assert plan(withdrawn, grown).is_empty


def test_withdrawn_row_that_was_entered_wrongly_is_put_right_in_every_view(tables):
    history = taken_in(tables(progress=PROGRESS[:-1] + "作废@2020通报,"))
    edited = tables(progress=PROGRESS.replace("开工,,", "开工,2019-05-01,")[:-1] + "作废@2020通报,")
    grown = taken_in(edited, history=history, reason="日期录错")

    assert live(grown, MilestoneAchieved) == []
    assert plan(edited, grown).is_empty
    kept = [e for e in grown if isinstance(e.event, MilestoneAchieved) and len(grown.retractions(e.seq)) == 1]
    assert [str(entry.event.occurred) for entry in kept] == ["2019-05-01"]


def test_promise_cannot_be_withdrawn_by_status(tables):
    (fault,) = faults(tables(promises=PROMISES[:-1] + "作废@2020通报,"))

    assert (fault.column, fault.value) == ("状态", "作废@2020通报")


def test_redated_source_takes_its_statements_along(tables):
    read = {"promises": PROMISES, "progress": PROGRESS + "\n,2020通报,二,安立路,达到,开工,,,,"}
    indicators = ",2019通报,三,满意度,实测,48%,,,,,"
    history = taken_in(tables(**read, indicators=indicators))
    redated = SOURCES.replace("2019-08-14", "2019-08-15")
    made = plan(tables(**read, sources=redated, indicators=indicators), history, reason="发布日录错")
    grown = commit(history, made.events)

    assert len(made.changed) == 3
    assert {str(event.occurred) for event in live(grown, MilestoneAchieved)} == {
        "[..2019-08-15]",
        "[..2020-08-14]",
    }
    assert str(live(grown, IndicatorObserved)[0].occurred) == "[..2019-08-15]"
    assert plan(tables(**read, sources=redated, indicators=indicators), grown).is_empty
    old = datetime(2019, 8, 14, tzinfo=UTC).date()
    assert {type(e.event) for e in grown.live() if e.published_on == old} == {EntryRetracted}


def test_redated_source_also_moves_what_the_files_leave_out_and_what_it_corrected(tables):
    withdrawn = ",2018计划,一,安立路,达到,开工,,,作废@2019通报,"
    history = taken_in(tables(progress=PROGRESS + "\n" + withdrawn))
    redated = tables(sources=SOURCES.replace("2019-08-14", "2019-08-15"), projects=None, progress=None)
    made = plan(redated, history, reason="发布日录错")
    grown = commit(history, made.events)

    assert len(live(grown, MilestoneAchieved)) == 1
    assert len(made.changed) == 3
    assert plan(redated, grown).is_empty


def test_source_corrected_without_another_date_keeps_its_statements(tables):
    history = taken_in(tables(progress=PROGRESS))
    made = plan(
        tables(sources=SOURCES.replace("一周年", "一周年发布会"), progress=PROGRESS), history, reason="标题"
    )

    assert [type(event) for event in made.events] == [EntryRetracted, SourceRegistered]


def test_project_renamed_through_an_alias_is_amended(tables):
    history = taken_in(tables(progress=PROGRESS))
    renamed = PROJECTS.replace(",北清路,北清路快速化改造", ",北清路快速路,北清路；北清路快速化改造")
    made = plan(tables(projects=renamed, progress=PROGRESS), history)

    assert made.events == (
        ProjectAmended(project="北清路", name="北清路快速路", aliases=("北清路", "北清路快速化改造")),
    )
    assert plan(tables(projects=renamed, progress=PROGRESS), commit(history, made.events)).is_empty


def test_project_renamed_without_a_word_is_new_and_the_old_one_missing(tables):
    history = taken_in(tables())
    made = plan(tables(projects=PROJECTS.replace(",安立路", ",安立路快速路")), history)

    assert [type(event) for event in made.events] == [ProjectRegistered]
    assert [note.text for note in made.missing] == ["安立路"]


def test_project_amendment_takes_away_what_is_now_blank(tables):
    history = taken_in(tables())
    made = plan(tables(projects=PROJECTS.replace("新建", "")), history)

    assert made.events == (ProjectAmended(project="10所幼儿园", delivery=""),)
    assert Registry.of(commit(history, made.events)).projects["10所幼儿园"].delivery is None


def test_resized_project_is_registered_anew(tables):
    history = taken_in(tables())
    resized = tables(projects=PROJECTS.replace("10所,", "12所,"))
    made = plan(resized, history, reason="数量录错")
    grown = commit(history, made.events)

    assert [type(event) for event in made.events] == [EntryRetracted, ProjectRegistered]
    assert made.events[0].source is None
    assert Registry.of(grown).projects["10所幼儿园"].size == 12
    assert plan(resized, grown).is_empty


def test_number_given_later_finds_the_row_and_two_like_rows_ask_for_one(tables):
    history = taken_in(tables(promises=PROMISES))
    made = plan(tables(promises="甲" + PROMISES), history, reason="补编号")
    (fault,) = faults(tables(promises=PROMISES + "\n" + PROMISES.replace("2019", "2020")))

    assert [type(event) for event in made.events] == [EntryRetracted, PromiseMade]
    assert made.events[1].ref == "甲"
    assert (fault.row, fault.column) == (3, "编号")
    assert "承诺.csv row 2" in str(fault)


def test_like_rows_told_apart_by_number(tables):
    read = tables(promises="甲" + PROMISES + "\n乙" + PROMISES.replace("2019", "2020"))
    history = taken_in(read)
    made = plan(tables(promises="甲" + PROMISES.replace("2019", "2021")), history, reason="x")

    assert plan(read, history).is_empty
    assert [type(event) for event in made.events] == [EntryRetracted, PromiseMade]
    assert len(made.missing) == 1


def test_programme_of_the_folder_comes_first_when_it_has_grown(tables):
    history = taken_in(tables())
    grown = PROGRAMME + '[[units]]\nname = "市水务局"\n'
    made = plan(tables(programme=grown, promises=PROMISES.replace("市交通委", "市水务局")), history)

    assert [type(event) for event in made.events] == [ProgrammeDefined, PromiseMade]
    (fault,) = faults(tables(programme=PROGRAMME.replace("交通/道路", "交通/路"), projects=None), history)
    assert (fault.file, fault.row) == ("programme.toml", None)


def test_deadlines_are_read_by_the_words_of_the_programme_too(tables):
    bodies = {"promises": PROMISES.replace("2019,", "2019年汛期前,")}
    words = '[[reading.deadlines]]\nwords = ["汛期前"]\nmonth = 5\nday = 31\n'

    (promise,) = statements(plan(tables(programme=PROGRAMME + words, **bodies), History()), PromiseMade)

    assert str(promise.deadline) == "2019-05-31"
    (fault,) = faults(tables(**bodies))
    assert (fault.column, fault.value) == ("期限", "2019年汛期前")


def test_no_programme_anywhere(tables):
    (fault,) = faults(tables(programme=""))

    assert fault.file == "programme.toml"


# ── old copies of a file ─────────────────────────────────────────────────────────────────────────


def test_an_old_copy_that_would_undo_a_correction_is_told_from_a_new_one(tables):
    """
    Two people keep copies of one table: what one has corrected, the other must not undo unawares.
    """
    old = PROGRESS.replace("开工,,", "开工,2019-05-01,")
    once = taken_in(tables(progress=old))
    history = taken_in(
        tables(progress=PROGRESS.replace("开工,,", "开工,2019-06-01,")), history=once, reason="看错"
    )

    (asked,) = faults(tables(progress=old), history)
    undoing = plan(tables(progress=old), history, reason="再看")
    anew = plan(tables(progress=PROGRESS.replace("开工,,", "开工,2019-07-01,")), history, reason="再看")

    assert "日期：2019-06-01 → 2019-05-01，可能是旧表" in asked.explain("zh")
    assert [(warned.file, warned.row) for warned in undoing.warnings] == [("进展.csv", 2)]
    assert "旧的" in undoing.warnings[0].explain("zh")
    assert anew.warnings == ()


def test_an_old_copy_that_would_bring_back_what_is_void_says_so(tables):
    once = taken_in(tables(progress=PROGRESS))
    void = PROGRESS.replace("开工,,,,", "开工,,,作废,")
    assert void != PROGRESS
    history = taken_in(tables(progress=void), history=once, reason="重复")

    again = plan(tables(progress=PROGRESS), history)

    assert len(again.added) == 1
    assert [(warned.file, warned.row) for warned in again.warnings] == [("进展.csv", 2)]


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


def test_contradiction_names_both_rows_until_one_is_contested(tables):
    rows = PROGRESS + "\n,2020通报,一,北清路,未达到,开工,,,{},{}"
    (fault,) = faults(tables(progress=rows.format("", "")))
    (reasonless,) = faults(tables(progress=rows.format("存疑", "")))
    history = taken_in(tables(progress=rows.format("存疑", "与2019通报不符")))

    assert (fault.file, fault.row) == ("进展.csv", 3)
    assert "进展.csv row 2 (2019-08-14, 2019通报 二)" in str(fault)
    assert "进展.csv 第 3 行" in fault.explain("zh")
    assert "“开工”" in fault.explain("zh")
    assert "存疑" in str(fault)
    assert (reasonless.row, reasonless.column) == (3, "说明")
    ladder = fold(Registry.of(history), history, HINDSIGHT)["北清路"]["started"]
    assert ladder.bounds().answer(datetime(2020, 1, 1, tzinfo=UTC).date()) is Answer.YES


def test_contradiction_with_an_entry_of_the_ledger_names_it_by_number(tables):
    history = taken_in(tables(progress=PROGRESS))
    (fault,) = faults(tables(progress=PROGRESS + "\n,2020通报,一,北清路,未达到,开工,,,,"), history)

    assert "#7 (2019-08-14, 2019通报 二)" in str(fault)


def test_evidence_about_a_day_after_its_publication(tables):
    (fault,) = faults(tables(progress=PROGRESS.replace("开工,,", "开工,2019-08-15,")))

    assert (fault.row, fault.column, fault.value) == (2, "日期", "2019-08-15")


def test_all_bad_rows_come_at_once_each_with_its_cell(tables):
    found = faults(
        tables(
            sources=SOURCES + "\n,坏,,2019-02-30,计画,",
            projects=PROJECTS + "\n,中东路,,交通/道路路,新,十所,,属于：x,\n,,,交通/道路,,,,,",
            promises=rows(
                ",2018计划,二5,北清路路,开工了,春节前,,坚决,市交通,作费,",
                ",2018计画,,安立路,,,,,,,",
                ",2018计划,二6,10所幼儿园,完成,,4家,,,,",
                ",2018计划,二6,10所幼儿园,完成,,10所,,,,",
                ",2018计划,二7,北清路,,2019,,撤回,,,",
                ",坏,二7,中东路,,,,,,,",
            ),
            progress=",2019通报,二,安立路,达到,,2019.7,,,\n,2019通报,二,安立路,未达到,开工,2019,,,\n"
            ",2019通报,二,安立路,动态,,,1,存疑,",
            totals=",2019通报,一,总数,六十,,2018,,,",
            indicators=",2019通报,一,学位,应有,1_000,,,,,",
        )
    )
    where = {(fault.file, fault.row, fault.column) for fault in found}

    assert where == {
        ("依据.csv", 5, "发布日"),
        ("依据.csv", 5, "性质"),
        ("项目.csv", 5, "领域"),
        ("项目.csv", 5, "建设方式"),
        ("项目.csv", 5, "数量"),
        ("项目.csv", 5, "关联"),
        ("项目.csv", 6, "名称"),
        ("承诺.csv", 2, "项目"),
        ("承诺.csv", 2, "节点"),
        ("承诺.csv", 2, "期限"),
        ("承诺.csv", 2, "力度"),
        ("承诺.csv", 2, "责任单位"),
        ("承诺.csv", 2, "状态"),
        ("承诺.csv", 3, "依据"),
        ("承诺.csv", 3, "位置"),
        ("承诺.csv", 4, "数量"),
        ("承诺.csv", 5, "数量"),
        ("承诺.csv", 6, "节点"),
        ("承诺.csv", 6, "期限"),
        ("进展.csv", 2, "节点"),
        ("进展.csv", 2, "日期"),
        ("进展.csv", 3, "日期"),
        ("进展.csv", 4, "数量"),
        ("进展.csv", 4, "状态"),
        ("汇总.csv", 2, "数值"),
        ("汇总.csv", 2, "范围"),
        ("指标.csv", 2, "类别"),
        ("指标.csv", 2, "数值"),
    }
    assert all(fault.fault[0] and fault.fault[1] for fault in found)
    nearest = next(fault for fault in found if (fault.row, fault.column) == (2, "项目"))
    assert "是否为：北清路" in nearest.explain("zh")


def test_one_bad_row_is_reported_once(tables):
    found = faults(
        tables(projects=PROJECTS.replace("交通/道路", "交通"), promises=PROMISES, progress=PROGRESS)
    )

    assert {fault.file for fault in found} == {"项目.csv"}


def test_two_rows_of_one_project_or_source(tables):
    found = faults(
        tables(projects=PROJECTS + "\n,北清路快速化改造,,交通/道路,,,,,", sources=SOURCES + "\n" + SOURCES)
    )
    again = faults(tables(projects=PROJECTS + "\n,北清路快速化改造,,交通/道路,,,,,"), taken_in(tables()))

    assert [fault.file for fault in found].count("依据.csv") == 3
    assert [fault.row for fault in found if fault.file == "项目.csv"] == [5]
    assert [(fault.file, fault.row) for fault in again] == [("项目.csv", 5)]


def test_name_taken_by_another_project(tables):
    (fault,) = faults(tables(projects=PROJECTS + "\n,中东路,安立路,交通/道路,,,,,"))

    assert (fault.file, fault.row, fault.column) == ("项目.csv", 5, "名称")
    assert "安立路" in fault.explain("zh")


def test_source_without_id_is_found_by_number_or_title(tables):
    history = taken_in(tables(sources=",三年计划,28号,2018-07-29,计划,\n,通报,,2019-08-14,通报,"))
    same = plan(
        tables(sources=",三年行动计划,28 号,2018-07-29,计划,\n,通报,3号,2019-08-14,通报,"),
        history,
        reason="x",
    )
    new = plan(tables(sources=",三年计划,29号,2018-07-29,计划,\n乙,通报,,2019-08-14,通报,"), history)

    assert [event.source for event in statements(same, SourceRegistered)] == ["28号", "通报"]
    assert [event.source for event in statements(new, SourceRegistered)] == ["29号", "乙"]


def test_name_given_up_by_a_numbered_project_may_be_taken_by_a_new_one(tables):
    history = taken_in(tables(projects="P1,北清路,,交通/道路,,,,,"))
    made = plan(tables(projects="P1,北清路一期,,交通/道路,,,,,\n,北清路,,交通/道路,,,,,"), history)

    assert made.events[0] == ProjectAmended(project="P1", name="北清路一期")
    assert made.events[1].project == "北清路"


def test_project_id_never_changes(tables):
    (fault,) = faults(tables(projects="P1" + PROJECTS), taken_in(tables()))

    assert (fault.row, fault.column, fault.value) == (2, "编号", "P1")


@pytest.mark.parametrize("kind", ["停工", "复工", "取消", "恢复", "销账", "未达到"])
def test_a_month_where_a_day_is_meant_is_told_that_the_cell_may_stay_empty(tables, kind):
    milestone = "开工" if kind == "未达到" else ""
    progress = f",2019通报,二,北清路,{kind},{milestone},2019-07,,,"
    (fault,) = faults(tables(progress=progress))

    assert (fault.column, fault.value) == ("日期", "2019-07")
    assert "“截至7月底”写 2019-07-31" in fault.explain("zh")
    assert "请空着" in fault.explain("zh")
    assert "leave the cell empty" in fault.explain("en")
    assert plan(tables(progress=progress.replace("2019-07", "")), History()).events


def test_a_month_in_a_document_without_a_first_day_is_told_to_name_the_day(tables):
    """
    There the cell may not stay empty.
    """
    sources = SOURCES.replace("2019-08-14", "[..2019-08-14]")
    (fault,) = faults(tables(sources=sources, progress=",2019通报,二,北清路,未达到,开工,2019-07,,,"))

    assert "截至哪一天仍未达到" in fault.explain("zh")


def test_partial_count_on_a_day_is_told_how_to_write_it(tables):
    (fault,) = faults(tables(progress=",2019通报,一,10所幼儿园,达到,完成,2019-07-01,4,,"))

    assert fault.column == "日期"
    assert "[..2019-07-01]" in str(fault)


def test_document_of_a_day_to_come_is_refused_once_on_its_own_row(tables):
    future = tables(
        sources=SOURCES.replace("2020-08-14", "2099-01-01"),
        progress=rows(PROGRESS, ",2020通报,二,安立路,达到,开工,,,,"),
        promises=PROMISES[:-1] + ",\n,2020通报,三,安立路,开工,年底,,,,作废@2020通报,",
        totals=",2019通报,一,总数,67个,,2020通报,,作废@2020通报,",
    )
    (fault,) = faults(future, today=date(2098, 12, 31))

    assert (fault.file, fault.row, fault.column, fault.value) == ("依据.csv", 4, "发布日", "2099-01-01")
    assert "2098-12-31" in fault.explain("zh")
    assert plan(future, History(), today=date(2099, 1, 1)).events


def test_undated_document_that_may_be_of_a_day_to_come_is_refused(tables):
    undated = tables(sources=SOURCES.replace("2020-08-14", "[2020-08-14..2020-12-31]"))
    (fault,) = faults(undated, today=date(2020, 12, 30))

    assert fault.column == "发布日"


def test_row_that_cites_a_document_to_come_of_the_ledger_is_refused(tables):
    history = taken_in(tables(sources=SOURCES.replace("2020-08-14", "2099-01-01")))
    found = faults(
        tables(
            sources=None,
            promises=PROMISES.replace("2018计划", "2020通报"),
            progress=PROGRESS[:-1] + "作废@2020通报,",
        ),
        history,
        today=date(2021, 1, 1),
    )

    assert [(fault.file, fault.column) for fault in found] == [("承诺.csv", "依据"), ("进展.csv", "状态")]


@pytest.mark.parametrize("kind", ["达到", "动态", "实测"])
@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("2020-10", "[2020-10-01..2020-10-08]"),
        ("2020", "[2020-01-01..2020-10-08]"),
        ("[..2020-10-31]", "[..2020-10-08]"),
        ("[2020-10-08..2020-10-31]", "2020-10-08"),
    ],
)
def test_span_that_outlasts_its_document_is_told_where_to_end(tables, kind, written, remedy):
    row = f",2020通报,一,北清路,{kind},开工,{written},,,"
    if kind == "实测":
        body = {"indicators": f",2020通报,一,满意度,实测,48%,{written},,,,"}
    else:
        body = {"progress": row}
    (fault,) = faults(tables(sources=SOURCES.replace("2020-08-14", "2020-10-08"), **body))

    assert (fault.column, fault.value) == ("日期", written)
    assert f"write {remedy}" in str(fault)
    assert f"请写 {remedy}" in fault.explain("zh")
    assert "promise" not in str(fault)


def test_partial_count_in_a_span_that_outlasts_its_document_is_told_what_can_be_written(tables):
    body = ",2020通报,一,10所幼儿园,达到,完成,2020-10,4,,"
    (fault,) = faults(tables(sources=SOURCES.replace("2020-08-14", "2020-10-08"), progress=body))

    assert "write [..2020-10-08]" in str(fault)


def test_batch_that_has_members_cannot_shrink_below_them(tables):
    batch = PROJECTS + "\n,一园,,教育/幼儿园,,,10所幼儿园,,\n,二园,,教育/幼儿园,,,10所幼儿园,,"
    history = taken_in(tables(projects=batch))
    (fault,) = faults(tables(projects=batch.replace("新建,10所", "新建,1所")), history, reason="x")
    (lone,) = faults(tables(projects=PROJECTS.replace("10所,", "1所,")), history, reason="x")

    for one in (fault, lone):
        assert (one.row, one.column, one.value) == (4, "数量", "1所")
        assert "members" in str(one)
        assert "仍有成员" in one.explain("zh")


def test_member_of_what_is_no_batch_is_told_of_the_membership(tables):
    (fault,) = faults(tables(projects=PROJECTS + "\n,一园,,教育/幼儿园,,,北清路,,"))

    assert (fault.row, fault.column) == (5, "所属批次")


def test_deadline_without_a_year_is_read_in_that_of_the_document(tables):
    made = plan(
        tables(
            promises=PROMISES.replace("2019,", "年底前,"),
            indicators=",2019通报,三,学位,目标,≥4140个,明年三季度,,,,",
        ),
        History(),
    )

    assert str(statements(made, PromiseMade)[0].deadline) == "2018-12-31"
    assert str(statements(made, IndicatorTargeted)[0].deadline) == "2020-09-30"


def test_deadline_without_a_year_does_not_echo_a_faulty_source(tables):
    found = faults(
        tables(
            sources=SOURCES.replace("2018-07-29", "2018-02-30"), promises=PROMISES.replace("2019,", "年底,")
        )
    )

    assert [fault.file for fault in found] == ["依据.csv"]


# ── what is flagged ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("deadline", "flagged"),
    [("2017", True), ("2018-07-28", True), ("2018-07-29", False), ("2018年前", False)],
)
def test_a_deadline_before_its_own_document_is_flagged(tables, deadline, flagged):
    made = plan(tables(promises=PROMISES.replace("2019,", f"{deadline},")), History())

    assert [(warned.file, warned.row, warned.column) for warned in made.warnings] == (
        [("承诺.csv", 2, "期限")] if flagged else []
    )


@pytest.mark.parametrize(
    ("written", "column", "said"),
    [
        ("开工,,,", "期限", "未写期限，不作考核"),
        (",2019,,", "节点", "未写节点，不作考核"),
        (",,,力争", "期限", "未写期限和节点，不作考核"),
        (",,,推进", None, ""),
        ("开工,,,推进", None, ""),
        ("开工,2019,,推进", None, ""),
        ("开工,2019,,", None, ""),
        ("开工,,,挂账", None, ""),
    ],
)
def test_a_promise_that_will_not_be_judged_is_flagged_unless_it_says_so(tables, written, column, said):
    made = plan(tables(promises=f",2018计划,二5,北清路,{written},市交通委,,"), History())

    assert [(warned.file, warned.row, warned.column) for warned in made.warnings] == (
        [("承诺.csv", 2, column)] if column else []
    )
    assert all(said in warned.explain("zh") for warned in made.warnings)
    assert all("never judged" in warned.explain("en") for warned in made.warnings)


def test_a_promise_of_what_was_reached_before_it_is_flagged(tables):
    """
    Whether the sheets say so, or the ledger does, or a later milestone was reached.
    """
    promised = ",2020通报,一,北清路,开工,2020年底前,,,市交通委,,"
    reached = ",2019通报,二,北清路,达到,完成,2019-06-30,,,"
    same_day = ",2020通报,二,北清路,达到,开工,,,,"
    ledger = taken_in(tables(progress=reached))

    for made in (
        plan(tables(promises=promised, progress=reached), History()),
        plan(tables(promises=promised, progress=reached), ledger),
        plan(tables(promises=promised, progress=None), ledger),
    ):
        (warned,) = made.warnings
        assert (warned.file, warned.row, warned.column, warned.value) == ("承诺.csv", 2, "节点", "开工")
        assert "至迟 2019-06-30 已经达到" in warned.explain("zh")
        assert "2020-08-14" in warned.explain("en")
    recorded = taken_in(tables(promises=promised), history=ledger)
    for read, history in (
        (tables(promises=promised, progress=same_day), History()),
        (tables(promises=PROMISES, progress=reached), History()),
        (tables(promises=promised.replace(",,,市", ",,推进,市"), progress=reached), History()),
        (tables(promises=promised, progress=reached), recorded),  # told once
    ):
        assert plan(read, history).warnings == ()


def test_rows_of_documents_older_than_the_newest_recorded_are_told_in_one_hint(tables):
    """
    Of new rows only; and what one file brings in together is not late.
    """
    late = ",2018计划,二6,安立路,开工,2019,,,市交通委,,"
    two = rows(late, late.replace("二6", "二7").replace("开工", "完成"))
    first = tables(progress=PROGRESS)
    ledger = taken_in(first)
    again = taken_in(tables(promises=late, progress=PROGRESS), history=ledger)
    (warned,) = plan(tables(promises=two, progress=PROGRESS), ledger).warnings

    assert plan(first, History()).warnings == ()
    assert (warned.file, warned.row, warned.column, warned.value) == ("承诺.csv", 2, "依据", "2018计划")
    assert "补录：2018计划的 2 行，早于台账中最新的依据（2020-08-14）" in warned.explain("zh")
    assert "entered late: 2 rows of 2018计划, older" in warned.explain("en")
    for body in (late, late.replace("2019", "2020")):  # found again, and corrected
        assert plan(tables(promises=body, progress=PROGRESS), again, reason="抄错").warnings == ()
    newest = ",2020通报,二,北清路,动态,,,,,"
    assert plan(tables(progress=rows(PROGRESS, newest)), ledger).warnings == ()


def test_odd_characters_are_kept_flagged_and_never_merged(tables):
    projects = (
        PROJECTS
        + "\n,北清路\u200b,,交通/道路,,,,,\n,\u202e园,（一）园；(一)园,教育/幼儿园,,,,,\n,А路,,交通/道路,,,,,"
    )
    made = plan(tables(projects=projects, progress=PROGRESS.replace("北清路", "北清路\u200b")), History())
    said = "\n".join(warning.explain("zh") for warning in made.warnings)

    assert {"北清路", "北清路\u200b", "\u202e园", "А路"} <= {
        event.name for event in statements(made, ProjectRegistered)
    }
    assert statements(made, MilestoneAchieved)[0].project == "北清路\u200b"
    assert "U+200B" in said
    assert "U+202E" in said
    assert "形似拉丁字母" in said
    assert "他处写作“（一）园”" in said


def test_progress_is_told(tables):
    told = []
    plan(tables(promises=PROMISES), History(), progress=lambda done, total: told.append((done, total)))

    assert told[-1] == (7, 7)


# ── the question at the terminal ─────────────────────────────────────────────────────────────────


@pytest.fixture
def terminal(tables, tmp_path, monkeypatch, capsys):
    """
    A function that imports a folder at a terminal; a question without an answer meets the end of input.
    """
    database = f"sqlite:///{tmp_path.parent / tmp_path.name}-ledger.db"

    def run(*answers, lang="en", **bodies):
        tables(**bodies)
        replies = iter(answers)

        def answer(question):
            sys.stdout.write(f"{question}\n")
            try:
                return next(replies)
            except StopIteration:
                raise EOFError from None

        monkeypatch.setattr("builtins.input", answer)
        monkeypatch.setattr("milestone_ledger.cli.importing._can_ask", lambda arguments: not arguments.yes)
        code = main(["--db", database, "--lang", lang, "import", str(tmp_path)])
        return code, *capsys.readouterr()

    with Ledger.create(database, read_folder_programme(tmp_path)):
        pass
    return run


def read_folder_programme(folder):
    path = folder / "programme.toml"
    path.write_text(PROGRAMME, encoding="utf-8")
    return read_programme(path)


@pytest.mark.parametrize(
    ("lang", "preview", "recorded", "refused"),
    [("en", "added", "Recorded:", "Nothing recorded."), ("zh", "新增", "已写入：", "未写入任何内容。")],
)
def test_preview_is_shown_once_and_the_outcome_after_the_answer(terminal, lang, preview, recorded, refused):
    for answers, outcome in (((), refused), (("n",), refused), (("y",), recorded)):
        code, said, _ = terminal(*answers, lang=lang)

        assert code == 0
        assert said.count(preview) == 1
        assert said.splitlines()[-1].startswith(outcome)


def test_end_of_input_at_the_reason_is_no_reason(terminal):
    terminal("y", promises=PROMISES)
    edited = PROMISES.replace("2019", "2020")
    code, _, complaint = terminal(promises=edited)
    again, said, _ = terminal("typed wrongly", "y", promises=edited)

    assert code == 1
    assert "--reason" in complaint
    assert "1 row differs" in complaint
    assert again == 0
    assert "1 row corrected" in said


def test_dry_run_refuses_a_document_of_tomorrow(terminal):
    code, _, complaint = terminal(sources=SOURCES.replace("2020-08-14", "9999-01-01"), lang="zh")

    assert code == 1
    assert "依据.csv 第 4 行“发布日”" in complaint
