"""
The command line in a process of its own: ``status`` on the Huitian example.
"""

from __future__ import annotations

import compileall
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.measuring import FLOOR, OURS, Contest, Contestant, Row
from bench.stage import ROOT, Stage

_EXAMPLE = ROOT / "examples" / "huitian"
_BARE = "python -c pass"


def _python(*arguments: str) -> None:
    subprocess.run([sys.executable, *arguments], check=True, capture_output=True)


def _command(*arguments: str) -> None:
    _python("-c", "import sys; from milestone_ledger.cli import main; sys.exit(main())", *arguments)


@contextmanager
def _prepare(stage: Stage, _size: int) -> Iterator[Contest]:
    # As pip does with what it installs, the libraries of the floor among it.
    compileall.compile_dir(ROOT / "src", quiet=1)
    path = str(stage.path())
    _command("--db", path, "init", str(_EXAMPLE / "programme.toml"))
    _command("--db", path, "import", str(_EXAMPLE), "--yes")
    yield Contest(
        contestants={
            OURS: Contestant(run=lambda: _command("--db", path, "status", "--as-of", "2022-12-31")),
            FLOOR: Contestant(run=lambda: _python("-c", "import sqlalchemy, attrs, cattrs")),
            _BARE: Contestant(run=lambda: _python("-c", "pass")),
        }
    )


ROWS = (
    Row(
        key="command-line",
        title="command line: status on Huitian, a process of its own",
        floor='python -c "import sqlalchemy, attrs, cattrs"',
        bar=1.6,
        prepare=_prepare,
    ),
)
