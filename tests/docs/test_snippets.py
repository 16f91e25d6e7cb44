"""
Every command, every piece of Python and of SQL in the documents is run, and shows what they say it shows.

What a page finds before, and the few that can't be run, with the reason, stand in ``snippet_pages``.
"""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import psycopg
import pytest

from milestone_ledger.cli import main
from milestone_ledger.cli.arguments import parser
from snippet_pages import CLERK, ELSEWHERE, EXAMPLE, NOT_RUN, OFFICE, PAGES, Page
from snippets import Session, blocks, difference, steps

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    path.relative_to(ROOT).as_posix()
    for path in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md"), *ROOT.glob("examples/**/*.md")]
)
RUN = ("console", "python", "sql")
READ = {"toml": tomllib.loads, "json": json.loads}


def _blocks(document):
    return [block for block in blocks((ROOT / document).read_text("utf-8")) if block.language]


def _reason(document, text):
    """
    Why a command or a block is not run; empty if it is.
    """
    return next(
        (why for page, start, why in NOT_RUN if page in (document, "*") and text.startswith(start)), ""
    )


WITH_CODE = [name for name in DOCUMENTS if any(block.language in RUN for block in _blocks(name))]


@pytest.fixture(scope="session")
def huitian(tmp_path_factory):
    """
    The example in a file, to be copied.
    """
    path = tmp_path_factory.mktemp("huitian") / "huitian.db"
    assert main(["--db", str(path), "init", str(ROOT / EXAMPLE / "programme.toml")]) == 0
    assert main(["--db", str(path), "import", str(ROOT / EXAMPLE), "--yes"]) == 0
    return path


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """
    An empty folder, with the examples in it.
    """
    for name in ("MILESTONE_LEDGER_DB", "MILESTONE_LEDGER_LANG", "MILESTONE_LEDGER_ACTOR"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("document", [name for name in WITH_CODE if name not in ELSEWHERE])
def test_what_is_shown_is_what_comes(document, request, folder, huitian):
    page = PAGES.get(document, Page())
    if page.has_huitian:
        shutil.copyfile(huitian, folder / "huitian.db")
    found = _blocks(document)
    texts = "".join(block.text for block in found)
    names = {"/srv/ledger": str(folder)}
    if OFFICE in texts:
        office = request.getfixturevalue("office")
        names |= {OFFICE: office, CLERK: office.replace("postgres:", "clerk:", 1)}
    page.prepare()
    session = Session(answers=page.answers, names=names, namespace=page.names())
    before = list(page.before)
    ran = 0
    for block, following in zip(found, [*found[1:], None], strict=True):
        if block.language == "sql":
            session.query(block, page.database)
            ran += 1
        if block.language == "python" and not _reason(document, block.text):
            is_shown = "print(" in block.text and following is not None and following.language == "text"
            session.execute(block, following if is_shown else None)
            ran += 1
        for step in steps(block) if block.language == "console" else ():
            if _reason(document, step.command):
                continue
            if before and step.command.startswith(before[0][0]):
                before.pop(0)[1]()
            session.check(step)
            ran += 1

    assert before == []
    assert session.answers == []
    assert ran or all(
        _reason(document, step.command)
        for block in found
        if block.language == "console"
        for step in steps(block)
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_is_written_in_a_format_can_be_read(document):
    """
    Blocks of TOML and of JSON; and there is no format that would be neither run nor read, such as ``bash``.
    """
    for block in _blocks(document):
        assert block.language in (*RUN, *READ, "text"), (document, block.line)
        if block.language in READ:
            READ[block.language](block.text)


def test_nothing_is_excused_that_is_not_there():
    """
    Each command that is not run stands on its page, each page that is prepared or tested elsewhere exists.
    """
    for document, start, why in NOT_RUN:
        texts = [block for name in WITH_CODE if document in (name, "*") for block in _blocks(name)]
        commands = [step.command for block in texts if block.language == "console" for step in steps(block)]
        python = [block.text for block in texts if block.language == "python"]
        assert any(text.startswith(start) for text in [*commands, *python]), (document, start)
        assert why
    assert set(PAGES) - set(WITH_CODE) == set()
    for document, test in ELSEWHERE.items():
        assert document in WITH_CODE
        assert Path(document).name in (ROOT / test).read_text("utf-8")


def _commands():
    """
    Every command of the command line, with the forms that it has.
    """
    (actions,) = (action for action in parser()._actions if isinstance(action.choices, dict))
    for name, command in actions.choices.items():
        forms = [action for action in command._actions if isinstance(action.choices, dict)]
        yield from ((name, form) for form in forms[0].choices) if forms else [(name, "")]


def _section(name):
    text = (ROOT / "docs/reference/cli.md").read_text("utf-8")
    return text.split(f"\n## {name}\n", 1)[-1].split("\n## ")[0] if f"\n## {name}\n" in text else ""


@pytest.mark.parametrize(("name", "form"), list(_commands()))
def test_every_command_has_an_example_with_its_output(name, form):
    """
    In its own section; forms of ``export`` may be shown on the page of their format.
    """
    texts = [_section(name), *((ROOT / page).read_text("utf-8") for page in _pages_of_forms(name))]
    shown = [
        step
        for text in texts
        for block in blocks(text)
        if block.language == "console"
        for step in steps(block)
        if f" {name} {form}".rstrip() + " " in step.command + " "
    ]

    assert _section(name)
    assert any(step.shown for step in shown)


def _pages_of_forms(name):
    return {"export": ["docs/reference/formats.md"], "report": ["docs/how-to/periodic-reports.md"]}.get(
        name, []
    )


def test_every_option_is_explained():
    """
    Each option of each command, in its section or at the head of the page.
    """
    head = (ROOT / "docs/reference/cli.md").read_text("utf-8").split("\n## ")[0]
    (actions,) = (action for action in parser()._actions if isinstance(action.choices, dict))
    missing = []
    for name, command in actions.choices.items():
        forms = [action for action in command._actions if isinstance(action.choices, dict)]
        for each in [command, *(forms[0].choices.values() if forms else ())]:
            told = (
                head
                + _section(name)
                + "".join((ROOT / page).read_text("utf-8") for page in _pages_of_forms(name))
            )
            missing += [
                (name, option)
                for action in each._actions
                for option in action.option_strings
                if option.startswith("--") and option != "--help" and f"{option}" not in told
            ]

    assert missing == []


@pytest.fixture
def office(postgresql_server):
    """
    The database of the office, on a real server, empty; its roles go with it, and are not there before.
    """
    url = postgresql_server.format(database="ledgers")
    with psycopg.connect(postgresql_server.format(database="postgres"), autocommit=True) as connection:
        drop_roles(connection)
        connection.execute("CREATE DATABASE ledgers TEMPLATE template0 ENCODING 'UTF8'")
        yield url
        connection.execute("DROP DATABASE ledgers WITH (FORCE)")
        drop_roles(connection)


def drop_roles(connection):
    for role in ("clerk", "milestone_ledger_writer", "milestone_ledger_reader"):
        connection.execute(f"DROP ROLE IF EXISTS {role}")


@pytest.mark.parametrize(
    ("shown", "is_right"),
    [
        (["a", "b", "c"], True),
        (["a  b"], False),
        (["a", "b"], False),
        (["b", "c"], False),
        (["a", "c"], False),
        (["a", "…", "c"], True),
        (["…", "b", "…"], True),
        (["…", "c"], True),
        (["…", "b"], False),
        (["a", "…"], True),
        (["b", "…"], False),
        (["…", "c", "…", "a"], False),
        (["…", "d", "…"], False),
        (["…"], True),
        ([], True),
    ],
)
def test_what_is_shown_must_be_what_was_printed(shown, is_right):
    """
    From the first line to the last, but for what … stands for.
    """
    assert (difference("a\nb\nc\n", tuple(shown)) == "") is is_right
