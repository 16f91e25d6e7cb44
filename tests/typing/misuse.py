"""
What a type checker must refuse. An ignore that nothing needs is itself an error, so each line here is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from milestone_ledger import Ledger, PromiseMade, UncertainDate, View

DAY = date(2019, 8, 14)


def misread(ledger: Ledger, view: View) -> Iterator[object]:
    ledger.at(DAY)  # type: ignore[call-arg]  # which of the three times?
    ledger.at(as_of="2019-08-14")  # type: ignore[arg-type]
    view.counts(by="colour")  # type: ignore[arg-type]
    yield view.project("安立路").milestone("started").answer.maybe  # type: ignore[attr-defined]
    yield view.reliability().coverage > 0.5  # type: ignore[operator]  # nothing may be settled
    yield view.project("安立路").milestone("started").bounds.hi.year  # type: ignore[union-attr]  # may be open


def miswrite(ledger: Ledger, promise: PromiseMade) -> None:
    ledger.append(promise)  # type: ignore[arg-type]
    promise.project = "安立路"  # type: ignore[misc]  # nothing is overwritten
    PromiseMade(source="2018计划", locator="二", project="安立路", deadline="2019")  # type: ignore[arg-type]
    UncertainDate.parse(2019)  # type: ignore[arg-type]
