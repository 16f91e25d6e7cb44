"""
Run the example notebook from top to bottom, and write or check its committed output.

``python tools/notebook.py`` writes it; with ``--check`` nothing is written, and the exit code is 1 if a
fresh run says anything else than what is committed.
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "examples" / "huitian" / "replay.ipynb"
# The picture that the README shows, and the line of the notebook that draws it.
PICTURE = ROOT / "docs" / "images" / "huitian.svg"
DRAWN_BY = 'charts.verdicts(now, "domain")'


def execute(notebook: Any) -> Any:
    """
    The notebook with fresh output: no counts, no times, no warnings of the kernel.
    """
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(NOTEBOOK.parent)}}).execute()
    for cell in notebook.cells:
        cell.metadata.clear()
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = _joined(_plain(o) for o in cell.outputs if o.get("name") != "stderr")
    notebook.metadata.pop("widgets", None)
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def _plain(output: Any) -> Any:
    """
    An output without what differs from run to run, or from machine to machine.
    """
    if "execution_count" in output:
        output.execution_count = None
    data = output.get("data", {})
    if len(data) > 1:
        data.pop("text/plain", None)
    return output


def _joined(outputs: Iterable[Any]) -> list[Any]:
    """
    The outputs, with text that the kernel happened to send in pieces put together.
    """
    joined: list[Any] = []
    for output in outputs:
        if joined and output.output_type == joined[-1].output_type == "stream":
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def picture(notebook: Any) -> str:
    """
    The SVG that the README shows.
    """
    (cell,) = [cell for cell in notebook.cells if cell.source.strip() == DRAWN_BY]
    return str(cell.outputs[0].data["image/svg+xml"])


def main() -> int:
    """
    The entry point.
    """
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    committed = nbformat.read(NOTEBOOK, 4)
    before = json.dumps(committed, ensure_ascii=False, indent=1, sort_keys=True)
    fresh = execute(committed)
    after = json.dumps(fresh, ensure_ascii=False, indent=1, sort_keys=True)
    if not arguments.parse_args().check:
        nbformat.write(fresh, NOTEBOOK)
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(picture(fresh), encoding="utf-8")
        return 0
    before += PICTURE.read_text("utf-8")
    after += picture(fresh)
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), "committed", "fresh", lineterm="")
    shown = [line[:300] for line in lines]
    print("\n".join(shown[:60]))
    return 1 if shown else 0


if __name__ == "__main__":
    sys.exit(main())
