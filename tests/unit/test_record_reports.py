"""
Figures, comparisons and warnings as reports: careful words, in both languages, every row with its entries.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.metrics import turnbull
from milestone_ledger.metrics.lights import default_rules
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.overview import headline
from milestone_ledger.reports.periodic.content import as_data
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.record.comparison import comparison, comparison_data
from milestone_ledger.reports.record.figures import figures, figures_data
from milestone_ledger.reports.record.warning import warning, warning_data
from milestone_ledger.testing.recording import recorded
from property.views import view
from statements import achieved, day, pending, plan, project, promise, source
from strategies.histories import PROGRAMME

ROADS = [f"road {number}" for number in range(12)]


def total(count, cites, on_day, **fields):
    return on.TotalReported(
        source=cites,
        locator="三",
        what="已开工",
        count=count,
        on=UncertainDate.parse(on_day),
        **{"milestones": ("started",)} | fields,
    )


def record():
    """
    Ten roads that started late, one still pending long after, one that nobody speaks of, and numbers.
    """
    return recorded(
        [
            on.ProgrammeDefined(PROGRAMME),
            plan("2018计划", "2018-01-01"),
            source("2019通报", "2019-12-31"),
            source("2020通报", "2020-12-31"),
            plan("2021计划", "2021-01-31"),
            *(project(name) for name in ROADS),
            *(promise(name, "started", "2018-12-31", "2018计划", locator=name) for name in ROADS),
            *(achieved(name, "started", "2019-07-01", "2019通报", locator="三") for name in ROADS[:10]),
            achieved(ROADS[0], "started", "2019-07-01", "2020通报", locator="三"),
            pending(ROADS[10], "started", "2020-12-31", "2020通报"),
            achieved(ROADS[10], "started", "[..2019-12-31]", "2019通报", contested=True, note="两处不一"),
            promise(ROADS[10], "started", "2021-12-31", "2021计划"),
            promise(ROADS[9], "completed", "2021-12-31", "2021计划"),
            total(10, "2019通报", "2019-12-31"),
            total(11, "2020通报", "2019-12-31"),
            total(5, "2020通报", "2020-12-31", milestones=()),
            on.IndicatorTargeted(
                source="2018计划",
                locator="五",
                name="累计里程",
                value=Decimal(64),
                comparator=on.Comparator.AT_LEAST,
                measure="公里",
                deadline=UncertainDate.parse("2019-12-31"),
            ),
            on.IndicatorObserved(
                source="2020通报",
                locator="五",
                name="累计里程",
                value=Decimal(60),
                measure="公里",
                occurred=UncertainDate.parse("2020-06-30"),
            ),
        ]
    )


@pytest.fixture(scope="module")
def seen():
    return view(record(), as_of=day("2021-01-31"))


def rows_of(report, part):
    """
    The rows of the section whose title holds ``part``, by the keys of their columns.
    """
    (section,) = [section for section in as_data(report)["sections"] if part in section["title"]]
    return section["rows"]


def test_figures_are_counts_and_ranges(seen):
    """Late is late where documents prove it; the flag is raised only for a whole range below 0.95."""
    report = figures(seen, "zh", since=day("2018-01-01"))
    (kept,), (executed,), (earned,) = (rows_of(report, part) for part in ("兑现", "计划相比", "挣得"))
    (started, completed) = rows_of(report, "时间")

    assert (kept["settled"], kept["decided"], kept["broken"], kept["undetermined"]) == (12, 11, 11, 1)
    assert kept["share"] == "0%～8%"
    assert kept["moved"] == 1
    assert (executed["hit_rate"], executed["bei"], executed["flag"]) == ("0%～8%", "0.83～1.08", "")
    assert (earned["achieved"], earned["planned"]) == ("10～13", 13)
    assert (started["median"], completed["median"]) == ("546", "所知不足")


def test_no_median_rests_on_those_that_were_listed_as_reached():
    """Nine roads were first named as started: nobody saw them wait, and one road makes no median."""
    roads = (*ROADS[:9], "late")
    said = [promise("late", "started", "2018-12-31", "2018计划")]
    said += [achieved(name, "started", "2019-07-01", "2019通报", locator=name) for name in roads]
    documents = plan("2018计划", "2018-01-01"), source("2019通报", "2019-12-31")
    made = [on.ProgrammeDefined(PROGRAMME), *documents, *map(project, roads)]
    seen = view(recorded([*made, *said]), as_of=day("2020-12-31"))
    (started,) = seen.waiting()

    assert (started.projects, started.reached, started.ended, started.spread.cases) == (10, 10, 1, 1)
    assert [row["median"] for row in rows_of(figures(seen, "zh"), "时间")] == ["所知不足"]


def test_an_index_is_flagged_if_all_of_it_is_low():
    """A month before, the last road but one was certainly still pending."""
    before = view(record(), as_of=day("2020-12-31"))
    (executed,) = rows_of(figures(before, "zh", since=day("2018-01-01")), "计划相比")

    assert (executed["bei"], executed["flag"]) == ("0.83～0.92", "低于0.95")


def test_grace_is_said_to_be_left_out_where_it_is():
    """A promise kept by grace is no hit: the plan's own day is what it is held against."""
    made = [on.ProgrammeDefined(PROGRAMME), plan("2018计划", "2018-01-01"), source("2019通报", "2019-12-31")]
    said = [promise("road", "started", "2019-06-20", "2018计划")]
    said += [achieved("road", "started", "2019-06-25", "2019通报")]
    told = []
    for grace in (0, 10):
        seen = view(recorded([*made, project("road"), *said]), as_of=day("2019-12-31"), grace=grace)
        report = figures(seen, "zh")
        (kept,), (executed,) = rows_of(report, "兑现"), rows_of(report, "计划相比")
        told.append((kept["kept"], executed["hits"], "此处不计宽限。" in report_text(report)))

    assert told == [(0, "0", False), (1, "0", True)]


def test_open_ends_are_shown_as_such():
    """Reached by some day, and a forecast that has no end while nothing is certain."""
    silent, spoken = (figures(of_roads(10, reached), "zh") for reached in ("", "[..2019-07-01]"))

    assert rows_of(silent, "挣得")[0]["forecast"] == "≥ 36"
    assert rows_of(spoken, "时间")[0]["median"] == "≤ 546"


def of_roads(number, reached="", as_of="2020-12-31"):
    """
    So many roads that were to start in January 2018, all of which the notice says the same of, or nothing.
    """
    names = ROADS[:number]
    said = [promise(name, "started", "2018-01-31", "2018计划", locator=name) for name in names]
    documents = (plan("2018计划", "2018-01-01"), source("2019通报", "2019-12-31"))
    spoken = [achieved(name, "started", reached, "2019通报") for name in names if reached]
    made = [on.ProgrammeDefined(PROGRAMME), *documents, *map(project, names), *said, *spoken]
    return view(recorded(made), as_of=day(as_of))


@pytest.mark.parametrize(
    ("number", "rates"),
    [(9, 7 * ["—（案例少于10）"]), (10, ["0%", "0%", "0.00", "0%", "0.0", "0.00", "—"])],
)
def test_a_rate_needs_ten_cases(number, rates):
    """Of nine the reason stands where it would, no flag is raised, and the data keep every fraction."""
    seen = of_roads(number, "2019-07-01", as_of="2018-06-30")
    since = day("2018-01-15")
    report = figures(seen, "zh", since=since)
    (kept,), (executed,), (earned,) = (rows_of(report, part) for part in ("兑现", "计划相比", "挣得"))
    (data,) = figures_data(seen, since=since)["metrics"]

    assert [kept["share"], executed["hit_rate"], executed["bei"], executed["cei"]] + [
        earned[key] for key in ("schedule", "index", "forecast")
    ] == rates
    assert kept["interval"] != "—"
    assert executed["flag"] == ("" if number < SMALL else "低于0.95")
    assert data["execution"]["index"] == {"lo": 0.0, "hi": 0.0}
    assert data["earned"]["schedule"]["lo"] == data["earned"]["schedule"]["hi"]
    of = ("reliability", "hit_rate", "current_execution", "execution", "earned")
    assert {data[figure]["is_small"] for figure in of} == {number < SMALL}


def test_no_median_is_drawn_from_an_estimate_that_has_not_converged(monkeypatch):
    """The same ten roads: only that the rounds run out."""
    medians = []
    for rounds in (turnbull.ROUNDS, 3):
        monkeypatch.setattr(turnbull, "ROUNDS", rounds)
        medians.append(rows_of(figures(of_roads(10, "2019-07-01"), "zh"), "时间")[0]["median"])

    assert medians == ["546", "所知不足"]


def test_what_may_be_few_is_said_to_be_perhaps_few():
    """Some of the roads may have started before the window; nothing at all is no small number."""
    seen = of_roads(10, "[2018-01-20..2018-02-28]", as_of="2018-06-30")
    (executed,) = rows_of(figures(seen, "zh", since=day("2018-01-25")), "计划相比")
    (later,) = rows_of(figures(seen, "en", since=day("2018-03-31")), "plan")

    assert (executed["forecast"], executed["cei"]) == ("0～10", "—（案例或少于10）")
    assert (later["forecast"], later["cei"], later["hit_rate"]) == ("0", "—", "—")


def test_the_headline_of_few_promises_has_no_percentage():
    """It says how many the evidence decides, and why there is no more."""
    few, many = (headline(of_roads(number), language) for number, language in ((9, "zh"), (10, "en")))

    assert "可核率 —（案例少于10）：到期的 9 项承诺中，公开依据能判定的有 0 项" in few
    assert "兑现率—（案例少于10）；确证逾期 0 项" in few
    assert "%" not in few
    assert many.startswith("Coverage 0%: of 10 promises due, the evidence decides 0;")
    assert "— (fewer than 10 cases)" in headline(of_roads(1), "en")


def test_what_two_reports_name_may_merely_be_mentioned_again():
    """Without a total in either, nobody can say whether it was counted at all."""
    reports = source("2019通报", "2019-12-31"), source("2020通报", "2020-12-31")
    named = [achieved("road", "started", "2019-07-01", report) for report in ("2019通报", "2020通报")]
    made = recorded([on.ProgrammeDefined(PROGRAMME), *reports, project("road"), *named])
    (repeated,) = rows_of(comparison(view(made, as_of=day("2020-12-31")), "zh"), "跨年")

    assert repeated["twice"] == "无从判定：或许只是再次提到"


def test_small_numbers_are_counts_alone(seen):
    """With an interval, and without a percentage that could be ranked."""
    rows = rows_of(figures(seen, "en", by="plan"), "Kept")

    assert [row["group"] for row in rows] == ["2018计划", "2021计划"]
    assert (rows[1]["share"], rows[1]["settled"]) == ("—", 0)
    assert rows[0]["share"] == "0%～8%"


def test_comparisons_say_no_more_than_documents(seen):
    """Totals, plans, sources, years and targets, each with where it stands."""
    report = comparison(seen, "zh", by="domain")
    totals, (taken,) = rows_of(report, "汇总数"), rows_of(report, "接过")
    contested, differing = rows_of(report, "依据之间")
    (repeated,), (target,) = rows_of(report, "跨年"), rows_of(report, "目标")

    assert [(row["fit"], row["itemised"], row["missing"]) for row in totals] == [
        ("可逐项列出", 10, 0),
        ("未能逐项列出", 10, 1),
        ("不作比较", None, None),
    ]
    assert (taken["group"], taken["carried_over"], taken["otherwise"], taken["not_mentioned"]) == (
        "道路",
        1,
        1,
        1,
    )
    assert taken["settled"] == 9
    assert [row["project"] for row in rows_of(report, "未再提")] == ["项目 road 11"]
    assert (contested["about"], differing["about"]) == ("项目 road 10", "汇总数")
    assert (repeated["project"], repeated["twice"]) == ("项目 road 0", "或有重复：两年的汇总数都点名")
    assert (target["observed"], target["standing"], target["why"]) == ("60公里", "未达到", "")
    assert all("#" in row["evidence"] for row in (*totals, contested, differing, repeated, target))
    text = report_text(report)
    assert "更不等于取消" in text
    assert "dropped" in report_text(comparison(seen, "en"))


def test_warnings_name_rule_set_and_evidence(seen):
    """Red by what a document proves; nobody speaks of the last road, so it is grey."""
    report = warning(seen, "zh", default_rules())
    (lit,), (grey,), groups = rows_of(report, "亮灯"), rows_of(report, "灰灯"), rows_of(report, "各组")

    assert "规则集 default 2025.1；承诺亮灯：红 1 · 黄 0 · 灰 1 · 绿 10" in report.heading
    assert (lit["project"], lit["colour"], lit["rules"]) == (
        "项目 road 10",
        "红",
        "start_missed_three_months",
    )
    assert "2020通报" in lit["evidence"]
    assert (grey["project"], grey["achieved"]) == ("项目 road 11", "无据")
    assert [(row["group"], row["colour"], row["reached"], row["behind"]) for row in groups] == [
        ("2018计划", "灰", "10～12", "0～16.7"),
        ("2021计划", "绿", "0～1", "—（案例少于10）"),
    ]


def test_points_are_not_rounded_to_a_rule_that_does_not_hold():
    """Two of 21 roads are 9.5 points: neither ten, nor a light."""
    names = [f"road {number}" for number in range(21)]
    said = [promise(name, "started", "2019-12-31", "2018计划", locator=name) for name in names]
    reached = [achieved(name, "started", "2019-06-01", "2021通报") for name in names[2:]]
    still = [pending(name, "started", "2020-12-31", "2021通报") for name in names[:2]]
    documents = (plan("2018计划", "2018-01-01"), source("2021通报", "2021-01-31"))
    made = [on.ProgrammeDefined(PROGRAMME), *documents, *map(project, names), *said, *reached, *still]
    (row,) = rows_of(warning(view(recorded(made), as_of=day("2020-12-31")), "zh", default_rules()), "各组")

    assert (row["colour"], row["behind"]) == ("绿", "9.5")


def test_the_same_is_data(seen):
    """Every share with its counts, its range and its interval; every light with its entries."""
    (row,) = figures_data(seen, since=day("2018-01-01"))["metrics"]
    plans = comparison_data(seen, by="delivery")["reconciliation"]["plans"]
    lights = warning_data(seen, default_rules())["lights"]

    assert row["hit_rate"]["ratio"] == {"lo": 0.0, "hi": 1 / 12}
    assert set(row["reliability"]) == {"hits", "misses", "of", "ratio", "interval", "is_small"}
    assert plans[0]["groups"][""]["carried_over"] == plans[0]["sequels"]["carried_over"] == 1
    assert all(light["entries"] and light["rule_set"] == "default 2025.1" for light in lights)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("report", [figures, comparison])
def test_reports_without_statements_say_so(language, report):
    """A programme and its documents, and nothing said."""
    empty = view(recorded([on.ProgrammeDefined(PROGRAMME), project("road")]), as_of=day("2021-01-31"))
    sections = report(empty, language).sections

    assert all(section.empty for section in sections if section.columns and not section.rows)
