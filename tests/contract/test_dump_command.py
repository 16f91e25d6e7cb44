"""
``dump`` and ``load``: a ledger as a file of lines, whole or not at all.
"""

from __future__ import annotations

import json
import re
import resource
import signal
import subprocess
import sys

import pytest

from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import ledgers
from milestone_ledger.store.transfer import dump
from milestone_ledger.store.verify import verify
from store_samples import begin

LEDGER = "回天"


@pytest.fixture
def begun(database_url):
    """
    The URL of a database with a ledger, on each backend.
    """
    engine = open_engine(database_url)
    begin(engine)
    engine.dispose()
    return database_url


def lines_of(url):
    engine = open_engine(url)
    try:
        with reading(engine) as conn:
            return b"".join(dump(conn, LEDGER))
    finally:
        engine.dispose()


def test_a_dump_is_loaded_into_a_new_file(command, begun, tmp_path):
    out, new = tmp_path / "回天.jsonl", tmp_path / "new.db"
    code, said, _ = command("dump", out, "--db", begun)
    assert code == 0
    assert "4 条" in said
    assert out.read_bytes() == lines_of(begun)

    code, said, _ = command("load", out, "--db", new, "--lang", "en")
    assert code == 0
    assert "4 entries" in said
    assert lines_of(f"sqlite:///{new}") == out.read_bytes()
    assert verify(open_engine(f"sqlite:///{new}"), LEDGER).findings == ()
    assert command("verify", "--db", new)[0] == 0


def test_both_print_what_they_moved_as_json(command, begun, tmp_path, empty_url):
    out = tmp_path / "out.jsonl"
    code, dumped, _ = command("dump", out, "--db", begun, "--json")
    assert code == 0
    code, loaded, _ = command("load", out, "--db", empty_url, "--json")
    assert code == 0
    assert json.loads(dumped) == json.loads(loaded)
    assert json.loads(dumped)["size"] == 4
    assert json.loads(out.read_bytes().splitlines()[-1])["root"] == json.loads(dumped)["root"]


def test_a_file_that_exists_is_not_overwritten(command, begun, tmp_path):
    out = tmp_path / "out.jsonl"
    out.write_text("yesterday's")
    for language, word in (("zh", "另起名称"), ("en", "give a new name")):
        code, said, error = command("dump", out, "--db", begun, "--lang", language)
        assert (code, said) == (1, "")
        assert word in error
    assert out.read_text() == "yesterday's"


def test_a_ledger_of_the_same_name_is_not_mixed_with_it(command, begun, tmp_path):
    out = tmp_path / "out.jsonl"
    command("dump", out, "--db", begun)
    code, _, error = command("load", out, "--db", begun)
    assert code == 1
    assert LEDGER in error
    assert lines_of(begun) == out.read_bytes()


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda lines: lines[:-1], 4),
        (lambda lines: [*lines[:2], *lines[3:]], 4),
        (lambda lines: [*lines[:-1], lines[-1].replace(b'"root":"', b'"root":"0')], 1),
        (lambda lines: [lines[0].replace(b'{"', b'{"extra":1,"', 1), *lines[1:]], 1),
        (lambda lines: [*lines[:-1], lines[-1].replace(b'{"', b'{"extra":1,"', 1)], 1),
        (lambda lines: [*lines[:-1], re.sub(rb'"digest":"[0-9a-f]+",', b"", lines[-1])], 1),
        (lambda _: [], 1),
        (lambda _: [b"\xff\xfe\n"], 1),
    ],
)
def test_a_damaged_dump_loads_nothing(command, begun, tmp_path, damage, expected):
    broken = tmp_path / "broken.jsonl"
    broken.write_bytes(b"".join(damage(lines_of(begun).splitlines(keepends=True))))
    code, out, error = command("load", broken, "--db", tmp_path / "new.db")
    assert (code, out, len(error.splitlines())) == (expected, "", 1)
    with reading(open_engine(f"sqlite:///{tmp_path / 'new.db'}")) as conn:
        assert ledgers(conn) == ()


def test_a_file_given_by_mistake_is_not_repeated(command, begun, tmp_path):
    key = tmp_path / "huitian.key"
    assert command("key", key, "--authority", "changping.gov.cn", "--db", begun)[0] == 0
    code, out, err = command("load", key, "--db", tmp_path / "new.db")

    assert code == 1
    assert "line 1" in err
    assert "PRIVATE" not in out + err
    note = tmp_path / "mistaken.note"
    note.write_text("甲\n\n秘密 口令\n", encoding="utf-8")
    code, out, err = command("verify", "--checkpoint", note, "--key", f"{key}.pub", "--db", begun)
    assert code == 1
    assert "秘密" not in out + err


@pytest.mark.parametrize("signing", ["checkpoint", "prove"])
def test_what_is_signed_overwrites_nothing(signing, begun, tmp_path, command):
    key, note, out = (tmp_path / name for name in ("huitian.key", "first.note", "taken"))
    assert command("key", key, "--authority", "changping.gov.cn", "--db", begun)[0] == 0
    assert command("checkpoint", "--key", key, "--out", note, "--db", begun)[0] == 0
    out.write_bytes(b"mine")
    asked = {"checkpoint": ("--key", key), "prove": ("0", "--key", f"{key}.pub", "--checkpoint", note)}
    code, _, err = command(signing, *asked[signing], "--out", out, "--db", begun)

    assert code == 1
    assert "另起名称" in err
    assert out.read_bytes() == b"mine"


def test_files_that_cannot_be_used_are_named(command, begun, tmp_path):
    for asked in (("load", tmp_path / "none.jsonl"), ("load", tmp_path), ("dump", tmp_path / "no" / "x")):
        code, out, error = command(*asked, "--db", begun)
        assert (code, out, len(error.splitlines())) == (1, "", 1)
        assert str(asked[1]) in error


def test_nothing_is_left_of_a_dump_that_the_disk_does_not_take(begun, tmp_path):
    out = tmp_path / "out.jsonl"

    def small_files_only():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    command = "import sys; from milestone_ledger.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-B", "-c", command, "dump", str(out), "--db", begun],
        capture_output=True,
        text=True,
        preexec_fn=small_files_only,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1), done.stderr
    assert not out.exists()


def test_a_reader_dumps_and_does_not_load(command, writer_url, reader_url, sqlite_url, tmp_path):
    begin(open_engine(sqlite_url))
    out, again = tmp_path / "out.jsonl", tmp_path / "again.jsonl"
    command("dump", out, "--db", sqlite_url)
    code, _, error = command("load", out, "--db", reader_url)
    assert (code, len(error.splitlines())) == (3, 1)
    assert "roles" in error
    assert command("load", out, "--db", writer_url)[0] == 0
    assert command("dump", again, "--db", reader_url)[0] == 0
    assert again.read_bytes() == out.read_bytes()
