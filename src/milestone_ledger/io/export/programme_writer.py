"""
A ``Programme`` as ``programme.toml``: the inverse of ``programme_file``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from milestone_ledger.domain.programme import BUILT_IN_MILESTONES, BUILT_IN_ORDER, Label, Programme
from milestone_ledger.domain.reading import Reading


def programme_toml(programme: Programme) -> str:
    """
    The text of a file that defines ``programme``; what is built in is left out, as is what is blank.

    A programme that does not begin with what is built in cannot be said in such a file.
    """
    head = [f"id = {_text(programme.id)}", f"title = {_label(programme.title)}"]
    head.append(f"time_zone = {_text(programme.time_zone)}")
    if programme.note:
        head.append(f"note = {_text(programme.note)}")
    if order := [edge for edge in programme.order if edge not in BUILT_IN_ORDER]:
        head += ["order = [", *(f"  {_texts(edge)}," for edge in order), "]"]
    return "\n".join([*head, *_tables(programme)]) + "\n"


def _tables(programme: Programme) -> Iterator[str]:
    for milestone in programme.milestones:
        if milestone not in BUILT_IN_MILESTONES:
            yield from ("", "[[milestones]]", f"id = {_text(milestone.id)}")
            yield f"label = {_label(milestone.label)}"
    for lifecycle in programme.lifecycles:
        yield from ("", "[[lifecycles]]", f"delivery = {_text(lifecycle.delivery)}")
        yield f"label = {_label(lifecycle.label)}"
        yield f"milestones = {_texts(lifecycle.milestones)}"
    for domain in programme.domains:
        yield from ("", "[[domains]]", f"path = {_text(domain.path)}")
        if domain.en:
            yield f"en = {_text(domain.en)}"
    for unit in programme.units:
        yield from ("", "[[units]]", f"name = {_text(unit.name)}")
        if unit.former:
            yield f"former = {_texts(unit.former)}"
        if unit.en:
            yield f"en = {_text(unit.en)}"
    yield from _reading(programme.reading)


def _reading(reading: Reading) -> Iterator[str]:
    for deadline in reading.deadlines:
        yield from ("", "[[reading.deadlines]]", f"words = {_texts(deadline.words)}")
        for name in ("year", "month", "day"):
            if (number := getattr(deadline, name)) is not None:
                yield f"{name} = {number}"
        if deadline.effort:
            yield "effort = true"
    for verb in reading.verbs:
        yield from ("", "[[reading.verbs]]", f"words = {_texts(verb.words)}")
        yield f"milestone = {_text(verb.milestone)}"


def _text(text: str) -> str:
    # A string of JSON is one of TOML, but for DEL, which TOML wants escaped.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _texts(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"


def _label(label: Label) -> str:
    return f"{{ zh = {_text(label.zh)}, en = {_text(label.en)} }}"
