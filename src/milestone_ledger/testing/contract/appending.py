"""
Laws 18 to 20: what is appended, and every way in which that can fail.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, Row

from milestone_ledger import errors as err
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.rules import refusals
from milestone_ledger.store.append import append
from milestone_ledger.store.tables import instant_of
from milestone_ledger.store.verification import Outcome
from milestone_ledger.store.verify import verify
from milestone_ledger.testing.answers import stored
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.contract.base import (
    MANY,
    PROGRAMME,
    BoomError,
    Contract,
    broken_at,
    enter,
    new_name,
)
from milestone_ledger.testing.recording import commits_of, record
from milestone_ledger.testing.strategies import histories, legal_commits
from milestone_ledger.testing.walk import everything_once

Request = dict[str, Any]

NOTE = on.StatementNoted(source="无此文件", locator="一", project="无此项目")
TOMORROW = on.SourceRegistered(
    source="未来",
    title="未来",
    published=UncertainDate.on(date(2027, 1, 1)),
    kind=on.SourceKind.REPORT,
)


def assert_numbered(rows: list[Sequence[Row[Any]]]) -> None:
    """
    Law 18: numbers have no gaps, commits tile the log, and each is recorded after the one before.
    """
    commits, events = rows[:2]
    assert [row.no for row in commits] == list(range(len(commits)))
    assert [row.seq for row in events] == list(range(len(events)))
    ends = [0, *(row.size_after for row in commits)]
    assert [row.first_seq for row in commits] == ends[:-1]
    assert ends == sorted(set(ends))
    assert ends[-1] == len(events)
    assert [row.commit_no for row in events] == [
        row.no for row in commits for _ in range(row.first_seq, row.size_after)
    ]
    instants = [instant_of(row.recorded_at) for row in commits]
    assert all(one < two for one, two in itertools.pairwise(instants))


def is_prefix(old: list[Sequence[Row[Any]]], new: list[Sequence[Row[Any]]]) -> bool:
    """
    Law 19, for the two tables of the log.
    """
    return all(after[: len(before)] == before for before, after in zip(old[:2], new[:2], strict=True))


def _struck() -> datetime:
    raise KeyboardInterrupt


class _Interrupted(list[on.Event]):
    """
    Events that break off while they are read.
    """

    def __iter__(self) -> Iterator[on.Event]:
        yield from super().__iter__()
        raise BoomError


def failures(
    last: datetime, size: int, right: list[on.Event], key: str | None
) -> list[tuple[Request, type[BaseException]]]:
    """
    Requests that must fail after a commit at ``last``, each with its error.

    ``right`` is a commit that would be legal, ``size`` that of the log, ``key`` one used for something else.
    """
    naive = last.replace(tzinfo=None)
    fail: list[tuple[Request, type[BaseException]]] = [
        ({"events": [NOTE]}, err.RuleError),
        ({"events": [*right, NOTE]}, err.RuleError),
        ({"events": [TOMORROW]}, err.FuturePublicationError),
        ({"events": []}, err.InvalidValueError),
        ({"events": _Interrupted(right)}, BoomError),
        ({"events": right, "actor": " "}, err.InvalidValueError),
        ({"events": right, "idempotency_key": ""}, err.InvalidValueError),
        ({"events": right, "expected_size": size + 1}, err.ConcurrentAppendError),
        ({"events": right, "expected_size": size - 1}, err.ConcurrentAppendError),
        ({"events": right, "expected_size": True}, err.InvalidValueError),
        ({"events": right, "clock": lambda: last - timedelta(hours=1)}, err.ClockError),
        ({"events": right, "clock": lambda: last + timedelta(days=40_000)}, err.ClockError),
        ({"events": right, "clock": lambda: naive}, err.InvalidValueError),
        ({"events": right, "clock": lambda: None}, err.InvalidValueError),
        ({"events": right, "clock": _struck}, KeyboardInterrupt),
        ({"events": [*right, NOTE], "idempotency_key": "new"}, err.RuleError),
    ]
    if key is not None:
        fail.append(({"events": [*right, NOTE], "idempotency_key": key}, err.IdempotencyConflictError))
    return fail


class AppendContract(Contract):
    """
    All or nothing, once, in order, and only at the end.
    """

    @MANY
    @given(data=st.data(), history=histories(PROGRAMME, max_commits=5))
    def test_whatever_fails_changes_nothing_and_what_succeeds_only_adds(
        self, engine: Engine, data: st.DataObject, history: History
    ) -> None:
        """
        Laws 18 and 19, also with a clock that stands still or runs backwards.
        """
        ledger, clock = new_name(), Clock(step=timedelta(seconds=data.draw(st.integers(-1, 1))))
        key: str | None = None
        for number, events in enumerate(commits_of(history)):
            old = stored(engine, ledger)
            if number:
                last = instant_of(old[0][-1].recorded_at)
                wrongs = failures(last, len(old[1]), events, key)
                for request, error in data.draw(st.lists(st.sampled_from(wrongs), max_size=3)):
                    asked: Request = {"actor": "clerk", "clock": clock} | request
                    with pytest.raises(error):
                        append(engine, ledger, **asked)
                    assert stored(engine, ledger) == old
            broken = data.draw(st.integers(1, 12))
            try:
                with broken_at(engine, broken):
                    append(engine, ledger, events, actor="clerk", clock=clock)
            except BoomError:
                assert stored(engine, ledger) == old
                key = f"key-{number}"
                append(engine, ledger, events, actor="clerk", clock=clock, idempotency_key=key)
            new = stored(engine, ledger)
            assert is_prefix(old, new)
            assert len(new[0]) == len(old[0]) + 1
            assert len(new[1]) == len(old[1]) + len(events)
            assert_numbered(new)
        found = verify(engine, ledger)
        assert (found.outcome, found.findings) == (Outcome.CONSISTENT_UNANCHORED, ())

    @pytest.mark.parametrize("moment", ["before_cursor_execute", "after_cursor_execute"])
    def test_a_fault_at_any_statement_loses_nothing_and_a_retry_records_once(
        self, engine: Engine, moment: str
    ) -> None:
        """
        Law 19: whichever statement breaks, nothing is kept, and the same request is then recorded.
        """
        first, *others = everything_once("contract")
        for number in itertools.count(1):
            ledger = new_name()
            clock = enter(engine, ledger, [[on.ProgrammeDefined(PROGRAMME)], first])
            request: Request = {"actor": "clerk", "clock": clock, "idempotency_key": "k"}
            old = stored(engine, ledger)
            try:
                with broken_at(engine, number, moment):
                    append(engine, ledger, others[0], **request)
            except BoomError:
                assert stored(engine, ledger) == old
            else:
                break
            commit = append(engine, ledger, others[0], **request)
            assert append(engine, ledger, others[0], **request) == commit
            new = stored(engine, ledger)
            assert len(new[0]) == len(old[0]) + 1
            assert is_prefix(old, new)
            assert_numbered(new)
        assert number > len(("ledger_event", "ledger_commit"))  # so both insertions were broken, at least

    @MANY
    @given(data=st.data(), history=histories(PROGRAMME, max_commits=3))
    def test_one_key_records_one_request_once(
        self, engine: Engine, data: st.DataObject, history: History
    ) -> None:
        """
        Law 20, whoever sends it again, whenever, with whatever expected size.
        """
        ledger, clock = new_name(), Clock()
        done = {}
        for number, events in enumerate(commits_of(history)):
            key = f"first-{number}"
            commit = append(engine, ledger, events, actor="clerk", clock=clock, idempotency_key=key)
            done[key] = events, commit
        for _ in range(data.draw(st.integers(1, 4))):
            old = stored(engine, ledger)
            key = data.draw(st.sampled_from([*done, "a", "b"]))
            is_repeated = data.draw(st.booleans())
            said = data.draw(st.sampled_from(list(done)))
            events = done[said][0] if is_repeated else data.draw(legal_commits(history))
            if not events or (key not in done and refusals(history, events)):
                continue
            actor = data.draw(st.sampled_from(["clerk", "other"]))
            request: Request = {"actor": actor, "clock": clock, "idempotency_key": key}
            if key not in done:
                done[key] = events, append(engine, ledger, events, **request)
                history = record(history, events)
                assert len(stored(engine, ledger)[0]) == len(old[0]) + 1
            elif done[key][0] == events:
                assert append(engine, ledger, events, **request, expected_size=0) == done[key][1]
                assert stored(engine, ledger) == old
            else:
                with pytest.raises(err.IdempotencyConflictError) as caught:
                    append(engine, ledger, events, **request)
                assert (caught.value.key, caught.value.commit_no) == (key, done[key][1].no)
                assert stored(engine, ledger) == old
        # The same key in another ledger is another key.
        request = {"actor": "clerk", "clock": Clock(), "idempotency_key": "first-0"}
        assert append(engine, new_name(), commits_of(history)[0], **request).no == 0
