"""
Charts of small ledgers: empty, of one project, of names that mean harm; and files of them.
"""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path

import pytest

from drawn_charts import TITLES, every_chart, layers, rows, texts
from milestone_ledger import Ledger
from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.metrics import turnbull
from milestone_ledger.metrics.wilson import SMALL
from milestone_ledger.reports import charts
from milestone_ledger.reports.charts.days import Span
from milestone_ledger.reports.charts.frame import NARROWEST
from milestone_ledger.reports.charts.room import COLUMN, cut, lines
from statements import achieved, pending, plan, project, promise, source
from strategies.histories import PROGRAMME

END = date(2020, 12, 31)
HOSTILE = "<script>alert(1)</script> & \"一\" '二' {{x}} ${y} </svg> 🚧 \u202e左\u200f右 " + "长" * 200
# What draws with no font that has Chinese letters.
NO_FONTS = "<fontconfig><dir>{}</dir></fontconfig>"


def ledger_of(*events):
    ledger = Ledger.create("sqlite://", PROGRAMME, actor="clerk")
    if events:
        ledger.append(list(events))
    return ledger


def told(key="p", /, unit="交通局", **fields):
    """
    A project promised twice, reported once, and still unsure; and one of which nothing is known.
    """
    return [
        plan("计划", "2018-07-29"),
        plan("再计划", "2019-06-30"),
        source("报告", "2019-12-31"),
        project(key, **fields),
        promise(key, "started", "2018-12-31", "计划", responsible=(unit,)),
        promise(key, "started", "2019-12-31", "再计划", responsible=(unit,)),
        promise(key, "completed", "[2019-12-31..2020-12-31]", "计划", responsible=(unit,)),
        pending(key, "started", "2019-05-31", "报告"),
        achieved(key, "started", "[..2019-12-31]", "报告"),
    ]


def total():
    """
    An official total, so that there is one to draw.
    """
    return [
        on.TotalReported(
            source="报告",
            locator="三",
            what="已开工",
            count=3,
            measure="个",
            milestones=("started",),
            on=UncertainDate.parse("2019-12-31"),
        )
    ]


def drawn(ledger, project=None, **settings):
    span = (date(2018, 7, 1), END)
    timelines = [("事后所知", ledger.timeline(*span)), ("当时所知", ledger.timeline(*span, as_seen=True))]
    return every_chart(ledger.at(as_of=END), timelines, project, **settings)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_charts_of_an_empty_ledger_say_that_there_is_nothing(language):
    with ledger_of() as ledger:
        for name, chart in drawn(ledger, language=language).items():
            said = "".join(texts(charts.svg(chart)))

            assert ("（空）" if language == "zh" else "(empty)") in said, name


def test_a_view_from_before_the_first_entry_can_be_drawn():
    """
    Where not even the programme is known yet.
    """
    with ledger_of() as ledger:
        view = ledger.at(as_of=END, recorded_by=-1)
        for chart in (
            charts.board(view),
            charts.progress(view),
            charts.counts([("", view)]),
            charts.totals(view),
        ):
            assert "（空）" in charts.svg(chart)


@pytest.mark.parametrize(("language", "width"), [("zh", 400), ("en", 1280)])
def test_every_chart_of_one_project_is_a_picture_of_the_width_asked_for(language, width):
    with ledger_of(*told()) as ledger:
        for name, chart in drawn(ledger, "p", language=language, width=width).items():
            picture = ET.fromstring(charts.svg(chart))  # noqa: S314 (our own)

            assert picture.get("width") == str(width), name
            assert chart.to_dict()["description"], name


def test_what_is_too_narrow_to_be_read_is_drawn_wider():
    with ledger_of(*told()) as ledger:
        assert f'width="{NARROWEST}"' in charts.svg(charts.board(ledger.at(as_of=END), width=10))


def test_marks_say_on_what_they_rest():
    """
    Every bar, point, line and band names a source and a place in it, or says that no document decides it.

    There are as many projects as it takes for their waits to be drawn.
    """
    enough = [event for number in range(SMALL) for event in told(f"其他{number}")[3:]]
    with ledger_of(*told(), *enough, *total()) as ledger:
        for name, chart in drawn(ledger, "p").items():
            marks = [layer for layer in layers(chart) if "tooltip" in layer.get("encoding", {})]
            assert marks, name
            for layer in marks:
                titles = {tip["title"] for tip in layer["encoding"]["tooltip"]}
                for row in layer["data"]["values"]:
                    cites = "计划" in row["told"] or "报告" in row["told"] or "没有依据可判定" in row["told"]
                    assert cites or titles == {"名称"}, (name, row)


def test_tooltips_reach_those_who_only_see_the_picture():
    """
    In an SVG each mark has a title, which browsers show.
    """
    with ledger_of(*told()) as ledger:
        titles = TITLES.findall(charts.svg(charts.board(ledger.at(as_of=END))))

    assert any("#" in title and "计划 一1" in title for title in titles)
    assert any("报告 二3" in title for title in titles)


def test_names_stay_whole_and_harmless_wherever_they_stand():
    """
    Markup, directions and length: read as text, in SVG and in a page.
    """
    with ledger_of(*told(HOSTILE, name=HOSTILE)) as ledger:
        for name, chart in drawn(ledger, HOSTILE, width=400).items():
            svg = charts.svg(chart)
            ET.fromstring(svg)  # noqa: S314 (well-formed is what we ask)
            assert "<script" not in svg, name
            assert "\u202e" not in svg, name
            if name == "board":
                assert any("长" * 200 in html.unescape(title) for title in TITLES.findall(svg))


def test_a_page_holds_all_that_draws_it_and_fetches_nothing(tmp_path):
    """
    No script of a name's, no address that is loaded, and a policy that forbids to.
    """
    with ledger_of(*told(HOSTILE, name=HOSTILE)) as ledger:
        path = charts.save(charts.board(ledger.at(as_of=END)), tmp_path / "board.html")

    page = path.read_text("utf-8")
    outside = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    (spec,) = re.findall(r'<script type="application/json" id="spec">(.*?)</script>', page, re.DOTALL)
    assert page.count("<script") == page.count("</script>") == 3
    assert "default-src &#x27;none&#x27;" in page
    assert not re.search(r"\b(?:src|href)\s*=", outside.replace(spec, ""))
    assert "长" * 200 in json.dumps(json.loads(spec), ensure_ascii=False)


def digests(ledger):
    """
    Each chart of a ledger by its name, as a digest of its SVG.
    """
    return {
        name: hashlib.sha256(charts.svg(chart).encode()).hexdigest()
        for name, chart in drawn(ledger, "p").items()
    }


def test_the_same_chart_is_the_same_bytes_in_any_time_zone_and_with_any_fonts(tmp_path):
    """
    Here, and in another process, on the other side of Greenwich, where no font is installed at all.
    """
    script = tmp_path / "draw.py"
    script.write_text(
        "import json\n"
        "from test_charts import digests, ledger_of, told\n"
        "print(json.dumps(digests(ledger_of(*told()))))\n",
        encoding="utf-8",
    )
    config = tmp_path / "fonts.conf"
    config.write_text(NO_FONTS.format(tmp_path), encoding="utf-8")
    folders = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
    place = {"TZ": "America/Los_Angeles", "FONTCONFIG_FILE": str(config)}

    done = subprocess.run(
        [sys.executable, str(script)],
        env=os.environ | place | {"PYTHONPATH": os.pathsep.join(folders)},
        capture_output=True,
        text=True,
        check=True,
    )

    with ledger_of(*told()) as ledger:
        assert json.loads(done.stdout) == digests(ledger)


def png_in(folder, fonts):
    """
    What becomes of a PNG in a process that finds the fonts of ``fonts``.
    """
    script = folder / "png.py"
    script.write_text(
        "import sys\n"
        "import altair as alt\n"
        "from milestone_ledger.errors import NoChineseFontError\n"
        "from milestone_ledger.reports import charts\n"
        "def draw(text):\n"
        "    return alt.Chart(alt.Data(values=[{}])).mark_text(text=text)\n"
        "charts.save(draw('plain'), sys.argv[1] + '/plain.png')\n"
        "try:\n"
        "    charts.save(draw('承诺'), sys.argv[1] + '/chinese.png')\n"
        "except NoChineseFontError as error:\n"
        "    print(error.explain('zh'), error)\n",
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, str(script), str(folder)],
        env=os.environ | fonts,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_no_picture_of_boxes_is_drawn_where_no_chinese_font_is(tmp_path):
    """
    The error says what to install, or what else to save; a picture without Chinese is drawn.
    """
    config = tmp_path / "fonts.conf"
    config.write_text(NO_FONTS.format(tmp_path), encoding="utf-8")

    said = png_in(tmp_path, {"FONTCONFIG_FILE": str(config)})

    assert "fonts-noto-cjk" in said
    assert ".svg" in said
    assert (tmp_path / "plain.png").read_bytes().startswith(b"\x89PNG")
    assert not (tmp_path / "chinese.png").exists()


def test_a_picture_is_drawn_where_a_chinese_font_is(tmp_path):
    """
    On a machine that has one; elsewhere the same call says so.
    """
    said = png_in(tmp_path, {})

    if charts.saving.has_chinese_font():
        assert (tmp_path / "chinese.png").read_bytes().startswith(b"\x89PNG")
    else:
        assert "fonts-noto-cjk" in said


def test_another_ending_is_refused(tmp_path):
    with ledger_of(*told()) as ledger, pytest.raises(InvalidValueError, match="svg"):
        charts.save(charts.board(ledger.at(as_of=END)), tmp_path / "board.jpg")


def test_saved_svg_is_what_a_notebook_shows(tmp_path):
    with ledger_of(*told()) as ledger:
        chart = charts.board(ledger.at(as_of=END))

    saved = charts.save(chart, tmp_path / "board.svg").read_text("utf-8")
    assert chart._repr_mimebundle_() == {"image/svg+xml": saved}


def test_the_board_draws_bounds_as_bars_and_open_ends_as_such():
    """
    Closed bounds are a bar, an open end fades, and where nothing is known a ring stands on the status day.
    """
    events = [
        *told("known"),
        project("vague"),
        promise("vague", "started", "2019-12-31", "计划"),
        achieved("vague", "started", "[..2019-03-01]", "报告"),
        project("still"),
        promise("still", "started", "2019-12-31", "计划"),
        pending("still", "started", "2019-06-30", "报告"),
        project("silent"),
        promise("silent", "started", "2019-12-31", "计划"),
    ]
    with ledger_of(*events) as ledger:
        chart = charts.board(ledger.at(as_of=END))

    bars = {row["project"]: row for row in rows(chart, "bar") if row["milestone"] == "开工"}
    assert {name: row["open"] for name, row in bars.items()} == {
        "项目 known": "both",
        "项目 vague": "earlier",
        "项目 still": "later",
    }
    assert (bars["项目 known"]["start"], bars["项目 known"]["end"]) == (
        "2019-06-01T00:00:00Z",
        "2019-12-31T00:00:00Z",
    )
    silent = [row for row in rows(chart, "point") if row.get("project") == "项目 silent" and "end" not in row]
    assert [row["start"] for row in silent] == ["2020-12-31T00:00:00Z"]
    assert silent[0]["colour"] == charts.COLOURS["unverified"]


def test_the_board_can_be_narrowed_to_projects_and_domains():
    with ledger_of(
        *told("p"), project("q", domain="教育/幼儿园"), promise("q", "started", "2019", "计划")
    ) as ledger:
        view = ledger.at(as_of=END)

        def shown(**settings):
            return {
                row["project"] for row in rows(charts.board(view, **settings), "point") if "project" in row
            }

        assert shown() == {"项目 p", "项目 q"}
        assert shown(domain="教育") == shown(projects=["项目 q"]) == {"项目 q"}
        assert shown(domain="教") == set()


def test_a_waterfall_takes_a_slip_apart():
    """
    What the new deadline absorbed, and what lies beyond it; both as the metrics say.
    """
    events = [*told("p")[:7], achieved("p", "started", "2020-03-01", "晚报")]
    with ledger_of(source("晚报", "2020-06-30"), *events) as ledger:
        view = ledger.at(as_of=END)
        chart = charts.slip_waterfall(view, "p", "started")
        (state,) = [p for p in view.project("p").promises if p.chain.milestone == "started"]

    bars = [(row["start"], row["end"]) for row in rows(chart, "bar") if "open" not in row]
    assert state.slip.lo == state.slip.hi == 426
    assert state.split.openly_late.hi == 61
    assert state.split.absorbed.hi == 365
    assert bars == [(0, 365), (365, 426), (0, 426)]


def waits(followed, vague=0, blank=0):
    """
    Roads that started a day after each other, roads that started at some time, and roads nobody speaks of.
    """
    names = [f"road {number}" for number in range(followed + vague + blank)]
    said = [promise(name, "started", "2020-12-31", "计划", locator=name) for name in names]
    days = [f"2019-01-{number + 1:02}" for number in range(followed)] + vague * ["[2019-01-01..2019-12-31]"]
    said += [
        achieved(name, "started", day, "报告", locator=name) for name, day in zip(names, days, strict=False)
    ]
    return ledger_of(plan("计划", "2018-07-29"), source("报告", "2019-12-31"), *map(project, names), *said)


def test_waits_are_drawn_of_ten_cases_and_counted_of_fewer():
    """
    The curve of those whose days are known needs ten of its own.
    """
    with waits(9, blank=3) as few, waits(10) as followed, waits(9, vague=1) as vague:
        drawn = [charts.waiting(ledger.at(as_of=END), "started") for ledger in (few, followed, vague)]

    told = charts.svg(drawn[0])
    assert "案例少于10，不画比例。涉及项目 12 个" in told
    assert "3 个没有任何依据" in told
    assert rows(drawn[0], "area") == rows(drawn[0], "line") == []
    assert "仍未达到的比例（%）" not in told
    curves = [{row["risk"] for row in rows(chart, "line") if "risk" in row} for chart in drawn]
    assert [len(curve) > 1 for curve in curves] == [False, True, False]
    assert all(rows(chart, "area") for chart in drawn[1:])


@pytest.mark.parametrize(("language", "said"), [("zh", "估计未收敛"), ("en", "It has not converged")])
def test_a_picture_of_waits_says_that_the_estimate_is_rough(monkeypatch, language, said):
    """
    And of a batch that it counts by the member that is spoken of.
    """
    batch = [project("roads", 3), project("lane", member_of="roads")]
    spoken = [
        promise("roads", "started", "2020-12-31", "计划", locator="批"),
        achieved("lane", "started", "2019-03-01", "报告", locator="巷"),
    ]
    with waits(10) as ledger:
        ledger.append([*batch, *spoken])
        pictures = [charts.svg(charts.waiting(ledger.at(as_of=END), "started", language))]
        monkeypatch.setattr(turnbull, "ROUNDS", 3)
        pictures.append(charts.svg(charts.waiting(ledger.at(as_of=END), "started", language)))

    assert [said in picture for picture in pictures] == [False, True]
    told = (
        "11 个（点了成员名的 1 个批次不另计）"
        if language == "zh"
        else "11 projects (batches left to their members: 1)"
    )
    assert all(told in picture for picture in pictures)


def test_whoever_has_no_evidence_may_wait_still_or_not():
    """
    Ten of twenty started by some day: after it none to half may wait, before the first all do for certain.
    """
    with waits(10) as known, waits(10, blank=10) as half:
        bands = [rows(charts.waiting(ledger.at(as_of=END), "started"), "area") for ledger in (known, half)]

    assert [(band[0]["least"], band[0]["most"]) for band in bands] == [(100, 100), (50, 100)]
    assert [(band[-1]["least"], band[-1]["most"]) for band in bands] == [
        (pytest.approx(0), pytest.approx(0, abs=1e-6)),
        (pytest.approx(0), pytest.approx(50)),
    ]


def test_groups_of_few_promises_show_their_number_alone():
    """
    Coverage and reliability need ten that are due; the interval says how far fewer can tell.
    """
    with waits(9) as few, waits(10) as many:
        said = [rows(charts.verdicts(ledger.at(as_of=END)), "text")[-1] for ledger in (few, many)]

    assert [row["text"] for row in said] == ["n=9", "n=10 · 100%"]
    assert [row["coverage"] for row in said] == ["—（案例少于10）", "100%"]
    assert [row["reliability"] for row in said] == ["—（案例少于10）", "100%～100%"]
    assert all(row["wilson"].endswith("～100%") for row in said)


def test_a_trend_has_a_point_for_each_promise():
    with ledger_of(*told()) as ledger:
        points = rows(charts.trend(ledger.at(as_of=END), "p", "started"), "point")

    assert [(row["promised_on"], row["deadline"]) for row in points if "deadline" in row] == [
        ("2018-07-29", "2018-12-31"),
        ("2019-06-30", "2019-12-31"),
    ]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date.min, date.max),
        (date.min, date.min),
        (date.max, date.max),
        (date(2019, 1, 1), date(2019, 1, 1)),
        (date(2018, 12, 31), date(2020, 1, 1)),
    ],
)
def test_axes_have_marks_that_do_not_touch(first, last):
    """
    Of any span, on a narrow picture and on a wide one.
    """
    span = Span.of([first, last])
    for pixels in (120, 900):
        places = [
            (tick - span.first).days * pixels / (span.last - span.first).days for tick in span.ticks(pixels)
        ]
        gaps = [later - earlier for earlier, later in itertools.pairwise(places)]

        assert all(gap > 40 for gap in gaps)


@pytest.mark.parametrize("day", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_can_be_drawn(day):
    """
    As the day of a view, with everything else far away.
    """
    with ledger_of(*told()) as ledger:
        timelines = [("", ledger.timeline(day, day))]
        for name, chart in every_chart(ledger.at(as_of=day), timelines, "p").items():
            assert "NaN" not in charts.svg(chart), name


def test_what_is_missing_is_named():
    """
    Without the extra, the error says which to install.
    """
    script = "import sys; sys.modules['altair'] = None\nimport milestone_ledger.reports.charts"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert "MissingExtraError" in done.stderr
    assert "milestone-ledger[charts]" in done.stderr


def test_lines_break_between_words_and_letters_and_lose_nothing():
    text = "承诺结果，按领域 Promises by verdict and domain " + "x" * 50
    broken = lines(text, 20)

    assert "".join(broken).replace(" ", "") == text.replace(" ", "")
    assert max(len(line) for line in broken) <= 20
    assert cut("一二三四五", 6) == "一二…"
    assert COLUMN > 6
