"""
Programmes side by side: each is what it is alone, and their order is only that in which they were named.
"""

from __future__ import annotations

import attrs
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.ledger.side_by_side import side_by_side
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.record.beside import beside
from milestone_ledger.testing.strategies import status_days
from milestone_ledger.testing.strategies.calendar import publication_bounds
from property.views import view
from strategies.histories import close_histories, histories


@st.composite
def pairs(draw):
    """
    Views of two legal histories from one point.
    """
    one, other = (draw(histories() | close_histories()) for _ in range(2))
    point = {
        "as_of": draw(status_days(one)),
        "published_by": draw(publication_bounds),
        "grace": draw(st.sampled_from([0, 30])),
    }
    return [
        attrs.evolve(view(history, **point), ledger=name)
        for name, history in (("one", one), ("other", other))
    ]


@given(pairs())
def test_each_side_is_what_it_is_alone(views):
    """Whatever stands beside it; and no part holds a promise that its whole does not."""
    compared = side_by_side(views)
    for seen, side in zip(views, compared.sides, strict=True):
        assert side.figures == seen.reliability()
        assert side.projects == len(seen.listed)
        for common in (compared.milestones, compared.domains):
            parts = [part.figures for each in common for part in each.parts if part.ledger == side.ledger]
            assert sum(part.settled for part in parts) <= side.figures.settled
            assert sum(part.not_due for part in parts) <= side.figures.not_due


@given(pairs())
def test_of_one_programme_all_is_in_common(views):
    """Beside itself a programme has nothing of its own, and its parts make up its whole."""
    seen = views[0]
    compared = side_by_side([seen, attrs.evolve(seen, ledger="again")])
    for common in (compared.milestones, compared.domains):
        for ledger in ("one", "again"):
            parts = [part.figures for each in common for part in each.parts if part.ledger == ledger]
            for verdict in Verdict:
                assert sum(getattr(part, verdict) for part in parts) == getattr(seen.reliability(), verdict)
    assert all(not own.milestones and not own.domains for own in compared.own)


@given(pairs())
def test_the_order_changes_the_order_alone(views):
    there, back = side_by_side(views), side_by_side(views[::-1])

    assert there.sides == back.sides[::-1]
    assert there.own == back.own[::-1]
    assert {(each.obstacle, frozenset(each.ledgers)) for each in there.cautions} == {
        (each.obstacle, frozenset(each.ledgers)) for each in back.cautions
    }
    assert {each.name: {*each.parts} for each in there.milestones} == {
        each.name: {*each.parts} for each in back.milestones
    }


@given(pairs())
def test_it_can_always_be_written(views):
    compared = side_by_side(views)
    for language in ("zh", "en"):
        assert report_text(beside(compared, language), 80).startswith(beside(compared, language).title)
