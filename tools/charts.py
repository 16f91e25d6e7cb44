"""
Draw a ledger's charts into a folder, as SVG: ``python tools/charts.py LEDGER.db FOLDER START END``.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

from milestone_ledger import Ledger
from milestone_ledger.reports import charts


def main(database: str, folder: Path, start: date, end: date) -> None:
    """
    The charts that need no choice of a project, as at the end of ``end``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with Ledger.open(f"sqlite:///{database}") as ledger:
        view = ledger.at(as_of=end)
        lines = [
            ("事后所知", ledger.timeline(start, end)),
            ("当时所知", ledger.timeline(start, end, as_seen=True)),
        ]
        drawn = {
            "progress": charts.progress(view),
            "stages": charts.stages(view, lines),
            "verdicts-by-domain": charts.verdicts(view, "domain"),
            "verdicts-by-unit": charts.verdicts(view, "unit"),
            "totals": charts.totals(view),
        }
        for name, chart in drawn.items():
            charts.save(chart, folder / f"{name}.svg")
    print(f"图表在 {folder}：{'、'.join(f'{name}.svg' for name in drawn)}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(date.fromisoformat, sys.argv[3:5]))
