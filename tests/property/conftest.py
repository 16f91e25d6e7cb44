"""
A database that the examples of one module share.
"""

from __future__ import annotations

import psycopg
import pytest

from milestone_ledger.store.engine import open_engine


@pytest.fixture(scope="module")
def sqlite_memory():
    engine = open_engine("sqlite://")
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def postgresql_module(postgresql_template):
    with psycopg.connect(postgresql_template.format(database="postgres"), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS shared WITH (FORCE)")
        connection.execute("CREATE DATABASE shared TEMPLATE ledger_template")
    engine = open_engine(postgresql_template.format(database="shared"))
    yield engine
    engine.dispose()


@pytest.fixture(scope="module", params=["sqlite_memory", "postgresql_module"])
def database(request):
    return request.getfixturevalue(request.param)
