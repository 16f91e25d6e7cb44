"""
The board: projects × milestones, what was promised for when, and when it was reached as far as one can tell.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import altair as alt
from attrs import frozen

from milestone_ledger.domain.bounds import Answer, Bounds, Evidence
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import ProjectState, PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.inputs import Promised
from milestone_ledger.reports.charts.days import Across, Span, written
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing
from milestone_ledger.reports.charts.marks import (
    BLACK,
    COLOURS,
    FAINT,
    GREEN,
    GREY,
    ROW,
    RowNames,
    Told,
    cited,
    values,
)
from milestone_ledger.reports.charts.uncertain import drawn_between, uncertain_layers
from milestone_ledger.reports.charts.words import word
from milestone_ledger.reports.labels import bounds_text, deadline_text, label

_Marks = tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]
"""
Bars, rings and deadlines.
"""


@frozen(kw_only=True)
class _Row:
    """
    One milestone of one project: its promise, if there is one that can be judged, and its bounds.
    """

    project: ProjectState
    milestone: str
    promise: PromiseState | None
    bounds: Bounds
    answer: Answer

    @property
    def colour(self) -> str:
        if self.promise is not None:
            return COLOURS[self.promise.baseline.verdict]
        return GREEN if self.answer is Answer.YES else GREY

    def deadlines(self) -> tuple[Promised, ...]:
        """
        The deadline first promised, and the last if it is another.
        """
        if self.promise is None:
            return ()
        first, last = map(Promised.of, (self.promise.chain.baseline, self.promise.chain.current))
        return (first,) if first.deadline == last.deadline else (first, last)


def board(
    view: View,
    language: Language = "zh",
    *,
    domain: str = "",
    projects: Collection[str] | None = None,
    width: int = WIDTH,
) -> Drawing:
    """
    One row per promise, and per milestone that a document reports without one.

    A diamond is a deadline, a bar the days within which the milestone was reached; a bar fades towards an
    arrow where an end is open, and its colour is the verdict. A ring on the status day: nothing is known.
    Rows come by project in the order of registration, then by milestone in that of the programme.

    Args:
        view: What to draw.
        language: Of all labels; names of projects stay as they are.
        domain: Only projects of this domain, or of a part of it.
        projects: Only these, by id, name or alias.
        width: Of the whole picture, in pixels.

    Raises:
        UnknownNameError: If there is no such project.
    """
    width = max(width, NARROWEST)
    title = (
        f"看板：承诺与实际（虚线为状态日 {view.as_of}）"
        if language == "zh"
        else f"Board: promised and reached (dashed: as of {view.as_of})"
    )
    rows = list(_rows(view, domain, projects))
    if not rows:
        return nothing(title, word("empty" if not view.listed else "nothing", language), width)
    names = RowNames.of(
        (row.project.project.name for row in rows), width, (_step(view, row, language) for row in rows)
    )
    days = [view.as_of]
    for row in rows:
        days += [day for day in (row.bounds.lo, row.bounds.hi) if day is not None]
        days += [day for promised in row.deadlines() for day in (promised.first, promised.last)]
    span = Span.of(days, fade=True)
    moved = Key("diamond", BLACK, word("current_deadline", language), hollow=True)
    present = dict.fromkeys(row.promise.baseline.verdict for row in rows if row.promise is not None)
    keys = [
        Key("diamond", BLACK, word("first_deadline", language)),
        *([moved] if any(len(row.deadlines()) > 1 for row in rows) else ()),
        Key("triangle-right", GREY, word("open_end", language)),
        Key("circle", GREY, word("unknown_yet", language), hollow=True),
        *(
            Key("square", COLOURS[verdict], label(verdict, language))
            for verdict in COLOURS
            if verdict in present
        ),
    ]
    if any(row.promise is None and row.answer is Answer.YES for row in rows):
        keys.append(Key("square", GREEN, word("reached_no_deadline", language)))
    frame = Frame(title=title, width=width, height=ROW * len(rows), left=names.left, keys=tuple(keys))
    x = span.across(frame.inner, title=word("date", language), **frame.below_axis())
    return frame.finished(_layers(_marks(view, rows, span, language), names, x, view.as_of, language))


def _rows(view: View, domain: str, projects: Collection[str] | None) -> Iterator[_Row]:
    wanted = None if projects is None else {view.project(name).project.id for name in projects}
    for state in view.projects():
        if wanted is not None and state.project.id not in wanted:
            continue
        if domain and not f"{state.project.domain}/".startswith(f"{domain}/"):
            continue
        said = {e.milestone for entry in state.statements if (e := Evidence.of(entry)) is not None}
        for step in state.milestones:
            promised = [
                p for p in state.promises if not p.chain.is_effort and p.chain.milestone == step.milestone
            ]
            for promise in promised:
                bounds = view.bounds(state.project.id, step.milestone, promise.chain.quantity)
                yield _Row(
                    project=state,
                    milestone=step.milestone,
                    promise=promise,
                    bounds=bounds,
                    answer=bounds.answer(view.as_of),
                )
            if not promised and step.milestone in said:
                yield _Row(
                    project=state,
                    milestone=step.milestone,
                    promise=None,
                    bounds=step.bounds,
                    answer=step.answer,
                )


def _step(view: View, row: _Row, language: Language) -> str:
    step = view.programme.milestone_label(row.milestone, language)
    project = row.project.project
    if project.size != 1:
        quantity = None if row.promise is None else row.promise.chain.quantity
        step += f" {quantity or project.size or '?'}{project.measure}"
    return f" · {step}"


def _marks(view: View, rows: list[_Row], span: Span, language: Language) -> _Marks:
    bars, rings, due = [], [], []
    for number, row in enumerate(rows):
        known = _known(view, row, language) | {"row": number, "colour": row.colour}
        drawn = drawn_between(row.bounds.lo, row.bounds.hi, span)
        if drawn is None:
            rings.append(known | {"start": written(view.as_of)})
        else:
            bars.append(known | drawn)
        for place, promised in enumerate(row.deadlines()):
            ends = {"start": written(promised.first), "end": written(promised.last)}
            due.append(known | ends | {"is_first": place == 0})
    return bars, rings, due


def _layers(marks: _Marks, names: RowNames, x: Across, as_of: date, language: Language) -> list[alt.Chart]:
    bars, rings, due = marks
    told = Told.of(
        language, "project", "milestone", "deadline", "promised_in", "achieved", "verdict", "evidence"
    )
    y = names.y()
    guides = (
        alt.Chart(values({"row": row} for row in range(len(names.names)))).mark_rule(color=FAINT).encode(y=y)
    )
    today = alt.Chart(values([{"start": written(as_of)}])).mark_rule(color=BLACK, strokeDash=[3, 3])
    layers = [guides, today.encode(x=x.x("start")), names.layer(language)]
    if bars:
        layers += uncertain_layers(bars, told, x, y, 9)
    if rings:
        ring = told.base(rings).mark_point(shape="circle", filled=False, size=150, strokeWidth=2, opacity=1)
        layers.append(ring.encode(x=x.x("start"), y=y, stroke=alt.Stroke("colour:N", scale=None)))
    if ranges := [mark for mark in due if mark["start"] != mark["end"]]:
        layers.append(
            told.base(ranges).mark_rule(color=BLACK, strokeWidth=2).encode(x=x.x("start"), x2="end", y=y)
        )
    for is_first in (True, False):
        chosen = [mark for mark in due if mark["is_first"] is is_first]
        if chosen:
            diamond = told.base(chosen).mark_point(
                shape="diamond", filled=is_first, color=BLACK, size=70, strokeWidth=1.5, opacity=1
            )
            layers.append(diamond.encode(x=x.x("end"), y=y))
    return layers


def _known(view: View, row: _Row, language: Language) -> dict[str, Any]:
    """
    What each mark of a row tells.
    """
    promise = row.promise
    evidence = row.bounds.entries if promise is None else promise.baseline.entries[1:] or row.bounds.entries
    known = {
        "project": row.project.project.name,
        "milestone": view.programme.milestone_label(row.milestone, language),
        "achieved": bounds_text(row.bounds, language),
        "evidence": cited(evidence, language),
    }
    if promise is not None:
        known |= {
            "deadline": "→".join(deadline_text(each.deadline, language) for each in row.deadlines()),
            "promised_in": cited(promise.chain.promises, language),
            "verdict": label(promise.baseline.verdict, language),
        }
    return known
