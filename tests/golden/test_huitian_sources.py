"""
The example against the five documents themselves: places, names, and what totals can be itemised.

The documents are not part of the project; where they are not at hand, what needs them says so.
"""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from milestone_ledger import Ledger
from milestone_ledger.io import intake

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "huitian"
SOURCES = ROOT.parent / "shared" / "sources"
FILES = {"2018计划": "001", "2018进展": "004", "2019发布会": "002", "2019昌平": "003", "2022计划": "000"}
GOLDEN = Path(__file__).with_name("huitian_totals.json")
NUMERALS = "一二三四五六七八九十"

needs_sources = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="the five documents are not at hand (../shared/sources)"
)


def squeezed(text):
    return "".join(unicodedata.normalize("NFKC", text).split())


def rows(sheet):
    with (EXAMPLE / f"{sheet}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def plan_sections(text):
    """
    Of a plan: chapter → (section) → item, as in 二(三)11; a chapter without items gives 三(二).
    """
    sections, chapter, section, key = {}, "", "", ""
    for line in map(squeezed, text.splitlines()):
        if match := re.match(rf"([{NUMERALS}]+)、", line):
            chapter, section, key = match.group(1), "", match.group(1)
        elif match := re.match(rf"\(([{NUMERALS}]+)\)", line):
            section = match.group(1)
            key = f"{chapter}({section})"
        elif (match := re.match(r"(\d+)\.", line)) and section:
            key = f"{chapter}({section}){match.group(1)}"
        if key:
            sections[key] = sections.get(key, "") + line
    return sections


def speech_sections(text, opening="导语"):
    """
    Of a report: chapter, and in it the opening and 一是, 二是 …; what follows the last chapter is 结语.
    """
    sections, chapter, part = {}, "", ""
    for line in map(squeezed, text.splitlines()):
        if match := re.match(rf"([{NUMERALS}]+)、", line):
            chapter, part = match.group(1), opening
        elif match := re.match(rf"([{NUMERALS}]+是)", line):
            part = match.group(1)
        elif re.match(r"总的来看|今年是落实", line):
            chapter, part = "结语", ""
        elif line.startswith("通过实施“五个一批"):
            chapter, part = "工作安排", ""
        for key in {chapter or opening, f"{chapter}({part})" if part else chapter or opening}:
            sections[key] = sections.get(key, "") + line
    return sections


@pytest.fixture(scope="module")
def sections():
    """
    For each source the text of every place that its structure has.
    """
    texts = {name: next(SOURCES.glob(f"{number}_*")).read_text("utf-8") for name, number in FILES.items()}
    return {
        "2018计划": plan_sections(texts["2018计划"]),
        "2022计划": plan_sections(texts["2022计划"]),
        "2019发布会": speech_sections(texts["2019发布会"]),
        "2019昌平": speech_sections(texts["2019昌平"]),
        "2018进展": {"2末段": squeezed(texts["2018进展"])},
    }


@needs_sources
@pytest.mark.parametrize("sheet", ["承诺", "进展", "汇总", "指标"])
def test_every_place_exists(sections, sheet):
    """
    Each locator is a place that its document has.
    """
    missing = {(row["依据"], row["位置"]) for row in rows(sheet) if row["位置"] not in sections[row["依据"]]}

    assert missing == set()


def likeness(name, text):
    """
    The share of a name's pairs of neighbouring characters that stand in ``text``.

    A group's name begins with the year and verb of its promise (2022年验收接养的…), which isn't counted.
    """
    name = re.sub(r"^20\d\d年[^的]*的", "", squeezed(name))
    pairs = {name[place : place + 2] for place in range(len(name) - 1)}
    return sum(pair in text for pair in pairs) / len(pairs)


@needs_sources
@pytest.mark.parametrize("sheet", ["承诺", "进展"])
def test_every_name_stands_where_its_row_says(sections, sheet):
    """
    A project's name, or one of its aliases, is made of the words of the place cited.
    """
    names = {row["名称"]: [row["名称"], *filter(None, row["别名"].split("；"))] for row in rows("项目")}
    by_alias = {alias: known for known in names.values() for alias in known}

    strange = [
        (row["依据"], row["位置"], row["项目"])
        for row in rows(sheet)
        if max(likeness(name, sections[row["依据"]][row["位置"]]) for name in by_alias[row["项目"]]) < 0.55
    ]

    assert strange == []


@needs_sources
def test_every_number_stands_where_its_row_says(sections):
    """
    A total's or an indicator's number is a number of the place cited.
    """
    strange = []
    for sheet in ("汇总", "指标"):
        for row in rows(sheet):
            number = re.sub(r"^[≥≤≈]", "", row["数值"])
            digits = re.match(r"[0-9.]+", number).group()
            if digits not in sections[row["依据"]][row["位置"]]:
                strange.append((sheet, row["依据"], row["位置"], row["数值"], row["说明"]))

    # 全部, 全覆盖 and 不足半小时 are numbers in words; the note of each says so.
    assert all(re.search("全|半小时", note) for *_, note in strange), strange


@needs_sources
def test_every_plan_item_is_accounted_for(sections):
    """
    Each item of the plans' tasks has a row, or a line in the README that says why not.
    """
    cited = {(row["依据"], row["位置"]) for sheet in ("承诺", "指标") for row in rows(sheet)}
    readme = (EXAMPLE / "README.md").read_text("utf-8")

    for source in ("2018计划", "2022计划"):
        for place in sections[source]:
            if re.fullmatch(r"二\(.\)\d+", place):
                assert (source, place) in cited or f"| {source} | {place} |" in readme, (source, place)


def test_every_total_is_set_against_what_can_be_named(request):
    """
    For each official total: how many the ledger can name, and which; never more than reported.
    """
    tables = intake.read_folder(EXAMPLE)
    with Ledger.create("sqlite://", tables.programme) as ledger:
        ledger.append(intake.plan(tables, ledger.history()).events)
        found = [
            {
                "source": state.event.source,
                "locator": state.event.locator,
                "what": state.event.what,
                "reported": state.event.count,
                "certain": state.certain,
                "possible": state.possible,
                "registered": state.registered,
                "named": list(state.reached),
            }
            for state in ledger.at(as_of=date(2022, 12, 31)).totals()
        ]
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if request.config.getoption("--update-golden"):
        GOLDEN.write_text(text, encoding="utf-8")

    assert text == GOLDEN.read_text("utf-8")
    assert all(row["certain"] is None or row["certain"] <= row["reported"] for row in found)
