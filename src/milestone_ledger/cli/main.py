"""
The entry point of the command line.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run a command, and return its exit code (see ``milestone-ledger --help``).
    """
    is_own_process = argv is None
    if is_own_process:  # what is loaded stays until its end: none of it is garbage, now or later
        gc.disable()
    from milestone_ledger.cli.running import run  # noqa: PLC0415 (this is what loads)

    if is_own_process:
        gc.freeze()
        gc.enable()
    return run(sys.argv[1:] if argv is None else argv)


if __name__ == "__main__":
    sys.exit(main())
