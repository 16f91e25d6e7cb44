"""
What a row records that often is not what its clerk meant: told in the preview, and stopping nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import Event, PromiseMade
from milestone_ledger.io.intake.faults import Place
from milestone_ledger.io.intake.notes import Warned

Published = Callable[[str], UncertainDate | None]


def past_deadlines(
    events: Sequence[Event], places: Sequence[Place | None], published: Published
) -> Iterator[Warned]:
    """
    Promises of something for a day before their own document: perhaps so, and often a slip of the year.
    """
    for event, place in zip(events, places, strict=True):
        if place is None or not isinstance(event, PromiseMade) or event.deadline is None:
            continue
        said, last = published(event.source), event.deadline.latest
        if said is not None and said.earliest is not None and last is not None and last < said.earliest:
            yield place.warning(
                "deadline",
                place.text("deadline"),
                (
                    f"this deadline ({last}) lies before the document that promises it ({said}); "
                    "check the year",
                    f"期限（{last}）早于作出承诺的文件（{said}）；请核对年份",
                ),
            )
