"""
The documents as they stand in the repository: none is lost.
"""

from __future__ import annotations

import re
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
FOLDERS = (DOCS.parent, *(path for path in DOCS.rglob("*") if path.is_dir()), DOCS)
ELSEWHERE = re.compile(r"\A<!-- elsewhere: (\S+) -->")


def test_every_page_is_linked_from_the_first():
    """
    Directly, or, where it shows a file from elsewhere, by that file; the reference of the API by `make docs`.
    """
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (DOCS / "README.md").read_text("utf-8"))
    linked = {(DOCS / link).resolve() for link in links if "://" not in link}
    for page in DOCS.rglob("*.md"):
        if page.parent.name == "api" or page in (DOCS / "README.md", DOCS / "index.md"):
            continue
        elsewhere = ELSEWHERE.match(page.read_text("utf-8"))
        shown = (page.parent / elsewhere[1]).resolve() if elsewhere else page

        assert shown in linked, page


def test_every_link_leads_to_a_file():
    """
    Of the documents, the READMEs and the pages beside them.
    """
    root = DOCS.parent
    for page in [
        *DOCS.rglob("*.md"),
        *root.glob("*.md"),
        *root.glob("examples/**/*.md"),
        *root.glob("bench/*.md"),
    ]:
        text = re.sub(r"^ *(`{3,}).*?^ *\1 *$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in link and not link.startswith("mailto:"):
                assert (page.parent / link).exists(), (page, link)


def test_code_points_to_pages_that_there_are():
    """
    Docstrings stand in the reference: what they name, a reader must have.
    """
    for path in (DOCS.parent / "src").rglob("*.py"):
        for page in re.findall(r"(?<![\w{/*.])[A-Za-z][\w/.-]*\.md\b", path.read_text("utf-8")):
            assert any((folder / page).is_file() for folder in FOLDERS), (path, page)
