"""
Laws 19, 22 and 24: history stays, readers see all of it, and ledgers share nothing.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from sqlalchemy import Engine, text

from milestone_ledger import Ledger
from milestone_ledger import errors as err
from milestone_ledger.domain import events as on
from milestone_ledger.domain.history import History
from milestone_ledger.store.append import append
from milestone_ledger.store.engine import writing
from milestone_ledger.store.read import follow
from milestone_ledger.store.verify import verify
from milestone_ledger.testing.answers import everything, stored
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.contract.appending import NOTE
from milestone_ledger.testing.contract.base import MANY, PROGRAMME, Contract, enter, new_name
from milestone_ledger.testing.recording import commits_of
from milestone_ledger.testing.strategies import histories
from milestone_ledger.testing.walk import DOMAINS, everything_once

CHANGES = (
    "UPDATE {table} SET ledger = 'x'",
    "UPDATE {table} SET {key} = {key} + 1",
    "DELETE FROM {table}",
    "DELETE FROM {table} WHERE {key} = 1",
    "INSERT INTO {table} SELECT * FROM {table}",
)


class HistoryContract(Contract):
    """
    Append-only for every client of the database, complete for every reader, separate for every ledger.
    """

    @pytest.mark.parametrize("change", CHANGES)
    @pytest.mark.parametrize(("table", "key"), [("ledger_event", "seq"), ("ledger_commit", "no")])
    def test_the_database_refuses_to_change_history(
        self, engine: Engine, change: str, table: str, key: str
    ) -> None:
        """
        Not only the library refuses: who writes SQL by hand is refused too.
        """
        ledger = new_name()
        clock = enter(engine, ledger, [[on.ProgrammeDefined(PROGRAMME)], *everything_once("contract")[:2]])
        before = stored(engine, ledger)
        with pytest.raises(err.LedgerError), writing(engine, ledger) as conn:
            conn.execute(text(change.format(table=table, key=key)))

        assert stored(engine, ledger) == before
        assert verify(engine, ledger).findings == ()
        append(engine, ledger, everything_once("contract")[2], actor="clerk", clock=clock)

    def test_a_follower_misses_nothing(self, engine: Engine) -> None:
        """
        Law 22: each entry once, in order, never half a commit, while another writes.
        """
        ledger, commits = new_name(), 10
        clock = enter(engine, ledger, [[on.ProgrammeDefined(PROGRAMME)]])

        def write() -> None:
            for number in range(commits):
                new = [
                    on.ProjectRegistered(project=f"{name}{number}", name=f"{name}{number}", domain=DOMAINS[0])
                    for name in ("甲", "乙")
                ]
                append(engine, ledger, new, actor="writer", clock=clock)

        seen: list[int] = []
        with ThreadPoolExecutor(1) as pool:
            writer = pool.submit(write)
            while len(seen) < 1 + 2 * commits and not (writer.done() and writer.exception()):
                for commit, entries in follow(engine, ledger, after=seen[-1] if seen else -1):
                    assert [entry.commit_no for entry in entries] == [commit.no] * len(entries)
                    assert entries[-1].seq == commit.size_after - 1
                    seen += [entry.seq for entry in entries]
            writer.result()

        assert seen == list(range(1 + 2 * commits))

    @MANY
    @given(
        history=histories(PROGRAMME, max_commits=4),
        other=histories(PROGRAMME, max_commits=4),
    )
    def test_ledgers_share_nothing(
        self, engine: Engine, reference: Engine, history: History, other: History
    ) -> None:
        """
        Law 24: rows, root, view and refusals of a ledger are those it has when it is alone.
        """
        ledger, beside = new_name(), new_name()
        enter(reference, ledger, history)
        clock, disturbing = Clock(), Clock()
        courses = commits_of(history), commits_of(other)
        for number in range(max(map(len, courses))):
            for name, course, ticks in zip((ledger, beside), courses, (clock, disturbing), strict=True):
                if number < len(course):
                    append(engine, name, course[number], actor="clerk", clock=ticks)

        assert stored(engine, ledger) == stored(reference, ledger)
        assert verify(engine, ledger) == verify(reference, ledger)
        views = [
            everything(Ledger(one, ledger, actor="clerk", clock=Clock()).at(as_of=date(2019, 1, 31)))
            for one in (engine, reference)
        ]
        assert views[0] == views[1]
        said = []
        for one in (engine, reference):
            with pytest.raises(err.RuleError) as caught:
                append(one, ledger, [NOTE], actor="clerk", clock=Clock())
            said.append(str(caught.value))
        assert said[0] == said[1]
