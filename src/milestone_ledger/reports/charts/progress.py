"""
Promised versus achieved over time, as steps: what was due, what is proven, and what may have been.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import altair as alt
from attrs import frozen

from milestone_ledger.domain.bounds import Bounds
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View
from milestone_ledger.metrics.inputs import Promised
from milestone_ledger.reports.charts.days import Span, written
from milestone_ledger.reports.charts.frame import NARROWEST, WIDTH, Drawing, Frame, Key, nothing, side_axis
from milestone_ledger.reports.charts.marks import BLACK, BLUE, PALE_GREY, Told, cited, values
from milestone_ledger.reports.charts.words import word

_LEFT, _HEIGHT = 56, 300


@frozen(kw_only=True)
class _Course:
    """
    One promise of the headline: its entry, its deadline, and when it was reached.
    """

    entry: Entry
    promised: Promised
    bounds: Bounds


def progress(
    view: View,
    language: Language = "zh",
    *,
    milestone: str | None = None,
    domain: str = "",
    width: int = WIDTH,
) -> Drawing:
    """
    How many headline promises were due by each day, and how many of those were certainly or possibly reached.

    Black: due, by the last day of the first deadline. Blue: proven. The grey band reaches from what is proven
    to what nothing excludes; it ends on the status day. Promises taken back in time are left out.

    Args:
        view: What to draw.
        language: Of all labels.
        milestone: Only promises of this one.
        domain: Only projects of this domain, or of a part of it.
        width: Of the whole picture, in pixels.
    """
    width = max(width, NARROWEST)
    step = "" if milestone is None else f" · {view.programme.milestone_label(milestone, language)}"
    scope = f" · {domain}" if domain else ""
    title = (
        f"应达到与确已达到，逐日累计{step}{scope}"
        if language == "zh"
        else f"Promised and reached, day by day{step}{scope}"
    )
    courses = [
        _course(view, state)
        for state in view.promises()
        if state.in_headline
        and state.baseline.verdict is not Verdict.WITHDRAWN
        and milestone in (None, state.chain.milestone)
        and f"{view.registry.projects[state.chain.project].domain}/".startswith(
            f"{domain}/" if domain else ""
        )
    ]
    if not courses:
        return nothing(title, word("no_promise", language), width)
    rows = _rows(courses, view.as_of, language)
    span = Span.of(date.fromisoformat(row["date"]) for row in rows)
    keys = (
        Key("stroke", BLACK, word("due", language)),
        Key("stroke", BLUE, word("certain", language)),
        Key("square", PALE_GREY, word("between", language)),
    )
    note = f"n={len(courses)} · {word('as_of', language)} {view.as_of}"
    frame = Frame(title=title, width=width, height=_HEIGHT, left=_LEFT, keys=keys, notes=(note,), above=24)
    return frame.finished(_layers(rows, view.as_of, span, frame, language))


def _course(view: View, state: PromiseState) -> _Course:
    chain = state.chain
    assert chain.milestone is not None  # noqa: S101 (the headline holds promises that can be judged)
    bounds = view.bounds(chain.project, chain.milestone, chain.quantity)
    return _Course(entry=chain.baseline, promised=Promised.of(chain.baseline), bounds=bounds)


def _rows(courses: Sequence[_Course], as_of: date, language: Language) -> list[dict[str, Any]]:
    """
    The three numbers on each day on which one of them changes, and on the status day.
    """
    due: defaultdict[date, list[Entry]] = defaultdict(list)
    proven: defaultdict[date, list[Entry]] = defaultdict(list)
    opened: defaultdict[date, list[Entry]] = defaultdict(list)
    days = {as_of, min(course.promised.published for course in courses)}
    for course in courses:
        due[course.promised.last].append(course.entry)
        if course.bounds.hi is not None and course.bounds.hi <= as_of:
            proven[course.bounds.hi] += course.bounds.hi_entries
        if course.bounds.lo is not None and course.bounds.lo <= as_of:
            opened[course.bounds.lo] += course.bounds.lo_entries
    return [
        {
            "date": day.isoformat(),
            "at": written(day),
            "due": sum(c.promised.last <= day for c in courses),
            "certain": sum(c.bounds.hi is not None and c.bounds.hi <= day for c in courses),
            "possible": sum(c.bounds.lo is None or c.bounds.lo <= day for c in courses),
            "promised_in": cited(due.get(day, ()), language),
            "evidence": cited((*proven.get(day, ()), *opened.get(day, ())), language),
            "is_known": day <= as_of,
        }
        for day in sorted({*days, *due, *proven, *opened})
    ]


def _layers(
    rows: Iterable[dict[str, Any]], as_of: date, span: Span, frame: Frame, language: Language
) -> list[alt.Chart]:
    rows = list(rows)
    known = [row for row in rows if row["is_known"]]
    side = alt.Axis(format="d", tickMinStep=1, title=word("amount", language), **side_axis(_LEFT))
    x = span.across(frame.inner, title=word("date", language), **frame.below_axis()).x("at")
    most = max(max(row["due"], row["possible"]) for row in rows)
    scale = alt.Scale(domain=[0, most], nice=True)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", scale=scale, axis=side)

    reached = Told.of(language, "date", "certain", "possible", "evidence")
    promised = Told.of(language, "date", "due", "promised_in")
    today = alt.Chart(values([{"at": written(as_of)}])).mark_rule(color=BLACK, strokeDash=[3, 3])
    band = reached.base(known).mark_area(interpolate="step-after", color=PALE_GREY, line=False, opacity=1)
    lines = [
        reached.base(known)
        .mark_line(interpolate="step-after", color=BLUE, strokeWidth=2.5)
        .encode(y=y("certain")),
        promised.base(rows)
        .mark_line(interpolate="step-after", color=BLACK, strokeWidth=1.5)
        .encode(y=y("due")),
    ]
    dots = [
        reached.base(known).mark_point(filled=True, color=BLUE, size=28, opacity=1).encode(y=y("certain")),
        promised.base(rows).mark_point(filled=True, color=BLACK, size=22, opacity=1).encode(y=y("due")),
    ]
    return [
        band.encode(x=x, y=y("possible"), y2="certain"),
        today.encode(x=x),
        *(layer.encode(x=x) for layer in (*lines, *dots)),
    ]
