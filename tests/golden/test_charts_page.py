"""
The pictures of the page on charts are what its code draws.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from milestone_ledger import Ledger
from milestone_ledger.reports import charts
from statements import achieved, plan, project, promise, source
from strategies.histories import PROGRAMME

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/how-to/charts.md"
IMAGES = ROOT / "docs/images/charts"
START, END = date(2018, 7, 1), date(2022, 12, 31)
LARGEST = 600_000
# The Huitian documents move no deadline; how a moved one looks is shown of a road made up for the purpose.
MADE_UP = [
    plan("2019计划", "2019-01-15"),
    plan("2020计划", "2020-01-20"),
    plan("2021计划", "2021-01-18"),
    source("2021通报", "2021-11-30"),
    project("某路", name="某路（虚构）"),
    promise("某路", "completed", "2019-12-31", "2019计划"),
    promise("某路", "completed", "2020-10-31", "2020计划"),
    promise("某路", "completed", "2021-06-30", "2021计划"),
    achieved("某路", "completed", "[2021-09-01..2021-11-30]", "2021通报"),
]


@pytest.fixture(scope="module")
def made_up():
    with Ledger.create("sqlite://", PROGRAMME, actor="clerk") as ledger:
        ledger.append(MADE_UP)
        yield ledger.at(as_of=END)


@pytest.fixture(scope="module")
def pictures(ledger, made_up):
    view = ledger.at(as_of=END)
    few = ["北清路快速化改造工程", "安立路快速化改造工程", "黄平西侧路"]
    lines = [
        ("事后所知", ledger.timeline(START, END)),
        ("当时所知", ledger.timeline(START, END, as_seen=True)),
    ]
    return {
        "board": view.board(domain="交通"),
        "trend": made_up.trend("某路", "completed"),
        "progress": view.progress_chart(),
        "stages": charts.stages(view, lines),
        "verdicts": view.reliability_chart("domain"),
        "slip": made_up.slip_chart("某路", "completed"),
        "totals": view.totals_chart(),
        "waiting": view.waiting_chart("started"),
        "narrow": view.board(projects=few, width=400),
    }


def test_pictures_are_what_is_drawn(pictures, request):
    """
    Byte for byte; ``--update-golden`` writes them.
    """
    for name, chart in pictures.items():
        path = IMAGES / f"{name}.svg"
        drawn = charts.svg(chart)
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(drawn, encoding="utf-8")

        assert path.read_text("utf-8") == drawn, name


def test_the_page_shows_each_picture_once_and_tells_what_is_in_it(pictures):
    """
    With a text for those who cannot see it; and the whole stays small.
    """
    shown = re.findall(r"!\[([^\]]+)\]\(\.\./images/charts/(\w+)\.svg\)", PAGE.read_text("utf-8"))

    assert sorted(name for _, name in shown) == sorted(pictures)
    assert all(len(told) > 10 for told, _ in shown)
    assert sum(path.stat().st_size for path in IMAGES.iterdir()) < LARGEST
    assert {path.stem for path in IMAGES.iterdir()} == set(pictures)


def test_the_page_names_every_chart():
    text = PAGE.read_text("utf-8")

    for name in charts.__all__:
        if name.islower() and name != "svg":
            assert f"charts.{name}(" in text, name
