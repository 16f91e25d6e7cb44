"""
The second district: its workbook is what an office would fill in, and what its page says of it is so.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from milestone_ledger import Ledger, Verdict
from milestone_ledger.cli import main
from milestone_ledger.domain.findings import FindingKind
from milestone_ledger.io.intake import plan, read_workbook
from milestone_ledger.io.intake.programme_file import read_programme
from milestone_ledger.reports.labels import label
from milestone_ledger.reports.overview import status
from milestone_ledger.reports.project_page import project_page

WEEK_END = date(2025, 6, 8)


@pytest.fixture(scope="module")
def folder(request):
    return request.config.rootpath / "examples/second-district"


@pytest.fixture(scope="module")
def page(folder):
    return (folder / "README.md").read_text("utf-8")


@pytest.fixture(scope="module")
def seen(tmp_path_factory, folder):
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'office.db'}"
    assert main(["--db", url, "init", str(folder / "programme.toml")]) == 0
    assert main(["--db", url, "import", str(folder / "青石区台账.xlsx"), "--yes"]) == 0
    with Ledger.open(url) as ledger:
        yield ledger.at(as_of=WEEK_END)


def test_the_workbook_reads_without_a_fault(folder):
    """Nothing left out, nothing to warn of, and a second reading adds nothing."""
    tables = read_workbook(folder / "青石区台账.xlsx")
    programme = read_programme(folder / "programme.toml")
    with Ledger.create("sqlite://", programme) as ledger:
        planned = plan(tables, ledger.history(), today=date(2025, 6, 30))
        assert planned.warnings == ()
        ledger.append(planned.events)
        assert plan(tables, ledger.history(), today=date(2025, 6, 30)).is_empty


def test_it_says_that_it_is_invented(folder, page, seen):
    """In the first words, in the title of every report, in each document, and nowhere a real address."""
    assert page.split("\n")[0].endswith("（虚构）")
    assert page.split("\n")[2].startswith("**青石区并不存在。**")
    assert "虚构" in seen.programme.title.zh
    assert "invented" in seen.programme.title.en
    for source in seen.registry.sources.values():
        assert "虚构" in source.issuer
        assert source.link.startswith("https://qingshi.invalid/")
    assert "invalid" in page


def test_it_holds_what_its_page_says(page, seen):
    verdicts = Counter(state.baseline.verdict for state in seen.promises())
    described = seen.project("南塘路").promises[1]

    assert "4 份文件，18 个项目，27 行承诺，23 行进展，1 个汇总数，3 行指标" in page
    assert (len(seen.registry.sources), len(seen.listed)) == (4, 18)
    assert (described.baseline.verdict, described.current.verdict) == (Verdict.KEPT_LATE, Verdict.KEPT)
    assert {*Verdict} == {*verdicts}  # every verdict occurs once at least
    for verdict in (
        Verdict.KEPT_LATE,
        Verdict.OVERDUE,
        Verdict.DATE_UNKNOWN,
        Verdict.UNVERIFIED,
        Verdict.WITHDRAWN,
    ):
        assert label(verdict, "zh") in page


def test_its_findings_are_those_that_its_page_names(seen):
    assert Counter(finding.kind for finding in seen.findings()) == {
        FindingKind.ANSWERED_OTHERWISE: 2,
        FindingKind.TOTAL_NOT_ITEMISED: 1,
        FindingKind.NOT_MENTIONED_AGAIN: 1,
    }


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_milestone_that_no_project_comes_to_is_not_counted(seen, language):
    """Roads have no main structure; nor is a row of noughts any news."""
    shown = status(seen, language)

    for milestone in ("structure_complete", "initiated"):
        assert seen.programme.milestone_label(milestone, language) not in shown
    assert seen.programme.milestone_label("surfaced", language) in shown


def test_what_a_road_has_not_is_not_said_to_be_done(seen):
    """That it is complete implies a main structure, in the order of the programme, but it has none."""
    road = seen.project("青石大街")
    structure = road.milestone("structure_complete")

    assert structure.bounds.hi is not None
    assert not structure.is_expected
    assert road.milestone("completed").is_expected
    assert "主体结构完工" not in project_page(seen, road, "zh")
    assert "主体结构完工" not in road._repr_html_()
    assert seen.project("南塘路").milestone("surfaced").is_expected


def test_a_milestone_that_a_statement_names_is_shown_though_the_mode_does_not_expect_it(seen):
    """Whatever the documents say is said; and what they say of a batch holds for its members."""
    for state in seen.projects():
        named = {getattr(entry.event, "milestone", None) for entry in state.statements} - {None}
        assert named <= {one.milestone for one in state.milestones if one.is_expected}
        for member in state.members:
            expected = {one.milestone for one in seen.project(member).milestones if one.is_expected}
            assert named <= expected
