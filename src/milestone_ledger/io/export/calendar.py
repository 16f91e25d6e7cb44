"""
Deadlines as an iCalendar (RFC 5545) that any calendar program subscribes to: those without a result yet.

An event lies on the last day of its deadline, all day long. Its title tells what is not yet due from what
is due without evidence, which is not the same as late.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date
from typing import Final

from milestone_ledger.domain.blockers import BlockerState
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.events import BlockerRaised
from milestone_ledger.domain.promises import Verdict
from milestone_ledger.io.export.exchange import (
    Exchange,
    cited,
    known,
    last_recorded,
    promised,
    quantity_text,
    span,
    unit_name,
)
from milestone_ledger.io.export.losses import Loss, LossKind, losses
from milestone_ledger.ledger.states import PromiseState
from milestone_ledger.ledger.view import View

# What has no result yet.
_OPEN: Final = (Verdict.NOT_DUE, Verdict.OVERDUE, Verdict.UNVERIFIED)
_LOST: Final = (
    LossKind.EMPTY,
    LossKind.RECORDING,
    LossKind.RETRACTED,
    LossKind.CONTESTED,
    LossKind.UNCERTAIN_DEADLINE,
    LossKind.QUANTITY,
    LossKind.SUPERSEDED,
    LossKind.FIRMNESS,
    LossKind.EFFORT,
    LossKind.WITHDRAWN,
    LossKind.NOT_IN_FORCE,
    LossKind.NOTED,
    LossKind.ACTIVITY,
    LossKind.TARGET,
    LossKind.TOTAL,
)
# A line has at most so many octets, its break not counted.
_LONGEST_LINE: Final = 75
_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": "\\n"}
    # No other control character may stand in a calendar: its picture does.
    | {chr(code): chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\t\n\r"}
    | {"\x7f": "\u2421"}
)


def calendar(view: View, name_of: Callable[[Verdict], str]) -> Exchange:
    """
    The deadlines in force that nothing has settled, and those of open obstacles, by day.

    ``name_of`` gives what people call a verdict, in Chinese.
    """
    states = [state for state in view.promises() if not state.chain.is_effort]
    is_open = [state for state in states if state.current.verdict in _OPEN]
    dated = [
        *((_last_day(state.current.deadline), _promise(view, state, name_of)) for state in is_open),
        *(
            (_last_day(blocker.deadline), _blocker(view, blocker))
            for blocker in view.blockers()
            if blocker.cleared is None and blocker.deadline is not None
        ),
    ]
    events = [lines for _, lines in sorted(dated, key=lambda pair: (pair[0], pair[1]))]
    settled = [state for state in states if state.current.verdict not in (*_OPEN, Verdict.WITHDRAWN)]
    others = (
        Loss(
            kind=LossKind.SETTLED,
            about=tuple(dict.fromkeys(state.chain.project for state in settled)),
            entries=tuple(sorted(state.chain.current.seq for state in settled)),
        ),
    )
    return Exchange(
        content=_calendar(view, events or [_nothing(view)]),
        losses=losses(view, _LOST, others if settled else ()),
    )


def text(value: str) -> str:
    r"""
    A text as a calendar holds it.

    >>> text("甲;乙,丙\\丁\n")
    '甲\\;乙\\,丙\\\\丁\\n'
    """
    return value.replace("\r\n", "\n").translate(_ESCAPES)


def folded(line: str) -> bytes:
    """
    A line, broken into lines of at most 75 octets between characters, and ended.
    """
    data, pieces, start = line.encode(), [], 0
    while start < len(data):
        # Each line after the first begins with a blank, which counts.
        end = min(start + _LONGEST_LINE - bool(start), len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # noqa: PLR2004 (an octet inside a character)
            end -= 1
        pieces.append(data[start:end])
        start = end
    return b"\r\n ".join(pieces) + b"\r\n"


def _calendar(view: View, components: Iterable[list[str]]) -> bytes:
    programme = view.registry.programme
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//milestone-ledger//milestone-ledger//ZH",
        "CALSCALE:GREGORIAN",
        f"X-WR-CALNAME:{text(view.ledger if programme is None else programme.title.zh)}",
        *(line for component in components for line in component),
        "END:VCALENDAR",
    ]
    return b"".join(map(folded, lines))


def _component(
    view: View, *key: object, kind: str, day: date, summary: str, description: Iterable[str]
) -> list[str]:
    """
    How a component begins; ``key`` tells it from every other of its ledger, and ``kind`` is VEVENT mostly.
    """
    stamp = last_recorded(view).astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    uid = hashlib.sha256(repr((view.ledger, *key)).encode()).hexdigest()[:32]
    return [
        f"BEGIN:{kind}",
        f"UID:{uid}@milestone-ledger",
        f"DTSTAMP:{stamp.replace('-', '').replace(':', '')}Z",
        f"DTSTART;VALUE=DATE:{day.isoformat().replace('-', '')}",
        f"SUMMARY:{text(summary)}",
        f"DESCRIPTION:{text(chr(10).join(description))}",
    ]


def _promise(view: View, state: PromiseState, name_of: Callable[[Verdict], str]) -> list[str]:
    chain, current = state.chain, state.current
    milestone = chain.milestone or ""
    step = view.programme.milestone_label(milestone) + quantity_text(view, chain.project, chain.quantity)
    title = f"【{name_of(current.verdict)}】{view.registry.projects[chain.project].name} {step}"
    if current.deadline is not None and not current.deadline.is_exact:
        title += "（期限最晚日）"
    key = (chain.project, milestone, chain.quantity, chain.segment)
    words = _words(view, state, name_of)
    return [
        *_component(
            view, *key, kind="VEVENT", day=_last_day(current.deadline), summary=title, description=words
        ),
        f"SEQUENCE:{len(chain.revisions)}",
        "TRANSP:TRANSPARENT",
        f"CATEGORIES:{text(name_of(current.verdict))}",
        "END:VEVENT",
    ]


def _words(view: View, state: PromiseState, name_of: Callable[[Verdict], str]) -> Iterator[str]:
    chain = state.chain
    yield promised(view, chain.current)
    if chain.revisions:
        first = span(state.baseline.deadline)
        verdict = name_of(state.baseline.verdict)
        yield f"首次承诺的期限：{first}（{verdict}），此后改期 {len(chain.revisions)} 次"
    units = [unit_name(view, unit) for unit in chain.responsible]
    yield "责任单位：" + ("；".join(units) if units else "未写明")
    bounds = view.bounds(chain.project, chain.milestone or "", chain.quantity)
    yield known(view, bounds) or "没有关于是否达到的依据"
    if state.current.need is not None:
        need = state.current.need
        yield f"若有依据表明 {need.kept_by} 或之前已达到，即为按期；没有依据不等于逾期"
    yield _seen(view)


def _seen(view: View) -> str:
    by = view.viewpoint.published_by
    return f"状态日 {view.as_of}；" + ("全部公开信息" if by is None else f"截至 {by} 公开的信息")


def _blocker(view: View, blocker: BlockerState) -> list[str]:
    event: BlockerRaised = blocker.current
    name = view.registry.projects[blocker.project].name
    title = f"【挂账】{name} {event.note}".rstrip()
    if blocker.deadline is not None and not blocker.deadline.is_exact:
        title += "（期限最晚日）"
    units = "；".join(unit_name(view, unit) for unit in event.responsible) or "未写明"
    words = [
        f"挂账事项：{event.note}",
        f"销账期限：{span(blocker.deadline)}，依据：{cited(view, blocker.raised[-1])}",
        f"责任单位：{units}",
        _seen(view),
    ]
    # Raised anew after it was removed, it is another one.
    key = (blocker.project, "blocker", blocker.ref, blocker.raised_on.isoformat())
    return [
        *_component(
            view, *key, kind="VEVENT", day=_last_day(blocker.deadline), summary=title, description=words
        ),
        f"SEQUENCE:{len(blocker.raised) - 1}",
        "TRANSP:TRANSPARENT",
        "CATEGORIES:挂账",
        "END:VEVENT",
    ]


def _nothing(view: View) -> list[str]:
    """
    A calendar must hold something: a note that there is nothing to wait for.
    """
    summary = "没有未到期或到期无据的承诺"
    begun = _component(
        view, "nothing", kind="VJOURNAL", day=view.as_of, summary=summary, description=[_seen(view)]
    )
    return [*begun, "END:VJOURNAL"]


def _last_day(deadline: UncertainDate | None) -> date:
    assert deadline is not None and deadline.latest is not None  # noqa: S101, PT018 (asked where there is one)
    return deadline.latest
