"""
What the reference of the API adds to docstrings and mends in signatures, and what aliases are.
"""

from __future__ import annotations

import inspect
import re
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docutils.nodes import Element
    from sphinx.addnodes import pending_xref
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

ALIASES = {
    "Axis": "milestone_ledger.ledger.grouping.Axis",
    "Grouping": "milestone_ledger.ledger.grouping.Grouping",
    "Intent": "milestone_ledger.testing.strategies.intents.Intent",
    "JSON": "milestone_ledger.codec.canonical.JSON",
    "Language": "milestone_ledger.errors.Language",
    "Wrong": "milestone_ledger.testing.strategies.illegal.Wrong",
}


def _values(_app: Sphinx, kind: str, _name: str, thing: object, _options: object, lines: list[str]) -> None:
    if kind == "class" and inspect.isclass(thing) and issubclass(thing, Enum):
        told = ", ".join(f"``{member.name}``" for member in thing)
        lines += ["", f"Members: {told}.", ""]


def _plain(_app: Sphinx, kind: str, _name: str, _thing: object, _options: object, lines: list[str]) -> None:
    """
    Begin the docstring of a property with a comment of nothing: in "the share: …" those are no type.
    """
    if kind in ("attribute", "data", "property"):
        lines[:0] = ["..", ""]


def _named(
    _app: Sphinx,
    _kind: str,
    _name: str,
    _thing: object,
    _options: object,
    signature: str | None,
    returns: str | None,
) -> tuple[str | None, str | None]:
    """
    Name a function that is a default, where its ``<function …>`` is no Python.
    """
    return signature and re.sub(r"<function (\w+)>", r"\1", signature), returns


def _alias(app: Sphinx, env: BuildEnvironment, node: pending_xref, text: Element) -> Element | None:
    """
    What an annotation means that names a type by its alias alone.
    """
    target = ALIASES.get(node.get("reftarget", ""))
    if target is None or node.get("refdomain") != "py":
        return None
    return env.domains["py"].resolve_xref(env, node["refdoc"], app.builder, "data", target, node, text)


def setup(app: Sphinx) -> dict[str, Any]:
    """
    Add to each docstring as it is read.
    """
    app.connect("autodoc-process-docstring", _plain, priority=400)  # before napoleon
    app.connect("autodoc-process-docstring", _values)
    app.connect("autodoc-process-signature", _named)
    app.connect("missing-reference", _alias)
    return {"version": "1", "parallel_read_safe": True}
