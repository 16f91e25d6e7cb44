"""
The ledger machine: the same requests, on SQLite and on PostgreSQL, beside a plain list of what was said.

After every step both databases hold the same bytes, the old log is a prefix of the new one, and numbers
have no gaps. Whatever is refused is refused by both in the same words, and changes nothing.
"""

from __future__ import annotations

import itertools
from collections import Counter
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import get_args

import attrs
from hypothesis import HealthCheck, settings
from hypothesis import event as note_event
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from milestone_ledger import Ledger, LedgerError
from milestone_ledger import errors as err
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.store.tables import instant_of
from milestone_ledger.store.verify import Outcome
from milestone_ledger.testing.answers import everything, stored
from milestone_ledger.testing.model import Look, Model, assert_agrees
from milestone_ledger.testing.walk import DOMAINS, FIRST, ODD, day, everything_once, programme

KINDS = {kind.__name__ for kind in get_args(on.Event)}
LAST = 45
SOURCES = ("方案", "快报", "年报", "通告")
PROJECTS = ("北清路", "安立路", "幼儿园", "公园", "学校")
MODES = ("new_build", "takeover")
EXTENSIONS = 2
STEPS = 25

_runs = itertools.count()


class Twins:
    """
    One ledger on each backend, told the same things at the same instants, beside the model.
    """

    def __init__(self, urls):
        self.urls = urls
        self.name = f"run-{next(_runs):06}"
        self.now = datetime(2026, 1, 31, 8, tzinfo=UTC)
        self.model = Model()
        self.appended = Counter()
        self.refused = Counter()
        self.rows = [[], []]
        self.commits = [[], []]
        first = programme(self.name)
        self.ledgers = [Ledger.create(url, first, actor="clerk", clock=self.clock) for url in urls]
        self._took([on.ProgrammeDefined(first)])

    def clock(self):
        return self.now

    @property
    def last(self):
        """
        When the last commit was recorded.
        """
        return instant_of(self.commits[0][-1].recorded_at)

    def close(self):
        for ledger in self.ledgers:
            ledger.close()

    def reopen(self):
        self.close()
        self.ledgers = [
            Ledger.open(url, ledger=self.name, actor="clerk", clock=self.clock) for url in self.urls
        ]

    def _took(self, events):
        self.model.append(events)
        self.appended.update(type(event).__name__ for event in events)

    def both(self, call):
        """
        What ``call`` answers on both, which must be the same, as must be its refusal.
        """
        answers = []
        for ledger in self.ledgers:
            try:
                answers.append(call(ledger))
            except LedgerError as error:
                answers.append(error)
        one, other = answers
        if isinstance(one, LedgerError) or isinstance(other, LedgerError):
            assert (type(one), str(one)) == (type(other), str(other))
            self.refused[type(one).__name__] += 1
        else:
            assert one == other
        return one

    def append(self, *events, **options):
        """
        Record ``events`` on both; returns the commit, or the refusal.
        """
        return self.record(lambda ledger: ledger.append(events, **options), events)

    def record(self, call, events):
        size = len(self.model.log)
        answer = self.both(call)
        if not isinstance(answer, LedgerError) and answer.first_seq == size:
            assert answer.size_after == size + len(events)
            assert answer.no == len(self.model.sizes) - 1
            self._took(events)
        return answer

    def check(self):
        """
        Laws 18, 19 and 21, and that both hold what the model holds, and nothing else.
        """
        for place, ledger in enumerate(self.ledgers):
            commits, events = stored(ledger.engine, ledger.name)[:2]
            assert events[: len(self.rows[place])] == self.rows[place]
            assert commits[: len(self.commits[place])] == self.commits[place]
            self.rows[place], self.commits[place] = events, commits
        assert self.rows[0] == self.rows[1]
        assert self.commits[0] == self.commits[1]
        events, commits = self.rows[0], self.commits[0]
        assert [row.seq for row in events] == list(range(len(self.model.log)))
        assert [row.no for row in commits] == list(range(len(commits)))
        assert [0, *(row.size_after for row in commits)] == self.model.sizes
        assert [row.first_seq for row in commits] == self.model.sizes[:-1]
        assert [row.commit_no for row in events] == [line.commit for line in self.model.log]
        stamps = [row.recorded_at for row in commits]
        assert stamps == sorted(set(stamps))
        for ledger in self.ledgers:
            entries = list(ledger.history())
            assert [entry.event for entry in entries] == [line.event for line in self.model.log]
            assert [entry.published_on for entry in entries] == [line.published_on for line in self.model.log]

    def verify(self):
        found = self.both(lambda ledger: ledger.verify())
        assert found.outcome is Outcome.CONSISTENT_UNANCHORED
        assert found.findings == ()
        assert (found.size, found.root) == (len(self.model.log), self.commits[0][-1].root)

    def look(self, **viewpoint):
        """
        The views agree with each other and with the model; returns what they show.
        """
        position = viewpoint["recorded_by"]
        if position is not None:
            position = max(size for size in self.model.sizes if size <= position + 1)
        views = [ledger.at(**viewpoint) for ledger in self.ledgers]
        shown = [everything(view) for view in views]
        assert shown[0] == shown[1]
        look = Look(
            self.model.log,
            as_of=viewpoint["as_of"],
            published_by=viewpoint["published_by"],
            position=position,
            grace=viewpoint["grace"],
        )
        if look.programme is not None:
            assert_agrees(views[0], look)
        return shown[0]


days = st.integers(0, LAST).map(day)
firmnesses = st.sampled_from(on.Firmness)
units = st.sampled_from([(), ("交通局",), ("教育局", "交通局")])
notes = st.sampled_from(["", "实际进展"])
locators = st.sampled_from(["一1", "二3"])


@st.composite
def deadlines(draw):
    first = draw(days)
    return UncertainDate(first, first + timedelta(draw(st.sampled_from([0, 0, 0, 5]))))


class LedgerMachine(RuleBasedStateMachine):
    """
    Rules draw what a clerk may do next from what the model knows.
    """

    def __init__(self, urls, tally):
        super().__init__()
        self.tally = tally
        self.twins = Twins(urls)
        self.model = self.twins.model
        self.extensions = 0
        self.taken = []
        self.keys = itertools.count()

    @initialize(published=days, size=st.sampled_from([1, 3]))
    def begin(self, published, size):
        self.twins.append(
            on.SourceRegistered(
                source=SOURCES[0],
                title="行动计划",
                published=UncertainDate.on(published),
                kind=on.SourceKind.PLAN,
            ),
            on.ProjectRegistered(project=PROJECTS[0], name=PROJECTS[0], domain=DOMAINS[0], size=size),
        )

    def teardown(self):
        for viewpoint, shown in self.taken:
            assert self.twins.look(**viewpoint) == shown
        self.twins.verify()
        self.twins.close()
        self.tally.update(self.twins.appended + self.twins.refused)
        for kind in self.twins.appended:
            note_event(f"appended {kind}")

    # What there is to draw from

    def source(self, data):
        return data.draw(st.sampled_from(list(self.model.sources().values())), label="source")

    def project(self, data):
        return data.draw(st.sampled_from(list(self.model.projects().values())), label="project")

    def cited(self, data, source=None):
        source = source or self.source(data)
        return {"source": source.source, "locator": data.draw(locators), "note": data.draw(notes)}

    def milestone(self, data):
        return data.draw(st.sampled_from([m.id for m in self.model.programme().milestones]), label="step")

    def quantity(self, data, project, least=1):
        if project.size == 1 or data.draw(st.booleans()):
            return None
        return data.draw(st.integers(least, 5 if project.size is None else project.size - 1))

    def until(self, data, last):
        return data.draw(st.integers(0, max(0, (last - FIRST).days)).map(day)) if last else FIRST

    def statement(self, data, *kinds):
        """
        A live statement, if there is any.
        """
        lines = self.model.live(*(kinds or (on.Statement,)))
        return data.draw(st.sampled_from(lines), label="statement") if lines else None

    # The programme, documents and projects

    @precondition(lambda self: self.extensions < EXTENSIONS)
    @rule()
    def extend_the_programme(self):
        self.extensions += 1
        answer = self.twins.append(on.ProgrammeDefined(programme(self.twins.name, self.extensions)))
        assert not isinstance(answer, LedgerError)

    def _source(self, data, published):
        return on.SourceRegistered(
            source=data.draw(st.sampled_from(SOURCES)),
            title=data.draw(st.sampled_from(["进展报告", ODD])),
            published=published,
            kind=data.draw(st.sampled_from(on.SourceKind)),
            period=data.draw(st.none() | st.just(on.Period(day(0), day(20)))),
            issuer=data.draw(st.sampled_from(["", "区政府"])),
        )

    @rule(data=st.data(), published=days)
    def register_a_dated_source(self, data, published):
        self.twins.append(self._source(data, UncertainDate.on(published)))

    @rule(data=st.data(), latest=days, known=st.none() | st.integers(1, 10))
    def register_an_undated_source(self, data, latest, known):
        earliest = None if known is None else latest - timedelta(known)
        self.twins.append(self._source(data, UncertainDate(earliest, latest)))

    @rule(
        data=st.data(),
        name=st.sampled_from(PROJECTS),
        size=st.sampled_from([1, 1, 2, 4, None]),
        odd=st.booleans(),
    )
    def register_a_project(self, data, name, size, odd):
        batches = [known.id for known in self.model.projects().values() if known.size != 1]
        self.twins.append(
            on.ProjectRegistered(
                project=name,
                name=f"{name}{ODD}" if odd else name,
                domain=data.draw(st.sampled_from(DOMAINS)),
                delivery=data.draw(st.sampled_from([None, *MODES])),
                size=size,
                measure="" if size == 1 else "所",
                member_of=data.draw(st.sampled_from([None, *batches])),
                aliases=data.draw(st.sampled_from([(), (f"{name}工程",)])),
            )
        )

    @rule(data=st.data())
    def amend_a_project(self, data):
        projects = sorted(self.model.projects())
        change = data.draw(
            st.fixed_dictionaries(
                {},
                optional={
                    "name": st.sampled_from(["改名", "同名"]),
                    "aliases": st.sampled_from([(), ("别称",)]),
                    "domain": st.sampled_from(DOMAINS),
                    "delivery": st.sampled_from(["", *MODES]),
                    "member_of": st.sampled_from(["", *projects]),
                    "related": st.sampled_from(
                        [(), (on.Relation(on.RelationKind.FOLLOWS_PHASE, projects[-1]),)]
                    ),
                    "note": st.just("第二期"),
                },
            )
        )
        self.twins.append(on.ProjectAmended(project=self.project(data).id, **change))

    # Statements

    def _promise(self, data):
        project = self.project(data)
        return on.PromiseMade(
            **self.cited(data),
            project=project.id,
            milestone=data.draw(st.none() | st.just(self.milestone(data))),
            deadline=data.draw(st.none() | deadlines() | deadlines()),
            quantity=self.quantity(data, project),
            firmness=data.draw(firmnesses),
            responsible=data.draw(units),
        )

    @rule(data=st.data())
    def promise(self, data):
        answer = self.twins.append(self._promise(data))
        assert not isinstance(answer, LedgerError)

    @rule(data=st.data(), deadline=deadlines())
    def promise_again(self, data, deadline):
        said = self.statement(data, on.PromiseMade)
        event = said.event if said else self._promise(data)
        if event.deadline is not None and data.draw(st.booleans(), label="revised"):
            event = attrs.evolve(event, deadline=deadline)
        self.twins.append(attrs.evolve(event, **self.cited(data)))

    @rule(data=st.data())
    def withdraw(self, data):
        said = self.statement(data, on.PromiseMade)
        promised = said.event if said else None
        project = self.model.projects()[promised.project] if promised else self.project(data)
        answer = self.twins.append(
            on.PromiseWithdrawn(
                **self.cited(data),
                project=project.id,
                milestone=(promised and promised.milestone) or self.milestone(data),
                quantity=promised.quantity if promised else self.quantity(data, project),
            )
        )
        assert not isinstance(answer, LedgerError)

    def _achieved(self, data, source=None):
        source, project = source or self.source(data), self.project(data)
        quantity = self.quantity(data, project)
        latest = self.until(data, source.published.latest)
        earliest = None
        if quantity is None and data.draw(st.booleans(), label="known earliest"):
            earliest = self.until(data, latest)
        return on.MilestoneAchieved(
            **self.cited(data, source),
            project=project.id,
            milestone=self.milestone(data),
            occurred=UncertainDate(earliest, latest),
            quantity=quantity,
        )

    def _pending(self, data, source=None):
        source, project = source or self.source(data), self.project(data)
        return on.MilestonePending(
            **self.cited(data, source),
            project=project.id,
            milestone=self.milestone(data),
            on=self.until(data, source.published.earliest),
            quantity=self.quantity(data, project, 0),
        )

    @rule(data=st.data())
    def achieve(self, data):
        self.twins.append(self._achieved(data))

    @rule(data=st.data())
    def still_pending(self, data):
        self.twins.append(self._pending(data))

    @rule(data=st.data(), achieved=st.booleans())
    def contest(self, data, achieved):
        event = self._achieved(data) if achieved else self._pending(data)
        self.twins.append(attrs.evolve(event, contested=True, note="两份文件不一致"))

    @rule(data=st.data())
    def take_a_note(self, data):
        source = self.source(data)
        occurred = UncertainDate.by(self.until(data, source.published.latest))
        answer = self.twins.append(
            on.StatementNoted(
                **self.cited(data, source),
                project=self.project(data).id,
                milestone=data.draw(st.none() | st.just(self.milestone(data))),
                occurred=data.draw(st.none() | st.just(occurred)),
            )
        )
        assert not isinstance(answer, LedgerError)

    @rule(data=st.data(), activity=st.sampled_from(on.Activity), on_day=days)
    def change_activity(self, data, activity, on_day):
        answer = self.twins.append(
            on.ActivityChanged(
                **self.cited(data), project=self.project(data).id, activity=activity, on=on_day
            )
        )
        assert not isinstance(answer, LedgerError)

    @rule(data=st.data(), deadline=st.none() | deadlines(), responsible=units, ref=st.sampled_from(["", "2"]))
    def raise_a_blocker(self, data, deadline, responsible, ref):
        answer = self.twins.append(
            on.BlockerRaised(
                **self.cited(data),
                ref=ref,
                project=self.project(data).id,
                milestone=data.draw(st.none() | st.just(self.milestone(data))),
                deadline=deadline,
                responsible=responsible,
            )
        )
        assert not isinstance(answer, LedgerError)

    @rule(data=st.data(), ref=st.sampled_from(["", "2"]))
    def clear_a_blocker(self, data, ref):
        source = self.source(data)
        answer = self.twins.append(
            on.BlockerCleared(
                **self.cited(data, source),
                ref=ref,
                project=self.project(data).id,
                on=self.until(data, source.published.latest),
            )
        )
        assert isinstance(answer, err.FutureEvidenceError) == (source.published.latest < FIRST)

    @rule(data=st.data(), deadline=st.none() | deadlines(), comparator=st.sampled_from(on.Comparator))
    def target_an_indicator(self, data, deadline, comparator):
        answer = self.twins.append(
            on.IndicatorTargeted(
                **self.cited(data),
                name="学位",
                value=Decimal(data.draw(st.sampled_from(["4140", "0.50", "-1"]))),
                comparator=comparator,
                measure="个",
                deadline=deadline,
                project=data.draw(st.none() | st.just(self.project(data).id)),
                responsible=data.draw(units),
            )
        )
        assert not isinstance(answer, LedgerError)

    @rule(data=st.data(), comparator=st.sampled_from(on.Comparator))
    def observe_an_indicator(self, data, comparator):
        source = self.source(data)
        self.twins.append(
            on.IndicatorObserved(
                **self.cited(data, source),
                name="学位",
                value=Decimal(data.draw(st.sampled_from(["4140", "12.345678901234567890"]))),
                occurred=UncertainDate.by(self.until(data, source.published.latest)),
                comparator=comparator,
                measure="个",
                project=data.draw(st.none() | st.just(self.project(data).id)),
            )
        )

    @rule(data=st.data(), count=st.integers(0, 3))
    def report_a_total(self, data, count):
        source = self.source(data)
        self.twins.append(
            on.TotalReported(
                **self.cited(data, source),
                what="已开工",
                count=count,
                on=UncertainDate.on(self.until(data, source.published.latest)),
                measure="个",
                milestones=data.draw(st.sampled_from([(), ("started",), ("started", "in_use")])),
                scope=on.Scope(
                    plans=data.draw(st.sampled_from([(), (source.source,)])),
                    domains=data.draw(st.sampled_from([(), ("交通",)])),
                    deliveries=data.draw(st.sampled_from([(), ("new_build",)])),
                ),
            )
        )

    # Corrections

    def _right(self, data, wrong, source=None):
        """
        ``wrong`` said otherwise.
        """
        event = attrs.evolve(wrong, note="更正后", **({} if source is None else {"source": source}))
        match event:
            case on.MilestoneAchieved():
                latest = self.until(data, event.occurred.latest)
                return attrs.evolve(event, occurred=UncertainDate.by(latest))
            case on.MilestonePending():
                return attrs.evolve(event, on=self.until(data, event.on))
            case on.PromiseMade(deadline=UncertainDate()):
                return attrs.evolve(event, deadline=data.draw(deadlines()))
        return event

    @rule(data=st.data(), again=st.booleans())
    def retract_a_slip(self, data, again):
        said = self.statement(data)
        if said is None:
            return
        right = self._right(data, said.event) if again else None
        retraction = on.EntryRetracted(
            target=said.seq, source=said.event.source, locator=said.event.locator, note="录入有误"
        )
        self.twins.record(
            lambda ledger: ledger.correct(said.seq, right, reason="录入有误"),
            [retraction] if right is None else [retraction, right],
        )

    @rule(data=st.data(), again=st.booleans())
    def correct_by_a_document(self, data, again):
        said = self.statement(data)
        if said is None:
            return
        source = self.source(data).source
        right = self._right(data, said.event, source) if again else None
        retraction = on.EntryRetracted(target=said.seq, source=source, locator="勘误", note="文件更正")
        self.twins.record(
            lambda ledger: ledger.correct(said.seq, right, reason="文件更正", source=source, locator="勘误"),
            [retraction] if right is None else [retraction, right],
        )

    @rule(data=st.data(), published=st.none() | days)
    def register_a_source_anew(self, data, published):
        said = self.statement(data, on.SourceRegistered)
        again = attrs.evolve(said.event, title="更名后的文件")
        if published is not None:
            again = attrs.evolve(again, published=UncertainDate.on(published))
        self.twins.append(on.EntryRetracted(target=said.seq, note="登记有误"), again)

    @rule(data=st.data(), domain=st.sampled_from(DOMAINS), size=st.sampled_from([None, 1, 3, "same"]))
    def register_a_project_anew(self, data, domain, size):
        said = self.statement(data, on.ProjectRegistered)
        size = said.event.size if size == "same" else size
        again = attrs.evolve(said.event, domain=domain, size=size)
        self.twins.append(on.EntryRetracted(target=said.seq, note="登记有误"), again)

    @rule(data=st.data())
    def retract_a_registration(self, data):
        said = self.statement(data, on.SourceRegistered, on.ProjectRegistered, on.ProjectAmended)
        kinds = (on.SourceRegistered, on.ProjectRegistered)
        if len(self.model.live(type(said.event))) > 1 or not isinstance(said.event, kinds):
            self.twins.append(on.EntryRetracted(target=said.seq, note="不应登记"))

    # What must be refused

    @rule(data=st.data(), seed=st.integers(0, 10_000), prefix=st.booleans())
    def try_what_is_illegal(self, data, seed, prefix):
        wrongs = illegal(self.model, self.twins.name, len(self.model.log) + prefix)
        events, expected = wrongs[seed % len(wrongs)]
        if prefix:
            fine = on.StatementNoted(
                source=self.source(data).source, locator="一", project=self.project(data).id
            )
            events = [fine, *events]
        size = len(self.model.log)
        answer = self.twins.append(*events)
        assert isinstance(answer, expected) or (
            isinstance(answer, err.RefusedEntriesError)
            and any(isinstance(error, expected) for error in answer.exceptions)
        ), answer
        assert len(self.model.log) == size

    @rule(data=st.data(), same_words=st.booleans())
    def append_twice_with_one_key(self, data, same_words):
        key = f"key-{next(self.keys)}"
        event = on.StatementNoted(**self.cited(data), project=self.project(data).id)
        first = self.twins.append(event, idempotency_key=key)
        assert not isinstance(first, LedgerError)
        self.twins.append(attrs.evolve(event, ref="其间"))
        size = len(self.model.log)
        again = event if same_words else attrs.evolve(event, ref="另一条")
        second = self.twins.append(again, idempotency_key=key)
        if same_words:
            assert second == first
        else:
            assert isinstance(second, err.IdempotencyConflictError)
            assert (second.key, second.commit_no) == (key, first.no)
        assert len(self.model.log) == size

    @rule(data=st.data(), off=st.sampled_from([-1, 0, 1]))
    def expect_a_size(self, data, off):
        size = len(self.model.log)
        event = on.StatementNoted(**self.cited(data), project=self.project(data).id)
        answer = self.twins.append(event, expected_size=size + off)
        if off:
            assert isinstance(answer, err.ConcurrentAppendError)
            assert (answer.expected, answer.found) == (size + off, size)
        assert len(self.model.log) == size + (off == 0)

    # Time, and looking around

    @rule(since=st.sampled_from([0, 0.000001, 1, 86_400, -300]))
    def time_passes(self, since):
        """
        A clock may stand still, or a little behind the last commit.
        """
        self.twins.now = self.twins.last + timedelta(seconds=since)

    @rule(since=st.sampled_from([-3600, 400_000_000]), data=st.data())
    def the_clock_lies(self, since, data):
        honest = self.twins.now
        self.twins.now = self.twins.last + timedelta(seconds=since)
        answer = self.twins.append(on.StatementNoted(**self.cited(data), project=self.project(data).id))
        assert isinstance(answer, err.ClockError)
        self.twins.now = honest

    @rule()
    def reopen(self):
        self.twins.reopen()

    @rule()
    def verify(self):
        self.twins.check()
        self.twins.verify()

    @rule(
        data=st.data(),
        as_of=days | st.sampled_from([date.min, date.max]),
        published_by=st.none() | days,
        grace=st.sampled_from([0, 0, 3]),
    )
    def look(self, data, as_of, published_by, grace):
        position = data.draw(st.integers(1, len(self.model.log)), label="position") - 1
        viewpoint = {"as_of": as_of, "published_by": published_by, "grace": grace}
        shown = self.twins.look(**viewpoint, recorded_by=position)
        self.taken.append((viewpoint | {"recorded_by": position}, shown))
        if position == len(self.model.log) - 1:
            assert self.twins.look(**viewpoint, recorded_by=None) == shown

    @rule(as_of=days)
    def look_at_the_day(self, as_of):
        self.twins.look(as_of=as_of, published_by=as_of, recorded_by=None, grace=0)

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def look_again(self, data):
        viewpoint, shown = data.draw(st.sampled_from(self.taken))
        assert self.twins.look(**viewpoint) == shown

    @invariant()
    def both_hold_what_was_said(self):
        self.twins.check()


def illegal(model, ledger, size):
    """
    Commits that no ledger may take in after ``model``, each with the error that says why.

    Each brings its own document and project, so what was entered before cannot make it legal; ``size``
    is the number that its first event would get.
    """
    source = on.SourceRegistered(
        source="非法",
        title="非法",
        published=UncertainDate.on(day(10)),
        kind=on.SourceKind.REPORT,
    )
    undated = attrs.evolve(source, source="无日期", title="无日期", published=UncertainDate.by(day(10)))
    road = on.ProjectRegistered(project="非法路", name="非法路", domain=DOMAINS[0])
    batch = attrs.evolve(road, project="非法批次", name="非法批次", size=3)
    cite = {"source": "非法", "locator": "一"}
    here = {**cite, "project": "非法路", "milestone": "started"}
    there = here | {"project": "非法批次"}
    noted = on.StatementNoted(**cite, project="非法路")
    achieved = on.MilestoneAchieved(**here, occurred=UncertainDate.by(day(5)))
    pending = on.MilestonePending(**here, on=day(5))
    promise = on.PromiseMade(**here, deadline=UncertainDate.on(day(20)))
    known = next(iter(model.sources().values()))
    taken = next(iter(model.projects().values()))
    definition = programme(ledger, EXTENSIONS)
    return [
        ([attrs.evolve(noted, source="无此文件")], err.UnknownNameError),
        ([source, noted], err.UnknownNameError),
        ([source, road, attrs.evolve(achieved, milestone="无此节点")], err.UnknownNameError),
        ([source, road, attrs.evolve(promise, responsible=("无此单位",))], err.UnknownNameError),
        ([attrs.evolve(road, domain="无此领域")], err.UnknownNameError),
        ([attrs.evolve(road, delivery="无此方式")], err.UnknownNameError),
        ([attrs.evolve(road, member_of="无此批次")], err.UnknownNameError),
        ([on.ProjectAmended(project="无此项目", note="x")], err.UnknownNameError),
        ([on.EntryRetracted(target=size + 99)], err.UnknownNameError),
        ([source, attrs.evolve(source, title="重复")], err.DuplicateNameError),
        ([attrs.evolve(known, title="重复")], err.DuplicateNameError),
        ([road, attrs.evolve(road, name="另名")], err.DuplicateNameError),
        ([attrs.evolve(road, aliases=(taken.name,))], err.DuplicateNameError),
        ([road, attrs.evolve(road, project="另号")], err.DuplicateNameError),
        ([road, attrs.evolve(batch, size=1, member_of="非法路")], err.MembershipError),
        (
            [batch, attrs.evolve(road, member_of="非法批次", size=4)],
            err.MembershipError,
        ),
        (
            [
                attrs.evolve(batch, size=9),
                attrs.evolve(road, size=2, member_of="非法批次"),
                attrs.evolve(road, project="孙", name="孙", member_of="非法路"),
            ],
            err.MembershipError,
        ),
        ([source, road, attrs.evolve(achieved, occurred=UncertainDate.by(day(11)))], err.FutureEvidenceError),
        ([source, road, attrs.evolve(pending, on=day(11))], err.FutureEvidenceError),
        ([undated, road, attrs.evolve(pending, source="无日期")], err.FutureEvidenceError),
        ([source, road, attrs.evolve(promise, deadline=UncertainDate.by(day(20)))], err.DeadlineError),
        ([source, road, attrs.evolve(promise, quantity=1)], err.QuantityError),
        ([source, batch, on.PromiseMade(**there, quantity=3)], err.QuantityError),
        ([source, batch, on.PromiseMade(**there, quantity=0)], err.QuantityError),
        ([source, batch, on.MilestonePending(**there, on=day(5), quantity=3)], err.QuantityError),
        ([source, road, attrs.evolve(achieved, contested=True)], err.ContestedError),
        ([source, road, achieved, pending], err.ContradictionError),
        (
            [
                source,
                road,
                attrs.evolve(achieved, milestone="in_use"),
                attrs.evolve(pending, milestone="initiated"),
            ],
            err.ContradictionError,
        ),
        (
            [
                source,
                batch,
                on.MilestoneAchieved(**there, quantity=2, occurred=UncertainDate.by(day(5))),
                on.MilestonePending(**there, quantity=1, on=day(5)),
            ],
            err.ContradictionError,
        ),
        ([on.EntryRetracted(target=0)], err.RetractionError),
        ([source, road, noted, on.EntryRetracted(target=size + 2)], err.RetractionError),
        (
            [source, road, noted, *[on.EntryRetracted(target=size + 2, source="非法")] * 2],
            err.RetractionError,
        ),
        ([source, road, noted, on.EntryRetracted(target=size)], err.RetractionError),
        ([source, road, noted, on.EntryRetracted(target=size + 1)], err.RetractionError),
        (
            [
                source,
                attrs.evolve(source, source="早", published=UncertainDate.on(day(9))),
                road,
                noted,
                on.EntryRetracted(target=size + 3, source="早"),
            ],
            err.RetractionError,
        ),
        (
            [
                source,
                attrs.evolve(source, source="晚", published=UncertainDate.on(day(11))),
                road,
                promise,
                on.EntryRetracted(target=size + 3, source="晚"),
            ],
            err.RetractionError,
        ),
        ([attrs.evolve(source, published=UncertainDate.on(date(2027, 1, 1)))], err.FuturePublicationError),
        (
            [on.ProgrammeDefined(attrs.evolve(definition, units=definition.units[1:]))],
            err.ProgrammeChangeError,
        ),
        ([on.ProgrammeDefined(attrs.evolve(definition, id="other"))], err.ProgrammeChangeError),
        (
            [
                on.ProgrammeDefined(
                    attrs.evolve(definition, order=(*definition.order, ("handed_over", "in_use")))
                )
            ],
            err.ProgrammeChangeError,
        ),
    ]


def test_both_databases_and_a_plain_list_agree(sqlite_url, postgresql_url):
    tally = Counter()
    run_state_machine_as_test(
        partial(LedgerMachine, (sqlite_url, postgresql_url), tally),
        settings=settings(
            max_examples=max(settings().max_examples // 2, 1),
            stateful_step_count=STEPS,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert tally["StatementNoted"]


def test_a_walk_through_every_kind_of_event(sqlite_url, postgresql_url):
    with closing(Twins((sqlite_url, postgresql_url))) as twins:
        taken = []
        viewpoints = [
            {"as_of": as_of, "published_by": published_by, "grace": grace}
            for as_of, published_by, grace in (
                (date(2019, 1, 12), None, 0),
                (date(2019, 1, 31), date(2019, 1, 31), 0),
                (date(2019, 3, 1), date(2019, 2, 1), 0),
                (date(2019, 3, 1), None, 7),
                (date.max, None, 0),
            )
        ]
        for events in everything_once(twins.name):
            answer = twins.append(*events)
            assert not isinstance(answer, LedgerError), answer
            twins.check()
            for place in (answer.no % len(viewpoints), -1):
                viewpoint = viewpoints[place] | {"recorded_by": answer.size_after - 1}
                taken.append((viewpoint, twins.look(**viewpoint)))
        for viewpoint in viewpoints:
            twins.look(**viewpoint, recorded_by=None)
        twins.reopen()
        for viewpoint, shown in taken:
            assert twins.look(**viewpoint) == shown
        twins.verify()
        assert twins.appended.keys() == KINDS


def test_whatever_is_illegal_is_refused_and_changes_nothing(sqlite_url, postgresql_url):
    with closing(Twins((sqlite_url, postgresql_url))) as twins:
        for events in everything_once(twins.name):
            twins.append(*events)
        fine = on.StatementNoted(source="快报", locator="一", project="北清路")
        for prefix in ((), (fine,)):
            size = len(twins.model.log)
            for events, expected in illegal(twins.model, twins.name, size + len(prefix)):
                answer = twins.append(*prefix, *events)
                group = getattr(answer, "exceptions", (answer,))
                assert any(isinstance(error, expected) for error in group), (events, answer)
                twins.check()
                assert len(twins.model.log) == size
        twins.verify()
