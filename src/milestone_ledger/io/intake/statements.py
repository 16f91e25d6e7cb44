"""
Rows of 承诺, 进展, 汇总 and 指标 as the statements that they stand for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import TypedDict

from attrs import frozen

from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import (
    Activity,
    ActivityChanged,
    BlockerCleared,
    BlockerRaised,
    Comparator,
    Firmness,
    IndicatorObserved,
    IndicatorTargeted,
    MilestoneAchieved,
    MilestonePending,
    PromiseMade,
    PromiseWithdrawn,
    Scope,
    StatementNoted,
    TotalReported,
)
from milestone_ledger.domain.wording import read_deadline, read_occurred
from milestone_ledger.errors import InvalidValueError
from milestone_ledger.io.intake.cells import Status, read_amount, read_count, read_nth, read_status
from milestone_ledger.io.intake.faults import Faults, Place, RowReader
from milestone_ledger.io.intake.names import Names
from milestone_ledger.io.intake.registrations import complete
from milestone_ledger.io.sheets import (
    FIRMNESS_WORDS,
    INDICATOR_KINDS,
    INDICATORS,
    KIND_RULES,
    PROGRESS,
    PROGRESS_KINDS,
    PROMISES,
    TOTALS,
    KindRule,
)

StatementEvent = (
    PromiseMade
    | PromiseWithdrawn
    | BlockerRaised
    | MilestoneAchieved
    | MilestonePending
    | StatementNoted
    | ActivityChanged
    | BlockerCleared
    | TotalReported
    | IndicatorTargeted
    | IndicatorObserved
)
WithUnits = PromiseMade | BlockerRaised | IndicatorTargeted

_FIELDS: Mapping[str, str] = {"ref": "id", "on": "occurred"}
_TOTAL_FIELDS: Mapping[str, str] = {"ref": "id", "on": "as_of"}
_INDICATOR_FIELDS: Mapping[str, str] = {"ref": "id", "occurred": "day", "deadline": "day"}
_DAY = (
    "write one day, such as 2019-07-01 (for 'up to the end of July', 2019-07-31), or leave the cell empty: "
    "it then counts as of the day of the document",
    "请写确切的一天，如 2019-07-01（“截至7月底”写 2019-07-31）；文件没写明哪一天的，请空着，按发布日记",
)
_NO_DAY = (
    "the source bears no first day, so write the day up to which this was still pending",
    "该依据没有最早日期，请写明截至哪一天仍未达到",
)
# Stands in for the date of a faulty source, whose rows are read for their own faults alone.
_SOME_DAY = UncertainDate.on(date(2000, 1, 1))
_NOT_CORRECTED = (
    "means nothing here: 更正位置 needs 作废@ and a source in 状态, and 更正理由 needs 作废",
    "此格无所指：填“更正位置”须在“状态”写 作废@依据，填“更正理由”须写 作废",
)
_NEVER_CONTESTED = ("only 达到 and 未达到 can be contested (存疑)", "只有“达到”和“未达到”可以标为存疑")


class _Cited(TypedDict):
    """
    What every statement says of itself.
    """

    source: str
    locator: str
    ref: str
    note: str


@frozen(eq=False)
class StatementRow:
    """
    A row and its statement, before it is compared with the ledger.

    ``void`` asks to retract it as a slip, ``corrected_by`` names the source that withdraws it, at the place
    ``corrected_at``; ``reason`` says why. ``nth`` tells rows apart that are otherwise the same (0: blank).
    ``inherits`` tells that the row leaves its responsible units to the rows beside it.
    """

    place: Place
    event: StatementEvent
    void: bool = False
    corrected_by: str | None = None
    corrected_at: str = ""
    reason: str = ""
    nth: int = 0
    inherits: bool = False


def read_statement(place: Place, names: Names, faults: Faults) -> StatementRow | None:
    """
    The statement of a row; ``None`` if the row is faulty, or if that of its source is.
    """
    reader = RowReader(place, faults)
    complete(reader)
    status = reader.read("status", read_status) or Status()
    corrected_by = (
        reader.attempt("status", names.source, status.corrected_by) if status.corrected_by else None
    )
    for column, is_needless in (
        ("corrected_at", not status.corrected_by),
        ("reason", not (status.void or status.corrected_by)),
    ):
        if is_needless and reader.text(column):
            reader.refuse(column, _NOT_CORRECTED)
    source = reader.read("source", names.source)
    published = None if source is None else names.published(source)
    nth = reader.read("nth", read_nth) or 0
    event = _READERS[place.table.sheet.id](reader, names, source or "", published, status)
    if event is None or source is None or published is None or not reader.is_sound:
        return None
    # A document that withdraws its own statement is a slip of the clerk.
    own = corrected_by == source
    return StatementRow(
        place,
        event,
        void=status.void or own,
        corrected_by=None if own else corrected_by,
        corrected_at=reader.text("corrected_at"),
        reason=reader.text("reason"),
        nth=nth,
        inherits=isinstance(event, WithUnits) and not reader.text("responsible"),
    )


def _cited(reader: RowReader, source: str) -> _Cited:
    return {
        "source": source,
        "locator": reader.text("locator"),
        "ref": reader.text("id"),
        "note": reader.text("note"),
    }


def _check_kind(reader: RowReader, kind: str, word: str, status: Status) -> None:
    """
    Refuse blanks where this kind of row needs more, and cells that mean nothing to it.
    """
    rule = KIND_RULES.get((reader.place.table.sheet.id, kind), KindRule())
    for column in rule.needed:
        if not reader.text(column):
            reader.refuse(column, (f"{word} needs this cell", f"“{word}”须填写此格"))
    for column in rule.unused:
        if reader.text(column):
            reader.refuse(
                column,
                (
                    f"means nothing with {word}; clear the cell, or say it in 说明 (note)",
                    f"与“{word}”无关；请清空此格，或写入“说明”",
                ),
            )
    if status.contested and kind not in ("achieved", "pending"):
        reader.refuse("status", _NEVER_CONTESTED)


def _quantity(reader: RowReader, names: Names, project: str | None, meant: Comparator) -> int | None:
    """
    How many of a batch; ``meant`` is what the number means here even if the cell does not say so.
    """

    def read(text: str) -> int:
        count = read_count(text)
        if count.comparator not in (Comparator.EXACTLY, meant):
            raise InvalidValueError(
                "quantity",
                text,
                (
                    f"a number here means {meant.value}; write the bare number",
                    f"此处数字即表示 {meant.value}；请只写数字",
                ),
            )
        measure = names.measure(project)
        if count.measure and measure and count.measure != measure:
            raise InvalidValueError(
                "quantity",
                text,
                (
                    f"the project is counted in {measure}, not in {count.measure}, and units are never "
                    "converted: if the document counts something else, record it as an indicator (指标)",
                    f"该项目以“{measure}”计，不以“{count.measure}”计，量词不作换算："
                    "若文件所计并非同一事物，请记入“指标”",
                ),
            )
        return count.value

    return reader.read("quantity", read)


def _deadline_of(names: Names, published: UncertainDate | None) -> Callable[[str], UncertainDate]:
    """
    What reads a deadline in a document of the day ``published``.
    """
    return partial(read_deadline, published=published or _SOME_DAY, reading=names.programme.reading)


def _promise(
    reader: RowReader, names: Names, source: str, published: UncertainDate | None, status: Status
) -> StatementEvent | None:
    kind = reader.read("firmness", FIRMNESS_WORDS.read) or Firmness.FIRM.value
    _check_kind(reader, kind, FIRMNESS_WORDS.write(kind, "zh"), status)
    project = reader.read("project", names.project)
    milestone = reader.read("milestone", names.milestone)
    deadline = reader.read("deadline", _deadline_of(names, published))
    quantity = _quantity(reader, names, project, Comparator.AT_LEAST)
    units = reader.read("responsible", names.units) or ()
    if project is None:
        return None
    cited = _cited(reader, source)

    def make() -> StatementEvent:
        match kind:
            case "withdrawn":
                return PromiseWithdrawn(
                    **cited, project=project, milestone=milestone or "", quantity=quantity
                )
            case "blocker":
                return BlockerRaised(
                    **cited, project=project, milestone=milestone, deadline=deadline, responsible=units
                )
            case _:
                return PromiseMade(
                    **cited,
                    project=project,
                    milestone=milestone,
                    deadline=deadline,
                    quantity=quantity,
                    firmness=Firmness(kind),
                    responsible=units,
                )

    return reader.build(make, _FIELDS)


def _progress(
    reader: RowReader, names: Names, source: str, published: UncertainDate | None, status: Status
) -> StatementEvent | None:
    kind = reader.read("kind", PROGRESS_KINDS.read)
    if kind is not None:
        _check_kind(reader, kind, PROGRESS_KINDS.write(kind, "zh"), status)
    meant = Comparator.AT_MOST if kind == "pending" else Comparator.AT_LEAST
    project = reader.read("project", names.project)
    milestone = reader.read("milestone", names.milestone)
    occurred = reader.read("occurred", read_occurred)
    quantity = _quantity(reader, names, project, meant)
    if kind is None or project is None or published is None or published.latest is None:
        return None
    if occurred is not None and kind in ("achieved", "noted"):
        is_part = kind == "achieved" and quantity is not None
        reader.attempt("occurred", _check_span, occurred, published.latest, is_part=is_part)
    if kind == "pending" and occurred is None and published.earliest is None:
        reader.refuse("occurred", _NO_DAY)
    day = published.earliest if kind == "pending" else published.latest
    if occurred is not None and kind not in ("achieved", "noted"):
        day = reader.attempt("occurred", _exact, occurred, _NO_DAY if day is None else _DAY)
    cited = _cited(reader, source)
    latest = published.latest

    def make() -> StatementEvent:
        match kind:
            case "achieved":
                return MilestoneAchieved(
                    **cited,
                    project=project,
                    milestone=milestone or "",
                    occurred=occurred or UncertainDate.by(latest),
                    quantity=quantity,
                    contested=status.contested,
                )
            case "pending":
                return MilestonePending(
                    **cited,
                    project=project,
                    milestone=milestone or "",
                    on=day or latest,
                    quantity=quantity,
                    contested=status.contested,
                )
            case "noted":
                return StatementNoted(**cited, project=project, milestone=milestone, occurred=occurred)
            case "cleared":
                return BlockerCleared(**cited, project=project, on=day or latest)
            case _:
                return ActivityChanged(**cited, project=project, activity=Activity(kind), on=day or latest)

    return reader.build(make, _FIELDS)


def _exact(occurred: UncertainDate, remedy: tuple[str, str]) -> date:
    if occurred.earliest is None or not occurred.is_exact:
        raise InvalidValueError("date", str(occurred), remedy)
    return occurred.earliest


def _check_span(occurred: UncertainDate, published: date, *, is_part: bool = False) -> None:
    """
    Refuse days that run on past the publication: the document can mean those before it only.

    A count of a part has no first day.
    """
    first, last = occurred.earliest, occurred.latest
    if last is None or last <= published or (first is not None and first > published):
        return
    meant = UncertainDate(None if is_part else first, published)
    raise InvalidValueError(
        "date",
        str(occurred),
        (
            f"the document was published on {published}, before this span ends: write {meant}",
            f"文件于 {published} 发布，早于该时段结束：请写 {meant}",
        ),
    )


def _total(
    reader: RowReader, names: Names, source: str, published: UncertainDate | None, status: Status
) -> StatementEvent | None:
    _check_kind(reader, "total", "汇总", status)
    count = reader.read("count", read_count)
    milestones = reader.read("milestones", names.milestones) or ()
    scope = reader.read("scope", names.scope) or Scope()
    on = reader.read("as_of", read_occurred) or published
    if count is None or on is None:
        return None
    return reader.build(
        lambda: TotalReported(
            **_cited(reader, source),
            what=reader.text("what"),
            count=count.value,
            on=on,
            comparator=count.comparator,
            measure=count.measure,
            milestones=milestones,
            scope=scope,
        ),
        _TOTAL_FIELDS,
    )


def _indicator(
    reader: RowReader, names: Names, source: str, published: UncertainDate | None, status: Status
) -> StatementEvent | None:
    kind = reader.read("kind", INDICATOR_KINDS.read)
    if kind is not None:
        _check_kind(reader, kind, INDICATOR_KINDS.write(kind, "zh"), status)
    amount = reader.read("value", read_amount)
    project = reader.read("project", names.project)
    units = reader.read("responsible", names.units) or ()
    is_target = kind == "target"
    day = reader.read("day", _deadline_of(names, published) if is_target else read_occurred)
    if kind is None or amount is None or published is None or published.latest is None:
        return None
    latest = published.latest
    if day is not None and not is_target:
        reader.attempt("day", _check_span, day, latest)

    def make() -> StatementEvent:
        if is_target:
            return IndicatorTargeted(
                **_cited(reader, source),
                name=reader.text("name"),
                value=amount.value,
                comparator=amount.comparator,
                measure=amount.measure,
                deadline=day,
                project=project,
                responsible=units,
            )
        return IndicatorObserved(
            **_cited(reader, source),
            name=reader.text("name"),
            value=amount.value,
            # A figure without a day of its own stood so on some day up to the publication.
            occurred=day or UncertainDate.by(latest),
            comparator=amount.comparator,
            measure=amount.measure,
            project=project,
        )

    return reader.build(make, _INDICATOR_FIELDS)


_Reader = Callable[[RowReader, Names, str, UncertainDate | None, Status], StatementEvent | None]
_READERS: Mapping[str, _Reader] = {
    PROMISES.id: _promise,
    PROGRESS.id: _progress,
    TOTALS.id: _total,
    INDICATORS.id: _indicator,
}
