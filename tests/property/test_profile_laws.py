"""
Laws of reading a district's own table: its rows have no order that counts, blanks mean nothing, nothing is
dropped in silence, and every statement leads back to its words.
"""

from __future__ import annotations

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from district_tables import ANNUAL, MONTHLY, PROGRAMME, SLOPPY, Sheet, area, grid, sheet
from milestone_ledger.domain.history import History
from milestone_ledger.domain.registry import Registry, name_key
from milestone_ledger.domain.wording.table import set_plainly
from milestone_ledger.errors import IntakeError
from milestone_ledger.io.intake import plan
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.io.profile import Use, convert, look, parse_profile, profile_toml, propose
from milestone_ledger.io.profile.profile import Defaults, Document
from milestone_ledger.io.profile.words import Role, vocabulary

HEAD = [
    "序号",
    "领域",
    "项目名称",
    "建设内容",
    "年度目标",
    "形象进度",
    "存在问题",
    "责任单位",
    "完成时限",
    "备注",
]
PROGRAMMED = parse_programme(PROGRAMME.encode())
GOALS = [
    "开工",
    "6月底前开工；年底前完成主体结构",
    "完工并投用",
    "加快推进",
    "完成基础施工",
    "国庆前通车",
    "√",
    "全部",
    "",
]
REPORTS = [
    "已开工",
    "尚未开工",
    "主体结构已封顶，计划年底前完工",
    "正在施工",
    "停工",
    "形象进度35%",
    "无",
    "×",
    "待定",
    "",
]
NOTES = ["已完工", "见附件", "", "年内开工"]
ANSWERS = {"目标": {"完成基础施工": "动态", "√": "不用"}, "进展": {"停工": "停工"}}
WORDS = st.one_of(
    st.sampled_from(GOALS + REPORTS), st.text("已未开完工年底月前，。；0123《》（）建成投用", max_size=12)
)


@st.composite
def rows(draw):
    """
    Rows of projects of different names.
    """
    names = draw(st.lists(st.sampled_from("甲乙丙丁戊己庚辛"), min_size=1, max_size=5, unique=True))
    return [
        [
            number,
            draw(st.sampled_from(["教育/中小学", "市政/道路"])),
            f"{name}路幼儿园",
            draw(st.sampled_from(["12班", ""])),
            draw(WORDS),
            draw(st.sampled_from(REPORTS)),
            draw(st.sampled_from(["资金未到位", "无", ""])),
            draw(st.sampled_from(["区教委", "区教委、区住建委", "区教育局；霍营街道", ""])),
            draw(st.sampled_from(["2022年9月", "年底前", "尽快", ""])),
            draw(st.sampled_from(NOTES)),
        ]
        for number, name in enumerate(names, start=1)
    ]


TABLES = rows().map(lambda drawn: sheet([["2022年度任务"], HEAD, *drawn], "A1:J1"))
ANY = st.one_of(TABLES, st.sampled_from([ANNUAL, MONTHLY, SLOPPY]))


def read(table, published="2022-03-01", year=""):
    """
    The look and what comes of it, with all that no cell says filled in.
    """
    seen = look(grid(table))
    proposal = propose(seen, PROGRAMMED)
    profile = evolve(
        proposal.profile,
        document=Document(
            title="任务", issuer="无", number="无", published_on=published, kind="计划", period=""
        ),
        defaults=Defaults(domain="教育/中小学", delivery="无", deadline="2022年底", year=year, hidden="读"),
        answers=ANSWERS,
        file="p.toml",
    )
    done = convert(
        seen, profile, file="表.xlsx", programme=PROGRAMMED, registry=Registry(), year=proposal.year
    )
    return proposal, done


def said(table):
    """
    What a table says and what it leaves open, in no order; how often it contradicts itself, if it does.
    """
    _, done = read(table)
    questions = sorted((q.path, q.key, len(q.cells)) for q in done.questions)
    try:
        events = plan(evolve(done.tables, programme=PROGRAMMED), History()).events
    except IntakeError as error:
        return len(error.exceptions), questions
    return sorted(map(repr, events)), questions


@given(rows(), st.data())
def test_the_order_of_rows_means_nothing(drawn, data):
    mixed = data.draw(st.permutations(drawn))

    assert said(sheet([["2022年度任务"], HEAD, *drawn], "A1:J1")) == said(
        sheet([["2022年度任务"], HEAD, *mixed], "A1:J1")
    )


@given(ANY, st.integers(1, 16), st.integers(1, 12))
def test_a_blank_row_or_column_anywhere_means_nothing(table, row, column):
    """
    Questions that only a cell's address can name move with it.
    """
    moved = table.moved(
        row=lambda number: number + (number >= row), column=lambda number: number + (number >= column)
    )
    plain, shifted = read(table)[1], read(moved)[1]

    assert [(q.path, q.text, len(q.cells)) for q in plain.questions] == [
        (q.path, q.text, len(q.cells)) for q in shifted.questions
    ]
    assert _rows(plain) == _rows(shifted)


def _rows(done):
    return {name: [dict(row.cells) for row in table.rows] for name, table in done.tables.tables.items()}


def bare(text):
    return name_key(set_plainly(text))


@given(ANY)
def test_every_statement_leads_to_a_cell_that_holds_its_words(table):
    _, done = read(table)
    cells = {spot.address: spot.text for spot in done.look.spots.own.values()}
    for name in ("promises", "progress"):
        for row in done.tables.tables[name].rows:
            text = cells[row.addresses["note"]]
            assert row.addresses["note"].lstrip("ABCDEFGHIJK").isdigit()
            assert all(bare(words) in bare(text) for words in row.cells["note"].split("；"))
            assert name_key(row.cells["project"]) == name_key(cells[row.addresses["project"]])


@given(ANY)
def test_every_cell_is_used_asked_or_left_out_by_name(table):
    """
    And what is used in a column that speaks of projects, and is more than a dash, is in a statement.
    """
    _, done = read(table)
    assert done.uses.keys() == set(done.look.spots.own.values())

    noted = {
        row.addresses["note"] for name in ("promises", "progress") for row in done.tables.tables[name].rows
    }
    speaking = {
        heading.column
        for heading in done.look.headings
        for use in [read(table)[0].profile.use_of(heading.name)]
        if use.role in (Role.GOAL, Role.PROGRESS, Role.PROBLEM, Role.REMARK)
    }
    for spot, use in done.uses.items():
        if use is not Use.USED or spot.column not in speaking:
            continue
        is_answered = ANSWERS["目标"].get(spot.text) == "不用"
        is_section = not any(spot in line.spots for line in done.look.lines if line.kind.value == "project")
        assert spot.address in noted or name_key(spot.text) in vocabulary().blank or is_answered or is_section


TYPED = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0").filter(str.isprintable)
    | st.sampled_from("\"\\\n'#=[]"),
    min_size=1,
    max_size=10,
).filter(str.strip)
ODD = st.tuples(TYPED, TYPED, TYPED).map(
    lambda typed: sheet(
        [["项目名称", "年度目标", typed[0]], [typed[1], typed[2], "x"], ["乙路", typed[1], typed[0]]]
    )
)


@given(st.one_of(ANY, ODD))
def test_a_profile_reads_back_as_it_was_written(table):
    proposal, done = read(table)
    proposal = evolve(proposal, profile=evolve(proposal.profile, answers=ANSWERS))
    text = profile_toml(proposal, done.questions, "表.xlsx")
    found = parse_profile(text.encode(), "p.toml")

    assert found.columns == proposal.profile.columns
    assert found.document == proposal.profile.document
    for role, answers in ANSWERS.items():
        assert {key: found.answers[role][key] for key in answers} == answers
    asked = {(q.path, q.key) for q in done.questions if q.path.startswith("answers.")}
    blank = {(f'answers."{r}"', k) for r, given in found.answers.items() for k, v in given.items() if not v}
    assert asked == blank


@given(
    st.dictionaries(st.tuples(st.integers(1, 8), st.integers(1, 6)), WORDS.filter(bool), max_size=20),
    st.data(),
)
def test_any_sheet_is_looked_at_or_has_no_headers(cells, data):
    """
    Whatever stands where: no crash, and every cell is accounted for.
    """
    areas = data.draw(
        st.lists(st.sampled_from(["A1:C1", "A3:A5", "B2:D4", "E1:E8"]), unique=True, max_size=2)
    )
    if len(areas) == 2 and {"A1:C1", "E1:E8"} != set(areas):
        areas = areas[:1]
    named = {(2, column): header for column, header in enumerate(HEAD[:4], start=1)} if len(cells) % 2 else {}
    table = Sheet(cells | named, tuple(map(area, areas)))
    seen = look(grid(table))
    if seen is None:
        assert not named
        return
    _, done = read(table)
    assert done.uses.keys() == set(seen.spots.own.values())


@given(TABLES)
def test_the_goals_of_next_years_plan_are_due_next_year(table):
    """
    A plan for 2022 that came out in December 2021, as most do; none of the words names a year.
    """
    _, done = read(table, published="2021-12-20", year="2022")

    for row in done.tables.tables["promises"].rows:
        if row.cells["locator"].endswith("·年度目标") and "deadline" in row.cells:
            assert row.cells["deadline"].startswith("2022")
