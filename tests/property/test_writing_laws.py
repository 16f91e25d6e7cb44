"""
Law 32: a ledger written out as sheets and read into an empty one gives equal views everywhere.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import attrs
from hypothesis import event, given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import refusals
from milestone_ledger.errors import ExportError
from milestone_ledger.io.export.csv_writer import csv_files, write_folder
from milestone_ledger.io.export.writing import write_out
from milestone_ledger.io.intake import plan, read_folder
from milestone_ledger.io.intake.identity import standing
from milestone_ledger.testing.recording import record
from milestone_ledger.testing.strategies import close, intents
from property.views import DAYS_AROUND, content, publication_views, view, whole_view
from strategies.histories import close_histories, histories
from strategies.odd import MILDLY, odd_histories

languages = st.sampled_from(["zh", "en"])


def _corrected(draw, history, registry):
    """
    A later document takes a statement back, and says where and why; sometimes it is entered again.
    """
    said = [
        (entry, source.source)
        for entry in history
        if isinstance(entry.event, on.Statement) and not isinstance(entry.event, ACTS)
        for source in registry.sources.values()
        if source.published_on > entry.published_on
    ]
    if not said:
        return []
    entry, source = draw(st.sampled_from(said))
    place, reason = draw(st.sampled_from(["", "附件2"])), draw(st.sampled_from(["", "重复计算", " =1\r"]))
    retraction = on.EntryRetracted(target=entry.seq, source=source, locator=place, note=reason)
    return [retraction, entry.event] if draw(st.integers(0, 3)) == 0 else [retraction]


ACTS = (on.PromiseMade, on.PromiseWithdrawn)
INTENTS = (
    *intents.EVERYTHING,
    *4 * (_corrected,),
    *2 * (intents.contested, intents.restated, intents.promise),
)
CLOSE = (*close.EVERYTHING, *2 * (_corrected,))
ledgers = histories(intents=INTENTS) | close_histories(intents=CLOSE)


def tables_of(files):
    """
    What the importer reads from files, through a real folder.
    """
    with TemporaryDirectory() as name:
        write_folder(files, Path(name))
        return read_folder(Path(name))


def written_and_read(history, language):
    """
    The files of a ledger, their tables, and the ledger that they make.
    """
    files = csv_files(write_out(history, language))
    tables = tables_of(files)
    events = plan(tables, History()).events
    assert refusals(History(), events) == []
    return files, tables, record(History(), events)


def corrections(seen):
    """
    What a view tells of statements that a document corrected; a clerk's slips were never published.
    """
    return Counter(
        (
            content(pair.entry),
            pair.by.published_on,
            pair.by.event.source,
            pair.by.event.locator,
            pair.by.event.note,
        )
        for project in seen.registry.projects
        for pair in seen.project(project).retracted
        if pair.by.published_on > pair.entry.published_on
    )


@given(ledgers, languages, st.data())
def test_what_is_written_and_read_gives_equal_views(history, language, data):
    _, _, other = written_and_read(history, language)
    for viewpoint in publication_views(history):
        for as_of in data.draw(st.lists(st.sampled_from(DAYS_AROUND), min_size=1, max_size=2)):
            where = {"as_of": as_of, "published_by": viewpoint.published_by}
            one, two = view(history, **where), view(other, **where)
            assert whole_view(one) == whole_view(two)
            assert list(one.registry.projects) == list(two.registry.projects)
            assert dict(one.registry.sources) == dict(two.registry.sources)
            assert one.programme == two.programme
            assert corrections(one) == corrections(two)


@given(ledgers, languages)
def test_written_again_it_is_the_same_to_the_byte(history, language):
    files, _, other = written_and_read(history, language)

    assert csv_files(write_out(other, language)) == files
    assert csv_files(write_out(history, language)) == files


@given(ledgers, languages)
def test_read_into_the_same_ledger_it_adds_nothing(history, language):
    _, tables, _ = written_and_read(history, language)
    made = plan(tables, history)

    assert made.is_empty
    assert made.added == made.changed == made.retracted == made.missing == ()


@given(ledgers, languages)
def test_nothing_is_left_out_but_slips(history, language):
    """
    Each statement is in a row, or is named as a slip that no view keeps.
    """
    written = write_out(history, language)
    rows = [row.entry.seq for sheet in written.sheets[2:] for row in sheet.rows]
    slips = [entry.seq for entry in written.slips]

    assert sorted(rows + slips) == [e.seq for e in history if isinstance(e.event, on.Statement)]
    assert set(rows) == {known.entry.seq for known in standing(history)}
    for entry in written.slips:
        since = entry.published_on or date.min
        assert any((r.published_on or date.min) <= since for r in history.retractions(entry.seq))
    registry = Registry.of(history)
    assert [row.cells["id"] for row in written.sheets[0].rows] == list(registry.sources)
    assert len(written.sheets[1].rows) == len(registry.projects)


# ---------------------------------------------------------------- odd names, odd texts (FAULTS 44, 52)


def stands(history):
    """
    Everything that some view keeps, by content.
    """
    registry = Registry.of(history)
    statements = Counter()
    for known in standing(history):
        first = min(known.corrections, key=lambda entry: entry.published_on, default=None)
        correction = first and (first.published_on, attrs.evolve(first.event, target=0))
        statements[known.entry.published_on, known.event, correction] += 1
    return registry.programme, dict(registry.sources), dict(registry.projects), statements


@given(odd_histories(MILDLY), languages)
def test_what_is_odd_is_written_exactly(history, language):
    files, tables, other = written_and_read(history, language)

    assert stands(other) == stands(history)
    assert plan(tables, history).is_empty
    for name, content_of in files.items():
        if name != "programme.toml":
            cells = [cell for row in csv.reader(io.StringIO(content_of.decode("utf-8-sig"))) for cell in row]
            assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in cells)


@given(odd_histories(), languages)
def test_what_no_sheet_can_say_is_refused_by_name(history, language):
    """
    All of the ledger is written, or nothing, and each entry at fault is named.
    """
    try:
        files = csv_files(write_out(history, language))
    except ExportError as error:
        faults, files = error.exceptions, None
    if files is None:
        assert faults
        for fault in faults:
            assert 0 <= fault.seq < history.size
            assert f"第 {fault.seq} 条" in fault.explain("zh")
            assert f"entry {fault.seq}" in fault.explain("en")
    else:
        other = record(History(), plan(tables_of(files), History()).events)
        assert stands(other) == stands(history)
    event("refused" if files is None else "written")
