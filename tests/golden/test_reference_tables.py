"""
The pages on events and errors show what the code holds; ``--update-golden`` writes their tables.
"""

from __future__ import annotations

import inspect
import re
from enum import Enum
from pathlib import Path

import attrs
import pytest

from milestone_ledger import errors
from milestone_ledger.cli.running import exit_code
from milestone_ledger.codec.registry import REGISTRY
from milestone_ledger.domain.events import Statement
from milestone_ledger.domain.programme import Domain, Label, Lifecycle, Milestone, Programme, Unit
from milestone_ledger.domain.reading import DeadlineRow, Reading, VerbRow
from milestone_ledger.io.export.programme_writer import programme_toml
from milestone_ledger.io.intake.programme_file import parse_programme

FOLDER = Path(__file__).parents[2] / "docs/reference"
PART = re.compile(r"<!-- (\w[\w ]*) -->\n(.*?)<!-- end -->", re.DOTALL)
COMMON = {field.name for field in attrs.fields(Statement)}
KINDS = {row.event_class.__name__: row for row in REGISTRY}
ERRORS = {
    name: kind
    for name, kind in vars(errors).items()
    if name in errors.__all__ and inspect.isclass(kind) and issubclass(kind, errors.LedgerError)
}


def _told(thing):
    """
    Its docstring, each paragraph on one line, as Markdown.
    """
    paragraphs = (inspect.getdoc(thing) or "").split("\n\n")
    return [" ".join(each.split()).replace("``", "`") for each in paragraphs]


def _default(field):
    if field.default is attrs.NOTHING:
        return "必填 required"
    if isinstance(field.default, attrs.Factory):
        return f"`{field.default.factory.__name__}()`"
    if isinstance(field.default, Enum):
        return f"`{type(field.default).__name__}.{field.default.name}`"
    return f"`{field.default!r}`" if not isinstance(field.default, str) else f'`"{field.default}"`'


def _event(name):
    row = KINDS[name]
    is_statement = issubclass(row.event_class, Statement)
    # As written: what attrs has of them changes once somebody resolves it.
    written = {
        name: text for base in row.event_class.__mro__ for name, text in inspect.get_annotations(base).items()
    }
    fields = [
        f"| `{field.name}` | `{written[field.name]}` | {_default(field)} |".replace(" | None`", " \\| None`")
        for field in attrs.fields(row.event_class)
        if not (is_statement and field.name in COMMON)
    ]
    kind = "陈述 statement · " if is_statement else ""
    head = f"{kind}标记 tag `{row.kind}` · 版本 version {row.version}"
    table = ["| 字段 field | 类型 type | 缺省 default |", "|---|---|---|", *fields]
    return "\n\n".join([head, *_told(row.event_class), "\n".join(table)])


def _error(name):
    kind = ERRORS[name]
    builtin = next(
        (
            f" ({base.__name__})"
            for base in kind.__mro__
            if base.__module__ == "builtins" and base is not Exception
        ),
        "",
    )
    builtin = builtin if builtin != " (BaseException)" else ""
    headline = getattr(kind, "headline", None)
    english, chinese = (headline[1], headline[2]) if headline else (kind.en, kind.zh)
    said = f"{chinese}<br>{english}" if english else "—"
    code = exit_code(kind) if english else "—"
    return f"| `{name}`{builtin} | {' '.join(_told(kind))} | {code} | {said} |"


def _drawn(names):
    if names in KINDS:
        return _event(names)
    head = ["| 错误 error | 何时 when | 退出码 exit code | 怎么说 what it says |", "|---|---|---|---|"]
    return "\n".join([*head, *map(_error, names.split())])


@pytest.mark.parametrize("page", ["events.md", "errors.md"])
def test_the_page_shows_the_code(request, page):
    path = FOLDER / page
    text = path.read_text("utf-8")
    drawn = PART.sub(lambda part: f"<!-- {part[1]} -->\n{_drawn(part[1])}\n<!-- end -->", text)
    if request.config.getoption("--update-golden"):
        path.write_text(drawn, "utf-8")
        return

    assert drawn == text


def test_every_kind_of_event_has_its_section():
    """
    In the order of the registry.
    """
    text = (FOLDER / "events.md").read_text("utf-8")

    assert [part[1] for part in PART.finditer(text)] == list(KINDS)
    assert re.findall(r"^## .*`(\w+)`$", text, re.MULTILINE) == list(KINDS)


def test_every_error_has_its_row():
    """
    Once, in the order of the tree at the top of ``errors``.
    """
    text = (FOLDER / "errors.md").read_text("utf-8")
    shown = [name for part in PART.finditer(text) for name in part[1].split()]
    tree = [name for name in re.findall(r"\w+Error", errors.__doc__) if name in ERRORS]

    assert shown == list(dict.fromkeys(tree))
    assert set(shown) == set(ERRORS)


def test_the_programme_that_is_shown_holds_every_key():
    """
    It is read, no key that it shows may be missing from the table, and none that a programme has from either.
    """
    text = (FOLDER / "files.md").read_text("utf-8")
    (shown,) = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    programme = parse_programme(shown.encode())
    part = text.split("## programme.toml")[1].split("\n## ")[0]
    told = {
        name for row in re.findall(r"^\| .*$", part, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    fields = {
        field.name
        for kind in (Programme, Milestone, Lifecycle, Domain, Unit, Label, Reading, DeadlineRow, VerbRow)
        for field in attrs.fields(kind)
    }

    assert fields - told == set()
    assert fields - set(re.findall(r"\w+", shown)) == set()
    assert parse_programme(programme_toml(programme).encode()) == programme
