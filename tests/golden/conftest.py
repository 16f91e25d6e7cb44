"""
The Huitian example, loaded once for all golden tests by the same commands that a district uses.
"""

from __future__ import annotations

import pytest

from milestone_ledger import Ledger
from milestone_ledger.cli import main


@pytest.fixture(scope="session")
def example(request):
    return request.config.rootpath / "examples/huitian"


@pytest.fixture(scope="session")
def url(tmp_path_factory, example):
    path = tmp_path_factory.mktemp("huitian") / "huitian.db"
    assert main(["--db", str(path), "init", str(example / "programme.toml")]) == 0
    assert main(["--db", str(path), "import", str(example), "--yes"]) == 0
    return f"sqlite:///{path}"


@pytest.fixture(scope="session")
def ledger(url):
    with Ledger.open(url) as ledger:
        yield ledger
