"""
The page for those who use a keyboard or a screen reader, and on paper.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from page_ledgers import nothing, one_project, page_of

pytestmark = pytest.mark.browser
AXE = "4.14.1"
FIRST = ("language", "earlier", "slider", "later", "day", "known", "share-coverage", "share-reliability")
FIRST += ("tile-kept", "tile-withdrawn", "domain", "unit", "delivery", "verdict", "search", "clear")
FOLDER = Path(__file__).parents[2] / "build" / "axe"


@pytest.fixture(scope="session")
def axe():
    """
    The script of axe-core, fetched once with npm; without it nothing is checked, and the run fails.
    """
    archive = FOLDER / f"axe-core-{AXE}.tgz"
    if not archive.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.fail("axe-core is fetched with npm: sudo apt-get install npm", pytrace=False)
        FOLDER.mkdir(parents=True, exist_ok=True)
        command = [npm, "pack", "--silent", "--pack-destination", str(FOLDER), f"axe-core@{AXE}"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.fail(f"axe-core {AXE} cannot be fetched:\n{done.stderr}", pytrace=False)
    with tarfile.open(archive) as packed:
        return packed.extractfile("package/axe.min.js").read().decode()


def violations(page, axe):
    """
    What is wrong with the page as it stands, and seriously so.
    """
    page.evaluate(axe)
    found = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        (one["id"], one["impact"], [node["html"][:200] for node in one["nodes"][:3]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical", "moderate")
    ]


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_axe_finds_nothing(opened, huitian, axe, width, language):
    """
    On the board of 2019, with the lists open, in the panel of a project and in that of a figure.
    """
    path, _ = huitian
    page = opened(path, width=width).go(day="2019-08-14", mode="known", lang=language)
    page.fill("#search", "北")
    for name in ("due_soon", "overdue", "unverified"):
        page.click(f"#{name} summary")
    page.evaluate("fillAll()")
    assert violations(page, axe) == []
    page.locator("tr.project:not([hidden]) .name").first.click()
    assert violations(page, axe) == []
    page.keyboard.press("Escape")
    page.click("#tile-not_due")
    assert violations(page, axe) == []


@pytest.mark.parametrize("history", [nothing, one_project])
def test_axe_finds_nothing_in_small_ledgers(tmp_path, opened, axe, history):
    path = tmp_path / "small.html"
    path.write_bytes(page_of(history()))

    assert violations(opened(path).go(), axe) == []


def focused(page):
    """
    The id of what has the focus, else its first class, else its kind.
    """
    return page.evaluate(
        "(({ id, className, tagName }) => id || className.split(' ')[0] || tagName)(document.activeElement)"
    )


def test_the_keyboard_reaches_everything_in_the_order_of_the_page(opened, huitian):
    """
    Controls, figures, filters, the board as one stop, lists, totals.
    """
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    stops = []
    for _ in range(80):
        page.keyboard.press("Tab")
        stops.append(focused(page))
    order = [*FIRST, "count", "name", "SUMMARY", "link"]

    assert [stops.index(name) for name in order] == sorted(stops.index(name) for name in order)
    assert stops.count("name") == 1


def test_the_slider_moves_by_the_arrow_keys(opened, huitian):
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    page.focus("#slider")
    page.keyboard.press("ArrowRight")
    assert page.locator("#point").inner_text().startswith("2019-08-15")
    assert page.get_attribute("#slider", "aria-valuetext") == "2019-08-15"
    page.keyboard.press("ArrowLeft")
    assert page.locator("#point").inner_text().startswith("2019-08-14")


def test_arrows_go_about_the_board_and_escape_comes_back(opened, huitian):
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    page.fill("#search", "安立路")
    page.locator("tr.project:not([hidden]) .name").first.focus()
    page.keyboard.press("ArrowRight")
    assert focused(page) == "cell"
    page.keyboard.press("Enter")
    assert page.locator("#panel").is_visible()
    assert page.evaluate("document.getElementById('panel').contains(document.activeElement)")
    page.keyboard.press("Escape")
    assert not page.locator("#panel").is_visible()
    assert focused(page) == "cell"
    page.keyboard.press("Home")
    assert focused(page) == "name"
    page.fill("#search", "")
    first = page.locator("tr.project:not([hidden]) .name").first
    first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.textContent") != first.text_content()
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.textContent") == first.text_content()


def test_what_has_the_focus_can_be_seen(opened, huitian):
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    for _ in range(25):
        page.keyboard.press("Tab")
        style = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid", focused(page)


def test_a_new_day_is_told_to_those_who_listen(opened, huitian):
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    page.click("#later")
    expect(page.locator("#announcement")).to_contain_text("2019-08-15")
    said = page.locator("#announcement").text_content()

    assert re.search(r"可核率 \d+%，兑现率 \d+% 至 \d+%，显示 \d+ 个项目", said)


def pdf_text(path):
    """
    What a printed page says, page by page, and how large a page is in points.
    """
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout
    size = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1], re.search(r"Page size: +([\d.]+) x ([\d.]+)", size).groups()


def test_it_prints_the_headline_and_the_whole_board_and_no_controls(tmp_path, opened, huitian):
    """
    A4 landscape; every project, each page under the heads of the columns.
    """
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    listed = page.locator("tr.project:not([hidden]) .name").all_text_contents()
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    pages, (width, height) = pdf_text(tmp_path / "printed.pdf")
    whole = re.sub(r"\s", "", "".join(pages))

    assert (round(float(width)), round(float(height))) == (842, 595)
    assert "可核率" in pages[0]
    assert "2019-08-14" in pages[0]
    assert all("主体结构完工" in one for one in pages)
    assert all(text not in whole for text in ("清除筛选", "汇总数核对", "要办的事", "English"))
    assert whole.count("期2018-12-31") == page.locator(".due", has_text="期 2018-12-31").count()
    for name in listed:
        assert re.sub(r"\s", "", name)[:6] in whole


def test_what_is_printed_says_what_it_was_filtered_by(tmp_path, opened, huitian):
    path, _ = huitian
    page = opened(path).go(day="2019-08-14", mode="known")
    page.select_option("#domain", value="交通/道路")
    page.select_option("#verdict", label="按期兑现")
    page.fill("#search", "北清路")
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    pages, _ = pdf_text(tmp_path / "printed.pdf")

    assert len(pages) == 1
    assert "已筛选：领域：交通/道路；判定：按期兑现；查找：北清路" in re.sub(r"[ \n]", "", pages[0])


def test_without_its_script_the_page_says_what_to_do(browser, huitian):
    path, _ = huitian
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(path.as_uri())

    assert "请允许本页运行脚本" in page.locator("#opening").inner_text()
    assert "Opening" in page.locator("#opening").inner_text()
    context.close()


def test_the_page_holds_no_handler_and_no_address(huitian):
    """
    Nothing in the mark-up runs, and nothing but the namespace of a document type could be fetched.
    """
    path, _ = huitian
    text = path.read_text("utf-8")
    mark_up = re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL)
    data = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1]

    assert not re.search(r"\son\w+\s*=|javascript:|\sstyle=", mark_up)
    assert not re.search(r"(?:src|href)\s*=", mark_up)
    assert "default-src 'none'" in mark_up
    assert "<" not in data
    assert json.loads(data)["ledger"] == "huitian"
    assert path.stat().st_size < 3_000_000
