"""
``export parquet``: what lies in the folder, how it grows, and what is refused.
"""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from limited_writer import file_size_limit
from milestone_ledger.codec import encode
from milestone_ledger.errors import ParquetFolderError, UnknownLedgerError, UnwritableFileError
from milestone_ledger.io.export import parquet
from milestone_ledger.io.export.parquet import export_parquet
from milestone_ledger.query.parquet import ledger_folder, parts_in
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import open_engine, reading
from milestone_ledger.store.read import read_entries
from milestone_ledger.store.tables import EVENT_COLUMNS, ledger_commit, ledger_event, ledger_project
from store_samples import BEGINNING, Clock, begin, pending, project, started

LEDGER = "回天/一"
"""A name that is no name of a folder."""
INDEX_COLUMNS = [name for name in EVENT_COLUMNS if name not in ("body", "leaf")]


@pytest.fixture
def clock(engine):
    return begin(engine, LEDGER)


@pytest.fixture
def folder(clock, tmp_path):
    return tmp_path / "out"


def add(engine, clock, *events, ledger=LEDGER):
    return append(engine, ledger, events, actor="clerk", clock=clock)


def limited(limit, work):
    """
    The error of a file that may not grow, if there is one.
    """
    try:
        with file_size_limit(limit):
            work()
    except UnwritableFileError as error:
        return error
    return None


def bridges(number):
    """
    Projects with names that no compression makes short.
    """
    return [project(sha256(b"%d" % n).hexdigest()) for n in range(number)]


def held(folder):
    """
    What a reader may look at: each file and its bytes.
    """
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("."))
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def parts(folder, ledger=LEDGER):
    return parts_in(folder / "ledger_event" / ledger_folder(ledger))


def ask(folder, table, columns, order):
    """
    What anyone reads of a table, with no help of ours.
    """
    found = duckdb.sql(f"SELECT {columns} FROM '{folder}/{table}/*/*.parquet' ORDER BY {order}")
    return found.fetchall()


def rows(engine, statement):
    with reading(engine) as conn:
        return [tuple(row) for row in conn.execute(statement)]


# ---------------------------------------------------------------- what lies there


def test_every_column_of_every_entry_is_there(engine, clock, folder):
    """
    In several pieces, of several ledgers, read by their pattern alone.
    """
    begin(engine, "2019")
    export_parquet(engine, folder)
    add(engine, clock, project("大桥"), started("大桥"))
    add(engine, clock, pending("大桥", contested=True, note="另有说法"))
    export_parquet(engine, folder)

    e = ledger_event.c
    order = [e.ledger, e.seq]
    recorded = ledger_commit.c.recorded_at
    expected = rows(
        engine,
        ledger_event.join(
            ledger_commit, (ledger_commit.c.ledger == e.ledger) & (ledger_commit.c.no == e.commit_no)
        )
        .select()
        .with_only_columns(*(e[name] for name in INDEX_COLUMNS), recorded)
        .order_by(*order),
    )
    assert len(expected) == 11
    assert ask(folder, "ledger_event", ", ".join([*INDEX_COLUMNS, "recorded_at"]), "ledger, seq") == expected
    projects = ledger_project.select().order_by(ledger_project.c.ledger, ledger_project.c.project)
    assert ask(folder, "ledger_project", "*", "ledger, project") == rows(engine, projects)
    definitions = ask(folder, "ledger_programme", "ledger, seq, body", "ledger")
    assert [(name, seq) for name, seq, _ in definitions] == [("2019", 0), (LEDGER, 0)]
    assert json.loads(definitions[1][2])["data"]["programme"]["id"] == "huitian"


def test_with_bodies_a_file_holds_whole_entries(engine, clock, folder):
    export_parquet(engine, folder, bodies=True)

    with reading(engine) as conn:
        bodies = list(map(encode, read_entries(conn, LEDGER)))
    told = ask(folder, "ledger_event", "encode(body), leaf", "seq")
    assert told == [(body, sha256(b"\x00" + body).digest()) for body in bodies]


def test_an_export_adds_whole_commits_and_changes_no_part(engine, clock, folder):
    first = export_parquet(engine, folder)
    before = held(folder / "ledger_event")
    assert [(one.first, one.after) for one in first] == [(0, 4)]
    assert held(folder / "ledger_event") == before
    again = export_parquet(engine, folder)
    assert [(one.first, one.after, one.root) for one in again] == [(4, 4, first[0].root)]

    add(engine, clock, project("大桥"), started("大桥"))
    add(engine, clock, project("小桥"))
    (grown,) = export_parquet(engine, folder)
    after = held(folder / "ledger_event")

    assert (grown.first, grown.after) == (4, 7)
    assert {name: after[name] for name in before} == before
    assert [(part.first, part.after) for part in parts(folder)] == [(0, 4), (4, 7)]


def test_one_ledger_of_several(engine, clock, folder):
    begin(engine, "另一本")
    assert [one.ledger for one in export_parquet(engine, folder, ledgers=["另一本"])] == ["另一本"]
    assert [path.name for path in (folder / "ledger_event").iterdir()] == [ledger_folder("另一本")]


def test_the_rows_of_a_part_are_read_so_many_at_a_time(engine, clock, folder, monkeypatch):
    add(engine, clock, *bridges(20))
    monkeypatch.setattr(parquet, "BATCH", 10)
    export_parquet(engine, folder)

    (part,) = parts(folder)
    groups = pq.ParquetFile(part.path).metadata
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [10, 10, 4]
    assert [seq for (seq,) in ask(folder, "ledger_event", "seq", "seq")] == list(range(24))


@pytest.mark.parametrize(
    "name", ["..", "a/../b", "x=y", "2019", "CON", "a.", "A", "a", "%2F", "甲" * 300, "~", "a\\b", "*?[", '"']
)
def test_no_name_leaves_the_folder_or_meets_another(sqlite_url, tmp_path, name):
    engine = open_engine(sqlite_url)
    begin(engine, name)
    begin(engine, "甲" * 299)
    begin(engine, "a" if name != "a" else "b")
    export_parquet(engine, tmp_path / "in" / "out")
    engine.dispose()

    assert [path.name for path in (tmp_path / "in").iterdir()] == ["out"]
    assert len(held(tmp_path / "in" / "out")) == 3 * len({name, "甲" * 299, "a" if name != "a" else "b"})
    assert all(len(part.name) < 256 for part in (tmp_path / "in" / "out").rglob("*"))
    names = {ledger for (ledger,) in ask(tmp_path / "in" / "out", "ledger_event", "ledger", "ledger")}
    assert name in names


def test_capitals_make_no_other_folder_where_they_do_not_count():
    assert ledger_folder("A").casefold() != ledger_folder("a").casefold()


# ---------------------------------------------------------------- what is refused


def refused(engine, folder, **how):
    """
    What is wrong, in English; and that nothing was written.
    """
    before = held(folder)
    with pytest.raises(ParquetFolderError) as caught:
        export_parquet(engine, folder, **how)
    assert held(folder) == before
    assert caught.value.explain("zh") != str(caught.value)
    return str(caught.value)


def test_another_log_of_the_same_name(engine, clock, folder, empty_url):
    """
    As long, and of another length; a restored backup is one, too.
    """
    other = open_engine(empty_url, create=True)
    append(other, LEDGER, [*BEGINNING, pending()], actor="clerk", clock=Clock())
    export_parquet(other, folder)
    assert "no part of this log" in refused(engine, folder)

    add(other, Clock(), project("大桥"))
    assert "no part of this log" not in str(export_parquet(other, folder))
    assert "no part of this log" in refused(engine, folder)
    other.dispose()


def test_parts_that_are_missing_changed_or_not_ours(engine, clock, folder):
    export_parquet(engine, folder)
    add(engine, clock, project("大桥"))
    export_parquet(engine, folder)
    first, second = parts(folder)
    data = first.path.read_bytes()
    add(engine, clock, project("小桥"))

    first.path.unlink()
    assert "should begin with entry 0" in refused(engine, folder)
    first.path.write_bytes(data[:-9])
    assert "cannot be read" in refused(engine, folder)
    first.path.write_bytes(data)
    copy = first.path.with_name("part-x.parquet")
    copy.write_bytes(data)
    assert "no export wrote part-x.parquet" in refused(engine, folder)
    copy.unlink()
    second.path.rename(second.path.with_name("part-000000000004-000000000006.parquet"))
    assert "no part of this log" in refused(engine, folder)


def test_a_part_that_lost_rows(engine, clock, folder):
    export_parquet(engine, folder)
    (part,) = parts(folder)
    table = pq.read_table(part.path, partitioning=None)
    pq.write_table(table.slice(1), part.path)

    assert "no part of this log" in refused(engine, folder)


@pytest.mark.parametrize("bodies", [True, False])
def test_with_bodies_and_without_do_not_mix(engine, clock, folder, bodies):
    export_parquet(engine, folder, bodies=bodies)
    add(engine, clock, project("大桥"))

    assert ("was written with bodies" in refused(engine, folder, bodies=not bodies)) is bodies


def test_a_ledger_that_is_not_there(engine, clock, folder, empty_url):
    with pytest.raises(UnknownLedgerError):
        export_parquet(engine, folder, ledgers=[LEDGER, "没有"])
    empty = open_engine(empty_url, create=True)
    with pytest.raises(UnknownLedgerError):
        export_parquet(empty, folder)
    empty.dispose()
    assert not folder.exists()


# ---------------------------------------------------------------- what breaks off


def test_a_full_disk_leaves_what_was_there(engine, clock, folder):
    """
    Whatever file meets the end of the disk, what a reader sees is one end of the log or the other.
    """
    export_parquet(engine, folder)
    add(engine, clock, *bridges(200))
    before = held(folder / "ledger_event")
    files = set()
    for limit in range(0, 100_000, 700):
        error = limited(limit, lambda: export_parquet(engine, folder))
        if error is None:
            break
        files.add(Path(error.path).parts[-3])
        assert held(folder / "ledger_event") == before
        assert not list(folder.rglob("*.tmp"))
    assert files == {"ledger_event", "ledger_project", "ledger_programme"}
    assert [part.after for part in parts(folder)] == [4, 204]


def test_what_a_killed_export_left_is_not_read_and_goes_away(engine, clock, folder):
    export_parquet(engine, folder)
    (part,) = parts(folder)
    left = part.path.with_name(".part-000000000004-000000000009.parquet.tmp")
    left.write_bytes(b"PAR1")
    add(engine, clock, project("大桥"))

    assert len(parts(folder)) == 1
    assert len(ask(folder, "ledger_event", "seq", "seq")) == 4
    export_parquet(engine, folder)
    assert not left.exists()
    assert [part.after for part in parts(folder)] == [4, 5]


@pytest.mark.parametrize("table", ["ledger_project", "ledger_programme"])
def test_a_table_that_tells_of_another_end_is_made_anew(engine, clock, folder, table):
    """
    As after a crash between the files of one export.
    """
    export_parquet(engine, folder)
    old = held(folder)
    add(engine, clock, project("大桥"))
    export_parquet(engine, folder)
    new = held(folder)
    (name,) = (name for name in new if name.startswith(table))
    for content in (old[name], b"", new[name][:-5]):
        (folder / name).write_bytes(content)
        export_parquet(engine, folder)
        assert held(folder) == new


def test_exports_into_one_folder_wait_for_each_other(engine, clock, folder):
    add(engine, clock, *bridges(20))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: export_parquet(engine, folder), range(4)))

    assert sorted(one.first for (one,) in found) == [0, 24, 24, 24]
    assert [(part.first, part.after) for part in parts(folder)] == [(0, 24)]


# ---------------------------------------------------------------- the command


def test_the_command_tells_what_it_wrote(engine, clock, folder, run):
    url = engine.url.render_as_string(hide_password=False)
    begin(engine, "另一本")
    code, chinese, _ = run(url, "export", "parquet", folder, "--bodies")
    assert code == 0
    assert "台账“回天/一”：写出 4 条，共 4 条" in chinese
    assert "另一本" in chinese
    add(engine, clock, project("大桥"))
    code, english, _ = run(url, "--ledger", LEDGER, "--lang", "en", "export", "parquet", folder, "--bodies")
    assert (code, english.count("\n")) == (0, 1)
    assert "wrote 1 entries of 5" in english
    data = json.loads(run(url, "export", "parquet", folder, "--bodies", "--json")[1])
    assert [(one["ledger"], one["first"], one["after"]) for one in data["ledgers"]] == [
        ("另一本", 4, 4),
        (LEDGER, 5, 5),
    ]
    code, out, err = run(url, "export", "parquet", folder)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert run(url, "--ledger", "没有", "export", "parquet", folder)[0] == 3


def test_without_pyarrow_it_says_what_to_install(sqlite_url, tmp_path):
    script = (
        "import sys; sys.modules['pyarrow'] = None; from milestone_ledger.cli import main; "
        f"sys.exit(main(['--db', {sqlite_url!r}, 'export', 'parquet', {str(tmp_path / 'out')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert "pip install milestone-ledger[analytics]" in done.stderr
    assert "Traceback" not in done.stderr
