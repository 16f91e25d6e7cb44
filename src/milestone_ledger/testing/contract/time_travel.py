"""
Laws 14 to 16: the past stays as it was, by position and by publication.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from milestone_ledger import Ledger
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import History
from milestone_ledger.domain.rules import publication_days
from milestone_ledger.errors import RuleError
from milestone_ledger.testing.answers import everything
from milestone_ledger.testing.clock import Clock
from milestone_ledger.testing.contract.base import MANY, PROGRAMME, Contract, new_name
from milestone_ledger.testing.recording import boundaries, commits_of, record
from milestone_ledger.testing.strategies import CALENDAR, days, histories, legal_commits, publication_bounds
from milestone_ledger.testing.walk import everything_once

ONE_DAY, TICK = timedelta(days=1), timedelta(microseconds=1)
ERRATUM = on.SourceRegistered(
    source="更正文件",
    title="更正文件",
    published=UncertainDate.on(CALENDAR[-1] + ONE_DAY),
    kind=on.SourceKind.OTHER,
)


def entered(engine: Engine, commits: list[list[on.Event]]) -> Ledger:
    """
    A new ledger that took in these commits.
    """
    ledger = Ledger(engine, new_name(), actor="clerk", clock=Clock())
    for events in commits:
        ledger.append(events)
    return ledger


def fresh(ledger: Ledger) -> Ledger:
    """
    The same ledger, with nothing read yet.
    """
    return Ledger(ledger.engine, ledger.name, actor="clerk", clock=Clock())


class TimeTravelContract(Contract):
    """
    Whatever is recorded later, what was known then is known now.
    """

    @MANY
    @given(data=st.data(), history=histories(PROGRAMME, max_commits=8))
    def test_the_past_is_fixed_by_position(
        self, engine: Engine, data: st.DataObject, history: History
    ) -> None:
        """
        Law 14: by seq, by instant, in a view taken before and in one taken anew.
        """
        commits = commits_of(history)
        cut = data.draw(st.integers(1, len(commits)), label="prefix")
        places = data.draw(st.lists(st.tuples(days, publication_bounds), min_size=1, max_size=2))
        ledger = entered(engine, commits[:cut])
        position = ledger.size - 1
        instant = list(ledger.history())[-1].recorded_at
        held = [ledger.at(as_of=as_of, published_by=bound) for as_of, bound in places]
        shown = [everything(ledger.at(as_of=as_of, published_by=bound)) for as_of, bound in places]
        for events in commits[cut:]:
            ledger.append(events)
        assert [everything(view) for view in held] == shown
        ends: list[int | datetime] = [position, instant]
        if cut == len(commits):
            ends.append(instant + TICK)
        for recorded_by in ends:
            for one in (ledger, fresh(ledger)):
                again = [
                    everything(one.at(as_of=as_of, published_by=bound, recorded_by=recorded_by))
                    for as_of, bound in places
                ]
                assert again == shown

    def test_the_past_is_fixed_through_every_kind_of_event(self, engine: Engine) -> None:
        """
        Law 14, for amendments, redated documents and an extended programme, which are rarely drawn.
        """
        views = [
            (date(2019, 3, 1), None),
            (date(2019, 1, 31), date(2019, 1, 31)),
            (date.max, date(2019, 2, 12)),
        ]
        ledger = entered(engine, [[on.ProgrammeDefined(PROGRAMME)]])
        shown = {}
        for events in everything_once(PROGRAMME.id):
            position = ledger.append(events).size_after - 1
            for as_of, bound in views:
                shown[as_of, bound, position] = everything(ledger.at(as_of=as_of, published_by=bound))
        for (as_of, bound, position), past in shown.items():
            view = ledger.at(as_of=as_of, published_by=bound, recorded_by=position)
            assert everything(view) == past

    @MANY
    @given(data=st.data(), history=histories(PROGRAMME, max_commits=6), as_of=days)
    def test_later_publications_leave_earlier_views_alone(
        self, engine: Engine, data: st.DataObject, history: History, as_of: date
    ) -> None:
        """
        Law 15.
        """
        ledger = entered(engine, commits_of(history))
        for _ in range(4):
            events = data.draw(legal_commits(history))
            if not events:
                continue
            published = [day for day in publication_days(history, events) if day is not None]
            history = record(history, events)
            if len(published) < len(events):  # a definition or registration holds on every publication day
                ledger.append(events)
                continue
            first = min(published)
            earlier = [first - ONE_DAY, data.draw(st.sampled_from(CALENDAR)), date.min]
            earlier = [bound for bound in earlier if bound < first]
            before = [everything(ledger.at(as_of=as_of, published_by=bound))[0] for bound in earlier]
            ledger.append(events)
            after = [everything(ledger.at(as_of=as_of, published_by=bound))[0] for bound in earlier]
            assert after == before

    @MANY
    @given(data=st.data(), history=histories(PROGRAMME, max_commits=8), as_of=days)
    def test_a_correction_leaves_what_was_published_before_it_alone(
        self, engine: Engine, data: st.DataObject, history: History, as_of: date
    ) -> None:
        """
        Law 16.
        """
        said = [(e.seq, e.published_on, e.event) for e in history if isinstance(e.event, on.Statement)]
        if not said:
            return
        seq, published_on, wrong = data.draw(st.sampled_from(said))
        ledger = entered(engine, [*commits_of(history), [ERRATUM]])
        sources = sorted(ledger.registry().sources)
        source = data.draw(st.none() | st.just(ERRATUM.source) | st.sampled_from(sources))
        right = None
        if data.draw(st.booleans()):
            right = attrs.evolve(wrong, note="更正后", source=source or wrong.source)
        size, bound = ledger.size, data.draw(days)
        position = data.draw(st.sampled_from([end - 1 for end in boundaries(history)[1:]]))
        before = everything(ledger.at(as_of=as_of, published_by=bound))[0]
        past = everything(ledger.at(as_of=as_of, published_by=bound, recorded_by=position))
        try:
            commit = ledger.correct(seq, right, reason="更正", source=source)
        except RuleError:
            assert ledger.size == size
            assert everything(ledger.at(as_of=as_of, published_by=bound))[0] == before
            return
        added = list(ledger.history())[commit.first_seq :]
        first = min(entry.published_on for entry in added if entry.published_on is not None)
        assert published_on is not None
        assert first >= published_on
        if bound < first:
            assert everything(ledger.at(as_of=as_of, published_by=bound))[0] == before
        eve = ledger.at(as_of=as_of, published_by=first - ONE_DAY)
        unaware = ledger.at(as_of=as_of, published_by=first - ONE_DAY, recorded_by=size - 1)
        assert everything(eve)[0] == everything(unaware)[0]
        live = {entry.seq for entry in eve.live}
        assert live.isdisjoint(entry.seq for entry in added)
        assert everything(ledger.at(as_of=as_of, published_by=bound, recorded_by=position)) == past
