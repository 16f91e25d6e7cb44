"""
Every chart that there is, and what stands in one.
"""

from __future__ import annotations

import re

from milestone_ledger.reports import charts

# A mark's tooltip in the SVG, and any text.
TITLES = re.compile(r"<title>([^<]*)</title>")
TEXTS = re.compile(r"<text[^>]*>(?:<title>[^<]*</title>)?([^<]*)<|<tspan[^>]*>([^<]*)<")


def every_chart(view, timelines, project, milestone="started", **settings):
    """
    Each chart by its name; those of one project of ``project``, which must be known.
    """
    return {
        "board": charts.board(view, **settings),
        "progress": charts.progress(view, **settings),
        "stages": charts.stages(view, timelines, **settings),
        "verdicts by domain": charts.verdicts(view, "domain", **settings),
        "verdicts by unit": charts.verdicts(view, "unit", **settings),
        "promised": charts.promised(view, **settings),
        "counts": charts.counts([("甲", view), ("乙", view)], **settings),
        "totals": charts.totals(view, **settings),
        "waiting": charts.waiting(view, milestone, **settings),
    } | (
        {}
        if project is None
        else {
            "trend": charts.trend(view, project, milestone, **settings),
            "slip_waterfall": charts.slip_waterfall(view, project, milestone, **settings),
        }
    )


def layers(chart):
    """
    The specification of every layer, layers of layers included, with its rows.
    """
    spec = chart if isinstance(chart, dict) else chart.to_dict()
    for layer in spec.get("layer", ()):
        yield from layers(layer)
        if "layer" not in layer:
            yield layer


def rows(chart, mark=None):
    """
    The rows of data of all layers, or of those of one kind of mark.
    """
    return [
        row
        for layer in layers(chart)
        if mark in (None, layer["mark"] if isinstance(layer["mark"], str) else layer["mark"]["type"])
        for row in layer["data"]["values"]
        if row
    ]


def texts(svg):
    """
    What can be read in a picture without pointing at anything.
    """
    return [one or other for one, other in TEXTS.findall(svg)]
