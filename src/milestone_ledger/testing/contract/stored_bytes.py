"""
Laws 21, 26 and 28: the same bytes everywhere, read as they were written, under one root.
"""

from __future__ import annotations

import itertools
import json
from datetime import date, timedelta
from functools import partial
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from milestone_ledger import codec
from milestone_ledger import errors as err
from milestone_ledger.auditor import leaf_hash
from milestone_ledger.codec.canonical import dumps, loads_canonical
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.store import merkle
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import reading
from milestone_ledger.store.read import read_entries
from milestone_ledger.store.transfer import dump, load
from milestone_ledger.store.verification import Outcome
from milestone_ledger.store.verify import verify
from milestone_ledger.testing.answers import stored
from milestone_ledger.testing.clock import START, Clock
from milestone_ledger.testing.contract.appending import TOMORROW
from milestone_ledger.testing.contract.base import MANY, PROGRAMME, Contract, enter, new_name
from milestone_ledger.testing.recording import commits_of
from milestone_ledger.testing.strategies import histories
from milestone_ledger.testing.walk import everything_once


def _meant(line: bytes) -> dict[str, Any]:
    """
    What the closing line of a commit says under a hash; hexadecimal may be in capitals.
    """
    closing: dict[str, Any] = json.loads(line)
    assert closing.pop("digest")
    return closing | {"root": closing["root"].lower()}


class BytesContract(Contract):
    """
    A ledger is its bytes, wherever they lie.
    """

    @MANY
    @given(history=histories(PROGRAMME, max_commits=8), standing=st.sampled_from([0.0, 1e-6, 3.5]))
    def test_the_same_requests_give_the_same_bytes(
        self, engine: Engine, reference: Engine, history: History, standing: float
    ) -> None:
        """
        Law 21, also with a clock that hardly moves.
        """
        ledger = new_name()
        for one in (engine, reference):
            instants = (START + timedelta(seconds=standing * tick) for tick in itertools.count())
            for number, events in enumerate(commits_of(history)):
                append(
                    one,
                    ledger,
                    events,
                    actor="clerk",
                    clock=partial(next, instants),
                    idempotency_key=f"k{number}" if number % 2 else None,
                )
        assert stored(engine, ledger) == stored(reference, ledger)
        with reading(engine) as here, reading(reference) as there:
            assert list(dump(here, ledger)) == list(dump(there, ledger))

    @MANY
    @given(history=histories(PROGRAMME, max_commits=6), back=st.booleans())
    def test_a_dump_loaded_elsewhere_is_the_same_ledger(
        self, engine: Engine, reference: Engine, history: History, *, back: bool
    ) -> None:
        """
        Law 21: every row, leaf and root, the index, and the idempotency keys.
        """
        source, target = (reference, engine) if back else (engine, reference)
        ledger, clock = new_name(), Clock()
        commits = commits_of(history)
        for number, events in enumerate(commits):
            append(source, ledger, events, actor="clerk", clock=clock, idempotency_key=f"k{number}")
        with reading(source) as conn:
            lines = list(dump(conn, ledger))
        loaded = load(target, iter(lines))
        assert stored(target, ledger) == stored(source, ledger)
        assert loaded.root == verify(source, ledger).root
        found = verify(target, ledger)
        assert (found.outcome, found.findings, found.root) == (
            Outcome.CONSISTENT_UNANCHORED,
            (),
            loaded.root,
        )
        with reading(target) as conn:
            assert list(dump(conn, ledger)) == lines
            again = read_entries(conn, ledger)
        assert [entry.event for entry in again] == [event for events in commits for event in events]
        last = len(commits) - 1
        repeated = append(target, ledger, commits[last], actor="x", clock=clock, idempotency_key=f"k{last}")
        assert repeated == loaded
        # It goes on growing as the original does.
        another = attrs.evolve(TOMORROW, published=UncertainDate.on(date(2026, 1, 1)))
        for one in (source, target):
            append(one, ledger, [another], actor="clerk", clock=lambda: START + timedelta(hours=1))
        assert stored(target, ledger) == stored(source, ledger)

    @MANY
    @given(data=st.data())
    def test_a_dump_that_was_touched_is_refused_whole(
        self, engine: Engine, reference: Engine, data: st.DataObject
    ) -> None:
        """
        Law 21, the other way round: lines missing, doubled, swapped or edited load nothing.
        """
        ledger = new_name()
        enter(reference, ledger, [[on.ProgrammeDefined(PROGRAMME)], *everything_once("contract")[:3]])
        with reading(reference) as conn:
            lines = list(dump(conn, ledger))
        place = data.draw(st.integers(0, len(lines) - 1))
        what = data.draw(st.sampled_from(["drop", "double", "swap", "cut", "edit"]))
        touched = list(lines)
        if what == "drop":
            del touched[place]
        elif what == "double":
            touched.insert(place, touched[place])
        elif what == "swap":
            touched[place], touched[place - 1] = touched[place - 1], touched[place]
        elif what == "cut":
            touched = touched[:place]
        else:
            line = bytearray(touched[place])
            line[data.draw(st.integers(0, len(line) - 2))] ^= 1 << data.draw(st.integers(0, 6))
            touched[place] = bytes(line)
        try:
            load(engine, touched)
        except err.LedgerError:
            assert stored(engine, ledger) == [[], [], [], []]
        else:
            if what == "edit":
                # The digest of a request is under no hash.
                assert _meant(touched[place]) == _meant(lines[place])
                return
            # Cut right after a commit, it is a shorter ledger: only an outside checkpoint could tell.
            assert what in {"cut", "drop", "swap"} or place == len(lines) - 1, (
                f"{what} of line {place} was loaded"
            )
            assert touched == lines[: len(touched)]
            assert b'"closes"' in touched[-1]

    @MANY
    @given(history=histories(PROGRAMME, max_commits=8))
    def test_what_is_stored_is_read_as_it_was_written(self, engine: Engine, history: History) -> None:
        """
        Laws 26 and 28: bodies are canonical and say what was appended; roots are those of their leaves.
        """
        ledger = new_name()
        enter(engine, ledger, history)
        commits, events = stored(engine, ledger)[:2]
        for row, entry in zip(events, history, strict=True):
            read = codec.decode(row.body)
            assert read.event == entry.event
            assert read.published_on == entry.published_on
            assert codec.encode(read) == row.body == dumps(loads_canonical(row.body))
            assert row.leaf == leaf_hash(row.body)
        leaves = [row.leaf for row in events]
        for commit in commits:
            assert commit.root == merkle.root(leaves[: commit.size_after])
            assert merkle.Frontier.from_text(commit.frontier).root() == commit.root
