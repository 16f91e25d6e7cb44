"""
Laws 1 to 9: what is known of a project is a function of the statements that are live.
"""

from __future__ import annotations

import heapq
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import count, pairwise

import attrs
import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, create_engine, make_url
from sqlalchemy.dialects import postgresql

from milestone_ledger.domain import events as on
from milestone_ledger.domain.bounds import Answer, Evidence, own_ladders
from milestone_ledger.domain.dates import UncertainDate, shift
from milestone_ledger.domain.history import History, Viewpoint
from milestone_ledger.domain.registry import UNKNOWN_WHOLE, Registry
from milestone_ledger.domain.rules import refusals
from milestone_ledger.query.portfolio import portfolio
from milestone_ledger.store.tables import day_number, index_columns, ledger_event
from milestone_ledger.testing.recording import boundaries, record, recorded, with_entry, without
from milestone_ledger.testing.strategies import (
    CALENDAR,
    intents,
    legal_commits,
    looking_days,
    publication_bounds,
    status_days,
    telling_days,
    turning_days,
)
from milestone_ledger.testing.strategies.corrections import retraction_of
from property.answers import assert_told
from property.naive import ALL, SPAN, Naive, identities
from property.views import (
    DAYS_AROUND,
    bare_bounds,
    bounds_by_content,
    contents,
    judged,
    ladders,
    publication_views,
    quantities,
    verdicts,
    view,
    whole_view,
)
from strategies.histories import PROGRAMME, close_histories, courses, histories

# ---------------------------------------------------------------- law 1: a set of live entries


def _needs(history):
    """
    For each entry, the entries that must stand before it: what it refers to, and what changes the same.
    """
    needs = {entry.seq: set() for entry in history}
    programme = None
    last_about: dict[tuple[str, str], int] = {}
    citing: dict[tuple[str, str], list[int]] = {}
    for entry in history:
        event, seq = entry.event, entry.seq
        if programme is not None:
            needs[seq].add(programme)
        if isinstance(event, on.ProgrammeDefined):
            needs[seq].update(range(seq))
            programme = seq
            continue
        about = event
        if isinstance(event, on.EntryRetracted):
            needs[seq].add(event.target)
            about = history.get(event.target).event
        identity = None
        if isinstance(about, on.SourceRegistered):
            identity = ("source", about.source)
        elif isinstance(about, on.ProjectRegistered | on.ProjectAmended):
            identity = ("project", about.project)
        if identity:
            # The last registration or amendment counts, so their order is part of what they say.
            needs[seq].update({last_about[identity]} if identity in last_about else ())
            # A statement speaks of the document as registered when it was entered.
            needs[seq].update(citing.get(identity, []) if identity[0] == "source" else ())
            last_about[identity] = seq
        for kind, name in (
            ("source", getattr(event, "source", None)),
            ("project", getattr(event, "project", None)),
        ):
            if (kind, name) in last_about and (kind, name) != identity:
                citing.setdefault((kind, name), []).append(seq)
                if kind == "source":
                    needs[seq].add(last_about[kind, name])
                else:
                    needs[seq].add(min(e.seq for e in history.of_project(name)))
        if isinstance(event, on.TotalReported):
            needs[seq].update(last_about[("source", plan)] for plan in event.scope.plans)
    return needs


@st.composite
def reorderings(draw, history):
    """
    The events of a history in any order that keeps references after what they refer to.
    """
    needs = _needs(history)
    priority = draw(st.permutations(range(history.size)))
    followers = {seq: [] for seq in needs}
    for seq, before in needs.items():
        for other in before:
            followers[other].append(seq)
    waiting = {seq: len(before) for seq, before in needs.items()}
    ready = [(priority[seq], seq) for seq, number in waiting.items() if number == 0]
    order = []
    while ready:
        _, seq = heapq.heappop(ready)
        order.append(seq)
        for follower in followers[seq]:
            waiting[follower] -= 1
            if waiting[follower] == 0:
                heapq.heappush(ready, (priority[follower], follower))
    place = {seq: number for number, seq in enumerate(order)}
    return [
        attrs.evolve(event, target=place[event.target]) if isinstance(event, on.EntryRetracted) else event
        for event in (history.get(seq).event for seq in order)
    ]


@given(st.data())
def test_a_legal_set_is_accepted_as_one_commit_in_any_order_and_gives_the_same_views(data):
    history = data.draw(histories() | close_histories())
    events = data.draw(reorderings(history))
    assert refusals(History(), events) == []
    again = record(History(), events)
    for viewpoint, other in zip(publication_views(history), publication_views(again), strict=True):
        assert viewpoint == other
        assert bounds_by_content(ladders(history, viewpoint)) == bounds_by_content(ladders(again, viewpoint))
    for _ in range(2):
        seen = {"as_of": data.draw(status_days(history)), "published_by": data.draw(publication_bounds)}
        assert whole_view(view(history, **seen)) == whole_view(view(again, **seen))


_TIE = {"source": "s0", "locator": "1", "project": "p0"}
_DONE = UncertainDate.by(CALENDAR[10])
TIES = {
    "promises": on.PromiseMade(**_TIE, milestone="started", deadline=UncertainDate.on(CALENDAR[30])),
    "withdrawals": on.PromiseWithdrawn(**_TIE | {"source": "s1"}, milestone="started"),
    "changes of activity": on.ActivityChanged(**_TIE, activity=on.Activity.SUSPENDED, on=CALENDAR[9]),
    "evidence": on.MilestoneAchieved(**_TIE, milestone="started", occurred=_DONE),
    "last mentions": on.StatementNoted(**_TIE | {"source": "s1"}),
    "targets": on.IndicatorTargeted(
        **_TIE, name="学位", value=Decimal(10), deadline=UncertainDate.on(CALENDAR[30])
    ),
    "observations": on.IndicatorObserved(**_TIE, name="学位", value=Decimal(10), occurred=_DONE),
    "totals": on.TotalReported(
        **{key: _TIE[key] for key in ("source", "locator")}, what="已开工", count=1, on=_DONE
    ),
}


@pytest.mark.parametrize("tie", TIES)
def test_what_is_said_twice_on_one_day_is_ordered_by_content(tie):
    base = [
        on.ProgrammeDefined(PROGRAMME),
        *(
            on.SourceRegistered(
                source=f"s{n}",
                title=f"文件{n}",
                published=UncertainDate.on(CALENDAR[day]),
                kind=on.SourceKind.PLAN,
            )
            for n, day in enumerate((10, 20, 30))
        ),
        on.ProjectRegistered(project="p0", name="北清路", domain="道路"),
        TIES["promises"],
    ]
    one, two = (attrs.evolve(TIES[tie], note=note) for note in ("甲", "乙"))
    as_of = CALENDAR[-1]
    views = [view(record(History(), [*base, *order]), as_of=as_of) for order in ((one, two), (two, one))]
    assert whole_view(views[0]) == whole_view(views[1])


@given(st.data())
def test_evidence_stated_twice_changes_only_the_entries_an_answer_rests_on(data):
    history = data.draw(histories())
    said = [
        e
        for e in history
        if isinstance(e.event, on.Evidence) and not history.retractions(e.seq) and history.is_live(e)
    ]
    if not said:
        return
    twice = with_entry(history, [data.draw(st.sampled_from(said)).event])
    for viewpoint in publication_views(twice):
        assert bare_bounds(ladders(history, viewpoint)) == bare_bounds(ladders(twice, viewpoint))
    seen = {"as_of": data.draw(status_days(history)), "published_by": data.draw(publication_bounds)}
    one, two = verdicts(history, **seen), verdicts(twice, **seen)
    assert {key: j.verdict for key, j in one.items()} == {key: j.verdict for key, j in two.items()}


# ---------------------------------------------------------------- law 2: three ways, one answer


@given(st.data())
def test_the_fold_equals_the_day_by_day_model(data):
    history = data.draw(histories())
    for position in {history.size, data.draw(st.sampled_from(boundaries(history)))}:
        for viewpoint in publication_views(history, recorded_by=position):
            folded = ladders(history, viewpoint)
            naive = Naive(history, recorded_by=position, published_by=viewpoint.published_by)
            assert set(folded) == (set(naive.sizes) if naive.milestones else set())
            for project, of_project in folded.items():
                assert list(of_project) == naive.milestones
                for milestone, ladder in of_project.items():
                    _assert_equal(naive, project, milestone, ladder)


def _assert_equal(naive, project, milestone, ladder):
    for quantity in quantities(ladder):
        number = ALL if quantity == UNKNOWN_WHOLE else quantity
        where = (project, milestone, quantity)
        assert ladder.hi(quantity) == naive.hi(project, milestone, number), where
        assert ladder.lo(quantity) == naive.lo(project, milestone, number), where
    bounds, whole = ladder.bounds(), naive.whole(project)
    for day in SPAN:
        least, _, most = naive.combined[project][milestone, day]
        if naive.had(project, milestone, whole, day):
            expected = Answer.YES
        elif naive.had_not(project, milestone, whole, day):
            expected = Answer.NO
        else:
            known = naive.had(project, milestone, whole, SPAN[-1])
            expected = Answer.REPORTED if known else Answer.UNREPORTED
        assert bounds.answer(day) is expected, (project, milestone, day)
        assert ladder.certain(day) == least
        # Not all of an unknown number can be any number.
        assert ladder.possible(day) == (None if most >= ALL - 1 else most)


_COLUMNS = [c for c in ledger_event.c if c.name not in ("body", "leaf")]
_ledgers = count()


class _Sql:
    """
    A table with the index columns of ``ledger_event``, and a way to run the one statement over it.
    """

    def __init__(self, url):
        self.connection = create_engine(url).connect()
        self.table = Table("evidence", MetaData(), *(Column(c.name, c.type) for c in _COLUMNS))
        self.table.create(self.connection)

    def fill(self, rows):
        self.connection.execute(self.table.insert(), rows)

    def run(self, programme, ledger, viewpoint, as_of):
        statement = portfolio(programme, ledger, viewpoint, as_of, self.table)
        return self.connection.execute(statement).mappings().all()

    def close(self):
        self.connection.close()
        self.connection.engine.dispose()


class _DuckDb:
    """
    The same on DuckDB, with the statement as PostgreSQL would read it.
    """

    dialect = postgresql.dialect(paramstyle="named")

    def __init__(self):
        self.connection = duckdb.connect()
        columns = ", ".join(f"{c.name} {'TEXT' if c.type.python_type is str else 'BIGINT'}" for c in _COLUMNS)
        self.connection.execute(f"CREATE TABLE evidence ({columns})")
        self.table = Table("evidence", MetaData(), *(Column(c.name, c.type) for c in _COLUMNS))

    def fill(self, rows):
        marks = ", ".join("?" for _ in _COLUMNS)
        self.connection.execute(
            f"INSERT INTO evidence VALUES {', '.join(f'({marks})' for _ in rows)}",
            [row[c.name] for row in rows for c in _COLUMNS],
        )

    def run(self, programme, ledger, viewpoint, as_of):
        statement = portfolio(programme, ledger, viewpoint, as_of, self.table)
        text = str(statement.compile(dialect=self.dialect, compile_kwargs={"literal_binds": True}))
        result = self.connection.execute(text)
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

    def close(self):
        self.connection.close()


@pytest.fixture(scope="module")
def sqlite_rows():
    database = _Sql("sqlite://")
    yield database
    database.close()


@pytest.fixture(scope="module")
def duckdb_rows():
    database = _DuckDb()
    yield database
    database.close()


@pytest.fixture(scope="module")
def postgresql_rows(postgresql_server):
    url = make_url(postgresql_server.format(database="postgres")).set(drivername="postgresql+psycopg")
    database = _Sql(url)
    yield database
    database.close()


@given(data=st.data())
def test_the_sql_form_equals_the_fold_on_every_engine(data, sqlite_rows, postgresql_rows, duckdb_rows):
    course = (*intents.EVERYTHING, *6 * (intents.activity,))
    history = data.draw(histories(intents=course) | close_histories())
    ledger = f"ledger {next(_ledgers)}"
    rows = [index_columns(attrs.evolve(entry, ledger=ledger)) for entry in history]
    databases = (sqlite_rows, postgresql_rows, duckdb_rows)
    for database in databases:
        database.fill(rows)
    queries = st.tuples(
        st.builds(
            Viewpoint,
            published_by=publication_bounds,
            recorded_by=st.none() | st.sampled_from(boundaries(history)),
        ),
        telling_days(history),
    )
    for viewpoint, as_of in ((Viewpoint(), CALENDAR[-1]), *(data.draw(queries) for _ in range(3))):
        registry = Registry.of(history, viewpoint.recorded_by)
        if registry.programme is None:
            continue
        for database in databases:
            rows = database.run(registry.programme, ledger, viewpoint, day_number(as_of))
            assert_told(registry, history, viewpoint, as_of, rows)


# ---------------------------------------------------------------- law 3: never a contradiction


@given(st.data())
def test_no_view_of_a_legal_history_contradicts_itself(data):
    history = data.draw(histories())
    position = data.draw(st.sampled_from([history.size, *boundaries(history)]))
    for viewpoint in publication_views(history, recorded_by=position):
        for project, of_project in ladders(history, viewpoint).items():
            for milestone, ladder in of_project.items():
                for quantity in quantities(ladder):
                    lo, hi = ladder.lo(quantity), ladder.hi(quantity)
                    assert lo is None or hi is None or lo <= hi, (project, milestone, quantity)
                for day in DAYS_AROUND:
                    possible = ladder.possible(day)
                    assert ladder.certain(day) <= (ladder.whole if possible is None else possible)


@given(histories() | close_histories())
def test_a_ladder_without_what_says_nothing_more_answers_the_same(history):
    for of_project in ladders(history).values():
        for ladder in of_project.values():
            tight = ladder.tightest()
            assert tight.tightest() == tight
            for quantity in quantities(ladder):
                assert (tight.lo(quantity), tight.hi(quantity)) == (ladder.lo(quantity), ladder.hi(quantity))
            for day in DAYS_AROUND:
                assert tight.certain(day) == ladder.certain(day), day
                assert tight.possible(day) == ladder.possible(day), day


# ---------------------------------------------------------------- law 4: certainty is never lost


@given(histories())
def test_yes_stays_yes_and_no_never_returns(history):
    for viewpoint in publication_views(history):
        for of_project in ladders(history, viewpoint).values():
            for ladder in of_project.values():
                for quantity in quantities(ladder):
                    answers = [ladder.bounds(quantity).answer(day) for day in DAYS_AROUND]
                    assert answers == sorted(answers, key=_certainty)
                for day, next_day in pairwise(DAYS_AROUND):
                    assert ladder.certain(day) <= ladder.certain(next_day)
                    assert _units(ladder, day) <= _units(ladder, next_day)


def _certainty(answer):
    return {Answer.NO: 0, Answer.YES: 2}.get(answer, 1)


def _units(ladder, day):
    possible = ladder.possible(day)
    return ladder.whole if possible is None else possible


# ---------------------------------------------------------------- law 5: closure under the order


@given(histories())
def test_yes_holds_of_everything_before_and_no_of_everything_after(history):
    registry = Registry.of(history)
    for viewpoint in publication_views(history):
        for of_project in ladders(history, viewpoint).values():
            for late, ladder in of_project.items():
                for early in registry.programme.before(late):
                    _assert_before(of_project[early], ladder)


def _assert_before(early, late):
    for quantity in quantities(late):
        assert late.hi(quantity) is None or early.hi(quantity) <= late.hi(quantity)
        assert early.lo(quantity) is None or early.lo(quantity) <= late.lo(quantity)
    for day in DAYS_AROUND:
        answers = early.bounds().answer(day), late.bounds().answer(day)
        assert answers[1] is not Answer.YES or answers[0] is Answer.YES
        assert answers[0] is not Answer.NO or answers[1] is Answer.NO
        assert late.certain(day) <= early.certain(day)
        assert _units(late, day) <= _units(early, day)


# ---------------------------------------------------------------- law 6: evidence narrows


@given(st.data())
def test_evidence_only_narrows_the_bounds(data):
    history = data.draw(histories())
    more = record(history, data.draw(legal_commits(history, intents.EVIDENCE)))
    for viewpoint in publication_views(more):
        wide, narrow = bare_bounds(ladders(history, viewpoint)), bare_bounds(ladders(more, viewpoint))
        assert wide.keys() == narrow.keys()
        for key, (lo, hi) in wide.items():
            assert lo is None or lo <= narrow[key][0]
            assert hi is None or narrow[key][1] <= hi


@given(st.data())
def test_after_its_retraction_a_statement_might_never_have_been_made(data):
    history = data.draw(histories())
    said = [e for e in history if isinstance(e.event, on.Statement)]
    if not said:
        return
    target = data.draw(st.sampled_from(said))
    source = data.draw(st.sampled_from([None, *sorted(Registry.of(history).sources)]))
    retraction = retraction_of(target, source)
    if refusals(history, [retraction]):
        return
    retracted = record(history, [retraction])
    never = without(history, target.seq)
    reach = retracted.get(history.size).published_on
    for viewpoint in publication_views(history):
        after = viewpoint.published_by is None or viewpoint.published_by >= reach
        expected = never if after else history
        assert bounds_by_content(ladders(retracted, viewpoint)) == bounds_by_content(
            ladders(expected, viewpoint)
        )
        as_of = data.draw(status_days(history))
        seen = {"as_of": as_of, "published_by": viewpoint.published_by}
        one, two = verdicts(retracted, **seen), verdicts(expected, **seen)
        assert {key: (j.verdict, contents(j.entries)) for key, j in one.items()} == {
            key: (j.verdict, contents(j.entries)) for key, j in two.items()
        }


# ---------------------------------------------------------------- law 7: contested entries decide nothing


@given(st.data())
def test_a_contested_entry_changes_findings_and_nothing_else(data):
    history = data.draw(histories(intents=(*intents.EVERYTHING, intents.contested, intents.settlement)))
    contested = [e.seq for e in history if getattr(e.event, "contested", False)]
    never = without(history, *contested)
    for viewpoint in publication_views(history):
        assert bounds_by_content(ladders(history, viewpoint)) == bounds_by_content(ladders(never, viewpoint))
    seen = {"as_of": data.draw(status_days(history)), "published_by": data.draw(publication_bounds)}
    one, two = view(history, **seen), view(never, **seen)
    listed = set(two.listed)
    assert {k: v for k, v in whole_view(one)[0].items() if k in listed} == whole_view(two)[0]
    assert one.reliability() == two.reliability()


# ---------------------------------------------------------------- law 8: members only add knowledge


@given(st.data())
def test_members_and_what_is_said_of_them_never_widen_the_counts_of_their_batch(data):
    knowledge = (intents.new_project, intents.join, intents.join, *intents.EVIDENCE)
    history = data.draw(histories(intents=(*knowledge, *intents.CORRECTIONS)))
    before = Registry.of(history)
    more = record(history, data.draw(legal_commits(history, knowledge)))
    after = Registry.of(more)
    batches = [
        name
        for name in before.projects
        if set(before.members(name)) <= set(after.members(name))
        and before.projects[name].member_of == after.projects[name].member_of
    ]
    for viewpoint in publication_views(more):
        one, two = ladders(history, viewpoint), ladders(more, viewpoint)
        live = {
            name: [e for e in more.of_project(name) if more.is_live(e, viewpoint)] for name in after.projects
        }
        for batch in batches:
            own = own_ladders(
                after.programme, after.projects[batch].whole, filter(None, map(Evidence.of, live[batch]))
            )
            for milestone, ladder in two[batch].items():
                for narrower, wider in ((ladder, one[batch][milestone]), (ladder, own[milestone])):
                    for day in DAYS_AROUND:
                        assert narrower.certain(day) >= wider.certain(day)
                        assert _units(narrower, day) <= _units(wider, day)


# ---------------------------------------------------------------- law 9: only differences of days matter


def shifted(value, n):
    """
    Every date within a value moved by ``n`` days.
    """
    if type(value) is date:
        return value + timedelta(n)
    if isinstance(value, UncertainDate):
        return shift(value, n)
    if attrs.has(type(value)) and not isinstance(value, on.ProgrammeDefined):
        return attrs.evolve(
            value, **{f.name: shifted(getattr(value, f.name), n) for f in attrs.fields(type(value)) if f.init}
        )
    return value


# Where calendars are uneven: the ends of months, of leap days, of years and of centuries.
_UNEVEN = st.sampled_from(
    [
        date(2019, 4, 30),
        date(2019, 12, 31),
        date(2020, 12, 31),
        date(2020, 2, 28),
        date(2020, 2, 29),
        date(2021, 2, 28),
        date(2100, 2, 28),
    ]
)


@st.composite
def moves(draw, history, grace):
    """
    A number of days by which to move a history: some, or so many that a day that matters meets an uneven one.
    """
    turns = turning_days(history, grace)
    if not turns or draw(st.integers(0, 3)) == 3:
        return draw(st.integers(-800, 800))
    return (draw(_UNEVEN) - draw(st.sampled_from(turns))).days


@given(st.data(), st.sampled_from([0, 1, 3, 5, 5]))
def test_shifting_every_date_shifts_every_bound_and_leaves_every_verdict(data, grace):
    dense = [
        with_entry(course.history, course.evidence) for course in (data.draw(courses()), data.draw(courses()))
    ]
    for history in (*dense, data.draw(histories() | close_histories())):
        views = (Viewpoint(), data.draw(st.sampled_from(publication_views(history))))
        _assert_moves(history, views, grace, [data.draw(moves(history, grace)) for _ in range(3)])


def _assert_moves(history, views, grace, numbers):
    days = looking_days(history, grace)
    here = {viewpoint: ladders(history, viewpoint) for viewpoint in views}
    fates = {
        (viewpoint, as_of): judged(history, viewpoint, as_of=as_of, grace=grace, folded=folded)
        for viewpoint, folded in here.items()
        for as_of in days
    }
    for n in numbers:
        moved = History()
        for _, commit in sorted(_commits(history).items()):
            events = [shifted(event, n) for event in commit]
            assert refusals(moved, events) == []
            moved = record(moved, events)
        there = {viewpoint: ladders(moved, shifted(viewpoint, n)) for viewpoint in views}
        for viewpoint, folded in here.items():
            expected = {
                key: (shifted(lo, n), shifted(hi, n)) for key, (lo, hi) in bare_bounds(folded).items()
            }
            assert bare_bounds(there[viewpoint]) == expected
        for (viewpoint, as_of), found in fates.items():
            again = judged(
                moved, shifted(viewpoint, n), as_of=shifted(as_of, n), grace=grace, folded=there[viewpoint]
            )
            assert _fates(again, 0) == _fates(found, n), (viewpoint, as_of)


def _fates(found, n):
    """
    Of each promise by its number: its chain, and its verdict, deadline and evidence moved by ``n`` days.
    """
    return {
        seq: (
            [promise.seq for promise in chain.promises],
            chain.segment,
            judgement.verdict,
            shifted(judgement.deadline, n),
            [entry.seq for entry in judgement.entries],
        )
        for seq, (chain, _, judgement) in found.items()
    }


def _commits(history):
    commits: dict[int, list] = {}
    for entry in history:
        commits.setdefault(entry.commit_no, []).append(entry.event)
    return commits


def test_the_naive_model_reads_identities_as_the_registry_does():
    """
    A model that ignores retracted registrations would agree with nothing.
    """
    history = recorded(
        [on.ProgrammeDefined(PROGRAMME)],
        [on.ProjectRegistered(project="p0", name="十所", domain="道路", size=10)],
        [
            on.EntryRetracted(target=1),
            on.ProjectRegistered(project="p0", name="十所", domain="道路", size=12),
        ],
    )
    assert identities(history, recorded_by=2)[1] == {"p0": 10}
    assert identities(history, recorded_by=4)[1] == {"p0": 12}
    assert Counter(e.commit_no for e in history) == {0: 1, 1: 1, 2: 2}
