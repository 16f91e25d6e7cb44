"""
A ledger as a workbook: what no cell can hold is refused with its entry, and everything else is whole.
"""

from __future__ import annotations

import io

import openpyxl
import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.errors import ExportError
from milestone_ledger.io.export import workbook
from milestone_ledger.io.export.workbook import workbook_files
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.io.intake import plan
from milestone_ledger.io.intake.workbook import parse_workbook
from milestone_ledger.testing.recording import recorded
from milestone_ledger.workbook_file import LONGEST_TEXT
from statements import plan as plan_source
from statements import project, promise
from strategies.histories import PROGRAMME

NAME = "台账.xlsx"


def history(note="", **fields):
    return recorded(
        [
            on.ProgrammeDefined(PROGRAMME),
            plan_source("计划", "2018-07-29"),
            project("road"),
            promise("road", "started", "2019-12-31", "计划", note=note, **fields),
        ]
    )


def refused(ledger, language="zh"):
    with pytest.raises(ExportError) as caught:
        workbook_files(write_out(ledger, language), NAME)
    return caught.value.exceptions


@pytest.mark.parametrize("longest", ["长" * LONGEST_TEXT, "😀" * (LONGEST_TEXT // 2), "=" * LONGEST_TEXT])
def test_the_longest_text_of_a_cell_is_whole(longest):
    ledger = history(longest)
    files = workbook_files(write_out(ledger, "zh"), NAME)
    tables = parse_workbook(files[NAME], NAME, PROGRAMME)

    assert plan(tables, History()).events[-1] == list(ledger)[3].event


@pytest.mark.parametrize(
    "longer", ["长" * (LONGEST_TEXT + 1), "😀" * (LONGEST_TEXT // 2 + 1), "长" * LONGEST_TEXT + " "]
)
def test_a_longer_one_is_refused_with_its_entry(longer):
    (fault,) = refused(history(longer))

    assert (fault.seq, fault.sheet, fault.column) == (3, "承诺", "说明")
    assert "第 3 条" in fault.explain("zh")
    assert "export csv" in fault.explain("zh")
    assert "export csv" in fault.explain("en")


def test_a_statement_that_would_pass_for_an_example_is_refused():
    """
    Its number is the mark of the rows that an import leaves out.
    """
    (fault,) = refused(history(ref="示例-1"))

    assert fault.seq == 3


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch):
    monkeypatch.setattr(workbook, "MOST_ROWS", 2)
    ledger = recorded(
        [on.ProgrammeDefined(PROGRAMME), *(plan_source(name, "2018-07-29") for name in "甲乙丙")]
    )

    (fault,) = refused(ledger, "en")
    assert (fault.seq, fault.sheet) == (2, "sources")


def test_a_workbook_in_english_has_english_headers_and_no_chinese_lists():
    files = workbook_files(write_out(history(), "en"), NAME)
    book = openpyxl.load_workbook(io.BytesIO(files[NAME]))

    assert book.sheetnames == ["sources", "projects", "promises", "progress", "totals", "indicators"]
    assert [cell.value for cell in book["promises"][1]][:4] == ["id", "source", "locator", "project"]
    assert not book["promises"].data_validations.dataValidation


def test_a_list_of_names_reaches_beyond_the_last_of_them():
    """
    However many projects there are, each can be chosen, and those added below.
    """
    names = [project(f"p{number}") for number in range(3000)]
    ledger = recorded([on.ProgrammeDefined(PROGRAMME), plan_source("计划", "2018-07-29"), *names])
    files = workbook_files(write_out(ledger, "zh"), NAME)
    sheet = openpyxl.load_workbook(io.BytesIO(files[NAME]))["承诺"]
    (check,) = [check for check in sheet.data_validations.dataValidation if "D3" in check.sqref]

    assert int(check.formula1.rpartition("$")[2]) > 3000 + 1000


def test_every_sheet_can_be_typed_on_where_the_rows_end():
    """
    The lists of the programme go on below the rows, and new cells are text as well.
    """
    files = workbook_files(write_out(history(), "zh"), NAME)
    sheet = openpyxl.load_workbook(io.BytesIO(files[NAME]))["承诺"]
    kinds = [check for check in sheet.data_validations.dataValidation if "E3" in check.sqref]

    assert [check.formula1 for check in kinds] == [
        '"' + ",".join(m.label.zh for m in PROGRAMME.milestones) + '"'
    ]
    assert sheet.column_dimensions["E"].width > 0
    assert files["programme.toml"].decode().startswith('id = "huitian"')
