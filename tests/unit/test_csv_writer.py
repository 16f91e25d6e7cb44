"""
Files that a spreadsheet opens, and a folder that is never half replaced.
"""

from __future__ import annotations

import codecs
import errno
import os
from pathlib import Path

import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.errors import ExportError, OccupiedFolderError, UnwritableFileError
from milestone_ledger.errors.system import system_reason
from milestone_ledger.io.export import csv_writer
from milestone_ledger.io.export.csv_writer import csv_files, write_folder
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.io.files import replace, write_files
from milestone_ledger.io.intake.folder import read_folder
from milestone_ledger.testing.recording import recorded
from statements import plan, project, promise
from strategies.histories import PROGRAMME

CHINESE = ["依据.csv", "项目.csv", "承诺.csv", "进展.csv", "汇总.csv", "指标.csv", "programme.toml"]


def files_of(language="zh", note="=1+1"):
    history = recorded(
        [
            on.ProgrammeDefined(PROGRAMME),
            plan("计划", "2018-07-29"),
            project("road"),
            promise("road", "started", "2019-12-31", "计划", note=note),
        ]
    )
    return csv_files(write_out(history, language))


def held(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_what_a_spreadsheet_expects():
    """
    A byte order mark, lines that end as RFC 4180 says, and nothing that runs.
    """
    files = files_of(note='=HYPERLINK("x"),\n甲')

    assert list(files) == CHINESE
    assert all(files[name].startswith(codecs.BOM_UTF8) for name in CHINESE[:-1])
    assert not files["programme.toml"].startswith(codecs.BOM_UTF8)
    lines = files["承诺.csv"].decode("utf-8-sig").split("\r\n")
    assert lines[0] == "编号,依据,位置,项目,节点,期限,数量,力度,责任单位,状态,说明"
    assert lines[1].endswith(',明确,,,"\'=HYPERLINK(""x""),\n甲"')
    assert lines[2:] == [""]


def test_folder_is_made_and_holds_nothing_else(tmp_path):
    folder = tmp_path / "到" / "处"
    write_folder(files_of(), folder)

    assert held(folder) == files_of()


def test_folder_that_holds_anything_is_left_alone(tmp_path):
    (tmp_path / "电话本.txt").write_text("x")

    with pytest.raises(OccupiedFolderError) as caught:
        write_folder(files_of(), tmp_path)
    assert list(held(tmp_path)) == ["电话本.txt"]
    assert "电话本.txt" in str(caught.value)
    assert "--force" in caught.value.explain("zh")


def test_hidden_files_are_nothing(tmp_path):
    (tmp_path / ".DS_Store").write_text("x")
    write_folder(files_of(), tmp_path)

    assert set(held(tmp_path)) == {".DS_Store", *CHINESE}


def test_force_replaces_the_sheets_in_any_spelling_and_nothing_else(tmp_path):
    """
    The sheets of the other language would be read as the same sheets, twice.
    """
    write_folder(files_of("en"), tmp_path)
    (tmp_path / "Totals.CSV").write_text("x")
    (tmp_path / "说明.md").write_text("x")
    (tmp_path / "归档").mkdir()
    write_folder(files_of(), tmp_path, force=True)

    assert {path.name for path in tmp_path.iterdir()} == {"说明.md", "归档", *CHINESE}
    assert read_folder(tmp_path).tables.keys() == read_folder_of("en", tmp_path / "归档").tables.keys()


def read_folder_of(language, folder):
    write_folder(files_of(language), folder)
    return read_folder(folder)


@pytest.mark.parametrize("in_the_way", [".新.docx.part", "新.docx"])
def test_a_file_that_cannot_be_put_down_is_named_as_it_was_asked_for(tmp_path, in_the_way):
    """Not by the name of what is put beside it first, which nobody has ever seen."""
    (tmp_path / in_the_way / "x").mkdir(parents=True)
    path = tmp_path / "新.docx"

    with pytest.raises(OSError, match="directory") as caught:
        replace({path: b"x"})
    assert (caught.value.filename, caught.value.filename2) == (str(path), None)


def test_nor_is_the_person_told_another_name(tmp_path):
    path = tmp_path / f"{'长' * 82}.docx"  # 251 bytes, and 257 with what the part is called by

    with pytest.raises(UnwritableFileError) as caught:
        write_files({path: b"x"})
    assert caught.value.explain("zh") == f"{path} 无法写入：文件名太长；请检查路径、权限和磁盘空间"


@pytest.mark.parametrize(
    ("number", "said", "told"),
    [
        (errno.EACCES, "没有权限；Excel、WPS 或 Word 还开着它的，先关掉", "close it there first"),
        (errno.ENOSPC, "磁盘已满", "the disk is full"),
        (errno.EROFS, "磁盘是只读的", "the disk is read-only"),
        (errno.ENAMETOOLONG, "文件名太长", "the name is too long"),
    ],
)
def test_what_the_system_says_is_said_in_chinese(number, said, told):
    english, chinese = system_reason(OSError(number, os.strerror(number)))

    assert told in english
    assert said in chinese


def test_what_cannot_be_written_leaves_the_old_files(tmp_path):
    """
    A folder stands where a new file must be put down: the old sheets stay, and no half of a new one.
    """
    write_folder(files_of(note="旧"), tmp_path)
    before = held(tmp_path)
    (tmp_path / ".programme.toml.part").mkdir()

    with pytest.raises(UnwritableFileError) as caught:
        write_folder(files_of(note="新"), tmp_path, force=True)
    (tmp_path / ".programme.toml.part").rmdir()
    assert held(tmp_path) == before
    assert caught.value.path == str(tmp_path / "programme.toml")
    assert "programme.toml" in str(caught.value)


@pytest.mark.parametrize("path", ["文件", "文件/下级"])
def test_folder_that_is_a_file(tmp_path, path):
    Path(tmp_path / "文件").write_text("x")

    with pytest.raises(UnwritableFileError) as caught:
        write_folder(files_of(), tmp_path / path)
    assert "无法写入" in caught.value.explain("zh")
    assert isinstance(caught.value, OSError)


def test_sheet_larger_than_the_reader_takes_is_refused(monkeypatch):
    """
    With the limit put low, a sheet as a whole is at fault, and no entry of it.
    """
    monkeypatch.setattr(csv_writer, "LARGEST_FILE", 200)
    with pytest.raises(ExportError) as caught:
        files_of(note="长" * 200)

    assert [(fault.seq, fault.sheet) for fault in caught.value.exceptions] == [(None, "承诺")]
    assert "“承诺”：文件" in caught.value.explain("zh")
