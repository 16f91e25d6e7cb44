"""
``page`` on both databases: one file, the same bytes wherever and whenever it is written.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial

import pytest

from milestone_ledger import Ledger
from milestone_ledger.store import read
from milestone_ledger.store.engine import reading
from page_reader import Reader, data_of, day_of, expected
from walked import filled

OK, REFUSED, USAGE = 0, 1, 2


@pytest.fixture
def url(database_url):
    return filled(database_url)


@pytest.fixture
def page(run, url):
    return partial(run, url, "page")


def test_it_writes_what_the_library_answers_and_names_what_it_is_of(page, url, tmp_path):
    """
    Every kind of event; the ledger, its size and its root stand on the page.
    """
    path = tmp_path / "网页.html"
    code, said, complaint = page(str(path), "--grace", "3")
    assert (code, complaint) == (OK, "")
    assert "无需联网" in said
    reader = Reader(data_of(path.read_bytes()))
    with Ledger.open(url) as ledger:
        with reading(ledger.engine) as connection:
            root = read.newest(connection, ledger.name).root
        assert (reader.data["ledger"], reader.data["size"]) == ("huitian", ledger.size)
        assert (reader.data["root"], reader.data["grace"]) == (root.hex(), 3)
        for day in map(day_of, reader.data["days"]):
            assert reader.seen("hindsight", day) == expected(ledger.at(as_of=day, grace=3))
            assert reader.seen("known", day) == expected(ledger.at(as_of=day, published_by=day, grace=3))


def test_a_position_is_a_page_of_what_was_recorded_by_then(page, url, tmp_path):
    """
    With the root of that position, and on the day asked for.
    """
    path = tmp_path / "page.html"
    with Ledger.open(url) as ledger, reading(ledger.engine) as connection:
        commit = read.commits(connection, ledger.name)[2]
    asked = ("--recorded-by", str(commit.size_after - 1), "--as-of", "2019-02-03", "--json")
    code, out, _ = page(str(path), *asked)
    held = data_of(path.read_bytes())

    assert code == OK
    assert json.loads(out) == {
        "file": str(path),
        "bytes": path.stat().st_size,
        "ledger": "huitian",
        "size": commit.size_after,
    }
    assert (held["size"], held["root"]) == (commit.size_after, commit.root.hex())
    assert str(day_of(held["opens_on"])) == "2019-02-03"


def test_a_file_that_says_something_else_is_left_alone_but_with_force(page, tmp_path):
    path = tmp_path / "page.html"
    path.write_bytes(b"mine")
    code, _, complaint = page(str(path))

    assert (code, path.read_bytes()) == (REFUSED, b"mine")
    assert "--force" in complaint
    assert page(str(path), "--force")[0] == OK
    assert page(str(path))[0] == OK  # it says the same already


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("page.pdf",), USAGE, "文件名应以 .html 结尾"),
        ((), USAGE, "OUT.html"),
        (("/proc/no/such.html",), REFUSED, "/proc/no"),
        (("page.html", "--grace", "-1"), REFUSED, "-1"),
    ],
)
def test_what_cannot_be_written_is_refused_in_a_line(page, arguments, code, said):
    found, out, complaint = page(*arguments)

    assert (found, out) == (code, "")
    assert said in complaint
    assert "Traceback" not in complaint


def test_equal_entries_are_equal_bytes_whatever_surrounds_them(tmp_path, sqlite_url, postgresql_url):
    """
    Law 17: neither database, hash seed, locale nor time zone, nor when it is written.
    """
    written = []
    surroundings = [
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai", "LC_ALL": "C.UTF-8"},
        {"PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C", "MILESTONE_LEDGER_LANG": "en"},
    ]
    for place, url in enumerate((filled(sqlite_url), filled(postgresql_url))):
        path = tmp_path / f"{place}.html"
        command = [sys.executable, "-m", "milestone_ledger.cli.main", "--db", url, "page", str(path)]
        subprocess.run(command, env=os.environ | surroundings[place], check=True, capture_output=True)
        written.append(path.read_bytes())

    assert written[0] == written[1]
