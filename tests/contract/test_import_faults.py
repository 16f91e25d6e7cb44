"""
Imports that meet each other, readers, or death (FAULTS 28, 42 and 43), with real processes on both databases.
"""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from milestone_ledger import Ledger
from milestone_ledger.cli import main
from milestone_ledger.domain.events import ProjectRegistered
from milestone_ledger.io.sheets import SHEETS
from workbooks import made

EXAMPLE = Path(__file__).parents[2] / "examples" / "huitian"
COMMAND = [sys.executable, "-m", "milestone_ledger.cli.main"]
ROWS = 5000


def command(url, folder):
    return [*COMMAND, "--db", url, "import", str(folder), "--yes"]


def entries(url):
    with Ledger.open(url) as ledger:
        outcome = ledger.verify()
        assert outcome.findings == ()
        return ledger.size


@pytest.fixture(params=["folder"])
def large_folder(request, tmp_path):
    """
    A folder of five thousand rows, or a workbook of them.
    """
    folder = tmp_path / "large"
    folder.mkdir()
    shutil.copy(EXAMPLE / "programme.toml", folder)
    shutil.copy(EXAMPLE / "依据.csv", folder)
    half = ROWS // 2
    sheets = {
        "项目": [("名称", "领域")] + [(f"道路{n}号工程", "交通/道路") for n in range(half)],
        "承诺": [("依据", "位置", "项目", "节点", "期限", "责任单位")]
        + [("2018计划", f"二({n})", f"道路{n}号工程", "完成", "2019", "昌平区政府") for n in range(half)],
    }
    if request.param == "workbook":
        return workbook(folder, {"依据": rows_of("依据"), **sheets})
    for name, rows in sheets.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
    return folder


def rows_of(sheet):
    with (EXAMPLE / f"{sheet}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def workbook(folder, sheets):
    """
    The sheets as a workbook in that folder.
    """
    path = folder / "台账.xlsx"
    path.write_bytes(made(sheets))
    return path


@pytest.mark.parametrize("form", ["folder", "workbook"])
def test_the_same_folder_from_two_processes_is_one_import(database_url, tmp_path, form):
    """
    Two officers press the button at once: both are told that it is done, and it is there once.
    """
    assert main(["--db", database_url, "init", str(EXAMPLE / "programme.toml")]) == 0
    sheets = {sheet.zh: rows_of(sheet.zh) for sheet in SHEETS}
    offered = EXAMPLE if form == "folder" else workbook(tmp_path, sheets)

    started = [
        subprocess.Popen(command(database_url, offered), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    answers = [process.communicate(timeout=120) for process in started]

    assert [process.returncode for process in started] == [0, 0], answers
    said = sorted("没有变化" in out.decode() for out, _ in answers)
    with (EXAMPLE / "承诺.csv").open(encoding="utf-8") as file:
        promises = sum(1 for _ in csv.DictReader(file))
    with Ledger.open(database_url) as ledger:
        kinds = [type(entry.event).__name__ for entry in ledger.entries()]
    assert said == [False, True]
    assert kinds.count("PromiseMade") == promises


@pytest.mark.parametrize(
    ("large_folder", "delay"),
    [("folder", 0.9), ("folder", 1.4), ("workbook", 1.4)],
    indirect=["large_folder"],
)
def test_an_import_that_dies_leaves_nothing_and_can_be_run_again(database_url, large_folder, delay):
    """
    Killed at any moment, the ledger holds all of the import or none of it; running it again completes it.
    """
    assert main(["--db", database_url, "init", str(EXAMPLE / "programme.toml")]) == 0
    everything = 1 + ROWS + 5

    process = subprocess.Popen(
        command(database_url, large_folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    time.sleep(delay)
    if process.poll() is None:
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    survived = entries(database_url)
    again = subprocess.run(command(database_url, large_folder), capture_output=True, check=False, timeout=120)

    assert survived in {1, everything}
    assert again.returncode == 0, again.stderr.decode()
    assert entries(database_url) == everything


def test_those_who_read_while_an_import_runs_see_all_of_it_or_nothing(database_url, large_folder):
    assert main(["--db", database_url, "init", str(EXAMPLE / "programme.toml")]) == 0

    process = subprocess.Popen(
        command(database_url, large_folder), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    seen = []
    while process.poll() is None or not seen:
        with Ledger.open(database_url) as ledger:
            found = ledger.entries()
        seen.append((len(found), sum(isinstance(entry.event, ProjectRegistered) for entry in found)))

    assert process.returncode == 0
    old, new = (1, 0), (1 + ROWS + 5, ROWS // 2)
    assert set(seen) <= {old, new}
    assert seen[0] == old
    assert entries(database_url) == new[0]
