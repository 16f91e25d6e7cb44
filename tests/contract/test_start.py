"""
How a command starts: it loads what it needs and no more, and looks for garbage once it works.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

from milestone_ledger import Ledger
from milestone_ledger.cli.arguments import parser
from milestone_ledger.testing.walk import everything_once, programme

HEAD = "import gc, sys; from milestone_ledger.cli import main; sys.argv[1:] = {argv!r}; "
NOT_SHOWN = {
    "alembic",
    "milestone_ledger.domain.consistency",
    "milestone_ledger.domain.findings",
    "milestone_ledger.domain.wording",
    "milestone_ledger.io",
    "milestone_ledger.metrics.lights",
    "milestone_ledger.public",
    "milestone_ledger.query",
    "milestone_ledger.store.append",
    "milestone_ledger.store.verify",
}


@pytest.fixture
def told(sqlite_url):
    """
    What a script that runs ``status`` tells on its last line; the ledger holds every kind of event.
    """
    with Ledger.create(sqlite_url, programme("huitian")) as ledger:
        for events in everything_once("huitian"):
            ledger.append(events)

    def told(script):
        head = HEAD.format(argv=["--db", sqlite_url, "status", "--as-of", "2022-12-31"])
        done = subprocess.run(
            [sys.executable, "-c", head + script], capture_output=True, text=True, check=True
        )
        return done.stdout.splitlines()[-1].split()

    return told


def test_a_status_loads_only_what_it_shows(told):
    loaded = told("main(); print(*sys.modules)")

    assert "milestone_ledger.reports.overview" in loaded
    assert NOT_SHOWN.isdisjoint(loaded)


def test_what_is_loaded_is_not_gone_through_for_garbage(told):
    assert told("main(); print(gc.isenabled(), gc.get_freeze_count() > 10_000)") == ["True", "True"]


@pytest.mark.parametrize("way", ["enable", "disable"])
def test_within_a_process_of_others_garbage_is_their_affair(told, way):
    script = f"gc.{way}(); main(sys.argv[1:]); print(gc.isenabled(), gc.get_freeze_count())"

    assert told(script) == [str(way == "enable"), "0"]


def commands_of(root):
    (commands,) = (action.choices for action in root._actions if isinstance(action.choices, dict))
    return commands


def told_of(command):
    """
    The help of a command and of its forms.
    """
    forms = [action.choices for action in command._actions if isinstance(action.choices, dict)]
    return [one.format_help() for one in (command, *(forms[0].values() if forms else ()))]


@pytest.mark.parametrize("name", list(commands_of(parser())))
def test_a_command_that_is_named_knows_all_its_arguments(name):
    """
    The others need not: no words can ask for them.
    """
    whole, one = parser(), parser(["--db", "x.db", name])

    assert told_of(commands_of(one)[name]) == told_of(commands_of(whole)[name])
    assert one.format_help() == whole.format_help()
    assert list(commands_of(one)) == list(commands_of(whole))
