"""
Run a command, print its answer, and turn errors into one message and an exit code.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Sequence

from milestone_ledger.cli import commands
from milestone_ledger.cli.arguments import defaults, parser
from milestone_ledger.errors import (
    InconsistentCheckpointError,
    Language,
    LedgerError,
    StoreError,
    TamperedLedgerError,
)
from milestone_ledger.reports.table import safe

OK, REFUSED, USAGE, DATABASE, TAMPERED, INTERRUPTED = 0, 1, 2, 3, 4, 130


def run(words: Sequence[str]) -> int:
    """
    Run the command that ``words`` name, and return the exit code.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    arguments = defaults(parser(words).parse_args(words))
    try:
        answer = commands.run(arguments, columns=_columns())
        if arguments.json and answer.data is not None:
            print(json.dumps(answer.data, ensure_ascii=False, indent=2, allow_nan=False))
        elif answer.text:
            print(answer.text)
        if sys.stdout is not None:
            sys.stdout.flush()
    except LedgerError as error:
        if arguments.debug:
            traceback.print_exc()
        print(_shown(error, arguments.lang), file=sys.stderr)
        return exit_code(type(error))
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing to report, and nowhere to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        said = (
            "已中断；若正在导入，请再导入一次核对"
            if arguments.lang == "zh"
            else "interrupted; import again to check"
        )
        print(said, file=sys.stderr)
        return INTERRUPTED
    return TAMPERED if answer.is_alarm else OK


def exit_code(kind: type[LedgerError]) -> int:
    """
    The exit code of an error.
    """
    if issubclass(kind, TamperedLedgerError | InconsistentCheckpointError):
        return TAMPERED
    return DATABASE if issubclass(kind, StoreError) else REFUSED


def _shown(error: LedgerError, language: Language) -> str:
    """
    The message, with control and direction marks of names in it shown as escapes.

    One line, unless the error is a group of several.
    """
    text = error.explain(language)
    return "\n".join(map(safe, text.split("\n") if isinstance(error, ExceptionGroup) else [text]))


def _columns() -> int | None:
    """
    The width of the terminal; any width where the output is not one, or closed.
    """
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if is_terminal else None
