"""
``compare``: several programmes of one database side by side.
"""

from __future__ import annotations

from argparse import Namespace
from contextlib import ExitStack

from milestone_ledger.cli.answer import Answer
from milestone_ledger.cli.looking import today
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.ledger import Ledger
from milestone_ledger.ledger.side_by_side import side_by_side
from milestone_ledger.reports.periodic.text import report_text
from milestone_ledger.reports.record.beside import beside, beside_data


def compare(arguments: Namespace, columns: int | None) -> Answer:
    """
    Look at each ledger from the same point; without a status day, that of today where the first one is.

    Raises:
        UnknownLedgerError: If the database does not hold one of them.
        InvalidValueError: If fewer than two are named, or one twice, or ``--ledger`` is given.
    """
    if arguments.ledger is not None:
        raise InvalidValueError(
            "--ledger",
            arguments.ledger,
            ("name the ledgers after 'compare' instead", "请把台账名写在 compare 之后"),
        )
    with ExitStack() as stack:
        ledgers = [stack.enter_context(Ledger.open(arguments.db, ledger=name)) for name in arguments.ledgers]
        as_of = today(ledgers[0], arguments) if arguments.as_of is None else arguments.as_of
        compared = side_by_side(
            ledger.at(
                as_of=as_of,
                published_by=arguments.published_by,
                recorded_by=arguments.recorded_by,
                grace=arguments.grace,
            )
            for ledger in ledgers
        )
    if arguments.json:
        return Answer(data=beside_data(compared, arguments.lang))
    return Answer(text=report_text(beside(compared, arguments.lang), columns))
