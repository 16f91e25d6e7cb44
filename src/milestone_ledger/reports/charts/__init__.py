"""
Charts of a view, for a notebook or a file (extra ``charts``).

Each function takes a view and gives an Altair chart. Colours can be told apart by colour-blind readers;
grey always means "not established". Every mark says which statement it rests on when pointed at. A chart
is ``width`` pixels wide with all its margins, is the same whatever fonts a machine has, and shows in a
notebook as a picture; ``save`` writes it as SVG, as a page that needs no network, or as PNG.
"""

from __future__ import annotations

from milestone_ledger.errors import MissingExtraError

try:
    import altair as alt  # noqa: F401 (asked for here once, for all modules below)
    import vl_convert  # noqa: F401
except ImportError as error:
    raise MissingExtraError("milestone-ledger[charts]", ("a chart", "图表")) from error

from milestone_ledger.reports.charts.board import board
from milestone_ledger.reports.charts.counts import counts, totals
from milestone_ledger.reports.charts.frame import Drawing
from milestone_ledger.reports.charts.marks import COLOURS
from milestone_ledger.reports.charts.progress import progress
from milestone_ledger.reports.charts.promises import promised, verdicts
from milestone_ledger.reports.charts.saving import save, svg
from milestone_ledger.reports.charts.stages import stages
from milestone_ledger.reports.charts.trend import trend
from milestone_ledger.reports.charts.waiting import waiting
from milestone_ledger.reports.charts.waterfall import slip_waterfall

__all__ = [
    "COLOURS",
    "Drawing",
    "board",
    "counts",
    "progress",
    "promised",
    "save",
    "slip_waterfall",
    "stages",
    "svg",
    "totals",
    "trend",
    "verdicts",
    "waiting",
]
