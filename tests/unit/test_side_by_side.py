"""
Two programmes side by side, worked out by hand, and what must be known before they are compared.
"""

from __future__ import annotations

import json
from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.events import Firmness
from milestone_ledger.domain.programme import Domain, Label, Lifecycle, Milestone, Programme
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.ledger.side_by_side import side_by_side
from milestone_ledger.metrics.comparability import LONG_UNHEARD, Caution, Obstacle, Told, cautions
from milestone_ledger.metrics.reliability import Reliability
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.record.beside import beside, beside_data
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import achieved, day, plan, project, promise, source
from strategies.histories import PROGRAMME

END = day("2020-12-31")
LANGUAGES = ("zh", "en")
# Without a main structure; its "trial" is another thing than that of the first programme.
LANES = Programme(
    id="lanes",
    title=Label("背街小巷", "Back lanes"),
    milestones=(*PROGRAMME.milestones[:-1], Milestone("trial", Label("试铺", "trial paving"))),
    lifecycles=(Lifecycle("paving", Label("铺装", "paving"), ("started", "trial", "completed")),),
    domains=(Domain("道路", "roads"), Domain("小巷", "lanes")),
    units=PROGRAMME.units,
)
ROADS = [
    on.ProgrammeDefined(PROGRAMME),
    plan("2018", "2018-01-01"),
    source("report", "2020-06-30"),
    source("silent", "2020-09-30"),
    project("road", delivery="new_build"),
    project("school", domain="教育/幼儿园", delivery="takeover"),
    promise("road", "started", "2019-06-30", "2018"),
    promise("road", "completed", "2019-12-31", "2018"),
    promise("school", "handed_over", "2021-12-31", "2018"),
    promise("school", "trial", "2021-12-31", "2018", firmness=Firmness.FORECAST),
    achieved("road", "started", "2019-06-01", "report"),
]
PAVED = [
    on.ProgrammeDefined(LANES),
    plan("2019", "2019-01-01"),
    project("north", delivery="paving"),
    project("south", domain="小巷", delivery="paving"),
    promise("north", "started", "2021-06-30", "2019"),
    promise("south", "trial", "2021-12-31", "2019", firmness=Firmness.PLANNED),
]


def seen(name, *commits, as_of=END, **fields):
    return attrs.evolve(view(recorded(*commits), as_of=as_of, **fields), ledger=name)


@pytest.fixture(scope="module")
def compared():
    return side_by_side([seen("roads", ROADS), seen("lanes", PAVED)])


def figures(kept=0, broken=0, undetermined=0, not_due=0):
    return Reliability(kept=kept, overdue=broken, unverified=undetermined, not_due=not_due)


def told(ledger, standing, last=None):
    return Told(ledger=ledger, figures=standing, last=last)


def obstacles(*sides):
    return [(each.obstacle, *each.ledgers) for each in cautions(sides)]


def test_each_programme_stands_for_itself(compared):
    roads, lanes = compared.sides

    assert (roads.ledger, roads.title, roads.projects, roads.entries) == ("roads", PROGRAMME.title, 2, 11)
    assert (roads.figures.kept, roads.figures.undetermined, roads.figures.not_due) == (1, 1, 1)
    assert (roads.documents, roads.first, roads.last) == (2, day("2018-01-01"), day("2020-06-30"))
    assert (lanes.figures.settled, lanes.figures.not_due) == (0, 2)
    assert (lanes.documents, lanes.first, lanes.last) == (1, day("2019-01-01"), day("2019-01-01"))


def test_in_hindsight_documents_of_later_days_count():
    """Up to the bound of publication, if there is one."""
    early = day("2018-06-30")
    hindsight = side_by_side([seen(name, ROADS, as_of=early) for name in ("a", "b")]).sides[0]
    bounded = side_by_side([seen(name, ROADS, as_of=early, published_by=early) for name in ("a", "b")]).sides[
        0
    ]

    assert (hindsight.documents, hindsight.last) == (2, day("2020-06-30"))
    assert (bounded.documents, bounded.last) == (1, day("2018-01-01"))


def test_what_both_have_is_set_against_each_other(compared):
    """In the order of the first, each with the promises made of it and no other."""
    steps = {each.name: [(p.ledger, p.figures.settled) for p in each.parts] for each in compared.milestones}

    assert steps == {"started": [("roads", 1), ("lanes", 0)], "completed": [("roads", 1), ("lanes", 0)]}
    (roads,) = compared.domains
    assert (roads.label, [part.figures.settled for part in roads.parts]) == (Label("道路", "道路"), [2, 0])


def test_the_rest_is_each_ones_own(compared):
    """A milestone of the same id that is called otherwise is another one."""
    roads, lanes = compared.own

    assert [label.zh for label in roads.milestones] == ["立项", "移交接收", "投用", "试运行"]
    assert ([label.zh for label in lanes.milestones], lanes.domains[0].en) == (["试铺"], "lanes")
    assert [label.zh for label in roads.domains] == ["教育/幼儿园"]


def test_no_promise_is_lost_between_the_milestones():
    """A member may be promised what its batch, with which it counts, never comes to."""
    schools = [
        *ROADS[:2],
        project("ten", 10, delivery="takeover"),
        project("one", member_of="ten", delivery="new_build"),
        promise("ten", "handed_over", "2019-12-31", "2018"),
        promise("one", "started", "2019-06-30", "2018"),
    ]
    alone = side_by_side([seen("schools", schools), seen("none", recorded_by=0)])
    assert [label.zh for label in alone.own[0].milestones] == ["开工", "移交接收", "投用"]

    compared = side_by_side([seen("schools", schools), seen("roads", ROADS)])
    due = {each.name: each.parts[0].figures.settled for each in compared.milestones}
    assert due == {"started": 1, "handed_over": 1, "in_use": 0}


def test_three_programmes_share_what_two_of_them_have():
    views = [seen("roads", ROADS), seen("lanes", PAVED), seen("more", PAVED)]
    compared = side_by_side(views)

    having = {each.name: [part.ledger for part in each.parts] for each in compared.milestones}
    assert having["started"] == ["roads", "lanes", "more"]
    assert having["trial"] == ["lanes", "more"]
    assert compared.own[1].milestones == compared.own[2].domains == ()


def test_what_is_in_common_stands_in_groups(compared):
    """Under the name of each, a row for each programme."""
    section = beside(compared, "zh").sections[2]
    kept = [column.key for column in section.columns].index("kept")

    groups = {title: [(row[0], row[kept]) for row in rows] for title, rows in section.grouped()}
    assert groups == {"开工": [("roads", 1), ("lanes", 0)], "完成": [("roads", 0), ("lanes", 0)]}


def test_every_number_stands_in_its_column(compared):
    standing = Reliability(
        kept=5, kept_late=2, overdue=1, date_unknown=3, unverified=1, not_due=7, withdrawn=6, effort=9
    )
    sides = [attrs.evolve(side, figures=standing) for side in compared.sides]
    standings, *_, known = beside(attrs.evolve(compared, sides=sides), "en").sections

    assert standings.rows[0] == ("roads", 12, 8, "67%", 5, 3, 4, 7, 6, "42%～75%", "19%～91%")
    assert known.rows == (
        ("roads", "Huitian", 2, 2, day("2018-01-01"), day("2020-06-30"), 11),
        ("lanes", "Back lanes", 2, 1, day("2019-01-01"), day("2019-01-01"), 6),
    )


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Reliability(withdrawn=1), "none due"),
        (Reliability(not_due=1), "none due"),
        (Reliability(effort=1), "none judged"),
    ],
)
def test_why_there_is_no_share(compared, standing, said):
    sides = [attrs.evolve(side, figures=standing) for side in compared.sides]
    row = dict(zip(*_first_row(attrs.evolve(compared, sides=sides)), strict=True))

    assert (row["coverage"], row["share"], row["interval"]) == (said, said, "—")


def _first_row(compared):
    section = beside(compared, "en").sections[0]
    return [column.key for column in section.columns], section.rows[0]


def test_nothing_due_is_no_share(compared):
    """Neither 0% nor a dash alone: it is said in words."""
    chinese, english = (report_text(beside(compared, language)) for language in LANGUAGES)

    row = next(line for line in chinese.splitlines() if line.startswith("lanes"))
    assert row.split() == ["lanes", "0", "0", "无到期", "0", "0", "0", "2", "0", "无到期", "—"]
    assert "lanes：没有到期的承诺，谈不上可核率和兑现率；这不是 0%。" in chinese
    assert "lanes: nothing is due, so there is no coverage and no reliability; this is not 0%." in english
    assert "roads: 2 due, fewer than 10; read the counts only." in english


def test_nothing_in_common_is_said():
    apart = attrs.evolve(
        LANES,
        milestones=(*PROGRAMME.milestones[:-1], Milestone("paved", Label("铺完", "paved"))),
        order=PROGRAMME.order[:4],
        lifecycles=(Lifecycle("paving", Label("铺装", "paving"), ("paved",)),),
    )
    lane = [on.ProgrammeDefined(apart), plan("2019", "2019-01-01")]
    lane += [
        project("south", domain="小巷", delivery="paving"),
        promise("south", "paved", "2019-12-31", "2019"),
    ]
    compared = side_by_side([seen("roads", ROADS), seen("lanes", lane)])
    chinese, english = (report_text(beside(compared, language)) for language in LANGUAGES)

    assert (compared.milestones, compared.domains) == ((), ())
    for said in ("各计划没有共有的节点。", "没有共有的节点。", "各计划没有共有的领域。", "没有共有的领域。"):
        assert said in chinese.splitlines()
    assert "The programmes have no domain in common." in english.splitlines()


def test_a_log_that_has_not_begun_stands_beside_others():
    compared = side_by_side([seen("roads", ROADS), seen("none", recorded_by=0)])
    none = compared.sides[1]

    assert (none.title, none.projects, none.documents, none.first, none.last) == (None, 0, 0, None, None)
    assert compared.milestones == ()
    assert beside(compared, "en").sections[-1].rows[1] == ("none", "—", 0, 0, None, None, 0)


def test_domains_of_one_name_may_be_two_things():
    """Said wherever they stand side by side, also where no programme has any of its own."""
    same = side_by_side([seen("a", ROADS), seen("b", ROADS)])

    assert (same.own[0].domains, same.own[1].domains) == ((), ())
    assert "领域由各计划自定，名称相同，所指也未必相同。" in report_text(beside(same, "zh")).splitlines()
    assert "even the same name may mean other things." in report_text(beside(same, "en"))


@given(st.lists(st.builds(Reliability, kept=st.integers(0, 20), not_due=st.integers(0, 2)), min_size=2))
def test_there_is_always_something_to_know_first(standings):
    """No two programmes can simply be compared."""
    assert cautions([told(str(number), standing) for number, standing in enumerate(standings)])


def test_data_holds_the_counts_and_the_cautions_in_words(compared):
    for language, said in (("zh", "这不是 0%"), ("en", "this is not 0%")):
        data = json.loads(json.dumps(beside_data(compared, language), allow_nan=False))
        assert [side["ledger"] for side in data["ledgers"]] == ["roads", "lanes"]
        assert data["ledgers"][1]["figures"]["coverage"] is None
        assert data["ledgers"][0]["figures"]["reliability"] == {"lo": 0.5, "hi": 1.0}
        assert data["ledgers"][0]["figures"]["is_small"] is True
        assert data["milestones"][0]["ledgers"][1]["figures"]["not_due"] == 1
        assert [(each["name"], len(each["ledgers"])) for each in data["domains"]] == [("道路", 2)]
        assert data["own"][1]["milestones"] == [{"zh": "试铺", "en": "trial paving"}]
        (nothing,) = [each for each in data["cautions"] if each["obstacle"] == "nothing_due"]
        assert (nothing["ledgers"], said in nothing["says"]) == (["lanes"], True)


@pytest.mark.parametrize("names", [("roads", "lanes"), ("lanes", "roads")])
def test_a_caution_of_two_names_both_in_their_order(compared, names):
    known = {
        "roads": {"figures": figures(kept=40, undetermined=10), "last": day("2020-01-01")},
        "lanes": {"figures": figures(kept=5, undetermined=45), "last": day("2020-03-01")},
    }
    sides = [attrs.evolve(side, **known[side.ledger]) for side in compared.sides]
    said = [Caution(obstacle=each, ledgers=names) for each in (Obstacle.COVERAGE_APART, Obstacle.HEARD_APART)]
    text = report_text(beside(attrs.evolve(compared, sides=sides, cautions=said), "zh"))
    told = {"roads": ("80%", "2020-01-01"), "lanes": ("10%", "2020-03-01")}
    (shares, lasts) = zip(*(told[name] for name in names), strict=True)

    assert f"{names[0]} 与 {names[1]}：可核率确有差别（{'、'.join(shares)}）" in text
    assert f"{names[0]} 与 {names[1]}：最近的依据相隔 60 日（{'、'.join(lasts)}）" in text


def test_the_point_of_view_is_said(compared):
    assert beside(compared, "zh").heading[0] == "状态日 2020-12-31，事后所知（全部公开信息）"

    views = [seen(name, ROADS, grace=5, published_by=END) for name in ("a", "b")]

    assert "截至 2020-12-31 公开的信息；宽限 5 日" in report_text(beside(side_by_side(views), "zh"))
    assert "as published by 2020-12-31; 5 days of grace" in report_text(beside(side_by_side(views), "en"))


@pytest.mark.parametrize(
    "views",
    [
        [],
        [seen("a", ROADS)],
        [seen("a", ROADS), seen("a", PAVED)],
        [seen("a", ROADS), seen("b", ROADS, as_of=day("2019-12-31"))],
        [seen("a", ROADS), seen("b", ROADS, published_by=END)],
        [seen("a", ROADS), seen("b", ROADS, grace=1)],
    ],
)
def test_what_cannot_stand_side_by_side_is_refused(views):
    with pytest.raises(InvalidValueError):
        side_by_side(views)


def test_where_views_look_from_is_shown():
    """Whatever it is in which they differ."""
    with pytest.raises(InvalidValueError) as refused:
        side_by_side([seen("a", ROADS, published_by=END), seen("b", ROADS, published_by=END, grace=1)])

    assert refused.value.value == ["2020-12-31 / 2020-12-31 / 0", "2020-12-31 / 2020-12-31 / 1"]


# ── what must be known first ─────────────────────────────────────────────────────────────────────────


def test_small_numbers_and_nothing_due_are_told_of_each():
    assert obstacles(told("a", figures(not_due=3)), told("b", figures(kept=9))) == [
        (Obstacle.NOTHING_DUE, "a"),
        (Obstacle.FEW_DUE, "b"),
    ]


def test_few_are_not_set_against_many():
    few, many = told("a", figures(kept=9)), told("b", figures(broken=100))

    assert obstacles(few, many) == [(Obstacle.FEW_DUE, "a")]
    assert obstacles(many, few) == [(Obstacle.FEW_DUE, "a")]


def test_coverage_lies_apart_only_if_chance_cannot_make_it():
    rich, poor = figures(kept=40, undetermined=10), figures(kept=5, undetermined=45)
    close = figures(kept=35, undetermined=15)

    assert (Obstacle.COVERAGE_APART, "a", "b") in obstacles(told("a", rich), told("b", poor))
    assert (Obstacle.COVERAGE_APART, "b", "a") in obstacles(told("b", poor), told("a", rich))
    assert obstacles(told("a", rich), told("b", close)) == [(Obstacle.SHARES_OVERLAP, "a", "b")]


def test_shares_lie_apart_only_if_no_world_lets_them_meet():
    good, bad = figures(kept=100), figures(broken=100)

    assert obstacles(told("a", good), told("b", bad)) == [(Obstacle.SHARES_APART, "a", "b")]
    assert (Obstacle.SHARES_OVERLAP, "a", "b") in obstacles(
        told("a", good), told("b", figures(broken=10, undetermined=200))
    )


@pytest.mark.parametrize(("later", "is_told"), [(LONG_UNHEARD, False), (LONG_UNHEARD + 1, True)])
def test_last_documents_far_apart_are_told(later, is_told):
    first = date(2020, 1, 1)
    ends = first, date.fromordinal(first.toordinal() + later)
    few = figures(kept=1)

    for one, other in (ends, ends[::-1]):
        found = cautions([told("a", few, one), told("b", few, other)])
        assert (Caution(obstacle=Obstacle.HEARD_APART, ledgers=("a", "b")) in found) is is_told


def test_every_pair_is_looked_at():
    many = [told(name, figures(kept=20)) for name in "abc"]

    assert [each.ledgers for each in cautions(many)] == [("a", "b"), ("a", "c"), ("b", "c")]


def test_no_caution_is_a_ranking():
    """In no language, whatever is told."""
    sides = [seen("roads", ROADS), seen("lanes", PAVED)]
    compared = side_by_side(sides)
    every = [Caution(obstacle=each, ledgers=("roads", "lanes")) for each in Obstacle]
    for language in LANGUAGES:
        text = report_text(beside(attrs.evolve(compared, cautions=every), language))
        assert not any(word in text for word in ("better", "worse", "best", "第一", "优于", "差于", "合计"))
