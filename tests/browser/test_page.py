"""
The page in a browser: what it shows is what the library answers, and every figure leads to statements.
"""

from __future__ import annotations

import random
import unicodedata
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from milestone_ledger.domain.promises import Verdict
from milestone_ledger.metrics.reconciliation import TotalFit, reconciled_total
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.overview import percent
from milestone_ledger.reports.periodic.drafting import due_soon, judged
from page_ledgers import ATTACKS, attackers, nothing, one_project, page_of, programme_alone
from page_reader import Reader, data_of, day_of

pytestmark = pytest.mark.browser
TILES = ("kept", "kept_late", "overdue", "date_unknown", "unverified", "not_due", "withdrawn")
DAY = date(2019, 8, 14)


def number(page, selector):
    return int(page.locator(selector).inner_text())


def tiles(page):
    return {name: number(page, f"#tile-{name} .tile-count") for name in TILES}


def shares(page):
    """
    Coverage and reliability as they are read.
    """
    found = page.locator(".share-value").all_inner_texts()
    return tuple(found) if found else None


def rows(page):
    return page.locator("#board-body tr.project:not([hidden])")


def expected_shares(figures):
    if figures.coverage is None:
        return None
    if figures.settled < SMALL:
        return 2 * (f"—（案例少于{SMALL}）",)
    least, most = map(percent, figures.reliability)
    return percent(figures.coverage), least if least == most else f"{least} 至 {most}"


def at(ledger, mode, day):
    return ledger.at(as_of=day, published_by=day if mode == "known" else None)


def shown(page):
    """
    Every number of the page, as a reader sees it.
    """
    return {
        "tiles": tiles(page),
        "shares": shares(page),
        "projects": rows(page).count(),
        "lists": {
            name: number(page, f"#{name} .list-count") for name in ("due_soon", "overdue", "unverified")
        },
        "counts": page.locator("#board-head .count > span:first-child").all_inner_texts(),
        "totals": [row.locator("td").all_inner_texts()[:6] for row in page.locator("#totals-body tr").all()],
    }


def answered(view):
    """
    The same numbers as the library answers.
    """
    figures = view.reliability()
    listed = [state for state in judged(view) if not state.after_achievement]
    verdicts = [state.baseline.verdict for state in listed]
    return {
        "tiles": {name: getattr(figures, name) for name in TILES},
        "shares": expected_shares(figures),
        "projects": len(view.listed),
        "lists": {
            "due_soon": len(due_soon(view, 31)),
            "overdue": verdicts.count(Verdict.OVERDUE),
            "unverified": verdicts.count(Verdict.UNVERIFIED),
        },
        "counts": [
            f"{row.certain} / {row.possible}{'+' if row.open_batches else ''} / {row.registered}"
            for row in view.counts()
        ],
        "totals": [
            [
                f"{state.event.comparator.value if state.event.comparator.value != '=' else ''}"
                f"{state.event.count}{state.event.measure}",
                "—" if state.certain is None else str(state.certain),
                str(row.missing) if row.fit is not TotalFit.NOT_COMPARED else "—",
                "—" if state.certain is None else "不限" if state.possible is None else str(state.possible),
                str(state.registered),
                label(row.fit, "zh"),
            ]
            for state in view.totals()
            for row in [reconciled_total(state)]
        ],
    }


def test_twenty_days_show_the_numbers_of_the_library(opened, huitian):
    """
    Any day, also between the days of change and beyond all of them, in both modes.
    """
    path, ledger = huitian
    turns = [day_of(held) for held in Reader(data_of(path.read_bytes())).data["days"]]
    rng = random.Random(20190814)  # noqa: S311 (which days are looked at is no secret)
    days = [rng.choice(turns) + timedelta(rng.choice((-400, -1, 0, 0, 1, 9))) for _ in range(20)]
    window = opened(path)
    for place, day in enumerate(days):
        mode = ("known", "hindsight")[place % 2]
        page = window.go(day=day, mode=mode)

        assert shown(page) == answered(at(ledger, mode, day)), (day, mode)


def test_the_slider_goes_to_a_day_and_shows_its_state(opened, huitian):
    """
    On 14 August 2019 北清路 had started: kept, by what the press conference said.
    """
    path, _ = huitian
    page = opened(path).go(day="2018-12-31", mode="known")
    days = Reader(data_of(path.read_bytes())).data["days"]
    place = [day_of(held) for held in days].index(DAY)
    page.locator("#slider").evaluate(
        "(slider, place) => { slider.value = place; slider.dispatchEvent(new Event('input')); }", place
    )
    page.fill("#search", "北清路快速化改造工程")
    row = rows(page).first.inner_text()

    assert page.input_value("#day") == "2019-08-14"
    assert "2019-08-14" in page.locator("#point").inner_text()
    assert "≤ 2019-08-14" in row
    assert "期 2019-12-31" in row
    assert "按期兑现" in row


def test_buttons_and_the_field_go_to_any_day(opened, huitian):
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    page.click("#later")
    assert page.locator("#point").inner_text().startswith("2019-08-15")
    page.click("#earlier")
    assert page.locator("#point").inner_text().startswith("2019-08-14")
    page.fill("#day", "2019-10-01")
    assert page.locator("#point").inner_text().startswith("2019-10-01")
    page.click("#earlier")
    assert page.locator("#point").inner_text().startswith("2019-08-16")


def test_as_known_that_day_differs_from_hindsight(opened, huitian):
    """
    At the end of 2018 nobody could tell what was said in August 2019.
    """
    path, ledger = huitian
    page = opened(path).go(day="2018-12-31", mode="known")
    then = shown(page)
    page.check("#hindsight")

    assert then == answered(at(ledger, "known", date(2018, 12, 31)))
    assert shown(page) == answered(at(ledger, "hindsight", date(2018, 12, 31)))
    assert then["projects"] != shown(page)["projects"]
    assert then["counts"] != shown(page)["counts"]


@pytest.mark.parametrize("mode", ["known", "hindsight"])
def test_each_filter_shows_the_numbers_of_its_group(opened, huitian, mode):
    """
    The rows left are summed, and the sums are those that the library gives by domain, unit and delivery.
    """
    path, ledger = huitian
    page = opened(path).go(day="2022-04-21", mode=mode)
    view = at(ledger, mode, date(2022, 4, 21))
    for by, field in (("unit", "#unit"), ("delivery", "#delivery"), ("domain", "#domain")):
        for group in sorted(view.reliability_by(by), key=lambda row: -len(row.promises))[:3]:
            if by == "domain":
                choice = {"value": group.group}
            else:
                name = view.programme.delivery_label(group.group) if by == "delivery" else group.group
                choice = {"label": name or "未写明"}
            page.select_option(field, **choice)

            assert tiles(page) == {name: getattr(group.figures, name) for name in TILES}, group.group
            assert shares(page) == expected_shares(group.figures)
        page.select_option(field, value="")
    assert tiles(page) == {name: getattr(view.reliability(), name) for name in TILES}


def test_shares_of_a_selection_are_rounded_as_the_library_rounds(opened, huitian):
    """
    Every share of up to 250 promises, as coverage and as reliability are taken.
    """
    path, _ = huitian
    page = opened(path).go()
    pairs = [(part, whole) for whole in range(1, 251) for part in range(whole + 1)]
    shown_ = page.evaluate(
        "(pairs) => pairs.map(([part, whole]) => [percent(part / whole), percent(1 - part / whole)])", pairs
    )

    assert shown_ == [[percent(part / whole), percent(1 - part / whole)] for part, whole in pairs]


def test_search_finds_ids_names_and_aliases(opened, huitian):
    path, ledger = huitian
    page = opened(path).go(day="2022-04-21", mode="hindsight")
    view = at(ledger, "hindsight", date(2022, 4, 21))
    for words in ("自行车专用路", "北清路", "没有这样的项目"):
        page.fill("#search", words)
        expected = [p for p in view.listed if any(words in name for name in view.registry.projects[p].names)]
        assert rows(page).count() == len(expected)
    assert page.locator("#board-empty").is_visible()
    page.click("#clear")
    assert rows(page).count() == len(view.listed)


def test_the_filter_by_verdict_leaves_projects_with_it(opened, huitian):
    path, ledger = huitian
    page = opened(path).go(day="2022-04-21", mode="hindsight")
    view = at(ledger, "hindsight", date(2022, 4, 21))
    page.select_option("#verdict", label="到期无据")

    expected = {s.chain.project for s in view.promises() if s.baseline.verdict is Verdict.UNVERIFIED}
    assert rows(page).count() == len(expected)
    assert tiles(page) == {name: getattr(view.reliability(), name) for name in TILES}


def test_a_figure_leads_to_the_promises_and_statements_behind_it(opened, huitian):
    """
    Each promise of the list names where it was made and what its verdict rests on.
    """
    path, ledger = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    view = at(ledger, "known", DAY)
    for name in ("coverage", "reliability"):
        page.click(f"#share-{name}")
        assert page.locator("#panel-title").inner_text() == f"到期的承诺：{view.reliability().settled} 项承诺"
        page.keyboard.press("Escape")
    page.click("#tile-kept")
    items = page.locator("#panel-body li.promise").all_inner_texts()
    states = [s for s in view.promises() if s.in_headline and s.baseline.verdict is Verdict.KEPT]

    assert len(items) == len(states) == tiles(page)["kept"]
    for item, state in zip(items, states, strict=True):
        assert view.registry.projects[state.chain.project].name in item
        for entry in (*state.chain.promises, *state.baseline.entries[1:]):
            assert f"#{entry.seq} {entry.event.source} {entry.event.locator}" in item


@pytest.mark.parametrize("mode", ["known", "hindsight"])
def test_a_number_of_a_milestone_leads_to_the_projects_that_it_counts(opened, huitian, mode):
    """
    Their units add up to it, and each names the statements that say so.
    """
    path, ledger = huitian
    page = opened(path).go(day="2019-08-14", mode=mode)
    view = at(ledger, mode, DAY)
    for place, row in enumerate(view.counts()):
        page.locator("#board-head .count").nth(place).click()
        certain, possible = page.locator("#panel h3").all_inner_texts()
        items = page.locator("#panel ul").first.locator("li.promise").all_inner_texts()
        states = [view.project(project) for project in view.counted(row.milestone)]
        reached = [state for state in states if state.milestone(row.milestone).certain]

        assert certain == f"确已达到：{row.certain}"
        assert possible.startswith(f"至多可能：{row.possible}{'+' if row.open_batches else ''}（")
        assert len(items) == len(reached)
        shown_ = set(items)
        for state in reached:
            (item,) = [item for item in shown_ if item.startswith(f"{state.project.name} ")]
            milestone = state.milestone(row.milestone)
            for entry in milestone.bounds.entries if state.project.size == 1 else milestone.count_entries:
                assert f"#{entry.seq} " in item
        page.keyboard.press("Escape")


def test_a_project_leads_to_all_its_statements(opened, huitian):
    """
    As known that day: those published by then; in hindsight all of them.
    """
    path, ledger = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    for mode in ("known", "hindsight"):
        page.check(f"#{mode}")
        page.fill("#search", "北清路快速化改造工程")
        rows(page).first.locator(".name").click()
        shown_ = page.locator("#panel .statements li").all_inner_texts()
        state = at(ledger, mode, DAY).project("北清路快速化改造工程")

        assert len(shown_) == len(state.statements)
        for text, entry in zip(shown_, state.statements, strict=True):
            assert text.startswith(f"#{entry.seq} {entry.published_on} {entry.event.source}")
            assert entry.event.locator in text
        page.keyboard.press("Escape")


def test_an_official_total_leads_to_what_it_is_compared_with(opened, huitian):
    path, ledger = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    (total,) = [t for t in at(ledger, "known", DAY).totals() if t.event.what == "已开工项目"]
    page.locator("#totals-body tr", has_text="已开工项目").locator(".t-certain button").click()
    text = page.locator("#panel").inner_text()

    assert f"确已达到的项目（{len(total.reached)}）" in text
    assert f"统计范围内的项目（{len(total.projects)}）" in text
    assert f"#{total.entry.seq} " in text


def test_what_was_taken_back_is_struck_through_with_by_whom(tmp_path, opened):
    path = tmp_path / "one.html"
    path.write_bytes(page_of(one_project()))
    page = opened(path).go(day="2019-03-01", mode="hindsight")
    rows(page).first.locator(".name").click()
    struck = page.locator("#panel .statements li.taken-back")

    assert struck.count() == 1
    assert struck.locator("del").inner_text().startswith("承诺 完成 2019-12-31")
    assert "已更正：" in struck.inner_text()
    assert "#9 计划" in struck.inner_text()


def test_names_that_are_mark_up_are_shown_as_text(tmp_path, opened):
    """
    On the board, in panels, in filters: nothing of them runs, nothing is lost.
    """
    path = tmp_path / "attack.html"
    path.write_bytes(page_of(attackers()))
    page = opened(path).go(day="2019-06-01", mode="hindsight")

    assert rows(page).count() == len(ATTACKS)
    for place, name in enumerate(ATTACKS):
        seen = name.replace("\u202e", "\\u202e")
        button = rows(page).nth(place).locator(".name")
        assert button.text_content() == f"项目 {seen}"
        button.click()
        panel = page.locator("#panel")
        assert panel.locator("h2").text_content() == f"项目 {seen}"
        assert seen in panel.locator(".statements").text_content()
        page.keyboard.press("Escape")
    page.fill("#search", "<SCRIPT>alert")
    assert rows(page).count() == 1
    assert page.locator("img, script[src], link, iframe").count() == 0


@pytest.mark.parametrize("history", [nothing, programme_alone])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_empty_ledger_says_that_it_is_empty(tmp_path, opened, history, language):
    path = tmp_path / "empty.html"
    path.write_bytes(page_of(history()))
    page = opened(path).go(lang=language)

    words = {"zh": "（空）台账中尚无内容", "en": "(empty) nothing recorded yet"}[language]
    assert page.locator("#notice").inner_text() == words
    assert page.locator("#slider").is_disabled()
    assert set(tiles(page).values()) == {0}
    for button in ("#later", "#earlier", "#language", "#tile-kept"):
        page.click(button, force=True)  # also what says that it does nothing
        page.keyboard.press("Escape")


def test_a_ledger_of_one_project_is_shown_whole(tmp_path, opened):
    path = tmp_path / "one.html"
    path.write_bytes(page_of(one_project()))
    page = opened(path).go(day="2018-11-01", mode="known")

    assert rows(page).count() == 1
    assert "2018-09-30 尚未，其后无据" in rows(page).first.inner_text()
    assert tiles(page)["not_due"] == 2
    page.fill("#day", "2019-03-02")
    assert tiles(page) == dict.fromkeys(TILES, 0) | {"date_unknown": 1, "not_due": 1}
    assert shares(page) == 2 * ("—（案例少于10）",)


def test_both_languages_are_complete(opened, huitian):
    """
    In English nothing is left in Chinese but what documents, projects and units are called.
    """
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known", lang="zh")
    page.click("#language")
    expect(page.locator("#announcement")).to_contain_text("Coverage")

    assert page.locator("html").get_attribute("lang") == "en"
    outside = page.evaluate(
        """() => {
          const left = document.body.cloneNode(true);
          for (const one of left.querySelectorAll(
            'script, noscript, dialog, option, .name, .meta, .due, .cite, #language, #totals-body th, ' +
            '#totals-body .t-reported'
          )) one.remove();
          return [...left.querySelectorAll('*')]
            .filter((one) => !one.children.length && /[\\u4e00-\\u9fff]/.test(one.textContent))
            .map((one) => one.textContent);
        }"""
    )
    assert outside == []
    for element in page.locator("[aria-label]").all():
        assert not any("\u4e00" <= char <= "\u9fff" for char in element.get_attribute("aria-label"))
    page.click("#language")
    assert page.locator("#headline-title").inner_text() == "概要"


@pytest.mark.parametrize(("language", "said"), [("zh", "至迟在这一天"), ("en", "on this day at the latest")])
def test_the_legend_tells_every_sign_of_the_board(opened, huitian, language, said):
    path, _ = huitian
    page = opened(path).go(day="2022-12-31", mode="hindsight", lang=language)
    told = dict(
        zip(
            page.locator("#legend-list dt").all_inner_texts(),
            page.locator("#legend-list dd").all_inner_texts(),
            strict=True,
        )
    )
    shown = page.locator("#board-body").inner_text()
    signs = {char for char in shown if unicodedata.category(char) in {"Sm", "So"} or char in "·～?？"}

    assert {"·", "≤"} <= signs
    assert signs - {sign for term in told for sign in term} == set()
    assert said in told["≤"]
    assert all(told[sign] for sign in ("·", "≤", "～"))


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_is_wider_than_the_window(opened, huitian, width, language):
    """
    No scroll bar at the bottom, and no text that is cut.
    """
    path, _ = huitian
    page = opened(path, width=width).go(day="2022-04-21", mode="hindsight", lang=language)
    page.evaluate("fillAll()")
    for name in ("due_soon", "overdue", "unverified"):
        page.click(f"#{name} summary")
    page.click("#tile-unverified")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    cut = page.evaluate(
        """() => [...document.querySelectorAll('button, th, td, p, dd, li, summary, h1, h2, .chip')]
          .filter((one) => one.offsetParent && !one.classList.contains('unseen'))
          .filter((one) => getComputedStyle(one).display !== 'inline')
          .filter((one) => one.scrollWidth > one.clientWidth + 1)
          .map((one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 60)}`)"""
    )
    assert cut == []
