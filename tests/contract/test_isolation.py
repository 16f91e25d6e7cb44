"""
Two ledgers in one database share nothing: whatever is asked of one tells nothing of the other.

Law 24, on real data: Huitian and the second district, loaded as an office loads them.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import select

from milestone_ledger import Ledger
from milestone_ledger.cli import main
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.tables import metadata

EXAMPLES = Path(__file__).parents[2] / "examples"
INTAKE = {"huitian": EXAMPLES / "huitian", "qingshi": EXAMPLES / "second-district/青石区台账.xlsx"}
DEFINED = {"huitian": EXAMPLES / "huitian", "qingshi": EXAMPLES / "second-district"}
# Words that occur in one of the two alone, in whatever is written of it.
OWN = {"huitian": ("回龙观", "昌平", "huitian", "北清路"), "qingshi": ("青石", "南塘", "qingshi", "东渠")}
OTHER = {"huitian": "qingshi", "qingshi": "huitian"}
DAY = ("--as-of", "2025-06-08")
PRINTED = (
    ("import", "{intake}"),
    ("status", *DAY),
    ("status", *DAY, "--by", "unit"),
    ("promises", *DAY),
    ("totals", *DAY),
    ("indicators", *DAY),
    ("findings", *DAY),
    ("metrics", *DAY, "--by", "domain"),
    ("reconcile", *DAY),
    ("alerts", *DAY),
    ("verify", "--rules"),
    ("report", "account", *DAY),
    ("report", "weekly", "--since", "2018-07-01", "--until", "2025-06-08"),
    ("report", "monthly", *DAY),
    ("report", "alerts", *DAY),
    ("report", "supervision", *DAY, "--since", "2018-07-01"),
    ("report", "circular", *DAY, "--since", "2018-07-01"),
)
WRITTEN = (
    ("dump", "all.jsonl"),
    ("page", "page.html"),
    ("template", "empty.xlsx"),
    ("export", "csv", "sheets"),
    ("export", "xlsx", "all.xlsx"),
    ("export", "parquet", "columns", "--bodies"),
    ("export", "oc4ids", "projects.json", *DAY),
    ("export", "calendar", "deadlines.ics", *DAY),
    ("export", "ocel", "events.json", *DAY),
    ("export", "datapackage", "package", *DAY),
    ("report", "account", "account.xlsx", *DAY),
    ("report", "weekly", "weekly.docx", "--since", "2018-07-01", "--until", "2025-06-08"),
)


@pytest.fixture
def run(capsys, monkeypatch):
    """
    Run a command in this process; gives its exit code and what it printed.
    """
    for name in ("MILESTONE_LEDGER_DB", "MILESTONE_LEDGER_LANG", "MILESTONE_LEDGER_ACTOR"):
        monkeypatch.delenv(name, raising=False)

    def run_(url, *argv):
        capsys.readouterr()
        code = main(["--db", url, *map(str, argv)])
        return code, *capsys.readouterr()

    return run_


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    """
    A folder with a file that holds both ledgers, and each of them as lines.
    """
    folder = tmp_path_factory.mktemp("office")
    url = str(folder / "office.db")
    for name, rows in INTAKE.items():
        assert main(["--db", url, "init", str(DEFINED[name] / "programme.toml")]) == 0
        assert main(["--db", url, "--ledger", name, "import", str(rows), "--yes"]) == 0
        assert main(["--db", url, "--ledger", name, "dump", str(folder / f"{name}.jsonl")]) == 0
    return folder


@pytest.fixture(params=["sqlite", "postgresql"])
def office(request, imported, tmp_path):
    """
    One database with both ledgers, on each backend in turn.
    """
    if request.param == "sqlite":
        shutil.copyfile(imported / "office.db", tmp_path / "office.db")
        return f"sqlite:///{tmp_path / 'office.db'}"
    url = request.getfixturevalue("postgresql_url")
    for name in INTAKE:
        assert main(["--db", url, "load", str(imported / f"{name}.jsonl")]) == 0
    return url


@pytest.fixture
def alone(imported, tmp_path):
    """
    The URL of a file that holds one of the ledgers only, to the byte.
    """

    def of(ledger):
        url = f"sqlite:///{tmp_path / ledger}.db"
        assert main(["--db", url, "load", str(imported / f"{ledger}.jsonl")]) == 0
        return url

    return of


def stored(url, ledger):
    """
    Every row of a ledger in every table.
    """
    engine = open_engine(url)
    with reading(engine) as conn:
        found = {
            table.name: conn.execute(
                select(table).where(table.c.ledger == ledger).order_by(*table.primary_key)
            ).all()
            for table in metadata.sorted_tables
            if "ledger" in table.c
        }
    engine.dispose()
    return found


def texts(folder):
    """
    All that can be read in the files of a folder, those in packed ones too.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as packed:
                    content = b"\n".join(packed.read(name) for name in sorted(packed.namelist()))
            else:
                content = path.read_bytes()
            yield path, content.decode("utf-8", "replace")


def checked(text, ledger, what):
    """
    ``text`` speaks of its own ledger, and not of the other.
    """
    told = [word for word in OWN[OTHER[ledger]] if word in text]
    assert not told, (what, told)
    return any(word in text for word in OWN[ledger])


def timeless(text):
    """
    Without what a clock or a path gives.
    """
    return re.sub(r"已 \d+ 天|\S*\.(?:db|xlsx)\b", "", text)


@pytest.mark.parametrize("ledger", INTAKE)
def test_what_is_printed_of_one_is_what_it_is_alone(office, alone, ledger, run):
    """The same text to the letter, and not a word of the other."""
    copy = alone(ledger)
    for command in PRINTED:
        argv = [part.format(intake=INTAKE[ledger]) for part in command]
        among, by_itself = (run(url, "--ledger", ledger, *argv) for url in (office, copy))

        assert timeless(among[1]) == timeless(by_itself[1]), command
        assert (among[0], among[2]) == (by_itself[0], by_itself[2]) == (0, among[2]), command
        checked("".join(among[1:]).replace(str(EXAMPLES), ""), ledger, command)


@pytest.mark.parametrize("ledger", ["qingshi", pytest.param("huitian", marks=pytest.mark.nightly)])
def test_what_is_written_of_one_is_what_it_is_alone(office, alone, ledger, run, tmp_path):
    """The same files to the byte, with not a word of the other."""
    copy = alone(ledger)
    written = []
    for name, url in (("among", office), ("alone", copy)):
        folder = tmp_path / name
        folder.mkdir()
        with contextlib.chdir(folder):
            for command in WRITTEN:
                assert run(url, "--ledger", ledger, *command)[0] == 0, command
        written.append(
            {
                str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        )

    assert written[0] == written[1]
    speaking = [path.name for path, text in texts(tmp_path / "among") if checked(text, ledger, path)]
    assert {"all.jsonl", "page.html", "all.xlsx", "account.xlsx", "weekly.docx"} <= {*speaking}


@pytest.mark.parametrize("ledger", INTAKE)
def test_a_name_of_the_other_is_unknown_here(office, ledger, run):
    """And the error offers none of its names."""
    strange = {"huitian": "南塘路", "qingshi": "北清路快速化改造工程"}[ledger]
    code, out, complaint = run(office, "--ledger", ledger, "project", strange, *DAY)

    assert (code, out) == (1, "")
    checked(complaint.replace(strange, ""), ledger, strange)


@pytest.mark.parametrize("ledger", INTAKE)
def test_writing_to_one_leaves_every_row_of_the_other(office, ledger, run, tmp_path):
    """A correction, a refused import, an import again, a loaded copy: its rows and root stay as they were."""
    before = stored(office, OTHER[ledger])
    with Ledger.open(office, ledger=ledger) as opened:
        seq = next(entry.seq for entry in opened.entries() if type(entry.event).__name__ == "PromiseMade")
        opened.correct(seq, reason="录错")
        size = opened.size
    assert run(office, "--ledger", ledger, "import", tmp_path)[0] == 1
    assert run(office, "--ledger", ledger, "import", INTAKE[ledger], "--yes")[0] == 0

    assert stored(office, OTHER[ledger]) == before
    assert all(before.values())
    with Ledger.open(office, ledger=ledger) as opened:
        assert opened.size > size  # what was taken back was entered anew


def test_one_does_not_take_in_what_is_the_others(office, run, tmp_path):
    """With its programme beside it or without, a workbook of another is refused, and nothing changes."""
    before = {name: stored(office, name) for name in INTAKE}
    shutil.copyfile(INTAKE["qingshi"], tmp_path / "台账.xlsx")
    for workbook, fault in (
        (INTAKE["qingshi"], "编号由 huitian 变为 qingshi"),
        (tmp_path / "台账.xlsx", "未知的领域“道路整治/路面”"),
    ):
        code, _, complaint = run(office, "--ledger", "huitian", "import", workbook, "--yes")
        assert (code, fault in complaint) == (1, True)

    assert {name: stored(office, name) for name in INTAKE} == before
