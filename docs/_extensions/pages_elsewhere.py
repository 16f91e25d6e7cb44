"""
Pages whose text stands elsewhere in the repository, and links from one place to another.

A page that begins with ``<!-- elsewhere: PATH -->`` shows, in the built documents, the Markdown file or the
notebook at PATH, up to ``<!-- end -->`` or its end; in the repository it shows a link instead.
A link to such a file becomes a link to its page.
A notebook is shown with the output it was committed with; nothing is run.
"""

from __future__ import annotations

import base64
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).parents[1]
MARK = re.compile(r"\A<!-- elsewhere: (\S+) -->.*?(?:<!-- end -->|\Z)", re.DOTALL)
FENCED = re.compile(r"(^[ ]*(`{3,}).*?^[ ]*\2[ ]*$)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[((?:[^\[\]]|!?\[[^\]]*\](?:\([^)]*\))?)*)\]\(([^)\s]+)\)")
REMOTE = re.compile(r"[a-z]+:|#")


@cache
def pages_elsewhere(folder: Path) -> dict[Path, Path]:
    """
    The files elsewhere, each with the page that shows it.
    """
    found = {}
    for page in folder.rglob("*.md"):
        mark = MARK.match(page.read_text("utf-8"))
        if mark:
            found[(page.parent / mark[1]).resolve()] = page
    return found


def text_of(path: Path) -> str:
    """
    A file as Markdown.
    """
    text = path.read_text("utf-8")
    return text if path.suffix != ".ipynb" else "\n\n".join(map(_cell, json.loads(text)["cells"]))


def _cell(cell: dict[str, Any]) -> str:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return source
    caption = source.rstrip().rsplit("\n", 1)[-1]
    return "\n\n".join(
        [f"```python\n{source}\n```", *(_output(output, caption) for output in cell["outputs"])]
    )


def _output(output: dict[str, Any], caption: str) -> str:
    """
    What a cell printed or drew; ``caption`` is what drew it.
    """
    if output["output_type"] == "stream":
        return f"```text\n{''.join(output['text'])}\n```"
    data = output["data"]
    if "text/markdown" in data:
        return "".join(data["text/markdown"])
    drawn = base64.b64encode("".join(data["image/svg+xml"]).encode()).decode()
    said = caption.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return f'<figure class="chart"><img alt="{said}" src="data:image/svg+xml;base64,{drawn}"></figure>'


def relinked(text: str, *, origin: Path, page: Path, shown: dict[Path, Path]) -> str:
    """
    The text of ``origin`` with its links as they must stand in ``page``.

    Of a link to a folder, or to Markdown that no page shows, the words stay.
    """

    def link(match: re.Match[str]) -> str:
        words, target = match[1], match[2]
        words = LINK.sub(link, words) if "](" in words else words
        path, _, anchor = target.partition("#")
        if REMOTE.match(target):
            return f"[{words}]({target})"
        file = (origin.parent / path).resolve()
        is_page = file in shown or file.is_relative_to(DOCS)
        if file.is_dir() or (file.suffix == ".md" and not is_page):
            return words
        where = os.path.relpath(shown.get(file, file), page.parent)
        return f"[{words}]({where}{'#' + anchor if anchor else ''})"

    parts = FENCED.split(text)
    return "".join(
        part if number % 3 == 1 else LINK.sub(link, part)
        for number, part in enumerate(parts)
        if number % 3 != 2  # noqa: PLR2004 (the ticks of a fence, which its text holds)
    )


def _read(app: Sphinx, docname: str, content: list[str]) -> None:
    page = Path(app.env.doc2path(docname)).resolve()
    if page.suffix != ".md":
        return
    shown = pages_elsewhere(Path(app.srcdir))
    mark = MARK.match(content[0])
    if not mark:
        content[0] = relinked(content[0], origin=page, page=page, shown=shown)
        return
    origin = (page.parent / mark[1]).resolve()
    app.env.note_dependency(str(origin))
    text = relinked(text_of(origin), origin=origin, page=page, shown=shown)
    content[0] = text + content[0][mark.end() :]


def setup(app: Sphinx) -> dict[str, Any]:
    """
    Read pages through ``relinked``.
    """
    app.connect("source-read", _read)
    return {"version": "1", "parallel_read_safe": True}
