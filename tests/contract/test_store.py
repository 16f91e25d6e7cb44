"""
What every backend must do alike: append, refuse, keep order, answer again, keep ledgers apart, read.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text

from milestone_ledger import Ledger
from milestone_ledger.auditor import leaf_hash
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import (
    EntryRetracted,
    ProgrammeDefined,
    ProjectAmended,
    Relation,
    RelationKind,
    StatementNoted,
)
from milestone_ledger.errors import (
    ConcurrentAppendError,
    ContradictionError,
    DuplicateNameError,
    FuturePublicationError,
    IdempotencyConflictError,
    InvalidValueError,
    MembershipError,
    NoProgrammeError,
    RefusedEntriesError,
    RetractionError,
    TamperedLedgerError,
    UnknownLedgerError,
    UnknownNameError,
)
from milestone_ledger.store.append import append
from milestone_ledger.store.connect import rows
from milestone_ledger.store.engine import open_engine, reading, writing
from milestone_ledger.store.guards import repair_guards
from milestone_ledger.store.read import commits, follow, ledgers, newest, position, read_entries, size
from milestone_ledger.store.transfer import dump
from milestone_ledger.store.verify import verify
from milestone_ledger.testing.clock import START, Clock
from store_samples import BEGINNING, PROGRAMME, begin, pending, project, promised, source, started

LEDGER = "回天"


def log(engine, ledger=LEDGER):
    with reading(engine) as conn:
        return rows(conn, "SELECT * FROM ledger_event WHERE ledger = ? ORDER BY seq", ledger), rows(
            conn, "SELECT * FROM ledger_commit WHERE ledger = ? ORDER BY no", ledger
        )


def test_a_ledger_begins_with_its_first_commit(engine):
    commit = append(engine, LEDGER, BEGINNING, actor="clerk", clock=Clock())
    with reading(engine) as conn:
        entries = read_entries(conn, LEDGER)
        assert commits(conn, LEDGER) == (commit,)
        assert ledgers(conn) == (LEDGER,)
        assert size(conn, LEDGER) == 3

    assert [entry.event for entry in entries] == list(BEGINNING)
    assert [entry.published_on for entry in entries] == [None, date(2019, 8, 14), None]
    assert (commit.no, commit.first_seq, commit.size_after, commit.actor) == (0, 0, 3, "clerk")
    assert commit.recorded_at == START + timedelta(seconds=1)


def test_an_empty_append_is_refused(engine):
    with pytest.raises(InvalidValueError):
        append(engine, LEDGER, [], actor="clerk", clock=Clock())


@pytest.mark.parametrize("actor", ["", " ", "a\x00", 7, None])
def test_an_actor_is_a_name(engine, actor):
    with pytest.raises(InvalidValueError, match="actor"):
        append(engine, LEDGER, BEGINNING, actor=actor, clock=Clock())


def test_a_ledger_needs_its_programme_first(engine):
    with pytest.raises(NoProgrammeError):
        append(engine, LEDGER, [source()], actor="clerk", clock=Clock())
    with reading(engine) as conn:
        assert ledgers(conn) == ()


def test_nothing_of_a_refused_commit_is_kept(engine):
    clock = begin(engine)
    before = log(engine)
    with pytest.raises(ContradictionError):
        append(engine, LEDGER, [project("安立路"), pending()], actor="clerk", clock=clock)

    assert log(engine) == before
    assert append(engine, LEDGER, [project("安立路")], actor="clerk", clock=clock).no == 2


def test_expected_size_finds_out_that_the_ledger_moved_on(engine):
    clock = Clock()
    append(engine, LEDGER, BEGINNING, actor="a", clock=clock, expected_size=0)
    with pytest.raises(ConcurrentAppendError) as caught:
        append(engine, LEDGER, [started()], actor="b", clock=clock, expected_size=0)

    assert (caught.value.expected, caught.value.found) == (0, 3)
    assert append(engine, LEDGER, [started()], actor="b", clock=clock, expected_size=3).first_seq == 3


def test_a_key_seen_again_answers_the_same_commit(engine):
    clock = Clock()
    first = append(engine, LEDGER, BEGINNING, actor="a", clock=clock, idempotency_key="k", expected_size=0)
    append(engine, LEDGER, [started()], actor="a", clock=clock)
    before = log(engine)

    again = append(engine, LEDGER, BEGINNING, actor="b", clock=clock, idempotency_key="k", expected_size=0)

    assert again == first
    assert log(engine) == before


def test_a_key_used_for_something_else_is_refused(engine):
    clock = Clock()
    append(engine, LEDGER, BEGINNING, actor="a", clock=clock, idempotency_key="k")
    before = log(engine)
    with pytest.raises(IdempotencyConflictError) as caught:
        append(engine, LEDGER, [started()], actor="a", clock=clock, idempotency_key="k")

    assert (caught.value.key, caught.value.commit_no) == ("k", 0)
    assert log(engine) == before


def test_recorded_at_increases_even_if_the_clock_stands_still(engine):
    append(engine, LEDGER, BEGINNING, actor="a", clock=lambda: START)
    commit = append(engine, LEDGER, [started()], actor="a", clock=lambda: START - timedelta(minutes=9))

    assert commit.recorded_at == START + timedelta(microseconds=1)


def test_a_document_from_the_future_is_refused_by_the_day_of_the_programme(engine):
    late = datetime(2026, 1, 30, 16, 30, tzinfo=UTC)  # already the 31st in Shanghai
    append(engine, LEDGER, [*BEGINNING, source("今天", "2026-01-31")], actor="a", clock=lambda: late)
    with pytest.raises(FuturePublicationError) as caught:
        append(engine, LEDGER, [source("明天", "2026-02-01")], actor="a", clock=lambda: late)

    assert (caught.value.source, caught.value.today) == ("明天", "2026-01-31")
    both = [source("明天", "2026-02-01"), source("后天", "2026-02-02")]
    with pytest.raises(RefusedEntriesError):
        append(engine, LEDGER, both, actor="a", clock=lambda: late)


def test_unknown_names_are_answered_with_the_nearest_of_the_whole_ledger(engine):
    clock = begin(engine)
    append(engine, LEDGER, [project("安立路")], actor="a", clock=clock)
    with pytest.raises(UnknownNameError) as caught:
        append(engine, LEDGER, [started("安力路")], actor="a", clock=clock)

    assert caught.value.suggestions == ("安立路",)


def test_unknown_ledgers_are_answered_with_the_nearest(engine):
    begin(engine, "huitian")
    with reading(engine) as conn:
        for read in (size, commits, read_entries, position):
            with pytest.raises(UnknownLedgerError) as caught:
                read(conn, "huitain")

            assert caught.value.known == ("huitian",)
        with pytest.raises(UnknownLedgerError):
            next(dump(conn, "huitain"))
    with pytest.raises(UnknownLedgerError):
        list(follow(engine, "huitain"))
    with pytest.raises(UnknownLedgerError):
        verify(engine, "huitain")


@pytest.mark.parametrize(
    ("known", "chinese", "english"),
    [
        ((), "数据库中还没有台账；请用 init 新建", "no ledger in this database yet; create it with 'init'"),
        (
            ("huitian", "qingshi"),
            "数据库中有 2 个台账：huitian、qingshi；请用 --ledger 写明是哪一个",
            "this database holds 2 ledgers: huitian, qingshi; name one of them (--ledger)",
        ),
        (
            tuple("abcdefghijkl"),
            "数据库中有 12 个台账：a、b、c、d、e、f、g、h、i、j、…；请用 --ledger 写明是哪一个",
            "this database holds 12 ledgers: a, b, c, d, e, f, g, h, i, j, …; name one of them (--ledger)",
        ),
    ],
)
def test_who_names_no_ledger_is_told_which_there_are(database_url, known, chinese, english):
    engine = open_engine(database_url)
    for name in known:
        begin(engine, name)
    engine.dispose()
    with pytest.raises(UnknownLedgerError) as caught:
        Ledger.open(database_url)

    assert (caught.value.explain("zh"), str(caught.value)) == (chinese, english)


def test_who_misspells_a_ledger_is_told_of_those_that_look_like_it(database_url):
    """Of all there are, if none does."""
    engine = open_engine(database_url)
    for name in ("huitian", "qingshi"):
        begin(engine, name)
    engine.dispose()
    for wrong, told in (("huitain", ("huitian",)), ("xyz", ("huitian", "qingshi"))):
        with pytest.raises(UnknownLedgerError) as caught:
            Ledger.open(database_url, ledger=wrong)

        assert caught.value.known == told


def test_reading_a_part(engine):
    begin(engine)
    with reading(engine) as conn:
        assert [entry.seq for entry in read_entries(conn, LEDGER, after=0, until=3)] == [1, 2]
        assert read_entries(conn, LEDGER, after=3) == []


def test_a_position_is_a_commit_boundary(engine):
    begin(engine)
    with reading(engine) as conn:
        assert [position(conn, LEDGER, seq) for seq in (-1, 0, 1, 2, 3, 99)] == [0, 0, 0, 3, 4, 4]
        first, second = (commit.recorded_at for commit in commits(conn, LEDGER))
        tick = timedelta(microseconds=1)
        instants = (first - tick, first, second - tick, second, second + tick)
        assert [position(conn, LEDGER, instant) for instant in instants] == [0, 3, 3, 4, 4]
        assert position(conn, LEDGER) == 4
        assert position(conn, LEDGER, first.astimezone(datetime.now().astimezone().tzinfo)) == 3
        assert position(conn, LEDGER, datetime.max.replace(tzinfo=UTC)) == 4
        assert position(conn, LEDGER, datetime.min.replace(tzinfo=UTC)) == 0


@pytest.mark.parametrize("wrong", [True, datetime(2026, 1, 1), date(2026, 1, 1), "2026-01-01", 1.0])  # noqa: DTZ001
def test_a_position_is_an_instant_or_a_number(engine, wrong):
    begin(engine)
    with reading(engine) as conn, pytest.raises(InvalidValueError, match="recorded_by"):
        position(conn, LEDGER, wrong)


def test_following_gives_whole_commits(engine):
    clock = begin(engine)
    found = list(follow(engine, LEDGER))
    assert [(commit.no, [e.seq for e in entries]) for commit, entries in found] == [(0, [0, 1, 2]), (1, [3])]
    assert list(follow(engine, LEDGER, after=3)) == []
    append(engine, LEDGER, [project("安立路"), pending("安立路")], actor="a", clock=clock)

    assert [[e.seq for e in entries] for _, entries in follow(engine, LEDGER, after=3)] == [[4, 5]]


def test_what_decides_is_read_whole(engine):
    """
    Batches, members, holders of names, and the statements that rest on a source: none is overlooked.
    """
    clock = begin(engine)

    def record(*events):
        return append(engine, LEDGER, events, actor="a", clock=clock)

    record(project("幼儿园", size=2, domain="教育"), project("甲园", member_of="幼儿园", domain="教育"))
    record(project("乙园", member_of="幼儿园", domain="教育"))
    with pytest.raises(MembershipError):
        record(project("丙园", member_of="幼儿园", domain="教育"))
    with pytest.raises(DuplicateNameError):
        record(project("丁", aliases=("北 清 路",)))
    record(started("甲园"))
    with pytest.raises(ContradictionError):
        record(pending("幼儿园", quantity=0))
    record(ProjectAmended(project="甲园", name="第一园"), project("甲园二", aliases=("第二园",)))
    with pytest.raises(DuplicateNameError):
        record(ProjectAmended(project="乙园", name="第一园"))
    with pytest.raises(RetractionError):
        record(EntryRetracted(target=1))
    with pytest.raises(RetractionError):
        record(EntryRetracted(target=2))
    with reading(engine) as conn:
        found = rows(conn, "SELECT project, size, member_of FROM ledger_project ORDER BY project")
        assert ("甲园", 1, "幼儿园") in [tuple(row) for row in found]
        names = dict(tuple(row) for row in rows(conn, "SELECT key, project FROM ledger_name"))
        assert (names["第一园"], names["第二园"], names["甲园"]) == ("甲园", "甲园二", "甲园")
    assert verify(engine, LEDGER).findings == ()


def test_what_decides_rests_on_the_log_alone(engine):
    """
    The index of projects and names is not guarded, so nothing may depend on it.
    """
    clock = begin(engine)

    def record(*events):
        return append(engine, LEDGER, events, actor="a", clock=clock)

    record(project("幼儿园", size=2, domain="教育"), project("甲园", member_of="幼儿园", domain="教育"))
    record(
        project("乙园", aliases=("ＢＥＩ 线",)),
        project("丙园", related=(Relation(RelationKind.PART_OF, "乙园"),)),
    )
    record(started("甲园"))
    with writing(engine, LEDGER) as conn:
        for statement in ("DELETE FROM ledger_name", "DELETE FROM ledger_project"):
            conn.exec_driver_sql(statement)
    with pytest.raises(DuplicateNameError):
        record(project("丁园", aliases=("bei线",)))
    with pytest.raises(ContradictionError):
        record(pending("幼儿园", quantity=0))
    with pytest.raises(MembershipError):
        record(project("丁园", member_of="幼儿园", size=2, domain="教育"))
    for referenced in (4, 6):
        with pytest.raises(RetractionError):
            record(EntryRetracted(target=referenced))
    with pytest.raises(UnknownNameError) as caught:
        record(started("北清"))
    assert caught.value.suggestions == ("北清路",)


def test_a_stale_index_keeps_no_name_from_being_taken(engine):
    clock = begin(engine)
    with writing(engine, LEDGER) as conn:
        conn.exec_driver_sql("INSERT INTO ledger_name VALUES ('回天', '安立路', '谁')")
        conn.exec_driver_sql("INSERT INTO ledger_project VALUES ('回天', '安立路', 1, NULL, '交通', NULL)")
    append(engine, LEDGER, [project("安立路")], actor="a", clock=clock)

    assert verify(engine, LEDGER).findings == ()


def test_a_registration_that_cannot_be_read_is_named(engine, database_url):
    clock = begin(engine)
    with engine.begin() as conn:
        body = b"{}"
        if conn.dialect.name == "sqlite":
            conn.exec_driver_sql("DROP TRIGGER ledger_event_update")
        else:
            conn.exec_driver_sql("ALTER TABLE ledger_event DISABLE TRIGGER ledger_event_change")
        change = text("UPDATE ledger_event SET body = :body, leaf = :leaf WHERE seq = 2")
        conn.execute(change, {"body": body, "leaf": leaf_hash(body)})
        repair_guards(conn)
    newcomer = open_engine(database_url)  # who has not read it yet
    with pytest.raises(TamperedLedgerError, match="entry 2"):
        append(newcomer, LEDGER, [project("安立路")], actor="a", clock=clock)
    newcomer.dispose()


def test_a_retracted_name_is_free_again(engine):
    clock = begin(engine)
    append(engine, LEDGER, [ProjectAmended(project="北清路", aliases=("北线",))], actor="a", clock=clock)
    append(engine, LEDGER, [EntryRetracted(target=4)], actor="a", clock=clock)
    append(engine, LEDGER, [project("北线")], actor="a", clock=clock)

    assert verify(engine, LEDGER).findings == ()


def test_columns_are_an_index_over_the_body(engine):
    clock = begin(engine)
    noted = StatementNoted(
        source="报告", locator="3", project="北清路", occurred=UncertainDate.parse("2019-07")
    )
    append(engine, LEDGER, [project("安立路"), pending("安立路"), promised(), noted], actor="a", clock=clock)
    append(engine, LEDGER, [EntryRetracted(target=3, source="报告", note="笔误")], actor="a", clock=clock)
    names = (
        "kind",
        "project",
        "milestone",
        "earliest",
        "latest",
        "whole",
        "published_on",
        "source",
        "target_seq",
    )
    found = {e.seq: tuple(getattr(e, name) for name in names) for e in log(engine)[0]}

    day = 20190814
    assert found[1] == ("source_registered", None, None, day, day, 0, day, "报告", None)
    assert found[3] == ("milestone_achieved", "北清路", "started", None, day, 1, day, "报告", None)
    assert found[5] == ("milestone_pending", "安立路", "started", 20190815, None, 1, day, "报告", None)
    assert found[6] == ("promise_made", "北清路", "started", 20191231, 20191231, 1, day, "报告", None)
    assert found[7] == ("statement_noted", "北清路", None, 20190701, 20190731, 0, day, "报告", None)
    assert found[8] == ("entry_retracted", None, None, None, None, 0, day, "报告", 3)


def test_a_second_definition_may_follow(engine):
    clock = begin(engine)
    assert append(engine, LEDGER, [ProgrammeDefined(PROGRAMME)], actor="a", clock=clock).no == 2


def test_a_ledger_that_is_not_there_has_no_last_commit(database_url):
    engine = open_engine(database_url)
    begin(engine, LEDGER)
    with reading(engine) as conn, pytest.raises(UnknownLedgerError, match="没有"):
        newest(conn, "没有")
    engine.dispose()
