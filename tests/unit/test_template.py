"""
The empty workbook: what it offers, what it explains, and that its examples are right for every programme.
"""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.history import History
from milestone_ledger.domain.programme import Domain, Label, Programme, Unit
from milestone_ledger.io.export.guidance import EXPLAINED
from milestone_ledger.io.export.programme_draft import USUAL_LIFECYCLES, commented_toml, programme_of
from milestone_ledger.io.export.template import template
from milestone_ledger.io.intake import plan, read_programme
from milestone_ledger.io.intake.programme_file import parse_programme
from milestone_ledger.io.intake.workbook import parse_workbook
from milestone_ledger.io.sheets import EXAMPLE_MARK, SHEETS
from strategies.histories import PROGRAMME

HUITIAN = read_programme(Path(__file__).parents[2] / "examples/huitian/programme.toml")
BARE = Programme(id="bare", title=Label("计划", "plan"))
PROGRAMMES = [HUITIAN, PROGRAMME, BARE]


def opened(programme):
    return openpyxl.load_workbook(io.BytesIO(template(programme)))


def checks(sheet, column):
    """
    What is checked in the first cell below a header.
    """
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == column)
    return [v for v in sheet.data_validations.dataValidation if f"{letter}2" in v.sqref]


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_as_it_is_nothing_is_taken_in(programme):
    tables = parse_workbook(template(programme), "台账.xlsx", programme)

    assert all(not table.rows for table in tables.tables.values())
    assert len(tables.tables) == len(SHEETS)
    assert [e.programme.id for e in plan(tables, History()).events] == [programme.id]


@pytest.mark.parametrize("programme", [HUITIAN, PROGRAMME])
def test_its_examples_would_be_taken_in_were_they_none(programme):
    """
    Without their mark, they and the programme pass: nobody copies a fault.
    """
    book = opened(programme)
    for sheet in SHEETS:
        for row in book[sheet.zh].iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = cell.value.replace(f"{EXAMPLE_MARK}-", "例-")
    content = io.BytesIO()
    book.save(content)
    planned = plan(parse_workbook(content.getvalue(), "台账.xlsx", programme), History())

    assert len(planned.added) == 1 + 7
    assert planned.warnings == ()


def test_every_usual_column_stands_there_and_is_explained():
    book = opened(HUITIAN)
    assert book.sheetnames == ["填表说明", *(sheet.zh for sheet in SHEETS), "词表"]
    assert book["词表"].sheet_state == "hidden"
    for sheet in SHEETS:
        headers = book[sheet.zh][1]
        usual = [column for column in sheet.columns if not column.is_rare]
        assert [cell.value for cell in headers] == [column.zh for column in usual]
        for cell, column in zip(headers, usual, strict=True):
            assert EXPLAINED[sheet.id][column.id] in cell.comment.text
            assert ("*" in cell.number_format) == column.required
            assert ("必填" in cell.comment.text) == column.required
        assert book[sheet.zh].freeze_panes == "A2"


def test_lists_offer_the_words_of_the_programme():
    """
    A short list stands in the drop-down itself, a long one on the hidden sheet.
    """
    book = opened(HUITIAN)
    (kind,) = checks(book["依据"], "性质")
    (milestone,) = checks(book["承诺"], "节点")
    (domain,) = checks(book["项目"], "领域")
    (unit,) = checks(book["承诺"], "责任单位")
    (project,) = checks(book["进展"], "项目")

    assert kind.formula1 == '"计划,通报,其他"'
    assert "购置" in milestone.formula1
    assert milestone.showErrorMessage
    assert "词表" in domain.formula1
    held = [cell.value for cell in book["词表"]["A"] if cell.value]
    assert held == [domain.path for domain in HUITIAN.domains]
    assert not unit.showErrorMessage, "several units may stand in a cell"
    assert project.formula1.startswith("'项目'!$B$2")


def test_days_and_numbers_are_advised_in_chinese_and_never_refused():
    book = opened(HUITIAN)
    for sheet, column in (("依据", "发布日"), ("进展", "日期"), ("项目", "数量"), ("指标", "数值")):
        (check,) = checks(book[sheet], column)
        assert check.type == "custom"
        assert check.errorStyle == "warning"
        assert "请写" in check.error


def test_all_cells_are_text_so_that_nothing_is_made_of_what_is_typed():
    book = opened(HUITIAN)
    for sheet in SHEETS:
        for column in range(1, len([c for c in sheet.columns if not c.is_rare]) + 1):
            assert book[sheet.zh].cell(2, column).number_format == "@"
            letter = openpyxl.utils.get_column_letter(column)
            assert book[sheet.zh].column_dimensions[letter].width >= 8


def test_a_word_that_a_list_cannot_hold_stands_on_the_hidden_sheet():
    odd = Programme(id="odd", title=Label("计划", "plan"), domains=(Domain("教育,体育"), Domain('"卫生"')))
    (domain,) = checks(opened(odd)["项目"], "领域")

    assert "词表" in domain.formula1


def test_equal_programmes_make_equal_bytes():
    assert template(HUITIAN) == template(HUITIAN)
    assert template(HUITIAN) != template(BARE)


# ---------------------------------------------------------------- a programme file to begin with

names = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)


@given(
    names, st.lists(names, unique=True, max_size=4), st.lists(names, unique=True, max_size=4), st.booleans()
)
def test_a_commented_file_defines_the_same_programme(title, domains, units, is_extended):
    extra = ["购置", "验收"] if is_extended else []
    programme = programme_of("x", title, domains=domains, units=units, milestones=extra)
    text = commented_toml(programme)

    assert parse_programme(text.encode()) == programme
    assert programme.lifecycles == USUAL_LIFECYCLES
    assert programme.units == tuple(map(Unit, units))
    for heading in ("── 节点", "── 建设方式和流程", "── 领域", "── 责任单位"):
        assert text.count(heading) == 1


def test_what_is_missing_is_shown_as_an_example():
    text = commented_toml(programme_of("x", "计划"))

    places = [
        text.index(part) for part in ("# [[milestones]]", "\n[[lifecycles]]", "# [[domains]]", "# [[units]]")
    ]
    assert places == sorted(places)
