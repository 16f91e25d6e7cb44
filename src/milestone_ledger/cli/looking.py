"""
From where a command looks at a ledger.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from milestone_ledger.cli.answer import Answer, open_ledger
from milestone_ledger.ledger import Ledger, View
from milestone_ledger.ledger.rows import plain
from milestone_ledger.reports import overview


def look(arguments: Namespace, data: Callable[[View], dict[str, Any]], text: Callable[[View], str]) -> Answer:
    """
    Answer from a view: as data with ``--json``, else as text.
    """
    with open_ledger(arguments) as ledger:
        view = view_of(ledger, arguments)
        if arguments.json:
            return Answer(data=seen(view, **data(view)))
        return Answer(text=text(view))


def view_of(ledger: Ledger, arguments: Namespace) -> View:
    """
    The view that the arguments name; without a status day, that of today, which it says.
    """
    as_of = arguments.as_of
    return ledger.at(
        as_of=today(ledger, arguments) if as_of is None else as_of,
        published_by=arguments.published_by,
        recorded_by=arguments.recorded_by,
        grace=arguments.grace,
    )


def today(ledger: Ledger, arguments: Namespace, option: str = "--as-of") -> date:
    """
    Today where the programme is; says that it was taken from the clock, as ``option`` was not given.
    """
    programme = ledger.programme
    zone = ZoneInfo(programme.time_zone) if programme else UTC
    day = datetime.now(zone).date()
    if not arguments.json:
        print(overview.today_line(day, arguments.lang, option), file=sys.stderr)
    return day


def seen(view: View, **parts: Any) -> dict[str, Any]:
    """
    The point of view, then the parts of the answer; ``size`` is how many entries the view takes in.
    """
    return {
        "ledger": view.ledger,
        "as_of": view.as_of.isoformat(),
        "published_by": plain(view.viewpoint.published_by),
        "size": view.viewpoint.recorded_by,
        "grace": view.grace,
        **parts,
    }
