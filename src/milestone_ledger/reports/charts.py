"""
Charts of a view, for a notebook or a file (extra ``charts``).

Each function takes a view and gives an Altair chart. Colours can be told apart by colour-blind readers;
grey always means "not established". Sizes and margins are fixed, so a chart saved as SVG looks the same
whatever fonts a machine has; text stays text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from milestone_ledger.display import width
from milestone_ledger.domain.history import Entry
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.errors import Language, MissingExtraError
from milestone_ledger.ledger.grouping import Grouping
from milestone_ledger.ledger.view import View
from milestone_ledger.reports.labels import label, word
from milestone_ledger.reports.statements import cite_text

try:
    import altair as alt
except ImportError as error:
    raise MissingExtraError("altair", ("a chart", "图表")) from error

COLOURS = {
    Verdict.KEPT: "#0072B2",
    Verdict.KEPT_LATE: "#E69F00",
    Verdict.OVERDUE: "#D55E00",
    Verdict.DATE_UNKNOWN: "#8C8C8C",
    Verdict.UNVERIFIED: "#BFBFBF",
    Verdict.NOT_DUE: "#9AD0F5",
    Verdict.WITHDRAWN: "#CC79A7",
}
_MILESTONE_COLOURS = ["#56B4E9", "#0072B2", "#009E73", "#E69F00", "#CC79A7", "#D55E00", "#000000", "#F0E442"]
Drawing = alt.Chart | alt.LayerChart

_CERTAIN, _POSSIBLE = "#0072B2", "#D9D9D9"
_FONTS = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, SimHei, sans-serif"
_ROW = 22
# How wide a terminal column is at the size of the labels, in pixels.
_COLUMN = 6.2


def _values(rows: Iterable[dict[str, Any]]) -> alt.Data:
    return alt.Data(values=list(rows))  # type: ignore[no-untyped-call]


def _finished(chart: Drawing, labels: Iterable[str], title: str) -> Drawing:
    """
    Margins that hold the longest label, and fonts that a Chinese reader has.
    """
    left = min(320, max((round(width(text) * _COLUMN) for text in labels), default=0)) + 16
    finished: Drawing = (
        chart.properties(
            title=title,
            padding={"left": left, "right": 170, "top": 34, "bottom": 40},
            autosize=alt.AutoSizeParams(type="none", contains="content"),
        )
        .configure(font=_FONTS, background="white")
        .configure_axis(labelLimit=320, labelFontSize=12, grid=False, title=None)
        .configure_view(stroke=None)
        .configure_title(anchor="start", frame="group", fontSize=14, offset=12)
        .configure_legend(orient="none", direction="vertical", labelLimit=160, labelFontSize=12, title=None)
    )
    return finished


def _cited(entries: Iterable[Entry]) -> str:
    """
    The first statements that a mark rests on, and how many more there are.
    """
    found = list(entries)
    shown = "；".join(cite_text(entry) for entry in found[:5])
    return f"{shown} … (+{len(found) - 5})" if len(found) > 5 else shown  # noqa: PLR2004 (as many as a tooltip holds)


def promised(view: View, language: Language = "zh") -> Drawing:
    """
    What was promised for when: one mark per year of deadline and milestone, its size the number of promises.

    Of an uncertain deadline the last year is drawn. Only promises that can be judged.
    """
    groups: dict[tuple[str, int], list[Entry]] = {}
    for state in view.promises():
        deadline = state.baseline.deadline
        if not state.chain.is_effort and deadline and deadline.latest and state.chain.milestone:
            key = (state.chain.milestone, deadline.latest.year)
            groups.setdefault(key, []).append(state.chain.baseline)
    steps = [step for step in view.programme.milestone_ids if any(m == step for m, _ in groups)]
    names = [view.programme.milestone_label(step, language) for step in steps]
    rows = [
        {
            "milestone": view.programme.milestone_label(milestone, language),
            "deadline": f"{year}年" if language == "zh" else str(year),
            "count": len(entries),
            "entries": _cited(entries),
        }
        for (milestone, year), entries in sorted(groups.items())
    ]
    base = alt.Chart(_values(rows)).encode(
        x=alt.X("deadline:O", axis=alt.Axis(labelAngle=0)),
        y=alt.Y("milestone:N", sort=names, scale=alt.Scale(domain=names)),
        tooltip=["milestone:N", "deadline:O", "count:Q", "entries:N"],
    )
    marks = base.mark_circle(opacity=0.85, color=_CERTAIN).encode(
        size=alt.Size("count:Q", scale=alt.Scale(range=[120, 1600]), legend=None)
    )
    numbers = base.mark_text(color="white", fontSize=11).encode(text="count:Q")
    title = (
        "何时应做到什么（项数，按期限和节点）" if language == "zh" else "What was promised for when (chains)"
    )
    return _finished((marks + numbers).properties(width=560, height=48 * len(names)), names, title)


def verdicts(
    view: View, by: Grouping = "domain", language: Language = "zh", *, depth: int | None = 1, top: int = 15
) -> Drawing:
    """
    Promises by verdict and group: one bar per group, its parts the verdicts on the baseline.

    Headline promises only. The ``top`` groups with the most promises, largest first; the coverage of each
    stands beside it. ``depth`` cuts domain paths.
    """
    groups = sorted(view.reliability_by(by, depth=depth), key=lambda row: (-len(row.promises), row.group))[
        :top
    ]
    order = list(COLOURS)
    rows = [
        {
            "group": _group_name(view, by, row.group, language),
            "verdict": label(verdict, language),
            "order": order.index(verdict),
            "count": getattr(row.figures, verdict.value),
            "entries": _cited(
                state.chain.baseline for state in row.promises if state.baseline.verdict is verdict
            ),
        }
        for row in groups
        for verdict in order
        if getattr(row.figures, verdict.value)
    ]
    names = [_group_name(view, by, row.group, language) for row in groups]
    known = [label(verdict, language) for verdict in order]
    bars = (
        alt.Chart(_values(rows))
        .mark_bar()
        .encode(
            x=alt.X("count:Q", axis=alt.Axis(format="d", tickMinStep=1)),
            y=alt.Y("group:N", sort=names, scale=alt.Scale(domain=names)),
            color=alt.Color(
                "verdict:N",
                scale=alt.Scale(domain=known, range=list(COLOURS.values())),
                legend=alt.Legend(legendX=520, legendY=0),
            ),
            order=alt.Order("order:Q"),
            tooltip=["group:N", "verdict:N", "count:Q", "entries:N"],
        )
    )
    shares = [
        {
            "group": _group_name(view, by, row.group, language),
            "count": len(row.promises),
            "text": "" if row.figures.coverage is None else f"{row.figures.coverage * 100:.0f}%",
        }
        for row in groups
    ]
    texts = (
        alt.Chart(_values(shares))
        .mark_text(align="left", dx=5, fontSize=12)
        .encode(x="count:Q", y=alt.Y("group:N", sort=names), text="text:N")
    )
    title = (
        f"承诺结果，按{word(by, language)}（右侧为可核率，灰色为无从判定）"
        if language == "zh"
        else f"Promises by {word(by, language)} (coverage at the right; grey is not established)"
    )
    return _finished((bars + texts).properties(width=500, height=_ROW * len(names)), names, title)


def _group_name(view: View, by: Grouping, group: str, language: Language) -> str:
    if by == "delivery" and group:
        return view.programme.delivery_label(group, language)
    return group or word("not_stated", language)


def counts(views: Sequence[tuple[str, View]], language: Language = "zh") -> Drawing:
    """
    How many had reached each milestone, in several named views side by side.

    The blue part is certain; the grey part is possible and not established.
    """
    programme = views[0][1].programme
    rows = []
    for name, view in views:
        for row in view.counts():
            step = programme.milestone_label(row.milestone, language)
            both = {"view": name, "milestone": step, "certain": row.certain, "possible": row.possible}
            rows.append(both | {"kind": word("certain", language), "count": row.certain, "order": 0})
            rest = row.possible - row.certain
            rows.append(both | {"kind": word("possible", language), "count": rest, "order": 1})
    steps = [programme.milestone_label(step, language) for step in programme.milestone_ids]
    names = [name for name, _ in views]
    bars = (
        alt.Chart(_values(rows))
        .mark_bar()
        .encode(
            x=alt.X("count:Q", axis=alt.Axis(format="d")),
            y=alt.Y("milestone:N", sort=steps, scale=alt.Scale(domain=steps)),
            yOffset=alt.YOffset("view:N", sort=names, scale=alt.Scale(domain=names, paddingInner=0.15)),
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(
                    domain=[word("certain", language), word("possible", language)],
                    range=[_CERTAIN, _POSSIBLE],
                ),
                legend=alt.Legend(legendX=560, legendY=0),
            ),
            order=alt.Order("order:Q"),
            tooltip=["view:N", "milestone:N", "certain:Q", "possible:Q"],
        )
    )
    ends = [row | {"text": f"{row['certain']} / {row['possible']}"} for row in rows if row["order"]]
    numbers = (
        alt.Chart(_values(ends))
        .mark_text(align="left", dx=4, fontSize=10)
        .encode(
            x="possible:Q",
            y=alt.Y("milestone:N", sort=steps),
            yOffset=alt.YOffset("view:N", sort=names),
            text="text:N",
        )
    )
    height = (14 * len(names) + 8) * len(steps)
    title = (
        f"各节点：确已达到与至多可能（每组自上而下：{'、'.join(names)}）"
        if language == "zh"
        else f"Milestones, certain and possible (from above: {', '.join(names)})"
    )
    return _finished((bars + numbers).properties(width=500, height=height), steps, title)


def totals(view: View, language: Language = "zh") -> Drawing:
    """
    Official totals against what the ledger can itemise.

    The grey bar is the number reported, the blue one what the ledger can name for certain.
    """
    states = [state for state in view.totals() if state.event.milestones]
    rows = [
        {
            "total": f"{state.event.what}（{state.event.source}）",
            "reported": state.event.count,
            "certain": state.certain,
            "entries": cite_text(state.entry),
        }
        for state in states
    ]
    names = [str(row["total"]) for row in rows]
    base = alt.Chart(_values(rows)).encode(
        y=alt.Y("total:N", sort=names, scale=alt.Scale(domain=names)),
        tooltip=["total:N", "reported:Q", "certain:Q", "entries:N"],
    )
    reported = base.mark_bar(color=_POSSIBLE).encode(x=alt.X("reported:Q", axis=alt.Axis(format="d")))
    certain = base.mark_bar(color=_CERTAIN, height=8).encode(x="certain:Q")
    title = (
        "公布的汇总数（灰）与台账能逐项列出的（蓝）"
        if language == "zh"
        else "Totals as reported (grey) and as the ledger can itemise (blue)"
    )
    return _finished((reported + certain).properties(width=460, height=_ROW * len(names)), names, title)
