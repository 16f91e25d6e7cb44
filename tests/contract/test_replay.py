"""
A log that agrees with itself may still hold what no append would have taken: the rules are asked again.
"""

from __future__ import annotations

from datetime import date

import attrs
import pytest
from sqlalchemy import Engine
from sqlalchemy.event import listen, remove

from milestone_ledger.codec import RequestDigest, encode, stored_part
from milestone_ledger.store.append import append, insert, last_commit
from milestone_ledger.store.engine import reading, writing
from milestone_ledger.store.read import read_entries
from milestone_ledger.store.verification import Outcome
from milestone_ledger.store.verify import verify
from store_samples import begin, pending, project, promised, source, started

LEDGER = "回天"


def insert_by_hand(engine, event, **stamps):
    """
    One more commit, in every way like an append's, but for the rules.
    """
    with reading(engine) as conn:
        newest = read_entries(conn, LEDGER)[-1]
    stamps = {"published_on": newest.published_on} | stamps
    entry = attrs.evolve(
        newest,
        seq=newest.seq + 1,
        commit_no=newest.commit_no + 1,
        recorded_at=newest.recorded_at.replace(microsecond=1),
        event=event,
        **stamps,
    )
    body = encode(entry)
    digest = RequestDigest(None)
    digest.add(stored_part(entry, body))
    with writing(engine, LEDGER) as conn:
        _, frontier = last_commit(conn, LEDGER)
        insert(conn, [entry], frontier, idempotency_key=None, digest=digest.digest(), bodies=[body])


def found(engine):
    assert verify(engine, LEDGER).outcome is Outcome.CONSISTENT_UNANCHORED
    return [(f.seq, f.commit_no, f.code, f.detail) for f in verify(engine, LEDGER, rules=True).findings]


def test_what_was_appended_is_accepted_again(engine):
    clock = begin(engine)
    events = [source("新报告", "2020-05-01"), project("十所幼儿园", size=10), promised(deadline="2020-12-31")]
    append(engine, LEDGER, events, actor="b", clock=clock, idempotency_key="键")
    append(engine, LEDGER, [started("十所幼儿园", quantity=3)], actor="c", clock=clock)
    begin(engine, "昌平", clock)
    told = []
    verification = verify(engine, LEDGER, rules=True, progress=lambda done, total: told.append((done, total)))
    assert (verification.findings, verification.size) == ((), 8)
    assert told[-3:] == [(4, 8), (7, 8), (8, 8)]


def test_nothing_stays_open_after_the_rules_were_asked(engine):
    begin(engine)
    closed = []

    def note(disposed):
        closed.append(disposed.url.get_backend_name())

    listen(Engine, "engine_disposed", note)
    verify(engine, LEDGER, rules=True)
    remove(Engine, "engine_disposed", note)
    assert closed == ["sqlite"]


def test_a_day_that_is_not_the_documents_is_found(engine):
    begin(engine)
    insert_by_hand(engine, promised(), published_on=date(2018, 1, 1))
    assert found(engine) == [(4, None, "replayed", "published_on")]


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (pending(), "says that it was reached by 2019-08-14"),
        (promised("无此项目"), "无此项目"),
        (attrs.evolve(promised(), milestone="unheard_of"), "unheard_of"),
        (promised(cite="无此文件"), "无此文件"),
    ],
)
def test_what_the_rules_refuse_is_found(engine, event, said):
    begin(engine)
    insert_by_hand(engine, event)
    ((seq, no, code, detail),) = found(engine)
    assert (seq, no, code) == (None, 2, "rules")
    assert said in detail
