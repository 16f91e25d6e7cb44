"""
What each page of the documents finds before its snippets are run, and the few that cannot be.

A page that isn't named here finds an empty folder with ``examples`` in it and Huitian in ``huitian.db``.
"""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
from attrs import frozen

import page_folders
from district_tables import ANNUAL, PROGRAMME, saved
from milestone_ledger import Ledger, auditor
from milestone_ledger.cli import main

EXAMPLE, SECOND = "examples/huitian", "examples/second-district"
KEY = ["key", "huitian.key", "--authority", "changping.gov.cn"]
OFFICE, CLERK = "postgresql://owner@db/ledgers", "postgresql://clerk@db/ledgers"


@frozen
class Page:
    """
    ``prepare`` makes what the page begins with, in the current folder.

    ``before`` makes what a command finds; the commands are matched from their start, in their order.
    ``answers`` are typed where a command asks. ``names`` are what blocks of Python find defined, and
    ``database`` is what blocks of SQL are run on.
    """

    prepare: Callable[[], None] = lambda: None
    before: tuple[tuple[str, Callable[[], None]], ...] = ()
    answers: tuple[str, ...] = ()
    names: Callable[[], Mapping[str, object]] = dict
    database: str = "huitian.db"
    has_huitian: bool = True


def run(*arguments: str, db: str = "huitian.db") -> None:
    assert main(["--db", db, *arguments]) == 0


def key() -> None:
    run(*KEY)


def opened() -> Mapping[str, object]:
    """
    A ledger, and where somebody who follows it stands; closed with the test's process.
    """
    return {"ledger": Ledger.open("sqlite:///huitian.db"), "last": -1, "Path": Path}


def sheets(db: str, folder: str = EXAMPLE) -> None:
    """
    A ledger of its own from a folder of sheets.
    """
    run("init", f"{folder}/programme.toml", db=db)
    run("import", folder, "--yes", db=db)


def told_further(folder: str, project: str) -> None:
    """
    The sheets of Huitian with one report more.
    """
    path = page_folders.copied(Path(folder)) / "进展.csv"
    text = path.read_text("utf-8")
    row = {"依据": "2022计划", "位置": "二(三)8", "项目": project, "类别": "动态"}
    cells = [row.get(name, "") for name in text.splitlines()[0].lstrip("\ufeff").split(",")]
    path.write_text(f"{text.rstrip()}\n{','.join(cells)}\n", encoding="utf-8")


def workbook(name: str, cells: Mapping[str, object]) -> None:
    """
    The workbook of the ledger with some cells of its promises changed.
    """
    run("export", "xlsx", "原样.xlsx")
    book = openpyxl.load_workbook("原样.xlsx")
    for cell, value in cells.items():
        book["承诺"][cell] = value
    book.save(name)
    Path("programme.toml").unlink()  # written beside it; what is asked of other tables would follow it


def annual_table() -> None:
    Path("年度任务.xlsx").write_bytes(saved(ANNUAL))
    Path("计划.toml").write_text(PROGRAMME, encoding="utf-8")
    run("init", "计划.toml", db="district.db")


def two_ledgers() -> None:
    """
    Huitian and the invented district in one database.
    """
    sheets("office.db")
    run("init", f"{SECOND}/programme.toml", db="office.db")
    run("--ledger", "qingshi", "import", f"{SECOND}/青石区台账.xlsx", "--yes", db="office.db")


def changed(statement: str, db: str = "huitian.db") -> None:
    """
    What only an owner of the file can do to it.
    """
    with sqlite3.connect(db) as connection:
        connection.execute(statement)
    connection.close()


def spoiled() -> None:
    changed("DROP TRIGGER ledger_event_delete")
    path = Path("huitian.db")
    path.chmod(path.stat().st_mode | stat.S_IWOTH)


def mended() -> None:
    run("upgrade", "--repair")
    path = Path("huitian.db")
    path.chmod(path.stat().st_mode & ~stat.S_IWOTH)


def forked() -> None:
    """
    One branch was signed and lost; the other goes on from an old backup.
    """
    shutil.copyfile("huitian.db", "broken.db")
    told_further("a", "安立路快速化改造工程")
    told_further("b", "北郊农场桥改建工程")
    run("import", "a", "--yes", db="broken.db")
    run(*KEY, db="broken.db")
    run("checkpoint", "--key", "huitian.key", "--out", "2023-01-06.note", db="broken.db")
    run("import", "b", "--yes")


def signed_branch_back() -> None:
    shutil.copyfile("broken.db", "huitian.db")


def made_anew() -> None:
    """
    Huitian, signed; a copy that will be changed, and one made anew from other sheets.
    """
    key()
    run("checkpoint", "--key", "huitian.key", "--out", "2022-12-31.note")
    shutil.copyfile("huitian.db", "改动.db")
    page_folders.wrong_year(Path("改过的表"))
    sheets("重做.db", "改过的表")


def without_a_report(db: str) -> Callable[[], None]:
    def prepare() -> None:
        page_folders.without_the_report_of_2018(Path("缺一份"))
        sheets(db, "缺一份")

    return prepare


def corrected() -> None:
    page_folders.wrong_year(Path("抄错"))
    sheets("抄错.db", "抄错")
    sheets("改口.db")
    page_folders.taken_back(Path("改口"))


def newer() -> None:
    shutil.copyfile("huitian.db", "newer.db")
    changed("UPDATE ledger_version SET version_num = '0002'", "newer.db")


PAGES = {
    "README.md": Page(has_huitian=False),
    "README.zh.md": Page(has_huitian=False),
    "docs/explanation/integrity.md": Page(prepare=made_anew, names=lambda: {"sqlite3": sqlite3}),
    "docs/explanation/unknown-is-not-late.md": Page(prepare=without_a_report("缺通报.db")),
    "docs/how-to/backfill.md": Page(prepare=without_a_report("补录.db")),
    "docs/how-to/backup-restore-fork.md": Page(
        before=(
            ("milestone-ledger --db huitian.db verify", forked),
            ("milestone-ledger --db huitian.db import b", signed_branch_back),
            (
                "milestone-ledger --db huitian.db checkpoint --key huitian.key --out",
                lambda: run("import", "b", "--yes"),
            ),
        )
    ),
    "docs/how-to/correct.md": Page(prepare=corrected),
    "docs/how-to/import.md": Page(prepare=lambda: page_folders.three_faults(Path("待改")), has_huitian=False),
    "docs/how-to/postgresql-roles.md": Page(database=OFFICE, has_huitian=False),
    "docs/how-to/publish-a-checkpoint.md": Page(
        before=(("python auditor.py", lambda: shutil.copy(auditor.__file__, "auditor.py")),)
    ),
    "docs/how-to/sqlite-to-postgresql.md": Page(prepare=key),
    "docs/how-to/upgrade.md": Page(prepare=newer),
    "docs/reference/cli.md": Page(
        has_huitian=False,
        answers=("shunyi", "顺义区重点工程计划", "教育/幼儿园；交通/道路", "", "区教委", "", "", "y"),
        before=(
            (
                "milestone-ledger --db huitian.db import 回天-下周.xlsx",
                lambda: workbook("回天-下周.xlsx", {"F2": "2021"}),
            ),
            (
                "milestone-ledger --db huitian.db import 回天-待改.xlsx",
                lambda: workbook("回天-待改.xlsx", {"E5": "开公", "F12": "2019-02-30", "F40": "=A1+1"}),
            ),
            ("milestone-ledger --db district.db profile", annual_table),
            ("milestone-ledger --db office.db compare", two_ledgers),
            ("milestone-ledger --db huitian.db doctor", lambda: None),
            ("milestone-ledger --db huitian.db doctor", spoiled),
            ("milestone-ledger --db huitian.db dump", mended),
        ),
    ),
    "docs/reference/parquet.md": Page(database="duckdb", names=opened),
    "docs/reference/store.md": Page(names=opened),
    "examples/second-district/README.md": Page(has_huitian=False),
}

# The page, the beginning of the command or of the block, and why it is not run.
NOT_RUN = (
    ("*", "pip install", "fetches a release, where the one under test is installed"),
    (
        "*",
        "make ",
        "sets up an environment of its own; continuous integration runs these, or they take hours",
    ),
    ("*", "createdb ", "needs a server's own programs on its machine; the database is there"),
    ("docs/how-to/mutation-testing.md", "python tools/mutation", "takes hours, and pages without end"),
    ("docs/how-to/postgresql-roles.md", "chown ", "gives a file of this machine to another account"),
    ("docs/how-to/postgresql-roles.md", "chmod ", "needs the folder of a server"),
    ("docs/reference/parquet.md", "spark_portfolio", "needs Java; the tests marked spark run it"),
)

# Pages whose own test does more than run what they show.
ELSEWHERE = {
    "docs/guide/adopt.md": "tests/golden/test_adopt_page.py",
    "docs/how-to/excel.md": "tests/golden/test_excel_page.py",
    "docs/how-to/existing-table.md": "tests/golden/test_existing_table_page.py",
    "docs/how-to/test-your-programme.md": "tests/meta/test_how_to_test.py",
}
