"""
The page as one file: mark-up, style, script and data, with nothing to be fetched from anywhere.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from datetime import date
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

from milestone_ledger.ledger.view import View
from milestone_ledger.reports.page.content import content
from milestone_ledger.reports.page.days import Progress
from milestone_ledger.reports.page.words import words
from milestone_ledger.reports.table import safe

_SCRIPTS = ("model.js", "parts.js", "board.js", "panels.js", "page.js")


def page(
    view: View, *, root: bytes | None, opens_on: date | None = None, progress: Progress | None = None
) -> bytes:
    """
    The whole page of ``view``; its arguments are those of ``content``.

    Equal entries and arguments give equal bytes: nothing in it depends on a clock.
    """
    return assemble(content(view, root=root, opens_on=opens_on, progress=progress), _title(view))


def assemble(data: dict[str, Any], title: str) -> bytes:
    """
    The file that shows ``data``.

    Its style and script run because their digests are named; no other does, and nothing may be fetched.
    """
    style = _read("page.css")
    script = "".join(map(_read, _SCRIPTS))
    parts = {
        "style": style,
        "style_hash": _digest(style),
        "script": script,
        "script_hash": _digest(script),
        "title": escape(title),
        # Stands until the script runs, so also where none does.
        "opening": escape(" ".join(words()["opening"])),
        # So that no text can end the element that holds it.
        "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
    }
    return re.sub(r"\{(\w+)\}", lambda blank: parts[blank[1]], _read("page.html")).encode()


def _title(view: View) -> str:
    programme = view.registry.programme
    return safe(view.ledger if programme is None else programme.title.zh)


def _read(name: str) -> str:
    return files(__package__).joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
