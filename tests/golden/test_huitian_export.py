"""
Huitian written out as sheets: what comes back, and what stands in the files beside those written by hand.
"""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO

import pytest

from milestone_ledger.domain.history import History
from milestone_ledger.io.export.csv_writer import csv_files, write_folder
from milestone_ledger.io.export.workbook import workbook_files
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.io.intake import plan, read_folder, read_workbook
from milestone_ledger.io.sheets import SHEETS
from milestone_ledger.testing.recording import record
from property.views import view, whole_view

DAYS = [date(2018, 7, 28), date(2018, 12, 31), date(2019, 8, 14), date(2019, 8, 15), date(2022, 12, 31)]


def taken_in(folder):
    return record(History(), plan(read_folder(folder), History()).events)


@pytest.fixture(scope="module")
def history(example):
    return taken_in(example)


@pytest.fixture(scope="module")
def written(history):
    return csv_files(write_out(history, "zh"))


def cells(text):
    header, *rows = csv.reader(StringIO(text))
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_huitian_comes_back_whole(history, written, tmp_path):
    """
    Equal views on every day and as published by every day, in both languages.
    """
    for language in ("zh", "en"):
        write_folder(csv_files(write_out(history, language)), tmp_path / language)
        other = taken_in(tmp_path / language)
        for as_of in (DAYS[1], DAYS[-1]):
            for published_by in (None, *DAYS):
                where = {"as_of": as_of, "published_by": published_by}
                assert whole_view(view(history, **where)) == whole_view(view(other, **where))
        assert csv_files(write_out(other, "zh")) == written
        assert plan(read_folder(tmp_path / language), history).is_empty


@pytest.mark.parametrize("language", ["zh", "en"])
def test_huitian_comes_back_whole_from_a_workbook(history, tmp_path, language):
    """
    The same as from the folder of CSV files; and what comes back is written the same to the byte.
    """
    files = workbook_files(write_out(history, language), "回天.xlsx")
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    tables = read_workbook(tmp_path / "回天.xlsx")
    other = record(History(), plan(tables, History()).events)

    for as_of in (DAYS[1], DAYS[-1]):
        for published_by in (None, *DAYS):
            where = {"as_of": as_of, "published_by": published_by}
            assert whole_view(view(history, **where)) == whole_view(view(other, **where))
    assert workbook_files(write_out(other, language), "回天.xlsx") == files
    assert plan(tables, history).is_empty


def test_what_people_wrote_stands_in_the_files_as_they_wrote_it(example, written):
    """
    Row by row, except where a blank or a wording is written out, or what a total counts is put in order.
    """
    written_out = {"覆盖期", "期限", "日期", "截至", "力度", "责任单位", "范围"}
    for sheet in SHEETS:
        by_hand = cells((example / f"{sheet.zh}.csv").read_text("utf-8"))
        exported = cells(written[f"{sheet.zh}.csv"].decode("utf-8-sig"))
        assert [*exported[0]] == [column.zh for column in sheet.columns if not column.is_rare]
        assert len(exported) == len(by_hand)

        assert kept(exported, written_out) == kept(by_hand, written_out)


def kept(rows, but):
    return sorted(str({key: cell for key, cell in row.items() if key not in but}) for row in rows)
