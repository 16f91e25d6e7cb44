"""
What the record says of the Huitian example, and that its page says just that.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import pytest

from milestone_ledger.metrics.judged_indicators import Standing
from milestone_ledger.metrics.lights import Colour, RuleSet
from milestone_ledger.metrics.outlook import FEWEST, Refusal
from milestone_ledger.metrics.plans import Sequel
from milestone_ledger.metrics.reconciliation import TotalFit
from milestone_ledger.reports.labels import period_text
from milestone_ledger.reports.overview import percent
from milestone_ledger.reports.record.words import counts

PLAN = date(2018, 7, 29)
NOTICE = date(2019, 8, 14)


@pytest.fixture(scope="module")
def page(request):
    return (request.config.rootpath / "docs/explanation/what-the-record-says.md").read_text("utf-8")


@pytest.fixture(scope="module")
def views(ledger):
    return ledger.at(as_of=NOTICE, published_by=NOTICE), ledger.at(as_of=date(2022, 12, 31))


def reach(numbers, form):
    return "～".join(form(number) for number in (numbers.lo, numbers.hi))


def kept(view):
    (row,) = view.metrics(since=PLAN)
    figures = row.baseline
    return {
        "到期的承诺 due": figures.settled,
        "有据可判 decided": figures.settled - figures.undetermined,
        "可核率 coverage": percent(figures.coverage),
        "按期兑现 kept": figures.kept,
        "确证未按期 proven late": figures.broken,
        "无从判定 not established": figures.undetermined,
        "兑现率 reliability": reach(figures.share.ratio, percent),
        "兑现率95%区间 Wilson interval": reach(figures.share.interval(), percent),
        "改过期限 deadline moved": row.moved,
        "期满30日无声 passed in silence": row.silent,
    }


def vague(view):
    (row,) = view.metrics(since=PLAN)
    known = [m.bounds for p in view.projects() for m in p.milestones if m.bounds.hi is not None]
    start = next(waiting for waiting in view.waiting() if waiting.milestone == "started")
    targets = view.reconcile().targets
    decided = sum(row.standing in (Standing.MET, Standing.MISSED) for row in targets)
    lights = Counter(light.colour for light in view.alerts() if light.group is None)
    return {
        "命中率（2018-07-30 起）hit rate": f"{counts(row.hit_rate.hits)} / {counts(row.hit_rate.of)}",
        "节点BEI": reach(row.execution.index, "{:.2f}".format),
        "CEI（2018-07-30 起）": f"{counts(row.current_execution.hits)} / {counts(row.current_execution.of)}",
        "挣得月数（计划共30、54个月）ES": reach(row.earned.schedule, "{:.1f}".format),
        "SPI(t)": reach(row.earned.index, "{:.2f}".format),
        "达到之日已知 exact days known": f"{sum(b.lo == b.hi for b in known)} / {len(known)}",
        "开工等候：项目、已知达到、没有任何依据 wait for the start": "、".join(
            map(str, (start.projects, start.reached, start.spread.blank))
        ),
        "目标有判定的 targets decided": f"{decided} / {len(targets)}",
        "预警：红、黄、灰、绿 lights": "、".join(
            str(lights[colour]) for colour in (Colour.RED, Colour.YELLOW, Colour.GREY, Colour.GREEN)
        ),
    }


@pytest.mark.parametrize("table", [kept, vague])
def test_the_tables_hold_what_is_computed(page, views, table):
    """At the press conference as known that day, and at the end of 2022 in hindsight."""
    then, now = map(table, views)

    for name, figure in then.items():
        assert f"| {name} | {figure} | {now[name]} |" in page


def test_the_page_says_how_many_batches_count_by_their_members(page, views):
    """As many on both days."""
    starts = [next(row for row in view.waiting() if row.milestone == "started") for view in views]

    assert starts[0].batches == starts[1].batches
    assert f"点了成员名的 {starts[1].batches} 个批次不另计" in page


def test_the_page_says_how_totals_fit(page, views):
    """Of the 22 totals, and of the one that everybody quotes."""
    rows = views[1].reconcile().totals
    fits = Counter(row.fit for row in rows)
    (started,) = (row for row in rows if row.state.event.count == 67)

    assert (
        f"{len(rows)} 个汇总数中，{fits[TotalFit.ITEMISED]} 个可逐项列出，"
        f"{fits[TotalFit.OPEN]} 个未能逐项列出，"
        f"{fits[TotalFit.REPORTED]} 个须算上其后的通报，{fits[TotalFit.BEYOND_REGISTER]} 个多于台账登记数，"
        f"{fits[TotalFit.NOT_COMPARED]} 个没有节点" in page
    )
    assert f"台账能点名 {started.itemised} 个，差 {started.missing} 个" in page


def test_the_page_says_what_later_plans_took_up(page, views):
    """Together they are all judged promises of the plan, each once; none is carried over as such."""
    (plan,) = views[1].reconcile().plans
    number = plan.sequels
    with_batch = len(plan.promises) - len(plan.counted)

    assert (plan.plan, plan.later) == ("2018计划", ("2022计划",))
    assert (
        f"可考核的承诺 {len(plan.counted)} 项（与所属批次一并承诺的 {with_batch} 项不另计）："
        f"后续计划另有提法 {number[Sequel.OTHERWISE]} 项，"
        f"见于相关项目 {number[Sequel.UNDER_RELATED]} 项，已有结果、未再提 {number[Sequel.SETTLED]} 项，"
        f"未再提 {number[Sequel.NOT_MENTIONED]} 项" in page
    )
    assert number[Sequel.CARRIED_OVER] == number[Sequel.CONFIRMED] == number[Sequel.BROUGHT_FORWARD] == 0
    assert f"{period_text(plan.uncovered[0])} 没有计划覆盖" in page


def test_the_page_says_where_documents_differ_and_repeat(page, views):
    """One road, and one station; whether the station was counted twice nobody can say."""
    found = views[1].reconcile()
    (pair,), (claim,) = found.disagreements, found.repeated

    assert (pair.project, pair.milestone) == ("北清路快速化改造工程", "started")
    assert (claim.project, claim.milestone, claim.years) == (
        "中滩110千伏输变电工程",
        "completed",
        (2018, 2019),
    )
    assert ([total.event.count for total in claim.totals], claim.may_count_twice) == ([28], False)
    assert "第一次在“28个”之内" in page


def test_every_outlook_is_refused(page, views):
    """No milestone has as many finished promises as an outlook needs."""
    view = views[1]
    most = {}
    for state in view.promises():
        if state.in_headline:
            chain = state.chain
            expected = view.outlook(chain.project, chain.milestone, chain.quantity).outlook
            assert expected.refused is Refusal.TOO_FEW
            most[chain.milestone] = max(most.get(chain.milestone, 0), expected.finished)

    assert f"不足 {FEWEST} 个已有结果的承诺（开工 {most['started']} 个）" in page
    assert max(most.values()) < FEWEST


def test_few_units_have_promises_enough(page, views):
    """And none of them a range that could be told from another's."""
    rows = views[1].metrics(by="unit")
    units = views[1].programme.units
    known = [row.group for row in rows if row.group in {unit.name for unit in units}]

    assert f"{len(rows)} 个责任单位中，{sum(row.is_small for row in rows)} 个到期不足 10 项" in page
    assert known == [unit.name for unit in units if unit.name in known]
    assert all(row.baseline.share.ratio.hi == 1.0 for row in rows if row.baseline.settled)


def test_silence_is_grey(views):
    """Whoever's rules: without proof no light is yellow or red."""
    for view in views:
        for light in view.alerts(by="unit"):
            assert light.colour in (Colour.GREY, Colour.GREEN)


def test_the_rules_that_the_page_shows_are_read(page, views):
    """A district copies them, and every light carries their name."""
    (shown,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    lights = views[1].alerts(RuleSet.parse(shown))

    assert {light.rule_set for light in lights} == {"我区 2026.1"}
    assert {light.colour for light in lights} == {Colour.GREY, Colour.GREEN}
