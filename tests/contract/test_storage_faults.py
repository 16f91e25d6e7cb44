"""
A disk that is full, a file that may not grow, a place that may not be written: nothing is lost, nothing half.

Fault 18. The file systems, the limits and the rights are real.
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url

import limited_writer
from crash_writer import request
from limited_writer import LEDGER, MANY, PAGE, assert_holds, attempt
from milestone_ledger.store.clock import utc_now
from milestone_ledger.store.engine import open_engine
from store_samples import begin

ONE = request(0)


def limited(how, url, what):
    """
    Let a writer run in a process of its own; the types of the errors that it met.
    """
    command = [sys.executable, limited_writer.__file__, how, url, str(what)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


def begun(url):
    engine = open_engine(url)
    begin(engine, LEDGER, clock=utc_now)
    return engine


@contextmanager
def small_disk(folder, size):
    """
    A file system of so many bytes, which can be full.
    """
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size},mode=0777", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"only root can mount a disk to be filled; limits of files are tested: {mounted.stderr}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def filled(folder, spare):
    """
    Let the disk be full but for so many bytes.
    """
    state = os.statvfs(folder)
    filler = folder / "filler"
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, state.f_bavail * state.f_frsize - spare)
    try:
        yield
    finally:
        filler.unlink()


@pytest.mark.parametrize("query", ["", "?journal_mode=WAL", "?cache_size=10"])
def test_a_full_disk_refuses_an_append_whichever_page_is_missing(tmp_path, sqlite_template, query):
    """
    A page more is free each time, until that is enough.
    """
    with small_disk(tmp_path / "disk", "4m") as disk:
        shutil.copyfile(sqlite_template, disk / "ledger.db")
        engine = begun(f"sqlite:///{disk / 'ledger.db'}{query}")
        for refused in itertools.count():
            if attempt(engine, "first", filled(disk, spare=refused * PAGE)) is None:
                break
            assert_holds(engine, 0)
        assert refused > 10
        assert attempt(engine, "second") is None
        assert_holds(engine, 2)
        engine.dispose()  # an open file holds the disk


@pytest.mark.parametrize("query", ["", "?journal_mode=WAL"])
def test_a_file_that_may_not_grow_refuses_an_append(sqlite_url, query):
    begun(sqlite_url + query)
    size = Path(make_url(sqlite_url).database).stat().st_size
    errors = limited("growth", sqlite_url + query, size // 2)

    assert len(errors) > 10
    assert set(errors) <= {"DatabaseUnavailableError", "CommitInDoubtError"}


@pytest.mark.parametrize(
    ("what", "query", "reading"),
    [
        ("file", "", "done"),
        ("file", "?journal_mode=WAL", "done"),
        ("folder", "", "done"),
        ("folder", "?journal_mode=WAL", "DatabaseUnavailableError"),  # readers too need the shared index
    ],
)
def test_what_may_not_be_written_is_left_as_it_is(sqlite_template, what, query, reading):
    """
    In a folder that anybody may enter: under root, the writer becomes nobody first.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "ledger.db"
        shutil.copyfile(sqlite_template, path)
        folder.chmod(0o777)
        path.chmod(0o666)
        engine = begun(f"sqlite:///{path}{query}")

        forbidden = path if what == "file" else folder
        errors = limited("rights", f"sqlite:///{path}{query}", forbidden)
        assert errors == ["DatabaseUnavailableError", reading]
        forbidden.chmod(0o777)
        assert_holds(engine, 0)
        assert attempt(engine, "first") is None
        assert_holds(engine, 1)


@contextmanager
def unable_to_write(server, url):
    """
    Let the processes that serve a database write no byte to any file.
    """
    owner = server.folder.stat().st_uid if os.geteuid() == 0 else None
    pids = server.pids_of(make_url(url).database)
    for pid in pids:
        subprocess.run(["prlimit", f"--pid={pid}", "--fsize=0:"], check=True, user=owner)
    try:
        yield
    finally:
        still_there = set(server.pids_of(make_url(url).database))  # which waits until it has recovered
        for pid in still_there.intersection(pids):
            subprocess.run(["prlimit", f"--pid={pid}", "--fsize=unlimited:"], check=True, user=owner)


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="only Linux can limit another process")
@pytest.mark.parametrize(
    ("events", "expected", "deaths"),
    [(MANY, "DatabaseUnavailableError", 0), (ONE, "CommitInDoubtError", 1)],
    ids=["many", "one"],
)
def test_a_server_that_cannot_write_leaves_all_or_nothing(
    mortal_server, mortal_url, events, expected, deaths
):
    """
    It refuses where a table can't grow. Where COMMIT can't write the log ahead, it dies and recovers.
    """
    engine = begun(mortal_url)
    recoveries = mortal_server.recoveries()
    error = attempt(engine, "first", unable_to_write(mortal_server, mortal_url), events)

    assert error == expected
    assert mortal_server.recoveries() == recoveries + deaths
    assert attempt(engine, "first", events=events) is None
    assert_holds(engine, 1, events)
    engine.dispose()


def test_a_full_disk_of_a_server_refuses_an_append(mortal_server):
    """
    The whole database lies on a small disk; the log that is written ahead of it does not.
    """
    with tempfile.TemporaryDirectory() as name, small_disk(Path(name) / "disk", "32m") as disk:
        disk.parent.chmod(0o755)
        shutil.chown(disk, mortal_server.folder.stat().st_uid)
        mortal_server.run_sql(f"CREATE TABLESPACE small LOCATION '{disk}'")
        mortal_server.run_sql("CREATE DATABASE on_small_disk TABLESPACE small")
        url = mortal_server.url("on_small_disk")
        open_engine(url, create=True).dispose()
        engine = begun(url)
        try:
            assert attempt(engine, "first", filled(disk, spare=0)) == "DatabaseUnavailableError"
            assert_holds(engine, 0)
            assert attempt(engine, "first") is None
            assert_holds(engine, 1)
        finally:
            engine.dispose()
            mortal_server.run_sql("DROP DATABASE on_small_disk WITH (FORCE)")
            mortal_server.run_sql("DROP TABLESPACE small")
