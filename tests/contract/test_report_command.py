"""
``report`` on both databases: as text, as data, as a workbook and as a document.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from functools import partial

import docx
import openpyxl
import pytest

from milestone_ledger import Ledger
from walked import filled

OK, REFUSED, USAGE = 0, 1, 2
WEEK = ("--since", "2019-01-19", "--until", "2019-02-10")
DAY = ("--as-of", "2019-03-01", "--published-by", "2019-03-01")
REPORTS = {
    "account": DAY,
    "weekly": WEEK,
    "monthly": DAY,
    "alerts": DAY,
    "supervision": (*DAY, "--since", "2019-01-19"),
    "circular": (*DAY, "--since", "2019-01-19"),
}


@pytest.fixture
def url(database_url):
    return filled(database_url)


@pytest.fixture
def report(run, url):
    return partial(run, url, "report")


def test_every_report_is_text_in_both_languages_and_data(report):
    for kind, options in REPORTS.items():
        code, chinese, complaint = report(kind, *options)
        assert (code, complaint) == (OK, "")
        assert chinese.startswith("回天计划")
        code, english, complaint = report(kind, *options, "--lang", "en")
        assert (code, complaint) == (OK, "")
        assert english.startswith("Huitian")
        code, out, complaint = report(kind, *options, "--json")
        data = json.loads(out, parse_constant=pytest.fail)
        assert (code, complaint) == (OK, "")
        assert (data["file"], data["ledger"]) == (None, "huitian")
        assert data["report"]["title"] == chinese.splitlines()[0]
        assert [s["title"] for s in data["report"]["sections"]]


def test_every_report_is_a_file_of_either_kind_with_the_same_bytes_again(report, tmp_path):
    for kind, options in REPORTS.items():
        book, document = tmp_path / f"{kind}.xlsx", tmp_path / f"{kind}.DOCX"
        for path in (book, document):
            code, said, complaint = report(kind, str(path), *options)
            assert (code, complaint) == (OK, "")
            assert path.name in said
            first = path.read_bytes()
            assert report(kind, str(path), *options)[0] == OK  # it says the same already
            assert path.read_bytes() == first
        assert openpyxl.load_workbook(io.BytesIO(book.read_bytes())).sheetnames
        assert docx.Document(io.BytesIO(document.read_bytes())).paragraphs[0].text.startswith("回天计划")


def test_a_file_that_says_something_else_is_left_alone_but_with_force(report, tmp_path):
    path = tmp_path / "调度.docx"
    path.write_bytes(b"mine")
    code, _, complaint = report("alerts", str(path), *DAY)

    assert (code, path.read_bytes()) == (REFUSED, b"mine")
    assert "--force" in complaint
    assert report("alerts", str(path), *DAY, "--force")[0] == OK
    assert path.read_bytes().startswith(b"PK")


def test_how_far_to_look_ahead_is_told(report):
    looking = ("--as-of", "2019-01-21", "--published-by", "2019-01-21")
    told = [json.loads(report("alerts", *looking, "--days", days, "--json")[1]) for days in ("0", "400")]
    due = [len(one["report"]["sections"][2]["rows"]) for one in told]

    assert due[0] < due[1]


def test_a_week_tells_what_was_entered_late_since_an_entry_or_an_instant(report, url):
    with Ledger.open(url) as ledger:
        *_, before, last = [commit for commit, _ in ledger.follow()]
    week = ("weekly", "--since", "2024-01-01", "--until", "2024-01-02")
    position, instant = str(last.first_seq - 1), before.recorded_at.isoformat()
    found = [
        json.loads(report(*week, "--recorded-since", since, "--json")[1])["report"]["sections"]
        for since in (position, instant, "0", "999999")
    ]
    late = [next(s for s in sections if s["title"] == "补录与更正") for sections in found[:3]]
    seqs = {int(row["evidence"].split()[0].removeprefix("#")) for row in late[2]["rows"]}

    assert late[0] == late[1]
    assert f"记录到 {last.first_seq} 条以后" in late[0]["note"]
    assert len(seqs) > len(late[0]["rows"])
    assert next(s for s in found[3] if s["title"] == "补录与更正")["rows"] == []


def test_a_week_says_where_it_leaves_out_what_was_entered_late(report):
    """
    Beside the report, which an office hands on; not in data, and not if it was asked for.
    """
    week = ("weekly", "--since", "2024-01-01", "--until", "2100-01-01")
    told = report(*week)[2]

    assert "--recorded-since" in told
    assert "2024-01-01" in told
    assert "--recorded-since" in report(*week, "--lang", "en")[2]
    assert report(*week, "--json")[2] == report(*week, "--recorded-since", "3")[2] == ""


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ("weekly", *WEEK, "--recorded-by", "3", "--recorded-since", "9"),
            REFUSED,
            "不得晚于本报告所依据的记录",
        ),
        (("weekly", *WEEK, "--recorded-since", "上周"), USAGE, "上周"),
        (("weekly", "--since", "2019-02-01", "--until", "2019-01-01"), REFUSED, "不得晚于状态日 2019-01-01"),
        (("circular", *DAY, "--since", "2019-03-02"), REFUSED, "不得晚于状态日 2019-03-01"),
        (("supervision", *DAY, "--since", "2020-03-02"), REFUSED, "不得晚于状态日 2019-03-01"),
        (("weekly",), USAGE, "--since"),
        (("alerts", "调度.pdf"), USAGE, "文件名应以 .xlsx 或 .docx 结尾"),
        (("alerts", "--days", "-1"), USAGE, "请写天数"),
        (("yearly",), USAGE, "yearly"),
        (("alerts", "/proc/no/such.docx", *DAY), REFUSED, "/proc/no"),
    ],
)
def test_what_cannot_be_reported_is_refused_in_a_line(report, arguments, code, said):
    found, out, complaint = report(*arguments)

    assert (found, out) == (code, "")
    assert said in complaint
    assert "Traceback" not in complaint


@pytest.mark.parametrize(("package", "ending"), [("docx", "docx"), ("xlsxwriter", "xlsx")])
def test_without_the_extra_a_file_says_what_to_install_and_text_needs_none(url, tmp_path, package, ending):
    script = (
        f"import sys; sys.modules[{package!r}] = None\n"
        "from milestone_ledger.cli import main\n"
        f"sys.exit(main(['--db', {url!r}, 'report', 'alerts', *sys.argv[1:]]))"
    )
    path = tmp_path / f"调度.{ending}"
    refused, told = (
        subprocess.run(
            [sys.executable, "-c", script, *DAY, *more], capture_output=True, text=True, check=False
        )
        for more in ([str(path)], [])
    )

    assert (refused.returncode, told.returncode) == (REFUSED, OK)
    assert "pip install milestone-ledger[excel]" in refused.stderr
    assert not path.exists()


def test_without_a_day_it_says_which_was_taken(report):
    assert "--as-of" in report("alerts")[2]
    assert "--until" in report("weekly", "--since", "2019-01-01")[2]
    assert report("weekly", "--since", "2019-01-01", "--json")[2] == ""


@pytest.mark.parametrize(
    ("kind", "column"), [("metrics", "兑现率"), ("reconcile", "对账结果"), ("alerts", "灯")]
)
def test_figures_are_columns_of_a_workbook(run, url, tmp_path, kind, column):
    """And a file that says something else is left alone, with and without data asked for."""
    path = tmp_path / f"{kind}.xlsx"
    assert run(url, kind, path, *DAY)[0] == OK
    book = openpyxl.load_workbook(path)
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    written = path.read_bytes()

    assert column in cells
    code, out, _ = run(url, kind, path, *DAY, "--json")
    assert (code, json.loads(out)["file"]) == (OK, str(path))
    assert path.read_bytes() == written
    path.write_bytes(b"mine")
    for more in ((), ("--json",)):
        code, _, complaint = run(url, kind, path, *DAY, *more)
        assert (code, path.read_bytes()) == (REFUSED, b"mine")
        assert "--force" in complaint
    assert run(url, kind, path, *DAY, "--force")[0] == OK
    assert path.read_bytes() == written


@pytest.mark.parametrize("kind", ["metrics", "reconcile", "alerts"])
def test_figures_are_a_document_too(run, url, tmp_path, kind):
    assert run(url, kind, tmp_path / "a.docx", *DAY)[0] == OK
    assert run(url, kind, tmp_path / "a.pdf", *DAY)[0] == USAGE
    assert (tmp_path / "a.docx").read_bytes().startswith(b"PK")
