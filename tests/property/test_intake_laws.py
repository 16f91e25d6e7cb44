"""
The laws of intake: nothing but acceptance or ``IntakeError`` (30), and one import is as good as two (31).
"""

import codecs
import contextlib
import io
import random
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milestone_ledger.domain.bounds import fold
from milestone_ledger.domain.events import Statement
from milestone_ledger.domain.history import HINDSIGHT, Entry, History, Viewpoint
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import decide, publication_days
from milestone_ledger.errors import IntakeError
from milestone_ledger.io.intake import plan, read_folder
from strategies.folders import HEADS, MILESTONES, PROGRAMME, PUBLISHED, TODAY, folders, write


def read(sheets):
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), sheets)
        return read_folder(Path(folder))


def commit(history, events):
    decide(history, events)
    grown = history.copy()
    for event, day in zip(events, publication_days(history, events), strict=True):
        recorded_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=grown.size)
        grown.add(
            Entry(
                ledger="huitian",
                seq=grown.size,
                commit_no=0,
                recorded_at=recorded_at,
                actor="tester",
                published_on=day,
                event=event,
            )
        )
    return grown


def taken_in(sheets, history=None):
    history = History() if history is None else history
    return commit(history, plan(read(sheets), history, reason="录入错误").events)


def statements(history):
    """
    All live statements, whatever their order.
    """
    return Counter(entry.event for entry in history.live() if isinstance(entry.event, Statement))


def bounds(history):
    """
    What the evidence says, in hindsight and on each publication day.
    """
    registry = Registry.of(history)
    return {
        (day, project, milestone): (ladder.bounds().lo, ladder.bounds().hi, ladder.hi(1), ladder.lo(1))
        for day in (None, *PUBLISHED.values())
        for project, ladders in fold(registry, history, Viewpoint(published_by=day)).items()
        for milestone, ladder in ladders.items()
    }


def rows_of(sheets):
    """
    The file and number of every row that says something.
    """
    return [
        (f"{sheet}.csv", number)
        for sheet, rows in sheets.items()
        for number, row in enumerate(rows, start=2)
        if any(cell.strip() for cell in row)
    ]


def accounted(made):
    """
    The rows of which a plan says what becomes of them, each as often as it does.
    """
    notes = (*made.added, *made.changed, *made.retracted, *made.found_again)
    return Counter((note.file, note.row) for note in notes if note.row is not None)


def shuffled(sheets, seed):
    order = random.Random(seed)  # noqa: S311 (a permutation, not a secret)
    return {sheet: order.sample(rows, len(rows)) for sheet, rows in sheets.items()}


@given(folders())
def test_importing_twice_is_importing_once(sheets):
    history = taken_in(sheets)
    again = plan(read(sheets), history)

    assert again.is_empty
    assert again.added == again.changed == again.retracted == again.missing == ()
    assert len(again.found_again) == sum(len(rows) for rows in sheets.values())


@given(folders(), st.integers())
def test_the_order_of_rows_does_not_matter(sheets, seed):
    one, other = taken_in(sheets), taken_in(shuffled(sheets, seed))

    assert bounds(one) == bounds(other)
    assert statements(one) == statements(other)
    assert plan(read(shuffled(sheets, seed + 1)), one).is_empty


@given(folders(), st.data())
def test_a_later_version_adds_only_what_is_new(sheets, data):
    def part(rows):
        return [row for row in rows if data.draw(st.booleans())]

    earlier = sheets | {sheet: part(sheets[sheet]) for sheet in ("承诺", "进展")}
    history = taken_in(earlier)
    made = plan(read(sheets), history, reason="责任单位随之更正")
    grown = commit(history, made.events)

    new = sum(len(sheets[sheet]) - len(earlier[sheet]) for sheet in ("承诺", "进展"))
    assert len(made.added) == new
    assert made.missing == ()
    assert {note.sheet for note in made.changed} <= {"promises"}  # units that are now inherited
    assert statements(grown) == statements(taken_in(sheets))
    assert bounds(grown) == bounds(taken_in(sheets))


@given(folders(), st.data())
def test_rows_that_are_gone_are_listed_and_nothing_is_taken_back(sheets, data):
    history = taken_in(sheets)
    fewer = sheets | {
        sheet: [row for row in sheets[sheet] if data.draw(st.booleans())]
        for sheet in ("进展", "汇总", "指标")
    }
    made = plan(read(fewer), history, reason="x")

    gone = sum(len(sheets[sheet]) - len(fewer[sheet]) for sheet in sheets)
    assert made.is_empty
    assert made.added == made.changed == made.retracted == ()
    assert len(made.missing) == gone
    assert accounted(made) == Counter(rows_of(fewer))


@given(folders(), st.data())
def test_an_edited_folder_leaves_the_ledger_as_if_it_had_never_been_otherwise(sheets, data):
    history = taken_in(sheets)
    edited = {sheet: [list(row) for row in rows] for sheet, rows in sheets.items()}
    for row in edited["承诺"]:
        row[5] = data.draw(st.sampled_from([row[5], "2022"]))
        row[10] = data.draw(st.sampled_from([row[10], "改"]))
    for row in edited["进展"]:
        row[8] = data.draw(st.sampled_from(["", "", "作废"]))
    moved = data.draw(st.booleans())
    edited["依据"][-1][4] = "2021-12-31" if moved else edited["依据"][-1][4]
    grown = taken_in(edited, history)

    assert statements(grown) == statements(taken_in(edited))
    assert plan(read(edited), grown, reason="x").is_empty
    assert [entry.event for entry in grown][: len(history)] == [entry.event for entry in history]


@given(
    st.sampled_from(sorted(HEADS)), st.binary(max_size=400), st.sampled_from([None, "gb18030", "utf-16-le"])
)
def test_any_bytes_are_accepted_or_refused_with_an_intake_error(sheet, content, encoding):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")
        (folder / f"{sheet}.csv").write_bytes(content)
        _accepted_or_refused(folder, encoding)


@given(st.binary(max_size=300) | st.text("[]{}=\"'.,\n ab1-_#\\u", max_size=100).map(str.encode))
def test_any_bytes_as_a_programme(content):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, {"依据": []})
        (folder / "programme.toml").write_bytes(content)
        _accepted_or_refused(folder)


ODD_CELLS = """
作废 作废@2021通报 存疑 若干 1_000 ５ 2019-02-30 [..2019] 2020年前 ； 、 北清路 达到 取消 撤回 挂账 投用
年底 春节前 三季度末 2020年6月前 9999-12-31 [2021-08-14..2021-08-15] 2021
0 999999999999999999999999999999 部分：安立路 批次 市交通委 10条 4条 2021通报 \u200b \u202e \x00
"""
CELLS = st.sampled_from(["", *ODD_CELLS.split()]) | st.text(max_size=8)


@given(folders(), st.data())
def test_a_folder_with_any_cells_changed_is_accepted_or_refused(sheets, data):
    changed = {sheet: [list(row) for row in rows] for sheet, rows in sheets.items()}
    for _ in range(data.draw(st.integers(1, 5))):
        rows = changed[data.draw(st.sampled_from(sorted(sheet for sheet in changed if changed[sheet])))]
        row = data.draw(st.sampled_from(rows))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(CELLS)
        if data.draw(st.booleans()):
            rows.append(list(row))
    history = taken_in(sheets)
    with tempfile.TemporaryDirectory() as name:
        write_raw(Path(name), changed)
        _accepted_or_refused(Path(name), rows=rows_of(changed))
        _accepted_or_refused(Path(name), history=history, rows=rows_of(changed))


# Ways to be wrong once, as lines at the end of a sheet; it is the last of them that is refused.
_KIND = "通报,,,"
_SAID = "2021通报,九九"
WRONG = {
    "more cells than columns": ("进展", f",{_SAID},北清路,动态,,,,,,,多余\n"),
    "a row twice": ("进展", 2 * f",{_SAID},北清路,动态,,,,,\n"),
    "a number twice": ("进展", f"甲,{_SAID},北清路,动态,,,,,\n甲,{_SAID},安立路,动态,,,,,\n"),
    "a document twice": ("依据", f"新,新文,,,2021-01-01,{_KIND}\n新,新文,,,2021-01-01,{_KIND}\n"),
    "a project twice": ("项目", ",新路,,交通/道路,,,,,\n"),
    "an unknown document": ("承诺", ",无此文件,九九,北清路,开工,2021,,,,,\n"),
    "an unknown project": ("进展", f",{_SAID},无此项目,动态,,,,,\n"),
    "an unknown milestone": ("承诺", f",{_SAID},北清路,无此节点,2021,,,,,\n"),
    "an unknown unit": ("承诺", f",{_SAID},北清路,开工,2021,,,无此单位,,\n"),
    "an unknown kind": ("进展", f",{_SAID},北清路,无此类别,,,,,\n"),
    "a blank that must be filled": ("进展", f",{_SAID},,动态,,,,,\n"),
    "no such day": ("进展", f",{_SAID},北清路,达到,开工,2019-02-30,,,\n"),
    "a day after publication": ("进展", f",{_SAID},北清路,达到,开工,2021-12-01,,,\n"),
    "too many of a batch": ("承诺", f",{_SAID},批次,开工,2021,12条,,,,\n"),
    "more than one of one": ("承诺", f",{_SAID},北清路,开工,2021,2条,,,,\n"),
    "a document of a day to come": ("依据", f"新,新文,,,2030-01-01,{_KIND}\n"),
    "a name of another project": ("项目", ",新路,北清路；安立路,交通/道路,,,,,\n"),
    "contested without a reason": ("进展", f",{_SAID},北清路,达到,开工,,,存疑,\n"),
    "a contradiction": (
        "进展",
        f",{_SAID},新路,达到,投用,2020-01-01,,,\n,{_SAID},新路,未达到,开工,2020-01-01,,,\n",
    ),
    "a quote that is not closed": ("进展", f',{_SAID},北清路,动态,,,,,"未完\n'),
    "bytes of another encoding": ("进展", f",{_SAID},北清路,动态,,,,,\udcff\n"),
}


@settings(max_examples=10)  # the folder is but the background
@given(folders())
def test_what_is_wrong_once_is_refused_at_its_place(sheets):
    sheets = sheets | {"项目": [*sheets["项目"], ["", "新路", "", "交通/道路", "", "", "", "", ""]]}
    for way, (sheet, lines) in WRONG.items():
        with tempfile.TemporaryDirectory() as name:
            write(Path(name), sheets)
            with (Path(name) / f"{sheet}.csv").open("ab") as file:
                file.write(lines.encode("utf-8", "surrogateescape"))
            with pytest.raises(IntakeError) as caught:
                plan(read_folder(Path(name)), History(), today=TODAY)
        numbers = {fault.row for fault in caught.value.exceptions if fault.file == f"{sheet}.csv"}
        last = 1 + len(sheets[sheet]) + lines.count("\n")
        assert numbers & {last, None}, way
        assert {fault.file for fault in caught.value.exceptions} == {f"{sheet}.csv"}, way


@given(st.sampled_from(sorted(HEADS)), folders(), st.data())
def test_a_column_that_no_sheet_has_is_refused(sheet, sheets, data):
    heads = HEADS[sheet].split(",")
    heads[data.draw(st.integers(0, len(heads) - 1))] = data.draw(st.sampled_from(["备用", "限期", "column"]))
    with tempfile.TemporaryDirectory() as name:
        write_raw(Path(name), sheets, HEADS | {sheet: ",".join(heads)})
        with pytest.raises(IntakeError) as caught:
            plan(read_folder(Path(name)), History())
    assert f"{sheet}.csv" in {fault.file for fault in caught.value.exceptions}


@given(folders(), st.data())
def test_a_folder_with_any_bytes_changed_is_accepted_or_refused(sheets, data):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, sheets)
        path = data.draw(st.sampled_from(sorted(folder.iterdir())))
        content = bytearray(path.read_bytes())
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(content)))
            length = data.draw(st.integers(0, 20))
            content[start : start + length] = data.draw(
                st.binary(max_size=4) | st.sampled_from([b'"', b",", b"\n"])
            )
        path.write_bytes(content)
        _accepted_or_refused(folder)


def write_raw(folder, sheets, heads=HEADS):
    """
    Write what a csv writer might refuse to write.
    """
    for sheet, rows in sheets.items():
        text = io.StringIO(newline="")
        quoted = ['","'.join(cell.replace('"', '""') for cell in row) for row in rows]
        text.write(heads[sheet] + "\n" + "".join(f'"{row}"\n' for row in quoted))
        (folder / f"{sheet}.csv").write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    (folder / "programme.toml").write_text(PROGRAMME, encoding="utf-8")


def _accepted_or_refused(folder, encoding=None, history=None, rows=None):
    """
    Either every row is accounted for and can be recorded, or nothing is, and each fault says where it lies.
    """
    history = History() if history is None else history
    try:
        made = plan(read_folder(folder, encoding=encoding), history, reason="x", today=TODAY)
    except IntakeError as error:
        faults = error.exceptions
        said = [(fault.file, fault.explain("zh"), str(fault)) for fault in faults]
        assert said
        assert all(all(parts) for parts in said)
    else:
        assert all(_is_text(path, encoding) for path in folder.iterdir())
        assert rows is None or accounted(made) == Counter(rows)
        assert {(note.file, note.row) for note in made.added if note.row} <= {
            (place.table.file, place.row.number) for place in made.places if place
        }
        assert all(day is None or day <= TODAY for day in publication_days(history, made.events))
        grown = commit(history, made.events)
        assert plan(read_folder(folder, encoding=encoding), grown, reason="x").is_empty


def _is_text(path, encoding):
    """
    Whether every byte of a file is one of a text that it may be.
    """
    content = path.read_bytes()
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for name in ("utf-16",) if marked else ("utf-8", encoding or "utf-8"):
        with contextlib.suppress(UnicodeDecodeError):
            content.decode(name)
            return True
    return False


def calls(work):
    """
    How many calls ``work`` makes: a measure of what it costs that no busy machine disturbs.
    """
    count = 0

    def one(_frame, event, _argument):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(one)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def many_rows(size):
    projects = [["", f"道路{n}", f"路{n}", "交通/道路", "", "", "", "", ""] for n in range(size)]
    promises = [
        ["", f"{2018 + n % 4}通报", f"二{n}", f"道路{n // 2}", MILESTONES[n % 2], "2021", "", "", "", "", ""]
        for n in range(2 * size)
    ]
    progress = [
        ["", "2021通报", f"一{n}", f"道路{n // 2}", "达到", MILESTONES[n % 2], "", "", "", ""]
        for n in range(2 * size)
    ]
    return {
        "依据": [[s, f"{s}全文", "", "", str(day), "通报", "", "", ""] for s, day in PUBLISHED.items()],
        "项目": projects,
        "承诺": promises,
        "进展": progress,
    }


def many_bad_rows(size):
    projects = [["", f"道路{n}", "", "交通/道路", "", "", "", "", ""] for n in range(size)]
    progress = [["", "x", f"一{n}", f"道路{n}号", "达倒", "开", "", "", "", ""] for n in range(3 * size)]
    return {"依据": [], "项目": projects, "进展": progress}


def take_in_twice(sheets):
    assert plan(read(sheets), taken_in(sheets)).is_empty


def be_refused(sheets):
    with pytest.raises(IntakeError) as caught:
        plan(read(sheets), History())
    assert len(caught.value.exceptions) == 4 * len(sheets["进展"])


@pytest.mark.parametrize(("work", "rows_of"), [(take_in_twice, many_rows), (be_refused, many_bad_rows)])
def test_four_times_the_rows_take_four_times_the_work(work, rows_of):
    few, many = (calls(lambda size=size: work(rows_of(size))) for size in (100, 400))

    assert many < 5 * few


def test_hindsight_is_the_viewpoint_of_intake():
    sheets = {"依据": [["甲", "甲", "", "", "2019", "通报", "", "", ""]]}

    assert [entry.seq for entry in taken_in(sheets).live(HINDSIGHT)] == [0, 1]
