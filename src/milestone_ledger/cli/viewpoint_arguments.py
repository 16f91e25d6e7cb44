"""
What commands accept to say from where they look: days, instants, entries.
"""

from __future__ import annotations

import argparse
import re
from datetime import date, datetime

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.errors import LedgerError


def day(text: str) -> date:
    """
    A day of the calendar.
    """
    try:
        found = UncertainDate.parse(text)
    except LedgerError:
        found = None
    if found is None or not found.is_exact or found.latest is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a day; write 2019-08-14 请写明某一天，如 2019-08-14"
        )
    return found.latest


def _position(text: str) -> int | datetime:
    return int(text) if re.fullmatch("[0-9]+", text) else _instant(text)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(
            f"{text!r} is neither an entry number nor an instant such as 2026-11-22T10:00:00Z "
            "请写条目编号，或 2026-11-22T18:00:00+08:00 这样的时刻"
        ) from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} has no time zone; write 2026-11-22T10:00:00Z or +08:00 请写明时区，如末尾加 +08:00"
        )
    return moment


def _shared_instant(text: str) -> datetime:
    if re.fullmatch("[0-9]+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r}: each ledger counts its own entries; write an instant such as 2026-11-22T10:00:00Z "
            "各台账的条目各自编号，请写时刻"
        )
    return _instant(text)


def point_of_view(*, is_period: bool = False, of_several: bool = False) -> argparse.ArgumentParser:
    """
    From where to look: from a day, or, at what changed, from two; at one ledger, or at several.
    """
    looking = argparse.ArgumentParser(add_help=False)
    group = looking.add_argument_group("point of view 视点")
    if is_period:
        group.add_argument(
            "--since", type=day, required=True, metavar="DAY", help="what changed after DAY 起始日（不含）"
        )
        group.add_argument(
            "--until", type=day, metavar="DAY", help="up to and including DAY 截止日（含，默认今天）"
        )
        group.add_argument(
            "--recorded-since",
            type=_position,
            metavar="SEQ|TIME",
            help="also what was entered late since then 另列该条或该时刻以后补录和更正的内容",
        )
    else:
        group.add_argument(
            "--as-of", type=day, metavar="DAY", help="what was true at the end of DAY 状态日（默认今天）"
        )
        group.add_argument(
            "--published-by", type=day, metavar="DAY", help="as published by DAY 仅用截至该日公开的信息"
        )
    position_and_grace(group, of_several=of_several)
    return looking


def position_and_grace(group: argparse._ActionsContainer, *, of_several: bool = False) -> None:
    """
    As of which recording, and how long after its deadline a promise is still in time.
    """
    group.add_argument(
        "--recorded-by",
        type=_shared_instant if of_several else _position,
        metavar="TIME" if of_several else "SEQ|TIME",
        help="as recorded by an entry or instant 仅用截至该条或该时刻入账的内容",
    )
    group.add_argument(
        "--grace", type=int, default=0, metavar="DAYS", help="days after a deadline still in time 宽限天数"
    )
