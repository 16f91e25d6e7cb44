"""
Commands run in this process, and accounts of PostgreSQL that are not the owner of the tables.
"""

from __future__ import annotations

from functools import partial

import psycopg
import pytest
from sqlalchemy import make_url

from milestone_ledger.cli import main
from milestone_ledger.store.engine import open_engine
from milestone_ledger.store.roles import Roles, apply_roles

# Failures of the contract that the package ships read like those of any test.
pytest.register_assert_rewrite("milestone_ledger.testing.contract")


@pytest.fixture
def command(capsys, monkeypatch):
    """
    Run a command in this process, answering what it asks; gives its exit code and what it printed.
    """
    for name in ("MILESTONE_LEDGER_DB", "MILESTONE_LEDGER_LANG", "MILESTONE_LEDGER_ACTOR"):
        monkeypatch.delenv(name, raising=False)

    def command(*argv, answers=()):
        waiting = list(answers)

        def answer():
            if not waiting:
                raise EOFError
            return waiting.pop(0)

        monkeypatch.setattr("builtins.input", answer)
        capsys.readouterr()
        try:
            code = main(list(map(str, argv)))
        except SystemExit as exit_:  # wrong usage
            code = exit_.code
        assert not waiting, "not all answers were asked for"
        return code, *capsys.readouterr()

    return command


@pytest.fixture
def run(command):
    """
    Run a command on the database at a URL.
    """
    return partial(command, "--db")


@pytest.fixture
def login(postgresql_url):
    """
    Make an account, a member of the roles given, and answer the URL with which it logs in.
    """
    url = make_url(postgresql_url)
    made = []

    def log_in(name, *groups):
        account = f"{name}_{url.database}"
        with psycopg.connect(postgresql_url, autocommit=True) as owner:
            owner.execute(f'CREATE ROLE "{account}" LOGIN')
            made.append(account)
            for group in groups:
                owner.execute(f'GRANT "{group}" TO "{account}"')
        return url.set(username=account).render_as_string(hide_password=False)

    yield log_in
    with psycopg.connect(postgresql_url, autocommit=True) as owner:
        for account in made:
            owner.execute(f'DROP OWNED BY "{account}"')
            owner.execute(f'DROP ROLE "{account}"')


@pytest.fixture
def roles(postgresql_url):
    """
    The two roles, with what they may do in a fresh database.
    """
    apply_roles(postgresql_url, Roles())
    return Roles()


@pytest.fixture
def writer_url(roles, login):
    """
    A fresh database, as a member of the writer role logs in to it.
    """
    return login("clerk", roles.writer)


@pytest.fixture
def reader_url(roles, login):
    """
    The same database, as a member of the reader role logs in to it.
    """
    return login("looker", roles.reader)


@pytest.fixture
def writer_engine(writer_url):
    """
    An engine of a member of the writer role on a fresh database.
    """
    engine = open_engine(writer_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite_url", "postgresql_url", "writer_url"])
def any_writer(request):
    """
    An engine on a fresh database: a file, PostgreSQL as the owner of the tables, and as a mere writer.
    """
    engine = open_engine(request.getfixturevalue(request.param))
    yield engine
    engine.dispose()
