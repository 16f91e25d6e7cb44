"""
What whole numbers count of families, as seen on each day, is what their ladders say on that day.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.programme import Label, Lifecycle
from milestone_ledger.domain.state import numbers_of
from milestone_ledger.query.families import Families
from milestone_ledger.query.publication import Publication, Said
from milestone_ledger.query.seen import changes_seen
from milestone_ledger.query.standings import Identity
from milestone_ledger.store.tables import day_number
from store_samples import PROGRAMME

DAYS = [date(2019, 12, 28) + timedelta(number) for number in range(8)]
BUILT = attrs.evolve(
    PROGRAMME,
    lifecycles=(Lifecycle("built", Label("新建", "built"), ("initiated", "started", "completed", "in_use")),),
)
SIZES = st.sampled_from([1, 2, 3, None])


@st.composite
def statements(draw, size):
    """
    Anything said of a project of ``size``, evidence most of all, some of it corrected later.
    """
    published, corrected = sorted(draw(st.lists(st.sampled_from(DAYS), min_size=2, max_size=2, unique=True)))
    until = corrected if draw(st.booleans()) and draw(st.booleans()) else None
    spoken_of = draw(st.sampled_from([day for day in DAYS if day <= published]))
    kind = draw(st.sampled_from(["achieved", "pending", "pending today", "noted"]))
    earliest = latest = quantity = None
    if kind == "achieved":
        latest = spoken_of
        quantity = None if size == 1 else draw(st.sampled_from([None, 1, (size or 6) - 1]))
    elif kind != "noted":
        earliest = (published if kind == "pending today" else spoken_of) + timedelta(1)
        quantity = None if size == 1 else draw(st.sampled_from([None, *range(size or 4)]))
    return Said(
        milestone=draw(st.sampled_from([*BUILT.milestone_ids, *([None] * (kind == "noted"))])),
        quantity=quantity,
        earliest=day_number(earliest),
        latest=day_number(latest),
        counts=kind != "noted",
        published=day_number(published),
        corrected=day_number(until),
    )


@given(data=st.data())
def test_whole_numbers_count_what_ladders_do(data):
    """
    Of a batch and its members as of each alone, whether or not the statements agree with each other.
    """
    sizes = {"批": data.draw(st.sampled_from([2, 4, None])), "甲": data.draw(SIZES), "乙": data.draw(SIZES)}
    identities = {
        project: Identity(
            domain="",
            delivery=data.draw(st.sampled_from([None, "built"])),
            size=size,
            member_of=None if project == "批" else data.draw(st.sampled_from(["批", "批", None])),
        )
        for project, size in sizes.items()
    }
    said = {project: data.draw(st.lists(statements(size), max_size=4)) for project, size in sizes.items()}
    told = Publication(programme=BUILT, identities=identities, plain={}, proven={}, excluded=(), other=said)
    changes, known = list(changes_seen(told)), list(Families(BUILT, identities, said).known())
    for day in DAYS:
        number = day_number(day)
        found: Counter[tuple[str, str, int]] = Counter()
        for change in changes:
            if change.day == number or (change.lasts and change.day < number):
                for place, amount in enumerate(change.amounts):
                    found[change.project, change.milestone, place] += amount
        expected = {
            (one.project, one.milestone, place): amount
            for one in known
            if one.counts and one.first <= number < one.until
            for place, amount in enumerate(numbers_of(one.ladder, day))
        }
        assert {k: v for k, v in found.items() if v} == {k: v for k, v in expected.items() if v}, day
