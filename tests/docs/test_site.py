"""
The documents as `make docs` built them: every public name is there, every link leads somewhere, offline.
"""

from __future__ import annotations

import importlib
import inspect
import json
import pkgutil
import re
import shutil
import subprocess
import zlib
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import milestone_ledger
from milestone_ledger import errors
from milestone_ledger.codec.registry import REGISTRY

pytestmark = pytest.mark.docs

ROOT = Path(__file__).parents[2]
SITE = ROOT / "build/docs"
# These have an ``__all__`` for the package's own use, and nothing for others.
INTERNAL = {"milestone_ledger.cli", "milestone_ledger.public", "milestone_ledger.store.indexes"}
HIDDEN = "-1"  # the priority of a name that another one stands for
FETCHED = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "use": "href"}
IMPORTS = re.compile(r"^ *from (milestone_ledger[\w.]*) import (.+)$", re.MULTILINE)


@cache
def inventory():
    """
    The Python names of the reference, each with its kind and priority.
    """
    data = (SITE / "objects.inv").read_bytes()
    lines = zlib.decompress(data.split(b"\n", 4)[4]).decode().splitlines()
    entries = (re.fullmatch(r"(\S+) py:(\w+) (-?\d+) .*", line) for line in lines)
    return {entry[1]: (entry[2], entry[3]) for entry in entries if entry}


def is_told(module, name):
    """
    Whether a name stands in the reference: where it is imported from, or where it was defined.
    """
    thing = getattr(importlib.import_module(module), name)
    if not inspect.isroutine(thing) and not inspect.isclass(thing) and not inspect.ismodule(thing):
        return f"{module}.{name}" in inventory()
    home = f"{getattr(thing, '__module__', module)}.{getattr(thing, '__qualname__', name)}"
    return f"{module}.{name}" in inventory() or home in inventory()


class Page(HTMLParser):
    """
    What a page refers to, what it has a browser fetch, and the places in it.
    """

    def __init__(self, path):
        super().__init__()
        self.links, self.fetched, self.places = set(), set(), {""}
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.places.add(given.get("id") or "")
        if tag == "a":
            self.links.add(given.get("href") or "")
        elif tag in FETCHED and "canonical" not in (given.get("rel") or ""):
            self.fetched.add(given.get(FETCHED[tag]) or "")


@cache
def pages():
    found = {path.resolve(): Page(path) for path in SITE.rglob("*.html")}
    assert len(found) > 30
    return found


def target(path, link):
    parts = urlsplit(link)
    file = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    return file, unquote(parts.fragment)


def test_every_public_name_is_in_the_reference():
    """
    All that an ``__all__`` of the package names.
    """
    walked = pkgutil.walk_packages(milestone_ledger.__path__, "milestone_ledger.")
    names = [milestone_ledger.__name__, *(info.name for info in walked)]
    modules = [importlib.import_module(name) for name in names if name not in INTERNAL]
    public = [(module.__name__, name) for module in modules for name in getattr(module, "__all__", ())]

    assert len(public) > 200
    assert [".".join(each) for each in public if not is_told(*each)] == []


def test_nothing_private_is_in_the_reference():
    shown = [name for name, (_, priority) in inventory().items() if priority != HIDDEN]
    private = re.compile(r"(^|\.)_(?!_)")

    assert [name for name in shown if private.search(name)] == []


def test_whatever_the_documents_import_is_in_the_reference():
    """
    What a reader is told to use is public.
    """
    texts = [path.read_text("utf-8") for path in [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("README*.md")]]
    found = {
        (module, name.strip().split(" as ")[0])
        for text in texts
        for module, names in IMPORTS.findall(text)
        for name in names.strip("()").split(",")
    }

    assert len(found) > 10
    assert [each for each in found if ".".join(each) not in inventory() and not is_told(*each)] == []


def test_every_event_and_every_error_is_in_the_reference():
    names = {row.event_class.__name__: "milestone_ledger" for row in REGISTRY}
    names |= {name: errors.__name__ for name in errors.__all__ if name.endswith("Error")}

    assert [name for name, module in names.items() if f"{module}.{name}" not in inventory()] == []


def test_every_link_leads_to_a_place():
    lost = []
    for path, page in pages().items():
        for link in page.links:
            if urlsplit(link).scheme:
                continue
            file, place = target(path, link)
            is_there = place in pages()[file].places if file in pages() else file.is_file()
            if not is_there:
                lost.append((path.name, link))

    assert lost == []


def test_nothing_is_fetched_from_a_network():
    """
    Neither by a page nor by a style sheet; every picture is there.
    """
    for path, page in pages().items():
        for fetched in page.fetched:
            if fetched and not fetched.startswith("data:"):
                assert not urlsplit(fetched).netloc, (path.name, fetched)
                assert target(path, fetched)[0].is_file(), (path.name, fetched)
    for sheet in SITE.rglob("*.css"):
        assert not re.search(r"(?:@import|url\()\s*['\"]?(?:https?:)?//", sheet.read_text("utf-8")), (
            sheet.name
        )


def test_chinese_can_be_searched():
    """
    By pairs of characters, in the pages as in the question.
    """
    index = (SITE / "searchindex.js").read_text("utf-8")

    assert '"\\u53f0\\u8d26"' in index or '"台账"' in index


def test_a_question_is_split_as_pages_are(monkeypatch):
    """
    In JavaScript as in Python: what is split otherwise is never found.
    """
    node = shutil.which("node")
    if node is None:
        pytest.fail("the search runs in Node.js here: sudo apt-get install nodejs", pytrace=False)
    monkeypatch.syspath_prepend(ROOT / "docs/_extensions")
    split = importlib.import_module("chinese_search").ChineseSearch({}).split
    questions = [
        "台账",
        "台账2018年",
        "PDF文件",
        "用SQLite存",
        "第3章 《通报》",
        "published_by、as-of",
        "é、Ω",
        "",
    ]
    script = f"const window = {{}};\n{(SITE / '_static/language_data.js').read_text('utf-8')}\n"
    script += f"console.log(JSON.stringify({json.dumps(questions)}.map(splitQuery)))"
    told = subprocess.run([node, "-"], input=script, capture_output=True, encoding="utf-8", check=True)

    assert json.loads(told.stdout) == [split(question) for question in questions]
