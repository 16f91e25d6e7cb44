"""
Hypothesis strategies for legal histories, drawn through ``decide``, and for commits that it must refuse.

A history grows by intents ("a second document corrects this entry"). Each is tried as one commit and
left out where ``decide`` refuses it, so nothing is ever filtered. The calendar is small: days collide.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import attrs
from hypothesis import note
from hypothesis import strategies as st

from milestone_ledger.domain import events as on
from milestone_ledger.domain.dates import UncertainDate
from milestone_ledger.domain.history import Entry, History
from milestone_ledger.domain.programme import (
    BUILT_IN_MILESTONES,
    BUILT_IN_ORDER,
    Domain,
    Label,
    Lifecycle,
    Milestone,
    Programme,
    Unit,
)
from milestone_ledger.domain.registry import Registry
from milestone_ledger.domain.rules import publication_days, refusals

LEDGER = "huitian"
START = date(2018, 12, 15)
DAYS = 40
BUSY = (14, 20)
CALENDAR = tuple(START + timedelta(n) for n in range(DAYS))

# One milestone more than the built-in ones, so that the order holds a diamond.
PROGRAMME = Programme(
    id=LEDGER,
    title=Label("回天", "Huitian"),
    milestones=(*BUILT_IN_MILESTONES, Milestone("trial", Label("试运行", "trial run"))),
    order=(*BUILT_IN_ORDER, ("started", "trial"), ("trial", "in_use")),
    lifecycles=(
        Lifecycle("new_build", Label("新建", "new build"), ("initiated", "started", "completed", "in_use")),
        Lifecycle("takeover", Label("移交", "takeover"), ("handed_over", "in_use")),
    ),
    domains=(Domain("道路"), Domain("教育/幼儿园")),
    units=(Unit("交通局"), Unit("教委", former=("教育局",))),
)
EXTENDED = attrs.evolve(
    PROGRAMME,
    milestones=(*PROGRAMME.milestones, Milestone("archived", Label("归档", "archived"))),
    order=(*PROGRAMME.order, ("started", "archived")),
    lifecycles=(*PROGRAMME.lifecycles, Lifecycle("upgrade", Label("升级", "upgrade"), ("completed",))),
)
SOURCES = ("s0", "s1", "s2", "s3", "s4")
PROJECTS = ("p0", "p1", "p2", "p3")


def record(history: History, events: Sequence[on.Event]) -> History:
    """
    ``history`` with ``events`` as its next commit, stamped as the store does; nothing is checked.
    """
    grown = history.copy()
    commit = 1 + max((entry.commit_no for entry in history), default=-1)
    for event, published_on in zip(events, publication_days(history, events), strict=True):
        grown.add(
            Entry(
                ledger=LEDGER,
                seq=grown.size,
                commit_no=commit,
                recorded_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=commit),
                actor="clerk",
                published_on=published_on,
                event=event,
            )
        )
    return grown


def recorded(*commits: Sequence[on.Event]) -> History:
    """
    The history of these commits; a test that means an illegal one says so itself.
    """
    history = History()
    for events in commits:
        assert refusals(history, events) == []
        history = record(history, events)
    return history


def boundaries(history: History) -> list[int]:
    """
    Every position that is the end of a commit, the empty log first.
    """
    ends = [one.seq + 1 for one, two in pairwise(history) if one.commit_no != two.commit_no]
    return [0, *ends, history.size]


def day(number: int) -> date:
    """
    The day so many days after the first of the calendar.
    """
    return START + timedelta(number)


def days_between(first: int, last: int) -> st.SearchStrategy[date]:
    """
    Any of these days, but every other time one of the few about New Year, so that days collide.
    """
    some = (
        st.integers(max(first, BUSY[0]), min(last, BUSY[1])) if first <= BUSY[1] and BUSY[0] <= last else None
    )
    anyone = st.integers(first, last)
    return (anyone if some is None else some | some | anyone).map(day)


days = days_between(0, DAYS - 1)


def every_status_day(history: History) -> list[date]:
    """
    The days on which it may matter when one looks: those about deadlines, and some others.
    """
    ends = {
        end + timedelta(n)
        for entry in history
        if isinstance(entry.event, on.PromiseMade) and entry.event.deadline is not None
        for end in (entry.event.deadline.earliest, entry.event.deadline.latest)
        if end is not None
        for n in (-1, 0, 1, 2, 3, 5)
    }
    return sorted({*ends, *CALENDAR[::5], CALENDAR[-1] + timedelta(10)})


def status_days(history: History) -> st.SearchStrategy[date]:
    return st.sampled_from(every_status_day(history))


def telling_days(history: History) -> st.SearchStrategy[date]:
    """
    Days of which evidence or a change of activity speaks, and the days after them; and any others.
    """
    told: set[date | None] = set()
    for entry in history:
        if isinstance(entry.event, on.MilestoneAchieved):
            told |= {entry.event.occurred.earliest, entry.event.occurred.latest}
        elif isinstance(entry.event, on.MilestonePending | on.ActivityChanged):
            told.add(entry.event.on)
    known = sorted(told - {None})
    return st.sampled_from([*known, *(end + timedelta(1) for end in known), *CALENDAR[::5]])


publication_bounds = st.none() | days


@st.composite
def closed_dates(draw: st.DrawFn) -> UncertainDate:
    """
    A day, or some days around it: deadlines and dates of documents.
    """
    first = draw(days)
    return UncertainDate(first, min(first + timedelta(draw(st.sampled_from([0, 0, 0, 1, 4]))), CALENDAR[-1]))


_blank = st.sampled_from(["", "", "一"])
_firmness = st.sampled_from([on.Firmness.FIRM, on.Firmness.PLANNED, *on.Firmness])
_units = st.sampled_from([(), ("交通局",), ("教育局", "交通局")])


@st.composite
def source_events(draw: st.DrawFn, name: str) -> on.SourceRegistered:
    published = draw(closed_dates() | days.map(UncertainDate.on) | days.map(UncertainDate.on))
    if draw(st.integers(0, 9)) == 9:
        published = UncertainDate(None, published.latest)
    return on.SourceRegistered(
        source=name,
        title=f"文件 {name}",
        published=published,
        kind=draw(st.sampled_from(on.SourceKind)),
        period=draw(st.none() | st.just(on.Period(CALENDAR[0], CALENDAR[20]))),
    )


@st.composite
def project_events(draw: st.DrawFn, name: str, batches: Sequence[str] = ()) -> on.ProjectRegistered:
    return on.ProjectRegistered(
        project=name,
        name=f"项目{name}",
        domain=draw(st.sampled_from(["道路", "教育/幼儿园"])),
        delivery=draw(st.sampled_from([None, "new_build", "takeover"])),
        size=draw(st.sampled_from([1, 1, 2, 3, 4, None])),
        member_of=draw(st.sampled_from([None, *batches])),
        aliases=draw(st.sampled_from([(), (f"别名{name}",)])),
    )


Intent = Callable[[st.DrawFn, History, Registry], list[on.Event]]


def _cite(draw: st.DrawFn, source: str) -> dict[str, str]:
    return {
        "source": source,
        "locator": draw(st.sampled_from(["一1", "二3"])),
        "note": draw(_blank),
        "ref": draw(_blank),
    }


def _quantity(draw: st.DrawFn, registry: Registry, project: str, least: int = 1) -> int | None:
    size = registry.projects[project].size
    if size == 1 or not draw(st.booleans()):
        return None
    return draw(st.integers(least, 4 if size is None else max(size - 1, least)))


def _report(draw: st.DrawFn, registry: Registry) -> tuple[on.SourceRegistered, str, str]:
    source = registry.sources[draw(st.sampled_from(sorted(registry.sources)))]
    project = draw(st.sampled_from(sorted(registry.projects)))
    assert registry.programme is not None
    # The middle of the chain again and again, so that evidence collides.
    milestones = (*3 * ("started", "completed"), *registry.programme.milestone_ids)
    return source, project, draw(st.sampled_from(milestones))


def _until(draw: st.DrawFn, day: date | None) -> date:
    """
    A day up to ``day``.
    """
    return draw(days_between(0, max(0, (day - START).days) if day else 0))


def _achieved(draw: st.DrawFn, history: History, registry: Registry, **fields: object) -> list[on.Event]:
    source, project, milestone = _report(draw, registry)
    latest = _until(draw, source.published_on)
    quantity = _quantity(draw, registry, project)
    if quantity is not None or draw(st.booleans()):
        occurred = UncertainDate.by(latest)
    else:
        occurred = UncertainDate(_until(draw, latest) if draw(st.booleans()) else latest, latest)
    cited = _cite(draw, source.source) | fields
    return [
        on.MilestoneAchieved(
            **cited, project=project, milestone=milestone, occurred=occurred, quantity=quantity
        )
    ]


def _pending(draw: st.DrawFn, history: History, registry: Registry, **fields: object) -> list[on.Event]:
    source, project, milestone = _report(draw, registry)
    cited = _cite(draw, source.source) | fields
    return [
        on.MilestonePending(
            **cited,
            project=project,
            milestone=milestone,
            on=_until(draw, source.published.earliest),
            quantity=_quantity(draw, registry, project, 0),
        )
    ]


def _promise(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    source, project, milestone = _report(draw, registry)
    whole = on.PromiseMade(
        **_cite(draw, source.source),
        project=project,
        milestone=milestone,
        deadline=draw(closed_dates()),
        quantity=_quantity(draw, registry, project),
        firmness=draw(_firmness),
        responsible=draw(_units),
    )
    vague = draw(st.sampled_from([*8 * ({},), {"deadline": None}, {"milestone": None}]))
    return [attrs.evolve(whole, **vague)]


def _promise_again(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    made = [entry.event for entry in history if isinstance(entry.event, on.PromiseMade)]
    if not made:
        return []
    source, _, _ = _report(draw, registry)
    promise = draw(st.sampled_from(made))
    return [
        attrs.evolve(
            promise, **_cite(draw, source.source), deadline=draw(closed_dates()), firmness=draw(_firmness)
        )
    ]


def _withdrawal(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A promise taken back, or its project cancelled, by a document between the promise and its deadline if any.
    """
    made = [e for e in history if isinstance(e.event, on.PromiseMade) and e.event.is_judged]
    if not made:
        return []
    promise = draw(st.sampled_from(made))
    event, said = promise.event, promise.published_on
    in_time = [
        s.source for s in registry.sources.values() if said <= s.published_on <= event.deadline.earliest
    ]
    cited = _cite(draw, draw(st.sampled_from(sorted(in_time or registry.sources))))
    if draw(st.booleans()):
        change = draw(st.sampled_from([on.Activity.CANCELLED, on.Activity.CANCELLED, on.Activity.REINSTATED]))
        return [on.ActivityChanged(**cited, project=event.project, activity=change, on=draw(days))]
    return [
        on.PromiseWithdrawn(
            **cited, project=event.project, milestone=event.milestone, quantity=event.quantity
        )
    ]


def _answer(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    Evidence on what was promised, about a day close to the deadline, by a document that can know.
    """
    made = [e.event for e in history if isinstance(e.event, on.PromiseMade) and e.event.is_judged]
    if not made:
        return []
    promise = draw(st.sampled_from(made))
    assert promise.deadline is not None
    end = draw(st.sampled_from([promise.deadline.earliest, promise.deadline.latest]))
    about = min(max(end + timedelta(draw(st.sampled_from([0, 1, 1, 2, -1]))), START), CALENDAR[-1])
    knowing = [name for name, source in registry.sources.items() if source.published_on >= about]
    if not knowing:
        return []
    cited = _cite(draw, draw(st.sampled_from(sorted(knowing))))
    cited |= {"project": promise.project, "milestone": promise.milestone, "quantity": promise.quantity}
    if draw(st.booleans()):
        if promise.quantity is not None:
            cited["quantity"] = promise.quantity - draw(st.integers(0, 1))
        return [on.MilestonePending(**cited, on=about)]
    exact = promise.quantity is None and draw(st.booleans())
    return [on.MilestoneAchieved(**cited, occurred=UncertainDate(about if exact else None, about))]


def _activity(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    source, project, _ = _report(draw, registry)
    return [
        on.ActivityChanged(
            **_cite(draw, source.source),
            project=project,
            activity=draw(st.sampled_from([*on.Activity, on.Activity.CANCELLED, on.Activity.REINSTATED])),
            on=draw(days),
        )
    ]


def _beside(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    What never settles a milestone: notes, obstacles, indicators, totals.
    """
    source, project, milestone = _report(draw, registry)
    cited = _cite(draw, source.source)
    day = _until(draw, source.published_on)
    deadline = draw(st.none() | closed_dates())
    value = Decimal(draw(st.integers(1, 3)))
    return [
        draw(
            st.sampled_from(
                [
                    on.StatementNoted(**cited, project=project, milestone=milestone),
                    on.BlockerRaised(**cited, project=project, deadline=deadline),
                    on.BlockerCleared(**cited, project=project, on=day),
                    on.IndicatorTargeted(**cited, name="学位", value=value, deadline=deadline),
                    on.IndicatorObserved(**cited, name="学位", value=value, occurred=UncertainDate.on(day)),
                    on.TotalReported(
                        **cited,
                        what="已开工",
                        count=int(value),
                        on=UncertainDate.on(day),
                        milestones=(milestone,),
                        scope=on.Scope(plans=(source.source,)) if deadline else on.Scope(),
                    ),
                ]
            )
        )
    ]


def _new_source(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    return [draw(source_events(draw(st.sampled_from(SOURCES))))]


def _new_project(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    return [draw(project_events(draw(st.sampled_from(PROJECTS)), sorted(registry.projects)))]


def _amendment(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    project = draw(st.sampled_from(sorted(registry.projects)))
    change = draw(
        st.sampled_from(
            [
                {"member_of": draw(st.sampled_from(["", *sorted(registry.projects)]))},
                {"member_of": draw(st.sampled_from(["", *sorted(registry.projects)]))},
                {"delivery": draw(st.sampled_from(["", "new_build"]))},
                {"name": draw(st.sampled_from([f"新{project}", "同名"]))},
                {"related": (on.Relation(on.RelationKind.FOLLOWS_PHASE, min(registry.projects)),)},
            ]
        )
    )
    return [on.ProjectAmended(project=project, **change)]


def _join(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    batches = [p.id for p in registry.projects.values() if p.size != 1 and p.member_of is None]
    if not batches:
        return []
    return [
        on.ProjectAmended(
            project=draw(st.sampled_from(sorted(registry.projects))), member_of=draw(st.sampled_from(batches))
        )
    ]


def _redefinition(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    return [on.ProgrammeDefined(EXTENDED)]


def _statements(history: History) -> list[Entry]:
    return [entry for entry in history if isinstance(entry.event, on.Statement)]


def retraction_of(entry: Entry, source: str | None = None) -> on.EntryRetracted:
    """
    The retraction of ``entry``: a clerk's slip, unless ``source`` names the document that corrects it.
    """
    return on.EntryRetracted(target=entry.seq, source=source or getattr(entry.event, "source", None))


def _retraction(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A slip or a published correction, usually with the right event beside it.
    """
    said = _statements(history)
    if not said:
        return []
    wrong = draw(st.sampled_from(said))
    source = draw(st.sampled_from([None, *sorted(registry.sources)]))
    retraction = retraction_of(wrong, source)
    right = wrong.event
    if draw(st.booleans()):
        return [retraction]
    right = attrs.evolve(right, source=source or right.source)
    match right:
        case on.MilestoneAchieved():
            right = attrs.evolve(right, occurred=UncertainDate.by(_until(draw, right.occurred.latest)))
        case on.MilestonePending():
            right = attrs.evolve(right, on=_until(draw, right.on))
        case on.PromiseMade(deadline=UncertainDate()):
            right = attrs.evolve(right, deadline=draw(closed_dates()))
        case on.ActivityChanged():
            right = attrs.evolve(right, on=draw(days))
    return [right, retraction] if draw(st.booleans()) else [retraction, right]


def _registered_anew(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A project's registration put right: its size, its batch, its delivery mode.
    """
    known = [entry for entry in history if isinstance(entry.event, on.ProjectRegistered)]
    if not known:
        return []
    wrong = draw(st.sampled_from(known))
    right = draw(project_events(wrong.event.project, sorted(registry.projects)))
    events: list[on.Event] = [on.EntryRetracted(target=wrong.seq)]
    return events if draw(st.integers(0, 4)) == 0 else [*events, right]


def _source_anew(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    A document's registration put right; if its date moves, all that cites it is entered again.
    """
    known = [entry for entry in history if isinstance(entry.event, on.SourceRegistered)]
    wrong = draw(st.sampled_from(known))
    right = draw(source_events(wrong.event.source))
    if draw(st.booleans()):
        return [on.EntryRetracted(target=wrong.seq), attrs.evolve(right, published=wrong.event.published)]
    if draw(st.booleans()):
        latest = wrong.event.published.latest
        right = attrs.evolve(
            right, published=UncertainDate(draw(days_between(0, (latest - START).days)), latest)
        )
        return [on.EntryRetracted(target=wrong.seq), right]
    citing = [
        entry
        for entry in _statements(history)
        if entry.event.source == right.source and history.is_live(entry)
    ]
    slips = [retraction_of(entry) for entry in citing]
    return [on.EntryRetracted(target=wrong.seq), right, *slips, *(entry.event for entry in citing)]


def _identity_retracted(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    known = [entry for entry in history if isinstance(entry.event, on.Registration)]
    return [on.EntryRetracted(target=draw(st.sampled_from(known)).seq)]


def _contested(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    said = draw(st.sampled_from([_achieved, _pending]))
    return said(draw, history, registry, contested=True, note="两份文件不一致")


def _settlement(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    An older document contradicts what is recorded: the newer entry is entered again, as contested.
    """
    said = [e for e in _statements(history) if isinstance(e.event, on.Evidence) and history.is_live(e)]
    if not said:
        return []
    newer = draw(st.sampled_from(said))
    older = draw(st.sampled_from([_achieved, _pending]))(draw, history, registry)
    return [retraction_of(newer), *older, attrs.evolve(newer.event, contested=True, note="两份文件不一致")]


def _restated(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    """
    What was said before, once more in other words: a tie that only content can break.
    """
    said = _statements(history)
    if not said:
        return []
    return [attrs.evolve(draw(st.sampled_from(said)).event, note=draw(st.sampled_from(["", "一", "二"])))]


def _several(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    parts = draw(
        st.lists(st.sampled_from([_achieved, _pending, _promise, _activity]), min_size=2, max_size=3)
    )
    return [event for part in parts for event in part(draw, history, registry)]


EVIDENCE: tuple[Intent, ...] = (_achieved, _achieved, _pending, _pending, _answer, _answer)
ACTS: tuple[Intent, ...] = (_promise, _promise_again, _withdrawal, _activity)
BESIDE: tuple[Intent, ...] = (_beside, _contested, _several, _restated)
IDENTITY: tuple[Intent, ...] = (_new_source, _new_project, _amendment, _join, _redefinition)
CORRECTIONS: tuple[Intent, ...] = (
    _retraction,
    _retraction,
    _registered_anew,
    _source_anew,
    _identity_retracted,
    _settlement,
)
EVERYTHING = (*EVIDENCE, *ACTS, *BESIDE, *IDENTITY, *CORRECTIONS)


@st.composite
def commits(draw: st.DrawFn, history: History, intents: Sequence[Intent] = EVERYTHING) -> list[on.Event]:
    """
    One attempt at a commit after ``history``, legal or not, empty if there is nothing to speak of.
    """
    registry = Registry.of(history)
    if not registry.sources or not registry.projects:
        intents = [intent for intent in intents if intent in (_new_source, _new_project)]
    if not intents:
        return []
    return draw(st.sampled_from(intents))(draw, history, registry)


@st.composite
def legal_commits(
    draw: st.DrawFn, history: History, intents: Sequence[Intent] = EVERYTHING
) -> list[on.Event]:
    """
    A commit that ``decide`` accepts after ``history``; empty if the attempt was refused.
    """
    events = draw(commits(history, intents))
    return [] if refusals(history, events) else events


@st.composite
def foundations(draw: st.DrawFn, *, members: bool = True) -> History:
    """
    A programme, some documents and some projects.
    """
    history = record(History(), [on.ProgrammeDefined(PROGRAMME)])
    for name in SOURCES[: draw(st.sampled_from([1, 2, 3, 4, 4]))]:
        history = record(history, [draw(source_events(name))])
    batches: list[str] = []
    for name in PROJECTS[: draw(st.sampled_from([1, 1, 2, 2, 3, 4]))]:
        events: list[on.Event] = [draw(project_events(name, batches if members else ()))]
        if not refusals(history, events):
            history = record(history, events)
            batches.append(name)
    return history


@st.composite
def histories(
    draw: st.DrawFn,
    *,
    intents: Sequence[Intent] = EVERYTHING,
    members: bool = True,
    max_commits: int = 16,
) -> History:
    """
    A legal history of about ``max_commits`` commits after its foundations.
    """
    history = draw(foundations(members=members))
    for _ in range(draw(st.integers(0, max_commits) | st.just(max_commits))):
        events = draw(legal_commits(history, intents))
        if events:
            history = record(history, events)
    note("\n".join(f"{e.commit_no}/{e.seq} {e.published_on} {e.event}" for e in history))
    return history


# ---------------------------------------------------------------- one project, nine days, five documents

_NINE_DAYS = range(14, 23)
_DOCUMENTS = _NINE_DAYS[::2]


def _document_of(draw: st.DrawFn, least: int = 0) -> dict[str, str]:
    return _cite(draw, f"s{draw(st.sampled_from([n for n in _DOCUMENTS if n >= least]))}")


def _part(draw: st.DrawFn, registry: Registry) -> int | None:
    return None if registry.projects["p0"].size == 1 else draw(st.sampled_from([None, 2, 2, 1]))


def _close_promise(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    first = draw(st.sampled_from(_NINE_DAYS))
    last = first + draw(st.sampled_from([0, 5]))
    return [
        on.PromiseMade(
            **_document_of(draw),
            project="p0",
            milestone="completed",
            deadline=UncertainDate(day(first), day(last)),
            quantity=_part(draw, registry),
            firmness=draw(_firmness),
        )
    ]


def _close_evidence(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    number = draw(st.sampled_from(_NINE_DAYS))
    said = _document_of(draw, number) | {
        "project": "p0",
        "milestone": draw(st.sampled_from(["completed", "completed", "started", "in_use"])),
        "quantity": _part(draw, registry),
    }
    if draw(st.booleans()):
        return [on.MilestonePending(**said, on=day(number))]
    known = said["quantity"] is None and draw(st.booleans())
    first = draw(st.integers(_NINE_DAYS[0], number).map(day)) if known else None
    return [on.MilestoneAchieved(**said, occurred=UncertainDate(first, day(number)))]


def _close_withdrawal(draw: st.DrawFn, history: History, registry: Registry) -> list[on.Event]:
    said = _document_of(draw) | {"project": "p0"}
    if draw(st.booleans()):
        change = draw(st.sampled_from([on.Activity.CANCELLED, on.Activity.REINSTATED, on.Activity.SUSPENDED]))
        return [on.ActivityChanged(**said, activity=change, on=day(draw(st.sampled_from(_NINE_DAYS))))]
    return [on.PromiseWithdrawn(**said, milestone="completed", quantity=_part(draw, registry))]


CLOSE_EVIDENCE: tuple[Intent, ...] = (_close_evidence,)
CLOSE: tuple[Intent, ...] = (
    *2 * (_close_promise,),
    *3 * CLOSE_EVIDENCE,
    _close_withdrawal,
    _restated,
    _retraction,
)


@st.composite
def close_histories(draw: st.DrawFn, *, intents: Sequence[Intent] = CLOSE, max_commits: int = 9) -> History:
    """
    Much about little: the promises of one project, and what became of them, within nine days.
    """
    history = recorded(
        [
            on.ProgrammeDefined(EXTENDED),
            *(
                on.SourceRegistered(
                    source=f"s{n}",
                    title=f"文件{n}",
                    published=UncertainDate.on(day(n)),
                    kind=on.SourceKind.OTHER,
                )
                for n in _DOCUMENTS
            ),
            attrs.evolve(draw(project_events("p0")), size=draw(st.sampled_from([1, 3, None]))),
        ]
    )
    history = with_entry(history, _close_promise(draw, history, Registry.of(history)))
    for _ in range(draw(st.integers(0, max_commits) | st.just(max_commits))):
        events = draw(legal_commits(history, intents))
        if events:
            history = record(history, events)
    note("\n".join(f"{e.commit_no}/{e.seq} {e.published_on} {e.event}" for e in history))
    return history


def with_entry(history: History, events: Iterable[on.Event]) -> History:
    """
    ``history`` and one more commit, which must be legal.
    """
    events = list(events)
    assert refusals(history, events) == []
    return record(history, events)


def without(history: History, *seqs: int) -> History:
    """
    ``history`` as if these entries had never been entered; all others keep their numbers.
    """
    return History((entry for entry in history if entry.seq not in seqs), size=history.size)


# ---------------------------------------------------------------- what decide must refuse


@st.composite
def illegal_commits(draw: st.DrawFn, history: History) -> tuple[list[on.Event], str]:
    """
    A commit that is wrong in one way, after a history with a document and a project, and the error's name.
    """
    registry = Registry.of(history)
    source = registry.sources[draw(st.sampled_from(sorted(registry.sources)))]
    project = draw(st.sampled_from(sorted(registry.projects)))
    latest = source.published.latest
    assert latest is not None
    said = {"source": source.source, "locator": "一1", "project": project, "milestone": "started"}
    achieved = on.MilestoneAchieved(**said, occurred=UncertainDate.by(latest))
    pending = on.MilestonePending(**said, on=source.published.earliest or latest)
    promise = on.PromiseMade(**said, deadline=UncertainDate.on(latest))
    size = registry.projects[project].size
    too_many = draw(st.sampled_from([0] if size is None else [0, size, size + 3]))
    registrations = [e for e in history if isinstance(e.event, on.Registration)]
    registration = draw(st.sampled_from(registrations))
    wrong: list[tuple[list[on.Event], str]] = [
        (
            [attrs.evolve(draw(st.sampled_from([achieved, pending, promise])), source="s99")],
            "UnknownNameError",
        ),
        (
            [attrs.evolve(draw(st.sampled_from([achieved, pending, promise])), project="p99")],
            "UnknownNameError",
        ),
        (
            [attrs.evolve(draw(st.sampled_from([achieved, pending, promise])), milestone="x")],
            "UnknownNameError",
        ),
        ([attrs.evolve(promise, responsible=("无此单位",))], "UnknownNameError"),
        ([on.ProjectAmended(project=project, domain="无此领域")], "UnknownNameError"),
        ([on.ProjectAmended(project=project, delivery="none such")], "UnknownNameError"),
        ([on.ProjectAmended(project=project, member_of="p99")], "UnknownNameError"),
        ([on.ProjectAmended(project="p99", name="无此项目")], "UnknownNameError"),
        ([on.EntryRetracted(target=history.size + 5)], "UnknownNameError"),
        ([on.EntryRetracted(target=history.size)], "UnknownNameError"),
        ([attrs.evolve(achieved, occurred=UncertainDate.by(latest + timedelta(1)))], "FutureEvidenceError"),
        ([attrs.evolve(pending, on=latest + timedelta(1))], "FutureEvidenceError"),
        ([attrs.evolve(promise, deadline=UncertainDate.by(latest))], "DeadlineError"),
        ([attrs.evolve(promise, deadline=UncertainDate(latest, None))], "DeadlineError"),
        ([attrs.evolve(achieved, contested=True, note=" ")], "ContestedError"),
        ([attrs.evolve(achieved, quantity=too_many)], "QuantityError"),
        ([attrs.evolve(promise, quantity=too_many)], "QuantityError"),
        ([source], "DuplicateNameError"),
        (
            [attrs.evolve(on.ProjectRegistered(project=project, name="另名", domain="道路"))],
            "DuplicateNameError",
        ),
        (
            [
                on.ProjectRegistered(
                    project="p98", name=registry.projects[project].name.upper(), domain="道路"
                )
            ],
            "DuplicateNameError",
        ),
        ([on.EntryRetracted(target=0)], "RetractionError"),
        ([on.EntryRetracted(target=registration.seq, source=source.source)], "RetractionError"),
        ([achieved, on.EntryRetracted(target=history.size)], "RetractionError"),
        ([promise, *_corrected_act(history, registry, source)], "RetractionError"),
        ([on.ProjectAmended(project=project, member_of=project)], "MembershipError"),
        ([on.ProgrammeDefined(attrs.evolve(PROGRAMME, units=()))], "ProgrammeChangeError"),
        ([on.ProgrammeDefined(attrs.evolve(PROGRAMME, order=()))], "ProgrammeChangeError"),
    ]
    if source.published.is_exact:
        wrong.append(([achieved, attrs.evolve(pending, on=latest)], "ContradictionError"))
        wrong.append(([pending, attrs.evolve(achieved, milestone="in_use")], "ContradictionError"))
    return draw(st.sampled_from(wrong))


def _corrected_act(history: History, registry: Registry, source: on.SourceRegistered) -> Iterable[on.Event]:
    """
    The retraction of the promise entered just before, by a document other than its own.
    """
    others = [name for name in sorted(registry.sources) if name != source.source]
    # With a single document there is no other: the retraction then cites none at all.
    return [on.EntryRetracted(target=history.size, source=others[0] if others else None)]
