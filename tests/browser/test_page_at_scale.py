"""
A page of two thousand projects stays fluid: each step of the slider is measured by the browser itself.
"""

from __future__ import annotations

import random
from statistics import median

import pytest
from playwright.sync_api import expect

from page_ledgers import page_of, thousands
from page_reader import Reader, data_of

pytestmark = pytest.mark.browser
COUNT = 2000
# Milliseconds within which a step must be worked out, and laid out by the browser.
FLUID = 100

STEPS = """
(places) => {
  const slider = document.getElementById('slider');
  return places.map((place) => {
    const before = performance.now();
    slider.value = place;
    slider.dispatchEvent(new Event('input'));
    document.body.getBoundingClientRect();
    return performance.now() - before;
  });
}
"""

SHOWN_STALE = """
[...document.querySelectorAll('tr.stale td')]
  .filter((cell) => getComputedStyle(cell).visibility !== 'hidden').length
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """
    The page, and the reader of its data.
    """
    path = tmp_path_factory.mktemp("large") / "large.html"
    path.write_bytes(page_of(thousands(COUNT)))
    return path, Reader(data_of(path.read_bytes()))


def steps(page, places):
    """
    What a step to each place takes: the least of four, as what else the machine does only adds to it.
    """
    rounds = [page.evaluate(STEPS, places) for _ in range(4)]
    return [min(taken) for taken in zip(*rounds, strict=True)]


@pytest.mark.parametrize("mode", ["known", "hindsight"])
def test_a_step_of_the_slider_takes_less_than_a_tenth_of_a_second(opened, large, mode):
    """
    To the next day, and to any: with every row filled.
    """
    path, reader = large
    page = opened(path).go(mode=mode)
    expect(page.locator("tr.stale:not([hidden])")).to_have_count(0, timeout=60_000)
    last = len(reader.data["days"]) - 1
    rng = random.Random(mode)  # noqa: S311 (which days are looked at is no secret)
    start = rng.randrange(last - 25)
    near = steps(page, list(range(start, start + 25)))
    far = steps(page, rng.sample(range(last), 25))
    assert median(near) < FLUID
    assert median(far) < FLUID


def test_every_row_shows_its_day_wherever_one_scrolls(opened, large):
    """
    Rows far away are filled when they come near, and none ever shows another day.
    """
    path, reader = large
    page = opened(path).go(mode="hindsight", day="2019-01-01")
    page.evaluate(STEPS, [0, len(reader.data["days"]) - 1])
    rows = page.locator("#board-body tr.project:not([hidden])")
    assert rows.count() == COUNT
    page.evaluate("document.getElementById('lists').scrollIntoView({block: 'end'})")
    last = rows.last
    last.scroll_into_view_if_needed()
    page.wait_for_function(
        """() => [...document.querySelectorAll('#board-body tr.project:not([hidden])')]
          .filter((row) => {
            const box = row.getBoundingClientRect();
            return box.bottom > 0 && box.top < innerHeight;
          }).every((row) => !row.classList.contains('stale'))"""
    )

    assert "2021" in last.inner_text() or "2020" in last.inner_text()
    assert page.evaluate(SHOWN_STALE) == 0
    expect(page.locator("tr.stale:not([hidden])")).to_have_count(0, timeout=60_000)


def test_a_long_list_is_shown_a_hundred_at_a_time(opened, large):
    path, _ = large
    page = opened(path).go(mode="hindsight", day="2021-12-31")
    page.click("#tile-kept")
    items = page.locator("#panel-body li.promise")
    count = int(page.locator("#tile-kept .tile-count").inner_text())

    assert count > items.count() == 100
    page.click("#panel-body li.more button")
    assert items.count() == 200
    assert page.evaluate(
        "document.activeElement === document.querySelectorAll('#panel-body li.promise button')[100]"
    )


def test_a_filter_and_a_search_are_fluid_too(opened, large):
    path, _ = large
    page = opened(path).go(mode="hindsight", day="2021-12-31")
    taken = page.evaluate(
        """() => ['p1', 'p19', 'p199', 'p1999', ''].map((words) => {
          const search = document.getElementById('search');
          const before = performance.now();
          search.value = words;
          search.dispatchEvent(new Event('input'));
          document.body.getBoundingClientRect();
          return performance.now() - before;
        })"""
    )

    assert median(taken) < FLUID
    page.fill("#search", "p1999")
    assert page.locator("#board-body tr.project:not([hidden])").count() == 1
