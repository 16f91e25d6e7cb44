"""
``compare`` on both databases: as text in both languages, as data, and what it refuses.
"""

from __future__ import annotations

import json

import pytest

from milestone_ledger import Ledger
from milestone_ledger.cli import main
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.walk import everything_once, programme

OK, REFUSED, USAGE, DATABASE = 0, 1, 2, 3
AS_OF = ("--as-of", "2019-03-01")
NAMES = ("one", "other")


@pytest.fixture
def url(database_url):
    """
    A database with two ledgers that hold every kind of event, and one that holds nothing but its programme.
    """
    for name in NAMES:
        with Ledger.create(database_url, programme(name), actor="clerk", clock=Clock()) as ledger:
            for events in everything_once(name):
                ledger.append(events)
    Ledger.create(database_url, programme("empty"), actor="clerk", clock=Clock()).close()
    return database_url


@pytest.fixture
def run(url, capsys):
    """
    Run ``compare`` in this process; gives its exit code and what it printed.
    """

    def run(*arguments):
        try:
            code = main(["--db", url, "compare", *arguments])
        except SystemExit as exit_:
            code = exit_.code
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_each_side_is_what_status_says_of_it(run, url, capsys):
    code, out, complaint = run(*NAMES, *AS_OF, "--published-by", "2019-03-01", "--grace", "3", "--json")
    data = json.loads(out, parse_constant=pytest.fail)

    assert (code, complaint) == (OK, "")
    assert (data["as_of"], data["published_by"], data["grace"]) == ("2019-03-01", "2019-03-01", 3)
    assert [side["ledger"] for side in data["ledgers"]] == [*NAMES]
    for side in data["ledgers"]:
        looked = ("--published-by", "2019-03-01", "--grace", "3", "--json")
        assert main(["--db", url, "--ledger", side["ledger"], "status", *AS_OF, *looked]) == OK
        alone = json.loads(capsys.readouterr().out)
        assert side["entries"] == alone["size"]
        for verdict in ("kept", "kept_late", "overdue", "unverified", "not_due", "coverage", "is_small"):
            assert side["figures"][verdict] == alone["headline"][verdict]


def test_the_order_is_that_in_which_they_are_named(run):
    there, back = (json.loads(run(*names, *AS_OF, "--json")[1]) for names in (NAMES, NAMES[::-1]))

    assert there["ledgers"] == back["ledgers"][::-1]
    assert run(*NAMES, *AS_OF)[1].startswith("并列对照：one、other\n")
    assert run(*NAMES[::-1], *AS_OF, "--lang", "en")[1].startswith("Side by side: other, one\n")


def test_a_ledger_without_promises_stands_beside_others_in_words(run):
    code, out, complaint = run("one", "empty", *AS_OF)

    assert (code, complaint) == (OK, "")
    row = next(line for line in out.splitlines() if line.startswith("empty"))
    assert "无可考核" in row
    assert "%" not in row
    assert "empty：没有到期的承诺，谈不上可核率和兑现率；这不是 0%。" in out.splitlines()


def test_an_instant_cuts_each_at_its_own_commit(run, url):
    """Before the first commit there is nothing; entry numbers, each ledger's own, are refused."""
    code, out, _ = run(*NAMES, *AS_OF, "--recorded-by", "2000-01-01T00:00:00Z", "--json")
    assert code == OK
    assert [(side["title"], side["entries"]) for side in json.loads(out)["ledgers"]] == [(None, 0)] * 2

    with Ledger.open(url, ledger="one") as ledger:
        entries = list(ledger.entries())
    moment = entries[5].recorded_at
    seen = sum(entry.recorded_at <= moment for entry in entries)
    code, out, _ = run(*NAMES, *AS_OF, "--recorded-by", moment.isoformat(), "--json")
    assert [side["entries"] for side in json.loads(out)["ledgers"]] == [seen, seen]

    code, _, complaint = run(*NAMES, *AS_OF, "--recorded-by", "5")
    assert code == USAGE
    assert "each ledger counts its own entries" in complaint


def test_without_a_day_it_says_which_it_took(run):
    code, out, complaint = run(*NAMES)

    assert (code, out.startswith("并列对照")) == (OK, True)
    assert complaint.startswith("（未指定 --as-of，状态日取今天")


def test_what_cannot_be_compared_is_refused(run):
    assert run("one", *AS_OF) == (REFUSED, "", "ledgers：值 ['one'] 不合要求，请写明两个以上的台账\n")
    assert run("one", "one", *AS_OF)[0] == REFUSED
    assert run(*NAMES, *AS_OF, "--ledger", "one")[0] == REFUSED
    code, out, complaint = run("one", "nowhere", *AS_OF)
    assert (code, out) == (DATABASE, "")
    assert complaint.startswith("数据库中没有台账“nowhere”；是否为：")
    assert run(*AS_OF)[0] == USAGE
