"""
A real browser without a network, and pages written to be opened in it.
"""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import sync_playwright

from milestone_ledger import Ledger
from milestone_ledger.cli import main

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")


@pytest.fixture(scope="session")
def browser():
    """
    The browser of the system; without one nothing here is tested, and the run fails.
    """
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.fail("no Chromium on this machine; install it: sudo apt-get install chromium", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found)
        yield browser
        browser.close()


class Opened:
    """
    A page in a window of its own, and all that the browser said and asked for meanwhile.
    """

    def __init__(self, browser, path, width):
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, offline=True, locale="zh-CN"
        )
        self.path = path
        self.context.set_default_timeout(10_000)
        self.page = self.context.new_page()
        self.troubles, self.requests = [], []
        self.page.on("console", lambda message: self.troubles.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("dialog", lambda dialog: self.troubles.append(f"dialog: {dialog.message}"))
        self.page.on("request", lambda request: self.requests.append(request.url))

    def go(self, **asked):
        """
        Open the page at a point of view: ``day``, ``mode``, ``lang``.
        """
        self.page.goto("about:blank")
        address = "&".join(f"{name}={value}" for name, value in asked.items())
        self.page.goto(f"{self.path.as_uri()}#{address}")
        return self.page

    def check(self):
        """
        The console said nothing, and nothing but the file was asked for.
        """
        assert self.troubles == []
        assert {url.partition("#")[0] for url in self.requests} <= {self.path.as_uri(), "about:blank"}


@pytest.fixture
def opened(browser):
    """
    Opens a file; whatever a test does, the page stays silent and alone.
    """
    windows = []

    def open_file(path, *, width=1280):
        windows.append(Opened(browser, path, width))
        return windows[-1]

    yield open_file
    for window in windows:
        window.check()
        window.context.close()


@pytest.fixture(scope="session")
def huitian(tmp_path_factory, request):
    """
    The Huitian example: its page as the command writes it, and the ledger that it is of.
    """
    example = request.config.rootpath / "examples/huitian"
    folder = tmp_path_factory.mktemp("page")
    database, path = folder / "huitian.db", folder / "回天 网页.html"
    assert main(["--db", str(database), "init", str(example / "programme.toml")]) == 0
    assert main(["--db", str(database), "import", str(example), "--yes"]) == 0
    assert main(["--db", str(database), "page", str(path)]) == 0
    with Ledger.open(f"sqlite:///{database}") as ledger:
        yield path, ledger
