"""
Law 18 under any clock: order is kept, and a clock that can't be believed records nothing (FAULTS 24).
"""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from milestone_ledger.domain.events import ProgrammeDefined
from milestone_ledger.errors import ClockError
from milestone_ledger.store.append import AHEAD, BEHIND, FIRST_COMMIT, append
from milestone_ledger.store.engine import reading
from milestone_ledger.store.read import commits
from milestone_ledger.store.verify import Outcome, verify
from store_samples import PROGRAMME, source

_names = itertools.count()
TICK = timedelta(microseconds=1)
# How far the clock stands from the last commit: anywhere near, at the edges of what is believed, or in 2099.
OFFSETS = st.one_of(
    st.timedeltas(-2 * BEHIND, timedelta(days=2)),
    st.sampled_from([-BEHIND, AHEAD, timedelta(0), TICK, -TICK, timedelta(hours=-1)]).flatmap(
        lambda edge: st.sampled_from([edge - TICK, edge, edge + TICK])
    ),
    st.timedeltas(timedelta(days=-9000), timedelta(days=27000)),
)
FIRST = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(first=FIRST, offsets=st.lists(OFFSETS, max_size=6))
def test_order_is_kept_whatever_the_clock_says(engine, first, offsets):
    ledger = f"run-{next(_names)}"
    recorded, last = [], None
    for number, offset in enumerate([None, *offsets]):
        now = first if last is None else last + offset
        earliest, latest = FIRST_COMMIT if last is None else (last - BEHIND, last + AHEAD)
        events = [source(f"来源{number}", "1999")]  # before any day that a clock may say it is
        if last is None:
            events.insert(0, ProgrammeDefined(PROGRAMME))
        try:
            commit = append(engine, ledger, events, actor="a", clock=lambda now=now: now)
        except ClockError:
            assert not earliest <= now <= latest
        else:
            assert earliest <= now <= latest
            last = commit.recorded_at
            recorded.append(max(now, recorded[-1] + TICK) if recorded else now)
        if last is None:
            return

    with reading(engine) as conn:
        assert [commit.recorded_at for commit in commits(conn, ledger)] == recorded
    assert verify(engine, ledger).outcome is Outcome.CONSISTENT_UNANCHORED
